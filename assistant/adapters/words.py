"""Reads the lists of words that come with the program."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from assistant.core.gaps.signals import Signal, parse_signals
from assistant.core.gaps.words import Words, parse_words

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "zh", "ja", "ko", "ru")

DATA = Path(__file__).resolve().parents[1] / "data"
"""Found without `importlib.resources`, which takes 5 ms more."""


@cache
def _built_in() -> dict[str, dict[str, tuple[str, ...]]]:
    return {
        code: parse_words((DATA / "words" / f"{code}.txt").read_text(encoding="utf-8")) for code in LANGUAGES
    }


@cache
def _signals() -> dict[str, Signal]:
    return parse_signals((DATA / "signals.txt").read_text(encoding="utf-8"))


def load_words(*, markers: Iterable[str] = (), ignore: Iterable[str] = ()) -> Words:
    """Return the words of all languages, with the author's own `markers` and words to `ignore`."""
    return Words(_built_in(), tuple(markers), tuple(ignore), _signals())

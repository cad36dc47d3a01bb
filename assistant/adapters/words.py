"""Reads the lists of words that come with the program."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from assistant.core.gaps.words import Words, parse_words

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "zh", "ja", "ko", "ru")


@cache
def _built_in() -> dict[str, dict[str, tuple[str, ...]]]:
    folder = Path(__file__).resolve().parents[1] / "data" / "words"  # importlib.resources takes 5 ms more
    return {code: parse_words((folder / f"{code}.txt").read_text(encoding="utf-8")) for code in LANGUAGES}


def load_words(*, markers: Iterable[str] = (), ignore: Iterable[str] = ()) -> Words:
    """Return the words of all languages, with the author's own `markers` and words to `ignore`."""
    return Words(_built_in(), tuple(markers), tuple(ignore))

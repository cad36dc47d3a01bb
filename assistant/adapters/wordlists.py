"""Reads the lists of words, names and weights in `assistant/data`; writers may extend the files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.core.gaps.model import Model, parse_model
from assistant.core.gaps.signals import Signal, parse_signals
from assistant.core.gaps.words import Words, parse_words

if TYPE_CHECKING:
    from assistant.core.checks import Lists
    from assistant.core.checks.tokens import Vocabulary
    from assistant.core.checks.weights import Weights
    from assistant.core.voice.profile.corpus import Lexicons

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "zh", "ja", "ko", "ru")

DATA = Path(__file__).resolve().parents[1] / "data"
"""Found without `importlib.resources`, which takes 5 ms more."""


def load_words(*, markers: Iterable[str] = (), ignore: Iterable[str] = ()) -> Words:
    """Return what gaps are found by in all languages, with the author's `markers` and words to `ignore`."""
    return _all_words(tuple(markers), tuple(ignore))


@cache
def _all_words(markers: tuple[str, ...], ignore: tuple[str, ...]) -> Words:
    """Return the same words for the same author: what is made of them once serves all drafts."""
    return Words(_gap_words(), markers, ignore, _signals(), _model(), _files("gaps/patterns"))


def load_lists(*, cliches: Iterable[str] = (), known: Iterable[str] = ()) -> Lists:
    """Return what checks look up, with the author's own `cliches` and `known` names."""
    return _all_lists(tuple(cliches), tuple(known))


@cache
def _all_lists(cliches: tuple[str, ...], known: tuple[str, ...]) -> Lists:
    """Return the same lists for the same author: to compile their patterns takes as long as many checks."""
    from assistant.core.checks import Lists  # not imported to find gaps, which must start at once
    from assistant.core.text.patterns import Patterns

    return Lists(
        cliches=(*_lines("cliches.txt"), *(phrase.strip() for phrase in cliches if phrase.strip())),
        spellings=_spellings(),
        known_names=frozenset(word for name in known for word in name.casefold().split()),
        negations=_words("negations.txt"),
        vocabulary=_vocabulary(),
        weights=_weights(),
        open_ends={
            code: frozenset(word.lower() for part in ("function", "particle") for word in words.get(part, ()))
            for code, words in _gap_words().items()
        },
        patterns=Patterns(
            _files("checks")
            | {"chat": "\n".join(file.read_text("utf-8") for file in sorted((DATA / "chat").glob("*.txt")))}
            | {"words": "".join(map(_no_names, LANGUAGES[1:]))}
        ),
    )


def _no_names(code: str) -> str:
    """Return the section of a language's words that are never names: `el`, `estaba`; not so `Will`."""
    words = _gap_words()[code]
    single = {word for part in ("function", "particle", "finite") for word in words.get(part, ())}
    return f"[no name {code} i]\n\\b(?:{'|'.join(map(re.escape, sorted(single))) or '(?!)'})\\b\n"


@cache
def load_lexicons() -> Lexicons:
    """Return the words that an author's voice is measured by, in all languages."""
    from assistant.core.voice.profile.corpus import Lexicons

    files = sorted((DATA / "voice").glob("*.txt"))
    return Lexicons({file.stem: parse_words(file.read_text("utf-8")) for file in files}, _spellings())


@cache
def _gap_words() -> dict[str, dict[str, tuple[str, ...]]]:
    return {code: parse_words((DATA / "words" / f"{code}.txt").read_text("utf-8")) for code in LANGUAGES}


@cache
def _signals() -> dict[str, Signal]:
    return parse_signals((DATA / "signals.txt").read_text("utf-8"))


@cache
def _vocabulary() -> Vocabulary:
    from assistant.core.checks.tokens import parse

    return parse(
        (DATA / "word_classes.txt").read_text("utf-8"), (DATA / "irregular_verbs.txt").read_text("utf-8")
    )


@cache
def _weights() -> Weights:
    from assistant.core.checks.weights import Weights, parse_weights

    file = DATA / "claims.json"
    return parse_weights(file.read_text("utf-8")) if file.is_file() else Weights()


@cache
def _model() -> Model:
    weights, columns = (DATA / "gaps" / name for name in ("model.json", "columns.txt"))
    return parse_model(weights.read_text("utf-8"), columns.read_text("utf-8"))


def _spellings() -> tuple[tuple[str, str], ...]:
    """Return words spelled in two ways, the British form first."""
    pairs = (line.split() for line in _lines("spelling.txt"))
    return tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)


def _words(file: str) -> frozenset[str]:
    """Return the words of a file that may hold many in a line, in lower case."""
    return frozenset(word.casefold() for line in _lines(file) for word in line.split())


def _files(folder: str) -> dict[str, str]:
    """Return the texts of a data folder by their names, without `.txt`."""
    return {file.stem: file.read_text("utf-8") for file in (DATA / folder).glob("*.txt")}


@cache
def _lines(file: str) -> tuple[str, ...]:
    """Return the lines of a data file that are neither empty nor comments."""
    stripped = (line.strip() for line in (DATA / file).read_text("utf-8").split("\n"))
    return tuple(line for line in stripped if line and not line.startswith("#"))

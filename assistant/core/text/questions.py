"""Questions to the author in a text: `[TK: how much did it cost?]`, which only the author can answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.core.text import lazy
from assistant.core.text.code import replaced
from assistant.core.text.words import CLOSING_QUOTES

QUESTION = lazy.pattern(r"\[TK\b[:\s]*([^\[\]\n]*)\](?![(\[])")
"""`[TK: the question]` and a bare `[TK]`, but no link's words: `[TK Maxx](https://…)`."""
FACTS = frozenset(("TK", "TKTK", "TKTKTK", "XXX", "XXXX", "TBD", "TBA", "TBC"))
"""Markers that stand for a fact inside a sentence: "founded in TK"."""
_SIGNS = str.maketrans("[]\n\r|", "()   ")  # a `|` would end the cell of a table
_STOP = lazy.pattern(rf"([.!?…。！？])[.!?]*[{CLOSING_QUOTES}*_)]*\Z")
"""The end of a sentence: `.`, `!”`, `.**`."""
_MOST = 100
"""Most characters of a sentence quoted in a question; nobody would read more."""

_PLACEHOLDER = lazy.pattern(
    r"\[(?:(?:please )?(?:insert|add|fill in|provide|specify)|your|the author['’]s|name of|number of|date of"
    r"|placeholder|todo|tbd)\b[^\[\]\n]{0,80}\](?![(\[:])|\{\{\s*\w[\w -]{0,40}\}\}",
    re.I,
)
"""A form's field that a model leaves for what it doesn't know: `[insert date]`, `[your city]`, `{{sum}}`."""


class Question(NamedTuple):
    """A question in a text; offsets are characters."""

    start: int
    end: int
    words: str
    """The question itself; empty for a bare `[TK]`."""


def questions(text: str) -> list[Question]:
    """Return the questions of a text, in order."""
    return [Question(*hit.span(), hit[1].strip()) for hit in QUESTION.finditer(text)]


def is_question(text: str) -> bool:
    """Tell whether a text is only a question to the author."""
    return QUESTION.fullmatch(text.strip()) is not None


def question(words: str) -> str:
    """Return the mark that asks the author `words`."""
    plain = " ".join(words.translate(_SIGNS).split())
    return f"[TK: {plain}]" if plain else "[TK]"


def about(sentence: str) -> str:
    """Return the mark that asks the author whether a sentence is true, to replace the sentence.

    The stop stays after the mark, to separate the next sentence.
    """
    stop = _STOP.search(sentence)
    plain = " ".join(sentence[: stop.start() if stop else None].split())
    plain = plain if len(plain) <= _MOST else plain[: _MOST - 1].rstrip() + "…"
    return question(f"is this so? “{plain}”") + (stop[1] if stop else "")


def from_placeholders(text: str, author: str = "") -> str:
    """Return `text` with questions to the author in place of a form's fields.

    Code stays unchanged, and so do fields in the `author`'s text.
    """
    return replaced(
        _PLACEHOLDER, text, lambda field: None if field[0] in author else question(field[0].strip("[]{} "))
    )


def blanked(text: str) -> str:
    """Return `text` with blanks in place of its questions, of the same length in bytes."""
    return QUESTION.sub(lambda hit: " " * len(hit[0].encode()), text)


def is_blanked(text: str) -> bool:
    """Tell whether `blanked` removed a question from a text."""
    return " " * len("[TK]") in text

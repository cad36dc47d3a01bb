"""Tell what somebody says, and sentences that trail off, from an author's notes."""

from __future__ import annotations

from collections.abc import Callable

from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.words import QUOTATION, first_word

_OPEN_END = lazy.pattern(r"(?:\.\.|[…?？؟])[\s\"'”»’“«›‹」』*_)]*\Z")
"""The end of a question, and of a sentence that trails off: `Who knows?`, `Nobody believed him…`."""


def is_speech(text: str, *, asks: Callable[[str], bool], in_item: bool) -> bool:
    """Tell whether a text is what somebody says: `“Are you there?”`, `“Yes,” she said, “come down.”`.

    `asks` tells whether the words outside the quotation marks ask something of the author. An item of a list
    needs a stop, and so do small letters: `“the lamp”` is a note.
    """
    text = text.strip("*_ ")
    if text[:1] == "—":  # `— Non !`, as French and Russian write it
        return ends_sentence(text) and _opens_sentence(text) and not asks(text)
    if not QUOTATION.match(text):
        return False
    *_, last = QUOTATION.finditer(text)
    is_closed = last.end() == len(text) and not in_item and _opens_sentence(text)
    return (is_closed or ends_sentence(text)) and not asks(QUOTATION.sub(" ", text))


def is_left_open(text: str) -> bool:
    """Tell whether a text begins as a sentence does and is a question or trails off: `Who knows?`, `Why?`."""
    return bool(_OPEN_END.search(text)) and _opens_sentence(text)


def _opens_sentence(text: str) -> bool:
    first = first_word(text)
    return bool(first) and not first[0].islower()

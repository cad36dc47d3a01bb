"""Read from an author's words whether they ask for a list or for prose, and for which kind of list.

Only words that can hardly mean anything else count: a list may also be a text's subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.core.text.patterns import Patterns


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The form that an author asks for, as far as stated."""

    form: Literal["", "prose", "list"] = ""
    numbered: bool | None = None
    """True for a numbered list, False for bullets, None if unstated."""


def list_request(instructions: Iterable[str], patterns: Patterns | None) -> ListRequest:
    """Return the form that instructions ask for; the last one that names a form counts.

    `patterns` are those of `data/checks/lists.txt`.
    """
    request = ListRequest()
    if patterns is None:
        return request
    for words in filter(None, instructions):
        if patterns["lists.unwanted"].search(words):
            request = ListRequest("prose")
        elif patterns["lists.wanted"].search(words):
            is_bulleted = bool(patterns["lists.bulleted"].search(words))
            is_numbered = bool(patterns["lists.numbered"].search(words))
            request = ListRequest("list", is_numbered if is_numbered or is_bulleted else None)
    return request


def without_list_request(words: str, patterns: Patterns | None) -> str:
    """Return an author's words, or nothing where they only ask for a list."""
    return "" if patterns and words and patterns["lists.nothing else"].fullmatch(words) else words

"""Tell what says for readers who made a picture, or what is in it: brackets below it, or a heading."""

from __future__ import annotations

from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.text import lazy

_PICTURE = lazy.pattern(
    rb"(?i)[ \t>]*(?:[-*+][ \t]+)?(?:\[?!\[|<(?:img|figure|picture)\b|\{\{[<%][ \t]*(?:figure|image|img)\b)"
)
_ALONE = lazy.pattern(
    rb"[*_ \t]*(?:\(([^()\r\n]{2,200})\)|\xef\xbc\x88([^\r\n]{2,200}?)\xef\xbc\x89)[*_ \t.]*(?=[\r\n]|\Z)"
)
"""Words in brackets that have their line for themselves."""


def is_credit(layout: Layout, start: int) -> bool:
    """Tell whether the line that holds the byte at `start` is such: `(Photo: Anna Maas)`.

    It is none where it asks for something: `(add a photo)`.
    """
    draft, data = layout.draft, layout.data
    line = draft.line_start(start)
    alone = _ALONE.match(data, line + len(data[line:start]) - len(data[line:start].lstrip(b" \t>")))
    if alone is None or not line:
        return False
    above = draft.line_start(line - 1)
    if not data[above:line].strip(b" \t\r\n>") and above:  # a blank line is between them
        above = draft.line_start(above - 1)
    words = (alone[1] or alone[2]).decode("utf-8", "replace")
    is_below = _PICTURE.match(data, above, min(line, above + SURROUNDINGS)) is not None
    return is_below and _asks_nothing(layout, words)


def is_heading(layout: Layout, text: str) -> bool:
    """Tell whether a heading's words say who made the pictures: `Photos by Ida Holm`."""
    words = text.strip("*_()[] ")
    return bool(layout.words.patterns["sections.credit"].fullmatch(words)) and _asks_nothing(layout, words)


def _asks_nothing(layout: Layout, words: str) -> bool:
    return "?" not in words and not layout.lexicon.asks(words, of_picture=True)

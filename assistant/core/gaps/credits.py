"""Tell what says for readers who made a picture, or what is in it: brackets below it, or a heading."""

from __future__ import annotations

from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.text import lazy

_PICTURE = lazy.pattern(
    rb"(?i)[ \t>]*(?:[-*+][ \t]+)?(?:\[?!\[|<(?:img|figure|picture)\b|\{\{[<%][ \t]*(?:figure|image|img)\b)"
)
_ALONE = lazy.pattern(r"[*_ \t]*(?:\(([^()]{2,200})\)|（(.{2,200}?)）)[*_ \t.]*")
"""Words in brackets that have their line for themselves."""


def is_credit(layout: Layout, start: int) -> bool:
    """Tell whether the line that holds the byte at `start` is such: `(Anna Maas)`, `Photo by Anna Maas`.

    It is none where it asks for something: `(add a photo)`.
    """
    draft, data = layout.draft, layout.data
    line = draft.line_start(start)
    if not line:
        return False
    above = draft.line_start(line - 1)
    if not data[above:line].strip(b" \t\r\n>") and above:  # a blank line is between them
        above = draft.line_start(above - 1)
    if _PICTURE.match(data, above, min(line, above + SURROUNDINGS)) is None:
        return False
    text = layout.text(line, draft.line_end(start)).strip(" \t\r\n>")
    alone = _ALONE.fullmatch(text)
    return _asks_nothing(layout, alone[1] or alone[2]) if alone else is_heading(layout, text)


def is_heading(layout: Layout, text: str) -> bool:
    """Tell whether a heading's or a line's words say who made the pictures: `Photos by Ida Holm`."""
    words = text.strip("*_()[] ")
    return bool(layout.words.patterns["sections.credit"].fullmatch(words)) and _asks_nothing(layout, words)


def _asks_nothing(layout: Layout, words: str) -> bool:
    return "?" not in words and not layout.lexicon.asks(words, of_picture=True)

"""Tell whether a place stands beside another one: in the same quote, item, box or tab."""

from __future__ import annotations

from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.boxes import BORDER
from assistant.core.text.spans import holds
from assistant.core.types import Span

_AROUND = frozenset(("BlockQuote", "FootnoteDefinition", "Item"))
_MARKS = lazy.pattern(rb"[ \t>]*")
_INSET = 4
"""Columns from which a line may be in a box by its indent alone, as MkDocs has it."""
_STRAY = 3
"""Columns that may be between lines of one container."""


def is_beside(layout: Layout, place: Span, other: Span) -> bool:
    """Tell whether no border is between two places, one right below the other."""
    draft = layout.draft
    around, of_other = (
        [block for block in draft.blocks_around(one) if block.kind in _AROUND and block.start < one.start]
        for one in (place, other)
    )
    if not all(holds(block, other) for block in around):
        return False
    if any(block.kind != "Item" and block not in around for block in of_other):
        return False
    line = draft.line_start(place.start)
    if place.end <= other.start:
        start, end = draft.line_end(max(place.start, place.end - 1)), draft.line_end(other.start)
    else:
        start, end = draft.line_start(other.start), line
    if BORDER.search(layout.data, start, end):
        return False
    least = _column(layout.data, line) - _STRAY
    lines = layout.data[start:end].splitlines() if least >= _INSET - _STRAY else ()
    return all(_column(one) >= least for one in lines if one.strip(b" \t>"))


def _column(data: bytes, line: int = 0) -> int:
    """Return how far in the words of a line begin, behind the marks of quotes."""
    marks = _MARKS.match(data, line)
    return len(marks[0].rpartition(b">")[2].expandtabs(4)) if marks else 0

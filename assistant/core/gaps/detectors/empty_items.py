"""Find list items with nothing in them, and items whose colon waits for a value that the others have."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.types import GapKind

_LONGEST_LABEL = 80
"""Letters of a label such as `Budget:`; with more it is a sentence that leads to the items below."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each empty item and each missing value."""
    for outer in layout.outer_lists:
        yield from _in_list(layout, outer.end, outer.first)


def _in_list(layout: Layout, stop: int, first: int) -> Iterator[Candidate]:
    filled, waiting = 0, []
    for index in range(first, len(layout.leaves)):
        leaf = layout.leaves[index]
        if leaf.start >= stop and layout.draft.blocks[leaf.block].start >= stop:
            break
        if leaf.kind != "Item":
            continue
        if leaf.end <= leaf.start:
            line = layout.line_start(leaf.start, 0)
            start, end = layout.trim(line, leaf.start)
            if end > start:
                yield Candidate(GapKind.NOTES, start, end, ["empty-item"], leaf=index)
            continue
        colon = layout.data.find(b":", leaf.start, leaf.end)
        if colon < 0 or layout.data[colon : colon + 3] == b"://":
            continue
        if layout.data[colon + 1 : leaf.end].strip(b"*_ "):
            filled += 1
        elif _is_waiting(layout, index, leaf, stop):
            waiting.append((index, leaf))
    if filled >= 2 and len(waiting) * 2 <= filled:
        for index, leaf in waiting:
            yield Candidate(GapKind.NOTES, leaf.start, leaf.end, ["value-is-missing"], leaf=index)


def _is_waiting(layout: Layout, index: int, leaf: Leaf, stop: int) -> bool:
    """Tell whether nothing follows an item's label, such as `Price:`."""
    label = layout.data[leaf.start : leaf.end]
    if len(label) > _LONGEST_LABEL or b"]" in label or b"==" in label:
        return False
    following = layout.leaves[index + 1] if index + 1 < len(layout.leaves) else None
    if following is None:
        return True
    return (following.lists <= leaf.lists or following.start >= stop) and following.kind != "CodeBlock"

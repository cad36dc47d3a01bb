"""Finds what an instruction governs: the list below it, the paragraph above, the section around it."""

from __future__ import annotations

from assistant.core.gaps.layout import Layout
from assistant.core.types import Span

_MOST = 200
"""Leaves around an instruction that are looked at."""


def targets(layout: Layout, index: int, words: list[str], text: str) -> tuple[Span, ...]:
    """Return the places that the instruction in a leaf speaks of, in document order."""
    phrases = layout.phrases
    leaf = layout.leaves[index]
    if leaf.kind == "Item":
        return _children(layout, index)
    below = _next_block(layout, index)
    if phrases("above").within(words) or phrases("above").glued_in(text):
        return _previous_block(layout, index)
    if phrases("section").within(words) or phrases("section").glued_in(text):
        return _section(layout, index)
    if phrases("each").within(words) or phrases("each").glued_in(text):
        return below or _previous_block(layout, index)
    if phrases("below").within(words) or phrases("below").glued_in(text):
        return below
    return below if below and _starts_list(layout, index) else ()


def _starts_list(layout: Layout, index: int) -> bool:
    """Say whether a list stands right below a leaf, in the same section."""
    following = index + 1
    if following >= len(layout.leaves):
        return False
    leaf, mine = layout.leaves[following], layout.leaves[index]
    return leaf.group != mine.group and leaf.lists > mine.lists and leaf.kind != "Heading"


def _next_block(layout: Layout, index: int) -> tuple[Span, ...]:
    following = index + 1
    if following >= len(layout.leaves):
        return ()
    leaf = layout.leaves[following]
    if leaf.kind == "Heading":
        return ()
    if leaf.group >= 0 and leaf.group != layout.leaves[index].group:
        return items(layout, _outermost(layout, following, layout.leaves[index].lists))
    return (Span(leaf.start, leaf.end),)


def _previous_block(layout: Layout, index: int) -> tuple[Span, ...]:
    if index == 0 or layout.leaves[index - 1].kind == "Heading":
        return ()
    leaf = layout.leaves[index - 1]
    if leaf.group >= 0 and leaf.group != layout.leaves[index].group:
        return items(layout, _outermost(layout, index - 1, layout.leaves[index].lists))
    return (Span(leaf.start, leaf.end),)


def _outermost(layout: Layout, index: int, lists: int) -> int:
    """Return the block of the outermost list around a leaf that isn't also around the instruction."""
    leaf = layout.leaves[index]
    blocks = layout.draft.blocks
    block = leaf.group
    for candidate in range(leaf.group, -1, -1):
        kind, start, end, depth, _ = blocks[candidate]
        if kind == "List" and start <= leaf.start < end:
            block = candidate
            if lists == 0 and depth == 0:
                break
        if depth == 0 and kind == "List":
            break
    return block


def items(layout: Layout, block: int) -> tuple[Span, ...]:
    """Return the items of a list, each without the line ends that trail it."""
    blocks = layout.draft.blocks
    if block < 0:
        return ()
    _, _, end, depth, _ = blocks[block]
    found = []
    for candidate in range(block + 1, len(blocks)):
        kind, start, stop, level, _ = blocks[candidate]
        if start >= end:
            break
        if kind == "Item" and level == depth + 1:
            found.append(Span(*layout.trim(start, stop)))
    return tuple(span for span in found if span.end > span.start)


def _children(layout: Layout, index: int) -> tuple[Span, ...]:
    leaf, blocks = layout.leaves[index], layout.draft.blocks
    if leaf.block + 1 < len(blocks) and index + 1 < len(layout.leaves):
        end = blocks[leaf.block].end
        for candidate in range(leaf.block + 1, len(blocks)):
            block = blocks[candidate]
            if block.start >= end:
                break
            if block.kind == "List":
                return items(layout, candidate)
    return ()


def _section(layout: Layout, index: int) -> tuple[Span, ...]:
    """Return the paragraphs and lists of the section around a leaf, the leaf itself left out."""
    section = layout.section_of(layout.leaves[index].start)
    if section < 0:
        return ()
    body = layout.draft.headings[section].body
    own = layout.leaves[index]
    spans = []
    for place in range(index + 1, min(index + _MOST, len(layout.leaves))):
        leaf = layout.leaves[place]
        if leaf.start >= body.end:
            break
        if not leaf.lists:
            spans.append(Span(leaf.start, leaf.end))
    before = index - 1
    while before >= max(0, index - _MOST) and layout.leaves[before].start >= body.start:
        leaf = layout.leaves[before]
        if not leaf.lists and leaf.start != own.start:
            spans.append(Span(leaf.start, leaf.end))
        before -= 1
    return tuple(sorted(span for span in spans if span.end > span.start))

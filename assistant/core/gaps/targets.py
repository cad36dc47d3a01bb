"""Finds what an instruction governs: the list below it, the paragraph above, the section around it."""

from __future__ import annotations

from assistant.core.gaps.page import Page
from assistant.core.types import Span

_MOST = 200
"""Leaves around an instruction that are looked at."""


def targets(page: Page, index: int, words: list[str], text: str) -> tuple[Span, ...]:
    """Return the places that the instruction in a leaf speaks of, in document order."""
    phrases = page.phrases
    leaf = page.leaves[index]
    if leaf.kind == "Item":
        return _children(page, index)
    below = _next_block(page, index)
    if phrases("above").within(words) or phrases("above").glued_in(text):
        return _previous_block(page, index)
    if phrases("section").within(words) or phrases("section").glued_in(text):
        return _section(page, index)
    if phrases("each").within(words) or phrases("each").glued_in(text):
        return below or _previous_block(page, index)
    if phrases("below").within(words) or phrases("below").glued_in(text):
        return below
    return below if below and _starts_list(page, index) else ()


def _starts_list(page: Page, index: int) -> bool:
    """Say whether a list stands right below a leaf, in the same section."""
    following = index + 1
    if following >= len(page.leaves):
        return False
    leaf, mine = page.leaves[following], page.leaves[index]
    return leaf.group != mine.group and leaf.lists > mine.lists and leaf.kind != "Heading"


def _next_block(page: Page, index: int) -> tuple[Span, ...]:
    following = index + 1
    if following >= len(page.leaves):
        return ()
    leaf = page.leaves[following]
    if leaf.kind == "Heading":
        return ()
    if leaf.group >= 0 and leaf.group != page.leaves[index].group:
        return items(page, _outermost(page, following, page.leaves[index].lists))
    return (Span(leaf.start, leaf.end),)


def _previous_block(page: Page, index: int) -> tuple[Span, ...]:
    if index == 0 or page.leaves[index - 1].kind == "Heading":
        return ()
    leaf = page.leaves[index - 1]
    if leaf.group >= 0 and leaf.group != page.leaves[index].group:
        return items(page, _outermost(page, index - 1, page.leaves[index].lists))
    return (Span(leaf.start, leaf.end),)


def _outermost(page: Page, index: int, lists: int) -> int:
    """Return the block of the outermost list around a leaf that isn't also around the instruction."""
    leaf = page.leaves[index]
    blocks = page.draft.blocks
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


def items(page: Page, block: int) -> tuple[Span, ...]:
    """Return the items of a list, each without the line ends that trail it."""
    blocks = page.draft.blocks
    if block < 0:
        return ()
    _, _, end, depth, _ = blocks[block]
    found = []
    for candidate in range(block + 1, len(blocks)):
        kind, start, stop, level, _ = blocks[candidate]
        if start >= end:
            break
        if kind == "Item" and level == depth + 1:
            found.append(Span(*page.trim(start, stop)))
    return tuple(span for span in found if span.end > span.start)


def _children(page: Page, index: int) -> tuple[Span, ...]:
    leaf, blocks = page.leaves[index], page.draft.blocks
    if leaf.block + 1 < len(blocks) and index + 1 < len(page.leaves):
        end = blocks[leaf.block].end
        for candidate in range(leaf.block + 1, len(blocks)):
            block = blocks[candidate]
            if block.start >= end:
                break
            if block.kind == "List":
                return items(page, candidate)
    return ()


def _section(page: Page, index: int) -> tuple[Span, ...]:
    """Return the paragraphs and lists of the section around a leaf, the leaf itself left out."""
    section = page.section_of(page.leaves[index].start)
    if section < 0:
        return ()
    body = page.draft.headings[section].body
    own = page.leaves[index]
    spans = []
    for place in range(index + 1, min(index + _MOST, len(page.leaves))):
        leaf = page.leaves[place]
        if leaf.start >= body.end:
            break
        if not leaf.lists:
            spans.append(Span(leaf.start, leaf.end))
    before = index - 1
    while before >= max(0, index - _MOST) and page.leaves[before].start >= body.start:
        leaf = page.leaves[before]
        if not leaf.lists and leaf.start != own.start:
            spans.append(Span(leaf.start, leaf.end))
        before -= 1
    return tuple(sorted(span for span in spans if span.end > span.start))

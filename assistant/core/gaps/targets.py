"""Find what an instruction governs: the list or headings below, the paragraph above, or the section."""

from __future__ import annotations

import bisect
import itertools
from typing import NamedTuple

from assistant.core.gaps.beside import is_beside
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.leaves import Leaf, without_closing
from assistant.core.text.draft import Heading
from assistant.core.text.lists import without_mark
from assistant.core.text.sentences import is_finished
from assistant.core.types import Span

_MOST = 200
"""Leaves around an instruction that are looked at."""
_SHORT = 8
"""Most words of a paragraph that stands for a text to come."""
_SEVERAL = 2
"""Fewest headings below a line that are `each of these` where a list of notes is above it."""


class Request(NamedTuple):
    """The words of an author that speak of other places."""

    leaf: int
    """The index of that in which they begin."""
    span: Span


def targets(layout: Layout, at: Request, words: list[str], text: str) -> tuple[Span, ...]:
    """Return the places that an instruction speaks of, in document order."""
    index, leaf = at.leaf, layout.leaves[at.leaf]
    if leaf.kind == "Item":
        return ()

    def speaks_of(purpose: str) -> bool:
        return layout.phrases(purpose).says(words, text)

    is_each = speaks_of("each") or layout.phrases("each-at-end").ends(words)
    below = (_stub_paragraphs(layout, at) if is_each else ()) or _block(layout, at, index + 1)
    is_lead = speaks_of("below") or text.rstrip(" *_").endswith((":", "："))
    points = _points(layout, at) if is_each and not is_lead else ()
    if points and len(below) == 1 and is_finished(layout.text(*below[0])):
        return points  # the text continues below: one finished paragraph is not `each of these`
    if not below:
        below = _stubs(layout, index, are_any=is_each and not points)
        below = below if len(below) >= _SEVERAL else points or below
    if speaks_of("above"):
        return _block(layout, at, index - 1)
    if speaks_of("section"):
        return section(layout, index)
    if is_each or speaks_of("these"):
        return (below if is_each else _unwritten(layout, below)) or _listed(layout, at)
    if speaks_of("below"):
        return below
    following = layout.leaves[index + 1] if below else leaf
    is_list = following.group != leaf.group and following.lists > leaf.lists
    return tuple(item for item in below if not _are_finished(layout, (item,))) if is_list else ()


def above(layout: Layout, index: int) -> tuple[Span, ...]:
    """Return the paragraph above a leaf, or the items of the list there; nothing below a heading."""
    if not 0 < index < len(layout.leaves):
        return ()
    return _block(layout, Request(index, layout.leaves[index].span), index - 1)


def _listed(layout: Layout, at: Request) -> tuple[Span, ...]:
    """Return the items above a leaf, or a paragraph of notes there: `these` are no finished sentences."""
    return _unwritten(layout, _block(layout, at, at.leaf - 1))


def _unwritten(layout: Layout, beside: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(span for span in beside if len(beside) > 1 or not is_finished(layout.text(*span)))


def _points(layout: Layout, at: Request) -> tuple[Span, ...]:
    """Return the items right above a leaf, where one at least is still to be written."""
    items = _listed(layout, at)
    return items if len(items) > 1 and not _are_finished(layout, items) else ()


def _are_finished(layout: Layout, items: tuple[Span, ...]) -> bool:
    return all(is_finished(without_mark(layout.text(*item))) for item in items)


def _block(layout: Layout, at: Request, near: int) -> tuple[Span, ...]:
    """Return the paragraph, or the items of the list, next to a request; nothing at a heading.

    Nothing is in another box, tab or quote either: there the author speaks of something else.
    """
    if not 0 <= near < len(layout.leaves) or layout.leaves[near].kind == "Heading":
        return ()
    leaf, own = layout.leaves[near], layout.leaves[at.leaf]
    if leaf.kind == "HtmlBlock" or not is_beside(layout, at.span, leaf.span):
        return ()
    if leaf.group >= 0 and leaf.group != own.group:
        return _items(layout, _outermost(layout, leaf, own))
    return (leaf.span,)


def _stub_paragraphs(layout: Layout, at: Request) -> tuple[Span, ...]:
    """Return the paragraphs right below a request where several are there, short and not all sentences."""
    following = layout.leaves[at.leaf + 1 : at.leaf + _MOST]
    rows = [at.span]
    for leaf in following:
        if leaf.kind != "Paragraph" or leaf.lists or not is_beside(layout, rows[-1], leaf.span):
            break
        rows.append(leaf.span)
    texts = [layout.text(*span) for span in rows[1:]]
    are_stubs = len(texts) > 1 and all(len(text.split()) <= _SHORT for text in texts)
    return tuple(rows[1:]) if are_stubs and not all(map(is_finished, texts)) else ()


def _stubs(layout: Layout, index: int, *, are_any: bool) -> tuple[Span, ...]:
    """Return the headings without text right below a leaf, deeper than its own heading unless `are_any`.

    Of those that are written already, `are_any` passes over the first.
    """
    headings, own = layout.draft.headings, layout.draft.heading_above(layout.leaves[index].start)
    first = bisect.bisect_right(headings, layout.leaves[index].start, key=lambda heading: heading.span.start)
    stubs: list[Heading] = []
    top = 1 if are_any or own is None else own.level + 1
    for heading, after in itertools.pairwise((*headings[first : first + _MOST], None)):
        if heading is None or heading.level < top:
            break
        if layout.data[slice(*heading.body)].strip():
            if stubs or not are_any:
                break
            top = max(top, heading.level)  # the first of them were written since
            continue
        top = stubs[0].level if stubs else max(top, heading.level)
        if after is None or after.level <= heading.level:  # others hold the headings below them
            stubs.append(heading)
    return tuple(heading.span for heading in stubs)


def _outermost(layout: Layout, leaf: Leaf, own: Leaf) -> int:
    """Return the block of the outermost list around a leaf in which another leaf, `own`, isn't."""
    block = leaf.group
    # A list below `own` that it isn't in begins after it, so that no block above is looked at.
    for number in range(leaf.group, own.block if own.start < leaf.start else -1, -1):
        kind, start, end, depth, _ = layout.draft.blocks[number]
        if kind == "List" and start <= leaf.start < end and not start <= own.start < end:
            block = number
        if kind == "List" and depth == 0:
            break
    return block


def _items(layout: Layout, number: int) -> tuple[Span, ...]:
    """Return the items of a list, each without the line ends that trail it, and a box's last line."""
    blocks = layout.draft.blocks
    outer, spans = blocks[number], []
    for inner in range(number + 1, len(blocks)):
        block = blocks[inner]
        if block.start >= outer.end:
            break
        if block.kind == "Item" and block.depth == outer.depth + 1:
            start, end = layout.trim(block.start, block.end)
            spans.append(Span(start, without_closing(layout.data, start, end)))
    return tuple(span for span in spans if span.end > span.start)


def section(layout: Layout, index: int) -> tuple[Span, ...]:
    """Return the paragraphs of the section around a leaf, the leaf itself left out."""
    own = layout.leaves[index]
    heading = layout.draft.heading_above(own.start)
    if heading is None:
        return ()
    near = layout.leaves[max(0, index - _MOST) : index + _MOST]
    return tuple(
        leaf.span
        for leaf in near
        if heading.body.start <= leaf.start < heading.body.end
        and not leaf.lists
        and leaf.end > leaf.start != own.start
    )

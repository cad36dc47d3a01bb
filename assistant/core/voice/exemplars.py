"""Find the finished pieces of an author's text that can be shown to a model: sections and list items."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.core.text.draft import Block, Draft
from assistant.core.text.lists import item_mark, lead_in, without_mark
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.spans import joined, overlaps_any
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Span

Form = Literal["prose", "list", "item"]

FEWEST, MOST = 30, 320
"""Words of a section that is shown: a shorter one shows no voice, a longer one leaves room for no other."""
FEWEST_LISTED = 12
"""The same for a list, which shows how lists are written before it has as many words, and for an item."""

_SAYS_SOMETHING = 8
"""Fewest words of a section that is worth a turn where everything is shown."""
_LISTED = 0.4
"""Least share of a section that makes it a list: most lists have a lead-in, and an end."""
_LONG_WORD = 10
"""Characters to a word in a section that is made of addresses."""
_NOT_SAID = frozenset(("CodeBlock", "Table", "HtmlBlock"))


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A finished piece of the author's text, and the words by which it is asked for."""

    post: str
    """The title of the post that it is from."""
    heading: str
    form: Form
    stub: str
    """For a list item, its lead-in and first sentence, which the text continues; else empty."""
    text: str
    level: int = 2
    """The level of its heading."""
    is_last: bool = False
    """True for the section that ends its post."""
    has_list: bool = False
    """True for a section with a list in it, however much else it says."""
    start: int = 0
    """The byte of its post where its heading begins."""


def finished_sections(draft: Draft, gaps: Sequence[Gap], *, everything: bool = False) -> list[Exemplar]:
    """Return the sections that nothing is missing from, in document order.

    Those that a model can be shown for their style hold only prose and lists and are of a usual length;
    with `everything` all come that say something.
    """
    holes = _holes(gaps)
    blocks = [b for b in draft.blocks if b.depth == 0]
    starts = [b.start for b in blocks]
    sections = []
    for heading in draft.headings:
        body = heading.body
        with_body = Span(heading.span.start, body.end)
        if overlaps_any(with_body, holes):
            continue
        inside = blocks[bisect_left(starts, body.start) : bisect_left(starts, body.end)]
        listed = sum(b.end - b.start for b in inside if b.kind == "List")
        total = sum(b.end - b.start for b in inside)
        form: Form = "list" if listed and listed >= _LISTED * total else "prose"
        text = draft.text(body).strip()
        if count_words(text) >= _SAYS_SOMETHING if everything else _is_exemplary(text, form, inside):
            last = heading.section.end >= len(draft.data) and body.end == heading.section.end
            place = heading.level, last, listed > 0, heading.span.start
            sections.append(Exemplar(draft.title, heading.text, form, "", text, *place))
    return sections


def _is_exemplary(text: str, form: Form, blocks: Sequence[Block]) -> bool:
    """Tell whether a section is nothing but prose and lists, and of a length that can be shown."""
    kinds, words = {b.kind for b in blocks}, count_words(text)
    fewest = FEWEST_LISTED if form == "list" else FEWEST
    is_said = bool(kinds & {"Paragraph", "List"}) and not kinds & _NOT_SAID
    return is_said and fewest <= words <= MOST and len(text) < _LONG_WORD * words


def finished_items(draft: Draft, gaps: Sequence[Gap]) -> list[Exemplar]:
    """Return the list items that continue after their first sentence, split there."""
    holes = _holes(gaps)
    items = []
    for block, inner in zip(draft.blocks, (*draft.blocks[1:], None), strict=True):
        holds_blocks = inner and inner.depth > block.depth and inner.kind != "Paragraph"
        if block.kind != "Item" or holds_blocks or overlaps_any(block, holes):
            continue
        text = without_mark(draft.text(block.span)).strip()
        if "\n" in text:
            continue
        opening = len(lead_in(text))
        first = next((end for _, end in sentence_spans(text) if end > opening), 0)
        if first and count_words(rest := text[first:].strip()) >= FEWEST_LISTED:
            heading = draft.heading_above(block.start)
            name, level = (heading.text, heading.level) if heading else ("", 1)
            items.append(Exemplar(draft.title, name, "item", text[:first].strip(), rest, level))
    return items


def accepted_pieces(draft: Draft, places: Iterable[Span]) -> list[Exemplar]:
    """Return the texts at some places of a draft that say something, each with what it is asked for by."""
    pieces = []
    for place in places:
        text, heading = draft.text(place).strip(), draft.heading_above(place.start)
        name, level = (heading.text, heading.level) if heading else ("", 1)
        item = next(
            (b for b in draft.blocks_around(place) if b.kind == "Item" and b.start < place.start), None
        )
        stub = without_mark(draft.text((item.start, place.start)).strip()) if item else ""
        form: Form = "item" if stub else "list" if item_mark(text) else "prose"
        if count_words(text) >= _SAYS_SOMETHING:
            pieces.append(Exemplar(draft.title, name, form, stub, text, level, start=place.start))
    return pieces


def _holes(gaps: Iterable[Gap]) -> list[Span]:
    return joined(hole for gap in gaps for hole in (gap.span, *gap.targets))

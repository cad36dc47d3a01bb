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
"""Words of an example: a shorter section shows no voice, a longer one leaves no room for others."""
FEWEST_LISTED = 12
"""The fewest for a list or an item, which show their style in fewer words."""

_SAYS_SOMETHING = 8
"""Fewest words of a section worth a turn where everything is shown."""
_LIST_SHARE = 0.4
"""Least share of a section that makes it a list: most lists have a lead-in, and an end."""
_LONG_WORD = 10
"""Characters per word in a section that consists of addresses."""
_NOT_PROSE = frozenset(("CodeBlock", "Table", "HtmlBlock"))


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A finished piece of the author's text, and the words that ask for it."""

    post: str
    """The title of its post."""
    heading: str
    form: Form
    stub: str
    """A list item's lead-in and first sentence, which the text continues; else empty."""
    text: str
    level: int = 2
    """The level of its heading."""
    is_last: bool = False
    """True for the section that ends its post."""
    has_list: bool = False
    """True for a section with a list, however much prose it has."""
    start: int = 0
    """The byte offset of its heading in its post."""


def finished_sections(draft: Draft, gaps: Sequence[Gap], *, everything: bool = False) -> list[Exemplar]:
    """Return the sections without gaps, in document order.

    Only those of prose and lists and of a usual length can show a model their style; `everything` returns
    all that say something.
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
        section_blocks = blocks[bisect_left(starts, body.start) : bisect_left(starts, body.end)]
        list_size = sum(b.end - b.start for b in section_blocks if b.kind == "List")
        total = sum(b.end - b.start for b in section_blocks)
        form: Form = "list" if list_size and list_size >= _LIST_SHARE * total else "prose"
        text = draft.text(body).strip()
        if count_words(text) >= _SAYS_SOMETHING if everything else _is_exemplary(text, form, section_blocks):
            last = heading.section.end >= len(draft.data) and body.end == heading.section.end
            place = heading.level, last, list_size > 0, heading.span.start
            sections.append(Exemplar(draft.title, heading.text, form, "", text, *place))
    return sections


def own_sections(draft: Draft, gaps: Sequence[Gap]) -> list[Exemplar]:
    """Return the draft's finished sections: good examples first, then by distance from a gap."""
    places = [gap.span.start for gap in gaps] or [0]
    exemplary = finished_sections(draft, gaps)

    def order(exemplar: Exemplar) -> tuple[bool, int]:
        return exemplar not in exemplary, min(abs(exemplar.start - place) for place in places)

    return sorted(finished_sections(draft, gaps, everything=True), key=order)


def _is_exemplary(text: str, form: Form, blocks: Sequence[Block]) -> bool:
    """Tell whether a section has only prose and lists, and the right length for an example."""
    kinds, words = {b.kind for b in blocks}, count_words(text)
    fewest = FEWEST_LISTED if form == "list" else FEWEST
    is_text = bool(kinds & {"Paragraph", "List"}) and not kinds & _NOT_PROSE
    return is_text and fewest <= words <= MOST and len(text) < _LONG_WORD * words


def finished_items(draft: Draft, gaps: Sequence[Gap]) -> list[Exemplar]:
    """Return the list items that continue after their first sentence, split after it."""
    holes = _holes(gaps)
    items = []
    for block, inner in zip(draft.blocks, (*draft.blocks[1:], None), strict=False):
        holds_blocks = inner and inner.depth > block.depth and inner.kind != "Paragraph"
        if block.kind != "Item" or holds_blocks or overlaps_any(block, holes):
            continue
        text = without_mark(draft.text(block.span)).strip()
        if "\n" in text:
            continue
        opening = len(lead_in(text))
        first_end = next((end for _, end in sentence_spans(text) if end > opening), 0)
        if first_end and count_words(continuation := text[first_end:].strip()) >= FEWEST_LISTED:
            heading = draft.heading_above(block.start)
            name, level = (heading.text, heading.level) if heading else ("", 1)
            items.append(Exemplar(draft.title, name, "item", text[:first_end].strip(), continuation, level))
    return items


def accepted_pieces(draft: Draft, places: Iterable[Span]) -> list[Exemplar]:
    """Return the texts at some places of a draft that say something, each with the words that ask for it."""
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

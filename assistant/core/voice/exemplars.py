"""Finds the finished pieces of an author's text that can be shown to a model: sections and list items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.core.text.draft import Block, Draft, Heading
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Span

Form = Literal["prose", "list", "item"]

FEWEST, MOST = 30, 320
"""Words of a section that is shown: a shorter one shows no voice, a longer one leaves room for no other."""
FEWEST_LISTED = 12
"""The same for a list, which shows how lists are written before it has as many words."""

_LEAD_IN = re.compile(r"\A(?:\[[ xX]\]\s*)?(?:\*\*|__)[^*_\n]+(?:\*\*|__)")
_MARKER = re.compile(r"\A[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_FIRST_SENTENCE = re.compile(r".+?[.!?…][\"'”’)*_]*(?=\s)", re.S)
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


def finished_sections(draft: Draft, gaps: Sequence[Gap], *, everything: bool = False) -> list[Exemplar]:
    """Return the sections that nothing is missing from, in document order.

    Those that a model can be shown for their style hold only prose and lists and are of a usual length;
    with `everything` all come that say something.
    """
    holes = _holes(gaps)
    blocks = [b for b in draft.blocks if b.depth == 0]
    found = []
    for heading in draft.headings:
        body = heading.body
        if any(h.start < body.end and h.end > heading.span.start for h in holes):
            continue
        kinds = Counter(b.kind for b in blocks if body.start <= b.start < body.end)
        words = count_words(text := draft.text(body).strip())
        if everything and words < 8:
            continue
        form = form_of(draft, heading)
        if not everything and not (
            kinds["Paragraph"] + kinds["List"]
            and not kinds.keys() & _NOT_SAID
            and (FEWEST_LISTED if form == "list" else FEWEST) <= words <= MOST
            and len(text) < 10 * words  # else it is made of addresses
        ):
            continue
        last = heading.section.end >= len(draft.data) and heading.body.end == heading.section.end
        found.append(
            Exemplar(
                draft.title,
                heading.text,
                form,
                "",
                text,
                heading.level,
                last,
                has_list=kinds["List"] > 0,
            )
        )
    return found


def form_of(draft: Draft, heading: Heading) -> Form:
    """Return `list` when the section under `heading` says most of what it says in a list."""
    listed = written = 0
    for block in draft.blocks:
        if block.depth == 0 and heading.body.start <= block.start < heading.body.end:
            size = block.end - block.start
            written += size
            listed += size if block.kind == "List" else 0
    return "list" if written and listed * 5 >= written * 2 else "prose"


def finished_items(draft: Draft, gaps: Sequence[Gap]) -> list[Exemplar]:
    """Return the list items that go on after their first sentence, split there."""
    holes = _holes(gaps)
    found = []
    for block in draft.blocks:
        if block.kind != "Item" or any(h.start < block.end and h.end > block.start for h in holes):
            continue
        text = _MARKER.sub("", draft.text((block.start, block.end))).strip()
        lead = _LEAD_IN.match(text)
        first = _FIRST_SENTENCE.match(text, lead.end() if lead else 0)
        if "\n" in text or not first:
            continue
        rest = text[first.end() :].strip()
        if count_words(rest) >= 12:
            heading = heading_above(draft, block)
            found.append(
                Exemplar(
                    draft.title,
                    heading.text if heading else "",
                    "item",
                    text[: first.end()].strip(),
                    rest,
                    heading.level if heading else 1,
                )
            )
    return found


def heading_above(draft: Draft, block: Block) -> Heading | None:
    """Return the heading that a block stands under."""
    return next((h for h in reversed(draft.headings) if h.span.start < block.start), None)


def _holes(gaps: Iterable[Gap]) -> list[Span]:
    return sorted(hole for gap in gaps for hole in (gap.span, *gap.targets))

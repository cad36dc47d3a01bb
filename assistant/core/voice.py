"""Learns how an author sounds from what the author has finished: sections and list items to show a model.

A model that continues after the author's own text imitates a style far better than one that is given a
description of it, so a voice is first of all a choice of finished text.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.core.cleanup import count_words
from assistant.core.draft import Draft
from assistant.core.language import COMMON
from assistant.core.types import Gap, GapKind, Span

Form = Literal["prose", "list", "item"]

_LEAD_IN = re.compile(r"\A(?:\[[ xX]\]\s*)?(?:\*\*|__)[^*_\n]+(?:\*\*|__)")
_MARKER = re.compile(r"\A[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_FIRST_SENTENCE = re.compile(r".+?[.!?…][\"'”’)*_]*(?=\s)", re.S)
_COMMONEST = frozenset(word for words in COMMON.values() for word in words.split())


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


@dataclass(frozen=True, slots=True)
class Voice:
    """What was learnt of an author."""

    sections: tuple[Exemplar, ...] = ()
    """One to three finished sections, the best one last."""
    items: tuple[Exemplar, ...] = ()
    """Up to three finished list items, the best one last."""
    section_words: tuple[int, int] = (80, 160)
    """The fewest and the most words that the author's sections usually have."""
    item_words: tuple[int, int] = (25, 60)
    """The same for what follows the first sentence of a list item."""
    sources: tuple[str, ...] = ()
    """Titles of the posts that it was learnt from."""


def learn(
    draft: Draft, gaps: Sequence[Gap], *, siblings: Iterable[tuple[Draft, Sequence[Gap]]], most: int = 3
) -> Voice:
    """Choose what to show a model from finished sibling posts, or from the draft itself where there are none.

    `siblings` are posts of the series with the gaps found in them; sections with a gap are never shown.
    """
    posts = list(siblings)
    subject = _subject(" ".join((draft.title, *(" ".join(g.heading_path[-1:]) for g in gaps))))
    sections = [e for post, holes in posts for e in finished_sections(post, holes)]
    own = finished_sections(draft, gaps)
    items = [e for post, holes in posts for e in finished_items(post, holes)]
    own_items = finished_items(draft, gaps)
    wanted_items = any(gap.kind is GapKind.INSTRUCTION and gap.targets for gap in gaps)
    lengths = [count_words(e.text) for e in (*sections, *own) if e.form == "prose"]
    item_lengths = [count_words(e.text) for e in (*items, *own_items)]
    return Voice(
        _best(sections, subject, most, statistics.median(lengths) if lengths else 120),
        _best(items or own_items, subject, most, statistics.median(item_lengths) if item_lengths else 40)
        if wanted_items
        else (),
        _usual(lengths, (80, 160)),
        _usual(item_lengths, (25, 60)),
        tuple(dict.fromkeys(e.post for e in (*sections, *items))),
    )


def finished_sections(draft: Draft, gaps: Sequence[Gap]) -> list[Exemplar]:
    """Return the sections of prose or lists that nothing is missing from, in document order."""
    holes = sorted(hole for gap in gaps for hole in (gap.span, *gap.targets))
    blocks = [b for b in draft.blocks if b.depth == 0]
    found = []
    for heading in draft.headings:
        body = heading.body
        inside = [b for b in blocks if body.start <= b.start < body.end]
        kinds = Counter(b.kind for b in inside)
        if any(h.start < body.end and h.end > heading.span.start for h in holes):
            continue
        if not kinds["Paragraph"] or kinds["CodeBlock"] + kinds["Table"] + kinds["HtmlBlock"]:
            continue
        text = draft.text(body).strip()
        if 30 <= count_words(text) <= 320:
            form: Form = "list" if kinds["List"] else "prose"
            found.append(Exemplar(draft.title, heading.text, form, "", text))
    return found


def finished_items(draft: Draft, gaps: Sequence[Gap]) -> list[Exemplar]:
    """Return the list items that go on after their first sentence, split there."""
    holes = [hole for gap in gaps for hole in (gap.span, *gap.targets)]
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
            heading = _heading_above(draft, Span(block.start, block.end))
            found.append(Exemplar(draft.title, heading, "item", text[: first.end()].strip(), rest))
    return found


def _heading_above(draft: Draft, span: Span) -> str:
    return next((h.text for h in reversed(draft.headings) if h.span.start < span.start), "")


def _subject(text: str) -> Counter[str]:
    return Counter(w for w in re.findall(r"\w+", text.casefold()) if w not in _COMMONEST and len(w) > 2)


def _best(found: Sequence[Exemplar], subject: Counter[str], most: int, length: float) -> tuple[Exemplar, ...]:
    """Take the ones of usual length nearest to the subject, from different posts first, best last."""

    def score(exemplar: Exemplar) -> float:
        words = _subject(exemplar.heading + " " + exemplar.text)
        shared = sum(min(words[w], 3) for w in subject)
        distance = abs(count_words(exemplar.text) - length) / max(length, 1)
        return float(shared / (1 + sum(words.values())) ** 0.5 - distance - 0.3 * (exemplar.form == "list"))

    ranked = sorted(found, key=score, reverse=True)
    chosen: list[Exemplar] = []
    for fresh in (True, False):
        for exemplar in ranked:
            known = any(exemplar.post == c.post for c in chosen)
            if len(chosen) < most and exemplar not in chosen and not (fresh and known):
                chosen.append(exemplar)
    return tuple(reversed(chosen))


def _usual(lengths: Sequence[int], default: tuple[int, int]) -> tuple[int, int]:
    """Return the middle half of the lengths, rounded to fives, when there are enough of them."""
    if len(lengths) < 3:
        return default
    low, _, high = statistics.quantiles(lengths, n=4)
    return max(15, int(low) // 5 * 5), max(30, (int(high) + 4) // 5 * 5)

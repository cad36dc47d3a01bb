"""The outline of a draft for a model: its headings, and what the sections say that are not shown."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.core.text.draft import Draft, Heading
from assistant.core.text.sentences import ends_sentence, sentences
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Message

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

_LONGEST = 200
"""Characters of a first sentence that still makes a line of an outline."""
_SAYS_SOMETHING = 15
"""Fewest words of a section with something missing that the model is told about."""


def within(draft: Draft, gaps: Sequence[Gap], *, count: Callable[[str], int], budget: int) -> list[Heading]:
    """Return as many headings as `budget` tokens hold: those above gaps, then the high and the near ones."""
    places = [gap.span.start for gap in gaps] or [0]
    above = {heading for place in places if (heading := draft.heading_above(place))}

    def order(heading: Heading) -> tuple[bool, int, int]:
        nearest = min(abs(heading.span.start - place) for place in places)
        return heading not in above, heading.level, nearest

    kept: set[Heading] = set()
    for heading in sorted(draft.headings, key=order):
        budget -= count(heading.text) + heading.level + 1
        if budget < 0:
            break
        kept.add(heading)
    return [heading for heading in draft.headings if heading in kept]


def intro(
    draft: Draft,
    templates: Templates,
    opening: str,
    *,
    headings: Sequence[Heading],
    gists: Mapping[int, str],
) -> Message:
    """Return the turn that asks for a draft's opening, with its outline; `gists` are by a heading's start."""
    outline = [
        {
            "level": h.level,
            "text": h.text,
            "empty": not draft.text(h.body).strip(),
            "says": gists.get(h.span.start, ""),
        }
        for h in headings
    ]
    return Message("user", templates.render("draft", title=draft.title, outline=outline, opening=opening))


def unfinished(draft: Draft, gaps: Sequence[Gap]) -> list[tuple[int, str, str]]:
    """Return the start, the heading and the words of sections that say something and lack something.

    They are no example, but what they say needs no saying again.
    """
    sections = []
    holes = sorted({hole for gap in gaps for hole in (gap.span, *gap.targets)})
    for heading in draft.headings:
        first, last = (bisect.bisect_left(holes, (at, 0)) for at in heading.body)
        inside = holes[first:last]
        ends = [heading.body.start, *(h.end for h in inside)]
        starts = [*(h.start for h in inside), heading.body.end]
        text = "".join(draft.text((a, max(a, b))) for a, b in zip(ends, starts, strict=True)).strip()
        if inside and count_words(text) >= _SAYS_SOMETHING:
            sections.append((heading.span.start, heading.text, text))
    return sections


def gists(sections: Sequence[tuple[int, str]], *, count: Callable[[str], int], budget: int) -> dict[int, str]:
    """Return the first sentences of sections that aren't shown, so that nothing repeats them."""
    gists: dict[int, str] = {}
    for start, text in sections:
        first = next(iter(sentences(text)), "")
        if first and len(first) <= _LONGEST and ends_sentence(first) and (size := count(first) + 3) <= budget:
            gists[start] = first
            budget -= size
    return gists

"""The outline of a draft for a model: its headings, and the gists of sections that are not shown."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.core.text.draft import Draft, Heading
from assistant.core.text.sentences import ends_sentence, sentences
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Message, Span

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

_LONGEST = 200
"""Most characters of a first sentence that fits in a line of an outline."""
_SAYS_SOMETHING = 15
"""Fewest words of a section with gaps that the model is told about."""


def headings(draft: Draft, gaps: Sequence[Gap], *, count: Callable[[str], int], budget: int) -> list[Heading]:
    """Return as many headings as fit in `budget` tokens: those above gaps, then by level and distance."""
    places = [gap.span.start for gap in gaps] or [0]
    gap_headings = {heading for place in places if (heading := draft.heading_above(place))}

    def order(heading: Heading) -> tuple[bool, int, int]:
        nearest = min(abs(heading.span.start - place) for place in places)
        return heading not in gap_headings, heading.level, nearest

    choice: set[Heading] = set()
    for heading in sorted(draft.headings, key=order):
        budget -= count(heading.text) + heading.level + 1
        if budget < 0:
            break
        choice.add(heading)
    return [heading for heading in draft.headings if heading in choice]


def intro(
    draft: Draft,
    templates: Templates,
    opening: str,
    *,
    headings: Sequence[Heading],
    gists: Mapping[int, str],
) -> Message:
    """Return the turn that asks for a draft's opening, with its outline; heading's start -> gist."""
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


def unfinished_sections(draft: Draft, gaps: Sequence[Gap]) -> list[tuple[int, str, str]]:
    """Return the start, the heading and the words of sections with both text and gaps.

    They are no examples, but their words need no repetition.
    """
    sections = []
    holes = unwritten(gaps)
    for heading in draft.headings:
        text = written(draft, heading.body, holes)
        if text != draft.text(heading.body).strip() and count_words(text) >= _SAYS_SOMETHING:
            sections.append((heading.span.start, heading.text, text))
    return sections


def unwritten(gaps: Sequence[Gap]) -> list[Span]:
    """Return the places of gaps in order."""
    return sorted({hole for gap in gaps for hole in (gap.span, *gap.targets)})


def written(draft: Draft, span: Span, holes: Sequence[Span]) -> str:
    """Return the text of a span without the places of `holes`, which are in order."""
    first, last = (bisect.bisect_left(holes, (at, 0)) for at in span)
    first -= first > 0 and holes[first - 1].end > span.start  # notes of several paragraphs
    ends = [span.start, *(hole.end for hole in holes[first:last])]
    starts = [*(hole.start for hole in holes[first:last]), span.end]
    return "".join(draft.text((a, max(a, b))) for a, b in zip(ends, starts, strict=True)).strip()


def gists(sections: Sequence[tuple[int, str]], *, count: Callable[[str], int], budget: int) -> dict[int, str]:
    """Return the first sentences of sections that aren't shown, so that no text repeats them."""
    gists: dict[int, str] = {}
    for start, text in sections:
        first = next(iter(sentences(text)), "")
        if first and len(first) <= _LONGEST and ends_sentence(first) and (size := count(first) + 3) <= budget:
            gists[start] = first
            budget -= size
    return gists

"""Find headings that stop in the middle: `## Why I chose the`."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.types import GapKind


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the headings whose last word opens or joins something that doesn't follow."""
    for heading in layout.draft.headings:
        words = heading.text.split()
        if len(words) < 2 or words[-1] not in layout.words.heading_ends:
            continue
        if not layout.is_verbatim(heading.span.start):
            leaf = layout.leaf_index(heading.span.start)
            yield Candidate(GapKind.NOTES, *heading.span, ["heading-cut-off"], leaf=leaf)

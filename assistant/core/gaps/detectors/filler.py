"""Find filler text: lorem ipsum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout
from assistant.core.types import GapKind

_LOREM = re.compile(rb"orem [Ii]psum")
"""Without its first letter, in either case, so that a search skips at C's speed to what begins like it."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each leaf that holds filler text."""
    data = layout.data
    if b"orem ipsum" not in data and b"orem Ipsum" not in data:
        return
    last = -1
    for hit in _LOREM.finditer(data):
        start = hit.start() - 1
        place = layout.prose_at(start) if start >= 0 and data[start] in b"Ll" else None
        if place is None or place.leaf_index == last:
            continue
        last = place.leaf_index
        words = layout.words_of(last)
        opens = words[:2] == ["lorem", "ipsum"]
        evidence = {
            "filler-text": True,
            "marker-inside-sentence": not opens,
            "word-is-spoken-of": opens and "dolor" not in words[:4] and len(words) > 2,
            "inside-quotation": place.leaf.quoted,
        }
        yield Candidate(GapKind.MARKER, place.leaf.start, place.leaf.end, present(evidence), leaf=last)

"""Find a template's sample words that were never replaced: `Price: _your price_`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_SAMPLE = re.compile(r"(?:[^:*_]{2,40}:\s*)?([*_]{1,2})([a-zà-ÿа-я][^*_]{3,60})\1\.?")
"""`*your name here*`, `Author: **name**`: a form's words, in small letters and emphasized."""

_SIGNS = frozenset(b"*_")


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each line that ends in sample words in emphasis."""
    for index in layout.note_lines:
        leaf = layout.leaves[index]
        if _SIGNS.isdisjoint(layout.data[leaf.end - 2 : leaf.end]):
            continue
        hit = _SAMPLE.fullmatch(layout.text(leaf.start, leaf.end))
        if hit is None:
            continue
        words = tokens(hit[2])
        if len(words) > 1 and layout.phrases("lead").at(words):
            signals = present({"sample-words-of-template": True, "outside-list": not leaf.lists})
            yield Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, hit[2], leaf=index)

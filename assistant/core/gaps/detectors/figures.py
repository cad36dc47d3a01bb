"""Find letters in the place of a figure: `it took X minutes`, `XX %`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_LETTERS = re.compile(
    rb"X(?:X{0,2}(?=[ ](?:%b)\b)|YZ\b|X{1,2}[ ]?(?=%%)| and Y\b)(?![-/])"
    % b"seconds?|minutes?|hours?|days?|weeks?|months?|years?|people|times|percent"
)


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each X that stands for a figure or a name."""
    if b"X" not in layout.data:
        return
    for hit in _LETTERS.finditer(layout.data):
        before = layout.data[hit.start() - 1 : hit.start()]
        if before.isalnum() or before in (b"_", b"$", b"/", b".", b"\\", b"-"):
            continue
        place = layout.prose_at(hit.start())
        if place is None or layout.is_in_address(place.leaf, hit.start()):
            continue
        is_marker = hit.group(0).strip() in (b"XX", b"XXX")
        after = tokens(layout.text(hit.end(), min(hit.end() + 24, place.leaf.end)))
        evidence = {
            "letters-for-fact": True,
            "marker-set-off-by-sign": is_marker,
            "stands-where-value-belongs": not is_marker and after[1:2] == ["ago"],
            "inside-quotation": place.leaf.quoted,
        }
        yield Candidate(GapKind.MARKER, *hit.span(), present(evidence), fillable=False, leaf=place.leaf_index)

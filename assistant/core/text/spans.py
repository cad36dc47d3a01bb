"""How places in a text lie to one another: apart, one in the other, or sharing some of it."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.core.types import Span


class _Range(Protocol):
    """Anything that is in a text: a span, a block, a warning."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def overlap(one: _Range, other: _Range) -> bool:
    """Tell whether two ranges share something; an empty one shares what it is in."""
    return one.start < other.end and other.start < one.end


def holds(outer: _Range, inner: _Range) -> bool:
    """Tell whether a range lies in another one, or is the same."""
    return outer.start <= inner.start and inner.end <= outer.end


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def masked(text: str, places: Iterable[tuple[int, int]], sign: str) -> str:
    """Return `text` with `sign` in place of each character at `places`, which may be in each other."""
    parts, at = [], 0
    for start, end in sorted(places):
        if end > at:
            parts += [text[at : max(start, at)], sign * (end - max(start, at))]
            at = end
    return "".join((*parts, text[at:]))


def overlaps_any(place: _Range, spans: Sequence[Span]) -> bool:
    """Tell whether a place overlaps one of `spans`, which are in order and apart."""
    index = bisect.bisect_left(spans, Span(place.end, 0))
    return index > 0 and spans[index - 1].end > place.start

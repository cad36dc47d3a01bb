"""Compare and join places in a text."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.core.types import Span


class _Range(Protocol):
    """Anything with a place in a text: a span, a block, a warning."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def overlap(first: _Range, second: _Range) -> bool:
    """Tell whether two ranges overlap; an empty one overlaps a range around it."""
    return first.start < second.end and second.start < first.end


def holds(outer: _Range, inner: _Range) -> bool:
    """Tell whether a range holds another one, or is the same."""
    return outer.start <= inner.start and inner.end <= outer.end


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, with those that overlap joined."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def masked(text: str, places: Iterable[tuple[int, int]], sign: str) -> str:
    """Return `text` with `sign` in place of each character at `places`, which may overlap."""
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

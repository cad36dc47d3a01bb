"""Apply the hunks that the author accepted to the bytes of the draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.core.types import Conflict, ConflictReason, Decision, Hunk, Span, Verdict


def accepted(decisions: Iterable[Decision], *, earlier: Iterable[Decision] = ()) -> tuple[Hunk, ...]:
    """Return the hunks to apply; the removal of an instruction goes with the last of its gap's pieces.

    It waits until each of them is decided, and stays where none is accepted. `earlier` are decisions on
    pieces that are not to be applied now: they are in the draft already, or have no place in it.
    """
    yes = (Verdict.ACCEPTED, Verdict.EDITED)
    every = list(decisions)
    pieces = [d for d in (*every, *earlier) if not d.hunk.follows and d.verdict is not Verdict.UNDECIDED]
    decided = Counter(d.hunk.gap for d in pieces)
    filled = {d.hunk.gap for d in pieces if d.verdict in yes}

    def is_taken(decision: Decision) -> bool:
        hunk = decision.hunk
        if hunk.follows:
            return hunk.gap in filled and decided[hunk.gap] >= hunk.follows
        return decision.verdict in yes

    return tuple(d.hunk for d in every if is_taken(d))


def apply(data: bytes, hunks: Iterable[Hunk]) -> bytes:
    """Return `data` with the hunks in it; every byte outside their spans is copied as it is.

    Raises `ValueError` when two hunks overlap or the original bytes are not at their place.
    """
    pieces: list[bytes] = []
    position = 0
    for hunk in sorted(hunks, key=lambda h: h.span):
        start, end = hunk.span
        if start < position:
            raise ValueError(f"two hunks overlap at byte {start}")
        if data[start:end] != hunk.original:
            raise ValueError(f"the original is not at byte {start}")
        pieces += (data[position:start], hunk.replacement)
        position = end
    return b"".join((*pieces, data[position:]))


def reverse(hunks: Iterable[Hunk]) -> tuple[Hunk, ...]:
    """Return hunks into a draft that has `hunks` in it, which give the draft before them."""
    reversed_, shift = [], 0
    for hunk in sorted(hunks, key=lambda h: h.span):
        start = hunk.span.start + shift
        span = Span(start, start + len(hunk.replacement))
        reversed_.append(replace(hunk, span=span, original=hunk.replacement, replacement=hunk.original))
        shift += len(hunk.replacement) - len(hunk.original)
    return tuple(reversed_)


def span_after(span: Span, hunks: Iterable[Hunk]) -> Span:
    """Return where a span is once `hunks` are in; what they replace is one with what they put there.

    Text that goes in at the start or the end of a span is no part of it, unless the span is empty.
    """
    start, end = span
    is_empty = start == end
    for hunk in sorted(hunks, key=lambda hunk: hunk.span):
        (first, last), size = hunk.span, len(hunk.replacement)
        more = size - (last - first)
        if first < span.start < last:
            start += first - span.start
        elif last <= span.start and (first < span.start or not is_empty):
            start += more
        if first < span.end < last:
            end += first + size - span.end
        elif last <= span.end and (first < span.end or is_empty):
            end += more
    return Span(start, end)


def without_overlaps(hunks: Sequence[Hunk]) -> tuple[tuple[Hunk, ...], tuple[Conflict, ...]]:
    """Return the hunks in order, and as conflicts those that replace bytes of one before them."""
    applied: list[Hunk] = []
    overlaps: list[Conflict] = []
    for hunk in sorted(hunks, key=lambda h: h.span):
        if applied and hunk.span.start < applied[-1].span.end:
            overlaps.append(Conflict(hunk, ConflictReason.OVERLAP))
        else:
            applied.append(hunk)
    return tuple(applied), tuple(overlaps)

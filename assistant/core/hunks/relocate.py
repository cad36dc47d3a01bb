"""Find where spans and hunks of a draft stand in a later version of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate

from assistant.core.types import Conflict, ConflictReason, Hunk, Span


def relocate_hunks(
    old: bytes, new: bytes, hunks: Sequence[Hunk]
) -> tuple[tuple[Hunk, ...], tuple[Conflict, ...]]:
    """Move hunks made for `old` to where their lines stand in `new`.

    A hunk moves when its lines and the line on either side of it are the same in both; the others come
    back as conflicts. Hunks that follow another (removals) are dropped with it.
    """
    if old == new:
        return tuple(hunks), ()
    spans = relocate_spans(old, new, [hunk.span for hunk in hunks])
    moved = [replace(h, span=span) for h, span in zip(hunks, spans, strict=True) if span]
    lost = [h for h, span in zip(hunks, spans, strict=True) if not span]
    kept = {h.gap for h in moved if not h.follows}
    conflicts = tuple(Conflict(h, ConflictReason.CONTENT_CHANGED) for h in lost)
    return tuple(h for h in moved if not h.follows or h.gap in kept), conflicts


def relocate_spans(old: bytes, new: bytes, spans: Sequence[Span]) -> tuple[Span | None, ...]:
    """Return where each span of `old` stands in `new`; None where its lines, or one beside them, changed."""
    if old == new:
        return tuple(spans)
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_starts, new_starts = (list(accumulate(map(len, ls), initial=0)) for ls in (old_lines, new_lines))
    blocks = _matching(old_lines, new_lines)
    firsts = [a for a, _, _ in blocks]
    moved: list[Span | None] = []
    for span in spans:
        first, last = _touched(old_starts, span, len(old_lines))
        above, below = max(first - 1, 0), min(last + 1, len(old_lines))
        at = bisect_right(firsts, above) - 1
        a, b, size = blocks[at] if at >= 0 else (0, 0, -1)
        # What stands at an end of the draft stays at that end: nothing may have come before or behind.
        ends = (first > 0 or b == 0) and (last < len(old_lines) or b + size == len(new_lines))
        if a <= above and below <= a + size and ends:
            shift = new_starts[b] - old_starts[a]
            moved.append(Span(span.start + shift, span.end + shift))
        else:
            moved.append(None)
    return tuple(moved)


def _touched(starts: Sequence[int], span: Span, count: int) -> tuple[int, int]:
    """Return the half-open range of line numbers (from 0) that `span` touches; empty for an insertion."""
    first = bisect_right(starts, span.start, 0, count) - 1 if span.start < starts[-1] else count
    last = bisect_left(starts, span.end)
    return max(first, 0), max(last, first)


def _matching(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Return the runs of equal lines as (old line, new line, how many), the common ends first cut off."""
    head, tail = common_ends(old, new)
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    ).get_matching_blocks()
    runs = [(0, 0, head), *((a + head, b + head, size) for a, b, size in middle)]
    runs.append((len(old) - tail, len(new) - tail, tail))
    return [run for run in runs if run[2]]


def common_ends(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """Return how many items are the same at the beginning of both, and how many of the others at the end."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    return head, tail

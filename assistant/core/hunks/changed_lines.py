"""Pair the lines of a stretch that was changed, by their words and their order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from assistant.core.hunks.alignment import HEADING, Run

_MOST_PAIRS = 900
"""Pairs of lines that are compared; a longer stretch counts as rewritten."""
_ALIKE = 0.5
"""Share of three bytes in a row that a line and its changed form have in common; two items have 0.4."""


def changed(
    old: Sequence[bytes], new: Sequence[bytes], runs: Sequence[Run], line: int
) -> tuple[dict[int, int], set[int]]:
    """Return which lines in the changed stretch around an old `line` are which new ones, and which are gone.

    Lines that are alike are the same, in their order; of those between them, as many as there are now.
    """
    start, end, there, until = 0, len(old), 0, len(new)
    for run in runs:
        if run.old + run.size <= line:
            start, there = run.old + run.size, run.new + run.size
        else:
            end, until = run.old, run.new
            break
    if not start <= line < end:
        return {}, set()
    moved = [range(max(run.new, there), min(run.new + run.size, until)) for run in runs]
    known = {at for lines in moved for at in lines}
    before = [at for at in range(start, end) if old[at].strip(b" \t\r\n>")]
    after = [at for at in range(there, until) if at not in known and new[at].strip(b" \t\r\n>")]
    if line not in before or not after or len(before) * len(after) > _MOST_PAIRS:
        return {}, set()
    pairs = _alike(tuple(old[at] for at in before), tuple(new[at] for at in after))
    same, gone = dict[int, int](), set[int]()
    ends = [*pairs, (len(before), len(after))]
    for (one, other), (last, behind) in zip([(-1, -1), *pairs], ends, strict=True):
        if one >= 0:
            same[before[one]] = after[other]
        left, now = before[one + 1 : last], after[other + 1 : behind]
        if len(left) == len(now):
            same |= {
                a: b for a, b in zip(left, now, strict=True) if _is_heading(old[a]) == _is_heading(new[b])
            }
        elif not now and pairs:
            gone.update(left)
    return same, gone


@lru_cache(maxsize=8)  # each line of a stretch asks for the same
def _alike(old: tuple[bytes, ...], new: tuple[bytes, ...]) -> list[tuple[int, int]]:
    """Return the pairs of lines that are most alike in all, in their order."""
    runs = [[{line[i : i + 3] for i in range(len(line) - 2)} for line in lines] for lines in (old, new)]
    best: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {}
    nothing: tuple[float, list[tuple[int, int]]] = (0.0, [])
    for a, b in product(range(len(old)), range(len(new))):
        one, other = runs[0][a], runs[1][b]
        score, pairs = max(best.get((a - 1, b), nothing), best.get((a, b - 1), nothing), key=lambda it: it[0])
        likeness = 2 * len(one & other) / max(len(one) + len(other), 1)
        before, earlier = best.get((a - 1, b - 1), nothing)
        is_same = likeness >= _ALIKE and _is_heading(old[a]) == _is_heading(new[b])
        if is_same and before + likeness > score:
            score, pairs = before + likeness, [*earlier, (a, b)]
        best[a, b] = score, pairs
    return best[len(old) - 1, len(new) - 1][1]


def _is_heading(line: bytes) -> bool:
    return HEADING.match(line) is not None

"""Pair the lines of a stretch that was changed, by their words and their order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from assistant.core.hunks.alignment import Run
from assistant.core.text.normal_lines import HEADING

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
    start, end, new_start, new_end = 0, len(old), 0, len(new)
    for run in runs:
        if run.old + run.size <= line:
            start, new_start = run.old + run.size, run.new + run.size
        else:
            end, new_end = run.old, run.new
            break
    if not start <= line < end:
        return {}, set()
    moved = {at for run in runs for at in range(max(run.new, new_start), min(run.new + run.size, new_end))}
    old_lines = [at for at in range(start, end) if old[at].strip(b" \t\r\n>")]
    new_lines = [at for at in range(new_start, new_end) if at not in moved and new[at].strip(b" \t\r\n>")]
    if line not in old_lines or not new_lines or len(old_lines) * len(new_lines) > _MOST_PAIRS:
        return {}, set()
    pairs = _alike(tuple(old[at] for at in old_lines), tuple(new[at] for at in new_lines))
    same, gone = dict[int, int](), set[int]()
    ends = [*pairs, (len(old_lines), len(new_lines))]
    for (one, other), (last, behind) in zip([(-1, -1), *pairs], ends, strict=True):
        if one >= 0:
            same[old_lines[one]] = new_lines[other]
        old_rest, new_rest = old_lines[one + 1 : last], new_lines[other + 1 : behind]
        if len(old_rest) == len(new_rest):
            same |= {
                a: b
                for a, b in zip(old_rest, new_rest, strict=True)
                if _is_heading(old[a]) == _is_heading(new[b])
            }
        elif not new_rest and pairs:
            gone.update(old_rest)
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

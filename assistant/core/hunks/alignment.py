"""Match the lines of a draft with those of a later version of it, wherever its author moved them.

A line that is there once, in the draft or below its headings, is the same wherever it is now. Equal lines
next to it belong to it, those below it first, as a text belongs to the heading above. This is how Paul Heckel
finds moved blocks ("A technique for isolating differences between files", 1978). What is left is compared in
order between the lines that were found; and of those that are equal still, the first is the first one now.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import count, groupby, product
from typing import NamedTuple

from assistant.core.text import lazy

WORDS = lazy.pattern(rb"[^\W_]|[^\x00-\x7f]")
"""What a line must have to be told by: a letter, or a byte of one. Blank lines and fences are everywhere."""

_MOST_PAIRS = 2_000_000
"""Of equal lines that a matcher compares in half a second: 2,000 lines of two kinds have as many."""
_LINES_BELOW = 8
"""Lines that tell one from others with the same words."""


class Run(NamedTuple):
    """Lines that follow each other in both versions."""

    old: int
    new: int
    size: int
    is_sure: bool
    """False where only their order tells them from lines with the same words below other headings."""


_Levels = tuple[Sequence[int], Sequence[int]]


class Alignment(NamedTuple):
    """Which lines of a draft are which of another version."""

    runs: list[Run]
    """By the lines of the old one."""
    renamed: dict[int, int]
    """The headings that have other words now, by the old line, as far as their places tell."""


def align(old: Sequence[bytes], new: Sequence[bytes], *, levels: _Levels) -> Alignment:
    """Match the lines of two versions; each has its line end.

    `levels` are those of their headings: 0 for another line.
    """
    matches = _Matches(old, new, levels)
    matches.tell_apart()
    matches.extend()
    matches.fill()
    matches.order()
    return Alignment(list(matches.runs()), matches.renamed())


class _Matches:
    def __init__(self, old: Sequence[bytes], new: Sequence[bytes], levels: _Levels) -> None:
        self._old, self._new, self._levels = old, new, levels
        self._old_above, self._new_above = map(_above, levels)
        self._partners: list[int] = [-1] * len(old)
        """The line of the new version for each of the old one; -1 for none."""
        self._is_matched = [False] * len(new)
        self._certain: set[int] = set()

    def tell_apart(self) -> None:
        """Match the lines with words that are there once, below the same headings or at all."""
        ids: defaultdict[Hashable, int] = defaultdict(count().__next__)
        keys = _paths(self._old, self._old_above, ids), _paths(self._new, self._new_above, ids)
        for old, new in (keys, (self._old, self._new)):
            places = _once(new)
            for line, at in _once(old).items():
                if (b := places.get(line, -1)) >= 0 and WORDS.search(self._old[at]) and self._is_free(at, b):
                    self._match(at, b)
                    self._certain.add(at)

    def extend(self) -> None:
        """Match the equal lines next to those that are matched, first all below, then all above.

        What is above a heading is of another section, which may have gone elsewhere.
        """
        matched = [(a, b) for a, b in enumerate(self._partners) if b >= 0]
        for step, starts in ((1, [(-1, -1), *matched]), (-1, matched)):
            for a, b in starts:
                is_other = False
                while True:
                    is_other = is_other or (step < 0 and self._levels[0][a] > 0)
                    a, b = a + step, b + step
                    if not self._is_free(a, b) or self._old[a] != self._new[b]:
                        break
                    if is_other and WORDS.search(self._old[a]):
                        break
                    self._match(a, b)

    def fill(self) -> None:
        """Match what is equal, in order, between lines that are next to each other in both versions.

        Lines below the same heading come first; lines without words only go with those next to them.
        """
        for is_below, is_above in product((True, False), (True, False)):
            for old_lines, new_lines in _between(self._partners, self._is_matched, is_above=is_above):
                old = [at for at in range(*old_lines) if WORDS.search(self._old[at])]
                new = [at for at in range(*new_lines) if WORDS.search(self._new[at])]
                for i, j in in_order([self._old[at] for at in old], [self._new[at] for at in new]):
                    if not is_below or self._heading_now(old[i]) == self._new_above[new[j]]:
                        self._match(old[i], new[j])
        self.extend()

    def order(self) -> None:
        """Match lines with words that are equal, in order: below the same heading first."""
        for is_below in (True, False):
            free: defaultdict[Hashable, deque[int]] = defaultdict(deque)
            for b, line in enumerate(self._new):
                if not self._is_matched[b]:
                    free[line, is_below and self._new_above[b]].append(b)
            for a, line in enumerate(self._old):
                key = line, is_below and self._heading_now(a)
                if self._partners[a] < 0 and WORDS.search(line) and (lines := free.get(key)):
                    self._match(a, lines.popleft())

    def runs(self) -> Iterator[Run]:
        """Yield the lines that were matched, in the order of the old version."""
        a, is_sure = 0, [False] * len(self._old)
        while a < len(self._old):
            b, end = self._partners[a], a + 1
            while b >= 0 and end < len(self._old) and self._partners[end] == b + end - a:
                end += 1
            if b >= 0:
                is_told_apart = not self._certain.isdisjoint(range(a, end))
                for at in range(a, end):
                    is_sure[at] = is_told_apart or self._is_below_same(at, is_sure)
                for certain, lines in groupby(range(a, end), key=is_sure.__getitem__):
                    first, *others = lines
                    yield Run(first, b + first - a, 1 + len(others), certain)
            a = end

    def _is_below_same(self, at: int, is_sure: Sequence[bool]) -> bool:
        """Tell whether a line is below the same heading in both versions, or above the first."""
        above, new_above = self._old_above[at], self._new_above[self._partners[at]]
        return self._heading_now(at) == new_above and (new_above < 0 or is_sure[above])

    def renamed(self) -> dict[int, int]:
        """Return the headings that are new next to lines that were next to old ones, for these.

        Where the lines next to one were moved as well, the headings around it tell.
        """
        renamed: dict[int, int] = {}
        heads = [[at for at, level in enumerate(one) if level] for one in self._levels]
        for old, new in ((range(len(self._old)), range(len(self._new))), heads):
            number = {at: i for i, at in enumerate(new)}
            partners = [number.get(self._partners[at], -1) for at in old]
            is_matched = [self._is_matched[at] for at in new]
            for step in (1, -1):
                for old_lines, new_lines in _between(partners, is_matched, is_above=step > 0):
                    a = [i for i in range(*old_lines) if self._levels[0][old[i]]]
                    b = [j for j in range(*new_lines) if self._levels[1][new[j]]]
                    for i, j in zip(a[::step], b[::step], strict=False):
                        partners[i], is_matched[j] = j, True
                        self._match(old[i], new[j])
                        renamed[old[i]] = new[j]
        return renamed

    def _heading_now(self, at: int) -> int:
        """Return where the heading above a line is now; -1 where there is none, -2 where it is gone."""
        above = self._old_above[at]
        return -1 if above < 0 else self._partners[above] if self._partners[above] >= 0 else -2

    def _is_free(self, a: int, b: int) -> bool:
        in_both = 0 <= a < len(self._old) and 0 <= b < len(self._new)
        return in_both and self._partners[a] < 0 and not self._is_matched[b]

    def _match(self, a: int, b: int) -> None:
        self._partners[a], self._is_matched[b] = b, True


def _between(
    partners: Sequence[int], is_matched: Sequence[bool], *, is_above: bool
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield ranges of lines without a match: those now that have the same line above, or below."""
    a = 0
    while a < len(partners):
        end = a
        while end < len(partners) and partners[end] < 0:
            end += 1
        if end > a:
            if is_above:
                b = b_end = partners[a - 1] + 1 if a else 0
            else:
                b = b_end = partners[end] if end < len(partners) else len(is_matched)
            while is_above and b_end < len(is_matched) and not is_matched[b_end]:
                b_end += 1
            while not is_above and b and not is_matched[b - 1]:
                b -= 1
            yield (a, end), (b, b_end)
        a = end + 1


def common_ends(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """Return how many items are the same at the beginning of both, and how many of the others at the end."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    return head, tail


def in_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Yield which lines, or words, are equal, in order.

    The ends need no matcher, which is slow on many equal lines.
    Where too many lines are, only those are that have the same lines below them; of too many, none.
    """
    head, tail = common_ends(old, new)
    yield from ((at, at) for at in range(head))
    for size in (1, _LINES_BELOW):
        then, now = (
            [tuple(one[at : at + size]) for at in range(head, len(one) - tail)] for one in (old, new)
        )
        counts = Counter(now)
        if sum(map(counts.__getitem__, then)) <= _MOST_PAIRS:
            for i, j, many in SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks():
                yield from ((head + i + at, head + j + at) for at in range(many))
            break
    yield from ((len(old) - at, len(new) - at) for at in range(tail, 0, -1))


def _once(keys: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return the place of each key that is there once."""
    places: dict[Hashable, int] = {}
    for at, key in enumerate(keys):
        places[key] = -1 if key in places else at
    return {key: at for key, at in places.items() if at >= 0}


def _above(levels: Sequence[int]) -> list[int]:
    """Return the heading that each line is below, of a heading the one of its parent; -1 for none."""
    headings, path = [], [(0, -1)]
    for at, deep in enumerate(levels):
        if deep:
            while path[-1][0] >= deep:
                path.pop()
        headings.append(path[-1][1])
        if deep:
            path.append((deep, at))
    return headings


def _paths(lines: Sequence[bytes], above: Sequence[int], ids: defaultdict[Hashable, int]) -> list[int]:
    """Return a number for each line with the headings above it, the same in both versions."""
    numbers: list[int] = []
    for line, heading in zip(lines, above, strict=True):
        numbers.append(ids[line, numbers[heading] if heading >= 0 else None])
    return numbers

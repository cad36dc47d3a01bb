"""Words of a text on offer that its author cut out of it, or copied, and put in elsewhere.

Beside what is left of their text, they belong to it, as inside another text to that; where nothing is left of
it, they are it. Elsewhere they have a mark of their own: the words of one text are all in one place.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from assistant.core.hunks.merge import Edit
from assistant.core.hunks.shared_words import TELLING
from assistant.core.review import raw_words
from assistant.core.text.spans import overlap
from assistant.frontends.lsp.buffer import MOVED, Placement, Range, State, as_one

_CUTS = 100
"""Lines of texts on offer that are remembered once they are cut."""
_LINE = re.compile(r"[^\r\n]+")


class _Line(NamedTuple):
    """A line of a text on offer, or a part of it, as it stood in a buffer."""

    words: str
    ranges: tuple[Range, ...]
    """The characters of it that are ours."""
    placement: Placement
    """The text that it is of."""


class MovedWords:
    """What was cut in one buffer, and which text the words are of that stand elsewhere."""

    def __init__(self) -> None:
        self._cuts = deque[_Line](maxlen=_CUTS)
        self._sources: dict[str, Placement] = {}

    def cut(self, placements: Iterable[Placement], text: str, edit: Edit) -> None:
        """Remember what an edit of `text` takes out of placements."""
        self._cuts.extendleft(_lines(placements, text, Range(edit.start, edit.end)))

    def after_edit(
        self, before: Sequence[Placement], text: str, edit: Edit, after: Sequence[Placement], new: str
    ) -> tuple[Placement, ...]:
        """Return the placements `after` an edit that made `new` of `text`, with our words that it put in."""
        if len(edit.new.split()) < TELLING:
            return tuple(after)
        found: dict[str, tuple[Placement, list[Range]]] = {}
        where = Range(edit.start, edit.start + len(edit.new))
        ours = [one for placement in after for one in placement.ranges]
        lines = [
            line
            for line in _LINE.finditer(new, *where)
            if len(line[0].split()) >= TELLING and not any(overlap(Range(*line.span()), one) for one in ours)
        ]
        known = [*self._cuts, *(one for p in before for one in _lines([p], text, p.extent))] if lines else []
        for line in lines:
            placement, ranges = _found(line[0], known)
            if placement is not None:
                _, places = found.setdefault(placement.key, (placement, []))
                places += [Range(line.start() + a, line.start() + b) for a, b in ranges]
        for source, places in found.values():
            places[:] = _with_blanks_around(places, source.text, new, where)
        return self._placed(after, found.values(), new) if found else tuple(after)

    def _placed(
        self,
        after: Sequence[Placement],
        found: Iterable[tuple[Placement, Sequence[Range]]],
        text: str,
    ) -> tuple[Placement, ...]:
        placements = {placement.key: placement for placement in after}
        for source, ranges in found:
            source = self._sources.get(source.key, source)
            left, own = placements.get(source.key), as_one(ranges, text)
            around = (p for p in placements.values() if p.extent.start < own[0].start < p.extent.end)
            if outer := next(around, None):
                placements[outer.key] = replace(outer, ranges=as_one((*outer.ranges, *own), text))
            elif left is None:
                placements[source.key] = replace(source, ranges=own)
            elif left.state is not State.ACCEPTED and _is_beside(left.extent, own, text):
                placements[source.key] = replace(left, ranges=as_one((*left.ranges, *own), text))
            else:
                keys = (raw_words.key_of(MOVED, number) for number in count(len(self._sources)))
                key = next(key for key in keys if key not in placements)
                self._sources[key] = source
                placements[key] = Placement(key, text[own[0].start : own[-1].end], "", State.RAW, own)
        return tuple(sorted(placements.values(), key=lambda one: one.ranges))

    def in_place(self, placements: Sequence[Placement]) -> tuple[Placement, ...]:
        """Return placements with words that were moved as their text, where nothing else is left of it."""
        keys, result = {placement.key for placement in placements}, list[Placement]()
        for one in placements:
            if any(overlap(one.extent, other.extent) for other in result):  # it was found there as well
                continue
            if (source := self._sources.get(one.key)) and source.key not in keys:
                keys.add(source.key)
                one = replace(source, ranges=one.ranges)
            result.append(one)
        return tuple(sorted(result, key=lambda one: one.ranges))


def _found(line: str, known: Iterable[_Line]) -> tuple[Placement | None, Sequence[Range]]:
    """Return which text a line has the most words of, if any, and where they are in it."""
    words, most = line.strip(), TELLING - 1
    placement: Placement | None = None
    places: Sequence[Range] = ()
    for one in known:
        if (at := one.words.find(words)) >= 0:
            shift = line.find(words) - at
        elif (shift := line.find(one.words)) < 0:
            continue
        ranges = [Range(max(a + shift, 0), min(b + shift, len(line))) for a, b in one.ranges]
        ranges = [Range(a, b) for a, b in ranges if a < b]
        if (size := _count(line, ranges)) > most:
            most, placement, places = size, one.placement, ranges
    return placement, places


def _with_blanks_around(ranges: Sequence[Range], words: str, text: str, where: Range) -> Iterator[Range]:
    """Yield ranges with the blanks that are around a text's words, as far as they were put in with them."""
    lead, _, tail = words.partition(words.strip())
    start, end = ranges[0].start, ranges[-1].end
    yield from [*ranges]
    if where.start <= start - len(lead) and text.endswith(lead, 0, start):
        yield Range(start - len(lead), start)
    if end + len(tail) <= where.end and text.startswith(tail, end):
        yield Range(end, end + len(tail))


def _lines(placements: Iterable[Placement], text: str, where: Range) -> Iterator[_Line]:
    """Yield the lines in a range that have words of placements, without the blanks around them."""
    for placement in placements:
        if placement.state is State.ACCEPTED or not overlap(placement.extent, where):
            continue
        for line in _LINE.finditer(text, *where):
            words = line[0].strip()
            start = line.start() + line[0].find(words)
            ranges = tuple(
                Range(max(a, start) - start, min(b, start + len(words)) - start)
                for a, b in placement.ranges
                if a < start + len(words) and start < b
            )
            if _count(words, ranges) >= TELLING:
                yield _Line(words, ranges, placement)


def _count(text: str, ranges: Iterable[Range]) -> int:
    return sum(len(text[slice(*one)].split()) for one in ranges)


def _is_beside(left: Range, ranges: Sequence[Range], text: str) -> bool:
    start, end = min(left.end, ranges[-1].end), max(left.start, ranges[0].start)
    return not text[start:end].strip()

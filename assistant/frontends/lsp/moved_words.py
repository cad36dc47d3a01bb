"""Words of a text on offer that its author cut out of it, or copied, and put in elsewhere.

Beside what is left of their text, they belong to it, as inside another text to that; where nothing is left of
it, they are it. Elsewhere, in another document as well, they have a mark of their own: the words of one text
are all in one place.
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
from assistant.core.text.words import count_words
from assistant.frontends.lsp.buffer import MOVED, Placement, Range, State, as_one

_CUTS = 100
"""Lines of texts on offer that are remembered once they are cut."""
_LINE = re.compile(r"[^\r\n]+")


class _Source(NamedTuple):
    """A text on offer."""

    uri: str
    """The document that it was written for."""
    placement: Placement


class Line(NamedTuple):
    """A line of a text on offer, or a part of it, as it stood in a buffer."""

    words: str
    ranges: tuple[Range, ...]
    """The characters of it that are ours."""
    source: _Source
    """The text that it is of."""


class MovedWords:
    """Which texts the words are of that stand elsewhere in one buffer; it shares what was cut with others."""

    def __init__(self, uri: str = "", other: MovedWords | None = None) -> None:
        self._uri = uri
        self._cuts: deque[Line] = other._cuts if other else deque(maxlen=_CUTS)
        self._sources: dict[str, _Source] = {}

    def cut(self, placements: Iterable[Placement], text: str, edit: Edit) -> None:
        """Remember what an edit of `text` takes out of placements."""
        self._cuts.extendleft(self.lines(placements, text, Range(edit.start, edit.end)))

    def accept(self, placements: Iterable[Placement]) -> None:
        """Take the words of placements for the author's, wherever they are put in from now on."""
        keys = {(self._uri, placement.key) for placement in placements}
        left = [line for line in self._cuts if (line.source.uri, line.source.placement.key) not in keys]
        self._cuts.clear()
        self._cuts.extend(left)

    def after_edit(
        self, edit: Edit, after: Sequence[Placement], new: str, shown: Iterable[Line]
    ) -> tuple[Placement, ...]:
        """Return the placements `after` an edit that made the text `new`, with our words that it put in.

        `shown` is what could be copied: the lines of the texts on offer before the edit.
        """
        if count_words(edit.new) < TELLING:
            return tuple(after)
        found: dict[tuple[str, str], tuple[_Source, list[Range]]] = {}
        where = Range(edit.start, edit.start + len(edit.new))
        ours = sorted(one for placement in after for one in placement.ranges)
        lines = [line for line in _LINE.finditer(new, *where) if count_words(line[0]) >= TELLING]
        known = [*self._cuts, *shown] if lines else []
        # The same words may be in other documents as well.
        known.sort(key=lambda line: line.source.uri != self._uri)
        # Of a file of thousands of lines, nearly all are the author's, and are passed over at once.
        every, inside = "\n".join(one.words for one in known), [one for one in known if one.words in edit.new]
        for line in lines:
            source, ranges = _found(line[0], known if line[0].strip() in every else inside)
            places = [Range(line.start() + a, line.start() + b) for a, b in ranges]
            if source is not None and (places := [*_outside(places, ours)]):
                name = (source.uri, source.placement.key)
                found.setdefault(name, (source, []))[1].extend(places)
        for source, places in found.values():
            places[:] = _with_blanks_around(places, source.placement.text, new, where)
        return self._placed(after, found.values(), new) if found else tuple(after)

    def _placed(
        self, after: Sequence[Placement], found: Iterable[tuple[_Source, Sequence[Range]]], text: str
    ) -> tuple[Placement, ...]:
        placements = {placement.key: placement for placement in after}
        for origin, ranges in found:
            source, is_own = origin.placement, origin.uri == self._uri
            left, own = placements.get(source.key), as_one(ranges, text)
            around = (p for p in placements.values() if p.extent.start < own[0].start < p.extent.end)
            if outer := next(around, None):
                placements[outer.key] = replace(outer, ranges=as_one((*outer.ranges, *own), text))
            elif left is None and is_own:
                placements[source.key] = replace(source, ranges=own)
            elif left and is_own and left.state is not State.ACCEPTED and _is_beside(left.extent, own, text):
                placements[source.key] = replace(left, ranges=as_one((*left.ranges, *own), text))
            else:
                keys = (raw_words.key_of(MOVED, number) for number in count(len(self._sources)))
                key = next(key for key in keys if key not in placements)
                self._sources[key] = origin
                words = "".join(text[slice(*one)] for one in own)  # the author's are between them
                placements[key] = Placement(key, words, "", State.RAW, own)
        return tuple(sorted(placements.values(), key=lambda one: one.ranges))

    def in_place(self, placements: Sequence[Placement]) -> tuple[Placement, ...]:
        """Return placements with words that were moved as their text, where nothing else is left of it."""
        keys, result = {placement.key for placement in placements}, list[Placement]()
        for one in placements:
            if any(overlap(one.extent, other.extent) for other in result):  # it was found there as well
                continue
            uri, source = self._sources.get(one.key, _Source(self._uri, one))
            if uri == self._uri and source.key not in keys:
                keys.add(source.key)
                one = replace(source, ranges=one.ranges)
            result.append(one)
        return tuple(sorted(result, key=lambda one: one.ranges))

    def lines(self, placements: Iterable[Placement], text: str, where: Range | None = None) -> Iterator[Line]:
        """Yield the lines of `text`, or those in a range of it, that have words of placements on offer.

        They come without the blanks around them.
        """
        for placement in placements:
            if placement.state is State.ACCEPTED or (where and not overlap(placement.extent, where)):
                continue
            for line in _LINE.finditer(text, *(where or placement.extent)):
                words = line[0].strip()
                start = line.start() + line[0].find(words)
                ranges = tuple(
                    Range(max(a, start) - start, min(b, start + len(words)) - start)
                    for a, b in placement.ranges
                    if a < start + len(words) and start < b
                )
                if _count(words, ranges) >= TELLING:
                    source = self._sources.get(placement.key, _Source(self._uri, placement))
                    yield Line(words, ranges, source)


def _found(line: str, known: Iterable[Line]) -> tuple[_Source | None, Sequence[Range]]:
    """Return which text a line has the most words of, if any, and where they are in it."""
    words, most = line.strip(), TELLING - 1
    source: _Source | None = None
    places: Sequence[Range] = ()
    for one in known:
        if (at := one.words.find(words)) >= 0:
            shift = line.find(words) - at
        elif (shift := line.find(one.words)) < 0:
            continue
        ranges = [Range(max(a + shift, 0), min(b + shift, len(line))) for a, b in one.ranges]
        ranges = [Range(a, b) for a, b in ranges if a < b]
        if (size := _count(line, ranges)) > most:
            most, source, places = size, one.source, ranges
    return source, places


def _outside(ranges: Iterable[Range], others: Sequence[Range]) -> Iterator[Range]:
    """Yield what of ranges is in none of some others, which are in order."""
    for start, end in ranges:
        for first, last in others:
            if start < first < end:
                yield Range(start, first)
            if first < end:
                start = max(start, last)
        if start < end:
            yield Range(start, end)


def _with_blanks_around(ranges: Sequence[Range], words: str, text: str, where: Range) -> Iterator[Range]:
    """Yield ranges with the blanks that are around a text's words, as far as they were put in with them."""
    lead, _, tail = words.partition(words.strip())
    start, end = ranges[0].start, ranges[-1].end
    yield from [*ranges]
    if where.start <= start - len(lead) and text.endswith(lead, 0, start):
        yield Range(start - len(lead), start)
    if end + len(tail) <= where.end and text.startswith(tail, end):
        yield Range(end, end + len(tail))


def _count(text: str, ranges: Iterable[Range]) -> int:
    return sum(count_words(text[slice(*one)]) for one in ranges)


def _is_beside(left: Range, ranges: Sequence[Range], text: str) -> bool:
    start, end = min(left.end, ranges[-1].end), max(left.start, ranges[0].start)
    return not text[start:end].strip()

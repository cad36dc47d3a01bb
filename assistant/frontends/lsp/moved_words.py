"""Words of a text on offer that its author cut out of it, or copied, and put in elsewhere.

Beside what is left of their text, they belong to it, as inside another text to that; where nothing is left of
it, they are it. Elsewhere, in another document as well, they have a mark of their own: the words of one text
are all in one place. What its author has in a text of their own, or had, is theirs where it is moved, though
a model repeats it.
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
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.frontends.lsp.buffer import MOVED, Placement, Range, State, as_one

_CUTS = 100
"""Lines of texts on offer that are remembered once they are cut."""
_OWN = 1000
"""How many of the author's own words that were cut are remembered."""
_LINE = re.compile(r"[^\r\n]+")
_LINE_END = re.compile(r"[\r\n]")
_PARTS = re.compile(r"[\s>]+")
"""What parts words, in a quotation as well."""


class _Source(NamedTuple):
    """A text on offer."""

    uri: str
    """The document that it was written for."""
    placement: Placement

    def is_any_of(self, uri: str, keys: set[str]) -> bool:
        """Tell whether it is one of some texts of a document."""
        return self.uri == uri and self.placement.key in keys


class Line(NamedTuple):
    """A line of a text on offer, or a part of it, as it stood in a buffer."""

    words: str
    ranges: tuple[Range, ...]
    """The characters of it that are ours."""
    source: _Source
    """The text that it is of."""
    half: tuple[Range, ...] = ()
    """The characters of it that stood there before: the half of a sentence that the text continues."""


class MovedWords:
    """Which texts the words are of that stand elsewhere in one buffer; it shares what was cut with others."""

    def __init__(self, uri: str = "", other: MovedWords | None = None) -> None:
        self._uri = uri
        self._cuts: deque[Line] = other._cuts if other else deque(maxlen=_CUTS)
        self._sources: dict[str, _Source] = {}
        self._own: deque[str] = other._own if other else deque(maxlen=_OWN)
        self._last, self._at = "", -1  # what its author cut last in this buffer, and where

    def cut(self, placements: Iterable[Placement], text: str, edit: Edit) -> None:
        """Remember what an edit of `text` takes out of placements."""
        self._cuts.extendleft(self.lines(placements, text, Range(edit.start, edit.end)))

    def cut_own(self, placements: Iterable[Placement], text: str, edit: Edit) -> None:
        """Remember what an edit of `text` takes out of the author's words.

        What is cut word by word, as Emacs does it, is one text, since it can be put in as one.
        """
        if edit.start == edit.end:
            return
        gone, last = own_words(text, placements, Range(edit.start, edit.end)), self._last
        if self._at in (edit.start, edit.end):
            if self._own and self._own[0] is last:
                self._own.popleft()
            gone = last + gone if self._at == edit.start else gone + last
        self._last, self._at = gone, edit.start
        self._own.appendleft(gone)

    def close(self, placements: Iterable[Placement], text: str) -> None:
        """Remember its author's words, which may be copied from it."""
        self._own.appendleft(own_words(text, placements))

    def accept(self, uri: str, keys: set[str], placements: Iterable[Placement]) -> tuple[Placement, ...]:
        """Take the words of accepted texts of a document for its author's; return which placements stay."""
        cuts = [one for one in self._cuts if not one.source.is_any_of(uri, keys)]
        self._cuts.clear()
        self._cuts.extend(cuts)
        own = {key for key, source in self._sources.items() if source.is_any_of(uri, keys)}
        return tuple(one for one in placements if one.key not in own)

    def after_edit(
        self,
        edit: Edit,
        after: Sequence[Placement],
        new: str,
        shown: Iterable[Line],
        own: Iterable[str] = (),
    ) -> tuple[Placement, ...]:
        """Return the placements `after` an edit that made the text `new`, with our words that it put in.

        `shown` is what could be copied: the lines of the texts on offer before the edit; `own` the author's
        words in all documents.
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
            if one := _found(line[0], known if line[0].strip() in every else inside):
                is_own = one.source.uri == self._uri  # there, a rejection puts the half back
                ranges = one.ranges if is_own else tuple(_outside(one.ranges, one.half))
                places = [Range(line.start() + a, line.start() + b) for a, b in ranges]
                if places := [*_outside(places, ours)]:
                    name = (one.source.uri, one.source.placement.key)
                    found.setdefault(name, (one.source, []))[1].extend(places)
        authors = _plain("\n".join((*self._own, *own))) if found else ""
        marks: list[tuple[_Source, Sequence[Range]]] = []
        for source, places in found.values():
            if left := [*_not_in(authors, places, new)]:
                around = as_one(_with_blanks_around(left, source.placement.text, new, where), new)
                marks.append((source, [_parted(one, new) for one in around]))
        return self._placed(after, marks, new)

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
            elif left and is_own and left.state is not State.ACCEPTED and _is_beside(left, own, text):
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
            half = placement.half(text)
            for line in _LINE.finditer(text, *(where or placement.extent)):
                words = line[0].strip()
                start = line.start() + line[0].find(words)
                ranges = _within(placement.ranges, -start, len(words))
                if _count(words, ranges) >= TELLING:
                    source = self._sources.get(placement.key, _Source(self._uri, placement))
                    yield Line(words, ranges, source, _within(half, -start, len(words)))


def own_words(text: str, placements: Iterable[Placement], where: Range | None = None) -> str:
    """Return the author's words in a text, or in a range of it: what is not on offer there."""
    offered = sorted(one for p in placements if p.state is not State.ACCEPTED for one in p.ranges)
    return "\n".join(text[slice(*one)] for one in _outside([where or Range(0, len(text))], offered))


def _found(line: str, known: Iterable[Line]) -> Line | None:
    """Return a line with the text that it has the most words of, if any, and where they are in it."""
    words, most = line.strip(), TELLING - 1
    found: Line | None = None
    for one in known:
        if (at := one.words.find(words)) >= 0:
            shift = line.find(words) - at
        elif (shift := line.find(one.words)) < 0:
            continue
        ranges = _within(one.ranges, shift, len(line))
        if (size := _count(line, ranges)) > most:
            most, found = size, Line(line, ranges, one.source, _within(one.half, shift, len(line)))
    return found


def _within(ranges: Iterable[Range], shift: int, size: int) -> tuple[Range, ...]:
    """Return what of ranges, moved by some characters, is in a line of `size` characters."""
    moved = (Range(max(a + shift, 0), min(b + shift, size)) for a, b in ranges)
    return tuple(one for one in moved if one.start < one.end)


def _plain(words: str) -> str:
    return _PARTS.sub(" ", words).strip()


def _not_in(authors: str, ranges: Iterable[Range], text: str) -> Iterator[Range]:
    """Yield ranges without the sentences, or their parts, that are among the author's words as well.

    Whose they are can't be told, so they are the author's.
    """
    for start, end in ranges:
        words = text[start:end]
        if not words.strip() or _plain(words) in authors:
            continue
        sentences = (Range(start + a, start + b) for a, b in sentence_spans(words))
        own = [s for s in sentences if _count(text, [s]) >= TELLING and _plain(text[slice(*s)]) in authors]
        yield from (one for one in _outside([Range(start, end)], own) if text[slice(*one)].strip())


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
    """Yield ranges with the blanks that are around a text's words, as far as they were put in with them.

    A line end stays where words of the author's are on the other side.
    """
    yield from ranges
    lead, _, tail = words.partition(words.strip())
    start, end = ranges[0].start, ranges[-1].end
    before, behind = text[where.start : start], text[end : where.end]
    is_first = not _LINE_END.split(text[:start])[-1].strip()
    is_last = not _LINE_END.split(text[end:], 1)[0].strip()
    blanks = before if before.isspace() else lead
    if before.endswith(blanks) and (is_last or not _LINE_END.search(blanks)):
        yield Range(start - len(blanks), start)
    blanks = behind if behind.isspace() else tail
    if behind.startswith(blanks) and (is_first or not _LINE_END.search(blanks)):
        yield Range(end, end + len(blanks))


def _parted(where: Range, text: str) -> Range:
    """Return a range without the blanks before it, where the words on both sides need them to be apart."""
    (start, end), words, behind = where, text[slice(*where)], text[where.end : where.end + 1]
    if text[:start][-1:].strip() and (behind.isalnum() or (behind.strip() and words[-1:].isspace())):
        start += len(words) - len(words.lstrip())
    return Range(start, end)


def _count(text: str, ranges: Iterable[Range]) -> int:
    return sum(count_words(text[slice(*one)]) for one in ranges)


def _is_beside(left: Placement, ranges: Sequence[Range], text: str) -> bool:
    """Tell whether only blanks are between a text and words of it; before half a sentence they are none."""
    (first, last), start, end = left.extent, ranges[0].start, ranges[-1].end
    if start < first and left.half(text):
        return False
    return not text[min(last, end) : max(first, start)].strip()

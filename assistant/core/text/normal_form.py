"""A draft's lines in a normal form, in which marks and blanks make no difference: what is left are the words.

A formatter, an editor that trims lines as it saves them and an author who makes words bold leave the same
words in the same place. All that finds a place again compares lines in this form: they end in a line feed,
blanks are only between words, one by one; items begin with `- `, quotes with `> ` and headings with `# `,
whatever their level or underline is; rules are `***` and fences three backticks; a table's rows have bars at
both ends and all their cells; and nothing is bold, slanted, escaped or a typographer's sign.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from assistant.core.text import normal_lines
from assistant.core.text.normal_lines import Cut, Mark
from assistant.core.types import Span


class Kind(Enum):
    """What is in a line of a normal form."""

    LINES = 0
    """A line of the draft."""
    UNWRAPPED = 1
    """A paragraph, an item or a row."""
    PARTED = 2
    """A part of one: a note, or what is before, between or behind its notes."""


_Behind = Mapping[Mark, bool]


class Place(NamedTuple):
    """A span in the normal form, with the marks that its start and its end were before or behind."""

    span: Span
    start: _Behind = MappingProxyType({})
    end: _Behind = MappingProxyType({})
    inside: tuple[int, int] = (0, 0)
    """How many bytes of a mark, or of blanks, the start and the end were behind."""


@lru_cache(maxsize=16)  # each view asks of the same few, again and again
def normal_form(data: bytes) -> NormalForm:
    """Return the normal form of a draft's bytes; its metadata keep all but their line ends."""
    levels = list[int]()
    form = NormalForm(data, list(normal_lines.read(data, levels)), levels)
    del levels[len(form.data.splitlines()) :]  # a last line of blanks is none
    return form


class NormalForm:
    """A draft's bytes in another form, and the original place of each."""

    def __init__(
        self, data: bytes, cuts: Sequence[Cut], levels: Sequence[int], *, kind: Kind = Kind.LINES
    ) -> None:
        """Take the bytes, what the other form lacks of them, and the levels of the headings in its lines.

        A level is 0 for another line.
        """
        self.levels, self.kind = levels, kind
        self._cuts = cuts
        self._starts = [cut.start for cut in self._cuts]
        self._places: list[int] = []
        """Where each cut is in the normal form."""
        parts, at, size = list[bytes](), 0, 0
        for cut in self._cuts:
            parts += [data[at : cut.start], cut.new]
            size += cut.start - at
            self._places.append(size)
            size, at = size + len(cut.new), cut.end
        self.data = b"".join([*parts, data[at:]])

    @cached_property
    def unwrapped(self) -> NormalForm:
        """The form with each paragraph and item in one line, and no more blank lines than it needs."""
        cuts, without = normal_lines.unwrap(self.data)
        levels = [level for at, level in enumerate(self.levels) if at not in without]
        return NormalForm(self.data, cuts, levels, kind=Kind.UNWRAPPED)

    def parted(self, spans: Iterable[Span]) -> NormalForm:
        """Return the form with each of some spans, which are apart, on lines of its own, but in headings."""
        cuts, lines = set[Cut](), Counter[int]()
        for start, end in spans:
            line = self.data.rfind(b"\n", 0, start) + 1
            before = line + len(self.data[line:start].rstrip(b" "))
            behind = len(self.data) - len(self.data[end:].lstrip(b" "))
            if self.data.startswith(b"# ", line):
                continue
            if before > line:
                cuts.add(Cut(before, start, b"\n"))
            if self.data[behind : behind + 1] not in (b"", b"\n"):
                cuts.add(Cut(end, behind, b"\n"))
        lines.update(self.data.count(b"\n", 0, cut.start) for cut in cuts)
        levels = [one for at, level in enumerate(self.levels) for one in (level, *[0] * lines[at])]
        return NormalForm(self.data, sorted(cuts, key=lambda cut: cut.start), levels, kind=Kind.PARTED)

    def place(self, span: Span) -> Place:
        """Return where a span of the original bytes is."""
        (start, before), (end, after) = map(self._at, span)
        if span.start < span.end and self.data[end - 1 : end] != b"\n":
            start += self._added(span.start)
        behind = self._behind(start, span.start), self._behind(end, span.end)
        return Place(Span(start, end), *behind, (before, after))

    def back(self, place: Place) -> Span:
        """Return the span in the original bytes of a place in normal form.

        Of marks that were not next to it before, it has those around its words, if it is not whole lines.
        """
        (start, end), is_text = place.span, place.span.start < place.span.end
        is_lines = self.data[end - 1 : end] == b"\n"
        is_heading = self.data.startswith(b"# ", start) and is_text
        first = {
            Mark.INDENT: is_text and not is_lines,
            Mark.EMPHASIS: not is_text,
            Mark.BLANK: True,
            **place.start,
        }
        last = {Mark.EMPHASIS: True, Mark.TAIL: is_heading, Mark.BLANK: not is_text, **place.end}
        return Span(self._back(start, first, place.inside[0]), self._back(end, last, place.inside[1]))

    def _at(self, offset: int) -> tuple[int, int]:
        """Return where an offset is, and how many bytes of a cut are before it."""
        number = bisect_left(self._starts, offset)
        if number < len(self._starts) and self._starts[number] == offset:
            return self._places[number], 0
        if not number:
            return offset, 0
        cut, place = self._cuts[number - 1], self._places[number - 1]
        if offset < cut.end:
            return place, offset - cut.start
        return place + len(cut.new) + offset - cut.end, 0

    def _added(self, offset: int) -> int:
        """Return the length of what only the normal form has at an offset in a row: words begin behind it."""
        number = bisect_left(self._starts, offset)
        cut = next(iter(self._cuts[number : number + 1]), None)
        return len(cut.new) if cut and cut[:2] == (offset, offset) and cut.new in (b" ", b"| ", b"\n") else 0

    def _behind(self, place: int, offset: int) -> _Behind:
        there = self._cuts[bisect_left(self._places, place) : bisect_right(self._places, place)]
        return {cut.mark: offset >= cut.end for cut in there if not cut.new}

    def _back(self, place: int, behind: _Behind, inside: int) -> int:
        number, offset = bisect_left(self._places, place), place
        if number:
            cut, at = self._cuts[number - 1], self._places[number - 1]
            is_in = place < at + len(cut.new)
            offset = min(cut.start + place - at, cut.end) if is_in else cut.end + place - at - len(cut.new)
        while number < len(self._cuts) and self._places[number] == place:
            cut = self._cuts[number]
            if cut.new or not behind.get(cut.mark):
                return min(cut.start + inside, cut.end)
            offset, number = cut.end, number + 1
        return offset

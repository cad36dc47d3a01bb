"""A draft's lines in a normal form, in which marks and blanks make no difference: what is left are the words.

A formatter, an editor that trims lines as it saves them and an author who makes words bold leave the same
words in the same place. All that finds a place again compares lines in this form: they end in a line feed,
blanks are only between words, one by one; items begin with `- `, quotes with `> ` and headings with `# `,
whatever their level or underline is; and nothing is bold or slanted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from assistant.core.text import lazy
from assistant.core.text.front_matter import find as find_front_matter
from assistant.core.types import Span

HEADING = lazy.pattern(rb" {0,3}(?:#{1,6}(?:[ \t\r\n]|\Z)|#{2,6}[^#\s]|#[A-Z\x80-\xff][^#\s]*[ \t]+[^#\s])")
"""A heading, also one without its blank: `##Rain`; `#rain #lake` are tags."""
_BOM = b"\xef\xbb\xbf"
_BLANKS = lazy.pattern(rb"[ \t]+")
_OPENER = lazy.pattern(rb"(?P<quote>>[ \t]*)|(?P<item>(?:[-*+]|\d{1,3}[.)])(?:[ \t]+|\Z))")
"""The mark of a quote or an item; a year that begins a line is none: `1984. It was dry.`"""
_HASHES = lazy.pattern(rb" {0,3}(#{1,6})[ \t]*")
_CLOSER = lazy.pattern(rb"(?<![ \t])(?:[ \t]+#+)?(?:[ \t]*\{:?[ \t]*[#.][^{}]*\})?[ \t]*\Z")
"""What may follow a heading's words: `##`, `{#rain}`, `{: .no_toc}`; blanks are read from the first on."""
_UNDERLINE = lazy.pattern(rb" {0,3}(?:=+|-{2,})[ \t]*\Z")
_NO_TITLE = lazy.pattern(rb"[ \t]*(?:\Z|[->+#|<{]|\*[ \t]|\d{1,3}[.)][ \t])|    ")
"""A line that dashes below it don't make a heading."""
EMPHASIS = lazy.pattern(
    rb"(?<![\w\x80-\xff\\*_/])[*_]{1,3}(?=[^\s*_/])|(?<=[^\s*_\\/])[*_]{1,3}(?![\w\x80-\xff*_/])"
)
"""What makes words bold or slanted; `a * b`, `snake_case`, `Name: ____` and `/* … */` have none."""
_INSIDE = lazy.pattern(
    rb"(?<=(?<!\\)\|)[ \t]*(?=[^ \t])|(?<=[^ \t|\\])[ \t]*(?=\|)|[ \t]{2,}|\t|(?P<dashes>-{3,})"
)
"""Blanks between words and, also where there are none, in a table's cells; dashes as in its second row."""


class _Mark(Enum):
    """What the normal form lacks, so that an offset in it may be before this or behind."""

    INDENT = 0
    EMPHASIS = 1
    TAIL = 2
    """Blanks at a line's end, and what closes or underlines a heading."""


class _Cut(NamedTuple):
    """Bytes that the normal form lacks, or has others for."""

    start: int
    end: int
    new: bytes = b""
    mark: _Mark = _Mark.INDENT


_Behind = Mapping[_Mark, bool]


class Place(NamedTuple):
    """A span in the normal form, with the marks that its start and its end were before or behind."""

    span: Span
    start: _Behind = MappingProxyType({})
    end: _Behind = MappingProxyType({})
    inside: tuple[int, int] = (0, 0)
    """How many bytes of a mark, or of blanks, the start and the end were behind."""


@lru_cache(maxsize=16)  # each view asks of the same few, again and again
def normal_form(data: bytes) -> NormalForm:
    """Return the normal form of a draft's bytes."""
    return NormalForm(data)


class NormalForm:
    """A draft's bytes in normal form, and the original place of each."""

    def __init__(self, data: bytes) -> None:
        """Take a draft's bytes; its metadata keep all but their line ends."""
        self.levels: list[int] = []
        """The level of the heading in each line; 0 for another one."""
        self._cuts = list(self._read(data))
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
        del self.levels[len(self.data.splitlines()) :]  # a last line of blanks is none

    def _read(self, data: bytes) -> Iterator[_Cut]:
        """Yield the cuts of all lines, and note the levels of those that the normal form has."""
        top = find_front_matter(data, len(_BOM) * data.startswith(_BOM)).end
        lines = [*data.splitlines(keepends=True), b""]
        start, above, tail = 0, b"", -1
        for number, raw in enumerate(lines[:-1]):
            line = raw.rstrip(b"\r\n")
            end, cuts, level, sign = start + len(line), tuple[_Cut, ...](), 0, b""
            if tail >= 0:
                yield _Cut(tail, end, mark=_Mark.TAIL)
                line, tail = b"", -1
            else:
                if start >= top:
                    below = lines[number + 1].rstrip(b"\r\n")
                    if not (above or _NO_TITLE.match(line)) and _UNDERLINE.match(below):
                        sign = below.strip()[:1]
                    cuts, level = _line(line, sign)
                self.levels.append(level)
                for cut in cuts:
                    moved = cut._replace(start=start + cut.start, end=start + cut.end)
                    if sign and cut.mark is _Mark.TAIL:
                        tail = moved.start
                    else:
                        yield moved
                line = b"" if level else line.strip()
            if sign:
                tail = tail if tail >= 0 else end
            elif len(raw) > end - start and raw[end - start :] != b"\n":
                yield _Cut(end, start + len(raw), b"\n")
            above, start = line, start + len(raw)

    def place(self, span: Span) -> Place:
        """Return where a span of the original bytes is."""
        (start, before), (end, after) = map(self._at, span)
        start += self._added_blank(span.start) if span.start < span.end else 0
        behind = self._behind(start, span.start), self._behind(end, span.end)
        return Place(Span(start, end), *behind, (before, after))

    def back(self, place: Place) -> Span:
        """Return the span in the original bytes of a place in normal form.

        Of marks that were not next to it before, it has those around its words, if it is not whole lines.
        """
        (start, end), is_text = place.span, place.span.start < place.span.end
        is_lines = self.data[end - 1 : end] == b"\n"
        is_heading = self.data.startswith(b"# ", start) and is_text
        first = {_Mark.INDENT: is_text and not is_lines, _Mark.EMPHASIS: not is_text, **place.start}
        last = {_Mark.EMPHASIS: True, _Mark.TAIL: is_heading, **place.end}
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

    def _added_blank(self, offset: int) -> int:
        """Return the length of a blank that only the normal form has at an offset: words begin behind it."""
        number = bisect_left(self._starts, offset)
        return int(number < len(self._cuts) and self._cuts[number][:3] == (offset, offset, b" "))

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


@lru_cache(maxsize=4096)
def _line(line: bytes, underline: bytes = b"") -> tuple[tuple[_Cut, ...], int]:
    """Return the cuts of a line without its end, and the level of the heading in it; see `NormalForm`."""
    cuts, level, at = [], 0, 0
    if HEADING.match(line):
        hashes = _HASHES.match(line)
        assert hashes
        level, at = len(hashes[1]), hashes.end()
        cuts.append(_Cut(0, at, b"# "))
    else:
        blanks = _BLANKS.match(line)
        at = blanks.end() if blanks and blanks.end() < len(line) else 0
        if at and not line.startswith(b"#", at):  # `    # a comment` is code, and would be a heading
            cuts.append(_Cut(0, at))
        while mark := None if underline else _OPENER.match(line, at):
            new = b"> " if mark.lastgroup == "quote" else b"- "
            cuts.append(_Cut(at, mark.end(), new if mark.end() < len(line) else new.strip()))
            at = mark.end()
        if underline:
            level = 1 if underline == b"=" else 2
            cuts.append(_Cut(at, at, b"# "))
    closer = _CLOSER.search(line) if level else None
    end = max(closer.start() if closer else len(line.rstrip(b" \t")), at)
    inside = [_Cut(*one.span(), b"---" if one["dashes"] else b" ") for one in _INSIDE.finditer(line, at, end)]
    inside += [_Cut(*one.span(), mark=_Mark.EMPHASIS) for one in EMPHASIS.finditer(line, at, end)]
    cuts += sorted(cut for cut in inside if cut.new != line[cut.start : cut.end])
    if end < len(line):
        cuts.append(_Cut(end, len(line), mark=_Mark.TAIL))
    return tuple(cuts), level

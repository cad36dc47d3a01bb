"""Find where spans and hunks of a draft are in a later version of it, which may have other line ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from assistant.core.hunks import notes_alone
from assistant.core.hunks.alignment import WORDS, Alignment, Run, align
from assistant.core.hunks.changed_lines import changed
from assistant.core.hunks.revise import with_newline
from assistant.core.text import lazy, normal_lines
from assistant.core.text.line_ends import newlines
from assistant.core.text.normal_form import Kind, NormalForm, Place, normal_form
from assistant.core.text.normal_lines import EMPHASIS, STARTS
from assistant.core.text.words import UNIT
from assistant.core.types import Conflict, ConflictReason, Hunk, Span

_BLANK = lazy.pattern(rb"[ \t>]*[\r\n]*\Z")
"""A line without words, inside a quote as well."""
_COMMENT = lazy.pattern(
    rb"[ \t>]*(?:<!--.{0,2000}?-->|\{/\*.{0,2000}?\*/\}|%%.{0,2000}?%%"
    rb"|\{%-? comment -?%\}.{0,2000}?\{%-? endcomment -?%\})[ \t]*[\r\n]",
    re.DOTALL,
)
"""A comment on lines of its own, which is no text, even if it says what is to be told there."""
_MARKS = lazy.pattern(rb"(?:[ \t]+|>|(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|\Z))*")
_MARK = lazy.pattern(r"[^> \t]")
"""What a line begins with before its words, and what is blank before the next line: the marks of items."""
_ENDS_OF_LINE = (b"\n", b"\r")
_ITEM = lazy.pattern(rb"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")


def relocate_hunks(
    old: bytes, new: bytes, hunks: Sequence[Hunk], *, alone: bool = False
) -> tuple[tuple[Hunk, ...], tuple[Conflict, ...]]:
    """Move hunks made for `old` to where their lines are in `new`.

    A hunk moves when the words of its paragraph, item or row are the same in both, and its own marks as well;
    the others come back as conflicts. If known `alone`, only its own words must be the same. What
    moves has the line ends of `new`.
    Hunks that follow another (removals) are dropped with it.
    """
    if old == new:
        return tuple(hunks), ()
    every = relocate_spans(old, new, [hunk.span for hunk in hunks])
    if alone and (
        missed := [h.span for h, span in zip(hunks, every, strict=True) if not span and h.original]
    ):
        known = dict(zip(missed, relocate_spans(old, new, missed, notes=missed), strict=True))
        every = tuple(span or known.get(h.span) for h, span in zip(hunks, every, strict=True))
    places = zip(hunks, every, strict=True)
    spans = [span if span and is_same_text(h.original, new[slice(*span)]) else None for h, span in places]
    found = [(h, span) for h, span in zip(hunks, spans, strict=True) if span]
    moved = [replace(h, span=span, original=new[slice(*span)]) for h, span in found]
    if newlines(old) != (ends := newlines(new)):
        moved = [with_newline(hunk, ends[0]) for hunk in moved]
    lost = [h for h, span in zip(hunks, spans, strict=True) if not span]
    dropped = {h.gap for h in lost if not h.follows} - {h.gap for h in moved if not h.follows}
    conflicts = tuple(Conflict(h, ConflictReason.CONTENT_CHANGED) for h in lost)
    return tuple(h for h in moved if not h.follows or h.gap not in dropped), conflicts


def is_same_text(old: bytes, new: bytes) -> bool:
    """Tell whether a text has the same letters, headings and emphasis: a formatter may have been at it."""
    return old == new or _essence(old) == _essence(new)


def _essence(text: bytes) -> tuple[bytes, list[int], list[int]]:
    form = normal_form(text)
    words = b" ".join(form.unwrapped.data.split())
    return words, list(filter(None, form.levels)), list(map(len, EMPHASIS.findall(text)))


def place_of(hunk: Hunk, old: bytes, new: bytes) -> Span | None:
    """Return where a text on offer, made for `old`, goes into `new`; None where its place changed."""
    notes = () if hunk.revises or hunk.follows else (hunk.span,)
    return relocate_spans(old, new, [hunk.span], notes=notes)[0]


def relocate_spans(
    old: bytes,
    new: bytes,
    spans: Sequence[Span],
    *,
    notes: Collection[Span] = (),
) -> tuple[Span | None, ...]:
    """Return where each span of `old` is in `new`; None where its own paragraph, item or row changed.

    Of `notes`, only their own words must be the same; they have no place for a text that ended their section,
    or were all of it and have text above them now. Nor has an empty span between two lines, such as the one
    below a heading, once there is text after it, or a new comment, which may ask for something.
    """
    if any(span.end > len(old) for span in spans):  # what was stored may not fit, and has no place then
        fit = [span for span in spans if span.end <= len(old)]
        found = iter(relocate_spans(old, new, fit, notes=notes))
        return tuple(next(found) if span.end <= len(old) else None for span in spans)
    if old == new or not spans:
        return tuple(spans)
    if old and new.endswith(_ENDS_OF_LINE) and not old.endswith(_ENDS_OF_LINE):
        # Many editors end the last line as they save it. What goes in behind it still goes before that end;
        # it is below a heading, and within an item, which another may follow.
        end, added = len(old), len(new) - len(new.removesuffix(b"\n").removesuffix(b"\r"))
        is_item = _ITEM.match(old, old.rfind(b"\n") + 1)
        shifts = [added if span == (end, end) and not is_item else 0 for span in spans]
        behind = [Span(span.start + by, span.end + by) for span, by in zip(spans, shifts, strict=True)]
        places = relocate_spans(old + new[-added:], new, behind, notes=notes)
        moved_back = zip(places, shifts, strict=True)
        return tuple(place and Span(place.start - by, place.end - by) for place, by in moved_back)
    then, now = normal_form(old), normal_form(new)
    own = [then.place(span) for span in spans]
    there = _found(then, now, [one.span for one in own], {then.place(span).span for span in notes})
    back = [span and now.back(one._replace(span=span)) for one, span in zip(own, there, strict=True)]
    return tuple(
        place if place and _is_same(old[slice(*span)], new[slice(*place)]) else None
        for span, place in zip(spans, back, strict=True)
    )


def _found(
    then: NormalForm, now: NormalForm, spans: Sequence[Span], notes: Collection[Span]
) -> list[Span | None]:
    """Return where each span of one form is in another, or in further forms of both.

    A formatter may have wrapped its lines, or changed the blank lines between them; or the author said
    something else beside a note.
    """
    there = _moved(then, now, spans, notes)
    # What is only blank lines has nothing to know it by, since a formatter takes such lines away.
    lost = [span for span, place in zip(spans, there, strict=True) if not place and _may_be_found(then, span)]
    if then.kind is Kind.UNWRAPPED:
        lost = [span for span in lost if span in notes and span.start < span.end]
    if then.kind is Kind.PARTED or not lost:
        return there
    if then.kind is Kind.UNWRAPPED:
        sought = {notes_alone.note(then, span) for span in lost}
        other, other_now = (form.parted(notes_alone.places(form, sought)) for form in (then, now))
    else:
        other, other_now = then.unwrapped, now.unwrapped
    inner = {span: other.place(span) for span in lost}
    own_notes = {other.place(span).span for span in notes}
    again = _found(other, other_now, [one.span for one in inner.values()], own_notes)
    found = {
        span: place and other_now.back(one._replace(span=place))
        for (span, one), place in zip(inner.items(), again, strict=True)
    }
    return [place or found.get(span) for span, place in zip(spans, there, strict=True)]


def _moved(
    then: NormalForm,
    now: NormalForm,
    spans: Sequence[Span],
    notes: Collection[Span],
) -> list[Span | None]:
    """Return where each span of one form is in another; see `relocate_spans`."""
    before, after, (runs, _) = _compared(then, now)
    firsts = [run.old for run in runs]

    def moved(span: Span) -> Span | None:
        first, last = before.block(span)
        at = bisect_right(firsts, first) - 1
        run = runs[at] if at >= 0 else Run(0, 0, 0, is_sure=False)
        if last > run.old + run.size or not run.is_sure:
            return None
        there = run.new + first - run.old if last > first else 0
        shift = after.starts[there] - before.starts[first]
        place = Span(span.start + shift, span.end + shift)
        if then.kind is Kind.PARTED and not before.is_known(first, last, after, there):
            return None
        # The last line may have no end.
        if place.end > len(now.data) or _folded(then.data[slice(*span)]) != _folded(now.data[slice(*place)]):
            return None
        if after.block(place) != (there, there + last - first):
            return None
        if after.is_commented(place, then.data):
            return None
        behind, below = before.following(span), after.following(place)
        if span in notes and before.ends_section(span, first, last):
            # What was moved here from elsewhere is no text for the note.
            is_first = before.is_start(first) and not after.is_start(there, known=before.words)
            if is_first or not after.is_end(there + last - first, known=before.words):
                return None
        # A heading below is the next section; a deeper one is a part that the author began meanwhile.
        words = after.words_at(below)
        is_below = words in (before.words_at(behind), b"") or 0 < after.level(below) <= (
            before.level(first) or after.level(below)
        )
        # Above a list whose items were only moved, there is still its place.
        is_known = before.words_at(behind) and not before.level(behind) and words in before.words
        return place if is_below or is_known else None

    return list(map(moved, spans))


def prefix_at(data: bytes, span: Span) -> str:
    """Return what the further lines of a text begin with that goes into the line of a span, as in a list."""
    start = max(data.rfind(b"\n", 0, span.start), data.rfind(b"\r", 0, span.start)) + 1
    marks = _MARKS.match(data, start, span.start)
    return _MARK.sub(" ", marks[0].decode()).replace(">", "> ").replace(">  ", "> ") if marks else ""


def is_one_of_several(old: bytes, new: bytes, offset: int) -> bool:
    """Tell whether only the order of lines that are alike tells where the line of an offset of `old` is."""
    then = normal_form(old)
    before, _, (runs, _) = _compared(then, normal_form(new))
    line, _ = before.own(then.place(Span(offset, offset)).span)
    return any(run.old <= line < run.old + run.size and not run.is_sure for run in runs)


@lru_cache(maxsize=64)  # each view asks of the same few, again and again
def is_gone(old: bytes, new: bytes, offset: int) -> bool:
    """Tell whether the line of an offset of `old` was deleted where other lines were changed."""
    return _changed(old, new, offset)[1]


def changed_paragraph(old: bytes, new: bytes, offset: int) -> Span | None:
    """Return the paragraph of `new` that the line of an offset of `old` was changed to, if any."""
    return _changed(old, new, offset)[0]


def _changed(old: bytes, new: bytes, offset: int) -> tuple[Span | None, bool]:
    then, now = normal_form(old), normal_form(new)
    before, after, (runs, _) = _compared(then, now)
    line, _ = before.own(then.place(Span(offset, offset)).span)
    same, gone = changed(before.lines, after.lines, runs, line)
    return now.back(Place(after.paragraph(same[line]))) if line in same else None, line in gone


def near(old: bytes, new: bytes, offsets: Sequence[int]) -> list[Span]:
    """Return about where offsets of `old` are in `new`: the first line with words, to its paragraph's end.

    Of lines that were changed, that is the one which has most of the old one's words, or its place among
    them. Below a heading that nothing is under, this is an empty span.
    """
    then, now = normal_form(old), normal_form(new)
    before, after, (runs, renamed) = _compared(then, now)

    def place(offset: int) -> Span:
        line, at = max(bisect_right(before.starts, offset) - 1, 0), 0
        same, _ = changed(before.lines, after.lines, runs, line)
        if line in same and not before.level(line):
            return after.paragraph(same[line])
        # A blank line may be found further down: a place before one is where the line above it ends, if that
        # line is still there. A heading may have other words now.
        is_blank = _BLANK.match(b"".join(before.lines[line : line + 1])) is not None
        is_blank = is_blank and any(run.old < line <= run.old + run.size for run in runs)
        for run in runs:
            if run.old <= line - is_blank:
                at = min(run.new + line - run.old, run.new + run.size)
        if before.is_start(line):
            top = renamed.get(before.top(line) - 1, after.top(at) - 1) + 1
            if top != after.top(at) or not after.is_start(at):  # text, or a section, was put in above it
                at = top
        start = after.starts[at]
        at = after.with_words(at, old=then.data)
        if not after.lines[at:] or after.level(at):
            return Span(start, start)
        return after.paragraph(at)

    places = (place(then.place(Span(offset, offset)).span.start) for offset in offsets)
    return [now.back(Place(span)) for span in places]


def _may_be_found(form: NormalForm, span: Span) -> bool:
    return span.start == span.end or bool(form.data[slice(*span)].strip())


def _is_same(old: bytes, new: bytes) -> bool:
    """Tell whether no mark of emphasis would lose the one that closes it."""
    return old == new or len(EMPHASIS.findall(old)) % 2 == len(EMPHASIS.findall(new)) % 2


def _folded(line: bytes) -> bytes:
    return line.decode("utf-8", "replace").casefold().encode()


@lru_cache(maxsize=8)
def _compared(then: NormalForm, now: NormalForm) -> tuple[_Lines, _Lines, Alignment]:
    before, after = _Lines(then), _Lines(now)
    return before, after, align(before.keys, after.keys, levels=(before.levels, after.levels))


class _Lines:
    """A draft's normal form by lines, all numbers from 0."""

    def __init__(self, form: NormalForm) -> None:
        data, self.levels = form.data, form.levels
        self._data = data + b"\n"  # a comment ends its line at the end of the draft, too
        self.lines = data.splitlines(keepends=True)
        end = b"" if not data or data.endswith(_ENDS_OF_LINE) else b"\n"
        self.keys = _folded(data + end).splitlines(keepends=True)
        """The lines in small letters, the last one with an end as well, as it has one once it is moved up."""
        self.starts = list(accumulate(map(len, self.lines), initial=0))
        self.words = {line.strip() for line in self.keys}
        self._top = normal_lines.first_line(data)
        """The first line below the metadata."""
        self._headings = [at for at in range(self._top, len(self.lines)) if self.levels[at]]
        breaks = normal_lines.breaks(self.lines) if form.kind is not Kind.PARTED else range(len(self.lines))
        self._breaks = sorted({0, self._top, *breaks, len(self.lines)})
        """The lines at which a block begins, and the end."""

    def own(self, span: Span) -> tuple[int, int]:
        """Return the half-open range of the lines that a span is in."""
        first = min(bisect_right(self.starts, span.start) - 1, max(len(self.lines) - 1, 0))
        return first, max(bisect_left(self.starts, span.end), first + 1)

    def block(self, span: Span) -> tuple[int, int]:
        """Return the half-open range of the lines that belong together around a span; see `breaks`.

        For a place between two lines, these are the lines above it, the nearest with words included.
        """
        first, last = self.own(span)
        if self._is_between(span):
            first = last = bisect_left(self.starts, span.end)
            while first > 0 and _BLANK.match(self.lines[first - 1]):
                first -= 1
            first = max(first - 1, 0)
        else:
            last = self._breaks[bisect_left(self._breaks, last)]
        return self._breaks[bisect_right(self._breaks, first, 0, max(len(self._breaks) - 1, 1)) - 1], last

    def paragraph(self, line: int) -> Span:
        """Return a line and what belongs to it below."""
        start = self.starts[line]
        return Span(start, self.starts[self.block(Span(start, start + 1))[1]])

    def following(self, span: Span) -> int:
        """Return the first line with words, past comments, after a place between two lines.

        It is the number of all lines where there is none, or the place is in a line.
        """
        at = bisect_left(self.starts, span.end) if self._is_between(span) else len(self.lines)
        return self.with_words(at)

    def words_at(self, line: int) -> bytes:
        """Return the words of a line; nothing behind the last one."""
        return b"".join(self.keys[line : line + 1]).strip()

    def level(self, line: int) -> int:
        """Return the level of the heading in a line; 0 for another line, or behind the last one."""
        return next(iter(self.levels[line : line + 1]), 0)

    def is_commented(self, span: Span, old: bytes) -> bool:
        """Tell whether a comment that `old` lacks comes first below a place between two lines."""
        at = self.with_words(bisect_left(self.starts, span.end), old=b"") if self._is_between(span) else -1
        comment = _COMMENT.match(self._data, self.starts[at]) if 0 <= at < len(self.lines) else None
        return comment is not None and comment[0].strip() not in old

    def is_known(self, first: int, last: int, other: _Lines, there: int) -> bool:
        """Tell whether lines are those of another version, and not only alike, by their neighbours or words.

        Of `Anna came aboard on TBD and stayed.` only the number of such lines tells that it is not Bert's.
        """
        own, ends = self.keys[first], ((first - 1, there - 1), (last, there + last - first))
        pairs = [(self.words_at(a), other.words_at(b)) for a, b in ends]
        same = [old == new and WORDS.search(old) for old, new in pairs]
        before, before_now = map(notes_alone.open_word, pairs[0])
        is_told = any(same) or before == before_now != b"" or len(UNIT.findall(own.decode())) > 1
        return all(same) or bool(is_told and self.keys.count(own) == other.keys.count(own))

    def ends_section(self, span: Span, first: int, last: int) -> bool:
        """Tell whether a span has its lines, of no list or table, to itself and ends its section."""
        start, end = self.starts[first], self.starts[last]
        beside = self._data[start : span.start] + self._data[span.end : end]
        return not (STARTS.match(self.lines[first]) or beside.strip(b" \t\r\n>")) and self.is_end(last)

    def is_end(self, line: int, known: Container[bytes] = ()) -> bool:
        """Tell whether a section ends before a line, or goes on with a line that is `known`."""
        at = self.with_words(line)
        return at >= len(self.lines) or self._is_heading_or(at, known)

    def is_start(self, line: int, known: Container[bytes] = ()) -> bool:
        """Tell whether a line is the first below a heading, a `known` line, or the draft's start."""
        while line > self._top and _BLANK.match(self.lines[line - 1]):
            line -= 1
        return line <= self._top or self._is_heading_or(line - 1, known)

    def _is_heading_or(self, line: int, known: Container[bytes]) -> bool:
        return self.levels[line] > 0 or self.keys[line].strip() in known

    def with_words(self, line: int, old: bytes | None = None) -> int:
        """Return the first line with words from `line` on, past comments, or past those that `old` has too.

        It is the number of all lines where there is none.
        """
        while line < len(self.lines):
            comment = _COMMENT.match(self._data, self.starts[line])
            if comment and (old is None or comment[0].strip() in old):
                line = bisect_left(self.starts, comment.end())
            elif _BLANK.match(self.lines[line]):
                line += 1
            else:
                break
        return min(line, len(self.lines))

    def _is_between(self, span: Span) -> bool:
        at = bisect_left(self.starts, span.start)
        ends = not self.lines or self.lines[-1].endswith((b"\n", b"\r"))
        return span.start == span.end and self.starts[at] == span.start and (at < len(self.lines) or ends)

    def top(self, line: int) -> int:
        """Return the line below the nearest heading above a line, or else below the metadata."""
        at = bisect_left(self._headings, line)
        return max(self._headings[at - 1] + 1 if at else 0, self._top)

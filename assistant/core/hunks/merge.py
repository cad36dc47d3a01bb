"""Put another text into the place of an offered one, and keep what its author made of that meanwhile.

A text that is rejected makes room for what was there before, one that is retried for the next one. Both are a
merge of two changes of the offered text: the one that leads to the other text, and the author's.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from assistant.core.hunks.ownership import author_ranges, parting, parting_before, parting_behind
from assistant.core.hunks.shared_words import matches
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence

_CONTINUED = 0.5
"""Share of the letters of an earlier text from which on the offered one is another form of it: half a
sentence that it completes, finished text that it revises. Notes are rather another text."""
_MARKS = lazy.pattern(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
"""What can be before a line's first word: the marks of a quotation and of an item."""
_NO_MARK = lazy.pattern(r"[^> \t]")


class Edit(NamedTuple):
    """A replacement of characters of a text."""

    start: int
    end: int
    new: str


class _Kept(NamedTuple):
    """A range of the text with words that stay, and which characters of the other text they are."""

    start: int
    end: int
    first: int
    last: int


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with edits in it that don't overlap; all count the characters of `text`."""
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(edits):
        parts += (text[position:start], new)
        position = end
    return "".join((*parts, text[position:]))


@dataclass(frozen=True)
class Merge:
    """An offered text as it stands in `text` now, and the other one that is to take its place.

    What the author changed in words that both have stays as it is. What was typed between others stays behind
    those that come in their place, by whole words, and parted from them.
    """

    offered: str
    other: str
    text: str
    ranges: Sequence[tuple[int, int]]
    """What is left of the offered text."""
    is_earlier: bool = False
    """True where the other text stood there before."""
    ends_line: bool = False
    """True where nothing was behind the offered text in its line when it was put in."""

    def edits(self) -> list[Edit]:
        """Return the edits of the text that are to be made."""
        start, end = self._place
        if not self._own and self._only_parts:
            return self.exact()
        kept, edits, at, words, read = list(self.kept()), list[Edit](), start, "", 0
        if not self.is_earlier and all(part.start == part.end for part in kept):
            kept = []  # its author took away all that both have
        for part in (*kept, _Kept(end, end, len(self.other), len(self.other))):
            words, read = words + self.other[read : part.first], part.last
            if part.start < part.end or part.first == part.last:
                edits += self._between(at, part.start, words)
                at, words = part.end, ""
            elif words.strip():  # its author took away what is next
                words = f"{words.rstrip()} "
        return [*map(self._apart, edits[:-1]), self._apart(self._parted(edits[-1]))]

    def _apart(self, edit: Edit) -> Edit:
        """Return an edit that keeps apart the words around it, where all blanks between them are in it.

        Of `We rowed. The boats came.`, its author took `rowed. The boats`: the blank behind `We` is ours.
        """
        (start, end, new), text = edit, self.text
        if new or not (text[:start][-1:].isalnum() and text[end : end + 1].isalnum()):
            return edit
        gone, offered, (starts, ends) = text[start:end], self.offered, zip(*self.ranges, strict=True)
        is_inner = start in starts and gone[:1].isspace() > offered[:1].isspace()
        is_inner = is_inner or (end in ends and gone[-1:].isspace() > offered[-1:].isspace())
        return Edit(start, end, parting(gone)) if is_inner else edit

    def exact(self) -> list[Edit]:
        """Return the edits that take the author's words away as well, where the other text is to be alone."""
        start, end = self._place
        return [self._parted(Edit(start, end, self._newline if self._only_parts else self.other))]

    @cached_property
    def _own(self) -> list[tuple[int, int]]:
        """The ranges with words of the author's."""
        return author_ranges(self.ranges, self.offered, self.text)

    @cached_property
    def _place(self) -> tuple[int, int]:
        """Where the texts have their place, without blanks that part it from words beside it.

        There are some where the author replaced the first or the last words.
        """
        start = min([self.ranges[0][0], *(first for first, _ in self._own)])
        end = max([self.ranges[-1][1], *(last for _, last in self._own)])
        text, remainder = self.text, self.text[start:end]
        if text[:start][-1:].strip() and self.offered[:1].strip() and self.other[:1].strip():
            start += len(remainder) - len(remainder.lstrip())
        if text[end : end + 1].strip() and self.offered[-1:].strip() and self.other[-1:].strip():
            end = max(start, end - len(parting_before(remainder)))
        return start, end

    @property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def _only_parts(self) -> bool:
        """Tell whether only blanks are left, beside what was put in place of the offered words."""
        start, end = self._place
        text, remainder = self.text, self.text[start:end]
        if self.other or remainder.strip() or not remainder or not self.offered.strip():
            return False
        is_behind = not self.offered[0].isspace() and start > 0 and not text[start - 1].isspace()
        is_before = not self.offered[-1].isspace() and end < len(text) and not text[end].isspace()
        return "\n" in remainder and (is_behind or is_before)

    def kept(self) -> Iterator[_Kept]:
        """Yield the ranges with words that both texts have."""
        same = matches(self.offered, self.other)
        if self.is_earlier and sum(one.size for one in same) < _CONTINUED * len(self.other):
            return
        ours = "".join(self.text[slice(*one)] for one in self.ranges)
        places = [at for one in self.ranges for at in range(*one)]
        found = matches(self.offered, ours)
        every = [(old + at, places[new + at]) for old, new, size in found for at in range(size)]
        last, limit = self._place
        left = [(number, at) for number, at in every if last <= at < limit]
        # Both texts may have the blanks that part the place from words beside it.
        blanks = {number for number, _ in every}.difference(number for number, _ in left)
        for old, first, size in same:
            while size and old in blanks:
                old, first, size = old + 1, first + 1, size - 1
            while size and old + size - 1 in blanks:
                size -= 1
            begin, behind = (bisect(left, at, key=itemgetter(0)) for at in (old - 1, old + size - 1))
            start = max(last, left[begin][1]) if begin < len(left) else last
            # Where its author took it away, this is a place between what is left.
            end = max(start, left[behind - 1][1] + 1) if begin < behind else start
            yield _Kept(start, end, first, first + size)
            last = end

    def _between(self, start: int, end: int, words: str) -> list[Edit]:
        """Return the edits between two ranges that stay, which put `words` there."""
        own = [(max(a, start), min(b, end)) for a, b in self._own if a < end and start < b]
        if not own:
            return [Edit(start, end, words)]
        text, (first, last) = self.text, (own[0][0], own[-1][1])
        inner = [Edit(a, b, parting(text[a:b])) for (_, a), (b, _) in pairwise(own)]
        head, tail = text[start:first], text[last:end]
        is_below, is_above = start > self._place[0], end < self._place[1]  # words that stay
        lead, blanks = "", ""
        if not self.other:
            lead, _, blanks = self.offered.partition(self.offered.strip() or self.offered)
        elif not is_above and words.strip():
            words, blanks = words.rstrip(), words[len(words.rstrip()) :]
        behind = parting(tail) if is_above else blanks
        if not words.strip() and not is_below:
            lead = lead if start == self.ranges[0][0] else ""
            return [Edit(start, first, lead), *inner, Edit(last, end, behind)]
        if is_below or any(map(str.isalpha, head)):  # more than the mark of an item
            above = words or text[:start]
            gap = parting(head, behind=not words) if above[-1:].strip() else ""
            is_other = not is_below or (ends_sentence(text[first:last]) and not ends_sentence(above))
            if self.is_earlier and gap == " " and is_other:  # no part of the note, or of half a sentence
                gap = self._break or gap
                if gap == " " and not is_below:
                    return [Edit(start, first, ""), *inner, Edit(last, end, gap + words)]
            return [Edit(start, first, words + gap), *inner, Edit(last, end, behind)]
        # It goes behind the author's words that stand in the place of the first.
        a, b, gap = inner.pop(0) if inner else Edit(last, end, behind)
        edits = [Edit(a, b, parting_behind(text[a:b]) + words + gap), *inner]
        return edits if a == last else [*edits, Edit(last, end, behind)]

    def _parted(self, last: Edit) -> Edit:
        """Return the last edit, which parts a note from what was typed or joined behind the offered text."""
        end, behind = self._place[1], self._own and last.start == self._own[-1][1] and not last.new.strip()
        line = self.text[end:].partition("\n")[0].strip("\r")
        if not (self.is_earlier and self.ends_line and self.other.strip() and line.strip()) or behind:
            return last
        return Edit(last.start, end + len(line) - len(line.lstrip()), last.new + self._break)

    @property
    def _break(self) -> str:
        """What parts paragraphs, with the marks of a quotation or an item; nothing within a line."""
        (start, end), text = self._place, self.text
        if not self.ends_line and text[end:].partition("\n")[0].strip():
            return ""
        marks = _MARKS.match(text, text.rfind("\n", 0, start) + 1, start)
        prefix = _NO_MARK.sub(" ", marks[0]) if marks else ""
        return f"{self._newline}{prefix.rstrip()}{self._newline}{prefix}"

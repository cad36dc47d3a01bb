"""Words of a text on offer that its author cut out of it, or copied, and put in elsewhere.

What an edit puts in is a text's words where it is just what was cut from its mark, and where it has whole
sentences of it; less may be anybody's. Beside what is left of their text, the words belong to it; where
nothing is left of it, they are it. Elsewhere, in another document as well, they have a mark of their own.
What its author has in a text of their own, or had, is theirs where it is moved, though a model repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from assistant.core.hunks.alignment import common_ends
from assistant.core.hunks.merge import Edit
from assistant.core.hunks.shared_words import TELLING, is_word_end
from assistant.core.review import raw_words
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.frontends.lsp.buffer import MOVED, Placement, Range, State, as_one
from assistant.frontends.lsp.offered_texts import Cut, OfferedTexts, Part, Source, bounds, tokens

_SURE = 5
"""Words of sentences from which on they are a text's beside others; `It was late.` may be anybody's."""
_TURNS = 40
"""Characters by which an edit may be told at another place: see `_turns`."""
_AROUND = 1_000
"""Characters on each side of words in which a sentence that they are part of begins and ends."""
_LINE_END = re.compile(r"[\r\n]")


class MovedWords:
    """Which texts the words are of that stand elsewhere in one buffer."""

    def __init__(self, uri: str = "", offered: OfferedTexts | None = None) -> None:
        self._uri = uri
        self._offered = offered or OfferedTexts()
        self._sources: dict[str, Source] = {}
        self._known: tuple[Placement, ...] = ()
        self._last: tuple[int, Cut] | None = None
        """Where the edit before cut words of texts, and these."""
        self._put: Range | None = None
        """Where the edit before put something in."""
        self._rest: tuple[int, Cut] | None = None
        """Where the edit before put in the beginning of what was cut, and what is left of that."""

    def offer(self, placements: tuple[Placement, ...]) -> None:
        """Remember the texts that are on offer in this buffer, which may be cut or copied."""
        if placements is not self._known:
            self._known = placements
            for one in placements:
                if one.state is not State.ACCEPTED and one.key not in self._sources:
                    self._offered.add(self._uri, one)

    def cut(self, placements: Iterable[Placement], text: str, edit: Edit) -> None:
        """Remember what an edit of `text` takes out: the author's words, and those of texts on offer."""
        if edit.start == edit.end:
            self._last = None
            return
        self._offered.own.append(own_words(text, placements, Range(edit.start, edit.end)))
        parts: list[Part] = []
        for one in placements if text[edit.start : edit.end].strip() else ():
            if one.state is not State.ACCEPTED and overlap(one.extent, Range(edit.start, edit.end)):
                source, half = self._sources.get(one.key) or Source(self._uri, one), one.half(text)
                half = [Range(a, b + len(text[b:]) - len(text[b:].lstrip())) for a, b in half]
                parts += (Part(source, where) for where in _outside(one.ranges, half))
                parts += (Part(source, where, True) for where in half)
        last, self._last = self._last, None
        for start, end in _turns(Range(edit.start, edit.end), text) if parts else ():
            cut = Cut(text[start:end], tuple(one for part in parts for one in _cut_out(part, start, end)))
            self._offered.remember(cut)
            self._last = self._last or (edit.start, cut)
        if last and self._last and not edit.new and last[0] in (edit.start, edit.end):  # as Emacs cuts
            pair = (last[1], self._last[1]) if last[0] == edit.start else (self._last[1], last[1])
            moved = (part.shifted(len(pair[0].text)) for part in pair[1].parts)
            both = Cut(pair[0].text + pair[1].text, (*pair[0].parts, *moved))
            self._offered.remember(both)
            self._last = edit.start, both

    def close(self, placements: tuple[Placement, ...], text: str) -> None:
        """Remember what may be copied from it: the texts on offer, and its author's words."""
        self.offer(placements)
        self._offered.own.append(own_words(text, placements))

    def accept(self, uri: str, keys: set[str], placements: Iterable[Placement]) -> tuple[Placement, ...]:
        """Take the words of accepted texts of a document for its author's; return which placements stay."""
        names = {(uri, key) for key in keys}
        self._offered.accept(names)
        own = {key for key, source in self._sources.items() if source.name in names}
        return tuple(one for one in placements if one.key not in own)

    def after_edit(
        self, edit: Edit, after: Sequence[Placement], new: str, own: Iterable[str] = ()
    ) -> tuple[Placement, ...]:
        """Return the placements `after` an edit that made the text `new`, with our words that it put in.

        `own` is what the author has in all documents.
        """
        where, put = Range(edit.start, edit.start + len(edit.new)), self._put
        if put and not edit.new and (edit.end <= put.start or put.end <= edit.start):  # copied first
            by = edit.end - edit.start if edit.end <= put.start else 0
            where = Range(put.start - by, put.end - by)
        self._put = where if edit.new else None
        ours = sorted(one for placement in after for one in placement.ranges)
        found: dict[tuple[str, str], tuple[Source, list[Range], list[Range]]] = {}
        for source, range_, is_half in self._found(where, new, is_copy=not edit.new):
            _, words, half = found.setdefault(source.name, (source, [], []))
            (half if is_half else words).extend(_outside([range_], ours))
        cuts = self._offered.own  # word by word, as Emacs cuts, in either direction
        authors = _plain("\n".join((*cuts, *reversed(cuts), *own))) if found and edit.new else ""
        marks: list[tuple[Source, Sequence[Range], Sequence[Range]]] = []
        for source, places, halves in found.values():
            whole = as_one((*places, *halves), new)
            stay = [Range(a, a + len(new[a:b].rstrip())) for a, b in as_one(halves, new)]
            if left := [*_outside(_not_in(authors, whole, new), stay)]:
                around = as_one(_with_blanks_around(left, source.placement.text, new, where), new)
                marks.append((source, [_parted(one, new) for one in around], halves))
        return self._placed(after, marks, new)

    def _found(self, where: Range, text: str, *, is_copy: bool) -> Sequence[Part]:
        """Return which words in a range of a text, where an edit put it in, are of which text on offer.

        A copy was put in by the edit before, and is what was cut now.
        """
        rest, self._rest = self._rest, None
        if not text[slice(*where)].strip():
            return ()
        places = [*_turns(where, text)]
        again = (_put_in_again(cut, one, text) for cut in self._offered.cuts for one in places)
        if parts := max(again, key=_size, default=[]):
            return parts
        if is_copy:
            return ()
        if rest and rest[0] == where.start:  # an editor may put in what was cut bit by bit
            if begun := self._begun(where, text, rest[1]):
                return begun
        elif count_words(text[slice(*where)]) >= _SURE:
            for cut in reversed(self._offered.cuts):
                if begun := self._begun(where, text, cut):
                    return begun
        every = ([*self._sentences(one, text)] for one in places if one == where or _is_apart(one, text))
        return max(every, key=_size)

    def _begun(self, where: Range, text: str, cut: Cut) -> Sequence[Part]:
        """Return the words in a range that is the beginning of what was cut."""
        words = text[slice(*where)]
        if not cut.text.startswith(words.rstrip("\r\n") or words):
            return ()
        size, parts = len(words), cut.parts
        rest = tuple(one.shifted(-size) for part in parts for one in _cut_out(part, size, len(cut.text), 0))
        self._rest = where.end, Cut(cut.text[size:], rest)
        return [part.shifted(where.start) for one in parts for part in _cut_out(one, 0, size)]

    def _sentences(self, where: Range, text: str) -> Iterator[Part]:
        """Yield the whole sentences of texts in a range of a text."""
        if len(every := [*tokens(text, *where)]) < TELLING:
            return
        words, places = [word for word, _ in every], [place for _, place in every]
        for low, high, source, there in self._offered.runs(words, self._uri):
            ends = sorted(end for one in source.sentences[1] if low < (end := one - there + low) <= high)
            if ends and (low, ends[-1]) != (0, len(words)):  # beside words of others
                first = max(places[low][0] - _AROUND, 0)
                around = text[first : places[high - 1][1] + _AROUND]
                begun, ended = bounds(around, [(a - first, b - first) for a, b in places[low:high]])
                ends = [end for end in ends if 0 in begun and end - low in ended]
                if ends and count_words(text[places[low][0] : places[ends[-1] - 1][1]]) < _SURE:
                    continue
            for at in range(low, ends[-1] if ends else low):
                start, stop = places[at]
                origin = there + at - low
                if at == low:
                    start += _signs(text[start:stop], source.token(origin))
                if at == ends[-1] - 1:
                    stop -= _signs(text[start:stop][::-1], source.token(origin)[::-1])
                else:
                    stop = places[at + 1][0]
                yield Part(source, Range(start, stop), origin in source.halves)

    def _placed(
        self,
        after: Sequence[Placement],
        found: Iterable[tuple[Source, Sequence[Range], Sequence[Range]]],
        text: str,
    ) -> tuple[Placement, ...]:
        placements = {placement.key: placement for placement in after}
        for origin, ranges, halves in found:
            source, is_own = origin.placement, origin.uri == self._uri
            # Where it is its text's again, a rejection puts the half back.
            left, own = placements.get(source.key), as_one(ranges, text)
            whole = as_one((*ranges, *halves), text)
            around = (p for p in placements.values() if p.extent.start < own[0].start < p.extent.end)
            if outer := next(around, None):
                placements[outer.key] = replace(outer, ranges=as_one((*outer.ranges, *own), text))
            elif left is None and is_own:
                placements[source.key] = replace(source, ranges=whole)
            elif left and is_own and left.state is not State.ACCEPTED and _is_beside(left, whole, text):
                placements[source.key] = replace(left, ranges=as_one((*left.ranges, *whole), text))
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
            source = self._sources.get(one.key)
            is_own = source and source.uri == self._uri and source.placement.key not in keys
            if source and is_own and not source.halves:
                keys.add(source.placement.key)
                one = replace(source.placement, ranges=one.ranges)
            result.append(one)
        return tuple(sorted(result, key=lambda one: one.ranges))


def own_words(text: str, placements: Iterable[Placement], where: Range | None = None) -> str:
    """Return the author's words in a text, or in a range of it: what is not on offer there.

    A whole text has the notes as well that texts on offer stand for.
    """
    waiting = [one for one in placements if one.state is not State.ACCEPTED]
    offered = sorted(one for placement in waiting for one in placement.ranges)
    own = [text[slice(*one)] for one in _outside([where or Range(0, len(text))], offered)]
    return "\n".join((*own, *(one.original for one in waiting if not where)))


def _turns(where: Range, text: str) -> Iterator[Range]:
    """Yield a range of a text, and the others that leave the same when they are taken out.

    Editors find out what was changed, and may say that `ed. We row` was put into `We rowed. We rowed.`
    """
    start, end = where
    yield where
    for by in range(1, min(start, _TURNS) + 1 if start < end else 0):
        if text[start - by] != text[end - by]:
            break
        yield Range(start - by, end - by)
    for by in range(min(len(text) - end, _TURNS) if start < end else 0):
        if text[start + by] != text[end + by]:
            break
        yield Range(start + by + 1, end + by + 1)


def _cut_out(part: Part, start: int, end: int, origin: int | None = None) -> Iterator[Part]:
    """Yield what of a part is between two places, as it is in what was cut there."""
    first, last = max(part.where.start, start), min(part.where.end, end)
    if first < last:
        yield part._replace(where=Range(first, last)).shifted(-start if origin is None else -origin)


def _put_in_again(cut: Cut, where: Range, text: str) -> list[Part]:
    """Return the words of texts in a range, if it is what was cut, but for signs around it."""
    if where.end - where.start > len(cut.text) + _TURNS:
        return []
    words, (start, end) = text[slice(*where)], _core(cut.text)
    first, last = _core(words)
    if cut.text[start:end] != words[first:last]:
        return []
    start -= common_ends(cut.text[:start][::-1], words[:first][::-1])[0]
    shift = where.start + last - end
    end += common_ends(cut.text[end:], words[last:])[0]
    blanks = len(cut.text[start:end]) - len(cut.text[start:end].lstrip())
    start, end = start + blanks, start + len(cut.text[start:end].rstrip())
    return [one.shifted(shift) for part in cut.parts for one in _cut_out(part, start, end, 0)]


def _size(parts: Iterable[Part]) -> int:
    return sum(end - start for _, (start, end), _ in parts)


def _core(text: str) -> Range:
    """Return where a text is without the signs and blanks around it."""
    start = next((at for at, letter in enumerate(text) if letter.isalnum()), len(text))
    size = next((at for at, letter in enumerate(reversed(text)) if letter.isalnum()), len(text))
    return Range(start, max(start, len(text) - size))


def _is_apart(where: Range, text: str) -> bool:
    """Tell whether a range of a text begins and ends between words."""
    return is_word_end(text, where.start) and is_word_end(text, where.end)


def is_whole(placement: Placement, text: str) -> bool:
    """Tell whether moved words are whole sentences in their text."""
    for start, end in placement.ranges:
        first = max(start - _AROUND, 0)
        low, high = _core(text[start:end])
        place = start - first + low, start - first + high
        if low < high and bounds(text[first : end + _AROUND], [place]) != ({0}, {1}):
            return False
    return True


def _signs(word: str, other: str) -> int:
    """Return how many signs a word begins with that another doesn't have."""
    own, others = (one[: next((at for at, c in enumerate(one) if c.isalnum()), 0)] for one in (word, other))
    return len(own) - common_ends(own[::-1], others[::-1])[0]


def _plain(words: str) -> str:
    return " ".join(["", *(word for word, _ in tokens(words)), ""])


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

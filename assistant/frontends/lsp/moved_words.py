"""Words of a text on offer that its author cut out of it, or copied, and put in elsewhere.

What an edit puts in is compared with all texts that were on offer. Beside what is left of their text, the
words belong to it, as inside another text to that; where nothing is left of it, they are it. Elsewhere, in
another document as well, they have a mark of their own. What its author has in a text of their own, or had,
is theirs where it is moved, though a model repeats it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from assistant.core.hunks.alignment import common_ends
from assistant.core.hunks.merge import Edit
from assistant.core.hunks.shared_words import TELLING, TOKEN, bare
from assistant.core.review import raw_words
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.frontends.lsp.buffer import MOVED, Placement, Range, State, as_one

_SURE = 5
"""Words in a row from which on they are a text's wherever they are put in; fewer may be anybody's beside
others: `one of the`."""
_AROUND = 200
"""Characters on each side of an edit in which the words are that it goes on from, or that go on from it."""
_OWN = 10_000
"""How many of the author's own words that were cut are remembered."""
_LINE_END = re.compile(r"[\r\n]")


class _Source(NamedTuple):
    """A text on offer."""

    uri: str
    """The document that it was written for."""
    placement: Placement
    words: tuple[str, ...]
    halves: frozenset[int]
    """Which of its words stood there before: the half of a sentence that it continues."""

    @property
    def name(self) -> tuple[str, str]:
        """Its document and its key there."""
        return self.uri, self.placement.key


@dataclass
class OfferedTexts:
    """The texts that were on offer in any document, without those that were accepted."""

    own: deque[str] = field(default_factory=lambda: deque(maxlen=_OWN))
    """Words of the author's that were cut."""
    _sources: list[_Source] = field(default_factory=list)
    _places: dict[tuple[str, ...], list[tuple[_Source, int]]] = field(default_factory=dict)
    """Where words in a row are; empty until they are looked for."""

    def add(self, uri: str, placement: Placement) -> None:
        """Take a text in; while it streams, in the place of what came of it before."""
        text, name = placement.text, (uri, placement.key)
        if any(one.name == name and one.placement.text.startswith(text) for one in self._sources):
            return
        tokens, whole = list(_tokens(text)), replace(placement, ranges=(Range(0, len(text)),))
        places, half = [Range(*where) for _, where in tokens], whole.half(text)
        halves = frozenset(at for at, where in enumerate(places) if any(overlap(where, one) for one in half))
        source = _Source(uri, placement, tuple(word for word, _ in tokens), halves)
        self._keep(
            one for one in self._sources if one.name != name or not text.startswith(one.placement.text)
        )
        self._sources.append(source)

    def accept(self, names: Container[tuple[str, str]]) -> None:
        """Forget texts that are their author's now."""
        self._keep(one for one in self._sources if one.name not in names)

    def _keep(self, sources: Iterable[_Source]) -> None:
        self._sources = list(sources)
        self._places.clear()

    def runs(self, words: Sequence[str], uri: str) -> Iterator[tuple[int, int, _Source, int]]:
        """Yield which of `words` are of which text: the first and the end, and the first in the text."""
        end = 0
        if not self._places:
            for one in self._sources:
                for at in range(len(one.words) - TELLING + 1):
                    self._places.setdefault(one.words[at : at + TELLING], []).append((one, at))
        for at, three in enumerate(zip(*(words[at:] for at in range(TELLING)), strict=False)):
            best: tuple[int, bool, int] = (0, False, 0)
            for number, (one, start) in enumerate(self._places.get(three, ()) if at >= end else ()):
                size, _ = common_ends(words[at : at + len(one.words)], one.words[start:])
                if (rank := (size, one.uri == uri, number)) > best:
                    best, source, first = rank, one, start
            if best[0]:
                end = at + best[0]
                yield at, end, source, first


class MovedWords:
    """Which texts the words are of that stand elsewhere in one buffer."""

    def __init__(self, uri: str = "", offered: OfferedTexts | None = None) -> None:
        self._uri = uri
        self._offered = offered or OfferedTexts()
        self._sources: dict[str, _Source] = {}
        self._known: tuple[Placement, ...] = ()

    def offer(self, placements: tuple[Placement, ...]) -> None:
        """Remember the texts that are on offer in this buffer, which may be cut or copied."""
        if placements is not self._known:
            self._known = placements
            for one in placements:
                if one.state is not State.ACCEPTED and one.key not in self._sources:
                    self._offered.add(self._uri, one)

    def cut_own(self, placements: Iterable[Placement], text: str, edit: Edit) -> None:
        """Remember what an edit of `text` takes out of the author's words."""
        if edit.start < edit.end:
            self._offered.own.append(own_words(text, placements, Range(edit.start, edit.end)))

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
        where = Range(edit.start, edit.start + len(edit.new))
        ours = sorted(one for placement in after for one in placement.ranges)
        found: dict[tuple[str, str], tuple[_Source, list[Range], list[Range]]] = {}
        for source, range_, is_half in self._found(edit, new, ours):
            _, words, half = found.setdefault(source.name, (source, [], []))
            (half if is_half else words).extend(_outside([range_], ours))
        cuts = self._offered.own  # word by word, as Emacs cuts, in either direction
        authors = _plain("\n".join((*cuts, *reversed(cuts), *own))) if found else ""
        marks: list[tuple[_Source, Sequence[Range], Sequence[Range]]] = []
        for source, places, halves in found.values():
            if left := [*_not_in(authors, as_one(places, new), new)]:
                around = as_one(_with_blanks_around(left, source.placement.text, new, where), new)
                marks.append((source, [_parted(one, new) for one in around], halves))
        return self._placed(after, marks, new)

    def _found(self, edit: Edit, new: str, ours: Sequence[Range]) -> Iterator[tuple[_Source, Range, bool]]:
        """Yield where words are that an edit put in, and whether they are of an author's half sentence."""
        start, end = edit.start, edit.start + len(edit.new)
        tokens = [*_tokens(new, max(start - _AROUND, 0), min(end + _AROUND, len(new)))]
        words, places = [word for word, _ in tokens], [place for _, place in tokens]
        fresh = {at for at, place in enumerate(places) if _is_put_in(place, start, end, new)}
        for low, high, source, there in self._offered.runs(words, self._uri):
            # Where they go on, a word beside the edit may be one of them: `say.` once `and` is off it.
            goes_on = any(overlap(one, Range(*places[at])) for one in ours for at in range(low, high))
            beside = {
                at for at in range(low, high) if goes_on and (places[at][0] == end or places[at][1] == start)
            }
            here = [at for at in range(low, high) if at in fresh | beside]
            # A sign before them belongs to what is before it: `。` in a script without blanks.
            while here and not words[here[0]].isalnum() and new[: places[here[0]][0]][-1:] not in "\r\n":
                del here[0]
            if not here:
                continue
            first, last = places[here[0]][0], places[here[-1]][1]
            if places[here[-1]][0] < end and not any(map(str.isalnum, new[end:last])):  # as in `wet.#`
                last = min(last, end)
            size = count_words(new[first:last])
            is_all = len(here) == len(fresh) or size >= _SURE or _is_sentence(new, first, last)
            if goes_on or (size >= TELLING and is_all):
                for at in here:
                    stop = places[at + 1][0] if at < here[-1] else last
                    yield source, Range(places[at][0], stop), there + at - low in source.halves

    def _placed(
        self,
        after: Sequence[Placement],
        found: Iterable[tuple[_Source, Sequence[Range], Sequence[Range]]],
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
    """Return the author's words in a text, or in a range of it: what is not on offer there."""
    offered = sorted(one for p in placements if p.state is not State.ACCEPTED for one in p.ranges)
    return "\n".join(text[slice(*one)] for one in _outside([where or Range(0, len(text))], offered))


def _tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the words in a range of a text without their signs and capitals, and signs alone.

    Each has its place; the marks of a quotation are none.
    """
    for match in TOKEN.finditer(text, start, len(text) if end is None else end):
        if (word := match[0]).strip(">"):
            yield bare(word) or word, match.span()


def _is_put_in(place: tuple[int, int], start: int, end: int, text: str) -> bool:
    """Tell whether a word, or letters of it, is among what was put into a text."""
    low, high = place
    is_whole = start <= low and high <= end
    return is_whole or any(map(str.isalnum, text[max(low, start) : min(high, end)]))


def _is_sentence(text: str, start: int, end: int) -> bool:
    """Tell whether a range of a text is one of its sentences, or several."""
    before = text[:start].rstrip(" \t>")
    return ends_sentence(text[start:end]) and (before[-1:] in ("", "\n", "\r") or ends_sentence(before))


def _plain(words: str) -> str:
    return " ".join(["", *(word for word, _ in _tokens(words)), ""])


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

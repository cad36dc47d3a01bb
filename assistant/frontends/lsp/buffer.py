"""Our text inside a buffer that its author keeps editing: which words are whose, and the way back.

A placement is in the buffer as one or more fragments: what the author types inside it splits it, so that a
rejection takes away our words and never the author's. The buffer without our words, with the original bytes
back in their places, is the base: there the placements of a review have their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from assistant.core.hunks.alignment import common_ends
from assistant.core.hunks.merge import Edit, Merge, applied
from assistant.core.hunks.relocate import place_of
from assistant.core.hunks.shared_words import TELLING, TOKEN, Match, bare, is_word_end, matches
from assistant.core.review import raw_words
from assistant.core.review.saved_texts import undecided
from assistant.core.review.state import Phase, Piece, Review, Version
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.core.types import Hunk, Span
from assistant.frontends.lsp.positions import Text

_LINE_END = re.compile(r"\r\n|\n|\r")
MOVED = "moved"
"""What words that stand away from their text have for a gap: none is open for them."""
_ANY_LINE_END = r"(?:\\r\\n|\\n|\\r)"
"""Replaces a line end in a pattern: an editor may break the lines of a text in another way."""


class Range(NamedTuple):
    """A half-open range of characters of a buffer."""

    start: int
    end: int


class State(StrEnum):
    """What a placement in a buffer is."""

    RAW = "raw"
    """A model's words as they come, neither cleaned nor checked."""
    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    """Accepted since the file was last saved."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Text of ours that is in a buffer, or a line of the author's that we took away."""

    key: str
    """Its piece in the review; see `assistant.core.review.decide.key_for`."""
    text: str
    """The words as we put them; empty where a line was taken away."""
    original: str
    """What was in their place."""
    state: State = State.UNDECIDED
    ranges: tuple[Range, ...] = ()
    """Where our words are in the buffer, in its order."""
    ends_line: bool = False
    """True where nothing was behind them in their line when they were put in."""

    @property
    def gap(self) -> str:
        """The id of the gap it was written for."""
        return gap_of(self.key)

    @property
    def is_moved(self) -> bool:
        """True for words that its author cut or copied and put in elsewhere; see `moved_words`."""
        return self.gap == MOVED

    @property
    def extent(self) -> Range:
        """The range from the first of our words to the last, what the author typed between them included."""
        return Range(self.ranges[0].start, self.ranges[-1].end)

    def is_touched(self, text: str) -> bool:
        """Tell whether the author changed it in the buffer `text`, but for the blanks around it."""
        return len(self.ranges) != 1 or text[slice(*self.ranges[0])].strip() != self.text.strip()

    def has_words(self, text: str) -> bool:
        """Tell whether any of our words are in the buffer `text`."""
        return any(text[slice(*one)].strip() for one in self.ranges)

    def accepted(self) -> Placement:
        """Return the placement as an accepted one."""
        return replace(self, state=State.ACCEPTED)

    def removal(self, text: str) -> list[Edit]:
        """Return the edits of the buffer `text` that take our words away and put back what was there."""
        return self._earlier(text).edits()

    def replaced(self, text: str) -> list[Edit]:
        """Return the edits of the buffer `text` that put back what was there, and nothing else.

        What the author typed inside goes with our words until these are decided on.
        """
        return self._earlier(text).exact()

    def half(self, text: str) -> list[Range]:
        """Return where in the buffer `text` the half sentence is that our text goes on from."""
        kept = self._earlier(text).kept() if self.original.strip() and self.text else ()
        return [Range(part.start, part.end) for part in kept if part.start < part.end]

    def _earlier(self, text: str) -> Merge:
        ends_line = self.ends_line
        return Merge(self.text, self.original, text, self.ranges, is_earlier=True, ends_line=ends_line)


def gap_of(key: str) -> str:
    """Return the id of the gap that a piece is for, by its key."""
    return key.partition(":")[0]


class Change(NamedTuple):
    """An edit of a buffer, and the placement whose text it puts there; None for one that only takes away."""

    edit: Edit
    placement: Placement | None = None


# ---- what edits do to placements ------------------------------------------------------------------------


def after_edit(placements: Iterable[Placement], edit: Edit, text: str) -> tuple[Placement, ...]:
    """Return placements as an edit of the author's in `text` leaves them; one without words is dropped.

    An editor may tell more than its author did: that paragraphs were joined it tells as one put in the place
    of both. What was ours in the words stays ours.
    """
    # Where an edit puts back the line that a placement took away, the placement is undone.
    present = [p for p in placements if p.text or edit != Edit(*p.ranges[0], p.original)]
    edit = start, end, new = _by_words(edit, text)
    is_over = any(p.extent.start < end and start < p.extent.end for p in present)
    same = matches(text[start:end], new, any_case=True) if is_over else []
    words = [match._replace(new=start + match.new) for match in same]
    moved = ((p, [*_shifted(p.ranges, edit), *_mapped(p.ranges, start, words)]) for p in present)
    after = (replace(p, ranges=tuple(_joined(sorted(ranges)))) for p, ranges in moved if ranges)
    new_text = applied(text, (edit,))
    return tuple(_apart((p for p in after if p.has_words(new_text) or not p.text.strip()), new_text))


def _apart(placements: Iterable[Placement], text: str) -> Iterator[Placement]:
    """Yield placements in order; of two that were joined, the first has the word and the blanks there.

    Otherwise the edits that take the two out would overlap.
    """
    last: Placement | None = None
    for one in sorted(placements, key=lambda placement: placement.ranges):
        at = one.extent.start
        if last and last.text and one.text and last.extent.end <= at:
            end = last.extent.end
            is_in_word = not any(is_word_end(text, place) for place in range(end, at + 1))
            while is_in_word and not is_word_end(text, at):
                at += 1
            if last.ends_line and (is_in_word or not text[end:at].strip(" \t")):
                at += len(text[at:]) - len(text[at:].lstrip(" \t"))
            ranges = [Range(a, min(b, at)) for a, b in one.ranges if a < at]
            last = replace(last, ranges=tuple(_joined((*last.ranges, *ranges))))
            one = replace(one, ranges=tuple(Range(max(a, at), b) for a, b in one.ranges if at < b))
        if last and one.ranges:
            yield last
        last = one if one.ranges else last
    if last:
        yield last


def _by_words(edit: Edit, text: str) -> Edit:
    """Return an edit that replaces words with the whole of each: where `liked` becomes `loved`, all of it.

    Where only a sign or the case changes, the word stays whose it was.
    """
    start, end, new = edit
    if not (text[start:end].strip() and new.strip()):
        return edit
    while not is_word_end(text, start):
        start -= 1
    while not is_word_end(text, end):
        end += 1
    head, tail = text[start : edit.start], text[edit.end : end]
    old, words = ([bare(w) for w in TOKEN.findall(one)] for one in (text[start:end], head + new + tail))
    if old[0] == words[0]:
        start, head = edit.start, ""
    if old[-1] == words[-1]:
        end, tail = edit.end, ""
    return Edit(start, end, head + new + tail)


def _mapped(ranges: Iterable[Range], start: int, same: Iterable[Match]) -> Iterator[Range]:
    """Yield where ranges are in other words, that share `same` with those that begin at `start`."""
    for old, new, size in same:
        for low, high in ranges:
            low, high = max(low - start, old), min(high - start, old + size)
            if low < high:
                yield Range(new + low - old, new + high - old)


def clear_of_authors(edit: Edit, text: str, placements: Iterable[Placement]) -> Edit:
    """Return the edit of `text` with the same outcome that leaves the author's words and blanks alone.

    Where the last line of a placement is deleted, the blank line that goes may be the one above or below: the
    editor says either, and only the one above is ours. So it is with what is typed at an end of a placement.
    """
    start, end, new = edit
    size = end - start
    for first, last in (one for placement in placements for one in placement.ranges):
        is_inside = new and not size and first < start < last
        sticks_out = not new and start < last and first < end and (start < first or last < end)
        if not (is_inside or sticks_out):
            continue
        for at in (first, last - size):
            low, high = min(start, at), max(end, at + size)
            after = text[low:start] + new + text[end:high]
            moved = after[at - low : at - low + len(new)]
            if first <= at <= last - size and after == text[low:at] + moved + text[at + size : high]:
                return Edit(at, at + size, moved)
    return edit


def grown(edited: Range, edit: Edit) -> Range:
    """Return the range that holds what earlier edits put into a buffer, and what this one does."""
    if not edit.new and edited.start == edited.end:
        return edited
    end = edit.start + len(edit.new)
    if edited.start == edited.end:
        return Range(edit.start, end)
    shift = len(edit.new) - (edit.end - edit.start)
    later = [at + shift if edit.end <= at else min(at, end) for at in edited]
    return Range(min(later[0], edit.start), max(later[1], end))


def _shifted(ranges: Iterable[Range], edit: Edit) -> tuple[Range, ...]:
    """Return where ranges are after an edit: what it deletes is gone, what it puts inside splits them."""
    moved: list[Range] = []
    shift = len(edit.new) - (edit.end - edit.start)
    for start, end in ranges:
        if edit.end <= start:
            moved.append(Range(start + shift, end + shift))
        elif end <= edit.start:
            moved.append(Range(start, end))
        else:
            if start < edit.start:
                moved.append(Range(start, edit.start))
            if edit.end < end:
                moved.append(Range(edit.end + shift, end + shift))
    return tuple(_joined(moved))


def _joined(ranges: Iterable[Range]) -> Iterator[Range]:
    """Yield ranges as one where they touch."""
    last: Range | None = None
    for one in ranges:
        if last and last.end == one.start:
            one = Range(last.start, one.end)
        elif last:
            yield last
        last = one
    if last:
        yield last


def after_changes(placements: Iterable[Placement], changes: Sequence[Change]) -> tuple[Placement, ...]:
    """Return placements as they are once `changes` are made: the old ones moved, the new ones placed."""
    changes = sorted(changes, key=lambda change: change.edit)
    placed = {change.placement.key: change.placement for change in changes if change.placement}
    placed |= {placement.key: placement for placement in placements}
    moved = {}
    for key in placed:
        ranges = placed[key].ranges
        for change in reversed(changes):
            ranges = _shifted(ranges, change.edit)
        moved[key] = [*ranges]
    shift = 0
    for (start, end, new), placement in changes:
        if placement and (new or not placement.text):
            moved[placement.key].append(Range(start + shift, start + shift + len(new)))
        shift += len(new) - (end - start)
    after = (replace(placed[key], ranges=tuple(_joined(sorted(ranges)))) for key, ranges in moved.items())
    return tuple(sorted((p for p in after if p.ranges), key=lambda p: p.ranges))


def trimmed(edit: Edit, text: str) -> Edit:
    """Return the smallest edit of `text` that does the same: what begins or ends both old and new stays."""
    start, end, new = edit
    head, tail = common_ends(text[start:end], new)
    return Edit(start + head, end - tail, new[head : len(new) - tail])


# ---- the base, and the way from it to the buffer --------------------------------------------------------


@dataclass(frozen=True)
class Base:
    """A buffer's text without placements, and the way between the two."""

    text: Text
    moves: tuple[tuple[int, int, int, int], ...]
    """Where they differ: start and end in the base, start and end in the buffer, in document order."""

    def to_buffer(self, offset: int) -> int:
        """Return the character of the buffer that is where `offset` is in the base.

        At a place that a placement was taken from, this is before the placement.
        """
        shift = 0
        for start, end, there, there_end in self.moves:
            if offset <= start:
                break
            if offset < end:
                return there
            shift = there_end - end
        return offset + shift

    def from_buffer(self, offset: int) -> int:
        """Return the byte of the base where a character of the buffer is; for our text, where it goes."""
        shift = 0
        for start, end, there, there_end in self.moves:
            if offset <= there:
                break
            if offset < there_end:
                offset, shift = start, 0
                break
            shift = end - there_end
        return len(self.text.text[: offset + shift].encode())

    def range_in_buffer(self, span: tuple[int, int]) -> Range:
        """Return the characters of the buffer for bytes of the base."""
        start, end = (self.to_buffer(self.text.from_byte(at)) for at in span)
        return Range(start, max(start, end))


def base_of(text: Text, placements: Iterable[Placement]) -> Base:
    """Return the text without these placements."""
    changes = sorted(edit for placement in placements for edit in placement.replaced(text.text))
    if not changes:
        return Base(text, ())
    moves, shift = [], 0
    for start, end, new in changes:
        at = start + shift
        moves.append((at, at + len(new), start, end))
        shift += len(new) - (end - start)
    return Base(Text(applied(text.text, changes)), tuple(moves))


# ---- putting placements in ------------------------------------------------------------------------------


def insertion(hunk: Hunk, draft: bytes, base: Base, placement: Placement) -> Change | None:
    """Return the change that puts a hunk, made for `draft`, into the buffer.

    None where its place changed.
    """
    span, data = place_of(hunk, draft, base.text.data), base.text.data
    if span is None or data[span.start : span.end] != hunk.original:
        return None
    start, end = (base.text.from_byte(at) for at in span)
    there, there_end = base.to_buffer(start), base.to_buffer(end)
    if there_end - there != end - start:  # another placement is inside what this one would replace
        return None
    placement = replace(placement, ends_line=_ends_line(base.text.text, end))
    return Change(Edit(there, there_end, placement.text), placement)


def _ends_line(text: str, at: int) -> bool:
    """Tell whether nothing is behind a place in its line."""
    return not text[at:].partition("\n")[0].strip()


def exchange(old: Placement, new: Placement, text: str) -> list[Change]:
    """Return the changes of the buffer `text` that make one placement of another."""
    placement = replace(new, ranges=old.ranges, ends_line=old.ends_line)
    edits = Merge(old.text, new.text, text, old.ranges).edits()
    return [Change(edit, placement) for edit in edits]


def same_words(
    text: str, words: str, *, near: int, taken: Iterable[Placement] = (), within: Range | None = None
) -> list[Range]:
    """Return where `words` are in `text`, the place nearest to `near` first, in whatever lines.

    The words of the placements `taken` are no place of theirs.
    """
    if not (content := words.strip()):
        return []
    before, _, behind = words.partition(content)
    # A line of a quotation that is filled again begins with its mark.
    inside = r"[\s>]+".join(re.escape(word) for word in content.split())
    pattern = re.compile(_LINE_END.sub(_ANY_LINE_END, before) + inside + _LINE_END.sub(_ANY_LINE_END, behind))
    start, end = within or Range(0, len(text))
    places = (Range(*match.span()) for match in pattern.finditer(text, start, end))
    others = [one for placement in taken for one in placement.ranges]
    free = (place for place in places if not any(overlap(place, one) for one in others))
    return sorted(free, key=lambda place: abs(place.start - near))


def as_one(ranges: Iterable[Range], text: str) -> tuple[Range, ...]:
    """Return ranges of one placement in order, joined where only blanks or quotation marks part them."""
    return tuple(_joined(_with_blanks(sorted(ranges), text)))


def _with_blanks(ranges: Sequence[Range], text: str) -> Iterator[Range]:
    for (start, end), (following, _) in pairwise(ranges):
        yield Range(start, following if not text[end:following].strip(" \t\r\n>") else end)
    yield from ranges[-1:]


# ---- files that were saved with placements in them ------------------------------------------------------


def taking_out(text: Text, placement: Placement) -> Hunk:
    """Return the hunk of a buffer's text that leaves only the author's bytes in the place of a placement."""
    edits = placement.removal(text.text)
    start, end = (min(edit.start for edit in edits), max(edit.end for edit in edits))
    start, end = min(start, placement.extent.start), max(end, placement.extent.end)
    if not text.text[start:end].strip() and placement.text[:1].strip():  # with the line that took its place
        start = text.text.rfind("\n", 0, start) + 1
    words, first = text.text[start:end], len(text.text[:start].encode())
    author_text = applied(words, (Edit(a - start, b - start, new) for a, b, new in edits))
    hunk = Hunk(placement.gap, Span(first, first + len(words.encode())), words.encode(), author_text.encode())
    return replace(hunk, follows=int(not placement.text))  # an instruction line is no text


def put(version: Version | None, text: bytes) -> bytes:
    """Return the words that were put in for a version with this text, before the author changed them."""
    return (version and version.source) or text


def restored(review: Review, text: Text) -> tuple[Placement, ...]:
    """Return the placements that a file held undecided when it was saved, as far as they are still in it.

    What is no text of the review's is raw: the file was saved while the words came, or another text was
    offered since. A text that is in the file otherwise, and that its author did not accept, comes as well.
    """
    placements = []
    for number, (key, hunk) in enumerate(undecided(review.saved, text.data).items()):
        piece = review.piece(key)
        if piece is not None and piece.text == hunk.original and piece.phase is Phase.READY:
            state = State.ACCEPTED if piece.is_accepted else State.UNDECIDED
        else:
            key, state = raw_words.key_of(hunk.gap, number), State.RAW
        where = Range(*(text.from_byte(at) for at in hunk.span))
        words = put(piece.version, hunk.original) if piece and state is State.UNDECIDED else hunk.original
        placements.append(
            Placement(
                key,
                words.decode(),
                hunk.replacement.decode(),
                state,
                (where,),
                _ends_line(text.text, where.end),
            )
        )
    return tuple(
        sorted((*placements, *recognized(review, text, placements)), key=lambda placement: placement.ranges)
    )


def recognized(
    review: Review, text: Text, placements: Sequence[Placement], *, edited: Range | None = None
) -> Iterator[Placement]:
    """Yield the texts that a model wrote and nobody accepted, where they stand in a buffer unmarked.

    With `edited`, only those are sought that reach into this range, where the author's editor put something
    in: an undo brought one back, or the author pasted it. Several gaps may have got the same words: these are
    the text of the one in whose place they stand.
    """
    taken = list(placements)
    for piece in review.shown:
        is_accepted = piece.is_accepted and piece.phase is not Phase.WRITTEN
        is_here = any(piece.key == p.key for p in taken)
        if piece.phase not in (Phase.READY, Phase.WRITTEN) or is_accepted or is_here:
            continue
        written = piece.text if piece.phase is Phase.WRITTEN else b""
        for version, data in zip(piece.versions, piece.texts, strict=True):
            words, draft = data.decode(), version.base or review.base
            content, length = words.strip(), len(words)
            # What a shortened paragraph keeps stood there before.
            is_known = version.is_written or any(content.encode() in one for one in (written, draft))
            if is_known or count_words(content) < TELLING:
                continue
            near, within = 0, None
            if edited:
                near, within = edited.start, Range(max(edited.start - length, 0), edited.end + length)
            places = same_words(text.text, words, near=near, taken=taken, within=within)
            places = places or same_words(text.text, content, near=near, taken=taken, within=within)
            original = version.hunk.original.decode()
            model = version.source.decode()
            candidates = [
                Placement(
                    piece.key,
                    model or text.text[slice(*one)],
                    original,
                    ranges=(one,),
                    ends_line=_ends_line(text.text, one.end),
                )
                for one in places
            ]
            own = (p for p in candidates if _is_in_place(p, version.hunk, draft, base_of(text, (*taken, p))))
            placement = next(own, None) or next(
                (p for p in candidates if not _is_shared(review, piece, content)), None
            )
            if placement:
                taken.append(placement)
                yield placement
                break


def _is_in_place(placement: Placement, hunk: Hunk, draft: bytes, base: Base) -> bool:
    """Tell whether a placement stands where its hunk, made for `draft`, goes into the base."""
    span, at = place_of(hunk, draft, base.text.data), base.from_buffer(placement.ranges[0].start)
    return span is not None and not base.text.data[min(at, span.start) : max(at, span.start)].strip()


def _is_shared(review: Review, piece: Piece, words: str) -> bool:
    """Tell whether another piece has the same words."""
    others = (one for one in review.shown if one is not piece)
    return any(text.decode().strip() == words for one in others for text in one.texts)

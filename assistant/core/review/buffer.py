"""Proposed text inside a buffer that its author goes on editing: what of it is whose, and the way back.

A proposal that is shown stands in the buffer as one or more fragments: what the author types inside it
splits it, so that a refusal takes away the proposed words and never the author's. The text without all
that is proposed, with the original bytes back in their places, is the base: places to write are looked for
in it, and models are shown it, since nothing in it is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from assistant.core.hunks.relocate import relocate_hunks
from assistant.core.text.positions import Text
from assistant.core.types import Gap, GapKind, Hunk, Span


class Range(NamedTuple):
    """A half-open range of characters of a buffer."""

    start: int
    end: int


class Edit(NamedTuple):
    """A replacement of characters of a buffer."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Text for one place, not decided yet."""

    id: str
    gap: Gap
    """The gap as it was when the text was asked for."""
    hunk: Hunk
    """Its place in `base`."""
    base: bytes
    """The text that the hunk was made for."""
    shown: tuple[Range, ...] = ()
    """Where its words are in the buffer; empty while it waits."""
    attempt: int = 0
    """How often the author asked again."""
    target: Span | None = None
    """The target of the gap that it was written for, in `base`."""
    guidance: str = ""

    @property
    def original(self) -> str:
        """What stood in its place."""
        return self.hunk.original.decode()

    @property
    def text(self) -> str:
        """What is proposed."""
        return self.hunk.replacement.decode()


def shifted(ranges: Iterable[Range], edit: Edit) -> tuple[Range, ...]:
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
    return tuple(moved)


def after_edit(proposals: Iterable[Proposal], edit: Edit) -> tuple[Proposal, ...]:
    """Return proposals as an edit leaves them; one whose words are all gone waits, to be offered again."""
    return tuple(replace(p, shown=shifted(p.shown, edit)) if p.shown else p for p in proposals)


def is_touched(proposal: Proposal, text: str) -> bool:
    """Tell whether the author changed a shown proposal."""
    return len(proposal.shown) != 1 or text[slice(*proposal.shown[0])] != proposal.text


def refusal(proposal: Proposal) -> tuple[Edit, ...]:
    """Return the edits that take a proposal's words away and put back what stood there."""
    first, *rest = proposal.shown
    return (Edit(first.start, first.end, proposal.original), *(Edit(start, end, "") for start, end in rest))


def applied(text: str, changes: Iterable[Edit]) -> str:
    """Return `text` with edits in it that don't overlap; all count the characters of `text`."""
    pieces: list[str] = []
    position = 0
    for start, end, new in sorted(changes):
        pieces += (text[position:start], new)
        position = end
    return "".join((*pieces, text[position:]))


@dataclass(frozen=True)
class Base:
    """The text without what is proposed, and the way from it to the buffer."""

    text: Text
    moves: tuple[tuple[int, int, int, int], ...]
    """Where they differ: start and end in the base, start and end in the buffer, in document order."""

    def to_buffer(self, offset: int) -> int:
        """Return the character of the buffer that stands where `offset` is in the base.

        At a place that something proposed was taken from, this is before what is proposed.
        """
        shift = 0
        for start, end, there, there_end in self.moves:
            if offset <= start:
                break
            if offset < end:
                return there
            shift = there_end - end
        return offset + shift

    def to_base(self, offset: int) -> int:
        """Return the character of the base for one of the buffer; inside what is proposed, its beginning."""
        shift = 0
        for start, end, there, there_end in self.moves:
            if offset <= there:
                break
            if offset < there_end:
                return start
            shift = end - there_end
        return offset + shift


def base_of(text: Text, proposals: Iterable[Proposal]) -> Base:
    """Return the text without the shown proposals."""
    changes = sorted(change for p in proposals if p.shown for change in refusal(p))
    if not changes:
        return Base(text, ())
    moves, shift = [], 0
    for start, end, new in changes:
        at = start + shift
        moves.append((at, at + len(new), start, end))
        shift += len(new) - (end - start)
    return Base(Text(applied(text.text, changes)), tuple(moves))


def insertion(proposal: Proposal, base: Base) -> tuple[Edit, Hunk] | None:
    """Return the edit that shows a waiting proposal, and its hunk in the base; None if its place changed."""
    placed, conflicts = relocate_hunks(proposal.base, base.text.data, (proposal.hunk,))
    if conflicts or not placed:
        return None
    hunk = placed[0]
    if base.text.data[hunk.span.start : hunk.span.end] != hunk.original:
        return None
    if proposal.gap.kind is GapKind.EMPTY_SECTION and (
        _what_follows(proposal.base, proposal.hunk.span.end) != _what_follows(base.text.data, hunk.span.end)
    ):
        return None  # the author began to write the section
    start, end = (base.text.from_byte(at) for at in hunk.span)
    there, there_end = base.to_buffer(start), base.to_buffer(end)
    if there_end - there != end - start:  # another proposal stands inside what this one would replace
        return None
    return Edit(there, there_end, proposal.text), hunk


def _what_follows(data: bytes, offset: int) -> bytes:
    """Return the first line at or after `offset` that isn't blank."""
    rest = data[offset : offset + 10_000].lstrip()
    return re.split(rb"[\r\n]", rest, maxsplit=1)[0]


def shown_after(proposals: Sequence[Proposal], changes: Sequence[tuple[str, Edit]]) -> tuple[Proposal, ...]:
    """Return proposals as they are once `changes` are made: each shows the proposal of its id, or none."""
    everything = sorted((edit, name) for name, edit in changes)
    places: dict[str, Range] = {}
    shift = 0
    for edit, name in everything:
        places[name] = Range(edit.start + shift, edit.start + shift + len(edit.new))
        shift += len(edit.new) - (edit.end - edit.start)
    places.pop("", None)
    moved = []
    for proposal in proposals:
        if proposal.id in places:
            moved.append(replace(proposal, shown=(places[proposal.id],)))
            continue
        ranges = proposal.shown
        for edit, _ in reversed(everything):
            ranges = shifted(ranges, edit)
        moved.append(replace(proposal, shown=ranges) if proposal.shown else proposal)
    return tuple(moved)


def is_in_place(old: Proposal, new: Proposal, base: Base) -> bool:
    """Tell whether `new` belongs where `old` is shown."""
    placed, _ = relocate_hunks(new.base, base.text.data, (new.hunk,))
    if not (placed and old.shown and new.hunk.original == old.hunk.original):
        return False
    return base.text.from_byte(placed[0].span.start) == base.to_base(old.shown[0].start)


def exchange(old: Proposal, new: Proposal) -> tuple[tuple[str, Edit], ...]:
    """Return the edits that show `new` in the place of `old`, which must be shown.

    What the author typed inside the old words stays, after the new ones.
    """
    first, *rest = old.shown
    return ((new.id, Edit(first.start, first.end, new.text)), *(("", Edit(a, b, "")) for a, b in rest))


def trimmed(edit: Edit, text: str) -> Edit:
    """Return the smallest edit of `text` that does the same: what begins or ends both old and new stays."""
    start, end, new = edit
    limit = min(end - start, len(new))
    head = next((i for i in range(limit) if text[start + i] != new[i]), limit)
    limit -= head
    tail = next((i for i in range(limit) if text[end - 1 - i] != new[-1 - i]), limit)
    return Edit(start + head, end - tail, new[head : len(new) - tail])


def found_again(text: str, words: str, *, near: int) -> Range | None:
    """Return where `words` are in `text`, nearest to `near`, whatever line ends an editor gave them."""
    lines = re.split(r"\r\n|\n|\r", words)
    pattern = re.compile(r"(?:\r\n|\n|\r)".join(re.escape(line) for line in lines))
    places = [Range(*found.span()) for found in pattern.finditer(text)] if words.strip() else []
    return min(places, key=lambda place: abs(place.start - near), default=None)

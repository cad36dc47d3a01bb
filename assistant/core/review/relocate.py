"""Keeps the slots of a review at their places while the draft moves on, is written and put back.

The author may type in an editor during a session. A slot whose own paragraph, item or row is untouched
moves along (`relocate_spans`); any other is marked, and keeps the draft it was made for beside it, so
that both can be shown and nothing is overwritten. What the session itself writes is known to the byte,
so there the places are computed and not searched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.core.hunks.apply import apply
from assistant.core.hunks.relocate import relocate_hunks, relocate_spans
from assistant.core.review.events import Offered, Reverted, SavedUndecided
from assistant.core.review.state import Phase, Review, Slot, Version, added
from assistant.core.types import Hunk, Span, Verdict


def moved(review: Review, data: bytes) -> Review:
    """Return the state on the draft as it is now.

    A slot without a text, whose place is gone, is forgotten; one that is being written waits for its text.
    """
    return _settled(replace(review, base=data), _relocated(review.slots, review.base, data))


def without_undecided(saved: SavedUndecided | None, data: bytes) -> bytes:
    """Return `data` with the author's own bytes where an editor saved undecided text.

    Text that its author changed, or typed beside in the same paragraph, is the author's, and stays.
    """
    if saved is None:
        return data
    placed, _ = relocate_hunks(saved.data, data, saved.pieces)
    return apply(data, placed)


def offered(review: Review, offers: Sequence[Offered]) -> Review:
    """Return the state with models' texts in their slots; what is decided already keeps what it has.

    All of `offers` are put in at one go, so that a thousand of them cost little more than one.
    """
    if offers and not review.base and not review.slots:
        review = replace(review, base=offers[0].data)
    slots = {s.key: s for s in review.slots}
    restarted: set[str] = set()
    for offer in offers:
        proposal = offer.proposal
        first: dict[str, int] = {}
        """The version of each key that is shown: the first text; the others are there to choose from."""
        for key, hunk in zip(proposal.keys, proposal.hunks, strict=True):
            details = proposal.model, proposal.usage, proposal.seconds, proposal.guidance
            version = _version(Version(hunk, proposal.id, *details), offer.data, review.base)
            slot = slots.get(key)
            if slot is None or slot.phase is Phase.WRITTEN:
                # A gap that was written once and is there again starts over.
                restarted.add(key)
                first[key] = 0
                slots[key] = Slot(key, proposal.gap, version.hunk.span, (version,), phase=Phase.READY)
            elif slot.follows:
                slots[key] = replace(slot, versions=(version,), span=version.hunk.span)
            else:
                versions = (*slot.versions, version)
                choice = slot.choice
                at = first.setdefault(key, len(versions) - 1)
                if choice.verdict is Verdict.UNDECIDED and not choice.split:
                    choice = choice.reopened(at)
                slots[key] = replace(slot, versions=versions, choice=choice, phase=Phase.READY, said="")
    return _settled(review, [s for s in slots.values() if s.part_of not in restarted])


def written(review: Review, keys: Collection[str], hunks: Sequence[Hunk], data: bytes) -> Review:
    """Return the state after `hunks` went into the file: their slots are done, the others move along."""
    done, slots = set(keys), []
    for slot in review.slots:
        is_done = slot.key in done or slot.part_of in done
        slots.append(_shifted(replace(slot, phase=Phase.WRITTEN) if is_done else slot, hunks, review.base))
    return _settled(replace(review, base=data, past=(), future=()), slots)


def reverted(review: Review, event: Reverted) -> Review:
    """Return the state after a write was put back: what it wrote is open to be decided again."""
    names = set(event.keys)
    slots = []
    for slot in review.slots:
        if slot.key in names and slot.phase is Phase.WRITTEN:
            versions = tuple(_version(version, event.before, event.data) for version in slot.versions)
            choice = slot.choice.reopened(slot.choice.at)
            slots.append(replace(slot, versions=versions, choice=choice, phase=Phase.READY))
        elif slot.part_of not in names:
            slots.append(_shifted(slot, event.hunks, review.base))
    return _settled(replace(review, base=event.data, past=(), future=()), slots)


def _settled(review: Review, slots: Sequence[Slot]) -> Review:
    """Sort the slots by where their shown version stands now."""
    spans = {s.key: s.span if s.phase is Phase.WRITTEN or not s.hunk else s.hunk.span for s in slots}
    placed = [replace(s, span=spans.get(s.part_of, spans[s.key])) for s in slots]
    return added(replace(review, slots=()), placed)


def _relocated(slots: Sequence[Slot], old: bytes, new: bytes) -> list[Slot]:
    """Move all versions of all slots in one comparison of the two drafts."""
    movable = [s for s in slots if s.phase is not Phase.WRITTEN]
    at_home = [v.hunk.span for s in movable for v in s.versions if v.home is None]
    spans = iter(relocate_spans(old, new, [*at_home, *(s.span for s in movable)]))
    versions = {
        s.key: tuple(
            v.moved(next(spans), home=old) if v.home is None else _version(v, v.home, new) for v in s.versions
        )
        for s in movable
    }
    result = []
    for slot in slots:
        if slot.phase is Phase.WRITTEN:
            result.append(slot)
        elif (place := next(spans)) or slot.versions or slot.phase is Phase.WRITING:
            result.append(replace(slot, versions=versions[slot.key], span=place or slot.span))
    return result


def _version(version: Version, old: bytes, new: bytes) -> Version:
    """Move a version that was made for `old`; it keeps `old` as its home where that can't be done."""
    (place,) = relocate_spans(old, new, [version.hunk.span])
    return version.moved(place, home=old)


def _shifted(slot: Slot, hunks: Sequence[Hunk], old: bytes) -> Slot:
    """Move a slot by what `hunks` add and take away before it; a version that they touch has no place."""

    def place(span: Span) -> Span:
        by = sum(len(h.replacement) - len(h.original) for h in hunks if h.span.end <= span.start)
        return Span(span.start + by, span.end + by)

    def shifted(version: Version) -> Version:
        span = version.hunk.span
        is_touched = any(
            h.span == span or (h.span.start < span.end and span.start < h.span.end) for h in hunks
        )
        return version.moved(None if is_touched else place(span), home=old)

    if slot.phase is Phase.WRITTEN:  # its versions stay as they were, for the write to be put back
        return replace(slot, span=place(slot.span))
    return replace(slot, versions=tuple(v if v.home is not None else shifted(v) for v in slot.versions))

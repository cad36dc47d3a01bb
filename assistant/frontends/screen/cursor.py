"""Where the author is among the pieces of all drafts, and where a key goes from there."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.app.session import Session

Place = tuple[int, str]
"""Which draft, and the key of a slot in it; the key is empty where there is none."""


def places(sessions: Sequence[Session]) -> list[Place]:
    """Return every piece that can be gone to, in order."""
    return [(i, slot.key) for i, s in enumerate(sessions) for slot in s.review.shown]


def kept(sessions: Sequence[Session], at: Place) -> Place:
    """Return the place itself while it is shown, else a split piece's first part, or the part's whole."""
    draft, key = at
    found = sessions[draft].review
    slot = found.slot(key)
    if slot is None:
        return next(iter(places(sessions)), (0, ""))
    if slot.choice.split:
        return draft, next((s.key for s in found.shown if s.part_of == key), key)
    if slot.part_of and not any(s.key == key for s in found.shown):
        return draft, slot.part_of
    return at


def onward(sessions: Sequence[Session], at: Place) -> Place:
    """Return the next undecided piece, in this draft first, then in the others; the place itself if none."""
    draft, key = at
    for step in range(len(sessions) + 1):
        number = (draft + step) % len(sessions)
        found = sessions[number].review.next_undecided(key if step == 0 else "")
        if found is not None:
            return number, found
    return kept(sessions, at)

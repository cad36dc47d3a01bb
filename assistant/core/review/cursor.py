"""Where an author is among the pieces of some drafts, and where to go from there."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.review.state import Phase, Piece, Review

Cursor = tuple[int, str]
"""Which draft, and the key of a piece in it; the key is empty where there is none."""


def places(reviews: Sequence[Review]) -> list[Cursor]:
    """Return every piece that can be gone to, in order."""
    return [(number, piece.key) for number, review in enumerate(reviews) for piece in review.shown]


def kept(reviews: Sequence[Review], at: Cursor) -> Cursor:
    """Return the place itself while it is shown, else a split piece's first part, or the part's whole."""
    draft, key = at
    review = reviews[draft]
    piece = review.piece(key)
    if piece is None:
        return next(iter(places(reviews)), (0, ""))
    if piece.choice.split:
        return draft, next((s.key for s in review.shown if s.part_of == key), key)
    if piece.part_of and not any(s.key == key for s in review.shown):
        return draft, piece.part_of
    return at


def onward(reviews: Sequence[Review], at: Cursor, *, pending: bool = False) -> Cursor | None:
    """Return the next undecided piece after `at`, or from the start; None when nothing is undecided.

    With `pending`, a piece whose text is still to come counts as well.
    """
    cursors = places(reviews)
    start = cursors.index(at) + 1 if at in cursors else 0
    for draft, key in (*cursors[start:], *cursors[:start]):
        piece = reviews[draft].piece(key)
        if piece is not None and (piece.undecided or (pending and is_pending(piece))):
            return draft, key
    return None


def is_pending(piece: Piece) -> bool:
    """Tell whether a text for the piece is still to come."""
    return piece.phase in (Phase.WAITING, Phase.WRITING)

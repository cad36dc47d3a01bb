"""Keeps the names of a draft's gaps while it is decided on: a gap is the one whose piece is in its place.

The locator names a gap by its words, the headings above it and the twins before it, and a target by its
number. An author who renames a heading, adds to a marker, writes one of two that are alike, or puts in a
bullet would otherwise find the pieces after it twice: under the old name and under the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from assistant.core.gaps import identity
from assistant.core.review import old_places
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.draft import Draft
from assistant.core.text.spans import overlap
from assistant.core.types import Gap, GapKind, Span

_Lines = Mapping[int, Sequence[Piece]]


def named(gaps: Sequence[Gap], review: Review, draft: Draft) -> tuple[Gap, ...]:
    """Return the gaps of the review's draft with the ids and keys of the pieces in their places."""
    if not (lines := _placed(gaps, review, draft)):
        return tuple(gaps)
    places = [[_at(span, lines, draft) for span in gap.targets or (gap.span,)] for gap in gaps]
    owners = [_ids(*one) for one in zip(gaps, places, strict=True)]
    used = {gap.id for gap, ids in zip(gaps, owners, strict=True) if gap.id in ids}
    names = []
    for gap, ids in zip(gaps, owners, strict=True):
        name = gap.id if gap.id in ids else next((one for one in ids if one not in used), "")
        used.add(name)
        names.append(name)
    for at, gap in enumerate(gaps):
        if not names[at]:
            key = identity.key(gap.kind, gap.heading_path, draft.text(gap.span))
            names[at] = gap.id if gap.id not in used else identity.unused(key, used)
            used.add(names[at])
    renamed = (
        gap if gap.id == name else replace(gap, id=name) for gap, name in zip(gaps, names, strict=True)
    )
    shared = Counter(key for place in places for key in {s.key for one in place for s in one})
    return tuple(_with_keys(*one, lines, shared) for one in zip(renamed, places, strict=True))


def _placed(gaps: Sequence[Gap], review: Review, draft: Draft) -> _Lines:
    """Return the pieces by line; one that lost its place is at a gap of the same words that has no piece."""
    lines: dict[int, list[Piece]] = {}
    for piece in review.pieces:
        if not (piece.part_of or piece.follows):
            lines.setdefault(draft.line(piece.anchor), []).append(piece)
    if not any(piece.unplaced for pieces in lines.values() for piece in pieces):
        return lines
    places = {draft.line(span.start): span for gap in gaps for span in (gap.targets or (gap.span,))}
    words = {at: old_places.line_at(draft.data, span.start) for at, span in places.items()}
    for at, piece in [(at, piece) for at, pieces in lines.items() for piece in pieces if piece.unplaced]:
        own = old_places.own_line(piece)
        if words.get(at) != own and (there := [b for b in words if not lines.get(b) and words[b] == own]):
            nearest = min(there, key=lambda line: abs(line - at))
            lines[at].remove(piece)
            lines[nearest] = [replace(piece, span=places[nearest])]
    return lines


def _ids(gap: Gap, places: Sequence[Sequence[Piece]]) -> list[str]:
    """Return the gaps that the pieces in a gap's places are of; a text that is written is nobody's place.

    Where notes are to be revised, the text that they were expanded to is another piece.
    """
    pieces = [piece for place in places for piece in place]
    if gap.kind is GapKind.REVISION:
        pieces = [piece for piece in pieces if piece.instruction or (piece.hunk and piece.hunk.revises)]
    return [piece.gap for piece in pieces if piece.phase is not Phase.WRITTEN or len(gap.targets) > 1]


def _with_keys(gap: Gap, places: Sequence[Sequence[Piece]], lines: _Lines, shared: Mapping[str, int]) -> Gap:
    """Return a gap with the keys of its places where others came or went since.

    What reads like a note where the request for a list is done is still that item of it, and so
    are several. An item that was moved here from another list keeps the key that it had there. A revision
    has a text of its own beside the one that it is about.
    """

    def is_here(piece: Piece) -> bool:
        if piece.gap == gap.id or piece.unplaced or gap.kind is GapKind.REVISION:
            return piece.gap == gap.id
        is_own = piece.phase is not Phase.WRITTEN and shared[piece.key] == 1
        return bool(gap.targets) or is_own

    def key(place: Sequence[Piece]) -> str:
        pieces = list(filter(is_here, place))
        # A text that was written and then deleted is remembered where the next point is now.
        pieces.sort(key=lambda piece: (piece.gap != gap.id, piece.phase is Phase.WRITTEN))
        return pieces[0].key if pieces else ""

    keys = [key(place) for place in places]
    if all(key in ("", f"{gap.id}:{at}") for at, key in enumerate(keys)):
        return gap
    used = {piece.key for pieces in lines.values() for piece in pieces}
    free = (key for key in (f"{gap.id}:{number}" for number in count()) if key not in used)
    return replace(gap, keys=tuple(key or next(free) for key in keys))


def _at(span: Span, lines: _Lines, draft: Draft) -> list[Piece]:
    """Return the pieces in a place; one that inserts is at the end of a line there.

    One that lost its place is at its neighbour, and counts only where there is no other.
    """
    first, last = draft.lines(span)
    every = [piece for line in range(first, last + 1) for piece in lines.get(line, ())]
    here = [piece for piece in every if piece.span.start == piece.span.end or overlap(piece.span, span)]
    return [piece for piece in here if not piece.unplaced] or here

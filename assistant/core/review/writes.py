"""Keeps the pieces at their places where accepted texts are written, or taken out of the draft again.

What the session itself writes is known to the byte, so here the places are computed and not searched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.core.hunks import split
from assistant.core.hunks.apply import reverse
from assistant.core.review.draft_changes import (
    is_written,
    others,
    recalled,
    rechosen,
    settled,
    shifted_piece,
    shifted_span,
    version_at,
)
from assistant.core.review.events import Reverted
from assistant.core.review.split_parts import before_write, done, number_of, part_in_draft
from assistant.core.review.state import Phase, Piece, Review, Version
from assistant.core.text.spans import overlap
from assistant.core.types import Hunk, Span, Verdict


def written(review: Review, keys: Collection[str], hunks: Sequence[Hunk], data: bytes) -> Review:
    """Return the state after `hunks` went into the file: their pieces are done, the others move along.

    Of a text that was split, only the parts that were accepted are done; the others belong beside these.
    """
    written_keys, pieces = set(keys), []
    places = dict(zip(keys, reverse(hunks), strict=False))
    for piece in review.pieces:
        is_left = review.is_left(piece)
        hunks_before = _not_behind(review, piece, hunks, written_keys) if is_left else hunks
        moved = shifted_piece(piece, hunks_before, review.base, is_left=is_left)
        whole = review.piece(piece.part_of)
        texts = review.kept_parts(whole) if whole and whole.key in places and review.is_open(piece) else {}
        if texts and whole and whole.hunk:
            spans = split.positions(whole.hunk, texts)
            pieces.append(part_in_draft(piece, *spans, places[whole.key].span.start, data, review.base))
            continue
        if piece.key in written_keys or piece.part_of in written_keys:
            there = places.get(piece.key)
            moved = replace(piece, span=_words(there) if there else moved.span)
            moved = replace(done(moved, review.base), others=others(review, piece))
        pieces.append(moved)
    # A question that was in an older file is back with its text, and so is what its author answered.
    pieces = [_regained(piece, data) for piece in pieces]
    return recalled(settled(replace(review, base=data, past=(), future=()), rechosen(review, pieces)), review)


def _regained(piece: Piece, data: bytes) -> Piece:
    if not (piece.is_fact and piece.unplaced):
        return piece
    versions = tuple(v if v.base is None else version_at(v, v.base, data) for v in piece.versions)
    return replace(piece, versions=versions)


def _not_behind(review: Review, piece: Piece, hunks: Sequence[Hunk], keys: Collection[str]) -> list[Hunk]:
    """Return the hunks without the parts of the same text that go in behind a part at its place."""
    behind = [
        other.hunk
        for key in keys
        if (other := review.piece(key)) and other.hunk and other.part_of == piece.part_of
        if other.place == piece.place and number_of(other) > number_of(piece)
    ]
    return [hunk for hunk in hunks if hunk not in behind]


def _words(hunk: Hunk) -> Span:
    """Return where the words of a text are, which taking it out would remove."""
    text = hunk.original
    start = hunk.span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def reverted(review: Review, event: Reverted) -> Review:
    """Return the state after a write was put back: what it wrote is not in the file.

    What the author accepted stays accepted; what a run accepted that asked nobody is as the author left it:
    open, or rejected, where the run brought another text. Of a text
    that was split, this holds for the parts that were written; what was decided on the others stays. A text
    that left its author's own words in its place is open again, and outdated.
    """
    there = sorted(event.hunks, key=lambda hunk: hunk.span)
    back = list(zip(there, reverse(there), strict=True))
    taken, pieces = set[str](), list[Piece]()
    for piece in sorted(review.pieces, key=lambda piece: bool(piece.part_of)):
        if piece.part_of in taken:
            continue
        if piece.key not in event.keys or piece.phase is not Phase.WRITTEN:
            pieces.append(shifted_piece(piece, event.hunks, review.base))
            continue
        taken.add(piece.key)
        place = next((now.span for hunk, now in back if overlap(hunk.span, piece.span)), None)
        span, waiting = place or shifted_span(piece.span, event.hunks), before_write(review, piece)
        written = tuple(filter(is_written, others(review, piece)))
        for one in waiting.pieces:
            versions = tuple(_taken_out(v, place, v.base or waiting.base, event.data) for v in one.versions)
            own = written if one.key == piece.key else ()
            choice = one.choice.closed()
            if place and versions[choice.at].base is not None and choice.verdict is not Verdict.REJECTED:
                choice = replace(choice, verdict=Verdict.UNDECIDED)
            one = replace(one, span=span, versions=versions, choice=choice, others=own)
            pieces.append(one)
    review = replace(review, base=event.data, past=(), future=())
    return settled(review, rechosen(review, pieces))


def _taken_out(version: Version, place: Span | None, base: bytes, data: bytes) -> Version:
    """Return a version at the place where its text was taken out: that is known, whatever reads like it."""
    if place is not None and data[slice(*place)] == version.hunk.original:
        return version.moved(place, base=base)
    return version_at(version, base, data)

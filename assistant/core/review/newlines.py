"""The line ends of a review's texts: those of the draft, which another editor may have changed."""

from __future__ import annotations

from dataclasses import replace

from assistant.core.hunks import revise
from assistant.core.review.state import Change, Choice, Piece, Review, Version
from assistant.core.text.line_ends import with_newlines


def with_newline(review: Review, newline: str) -> Review:
    """Return the state with `newline` in all texts, and what was changed in sentences at its words."""

    def version(one: Version) -> Version:
        hunk = revise.with_newline(one.hunk, newline)
        return replace(one, hunk=hunk, source=with_newlines(one.source, newline))

    def choice(piece: Piece, one: Choice) -> Choice:
        texts, revisions = [version.hunk.replacement for version in piece.versions], []
        for at, own in one.revisions:
            revisions.append((at, revise.revision_with_newline(own, texts[at], newline)))
            texts[at] = texts[at][: own.start] + own.new + texts[at][own.end :]
        return replace(one, revisions=tuple(revisions))

    def change(one: Change) -> Change:
        found = ((key, review.piece(key), then, now) for key, then, now in one)
        return tuple(
            (key, choice(piece, then), choice(piece, now)) for key, piece, then, now in found if piece
        )

    pieces = (
        replace(one, versions=tuple(map(version, one.versions)), choice=choice(one, one.choice))
        for one in review.pieces
    )
    past, future = (tuple(map(change, changes)) for changes in (review.past, review.future))
    return replace(review, pieces=tuple(pieces), past=past, future=future)

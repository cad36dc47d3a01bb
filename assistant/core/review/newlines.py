"""What the lines of a review's texts begin and end with, as in the draft, which an editor may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.core.hunks import revise
from assistant.core.review.state import Change, Choice, Piece, Review, Version
from assistant.core.text.line_ends import with_newlines


def with_newline(review: Review, newline: str) -> Review:
    """Return the state with `newline` in all texts, and what was changed in sentences at its words."""
    pieces = {piece.key: (lambda text: with_newlines(text, newline), None) for piece in review.pieces}
    return _with_lines(review, pieces)


def with_prefixes(review: Review, prefixes: Mapping[str, tuple[str, str]]) -> Review:
    """Return the state with another prefix before the lines of some pieces' texts.

    `prefixes` has the old one and the new one of each piece, by key.
    """
    return _with_lines(
        review, {key: (revise.prefixed(old, new), new) for key, (old, new) in prefixes.items()}
    )


def _with_lines(review: Review, changes: Mapping[str, tuple[revise.Lines, str | None]]) -> Review:
    """Return the state with the texts of some pieces in other lines, and the prefix these have now."""

    def version(one: Version, lines: revise.Lines, prefix: str | None) -> Version:
        hunk = revise.with_lines(one.hunk, lines)
        hunk = hunk if prefix is None else replace(hunk, prefix=prefix)
        return replace(one, hunk=hunk, source=lines(one.source))

    def choice(piece: Piece, one: Choice) -> Choice:
        if piece.key not in changes:
            return one
        lines, _ = changes[piece.key]
        texts, revisions = [version.hunk.replacement for version in piece.versions], []
        for at, own in one.revisions:
            revisions.append((at, revise.revision_with_lines(own, texts[at], lines)))
            texts[at] = texts[at][: own.start] + own.new + texts[at][own.end :]
        return replace(one, revisions=tuple(revisions))

    def change(one: Change) -> Change:
        found = ((key, review.piece(key), then, now) for key, then, now in one)
        return tuple(
            (key, choice(piece, then), choice(piece, now)) for key, piece, then, now in found if piece
        )

    def piece(one: Piece) -> Piece:
        if one.key not in changes:
            return one
        versions = tuple(version(each, *changes[one.key]) for each in one.versions)
        return replace(one, versions=versions, choice=choice(one, one.choice))

    past, future = (tuple(map(change, changes)) for changes in (review.past, review.future))
    return replace(review, pieces=tuple(map(piece, review.pieces)), past=past, future=future)

"""Keeps the parts of a split text at their places, where some are written and others left out, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.core.hunks import split
from assistant.core.review.state import Phase, Piece, Review, Version
from assistant.core.text import lazy
from assistant.core.types import Span

_NEWLINE = lazy.pattern(rb"\r\n|\n|\r")


def done(piece: Piece, before: bytes) -> Piece:
    """Return a piece that is in the draft; its versions stay as they were, for the write to be put back."""
    shown = piece.version if piece.is_accepted else None
    own = {shown.hunk.replacement, shown.source} if shown else set()
    versions = (v if v.base is not None else replace(v, base=before) for v in piece.versions)
    versions = (replace(v, is_written=v.is_written or v.hunk.replacement in own) for v in versions)
    return replace(piece, phase=Phase.WRITTEN, versions=tuple(versions))


def before_write(review: Review, piece: Piece) -> Review:
    """Return a piece that is written, with its parts, as it was in the draft that it was written into.

    What was decided since on parts that were left out is kept.
    """
    base = (piece.version and piece.version.base) or review.base

    def reopened(one: Piece) -> Piece:
        bases = (None if version.base == base else version.base for version in one.versions)
        every = zip(one.versions, bases, strict=True)
        versions = tuple(replace(version, base=own, is_written=False) for version, own in every)
        span = versions[one.choice.at].hunk.span
        return replace(one, span=span, versions=versions, phase=Phase.READY, is_gone=False, others=())

    whole = reopened(piece)
    parts = review.parts.get(piece.key, ())
    return Review(
        base, (whole, *(_part_put_back(s, whole) if review.is_open(s) else reopened(s) for s in parts))
    )


def part_in_draft(
    piece: Piece,
    kept: Mapping[int, Span],
    others: Mapping[int, split.LeftOut],
    start: int,
    data: bytes,
    before: bytes,
) -> Piece:
    """Return a part of a text whose other parts are in the draft `data`, from the byte `start` on."""
    if (number := number_of(piece)) in kept:
        span = Span(start + kept[number].start, start + kept[number].end)
        return done(replace(piece, span=span), before)
    at, lead, tail = others[number]
    at += start
    end = _NEWLINE.match(lead)
    prefix = piece.hunk.prefix if piece.hunk else ""
    if end and data.startswith(end[0], at) and not prefix.strip():  # it stands on lines of its own
        at, lead, tail = at + len(end[0]), lead[len(end[0]) :], end[0]

    return _set_apart(piece, lambda text: lead + text + tail, len(lead), Span(at, at), b"", base=None)


def number_of(part: Piece) -> int:
    """Return the number of a part among those of its text, from 0."""
    return int(part.key.rpartition(".")[2])


def _part_put_back(piece: Piece, whole: Piece) -> Piece:
    """Return a part of a text that was taken out of the draft, as it was before; see `part_in_draft`."""
    assert whole.version and whole.hunk
    part, text = split.split(whole.hunk)[number_of(piece)], piece.versions[0].hunk.replacement
    lead, _, tail = text.partition(part.replacement) if part.replacement in text else (b"", text, b"")

    def bare(text: bytes) -> bytes:
        return text.removeprefix(lead).removesuffix(tail)

    piece = replace(piece, phase=Phase.READY, is_gone=False, others=())
    return _set_apart(piece, bare, -len(lead), part.span, part.original, base=whole.version.base)


def _set_apart(
    piece: Piece, text: Callable[[bytes], bytes], by: int, span: Span, original: bytes, *, base: bytes | None
) -> Piece:
    """Return a part at another place, with other blanks around its words, which are `by` bytes further on."""

    def placed(version: Version) -> Version:
        hunk = version.hunk
        warnings = tuple(replace(w, start=w.start + by, end=w.end + by) for w in hunk.warnings)
        words = text(hunk.replacement)
        hunk = replace(hunk, span=span, original=original, replacement=words, warnings=warnings)
        source = version.source and text(version.source)
        return replace(version, hunk=hunk, source=source, base=base, is_written=False)

    revisions = tuple(
        (n, replace(one, start=one.start + by, end=one.end + by)) for n, one in piece.choice.revisions
    )
    choice = replace(piece.choice, revisions=revisions)
    return replace(piece, span=span, versions=tuple(map(placed, piece.versions)), choice=choice)

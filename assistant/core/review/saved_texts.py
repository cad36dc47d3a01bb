"""Tells the author's own bytes in a file from undecided text that an editor saved in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.core.hunks.apply import apply, reverse, span_after
from assistant.core.hunks.relocate import relocate_hunks
from assistant.core.review.draft_changes import settled
from assistant.core.review.events import SavedUndecided
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.spans import overlap
from assistant.core.types import Gap, Hunk, Warning


def without_undecided(saved: SavedUndecided | None, data: bytes) -> bytes:
    """Return `data` with the author's own bytes where an editor saved undecided text.

    Text that its author changed, or typed next to it in the same paragraph, is the author's, and stays.
    """
    return apply(data, undecided(saved, data).values())


def undecided(saved: SavedUndecided | None, data: bytes) -> dict[str, Hunk]:
    """Return what would take out of `data` the texts that an editor saved undecided in it, by piece."""
    if saved is None:
        return {}
    placed, conflicts = relocate_hunks(saved.data, data, saved.pieces)
    changed = [conflict.hunk for conflict in conflicts]
    gaps = [hunk.gap for hunk in saved.pieces]
    names = saved.keys or [f"{gap}:{gaps[:at].count(gap)}" for at, gap in enumerate(gaps)]
    keys = (key for key, hunk in zip(names, saved.pieces, strict=True) if hunk not in changed)
    return dict(zip(keys, placed, strict=True))


def without_offered(
    gaps: Sequence[Gap], review: Review, held: SavedUndecided | None, data: bytes
) -> tuple[Gap, ...]:
    """Return the gaps of the draft that are in no text which an editor saved undecided in the file `data`.

    Nor are they in the place of another one that is decided on.

    Such a text may count as the draft's: what is `held` that the review doesn't take out. Where it doesn't,
    what its author typed into it is in its place until it is decided on.
    """
    out = undecided(review.saved, data)
    if apply(data, out.values()) != review.base:
        return tuple(gaps)
    there = zip(sorted(out, key=lambda key: out[key].span), reverse(out.values()), strict=True)
    decided = {piece.key for piece in review.pieces if not piece.undecided}
    places = [(one.span, one.gap) for key, one in there if key not in decided]
    others = (hunk for key, hunk in undecided(held, data).items() if key not in out)
    places += [(span_after(hunk.span, out.values()), "") for hunk in others]
    gaps = [g for g in gaps if not any(overlap(g.span, span) and g.id != own for span, own in places)]
    # A note with a list is one place, though a formatter parts them, and so is what is added to the list:
    # `TODO: move it⏎⏎- but with more disks`.
    whole = (s for s in review.pieces if s.key in decided and s.phase is Phase.READY and not s.unplaced)
    own_places = [(s.place, s.gap) for s in whole if s.hunk and not (s.hunk.revises or s.follows)]
    places = [(span, own) for span, own in own_places if review.base.count(b"\n", *span) > 1]
    return tuple(g for g in gaps if not any(overlap(g.span, span) and g.id != own for span, own in places))


def saved(review: Review, event: SavedUndecided) -> Review:
    """Return the state with undecided texts as an editor saved them in the draft's file.

    Where the author changed one, that is another version of it, which is shown.
    """
    review = replace(review, saved=event if event.pieces else None)
    hunks = sorted(zip(event.pieces, event.keys, strict=False), key=lambda pair: pair[0].span)
    pieces = dict[str, Piece]()
    for (_, key), hunk in zip(hunks, reverse(event.pieces), strict=False):
        piece = review.piece(key)
        is_open = piece and piece.versions and piece.phase is not Phase.WRITTEN
        if piece and is_open and review.base[slice(*hunk.span)] == hunk.original:
            pieces[key] = _as_saved(review, piece, hunk)
    return settled(review, [pieces.get(piece.key, piece) for piece in review.pieces]) if pieces else review


def _as_saved(review: Review, piece: Piece, there: Hunk) -> Piece:
    """Return a piece that shows the text of a hunk, in its place."""
    text, versions = there.replacement, list(piece.versions)
    choice = review.choice_with(piece, text) or piece.choice
    shown = replace(piece, choice=choice)
    if shown.hunk and shown.text != text:
        own = shown.edited(choice.at, text)
        own = replace(own, hunk=replace(own.hunk, warnings=tuple(_still_in(shown.hunk, text))))
        if _is_only_saved(review, piece):
            versions[-1] = replace(own, proposal=versions[-1].proposal)
        else:
            versions.append(own)
        choice = replace(choice, at=len(versions) - 1)
    for at, version in enumerate(versions):
        if at == choice.at or version.hunk.original == there.original:
            hunk = replace(version.hunk, span=there.span, original=there.original)
            versions[at] = replace(version, hunk=hunk, base=None)
    choice = piece.choice if choice == piece.choice else choice.reopened(choice.at)
    return replace(piece, versions=tuple(versions), choice=choice)


def _is_only_saved(review: Review, piece: Piece) -> bool:
    """Tell whether the version that is shown is the author's latest, and nothing was ever decided on it."""
    _, *earlier = review.choices(piece)
    at, last = piece.choice.at, piece.versions[-1]
    versions = {*(one.at for one in earlier), *dict(piece.choice.revisions)}
    return bool(last.source) and piece.undecided and at == len(piece.versions) - 1 and at not in versions


def _still_in(hunk: Hunk, text: bytes) -> Iterator[Warning]:
    """Yield the warnings of a hunk whose words are still in a text."""
    for one in hunk.warnings:
        if (start := text.find(words := hunk.replacement[one.start : one.end])) >= 0:
            yield replace(one, start=start, end=start + len(words))

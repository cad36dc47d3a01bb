"""Accepts texts without asking, in one draft or in many."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from assistant.app import report
from assistant.app.session import Session
from assistant.core.hunks.doubts import without_unsupported
from assistant.core.review import events, old_places, settle
from assistant.core.review.decide import key_for
from assistant.core.review.state import Phase, Piece
from assistant.core.text.display import one_line
from assistant.core.types import WAITS, Gap, Hunk, Verdict

_LIKE_IT = "you decided on a place like it, and this may be it"
SURE = 0.8
"""The confidence from which text replaces an author's words though nobody looks.

Of notes that the locator is less sure of, three in ten are finished text; of the others, one in ten.
"""


def accept_texts(
    session: Session, gaps: Iterable[Gap], *, keeps_all: bool = False, but: Container[str] = ()
) -> Iterator[str]:
    """Accept every text of a draft's gaps, and yield lines on what was left out and what is to be checked.

    Sentences that nothing of the author's supports are left out, unless they are to be kept; a text of
    nothing else stays to be decided. So does one in which the author's notes would be lost, one that
    replaces words that may well be finished, one for a place that the author's own words may have been for
    or that may be one that was decided on, one that the author looked past for an earlier one, and one whose
    key is in `but`: where another text was wanted, and none came. One that an earlier run accepted there is
    offered again.
    """
    gaps = list(gaps)
    sure = {gap.id: round(gap.confidence, 2) for gap in gaps}  # as `locate` shows it
    # Of a run that keeps nothing, such as one into another file, no review has the text.
    left = "left for a review" if session.claim else "not written"
    yield from (f"{place}: {left}: {_LIKE_IT}" for place in _rejected(session, gaps))
    is_in_doubt = old_places.in_doubt(session.review)
    bases = {
        base for piece in session.review.pieces if piece.phase is Phase.READY for base in _own_words(piece)
    }
    keeps_all = keeps_all or session.workspace.settings.keep_unsupported
    for piece in session.review.shown:
        if not piece.undecided or piece.is_fact or piece.hunk is None or piece.key in but:
            continue
        where = f"{session.workspace.name}:{session.line(piece.anchor)}"
        if piece.unplaced:
            if piece.shows_outdated:
                yield f"{where}: {left}: you went back to a text that can't be applied any more"
            continue
        instruction = session.review.piece(f"{piece.gap}:-")
        hunks = [hunk for one in (piece, instruction) if one and (hunk := one.hunk)]
        if not keeps_all and (reason := _risk(hunks, sure.get(piece.gap, 1.0))):
            yield f"{where}: {left}: {reason}"
            continue
        heading = session.workspace.draft.heading_above(piece.anchor)
        heading_line = heading and old_places.line_at(session.review.base, heading.span.start)
        # Which of the headings that came meanwhile is the renamed one, nobody knows but the author.
        is_new = heading and any(heading_line not in old_places.lines_of(base) for base in bases)
        if is_new or _own_words(piece):
            yield f"{where}: {left}: your own words for it are outdated"
            continue
        if is_in_doubt(piece.anchor, piece.hunk.original):
            yield f"{where}: {left}: {_LIKE_IT}"
            continue
        if session.review.is_turned_down(piece):
            yield f"{where}: not written: the model gave a text again that you rejected"
            continue
        if piece.choice.own and piece.choice.own.verdict is Verdict.EDITED:
            yield f"{where}: not written: you put your own words there"
            continue
        kept, left_out = (piece.hunk, ()) if keeps_all else without_unsupported(piece.hunk)
        for sentence in left_out:
            yield f"{where}: left out, not in your posts: “{one_line(sentence)}”"
        if kept is None:
            yield f"{where}: {left}: nothing else is in the text"
            continue
        for _ in left_out:
            doubt = next(one for one in piece.doubts if one.is_left_out)
            if event := settle.drop(piece, doubt):
                piece = session.apply(event).piece(piece.key) or piece
        yield from (f"{where}: {line}" for line in report.to_check(piece))
        session.apply(events.AcceptedRest(((piece.key, 0),), unseen=True))
    session.close_opened()
    for piece in session.review.shown:  # accepted unseen by an earlier run, and not by the author
        if piece.key in but and piece.choice.unseen:
            session.apply(events.Reopened(piece.key))


def _rejected(session: Session, gaps: Iterable[Gap]) -> Iterator[str]:
    """Yield each place of some gaps that no text is asked for: it may be one that was rejected."""
    for gap in gaps:
        for place, key in ((target or gap.span, key_for(gap, target)) for target in gap.pieces):
            piece = session.review.piece(key)
            is_told = piece is not None and piece.is_accepted  # as what is kept out
            if not is_told and old_places.is_unsure(session.review, key, place):
                yield f"{session.workspace.name}:{session.line(place.start)}"


def _own_words(piece: Piece) -> set[bytes]:
    """Return the drafts that words of the author's own were for, whose place has changed since."""
    revised = {at for at, one in piece.choice.revisions if one.new}
    own = (version for at, version in enumerate(piece.versions) if version.source or at in revised)
    return {version.base for version in own if version.base is not None}


def _risk(hunks: Sequence[Hunk], confidence: float) -> str:
    """Return why words of the author's might be lost by a text, or why it may be none; else nothing."""
    if confidence < SURE and any(any(map(str.isalnum, hunk.original.decode())) for hunk in hunks):
        return f"only {confidence * 100:.0f} % sure that this is a gap"
    return next((one.message for hunk in hunks for one in hunk.warnings if one.code in WAITS), "")

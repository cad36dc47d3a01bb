"""The author's decisions as values: an event makes the next state of a review.

Every view shows this state, and the store keeps the events from which it can be made again: `replay(events)`
returns the state that a session had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.core.hunks import doubts, split
from assistant.core.hunks.revise import Revision
from assistant.core.review import draft_changes, events, saved_texts, writes
from assistant.core.review.state import Choice, Phase, Piece, Review, added
from assistant.core.text.line_ends import newline_of, with_newlines
from assistant.core.types import Approval, Expanded, Gap, Hunk, Span, Verdict


def rest(review: Review) -> events.AcceptedRest:
    """Return the event that accepts what is undecided and raises no doubt."""
    pieces = (piece for piece in review.shown if piece.undecided and not piece.unplaced and not piece.doubts)
    return events.AcceptedRest(
        tuple((piece.key, piece.versions[piece.choice.at].proposal) for piece in pieces)
    )


def key_for(gap: Gap, target: Span | None) -> str:
    """Return the key of the piece for a gap or one target of it; the same when text elsewhere changes."""
    at = gap.targets.index(target) if target in gap.targets else 0
    return gap.keys[at] if gap.keys else f"{gap.id}:{at}"


def keys_for(gap: Gap, hunks: Sequence[Hunk]) -> tuple[str, ...]:
    """Return the keys of the pieces that the hunks of a gap belong to."""
    keys = []
    for hunk in hunks:
        before = [t for t in gap.pieces if t and t.start < hunk.span.start + hunk.revises]
        target = max(before, default=None)  # of a heading, the text begins after its line
        keys.append(f"{gap.id}:-" if hunk.follows else key_for(gap, target))
    return tuple(keys)


def proposal(text: Expanded, *, seconds: float = 0.0, guidance: str = "") -> events.Proposal:
    """Return what the store keeps of a text; those to choose from become versions of it."""
    hunks = (*text.hunks, *text.alternatives)
    keys = keys_for(text.gap, hunks)
    hunks = tuple(replace(h, gap=key.rpartition(":")[0]) for h, key in zip(hunks, keys, strict=True))
    return events.Proposal(text.gap.id, hunks, keys, text.model, text.usage, seconds, guidance)


# ---- from one state to the next -----------------------------------------------------------------------


def replay(happened: Iterable[events.Event], review: Review | None = None) -> Review:
    """Return the state that events lead to, from an empty one or from `review`."""
    review = review or Review()
    for kind, group in groupby(happened, key=type):
        if kind is events.Offered:
            review = draft_changes.offered(review, [e for e in group if isinstance(e, events.Offered)])
        elif kind is events.Requested:
            review = _requested(review, [e for e in group if isinstance(e, events.Requested)])
        else:
            for event in group:
                review = step(review, event)
    return review


def step(review: Review, event: events.Event) -> Review:
    """Return the next state; the state itself where the event changes nothing."""
    match event:
        case events.Moved(data):
            return review if data == review.base else draft_changes.moved(review, data)
        case events.Written(keys, hunks, data):
            return replace(writes.written(review, keys, hunks, data), saved=None)
        case events.Reverted():
            return replace(writes.reverted(review, event), saved=None)
        case events.SavedUndecided():
            return saved_texts.saved(review, event)
        case events.Offered():
            return draft_changes.offered(review, [event])
        case events.Requested():
            return _requested(review, [event])
        case events.Streamed() | events.Failed():
            return _progressed(review, event)
        case events.Dropped(key):
            piece = review.piece(key)
            left = tuple(one for one in review.pieces if one is not piece)
            return replace(review, pieces=left) if piece and not piece.versions else review
    return _after_decision(review, event)


def _after_decision(review: Review, event: events.Decision) -> Review:
    match event:
        case events.Decided(key, verdict, text, proposal):
            return _decide(review, ((key, proposal),), verdict, text)
        case events.AcceptedRest(pieces, unseen):
            return _decide(review, pieces, Verdict.ACCEPTED, b"", unseen=unseen)
        case events.Reopened(key):
            return _decide(review, ((key, 0),), Verdict.UNDECIDED, b"")
        case events.Opened(key, proposal, ends):
            if (piece := review.piece(key)) is None or not piece.versions or piece.phase is Phase.WRITTEN:
                return review
            choice = piece.choice.closed() if ends else piece.choice.opened(piece.at(proposal))
            return _choose(review, {key: choice})
        case events.Shown(key, by, text):
            piece = review.piece(key)
            if piece and text:
                return _found(review, piece, text)
            if piece is None or len(piece.versions) < 2:
                return review
            at = (piece.choice.at + by) % len(piece.versions)
            is_look = piece.unplaced or piece.versions[at].base is not None
            choice = piece.choice.for_version(at) if is_look else piece.choice.reopened(at)
            return _choose(review, {key: choice})
        case events.Split(key):
            return _split(review, key)
        case events.Revised():
            return _revise(review, event)
        case events.Approved(key, code, words):
            return _approve(review, key, Approval(code, words))
        case events.Undone():
            return _travelled(review, back=True)
        case events.Redone():
            return _travelled(review, back=False)


def _found(review: Review, piece: Piece, text: bytes) -> Review:
    """Return the state in which an editor's draft has words of a piece: to be decided on, or as written."""
    if (choice := review.choice_with(piece, text)) is None:
        return review
    verdict, phase = Verdict.UNDECIDED, piece.phase
    if (version := piece.versions[choice.at]).is_written:
        verdict, phase = Verdict.EDITED if version.source else Verdict.ACCEPTED, Phase.WRITTEN
    elif phase is Phase.WRITTEN:
        phase = Phase.READY
    review = _put(review, replace(piece, phase=phase)) if phase is not piece.phase else review
    return _choose(review, {piece.key: choice.decided(verdict, choice.at)})


def _requested(review: Review, requests: Sequence[events.Requested]) -> Review:
    """Return the state in which texts are asked for, put in at once like those in `draft_changes.offered`."""
    fresh, waiting = {}, []
    for event in requests:
        piece, phase = review.piece(event.key), Phase.WRITING if event.writing else Phase.WAITING
        new = Piece(event.key, event.gap, event.span, phase=phase, instruction=event.instruction)
        if piece is None:
            fresh[event.key] = new
        elif piece.starts_over:
            waiting.append(draft_changes.started_over(review, piece, new))
        else:
            instruction = event.instruction or piece.instruction
            waiting.append(replace(piece, phase=phase, message="", instruction=instruction))
    if waiting:
        review = _put(review, *waiting)
        restarted = {piece.key for piece in waiting if not piece.versions}
        left = tuple(piece for piece in review.pieces if piece.part_of not in restarted)
        review = replace(review, pieces=left) if len(left) < len(review.pieces) else review
    return added(review, fresh.values()) if fresh else review


def _progressed(review: Review, event: events.Streamed | events.Failed) -> Review:
    """Return the state after news of a text that is being written."""
    piece = review.piece(event.key)
    if piece is None:
        return review
    if isinstance(event, events.Streamed):
        message = event.text if event.restart else piece.message + event.text
        return _put(review, replace(piece, phase=Phase.WRITING, message=message, read=event.read))
    if piece.versions:
        message = "" if event.stopped else event.message  # the author knows, and has a text
        return _put(review, replace(piece, phase=Phase.READY, message=message))
    phase = Phase.STOPPED if event.stopped else Phase.FAILED
    return _put(review, replace(piece, phase=phase, message=event.message))


def _put(review: Review, *pieces: Piece) -> Review:
    """Put pieces into the places of those with their keys."""
    changed = list(review.pieces)
    for piece in pieces:
        changed[review.index[piece.key]] = piece
    after = replace(review, pieces=tuple(changed))
    after.__dict__["index"] = review.index  # the keys keep their places
    return after


def _decide(
    review: Review,
    pieces: Iterable[tuple[str, int]],
    verdict: Verdict,
    text: bytes,
    *,
    unseen: bool = False,
) -> Review:
    choices, looked_at = {}, {}
    own_words = []
    text = with_newlines(text, newline_of(review.base)) if verdict is Verdict.EDITED else text
    for key, proposal in pieces:
        piece = review.piece(key)
        if piece is None or not piece.versions or piece.phase is Phase.WRITTEN:
            continue
        at = piece.at(proposal)
        if verdict is Verdict.EDITED:
            if (texts := piece.texts) and text not in texts:
                piece = replace(piece, versions=(*piece.versions, piece.edited(at, text)))
                own_words.append(piece)
            at = [*texts, text].index(text)
            if piece.undecided and not (piece.choice.split or piece.is_fact):
                looked_at[key] = piece.choice.reopened(at)  # undo takes the decision back before the words
        choices[key] = piece.decided(verdict, at, unseen=unseen)
    return _choose(_choose(_put(review, *own_words) if own_words else review, looked_at), choices)


def _revise(review: Review, event: events.Revised) -> Review:
    """Return the state with other words in a piece; what was decided on it is open again."""
    piece = review.piece(event.key)
    if piece is None or piece.version is None or piece.phase is not Phase.READY or piece.choice.split:
        return review
    if event.proposal and piece.version.proposal != event.proposal:
        return review
    revision = piece.choice.at, Revision(event.start, event.end, event.new, event.warnings)
    # What the author wrote and accepted stays accepted with other words of the author's.
    choice = piece.choice if piece.verdict is Verdict.EDITED else piece.choice.reopened(piece.choice.at)
    return _choose(review, {piece.key: replace(choice, revisions=(*choice.revisions, revision))})


def _approve(review: Review, key: str, approval: Approval) -> Review:
    """Return the state without the warnings that an approval settles, in every piece; `key` comes first."""
    pieces = sorted(review.pieces, key=lambda piece: piece.key != key)
    return _choose(
        review,
        {
            piece.key: replace(piece.choice, approvals=(*piece.choice.approvals, approval))
            for piece in pieces
            if piece.hunk
            and (piece.key == key or doubts.unapproved(piece.hunk, [approval]) != piece.hunk.warnings)
            and approval not in piece.choice.approvals
        },
    )


def _split(review: Review, key: str) -> Review:
    piece = review.piece(key)
    if piece is None or piece.version is None or piece.part_of or piece.phase is not Phase.READY:
        return review
    parts = split.split(piece.hunk or piece.version.hunk)
    if len(parts) < 2:
        return review
    names = [f"{key}/{piece.tag}.{number}" for number in range(len(parts))]
    fresh = [
        Piece(
            name,
            piece.gap,
            piece.span,
            (replace(piece.version, hunk=part, home=None),),
            phase=Phase.READY,
            part_of=key,
        )
        for name, part in zip(names, parts, strict=True)
        if review.piece(name) is None
    ]
    choice = replace(piece.choice.reopened(piece.choice.at), split=True, own=None)
    return _choose(added(review, fresh), {key: choice})


def _choose(review: Review, choices: Mapping[str, Choice]) -> Review:
    before = {key: review.pieces[review.index[key]].choice for key in choices}
    change = tuple((key, before[key], choice) for key, choice in choices.items() if before[key] != choice)
    if not change:
        return review
    return replace(_with(review, choices), past=(*review.past, change), future=())


def _travelled(review: Review, *, back: bool) -> Review:
    """Return the state one step of undo earlier, or one later."""
    past, future = review.past, review.future
    if not (past if back else future):
        return review
    if back:
        past, change, future = past[:-1], past[-1], (*future, past[-1])
    else:
        past, change, future = (*past, future[-1]), future[-1], future[:-1]
    choices = {key: before if back else after for key, before, after in change}
    return replace(_with(review, choices), past=past, future=future)


def _with(review: Review, choices: Mapping[str, Choice]) -> Review:
    pieces = ((review.piece(key), choice) for key, choice in choices.items())
    return _put(review, *(replace(piece, choice=choice) for piece, choice in pieces if piece))

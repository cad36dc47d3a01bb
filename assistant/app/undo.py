"""Takes the last write of a draft back, wherever its lines are now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.adapters import files
from assistant.adapters.store import Write
from assistant.app.session import Outcome, Session, settle
from assistant.core.hunks import provenance
from assistant.core.hunks.apply import apply, reverse
from assistant.core.hunks.relocate import near, relocate_hunks
from assistant.core.review import events
from assistant.core.review.state import Phase
from assistant.core.types import Conflict, ConflictReason, Hunk


def undo_write(session: Session) -> tuple[Write, Outcome] | None:
    """Take the last write of a draft whose text is in it back; return None when there is none.

    What the author decided stays decided; see `writes.reverted`.
    Where the file changed since, each piece whose own words are untouched is taken back; the others stay and
    are returned as conflicts. Raises `WriteError` and `StoreError`.
    """
    store = session.store
    settle(store, session.workspace)
    with session.lock:
        session.catch_up()
        write = _last_write(session)
        if write is None:
            return None
        hunks = reverse(write.hunks)
        while True:
            session.catch_up()
            if session.gone:
                return write, Outcome(hunks, (), tuple(Conflict(h, ConflictReason.FILE_GONE) for h in hunks))
            placed, conflicts, target = _undone(write, hunks, session.review.base)
            if not placed:
                return write, Outcome(hunks, (), _now(conflicts, write, target))
            if files.write_draft(session.workspace.path, target, over=session.file):
                break
        session.file = target
        event = events.Reverted(_keys(write, conflicts), placed, write.before, target)
        stay = [conflict.hunk for conflict in conflicts]
        left = [hunk for hunk, back in zip(write.hunks, hunks, strict=True) if back in stay]
        store.revert_write(write, event, remainder=left)
        session.advance(event)
        session.take_file(target)
        back = (one for one in session.review.shown if not {one.key, one.part_of}.isdisjoint(event.keys))
        return write, Outcome(hunks, placed, _now(conflicts, write, target), undone=tuple(back))


def _last_write(session: Session) -> Write | None:
    """Return the last write whose text is in the file, which may be an earlier version or a later one again.

    Without any, it is the last one that was not undone and may be there, in words that its author changed.
    """

    def is_written(key: str) -> bool:
        piece = session.review.piece(key)
        return piece is None or piece.phase is Phase.WRITTEN

    writes = [one for one in session.store.writes(session.workspace.path) if one.state in ("done", "undone")]
    there = (write for write in reversed(writes) if is_there(write, session.review.base))
    done = [write for write in reversed(writes) if write.state == "done"]
    # Where every piece of it waits to be written, its text was taken out, or the file is an older one.
    changed = (one for one in done if not one.keys or any(map(is_written, one.keys)))
    return next(there, None) or next(changed, None)


def is_there(write: Write, data: bytes) -> bool:
    """Tell whether something of a write is in the draft; it may be there again after it was undone."""
    placed = _undone(write, reverse(write.hunks), data)[0]
    return bool(placed) and (write.state == "done" or any(hunk.original.strip() for hunk in placed))


def _now(conflicts: Sequence[Conflict], write: Write, data: bytes) -> tuple[Conflict, ...]:
    """Return conflicts with their hunks where what they are about is in `data`."""
    spans = near(provenance.unmarked(write.after), data, [conflict.hunk.span.start for conflict in conflicts])
    return tuple(replace(c, hunk=replace(c.hunk, span=s)) for c, s in zip(conflicts, spans, strict=True))


def _keys(write: Write, conflicts: Collection[Conflict]) -> tuple[str, ...]:
    """Return the keys of the pieces that were taken back: those that stay in the file are still written.

    What was written to another file than the draft has none.
    """
    stay = [conflict.hunk for conflict in conflicts]
    pieces = zip(write.keys, reverse(write.hunks), strict=bool(write.keys))
    return tuple(key for key, hunk in pieces if hunk not in stay)


def _undone(
    write: Write, hunks: tuple[Hunk, ...], current: bytes
) -> tuple[tuple[Hunk, ...], tuple[Conflict, ...], bytes]:
    """Return the hunks that have a place in the draft, the others as conflicts, and the draft without them.

    A note of authorship, there or in what was written, would not fit any more, and goes.
    """
    if current == write.after:
        return hunks, (), write.before
    after, now = provenance.unmarked(write.after), provenance.unmarked(current)
    placed, conflicts = relocate_hunks(after, now, hunks, alone=True)
    # a request's line comes back with its points, so it waits where these have to stay
    lines = {hunk.gap for hunk in (*placed, *(conflict.hunk for conflict in conflicts)) if hunk.follows}
    waiting = [hunk for hunk in hunks if hunk.follows and hunk.gap not in lines]
    conflicts += tuple(Conflict(hunk, ConflictReason.CONTENT_CHANGED) for hunk in waiting)
    return placed, conflicts, apply(now, placed)

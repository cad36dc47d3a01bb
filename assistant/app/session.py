"""A review of one draft: the state, the log on disk and the draft's file, kept in step.

Every front end that lets an author decide goes through here: it hands over events and shows the state.
An event is on disk before the state changes, so whatever was seen to happen did happen. The same holds
for the draft: it is noted what will be written, then it is written, then it is noted that it was; a crash
between is found and settled when the draft is opened next.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.adapters import files
from assistant.adapters.store import Claim, Store, Write, open_store
from assistant.app.run import Run
from assistant.app.workspace import Workspace, reopened
from assistant.core.hunks import provenance
from assistant.core.hunks.apply import apply
from assistant.core.hunks.relocate import relocate_hunks, relocate_spans
from assistant.core.outcome import Expanded
from assistant.core.review import decide, events, relocate
from assistant.core.review.state import Phase, Review, Slot
from assistant.core.text.display import one_line
from assistant.core.types import Conflict, ConflictReason, Gap, Hunk, Span, Verdict
from assistant.errors import InputError, StoreBusy, StoreError, WriteError

Listener = Callable[[events.Event], None]
"""What hears of every event that happened; see `Session.subscribe`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of writing, or of putting a write back."""

    wanted: tuple[Hunk, ...] = ()
    written: tuple[Hunk, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    """What was kept out of the file, each with the reason."""
    cleared: int = 0
    """Pieces that an editor had saved undecided, and that the file does not hold any more."""


class Session:
    """One author before one draft. Calls may come from several threads."""

    def __init__(self, workspace: Workspace, store: Store | None, claim: Claim | None) -> None:
        """Take an opened draft; `open_session` also brings back what was left of earlier sessions."""
        self.workspace = workspace
        self.store = store
        self.claim = claim
        self.review = Review()
        self.file = workspace.draft.data
        """The file's bytes as last seen: the draft, and maybe undecided text that an editor saved in it."""
        self.read_only = False
        """True when another session has the draft: what is here can be looked at and not decided."""
        self.gone = False
        """True when the draft's file isn't there at present."""
        self.lock = threading.RLock()
        self._seen = (0, 0, 0)
        self._listeners: list[Listener] = []
        self.touched()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every event from now on; the function returned ends that.

        It is called in whichever thread caused the event, in the order of the events and with `lock` held:
        it must only hand the event on (to an event loop, to a queue) and return at once.
        """
        with self.lock:
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _advance(self, event: events.Event) -> Review:
        """Make an event happen that is on disk already, and tell the listeners."""
        self.review = decide.step(self.review, event)
        for listener in tuple(self._listeners):
            listener(event)
        return self.review

    def apply(self, event: events.Event) -> Review:
        """Store an event, then make it happen, and return the new state.

        An event that changes nothing is not stored, and nobody is told of it. Raises `StoreError`, and
        `StoreBusy` when another session holds the draft; then nothing happened.
        """
        with self.lock:
            if decide.step(self.review, event) is self.review:
                return self.review
            if not isinstance(event, events.PASSING):
                self._keep(event)
            return self._advance(event)

    @property
    def to_write(self) -> bool:
        """True when there is something to write, or undecided text to take out of the file."""
        return bool(self.review.accepted()[1]) or self.holds

    @property
    def holds(self) -> bool:
        """True when the file holds undecided text that an editor saved."""
        return not self.gone and self.file != self.review.base

    def _keep(self, event: events.Event) -> None:
        if self.read_only:
            raise StoreBusy(f"{self.workspace.name}: open in another session, so nothing can be decided here")
        if self.store is not None:
            try:
                self.store.append(self.workspace.path, event, claim=self.claim)
            except StoreBusy:
                self.read_only = True  # another session took the draft over
                raise

    def offer(self, proposal: events.Proposal, data: bytes) -> events.Proposal:
        """Effect: keeps a model's text, made for the draft as `data`, and offers it to the author."""
        with self.lock:
            if self.store is not None:
                proposal = self.store.propose(self.workspace.path, data, proposal, claim=self.claim)
            self._advance(events.Offered(proposal, data))
            return proposal

    def accept(self, expanded: Iterable[Expanded]) -> None:
        """Effect: keeps texts that were all accepted unseen."""
        for one in expanded:
            answer = decide.proposal(one.gap, one.hunks, model=one.model, usage=one.usage)
            self.offer(answer, self.workspace.draft.data)
        self.apply(decide.rest(self.review, warned=True))

    def missing(self, gaps: Iterable[Gap] | None = None) -> list[str]:
        """Make a slot for every gap that has no text yet (of `gaps`, or of all), and return their keys."""
        with self.lock:
            keys = []
            for gap in self.workspace.gaps if gaps is None else gaps:
                if not gap.fillable:
                    continue
                for target in decide.targets_of(gap):
                    key = decide.key_for(gap, target)
                    slot = self.review.slot(key)
                    if slot is None or slot.phase is Phase.WRITTEN or slot.phase is Phase.WAITING:
                        self.apply(events.Requested(key, gap.id, target or gap.span))
                        keys.append(key)
            return keys

    # ---- the file ---------------------------------------------------------------------------------

    def touched(self) -> bool:
        """Effect: asks the system, at next to no cost, whether the file may be another than last seen."""
        try:
            state = os.stat(self.workspace.path)
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
        except OSError:
            seen = (0, 0, 0)
        changed, self._seen = seen != self._seen, seen
        return changed

    def catch_up(self) -> bool:
        """Effect: looks at the draft's file, follows it when it is another now, and tells whether it was.

        Raises `InputError` when it can't be read as a draft any more; a file that is gone only sets `gone`.
        """
        with self.lock:
            path = self.workspace.path
            if not path.exists():
                self.gone = True
                return False
            data = files.read_draft(path)
            self.gone = False
            return self.see(data)

    def see(self, data: bytes) -> bool:
        """Effect: follows the file's bytes to the draft that is reviewed, and tells whether it is another.

        Raises `InputError` when they are no draft.
        """
        draft = relocate.without_undecided(self.review.saved, data)
        changed = self.follow(draft)
        self.file = data
        return changed

    def follow(self, draft: bytes) -> bool:
        """Take `draft`, which has no undecided text in it, for the draft; tell whether it is another.

        An editor's buffer comes in here: what was saved undecided may be accepted in it by now. Raises
        `InputError` when the bytes are no draft.
        """
        if draft != self.workspace.draft.data:
            self.workspace = reopened(self.workspace, draft)
        if draft == self.review.base:
            return False
        if self.read_only:
            self._advance(events.Moved(draft))
        else:
            self.apply(events.Moved(draft))
        return True

    def write(self, *, mark: bool = False, out: str = "") -> Outcome:
        """Effect: writes the draft with what was accepted in it, or the result to `out`.

        With `mark`, the file ends in a note of which words came from a model. Raises `WriteError` and
        `StoreError`; then the draft is as it was.
        """
        with self.lock:
            if out:
                _, hunks = self.review.accepted()
                files.write_draft(out, apply(self.review.base, _apart(hunks)[0]))
                return Outcome(hunks, hunks)
            if self.read_only and self.to_write:
                raise StoreBusy(
                    f"{self.workspace.name}: open in another session, so nothing was written here"
                )
            while True:
                found = self._write_once(mark)
                if found is not None:
                    return found

    def _write_once(self, mark: bool) -> Outcome | None:
        """Effect: writes once; None when the file changed in that very moment."""
        try:
            self.catch_up()
        except InputError as error:
            raise WriteError(f"{error}; nothing was written") from None
        keys, hunks = self.review.accepted()
        wanted = (*hunks, *(c.hunk for c in self._lost()))
        if self.gone:
            gone = ConflictReason.FILE_GONE
            return Outcome(wanted, (), tuple(Conflict(h, gone) for h in wanted))
        hunks, overlaps = _apart(hunks)
        before, path = self.review.base, self.workspace.path
        cleared = len(self.review.saved.pieces) if self.review.saved and self.holds else 0
        if not hunks:
            if cleared and not files.write_draft(path, before, over=self.file):
                return None
            if cleared:
                self.file = before
                self.apply(events.SavedUndecided(b"", ()))
            return Outcome(wanted, (), (*self._lost(), *overlaps), cleared)
        slots = self._slots(keys)
        models = tuple(_model(slots, hunk) for hunk in hunks)
        after = apply(before, hunks)
        if mark:
            own = [(hunk, model, _model_text(slots, hunk)) for hunk, model in zip(hunks, models, strict=True)]
            after = provenance.marked(before, own)
        number = 0
        if self.store is not None:
            number = self.store.begin_write(
                path, before=before, after=after, keys=keys, hunks=hunks, models=models, claim=self.claim
            )
        done = False
        try:
            done = files.write_draft(path, after, over=self.file)
        finally:
            if self.store is not None:
                self.store.finish_write(number, done=done)
        if not done:
            return None
        outcome = Outcome(wanted, hunks, (*self._lost(), *overlaps), cleared)
        self.file = after
        self._advance(events.Written(keys, hunks, after))
        self.workspace = reopened(self.workspace, after)
        return outcome

    def saved(self, data: bytes, *, taken: Mapping[str, Hunk], undecided: Sequence[Hunk]) -> None:
        """Note that an editor saved the draft's file as `data`, with text of ours in it.

        `taken` are the accepted pieces that are in it, by key, as hunks of the draft without any of our
        text; they count as written. `undecided` are hunks of `data` that would take the undecided text out
        again; a later review reads the draft without it. Raises `StoreError` and `InputError`.
        """
        with self.lock:
            middle = apply(data, undecided)
            hunks = tuple(taken.values())
            before = apply(middle, reversed_hunks(hunks))
            self.apply(events.Moved(before))
            if hunks:
                keys = tuple(taken)
                if self.store is not None:
                    slots = self._slots(keys)
                    number = self.store.begin_write(
                        self.workspace.path,
                        before=before,
                        after=middle,
                        keys=keys,
                        hunks=hunks,
                        models=tuple(_model(slots, hunk) for hunk in hunks),
                        claim=self.claim,
                    )
                    self.store.finish_write(number)
                self._advance(events.Written(keys, hunks, middle))
            if undecided or self.review.saved:
                self.apply(events.SavedUndecided(data, tuple(undecided)))
            self.see(data)

    def _lost(self) -> tuple[Conflict, ...]:
        return tuple(
            Conflict(replace(slot.hunk, replacement=slot.text), ConflictReason.CONTENT_CHANGED)
            for slot in self.review.shown
            if slot.lost and slot.hunk and slot.verdict in (Verdict.ACCEPTED, Verdict.EDITED)
        )

    def _slots(self, keys: Iterable[str]) -> list[Slot]:
        return [slot for key in keys if (slot := self.review.slot(key)) is not None]

    def close(self) -> None:
        """Effect: gives the draft free for other sessions."""
        if self.store is not None and self.claim is not None:
            self.store.release(self.claim)
            self.claim = None


def open_session(
    workspace: Workspace,
    store: Store | None,
    *,
    takeover: bool = False,
    read_only: bool = False,
    claim: bool = True,
) -> Session:
    """Open a session on a draft and bring back what was left of earlier ones.

    Without `claim`, another session may have the draft as well: an editor's buffer is not the file. Raises
    `StoreBusy` while another session holds the draft, unless it is taken over or only looked at.
    """
    own = store.claim(workspace.path, takeover=takeover) if store and claim and not read_only else None
    session = Session(workspace, store, own)
    session.read_only = read_only
    if store is not None:
        if not read_only:
            _settle(store, workspace)
        session.review = decide.replay(store.events(workspace.path))
    session.see(workspace.draft.data)
    return session


def fresh_session(workspace: Workspace, store: Store | None) -> Session:
    """Effect: takes a draft for a session that begins anew, with what earlier ones left out of sight."""
    session = Session(workspace, store, store.claim(workspace.path) if store else None)
    if store is not None:
        _settle(store, workspace)
    session.apply(events.Moved(workspace.draft.data))
    return session


def keeping(run: Run) -> Session:
    """Effect: opens the store for a run that begins anew, and goes on without one where that can't be done.

    The reason is told in one line on stderr: a run that was paid for is not given up for its notes.
    """
    try:
        return fresh_session(run.workspace, open_store())
    except StoreError as error:
        print(f"assistant: {one_line(str(error))}; this run is not kept", file=sys.stderr)
        return fresh_session(run.workspace, None)


def _settle(store: Store, workspace: Workspace) -> None:
    """Effect: finds writes that a crash cut off, and notes whether the file had been replaced."""
    for write in store.writes(workspace.path):
        if write.state == "begun":
            store.finish_write(write.id, done=_is_in(write, workspace.draft.data))


def _is_in(write: Write, data: bytes) -> bool:
    """Tell whether what a write put in is in `data`, whatever was typed around it since."""
    if data in (write.before, write.after):
        return data == write.after
    reverse = reversed_hunks(write.hunks)
    return all(relocate_spans(write.after, data, [h.span for h in reverse]))


# ---- putting a write back -----------------------------------------------------------------------------


def reversed_hunks(written: Iterable[Hunk]) -> tuple[Hunk, ...]:
    """Return hunks into the draft after a write of `written` that give the one before it."""
    hunks, shift = [], 0
    for hunk in sorted(written, key=lambda h: h.span):
        start = hunk.span.start + shift
        span = Span(start, start + len(hunk.replacement))
        hunks.append(replace(hunk, span=span, original=hunk.replacement, replacement=hunk.original))
        shift += len(hunk.replacement) - len(hunk.original)
    return tuple(hunks)


def undo_write(session: Session) -> tuple[Write, Outcome] | None:
    """Effect: puts the last write of a draft back; None when there is none.

    Where the file moved on since, each piece whose lines and their neighbours are untouched is put back
    and the others are kept, each with the reason.
    """
    store = session.store
    assert store is not None
    _settle(store, session.workspace)
    done = [w for w in store.writes(session.workspace.path) if w.state == "done"]
    if not done:
        return None
    write = done[-1]
    with session.lock:
        while True:
            session.catch_up()
            current = session.review.base
            marked = (
                provenance.unmarked(current) != current or provenance.unmarked(write.after) != write.after
            )
            reverse = reversed_hunks(write.hunks)
            conflicts: tuple[Conflict, ...] = ()
            if session.gone:
                gone = ConflictReason.FILE_GONE
                return write, Outcome(reverse, (), tuple(Conflict(h, gone) for h in reverse))
            if current == write.after:
                placed, target = reverse, write.before
            else:
                base, now = (provenance.unmarked(d) if marked else d for d in (write.after, current))
                placed, conflicts = relocate_hunks(base, now, reverse)
                target = apply(now, placed)
            if not placed:
                return write, Outcome(reverse, (), conflicts)
            if files.write_draft(session.workspace.path, target, over=session.file):
                session.file = target
                break
        event = events.Reverted(write.keys, placed, write.before, target)
        store.revert_write(write.id, event)
        session._advance(event)
        return write, Outcome(reverse, placed, conflicts)


# ---- hunks and their slots ----------------------------------------------------------------------------


def _apart(hunks: Sequence[Hunk]) -> tuple[tuple[Hunk, ...], tuple[Conflict, ...]]:
    """Keep out every hunk that replaces bytes of one before it."""
    kept: list[Hunk] = []
    overlaps: list[Conflict] = []
    position = 0
    for hunk in sorted(hunks, key=lambda h: h.span):
        if hunk.span.start < position:
            overlaps.append(Conflict(hunk, ConflictReason.OVERLAP))
        else:
            kept.append(hunk)
            position = hunk.span.end
    return tuple(kept), tuple(overlaps)


def _of(slots: Sequence[Slot], hunk: Hunk) -> Slot | None:
    return next((s for s in slots if s.hunk and (s.gap, s.hunk.span) == (hunk.gap, hunk.span)), None)


def _model(slots: Sequence[Slot], hunk: Hunk) -> str:
    slot = _of(slots, hunk)
    return slot.version.model if slot and slot.version else ""


def _model_text(slots: Sequence[Slot], hunk: Hunk) -> bytes:
    slot = _of(slots, hunk)
    return slot.hunk.replacement if slot and slot.hunk else hunk.replacement

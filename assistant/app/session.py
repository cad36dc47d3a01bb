"""A review of one draft: the state, the log on disk and the draft's file, kept in step.

Every front end that lets an author decide goes through here: it hands over events and shows the state.
An event is on disk before the state changes, so whatever was seen to happen did happen. The same holds
for the draft: it is noted what will be written, then it is written, then it is noted that it was; a crash
between is found and settled when the draft is opened next.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from assistant.adapters import files
from assistant.adapters.store import Claim, Store, Write, open_store
from assistant.app.moved_files import stored_path, take_over
from assistant.app.workspace import Workspace, located, reopened
from assistant.core.gaps.dismissals import ACCEPTED, Dismissals, is_settled, key
from assistant.core.gaps.reading import Reading
from assistant.core.hunks import facts, make, provenance
from assistant.core.hunks.apply import apply, reverse, without_overlaps
from assistant.core.hunks.relocate import relocate_spans
from assistant.core.review import decide, draft_changes, events, naming, old_places, saved_texts
from assistant.core.review.events import SavedUndecided
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.draft import line_starts
from assistant.core.types import Conflict, ConflictReason, Expanded, Gap, GapKind, Hunk, Usage, Verdict
from assistant.errors import InputError, StoreBusy, StoreError, WriteError

_READ_ONLY = "{name}: open in another session, nothing can be decided here"
_TO_COME = (Phase.WAITING, Phase.FAILED, Phase.STOPPED)
Listener = Callable[[events.Event], None]
"""What hears of every event that happened; see `Session.subscribe`."""


class Outcome(NamedTuple):
    """The outcome of writing, or of taking a write back."""

    wanted: tuple[Hunk, ...] = ()
    written: tuple[Hunk, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    """What was kept out of the file, each with the reason."""
    cleared: int = 0
    """Pieces that an editor had saved undecided, and that the file does not hold any more."""
    undone: tuple[Piece, ...] = ()
    """Pieces taken back, as they are now; of a split text, each part was decided."""


class Session:
    """One author before one draft. Calls may come from several threads."""

    def __init__(self, workspace: Workspace, store: Store, claim: Claim | None) -> None:
        """Take an opened draft; `open_session` also brings back what was left of earlier sessions."""
        self.workspace = workspace
        self.store = store
        self.claim = claim
        self.review = Review()
        self.file = workspace.file
        """The file's bytes as last seen: the draft, and maybe undecided text that an editor saved in it."""
        self.read_only = False
        """True when another session has the draft: what is here can be looked at and not decided."""
        self.notice = ""
        """Why nothing is kept on disk, or from where decisions were taken over, in one line."""
        self.gone = False
        """True when the draft's file isn't there at present."""
        self.held: SavedUndecided | None = None
        """What an editor saved undecided in the file, and what counts as the draft's all the same."""
        self.lock = threading.RLock()
        self.approvals = store.approvals(workspace.root)
        """What the author of the blog settled about warnings."""
        self._opened = set[str]()
        """Pieces that a run opened and nothing was done about: the store knows nothing of it."""
        self._elsewhere: tuple[Hunk, ...] = ()
        """What was accepted when the result was last written to another file."""
        self._seen = (0, 0, 0)
        self._stored = store.others_changes()
        self._listeners: list[Listener] = []
        self.may_have_changed()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every event from now on; the function returned ends that.

        It is called in whichever thread caused the event, in the order of the events and with `lock` held:
        it must only hand the event on (to an event loop, to a queue) and return at once.
        """
        with self.lock:
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def advance(self, *happened: events.Event) -> Review:
        """Make events happen that are on disk already, or need not be, and call the listeners."""
        self.review = decide.replay(happened, self.review)
        self._tell(*happened)
        return self.review

    def _tell(self, *happened: events.Event) -> None:
        for event in happened:
            for listener in tuple(self._listeners):
                listener(event)

    def apply(self, event: events.Event) -> Review:
        """Store an event, then make it happen, and return the new state.

        An event that changes nothing is not stored, and nobody is told about it. Raises `StoreError`, and
        `StoreBusy` when another session holds the draft; then nothing happened.
        """
        with self.lock:
            after = decide.step(self.review, event)
            if after is self.review:
                return after
            if not isinstance(event, events.PASSING):
                self._keep_opened(event)
                self._keep(event)
            before, self.review = self.review, after
            self._tell(event)
            if isinstance(event, events.Approved | events.Undone | events.Redone):
                self._remember(before)
            return self.review

    def _keep_opened(self, event: events.Event) -> None:
        """Store that the pieces that an event is about were opened, and on which version."""
        keys = dict(event.pieces) if isinstance(event, events.AcceptedRest) else {getattr(event, "key", "")}
        for piece in map(self.review.piece, self._opened.intersection(keys)):
            if piece and piece.version:
                self._keep(events.Opened(piece.key, piece.version.proposal))
                self._opened.discard(piece.key)

    def _remember(self, before: Review) -> None:
        """Keep the approvals that an event gave for all later texts, and forget those it took back."""
        old, new = (
            {one for piece in review.pieces for one in piece.choice.approvals}
            for review in (before, self.review)
        )
        for approval in new - old:
            self.store.approve(self.workspace.root, self.workspace.path, approval, claim=self.claim)
        for approval in old - new:
            self.store.disapprove(self.workspace.root, approval)
        self.approvals = self.store.approvals(self.workspace.root)

    @property
    def to_write(self) -> bool:
        """True when something is accepted and not written, or the file holds undecided text."""
        lost = any(piece.unplaced and piece.is_accepted for piece in self.review.shown)
        return self.review.accepted() != self._elsewhere or lost or self.holds_undecided

    @property
    def holds_undecided(self) -> bool:
        """True when the file holds undecided text that an editor saved."""
        return not self.gone and self.file != self.review.base

    @property
    def on_offer(self) -> dict[str, Hunk]:
        """What would take out of the file the texts that an editor saved undecided in it, by piece."""
        return saved_texts.undecided(self.held or self.review.saved, self.file)

    def line(self, offset: int) -> int:
        """Return the line of the file that a byte of the draft is in, with undecided text above it."""
        held = saved_texts.undecided(self.review.saved, self.file) if self.holds_undecided else {}
        before = [hunk for hunk in reverse(held.values()) if hunk.span.end <= offset]
        more = sum(len(line_starts(one.replacement)) - len(line_starts(one.original)) for one in before)
        return self.workspace.draft.line(offset) + more

    def _keep(self, event: events.Event) -> None:
        if self.read_only:
            raise StoreBusy(_READ_ONLY.format(name=self.workspace.name))
        try:
            self.store.append(self.workspace.path, event, claim=self.claim)
        except StoreBusy:
            self.read_only = True  # another session took the draft over
            raise

    def offer(self, proposal: events.Proposal, data: bytes) -> events.Proposal:
        """Store a model's text, made for the draft as `data`, and offer it to the author."""
        with self.lock:
            proposal = self.store.propose(self.workspace.path, data, proposal, claim=self.claim)
            self.advance(events.Offered(proposal, data))
            return proposal

    def missing(self, gaps: Iterable[Gap] | None = None) -> list[str]:
        """Make a piece for every gap that has no text yet (of `gaps`, or of all), and return their keys.

        A text that is outdated counts as none, unless it was decided on and may be for what is there now.
        Those of `ask_again` are named as well.
        """
        with self.lock:
            requests = []
            fillable = [gap for gap in (self.workspace.gaps if gaps is None else gaps) if gap.fillable]
            pieces = [(g, t, self.review.piece(decide.key_for(g, t))) for g in fillable for t in g.pieces]
            # An instruction stays until its last point is decided, and goes with the next write; those that
            # have a text in the file get no other one.
            lines = (self.review.piece(f"{gap.id}:-") for gap in fillable)
            open_gaps = {
                line.gap for line in lines if line and line.phase is Phase.READY and not line.unplaced
            }
            open_gaps |= {
                gap.id for gap, _, piece in pieces if piece is None or piece.phase is not Phase.WRITTEN
            }
            for gap, target, piece in pieces:
                # A request that meant nothing was a question to its author until there were points below it.
                is_done = piece is not None and (
                    (piece.is_fact and piece.undecided and not piece.choice.revisions)
                    or (piece.phase is Phase.WRITTEN and gap.id not in open_gaps)
                )
                place, key = target or gap.span, decide.key_for(gap, target)
                if old_places.is_unsure(self.review, key, place):
                    continue
                if piece is None or is_done or piece.is_outdated or piece.phase in _TO_COME:
                    instruction = gap.instruction if gap.kind is GapKind.REVISION else ""
                    requests.append(events.Requested(key, gap.id, place, instruction=instruction))
            self.advance(*requests)
            return [request.key for request in requests]

    def reopen(self, keys: Iterable[str]) -> None:
        """Offer decided pieces once more; what was decided stays stored, and holds if nothing new is."""
        with self.lock:
            keys = list(keys)
            self.advance(*map(events.Opened, keys))
            self._opened.update(keys)
            self.review = replace(self.review, past=(), future=())  # the store has nothing of it to undo

    def close_opened(self) -> None:
        """Put back the decisions on pieces that were opened and not decided on since."""
        with self.lock:
            for piece in self.review.pieces:
                if piece.choice.own and piece.undecided and not piece.choice.split:
                    happens = self.advance if self.read_only or piece.key in self._opened else self.apply
                    happens(events.Opened(piece.key, ends=True))
            self._opened.clear()

    def ask_again(self, keys: Iterable[str]) -> None:
        """Have `missing` name pieces that have a text, and open those that were decided on."""
        with self.lock:
            pieces = [piece for piece in map(self.review.piece, keys) if piece]
            self.reopen(s.key for s in pieces if s.verdict is not Verdict.UNDECIDED or s.choice.split)
            self.advance(*(events.Requested(piece.key, piece.gap, piece.span) for piece in pieces))

    def take_reading(self, reading: Reading) -> None:
        """Take what a model named in the draft, or in an earlier state of it, into the gaps."""
        with self.lock:
            self.take_workspace(located(replace(self.workspace, reading=reading)))
            gaps = {gap.id for gap in self.workspace.gaps}
            for piece in self.review.pieces:
                if piece.phase is Phase.WAITING and piece.gap not in gaps:
                    self.apply(events.Dropped(piece.key))

    def dismiss(self, gap: Gap) -> None:
        """Remember that nothing is missing at a gap: it is none from now on, and its texts are rejected.

        Raises `StoreError`, and `StoreBusy` when another session holds the draft.
        """
        with self.lock:
            if self.read_only:
                raise StoreBusy(_READ_ONLY.format(name=self.workspace.name))
            workspace = self.workspace
            known = key(workspace.draft, gap)
            self.store.dismiss(workspace.root, workspace.path, known, gap.kind, claim=self.claim)
            left = Dismissals(frozenset([known])).without(workspace.draft, located(workspace).gaps)
            self.take_workspace(replace(workspace, gaps=left))
            for piece in [piece for piece in self.review.pieces if piece.gap == gap.id]:
                self.apply(
                    events.Decided(piece.key, Verdict.REJECTED)
                    if piece.versions
                    else events.Dropped(piece.key)
                )

    def leave_out(self, keys: Container[str]) -> None:
        """Have nothing more to do with some pieces: what is stored about them stays as it is."""
        pieces = tuple(piece for piece in self.review.pieces if piece.key not in keys)
        if len(pieces) < len(self.review.pieces):  # the latest decision may be on one of those left out
            self.review = replace(self.review, pieces=pieces, past=(), future=())

    def ask_facts(self, gaps: Iterable[Gap] | None = None) -> None:
        """Make a field of every gap that only its author can fill (of `gaps`, or of all)."""
        with self.lock:
            for gap in self.workspace.gaps if gaps is None else gaps:
                piece = self.review.piece(decide.key_for(gap, None))
                hunk = facts.question(self.workspace.draft, gap) if not gap.fillable else None
                is_open = (
                    piece is None or piece.phase is Phase.WRITTEN or (piece.unplaced and piece.undecided)
                )
                if piece and piece.unplaced and (len(piece.versions) > 1 or piece.choice.revisions):
                    continue  # what the author said to it stays to be read
                if hunk is not None and is_open:
                    question = Expanded(gap, (hunk,), "", Usage())
                    self.offer(decide.proposal(question), self.workspace.draft.data)

    def unanswered(self, gaps: Iterable[Gap]) -> list[Gap]:
        """Return those of some gaps that only the author can fill, and has no answer for yet."""
        answered = {s.gap for s in self.review.pieces if s.is_fact and s.is_accepted and not s.unplaced}
        return [gap for gap in gaps if not gap.fillable and gap.id not in answered]

    @property
    def for_author(self) -> list[Gap]:
        """The gaps that only the author can fill, and that no piece asks for: a title, an empty cell."""
        asked = {piece.gap for piece in self.review.shown}
        return [gap for gap in self.workspace.gaps if not gap.fillable and gap.id not in asked]

    # ---- the file ---------------------------------------------------------------------------------

    def may_have_changed(self) -> bool:
        """Ask the system whether the file may have changed since the last call; it costs next to nothing."""
        before, self._seen = self._seen, files.stamp(self.workspace.path)
        return before != self._seen

    def others_stored(self) -> bool:
        """Tell whether another session may have stored something since; it is cheap. Raises `StoreError`."""
        return self.store.others_changes() != self._stored

    def take_stored(self) -> bool:
        """Take in what other sessions stored on the draft since; return whether there may be anything.

        The caller follows its own draft then. While a text is being written, that waits. Raises `StoreError`.
        """
        with self.lock:
            changes = self.store.others_changes()
            if changes == self._stored or any(one.phase is Phase.WRITING for one in self.review.pieces):
                return False
            self._stored = changes
            self.review = decide.replay(self.store.events(self.workspace.path))
            return True

    def catch_up(self) -> bool:
        """Read the draft's file, follow it when it changed, and return whether it did.

        Raises `InputError` when it can't be read as a draft any more; a file that is gone only sets `gone`.
        """
        with self.lock:
            self.gone = not self.workspace.path.exists()
            return not self.gone and self.take_file(files.read_draft(self.workspace.path))

    def take_file(self, data: bytes) -> bool:
        """Take the file's bytes, but for what an editor saved undecided; return whether the draft changed.

        A question whose words changed is asked again, as they are now. Raises `InputError` when the bytes are
        no draft.
        """
        draft, before = saved_texts.without_undecided(self.review.saved, data), self.review
        changed = self.follow(draft)
        self.file = data
        self.review, kept = draft_changes.with_pending(self.review, before)
        self.take_workspace(self.workspace)
        keys = {decide.key_for(gap, target) for gap in self.workspace.gaps for target in gap.pieces}
        self.advance(*(events.Dropped(key) for key in kept if key not in keys))
        lost = {piece.gap for piece in self.review.shown if piece.unplaced and piece.is_fact}
        if not self.read_only:
            self.ask_facts([gap for gap in self.workspace.gaps if gap.id in lost])
            self._keep_requests()
        return changed

    def _keep_requests(self) -> None:
        """Have each request stay until all places that it means now are decided: some came or went."""
        if not (requests := [gap for gap in self.workspace.gaps if gap.targets]):
            return
        earlier = {piece.key for piece in self.review.earlier}
        pieces: defaultdict[str, set[str]] = defaultdict(set)
        for piece in self.review.pieces:
            is_placed = bool(piece.versions) and not piece.unplaced
            if (piece.key in earlier or is_placed) and not (piece.part_of or piece.follows):
                pieces[piece.gap].add(piece.key)
        for gap in requests:
            removal = self.review.piece(f"{gap.id}:-")
            if removal is None or removal.hunk is None or removal.unplaced:
                continue
            # A point that was decided and is gone counts as decided, so it is waited for as well; one that
            # was moved to another list counts for its own.
            keys = {decide.key_for(gap, target) for target in gap.targets}
            keys = {key for key in keys if key.startswith(f"{gap.id}:")} | pieces[gap.id]
            if removal.hunk.follows != (follows := max(len(keys), 1)):
                line = replace(make.removal(self.workspace.draft, gap), follows=follows)
                self.offer(decide.proposal(Expanded(gap, (line,), "", Usage())), self.workspace.draft.data)

    def take_workspace(self, workspace: Workspace) -> None:
        """Take a workspace on the review's draft, its gaps under the names that the review has for them."""
        self.workspace = workspace
        self.workspace = replace(workspace, gaps=self.named(workspace.gaps))

    def named(self, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        """Return gaps of the draft under the names that the review has for them.

        There is none in a text that an editor saved undecided.
        """
        gaps = naming.named(gaps, self.review, self.workspace.draft)
        return saved_texts.without_offered(gaps, self.review, self.held, self.file)

    def follow(self, draft: bytes) -> bool:
        """Take `draft`, which has no undecided text in it, for the draft; return whether it changed.

        An editor's buffer comes in here: what was saved undecided may now be accepted in it. Raises
        `InputError` when the bytes are no draft.
        """
        if draft != self.workspace.draft.data:
            self.workspace = reopened(self.workspace, draft)
        if draft == self.review.base:
            return False
        if self.read_only:
            self.advance(events.Moved(draft))
        else:
            self.apply(events.Moved(draft))
        return True

    def write(self, *, out: str = "", clears: bool = True) -> Outcome:
        """Write the draft with what was accepted in it, or the result to `out`.

        Unless it `clears`, the file keeps undecided text of an editor's where nothing is accepted.
        Where the settings say so (`mark`), the file ends in a note of which words came from a model. Raises
        `WriteError` and `StoreError`; then the draft is as it was.
        """
        with self.lock:
            if out:
                return self._write_other(out)
            if self.read_only and self.to_write:
                raise StoreBusy(f"{self.workspace.name}: open in another session, nothing was written")
            while (outcome := self._write_once(clears)) is None:
                pass  # the file changed in that very moment: look at it again
            return outcome

    def _write_other(self, out: str) -> Outcome:
        """Write the result to another file, whose history has it; without a store there is none."""
        wanted = self.review.accepted()
        if not wanted and not self._elsewhere:
            return Outcome()
        hunks, overlaps = without_overlaps(wanted)
        before = self.review.base
        after = apply(before, hunks)
        files.write_draft(out, after)
        self._elsewhere = wanted
        with suppress(StoreError), closing(open_store()) as store:
            written = events.Written((), hunks, after)
            store.finish_write(self._begin_write(store, os.path.abspath(out), before, written))
        return Outcome(wanted, hunks, overlaps)

    def _write_once(self, clears: bool) -> Outcome | None:
        """Write the draft; return None when the file changed in that very moment."""
        try:
            self.catch_up()
        except InputError as error:
            raise WriteError(f"{error}; nothing was written") from None
        hunks = self.review.accepted()
        lost = self._kept_out()
        wanted = (*hunks, *(conflict.hunk for conflict in lost))
        if self.gone:
            return Outcome(wanted, (), tuple(Conflict(h, ConflictReason.FILE_GONE) for h in wanted))
        hunks, overlaps = without_overlaps(hunks)
        before = self.review.base
        saved = self.review.saved if self.holds_undecided and (hunks or clears) else None
        cleared = len(saved.pieces) if saved else 0
        if not hunks:
            if cleared and not files.write_draft(self.workspace.path, before, over=self.file):
                return None
            if cleared:
                self.file = before
                self.apply(events.SavedUndecided(b"", ()))
            return Outcome(wanted, hunks, lost, cleared)
        own = self._authorship(hunks)
        after = provenance.marked(before, own) if self.workspace.settings.mark else apply(before, hunks)
        written = events.Written(self.review.keys_of(hunks), hunks, after)
        if not self._replace_file(before, written):
            return None
        cleared -= len({*written.keys} & {*saved.keys}) if saved else 0  # what is accepted stays
        self.file = after
        self.advance(written)
        self.take_workspace(reopened(self.workspace, after))
        self._settle(hunks)
        left = [(one, draft_changes.shifted_span(one.hunk.span, hunks)) for one in (*lost, *overlaps)]
        now = (replace(one, hunk=replace(one.hunk, span=span)) for one, span in left)
        return Outcome(wanted, hunks, tuple(now), cleared)

    def _settle(self, hunks: Sequence[Hunk]) -> None:
        """Remember what is no gap, though it may read like notes: what was just written, or left as it was.

        A point that was rejected is left so where the request for it was taken out.
        """
        workspace, own = self.workspace, [hunk.span for hunk in reverse(hunks)]
        done = {hunk.gap for hunk in hunks if hunk.follows}
        pieces = (s for s in self.review.pieces if s.gap in done)
        left = {piece.key for piece in pieces if piece.verdict is Verdict.REJECTED}
        own += [g.span for g in workspace.gaps if {decide.key_for(g, t) for t in g.pieces} <= left]
        settled = [gap for gap in workspace.gaps if is_settled(gap, own)]
        with suppress(StoreError):
            for gap in settled:
                known = key(workspace.draft, gap)
                self.store.dismiss(workspace.root, workspace.path, known, ACCEPTED, claim=self.claim)
        gaps = tuple(gap for gap in workspace.gaps if gap not in settled)
        self.workspace = replace(workspace, gaps=gaps)

    def _replace_file(self, before: bytes, written: events.Written) -> bool:
        """Replace the file, noting it before and after; return False when it is not as last seen."""
        number = self._begin_write(self.store, self.workspace.path, before, written)
        done = False
        try:
            done = files.write_draft(self.workspace.path, written.data, over=self.file)
        finally:
            self.store.finish_write(number, done=done)
        return done

    def _begin_write(self, store: Store, path: str | Path, before: bytes, written: events.Written) -> int:
        """Note what is about to be written to a file, and return the number of the write."""
        models = tuple(provenance.credit(*one) for one in self._authorship(written.hunks))
        return store.begin_write(path, before, written, models, self.claim if store is self.store else None)

    def _authorship(self, hunks: Iterable[Hunk]) -> list[tuple[Hunk, str, bytes]]:
        """Return each hunk with the model that wrote it and the text that the model gave."""
        pieces = {(s.gap, s.hunk.span): s for s in self.review.pieces if s.hunk and not s.part_of}
        left = {(s.hunk.span, s.text): s for s in self.review.pieces if s.hunk and self.review.is_left(s)}

        def author(hunk: Hunk) -> tuple[Hunk, str, bytes]:
            piece = left.get((hunk.span, hunk.replacement)) or pieces.get((hunk.gap, hunk.span))
            if piece is None or piece.version is None:
                return hunk, "", hunk.replacement
            text = piece.version.source or piece.version.hunk.replacement
            model = next((v.model for v in piece.versions if v.model and v.hunk.replacement == text), "")
            return hunk, model, text

        return [author(hunk) for hunk in hunks]

    def saved(self, data: bytes, *, taken: Mapping[str, Hunk], undecided: Mapping[str, Hunk]) -> None:
        """Note that an editor saved the draft's file as `data`, with text of ours in it.

        `taken` and `undecided` are hunks of `data`, by key, that would take this text out again. The
        accepted pieces in `taken` count as written; a later review reads the draft without the undecided
        ones. Raises `StoreError` and `InputError`.
        """
        with self.lock:
            middle = apply(data, undecided.values())
            removals = sorted((*taken.values(), *undecided.values()), key=lambda hunk: hunk.span)
            before = apply(data, removals)
            placed = zip(removals, reverse(removals), strict=True)
            hunks = tuple(hunk for removal, hunk in placed if removal in taken.values())
            self.apply(events.Moved(before))
            if hunks:
                keys = tuple(sorted(taken, key=lambda key: taken[key].span))  # in the order of the hunks
                written, path = events.Written(keys, hunks, middle), self.workspace.path
                self.store.finish_write(self._begin_write(self.store, path, before, written))
                self.advance(written)
            if undecided or self.review.saved:
                self.apply(events.SavedUndecided(data, tuple(undecided.values()), tuple(undecided)))
            self.take_file(data)
            self._settle(hunks)

    def _kept_out(self) -> tuple[Conflict, ...]:
        """Return why accepted pieces whose place is gone are kept out, each at what is there now."""
        base, conflicts = self.review.base, []
        for piece in self.review.shown:
            if piece.unplaced and piece.is_accepted and piece.hunk:
                place, reason = old_places.current_place(piece, base), ConflictReason.CONTENT_CHANGED
                if is_deleted := old_places.is_deleted(piece, base):
                    reason = ConflictReason.DELETED
                now = b"" if is_deleted else base[slice(*place)]
                conflicts.append(Conflict(replace(piece.hunk, span=place), reason, now))
        return tuple(conflicts)

    def close(self) -> None:
        """Let other sessions have the draft."""
        if self.claim is not None:
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

    Without a store, nothing is kept on disk. Without `claim`, another session may have the draft as well: an
    editor's buffer is not the file. Raises `StoreBusy` while another session holds the draft, unless it is
    taken over or only looked at.
    """
    store = store or Store(None)
    own = store.claim(workspace.path, takeover=takeover) if claim and not read_only else None
    session = Session(workspace, store, own)
    session.read_only = read_only
    if not read_only:
        session.notice = take_over(store, workspace.path, workspace.draft)
        settle(store, workspace)
    path = stored_path(store, workspace.path, workspace.draft)
    session.review = decide.replay(store.events(path))
    if session.review.saved is None and workspace.raw:  # nothing is stored here
        session.review = replace(session.review, saved=workspace.raw.saved)
    session.take_file(workspace.file)
    if claim:
        session.close_opened()
    return session


def start_session(workspace: Workspace, *, stored: bool = True) -> Session:
    """Open a session for a run, which works without a store where that can't be opened.

    Then `notice` says why: a run that was paid for is not given up because it can't be stored. Without
    `stored`, earlier decisions hold, but nothing new is kept, and no other session is in the way. Text that
    an editor saved undecided counts as the draft's, but for raw words. Raises `StoreBusy` while another
    session decides on it.
    """
    notice, review = "", Review()
    try:
        store = open_store()
        claim = store.claim(workspace.path) if stored else None
        if stored:
            notice = take_over(store, workspace.path, workspace.draft)
            settle(store, workspace)
        path = stored_path(store, workspace.path, workspace.draft)
        review = decide.replay(store.events(path))
        if not stored:
            store.close()
            store = Store(None)
    except StoreBusy:
        raise
    except StoreError as error:
        notice = f"{error}; this run is not saved" if stored else ""
        store, claim = Store(None), None
    session = Session(workspace, store, claim)
    raw = workspace.raw.saved if workspace.raw else None
    session.notice, session.review, session.held = notice, replace(review, saved=raw), review.saved
    session.take_file(workspace.file)
    session.close_opened()
    return session


def settle(store: Store, workspace: Workspace) -> None:
    """Find writes that a crash cut off, and note whether the file had been replaced."""
    for write in store.writes(workspace.path):
        if write.state == "begun":
            store.finish_write(write.id, done=_is_in(write, workspace.file))


def _is_in(write: Write, data: bytes) -> bool:
    """Tell whether what a write put in is in `data`, whatever was typed around it since."""
    if data in (write.before, write.after):
        return data == write.after
    return all(relocate_spans(write.after, data, [hunk.span for hunk in reverse(write.hunks)]))

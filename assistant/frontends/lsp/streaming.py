"""Asks for texts, and brings into the buffer what comes: the raw stream for a while, then the checked text.

What happens to a text are events of the document's session, which come from the writer's threads. Whatever
they bring, the buffer is made to show the state of the review as it is then (`Requests.show`): so raw words
are in it only while their text is being written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.app import report
from assistant.app.asking import place_of
from assistant.app.session import Session
from assistant.app.writer import Writer
from assistant.core.hunks import passages
from assistant.core.hunks.make import hunk_for
from assistant.core.review import decide, events
from assistant.core.review.state import Phase
from assistant.core.text.display import one_line
from assistant.core.types import Gap, GapKind, Span, Verdict
from assistant.frontends.lsp import buffer
from assistant.frontends.lsp.buffer import Change, Placement, State, gap_of
from assistant.frontends.lsp.client import Client, Progress
from assistant.frontends.lsp.decisions import rejected
from assistant.frontends.lsp.documents import Document, Planned
from assistant.frontends.lsp.sessions import Sessions

_BEAT = 0.1
"""Seconds between two edits that show more of a stream: at each, the editor draws its text again."""

_FIRST_WORDS = 3
"""Words of a stream before it is shown: a reply that is no text is often known by its first two."""


@dataclass(eq=False)
class Request:
    """Texts that were asked for at once, for pieces of one document."""

    document: Document
    writer: Writer
    progress: Progress
    preview: bool
    """True where the editor is to ask its user before a text is put in."""
    pending_keys: set[str]
    """The pieces whose text is still to come."""
    ready_keys: set[str] = field(default_factory=set)
    """The pieces whose text came and isn't in the buffer yet."""
    is_held: bool = False
    """True once the author edited the document: no more of a stream is shown, only what is checked."""
    reasons: report.Reasons = field(default_factory=report.Reasons)
    """Why texts failed, as far as the author was told."""
    model_line: str = ""
    """What the author was told about the model."""
    visible_keys: set[str] = field(default_factory=set)
    """The pieces that had some of their stream in the buffer."""
    removed_keys: set[str] = field(default_factory=set)
    """Those of them whose words the author took away while they came."""
    flush_times: dict[str, float] = field(default_factory=dict)
    """When more of a stream was last shown, by piece; infinity where its author wants no more of it."""


class Requests:
    """All requests at work, and their results in the buffers."""

    def __init__(self, client: Client, sessions: Sessions) -> None:
        self.client = client
        self.sessions = sessions
        self._open: list[Request] = []

    def writing(self, document: Document) -> set[str]:
        """Return the ids of the gaps at work in a document."""
        return {gap_of(key) for request in self._of(document) for key in request.pending_keys}

    def stop(self, *, token: str = "", document: Document | None = None, gap: str = "") -> None:
        """Stop the request of a progress token, or what is written for a document, or for one gap of it."""
        for request in self._open:
            here = request.document is document
            is_named = request.progress.token == token
            keys = [k for k in request.pending_keys if is_named or (here and k.startswith(gap))]
            request.progress.is_stopped |= len(keys) == len(request.pending_keys)
            for key in keys:
                request.writer.stop(key)

    def hold_streams(self, document: Document) -> None:
        """Put no more of a stream into a document that its author edits.

        A stream that goes on would share its steps of undo with the author's words, and to take one back
        would take the other along. The checked text comes in a step of its own.
        """
        for request in self._of(document):
            request.is_held = True

    def drop(self, document: Document, key: str) -> None:
        """Stop a text whose raw words the author rejects; where it comes all the same, it is rejected."""
        if gap_of(key) in self.writing(document):
            document.rejected_keys.add(key)
            self.stop(document=document, gap=key)

    def close(self, document: Document | None = None) -> None:
        """Stop what is written for a document that is closed, or everything."""
        for request in [r for r in self._open if document in (None, r.document)]:
            request.writer.stop()
            self._open.remove(request)
            self.client.end(request.progress)

    # ---- asking --------------------------------------------------------------------------------------

    async def write_all(self, document: Document, *, guidance: str = "") -> None:
        """Write all gaps; a capable model reads the document first, and may find more."""
        session, failure = await self.sessions.current(document), ""
        if not document.reading and session.workspace.settings.locate != "local":
            progress = Progress("Reading the draft")
            await self.client.begin(progress)
            try:
                writer = Writer(session, self.sessions.models)
                failure = await asyncio.to_thread(writer.read)
            finally:
                self.client.end(progress)
            if failure:
                self.client.say(writer.unread, warn=True)
            document.refresh()
        gaps = session.workspace.gaps
        await self.write(document, [gap.id for gap in gaps], guidance=guidance, known_failure=failure)

    async def write(
        self,
        document: Document,
        gaps: Sequence[str],
        *,
        points: Collection[str] = (),
        guidance: str = "",
        preview: bool = False,
        known_failure: str = "",
    ) -> None:
        """Write gaps, named by their ids, and show what comes; where there was a text, another one.

        Of a gap with several points, only some may be wanted, by their keys. `known_failure` is a reason for
        failures that the author knows already.
        """
        session = await self.sessions.current(document)
        busy = self.writing(document) | {p.gap for p in document.placements if p.state is not State.ACCEPTED}
        busy = set() if points else busy
        wanted = [g for g in session.workspace.gaps if g.fillable and g.id in gaps and g.id not in busy]
        pending = {key for request in self._of(document) for key in request.pending_keys}
        keys = [decide.key_for(gap, target) for gap in wanted for target in gap.pieces]
        keys = [key for key in keys if not points or (key in points and key not in pending)]
        keys = [key for key in keys if document.placement(key) is None]
        if not keys:
            is_writing = bool(self.writing(document).intersection(gaps))
            self.client.say("it is being written; stop ends that" if is_writing else "no gap to write here")
            return
        document.gaps.update({gap.id: gap for gap in wanted})
        preview = (preview or document.settings.preview) and self.client.capabilities.annotations
        waiting = set() if guidance else await self._unseen(document, keys)
        asking = _asking(session, keys, guidance)
        await self._start(document, session, keys, asking, preview, waiting, known_failure)

    async def _unseen(self, document: Document, keys: Sequence[str]) -> set[str]:
        """Return which pieces have a text of an earlier session, not seen in this one: it costs nothing.

        One that was accepted there and never saved is to be decided on again.
        """
        pieces = [piece for key in keys if key not in document.offers and (piece := document.piece(key))]
        ready = [piece for piece in pieces if piece.phase is Phase.READY and not piece.unplaced]
        await self.sessions.apply(document, [events.Reopened(s.key) for s in ready if s.is_accepted])
        return {piece.key for piece in document.waiting}.intersection(piece.key for piece in ready)

    async def revise(self, document: Document, span: Span, instruction: str) -> None:
        """Revise finished text at some bytes of the base as the author says."""
        session = await self.sessions.current(document)
        gap = passages.revision(session.workspace.draft, span)
        key = decide.key_for(gap, gap.targets[0])
        document.gaps[gap.id] = gap

        def ask(request: Request) -> set[str]:
            return {request.writer.revise(span, instruction)}

        await self._start(document, session, [key], ask, False, set())

    async def retry(self, document: Document, key: str, *, guidance: str = "") -> None:
        """Ask for another text for a piece, and replace the one that is there with it."""
        session = await self.sessions.current(document)
        if place_of(session.workspace, key, document.piece(key)) is None:
            self.client.say("its place changed: decide on this text, then write again")
        elif gap_of(key) not in self.writing(document):
            await self._start(document, session, [key], _asking(session, [key], guidance), False, set())

    async def _start(
        self,
        document: Document,
        session: Session,
        keys: Sequence[str],
        ask: Callable[[Request], set[str]],
        preview: bool,
        waiting: set[str],
        known_failure: str = "",
    ) -> None:
        writer = Writer(session, self.sessions.models)
        progress, reasons = Progress(_title(session, keys)), report.Reasons(known_failure)
        request = Request(document, writer, progress, preview, {*keys} - waiting, reasons=reasons)
        request.ready_keys |= waiting
        document.rejected_keys.difference_update(keys)
        self._open.append(request)
        await self.client.begin(request.progress)

        request.pending_keys.intersection_update(await self.sessions.run(lambda: ask(request)))
        document.refresh()
        await self.show(document)

    # ---- what comes ----------------------------------------------------------------------------------

    async def follow(self, document: Document) -> None:
        """Take the events of a document until it is closed, and have the buffer show what they led to."""
        while (event := await document.events.get()) is not None:
            self._take(document, event)
            if late := [piece for piece in document.waiting if piece.key in document.rejected_keys]:
                await self.sessions.apply(document, [rejected(piece) for piece in late])
            if document.events.empty():
                try:
                    await self.show(document)
                except Exception as error:  # a bug is one line, and the next event is taken
                    self.client.say(f"internal error: {error!r}", warn=True)

    def _take(self, document: Document, event: events.Event) -> None:
        keys = event.proposal.keys if isinstance(event, events.Offered) else (getattr(event, "key", ""),)
        request = next((r for r in self._of(document) if r.pending_keys.intersection(keys)), None)
        if request is None:
            return
        if (line := request.writer.model_line) != request.model_line:
            request.model_line = line
            self.client.log(line)
        if isinstance(event, events.Streamed):
            self.client.report(request.progress, event)
        elif isinstance(event, events.Offered):
            proposal = event.proposal
            for key, hunk in reversed(list(zip(proposal.keys, proposal.hunks, strict=True))):
                if not hunk.follows:  # of several texts for a piece, the first is the one that is shown
                    document.offers[key] = (hunk, event.data)
                    request.ready_keys.add(key)
                    request.pending_keys.discard(key)
        elif isinstance(event, events.Failed):
            request.pending_keys.discard(event.key)
            if not event.stopped and request.reasons.is_new(event.message):
                piece = document.piece(event.key)
                at = document.base.range_in_buffer(Span(piece.anchor, piece.anchor)).start if piece else 0
                self.client.say(f"line {document.line(at) + 1}: {event.message}", warn=True)

    # ---- the buffer ----------------------------------------------------------------------------------

    async def show(self, document: Document) -> None:
        """Make the buffer show the state of the review, as far as the client takes edits."""
        async with document.lock:
            for placement in document.placements:
                await self._settle(document, placement)
            for request in self._of(document):
                # Points of an instruction come in one step of undo.
                unfinished = set(map(gap_of, request.pending_keys))
                await self._put(request, [key for key in request.ready_keys if gap_of(key) not in unfinished])
                for key in sorted(request.pending_keys):
                    await self._flow(request, key)
        for request in [r for r in self._of(document) if not r.pending_keys and not r.ready_keys]:
            self._open.remove(request)
            self.client.end(request.progress)
            document.refresh()
            if document.waiting:
                self.client.takes_edits(document)

    def needs_showing(self, document: Document) -> bool:
        """Tell whether raw words are in a buffer that the client did not let us replace yet."""
        return any(not document.is_writing(p.key) for p in document.raw if p.key not in document.strays)

    async def _settle(self, document: Document, placement: Placement) -> None:
        """Put the new text of a piece that is in the buffer into its place, or take raw words away."""
        request = next((r for r in self._of(document) if placement.key in r.ready_keys), None)
        is_raw = placement.state is State.RAW and placement.key not in document.strays
        if placement.state is State.ACCEPTED or document.is_writing(placement.key) or not (is_raw or request):
            return

        def plan() -> Planned | None:
            now, piece = document.placement(placement.key), document.piece(placement.key)
            if now is None:
                return None
            changes: Sequence[Change] = [Change(edit) for edit in now.removal(document.text.text)]
            if piece is not None and piece.undecided:
                changes = document.exchange(now, piece)
            return Planned(changes, document.others_than(placement.key))

        label = request.progress.title if request else "Remove raw text"
        step = next((r for r in self._of(document) if placement.key in r.visible_keys), None)
        if await document.perform(plan, self.client.sender(), label=label, step=step) and request:
            request.ready_keys.discard(placement.key)

    async def _put(self, request: Request, keys: Sequence[str]) -> None:
        """Put texts into the buffer in one step; those whose place changed wait."""
        document = request.document
        request.ready_keys -= {*keys}
        keys = [key for key in keys if document.placement(key) is None and key not in request.visible_keys]
        if not keys or not self.client.capabilities.versioned_edits:
            return
        if request.preview:
            await self._preview(document, keys)
        else:

            def plan() -> Planned | None:
                changes = list(_insertions(document, keys))
                return Planned(changes, document.placements) if changes else None

            await document.perform(plan, self.client.sender(), label=request.progress.title, step=request)
        if any(piece.key in keys for piece in document.waiting) and not document.closed:
            self.client.say("a text waits in a lens: its place changed")
        document.refresh()

    async def _preview(self, document: Document, keys: Sequence[str]) -> None:
        """Let the editor ask its user about an edit, in its own view; what is taken is accepted."""
        placements: list[Placement] = []

        def plan() -> Planned | None:
            if placements:  # asked once; the author typed meanwhile, or said no
                return None
            changes = [
                Change(c.edit, c.placement.accepted()) for c in _insertions(document, keys) if c.placement
            ]
            placements.extend(c.placement for c in changes if c.placement)
            return Planned(changes, document.placements) if changes else None

        warnings = [w for key in keys if (s := document.piece(key)) and s.hunk for w in s.hunk.warnings]
        if await document.perform(plan, self.client.sender(confirm=warnings), label="Write"):
            accepted = [events.Decided(placement.key, Verdict.ACCEPTED) for placement in placements]
            await self.sessions.apply(document, accepted)

    # ---- the raw stream ------------------------------------------------------------------------------

    async def _flow(self, request: Request, key: str) -> None:
        """Bring the buffer up to what has arrived of a text, unless the author typed inside it."""
        document, piece = request.document, request.document.piece(key)
        streams = self.client.capabilities.joins_edits and document.settings.stream
        if not streams or request.preview or request.progress.is_stopped:
            return
        if key in request.visible_keys and document.placement(key) is None:  # undone, or deleted
            if key not in request.removed_keys:
                request.removed_keys.add(key)
                self.client.say("stopped because you removed the text")
                request.writer.stop(key)
            return
        is_due = time.monotonic() - request.flush_times.get(key, 0.0) >= _BEAT
        if piece is None or not is_due or len(piece.message.split()) < _FIRST_WORDS:
            return

        def plan() -> Planned | None:
            changes = () if request.is_held else _raw_changes(request, key)
            return Planned(changes, document.others_than(key)) if changes else None

        send = self.client.sender()
        shown = bool(await document.perform(plan, send, label=request.progress.title, step=request))
        request.visible_keys |= {key} if shown else set()
        request.flush_times[key] = time.monotonic() if shown else float("inf")

    def _of(self, document: Document) -> list[Request]:
        return [request for request in self._open if request.document is document]


def _asking(session: Session, keys: Sequence[str], guidance: str) -> Callable[[Request], set[str]]:
    """Return what asks for the texts of pieces, and returns the keys of those that will come."""

    def ask(request: Request) -> set[str]:
        gaps = (gap for gap in session.workspace.gaps if gap.id in {gap_of(key) for key in keys})
        new = session.missing([_with_points(gap, keys) for gap in gaps])
        request.writer.ask([key for key in keys if key in new], guidance=guidance)
        return {key for key in request.pending_keys if key in new or request.writer.retry(key, guidance)}

    return ask


def _with_points(gap: Gap, keys: Sequence[str]) -> Gap:
    """Return a gap with those of its points that are named by their keys."""
    points = tuple(target for target in gap.targets if decide.key_for(gap, target) in keys)
    return gap if points == gap.targets else replace(gap, chosen=points)


def _raw_changes(request: Request, key: str) -> Sequence[Change]:
    """Return the changes that show what has arrived of a text; none where nothing may be shown of it."""
    document, session = request.document, request.writer.session
    piece, workspace = session.review.piece(key), session.workspace
    place = place_of(workspace, key, piece)
    if place is None or piece is None or piece.phase is not Phase.WRITING:
        return ()
    gap, target = place
    if gap.kind is GapKind.REVISION:  # finished text stays until there is another to compare it with
        return ()
    hunk = hunk_for(workspace.draft, gap, text=piece.message.strip(), target=target)
    raw = Placement(key, hunk.replacement.decode(), hunk.original.decode(), State.RAW)
    known = document.placement(key)
    if known is not None:
        return buffer.exchange(known, raw, document.text.text) if known.state is State.RAW else ()
    if key in request.flush_times:  # where it was shown, the author took it away
        return ()
    change = buffer.insertion(hunk, workspace.draft.data, document.base, raw)
    return [change] if change else ()


def _insertions(document: Document, keys: Sequence[str]) -> Iterator[Change]:
    for piece in document.waiting:
        if piece.key in keys and (change := document.insertion(piece)) is not None:
            yield change


def _title(session: Session, keys: Sequence[str]) -> str:
    names = {gap_of(key) for key in keys}
    gaps: list[Gap] = [gap for gap in session.workspace.gaps if gap.id in names]
    if len(gaps) > 1:
        return f"Writing {len(gaps)} gaps"
    path = gaps[0].heading_path if gaps else ()
    return f"Writing ‘{one_line(path[-1])}’" if path else "Writing"

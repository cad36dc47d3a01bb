"""Asks for texts, and brings into the buffer what comes: the raw stream for a while, then the checked text.

What happens to a text are events of the document's session, which come from the writer's threads. Whatever
they bring, the buffer is made to show the state of the review as it is then (`_show`): so raw words stand in
it only while their text is being written.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.app.session import Session
from assistant.app.writer import Writer, place_of
from assistant.core.hunks.make import hunk_for
from assistant.core.review import buffer, decide, events
from assistant.core.review.buffer import Change, Piece, State
from assistant.core.review.state import Phase, Slot
from assistant.core.text.display import one_line
from assistant.core.types import Gap, Verdict
from assistant.frontends.lsp.capabilities import Capabilities
from assistant.frontends.lsp.documents import Document, Located, Planned, Send
from assistant.frontends.lsp.sessions import Sessions

_BEAT = 0.1
"""Seconds between two edits that show more of a stream: at each, the editor draws its text again."""

_FIRST_WORDS = 3
"""Words of a stream before it is shown: a reply that is no text is often known by its first two."""


class Host(Protocol):
    """What the server does for a request."""

    capabilities: Capabilities
    sessions: Sessions

    async def locate(self, document: Document) -> Located:
        """Return the gaps of the text as it is now."""

    def refresh(self, document: Document) -> None:
        """Show the state of a document again."""

    def say(self, text: str, *, warn: bool = False) -> None:
        """Tell the author one line."""

    def log(self, text: str) -> None:
        """Write a line where the editor keeps such lines."""

    async def begin(self, request: Request) -> None:
        """Show that a request has begun."""

    def report(self, request: Request) -> None:
        """Show how far a request is."""

    def end(self, request: Request) -> None:
        """Show that a request is over."""

    def sender(self, *, join: bool = False, confirm: Slot | None = None) -> Send:
        """Return what asks the client to make edits."""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Start a coroutine on the event loop."""


@dataclass(eq=False)
class Request:
    """Texts that were asked for at once, for slots of one document."""

    document: Document
    title: str
    writer: Writer
    preview: bool
    """True where the editor is to ask its user before a text is put in."""
    open: set[str]
    """The slots whose text is still to come."""
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    began: bool = False
    """True when the client shows the progress."""
    stopped: bool = False
    """True when the author stopped it."""
    words: int = 0
    joined: bool = False
    """True once text of it stands in the buffer, so that what follows belongs to its undo step."""
    said: set[str] = field(default_factory=set)
    """What the author was told, so that it is told once."""
    flushed: dict[str, float] = field(default_factory=dict)
    """When more of a stream was last shown, by slot; infinity where its author wants to see no more of it."""


@dataclass(eq=False)
class _View:
    """A buffer that shows what comes of the requests for it."""

    events: asyncio.Queue[events.Event | None] = field(default_factory=asyncio.Queue)
    """What happened in its session; None when the document is closed."""
    fresh: dict[str, Request] = field(default_factory=dict)
    """The slots whose new text isn't in the buffer yet."""


class Requests:
    """All requests at work, and the buffers that show what comes of them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.open: list[Request] = []
        self._views: dict[Document, _View] = {}

    def writing(self, document: Document) -> set[str]:
        """Return the ids of the gaps at work in a document."""
        return {key.partition(":")[0] for one in self.open if one.document is document for key in one.open}

    def stop(self, *, token: str = "", document: Document | None = None, gap: str = "") -> None:
        """Stop the request of a token, or what is written for a document, or for one gap of it."""
        for request in self.open:
            here = request.document is document
            keys = [k for k in request.open if request.token == token or (here and k.startswith(gap))]
            request.stopped |= len(keys) == len(request.open)
            for key in keys:
                request.writer.stop(key)

    async def write(
        self, document: Document, wanted: Sequence[str] | None, *, guidance: str = "", preview: bool = False
    ) -> None:
        """Have gaps written, all of the document when `wanted` is None, and show what comes."""
        host = self.host
        located = await host.locate(document)
        busy = self.writing(document) | {p.gap for p in document.pieces if p.state is not State.ACCEPTED}
        gaps = {
            gap.id: gap
            for gap in located.gaps
            if gap.fillable and gap.id not in busy and (wanted is None or gap.id in wanted)
        }
        if not gaps:
            host.say("no gap here any more" if wanted else "no gaps found")
            return
        session = await host.sessions.current(document)
        found = [gap for gap in session.workspace.gaps if gap.id in gaps]
        preview = (preview or document.settings.preview) and host.capabilities.annotations
        await self._ask(document, session, found, guidance=guidance, preview=preview)

    async def retry(self, document: Document, key: str, *, guidance: str = "") -> None:
        """Have another text written for a slot, and put it in the place of the one that stands there."""
        session = await self.host.sessions.current(document)
        gap = key.partition(":")[0]
        if gap not in self.writing(document):
            gaps = [one for one in session.workspace.gaps if one.id == gap]
            await self._start(document, session, _title(gaps), [], [key], guidance, preview=False)

    async def _ask(
        self, document: Document, session: Session, gaps: Sequence[Gap], *, guidance: str, preview: bool
    ) -> None:
        """Ask for the texts of gaps: once more where there was one, or a failure."""
        document.gaps.update({gap.id: gap for gap in gaps})
        keys = {decide.key_for(gap, target) for gap in gaps for target in decide.targets_of(gap)}
        keys -= {piece.key for piece in document.pieces}
        missing = await self.host.sessions.run(lambda: session.missing(gaps))
        new = [key for key in missing if key in keys]
        await self._start(
            document, session, _title(gaps), new, sorted(keys - {*missing}), guidance, preview=preview
        )

    async def _start(
        self,
        document: Document,
        session: Session,
        title: str,
        new: Sequence[str],
        retries: Sequence[str],
        guidance: str,
        *,
        preview: bool,
    ) -> None:
        writer = Writer(session, self.host.sessions.models)
        request = Request(document, title, writer, preview, {*new, *retries})
        if document not in self._views:
            self._listen(document, session)
        self.open.append(request)
        await self.host.begin(request)
        writer.ask(new, guidance=guidance)
        for key in retries:
            if not await self.host.sessions.run(lambda key=key: writer.retry(key, guidance)):  # type: ignore[misc]
                request.open.discard(key)
        self._end_done(document)
        self.host.refresh(document)

    def stop_all(self) -> None:
        """Stop every request."""
        for request in self.open:
            request.writer.stop()

    def close(self, document: Document) -> None:
        """Stop what is written for a document that is closed."""
        self.stop(document=document)
        if (view := self._views.pop(document, None)) is not None:
            view.events.put_nowait(None)
        for request in [r for r in self.open if r.document is document]:
            self.open.remove(request)
            self.host.end(request)

    # ---- what comes ----------------------------------------------------------------------------------

    def _listen(self, document: Document, session: Session) -> None:
        view = self._views[document] = _View()
        loop = asyncio.get_running_loop()

        def hear(event: events.Event) -> None:
            with suppress(RuntimeError):  # the event loop is closed: the editor has gone
                loop.call_soon_threadsafe(view.events.put_nowait, event)

        session.subscribe(hear)
        self.host.spawn(self._follow(document, view))

    async def _follow(self, document: Document, view: _View) -> None:
        """Take the events of a document as they come, and have the buffer show what they led to."""
        while (event := await view.events.get()) is not None:
            self._take(document, view, event)
            if view.events.empty():
                await self.show(document)
                self._end_done(document)

    def _end_done(self, document: Document) -> None:
        for request in [r for r in self.open if r.document is document and not r.open]:
            self.open.remove(request)
            self.host.end(request)
            self.host.refresh(document)

    def _take(self, document: Document, view: _View, event: events.Event) -> None:
        keys = event.proposal.keys if isinstance(event, events.Offered) else (getattr(event, "key", ""),)
        request = next((r for r in self.open if r.document is document and r.open.intersection(keys)), None)
        if request is None:
            return
        if request.writer.says and request.writer.says not in request.said:
            request.said.add(request.writer.says)
            self.host.log(request.writer.says)
        if isinstance(event, events.Streamed):
            request.words += event.text.count(" ")
            self.host.report(request)
        elif isinstance(event, events.Offered):
            proposal = event.proposal
            for key, hunk in reversed(list(zip(proposal.keys, proposal.hunks, strict=True))):
                if not hunk.follows:  # of several texts for a slot, the first is the one that is shown
                    document.offers[key] = (hunk, event.data)
                    view.fresh[key] = request
                    request.open.discard(key)
        elif isinstance(event, events.Failed):
            request.open.discard(event.key)
            if not event.stopped and event.message not in request.said:
                request.said.add(event.message)
                slot = document.slot(event.key)
                at = document.base.range_in_buffer(slot.span).start if slot else 0
                line = document.text.place(at, encoding=document.encoding).line + 1
                self.host.say(f"line {line}: {event.message}", warn=True)

    # ---- the buffer ----------------------------------------------------------------------------------

    async def show(self, document: Document) -> None:
        """Make the buffer show the state of the review, as far as the client takes edits."""
        view = self._views.get(document)
        fresh = view.fresh if view else {}
        async with document.lock:
            for piece in document.pieces:
                await self._settle(document, piece, fresh)
            complete = {key: one for key, one in fresh.items() if self._is_complete(key, one)}
            for request in set(complete.values()):
                keys = [key for key, one in complete.items() if one is request]
                await self._put(document, request, keys)
                for key in keys:
                    fresh.pop(key, None)
            for request in self.open:
                if request.document is document and self._streams(request):
                    for key in sorted(request.open):
                        await self._flow(request, key)
        if complete:
            self.host.refresh(document)

    def needs_showing(self, document: Document) -> bool:
        """Tell whether raw words stand in a buffer that the client did not let us replace yet."""
        return any(
            piece.key not in document.strays and not _is_written(document, piece) for piece in document.raw
        )

    async def _settle(self, document: Document, piece: Piece, fresh: dict[str, Request]) -> None:
        """Put the new text of a piece that stands in the buffer into its place, or take raw words away."""
        request, is_raw = fresh.get(piece.key), piece.state is State.RAW
        if piece.state is State.ACCEPTED or piece.key in document.strays or _is_written(document, piece):
            return
        if request is None and not is_raw:
            return

        def plan() -> Planned | None:
            now, slot = document.piece(piece.key), document.slot(piece.key)
            if now is None:
                return None
            changes: Sequence[Change] = [Change(edit) for edit in now.removal()]
            if request is not None and slot is not None and slot.undecided:
                changes = document.exchange(now, slot)
            return changes, _without(document, piece.key)

        label = request.title if request else "Remove the raw words"
        if await document.perform(plan, self.host.sender(join=is_raw), label=label):
            fresh.pop(piece.key, None)

    def _is_complete(self, key: str, request: Request) -> bool:
        """Tell whether a text can be put in: the points of one instruction come in one step of undo."""
        gap = key.partition(":")[0]
        return not any(other.partition(":")[0] == gap for other in request.open)

    async def _put(self, document: Document, request: Request, keys: Sequence[str]) -> None:
        """Put texts into the buffer in one step; those whose place changed wait."""
        if request.preview:
            await self._preview(document, keys)
        else:

            def plan() -> Planned | None:
                changes = _insertions(document, keys)
                return (changes, document.pieces) if changes else None

            send = self.host.sender(join=request.joined)
            request.joined |= await document.perform(plan, send, label=request.title)
        if any(slot.key in keys for slot in document.waiting) and not document.closed:
            self.host.say("a text is ready, but its place changed: it waits in a lens or code action")

    async def _preview(self, document: Document, keys: Sequence[str]) -> None:
        """Let the editor ask its user about an edit, in its own view; what is taken is accepted."""
        slots = [slot for key in keys if (slot := document.slot(key)) is not None and slot.undecided]
        changes: list[Change] = []

        def plan() -> Planned | None:
            if changes:  # asked once; the author typed meanwhile, or said no
                return None
            changes.extend(_insertions(document, keys))
            accepted = [(edit, Piece(p.key, p.text, p.original, State.ACCEPTED)) for edit, p in changes if p]
            return ([Change(*one) for one in accepted], document.pieces) if changes else None

        send = self.host.sender(confirm=slots[0] if slots else None)
        if await document.perform(plan, send, label="Write"):
            put = {change.piece.key for change in changes if change.piece}
            await self.host.sessions.apply(
                document, [events.Decided(s.key, Verdict.ACCEPTED) for s in slots if s.key in put]
            )

    # ---- the raw stream ------------------------------------------------------------------------------

    def _streams(self, request: Request) -> bool:
        shows = self.host.capabilities.joins_edits and request.document.settings.stream
        return shows and not request.preview and not request.stopped

    async def _flow(self, request: Request, key: str) -> None:
        """Bring the buffer up to what has come of a text, unless the author typed inside it."""
        document, slot = request.document, request.document.slot(key)
        is_due = time.monotonic() - request.flushed.get(key, 0.0) >= _BEAT
        if slot is None or not is_due or len(slot.said.split()) < _FIRST_WORDS:
            return

        def plan() -> Planned | None:
            change = _raw_change(request, key)
            return ([change], _without(document, key)) if change else None

        shown = await document.perform(plan, self.host.sender(join=request.joined), label=request.title)
        request.joined |= shown
        request.flushed[key] = time.monotonic() if shown else float("inf")


def _is_written(document: Document, piece: Piece) -> bool:
    slot = document.slot(piece.key)
    return slot is not None and slot.phase is Phase.WRITING


def _raw_change(request: Request, key: str) -> Change | None:
    """Return the change that shows what has come of a text; None where nothing may be shown of it."""
    document, session = request.document, request.writer.session
    slot, opened = session.review.slot(key), session.workspace
    place = place_of(opened, key)
    if place is None or slot is None or slot.phase is not Phase.WRITING:
        return None
    gap, target = place
    hunk = hunk_for(opened.draft, gap, text=slot.said.strip(), target=target)
    raw = Piece(key, hunk.replacement.decode(), hunk.original.decode(), State.RAW)
    known = document.piece(key)
    if known is None:
        base = document.base
        return None if key in request.flushed else buffer.insertion(hunk, opened.draft.data, base, raw)
    if known.state is not State.RAW or known.is_touched(document.text.text):
        return None
    return buffer.exchange(known, raw)[0]


def _insertions(document: Document, keys: Sequence[str]) -> list[Change]:
    slots = [slot for slot in document.waiting if slot.key in keys]
    return [change for slot in slots if (change := document.insertion(slot)) is not None]


def _without(document: Document, key: str) -> tuple[Piece, ...]:
    return tuple(p for p in document.pieces if p.key != key)


def _title(gaps: Sequence[Gap]) -> str:
    if len(gaps) > 1:
        return f"Writing {len(gaps)} gaps"
    path = gaps[0].heading_path if gaps else ()
    return f"Writing ‘{one_line(path[-1])}’" if path else "Writing"

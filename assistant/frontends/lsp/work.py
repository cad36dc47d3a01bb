"""Asks the model beside everything else, and brings what comes into the buffer.

The requests run in threads; what they yield is handed to the event loop, where buffers are changed.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.core.hunks.make import hunk_for
from assistant.core.outcome import Expanded, Failed, Piece
from assistant.core.review import buffer as core
from assistant.core.review.buffer import Proposal
from assistant.core.text.display import one_line
from assistant.core.types import Gap, Span
from assistant.errors import AssistantError
from assistant.frontends.lsp import decide
from assistant.frontends.lsp.ask import Asked, Models
from assistant.frontends.lsp.buffers import Buffer, Found, Planned, Send
from assistant.frontends.lsp.clients import Abilities, EditorSettings
from assistant.frontends.lsp.keep import Keeper

_BEAT = 0.1
"""Seconds between two pieces of text that are streamed into a buffer."""


class Host(Protocol):
    """What the server does for work in hand."""

    abilities: Abilities

    async def located(self, buffer: Buffer) -> Found:
        """Return what is unwritten in the text as it is now."""

    def refresh(self, buffer: Buffer) -> None:
        """Effect: shows the state of a buffer anew."""

    def say(self, text: str, *, warn: bool = False) -> None:
        """Effect: tells the author one line."""

    def log(self, text: str) -> None:
        """Effect: writes a line where the editor keeps such lines."""

    async def begin(self, task: Task) -> None:
        """Effect: shows that a task has begun."""

    def report(self, task: Task, text: str) -> None:
        """Effect: shows how far a task is."""

    def end(self, task: Task) -> None:
        """Effect: shows that a task is over."""

    def sender(self, *, join: bool = False, confirm: Proposal | None = None) -> Send:
        """Return what asks the client to make edits."""

    @property
    def keeper(self) -> Keeper:
        """Return what keeps proposals in the store."""


@dataclass(eq=False)
class Task:
    """One asking of the model, for gaps of one buffer."""

    buffer: Buffer
    gaps: tuple[Gap, ...]
    title: str
    stop: threading.Event = field(default_factory=threading.Event)
    """Ends the requests; the pipeline sets it as well, when it is done."""
    stopped: bool = False
    """True when the author stopped it."""
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    began: bool = False
    words: int = 0
    streams: dict[tuple[str, Span | None], _Stream] = field(default_factory=dict)
    joined: bool = False
    """True once text of this task stands in the buffer, so that what follows belongs to its undo step."""


@dataclass(eq=False)
class _Stream:
    """The answer for one place, as far as it has come."""

    proposal: str
    text: str = ""
    flushed: float = 0.0
    given_up: bool = False


class Writer:
    """All work in hand, and the models it is done with."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tasks: list[Task] = []
        self.models = Models(lambda model, usage: host.keeper.spent(model, usage))

    def writing(self, buffer: Buffer) -> dict[str, str]:
        """Return the ids of the gaps at work in a buffer, and what to say of them."""
        return {gap.id: "Writing…" for task in self.tasks if task.buffer is buffer for gap in task.gaps}

    def stop(self, *, token: str = "", buffer: Buffer | None = None, gap: str = "") -> None:
        """Effect: stops the tasks of a token, or those of a buffer (and gap), and their requests."""
        for task in self.tasks:
            here = buffer is not None and task.buffer is buffer
            if task.token == token or (here and (not gap or any(g.id == gap for g in task.gaps))):
                task.stopped = True
                task.stop.set()

    def close(self) -> None:
        """Effect: stops everything and ends the models that were started."""
        for task in self.tasks:
            task.stop.set()
        self.models.close()

    async def write(
        self, buffer: Buffer, wanted: Sequence[str] | None, *, instruction: str = "", preview: bool = False
    ) -> None:
        """Effect: has gaps written, all of the buffer when `wanted` is None, and shows what comes."""
        found = await self.host.located(buffer)
        busy = {*self.writing(buffer), *(p.gap.id for p in buffer.shown)}
        gaps = tuple(
            gap
            for gap in found.gaps
            if gap.fillable and gap.id not in busy and (wanted is None or gap.id in wanted)
        )
        if not gaps:
            self.host.say(
                "there is nothing to write here any more" if wanted else "nothing is unwritten here"
            )
            return
        asked = Asked(buffer.name, found.draft, gaps, instruction, preview=preview)
        await self._run(Task(buffer, gaps, _title(gaps)), asked)

    async def again(self, buffer: Buffer, old: Proposal, *, guidance: str = "") -> None:
        """Effect: has a proposal written once more, and shows the new text in the old one's place."""
        found = await self.host.located(buffer)
        gap, only = decide.asked_again(found, old)
        if gap.id in self.writing(buffer):
            return
        said = " ".join(part for part in (old.guidance, guidance) if part)
        asked = Asked(
            buffer.name, found.draft, (gap,), guidance=said, attempt=old.attempt + 1, only=only, again=old
        )
        await self._run(Task(buffer, (gap,), _title((gap,))), asked)

    # ---- the event loop's side ---------------------------------------------------------------------

    async def _run(self, task: Task, asked: Asked) -> None:
        buffer, host = task.buffer, self.host
        queue: asyncio.Queue[Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def post(item: Any) -> None:
            with suppress(RuntimeError):  # the loop is closed: the editor has gone
                loop.call_soon_threadsafe(queue.put_nowait, item)

        self.tasks.append(task)
        settings = buffer.settings or EditorSettings()
        threading.Thread(
            target=self.models.ask, args=(asked, settings, task.stop, post), daemon=True, name="ask"
        ).start()
        try:
            await host.begin(task)
            host.refresh(buffer)
            streams = host.abilities.joins and settings.stream and asked.again is None and not asked.preview
            over = False
            while not over:
                items = [await queue.get()]
                while not queue.empty():
                    items.append(queue.get_nowait())
                for item in items:
                    if item is None:
                        over = True
                    elif isinstance(item, Piece):
                        self._hear(task, item)
                    else:
                        await self._take(task, asked, item)
                if streams:
                    for key, stream in list(task.streams.items()):
                        await self._flow(task, asked, key, stream)
        finally:
            self.tasks.remove(task)
            await self._take_back(task, list(task.streams))
            host.end(task)
            host.refresh(buffer)

    def _hear(self, task: Task, piece: Piece) -> None:
        key = (piece.gap.id, piece.target)
        stream = task.streams.setdefault(key, _Stream(uuid.uuid4().hex[:8]))
        stream.text = ("" if piece.anew else stream.text) + piece.text
        task.words += piece.text.count(" ")
        self.host.report(task, f"{task.words} words")

    async def _take(self, task: Task, asked: Asked, item: Any) -> None:
        """Effect: takes a finished gap, a failure, or a line about the model."""
        if isinstance(item, Expanded):
            await self._offer(task, asked, item)
        elif isinstance(item, Failed):
            gone = [key for key in task.streams if key[0] == item.gap.id and item.target in (None, key[1])]
            await self._take_back(task, gone)
            if not task.stopped:
                line = asked.draft.line((item.target or item.gap.span).start)
                self.host.say(f"line {line}: {item.message}", warn=True)
        elif isinstance(item, AssistantError):
            self.host.say(str(item), warn=True)
        else:
            self.host.log(str(item))

    async def _offer(self, task: Task, asked: Asked, done: Expanded) -> None:
        """Effect: shows a gap's text in the buffer, or keeps it waiting where its place changed."""
        buffer = task.buffer
        fresh = []
        streams: dict[str, str] = {}
        for hunk in done.hunks:
            if not hunk.follows:
                target = next((t for t in done.gap.targets if t.start <= hunk.span.start <= t.end), None)
                proposal = Proposal(
                    uuid.uuid4().hex[:8],
                    done.gap,
                    hunk,
                    asked.draft.data,
                    attempt=asked.attempt,
                    target=target,
                    guidance=asked.guidance,
                )
                # From here on the stream is over: nothing that it brought may be put in again.
                if stream := task.streams.pop((done.gap.id, target), None):
                    streams[proposal.id] = stream.proposal
                fresh.append(proposal)
        await self.host.keeper.offered(buffer, done, fresh)
        async with buffer.lock:
            buffer.add(fresh)
            for proposal in fresh:
                if raw := streams.get(proposal.id):
                    await settle(buffer, raw, proposal.id, self.host.sender(join=True), label=task.title)
            names = [p.id for p in buffer.waiting if any(p.id == f.id for f in fresh)]
            names = [name for name in names if streams.get(name) not in buffer.streaming]
            confirm = fresh[0] if asked.preview or (buffer.settings and buffer.settings.preview) else None
            if asked.again is not None and buffer.proposal(asked.again.id) and names:
                await self._exchange(buffer, asked.again, names[0])
            elif names and confirm is not None and self.host.abilities.annotations:
                await self._preview(buffer, names, confirm)
            elif names:
                send = self.host.sender(join=task.joined)
                task.joined = await buffer.show(names, send, label=task.title) or task.joined
            waits = [p for p in buffer.waiting if any(p.id == f.id for f in fresh)]
        if waits and not buffer.closed:
            self.host.say(
                "the text is written, but its place changed meanwhile: it waits in a lens or action"
            )
        self.host.refresh(buffer)

    async def _exchange(self, buffer: Buffer, old: Proposal, name: str) -> None:
        def plan() -> Planned | None:
            new, current = buffer.proposal(name), buffer.proposal(old.id)
            if not (new and current and core.is_in_place(current, new, buffer.base)):
                return None
            return core.exchange(current, new), tuple(p for p in buffer.proposals if p.id != old.id)

        await buffer.perform(plan, self.host.sender(), label="Try again")

    async def _preview(self, buffer: Buffer, names: Sequence[str], one: Proposal) -> None:
        """Effect: lets the editor ask its user about an edit, in its own view; what is taken is accepted."""
        base = buffer.base
        changes = [
            (p.id, found[0]) for p in buffer.waiting if p.id in names and (found := core.insertion(p, base))
        ]
        if changes:
            after = tuple(p for p in buffer.proposals if p.id not in {name for name, _ in changes})
            send = self.host.sender(confirm=one)
            await buffer.make([edit for _, edit in changes], after, send, label="Write")

    # ---- streaming into the buffer -------------------------------------------------------------------

    async def _flow(self, task: Task, asked: Asked, key: tuple[str, Span | None], stream: _Stream) -> None:
        """Effect: brings the buffer up to what has come, if the author has not typed inside it."""
        buffer, now = task.buffer, time.monotonic()
        text = stream.text.strip()
        if stream.given_up or now - stream.flushed < _BEAT or text.count(" ") < 2 or task.stopped:
            return
        gap = next(g for g in task.gaps if g.id == key[0])
        hunk = hunk_for(asked.draft, gap, text=text, target=key[1])
        proposal = Proposal(stream.proposal, gap, hunk, asked.draft.data, target=key[1])
        async with buffer.lock:
            buffer.streaming.add(stream.proposal)
            known = buffer.proposal(stream.proposal)
            if known is None:
                buffer.add((proposal,))
                send = self.host.sender(join=task.joined)
                shown = await buffer.show([proposal.id], send, label=task.title)
                stream.given_up = not shown
                task.joined |= shown
                if not shown:
                    buffer.drop([proposal.id])
            else:
                stream.given_up = not await _grow(buffer, proposal, self.host.sender(join=True), task.title)
        stream.flushed = time.monotonic()

    async def _take_back(self, task: Task, keys: Sequence[tuple[str, Span | None]]) -> None:
        """Effect: takes away what was streamed for places that failed, were stopped, or got no text."""
        buffer = task.buffer
        for key in keys:
            stream = task.streams.pop(key)
            async with buffer.lock:
                raw = buffer.proposal(stream.proposal)
                if raw is None or await decide.refuse(buffer, (raw,), self.host.sender(join=True)):
                    buffer.streaming.discard(stream.proposal)


async def _grow(buffer: Buffer, raw: Proposal, send: Send, label: str) -> bool:
    """Effect: gives a stream that is shown more text; False where the author has typed in it."""

    def plan() -> Planned | None:
        known = buffer.proposal(raw.id)
        if known is None or not known.shown or core.is_touched(known, buffer.text.text):
            return None
        grown = tuple(raw if p.id == raw.id else p for p in buffer.proposals)
        return core.exchange(known, raw), grown

    return await buffer.perform(plan, send, label=label)


async def settle(buffer: Buffer, raw: str, name: str, send: Send, *, label: str) -> bool:
    """Effect: puts a checked text that waits into the place of its stream, and tells whether that is gone.

    What the author typed inside the stream stays, after the checked text. The lock must be held.
    """

    def plan() -> Planned | None:
        stream, checked = buffer.proposal(raw), buffer.proposal(name)
        if stream is None or checked is None or not stream.shown:
            return None
        return core.exchange(stream, checked), tuple(p for p in buffer.proposals if p.id != raw)

    await buffer.perform(plan, send, label=label)
    stream = buffer.proposal(raw)
    if stream is not None and stream.shown:
        return False
    buffer.drop([raw])  # one whose words the author took away waits for nothing
    buffer.streaming.discard(raw)
    return True


def _title(gaps: Sequence[Gap]) -> str:
    if len(gaps) > 1:
        return f"Writing {len(gaps)} places"
    path = gaps[0].heading_path
    return f"Writing ‘{one_line(path[-1])}’" if path else "Writing"

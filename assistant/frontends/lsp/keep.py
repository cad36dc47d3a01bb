"""Keeps what is proposed and decided in the store, so that it outlives the editor.

The store's calls wait for the disk, so they run in a thread of their own, in the order in which they were
asked for. What can't be stored is told once; the author's work in the buffer goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.core.outcome import Expanded
from assistant.core.review import buffer as core
from assistant.core.review import decide, events
from assistant.core.review.buffer import Proposal
from assistant.core.text.positions import Text
from assistant.core.types import Hunk, Span, Usage, Verdict
from assistant.errors import AssistantError
from assistant.frontends.lsp.buffers import Buffer


class Keeper:
    """The way to the store."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._store: Any = None
        self._failed = False
        self._numbers: dict[str, int] = {}
        self._keys: dict[str, str] = {}
        self._models: dict[str, str] = {}
        self._held: dict[str, bool] = {}
        """For each file, whether it was saved with undecided text in it."""

    async def offered(self, buffer: Buffer, done: Expanded, fresh: Sequence[Proposal]) -> None:
        """Effect: keeps a gap's text, which may be decided later, here or by `assistant review`.

        It is on disk when this returns, so that nothing is seen in a buffer that a crash could lose.
        """
        if not buffer.is_file or not fresh:
            return
        keys = decide.keys_for(fresh[0].gap, done.hunks)
        asked = events.Proposal(
            done.gap.id, done.hunks, keys, done.model, done.usage, guidance=fresh[0].guidance
        )
        for proposal in fresh:
            self._keys[proposal.id] = next(
                key for key, hunk in zip(keys, done.hunks, strict=True) if hunk is proposal.hunk
            )
            self._models[proposal.id] = done.model
        path, data = Path(buffer.name), fresh[0].base

        def keep(store: Any) -> None:
            stored = store.propose(path, data, asked)
            self._numbers.update({p.id: stored.id for p in fresh})

        await asyncio.wrap_future(self._soon(keep))

    def decided(self, buffer: Buffer, some: Sequence[Proposal], verdict: Verdict) -> None:
        """Effect: keeps the author's word on proposals."""
        if not buffer.is_file:
            return
        named = [(self._keys[p.id], p) for p in some if p.id in self._keys]
        path, text = Path(buffer.name), buffer.text.text
        words = {
            p.id: text[p.shown[0].start : p.shown[-1].end].encode()
            for _, p in named
            if verdict is Verdict.ACCEPTED and core.is_touched(p, text)
        }

        def keep(store: Any) -> None:
            for key, proposal in named:
                number = self._numbers.get(proposal.id, 0)
                edited = words.get(proposal.id)
                said = verdict if edited is None else Verdict.EDITED
                store.append(path, events.Decided(key, said, edited or b"", proposal=number))

        self._soon(keep)

    def saved(self, buffer: Buffer) -> None:
        """Effect: notes what the saved file holds: accepted pieces as written, undecided ones as held.

        What is in the file must not be put in again by a later review, which goes on with what is undecided.
        """
        text = buffer.text.text

        def whole(some: Sequence[Proposal]) -> tuple[Proposal, ...]:
            ours = (p for p in some if p.id in self._keys)
            return tuple(p for p in ours if p.shown and not core.is_touched(p, text))

        raw = tuple(p for p in buffer.shown if p.id in buffer.streaming)
        taken, left = whole(buffer.accepted), (*whole(buffer.shown), *raw)
        buffer.accepted = ()
        if not buffer.is_file or not (taken or left or self._held.pop(buffer.name, False)):
            return
        self._held[buffer.name] = bool(left)
        path, data = Path(buffer.name), buffer.text.data
        bare, middle = core.base_of(buffer.text, (*taken, *left)), core.base_of(buffer.text, left)
        pieces = tuple(hunk for p in left for hunk in _taking_out(buffer.text, p))

        def keep(store: Any) -> None:
            store.append(path, events.Moved(bare.text.data))
            if taken:
                number = store.begin_write(
                    path,
                    before=bare.text.data,
                    after=middle.text.data,
                    keys=tuple(self._keys[p.id] for p in taken),
                    hunks=tuple(_hunk(bare, p) for p in taken),
                    models=tuple(self._models[p.id] for p in taken),
                )
                store.finish_write(number)
            store.append(path, events.SavedUndecided(data, pieces))

        self._soon(keep)

    def spent(self, model: str, usage: Usage) -> None:
        """Effect: counts the tokens of a request, from any thread."""
        with suppress(RuntimeError):  # closed: the editor has gone
            self._soon(lambda store: store.add_usage(model, usage))

    def close(self) -> None:
        """Effect: waits until everything is on disk."""
        self._thread.shutdown(wait=True)
        if self._store is not None:
            self._store.close()

    def _soon(self, keep: Callable[[Any], None]) -> Future[None]:
        def work() -> None:
            try:
                if self._store is None and not self._failed:
                    from assistant.adapters.store import open_store

                    self._store = open_store()
                if self._store is not None:
                    keep(self._store)
            except AssistantError as error:
                if not self._failed:
                    self._failed = True
                    self._say(f"what is proposed is not kept on disk: {error}")

        return self._thread.submit(work)


def _hunk(base: core.Base, proposal: Proposal) -> Hunk:
    """Return an accepted piece as a hunk of the text without it."""
    start = base.to_base(proposal.shown[0].start)
    at = len(Text(base.text.text[:start]).data)
    original = proposal.hunk.original
    return Hunk(proposal.gap.id, Span(at, at + len(original)), original, proposal.hunk.replacement)


def _taking_out(text: Text, proposal: Proposal) -> Iterator[Hunk]:
    """Yield the hunks of a buffer's text that put the author's bytes back in the place of a piece."""
    for start, end, new in core.refusal(proposal):
        first, last = (len(text.text[:at].encode()) for at in (start, end))
        words = text.text[start:end].encode()
        yield Hunk(proposal.gap.id, Span(first, last), words, new.encode())

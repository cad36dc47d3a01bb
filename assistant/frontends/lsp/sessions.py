"""The review sessions of open documents: the one engine, with the store that all of them share.

The engine's calls wait for the disk, so they run in a thread of their own, in the order of the calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from assistant.adapters import files
from assistant.adapters.settings import store_file
from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.app.moved_files import stored_path
from assistant.app.session import Session, open_session
from assistant.app.writer import Models
from assistant.core.review import decide, events, raw_words
from assistant.core.review.state import Phase
from assistant.core.text.draft import parse
from assistant.core.text.spans import overlap
from assistant.core.types import Verdict
from assistant.errors import InputError, StoreError
from assistant.frontends.lsp import buffer
from assistant.frontends.lsp.buffer import State
from assistant.frontends.lsp.documents import Document
from assistant.frontends.lsp.moved_words import is_whole

_T = TypeVar("_T")


class Sessions:
    """The sessions of an editor's documents, their store and their models."""

    def __init__(self, log: Callable[[str], None], say: Callable[[str], None]) -> None:
        """Take what writes a line where the editor keeps such lines, and what tells the author one."""
        self.models = Models(self._fetching)
        self._log = log
        self._say = say
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fetched = 0.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="review")
        self._store: Store | None = None
        self._failed = False

    async def run(self, call: Callable[[], _T]) -> _T:
        """Run a call of the engine behind those before it, and return what it returns."""
        self._loop = asyncio.get_running_loop()
        return await self._loop.run_in_executor(self._thread, call)

    async def current(self, document: Document) -> Session:
        """Return the session of a document, brought to its present text and settings.

        The first time, what an earlier session left undecided is taken up. Raises `InputError` and
        `SettingsError`.
        """
        text, session = document.text, document.session
        data = document.base.text.data
        if session is None:
            session = await self.run(lambda: self._open(document, data))
            if document.session is None:
                document.session = session
                if session.notice:
                    self._say(session.notice)
                session.subscribe(lambda event: self._soon(document.events.put_nowait, event))
                restored = buffer.restored(session.review, document.text)
                held = [one.extent for one in restored]
                moved = (p for p in document.placements if not any(overlap(p.extent, h) for h in held))
                document.placements = tuple(sorted((*restored, *moved), key=lambda p: p.ranges))
                document.strays = frozenset(p.key for p in document.raw)
                await self._note_written(document)
                if session.review.base != document.base.text.data:
                    return await self.current(document)
            session = document.session
        else:
            await self.run(lambda: _follow(document, session, data))
        return session if document.text == text else await self.current(document)

    async def catch_up(self, document: Document) -> None:
        """Take in what was decided on a document elsewhere: a text that was written there is its author's."""
        # Told at once: what is saved is noted before what is typed right after it comes in.
        if (session := document.session) is None or not session.others_stored():
            return
        if await self.run(session.take_stored):
            written = {
                piece.key: piece.text for piece in session.review.pieces if piece.phase is Phase.WRITTEN
            }
            before = document.placements
            document.placements = tuple(p for p in before if written.get(p.key) != p.text.encode())
            await self.current(document)
            if document.placements != before:
                document.refresh()

    async def take_up(self, document: Document, origin: Document | None = None) -> bool:
        """Bring back what was undecided when the file was closed; return whether there was anything.

        What is stored for `origin`, whose text the document has, holds for both from now on.
        """
        is_copy = origin is not None and await self.run(lambda: self._copy(origin, document))
        if document.session is not None or not document.is_file:
            return False
        held = origin.held(document.text.text) if origin else ()
        raw = tuple(one for one in held if one.state is State.RAW)  # no text of the review's
        if bool(raw) or await self.run(lambda: self._left(document)):
            document.placements = raw or document.placements
            await self.current(document)
            if is_copy:
                await self.saved(document)
            return True
        return False

    async def apply(self, document: Document, happened: Sequence[events.Event]) -> None:
        """Store events of a document and make them happen. Raises `StoreError`."""
        session = document.session
        if session is not None:
            await self.run(lambda: [session.apply(event) for event in happened])
            await self._note_written(document)

    async def _note_written(self, document: Document) -> None:
        """Count what is accepted, and in the file as it was saved, as written: no save need follow."""
        saved = document.session.review.saved if document.session else None
        is_accepted = any(placement.state is State.ACCEPTED for placement in document.placements)
        if is_accepted and saved and document.is_in(saved.data):
            await self.saved(document)

    async def saved(self, document: Document) -> None:
        """Note what the file holds as it is saved now: accepted pieces as written, the others as undecided.

        A later review continues with what is undecided, and must not put in again what is in the file.
        A piece that was accepted and then taken out, by an undo perhaps, is undecided again.
        """
        if document.session is None and document.placements and document.is_file:  # from another document
            await self.current(document)
        await self.catch_up(document)
        session, text, placements = document.session, document.text, document.placements
        taken = [placement for placement in placements if placement.state is State.ACCEPTED]
        document.placements = left = tuple(
            placement for placement in placements if placement.state is not State.ACCEPTED
        )
        if session is None or not document.is_file:
            return
        pieces = [s for s in session.review.shown if s.is_accepted and s.phase is Phase.READY]
        gone = {piece.key for piece in pieces if piece.key in document.offers} - {
            placement.key for placement in placements
        }
        written = {placement.key: buffer.taking_out(text, placement) for placement in taken}
        words = {placement.key: text.text[slice(*placement.extent)].encode() for placement in taken}
        changed = [
            piece for piece in pieces if piece.text.strip() != words.get(piece.key, piece.text).strip()
        ]
        # Without a question asked, a run of `expand --yes` takes out what is saved as undecided.
        kept = [p for p in left if not p.is_moved or is_whole(p, text.text)]
        names = (raw_words.key_of(p.gap, at) if p.state is State.RAW else p.key for at, p in enumerate(kept))
        undecided = {
            name: buffer.taking_out(text, placement) for name, placement in zip(names, kept, strict=True)
        }

        def keep() -> None:
            for key in gone:
                session.apply(events.Reopened(key))
            for piece in changed:
                session.apply(events.Decided(piece.key, Verdict.EDITED, words[piece.key]))
            if written or undecided or session.review.saved:
                session.saved(text.data, taken=written, undecided=undecided)

        await self.run(keep)  # in one call: the editor may end the server next

    def close(self) -> None:
        """Wait until everything is on disk, and end the models that were started."""
        self._thread.shutdown(wait=True)
        self.models.close()
        if self._store is not None:
            self._store.close()

    # ---- the thread's side ---------------------------------------------------------------------------

    def _open(self, document: Document, data: bytes) -> Session:
        draft = open_workspace(document, data)
        store = self._opened_store() if document.is_file else None
        return open_session(draft, store, claim=False)

    def _copy(self, origin: Document, document: Document) -> bool:
        """Store for a document what happened to another one, if it is on disk and nothing is stored yet."""
        store, session = self._opened_store(), origin.session
        with suppress(InputError):
            is_saved = document.is_in(files.read_draft(document.name))
            if store and session and is_saved and not store.last_at(document.name):
                store.copy(session.store.events(session.workspace.path), document.name)
                return True
        return False

    def _left(self, document: Document) -> bool:
        if not store_file().exists() or (store := self._opened_store()) is None:
            return False
        try:
            draft = parse(document.text.data, name=document.name)
        except InputError:
            return False
        review = decide.replay(store.events(stored_path(store, document.name, draft)))
        # What was rejected, or retried, may be in the file all the same, or come back by an undo.
        ready = (s for s in review.pieces if s.versions and s.phase is Phase.READY and not s.is_accepted)
        written = (v for s in review.pieces if s.phase is Phase.WRITTEN for v in s.versions)
        return review.saved is not None or any(ready) or not all(v.is_written for v in written)

    def _opened_store(self) -> Store | None:
        if self._store is None and not self._failed:
            try:
                self._store = open_store()
            except StoreError as error:
                self._failed = True
                self._soon(self._log, f"not kept on disk: {error}")
        return self._store

    def _fetching(self, done: int, whole: int) -> None:
        if whole and done / whole >= self._fetched:
            self._fetched += 0.1
            self._soon(self._log, f"fetching the model, once: {done / whole:.0%}")

    def _soon(self, call: Callable[[_T], None], value: _T) -> None:
        """Call something on the event loop, from any thread."""
        with suppress(RuntimeError):  # the event loop is closed: the editor has gone
            if self._loop is not None:
                self._loop.call_soon_threadsafe(call, value)


def open_workspace(document: Document, data: bytes) -> workspace.Workspace:
    """Open a document's text as a draft, with the editor's settings. Raises `InputError`, `SettingsError`."""
    own = document.settings
    return workspace.open_draft(
        document.name,
        data=data,
        base_url=own.base_url,
        model=own.model,
        jobs=own.jobs,
        max_tokens=own.max_tokens,
    )


def _follow(document: Document, session: Session, data: bytes) -> None:
    with session.lock:
        draft = open_workspace(document, data)
        if reading := session.workspace.reading:
            draft = workspace.located(replace(draft, reading=reading))
        session.workspace = draft
        session.follow(data)
        session.take_workspace(session.workspace)

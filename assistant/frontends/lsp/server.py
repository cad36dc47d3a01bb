"""The server of one editor: its documents, and the gaps in them."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from assistant import __version__
from assistant.errors import AssistantError
from assistant.frontends.lsp.capabilities import EditorSettings, editor_settings
from assistant.frontends.lsp.client import Client
from assistant.frontends.lsp.diagnostics import diagnostics
from assistant.frontends.lsp.documents import Document, Located
from assistant.frontends.lsp.locating import forget_settings, locate
from assistant.frontends.lsp.moved_words import MovedWords
from assistant.frontends.lsp.offered_texts import OfferedTexts
from assistant.frontends.lsp.positions import Text
from assistant.frontends.lsp.sessions import Sessions
from assistant.frontends.lsp.streaming import Requests

_SETTLE = 0.002
"""Seconds after an edit before gaps are located, so that edits that come together are handled once."""

_GOODBYE = 3.0
"""Seconds that the end of the server waits for decisions at most: some wait for an editor that has gone."""

_DECIDED = 1.0
"""Seconds that a saving waits for decisions at most: one that asks the author something takes long."""

_SLOW = 0.05
"""Seconds of locating from which on a pause grows with it, so that a huge draft can be typed in."""


class Protocol(LanguageServerProtocol):
    """The protocol with documents of our own: pygls' end lines at U+2028 and keep a second copy."""

    _server: AssistantServer

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take a document in."""
        self._server.open_document(params.text_document)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Follow the author's edits."""
        self._server.change_document(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Let a document go."""
        self._server.close_document(params.text_document.uri)


class AssistantServer(LanguageServer):
    """The server of one editor."""

    def __init__(self) -> None:
        super().__init__("assistant", __version__, protocol_cls=Protocol)
        self.documents: dict[str, Document] = {}
        self._closed: Document | None = None
        """The document that was closed last: to save it under another name may close it first."""
        self._offered = OfferedTexts()
        self.encoding = "utf-16"
        self.settings = EditorSettings()
        """Settings for documents that the client gives none for."""
        self.client = Client(self)
        self.sessions = Sessions(self.client.log, self.client.say)
        self.requests = Requests(self.client, self.sessions)
        self._locator = ThreadPoolExecutor(1, thread_name_prefix="locate")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._decisions: set[asyncio.Task[Any]] = set()
        """The tasks among them that store what the author decided."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._edited: dict[str, float] = {}
        """When each document that is being looked at was last edited; 0 where it was not since."""

    # ---- documents -----------------------------------------------------------------------------------

    def open_document(self, item: types.TextDocumentItem) -> None:
        """Take a document in, show its gaps, and bring back what was undecided when it was closed."""
        path = uris.to_fs_path(item.uri) if item.uri.startswith("file:") else None
        name = path or os.path.join(os.getcwd(), "untitled.md")
        document = Document(item.uri, name, item.version, Text.of(item.text), self.encoding)
        document.settings = self.settings
        document.refresh = lambda: self.refresh(document)
        document.moved, document.others = MovedWords(item.uri, self._offered), self.documents.values
        self.documents[item.uri] = document
        self.look_again(document)
        self.spawn(self.requests.follow(document))
        self.spawn(self._take_up(document))

    async def _take_up(self, document: Document) -> None:
        origin = self._origin(document)
        if self.client.capabilities.configuration:
            await self.configure(document)
        if await self.sessions.take_up(document, origin):
            document.refresh()

    def _origin(self, document: Document) -> Document | None:
        """Return the document whose text another one has, with what waits in it: it was saved as that one."""
        others = (*self.documents.values(), *((self._closed,) if self._closed else ()))
        same = (one for one in others if one.uri != document.uri and one.held(document.text.text))
        return next(same, None)

    def rename_document(self, uri: str) -> None:
        """Follow a document to the file that it was saved as: Neovim 0.7 and Emacs don't say they open it."""
        with suppress(OSError):
            data = Path(uris.to_fs_path(uri) or "").read_bytes()
            for one in list(self.documents.values()):
                if one.held(one.text.text) and one.is_in(data):
                    self.close_document(one.uri)
                    self.open_document(types.TextDocumentItem(uri, "markdown", one.version, one.text.text))
                    return

    def change_document(self, params: types.DidChangeTextDocumentParams) -> None:
        """Follow the author's edits, and clear away raw words that the client kept until now."""
        document = self.documents.get(params.text_document.uri)
        if document is not None:
            if document.change(params.content_changes, params.text_document.version):
                self.requests.hold_streams(document)
            if document.returned_keys:
                document.reopening += 1
                self.spawn(self._reopen(document), is_decision=True)
            self.look_again(document)
            if not document.lock.locked() and self.requests.needs_showing(document):
                self.spawn(self.requests.show(document))

    async def _reopen(self, document: Document) -> None:
        """Bring the review in line with texts that an undo brought back, behind the decisions before it."""
        try:
            async with document.lock:
                await self.sessions.apply(document, document.reopened())
        finally:
            document.reopening -= 1
        document.refresh()

    def close_document(self, uri: str) -> None:
        """Let a document go and stop its requests; what is undecided is in the store."""
        document = self.documents.pop(uri, None)
        if document is not None:
            self._closed = document
            document.moved.close(document.placements, document.text.text)
            document.close()
            self.requests.close(document)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def configure(self, document: Document) -> None:
        """Ask the editor for its settings for a document."""
        if values := await self.client.settings(document.uri):
            self.use_settings([document], values)

    def use_settings(self, documents: Sequence[Document], values: Any) -> None:
        """Take settings from the editor, and say which of them are ignored."""
        settings = editor_settings(values)
        for document in documents:
            for line in settings.ignored if settings != document.settings else ():
                self.client.say(line, warn=True)
            document.settings = settings

    # ---- gaps ----------------------------------------------------------------------------------------

    def look_again(self, document: Document) -> None:
        """Publish diagnostics soon; edits that come meanwhile are taken along."""
        if document.uri in self._edited:
            self._edited[document.uri] = time.monotonic()
        else:
            self._edited[document.uri] = 0.0
            self.spawn(self._publish(document))

    async def _publish(self, document: Document) -> None:
        cost, uri = 0.0, document.uri
        try:
            while True:
                await asyncio.sleep(_SETTLE if cost < _SLOW else min(cost * 2, 2.0))
                self._edited[uri] = 0.0
                await self.sessions.catch_up(document)
                begun = time.monotonic()
                located = await self.locate(document)
                cost = time.monotonic() - begun
                if self.documents.get(uri) is not document:
                    return
                if document.gaps_now is located:
                    shown = diagnostics(document)
                    params = types.PublishDiagnosticsParams(uri, shown, document.version)
                    self.text_document_publish_diagnostics(params)
                    if not self._edited[uri]:
                        return
        finally:
            self._edited.pop(uri, None)

    async def locate(self, document: Document) -> Located:
        """Return the gaps of the text as it is now; several who ask at once share one search."""
        loop = asyncio.get_running_loop()
        async with document.locating:
            located = document.gaps_now
            while located is None or not (document.closed or document.gaps_now is located):
                version, placements = document.version, document.placements
                located = await loop.run_in_executor(self._locator, locate, document, version, placements)
                document.located = located
            return located

    def refresh(self, document: Document) -> None:
        """Show diagnostics and lenses again."""
        self.look_again(document)
        if self.client.capabilities.lens_refresh:
            self.protocol.send_request(types.WORKSPACE_CODE_LENS_REFRESH)

    # ---- the event loop ------------------------------------------------------------------------------

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a bug in one line; the client hears of a failed request by its answer."""
        self.client.log(f"internal error: {error!r}")

    async def saved(self, document: Document) -> None:
        """Note what was saved, once the decisions that came before are made: they count for it."""
        if earlier := self._decisions - {asyncio.current_task()}:
            await asyncio.wait(earlier, timeout=_DECIDED)
        if document.session is None and self._origin(document):  # VS Code opens it empty, and fills it
            await self._take_up(document)
        await self.sessions.saved(document)
        forget_settings()  # what was accepted is remembered now
        document.located = None

    def finish_decisions(self) -> None:
        """Wait until the decisions that came so far are stored, in another thread than the event loop's."""

        async def finish() -> None:
            if self._decisions:
                await asyncio.wait(self._decisions, timeout=_GOODBYE)

        if self._loop is not None:
            with suppress(RuntimeError, TimeoutError, CancelledError):  # the event loop has ended already
                asyncio.run_coroutine_threadsafe(finish(), self._loop).result(_GOODBYE + 1)

    def spawn(self, work: Coroutine[Any, Any, Any], *, is_decision: bool = False) -> None:
        """Start work on the event loop, and say in one line when it failed.

        The server's end waits for decisions.
        """

        async def watched() -> None:
            try:
                await work
            except AssistantError as error:
                self.client.say(str(error), warn=True)
            except Exception as error:  # a bug is one line, and the server continues
                if os.environ.get("ASSISTANT_DEBUG"):
                    logging.getLogger(__name__).exception("failed")
                self.client.say(f"internal error: {error!r}", warn=True)

        self._loop = asyncio.get_running_loop()
        task = self._loop.create_task(watched())
        for tasks in (self._tasks, self._decisions) if is_decision else (self._tasks,):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

"""The server of one editor: its documents, the gaps in them, and what the client is asked and told."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from assistant import __version__
from assistant.core.review.buffer import Edit
from assistant.core.review.state import Slot
from assistant.core.text.display import one_line
from assistant.core.text.positions import Text
from assistant.errors import AssistantError
from assistant.frontends.lsp.capabilities import SECTION, Capabilities, EditorSettings, editor_settings
from assistant.frontends.lsp.diagnostics import diagnostics, span
from assistant.frontends.lsp.documents import Document, Located, Send
from assistant.frontends.lsp.locating import locate
from assistant.frontends.lsp.sessions import Sessions
from assistant.frontends.lsp.streaming import Request, Requests

_SETTLE = 0.002
"""Seconds after an edit before gaps are located, so that edits that come together are handled once."""

_SLOW = 0.05
"""Seconds of locating from which on a pause grows with it, so that a huge draft can be typed in."""

_ANSWERS_WITHIN = 30.0
"""Seconds in which a client says whether it made an edit."""

_REPORT_EVERY = 0.2
"""Seconds between two reports of progress."""


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
        self.capabilities = Capabilities()
        self.encoding = "utf-16"
        self.settings = EditorSettings()
        """Settings for documents that the client gives none for."""
        self.sessions = Sessions(self.log)
        self.requests = Requests(self)
        self._locator = ThreadPoolExecutor(1, thread_name_prefix="locate")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._edited: dict[str, float] = {}
        """When each document that is being looked at was last edited; 0 where it was not since."""
        self._locating: dict[str, tuple[Any, asyncio.Future[Located]]] = {}
        self._reported = 0.0

    # ---- documents -----------------------------------------------------------------------------------

    def open_document(self, item: types.TextDocumentItem) -> None:
        """Take a document in, show its gaps, and bring back what was undecided when it was closed."""
        path = uris.to_fs_path(item.uri) if item.uri.startswith("file:") else None
        name = path or os.path.join(os.getcwd(), "untitled.md")
        document = Document(item.uri, name, item.version, Text.of(item.text), self.encoding)
        document.settings = self.settings
        self.documents[item.uri] = document
        self.look_again(document)
        self.spawn(self._take_up(document))

    async def _take_up(self, document: Document) -> None:
        if self.capabilities.configuration:
            await self.configure(document)
        if await self.sessions.take_up(document):
            self.refresh(document)

    def change_document(self, params: types.DidChangeTextDocumentParams) -> None:
        """Follow the author's edits, and clear away raw words that the client kept until now."""
        document = self.documents.get(params.text_document.uri)
        if document is not None:
            document.change(params.content_changes, params.text_document.version)
            self.look_again(document)
            if not document.lock.locked() and self.requests.needs_showing(document):
                self.spawn(self.requests.show(document))

    def close_document(self, uri: str) -> None:
        """Let a document go and stop its requests; what is undecided is in the store."""
        document = self.documents.pop(uri, None)
        if document is not None:
            document.closed = True
            self.requests.close(document)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def configure(self, document: Document) -> None:
        """Ask the editor for its settings for a document."""
        item = types.ConfigurationItem(scope_uri=document.uri, section=SECTION)
        try:
            answer = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        except Exception:  # a client that fails to answer has no settings for us
            return
        if answer and answer[0]:
            self.use_settings([document], answer[0])

    def use_settings(self, documents: Sequence[Document], values: Any) -> None:
        """Take settings from the editor, and say which of them are ignored."""
        settings = editor_settings(values)
        for document in documents:
            if settings != document.settings:
                for line in settings.ignored:
                    self.say(line, warn=True)
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
        while True:
            if (known := document.gaps_now) is not None:
                return known
            key = (document.version, document.pieces)
            running = self._locating.get(document.uri)
            if running is None or running[0] != key or running[1].done():
                loop = asyncio.get_running_loop()
                running = (key, loop.run_in_executor(self._locator, locate, document, *key))
                self._locating[document.uri] = running
            located = document.located = await asyncio.shield(running[1])
            if document.closed or document.gaps_now is located:
                self._locating.pop(document.uri, None)
                return located

    def refresh(self, document: Document) -> None:
        """Show diagnostics and lenses again."""
        self.look_again(document)
        if self.capabilities.lens_refresh:
            self.protocol.send_request(types.WORKSPACE_CODE_LENS_REFRESH)

    # ---- telling the author ---------------------------------------------------------------------------

    def say(self, text: str, *, warn: bool = False) -> None:
        """Tell the author one line."""
        kind = types.MessageType.Warning if warn else types.MessageType.Info
        self.window_show_message(types.ShowMessageParams(kind, f"assistant: {one_line(text)}"))

    def log(self, text: str) -> None:
        """Write a line where the editor keeps such lines."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Info, one_line(text)))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a fault of ours in one line; the client hears of a failed request by its answer."""
        self.log(f"internal error: {error!r}")

    async def begin(self, request: Request) -> None:
        """Open a progress display with a way to cancel, where the client has one."""
        if not self.capabilities.progress:
            return
        try:
            await self.window_work_done_progress_create_async(
                types.WorkDoneProgressCreateParams(request.token)
            )
        except Exception:  # a client may refuse; then there is no display
            return
        request.began = True
        begin = types.WorkDoneProgressBegin(request.title, cancellable=True, message="starting the model")
        self.progress(types.ProgressParams(request.token, begin))

    def report(self, request: Request) -> None:
        """Show how far a request is, a few times a second."""
        now = time.monotonic()
        if request.began and now - self._reported > _REPORT_EVERY:
            self._reported = now
            report = types.WorkDoneProgressReport(message=f"{request.words} words", cancellable=True)
            self.progress(types.ProgressParams(request.token, report))

    def end(self, request: Request) -> None:
        """Close the progress display."""
        if request.began:
            message = "stopped" if request.stopped else f"{request.words} words"
            self.progress(types.ProgressParams(request.token, types.WorkDoneProgressEnd(message=message)))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Start work on the event loop, and say in one line when it failed."""

        async def watched() -> None:
            try:
                await work
            except AssistantError as error:
                self.say(str(error), warn=True)
            except Exception as error:  # a fault of ours is one line, and the server goes on
                if os.environ.get("ASSISTANT_DEBUG"):
                    logging.getLogger(__name__).exception("failed")
                self.say(f"internal error: {error!r}", warn=True)

        task = asyncio.get_running_loop().create_task(watched())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- edits ---------------------------------------------------------------------------------------

    def sender(self, *, join: bool = False, confirm: Slot | None = None) -> Send:
        """Return what asks the client to make edits to the version that they were made for.

        `join` adds them to the undo step before, where the client can; `confirm` has its user asked first.
        """

        async def send(document: Document, changes: Sequence[Edit], label: str) -> bool | None:
            if not self.capabilities.versioned_edits:
                self.say("this editor takes no versioned edits, so nothing is put into your text", warn=True)
                return False
            edit = _workspace_edit(document, changes, confirm if self.capabilities.annotations else None)
            method: str = types.WORKSPACE_APPLY_EDIT
            params: Any = types.ApplyWorkspaceEditParams(edit, label)
            if self.capabilities.joins_edits and confirm is None:
                method = "assistant/applyEdit"
                params = {"label": label, "edit": self.protocol._converter.unstructure(edit), "join": join}
            return await self._applied(method, params, None if confirm else _ANSWERS_WITHIN)

        return send

    async def _applied(self, method: str, params: Any, within: float | None) -> bool | None:
        """Return whether the client says that it made an edit; None where that is unclear."""
        name = uuid.uuid4().hex
        answer = self.protocol.send_request(method, params, msg_id=name)
        # Some clients answer with something else than the protocol says; as plain JSON it does no harm.
        self.protocol._result_types[name] = None
        try:
            made = await asyncio.wait_for(asyncio.wrap_future(answer), within)
        except Exception:  # the client refused it, or never answered
            return False
        said = made.get("applied") if isinstance(made, dict) else getattr(made, "applied", None)
        return said if isinstance(said, bool) else None


def _workspace_edit(document: Document, changes: Sequence[Edit], confirm: Slot | None) -> types.WorkspaceEdit:
    annotations = None
    if confirm is not None:
        warnings = confirm.hunk.warnings if confirm.hunk else ()
        about = "; ".join(one_line(w.message) for w in warnings)
        annotations = {
            "proposed": types.ChangeAnnotation(
                "Proposed text", needs_confirmation=True, description=about or None
            )
        }
    made: list[Any] = []
    for change in sorted(changes):
        place = span(document.text, (change.start, change.end), document.encoding)
        if annotations is None:
            made.append(types.TextEdit(place, change.new))
        else:
            made.append(types.AnnotatedTextEdit("proposed", place, change.new))
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    edit = types.TextDocumentEdit(identifier, made)
    return types.WorkspaceEdit(document_changes=[edit], change_annotations=annotations)

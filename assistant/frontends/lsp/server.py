"""What clients ask and tell, and where it goes."""

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
from assistant.core.review.buffer import Edit, Proposal
from assistant.core.text.display import one_line
from assistant.core.text.draft import parse
from assistant.core.text.positions import ENCODINGS, Text
from assistant.errors import AssistantError
from assistant.frontends.lsp import look
from assistant.frontends.lsp.buffers import Buffer, Found, Send
from assistant.frontends.lsp.clients import SECTION, Abilities, EditorSettings, abilities, editor_settings
from assistant.frontends.lsp.keep import Keeper
from assistant.frontends.lsp.work import Task, Writer

_SETTLE = 0.002
"""Seconds after an edit before the text is searched, so that edits that come together are searched once."""

_ANSWER = 30.0
"""Seconds in which a client says whether it made an edit."""

_SLOW = 0.05
"""Seconds of search from which on a pause grows with it, so that a huge draft can be typed in."""


class Protocol(LanguageServerProtocol):
    """The protocol with texts of our own: pygls' would end lines at U+2028 and keep a second copy."""

    _server: Assistant

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Effect: takes a document in."""
        self._server.opened(params.text_document)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Effect: follows the author's edits."""
        buffer = self._server.buffers.get(params.text_document.uri)
        if buffer is not None:
            buffer.change(params.content_changes, params.text_document.version)
            self._server.look_again(buffer)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Effect: lets a document go."""
        self._server.closed(params.text_document.uri)


class Assistant(LanguageServer):
    """The server of one editor."""

    def __init__(self) -> None:
        super().__init__("assistant", __version__, protocol_cls=Protocol)
        self.buffers: dict[str, Buffer] = {}
        self.abilities = Abilities()
        self.encoding = "utf-16"
        self.writer = Writer(self)
        self.fallback = EditorSettings()
        self.keeper = Keeper(self.log)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="locate")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._looking: dict[str, float] = {}
        self._locating: dict[str, tuple[Any, asyncio.Future[Found]]] = {}
        self._reported = 0.0

    # ---- documents -----------------------------------------------------------------------------------

    def opened(self, document: types.TextDocumentItem) -> None:
        """Effect: takes a document in and shows what is unwritten in it."""
        text = Text.of(document.text)
        path = uris.to_fs_path(document.uri) if document.uri.startswith("file:") else None
        name = path or os.path.join(os.getcwd(), "untitled.md")
        buffer = Buffer(document.uri, name, document.version, text, self.encoding)
        buffer.settings = self.fallback
        self.buffers[document.uri] = buffer
        self.look_again(buffer)
        if self.abilities.configuration:
            self.spawn(self._configure(buffer))

    def closed(self, uri: str) -> None:
        """Effect: lets a document go, its work stopped and what is undecided kept."""
        buffer = self.buffers.pop(uri, None)
        if buffer is not None:
            buffer.closed = True
            self.writer.stop(buffer=buffer)
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def _configure(self, buffer: Buffer) -> None:
        """Effect: asks the editor for its settings for a document."""
        item = types.ConfigurationItem(scope_uri=buffer.uri, section=SECTION)
        try:
            answer = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        except Exception:  # a client that fails to answer has no settings for us
            return
        if answer and answer[0]:
            self.use_settings([buffer], answer[0])

    def use_settings(self, buffers: Sequence[Buffer], values: Any) -> None:
        """Effect: takes settings from the editor, and says what of them is not taken."""
        settings = editor_settings(values)
        for buffer in buffers:
            if settings.refused and settings != buffer.settings:
                for line in settings.refused:
                    self.say(line, warn=True)
            buffer.settings = settings

    # ---- looking for gaps ----------------------------------------------------------------------------

    def look_again(self, buffer: Buffer) -> None:
        """Effect: publishes diagnostics soon; edits that come meanwhile are taken along."""
        if buffer.uri in self._looking:
            self._looking[buffer.uri] = time.monotonic()
        else:
            self._looking[buffer.uri] = 0.0
            self.spawn(self._look(buffer))

    async def _look(self, buffer: Buffer) -> None:
        cost = 0.0
        try:
            while True:
                await asyncio.sleep(_SETTLE if cost < _SLOW else min(cost * 2, 2.0))
                self._looking[buffer.uri] = 0.0
                begun = time.monotonic()
                found = await self.located(buffer)
                cost = time.monotonic() - begun
                if self.buffers.get(buffer.uri) is not buffer:
                    return
                if buffer.located is found:
                    self.text_document_publish_diagnostics(
                        types.PublishDiagnosticsParams(buffer.uri, look.diagnostics(buffer), buffer.version)
                    )
                if buffer.located is found and not self._looking[buffer.uri]:
                    return
        finally:
            self._looking.pop(buffer.uri, None)

    async def located(self, buffer: Buffer) -> Found:
        """Return what is unwritten in the text as it is now; several who ask at once share one search."""
        while True:
            if (known := buffer.located) is not None:
                return known
            key = (buffer.version, buffer.proposals)
            running = self._locating.get(buffer.uri)
            if running is None or running[0] != key or running[1].done():
                loop = asyncio.get_running_loop()
                running = (key, loop.run_in_executor(self._worker, locate, buffer, *key))
                self._locating[buffer.uri] = running
            found = await asyncio.shield(running[1])
            buffer.found = found
            if buffer.closed or buffer.located is found:
                self._locating.pop(buffer.uri, None)
                return found

    def refresh(self, buffer: Buffer) -> None:
        """Effect: shows diagnostics and lenses anew."""
        self.look_again(buffer)
        if self.abilities.lens_refresh:
            self.protocol.send_request(types.WORKSPACE_CODE_LENS_REFRESH)

    # ---- talking to the author -----------------------------------------------------------------------

    def say(self, text: str, *, warn: bool = False) -> None:
        """Effect: tells the author one line."""
        kind = types.MessageType.Warning if warn else types.MessageType.Info
        self.window_show_message(types.ShowMessageParams(kind, f"assistant: {one_line(text)}"))

    def log(self, text: str) -> None:
        """Effect: writes a line where the editor keeps such lines."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Info, one_line(text)))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Effect: tells a fault of ours in one line; the client hears of a failed request by its answer."""
        self.log(f"internal error: {error!r}")

    async def begin(self, task: Task) -> None:
        """Effect: opens a progress display with a way to cancel, where the client has one."""
        if not self.abilities.progress:
            return
        try:
            await self.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(task.token))
        except Exception:  # a client may refuse; then there is no display
            return
        task.began = True
        begin = types.WorkDoneProgressBegin(task.title, cancellable=True, message="starting the model")
        self.progress(types.ProgressParams(task.token, begin))

    def report(self, task: Task, text: str) -> None:
        """Effect: shows how far a task is, at most five times a second."""
        now = time.monotonic()
        if task.began and now - self._reported > 0.2:
            self._reported = now
            report = types.WorkDoneProgressReport(message=text, cancellable=True)
            self.progress(types.ProgressParams(task.token, report))

    def end(self, task: Task) -> None:
        """Effect: closes the progress display."""
        if task.began:
            end = types.WorkDoneProgressEnd(message="stopped" if task.stopped else f"{task.words} words")
            self.progress(types.ProgressParams(task.token, end))

    def sender(self, *, join: bool = False, confirm: Proposal | None = None) -> Send:
        """Return what asks the client to make edits to the version that they were made for.

        `join` adds them to the undo step before, where the client can; `confirm` has its user asked first.
        """

        async def send(buffer: Buffer, changes: Sequence[Edit], label: str) -> bool | None:
            if not self.abilities.edits:
                self.say(
                    "this editor takes no edits that name a version, so nothing is put into your text",
                    warn=True,
                )
                return False
            edit = _workspace_edit(buffer, changes, confirm if self.abilities.annotations else None)
            if self.abilities.joins and confirm is None:
                method: str = "assistant/applyEdit"
                params: Any = {
                    "label": label,
                    "edit": self.protocol._converter.unstructure(edit),
                    "join": join,
                }
            else:
                method, params = types.WORKSPACE_APPLY_EDIT, types.ApplyWorkspaceEditParams(edit, label)
            name = uuid.uuid4().hex
            answer = self.protocol.send_request(method, params, msg_id=name)
            # Some clients answer with something else than the protocol says; as plain JSON it does no harm.
            self.protocol._result_types[name] = None
            try:
                made = await asyncio.wait_for(asyncio.wrap_future(answer), None if confirm else _ANSWER)
            except Exception:  # the client refused it, or never answered
                return False
            said = made.get("applied") if isinstance(made, dict) else getattr(made, "applied", None)
            return said if isinstance(said, bool) else None

        return send

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Effect: starts work on the event loop, and says in one line when it failed."""

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


def locate(buffer: Buffer, version: int, proposals: tuple[Proposal, ...]) -> Found:
    """Return what is unwritten in a buffer's text without what is proposed; may run in any thread."""
    from assistant.core.gaps import find_gaps
    from assistant.core.review.buffer import base_of
    from assistant.frontends.lsp.words import words_for

    known, base = buffer.found, base_of(buffer.text, proposals)
    if known is not None and known.base.text.text == base.text.text:
        return Found(version, proposals, base, known.draft, known.gaps)  # only proposed text changed
    draft = parse(base.text.data.replace(b"\0", b" "))
    return Found(version, proposals, base, draft, find_gaps(draft, words=words_for(buffer.name)))


def _workspace_edit(buffer: Buffer, changes: Sequence[Edit], confirm: Proposal | None) -> types.WorkspaceEdit:
    annotation = None
    if confirm is not None:
        about = "; ".join(one_line(w.message) for w in confirm.hunk.warnings)
        annotation = types.ChangeAnnotation(
            "Proposed text", needs_confirmation=True, description=about or None
        )
    made: list[Any] = []
    for change in sorted(changes):
        place = look.span(buffer.text, change.start, change.end, buffer.encoding)
        if annotation is None:
            made.append(types.TextEdit(place, change.new))
        else:
            made.append(types.AnnotatedTextEdit("proposed", place, change.new))
    document = types.OptionalVersionedTextDocumentIdentifier(buffer.uri, buffer.version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(document, made)],
        change_annotations={"proposed": annotation} if annotation else None,
    )


def import_locator() -> None:
    """Effect: imports what the first document needs, once the client has its answer to the introduction."""
    import assistant.core.gaps
    import assistant.frontends.lsp.words  # noqa: F401


def introduce(server: Assistant, params: types.InitializeParams) -> None:
    """Effect: notes what the client can do, and in which units it counts."""
    server.abilities = abilities(params.capabilities)
    general = params.capabilities.general
    offered = [getattr(e, "value", e) for e in (general.position_encodings or [])] if general else []
    server.encoding = str(next((e for e in offered if e in ENCODINGS), "utf-16"))
    options = params.initialization_options
    if isinstance(options, dict):
        server.fallback = editor_settings(options.get(SECTION, options))

"""The client at the other end: what it is asked to show, to edit, and to ask the author."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from assistant.core.hunks.merge import Edit
from assistant.core.review.events import Streamed
from assistant.core.text.display import command, counted, one_line
from assistant.core.text.words import count_words
from assistant.core.types import Warning
from assistant.frontends.lsp.capabilities import SECTION, Capabilities
from assistant.frontends.lsp.documents import Document, Send
from assistant.frontends.progress import READING

_ANSWERS_WITHIN = 30.0
"""Seconds in which a client says whether it made an edit."""

_REPORT_EVERY = 0.2
"""Seconds between two reports of progress."""

_INSTRUCTIONS = ("Shorter", "Longer", "Plainer words", "More concrete", "With an example")
"""What an author can choose where the editor can't ask for a line of text."""


@dataclass(eq=False)
class Progress:
    """A display of progress with a way to cancel, where the client has one."""

    title: str
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_shown: bool = False
    is_stopped: bool = False
    """True when the author cancelled it."""
    texts: defaultdict[str, str] = field(default_factory=lambda: defaultdict(str))
    """The outcome of each piece."""
    report_time: float = 0.0

    @property
    def words(self) -> str:
        """How many words came."""
        return counted(sum(map(count_words, self.texts.values())), "word")


class Client:
    """The client of a server; what it can do is known after `initialize`."""

    def __init__(self, server: LanguageServer) -> None:
        self.capabilities = Capabilities()
        self._server = server

    def say(self, text: str, *, warn: bool = False) -> None:
        """Tell the author one line."""
        kind = types.MessageType.Warning if warn else types.MessageType.Info
        self._server.window_show_message(types.ShowMessageParams(kind, f"assistant: {one_line(text)}"))

    def log(self, text: str) -> None:
        """Write a line where the editor keeps such lines."""
        self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, one_line(text)))

    async def settings(self, uri: str) -> Any:
        """Return the editor's settings for a document; None where it has none, or does not answer."""
        item = types.ConfigurationItem(scope_uri=uri, section=SECTION)
        try:
            answer = await self._server.workspace_configuration_async(types.ConfigurationParams([item]))
        except Exception:  # a client that fails to answer has no settings for us
            return None
        return answer[0] if answer else None

    async def ask(self, question: str) -> str:
        """Return the author's answer: a line of text, or one of a few where the editor can't ask for that."""
        try:
            if self.capabilities.asks_for_text:
                answer: Any = await self._server.protocol.send_request_async(
                    "assistant/input", {"prompt": question}
                )
                value = answer.get("value") if isinstance(answer, dict) else getattr(answer, "value", None)
                return value.strip() if isinstance(value, str) else ""
            choices = [types.MessageActionItem(words) for words in _INSTRUCTIONS]
            choice = await self._server.window_show_message_request_async(
                types.ShowMessageRequestParams(types.MessageType.Info, question, choices)
            )
            return choice.title if choice else ""
        except Exception as error:  # a client that can't ask says so in its own way
            self.say(f"this editor can't ask you: {one_line(str(error))}", warn=True)
            return ""

    async def go_to(self, document: Document, at: int) -> None:
        """Put the cursor on a character, or say its line where the client can't."""
        place = document.range((at, at))
        if self.capabilities.show_document:
            params = types.ShowDocumentParams(document.uri, take_focus=True, selection=place)
            await self._server.window_show_document_async(params)
        else:
            self.say(f"the next text to review is at line {place.start.line + 1}")

    # ---- progress ------------------------------------------------------------------------------------

    async def begin(self, progress: Progress) -> None:
        """Open a progress display, where the client has one."""
        if not self.capabilities.progress:
            return
        try:
            await self._server.work_done_progress.create_async(progress.token)
        except Exception:  # a client may refuse; then there is no display
            return
        progress.is_shown = True
        begin = types.WorkDoneProgressBegin(progress.title, cancellable=True, message="starting the model")
        self._server.work_done_progress.begin(progress.token, begin)

    def report(self, progress: Progress, event: Streamed) -> None:
        """Show how many words came in all, or how much of the prompt is read, a few times a second."""
        progress.texts[event.key] += event.text
        if progress.is_shown and time.monotonic() - progress.report_time > _REPORT_EVERY:
            progress.report_time = time.monotonic()
            is_reading = event.read < 1 and not any(progress.texts.values())
            message = READING.format(event.read) if is_reading else progress.words
            report = types.WorkDoneProgressReport(message=message, cancellable=True)
            self._server.work_done_progress.report(progress.token, report)

    def end(self, progress: Progress) -> None:
        """Close the progress display."""
        if progress.is_shown:
            message = "stopped" if progress.is_stopped else progress.words
            self._server.work_done_progress.end(progress.token, types.WorkDoneProgressEnd(message=message))

    # ---- edits ---------------------------------------------------------------------------------------

    def takes_edits(self, document: Document) -> bool:
        """Tell whether texts can be put into the buffer; where they can't, say where they wait."""
        if not self.capabilities.versioned_edits:
            line = "this editor takes no versioned edits, so nothing is put into your text; to see the texts"
            self.say(f"{line}: {command('review', document.name)}", warn=True)
        return self.capabilities.versioned_edits

    def sender(self, *, confirm: Sequence[Warning] | None = None) -> Send:
        """Return what asks the client to make edits to the version that they were made for.

        With `confirm`, its user is asked first, and told these warnings.
        """

        async def send(document: Document, changes: Sequence[Edit], label: str, join: bool) -> bool | None:
            edit = _workspace_edit(document, changes, confirm if self.capabilities.annotations else None)
            method: str = types.WORKSPACE_APPLY_EDIT
            params: Any = types.ApplyWorkspaceEditParams(edit, label)
            if self.capabilities.joins_edits and confirm is None:
                method, plain = "assistant/applyEdit", self._server.protocol._converter.unstructure(edit)
                params = {"label": label, "edit": plain, "join": join}
            return await self._applied(method, params, None if confirm is not None else _ANSWERS_WITHIN)

        return send

    async def _applied(self, method: str, params: Any, within: float | None) -> bool | None:
        """Return whether the client says that it made an edit; None where that is unclear."""
        name = uuid.uuid4().hex
        protocol = self._server.protocol
        answer = protocol.send_request(method, params, msg_id=name)
        # Some clients answer with something else than the protocol says; as plain JSON it does no harm.
        protocol._result_types[name] = None
        try:
            made = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(answer)), within)
        except Exception:  # the client refused it, or never answered
            return False
        said = made.get("applied") if isinstance(made, dict) else getattr(made, "applied", None)
        return said if isinstance(said, bool) else None


def _workspace_edit(
    document: Document, changes: Sequence[Edit], confirm: Sequence[Warning] | None
) -> types.WorkspaceEdit:
    made: list[Any] = []
    for change in sorted(changes):
        place = document.range((change.start, change.end))
        if confirm is None:
            made.append(types.TextEdit(place, change.new))
        else:
            made.append(types.AnnotatedTextEdit("proposed", place, change.new))
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    edit = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, made)])
    if confirm is not None:
        about = "; ".join(one_line(warning.message) for warning in confirm) or None
        annotation = types.ChangeAnnotation("Proposed text", needs_confirmation=True, description=about)
        edit.change_annotations = {"proposed": annotation}
    return edit

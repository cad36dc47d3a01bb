"""A small text editor that speaks the protocol: it keeps its own text and takes edits as real ones do."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import difflib
import os
import re
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import ROOT
from forks import Fork
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from assistant.core.hunks.alignment import common_ends


def page(name: str) -> str:
    """Return a page of docs/editors."""
    return (ROOT / "docs/editors" / name).read_text("utf-8")


def pasted(name: str, language: str) -> str:
    """Return the settings that a page says to paste."""
    found = re.search(rf"```{language}\n(.*?)```", page(name), re.DOTALL)
    assert found
    return found[1]


def width(character: str, encoding: str) -> int:
    """Return how many units a character has, the plain way, so that the server's way is checked."""
    if encoding == "utf-32":
        return 1
    if encoding == "utf-16":
        return 2 if ord(character) > 0xFFFF else 1
    return len(character.encode())


def place_of(text: str, offset: int, encoding: str) -> types.Position:
    """Return the position of a character by walking from the beginning."""
    line = column = index = 0
    while index < offset:
        character = text[index]
        if character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 0
        elif character != "\r":
            column += width(character, encoding)
        index += 1
    return types.Position(line, column)


def offset_of(text: str, place: types.Position, encoding: str) -> int:
    """Return the character at a position by cutting the text into lines."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    at = sum(len(line) for line in lines[: place.line])
    column = 0
    for character in lines[place.line] if place.line < len(lines) else "":
        if column >= place.character or character in "\r\n":
            break
        column += width(character, encoding)
        at += 1
    return at


@dataclass(eq=False)
class Document:
    """One file open in the editor."""

    uri: str
    text: str
    version: int = 1
    past: list[str] = field(default_factory=list)
    """The texts that an undo goes back to, the latest last."""
    future: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Editor:
    """The client, its documents, and what it was asked."""

    client: LanguageClient
    encoding: str = "utf-16"
    documents: dict[str, Document] = field(default_factory=dict)
    edits: list[tuple[str, types.WorkspaceEdit]] = field(default_factory=list)
    """Every edit that was applied, with its label."""
    joins: list[bool] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """The text after each of these edits."""
    before_edit: Callable[[Document], None] | None = None
    """Called once before the next edit is taken, as an author who types at that moment."""
    takes_edits: bool = True
    """False for an editor that makes no edit, whatever it is asked."""
    letter_by_letter: bool = False
    """True for an editor that keeps every letter that old and new text share, as Emacs does."""
    confirms: bool = True
    choice: str = ""
    """What the author picks when asked."""

    def open(self, path: Path, text: str | None = None) -> Document:
        """Open a file, or a text that was not saved to it yet."""
        content = path.read_bytes().decode() if text is None else text
        document = Document(path.resolve().as_uri(), content)
        self.documents[document.uri] = document
        item = types.TextDocumentItem(document.uri, types.LanguageKind.Markdown, 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return document

    def replace(self, document: Document, start: int, end: int, new: str) -> None:
        """Type: replace characters, and tell the server."""
        place = types.Range(
            place_of(document.text, start, self.encoding), place_of(document.text, end, self.encoding)
        )
        document.past, document.future = [*document.past, document.text], []
        document.text = document.text[:start] + new + document.text[end:]
        document.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(document.version, document.uri),
                [types.TextDocumentContentChangePartial(range=place, text=new)],
            )
        )

    def undo(self, document: Document) -> None:
        """Take the last step back, as the editor's own undo does."""
        document.future.append(document.text)
        self._become(document, document.past.pop())

    def redo(self, document: Document) -> None:
        """Make the step again that was taken back last."""
        document.past.append(document.text)
        self._become(document, document.future.pop())

    def _become(self, document: Document, text: str) -> None:
        """Change a document to `text`, by one edit or letter by letter, and tell the server once."""
        old, at = document.text, 0
        head, tail = common_ends(old, text)
        edits = [(head, len(old) - tail, text[head : len(text) - tail])]
        if self.letter_by_letter:
            start, end, new = edits[0]
            matcher = difflib.SequenceMatcher(None, old[start:end], new, autojunk=False)
            found = matcher.get_opcodes()
            edits = [(start + a, start + b, new[c:d]) for sign, a, b, c, d in found if sign != "equal"]
        changes: list[types.TextDocumentContentChangeEvent] = []
        for start, end, new in ((a + at, b + at, new) for a, b, new in edits):
            first, last = (place_of(document.text, one, self.encoding) for one in (start, end))
            changes.append(types.TextDocumentContentChangePartial(types.Range(first, last), new))
            document.text = document.text[:start] + new + document.text[end:]
            at += len(new) - (end - start)
        document.version += 1
        name = types.VersionedTextDocumentIdentifier(document.version, document.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(name, changes))

    def apply(self, edit: types.WorkspaceEdit, label: str, join: bool = False) -> bool:
        """Take an edit, if it is for the version that is there."""
        assert edit.document_changes and not edit.changes
        for change in edit.document_changes:
            assert isinstance(change, types.TextDocumentEdit)
            document = self.documents[change.text_document.uri]
            if self.before_edit is not None:
                act, self.before_edit = self.before_edit, None
                act(document)
            assert change.text_document.version is not None
            if change.text_document.version != document.version or not self.takes_edits:
                return False
            if edit.change_annotations:
                assert all(a.needs_confirmation for a in edit.change_annotations.values())
                if not self.confirms:
                    return False
            spans = [
                (
                    offset_of(document.text, e.range.start, self.encoding),
                    offset_of(document.text, e.range.end, self.encoding),
                    e.new_text,
                )
                for e in change.edits
            ]
            past = [*document.past] if join else [*document.past, document.text]
            if self.letter_by_letter:
                text = document.text
                for start, end, new in sorted(spans, reverse=True):
                    text = text[:start] + new + text[end:]
                self._become(document, text)
            else:
                for start, end, new in sorted(spans, reverse=True):
                    self.replace(document, start, end, new)
            document.past, document.future = past, []
            self.texts.append(document.text)
        self.edits.append((label, edit))
        self.joins.append(join)
        return True

    async def diagnostics(self, document: Document) -> list[types.Diagnostic]:
        """Return the diagnostics for the text as it is now."""
        await self.until(lambda: self._fresh.get(document.uri) == document.version)
        return list(self.client.diagnostics[document.uri])

    @property
    def _fresh(self) -> dict[str, int]:
        versions: dict[str, int] = getattr(self.client, "diagnosed_versions", {})
        return versions

    async def lenses(self, document: Document) -> list[types.CodeLens]:
        """Return the code lenses of a document."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(document.uri))
        return list(await self.client.text_document_code_lens_async(params) or [])

    async def hover(self, document: Document, line: int) -> str:
        """Return what is shown where the author points at a line."""
        identifier = types.TextDocumentIdentifier(document.uri)
        params = types.HoverParams(identifier, types.Position(line, 0))
        shown = await self.client.text_document_hover_async(params)
        return shown.contents.value if shown and isinstance(shown.contents, types.MarkupContent) else ""

    async def actions(self, document: Document, line: int, selected: int = 0) -> list[types.CodeAction]:
        """Return the code actions at a line, with as many of its characters selected."""
        place = types.Range(types.Position(line, 0), types.Position(line, selected))
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(document.uri), place, types.CodeActionContext([])
        )
        found = await self.client.text_document_code_action_async(params) or []
        return [_action(one) for one in found]

    def save(self, document: Document, path: Path) -> None:
        """Write a document to its file, and tell the server."""
        path.write_bytes(document.text.encode())
        saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(document.uri))
        self.client.text_document_did_save(saved)

    async def run(self, document: Document, title: str, *, nth: int = 0, **arguments: str) -> None:
        """Click on a lens, by what it says, with further arguments of its command."""

        async def lens() -> types.Command | None:
            there = [c.command for c in await self.lenses(document) if c.command]
            named = [c for c in there if c.title == title] or [c for c in there if title in c.title]
            return named[nth] if len(named) > nth else None

        deadline = time.monotonic() + 60
        while (found := await lens()) is None:
            assert time.monotonic() < deadline, [
                c.command.title for c in await self.lenses(document) if c.command
            ]
            await asyncio.sleep(0.02)
        if arguments and found.arguments:
            found.arguments[0].update(arguments)
        await self.execute(found)

    async def execute(self, wanted: types.Command) -> None:
        """Run a command of the server's."""
        await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(wanted.command, wanted.arguments)
        )

    async def until(self, true: Callable[[], Any], *, within: float = 60.0) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + within
        while not true():
            assert time.monotonic() < deadline, [m.message for m in self.client.messages]
            await asyncio.sleep(0.01)

    async def proposed(self, document: Document, count: int) -> list[types.Diagnostic]:
        """Wait until so many pieces are proposed, and return their diagnostics."""
        deadline = time.monotonic() + 60
        while True:
            found = [d for d in await self.diagnostics(document) if d.code == "proposed"]
            if len(found) == count:
                return found
            assert time.monotonic() < deadline, (len(found), [m.message for m in self.client.messages])
            await asyncio.sleep(0.02)


def capabilities(encoding: str, *, joins: bool, annotations: bool, **more: Any) -> types.ClientCapabilities:
    """Return what the editor says that it can do."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=[types.PositionEncodingKind(encoding)] if encoding else None
        ),
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=True,
            configuration=True,
            workspace_folders=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=more.get("document_changes", True),
                change_annotation_support=types.ChangeAnnotationsSupportOptions() if annotations else None,
            ),
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        ),
        window=types.WindowClientCapabilities(
            work_done_progress=True, show_document=types.ShowDocumentClientCapabilities(True)
        ),
        experimental={"assistant": {"applyEdit": True, "input": True}} if joins else None,
    )


@asynccontextmanager
async def editing(
    folder: Path,
    *,
    encoding: str = "utf-16",
    joins: bool = False,
    annotations: bool = False,
    settings: dict[str, Any] | None = None,
    server: list[str] | None = None,
    **more: Any,
) -> AsyncIterator[Editor]:
    """Start `assistant lsp`, or the command that `server` names, with an editor that is introduced to it."""
    if server:
        client = await ClientServerConfig(server_command=server, server_env=dict(os.environ)).start()
        process = None
    else:
        client = make_test_lsp_client()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            await client.start_tcp(*listener.getsockname())
            with listener.accept()[0] as its_end:
                process = Fork(["lsp"], [its_end.fileno(), its_end.fileno(), 2])
    assert isinstance(client, LanguageClient)
    editor = Editor(client, encoding or "utf-16")
    if settings:
        client.set_configuration({"assistant": settings})
    versions: dict[str, int] = {}
    client.diagnosed_versions = versions  # type: ignore[attr-defined]

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def _apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        return types.ApplyWorkspaceEditResult(editor.apply(params.edit, params.label or ""))

    @client.feature("assistant/applyEdit")
    def _join(params: Any) -> dict[str, bool]:
        edit = client.protocol._converter.structure(_plain(params.edit), types.WorkspaceEdit)
        return {"applied": editor.apply(edit, params.label, params.join)}

    @client.feature("assistant/input")
    def _input(params: Any) -> dict[str, str]:
        return {"value": editor.choice}

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def _choose(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        return next((a for a in params.actions or [] if a.title == editor.choice), None)

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def _refresh(params: Any) -> None:
        return None

    client.protocol.fm._features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _publish(params: types.PublishDiagnosticsParams) -> None:
        client.diagnostics[params.uri] = params.diagnostics
        if params.version is not None:
            versions[params.uri] = params.version

    await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities(encoding, joins=joins, annotations=annotations, **more),
            workspace_folders=[types.WorkspaceFolder(folder.resolve().as_uri(), folder.name)],
        )
    )
    try:
        yield editor
        assert client.error is None
    finally:
        await client.shutdown_session()
        await client.stop()
        if process is not None:
            client.protocol.writer.close()  # pygls leaves it open
            with contextlib.suppress(ConnectionError):
                await client.protocol.writer.wait_closed()
            assert process.wait(60) == 0


def _action(one: types.CodeAction | types.Command) -> types.CodeAction:
    """Return an action; lsprotocol takes one with a command for a command, its dict for a name."""
    if isinstance(one, types.CodeAction):
        return one
    inner = ast.literal_eval(one.command)
    return types.CodeAction(
        one.title, command=types.Command(inner["title"], inner["command"], arguments=inner["arguments"])
    )


def _plain(value: Any) -> Any:
    """Return plain values for objects that the protocol made of unknown JSON."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value

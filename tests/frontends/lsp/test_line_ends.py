"""A file whose line ends are not those of the editor's buffer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import Document, Editor, editing
from lsprotocol import types

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.session import open_session
from assistant.core.review import events
from assistant.core.types import Verdict

DRAFT = b"""\
# Boats

I walk to the harbour each morning before work, and I like it.

## Rowing

## Sailing

I sail on Sundays when the wind is good, and I take my dog.

TODO: tell the storm

## End

We came home.
"""
TEXT = (
    "In spring we rowed around the island, and the tide was with us all the way back to the harbour wall."
    "\n\nIn autumn we rowed there once more, against the wind, and came home when the lamps were lit."
)


def _mixed(data: bytes) -> bytes:
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return b"\r\n".join(lines[:8]) + b"\r\n" + b"\n".join(lines[8:])


def _with(newline: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", newline)


Ends = tuple[Callable[[bytes], bytes], Callable[[bytes], bytes], Callable[[bytes], bytes]]
LINE_FEEDS, PAIRS = _with(b"\n"), _with(b"\r\n")
EDITORS: dict[str, Ends] = {
    "Emacs": (PAIRS, LINE_FEEDS, PAIRS),
    "VS Code, mixed": (_mixed, PAIRS, PAIRS),
    "converted": (PAIRS, PAIRS, LINE_FEEDS),
}
"""How the file is, how its editor has it, and how the file is once it was saved."""


@pytest.fixture(params=EDITORS)
def ends(request: pytest.FixtureRequest) -> Ends:
    return EDITORS[request.param]


@pytest.fixture
def draft(blog: Path, ends: Ends) -> Path:
    path = Path("drafts/boats.md")
    path.write_bytes(ends[0](DRAFT))
    return path


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    with fakes.serving() as fake:
        fake.answer = lambda request: fakes.PROSE if "storm" in str(request["messages"][-1]) else TEXT
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield fake


def _open(editor: Editor, draft: Path, ends: Ends) -> Document:
    return editor.open(draft, ends[1](draft.read_bytes()).decode())


def _save(editor: Editor, document: Document, draft: Path, ends: Ends) -> None:
    draft.write_bytes(ends[2](document.text.encode()))
    saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(document.uri))
    editor.client.text_document_did_save(saved)


async def test_a_text_that_was_saved_undecided_is_one_for_the_next_review(
    draft: Path, ends: Ends, model: fakes.FakeServer, run: Run
) -> None:
    async with editing(Path()) as editor:
        document = _open(editor, draft, ends)
        await editor.run(document, "Write this section")
        await editor.proposed(document, 1)
        _save(editor, document, draft, ends)
    assert b"rowed" in draft.read_bytes()
    assert b"1 still to decide" in run("status", draft).stdout
    assert b"rowed" not in run("locate", draft).stdout
    with (
        closing(open_store()) as store,
        closing(open_session(workspace.open_draft(str(draft)), store)) as session,
    ):
        (piece,) = [piece for piece in session.review.shown if piece.versions]
        assert piece.undecided and not piece.unplaced
        session.apply(events.Decided(piece.key, Verdict.REJECTED))
        session.write()
    assert draft.read_bytes() == ends[2](ends[1](DRAFT))
    assert len(model.requests) == 1


async def test_a_text_that_was_not_saved_waits_for_the_next_review(
    draft: Path, ends: Ends, model: fakes.FakeServer, run: Run
) -> None:
    async with editing(Path()) as editor:
        document = _open(editor, draft, ends)
        await editor.run(document, "Write this section")
        await editor.proposed(document, 1)
    assert b"1 still to decide" in run("status", draft).stdout
    run("review", "--plain", draft, stdin=b"a\nw\nq\n")
    text = LINE_FEEDS(draft.read_bytes())
    assert TEXT.encode() in text and text.replace(TEXT.encode() + b"\n\n", b"") == DRAFT
    before, _, after = draft.read_bytes().partition(b"In spring")
    assert ends[0](DRAFT).startswith(before) and ends[0](DRAFT).endswith(after.partition(b"was not.")[2])


async def test_what_was_accepted_is_told_of_and_undone(
    draft: Path, ends: Ends, model: fakes.FakeServer, run: Run
) -> None:
    async with editing(Path()) as editor:
        document = _open(editor, draft, ends)
        await editor.run(document, "Write this section")
        await editor.proposed(document, 1)
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
        _save(editor, document, draft, ends)
    assert b"  line 7, " in run("history", draft).stdout
    assert b"undid 1 of 1 piece" in run("undo", draft).stdout
    assert draft.read_bytes() == ends[2](ends[1](DRAFT))


async def test_a_text_from_the_terminal_waits_in_the_editor(
    draft: Path, ends: Ends, model: fakes.FakeServer, run: Run
) -> None:
    Path("boats").mkdir()
    draft = draft.rename("boats/boats.md")
    run("expand", "boats")
    async with editing(Path()) as editor:
        document = _open(editor, draft, ends)
        await editor.run(document, "Insert the text that waits")
        await editor.proposed(document, 1)
        assert ends[1](TEXT.encode()).decode() in document.text


async def test_a_text_that_one_editor_saved_undecided_is_accepted_in_another(
    draft: Path, ends: Ends, model: fakes.FakeServer, run: Run
) -> None:
    async with editing(Path()) as editor:
        document = editor.open(draft)
        await editor.run(document, "Write this section")
        await editor.proposed(document, 1)
        editor.save(document, draft)
    async with editing(Path()) as editor:
        document = _open(editor, draft, ends)
        await editor.proposed(document, 1)
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
    said = run("history", draft).stdout
    assert b"  line 7, " in said and b"unknown model" not in said

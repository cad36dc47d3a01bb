"""The editor's undo after a question was answered or a sentence dropped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import Document, Editor, editing

TEXT = (
    "We found the mill in [TK: which year?] by the smoke, and the miller was [TK: who?] at that time. "
    "Every evening the wheel was stopped, and the whole valley was quiet until the morning came."
)
DRAFT = (
    "# The mill\n\nWe walk up each autumn.\n\n## Finding it\n\nTODO: say how\n\n## Leaving\n\nWe go down.\n"
)


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        fake.answer = lambda request: TEXT
        yield fake


async def asked(editor: Editor, document: Document) -> list[str]:
    """Return what is asked at the words of the text, and what can be done about it."""
    marks = [d.message for d in await editor.diagnostics(document) if d.code == "question"]
    actions = [one.title for one in await editor.actions(document, 6)]
    return marks + [one for one in actions if one.startswith(("Answer", "Drop", "Ask", "Accept"))]


async def says(editor: Editor, document: Document, expected: list[str]) -> None:
    """Wait until the text says what is expected: what an undo means for the review follows it."""
    deadline = time.monotonic() + 10
    while (found := await asked(editor, document)) != expected:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


async def act(editor: Editor, document: Document, title: str, **arguments: str) -> None:
    """Do what a code action on the text offers."""
    before = document.text
    found = [one for one in await editor.actions(document, 6) if one.title.startswith(title)]
    assert found[0].command and found[0].command.arguments
    found[0].command.arguments[0].update(arguments)
    await editor.execute(found[0].command)
    await editor.until(lambda: document.text != before)
    await asyncio.sleep(0.3)  # what it means for the review is stored behind the edit


@pytest.mark.parametrize("orders", [("Answer", "Answer"), ("Answer", "Drop")])
async def test_an_undone_answer_leaves_the_question_as_it_was(
    tmp_path: Path, model: fakes.FakeServer, run: Run, orders: tuple[str, ...]
) -> None:
    """Its mark and its actions are back, and so they are in the file that is saved then."""
    path = tmp_path / "mill.md"
    path.write_text(DRAFT)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await editor.run(document, "Write what is missing here")
        await editor.proposed(document, 1)
        states = []
        for number, title in enumerate(orders):
            states.append((document.text, await asked(editor, document)))
            await act(editor, document, title, instruction=f"answer {number}")
        done = document.text, await asked(editor, document)
        for text, marks in states[::-1]:
            editor.undo(document)
            assert document.text == text
            await says(editor, document, marks)
        for _ in states:
            editor.redo(document)
        await says(editor, document, done[1])
        assert document.text == done[0]
        for _ in states:
            editor.undo(document)
        await says(editor, document, states[0][1])
        editor.save(document, path)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await editor.proposed(document, 1)
        await says(editor, document, states[0][1])
    assert b"1 still to decide" in run("status", path).stdout
    run("review", "--plain", path, stdin=b"a\nw\nq\n")
    assert path.read_text() == states[0][0]

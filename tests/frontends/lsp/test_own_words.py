"""Which words of a text are its author's, where it is retried, undone, moved, or split and saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import Document, Editor, editing
from lsprotocol import types

TEXT = (
    "The boats came back before the fog did, and nobody on the quay had counted them. We tied the lines "
    "twice and went home wet before anybody had asked us where we had been."
)
OTHER = "A loose cleat is easy to miss from the pier, and nobody complains about it before the first storm has taken a boat away."
EMPTY = """# Harbour notes

We went down to the harbour on Monday and counted the boats. There were nine of them, and one was ours.

## What broke

## What we learned

The rope was too short, and we had known it since spring. Nobody had said so.
"""
NOTE = "TODO: say what broke in the storm"
MARKER = EMPTY.replace("broke\n\n", f"broke\n\n{NOTE}\n\nHer dog walked in front of everybody.\n\n")
HALF = EMPTY.replace("broke\n\n", "broke\n\nIt was late. We crossed the bridge slowly because the\n\n")


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)

        def answer(request: object) -> str:
            text = TEXT if len(fake.requests) == 1 else OTHER
            return text[0].lower() + text[1:] if "from its last word" in str(request) else text

        fake.answer = answer
        yield fake


async def command(editor: Editor, document: Document, name: str, words: str) -> None:
    """Run a command at the line that has some words."""
    line = document.text[: document.text.index(words)].count("\n")
    arguments = [{"uri": document.uri, "line": line}]
    await editor.execute(types.Command("", f"assistant.{name}", arguments=arguments))


def type_over(editor: Editor, document: Document, old: str, new: str) -> None:
    """Replace words in an editor."""
    at = document.text.index(old)
    editor.replace(document, at, at + len(old), new)


async def written(editor: Editor, path: Path, draft: str, words: str) -> Document:
    """Have the gap at some words of a new draft written, and return the draft as the editor has it."""
    path.write_text(draft)
    document = editor.open(path)
    await command(editor, document, "write", words)
    await editor.proposed(document, 1)
    return document


def said(editor: Editor) -> list[str]:
    """Return what the editor's user was told."""
    return [message.message for message in editor.client.messages]


async def test_a_word_that_the_author_changed_in_half_a_sentence_stays_changed(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    """Rejected in the editor, in the terminal, or undone once it was accepted."""
    left = HALF.replace("slowly", "quickly")
    async with editing(tmp_path) as editor:
        for name in ("editor", "terminal", "undone"):
            path = tmp_path / f"{name}.md"
            document = await written(editor, path, HALF, "We crossed")
            type_over(editor, document, "slowly", "quickly")
            if name == "undone":
                await command(editor, document, "accept", "quickly")
                await editor.proposed(document, 0)
            if name == "editor":
                await command(editor, document, "reject", "quickly")
                await editor.proposed(document, 0)
                assert document.text == left
            editor.save(document, path)
    run("review", "--plain", tmp_path / "terminal.md", stdin=b"r\nw\nq\n")
    assert (tmp_path / "terminal.md").read_text() == left
    print(run("undo", tmp_path / "undone.md").stdout, run("status", tmp_path / "undone.md").stdout)
    assert (tmp_path / "undone.md").read_text() == left


@pytest.mark.parametrize(
    ("draft", "words", "old", "new"),
    [
        (EMPTY, "## What broke", "quay", "pier"),
        (EMPTY, "## What broke", "We tied", "I was cold. We tied"),
        (MARKER, NOTE, "quay", "pier"),
        (MARKER, NOTE, "We tied", "I was cold. We tied"),
        (HALF, "We crossed", "slowly", "quickly"),
        (HALF, "We crossed", "quay", "pier"),
    ],
)
async def test_a_text_with_words_of_the_authors_is_retried_or_it_is_said_why_not(
    tmp_path: Path, model: fakes.FakeServer, draft: str, words: str, old: str, new: str
) -> None:
    async with editing(tmp_path) as editor:
        document = await written(editor, tmp_path / "d.md", draft, words)
        type_over(editor, document, old, new)
        before = document.text
        await command(editor, document, "retry", new)
        import asyncio

        await asyncio.sleep(3)
        print(document.text == before, said(editor))
        print(document.text)
        print([d.message for d in await editor.diagnostics(document)])
        assert 0


async def test_a_paragraph_that_the_author_typed_above_or_inside_a_text_stays_where_it_is_undone(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    own = "I was there too, and I saw it all."
    async with editing(tmp_path) as editor:
        for name, old, new in (
            ("above", "The boats", f"{own}\nThe boats"),
            ("inside", "We tied", f"{own} We tied"),
        ):
            path = tmp_path / f"{name}.md"
            document = await written(editor, path, EMPTY, "## What broke")
            type_over(editor, document, old, new)
            await command(editor, document, "accept", own)
            await editor.proposed(document, 0)
            editor.save(document, path)
    for name in ("above", "inside"):
        path = tmp_path / f"{name}.md"
        print(path.read_text(), run("undo", path).stdout, run("status", path).stdout, path.read_text())
    assert 0

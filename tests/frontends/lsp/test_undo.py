"""The editor's own undo and redo among the commands: what is taken away is what the buffer holds then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import Document, Editor, editing
from lsprotocol import types

from assistant.adapters.store import open_store
from assistant.core.review import decide
from assistant.core.review.state import Phase

TEXTS = (
    "the kettle is the first thing that anybody looks for when the door is open in the morning, and by "
    "the time the water boils there is a list on the board of what was left from the day before.",
    "nobody has looked at the hinges since the day that the other door came down in the storm, because "
    "each of us believed that one of the others had done it while we were away for the weekend.",
    "a plank across two crates is all the bench that anyone who works there has ever asked for, so "
    "it never made sense to spend money on a real one that would have had to go up those stairs.",
)
DRAFT = """# The workshop

We rented the workshop in April, and the first thing we did was that we swept the floor.

## Tools

## Heat

- stove, old
- wood from the yard

## Neighbours

The neighbours wave in the morning, and
"""
ORDERS = (
    "write retry undo redo reject",
    "write retry retry undo undo reject",
    "write retry type undo undo reject",
    "write reject undo reject",
    "write retry reject undo undo reject",
    "write accept undo redo undo",
    "write retry accept undo reject",
    "write reject undo accept undo",
)


def answer(request: str) -> str:
    """Return a text for the place that a request is about, another one than was rejected."""
    text = next(one for one in TEXTS if one[1:] not in request)
    return text if "from its last word" in request else text.capitalize()


def held(text: str) -> bool:
    """Tell whether the whole of one of the model's texts is in a buffer."""
    return any(one[1:] in text for one in TEXTS)


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        fake.answer = lambda request: answer(fakes.contents(request)[-1])
        yield fake


@pytest.mark.slow  # each case drives an editor through many states
@pytest.mark.parametrize(
    ("place", "letters", "joins"),
    [("## Tools", False, True), ("- stove", True, False), ("The neighbours", True, False)],
    ids=["empty section, streams", "notes, letter by letter", "half a sentence, letter by letter"],
)
async def test_after_an_undo_a_decision_is_on_what_the_buffer_holds(
    tmp_path: Path, model: fakes.FakeServer, place: str, letters: bool, joins: bool
) -> None:
    """In whatever order: a rejection gives back the author's text, an acceptance changes none."""
    async with editing(tmp_path, joins=joins) as editor:
        editor.letter_by_letter = letters
        for number, order in enumerate(ORDERS):
            path = tmp_path / f"{number}.md"
            path.write_text(DRAFT)
            document = editor.open(path)
            for step in order.split():
                before = document.text
                if step == "type":
                    at = before.index("swept")
                    editor.replace(document, at, at, "x")
                elif step in ("undo", "redo"):
                    getattr(editor, step)(document)
                else:
                    await command(editor, document, step, place)
                left = DRAFT.replace("swept", "x" * document.text.count("x") + "swept")
                stands = held(document.text)
                if step in ("write", "retry"):
                    assert stands and document.text != before, (order, step)
                if step == "accept":
                    assert document.text == before
                if step == "reject":
                    assert document.text == left, order
                if "accept" not in order:
                    await editor.proposed(document, int(stands))
            assert document.text == left, order


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ("write reject undo redo", b"no text waits"),
        ("write retry reject undo redo undo redo", b"no text waits"),
        ("write reject undo", b"1 still to decide"),
        ("write reject write undo", b"1 still to decide"),
    ],
)
async def test_a_redo_rejects_a_text_again(
    tmp_path: Path, model: fakes.FakeServer, run: Run, steps: str, left: bytes
) -> None:
    """A run that accepts all writes nothing then; a text that nobody rejected waits."""
    path = tmp_path / "draft.md"
    path.write_text(DRAFT)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        for step in steps.split():
            if step in ("undo", "redo"):
                getattr(editor, step)(document)
                await editor.proposed(document, int(held(document.text)))
            else:
                await command(editor, document, step, "## Tools")
        await asyncio.sleep(0.3)  # what it means for the review is stored behind the edit
        editor.save(document, path)
    before = path.read_text()
    assert left in run("status", path).stdout
    if left == b"no text waits":
        assert before == DRAFT
        assert b"nothing written" in run("expand", "--yes", "--line", "5", path).stderr
        assert path.read_text() == before


@pytest.mark.parametrize("word", ["# The", "kettle"], ids=["beside the text", "in the text"])
async def test_a_letter_taken_back_after_an_acceptance_leaves_the_text_accepted(
    tmp_path: Path, model: fakes.FakeServer, word: str
) -> None:
    """The buffer holds a text again that it held before the decision."""
    path = tmp_path / "draft.md"
    path.write_text(DRAFT)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await command(editor, document, "write", "## Tools")
        before, at = document.text, document.text.index(word)
        editor.replace(document, at, at, "x")
        await command(editor, document, "accept", "Tools")
        await editor.proposed(document, 0)
        editor.replace(document, at, at + 1, "")
        await editor.proposed(document, 0)
        assert document.text == before
        editor.save(document, path)
    with closing(open_store()) as store:
        review = decide.replay(store.events(path))
        assert [piece.phase for piece in review.pieces] == [Phase.WRITTEN] and review.saved is None
        assert review.pieces[0].text.decode().strip() in before


@pytest.mark.parametrize("name", ["accept", "reject"])
async def test_a_line_with_no_text_decides_on_none_and_the_author_is_told_where_one_is(
    tmp_path: Path, model: fakes.FakeServer, name: str
) -> None:
    """Not even where it is the only one: an author who presses the key at a gap does not mean it."""
    path = tmp_path / "draft.md"
    path.write_text(DRAFT)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await command(editor, document, "write", "## Tools")
        before, line = document.text, document.text[: document.text.index("## Neigh")].count("\n")
        arguments = [{"uri": document.uri, "line": line}]
        await editor.execute(types.Command("", f"assistant.{name}", arguments=arguments))
        await editor.until(lambda: any("at line" in m.message for m in editor.client.messages))
        assert editor.client.messages[-1].message == "assistant: no text at this line; the next is at line 7"
        await editor.proposed(document, 1)
        assert document.text == before


async def command(editor: Editor, document: Document, name: str, words: str) -> None:
    """Run a command at a line, and wait for the outcome."""
    before = document.text
    line = before[: before.index(words) if words in before else before.index("## Heat")].count("\n")
    arguments = [{"uri": document.uri, "line": line}]
    await editor.execute(types.Command("", f"assistant.{name}", arguments=arguments))
    if name in ("write", "retry"):
        await editor.until(lambda: held(document.text) and document.text != before)
        await editor.proposed(document, 1)
    elif held(before):
        await editor.proposed(document, 0)


async def test_words_that_two_gaps_got_are_the_text_of_the_one_in_whose_place_they_stand(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """Each gives its own line back, whether it was written last, or an editor brings it back by itself."""
    model.answer = lambda request: TEXTS[0].capitalize()
    path = tmp_path / "draft.md"
    before = (
        "# The workshop\n\nWe swept the floor.\n\n## Tools\n\nTODO: the kettle\n\n## Heat\n\nTODO: a stove\n"
    )
    path.write_text(before)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        with_text = []
        for line in ("TODO: the kettle", "TODO: a stove"):
            await command(editor, document, "write", line)
            with_text.append(document.text)
            await command(editor, document, "reject", TEXTS[0][1:])
            assert document.text == before
    async with editing(tmp_path) as editor:  # it knows of no earlier state of the buffer
        document = editor.open(path)
        await asyncio.sleep(0.5)  # the review is taken up behind the diagnostics
        for text in with_text:
            editor.replace(document, 0, len(before), text)
            await editor.proposed(document, 1)
            await command(editor, document, "reject", TEXTS[0][1:])
            assert document.text == before


async def test_another_wording_that_an_undo_took_out_can_be_put_back_in_its_place(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """Its paragraph has the action and the lens, in the next editor as well."""
    path, title = tmp_path / "draft.md", "Insert the text that waits"
    path.write_text(DRAFT)
    line = DRAFT[: DRAFT.index("We rented")].count("\n")
    model.answer = lambda request: "We rented the workshop in April, and we began by sweeping its floor."
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        (revise,) = [a for a in await editor.actions(document, line, 3) if a.title == "Revise…"]
        assert revise.command and revise.command.arguments
        revise.command.arguments[0]["instruction"] = "plainer"
        await editor.execute(revise.command)
        await editor.proposed(document, 1)
        revised = document.text
        editor.undo(document)
        await editor.proposed(document, 0)
        assert document.text == DRAFT
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await asyncio.sleep(0.5)  # the review is taken up behind the diagnostics
        lenses = [one for one in await editor.lenses(document) if one.command and one.command.title == title]
        assert [one.range.start.line for one in lenses] == [line]
        (action,) = [one for one in await editor.actions(document, line) if one.title == title]
        assert not [one for one in await editor.actions(document, line + 2) if one.title == title]
        assert action.command
        await editor.execute(action.command)
        await editor.proposed(document, 1)
        assert document.text == revised


@pytest.mark.slow  # opens each draft several times
@pytest.mark.parametrize("steps", ["undo", "undo redo", "undo redo undo", "reopen", "reopen back"])
async def test_a_text_that_was_retried_is_decided_on_when_it_stands_in_a_saved_draft_again(
    tmp_path: Path, model: fakes.FakeServer, run: Run, steps: str
) -> None:
    """The other wording was accepted and saved, and not this one; back in its place, that one is accepted."""
    path = tmp_path / "draft.md"
    path.write_text(DRAFT)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await command(editor, document, "write", "## Tools")
        first = document.text
        await command(editor, document, "retry", "## Tools")
        second = document.text
        await command(editor, document, "accept", "## Tools")
        editor.save(document, path)
        await editor.until(lambda: b"1 written" in run("history", path).stdout)
        if "reopen" not in steps:
            for step in steps.split():
                getattr(editor, step)(document)
                await editor.proposed(document, int(step == "undo"))
                await asyncio.sleep(0.3)  # what it means for the review is stored behind the edit
            stands = document.text
            editor.save(document, path)
    if "reopen" in steps:
        async with editing(tmp_path) as editor:  # it knows of no earlier state of the buffer
            document = editor.open(path)
            await asyncio.sleep(0.5)  # the review is taken up behind the diagnostics
            editor.replace(document, 0, len(second), first)
            await editor.proposed(document, 1)
            await asyncio.sleep(0.3)
            if steps == "reopen back":
                editor.replace(document, 0, len(first), second)
                await editor.proposed(document, 0)
                await asyncio.sleep(0.3)
            stands = document.text
            editor.save(document, path)
    is_first = steps in ("undo", "undo redo undo", "reopen")
    assert stands == (first if is_first else second)
    said = run("status", path).stdout
    assert (b"1 still to decide" if is_first else b"no text waits") in said, said
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await asyncio.sleep(0.5)
        await editor.proposed(document, int(is_first))
        if is_first:
            await command(editor, document, "reject", "## Tools")
            assert document.text == DRAFT

"""What stays in a buffer is the cleaned and checked text with its warnings, never the model's raw stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import Document, Editor, editing
from lsprotocol import types

FIRST = "I kept a list of everything I did in a week, and then I asked who would learn something from each."
RAW = (
    f"{FIRST} <script>steal()</script> The dull things went first, as [this study](https://evil.example/x) "
    "of 83% of managers says. The hard ones took longer, and I stayed close while they moved. And then the"
)
"""HTML, a link and a figure from nowhere, and a sentence that the token limit cuts off."""
SLOW = 1.0
"""Seconds between two words of a text that is still under way when its author does something."""


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model that answers with all that cleaning is for, and have the environment name it."""
    with fakes.serving(finish="length") as fake:
        fake.answer = lambda request: RAW
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        yield fake


def over(editor: Editor) -> bool:
    """Tell whether all progress has ended."""
    reports = editor.client.progress_reports.values()
    return bool(reports) and all(r and r[-1].kind == "end" for r in reports)


async def offered(editor: Editor, document: Document) -> list[types.Diagnostic]:
    """Wait until the model is done, and return what is said of the text."""
    await editor.until(lambda: over(editor))
    await editor.proposed(document, 1)
    return await editor.diagnostics(document)


def check(document: Document, said: list[types.Diagnostic]) -> None:
    """See that the text is clean, whole and warned of."""
    for raw in ("script", "steal", "evil.example", "And then the"):
        assert raw not in document.text
    assert f"hand over\n\n{FIRST} " in document.text
    assert document.text.count(FIRST) == 1 and "close while they moved.\n\n## What" in document.text
    lines = document.text.split("\n")
    marked = [lines[d.range.start.line][d.range.start.character : d.range.end.character] for d in said]
    assert any("83%" in words for words in marked), marked
    assert any(d.code not in ("proposed", "empty-section", "instruction") for d in said)


@pytest.mark.parametrize("joins", [False, True])
@pytest.mark.parametrize("delay", [0.0, 0.01])
async def test_the_checked_text_stays_in_the_buffer(
    sample: Path, model: fakes.FakeServer, joins: bool, delay: float
) -> None:
    """Whether the client shows the stream or not, and however fast it comes."""
    model.delay = delay
    async with editing(Path(), joins=joins) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        check(document, await offered(editor, document))


@pytest.mark.parametrize("where", ["elsewhere", "inside", "all the time"])
async def test_the_checked_text_stays_when_the_author_types_meanwhile(
    sample: Path, model: fakes.FakeServer, where: str
) -> None:
    """The author's words stay as well, wherever they were typed."""
    model.delay = 0.03
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "list of everything" in document.text)
        typed = 1
        if where == "inside":
            at = document.text.index("list of everything")
            editor.replace(document, at, at, "MINE ")
        elif where == "elsewhere":
            editor.replace(document, 0, 0, "MINE ")
        else:
            typed = 0

            def type_on(document: Document) -> None:
                nonlocal typed
                if typed < 40:
                    typed += 1
                    editor.replace(document, 0, 0, "MINE ")
                    editor.before_edit = type_on if typed % 3 else None

            editor.before_edit = type_on
            await editor.until(lambda: typed)
        model.delay = 0.0
        said = await offered(editor, document)
        assert document.text.count("MINE ") == typed
        document.text = document.text.replace("MINE ", "")
        check(document, said)


CHANGES = {
    "a word is typed in": ("list of everything", "list MINE of everything"),
    "words are cut": ("of everything I did ", ""),
    "a word replaces another": ("everything", "MINE"),
    "the paragraphs are joined": ("from each.\n\nThe dull", "from each. The dull"),
    "a line ends elsewhere": ("in a week, and", "in a week,\nand"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_the_author_changes_in_a_text_while_it_comes_stays_changed(
    sample: Path, model: fakes.FakeServer, change: str
) -> None:
    """The rest of the text goes behind what had come; a rejection leaves the author's words alone."""
    old, new = CHANGES[change]
    model.answer = lambda request: RAW.replace(" <script>steal()</script> The", "\n\nThe")
    model.delay, before = 0.03, sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "dull things went" in document.text)
        model.delay = SLOW
        at = document.text.index(old)
        editor.replace(document, at, at + len(old), new)
        model.delay = 0.0
        await offered(editor, document)
        words = new.split()
        assert document.text.count(new or "list in a week") == 1 and not (new and old in document.text)
        assert "went first, as this study of 83%" in document.text and "And then the" not in document.text
        await editor.run(document, "Reject")
        await editor.proposed(document, 0)
        own = "\nMINE\n" * ("MINE" in words)
        heading = "## Choosing what to hand over\n"
        assert document.text == before.replace(heading, heading + own)


async def test_points_that_stream_end_as_checked_text(sample: Path, model: fakes.FakeServer) -> None:
    """An instruction's points come one by one and are offered together; none keeps its stream."""
    model.delay = 0.01
    model.answer = lambda request: (
        f"Number {len(model.requests)} is one of those. <script>steal()</script> I wait for it, and then"
    )
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Expand 3 points")
        await editor.until(lambda: over(editor))
        await editor.proposed(document, 3)
        assert "steal" not in document.text and "and then\n" not in document.text
        assert document.text.count("is one of those.") == 3


@pytest.mark.parametrize("stop", [False, True])
async def test_raw_text_that_the_editor_keeps_is_marked_until_it_can_be_replaced(
    sample: Path, model: fakes.FakeServer, stop: bool
) -> None:
    """An editor that takes no edit at the end is asked again when its author types."""
    model.delay = 0.03
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "<script>" in document.text)
        editor.takes_edits, model.delay = False, SLOW
        if stop:
            await editor.run(document, "Stop")
        model.delay = 0.2 if stop else 0.0  # the command is answered before it has stopped anything
        await editor.until(lambda: over(editor))
        assert "<script>" in document.text
        codes = [d.code for d in await editor.diagnostics(document)]
        assert codes.count("unchecked") == 1 and "proposed" not in codes
        titles = [c.command.title for c in await editor.lenses(document) if c.command]
        assert "Remove the raw text" in titles and ("Insert the text that waits" in titles) is not stop
        editor.takes_edits = True
        editor.replace(document, 0, 0, " ")
        await editor.until(lambda: "<script>" not in document.text)
        if stop:
            assert document.text == " " + before
        else:
            check(document, await offered(editor, document))


async def test_a_gap_that_is_being_written_is_not_asked_for_again(
    sample: Path, model: fakes.FakeServer
) -> None:
    """Its author is told why nothing happens, as nothing of a slow model is on screen."""
    model.delay = SLOW
    async with editing(Path()) as editor:
        document = editor.open(sample)
        line = next(
            d for d in await editor.diagnostics(document) if d.code == "empty-section"
        ).range.start.line
        write = types.Command("", "assistant.write", arguments=[{"uri": document.uri, "line": line}])
        await editor.execute(write)
        await editor.until(lambda: model.requests)
        await editor.execute(write)
        await editor.until(lambda: any("being written" in m.message for m in editor.client.messages))
        await editor.execute(types.Command("", "assistant.stop", arguments=[{"uri": document.uri}]))
        await editor.until(lambda: over(editor))
        assert len(model.requests) == 1


async def test_a_stream_that_an_undo_brings_back_is_marked(sample: Path, model: fakes.FakeServer) -> None:
    """Where an editor makes several steps of undo of it, the raw words are not taken for the author's."""
    model.delay = 0.03
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "<script>" in document.text)
        model.delay = 0.0
        await offered(editor, document)
        checked = document.text
        start = checked.index(FIRST) + len(FIRST)
        end = checked.index("\n\n## What to do")
        shown = next(s for s in editor.texts if "steal()</script>" in s)
        raw = shown[start : shown.index("\n\n## What to do")]
        editor.replace(document, start, end, raw)
        said = await editor.diagnostics(document)
        assert [d.code for d in said if d.code in ("proposed", "unchecked")] == ["unchecked"]
        editor.replace(document, start, start + len(raw), checked[start:end])
        await editor.proposed(document, 1)
        editor.replace(document, start, end, raw)
        await editor.run(document, "Insert the text that waits")
        await editor.proposed(document, 1)
        assert document.text == checked


async def test_an_undo_of_a_stream_stops_it(sample: Path, model: fakes.FakeServer) -> None:
    """The text does not come back, and nobody waits for its end."""
    model.delay, model.ending = 0.03, 600.0
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "list of everything" in document.text)
        model.delay = SLOW
        while document.text != before:
            editor.undo(document)
        model.delay = 0.1
        await editor.until(lambda: over(editor))
        await editor.proposed(document, 0)
        assert document.text == before
        assert any("stopped" in m.message for m in editor.client.messages)


@pytest.mark.parametrize("typing", [False, True])
async def test_nothing_raw_stays_after_a_cancel(sample: Path, model: fakes.FakeServer, typing: bool) -> None:
    """The words that streamed in go; those that the author typed among them stay."""
    model.delay = 0.03
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "<script>" in document.text)
        model.delay = SLOW
        if typing:
            at = document.text.index("list of everything")
            editor.replace(document, at, at, "MINE ")
        await editor.run(document, "Stop")
        model.delay = 0.2  # the command is answered before it has stopped anything
        await editor.until(lambda: over(editor))
        heading = "## Choosing what to hand over\n"
        assert document.text == before.replace(heading, heading + "\nMINE\n" * typing)


@pytest.mark.parametrize("all_came", [False, True])
async def test_a_text_is_rejected_while_it_is_written(
    sample: Path,
    model: fakes.FakeServer,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    all_came: bool,
) -> None:
    """It doesn't come back, whether the model still writes then or has just written the last word."""
    monkeypatch.setenv("ASSISTANT_STATE", str(tmp_path / "state"))
    model.delay, model.ending = (0.0, 60.0) if all_came else (0.03, 0.0)
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: document.text != before)
        model.delay = 0.0 if all_came else SLOW
        line = before.split("\n").index("## Choosing what to hand over") + 2
        reject = types.Command("", "assistant.reject", arguments=[{"uri": document.uri, "line": line}])
        await editor.execute(reject)
        await editor.until(lambda: document.text == before)
        model.delay = model.ending = 0.0
        await editor.until(lambda: over(editor))
        assert document.text == before
        assert not [d for d in await editor.diagnostics(document) if d.code in ("proposed", "unchecked")]
    assert b"still to decide" not in run("status").stdout


async def test_nothing_raw_stays_when_no_answer_can_be_used(sample: Path, model: fakes.FakeServer) -> None:
    """A reply that turns out useless after it streamed in is taken out again, and the author is told."""
    model.delay = 0.02
    model.answer = lambda request: "I'm sorry, but as an AI language model I can't help with that request."
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: over(editor))
        assert document.text == before
        assert any("not expanded" in m.message for m in editor.client.messages)


async def test_text_that_was_saved_while_it_came_is_not_taken_for_the_authors(
    sample: Path, model: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file saved in the middle of a stream holds raw words, and `assistant review` takes them out."""
    from assistant.adapters.store import open_store
    from assistant.app import workspace
    from assistant.app.session import open_session

    monkeypatch.setenv("ASSISTANT_STATE", str(tmp_path / "state"))
    model.delay = 0.03
    before = sample.read_bytes()
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "<script>" in document.text)
        model.delay = SLOW
        editor.save(document, sample)
        editor.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(document.uri))
        )
        model.delay = 0.03
    session = open_session(workspace.open_draft(str(sample)), open_store(), read_only=True)
    assert session.workspace.draft.data == before


NOTED = (
    "# Boats\n\nI walk to the quay.\n\n## Rowing\n\n{}## Sailing\n\nI sail in a west wind.\n\n## Mooring\n"
)


@pytest.mark.parametrize("notes", ["", "TODO: who rows\n\n"])
async def test_raw_words_that_were_saved_are_no_words_of_the_authors_in_the_terminal(
    tmp_path: Path, model: fakes.FakeServer, run: Run, notes: str
) -> None:
    """Their place is the gap that it was, and they go with the text that is written there."""
    path, before = tmp_path / "boats.md", NOTED.format(notes)
    path.write_text(before)
    located = json.loads(run("locate", "--json", path).stdout)["gaps"]
    model.delay = 0.03
    model.answer = lambda request: f"When it rains {FIRST}"
    async with editing(tmp_path, joins=True) as editor:
        document = editor.open(path)
        await editor.run(document, "Write what is missing here" if notes else "Write this section", nth=0)
        await editor.until(lambda: "everything I did" in document.text)
        model.delay = SLOW
        editor.save(document, path)
        editor.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(document.uri))
        )
    model.delay = 0.0
    held = path.read_bytes()
    assert b"When it rains" in held
    said = run("status", path)
    assert said.returncode == 1 and b"1 raw, not checked" in said.stdout
    gaps = json.loads(run("locate", "--json", path).stdout)["gaps"]
    assert [(g["id"], g["kind"]) for g in gaps] == [(g["id"], g["kind"]) for g in located]
    lines = held.decode().splitlines()
    assert "Mooring" in lines[gaps[1]["start_line"] - 1] and held[gaps[1]["start"] :][:3] == b"## "
    model.answer = lambda request: f"{fakes.PROSE}"
    patch = run("expand", "--diff", path, cwd=str(tmp_path)).stdout.decode()
    assert f"-{lines[gaps[0]['end_line'] + (1 if not notes else -1)]}" in patch and "+" + fakes.PROSE in patch
    assert path.read_bytes() == held
    at = next(number for number, line in enumerate(lines, 1) if "When it rains" in line)
    wrote = run("expand", "--yes", "--line", str(at), path)
    assert not wrote.returncode, wrote.stderr
    after = path.read_text()
    assert "When it rains" not in after
    assert after == before.replace(notes or "## Sail", f"{fakes.PROSE}\n\n" + ("" if notes else "## Sail"), 1)
    assert run("status", path).returncode == 0

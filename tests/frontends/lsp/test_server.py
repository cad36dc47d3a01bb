"""The language server as an editor meets it, in a subprocess, on a fake model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fakes
import pytest
from editor import Document, Editor, editing, offset_of, place_of
from lsprotocol import types

POINT, PROSE = fakes.POINT, fakes.PROSE
OTHER = (
    "When something breaks, ask what is missing, and ask it before anybody says whose it is to fix. "
    "Then write down the answer, and that is the end of it."
)


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        yield fake


def words_at(editor: Editor, document: Document, place: types.Range) -> str:
    start, end = (offset_of(document.text, p, editor.encoding) for p in (place.start, place.end))
    return document.text[start:end]


@pytest.mark.parametrize(
    ("encoding", "newline"), [("utf-8", "\n"), ("utf-16", "\r\n"), ("utf-32", "\n"), ("", "\r\n")]
)
async def test_a_section_is_written_and_decided_in_every_encoding(
    sample: Path, model: fakes.FakeServer, encoding: str, newline: str
) -> None:
    """Gaps are hinted at, one section is accepted, another rejected; no other byte changes."""
    model.answer = lambda request: fakes.default_answer(request) + " 𝔄 🪴 é in 1987, I say."
    before = sample.read_text("utf-8").replace("in May and", "in 🪴 May 𝔄 and").replace("\n", newline)
    async with editing(Path(), encoding=encoding) as editor:
        document = editor.open(sample, before)
        hints = await editor.diagnostics(document)
        assert [(d.code, d.severity) for d in hints] == [
            ("empty-section", types.DiagnosticSeverity.Hint),
            ("empty-section", types.DiagnosticSeverity.Hint),
            ("instruction", types.DiagnosticSeverity.Hint),
        ]
        assert words_at(editor, document, hints[0].range) == "## Choosing what to hand over"
        assert words_at(editor, document, hints[2].range) == "Expand each of these"
        titles = [c.command.title for c in await editor.lenses(document) if c.command]
        assert titles.count("Write this section") == 2 and "Expand 3 points" in titles

        await editor.run(document, "Write this section", nth=0)
        (first,) = await editor.proposed(document, 1)
        assert words_at(editor, document, first.range) == PROSE + " 𝔄 🪴 é in 1987, I say."
        (doubt,) = [d for d in await editor.diagnostics(document) if d.code == "unsupported"]
        assert words_at(editor, document, doubt.range) == "1987"
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 2)
        titles = [c.command.title for c in await editor.lenses(document) if c.command]
        assert titles.count("Accept") == 2 and "Reject all" in titles

        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 1)
        await editor.run(document, "Reject", nth=0)
        await editor.proposed(document, 0)
        heading = "## Choosing what to hand over" + newline
        written = heading + newline + PROSE + " 𝔄 🪴 é in 1987, I say." + newline
        assert document.text == before.replace(heading, written)
        assert document.text.count("\n") == document.text.count(newline)


async def test_points_are_expanded_and_the_last_decided_takes_the_instruction_along(
    sample: Path, model: fakes.FakeServer
) -> None:
    """Three pieces come as one undo step; the line goes with the last that is decided."""
    before = sample.read_text("utf-8")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Expand 3 points")
        await editor.proposed(document, 3)
        assert len(editor.edits) == 1 and "Expand each of these" in document.text
        await editor.run(document, "Reject", nth=1)
        await editor.proposed(document, 2)
        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 1)
        assert "Expand each of these" in document.text
        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 0)
        bare = before.replace("Expand each of these\n\n", "")
        assert fakes.without_points(document.text) == (bare, 2)


async def test_rejecting_all_gives_every_byte_back(sample: Path, model: fakes.FakeServer) -> None:
    """All gaps of a file are written by one command, and taken back by one."""
    before = sample.read_text("utf-8")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        line = place_of(before, before.index("## Choosing"), "utf-16").line
        (everything,) = [a for a in await editor.actions(document, line) if "all 3 gaps" in a.title]
        assert everything.command
        await editor.execute(everything.command)
        await editor.proposed(document, 5)
        await editor.run(document, "Reject all")
        await editor.proposed(document, 0)
        assert document.text == before
        model.answer = fakes.different_answer
        await editor.execute(everything.command)
        await editor.proposed(document, 5)
        assert any(PROSE[:50] in request["messages"][-1]["content"] for request in model.requests)
        await editor.run(document, "Accept all 5 pieces")
        await editor.proposed(document, 0)
        assert document.text.count("In week ") == 5 * 6
        assert "Expand each of these" not in document.text
        assert await editor.diagnostics(document) == []


async def test_what_the_author_types_meanwhile_is_never_lost(sample: Path, model: fakes.FakeServer) -> None:
    """Typing elsewhere moves the text's place; typing in the place keeps the text waiting, to be shown."""
    model.delay = 0.5
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: model.requests)
        at = document.text.index("I was away")
        editor.replace(document, at, at, "Well. ")
        await editor.diagnostics(document)  # the server knows of it
        heading = "## Choosing what to hand over\n"
        editor.before_edit = lambda d: editor.replace(d, 0, 0, "")
        model.delay = 0.0
        await editor.proposed(document, 1)
        assert "Well. I was away" in document.text and heading + "\n" + PROSE + "\n" in document.text
        await editor.run(document, "Reject")
        await editor.proposed(document, 0)

        model.answer, model.delay = lambda request: OTHER, 0.5
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: len(model.requests) == 2)
        at = document.text.index(heading) + len(heading)
        editor.replace(document, at, at, "\nMy own words.\n")
        await editor.diagnostics(document)  # the server knows of them
        model.delay = 0.0
        await editor.until(lambda: any("waits" in m.message for m in editor.client.messages))
        assert OTHER not in document.text and "My own words." in document.text
        await editor.run(document, "insert it at the end")
        await editor.proposed(document, 1)
        assert f"My own words.\n\n{OTHER}\n\n## What to do" in document.text


async def test_a_section_that_is_filled_is_no_gap_after_its_author_renamed_the_post(
    sample: Path, model: fakes.FakeServer
) -> None:
    """While the text was written, in one piece: nothing offers to write it again."""
    model.delay = 0.5
    async with editing(Path()) as editor:
        document = editor.open(sample, "# Boats\n\nI walk down to the quay.\n\n## Rowing\n\n## Oars\n")
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: model.requests)
        editor.replace(document, 7, 7, " and ships")
        await editor.diagnostics(document)  # the server knows of it
        model.delay = 0.0
        await editor.proposed(document, 1)
        gaps = [d.range.start.line for d in await editor.diagnostics(document) if d.code == "empty-section"]
        assert gaps == [document.text[: document.text.index("## Oars")].count("\n")]
        await editor.run(document, "Write this section")
        await editor.proposed(document, 2)


async def test_a_rejection_leaves_the_words_that_the_author_typed_inside(
    sample: Path, model: fakes.FakeServer
) -> None:
    """The proposed words go and the author's own stay where they were typed, with blank lines around them."""
    before = sample.read_text("utf-8")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        at = document.text.index(" The dull things")
        editor.replace(document, at, at, " My own aside.")
        await editor.run(document, "Reject, keep your own words")
        await editor.proposed(document, 0)
        heading = "## Choosing what to hand over\n"
        assert document.text == before.replace(heading, heading + "\nMy own aside.\n")


async def test_an_undo_makes_the_text_wait_and_a_redo_brings_it_back(
    sample: Path, model: fakes.FakeServer
) -> None:
    """The editor's own undo and redo are edits as any others; no text is lost by them."""
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        start = document.text.index("\n" + PROSE)
        end = start + len(PROSE) + 2
        placement = document.text[start:end]
        editor.replace(document, start, end, "")
        await editor.proposed(document, 0)
        titles = [c.command.title for c in await editor.lenses(document) if c.command]
        assert "Insert the text that waits" in titles
        editor.replace(document, start, start, placement)
        await editor.proposed(document, 1)
        editor.replace(document, start, end, "")
        await editor.run(document, "Insert the text that waits")
        await editor.proposed(document, 1)
        assert len(model.requests) == 1


@pytest.mark.parametrize("joins", [False, True])
async def test_retry_puts_another_text_in_the_same_place(
    sample: Path, model: fakes.FakeServer, joins: bool
) -> None:
    """The rejected text and the instruction reach the model; typed where the editor can ask, else chosen."""
    answers = (
        "It shows on a Thursday, usually, when the week is quiet and nobody can say why.",
        "Nobody minds at the time, and that is how it goes on for longer than it should have gone on.",
        "The list is short, so I read it twice, and the second time I count how often I am named in it.",
        "It takes one question to find out, and I would rather ask it than be told the answer in June.",
        "So I put the kettle on and wait, which is harder than it sounds when the answer is in my head.",
    )
    model.answer = lambda request: answers[len(model.requests) - 1]
    async with editing(Path(), joins=joins) as editor:
        document = editor.open(sample)
        await editor.run(document, "Expand 3 points")
        await editor.proposed(document, 3)
        editor.choice = "Shorter"
        await editor.run(document, "Retry with…", nth=1)
        await editor.until(lambda: answers[3] in document.text)
        await editor.proposed(document, 3)
        assert "Shorter" in model.requests[3]["messages"][-1]["content"]
        assert "Too much silence" in model.requests[3]["messages"][-1]["content"]
        assert sum(one in model.requests[3]["messages"][-1]["content"] for one in answers) == 1
        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 2)
        await editor.run(document, "Retry", nth=0)
        await editor.until(lambda: answers[4] in document.text)
        await editor.proposed(document, 2)
        assert "Too much silence" in model.requests[4]["messages"][-1]["content"]
        assert sum(one in document.text for one in answers) == 3


@pytest.mark.parametrize("types_on", [False, True])
async def test_text_streams_into_the_buffer_as_one_undo_step(
    sample: Path, model: fakes.FakeServer, types_on: bool
) -> None:
    """A client that can join edits sees the words come; all edits but the first join the step before.

    Once the author types, no more words come, and the checked text is a step of its own.
    """
    model.delay = 0.02
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: "A list of" in document.text)
        assert PROSE not in document.text
        if types_on:
            at = document.text.index("I was away")
            editor.replace(document, at, at, "Well. ")
            before = document.text[: document.text.index("\nA list of")]
            shown = len(editor.joins)
        await editor.proposed(document, 1)
        assert f"hand over\n\n{PROSE}\n\n## What" in document.text
        if types_on:
            assert editor.joins[shown:] == [False]
            editor.undo(document)
            said = await editor.diagnostics(document)
            assert "unchecked" in [d.code for d in said] and document.text.startswith(before)
            return
        assert len(editor.joins) > 3 and editor.joins[0] is False and all(editor.joins[1:])
        await editor.run(document, "Reject")
        await editor.proposed(document, 0)
        assert document.text == before


@pytest.mark.parametrize("joins", [False, True])
@pytest.mark.parametrize("how", ["progress", "lens"])
async def test_work_can_be_stopped(sample: Path, model: fakes.FakeServer, how: str, joins: bool) -> None:
    """Cancelling ends the request and takes away what was streamed so far."""
    model.delay = 0.1
    before = sample.read_text("utf-8")
    async with editing(Path(), joins=joins) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: any(len(r) > 1 for r in editor.client.progress_reports.values()))
        if joins:
            await editor.until(lambda: "A list" in document.text)
        ((token, reports),) = editor.client.progress_reports.items()
        assert reports[0].title == "Writing ‘Choosing what to hand over’" and reports[0].cancellable
        if how == "progress":
            cancel = types.WorkDoneProgressCancelParams(token)
            editor.client.window_work_done_progress_cancel(cancel)
        else:
            await editor.run(document, "Stop")
        await editor.until(lambda: reports[-1].kind == "end")
        await editor.until(lambda: document.text == before)
        assert len(await editor.diagnostics(document)) == 3


async def test_a_preview_is_left_to_clients_that_have_one(sample: Path, model: fakes.FakeServer) -> None:
    """The edit asks for confirmation; taken, it is accepted; declined, it waits."""
    async with editing(Path(), annotations=True, settings={"review": "preview"}) as editor:
        document = editor.open(sample)
        await editor.diagnostics(document)
        editor.confirms = False
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: any("waits" in m.message for m in editor.client.messages))
        assert PROSE not in document.text
        editor.confirms = True
        model.answer = lambda request: OTHER
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: OTHER in document.text)
        await editor.proposed(document, 0)
        assert editor.edits[-1][1].change_annotations
        line = place_of(document.text, document.text.index("## What to do"), "utf-16").line
        assert any("preview" in a.title for a in await editor.actions(document, line))


async def test_a_client_without_versioned_edits_gets_none(sample: Path, model: fakes.FakeServer) -> None:
    """Nothing is forced into a text that may have changed; the author is told."""
    async with editing(Path(), document_changes=False) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: any("no versioned edits" in m.message for m in editor.client.messages))
        assert f"{sample.name}" in editor.client.messages[-1].message and not editor.edits
        said = len(editor.client.messages)
        await editor.run(document, "Insert the text that waits", nth=0)
        await editor.until(lambda: len(editor.client.messages) > said)
        await asyncio.sleep(0.2)
        assert said == 1 and len(editor.client.messages) == 2


async def test_hover_tells_what_would_be_sent_and_asks_nobody(
    sample: Path, model: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests, tokens, price and the question are shown as plain text."""
    monkeypatch.setenv("ASSISTANT_MODEL", "gpt-5-mini")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.diagnostics(document)
        place = place_of(document.text, document.text.index("Expand each"), "utf-16")
        params = types.HoverParams(types.TextDocumentIdentifier(document.uri), place)
        hover = await editor.client.text_document_hover_async(params)
        assert hover and isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.kind is types.MarkupKind.PlainText
        assert "gpt-5-mini at" in hover.contents.value and "3 requests, " in hover.contents.value
        assert "Fixing it myself" in hover.contents.value
        nowhere = types.HoverParams(types.TextDocumentIdentifier(document.uri), types.Position(0, 0))
        assert await editor.client.text_document_hover_async(nowhere) is None
        assert not model.requests


async def test_ignore_this_silences_a_gap_with_a_comment(sample: Path, model: fakes.FakeServer) -> None:
    """The comment is put in by a versioned edit, and the gap is not shown any more."""
    async with editing(Path()) as editor:
        document = editor.open(sample)
        for words, left in (("## Choosing", 2), ("Expand each", 1)):
            line = place_of(document.text, document.text.index(words), "utf-16").line
            (ignore,) = [a for a in await editor.actions(document, line) if a.title == "Ignore this"]
            assert ignore.edit and editor.apply(ignore.edit, "")
            assert len(await editor.diagnostics(document)) == left


async def test_settings_from_the_editor_never_name_a_server_elsewhere(
    sample: Path, model: fakes.FakeServer
) -> None:
    """A folder's settings may choose a model, and what they may not choose is said and left."""
    settings = {"model": "their-model", "baseUrl": "https://evil.example/v1", "jobs": "many"}
    async with editing(Path(), settings=settings) as editor:
        document = editor.open(sample)
        await editor.until(lambda: any("evil.example" in m.message for m in editor.client.messages))
        await editor.until(lambda: any("jobs must be" in m.message for m in editor.client.messages))
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        assert model.requests[0]["model"] == "their-model"


async def test_failures_are_one_line_and_leave_the_text(sample: Path, model: fakes.FakeServer) -> None:
    """No traceback, no escape code; the gap stays to be written."""
    model.failure = "401"
    before = sample.read_text("utf-8")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: any("rejects the API key" in m.message for m in editor.client.messages))
        assert document.text == before
        assert all("\n" not in m.message and "\x1b" not in m.message for m in editor.client.messages)
        bad = types.Command("", "assistant.accept", arguments=[{"uri": document.uri, "proposal": "nope"}])
        await editor.execute(bad)
        await editor.until(lambda: any("decided already" in m.message for m in editor.client.messages))


async def test_several_files_and_next(sample: Path, model: fakes.FakeServer, tmp_path: Path) -> None:
    """Each file has its own gaps and work; Next puts the cursor on the next text, and round again."""
    other = tmp_path / "elsewhere" / "b.md"
    other.parent.mkdir()
    other.write_text("# B\n\nSome words that are there already.\n\n## Empty\n")
    async with editing(Path()) as editor:
        one, two = editor.open(sample), editor.open(other)
        assert len(await editor.diagnostics(one)) == 3 and len(await editor.diagnostics(two)) == 1
        await editor.run(two, "Write this section")
        await editor.run(one, "Write this section", nth=0)
        await editor.proposed(two, 1)
        await editor.proposed(one, 1)
        await editor.run(one, "Write this section", nth=0)
        await editor.proposed(one, 2)
        await editor.run(one, "Next", nth=0)
        await editor.run(one, "Next", nth=1)
        await editor.until(lambda: len(editor.client.shown_documents) == 2)
        lines = [s.selection.start.line for s in editor.client.shown_documents if s.selection]
        assert lines == sorted(lines, reverse=True) and len(set(lines)) == 2
        assert two.text.endswith(f"## Empty\n\n{PROSE}\n")


async def test_a_store_that_cant_be_opened_costs_no_text(
    sample: Path, model: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The author is told once, in the editor's log, and decides as always."""
    (tmp_path / "taken").write_text("a file where a folder should be")
    monkeypatch.setenv("ASSISTANT_STATE", str(tmp_path / "taken"))
    async with editing(Path()) as editor:
        document = editor.open(sample)
        for left in (1, 2):
            await editor.run(document, "Write this section", nth=0)
            await editor.proposed(document, left)
        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 1)
        await editor.run(document, "Reject", nth=0)
        await editor.proposed(document, 0)
        editor.save(document, sample)
        assert sum("not kept on disk" in m.message for m in editor.client.log_messages) == 1
        assert document.text.count(PROSE) == 1 and not editor.client.messages


async def test_a_dismissed_gap_is_not_shown_again(sample: Path, model: fakes.FakeServer) -> None:
    """Nothing is put into the text, and another session of the editor remembers it."""
    before = sample.read_text("utf-8")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        first = (await editor.diagnostics(document))[0].range.start.line
        (fine,) = [a for a in await editor.actions(document, first) if a.title == "This is fine: no gap"]
        assert fine.command
        await editor.execute(fine.command)
        await editor.until(lambda: len(editor.client.diagnostics[document.uri]) == 2)
        assert document.text == before
    async with editing(Path()) as editor:
        assert len(await editor.diagnostics(editor.open(sample))) == 2


async def test_writing_all_gaps_has_a_capable_model_read_the_document_first(
    sample: Path, home: Path, model: fakes.FakeServer
) -> None:
    """What the model names is written, hinted at, and gone where the text moved on."""
    (home / "config.toml").write_text('model = "some-70b"\n')
    heading = "## Choosing what to hand over"
    text = sample.read_text("utf-8").replace(
        heading, f"And what did I give away first, in the end?\n\n{heading}"
    )
    sample.write_text(text, "utf-8")
    number = text.split("\n").index(heading) + 1
    fields = {"words": "", "asks": "", "governs": [], "only_author": False}
    entries = [{"kind": "empty-section", "from": number, "to": number, **fields}]
    entries.append({"kind": "notes", "from": number - 2, "to": number - 2, **fields})

    def answer(request: dict[str, Any]) -> str:
        is_reading = fakes.contents(request)[-1].startswith("Draft:")
        return json.dumps({"gaps": entries}) if is_reading else fakes.different_answer(request)

    model.answer = answer
    async with editing(Path()) as editor:
        document = editor.open(sample)
        (everything,) = [a for a in await editor.actions(document, number - 1) if "Write all" in a.title]
        assert everything.command
        await editor.execute(everything.command)
        await editor.proposed(document, 2)
        await editor.run(document, "Reject all")
        await editor.proposed(document, 0)
        hints = await editor.diagnostics(document)
        # The other places are doubtful, since the model didn't name them.
        assert [hint.code for hint in hints] == ["notes", "empty-section"]
        assert "found by the model" in hints[0].message


async def test_questions_and_doubtful_sentences_are_settled_in_the_buffer(
    sample: Path, model: fakes.FakeServer
) -> None:
    """Each is marked at its words; an answer, a question and a dropped sentence change only theirs."""
    lost, left = "We lost $48,312 on it.", "My sister left in 2011 because of it."
    text = f"I list the work and ask [TK: whom?] about it. {lost} Then I choose what could go next. {left}"
    model.answer = lambda request: text
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        (proposed,) = await editor.proposed(document, 1)
        assert "question: whom?" in proposed.message
        line = proposed.range.start.line
        marked = {d.code: words_at(editor, document, d.range) for d in await editor.diagnostics(document)}
        assert marked["question"] == "[TK: whom?]"

        async def settle(title: str, then: str) -> None:
            titles = [a.title for a in await editor.actions(document, line)]
            named = [a for a in await editor.actions(document, line) if a.title.startswith(title)]
            assert named and named[0].command, titles
            await editor.execute(named[0].command)
            await editor.until(lambda: then in document.text)

        editor.choice = "Priya"
        await settle("Answer ‘whom?’", "ask Priya about it")
        await settle("Drop the sentence", f"about it. Then I choose what could go next. {left}")
        await settle("Ask me instead", f"could go next. [TK: is this so? “{left[:-1]}”].")
        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 0)
        assert f"\n{text[:20]}ask Priya about it. Then I choose what could go next. [TK: is" in document.text


async def test_a_fact_is_filled_in_by_its_author(home: Path, tmp_path: Path, model: fakes.FakeServer) -> None:
    """The answer takes the marker's place; no model is asked."""
    path = tmp_path / "a.md"
    path.write_text("# Us\n\nThe company was founded in TK by two brothers who never agreed.\n")
    async with editing(tmp_path, joins=True) as editor:
        document = editor.open(path)
        await editor.diagnostics(document)
        (fill,) = [a for a in await editor.actions(document, 2) if a.title == "Fill this in…"]
        assert fill.command
        editor.choice = "\x1b"  # what a terminal sends for Esc is no answer
        await editor.execute(fill.command)
        editor.choice = "1987\x1b[D"
        await editor.execute(fill.command)
        await editor.until(lambda: "founded in 1987 by two" in document.text)
        assert not model.requests


async def test_selected_text_is_revised(sample: Path, model: fakes.FakeServer) -> None:
    """By a code action; reject gives the old words back, accept keeps the new ones, a hover compares."""
    before = sample.read_text("utf-8")
    line = place_of(before, before.index("I was away"), "utf-16").line
    async with editing(Path()) as editor:
        document = editor.open(sample)
        assert not [a for a in await editor.actions(document, line) if a.title == "Revise…"]
        (action,) = [a for a in await editor.actions(document, line, 3) if a.title == "Revise…"]
        assert action.command and action.command.arguments
        action.command.arguments[0]["instruction"] = "plainer"
        for end, word in (("Reject", "Truly"), ("Accept", "Surely")):
            await editor.execute(action.command)
            await editor.proposed(document, 1)
            revised = before.replace("I was away", f"{word} was away")
            assert document.text == revised
            shown = await editor.hover(document, line)
            assert f"[-I-]{{+{word}+}}" in shown
            await editor.run(document, end)
            await editor.proposed(document, 0)
            assert document.text == (before if end == "Reject" else revised)
    assert "Revise it: plainer" in str(model.requests[0]["messages"][-1]["content"])


async def test_a_hover_shows_the_passage_that_supports_a_text(sample: Path, model: fakes.FakeServer) -> None:
    """A sentence that is in another post is shown with that post's name, line and words."""
    told = "Tom had been frightened of the release script since his first day in September."
    model.answer = lambda request: f"Some work is hard to give away. {told} That is worth a question."
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        (proposed,) = await editor.proposed(document, 1)
        shown = await editor.hover(document, proposed.range.start.line)
        assert told in shown and "2024-03-11-my-first-ninety-days.md:29: I also learned that Tom" in shown

"""What an editor saved undecided, as a review meets it."""

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
from assistant.app import workspace
from assistant.app.session import open_session
from assistant.core.review import decide, events
from assistant.core.review.state import Phase
from assistant.core.types import Verdict
from assistant.errors import StoreBusy

PROSE = fakes.PROSE
OTHER = (
    "When it breaks I ask what we missed, and I ask it before anybody has said whose it was to fix. "
    "Then we write down the answer, and most weeks that is the end of it."
)


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Run a fake model, and have the environment name it."""
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        yield fake


async def test_a_review_goes_on_with_a_piece_that_was_saved_undecided(
    sample: Path, model: fakes.FakeServer, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is among the pieces to decide and not in the draft; once rejected, the next write clears it."""
    monkeypatch.setenv("ASSISTANT_STATE", str(tmp_path / "state"))
    model.answer = lambda request: PROSE if len(model.requests) == 1 else OTHER
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
        accepted = document.text
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        editor.save(document, sample)
    assert OTHER in sample.read_text("utf-8")
    assert b"1 still to decide" in run("status", sample).stdout
    opened = workspace.open_draft(str(sample))
    with closing(open_store()) as store:
        session = open_session(opened, store)
        waiting = [piece for piece in session.review.shown if piece.undecided]
        assert [piece.text.decode().strip() for piece in waiting] == [OTHER]
        assert session.workspace.draft.data.decode() == accepted
        assert waiting[0].key not in session.missing()
        onlooker = open_session(opened, store, read_only=True)
        with pytest.raises(StoreBusy):
            onlooker.write()
        assert OTHER in sample.read_text("utf-8")
        session.apply(events.Decided(waiting[0].key, Verdict.REJECTED))
        assert session.to_write and session.write().cleared == 1
        assert sample.read_bytes().decode() == accepted and not session.to_write
        session.close()


async def test_a_piece_that_was_saved_undecided_is_there_again_in_the_next_editor(
    sample: Path, model: fakes.FakeServer
) -> None:
    """With its warning and its place; accepted and saved, it counts as written and can be taken back."""
    model.answer = lambda request: f"{PROSE} We lost 8,312 dollars in a single week of that."
    before = sample.read_bytes()
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        editor.save(document, sample)
    async with editing(Path()) as editor:
        document = editor.open(sample)
        (placement,) = await editor.proposed(document, 1)
        assert "not in your posts" in placement.message
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
        editor.save(document, sample)
    with closing(open_store()) as store:
        (write,) = store.writes(sample)
        assert (write.before, write.after) == (before, sample.read_bytes())
        review = decide.replay(store.events(sample))
        assert [piece.phase for piece in review.pieces] == [Phase.WRITTEN] and review.saved is None


async def test_a_draft_that_was_moved_is_taken_over_and_its_author_told_once(
    sample: Path, model: fakes.FakeServer
) -> None:
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        editor.save(document, sample)
    moved = sample.rename(sample.with_name("moved.md"))
    for said in (
        [f"assistant: {moved.name}: what was decided and written in {sample.name}, which is gone"],
        [],
    ):
        async with editing(Path()) as editor:
            document = editor.open(moved)
            await editor.proposed(document, 1)
            lines = [message.message.partition(", goes on here")[0] for message in editor.client.messages]
            assert [line.replace(f"{sample.parent}/", "") for line in lines] == said


@pytest.mark.parametrize(
    "way",
    [
        "opened first",
        "opened empty",
        "closed first",
        "reverted and closed first",
        "never opened",
        "with a BOM",
    ],
)
async def test_a_text_that_waits_stays_marked_under_another_name(
    sample: Path, model: fakes.FakeServer, run: Run, way: str
) -> None:
    """*Save as* is an opening of the new file, or in Neovim 0.7 and Emacs its saving alone."""
    other = sample.with_name("other.md")
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        text = document.text
        other.write_bytes(text.encode("utf-8-sig" if "BOM" in way else "utf-8"))
        if way == "never opened":
            document.uri = other.resolve().as_uri()
            editor.documents[document.uri] = document
            editor.save(document, other)
        else:
            copy = editor.open(other, "" if "empty" in way else None) if "opened" in way else None
            if copy and "empty" in way:
                editor.replace(copy, 0, 0, text)
                editor.save(copy, other)
            if "reverted" in way:
                editor.undo(document)
            editor.client.text_document_did_close(
                types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(document.uri))
            )
            document = copy or editor.open(other, text)
        await editor.proposed(document, 1)
        await editor.until(lambda: b"1 still to decide" in run("status", other).stdout)
    assert b"1 still to decide" in run("status", sample).stdout
    async with editing(Path()) as editor:
        document = editor.open(other)
        await editor.proposed(document, 1)
        await editor.run(document, "Reject")
        await editor.until(lambda: PROSE not in document.text)
        assert document.text.removeprefix("\ufeff") == sample.read_text("utf-8")


@pytest.mark.parametrize("is_opened", [True, False])
async def test_words_that_still_come_stay_marked_under_another_name(
    sample: Path, model: fakes.FakeServer, run: Run, is_opened: bool
) -> None:
    """They are raw there, and go when the author says so."""
    other, model.delay = sample.with_name("other.md"), 0.3
    async with editing(Path(), joins=True) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.until(lambda: document.text != sample.read_text("utf-8"))
        other.write_bytes((text := document.text).encode())
        if is_opened:
            close(editor, document)
            document = editor.open(other)
        document.uri = other.resolve().as_uri()
        editor.documents[document.uri] = document
        editor.save(document, other)
        await editor.until(lambda: b"raw, not checked" in run("status", other).stdout)
    async with editing(Path()) as editor:
        document = editor.open(other)
        assert document.text == text
        await editor.run(document, "Remove the raw text")
        await editor.until(lambda: document.text == sample.read_text("utf-8"))


@pytest.mark.parametrize("is_changed", [False, True])
async def test_a_piece_that_is_accepted_after_it_was_saved_needs_no_second_save(
    sample: Path, model: fakes.FakeServer, run: Run, is_changed: bool
) -> None:
    """To accept it changes nothing in the buffer, so no editor asks to save."""
    before = sample.read_bytes()
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        editor.save(document, sample)
        if is_changed:
            editor.replace(document, 0, 0, "x")
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
    async with editing(Path()) as editor:
        document = editor.open(sample)
        assert await editor.proposed(document, 0) == []
        if is_changed:  # what the file holds is looked at before anything else is written
            model.answer = lambda request: OTHER
            await editor.run(document, "Write this section", nth=0)
            await editor.proposed(document, 1)
            await editor.run(document, "Reject")
    with closing(open_store()) as store:
        (write,) = store.writes(sample)
        assert (write.before, write.after) == (before, sample.read_bytes())
    assert b"to write" not in run("status", sample).stdout


async def test_an_accepted_piece_that_an_undo_took_out_is_undecided_again(
    sample: Path, model: fakes.FakeServer, run: Run
) -> None:
    """A review must not put in what the saved file was meant to be without."""
    before = sample.read_bytes()
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
        start = document.text.index("\n" + PROSE)
        editor.replace(document, start, start + len(PROSE) + 2, "")
        editor.save(document, sample)
        await editor.run(document, "Insert the text that waits")
        await editor.proposed(document, 1)
    assert sample.read_bytes() == before and b"1 still to decide" in run("status", sample).stdout


BOATS = "# Boats\n\nI walk down to the quay.\n\n## Rowing\n\n## Sailing\n\nI sail in a west wind.\n"


async def written(editor: Editor, path: Path) -> Document:
    """Have a section of a draft written that is new at `path`, and return it as the editor has it."""
    path.write_text(BOATS)
    document = editor.open(path)
    await editor.run(document, "Write this section", nth=0)
    await editor.proposed(document, 1)
    return document


def close(editor: Editor, document: Document) -> None:
    """Close a document without saving it."""
    name = types.TextDocumentIdentifier(document.uri)
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(name))


async def test_a_rejected_text_that_an_undo_brings_back_is_marked_in_a_file_that_was_read_again(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """It was rejected elsewhere and is out of the file; what the editor undoes is more than that."""
    path = tmp_path / "boats.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path)
        editor.save(document, path)
        held = document.text
        with closing(open_store()) as store:
            await editor.until(lambda: decide.replay(store.events(path)).saved)
            session = open_session(workspace.open_draft(str(path)), store)
            (piece,) = session.review.shown
            session.apply(events.Decided(piece.key, Verdict.REJECTED))
            session.write()
            session.close()
        assert path.read_text() == BOATS
        close(editor, document)
        document = editor.open(path)
        assert await editor.proposed(document, 0) == []
        await asyncio.sleep(0.5)  # the review is taken up behind the diagnostics
        at = BOATS.index("## Sailing")
        editor.replace(document, at, at, f"{PROSE}\n\n")
        await editor.proposed(document, 1)
        assert document.text == held
        editor.save(document, path)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await editor.proposed(document, 1)
        await editor.run(document, "Reject")
        await editor.proposed(document, 0)
        assert document.text == BOATS


async def test_a_rejected_text_that_is_still_in_the_file_is_named(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    """Its author closed the editor without saving: `status` says so, and so does the next editor."""
    path = tmp_path / "boats.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path)
        editor.save(document, path)
        await editor.run(document, "Reject")
        await editor.proposed(document, 0)
    said = run("status", path)
    assert said.returncode == 1 and b"1 rejected, still in the file" in said.stdout
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        (placement,) = await editor.proposed(document, 1)
        assert placement.message.startswith("rejected, still in your text")
        await editor.run(document, "Reject")
        await editor.proposed(document, 0)
        assert document.text == BOATS
        editor.save(document, path)
    assert b"rejected" not in run("status", path).stdout


async def test_a_part_of_a_text_that_was_saved_undecided_is_not_taken_for_the_authors(
    tmp_path: Path, model: fakes.FakeServer
) -> None:
    """Its author cut the end off, or an undo did, and did not decide."""
    path = tmp_path / "boats.md"
    async with editing(tmp_path) as editor:
        document = await written(editor, path)
        start, end = document.text.index(" everything that"), document.text.index("\n\n## Sailing")
        editor.replace(document, start, end, "")
        editor.save(document, path)
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await editor.run(document, "Reject, keep your own words")
        await editor.until(lambda: document.text == BOATS)


async def test_the_line_of_a_request_that_is_done_counts_as_no_piece(
    tmp_path: Path, model: fakes.FakeServer, run: Run
) -> None:
    """It goes with its last point, and comes back with them."""
    path = tmp_path / "boats.md"
    path.write_text("# Boats\n\nI walk down to the quay.\n\nExpand each of these:\n\n- rowing\n- sailing\n")
    before = path.read_bytes()
    model.answer = lambda request: PROSE if "rowing" in fakes.contents(request)[-1] else OTHER
    async with editing(tmp_path) as editor:
        document = editor.open(path)
        await editor.run(document, "Expand 2 points")
        await editor.proposed(document, 2)
        for left in (1, 0):
            await editor.run(document, "Accept")
            await editor.proposed(document, left)
        await editor.until(lambda: "Expand each" not in document.text)
        editor.save(document, path)
    assert b"2 written" in run("history", path).stdout
    assert b"undid 2 of 2 pieces" in run("undo", path).stdout and path.read_bytes() == before


async def test_a_text_that_was_accepted_and_never_saved_is_put_in_again_and_costs_nothing(
    sample: Path, model: fakes.FakeServer
) -> None:
    """Its editor was ended without saving; the text waits for a decision again."""
    before = sample.read_text("utf-8")
    texts = []
    for answers in (["Accept"], ["Reject"]):
        async with editing(Path()) as editor:
            document = editor.open(sample)
            await editor.run(document, "Write this section", nth=0)
            await editor.proposed(document, 1)
            texts.append(document.text)
            for answer in answers:
                await editor.run(document, answer)
                await editor.proposed(document, 0)
    assert texts[0] == texts[1] != before and document.text == before and len(model.requests) == 1


async def test_a_text_that_is_written_in_the_terminal_is_its_authors_in_the_unsaved_buffer(
    sample: Path, model: fakes.FakeServer, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No rejection takes it out of the buffer any more."""
    monkeypatch.setenv("ASSISTANT_STATE", str(tmp_path / "state"))
    async with editing(Path()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        held = document.text
        assert b"wrote 1 of 1 piece" in run("review", "--plain", sample, stdin=b"a\nw\nq\n").stdout
        await editor.execute(types.Command("", "assistant.rejectAll", arguments=[{"uri": document.uri}]))
        await editor.proposed(document, 0)
        assert document.text == held == sample.read_text("utf-8")

"""What an editor saved undecided, as a review meets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run
from editor import editing

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
        waiting = [slot for slot in session.review.shown if slot.undecided]
        assert [slot.text.decode().strip() for slot in waiting] == [OTHER]
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
        (piece,) = await editor.proposed(document, 1)
        assert "not in your posts" in piece.message
        await editor.run(document, "Accept")
        await editor.proposed(document, 0)
        editor.save(document, sample)
    with closing(open_store()) as store:
        (write,) = store.writes(sample)
        assert (write.before, write.after) == (before, sample.read_bytes())
        review = decide.replay(store.events(sample))
        assert [slot.phase for slot in review.slots] == [Phase.WRITTEN] and review.saved is None


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

"""What the author types while a model writes, and what the author writes in its place, is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run

from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.app.accepting import accept_texts
from assistant.app.reviewer import Reviewer
from assistant.app.session import Session, open_session
from assistant.app.writer import Models, Writer
from assistant.core.hunks.make import hunk_for
from assistant.core.review import decide, events
from assistant.core.types import Expanded, Usage, Verdict

DRAFT = """# Tea

I drink it at four, and I have opinions about the pot.

## The pot

TODO: say where it is from

## The cup
"""
TEXT = (
    "I ask what went well first, and then I ask what I would do again. A short list is enough. "
    "Nobody minds the question, since everybody knows by now that it will come on a Friday."
)


def two_texts(request: dict[str, object]) -> str:
    """Return one text for the pot and another for the cup, with nothing in them to be doubted."""
    return TEXT if "where it is from" in fakes.contents(request)[-1] else fakes.PROSE


@pytest.fixture
def path(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tea.md"
    path.write_text(DRAFT)
    return path


@pytest.fixture
def reviewer(path: Path, server: fakes.FakeServer) -> Iterator[Reviewer]:
    server.answer = fakes.different_answer
    with closing(open_store()) as store, closing(Models()) as models:
        opened = workspace.open_draft(str(path), base_url=server.url, model="m")
        session = open_session(opened, store)
        reviewer = Reviewer([session], [Writer(session, models)], waits=True)
        reviewer.begin()
        reviewer.writers[0].wait()
        yield reviewer
        session.close()


def test_a_section_written_meanwhile_is_kept_and_both_texts_are_shown(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """The author writes the cup's section while the model works on it; the pot's text goes in."""

    def answer(request: dict[str, object]) -> str:
        path.write_text(DRAFT + "\nIt has no handle, and I wrote this myself.\n")
        return two_texts(request)

    server.answer = answer
    done = run("expand", path, "--yes", "--base-url", server.url, "--fresh")
    assert done.returncode == 1
    text = path.read_text()
    assert (
        TEXT in text
        and fakes.PROSE not in text
        and text.endswith("\nIt has no handle, and I wrote this myself.\n")
    )
    said = done.stderr.decode()
    assert "wrote 1 of 2" in said and "I wrote this myself" in said and fakes.PROSE[:40] in said


@pytest.mark.parametrize(
    ("empty", "typed"),
    [
        ("> [!NOTE]", "\n> Mine has no handle."),
        ("## The cup\n\n<!-- tell what the cup is like -->", "\n\nMine has no handle."),
        ("## The cup\n\nTODO: what the cup is like", "\n\nMine has no handle."),
        ("## The cup\n\n> [!todo]\n> What the cup is like.", "\n\nMine has no handle."),
        ("## The cup\n\nTODO: what the cup is like", "## The cup\n\nMine has no handle."),
        ("## The cup\n\n<!-- tell what the cup is like -->", "## The cup\n\nMine has no handle."),
    ],
)
def test_what_was_typed_beside_a_note_is_shown_with_its_line(
    run: Run, path: Path, server: fakes.FakeServer, empty: str, typed: str
) -> None:
    """Nothing goes in beside it, and the line that is named is the one that the author wrote."""
    top = "# Tea\n\nWe drink it every day at four, and nobody is late for it.\n\n"
    path.write_text(f"{top}{empty}\n\n## The spoon\n\nIt is of silver, and it came from an aunt.\n")
    heading = typed.split("\n")[0]
    noted = empty.replace(heading, typed, 1) if heading else empty + typed
    changed = path.read_text().replace(empty, noted)

    def answer(request: dict[str, object]) -> str:
        path.write_text(changed)
        return fakes.PROSE

    server.answer = answer
    done = run("expand", path, "--yes", "--keep-unsupported", "--base-url", server.url, "--fresh")
    line = changed[: changed.index("Mine")].count("\n") + 1
    said = done.stderr.decode()
    assert done.returncode == 1 and path.read_text() == changed
    assert f"line {line} changed meanwhile" in said and fakes.PROSE[:40] in said
    assert "Mine has no handle." in said.partition("It says now:")[2]


def test_the_second_of_two_runs_at_once_writes_nothing_beside_the_first(
    reviewer: Reviewer, run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """While texts wait here, a run on another machine fills the same sections."""
    state = str(path.parent / "state")
    server.answer = two_texts
    assert run("expand", path, "--yes", "--base-url", server.url, ASSISTANT_STATE=state).returncode == 0
    written = path.read_bytes()
    list(accept_texts(reviewer.session, (), keeps_all=True))
    reviewer.write()
    (outcome,) = reviewer.outcomes
    assert path.read_bytes() == written and b"TODO" not in written
    assert len(outcome.conflicts) == 2 and {c.now.strip().decode() for c in outcome.conflicts} == {
        TEXT,
        fakes.PROSE,
    }


def test_another_text_for_a_piece_that_was_kept_out(reviewer: Reviewer, path: Path) -> None:
    """A changed marker keeps its piece, and a retry writes for what it says now."""
    session = reviewer.session
    path.write_text(DRAFT.replace("where it is from", "who gave it to me"))
    reviewer.follow(session)
    assert reviewer.piece is not None and reviewer.piece.unplaced
    assert len(reviewer.review.shown) == 2
    assert reviewer.retry() == ""
    reviewer.writers[0].wait()
    assert len(reviewer.piece.versions) == 2 and reviewer.piece.undecided and not reviewer.piece.unplaced
    assert reviewer.accept() == ""
    reviewer.write()
    assert "TODO" not in path.read_text() and "In week" in path.read_text()


def test_a_renamed_heading_leaves_a_later_review_the_pieces_that_it_had(
    reviewer: Reviewer, path: Path
) -> None:
    """Nothing is asked for twice, and each piece can be retried."""
    before = [piece.key for piece in reviewer.review.shown]
    path.write_text(DRAFT.replace("# Tea", "# Tea and cake").replace("## The pot", "## The old pot"))
    with closing(open_store()) as store:
        again = open_session(workspace.open_draft(str(path)), store, takeover=True)
        assert again.missing() == [] and [piece.key for piece in again.review.shown] == before
        again.close()


def test_no_text_is_asked_for_in_the_place_of_ones_own(reviewer: Reviewer, path: Path) -> None:
    """The section is the author's now."""
    path.write_text(DRAFT.replace("TODO: say where it is from", "It was my aunt's."))
    reviewer.follow(reviewer.session)
    assert reviewer.piece is not None and reviewer.piece.unplaced
    assert "your own words" in reviewer.retry() and not reviewer.busy


def test_an_editor_left_without_saving_decides_nothing(reviewer: Reviewer) -> None:
    """The same words come back, or none at all."""
    assert reviewer.piece is not None
    for text in (reviewer.piece.words + "\n", None, ""):
        assert reviewer.edit(text) and reviewer.piece.verdict is Verdict.UNDECIDED


def test_history_names_who_wrote(reviewer: Reviewer, run: Run, path: Path) -> None:
    """The author for an edit that leaves nothing of the model's; both for one that leaves most."""
    assert reviewer.piece is not None
    reviewer.edit("It came from Stoke, on a cart.")
    reviewer.edit(reviewer.piece.words.replace("week", "month"))
    reviewer.write()
    history = run("history", path).stdout.decode()
    assert "you: It came from Stoke" in history and "fake-model, edited by you: In month" in history


def test_a_text_that_only_lost_a_sentence_is_the_models(reviewer: Reviewer, run: Run, path: Path) -> None:
    """Nobody's words came in, as where `--yes` leaves out what nothing supports."""
    assert reviewer.piece is not None
    reviewer.edit(" ".join(reviewer.piece.words.split(". ")[1:]))
    reviewer.write()
    assert "edited by you" not in run("history", path).stdout.decode()


def test_what_is_in_another_file_is_not_written_again(reviewer: Reviewer, path: Path) -> None:
    """Leaving after `w` notes no second write; what is accepted since is to be written."""
    reviewer.out = "other.md"
    reviewer.accept()
    reviewer.write()
    assert not reviewer.session.to_write and path.read_text() == DRAFT
    reviewer.accept()
    assert reviewer.session.to_write


def test_another_file_has_its_own_history(run: Run, path: Path, server: fakes.FakeServer) -> None:
    """The draft has none of it; undoing the other file's write gives the draft as it was."""
    server.answer = two_texts
    assert run("expand", path, "--yes", "-o", "other.md", "--base-url", server.url).returncode == 0
    assert path.read_text() == DRAFT and b"nothing written" in run("history", path).stdout
    assert b"2 written" in run("history", "other.md").stdout
    assert run("undo", "other.md").returncode == 0
    assert Path("other.md").read_text() == DRAFT


def test_a_file_that_cannot_be_written_is_noticed_before_anything_is_asked(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """A folder that isn't there, or a folder in the file's place."""
    Path("folder").mkdir()
    for name in ("nowhere/other.md", "folder"):
        done = run("expand", path, "--yes", "-o", name, "--base-url", server.url)
        assert done.returncode and b"can't be written" in done.stderr
    assert not server.requests


def test_a_bullet_is_edited_without_the_full_stop_that_joins_it(home: Path, tmp_path: Path) -> None:
    """The editor shows the words alone; what goes on with the author's own is not cut off from them."""
    path = tmp_path / "tea.md"
    path.write_text("# Tea\n\nExpand each of these:\n\n- the pot\n")
    session = open_session(workspace.open_draft(str(path)), None)
    (gap,) = session.workspace.gaps
    hunk = hunk_for(session.workspace.draft, gap, text="It pours.", target=gap.targets[0])
    session.offer(decide.proposal(Expanded(gap, (hunk,), "m", Usage())), path.read_bytes())
    reviewer = Reviewer([session], [Writer(session, Models())])
    for saved, line in (
        ("It pours well.", "- the pot: It pours well.\n"),
        (", which pours.", "- the pot, which pours.\n"),
        ("that pours", "- the pot that pours\n"),
        ("It pours, **always**.", "- the pot: It pours, **always**.\n"),
    ):
        assert reviewer.piece is not None and reviewer.piece.words == "It pours."
        assert reviewer.edit(saved) == ""
        assert reviewer.preview().decode().endswith(line)
        assert reviewer.undo() == "" and reviewer.show_version(-1) == ""
        while reviewer.piece.words != "It pours.":
            reviewer.show_version(1)


def test_what_was_decided_on_equal_markers_stays_with_each(path: Path, server: fakes.FakeServer) -> None:
    """Writing the first of three shifts their numbers; no text is asked for twice, and none is mixed up."""
    path.write_text("# Tea\n\nTODO\n\nI drink it at four.\n\nTODO\n\nThe pot is blue.\n\nTODO\n")
    server.answer = fakes.different_answer

    def opened(store: Store) -> Session:
        return open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), store)

    with closing(open_store()) as store, closing(Models()) as models, closing(opened(store)) as session:
        reviewer = Reviewer([session], [Writer(session, models)], waits=True)
        reviewer.begin()
        reviewer.writers[0].wait()
        first, second, third = session.review.shown
        session.apply(events.Decided(first.key, Verdict.ACCEPTED))
        session.apply(events.Decided(third.key, Verdict.REJECTED))
        session.write()
        assert [gap.id for gap in session.workspace.gaps] == [second.gap, third.gap]
        assert session.missing() == []
    with closing(open_store()) as store, closing(opened(store)) as session:
        assert session.missing() == []
        verdicts = {piece.key: piece.verdict for piece in session.review.shown}
        assert (verdicts[second.key], verdicts[third.key]) == (Verdict.UNDECIDED, Verdict.REJECTED)
        session.apply(events.Decided(second.key, Verdict.ACCEPTED))
        session.write()
        assert path.read_text().endswith("blue.\n\nTODO\n")
        assert [gap.id for gap in session.workspace.gaps] == [third.gap]


BREAD = """# Bread

Open the bag and weigh the flour. The first rise takes about an hour, so be patient.

Describe the bread in one word, such as:

`good`

When it has risen, your oven should be hot. Bake it for forty minutes.
"""
NOTES = "# Tea\n\nI drink it at four.\n\n## The pot\n\n- blue enamel, chipped\n- from Ghent\n"


def test_notes_whose_words_a_text_loses_wait_for_a_review(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """Nobody has looked at what would go; with all kept, it is written."""
    path.write_text(NOTES)
    server.answer = fakes.different_answer
    options = ("--yes", "--line", "7", "--no-ask", "--base-url", server.url)
    done = run("expand", path, *options)
    assert b"left for a review: of your notes, this is missing:" in done.stderr
    assert path.read_text() == NOTES
    run("expand", path, "--keep-unsupported", *options)
    assert "Ghent" not in path.read_text()


@pytest.mark.parametrize(
    "note",
    [
        "<!-- TODO say that it is a Le-Creuset and too heavy -->",
        "<!-- TODO\n  - enamel, chipped at the spout\n  - a gift from Ghent\n-->",
        "{/* TODO: erzähl, wie die Kanne von DampfWerk kam */}",
    ],
)
def test_a_comment_whose_words_a_text_loses_waits_for_a_review(
    run: Run, path: Path, server: fakes.FakeServer, note: str
) -> None:
    path = path.with_suffix(".mdx")
    path.write_text(draft := f"# Tea\n\nI drink it at four.\n\n{note}\n\nThat was all.\n")
    server.answer = fakes.different_answer
    done = run("expand", path, "--yes", "--no-ask", "--base-url", server.url)
    assert b"left for a review: of your note" in done.stderr
    assert path.read_text() == draft


def test_words_that_may_be_finished_wait_for_a_review(run: Run, path: Path, server: fakes.FakeServer) -> None:
    """Nothing takes the place of words that aren't surely notes; a line that the author names is."""
    path.write_text(NOTES)
    server.answer = lambda body: "The pot is of blue enamel, chipped, and comes from Ghent."
    options = ("--yes", "--no-ask", "--base-url", server.url)
    done = run("expand", path, *options)
    assert b"sure that this is a gap" in done.stderr
    assert path.read_text() == NOTES
    run("expand", path, "--line", "7", *options)
    assert path.read_text() == NOTES.partition("- blue")[0] + server.answer({}) + "\n"


def test_a_marker_that_may_explain_the_words_before_it_waits_for_a_review(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """`(TODO)` at the end of a sentence may be missing text, and may belong to the sentence."""
    path.write_text("# Lists\n\nIch führe seit Jahren zwei Aufgabenlisten (TODO). Eine ist verloren.\n")
    before = path.read_text()
    server.answer = lambda body: "Die eine hängt am Kühlschrank, die andere liegt im Auto."
    done = run("expand", path, "--yes", "--no-ask", "--base-url", server.url)
    assert b"only 75 % sure that this is a gap" in done.stderr
    assert path.read_text() == before


def test_a_line_that_may_be_finished_stays_above_what_it_may_govern(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """A text continues the line below it, and the line would go with it."""
    path.write_text(BREAD)
    options = ("--yes", "--no-ask", "--base-url", server.url)
    done = run("expand", path, *options)
    assert b"sure that this is a gap" in done.stderr
    assert path.read_text() == BREAD
    run("expand", path, "--keep-unsupported", *options)
    assert "Describe" not in path.read_text()


def test_half_a_sentence_stays_where_its_other_half_is_left_out(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """What nothing supports is left out; the author's words before it never are."""
    before = "# Tea\n\nI drink it at four.\n\nIn the third week we found the lid cracked, and\n"
    path.write_text(before)
    server.answer = lambda body: "then Bert Maas glued it on 4 March 1987. It is easier to pour slowly."
    done = run("expand", path, "--yes", "--line", "5", "--no-ask", "--base-url", server.url)
    assert b"left out, not in your posts" in done.stderr
    assert path.read_text() == before


def test_a_piece_of_another_file_that_was_changed_stays_when_the_others_are_taken_back(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """It is undone later, once it is back as it was written."""
    server.answer = two_texts
    run("expand", path, "--yes", "-o", "other.md", "--base-url", server.url)
    other = Path("other.md")
    written = other.read_text()
    first = next(line for line in written.split("\n") if line and line not in DRAFT)
    other.write_text(written.replace(first, f"{first} Mine."))
    assert b"undid 1 of 2" in run("undo", "other.md").stdout
    other.write_text(other.read_text().replace(" Mine.", ""))
    assert run("undo", "other.md").returncode == 0
    assert other.read_text() == DRAFT


def test_what_an_undo_has_to_leave_tells_the_authors_words_in_full(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """Where the text was changed meanwhile, the note that it replaced is nowhere else."""
    note = "TODO: describe the house " + "with the green door and the key below the third pot " * 5 + "in May"
    path.write_text(f"# Tea\n\nI drink it at four.\n\n{note}\n")
    server.answer = two_texts
    run("expand", path, "--yes", "--keep-unsupported", "--no-ask", "--base-url", server.url)
    written = path.read_text()
    assert note not in written
    path.write_text(written.rstrip()[:-8] + " Mine.\n")
    shown = run("undo", path).stdout.decode()
    assert "undid 0 of 1" in shown and note in shown and "It said before:" in shown


def test_a_requests_line_comes_back_with_the_last_of_its_points(
    run: Run, path: Path, server: fakes.FakeServer
) -> None:
    """Where a point has to stay, its request waits with it, and both come back later."""
    sections = "### Pot\n\nIt is blue and pours well.\n\n### Cup\n\n## Lid\n"
    before = f"# Tea\n\nI drink it at four.\n\nWrite about each:\n\n{sections}"
    path.write_text(before)
    server.answer = fakes.different_answer
    run("expand", path, "--yes", "--keep-unsupported", "--no-ask", "--base-url", server.url)
    written = path.read_text()
    assert "Write about" not in written
    cup = written.partition("### Cup\n\n")[2].partition("\n")[0]
    path.write_text(written.replace(cup, f"{cup} Mine."))
    assert b"undid 1 of 2" in run("undo", path).stdout
    path.write_text(path.read_text().replace(" Mine.", ""))
    assert run("undo", path).returncode == 0
    assert path.read_text() == before

"""What an author calls fine is remembered, in every front end, and can be forgotten."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run

from assistant.adapters.store import open_store
from assistant.adapters.stored import load_dismissals
from assistant.app import workspace
from assistant.app.reviewer import Reviewer
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.core.hunks.make import hunk_for
from assistant.core.review import decide, events
from assistant.core.types import Expanded, Usage, Verdict
from assistant.errors import StoreBusy

DRAFT = (
    "# {title}\n\nThey came in March, and they stayed for the whole of the summer.\n\n## The move\n\n"
    "## Winter\n\nIt was cold in January, but all of them lived to see the spring.\n"
)


@pytest.fixture
def draft(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a draft with one gap, and go to its blog."""
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / ".assistant.toml").write_text("")
    monkeypatch.chdir(blog)
    path = blog / "bees.md"
    path.write_text(DRAFT.format(title="Bees"))
    return path


def ids(run: Run, path: Path, *options: str) -> list[str]:
    """Return the ids of the gaps that `locate` lists."""
    return [gap["id"] for gap in json.loads(run("locate", path, "--json", *options).stdout)["gaps"]]


def test_a_gap_is_dismissed_and_listed_again(run: Run, draft: Path) -> None:
    (gap,) = ids(run, draft)
    before = draft.read_bytes()
    done = run("locate", draft, "--dismiss", gap)
    assert b"bees.md:5: empty-section dismissed" in done.stdout
    assert ids(run, draft) == [] and gap in ids(run, draft, "--all")
    assert run("locate", draft, "--check").returncode == 0
    assert b"no gaps found" in run("expand", draft, "--diff").stderr
    assert draft.read_bytes() == before
    every = run("locate", draft, "--all").stdout.splitlines()
    assert [line.split(b":")[1] for line in every if line.endswith(b"; dismissed")] == [b"5"]
    assert [
        one["dismissed"] for one in json.loads(run("locate", draft, "--all", "--json").stdout)["gaps"]
    ].count(True) == 1
    assert b"dismissed: 1 empty-section;" in run("status").stdout
    assert run("locate", draft.parent, "--forget").stdout == b"1 dismissed place listed again\n"
    assert ids(run, draft) == [gap]
    assert b"dismissed" not in run("status").stdout


def test_three_dismissals_of_a_kind_make_it_doubtful_in_that_blog(
    run: Run, draft: Path, tmp_path: Path
) -> None:
    for number in range(3):
        other = draft.with_name(f"{number}.md")
        other.write_text(DRAFT.format(title=f"Bees {number}"))
        run("locate", other, "--dismiss", *ids(run, other))
    assert load_dismissals(draft.parent).doubtful == {"empty-section"}
    assert load_dismissals(tmp_path).doubtful == frozenset()
    assert b"dismissed: 3 empty-section (empty-section must be surer here now)" in run("status").stdout
    assert b"dismissed: 3" in run("status", other).stdout


def test_an_unknown_id_is_an_error(run: Run, draft: Path) -> None:
    done = run("locate", draft, "--dismiss", "0000")
    assert done.returncode == 2 and b"no gap 0000" in done.stderr


def test_forgetting_a_draft_forgets_its_dismissals(run: Run, draft: Path) -> None:
    run("locate", draft, "--dismiss", *ids(run, draft))
    run("clean", draft, "--yes")
    assert len(ids(run, draft)) == 1
    run("locate", draft, "--dismiss", *ids(run, draft))
    run("clean", "--all", "--yes")
    assert len(ids(run, draft)) == 1


def test_an_older_or_broken_store_dismisses_nothing(home: Path, draft: Path) -> None:
    assert load_dismissals(draft.parent).keys == frozenset()
    (home / "state").mkdir()
    (home / "state" / "review.db").write_bytes(b"not a database, but bytes all the same" * 100)
    assert load_dismissals(draft.parent).keys == frozenset()
    os.remove(home / "state" / "review.db")


def test_a_piece_in_review_is_dismissed_with_its_text(draft: Path, server: fakes.FakeServer) -> None:
    draft.write_text(DRAFT.format(title="Bees") + "\n## Summer\n\n## The end\n\nThey are still there.\n")
    opened = workspace.open_draft(str(draft), base_url=server.url, model="m")
    with closing(open_store()) as store, closing(Models()) as models:
        session = open_session(opened, store)
        reviewer = Reviewer([session], [Writer(session, models)])
        first, second = session.missing()
        reviewer.at = (0, first)
        assert "--forget" in reviewer.dismiss()  # no text yet: it goes
        assert [piece.key for piece in session.review.shown] == [second]
        reviewer.begin()
        reviewer.writers[0].wait()
        reviewer.at = (0, second)
        reviewer.dismiss()
        assert [piece.verdict for piece in session.review.shown] == [Verdict.REJECTED]
        assert session.workspace.gaps == () and session.missing() == []
        assert "no gap" in reviewer.dismiss()
        session.take_file(draft.read_bytes() + b"\nMore of them came.\n")
        assert session.workspace.gaps == ()
        session.read_only = True
        with pytest.raises(StoreBusy):
            session.dismiss(opened.gaps[0])
        session.close()


def test_what_is_left_keeps_its_names_after_a_dismissal(draft: Path) -> None:
    """Of three markers alike the first was written: the last one is still known by its old name."""
    draft.write_text("# Bees\n\nTODO\n\nThey came in March.\n\nTODO\n\nThey stayed.\n\nTODO\n\n## Winter\n")
    with closing(open_store()) as store:
        session = open_session(workspace.open_draft(str(draft)), store)
        first, second, third, _ = session.workspace.gaps
        for gap in (first, second, third):
            hunk = hunk_for(session.workspace.draft, gap, text="They were a gift.")
            session.offer(decide.proposal(Expanded(gap, (hunk,), "m", Usage())), draft.read_bytes())
        session.apply(events.Decided(decide.key_for(first, None), Verdict.ACCEPTED))
        session.write()
        session.dismiss(session.workspace.gaps[-1])
        assert [gap.id for gap in session.workspace.gaps] == [second.id, third.id]
        assert session.missing() == []
        session.close()

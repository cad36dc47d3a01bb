"""`assistant` alone: the drafts with gaps, those worked on last first, and a way into the review."""

from __future__ import annotations

import os
from pathlib import Path

import fakes
import pytest
from conftest import Run
from tmux import Tmux

GAP = "# {}\n\nIt began as most things do, and I wrote it down.\n\n## What came of it\n"


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a blog whose drafts were worked on one after another; go there."""
    drafts = tmp_path / "blog" / "drafts"
    drafts.mkdir(parents=True)
    for at, name in enumerate(("old", "older-than-none", "new")):
        (drafts / f"{name}.md").write_text(GAP.format(name))
        os.utime(drafts / f"{name}.md", (1_700_000_000 + at, 1_700_000_000 + at))
    (drafts / "done.md").write_text("# Done\n\nAll of it is written, and nothing is missing here.\n")
    monkeypatch.chdir(tmp_path / "blog")
    return drafts


def test_drafts_with_gaps_are_listed_newest_first(run: Run, folder: Path, server: fakes.FakeServer) -> None:
    """Each has its gaps, and what waits in the store; finished posts are not listed, and nothing is sent."""
    run("expand", "drafts/old.md", "drafts/new.md", "--base-url", server.url)
    asked = len(server.requests)
    done = run()
    assert done.returncode == 0 and done.stdout.decode().splitlines() == [
        "  1  drafts/new.md: 1 gap; 1 still to decide",
        "  2  drafts/older-than-none.md: 1 gap",
        "  3  drafts/old.md: 1 gap; 1 still to decide",
    ]
    assert len(server.requests) == asked


def test_a_folder_without_drafts_gets_one_helpful_line(
    run: Run, folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does the home folder, which is not searched, and a blog in which nothing is unwritten."""
    (home / "a.md").write_text(GAP.format("a"))
    for place in (folder.parents[1] / "empty", home):
        place.mkdir(exist_ok=True)
        monkeypatch.chdir(place)
        done = run()
        assert done.returncode == 0 and done.stdout.startswith(b"no Markdown files here; ")
        assert done.stdout.count(b"\n") == 1
    monkeypatch.chdir(folder)
    for name in ("old", "older-than-none", "new"):
        (folder / f"{name}.md").unlink()
    assert run().stdout.startswith(b"nothing unwritten in 1 Markdown file; ")


def test_enter_reviews_the_first_and_a_number_another(
    folder: Path, server: fakes.FakeServer, tmux: Tmux
) -> None:
    server.answer = fakes.different_answer
    tmux.press(f"cd {Path.cwd()}; export OPENAI_BASE_URL={server.url}; clear; assistant", "Enter")
    tmux.until("Enter: review the first")
    tmux.press("Enter")
    tmux.until("In week")
    assert "new" in tmux.screen()
    tmux.press("q")
    tmux.until("saved")
    tmux.press("clear; assistant", "Enter")
    tmux.until("Enter: review the first")
    tmux.press("99", "Enter")
    tmux.until("1 to 3, or q:")
    tmux.press("3", "Enter")
    tmux.until("In week")
    assert len(server.requests) == 2 and "old" in tmux.screen()

"""What was decided on a draft goes with its file, to where it is published."""

from __future__ import annotations

from pathlib import Path

import fakes
import pytest
from conftest import Run
from edited import wrapped

DRAFT = """# Signs

These are the signs I have learned to watch for in all the years.

## Pictures

## The end

That was all of it for now, and I was glad of it.
"""


@pytest.fixture
def moved(run: Run, server: fakes.FakeServer, tmp_path: Path) -> tuple[Path, Path]:
    """Return where a draft is and where it is going to be."""
    server.answer = fakes.different_answer
    for folder in (".git", "_drafts", "_posts"):
        (tmp_path / folder).mkdir()
    draft = tmp_path / "_drafts" / "signs.md"
    draft.write_text(DRAFT)
    return draft, tmp_path / "_posts" / "2021-01-01-signs.md"


def test_what_was_rejected_stays_out(run: Run, server: fakes.FakeServer, moved: tuple[Path, Path]) -> None:
    draft, post = moved
    to = ("--base-url", server.url)
    run("review", "--plain", draft, *to, stdin=b"r\nq\n")
    draft.rename(post)
    post.write_text("---\ndate: 2021-01-01\n---\n\n" + DRAFT)
    before, server.requests = post.read_text(), []
    assert run("expand", post, "--diff", *to).stdout == b""
    done = run("expand", post, "--yes", "--keep-unsupported", *to)
    assert post.read_text() == before and not server.requests
    assert b"which is gone" in done.stderr and b"_drafts" in done.stderr
    post.rename(draft)
    run("expand", draft, "--yes", *to)
    assert draft.read_text() == before


@pytest.mark.parametrize("key", ["a", "r"])
def test_what_was_decided_holds_in_a_draft_that_was_formatted_as_well(
    run: Run, server: fakes.FakeServer, moved: tuple[Path, Path], key: str
) -> None:
    """It has no title, its lines are wrapped at other words, and a marker has capitals now."""
    draft, post = moved
    to = ("--base-url", server.url)
    long = "These are the signs I have learned to watch for in all the years, and there are few of them here."
    old = (
        f"{long}\n\n## Pictures\n\nTodo: tell of the deer\n\n## The end\n\n{long.replace('signs', 'marks')}\n"
    )
    draft.write_text(old)
    run("review", "--plain", draft, *to, stdin=f"{key}\nq\n".encode())
    draft.rename(post)
    post.write_text(before := wrapped(old, 24).replace("Todo", "TODO"))
    server.requests = []
    done = run("expand", post, "--yes", "--keep-unsupported", *to)
    assert b"which is gone" in done.stderr and not server.requests
    assert (post.read_text() == before) == (key == "r")


def test_status_history_and_undo_know_it_by_its_new_name(
    run: Run, server: fakes.FakeServer, moved: tuple[Path, Path]
) -> None:
    draft, post = moved
    to = ("--base-url", server.url)
    run("review", "--plain", draft, *to, stdin=b"a\nw\n")
    assert draft.read_text() != DRAFT
    draft.rename(post)
    history = run("history", post)
    assert b"1 written" in history.stdout and b"which is gone" in history.stderr
    assert run("undo", post).returncode == 0 and post.read_text() == DRAFT
    status = run("status").stdout
    assert b"signs.md: " in status and b"no such file" not in status


def test_status_finds_it_without_its_name(
    run: Run, server: fakes.FakeServer, moved: tuple[Path, Path]
) -> None:
    """Another post beside it is none of it."""
    draft, post = moved
    run("review", "--plain", draft, "--base-url", server.url, stdin=b"a\nq\n")
    draft.rename(post)
    post.with_name("2020-01-01-other.md").write_text("# Signs\n\nThere are no signs at all in this one.\n")
    status = run("status")
    assert b"2021-01-01-signs.md: " in status.stdout and b"_drafts" not in status.stdout
    assert b"which is gone, goes on here" in status.stderr


def test_status_finds_several(run: Run, server: fakes.FakeServer, moved: tuple[Path, Path]) -> None:
    """Each of two that say the same is another post."""
    draft, post = moved
    other = draft.with_name("more.md")
    other.write_text(DRAFT)
    for one in (draft, other):
        run("review", "--plain", one, "--base-url", server.url, stdin=b"a\nq\n")
    draft.rename(post)
    other.rename(post.with_name("2021-01-02-more.md"))
    status = run("status")
    assert status.stdout.count(b"_posts") == 2 and b"_drafts" not in status.stdout


def test_a_run_over_a_folder_says_so(run: Run, server: fakes.FakeServer, moved: tuple[Path, Path]) -> None:
    draft, post = moved
    to = ("--base-url", server.url)
    run("review", "--plain", draft, *to, stdin=b"q\n")
    draft.rename(post)
    post.with_name("other.md").write_text(DRAFT.replace("signs", "wonders"))
    done = run("expand", post.parent, *to)
    assert b"which is gone, goes on here" in done.stdout + done.stderr


@pytest.mark.parametrize("change", ["is there", "is another post", "is in another blog"])
def test_another_file_has_its_own_decisions(
    run: Run, server: fakes.FakeServer, moved: tuple[Path, Path], tmp_path: Path, change: str
) -> None:
    draft, post = moved
    to = ("--base-url", server.url)
    run("review", "--plain", draft, *to, stdin=b"r\nq\n")
    text = DRAFT.replace("# Signs", "# Wonders") if change == "is another post" else DRAFT
    if change == "is in another blog":
        (tmp_path / "_posts" / ".git").mkdir()
    if change != "is there":
        draft.unlink()
    post.write_text(text)
    done = run("expand", post, "--yes", "--keep-unsupported", *to)
    assert post.read_text() != text and b"which is gone" not in done.stderr

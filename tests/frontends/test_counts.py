"""Every view counts alike what is written, rejected, and left to the author alone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run
from pseudo_terminal import Terminal

from assistant.app.draft_pool import DraftPool

TOP = "---\ntitle: Boats\n---\n\nI row a small boat every summer with my brother.\n\n"


@pytest.fixture
def path(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: fakes.FakeServer) -> Path:
    server.answer = fakes.different_answer
    folder = tmp_path / "blog"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    path = folder / "boats.md"
    path.write_text(f"{TOP}## Oars\n\n## Ropes\n\n## Sails\n")
    return path


def test_what_was_rejected_does_not_count_as_written(run: Run, path: Path) -> None:
    """In a folder as in one draft."""
    run("review", "--plain", path, stdin=b"r\nq\n")
    done = run("expand", ".", "--yes", "--keep-unsupported")
    assert b"2 of 3 written, 1 rejected" in done.stdout and b"3 gaps, 2 written, 1 rejected" in done.stdout
    assert done.returncode == 1


def test_a_gap_that_nobody_can_be_asked_for_is_named(run: Run, path: Path) -> None:
    """A plain review that finds a title to fill in does not say that there is no gap."""
    path.write_text(TOP.replace("Boats", '"TODO: a good title"') + "We sleep on it.\n")
    assert b"1 gap" in run("locate", path).stdout
    said = run("review", "--plain", path).stdout
    assert b"only you can fill" in said and b"no gaps" not in said


def test_a_page_begins_with_all_its_pieces(path: Path) -> None:
    """Also with the questions that only the author can answer."""
    path.write_text(f"{TOP}The club was founded in TK by two brothers.\n\n## Oars\n")
    with closing(DraftPool(str(path))) as pool:
        assert len(pool.draft(pool.only).session.review.shown) == 2


def test_a_section_that_its_author_wrote_is_not_to_write(run: Run, path: Path) -> None:
    """`status` looks at the draft as it is now."""
    run("review", "--plain", path, stdin=b"a\nr\nr\nq\n")
    assert b"1 to write" in run("status").stdout
    path.write_text(path.read_text().replace("## Oars\n", "## Oars\n\nI carved them myself.\n"))
    assert b"1 not applied" in (said := run("status").stdout) and b"to write" not in said


def test_what_an_undo_leaves_is_named_with_its_own_line(run: Run, path: Path) -> None:
    """And not with the blank line above it."""
    run("expand", path, "--yes", "--keep-unsupported")
    lines = path.read_text().splitlines()
    at = lines.index("## Oars") + 2
    lines[at] = f"Well, {lines[at]}"
    path.write_text("\n".join(lines) + "\n")
    said = run("undo", path).stdout.decode()
    assert f"not undone: line {at + 1} changed" in said


def test_a_review_with_nothing_left_says_so(run: Run, path: Path) -> None:
    """In plain lines, where it ends at once."""
    run("review", "--plain", path, stdin=b"A\nw\n")
    said = run("review", "--plain", path).stdout
    assert b"3 pieces" in said and b"nothing left to decide" in said


def test_a_question_to_the_author_offers_what_it_can_do(run: Run, path: Path) -> None:
    """A sentence of the author's own is not dropped, and `x` says what to press."""
    path.write_text(f"{TOP}The club was founded in TK by two brothers.\n")
    terminal = Terminal("expand", path)
    shown = " ".join(terminal.until("[q]uit ?").split())
    assert "what belongs in “The club was founded in TK by two brothers.”?" in shown
    assert "[f]ill it in [r] leave it" in shown and "drop" not in shown
    terminal.press("x")
    terminal.until("f answers it, r leaves it as it is")
    terminal.until("[q]uit ?")  # a key that is pressed before the piece is there counts for nothing
    terminal.press("q")
    assert terminal.end() == 1


@pytest.mark.parametrize("how", ["folder", "one"])
def test_a_fact_that_its_author_answered_is_written_and_not_left_alone(
    run: Run, path: Path, how: str
) -> None:
    """The next run writes the answer, and counts it."""
    path.write_text(f"{TOP}The club was founded in TK by two brothers.\n\n## Oars\n")
    run("review", "--plain", path, stdin=b"f\n1912\na\nq\n")
    done = run("expand", path.parent if how == "folder" else path, "--yes", "--keep-unsupported")
    said = (done.stdout + done.stderr).decode()
    assert "founded in 1912 by" in path.read_text() and "wrote 2 of 2 pieces" in said
    assert "only you" not in said and done.returncode == 0
    assert how == "one" or "2 gaps, 2 written" in said


def test_a_question_that_opens_with_a_name_is_asked_in_its_own_words(run: Run, path: Path) -> None:
    """Only the author's own sentence, all of it in quotation marks, lacks a question."""
    path.write_text(f"{TOP}She was built [TK: “Dora”, in which yard?] by two brothers.\n")
    shown = run("review", "--plain", path, stdin=b"q\n").stdout.decode()
    assert "“Dora”, in which yard?" in shown and "what belongs in" not in shown

"""A text that is decided part by part: what is left undecided waits, in every view, and goes in later."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import fakes
import pytest
from conftest import Run
from pseudo_terminal import Terminal

from assistant.app.draft_pool import DraftPool
from assistant.frontends.web.view import DraftPage

TOP = "---\ntitle: Boats\n---\n\nI row a small boat every summer with my brother.\n\n## Oars\n"
FIRST = "The work has habits, and it helps to write them down before it goes, because nobody sees them."
SECOND = "A short list is better than a long one. What is left fits on a page, and it goes with the work."


@pytest.fixture
def draft(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: fakes.FakeServer) -> Path:
    server.answer = lambda request: f"{FIRST}\n\n{SECOND}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    path = tmp_path / "boats.md"
    path.write_text(TOP)
    return path


def test_what_is_left_of_a_split_text_goes_in_later(run: Run, draft: Path) -> None:
    """Also after a restart; undo takes back one part after the other."""
    said = run("review", "--plain", draft, stdin=b"s\na\nw\nq\n").stdout.decode()
    assert "wrote 1 of 1 piece" in said and "1 still to decide; saved" in said
    half = draft.read_text()
    assert half == f"{TOP}\n{FIRST}\n"
    assert b"1 still to decide" in run("status").stdout
    said = run("review", "--plain", draft, stdin=b"a\nw\n").stdout.decode()
    assert "part 2" in said and "wrote 1 of 1 piece" in said
    assert draft.read_text() == f"{TOP}\n{FIRST}\n\n{SECOND}\n"
    assert b"no text waits" in run("status").stdout
    run("undo", draft)
    assert draft.read_text() == half and b"1 to write" in run("status").stdout
    run("undo", draft)
    assert draft.read_text() == TOP


def test_a_rejected_part_stays_out_when_the_write_of_another_is_taken_back(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    """The part that was written is still accepted, and the next run writes it alone."""
    server.answer = lambda request: f"{FIRST}\n\n{SECOND}\n\nNobody ever sees the third part of it at all."
    run("review", "--plain", draft, stdin=b"s\na\nr\nr\nw\nq\n")
    done = run("undo", draft)
    assert draft.read_text() == TOP and b"undid 1 of 1 piece" in done.stdout + done.stderr
    assert b": 1 still accepted\n" in done.stdout + done.stderr
    said = run("review", "--plain", draft, stdin=b"l\nq\n").stdout.decode()
    assert all(f"\n{line}: Oars" in said for line in ("1. accepted", "2. rejected", "3. rejected"))
    run("expand", draft, "--yes")
    assert draft.read_text() == f"{TOP}\n{FIRST}\n"


def test_a_run_that_ends_before_all_parts_are_decided_offers_them_again(run: Run, draft: Path) -> None:
    """`expand` counts the part that waits as undecided, and asks nobody for it."""
    terminal = Terminal("expand", draft)
    for key in "saq":
        terminal.until("[q]uit ?")
        terminal.press(key)
    terminal.until("wrote 1 of 1 piece")
    terminal.until("1 ready, 1 written")
    assert terminal.end() == 1
    run("expand", draft, "--yes")
    assert draft.read_text() == f"{TOP}\n{FIRST}\n\n{SECOND}\n"


def test_a_page_shows_the_part_that_waits(run: Run, draft: Path) -> None:
    """With its own text and its buttons; the part in the draft has none."""
    run("review", "--plain", draft, stdin=b"s\na\nw\nq\n")
    with closing(DraftPool(str(draft))) as pool:
        page = DraftPage(pool, "", pool.draft(pool.only))
        rendered, shown = page.now()
        written, left = (page.card(rendered, card) for card in shown.values())
    assert 'data-state="written"' in written and FIRST in written and "<button" not in written
    assert 'data-state="ready"' in left and SECOND in left and FIRST not in left and "Accept" in left


def test_a_part_that_waits_is_edited_and_gets_no_other_text(run: Run, draft: Path, tmp_path: Path) -> None:
    """The blank line before it stays."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "Mine, at last." > "$1"\n')
    editor.chmod(0o755)
    said = run("review", "--plain", draft, stdin=b"s\na\nw\nt\ne\nw\n", EDITOR=str(editor)).stdout.decode()
    assert "the rest of this text is in your draft" in said
    assert draft.read_text() == f"{TOP}\n{FIRST}\n\nMine, at last.\n"

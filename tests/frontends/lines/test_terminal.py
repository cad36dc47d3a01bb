"""The line-by-line session, driven through a pseudo-terminal as a person would."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import fakes
import pytest
from conftest import Run
from pseudo_terminal import Terminal

from assistant.frontends.lines.output import QUESTION

POINT, PROSE = fakes.POINT, fakes.PROSE
PROMPT = "[q]uit ?"


def test_the_keys_fit_in_a_row_with_the_one_that_is_pressed() -> None:
    """A line that wraps takes a row from the text that is to be read."""
    assert len(f"{QUESTION} a") <= 80


def test_each_key_does_what_it_says(sample: Path, server: fakes.FakeServer) -> None:
    """Accept one, reject one, retry one, take a decision back, accept the rest."""
    other = "On a Friday I go through the list, and what is on it twice goes to somebody else."
    points = {
        "Fixing it": POINT,
        "Too much": "Quiet weeks end in a call from a clinic, and by then the call is the easy part of it.",
        "My name": "A line moves to somebody else before I close the page, even when I could do it at once.",
    }

    def answer(request: dict[str, Any]) -> str:
        asked = request["messages"][-1]["content"]
        point = next((text for stub, text in points.items() if f"point: **{stub}" in asked), PROSE)
        return other if POINT in asked else point

    server.answer = answer
    terminal = Terminal("expand", sample, "--base-url", server.url)
    assert "Choosing what to hand over" in terminal.until(PROMPT)
    terminal.press("a")
    assert "What to do when it goes wrong" in terminal.until(PROMPT)
    terminal.press("r")
    assert "Fixing it myself" in terminal.until(PROMPT)
    terminal.press("u")
    assert "What to do when it goes wrong" in terminal.until(PROMPT)
    terminal.press("r")
    terminal.until(PROMPT)
    terminal.press("t")
    assert "version 2 of 2" in terminal.until(PROMPT)
    assert any(POINT in request["messages"][-1]["content"] for request in server.requests)
    terminal.press("z")
    assert "accept this piece" in terminal.until(PROMPT)
    terminal.press("A")
    assert terminal.end() == 1
    after = sample.read_text("utf-8")
    assert after.count(PROSE) == 1 and POINT not in after
    assert all(text in after for text in (other, points["Too much"], points["My name"]))
    assert "## What to do when it goes wrong\n\n## Signs" in after
    assert "Expand each of these" not in after


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (60, 20)])
def test_what_is_longer_than_the_screen_comes_a_screen_at_a_time(
    sample: Path, server: fakes.FakeServer, columns: int, lines: int
) -> None:
    """The keys, and the whole draft; `q` is enough of it."""
    terminal = Terminal("expand", sample, "--base-url", server.url, COLUMNS=str(columns), LINES=str(lines))
    terminal.until("[q]")
    for key, first, last in (
        ("?", "accept this piece", "list all pieces"),
        ("d", "title: Deleg", "**My name"),
    ):
        terminal.press(key)
        pages = [terminal.until("[q]")]
        while terminal.until(" ") != "uit":  # of the question below the last page
            terminal.press("\r")
            pages.append(terminal.until("[q]"))
        assert len(pages) > 1 and first in pages[0] and last in pages[-1]
        assert all(page.count("\n") <= lines for page in pages)
    terminal.press("d")
    terminal.until("[q]")
    terminal.press("q")
    assert "[Enter]" not in terminal.until("[q]uit")
    terminal.press("q")
    terminal.end()


def test_a_question_is_answered_and_a_doubtful_sentence_dropped(
    sample: Path, server: fakes.FakeServer
) -> None:
    """The answer is in the draft, the sentence that nothing supports is not."""
    text = (
        "I list the work and ask [TK: whom do you ask?] about it. We lost $48,312 on it once. Then I choose "
        "what could go, and the choice takes me longer than the list."
    )
    server.answer = lambda request: text
    terminal = Terminal("expand", sample, "--line", "45", "--base-url", server.url)
    assert "question: ▸ whom do you ask?" in terminal.until(PROMPT)
    terminal.press("f")
    terminal.until("whom do you ask? ")
    terminal.press("Priya\n")
    shown = terminal.until(PROMPT)
    assert "ask Priya about" in shown and "ask me instead" in shown
    terminal.press("x")
    assert "48,312" not in terminal.until(PROMPT)
    terminal.press("a")
    assert terminal.end() == 0
    assert "\nI list the work and ask Priya about it. Then I choose what could go, " in sample.read_text(
        "utf-8"
    )


def test_a_list_stays_in_view_until_the_author_goes_on(sample: Path, server: fakes.FakeServer) -> None:
    """The piece would scroll it away; Enter shows it, and any other key does what it always does."""
    terminal = Terminal("expand", sample, "--base-url", server.url)
    terminal.until(PROMPT)
    terminal.press("l")
    shown = terminal.until(PROMPT)
    assert "1. ready: " in shown and "Enter shows the piece again" in shown and PROSE[:30] not in shown
    terminal.press("\r")
    assert PROSE[:30] in terminal.until(PROMPT)
    terminal.press("l")
    terminal.until(PROMPT)
    terminal.press("a")
    assert "2 of 5" in terminal.until(PROMPT)
    terminal.press("q")
    assert terminal.end() == 1


def test_quitting_writes_what_was_accepted_and_no_more(sample: Path, server: fakes.FakeServer) -> None:
    """`q` keeps the decisions so far; a gap without a decision stays as it was."""
    terminal = Terminal("expand", sample, "--base-url", server.url)
    terminal.until(PROMPT)
    terminal.press("a")
    terminal.until(PROMPT)
    terminal.press("q")
    assert terminal.end() == 1
    assert sample.read_text("utf-8").count(PROSE) == 1


@pytest.mark.parametrize("how", ["key", "signal"])
def test_an_interruption_writes_only_what_was_accepted(
    sample: Path, server: fakes.FakeServer, how: str
) -> None:
    """Ctrl-C at a question, or while the model is silent, ends with 130 and loses no decision."""
    if how == "signal":
        server.failure = "silence"
        server.fail_when = lambda r: "goes wrong" in r["messages"][-1]["content"]
    terminal = Terminal("expand", sample, "--base-url", server.url, "--jobs", "1")
    terminal.until(PROMPT)
    terminal.press("a")
    if how == "key":
        terminal.until(PROMPT)
        terminal.press("\x03")
    else:
        terminal.until("…")  # the decision is taken, and the next text is waited for
        terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert sample.read_text("utf-8").count(PROSE) == 1
    assert "Traceback" not in terminal.raw


def test_the_author_edits_a_piece_in_their_editor(
    sample: Path, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """What the editor saves is written in place of the model's text."""
    editor = tmp_path / "an editor.sh"
    editor.write_text('#!/bin/sh\nprintf "My own words.\\n\\nTwo paragraphs.\\n" > "$1"\n')
    editor.chmod(0o755)
    terminal = Terminal("expand", sample, "--base-url", server.url, EDITOR=f"'{editor}'")
    terminal.until(PROMPT)
    terminal.press("e")
    terminal.until(PROMPT)
    terminal.press("q")
    terminal.end()
    text = "## Choosing what to hand over\n\nMy own words.\n\nTwo paragraphs.\n\n## What to do"
    assert text in sample.read_text("utf-8")


def test_a_failing_editor_decides_nothing(sample: Path, server: fakes.FakeServer) -> None:
    """The question is asked again."""
    terminal = Terminal("expand", sample, "--base-url", server.url, EDITOR="false")
    terminal.until(PROMPT)
    terminal.press("e")
    assert "nothing changed" in terminal.until(PROMPT)
    terminal.press("q")
    terminal.end()
    assert "nothing accepted, nothing written" in terminal.raw
    assert PROSE not in sample.read_text("utf-8")


def test_a_draft_that_changed_meanwhile_is_not_overwritten(sample: Path, server: fakes.FakeServer) -> None:
    """Lines that the author typed during the session stay, and hunks whose place is untouched go in."""
    terminal = Terminal("expand", sample, "--base-url", server.url)
    terminal.until(PROMPT)
    text = sample.read_text("utf-8")
    text = text.replace("I was away for a week", "I was away for a whole week")
    sample.write_text(text.replace("## What to do when it goes wrong", "## When it goes wrong"), "utf-8")
    terminal.press("A")
    shown = terminal.until(PROMPT)
    assert "the draft changed here" in shown
    assert "## When it goes wrong" in shown.partition("What the draft says now:")[2]
    terminal.press("q")
    assert terminal.end() == 1
    after = sample.read_text("utf-8")
    assert "a whole week" in after and "## When it goes wrong" in after
    assert fakes.without_points(after)[1] == 3


def test_escape_codes_and_markup_of_a_model_are_shown(sample: Path, server: fakes.FakeServer) -> None:
    """A model can't move the cursor, set the title or colour the screen."""
    evil = "I wrote \x1b]0;owned\x07 and \x1b[2J and [red]this[/red] here, and then I stopped for the day."
    server.answer = lambda request: evil
    terminal = Terminal("expand", sample, "--base-url", server.url)
    shown = terminal.until(PROMPT)
    assert "[red]this[/red]" in shown and "removed control characters" in shown
    assert "\x1b]0;" not in terminal.raw and "\x1b[2J" not in terminal.raw
    terminal.press("q")
    terminal.end()


def test_pieces_that_failed_come_last_and_can_be_tried_again(sample: Path, server: fakes.FakeServer) -> None:
    """`t` and `i` work there; `q` leaves them."""
    answer = server.answer
    server.answer = lambda r: "" if "goes wrong" in r["messages"][-1]["content"] else answer(r)
    terminal = Terminal("expand", sample, "--base-url", server.url)
    for _ in range(4):
        terminal.until(PROMPT)
        terminal.press("a")
    assert "What to do when it goes wrong" in terminal.until(PROMPT)
    server.answer = lambda r: PROSE
    terminal.press("t")
    terminal.until(PROMPT)
    terminal.press("a")
    code = terminal.end()
    assert code == 0, terminal.seen[-3000:]
    assert f"## What to do when it goes wrong\n\n{PROSE}" in sample.read_text("utf-8")


def test_a_second_run_asks_for_the_points_that_are_left(sample: Path, server: fakes.FakeServer) -> None:
    """What was written of an instruction stays written, and the instruction goes with the last point."""
    last = "A line moves to somebody else before I close the page, even when I could do it at once."
    server.answer = lambda r: last if "point: **My name" in r["messages"][-1]["content"] else POINT
    line = sample.read_text("utf-8").partition("Expand each of these")[0].count("\n") + 1
    asks = "expand", sample, "--line", str(line), "--base-url", server.url
    terminal = Terminal(*asks)
    for key in "aaq":
        terminal.until(PROMPT)
        terminal.press(key)
    assert terminal.end() == 1
    assert sample.read_text("utf-8").count(POINT) == 2
    asked = len(server.requests)
    terminal = Terminal(*asks)
    assert "My name on the list" in terminal.until(PROMPT)
    terminal.press("a")
    code = terminal.end()
    assert code == 0, terminal.seen[-3000:]
    after = sample.read_text("utf-8")
    assert after.count(POINT) == 2 and after.count(last) == 1 and "Expand each of these" not in after
    assert len(server.requests) == asked  # its text was there, undecided


def test_lines_that_are_not_there_are_told_before_what_should_change(run: Run, tmp_path: Path) -> None:
    """Nobody says how to change a passage first, to hear that there is none."""
    draft = tmp_path / "tar.md"
    draft.write_text("# Tar\n\nWe bought TK kilos of tar, and it was warm by noon on the quay.\n")
    shown = run("review", "--plain", draft, stdin=b"R\n900\nq\n").stdout.decode()
    assert "What should change?" not in shown and shown.count("What now?") == 2


def test_escape_leaves_a_question_at_once(sample: Path, server: fakes.FakeServer) -> None:
    """No Enter is needed, what was typed goes, and nothing of an arrow key is taken for a key."""
    server.answer = lambda request: (
        "I list the work and ask [TK: whom do you ask?] about it. Then I choose what could go, and the "
        "choice takes me longer than the list, since every line on it was there for a reason once."
    )
    terminal = Terminal("expand", sample, "--line", "45", "--base-url", server.url)
    for key, typed in (("f", "\x1b"), ("f", "Pri\x1b"), ("F", "\x1b"), ("i", "\x1b[A"), ("R", "1\x1b")):
        terminal.until(PROMPT)
        terminal.press(key)
        terminal.until("(Esc: leave it) ")
        terminal.press(typed)
        terminal.until("left as it was")
    assert "[TK: whom do you ask?]" in terminal.until(PROMPT) and len(server.requests) == 1
    terminal.press("f")
    terminal.until("(Esc: leave it) ")
    terminal.press("Priya\n")
    assert "ask Priya about" in terminal.until(PROMPT)
    terminal.press("q")
    assert terminal.end() == 1


@pytest.mark.parametrize("command", ["lsp", "acp"])
def test_what_an_editor_starts_says_so_on_a_terminal(home: Path, command: str) -> None:
    """And ends on one Ctrl-C, with a line of its own for what comes next."""
    terminal = Terminal(command)
    terminal.until("Ctrl-C ends it")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130 and terminal.raw.endswith("ends it\r\n\r\n")

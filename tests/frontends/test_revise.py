"""`assistant revise` changes the lines that its author names, as told, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run
from fakes import FakeServer
from pseudo_terminal import Terminal

from assistant.core.hunks import passages
from assistant.core.text.draft import parse

DRAFT = (
    b"# Bees\r\n\r\nThey settled within days.\r\nI lost a queen.\r\n\r\n"
    b"- One is old.\r\n- Two are new.\r\n- Three.\r\n"
)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "bees.md"
    path.write_bytes(DRAFT)
    return path


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        ("4", DRAFT.replace(b"They", b"Truly")),
        ("6", DRAFT.replace(b"One is", b"Truly is")),
        ("7:8", DRAFT.replace(b"Two are", b"Truly are")),
    ],
)
def test_yes_writes_it(lines: str, after: bytes, run: Run, draft: Path, server: FakeServer) -> None:
    """A line means its whole paragraph or item; line ends and marks stay."""
    done = run(
        "revise", draft, "--lines", lines, "--instruction", "grander", "--yes", "--base-url", server.url
    )
    assert (done.returncode, draft.read_bytes()) == (0, after), done.stderr
    asked = server.requests[0]["messages"][-1]["content"]
    assert "Revise it: grander" in str(asked)


def test_a_text_of_an_earlier_run_is_not_written_where_another_is_asked_for_and_fails(
    run: Run, draft: Path, server: FakeServer
) -> None:
    """It was accepted, and the author put the draft back since: it waits for them."""
    asked = ("revise", draft, "--lines", "4", "--yes", "--fresh", "--base-url", server.url)
    assert run(*asked, "--instruction", "grander").returncode == 0
    draft.write_bytes(DRAFT)
    server.answer = lambda request: "They settled within days.\nI lost a queen."
    done = run(*asked, "--instruction", "plainer")
    assert b"not revised: the answer changes nothing" in done.stderr and b"wrote" not in done.stderr
    assert (done.returncode, draft.read_bytes()) == (1, DRAFT), done.stderr


def test_a_diff_and_json_write_nothing(run: Run, draft: Path, server: FakeServer) -> None:
    """The hunk's original is the finished text."""
    asked = ("revise", draft, "--lines", "3:4", "--instruction", "grander", "--base-url", server.url)
    assert b"-They settled within days." in run(*asked, "--diff").stdout
    events = [json.loads(line) for line in run(*asked, "--json").stdout.splitlines()]
    assert [one["event"] for one in events] == ["gap", "expansion", "done"]
    assert events[0]["kind"] == "revision"
    assert events[1]["hunks"][0]["old"].startswith("They settled")
    assert draft.read_bytes() == DRAFT


def test_what_is_missing_on_the_command_line_is_said(run: Run, draft: Path, server: FakeServer) -> None:
    """One line each, and nothing is asked for."""
    url = ("--base-url", server.url)
    assert b"needs --lines A:B and --instruction" in run("revise", draft, "--lines", "3", *url).stderr
    done = run("revise", draft, "--lines", "30:40", "--instruction", "x", *url)
    assert (done.returncode, server.requests) == (2, [])
    assert b"the draft has 8 lines" in done.stderr


@pytest.mark.parametrize(
    ("text", "lines", "says"),
    [
        (DRAFT, "0:5", b"lines count from 1"),
        (DRAFT, "9:3", b"the first line comes after the last"),
        (DRAFT, "9:", b"the draft has 8 lines"),
        (DRAFT, "x", b"give two line numbers"),
        (b"", "1", b"the draft is empty"),
        (DRAFT, "2", b"line 2 is blank; name lines of the text to revise"),
        (b"Words.\n\n \t\nMore.", "2:3", b"lines 2 to 3 are blank"),
        (b"> Words.\n>\n> More.\n", "2", b"line 2 is blank"),
        (b"---\ntitle: Bees\n---\n\nSome words.\n", "1:3", b"there is only front matter"),
        (b"# Bees\n\n```python\nprint(1)\n```\n\nWords.\n", "3:5", b"code is not revised"),
        (b"# Bees\n\n```python\nprint(1)\n```\n\nWords.\n", "4", b"code is not revised"),
        (b"# Bees\n\nWords.\n\n    x = 1\n", "5", b"code is not revised"),
        (b"- Bees\n\n  ```\n  x = 1\n  ```\n", "4", b"code is not revised"),
    ],
)
def test_lines_that_cannot_be_revised_are_told_in_one_line(
    text: bytes, lines: str, says: bytes, run: Run, draft: Path, server: FakeServer
) -> None:
    """Nothing is sent, and the draft stays."""
    draft.write_bytes(text)
    done = run("revise", draft, "--lines", lines, "--instruction", "x", "--yes", "--base-url", server.url)
    assert (done.returncode, server.requests, draft.read_bytes()) == (2, [], text)
    assert says in done.stderr and done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("lines", "first", "last"), [("8:", 8, 8), (":1", 1, 1), ("4:", 4, 8), ("3-4", 3, 4)]
)
def test_an_end_of_the_lines_may_be_left_out(lines: str, first: int, last: int) -> None:
    """`8:` goes to the end, `:1` begins at the start."""
    read = parse(DRAFT)
    rows = DRAFT.splitlines(keepends=True)
    assert read.data[slice(*passages.span_of_lines(read, lines))] == b"".join(rows[first - 1 : last])


def test_its_options_are_those_of_one_revision(run: Run, draft: Path, server: FakeServer) -> None:
    """`--line` is taken too, and the help speaks of no gaps."""
    asked = ("revise", draft, "--line", "3", "--instruction", "grander", "--diff")
    assert b"+Truly" in run(*asked, "--base-url", server.url).stdout
    text = run("revise", "--help").stdout
    assert b"gap" not in text and b"What to change there." in text


def test_on_a_terminal_the_author_decides(draft: Path, server: FakeServer) -> None:
    """The word that goes and the word that comes are shown, and accepting writes."""
    terminal = Terminal("revise", draft, "--lines", "3", "--instruction", "grander", "--base-url", server.url)
    terminal.until("[a]ccept")
    terminal.press("a")
    assert terminal.end() == 0
    assert draft.read_bytes() == DRAFT.replace(b"They", b"Truly")


def test_a_review_revises_what_a_remark_is_about_and_any_paragraph(
    run: Run, draft: Path, server: FakeServer
) -> None:
    """The line review asks for the place and the change; what was rejected there leaves every byte."""
    before = DRAFT.replace(b"I lost a queen.\r\n", b"I lost a queen. (clunky)\r\n")
    draft.write_bytes(before)
    keys = b"a\nR\nOne is\ngrander\nr\nR 99\nx\nw\nq\n"
    done = run("review", "--plain", draft, "--base-url", server.url, stdin=keys)
    assert draft.read_bytes() == DRAFT.replace(b"They", b"Truly"), done.stdout
    assert b"removed: They" in done.stdout and b"added: Truly" in done.stdout
    assert b"removed: One" in done.stdout and b"the draft has 8 lines" in done.stdout


def test_a_revision_is_kept_for_a_later_review_and_can_be_had_again(
    run: Run, draft: Path, server: FakeServer
) -> None:
    """The instruction is told again with a retry, beside the text that was rejected."""
    draft.write_bytes(DRAFT + b"\r\nTODO\r\n")
    review = ("review", "--plain", draft, "--base-url", server.url)
    run(*review, stdin=b"r\nR 3\ngrander still\nq\n")
    run(*review, stdin=b"t\na\nw\nq\n")
    asked = str(server.requests[-1]["messages"][-1]["content"])
    assert "grander still" in asked and "Truly settled" in asked and "They settled" in asked
    assert draft.read_bytes() == DRAFT.replace(b"They", b"Surely") + b"\r\nTODO\r\n"


def test_notes_that_have_a_text_are_revised_as_notes(run: Run, tmp_path: Path, server: FakeServer) -> None:
    """What they were expanded to is another piece, and is left alone."""
    path = tmp_path / "a.md"
    path.write_text(
        "# Tea\n\nI drink it at four, and I have done so for years.\n\n## Pots\n\n- brown pot\n- leaks\n"
    )
    run("review", "--plain", path, "--base-url", server.url, stdin=b"q\n")
    terminal = Terminal(
        "revise", path, "--lines", "7:8", "--instruction", "shorter", "--base-url", server.url
    )
    assert "Truly pot" in terminal.until("[q]uit ?")
    assert "Revise it: shorter" in server.requests[-1]["messages"][-1]["content"]
    terminal.press("q")
    terminal.end()

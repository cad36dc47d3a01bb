"""`review` in a real terminal and as plain prompts, and the commands on what is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import fakes
import pytest
from conftest import Run
from pseudo_terminal import Terminal
from tmux import Tmux

POINT, PROSE = fakes.POINT, fakes.PROSE
COMMAND = str(Path(sys.executable).parent / "assistant")


def running(command: str) -> list[int]:
    """Return the ids of the processes with these words in their command line."""
    found = subprocess.run(["pgrep", "-f", command], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def test_a_review_in_a_real_terminal(
    tmux: Tmux, sample: Path, server: fakes.FakeServer, tmp_path: Path, run: Run
) -> None:
    """Start, stream, accept, edit outside, resize, suspend, be killed, and go on where it was left."""
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "My own words.\\n" > "$1"\n')
    editor.chmod(0o755)
    server.delay = 0.02
    command = f"EDITOR={editor} {COMMAND} review --base-url {server.url} {sample.absolute()}"
    tmux.press(command, "Enter")
    tmux.until("A list of everything")
    server.delay = 0.0
    tmux.until("5 ready")
    tmux.press("a")
    tmux.until("4 ready, 1 accepted")
    tmux.press("E")
    shown = tmux.until("1 edited")
    assert "1 accepted" in shown
    tmux("resize-window", "-t", tmux.name, "-x", "60", "-y", "20")
    tmux.until("q quit")
    assert "press" not in tmux.screen()
    tmux.press("C-z")
    tmux.until("Stopped")
    tmux.press("fg", "Enter")
    tmux.until("q quit")
    pid = running(f"review --base-url {server.url}")[-1]
    os.kill(pid, signal.SIGKILL)
    while running(f"review --base-url {server.url}"):  # the shell says so over the screen that is left there
        time.sleep(0.05)
    assert b"3 still to decide, 2 to write" in run("status", sample).stdout
    assert PROSE not in sample.read_text("utf-8")
    tmux("respawn-pane", "-k", "-t", tmux.name, "sh")
    asked = len(server.requests)
    tmux.press(command, "Enter")
    tmux.until("1 edited")
    tmux.press("w")
    tmux.until("wrote 2 of 2")
    tmux.press("q")
    tmux.until("3 still to decide; saved")
    text = sample.read_text("utf-8")
    assert text.count(PROSE) == 1 and "\nMy own words.\n" in text and len(server.requests) == asked


@pytest.mark.slow  # test_screen.py presses each key too
def test_every_key_in_a_real_terminal(
    tmux: Tmux, sample: Path, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """Each key of the footer, pressed where a person would press it, does what the help says of it."""
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "Words of another editor.\\n" > "$1"\n')
    editor.chmod(0o755)
    tmux.press(f"EDITOR={editor} {COMMAND} review --base-url {server.url} {sample.absolute()}", "Enter")
    tmux.until("5 ready")
    for key, place in (("j", "2 of 5"), ("k", "1 of 5"), ("Down", "2 of 5"), ("Up", "1 of 5")):
        tmux.press(key)
        tmux.until(place)
    for key, seen in (("?", "ask me instead"), ("p", "--- system"), ("d", "What goes into a handover")):
        tmux.press(key)
        tmux.until(seen)
        tmux.until("esc back")
        tmux.press("Escape")
        tmux.gone("esc back")
    tmux.press("C-p")
    tmux.until("Search for commands")
    tmux.press(*"reject")
    tmux.until("read it and bring it back")
    tmux.press("Escape")
    tmux.gone("read it and bring it back")
    for key, state in (
        ("r", "4 ready, 1 rejected"),
        ("u", "5 ready"),
        ("C-r", "1 rejected"),
        ("u", "5 ready"),
    ):
        tmux.press(key)
        tmux.until(state)

    two = (
        "The dull jobs go first, since they teach the most and nobody has been shown how they are done."
        "\n\nThe hard ones take longer, and it helps to stay near all that time."
    )
    server.answer = lambda request: two
    tmux.press("t")
    tmux.until("version 2 of 2")
    tmux.press("v")
    tmux.until("version 1 of 2")
    short = (
        "I hand over whatever somebody could learn from, and I keep what would only be a burden to "
        "whoever had it, for as long as nobody asks me for it."
    )
    server.answer = lambda request: short
    tmux.press("i")
    tmux.until("written instead?")
    tmux.press(*"shorter", "Enter")
    tmux.until("version 3 of 3")
    assert "shorter" in server.requests[-1]["messages"][-1]["content"]
    tmux.press("V")
    tmux.until("version 2 of 3")
    tmux.press("s")
    tmux.until("1 of 6")
    tmux.press("r")
    tmux.until("2 of 6")
    tmux.press("a")
    tmux.until("3 of 6")
    tmux.press("y")
    tmux.until("copied")
    tmux.press("e")
    tmux.until("^s save")
    tmux.press(*"Mine. ")
    tmux.until("Mine. The first thing")
    tmux.press("C-s")
    tmux.until("1 edited")
    tmux.press("E")
    tmux.until("2 edited")
    tmux.press("k", "n")
    tmux.until("5 of 6")
    server.delay = 0.3
    tmux.press("t")
    tmux.until("being written")
    tmux.press("Escape")
    tmux.until("● ready")
    tmux.press("A")
    tmux.until("accepted   5 of 6")
    tmux.press("w")
    tmux.until("wrote 5 of 5")
    tmux.press("q")
    tmux.gone("q quit")
    text = sample.read_text("utf-8")
    assert "helps to stay near all" in text and "teach the most" not in text
    assert "Mine." in text and "Words of another editor." in text and fakes.without_points(text)[1] == 2


def test_without_a_terminal_it_says_what_to_use(run: Run, sample: Path) -> None:
    """Exit 2 and one line that names the ways there are."""
    done = run("review", sample)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert b"--plain" in done.stderr and b"expand" in done.stderr


def test_the_plain_session_is_a_whole_one(
    run: Run, sample: Path, server: fakes.FakeServer, home: Path
) -> None:
    """Every key as a line, nothing but lines in the answer, and the draft as decided."""
    (home / "config.toml").write_text("jobs = 1\n")  # so that texts come in the order of the draft
    keys = "a\nr\nu\nt\nV\nv\nr\nk\nj\nl\nd\np\n?\nA\nw\nq\n"
    done = run("review", "--plain", sample, "--base-url", server.url, stdin=keys.encode())
    assert b"\x1b" not in done.stdout and b"\r" not in done.stdout and not done.stderr
    out = done.stdout.decode()
    assert "Piece 1 of 5: Choosing what to hand over · line 45: ready." in out
    assert "added: A list of" in out
    assert "wrote 4 of 4 pieces" in out
    text = sample.read_text("utf-8")
    assert (
        fakes.sections(text) == 1
        and fakes.without_points(text)[1] == 3
        and "Expand each of these" not in text
    )
    assert "## What to do when it goes wrong\n\n## Signs" in text


def test_enter_shows_the_piece_again_and_decides_nothing(
    run: Run, home: Path, sample: Path, server: fakes.FakeServer
) -> None:
    """Not on an undecided piece, nor on one that was rejected, nor after a list, in any session of lines."""
    (home / "config.toml").write_text("jobs = 1\n")
    before = sample.read_bytes()
    keys, asked = ["", " ", "r", "k", "", "l", "", "", "?", "", "l", "q"], ("--base-url", server.url)
    plain = run("review", "--plain", sample, *asked, stdin="\n".join(keys).encode()).stdout.decode()
    shown = [plain]
    for screen, ends in (("dumb", "\r"), ("xterm", "")):
        run("clean", "--yes", sample)
        terminal = Terminal("expand", sample, *asked, TERM=screen)
        for key in keys:
            terminal.until("all keys:" if screen == "dumb" else "[q]uit ?")
            terminal.press(key + ends if key else "\r")
        terminal.end()
        shown.append(terminal.raw)
    for out in shown:
        assert "1. rejected: " in out and "accepted: " not in out and out.count(PROSE.split(" and ")[0]) >= 6
    assert sample.read_bytes() == before


def test_the_plain_session_edits_and_guides(
    run: Run, sample: Path, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """`e` takes the editor's text; `i` with words tells the model so; leaving keeps what was decided."""
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "My own words.\\n" > "$1"\n')
    editor.chmod(0o755)
    out = run(
        *("review", "--plain", sample, "--base-url", server.url),
        stdin=b"i an example from a bank\ne\nq\n",
        EDITOR=str(editor),
    )
    assert out.returncode == 1 and b"4 still to decide, 1 to write; saved" in out.stdout
    assert any("an example from a bank" in r["messages"][-1]["content"] for r in server.requests)
    again = run("review", "--plain", sample, "--base-url", server.url, stdin=b"w\nq\n")
    assert b"wrote 1 of 1" in again.stdout
    assert "\nMy own words.\n" in sample.read_text("utf-8")


def test_an_instruction_that_is_empty_asks_for_nothing(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """Whoever pressed `i` by mistake leaves it with Enter."""
    done = run("review", "--plain", sample, "--base-url", server.url, stdin=b"i\n\nq\n").stdout.decode()
    assert "no instruction, nothing changed" in done and "version" not in done


def test_a_review_takes_an_instruction_a_budget_and_fresh_texts(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """The options mean what they mean for `expand`."""
    options = ("review", "--plain", sample, "--base-url", server.url)
    out = run(*options, "--max-cost", "0", stdin=b"q\n")
    assert b"max-cost" in out.stdout and not server.requests
    run("expand", sample, "--instruction", "as a letter", "--diff", "--base-url", server.url)
    asked = len(server.requests)
    run("clean", "--yes", sample)
    run(*options, "--instruction", "as a letter", "--fresh", stdin=b"a\nA\nq\n")
    assert len(server.requests) == 2 * asked
    assert all("as a letter" in request["messages"][-1]["content"] for request in server.requests)


def test_history_undo_and_status_tell_and_put_back(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """What `expand --yes` wrote is told, and put back to the byte."""
    before = sample.read_bytes()
    assert run("expand", sample, "--yes", "--base-url", server.url).returncode == 0
    written = sample.read_bytes()
    environment = {**os.environ, "TZ": "Asia/Kolkata"}
    told = subprocess.run([COMMAND, "history", sample], capture_output=True, env=environment, check=True)
    history = told.stdout.decode()
    assert "5 written" in history and "fake-model: A list of" in history
    there = datetime.now(ZoneInfo("Asia/Kolkata")) - timedelta(minutes=5)
    assert f"{there:%Y-%m-%d %H:%M}" <= history[:16] <= f"{there + timedelta(minutes=6):%Y-%m-%d %H:%M}"
    folder = run("undo", sample.parent)
    assert folder.returncode == 2 and f"written, the last one first: {sample}" in folder.stderr.decode()
    assert b"history takes one draft" in run("history", sample.parent).stderr
    done = run("undo", sample)
    assert done.returncode == 0 and b"undid 5 of 5" in done.stdout
    assert sample.read_bytes() == before
    assert b"undone since" in run("history", sample).stdout
    sample.write_bytes(written)
    back = run("history", sample).stdout
    assert b"undone since" not in back and b"(changed since)" not in back
    sample.write_bytes(before)
    status = run("status")
    assert status.returncode == 1 and b"5 still to decide" in status.stdout
    assert run("undo", sample).returncode == 1
    assert run("review", "--plain", sample, "--base-url", server.url, stdin=b"A\nw\nq\n").returncode == 0
    assert fakes.sections(sample.read_text("utf-8")) == 2


def test_undo_after_the_file_moved_on_keeps_what_was_typed(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """Pieces that nobody touched go; one that the author worked on since stays, and is told."""
    run("expand", sample, "--yes", "--base-url", server.url)
    text = sample.read_text("utf-8")
    typed = text.replace("A list of everything", "A short list of everything", 1)
    typed = typed.replace("## Signs that", "A line of mine.\n\n## Signs that")
    sample.write_text("A preface.\n\n" + typed if not typed.startswith("---") else typed, "utf-8")
    done = run("undo", sample)
    assert done.returncode == 1 and b"changed meanwhile" in done.stdout
    after = sample.read_text("utf-8")
    assert "A short list" in after and "A line of mine." in after and POINT not in after
    history = run("history", sample).stdout.decode()
    assert "4 written, undone since" in history and "1 written\n" in history
    sample.write_text(after.replace("A short list", "A list"), "utf-8")
    assert b"undid 1 of 1" in run("undo", sample).stdout and PROSE not in sample.read_text("utf-8")
    assert run("history", sample).stdout.count(b"undone since") == 2


def test_marking_notes_the_models_words_and_unmarking_takes_the_note_away(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """With `--mark` the file ends in a note that fits; `unmark` leaves what an unmarked write leaves."""
    before = sample.read_bytes()
    args = ("review", "--plain", sample, "--base-url", server.url)
    run(*args, "--mark", stdin=b"A\nw\nq\n")
    marked = sample.read_bytes()
    assert b"\nAnnotations: 0," in marked and b"&fake-model: " in marked
    assert run("unmark", sample).returncode == 0
    plain = sample.read_bytes()
    assert marked.startswith(plain) and b"Annotations" not in plain
    sample.write_bytes(before)
    run("clean", sample, "--yes")
    run("expand", sample, "--yes", "--base-url", server.url)
    assert sample.read_bytes() == plain


def test_clean_forgets(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """It asks first, or needs --yes; afterwards nothing of the draft is kept."""
    run("review", "--plain", sample, "--base-url", server.url, stdin=b"a\nq\n")
    assert b"1 to write" in run("status").stdout
    assert run("clean", sample).returncode == 2 and run("clean").returncode == 2
    read = Path(os.environ["ASSISTANT_CACHE"]) / "prefixes" / "words-a-model-read.bin"
    read.parent.mkdir()
    read.write_bytes(b"state")
    assert b"1 draft" in run("clean", sample, "--yes").stdout and not read.exists()
    assert run("status").stdout == b"nothing stored yet\n"
    state = Path(os.environ["ASSISTANT_STATE"])
    assert PROSE.encode() not in b"".join(f.read_bytes() for f in state.iterdir())


def test_expand_leaves_what_was_not_decided_for_review(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """A store that can't be used stops no run: the reason is one line, and the draft is written."""
    Path("not-a-folder").write_text("")
    done = run("expand", sample, "--yes", "--base-url", server.url, ASSISTANT_STATE="not-a-folder")
    assert done.returncode == 0 and b"this run is not saved" in done.stderr
    assert fakes.sections(sample.read_text("utf-8")) == 2


def test_a_draft_that_a_review_holds_is_written_by_nobody_else(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """`expand --yes` says so before it asks a model for anything; draft and review stay as they are."""
    before = sample.read_bytes()
    review = Terminal("review", "--plain", sample, "--base-url", server.url)
    review.until("What now?")
    done = run("expand", sample, "--yes", "--base-url", server.url)
    assert done.returncode == 2 and b"another session" in done.stderr, done.stderr
    assert b"received" not in done.stderr and sample.read_bytes() == before
    review.press("q\n")
    review.end()


def test_writing_to_another_file_leaves_the_draft_with_nothing_accepted(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """What went to the other file is not put into the draft by a later review."""
    assert run("expand", sample, "--yes", "-o", "other.md", "--base-url", server.url).returncode == 0
    again = ("expand", sample, "--yes", "--base-url", server.url, "-o")
    assert b"other.md: can't be written: it exists; --force" in run(*again, "other.md").stderr
    assert run(*again, "other.md", "--force").returncode == 0
    assert PROSE.encode() in Path("other.md").read_bytes()
    assert run("status", sample).stdout == b"nothing stored yet\n"


def test_the_other_file_is_never_the_draft_itself(run: Run, sample: Path) -> None:
    """Whatever it is called there: the draft would be written without its history."""
    before = sample.read_bytes()
    Path("link.md").symlink_to(sample)
    Path("hard.md").hardlink_to(sample)
    for name in (sample, f"./{sample}", sample.absolute(), "link.md", "hard.md"):
        for given in (("expand", "--yes"), ("revise", "--yes", "--line", "3", "--instruction", "shorter")):
            done = run(*given, sample, "-o", name, "--force", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
            assert done.returncode == 2 and b"is the draft itself" in done.stderr
    assert sample.read_bytes() == before


def test_history_names_the_lines_where_the_texts_stand_now(
    run: Run, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """Below what was written and typed above them; those of then, where the file is gone."""
    draft = tmp_path / "two.md"
    draft.write_text("# Two\n\n## One\n\n## Other\n\nWords of mine, a whole line.\n\n## Last\n")
    run("expand", draft, "--yes", "--base-url", server.url)

    def told() -> list[str]:
        lines = run("history", draft).stdout.decode().splitlines()
        return [line.partition(", fake")[0].strip() for line in lines if line.startswith("  ")]

    text = draft.read_text().partition("## One\n\n")[2].partition("\n")[0]
    rows = draft.read_text().split("\n")
    assert told() == ["line 5", f"line {len(rows) - 1}"] and rows[4] == rows[-2] == text
    rows[0] = "A preface.\n\n# Two"
    draft.write_text("\n".join(rows))
    assert told() == ["line 7", f"line {len(rows) + 1}"]
    rows[4] = "Other words."
    draft.write_text("\n".join(rows))
    assert told() == ["about line 7 (changed since)", f"line {len(rows) + 1}"]
    draft.unlink()
    assert b"two.md: no such file; the lines are those of then" in run("history", draft).stdout
    assert told()[0] == "line 5"


def test_what_cannot_be_read_is_told_whatever_is_stored(
    run: Run, sample: Path, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """That nothing is stored of it would be true, and no help."""
    latin, pipe = tmp_path / "latin.md", tmp_path / "pipe.md"
    latin.write_bytes(b"caf\xe9\n")
    os.mkfifo(pipe)
    for path, says in (
        (latin, "not UTF-8 text"),
        (pipe, "not a regular file"),
        (sample / "in.md", "can't be read: not a directory"),
    ):
        for command in ("status", "history"):
            done = run(command, path)
            assert (done.returncode, done.stdout) == (2, b"") and f"{path}: {says}" in done.stderr.decode()
    run("review", "--plain", sample, "--base-url", server.url, stdin=b"a\nq\n")
    for says in ("(not UTF-8 text: ", "(no such file)"):
        sample.write_bytes(b"caf\xe9\n") if "UTF" in says else sample.unlink()
        assert says in run("status").stdout.decode()


def test_status_knows_folders_and_names_missing_files(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """A folder stands for the drafts in it; a path that never was is an error."""
    run("review", "--plain", sample, "--base-url", server.url, stdin=b"a\nq\n")
    assert b"1 to write" in run("status", sample.parent).stdout
    for command in ("status", "history", "undo"):
        done = run(command, "nowhere.md")
        assert done.returncode == 2 and b"nowhere.md: no such file" in done.stderr


def test_a_file_that_cannot_be_read_does_not_stop_a_review_of_its_folder(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """It is named and left out."""
    (sample.parent / "latin.md").write_bytes(b"caf\xe9\n")
    done = run("review", "--plain", sample.parent, "--base-url", server.url, stdin=b"q\n")
    assert b"latin.md" in done.stderr and b"left out" in done.stderr
    assert b"Piece 1 of" in done.stdout

"""`assistant expand -` as editors and plug-ins use it: selections, errors, JSON, a pipe closed."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import fakes
import jsonschema
import pytest
from conftest import ROOT, Run
from forks import Piped
from pseudo_terminal import Terminal

SCHEMA = json.loads((ROOT / "docs/json-lines.schema.json").read_text("utf-8"))


def line_of(path: Path, words: str) -> int:
    """Return the number, from 1, of the line that begins with `words`."""
    lines = path.read_text("utf-8").split("\n")
    return next(n for n, line in enumerate(lines, 1) if line.startswith(words))


def marked(path: Path, first: int, last: int) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[first - 1 : last])


def test_a_marked_heading_comes_back_with_its_section(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """The output holds the marked line and its new text, and the model is told the post around it."""
    line = line_of(sample, "## Choosing what")
    place = ("--context", sample, "--lines", f"{line}:{line}")
    given = marked(sample, line, line)
    done = run("expand", "-", *place, "--base-url", server.url, stdin=given)
    assert done.returncode == 0
    assert done.stdout == given + b"\n" + fakes.PROSE.encode() + b"\n"
    assert len(server.requests) == 1
    told = " ".join(m["content"] for m in server.requests[0]["messages"])
    assert "The meetings I kept" in told and "Delegating without disappearing" in told


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_marked_lines_come_back_with_their_own_line_ends_and_byte_order_mark(
    run: Run, sample: Path, server: fakes.FakeServer, newline: bytes
) -> None:
    """Kakoune hands over a file with CRLF in LF, and Vim puts a file's mark before any line of it."""
    line = line_of(sample, "## Choosing what")
    given = b"\xef\xbb\xbf" + marked(sample, line, line).rstrip() + newline
    sample.write_bytes(b"\xef\xbb\xbf" + sample.read_bytes().replace(b"\n", b"\r\n"))
    place = ("--context", sample, "--lines", str(line), "--base-url", server.url)
    done = run("expand", "-", *place, stdin=given)
    assert done.stdout == given + newline + fakes.PROSE.encode().replace(b"\n", newline) + newline


def test_a_marked_list_is_expanded_point_by_point(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """With its instruction line the line goes; without it every point grows and nothing else changes."""
    first = line_of(sample, "Expand each of these")
    last = line_of(sample, "- **My name on the list")
    for start, points in ((first, 3), (first + 2, 3), (last, 1)):
        given = marked(sample, start, last)
        place = ("--context", sample, "--lines", f"{start}:{last}")
        done = run("expand", "-", *place, "--base-url", server.url, stdin=given)
        assert done.returncode == 0
        assert fakes.without_points(done.stdout.decode()) == (given[given.index(b"- **") :].decode(), points)


def test_a_finished_list_grows_when_it_is_marked(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """Marking points and asking for them says as much as an instruction above them."""
    line = line_of(sample, "- **The outcome")
    given = marked(sample, line, line + 1).rstrip(b"\n")
    place = ("--context", sample, "--lines", f"{line}:{line + 1}")
    done = run("expand", "-", *place, "--base-url", server.url, stdin=given)
    assert done.stdout.count(fakes.POINT.encode()) == 2 and not done.stdout.endswith(b"\n")
    terminal = Terminal("expand", sample, "--lines", f"{line}:{line + 1}", "--base-url", server.url)
    for _ in range(2):
        terminal.until("[q]uit ?")
        terminal.press("a")
    assert terminal.end() == 0 and sample.read_text().count(fakes.POINT) == 2


def test_marked_lines_that_were_not_saved_yet_are_taken_from_stdin(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """The file gives the surroundings only; what is marked may be newer than it."""
    line = line_of(sample, "## Choosing what")
    place = ("--context", sample, "--lines", f"{line}:{line}")
    done = run("expand", "-", *place, "--base-url", server.url, stdin="## Was ich übergebe 🪴\n".encode())
    assert done.stdout.startswith("## Was ich übergebe 🪴\n\n".encode())
    assert "Was ich übergebe" in server.requests[0]["messages"][-1]["content"]


def test_lines_of_the_draft_on_stdin_need_no_file(run: Run, server: fakes.FakeServer) -> None:
    """As with a file, only the gaps in them are written, and the whole draft is printed."""
    given = "# Bees\n\nThey settled within days.\n\n## Frames\n\n## Honey\n"
    done = run("expand", "-", "--lines", "7:7", "--base-url", server.url, stdin=given.encode())
    assert done.returncode == 0 and done.stdout.decode().split() == f"{given} {fakes.PROSE}".split()


def test_an_instruction_without_its_points_is_refused(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """One line says what else to mark, and with --pass-through the line comes back as it was."""
    line = line_of(sample, "Expand each of these")
    place = ("--context", sample, "--lines", f"{line}:{line}")
    given = marked(sample, line, line)
    done = run("expand", "-", *place, "--base-url", server.url, stdin=given)
    assert (done.returncode, done.stdout) == (2, b"") and b"mark it as well" in done.stderr
    done = run("expand", "-", *place, "--pass-through", "--base-url", server.url, stdin=given)
    assert (done.returncode, done.stdout) == (2, given)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--context", "SAMPLE"), b"needs --lines"),
        (("--lines", "1:2"), b"has 1 line"),
        (("--context", "drafts/x.md", "--lines", "1:2"), b"no such file"),
        (("--context", "SAMPLE", "--lines", "a:b"), b"two line numbers"),
        (("--context", "SAMPLE", "--lines", "900:901"), b"lines"),
    ],
)
def test_wrong_places_are_one_line_and_exit_2(
    run: Run, sample: Path, options: tuple[str, ...], says: bytes
) -> None:
    """The line says what is wrong; stdout stays empty."""
    done = run("expand", "-", *(o.replace("SAMPLE", str(sample)) for o in options), stdin=b"# A\n")
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in done.stderr and done.stderr.count(b"\n") == 1


def test_errors_leave_stdout_empty_or_pass_the_input_through(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """An editor that replaces text by what a filter prints loses nothing when it asks for the input back."""
    server.failure = "401"
    given = sample.read_bytes()
    for text, code in ((given, 3), (b"# \xff\n", 2)):
        for options, out in (((), b""), (("--pass-through",), text)):
            done = run("expand", "-", *options, "--base-url", server.url, stdin=text)
            assert (done.returncode, done.stdout) == (code, out)
            assert done.stderr


def test_quiet_says_why_where_no_text_came_at_all(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """With the draft passed through, nothing in it shows that anything failed."""
    server.answer = lambda request: "I'm sorry, but I can't help with that request."
    given = sample.read_bytes()
    done = run("expand", "-", "--pass-through", "--quiet", "--base-url", server.url, stdin=given)
    assert (done.returncode, done.stdout) == (1, given)
    assert done.stderr.count(b"\n") == 1


def test_every_line_of_json_keeps_to_the_schema(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """Gaps, expansions, errors and totals, each with the version, are as docs/json-lines.schema.json says."""
    server.failure = "500"
    server.fail_when = lambda request: "Choosing what" in request["messages"][-1]["content"][-80:]
    done = run("expand", "-", "--json", "--base-url", server.url, stdin=sample.read_bytes())
    events = [json.loads(line) for line in done.stdout.splitlines()]
    for event in events:
        jsonschema.validate(event, SCHEMA)
    assert {e["event"] for e in events} == {"gap", "expansion", "error", "done"}
    assert {e["version"] for e in events} == {1}


@pytest.mark.skipif(os.name == "nt", reason="Windows tells nobody that a pipe's reader left")
@pytest.mark.parametrize("how", ["pipe", "sigint"])
def test_closing_the_pipe_or_an_interrupt_stops_the_requests(
    sample: Path, server: fakes.FakeServer, how: str
) -> None:
    """The server sees its readers go within moments, not when an answer of a minute is done."""
    server.delay = 2.0
    process = Piped("expand", sample, "--json", "--base-url", server.url)
    assert b'"gap"' in process.stdout.readline()
    while not server.requests:
        time.sleep(0.01)
    if how == "pipe":
        process.stdout.close()
    else:
        process.send_signal(signal.SIGINT)
    assert process.wait(60) == (141 if how == "pipe" else 130)
    assert b"Traceback" not in process.stderr.read()
    process.end()
    assert len(server.requests) <= 4


def test_finished_lines_are_not_taken_for_the_draft(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """That nothing is unwritten is said of the marked lines; the draft has gaps elsewhere."""
    line = line_of(sample, "I was away")
    place = ("--context", sample, "--lines", f"{line}:{line}")
    done = run("expand", "-", *place, "--base-url", server.url, stdin=marked(sample, line, line))
    assert b"no gaps found here; it has others" in done.stderr

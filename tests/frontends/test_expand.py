"""`assistant expand` as a user runs it, in a process of its own, against a server that can fail."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import fakes
import pytest
from conftest import Run
from pseudo_terminal import Terminal

from assistant.core.text import display
from assistant.frontends.progress import wrapped

POINT, PROSE = fakes.POINT, fakes.PROSE


def lines(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


HALF = (
    "# Rain\n\nIt rains on the day we leave.\n\nExpand each of these:\n\n- the tent\n- the map\n- the stove\n"
)


def test_a_run_that_asks_nobody_leaves_the_points_that_are_written(
    run: Run, home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """As a diff or written at once: the other half is asked for, and the instruction goes with it."""
    path, to = tmp_path / "rain.md", ("--base-url", server.url)
    path.write_text(HALF)
    server.answer = fakes.different_answer
    server.failure, server.fail_when = "500", lambda request: "the stove" in fakes.contents(request)[-1]
    run("expand", path, "--yes", "--keep-unsupported", *to)
    half = path.read_text()
    assert "- the stove\n" in half and "- the tent\n" not in half and "Expand each" in half
    server.failure, server.requests = "", []
    assert (
        b"-- the stove" in (diff := run("expand", path, "--diff", *to).stdout) and b"-- the tent" not in diff
    )
    assert len(server.requests) == 1
    run("expand", path, "--yes", "--keep-unsupported", *to)
    whole = path.read_text()
    assert "Expand each" not in whole and half.partition("- the tent")[2].partition("- the stove")[0] in whole


def test_short_finished_sentences_outlive_a_run_that_asks_nobody(
    run: Run, home: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """Among real gaps on every side, each line that the author wrote out is in the file as before."""
    own = ["Ruth taught me on Sundays.", "    We sailed into fog.", "It calms me.", "Nobody was hurt."]
    path = tmp_path / "log.md"
    path.write_text(
        '# Log\n\n## Teaching\n\n{}\n\n## Fog\n\n=== "North"\n\n{}\n\n=== "South"\n\n    TODO\n\n'
        "## Calm\n\n{}\n\n## Storm\n\n- {}\n- TODO\n-\n\n## Home\n\n## Next\n\nTODO: say when\n".format(*own)
    )
    server.answer = fakes.different_answer
    run("expand", path, "--yes", "--keep-unsupported", "--base-url", server.url)
    lines = path.read_text().splitlines()
    assert "TODO: say when" not in lines and {*own[:3], f"- {own[3]}"} <= set(lines)


def test_another_file_is_not_made_when_nothing_was_accepted(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """There is nothing to put into it, and nothing to take back."""
    server.failure = "500"
    done = run("expand", sample, "--yes", "-o", "other.md", "--base-url", server.url)
    assert b"nothing accepted, nothing written" in done.stderr and not Path("other.md").exists()
    assert b"written" not in run("history", "other.md").stdout


def test_without_a_terminal_a_diff_comes_that_git_applies(
    run_installed: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """The diff goes to stdout, nothing is written, and `git apply` and `patch` make the same draft of it."""
    before = sample.read_bytes()
    done = run_installed("expand", sample, "--base-url", server.url)
    assert done.returncode == 0
    assert sample.read_bytes() == before
    shutil.copy(sample, "copy.md")
    subprocess.run(["git", "apply", "-"], input=done.stdout, check=True)
    after = sample.read_bytes()
    assert fakes.sections(after.decode()) == 2 and fakes.without_points(after.decode())[1] == 3
    assert b"Expand each of these" not in after
    assert after.endswith(b"\n\n\n\n") and after.startswith(before[:3600])


@pytest.mark.parametrize(
    ("folder", "path"), [(".", "a/a/{name}"), ("a", "{root}/a/a/{name}"), ("a/a", "link.md")]
)
def test_a_diff_names_the_path_from_the_repositorys_root(
    folder: str, path: str, run: Run, sample: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git apply` takes it at the root and in subfolders, the file's own and a link to it among them."""
    root = sample.parent.resolve()
    shutil.copytree(root, root / "a/a", ignore=shutil.ignore_patterns("a"))
    draft, before = root / "a/a" / sample.name, sample.read_bytes()
    (root / "a/a/link.md").symlink_to(draft)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    monkeypatch.chdir(root / folder)
    done = run("expand", path.format(root=root, name=sample.name), "--diff", "--base-url", server.url)
    assert done.stdout.startswith(f"diff --git a/a/a/{sample.name} ".encode())
    subprocess.run(["git", "apply"], input=done.stdout, check=True)
    assert PROSE.encode() in draft.read_bytes() and b"git passes" not in done.stderr
    assert (root / sample.name).read_bytes() == before


def test_who_would_apply_a_diff_where_git_passes_over_it_is_told(
    run: Run, sample: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git apply` in a folder beside the draft changes nothing and exits with 0, so this is told."""
    (sample.parent / "beside").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=sample.parent, check=True)
    monkeypatch.chdir(sample.parent / "beside")
    done = run("expand", f"../{sample.name}", "--diff", "--base-url", server.url)
    assert b"apply the diff in a folder above it" in done.stderr
    server.failure = "401"
    done = run("expand", f"../{sample.name}", "--diff", "--base-url", server.url, "--fresh")
    assert not done.stdout and b"apply the diff" not in done.stderr


def test_yes_writes_and_a_second_run_finds_nothing(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """After everything was accepted no gap is left, and the draft is not touched again."""
    assert run("expand", sample, "--yes", "--base-url", server.url).returncode == 0
    after, asked = sample.read_bytes(), len(server.requests)
    again = run("expand", sample, "--yes", "--base-url", server.url)
    assert again.returncode == 0 and sample.read_bytes() == after
    assert b"no gaps found" in again.stderr
    assert len(server.requests) == asked


def test_a_filter_gives_the_document_and_nothing_else(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """`-` takes the draft from stdin; stdout holds the expanded draft, in the draft's own line ending."""
    text = sample.read_bytes().replace(b"\n", b"\r\n")
    done = run("expand", "-", "--stdin-filename", sample, "--base-url", server.url, stdin=text)
    assert done.returncode == 0
    assert done.stdout.count(b"\n") == done.stdout.count(b"\r\n")
    assert fakes.sections(done.stdout.decode()) == 2
    told = " ".join(m["content"] for m in server.requests[0]["messages"])
    assert "The meetings I kept" in told


def test_json_lines_tell_everything(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """One object a line: gaps as `locate` has them, expansions with hunks in bytes, totals at the end."""
    data = sample.read_bytes()
    done = run("expand", sample, "--json", "--base-url", server.url)
    events = lines(done.stdout)
    assert [e["event"] for e in events] == ["gap"] * 3 + ["expansion"] * 3 + ["done"]
    located = json.loads(run("locate", sample, "--json").stdout)["gaps"]
    told = [{k: v for k, v in e.items() if k not in ("event", "version")} for e in events[:3]]
    assert told == located
    hunks = [h for e in events[3:6] for h in e["hunks"]]
    assert len(hunks) == 6
    for hunk in sorted(hunks, key=lambda h: -h["start"]):
        assert data[hunk["start"] : hunk["end"]].decode() == hunk["old"]
        data = data[: hunk["start"]] + hunk["new"].encode() + data[hunk["end"] :]
    run("expand", sample, "--yes", "--base-url", server.url)
    assert sample.read_bytes() == data
    assert events[3]["usage"]["prompt_tokens"] > 0 and events[-1]["usage"]["completion_tokens"] > 0


def test_one_gap_can_be_chosen_by_id_or_line(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """`--gap` and `--line` leave the other gaps alone."""
    gaps = json.loads(run("locate", sample, "--json").stdout)["gaps"]
    done = run("expand", sample, "--gap", gaps[1]["id"], "--base-url", server.url)
    assert fakes.sections(done.stdout.decode()) == 1
    assert len(server.requests) == 1
    for wrong in (("--gap", "nope"), ("--line", "1")):
        done = run("expand", sample, *wrong, "--base-url", server.url)
        assert done.returncode == 2 and done.stderr.count(b"\n") == 1


def test_a_line_of_a_bullet_means_that_bullet(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """Several lines add up; the instruction above stays, since the other bullets are still to be written."""
    server.answer = fakes.different_answer
    gaps = json.loads(run("locate", sample, "--json").stdout)["gaps"]
    first, _, third = (target["start_line"] for target in gaps[2]["targets"])
    before = sample.read_text("utf-8")
    lines = ("--line", first, "--line", third)
    done = run("expand", sample, "--yes", "--keep-unsupported", *lines, "--base-url", server.url)
    assert done.returncode == 0 and len(server.requests) == 2
    old, new = before.splitlines(), sample.read_text("utf-8").splitlines()
    assert [i for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b] == [first, third]
    run("expand", sample, "--line", gaps[0]["start_line"], "--line", first, "--base-url", server.url)
    assert len(server.requests) == 3  # a bullet that is written is known, and gets no other text
    run("expand", sample, "--line", gaps[2]["start_line"], "--fresh", "--base-url", server.url)
    assert len(server.requests) == 4  # two of the three are written already


def test_an_instruction_reaches_the_model(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """What else the author asks for is in every request's last turn."""
    run("expand", sample, "--instruction", "mention the physiotherapists", "--base-url", server.url)
    assert all("mention the physiotherapists" in r["messages"][-1]["content"] for r in server.requests)


def test_the_turns_that_gaps_share_come_first_and_are_the_same(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """A server can reuse its work: only the request, and one example that fits it, differ from gap to gap."""
    run("expand", sample, "--base-url", server.url)
    shortest = min((r["messages"][:-1] for r in server.requests), key=len)
    for request in server.requests:
        assert request["messages"][: len(shortest)] == shortest
        assert len(request["messages"]) <= len(shortest) + 3
    first = shortest
    assert first[0]["role"] == "system"
    assert {m["role"] for m in first[1:]} == {"user", "assistant"}


@pytest.mark.parametrize(
    ("failure", "code"),
    [("401", 3), ("404", 3), ("429", 1), ("500", 1), ("cut", 1), ("not-json", 1), ("html", 1), ("empty", 1)],
)
def test_a_failing_server_costs_one_line_a_gap_and_no_byte(
    run: Run, sample: Path, server: fakes.FakeServer, failure: str, code: int
) -> None:
    """No traceback, no key, no escape code; the draft stays and the exit code tells what happened."""
    server.failure = failure
    before = sample.read_bytes()
    done = run("expand", sample, "--yes", "--base-url", server.url, OPENAI_API_KEY="sk-secret-123456")
    assert done.returncode == code
    assert sample.read_bytes() == before
    assert b"Traceback" not in done.stderr and b"secret" not in done.stderr and b"\x1b" not in done.stderr
    assert len(done.stderr.splitlines()) <= 9  # server, tokens, five gaps, outcome, tokens spent
    assert server.keys[0] == "Bearer sk-secret-123456"


def test_finished_gaps_are_kept_when_another_fails(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """One broken answer leaves the others in place, and the exit code says that a gap is left."""
    server.failure = "cut"
    server.fail_when = lambda request: "Section: Choosing what" in request["messages"][-1]["content"]
    done = run("expand", sample, "--yes", "--base-url", server.url)
    assert done.returncode == 1
    assert fakes.sections(sample.read_text("utf-8")) == 1
    assert b":45: the answer from" in done.stderr


def test_no_server_at_the_address(run: Run, sample: Path) -> None:
    """Exit code 3, one line that names the address."""
    done = run("expand", sample, "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    assert done.returncode == 3
    assert b"127.0.0.1:9 can't be reached" in done.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe# A\n", b"not UTF-8"),
        (b"# A\n\0\n", b"binary"),
        (None, b"no such file"),
        ("dir", b"no Markdown files"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    run: Run, home: Path, tmp_path: Path, content: Any, says: bytes
) -> None:
    """The line names the file and the cause, and nothing is written."""
    path = tmp_path / "bad.md"
    if content == "dir":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    for command in ("expand", "locate", "prompt"):
        done = run(command, path)
        assert done.returncode == 2, command
        assert says in done.stderr and str(path).encode() in done.stderr
        assert done.stderr.count(b"\n") == 1 and done.stdout in (b"", b"[]\n")


def test_terminal_codes_of_a_model_are_shown_and_not_obeyed(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """`prompt` shows a draft's escape codes as pictures, and Rich's markup as it is."""
    sample.write_text(sample.read_text("utf-8") + "\n\x1b]0;owned\x07[bold]not bold[/bold]\n", "utf-8")
    done = run("prompt", sample)
    assert b"\x1b" not in done.stdout and b"\x07" not in done.stdout


def test_a_dry_run_asks_nobody_and_says_what_it_costs(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """Tokens come for each request; the price is known, unknown or none, and says which."""
    server.engine = "llama.cpp"
    done = run("expand", sample, "--dry-run", "--base-url", server.url, "--model", "who-knows")
    assert done.returncode == 0 and not server.requests
    assert b"5 requests" in done.stdout and b"free" in done.stdout
    away = ("--base-url", "http://models.invalid/v1", "--model", "who-knows")
    done = run("expand", sample, "--dry-run", "--alternatives", "3", *away)
    assert b"15 requests" in done.stdout and b"price unknown" in done.stdout
    done = run("expand", sample, "--dry-run", "--model", "gpt-5-mini", OPENAI_API_KEY="sk-x")
    assert b"about $0.0" in done.stdout
    assert b"free" in run("expand", sample, "--dry-run", "--model", "built-in").stdout


def test_a_marker_for_a_fact_is_listed_and_left_alone(
    run: Run, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """Nobody is asked for what only the author can know."""
    path = tmp_path / "a.md"
    path.write_text("# Us\n\nThe company was founded in TK by two brothers who never agreed.\n")
    done = run("expand", path, "--yes", "--base-url", server.url)
    assert done.returncode == 1 and not server.requests
    assert b"only you can fill" in done.stderr


def test_options_that_exclude_each_other_are_refused(run: Run, sample: Path) -> None:
    """Exit code 2 and a line that says which."""
    done = run("expand", sample, "--yes", "--diff")
    assert done.returncode == 2 and b"use only one of" in done.stderr


def test_a_broken_template_is_named(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """A blog's own template wins, and its mistake is told with file and line."""
    Path("prompts").mkdir()
    Path(".assistant.toml").touch()
    Path("prompts/empty-section.md").write_text("one\n{{ nonsense }}\n")
    done = run("expand", sample, "--base-url", server.url)
    assert done.returncode == 2 and not server.requests
    assert b"prompts/empty-section.md, line 2: 'nonsense' is undefined" in done.stderr


@pytest.mark.parametrize("way", [["--diff"], ["--yes", "--keep-unsupported"], ["--json"]])
def test_what_to_check_is_said_in_every_way_of_running(
    run: Run, sample: Path, server: fakes.FakeServer, way: list[str]
) -> None:
    """A text that nobody looks at piece by piece still comes with its warnings and notes."""
    server.answer = lambda request: (
        fakes.default_answer(request)
        + " In my ten years at Datadyne I saw it [often](https://evil.example/x)."
    )
    done = run("expand", sample, *way, "--base-url", server.url)
    said = (done.stdout if way == ["--json"] else done.stderr).decode()
    assert "not in your posts" in said and ": you never used" in said


def test_unsupported_sentences_are_left_out_and_named_where_nobody_decides(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """`--yes` writes the rest of each piece; a piece with nothing else in it is no piece."""
    invented = "We lost $48,312 in a single week of that."
    server.answer = lambda request: f"{fakes.default_answer(request)} {invented}"
    before = sample.read_bytes()
    kept = run("expand", "-", "--keep-unsupported", "--base-url", server.url, stdin=before)
    assert invented.encode() in kept.stdout
    assert invented.encode() not in run("expand", "-", "--base-url", server.url, stdin=before).stdout
    done = run("expand", sample, "--yes", "--base-url", server.url)
    assert done.returncode == 0 and f"left out, not in your posts: “{invented}”" in done.stderr.decode()
    assert invented not in sample.read_text("utf-8")


def test_what_out_wrote_is_no_post(run: Run, tmp_path: Path, server: fakes.FakeServer) -> None:
    """Inventions in it support neither its draft's next texts nor those of a draft beside it."""
    blog = tmp_path / "blog"
    blog.mkdir()
    (blog / ".assistant.toml").touch()
    begins = "We bought the old kiln from a school that had given up on clay.\n"
    for name, title in (("kiln", "The kiln"), ("wheel", "The wheel")):
        (blog / f"{name}.md").write_text(
            f"---\ntitle: {title}\n---\n\n{begins}\n## Firing\n\n## After\n\nWe slept.\n"
        )
    invented = "Dmitri of Bremen lent us 412 euros for it in 1987."
    server.answer = lambda request: f"{fakes.default_answer(request)} {invented}"
    ways = ["--base-url", server.url, "--fresh"]
    run("expand", blog / "kiln.md", "--yes", "--keep-unsupported", "--out", blog / "out.md", *ways)
    assert invented in (blog / "out.md").read_text()
    for name in ("kiln", "wheel"):
        said = run("expand", blog / f"{name}.md", "--diff", *ways)
        assert b"not in your posts" in said.stderr, said
        assert not any("Dmitri" in str(request["messages"]) for request in server.requests)


def test_what_waits_for_a_review_is_counted_with_the_command_that_decides(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """`--yes` ends in 1 then, and says why."""
    places = (
        "the bank",
        "a clinic",
        "Priya",
        "two brothers",
        "the harbour",
        "a neighbour",
        "the shop",
        "Tom",
    )
    server.answer = lambda request: " ".join(
        f"In 19{n}1 we paid ${len(server.requests)}{n},312 to {place}." for n, place in enumerate(places)
    )
    other = run("expand", sample, "--yes", "-o", "other.md", "--base-url", server.url).stderr
    # Of a run into another file nothing is kept that a review could show.
    assert b":45: not written: nothing else is in the text" in other and b"for a review" not in other
    done = run("expand", sample, "--yes", "--base-url", server.url)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 1, lines
    assert f"{sample}:45: left for a review: nothing else is in the text" in lines  # where `locate` lists it
    assert any("still to decide" in line and f"assistant review {sample}" in line for line in lines)


def test_a_command_to_copy_is_not_broken_in_two(
    run: Run, tmp_path: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a terminal too narrow for it, on which the words before it are; standard input has none."""
    draft = tmp_path / "what I  wrote - of a $trip - in a long summer 清单.md"
    draft.write_text("# Bees\n\n## Hives\n")
    words = ["expand", draft, "--line", "1", "--base-url", server.url]
    said = run(*words).stderr.decode()
    assert said.endswith(f"see: {display.command('locate', str(draft))}\n")
    monkeypatch.setenv("COLUMNS", "40")
    lines = wrapped(
        f"{draft.name}: 1 still to decide; go on with: {display.command('review', draft.name)}"
    ).split("\n")
    assert lines[-1] == f"  {display.command('review', draft.name)}" and max(map(len, lines[:-1])) <= 40
    said = run("expand", "-", *words[2:], stdin=draft.read_bytes()).stderr.decode()
    assert said == "assistant: standard input has no gap at line 1\n"


def test_gaps_and_the_pieces_that_they_take_are_told_together(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """`locate` counts the instruction as one gap, a review its three points."""
    done = run("expand", sample.parent, "--no-ask", "--base-url", server.url)
    assert b".md: 3 of 3 written (5 pieces), " in done.stdout
    assert b"1 draft: 3 gaps, 3 written (5 pieces), " in done.stdout
    plain = run("review", "--plain", sample, "--no-ask", "--base-url", server.url, stdin=b"q\n")
    assert f"{sample.name}: 5 pieces for 3 gaps." in plain.stdout.decode()


def test_lines_of_a_file_are_those_whose_gaps_are_written(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """As in a filter, and as `revise --lines` takes them."""
    done = run("expand", sample, "--lines", "46:49", "--dry-run", "--base-url", server.url)
    assert f"{sample}:47: empty-section" in done.stdout.decode() and b":45:" not in done.stdout
    assert b"no gaps found here; it has others" in run("expand", sample, "--lines", "1", "--diff").stderr


def test_a_prompt_of_a_draft_without_gaps_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Us\n\nWe have written all of it.\n")
    done = run("prompt", path)
    assert (done.returncode, done.stdout) == (0, b"") and b"a.md: no gaps found" in done.stderr
    path.write_text("# Us\n\nThe company was founded in TK by two brothers who never agreed.\n")
    assert "left alone: only you can fill “TK”" in run("prompt", path).stderr.decode()


def test_a_fact_that_only_its_author_knows_is_asked(tmp_path: Path, server: fakes.FakeServer) -> None:
    """On a terminal, the answer is the text; nobody else is asked."""
    path = tmp_path / "a.md"
    path.write_text("# Us\n\nThe company was founded in TK by two brothers who never agreed.\n")
    terminal = Terminal("expand", path, "--no-ask", "--base-url", server.url)
    assert "“The company was founded in TK by two brothers who never agreed.”" in terminal.until("[q]uit ?")
    terminal.press("a")
    assert "f answers it" in terminal.until("[q]uit ?")
    terminal.press("f")
    terminal.until("never agreed.”? ")
    terminal.press("1987\n")
    assert terminal.end() == 0 and not server.requests
    assert path.read_text() == "# Us\n\nThe company was founded in 1987 by two brothers who never agreed.\n"


def test_what_the_authors_notes_say_is_sent_and_supports_the_text(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """The request holds the notes, their figures need no check, and JSON, notes and history name them."""
    notes = Path("call.txt")
    notes.write_text(
        "The release with the new form took 32 minutes, and we lost $48,312 in Leeds that day.\n"
    )
    server.answer = lambda request: f"{fakes.default_answer(request)} We lost $48,312 in Leeds that day."
    to = ("--line", "45", "--base-url", server.url)
    doubted = run("expand", sample, "--json", *to).stdout.decode()
    assert "48,312" in doubted and json.loads(doubted.splitlines()[1])["hunks"][0]["warnings"]
    lines = run("expand", sample, "--json", "--with", "call.*", *to).stdout.decode().splitlines()
    expansion = json.loads(lines[1])
    assert "took 32 minutes" in server.requests[-1]["messages"][-1]["content"]
    assert expansion["sources"] == [{"name": "call.txt", "start_line": 1, "end_line": 1}]
    assert not [w for w in expansion["hunks"][0]["warnings"] if w["code"] == "unsupported"]
    passages = [one["passage"] for one in expansion["hunks"][0]["claims"] if one["verdict"] == "supported"]
    assert passages == [{"name": "call.txt", "line": 1, "text": notes.read_text().strip()}]
    assert "written with call.txt:1" in expansion["hunks"][0]["notes"]
    assert (
        b"  with call.txt:1: The release"
        in run("expand", sample, "--dry-run", "--fresh", "--with", notes, *to).stdout
    )
    assert b"took 32 minutes" in run("prompt", sample, "--with", notes, "--line", "45").stdout
    run("expand", sample, "--yes", "--with", notes, *to)
    assert b"written with call.txt:1" in run("history", sample).stdout
    server.requests.clear()
    Path("empty.bin").write_bytes(b"\xff\0")
    for wrong in ("no.txt", "empty.bin", "."):
        done = run("expand", sample, "--ask", "--with", wrong, "--base-url", server.url)
        assert done.returncode == 2 and not server.requests, done.stderr.decode()[-900:]
    assert b"--line" in run("expand", sample, "--line", "0", "--base-url", server.url).stderr


def test_a_draft_names_its_own_sources(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """`sources` in the front matter is read from the draft's folder; what is not in the blog is left out."""
    Path(".assistant.toml").touch()
    Path("drafts/notes.md").write_text("We lost a day in Leeds.\n")
    text = sample.read_text("utf-8").replace("tags:", "sources: [notes.md, /etc/passwd]\ntags:", 1)
    sample.write_text(text, "utf-8")
    done = run("prompt", sample, "--line", "46")
    assert b"[drafts/notes.md:1]\nWe lost a day in Leeds." in done.stdout
    assert (
        b"/etc/passwd: no such file inside the blog; left out" in done.stderr and b"root:" not in done.stdout
    )


def test_a_second_opinion_marks_what_the_model_doubts(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """One request more for the piece, said before; an answer that is none becomes a note."""
    verdict = '{"unsupported": [2]}'

    def answer(request: dict[str, Any]) -> str:
        return verdict if "Answer with JSON alone" in fakes.contents(request)[-1] else fakes.PROSE

    server.answer = answer
    to = ("--line", "45", "--no-ask", "--json", "--verify", "--base-url", server.url)
    assert b"2 requests" in run("expand", sample, "--line", "45", "--no-ask", "--dry-run", "--verify").stdout
    (hunk,) = json.loads(run("expand", sample, *to).stdout.splitlines()[1])["hunks"]
    assert len(server.requests) == 2
    (doubt,) = [w for w in hunk["warnings"] if w["code"] == "doubted"]
    assert hunk["new"].encode()[doubt["start"] : doubt["end"]].startswith(b"The dull things go first")
    verdict = "I can't say."
    (hunk,) = json.loads(run("expand", sample, *to, "--fresh").stdout.splitlines()[1])["hunks"]
    assert any(note.startswith("not verified") for note in hunk["notes"])


def test_a_models_placeholders_become_questions(run: Run, sample: Path, server: fakes.FakeServer) -> None:
    """`[insert date]` in a text asks its author, as `[TK: …]` does."""
    server.answer = lambda request: fakes.default_answer(request) + " We met on [insert date] about it."
    done = run("expand", sample, "--line", "45", "--diff", "--base-url", server.url)
    assert b"We met on [TK: insert date] about it." in done.stdout
    assert "left as a gap for you: “insert date”" in done.stderr.decode()


def test_a_server_that_is_down_is_told_of_once(run: Run, sample: Path) -> None:
    """The reading and every gap fail for one reason; a review tells it at the first piece."""
    to = ("--ask", "--base-url", "http://127.0.0.1:9/v1", "--model", "a")
    said = run("expand", sample, "--diff", *to).stderr.decode()
    assert said.count("can't be reached") == 1 and "could not read the draft" in said
    assert "lines 45, 47, 55, 56, 57: the same" in said
    shown = run("review", "--plain", sample, *to, stdin=b"j\nj\nj\nj\nn\nq\n").stdout.decode()
    assert shown.count("\n127.0.0.1:9 can't be reached") == 1
    assert "for the same reason as piece 1" in shown and "t asks for one again" in shown
    sample.write_text("# A\n\nAll of it is here, and it is finished.\n")
    assert b"could not read the draft" in run("review", "--plain", sample, *to, stdin=b"q\n").stdout


def test_a_quiet_run_says_in_one_line_why_it_failed(
    run: Run, sample: Path, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """Whatever the exit code comes of; a run that ends in 0 says nothing."""
    fact = tmp_path / "fact.md"
    fact.write_text("# Us\n\nThe company was founded in TK by two brothers who never agreed.\n")
    to, down = ("--yes", "--quiet", "--base-url", server.url), ("--base-url", "http://127.0.0.1:9/v1")
    only_you = run("expand", fact, *to)
    assert only_you.returncode == 1 and only_you.stderr.count(b"\n") == 1 and b"only you" in only_you.stderr
    server.failure, server.fail_when = "cut", lambda request: "Choosing" in fakes.contents(request)[-1]
    half = run("expand", "-", "-q", "--base-url", server.url, stdin=sample.read_bytes())
    assert half.returncode == 1 and half.stderr.count(b"\n") == 1 and b":45: the answer from" in half.stderr
    # Vim's `:%!` would put the line into the draft.
    within = run("expand", "-", "-q", "--pass-through", "--base-url", server.url, stdin=sample.read_bytes())
    assert (within.returncode, within.stderr) == (1, b"") and fakes.sections(within.stdout.decode())
    server.failure = ""
    assert run("expand", sample, *to).stderr == b""
    for path in (fact, fact.parent):
        fact.write_text("# Us\n\n## Them\n")
        down_ = run("expand", path, "--yes", "--quiet", "--model", "m", *down)
        assert (
            down_.returncode == 3 and down_.stderr.count(b"\n") == 1 and b"can't be reached" in down_.stderr
        )


def test_what_is_kept_out_is_named_by_its_line_in_the_file_as_it_is(
    run: Run, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """Texts above it were written, and its author typed there meanwhile."""
    path, typed = tmp_path / "boat.md", tmp_path / "typed"
    path.write_text("# The boat\n\nTODO: say who built it\n\n## Sails\n\nTODO: describe the sails\n")

    def typing(request: dict[str, Any]) -> str:
        typed.write_text(path.read_text().replace("the sails\n", "the sails, and who sewed them\n"))
        with suppress(FileNotFoundError):  # two texts are written at a time
            typed.replace(path)
        return (
            "It is slow work, and I like that about it.\n\nWho comes by is given tea, and stays until dark."
        )

    server.answer = typing
    done = run("expand", path, "--yes", "--keep-unsupported", "--base-url", server.url)
    line = 1 + path.read_text().split("\n").index("TODO: describe the sails, and who sewed them")
    assert f"not applied: line {line} changed".encode() in done.stderr and line > 7, done.stderr.decode()[
        -900:
    ]


def test_a_place_without_words_is_named_by_what_heads_it(
    run: Run, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """An empty cell by its row and column, `???` by its line."""
    path = tmp_path / "boat.md"
    rows = "| part | price |\n|---|---|\n| mast | 40 |\n| rudder |  |\n| keel | 12 |\n"
    path.write_text(f"# The boat\n\nWe bought it in parts, over two years.\n\n{rows}\nThe seller: ???\n")
    said = run("expand", path, "--diff", "--base-url", server.url).stderr.decode()
    assert "fill “rudder: price”" in said and "fill “The seller: ???”" in said and "“”" not in said, said

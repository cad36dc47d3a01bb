"""`assistant expand` over many drafts: one table, one limit on requests, one budget, nothing asked twice."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import fakes
import jsonschema
import pytest
from conftest import ROOT, Run
from forks import Fork
from pseudo_terminal import Terminal

from assistant.adapters.store import open_store
from assistant.app.blog import BlogRun, Missed, drafts_with_gaps
from assistant.app.models import Connection
from assistant.app.session import open_session
from assistant.app.workspace import open_draft
from assistant.app.writer import Models
from assistant.core.types import Reply, Request, Usage

DRAFTS, GAPS = 5, 3


@pytest.fixture
def folder(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a blog of five drafts with three gaps each, and a finished post; go there."""
    drafts = fakes.write_blog(tmp_path, drafts=DRAFTS, gaps=GAPS)
    (drafts / "done.md").write_text("# Done\n\nAll of it is written, and nothing is missing here.\n")
    monkeypatch.chdir(tmp_path / "blog")
    return drafts


answer = fakes.different_answer


def test_all_texts_land_in_the_store_and_are_not_asked_for_again(
    run: Run, folder: Path, server: fakes.FakeServer
) -> None:
    """No draft changes, `status` lists what is to decide, and a second run sends nothing."""
    server.answer = answer
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = run("expand", "drafts", "--base-url", server.url)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert sorted(line.partition(":")[0] for line in lines[:-1]) == [f"drafts/week-{n}.md" for n in range(5)]
    assert all(": 3 of 3 written, " in line for line in lines[:-1])
    assert lines[-1].startswith("5 drafts: 15 gaps, 15 written") and "assistant review drafts" in lines[-1]
    assert len(server.requests) == DRAFTS * GAPS
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert run("status").stdout.count(b"3 still to decide") == DRAFTS
    again = run("expand", "drafts", "--quiet", "--base-url", server.url)
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")
    assert b": nothing to send" in run("expand", "drafts", "--dry-run", "--base-url", server.url).stdout
    assert len(server.requests) == DRAFTS * GAPS


def test_requests_of_several_drafts_share_one_limit(run: Run, folder: Path, server: fakes.FakeServer) -> None:
    """With `--jobs 3`, three texts are asked for at the same time, and never more."""
    lock, now, most = threading.Lock(), [0], [0]

    def slow(request: dict[str, Any]) -> str:
        with lock:
            now[0] += 1
            most[0] = max(*most, *now)
        time.sleep(0.2)
        with lock:
            now[0] -= 1
        return answer(request)

    server.answer = slow
    assert run("expand", *folder.glob("week*"), "--jobs", "3", "--base-url", server.url).returncode == 0
    assert most[0] == 3 and len(server.requests) == DRAFTS * GAPS


def test_yes_writes_every_draft_and_leaves_out_what_nothing_supports(
    run: Run, folder: Path, server: fakes.FakeServer
) -> None:
    """Texts of an earlier run are written too; a sentence with an invented fact stays out and is named."""
    invented = "In March 1987 Dr. Ilse Kramer paid me 4,000 dollars for it."
    server.answer = lambda request: f"{answer(request)} {invented}"
    run("expand", folder / "week-0.md", folder / "week-1.md", "--base-url", server.url)
    asked = len(server.requests)
    done = run("expand", "drafts", "--yes", "--base-url", server.url)
    assert done.returncode == 0 and len(server.requests) == asked + 3 * GAPS
    assert done.stderr.count(b"left out, not in your posts") >= DRAFTS
    for number in range(DRAFTS):
        text = (folder / f"week-{number}.md").read_text()
        assert text.count(" away.") > GAPS and "1987" not in text
    assert b"no gaps found" in run("expand", "drafts", "--yes").stderr


@pytest.mark.parametrize("options", [["--yes"], []])
def test_what_only_the_author_can_fill_is_named_and_the_exit_code_is_1(
    run: Run, folder: Path, server: fakes.FakeServer, options: list[str]
) -> None:
    """As for one draft: a script must not take the folder for finished."""
    server.answer = answer
    (folder / "us.md").write_text("# Us\n\nThe company was founded in TK by two brothers who never agreed.\n")
    done = run("expand", "drafts", *options, "--base-url", server.url)
    assert done.returncode == 1, done.stderr
    assert "drafts/us.md:3: left alone: only you can fill “TK”" in done.stderr.decode()
    assert b"6 drafts: 16 gaps, 15 written, 1 only you can fill" in done.stdout


def test_what_is_left_for_a_review_is_not_counted_as_written(
    run: Run, folder: Path, server: fakes.FakeServer
) -> None:
    """`--yes` says how many texts wait, and for which command."""
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
    server.answer = lambda request: (
        " ".join(f"In 19{n}1 we paid $4{n},312 to {place}." for n, place in enumerate(places))
        if "week-0" in str(request) or len(server.requests) < 3
        else answer(request)
    )
    done = run("expand", "drafts", "--yes", "--jobs", "1", "--base-url", server.url)
    left = done.stderr.count(b"left for a review: nothing else is in the text")
    total = done.stdout.decode().splitlines()[-1]
    assert done.returncode == 1 and 0 < left < 15
    assert f"5 drafts: 15 gaps, {15 - left} written, {left} left for a review" in total
    assert total.endswith("; decide: assistant review drafts")


def test_a_gap_with_several_texts_counts_once_in_the_total(
    run: Run, tmp_path: Path, server: fakes.FakeServer
) -> None:
    """It is written, or waits for its author; an instruction above three points is one gap."""
    server.answer = lambda _: "In 1991 we paid $4,312 to Priya at the harbour."
    points = "- The first one\n- The second one\n- The third one\n"
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(
            f"# {name}\n\nWe went by train.\n\nExpand each of these:\n\n{points}"
        )
    done = run("expand", tmp_path, "--yes", "--base-url", server.url)
    total = done.stdout.decode().splitlines()[-1]
    assert "2 drafts: 2 gaps, 0 written, 2 left for a review (6 pieces)" in total, done.stderr


def test_a_killed_run_goes_on_where_it_stopped(run: Run, folder: Path, server: fakes.FakeServer) -> None:
    """After SIGKILL nothing that came is asked for again, and in the end every piece has one text."""
    server.answer, server.wait = answer, 0.15
    with open(os.devnull, "r+b") as null:
        first = Fork(["expand", "drafts", "--jobs", "2", "--base-url", server.url], [null.fileno()] * 3)
        while len(server.requests) < 7:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
        first.wait(60)
    time.sleep(0.3)  # a request under way is counted yet
    server.wait = 0.0
    assert run("expand", "drafts", "--base-url", server.url).returncode == 0
    assert len(server.requests) <= DRAFTS * GAPS + 2
    store = open_store()
    for path in sorted(folder.glob("week*")):
        session = open_session(open_draft(str(path)), store, read_only=True)
        assert [len(piece.versions) for piece in session.review.shown] == [1] * GAPS
    store.close()


def test_ctrl_c_keeps_what_came(folder: Path, server: fakes.FakeServer) -> None:
    """The table is on the terminal while it runs; after Ctrl-C the same command continues."""
    server.answer, server.wait = answer, 0.2
    command = "expand", "drafts", "--jobs", "1", "--base-url", server.url
    terminal = Terminal(*command)
    terminal.until("writing")
    while len(server.requests) < 3:
        time.sleep(0.01)
    terminal.press("\x03")
    terminal.until(" kept; the same command continues")
    assert terminal.end() == 130
    assert "drafts/week-4.md" in terminal.raw and "done.md" not in terminal.raw and "warnings" in terminal.raw
    asked = len(server.requests)
    server.wait = 0.0
    terminal = Terminal(*command)
    terminal.until("15 written")
    assert terminal.end() == 0
    assert asked < DRAFTS * GAPS and len(server.requests) <= DRAFTS * GAPS + 1


def test_ctrl_c_before_any_text_claims_none(folder: Path, server: fakes.FakeServer) -> None:
    server.wait = 20.0
    terminal = Terminal("expand", "drafts", "--base-url", server.url)
    terminal.until("writing")
    terminal.press("\x03")
    terminal.until("interrupted; no text came; the same command continues")
    assert terminal.end() == 130


def test_every_json_line_names_its_draft(run: Run, folder: Path, server: fakes.FakeServer) -> None:
    """Events are those of one draft, each with `draft`; the last line has the sums."""
    server.answer = answer
    done = run("expand", "drafts", "--json", "--base-url", server.url)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    schema = json.loads((ROOT / "docs/json-lines.schema.json").read_text("utf-8"))
    for event in events:
        jsonschema.validate(event, schema)
    *others, last = events
    assert {event["draft"] for event in others} == {f"drafts/week-{n}.md" for n in range(DRAFTS)}
    assert sum(event["event"] == "expansion" for event in others) == DRAFTS * GAPS
    assert (last["event"], last["drafts"], last["expanded"]) == ("done", DRAFTS, DRAFTS * GAPS)
    assert last["bytes"] == sum(path.stat().st_size for path in folder.glob("week*"))


def test_a_run_over_finished_drafts_ends_its_json_as_well(run: Run, tmp_path: Path) -> None:
    """A stream without `done` was cut off."""
    (tmp_path / "done.md").write_text("# Bees\n\nWe kept bees for eleven years and never lost a colony.\n")
    (event,) = map(json.loads, run("expand", tmp_path, "--json").stdout.splitlines())
    assert event["event"] == "done" and event["drafts"] == event["gaps"] == 0
    jsonschema.validate(event, json.loads((ROOT / "docs/json-lines.schema.json").read_text("utf-8")))


def test_one_budget_holds_for_all_drafts(folder: Path) -> None:
    """What is left of the limit is spent, and the texts that would exceed it are named as such."""

    class Counting(fakes.FakeModel):
        def answer(self, request: Request) -> tuple[Reply, ...]:
            self.requests.append(request)
            text = fakes.different_answer({"messages": [{"content": request.messages[-1].content}]})
            return (Reply(text, self.name, Usage(100, 100)),)

    model = Counting()
    connection = Connection(model, "", "gpt-4o", "https://api.openai.com/v1")
    workspaces, _ = drafts_with_gaps(["drafts"], locate="local", max_cost=0.02, jobs=2)
    store = open_store()
    run = BlogRun(workspaces, models := Models(jobs=2), store, locate="local", max_cost=0.02, jobs=2)
    models._only, price = connection, Decimal("0.005")
    connection.price = lambda usage: price  # type: ignore[method-assign]
    missed = [news for _, news in run.news(jobs=2) if isinstance(news, Missed)]
    store.close()
    assert len(model.requests) <= 4 and len(missed) >= DRAFTS * GAPS - 4
    assert all("would exceed --max-cost 0.02" in one.message for one in missed)


def test_a_run_ends_when_no_model_can_be_reached(run: Run, folder: Path) -> None:
    """The reason is told once, the exit code is 3, and no draft is called done."""
    done = run("expand", "drafts", "--base-url", "http://127.0.0.1:9/v1", "--model", "x")
    assert done.returncode == 3 and b"stopped: no model can be reached" in done.stderr
    assert done.stderr.count(b"can't") < 4 and b"Traceback" not in done.stderr


def test_a_draft_that_is_open_elsewhere_is_left_out(run: Run, folder: Path, server: fakes.FakeServer) -> None:
    """The others are written; the exit code says that something is left."""
    server.answer = answer
    store = open_store()
    session = open_session(open_draft(str(folder / "week-2.md")), store)
    done = run("expand", "drafts", "--base-url", server.url)
    session.close()
    store.close()
    assert done.returncode == 1 and b"\ndrafts/week-2.md: open in another session" in b"\n" + done.stderr
    assert b"left out: drafts/week-2.md" in done.stderr and str(folder).encode() not in done.stderr
    assert len(server.requests) == (DRAFTS - 1) * GAPS


@pytest.mark.parametrize("option", [["--line", "3"], ["--diff"], ["-o", "x.md"], ["-"]])
def test_options_for_one_draft_are_refused_for_several(run: Run, folder: Path, option: list[str]) -> None:
    done = run("expand", "drafts", *option)
    assert done.returncode == 2 and b"goes with one draft" in done.stderr


def test_a_draft_that_cannot_be_read_is_named_at_the_end(
    run: Run, folder: Path, server: fakes.FakeServer
) -> None:
    """The others are written; the exit code is that for bad input, of a dry run too."""
    server.answer = answer
    (folder / "bad.md").write_bytes(b"\x00\xff\xfe\x00")
    for options in (["--dry-run"], []):
        done = run("expand", "drafts", *options, "--base-url", server.url)
        assert done.returncode == 2 and done.stderr.endswith(b"left out: drafts/bad.md\n")
    assert len(server.requests) == DRAFTS * GAPS


def test_a_linked_draft_is_written_once(run: Run, folder: Path, server: fakes.FakeServer) -> None:
    """Under its own name, whichever comes first."""
    server.answer = answer
    for name in ("a-link.md", "z-link.md"):
        (folder / name).symlink_to("week-0.md")
    done = run("expand", "drafts", "--base-url", server.url)
    assert done.returncode == 0 and b"link" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith(b"5 drafts: 15 gaps, 15 written")
    assert b"link" not in run().stdout


def test_a_text_whose_place_has_changed_is_named_and_not_counted(
    run: Run, folder: Path, server: fakes.FakeServer
) -> None:
    server.answer = answer
    draft = folder / "week-0.md"
    note = "TODO: tell what came of it all in the end."
    draft.write_text(f"# Week\n\nI wrote it down. {note}\n\n## Last\n")
    run("expand", draft, "drafts/week-1.md", "--base-url", server.url)
    draft.write_text(draft.read_text().replace(note, "Nothing came of it."))
    done = run("expand", draft, "drafts/week-1.md", "--base-url", server.url)
    assert b"outdated" in done.stderr and b", 1 outdated" in done.stdout

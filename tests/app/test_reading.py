"""A capable model reads the draft before its gaps are written, in every way of working."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakes
import pytest
from conftest import Run

from assistant.adapters.store import open_store
from assistant.app import reading, workspace
from assistant.app.budget import Budget
from assistant.app.models import Connection
from assistant.app.reviewer import Reviewer
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.core.types import Capabilities
from assistant.errors import ModelError

DRAFT = (
    "# Tea\n\nI drink it at four, and I like the old pot.\n\n## The pot\n\n"
    "So what came from my aunt in that box of straw, in the end?\n"
)
NOTES = {"kind": "notes", "from": 7, "to": 7, "words": "", "asks": "", "governs": [], "only_author": False}
ANSWER = json.dumps({"gaps": [NOTES]})


def is_reading(request: dict[str, Any]) -> bool:
    """Tell a reading from a request for a text."""
    return fakes.contents(request)[-1].startswith("Draft:")


def reader(request: dict[str, Any]) -> str:
    """Name the notes when asked for gaps, and write prose otherwise."""
    return ANSWER if is_reading(request) else fakes.PROSE


@pytest.fixture
def draft(home: Path, tmp_path: Path) -> Path:
    """Write a draft whose notes no rule finds, and leave `locate` to the program."""
    (home / "config.toml").write_text("")
    path = tmp_path / "tea.md"
    path.write_text(DRAFT)
    return path


def connected(*answers: str | Exception, name: str = "gpt-4o", **able: Any) -> Connection:
    """Return a connection to a model that gives these answers."""
    model = fakes.FakeModel(*answers, capabilities=Capabilities(**able))
    return Connection(model, "using a fake", name, "https://api.openai.com/v1")


def test_what_the_model_finds_is_written_and_the_same_draft_is_read_once(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    server.answer = reader
    options = ("--json", "--base-url", server.url, "--model", "some-70b")
    done = run("expand", draft, *options)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(e["kind"], e["why"]) for e in events if e["event"] == "gap"] == [("notes", "found by the model")]
    assert events[-1]["expanded"] == 1
    assert b"reading the draft first: 1 request, " in done.stderr
    form = server.requests[0]["response_format"]
    assert form["type"] == "json_schema" and form["json_schema"]["schema"]["required"] == ["gaps"]
    assert server.requests[0]["temperature"] == 0
    run("expand", draft, *options)
    assert sum(map(is_reading, server.requests)) == 1


@pytest.mark.parametrize(
    ("model", "flags", "settings", "reads"),
    [
        ("some-70b", (), "", True),
        ("some-model", (), "", False),
        ("qwen2.5:1.5b", (), "", False),
        ("qwen3-30b-a3b", (), "", True),
        ("some-70b", ("--no-ask",), "", False),
        ("some-70b", (), 'locate = "local"', False),
        ("qwen2.5:1.5b", (), 'locate = "model"', True),
        ("some-70b", ("--ask",), 'locate = "local"', True),
        ("some-70b", ("--line", "3"), "", False),
    ],
)
def test_who_looks_for_gaps_can_be_chosen(
    run: Run,
    draft: Path,
    home: Path,
    server: fakes.FakeServer,
    model: str,
    flags: tuple[str, ...],
    settings: str,
    reads: bool,
) -> None:
    (home / "config.toml").write_text(settings + "\n")
    server.answer = reader
    run("expand", draft, "--json", "--base-url", server.url, "--model", model, *flags)
    assert any(map(is_reading, server.requests)) == reads


def test_a_model_on_this_machine_reads_if_its_name_says_it_is_large(home: Path, draft: Path) -> None:
    opened = workspace.open_draft(str(draft))
    for name, reads in (("qwen3:8b", True), ("Llama-3.2-3B", False), ("mine.gguf", False)):
        assert reading.is_wanted(opened, connected(name=name, local=True)) == reads
    assert not reading.may_be_wanted(opened)  # the default model


def test_a_draft_without_text_is_not_sent(run: Run, draft: Path, server: fakes.FakeServer) -> None:
    for text in ("", "\ufeff \r\n\n", "---\ntitle: Boats\n---\n\n"):
        draft.write_text(text, newline="")
        run("expand", draft, "--diff", "--ask", "--base-url", server.url)
        located = run("locate", draft, "--ask")
        assert located.returncode == 0 and b"fetched" not in located.stderr
    assert server.requests == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("I see no JSON here.", "not the JSON that was asked for"),
        (ModelError("rate limit reached"), "rate limit"),
    ],
)
def test_a_reading_that_fails_leaves_what_is_found_here(
    sample: Path, answer: str | Exception, reason: str
) -> None:
    opened = workspace.open_draft(str(sample))
    outcome = reading.read(opened, connected(answer))
    assert outcome.workspace is opened and len(opened.gaps) == 3
    assert reason in outcome.failure and "gaps are those found here" in outcome.failure


def test_a_failed_reading_is_told_in_one_line(
    run: Run, sample: Path, home: Path, server: fakes.FakeServer
) -> None:
    (home / "config.toml").write_text("")
    server.answer = lambda request: "What?" if is_reading(request) else fakes.default_answer(request)
    done = run("expand", sample, "--json", "--base-url", server.url, "--model", "some-70b")
    assert done.stderr.count(b"the model could not read the draft") == 1
    assert json.loads(done.stdout.splitlines()[-1])["gaps"] == 3


def test_a_server_without_structured_outputs_is_asked_without(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    server.answer = reader
    server.failure, server.fail_when = "400:response_format", lambda request: "response_format" in request
    done = run("expand", draft, "--json", "--base-url", server.url, "--model", "some-70b")
    assert json.loads(done.stdout.splitlines()[-1])["expanded"] == 1


def test_a_long_draft_is_read_in_parts(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.md"
    path.write_text(
        "# A\n\n" + "A line of prose that is quite ordinary and finished.\n\n" * 400 + "sugar vs honey\n"
    )
    opened = workspace.open_draft(str(path))
    last = json.dumps({"gaps": [{**NOTES, "from": 803, "to": 803}]})
    connection = connected('{"gaps": []}', last, context=8000)
    (gap,) = reading.read(opened, connection).workspace.gaps
    number, usage = reading.expected(opened, connection)
    assert opened.draft.text(gap.span) == "sugar vs honey" and number > 1
    assert usage.prompt_tokens > number * 1500


def test_a_reading_counts_against_the_limit(draft: Path) -> None:
    opened = workspace.open_draft(str(draft))
    _, usage = reading.expected(opened, connected())
    price = connected().price(usage)
    assert price is not None
    budget, connection = Budget(), connected(ANSWER)
    budget.committed += price
    limited = replace(opened, settings=replace(opened.settings, max_cost=float(price) * 1.5))
    assert "would exceed --max-cost" in reading.read(limited, connection, budget=budget).failure
    assert connection.model.requests == []  # type: ignore[attr-defined]
    assert reading.read(limited, connection).failure == ""


def test_an_estimate_and_the_prompts_show_the_reading(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    options = ("--base-url", server.url, "--model", "some-70b")
    done = run("expand", draft, "--dry-run", *options)
    assert b"reading the draft first: " in done.stdout and b": 1 request, " in done.stdout
    assert (
        b"7| So what came from my aunt in that box of straw, in the end?"
        in run("prompt", draft, *options).stdout
    )
    assert server.requests == []


def test_locate_asks_only_when_told(run: Run, draft: Path, server: fakes.FakeServer, home: Path) -> None:
    (home / "config.toml").write_text(f'base_url = "{server.url}"\nmodel = "some-70b"\nlocate = "model"\n')
    server.answer = reader
    assert b"nothing unwritten" in run("locate", draft).stdout and not server.requests
    done = run("locate", draft, "--ask", "--check")
    assert b"notes" in done.stdout and b"found by the model" in done.stdout and done.returncode == 1


def test_a_review_reads_first_and_drops_doubtful_places_the_model_does_not_name(
    draft: Path, server: fakes.FakeServer
) -> None:
    draft.write_text(
        DRAFT + "\n## Cups\n\nThe cups are blue, all six of them.\n\n## Milk\n\n## The end\n\nThat is all.\n"
    )
    server.answer = reader
    opened = workspace.open_draft(str(draft), base_url=server.url, model="some-70b")
    assert [opened.draft.text(gap.span) for gap in opened.gaps] == ["## Milk"]
    with closing(open_store()) as store, closing(Models()) as models:
        session = open_session(opened, store)
        reviewer = Reviewer([session], [Writer(session, models)])
        reviewer.begin()
        assert reviewer.busy
        while reviewer.busy:
            time.sleep(0.01)
        assert [piece.hunk.original for piece in session.review.shown if piece.hunk] == [
            b"So what came from my aunt in that box of straw, in the end?"
        ]
        reviewer.accept()
        session.write()
        assert not session.workspace.gaps  # what was named and written is a gap no more
        session.close()


def test_a_plain_review_waits_for_what_the_model_finds(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    server.answer, server.wait = reader, 0.3
    options = ("--base-url", server.url, "--model", "some-70b")
    done = run("review", "--plain", draft, *options, stdin=b"a\nw\nq\n")
    assert b"1 piece." in done.stdout and fakes.PROSE in draft.read_text()

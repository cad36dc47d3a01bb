"""`assistant expand` on a draft that was decided on before: what stands is written, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import fakes
import jsonschema
import pytest
from conftest import ROOT, Run
from pseudo_terminal import Terminal

from assistant.adapters.tokens import counter
from assistant.core.prompt.turns import PER_MESSAGE

SCHEMA = ROOT / "docs" / "json-lines.schema.json"

PROMPT = "[q]uit ?"
DRAFT = """\
---
title: Boats
---

I row a small boat every summer with my brother.

## Oars

## Ropes

## Sails
"""
MINE = "My oars are of ash, and my brother painted them."


@pytest.fixture
def draft(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: fakes.FakeServer) -> Path:
    """Return a draft of three sections, each of which the model writes another text for."""
    server.answer = fakes.different_answer
    monkeypatch.chdir(tmp_path)
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\necho "{MINE}" > "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    path = tmp_path / "boats.md"
    path.write_text(DRAFT)
    return path


@pytest.fixture
def decided(run: Run, draft: Path, server: fakes.FakeServer) -> Path:
    """Return the draft after a review: the first text is the author's, the second was rejected."""
    run("review", "--plain", draft, "--base-url", server.url, stdin=b"e\nr\nq\n")
    return draft


def section(text: str, name: str) -> str:
    """Return what is below a heading."""
    return text.partition(f"## {name}\n")[2].partition("## ")[0].strip()


@pytest.mark.parametrize("folder", [False, True])
def test_yes_writes_what_was_accepted_and_leaves_out_what_was_rejected(
    run: Run, decided: Path, server: fakes.FakeServer, folder: bool
) -> None:
    """Nobody is asked for anything where all has a text; one draft and a folder end alike."""
    server.requests = []
    done = run("expand", "." if folder else decided, "--yes", "--keep-unsupported", "--base-url", server.url)
    after = decided.read_text()
    assert (
        section(after, "Oars") == MINE
        and not section(after, "Ropes")
        and "In week" in section(after, "Sails")
    )
    assert not server.requests and b"request" not in done.stderr


def test_a_diff_has_what_would_be_written(run: Run, decided: Path, server: fakes.FakeServer) -> None:
    """And keeps nothing: the third text is as undecided as before."""
    diff = run("expand", decided, "--diff", "--base-url", server.url).stdout.decode()
    assert f"+{MINE}" in diff and diff.count("+In week") == 1 and decided.read_text() == DRAFT
    assert b"1 still to decide, 1 to write, 1 rejected" in run("status").stdout


@pytest.mark.parametrize("place", [(), ("--line", "9")])
def test_what_a_diff_was_told_is_not_announced_again(
    run: Run, draft: Path, server: fakes.FakeServer, place: tuple[str, ...]
) -> None:
    """The texts are stored, so nothing is sent, and `--max-cost` holds; `--fresh` sends all once more."""
    to = "--keep-unsupported", "--base-url", server.url
    run("expand", draft, *place, "--diff", *to[1:])
    server.requests = []
    done = run("expand", draft, *place, "--yes", "--max-cost", "0.1", *to)
    assert not server.requests and b"request" not in done.stderr and b"nothing to send" in done.stderr
    assert "In week" in section(draft.read_text(), "Ropes")
    draft.write_text(DRAFT)
    done = run("expand", draft, *place, "--diff", "--fresh", *to[1:])
    assert f"{len(server.requests)} request".encode() in done.stderr and server.requests


POOL = [
    "My brother oils the oars in March while I sand the seats and count the screws we lost in winter.",
    "A hull that dries too long opens at the seams, so ours goes into the water before it is painted.",
    "We row against the wind in the morning because nobody wants to fight it when the arms are tired.",
    "The oldest rope on board came from a fishing boat and still holds better than anything we bought since.",
    "On Sundays the lock keeper lets us through without a word and waves until we are behind the island.",
    "Nobody taught us to turn in a narrow channel; we learned it the day a barge came round the bend.",
    "Bread keeps for three days in the bow locker, cheese for five, and after that we eat what we catch.",
    "I write down the depth at every landing, since sand moves over the years and the charts do not.",
    "When rain sets in we pull the cover over both of us and listen to it for as long as it lasts.",
    "Two people in one boat need few rules, and ours is that whoever steers never has to cook.",
    "The paint we like best is sold in one shop only, whose owner mixes it by eye and never the same.",
    "At night the boat knocks against the posts, and after a week neither of us can sleep without that.",
]


@pytest.mark.parametrize("place", ["boats.md", "."])
def test_texts_that_repeat_one_another_are_the_same_whichever_came_first(
    run: Run, draft: Path, server: fakes.FakeServer, place: str
) -> None:
    """What a diff shows is what is written, by a run of the folder too, and nothing is sent for it."""
    draft.write_text(DRAFT + "\n## Anchors\n\n## Knots\n")
    names = ["Oars", "Ropes", "Sails", "Anchors", "Knots"]
    waits = {name: 0.2 - 0.05 * n for n, name in enumerate(names)}

    def answer(request: dict[str, Any]) -> str:
        asked = fakes.contents(request)[-1]
        name = next(one for one in names if one in asked)
        time.sleep(waits[name])
        return " ".join(random.Random(f"{name} {request['seed']}").sample(POOL, 3))

    server.answer = answer
    before, to = draft.read_text(), ("--base-url", server.url)
    first = run("expand", draft, "--diff", *to)
    assert b"other pieces have already" in first.stderr and len(server.requests) > len(names)
    server.requests = []
    again = run("expand", draft, "--diff", *to)
    assert again.stdout == first.stdout and b"nothing to send" in again.stderr
    run("expand", place, "--yes", "--keep-unsupported", *to)
    assert draft.read_text() != before and not server.requests
    subprocess.run(["git", "apply", "-R"], input=first.stdout, check=True)
    assert draft.read_text() == before
    waits = {name: 0.2 - seconds for name, seconds in waits.items()}
    assert run("expand", draft, "--diff", "--fresh", *to).stdout == first.stdout


def test_a_dry_run_counts_what_would_be_asked_for(run: Run, decided: Path, server: fakes.FakeServer) -> None:
    """Not what has a text, as for a folder; an instruction asks again for what is undecided."""
    to = ("--dry-run", "--base-url", server.url)
    said = run("expand", decided, *to).stdout.decode()
    assert "nothing to send" in said and said.count("has a text already") == 3
    said = run("expand", decided, "--instruction", "Shorter.", *to).stdout.decode()
    assert ": 1 request," in said and said.count("has a text already") == 2


@pytest.mark.parametrize("folder", [False, True])
def test_undo_takes_back_a_write_and_no_decision(
    run: Run, decided: Path, server: fakes.FakeServer, folder: bool
) -> None:
    """What its author accepted before a run is still accepted; what the run accepted is open again."""
    to = ("--keep-unsupported", "--base-url", server.url)
    run("expand", "." if folder else decided, "--yes", *to)
    done = run("undo", decided)
    assert b": 1 still accepted, 1 open again" in done.stdout and decided.read_text() == DRAFT
    assert b"1 still to decide, 1 to write, 1 rejected" in run("status").stdout
    run("review", "--plain", decided, stdin=b"r\nw\nq\n")
    assert section(after := decided.read_text(), "Oars") == MINE and not section(after, "Sails")
    assert b"1 piece" in run("undo", decided).stdout and decided.read_text() == DRAFT
    assert b"1 to write, 2 rejected" in run("status").stdout


def _said(run: Run, *args: str | Path) -> str:
    """Return what a dry run says would be sent in all."""
    return run("expand", *args, "--dry-run").stdout.decode().splitlines()[-1]


@pytest.mark.parametrize("place", ["boats.md", "."])
def test_a_dry_run_says_what_the_run_sends(
    run: Run, draft: Path, server: fakes.FakeServer, place: str
) -> None:
    """Stored answers are sent for by nobody, whichever run they come from; JSON says the same."""
    to = ("--base-url", server.url)
    run("expand", draft, "--line", "9", "--diff", *to)
    assert ": 2 requests, " in _said(run, place, *to)
    run("expand", draft, "--diff", *to)
    assert "nothing to send" in _said(run, place, *to) and ": 3 requests, " in _said(
        run, place, "--fresh", *to
    )
    (*_, line) = run("expand", place, "--dry-run", "--json", *to).stdout.splitlines()
    jsonschema.validate(estimate := json.loads(line), json.loads(SCHEMA.read_text("utf-8")))
    assert estimate["requests"] == estimate["usage"]["prompt_tokens"] == 0
    server.requests = []
    run("expand", place, "--yes", *to)
    assert not server.requests


def test_a_dry_run_counts_the_second_request_for_a_text(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    """The first answer is stored and a list where prose is wanted; the second request was never answered."""
    rows = ("I coil the long rope by hand", "The short one hangs in the shed", "Wet ones dry over the fence")
    listed = "\n".join(f"- {row}, and nobody else touches it." for row in rows)
    server.answer = lambda request: listed
    server.failure, server.fail_when = "500", lambda request: len(server.requests) > 1
    to = (draft, "--line", "9", "--base-url", server.url)
    done = run("expand", *to, "--diff")
    assert b"+- I coil" in done.stdout, done.stderr
    tokens = int(_said(run, *to).partition(" request, ")[2].partition(" tokens")[0].replace(",", ""))
    server.requests, server.failure, server.answer = [], "", fakes.different_answer
    assert b"+In week" in run("expand", *to, "--diff").stdout
    (request,) = server.requests
    count = counter("fake-model")
    assert tokens == sum(count(text) + PER_MESSAGE for text in fakes.contents(request))


def test_a_dry_run_is_about_what_was_accepted_too(run: Run, draft: Path, server: fakes.FakeServer) -> None:
    """An accepted text is shown to the model, and belongs to the question that was answered."""
    to = (draft, "--base-url", server.url)
    draft.write_text(DRAFT.partition("## Ropes")[0])
    run("review", "--plain", *to, stdin=b"a\nq\n")
    draft.write_text(DRAFT)
    assert ": 2 requests, " in _said(run, *to)
    run("expand", *to, "--diff")
    assert "nothing to send" in _said(run, *to)


def test_a_named_place_is_written_alone(run: Run, decided: Path, server: fakes.FakeServer) -> None:
    """With an instruction, it gets another text, whatever was decided; its author's own words stay."""
    to = "--yes", "--keep-unsupported", "--base-url", server.url, "--instruction", "shorter"
    run("expand", decided, "--line", "9", *to)
    after = decided.read_text()
    assert "In week" in section(after, "Ropes") and not section(after, "Oars") + section(after, "Sails")
    assert ": 1 request," in run("expand", decided, "--dry-run", "--line", "7", *to[2:]).stdout.decode()
    done = run("expand", decided, "--line", "7", *to)
    assert section(decided.read_text(), "Oars") == MINE
    assert b":7: not written: you put your own words there" in done.stderr
    assert len(server.requests) == 5


def test_an_accepted_place_that_is_named_gets_another_text(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    """So a dry run says; undo brings back what was accepted."""
    to = "--base-url", server.url
    run("review", "--plain", draft, *to, stdin=b"a\nq\n")
    name = "expand", draft, "--line", "7", "--instruction", "shorter", *to
    assert b": 1 request," in run(*name, "--dry-run").stdout
    run(*name, "--yes", "--keep-unsupported")
    assert (other := section(draft.read_text(), "Oars"))
    assert b": 1 still accepted" in run("undo", draft).stdout
    run("expand", draft, "--yes", "--keep-unsupported", *to)
    assert section(draft.read_text(), "Oars") not in ("", other)


@pytest.mark.parametrize("key", ["", "a\n", "r\n"])
def test_a_gap_whose_heading_was_renamed_is_asked_for_again(
    run: Run, draft: Path, server: fakes.FakeServer, key: str
) -> None:
    """Whatever was decided on the earlier text, which stays beside the new one."""
    to = "--keep-unsupported", "--base-url", server.url
    run("expand", ".", "--base-url", server.url)
    run("review", "--plain", draft, "--base-url", server.url, stdin=f"{key}q\n".encode())
    draft.write_text(DRAFT.replace("## Oars", "## My oars"))
    assert b"2 still to decide" in (said := run("status").stdout) and b"to write" not in said
    assert key or b"1 outdated" in said
    server.requests = []
    diff = run("expand", draft, "--diff", *to[1:])
    assert len(server.requests) == 1 and diff.stdout.count(b"\n+In week") == 3
    shown = run("review", "--plain", draft, *to[1:], stdin=b"v\nv\nq\n").stdout.decode()
    assert "version 2 of 2" in shown and ": outdated." in shown
    run("expand", draft, "--yes", *to)
    after = draft.read_text()
    assert all("In week" in section(after, name) for name in ("My oars", "Ropes", "Sails"))


def test_a_text_in_place_of_ones_own_outdated_words_waits(
    run: Run, decided: Path, server: fakes.FakeServer
) -> None:
    """`--yes` writes the others."""
    decided.write_text(DRAFT.replace("## Oars", "## My oars"))
    done = run("expand", decided, "--yes", "--keep-unsupported", "--base-url", server.url)
    after = decided.read_text()
    assert not section(after, "My oars") and "In week" in section(after, "Sails")
    assert b"your own words for it are outdated" in done.stderr and b"1 still to decide" in done.stderr
    shown = run("review", "--plain", decided, "--base-url", server.url, stdin=b"V\nq\n").stdout.decode()
    assert MINE in shown


def test_a_text_that_its_author_looked_past_for_an_earlier_one_waits(
    run: Run, draft: Path, server: fakes.FakeServer
) -> None:
    """What was decided on the earlier one holds for that alone, and the other is one key away."""
    to = "--keep-unsupported", "--base-url", server.url
    run("review", "--plain", draft, *to[1:], stdin=b"a\nq\n")
    draft.write_text(DRAFT.replace("## Oars", "## My oars"))
    run("review", "--plain", draft, *to[1:], stdin=b"V\nq\n")
    assert b"2 still to decide, 1 not applied" in run("status").stdout
    assert b"## My oars\n \n ## Ropes" in run("expand", draft, "--diff", *to).stdout
    assert b"not applied: line 7 changed meanwhile" in run("expand", draft, "--yes", *to).stderr
    assert not section(draft.read_text(), "My oars")
    shown = run("review", "--plain", draft, *to[1:], stdin=b"a\nv\na\nw\nq\n").stdout.decode()
    assert "v shows the text that can" in shown and "In week" in section(draft.read_text(), "My oars")


@pytest.mark.parametrize(
    ("new", "below"),
    [
        ("## Anchor", "## My oars"),
        ("## Anchor\n\nIt holds in mud.", "## Ropes"),
        ("## Anchor\n\nTODO: tell how", "## Sails"),
        ("## Anchor", ""),
    ],
)
def test_own_words_wait_where_their_heading_was_renamed_and_a_section_put_in(
    run: Run, decided: Path, server: fakes.FakeServer, new: str, below: str
) -> None:
    """The new heading may be any of those that were not there when the author wrote."""
    text = DRAFT.replace("## Oars", "## My oars")
    decided.write_text(text.replace(below, f"{new}\n\n{below}") if below else f"{text.rstrip()}\n\n{new}\n")
    run("expand", decided, "--yes", "--keep-unsupported", "--base-url", server.url)
    after = decided.read_text()
    assert not section(after, "My oars") and "In week" in section(after, "Sails")


def test_own_words_go_with_a_section_that_was_moved(
    run: Run, decided: Path, server: fakes.FakeServer
) -> None:
    head, oars, ropes, sails = DRAFT.replace("\n## ", "\0\n## ").split("\0")
    decided.write_text(head + sails + ropes + oars)
    run("expand", decided, "--yes", "--keep-unsupported", "--base-url", server.url)
    after = decided.read_text()
    assert section(after, "Oars") == MINE and not section(after, "Ropes")


@pytest.mark.parametrize("tail", ["", "\n", "\n\n## Ropes\n"])
def test_own_words_wait_where_the_last_heading_was_renamed(
    run: Run, draft: Path, server: fakes.FakeServer, tail: str
) -> None:
    """However the file ends, and whether a section was begun below it."""
    draft.write_text(old := DRAFT.partition("\n\n## Ropes")[0] + "\n" * (tail != ""))
    run("review", "--plain", draft, "--base-url", server.url, stdin=b"e\nq\n")
    draft.write_text(old.rstrip().replace("## Oars", "## My oars") + tail)
    done = run("expand", draft, "--yes", "--keep-unsupported", "--base-url", server.url)
    assert not section(draft.read_text(), "My oars") and b"deleted" not in done.stderr
    assert b"boats.md:7: left for a review: your own words for it are outdated" in done.stderr


def test_a_diff_of_nothing_says_why(run: Run, draft: Path, server: fakes.FakeServer) -> None:
    """The author wrote the section whose text was accepted."""
    draft.write_text(DRAFT.partition("\n## Ropes")[0])
    run("review", "--plain", draft, "--base-url", server.url, stdin=b"a\nq\n")
    draft.write_text(draft.read_text() + f"\n{MINE}\n")
    done = run("expand", draft, "--diff", "--base-url", server.url)
    assert not done.stdout and b"1 not applied" in done.stderr


def test_an_instruction_asks_anew_for_what_is_undecided(
    run: Run, decided: Path, server: fakes.FakeServer
) -> None:
    """The decisions stand."""
    server.requests = []
    to = "--keep-unsupported", "--base-url", server.url
    run("expand", decided, "--yes", "--instruction", "mention the wind", *to)
    assert len(server.requests) == 1 and "mention the wind" in fakes.contents(server.requests[0])[-1]
    after = decided.read_text()
    assert section(after, "Oars") == MINE and not section(after, "Ropes")


def test_a_killed_session_goes_on_where_it_was(run: Run, draft: Path, server: fakes.FakeServer) -> None:
    """What was edited is written as the author left it, what was rejected is not offered again."""
    expand = "expand", draft, "--base-url", server.url
    terminal = Terminal(*expand)
    for key in "er":
        terminal.until(PROMPT)
        terminal.press(key)
    terminal.until(PROMPT)
    terminal.process.send_signal(signal.SIGKILL)
    terminal.end()
    assert draft.read_text() == DRAFT
    server.requests = []
    terminal = Terminal(*expand)
    shown = terminal.until(PROMPT)
    assert "1 accepted, 1 rejected earlier" in " ".join(shown.split()) and "3 of 3" in shown
    terminal.press("k")
    assert "rejected" in terminal.until(PROMPT)
    terminal.press("k")
    assert MINE in terminal.until(PROMPT)
    terminal.press("q")
    terminal.end()
    after = draft.read_text()
    assert section(after, "Oars") == MINE and not section(after, "Ropes") + section(after, "Sails")
    assert not server.requests


def test_another_text_for_an_edited_place_keeps_the_authors_beside_it(
    decided: Path, server: fakes.FakeServer
) -> None:
    """Who names the place and says what to change sees the new text, and finds the own one by `V`."""
    expand = "expand", decided, "--line", "7", "--instruction", "about ash", "--base-url", server.url
    terminal = Terminal(*expand)
    shown = terminal.until(PROMPT)
    assert "1 of 1" in shown and "version 3 of 3" in shown and MINE not in shown
    terminal.press("V")
    assert MINE in terminal.until(PROMPT)
    terminal.press("a")
    terminal.end()
    assert section(decided.read_text(), "Oars") == MINE and os.path.exists(decided)


def test_an_accepted_place_that_is_named_is_not_written_unasked(
    run: Run, decided: Path, server: fakes.FakeServer
) -> None:
    """The author's own words are shown; whoever quits without a new decision has the earlier one."""
    server.requests = []
    terminal = Terminal("expand", decided, "--line", "7", "--base-url", server.url)
    assert "1 of 1" in (shown := terminal.until(PROMPT)) and MINE in shown
    terminal.press("q")
    terminal.end()
    assert section(decided.read_text(), "Oars") == "" and not server.requests
    run("expand", decided, "--line", "7", "--yes", "--base-url", server.url)
    assert section(decided.read_text(), "Oars") == MINE


def test_a_rejected_place_that_is_named_is_offered_again(
    run: Run, decided: Path, server: fakes.FakeServer
) -> None:
    """Its own text comes from the store, also to an author who looked and quit before; else it stays out."""
    server.requests = []
    terminal = Terminal("expand", decided, "--line", "9", "--base-url", server.url)
    terminal.until(PROMPT)
    terminal.press("q")
    terminal.end()
    assert b"1 rejected" in run("status", decided).stdout and not server.requests
    terminal = Terminal("expand", decided, "--line", "9", "--base-url", server.url)
    assert "1 of 1" in (shown := terminal.until(PROMPT)) and "In week" in shown and "rejected" not in shown
    terminal.press("a")
    terminal.end()
    after = decided.read_text()
    assert "In week" in section(after, "Ropes") and not section(after, "Oars") + section(after, "Sails")


@pytest.mark.parametrize("heading", ["Sails\n-----", "  ## Sails"])
def test_a_heading_that_was_there_before_is_known_however_it_is_marked(
    run: Run, draft: Path, server: fakes.FakeServer, heading: str
) -> None:
    draft.write_text(DRAFT.replace("## Sails", heading))
    run("review", "--plain", draft, "--base-url", server.url, stdin=b"e\nr\nq\n")
    draft.write_text(draft.read_text().replace("## Oars", "## My oars\n\n## Anchor"))
    run("expand", draft, "--yes", "--keep-unsupported", "--base-url", server.url)
    assert "In week" in draft.read_text().partition("Sails\n")[2]

"""One script of decisions gives the same bytes and the same events through every front end.

A front end is a function: it gets the draft, the script and the fake model, makes the decisions as
its user would, and ends. To add one, write such a function and name it in the tests below.
"""

# ruff: noqa: E501 -- a text is not split

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import acp
import fakes
import forks
import pytest
from editor import editing, offset_of
from panel import Panel, talking
from pseudo_terminal import Terminal
from starlette.testclient import TestClient

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.draft_pool import DraftPool
from assistant.app.reviewer import Reviewer
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.core.review import events
from assistant.core.types import Gap
from assistant.frontends.web.server import Pages

WRITTEN = """\
## The dull work

You hand over the dull work first, since it teaches the most and nobody has ever been shown it. Whoever takes it \
asks you things for a while. After that it is theirs, and you stop looking at it.

## The hard work

The hard work moves later, and slowly. You stay close while it moves, and you answer whatever is asked of you. Most of \
what is asked is what you ask when it is given to you, and so you know what to say.

## The quiet work

Nobody sees the quiet work until it stops. You say its name aloud, so that whoever takes it knows what they have. You \
say it again when it is done, since nobody else is going to say it.

## The loud work

Loud work finds its own people. You only ask who would learn something from it, and then you get out of the way. When \
it goes wrong everybody hears of it, and that is a help as well.

## The old work

Old work has habits. You write them down before it goes, because you no longer see them myself.

A short list is better than a long one. What is left fits on a page, and that page goes with the \
work to whoever has it.

## The new work

New work needs no handover. It starts with the person who will have it, and you come along for as long as they want \
you there. They soon want you somewhere else, and that is how you know.

## The paid work

Paid work needs a name on it. We lost $48,312 before I learned that, and I learned it late. Now the name is there \
before the work is, and whoever has it knows what it is worth.
"""
TEXTS = dict(part.strip().split("\n\n", 1) for part in WRITTEN.split("## ")[1:])
"""What the model writes for each section: the fifth has two paragraphs, the last a sum to check."""

SHORTER = (
    "It stops, and then people see it. Until then you are the one who talks about it, on every day that it is done, so "
    "that it has a name among them and somebody who likes to do it for as long as it goes well."
)
"""What the model writes instead when it is asked for something shorter."""

MINE = "Mine. "
"""What the author types before a text."""

DRAFT = """\
---
title: Handing over
---

# Handing over

I wrote the first part myself, about the work that I give away and the work that I keep, and why.
""" + "".join(f"\n## {heading}\n" for heading in TEXTS)

SCRIPT = (
    ("accept",),
    ("reject",),
    ("retry", "shorter"),
    ("accept",),
    ("edit", MINE),
    ("split",),
    ("accept",),
    ("reject",),
    ("undo",),
    ("redo",),
    ("accept rest",),
    ("write",),
    ("quit",),
)
"""What the author does, one piece after the other; the last piece has a warning and stays undecided."""

SIMPLE = (
    ("accept",),
    ("reject",),
    ("retry", ""),
    ("accept",),
    ("accept",),
    ("reject",),
    ("accept",),
    ("reject",),
)
"""The same for a front end that can only accept, reject and retry."""

IN_AN_EDITOR = (
    ("accept",),
    ("reject",),
    ("retry", "shorter"),
    ("accept",),
    ("edit", MINE),
    ("accept rest",),
    ("write",),
    ("quit",),
)
"""The same for an editor, which has an undo of its own and no way to split a piece."""

Script = tuple[tuple[str, ...], ...]
View = Callable[[Path, Script, fakes.FakeServer], None]

KEYS = {
    "accept": "a",
    "reject": "r",
    "retry": "t",
    "edit": "e",
    "split": "s",
    "undo": "u",
    "redo": "U",
    "accept rest": "A",
    "write": "w",
    "quit": "q",
}


@pytest.fixture
def draft(home: Path, tmp_path: Path, server: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a draft with seven empty sections, a model that writes them, and an editor for its author."""

    def answer(request: dict[str, Any]) -> str:
        asked = request["messages"][-1]["content"]
        heading = next(heading for heading in TEXTS if f"Section: {heading}" in asked)
        is_retry = TEXTS[heading][:30] in asked
        return SHORTER if is_retry else TEXTS[heading]

    server.answer = answer
    editor = tmp_path / "editor.sh"
    editor.write_text(f'#!/bin/sh\nprintf "%s" "{MINE}" | cat - "$1" > "$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    folder = tmp_path / "blog"
    folder.mkdir()
    monkeypatch.chdir(folder)
    path = folder / "draft.md"
    path.write_text(DRAFT, "utf-8")
    return path


def decisions(path: Path) -> list[tuple[Any, ...]]:
    """Return the decisions that the store has of a draft: event, piece by number, verdict, and its text."""
    keys = {f"{gap.id}:0": str(number) for number, gap in enumerate(gaps_of(path))}
    with closing(open_store()) as store:
        log = store.events(path)
    offers = [event.proposal for event in log if isinstance(event, events.Offered)]
    texts = {offer.id: offer.hunks[0].replacement.decode().strip() for offer in offers}

    def named(key: str) -> str:
        whole, _, part = key.partition("/")
        return keys[whole] + (f"/{part}" if part else "")

    told: list[tuple[Any, ...]] = []
    for event in log:
        match event:
            case events.Decided(key, verdict, text, number):
                told.append((named(key), verdict.value, text.decode().strip() or texts[number]))
            case events.AcceptedRest(pieces):
                told.append(("rest", *((named(key), texts[number]) for key, number in pieces)))
            case events.Split(key):
                told.append((named(key), "split"))
            case events.Written(written, hunks):
                told.append(("written", {named(key) for key in written}, len(hunks)))
            case events.Undone() | events.Redone():
                told.append((type(event).__name__,))
    return told


def gaps_of(path: Path) -> tuple[Gap, ...]:
    """Return the gaps of the draft as it was before anything was written."""
    return workspace.open_draft(str(path), data=DRAFT.encode()).gaps


# ---- the front ends -----------------------------------------------------------------------------------


def lines_of(script: Script) -> bytes:
    """Return a script as lines of a plain session."""
    lines = [f"i {step[1]}" if step[0] == "retry" else KEYS[step[0]] for step in script]
    return "".join(f"{line}\n" for line in lines).encode()


def expand_in_colour(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Press single keys in `expand` on a terminal."""
    terminal = Terminal("expand", path, "--jobs", "1")
    for step in script:
        terminal.until("[q]uit ?")
        if step[0] == "retry":
            terminal.press("i")
            terminal.until("written instead?")
            terminal.press(f"{step[1]}\n")
        else:
            terminal.press(KEYS[step[0]])
    terminal.end()


def expand_plain(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Type lines in `expand` on a dumb terminal."""
    terminal = Terminal("expand", path, "--jobs", "1", TERM="dumb")
    for line in lines_of(script).decode().splitlines():
        terminal.until("for all keys:")
        terminal.press(f"{line}\n")
    terminal.end()


def review_plain(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Pipe lines into `review --plain`."""
    forks.run("review", "--plain", path, "--jobs", "1", stdin=lines_of(script))


def screen(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Press keys in the full screen."""
    from assistant.frontends.screen.app import ReviewApp

    models = Models()
    store = open_store()
    session = open_session(workspace.open_draft(str(path), jobs=1), store)
    reviewer = Reviewer([session], [Writer(session, models)])
    app = ReviewApp(reviewer)

    async def main() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            for step in script:
                while reviewer.busy:
                    await pilot.pause(0.05)
                await pilot.pause()
                if app.reviewer.piece is None or not app.reviewer.piece.undecided:
                    await pilot.press("n")
                if step[0] == "retry":
                    await pilot.press("i", *step[1], "enter")
                elif step[0] == "edit":
                    await pilot.press("e", *step[1], "ctrl+s")
                else:
                    await pilot.press(KEYS[step[0]])

    try:
        asyncio.run(main())
    finally:
        session.close()
        models.close()
        store.close()


def page(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Press buttons on the page in a browser."""
    pool = DraftPool(str(path), jobs=1)
    client = TestClient(Pages(pool, lambda: None, is_ending=lambda: False).application())
    here = ""

    def do(command: str, text: str = "") -> None:
        nonlocal here
        fields = {"command": command, "key": here, "text": text}
        here = client.post(f"/draft/{pool.only}/do", json=fields).json()["key"]
        while pool.draft(pool.only).writer.busy:
            time.sleep(0.01)

    try:
        do("begin")
        for command, *text in script:
            if command == "quit":
                break
            piece = pool.draft(pool.only).session.review.piece(here)
            if piece is None or not piece.undecided:
                do("next")
                piece = pool.draft(pool.only).session.review.piece(here)
            words = piece.words if piece and command == "edit" else ""
            do(command.replace(" ", "_"), "".join(text) + words)
    finally:
        pool.close()


def agent_panel(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Choose options in an editor's agent panel."""

    async def main() -> None:
        panel = Panel([KEYS[step[0]] for step in script])
        async with talking(panel, path.parent) as prompt:
            await prompt(acp.text_block(path.name))

    asyncio.run(main())


def language_server(path: Path, script: Script, server: fakes.FakeServer, *, joins: bool = False) -> None:
    """Click on lenses in an editor, save, and have a review take out what was saved undecided."""

    async def main() -> None:
        async with editing(path.parent, joins=joins) as editor:
            document = editor.open(path)
            (write_all,) = [a for a in await editor.actions(document, 6) if a.title.startswith("Write all")]
            assert write_all.command
            await editor.execute(write_all.command)
            left = len(TEXTS)
            for step in script:
                first = (await editor.proposed(document, left))[0]
                left -= step[0] in ("accept", "reject", "edit")
                if step[0] == "retry":
                    await editor.run(document, "Retry with…", nth=0, instruction=step[1])
                    await editor.until(lambda: SHORTER in document.text)
                elif step[0] == "edit":
                    at = offset_of(document.text, first.range.start, editor.encoding)
                    editor.replace(document, at, at, step[1])
                    await editor.run(document, "Accept with your changes")
                elif step[0] == "accept rest":
                    left = 1
                    await editor.run(document, "no warnings")
                elif step[0] in ("accept", "reject"):
                    await editor.run(document, step[0].capitalize(), nth=0)
                elif step[0] == "write":
                    editor.save(document, path)

    asyncio.run(main())
    forks.run("review", "--plain", path, stdin=b"w\nq\n")


def language_server_streaming(path: Path, script: Script, server: fakes.FakeServer) -> None:
    """Do the same in an editor that shows the words as they come."""
    server.delay = 0.01
    language_server(path, script, server, joins=True)


@pytest.mark.parametrize("view", [expand_in_colour, expand_plain, review_plain, screen, page])
def test_every_decision_means_the_same(view: View, draft: Path, server: fakes.FakeServer) -> None:
    """Accept, reject, retry, edit, split, undo, redo, accept the rest and write; a warning stays undecided."""
    view(draft, SCRIPT, server)
    texts = list(TEXTS.values())
    own, first_part = MINE + texts[3], texts[4].partition("\n")[0]
    assert draft.read_text("utf-8") == finished([texts[0], "", SHORTER, own, first_part, texts[5], ""])
    assert decisions(draft) == [
        ("0", "accepted", texts[0]),
        ("1", "rejected", texts[1]),
        ("2", "accepted", SHORTER),
        ("3", "edited", own),
        ("4", "split"),
        ("4/0.0", "accepted", texts[4]),
        ("4/0.1", "rejected", texts[4]),
        ("Undone",),
        ("Redone",),
        ("rest", ("5", texts[5])),
        ("written", {"0", "2", "3", "4", "5"}, 5),
    ]
    asked = [request["messages"][-1]["content"] for request in server.requests]
    (retried,) = [words for words in asked if "shorter" in words]
    assert texts[2][:60] in retried and len(asked) == 8


def test_an_agent_panel_decides_as_the_others_do(draft: Path, server: fakes.FakeServer) -> None:
    """Accept, reject and retry, one piece after the other."""
    agent_panel(draft, SIMPLE, server)
    texts = list(TEXTS.values())
    assert draft.read_text("utf-8") == finished([texts[0], "", SHORTER, texts[3], "", texts[5], ""])
    assert decisions(draft) == [
        ("0", "accepted", texts[0]),
        ("1", "rejected", texts[1]),
        ("2", "accepted", SHORTER),
        ("3", "accepted", texts[3]),
        ("4", "rejected", texts[4]),
        ("5", "accepted", texts[5]),
        ("6", "rejected", texts[6]),
        ("written", {"0", "2", "3", "5"}, 4),
    ]


@pytest.mark.parametrize("view", [language_server, language_server_streaming])
def test_an_editor_decides_as_the_others_do(view: View, draft: Path, server: fakes.FakeServer) -> None:
    """Accept, reject, retry, edit, accept the rest and save; a warning stays undecided."""
    view(draft, IN_AN_EDITOR, server)
    texts = list(TEXTS.values())
    own = MINE + texts[3]
    assert draft.read_text("utf-8") == finished([texts[0], "", SHORTER, own, texts[4], texts[5], ""])
    assert decisions(draft) == [
        ("0", "accepted", texts[0]),
        ("1", "rejected", texts[1]),
        ("2", "accepted", SHORTER),
        ("3", "edited", own),
        ("rest", ("4", texts[4]), ("5", texts[5])),
        ("written", {"0", "2", "3", "4", "5"}, 5),
    ]
    asked = [request["messages"][-1]["content"] for request in server.requests]
    (retried,) = [words for words in asked if "shorter" in words]
    assert texts[2][:60] in retried and len(asked) == 8


def finished(texts: Sequence[str]) -> str:
    """Return the draft with these texts in its sections."""
    draft = DRAFT
    for heading, text in zip(TEXTS, texts, strict=True):
        draft = draft.replace(f"## {heading}\n", f"## {heading}\n\n{text}\n" if text else f"## {heading}\n")
    return draft

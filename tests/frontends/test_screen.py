"""The full screen under Textual's pilot: what each key does, and what is seen where, at three sizes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakes
import pytest
from rich.cells import cell_len
from textual.strip import Strip
from textual.widgets import Input, OptionList, Static, TextArea

from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.budget import Budget
from assistant.app.models import Connection
from assistant.app.reviewer import Reviewer
from assistant.app.session import Session, open_session
from assistant.app.writer import Models, Writer
from assistant.core.review import decide, events
from assistant.core.review.state import Phase
from assistant.core.types import Hunk, Span, Usage, Verdict, Warning
from assistant.errors import ModelUnavailable
from assistant.frontends.keys import KEYS
from assistant.frontends.screen import dialogs
from assistant.frontends.screen.app import ReviewApp
from assistant.frontends.screen.keys import Keys

SIZES = [(60, 20), (80, 24), (130, 40)]
DRAFT = """\
---
title: Handing over
---

# Handing over

I wrote the first part myself, and it *stays*.

## What to keep

## What to give

## 何を渡すか

## ماذا نعطي
"""
TEXTS = (
    "I keep the **edges**, and 3 rules.\n\nI keep them on one page.\n\nNobody reads a second page.",
    "- The dull work\n- The hard work\n- The work in `between`",
    "私は毎週木曜日にそれを渡します。誰も何も言いません。",
    "أعطي العمل الصعب يوم الخميس، ثم أسأل عن النتيجة.",
)


@pytest.fixture
def opened(home: Path, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Return a function that opens a session on a draft whose four pieces are stored already."""
    with ExitStack() as stack:

        def call(
            name: str = "a.md", *, texts: tuple[str, ...] = TEXTS, base_url: str = "", **more: Any
        ) -> Session:
            path = tmp_path / name
            if not path.exists():
                path.write_text(DRAFT, "utf-8")
            found = workspace.open_draft(str(path), base_url=base_url, model="m")
            store = open_store()
            stack.callback(store.close)
            if not store.events(path):
                _propose(store, found, texts)
            session = open_session(found, store, **more)
            stack.callback(session.close)
            return session

        yield call


def _propose(store: Any, found: workspace.Workspace, texts: tuple[str, ...]) -> None:
    store.append(found.path, events.Moved(found.draft.data))
    gaps = [gap for gap in found.gaps if gap.fillable]
    for number, (gap, text) in enumerate(zip(gaps, texts, strict=False)):
        at = found.draft.data.index(b"\n", gap.span.start) + 1
        warned = (
            (Warning("unsupported", "a number that is not in your draft", 27, 28),) if number == 0 else ()
        )
        hunk = Hunk(gap.id, Span(at, at), b"", f"\n{text}\n".encode(), warned, ("took a heading away",))
        keys = decide.keys_for(gap, [hunk])
        store.propose(
            found.path,
            found.draft.data,
            events.Proposal(gap.id, (hunk,), keys, "some-model", Usage(900, 80), 2.5),
        )


def drive(
    sessions: Session | list[Session],
    play: Callable[[ReviewApp, Any], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
) -> ReviewApp:
    """Run the screen without a terminal, and let `play` press keys."""
    all_of_them = sessions if isinstance(sessions, list) else [sessions]
    models = Models() if all_of_them[0].workspace.settings.base_url else Models.of(ABSENT, Budget())
    app = ReviewApp(Reviewer(all_of_them, [Writer(s, models) for s in all_of_them]))

    async def main() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(app, pilot)

    try:
        asyncio.run(main())
    finally:
        models.close()
    return app


ABSENT = Connection(fakes.FakeModel(ModelUnavailable("nobody answers")), "a model that is away", "m")


def verdicts(session: Session) -> list[str]:
    return [s.verdict.value for s in session.review.shown]


def test_every_key_does_what_the_footer_says(opened: Callable[..., Session]) -> None:
    """Decide, take back, split, look, edit and write with the keys alone, on the smallest screen."""
    session = opened()

    async def play(app: ReviewApp, pilot: Any) -> None:
        async def press(*keys: str) -> None:
            await pilot.press(*keys)
            await pilot.pause()

        first, second, third, fourth = (s.key for s in session.review.shown)
        assert app.reviewer.at == (0, first)
        await press("a")
        assert verdicts(session)[0] == "accepted" and app.reviewer.at == (0, second)
        await press("r")
        assert verdicts(session)[1] == "rejected" and app.reviewer.at == (0, third)
        await press("u")
        assert verdicts(session)[1] == "undecided" and app.reviewer.at == (0, second)
        await press("ctrl+r")
        assert verdicts(session)[1] == "rejected"
        await press("u", "s")
        assert len(session.review.shown) == 6 and app.reviewer.at[1] == f"{second}/0.0"
        await press("a", "r", "a")
        assert verdicts(session)[1:4] == ["accepted", "rejected", "accepted"]
        assert app.reviewer.at == (0, third)
        await press("k", "k")
        assert app.reviewer.at == (0, f"{second}/0.1")
        await press("j", "n")
        assert app.reviewer.at == (0, third)
        await press("e")
        assert isinstance(app.screen, dialogs.Editing)
        await press("Y", "escape", "Z", "escape")
        assert isinstance(app.screen, dialogs.Editing), "typed text is left by asking twice"
        assert "esc again" in str(app.screen.query_one("#question", Static).render())
        await press("escape")
        assert app.screen is app.screen_stack[0]
        assert verdicts(session)[4] == "undecided"
        await press("e", "X", "ctrl+s")
        assert verdicts(session)[4] == "edited" and app.reviewer.at == (0, fourth)
        for key, kind in (
            ("d", dialogs.Texts),
            ("question_mark", dialogs.Texts),
            ("i", dialogs.Guidance),
        ):
            await press(key)
            assert isinstance(app.screen, kind)
            await press("escape")
            assert app.screen is app.screen_stack[0]
        await press("p")
        assert isinstance(app.screen, dialogs.Texts) and "ماذا نعطي" in app.screen.texts[0][1]
        await press("q")
        await press("V", "v", "y", "up", "down", "pagedown", "pageup", "space", "escape")
        await press("A")
        assert verdicts(session) == ["accepted", "accepted", "rejected", "accepted", "edited", "accepted"]
        await press("w")
        assert all(
            s.phase is Phase.WRITTEN for s in session.review.shown if s.verdict is not Verdict.REJECTED
        )
        await press("q")

    drive(session, play, size=SIZES[0])
    text = session.workspace.path.read_text("utf-8")
    assert "## What to give\n\n- The dull work\n- The work in `between`\n\n## 何" in text
    assert "\nX私は" in text and text.startswith(DRAFT[: DRAFT.index("## What to keep")])


def test_accepting_the_rest_leaves_what_has_warnings(opened: Callable[..., Session]) -> None:
    """A piece with a warning stays open and comes up."""
    session = opened()

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("j", "A")
        assert app.reviewer.at == (0, session.review.shown[0].key)

    drive(session, play)
    assert verdicts(session) == ["undecided", "accepted", "accepted", "accepted"]


def test_trying_again_keeps_the_refused_text_and_tells_the_model(
    opened: Callable[..., Session], server: fakes.FakeServer
) -> None:
    """`i` sends the author's word and the refused text; `V` brings the earlier version back."""
    session = opened(base_url=server.url)

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("r", "k", "i", *"shorter", "enter")
        await _until(pilot, lambda: len(session.review.shown[0].versions) == 2)
        await pilot.pause(0.1)
        piece = session.review.shown[0]
        assert piece.undecided and piece.text.decode().strip() == fakes.PROSE
        await pilot.press("V")
        assert b"**edges**" in session.review.shown[0].text
        await pilot.press("a")

    drive(session, play)
    asked = server.requests[0]["messages"][-1]["content"]
    assert "shorter" in asked and "I keep the **edges**" in asked
    assert b"**edges**" in session.review.accepted()[0].replacement


def test_text_streams_and_the_first_is_decided_while_others_are_written(
    opened: Callable[..., Session], server: fakes.FakeServer
) -> None:
    """Opening a draft without proposals writes them; `esc` stops one; the rest goes on."""
    server.delay = 0.1
    session = opened(base_url=server.url, texts=())

    async def play(app: ReviewApp, pilot: Any) -> None:
        keys = [s.key for s in session.review.shown]
        await _until(pilot, lambda: len(session.review.shown[0].message) > 20)
        await _until(pilot, lambda: "A list of" in _shown(app))
        await _until(pilot, lambda: session.review.shown[3].phase is Phase.WRITING)
        for _ in range(3):
            await pilot.press("j")
        await pilot.press("escape")
        await _until(pilot, lambda: session.review.shown[3].phase is Phase.STOPPED)
        server.delay = 0.0
        await pilot.press("k", "k", "k")
        await _until(pilot, lambda: session.review.shown[0].phase is Phase.READY)
        await pilot.press("a")
        assert session.review.piece(keys[0]).verdict is Verdict.ACCEPTED  # type: ignore[union-attr]
        await _until(pilot, lambda: session.review.shown[2].phase is Phase.READY)

    drive(session, play)
    assert [s.phase.value for s in session.review.shown] == ["ready", "ready", "ready", "stopped"]


def test_a_model_that_fails_is_one_line_in_its_piece(
    opened: Callable[..., Session], server: fakes.FakeServer
) -> None:
    """The reason is where the text would be, and `t` tries once more."""
    server.failure = "401"
    session = opened(base_url=server.url, texts=TEXTS[:3])

    async def play(app: ReviewApp, pilot: Any) -> None:
        await _until(pilot, lambda: [s.phase for s in session.review.shown[3:]] == [Phase.FAILED])
        await pilot.press("j", "j", "j")
        await _until(pilot, lambda: "rejects the API key" in _shown(app))
        server.failure = ""
        await pilot.press("t")
        await _until(pilot, lambda: session.review.shown[3].phase is Phase.READY)

    drive(session, play)


def test_a_draft_edited_elsewhere_between_two_keys_is_followed(opened: Callable[..., Session]) -> None:
    """Untouched places move along; one that changed is marked with both versions, and never overwritten."""
    session = opened()
    path = session.workspace.path

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("a")
        path.write_text(
            DRAFT.replace("I wrote", "Honestly, I wrote").replace("## What to give", "## What I give")
        )
        await pilot.press("a")
        await pilot.pause()
        assert [s.unplaced for s in session.review.shown] == [
            False,
            True,
            False,
            False,
        ] or session.review.shown[0].unplaced
        lost = next(i for i, s in enumerate(session.review.shown) if s.unplaced)
        app.reviewer.at = (0, session.review.shown[lost].key)
        app.show()
        assert "What the draft says now" in _shown(app)
        await pilot.press("A", "w")

    drive(session, play)
    text = path.read_text("utf-8")
    assert "Honestly, I wrote" in text and "## What I give\n" in text and "渡します" in text


def test_a_long_line_on_the_state_is_shown_whole(opened: Callable[..., Session]) -> None:
    """It takes the lines that it needs, and gives them back."""
    session = opened()

    async def play(app: ReviewApp, pilot: Any) -> None:
        words = "wrote 2 of 3 pieces to a.md; not applied: line 12 changed meanwhile, and t retries"
        app.say(words)
        await pilot.pause()
        assert app.query_one("#line", Static).size.height == 2
        app.say("accepted")
        await pilot.pause()
        assert app.query_one("#line", Static).size.height == 1

    drive(session, play, size=(60, 20))


def test_the_mouse_chooses_and_the_footer_can_be_clicked(opened: Callable[..., Session]) -> None:
    """A click on a row goes there; a click on a key's name presses it."""
    session = opened()

    async def play(app: ReviewApp, pilot: Any) -> None:
        row = app.outline.at[(0, session.review.shown[2].key)]
        await pilot.click("#outline", offset=(4, row))
        assert app.reviewer.at == (0, session.review.shown[2].key)
        await pilot.click("#keys", offset=(2, 0))
        await pilot.pause()

    drive(session, play)
    assert verdicts(session)[2] == "accepted"


def test_another_session_may_look_and_not_decide(opened: Callable[..., Session]) -> None:
    """The second session is told, and what it presses changes nothing."""
    opened()
    second = opened(read_only=True)

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("a")
        assert "another session" in str(app.query_one("#line").render())

    drive(second, play)
    assert verdicts(second) == ["undecided"] * 4


def test_a_session_that_is_taken_over_becomes_one_to_look_at(opened: Callable[..., Session]) -> None:
    """No decision of either is lost or mixed."""
    first = opened()
    second = opened(takeover=True)

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("a")

    drive(second, play)
    drive(first, play)
    assert first.read_only and verdicts(first)[0] == "undecided" and verdicts(second)[0] == "accepted"


def test_every_key_is_in_the_command_palette(opened: Callable[..., Session]) -> None:
    """The palette names each key's deed."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        names = [c.title for c in app.get_system_commands(app.screen)]
        assert {key.name for key in KEYS} <= set(names)

    drive(opened(), play)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_part_has_its_place_and_fits_the_screen(
    opened: Callable[..., Session], size: tuple[int, int]
) -> None:
    """The outline is left, the piece right, the state and all keys below, and nothing is cut off."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        outline, piece = app.outline.region, app.piece.region
        line, keys = app.query_one("#line").region, app.query_one(Keys).region
        assert outline.x == 0 and piece.x == outline.right and piece.right == size[0]
        assert outline.y == piece.y == 0 and outline.height == piece.height >= size[1] / 2
        assert (line.y, keys.y, keys.bottom) == (outline.bottom, line.bottom, size[1])
        footer = str(app.query_one(Keys).render())
        assert all(cell_len(row.rstrip()) <= keys.width - 2 for row in footer.split("\n"))
        assert len(footer.split("\n")) == keys.height
        names = footer.split()
        assert {"accept", "reject", "edit", "retry", "undo", "write", "?", "quit"} <= set(names)
        assert keys.height <= 2 and (size[0] < 100 or {"editor", "redo", "copy", "stop"} <= set(names))
        for widget in (app.outline, app.piece):
            for row in _rows(widget):
                assert row.cell_length == widget.scrollable_content_region.width

    drive(opened(), play, size=size)


def test_the_outline_shows_headings_states_and_warnings(opened: Callable[..., Session]) -> None:
    """A heading with a piece has its sign and number of warnings; the current one is in reverse."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        def outline() -> list[str]:
            return [row.text.rstrip() for row in _rows(app.outline)][: len(app.outline.rows)]

        first, *rest = (row.split() for row in outline()[1:])
        assert outline()[0].strip() == "Handing over"
        assert first[0] == "●" and first[-1] == "⚠1" and " ".join(first[1:-1]) == "What to keep"
        assert [" ".join(row) for row in rest] == ["● What to give", "● 何を渡すか", "● ماذا نعطي"]
        assert _reversed(app) == [1]
        await pilot.press("r", "a")
        assert [row.split()[0] for row in outline()[1:]] == ["✗", "✓", "●", "●"]
        assert _reversed(app) == [3]
        await pilot.press("k", "u", "s")
        assert [row.split()[:2] for row in outline()[3:6]] == [["●", "part"]] * 3

    drive(opened(), play)


MANY = "# Boats\n\nI learned this on the water.\n" + "".join(f"\n## Part {n}\n" for n in range(1, 23))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_keys_stay_when_the_outline_overflows(
    opened: Callable[..., Session], tmp_path: Path, size: tuple[int, int]
) -> None:
    """With 22 pieces, each row of the footer has its line on the screen."""
    (tmp_path / "many.md").write_text(MANY, "utf-8")

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("j", "j")
        keys = app.query_one(Keys)
        assert keys.region.bottom == size[1] and keys.region.height == len(str(keys.render()).split("\n"))
        assert "quit" in str(keys.render())

    drive(opened("many.md"), play, size=size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_piece_opens_at_its_new_text(
    opened: Callable[..., Session], tmp_path: Path, size: tuple[int, int]
) -> None:
    """Below the title and the warnings are at most three lines of context, however long the lines are."""
    long = "I go on about the water for a while, and then for a while more. " * 12
    text = DRAFT.replace("I wrote the first part myself, and it *stays*.", long)
    (tmp_path / "long.md").write_text(text, "utf-8")

    async def play(app: ReviewApp, pilot: Any) -> None:
        rows = [row.text.strip() for row in _rows(app.piece)]
        warning = next(i for i, row in enumerate(rows) if row.startswith("⚠"))
        new = next(i for i, row in enumerate(rows) if "I keep the" in row)
        heading = next(i for i, row in enumerate(rows) if row.startswith("## What to keep"))
        assert rows[warning - 1].endswith("1 of 4") and heading < new < size[1] - 4
        assert sum("about the water" in row or "for a while" in row for row in rows[:new]) <= 3

    drive(opened("long.md"), play, size=size)


def test_many_warnings_leave_room_for_the_text(opened: Callable[..., Session]) -> None:
    """Three are shown at once, the current one among them, and `.` goes on to the others."""
    session = opened()
    piece = session.review.shown[1]
    assert piece.hunk
    doubts = tuple(Warning("unsupported", f"is {n} right?", 3 + n, 4 + n) for n in range(7))
    hunk = replace(piece.hunk, warnings=doubts)
    session.offer(events.Proposal(piece.gap, (hunk,), (piece.key,), "m"), session.review.base)

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("j")
        for current in (0, 6):
            await pilot.press(*["full_stop"] * current)
            rows = [row.text for row in _rows(app.piece)]
            assert sum("⚠" in row for row in rows) == 3 and any("4 more" in row for row in rows)
            assert any(f"▸ is {current} right?" in row for row in rows)
            assert any("The dull work" in row for row in rows)

    drive(session, play, size=SIZES[1])


@pytest.mark.parametrize(("size", "count"), [(SIZES[0], 5), (SIZES[1], 1)], ids=str)
def test_warnings_fold_until_the_new_text_is_seen(
    opened: Callable[..., Session], tmp_path: Path, size: tuple[int, int], count: int
) -> None:
    """The screen opens at its top, and an instruction can be typed, with 22 pieces beside it."""
    (tmp_path / "many.md").write_text(MANY, "utf-8")
    session = opened("many.md")
    piece = session.review.shown[0]
    assert piece.hunk
    said = "nothing that you wrote in any of your posts, as far as there are some, tells of it"
    doubts = tuple(Warning("unsupported", f"{said}: {n}", 3 + n, 4 + n) for n in range(count))
    hunk = replace(piece.hunk, warnings=doubts, notes=(said,) * 4)
    session.offer(events.Proposal(piece.gap, (hunk,), (piece.key,), "m"), session.review.base)

    async def play(app: ReviewApp, pilot: Any) -> None:
        rows = [row.text for row in _rows(app.piece)]
        new = next(i for i, row in enumerate(rows) if "I keep the" in row)
        assert app.piece.scroll_offset.y == 0 and new + 3 <= app.piece.size.height
        assert sum("⚠" in row for row in rows) == min(count, 1 + 2 * (size[0] > 60)) or count < 2
        signs = ["[m]", "[x]", "[T]", *["[.]"] * (count > 1)]
        assert all(any(sign in row for row in rows) for sign in signs), "no key is cut off"
        edge = app.outline.scrollable_content_region.width
        first = next(row.text[:edge] for row in _rows(app.outline) if "Part 1" in row.text)
        assert first.rstrip().endswith(f"⚠{count}" if count else "Part 1"), "the scroll bar hides no number"
        session.apply(events.Requested(piece.key, piece.gap, piece.span, writing=True))
        session.apply(events.Streamed(piece.key, "And so on, on the water. " * 60))
        await _until(pilot, lambda: app.piece.scroll_offset.y > 0)
        session.offer(events.Proposal(piece.gap, (hunk,), (piece.key,), "m"), session.review.base)
        await _until(pilot, lambda: app.piece.scroll_offset.y == 0)  # what came in is read from its beginning
        await pilot.press("i", *"shorter")
        assert app.screen.query_one(Input).value == "shorter" and app.screen.query_one(Input).region.height
        await pilot.press("escape", "e", *"Well, ")
        assert app.screen.query_one(TextArea).text.startswith("Well, I keep")

    drive(session, play, size=size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_long_warning_leaves_room_for_the_text(
    opened: Callable[..., Session], size: tuple[int, int]
) -> None:
    """It has as many lines as in the terminal session, whatever the size of the window."""
    session = opened()
    piece = session.review.shown[0]
    assert piece.hunk
    said = "nothing that you wrote tells of the edges, and nothing of the rules; " * 6
    hunk = replace(piece.hunk, warnings=(Warning("unsupported", said, 3, 4),), notes=())
    session.offer(events.Proposal(piece.gap, (hunk,), (piece.key,), "m"), session.review.base)

    async def play(app: ReviewApp, pilot: Any) -> None:
        rows = [row.text.rstrip() for row in _rows(app.piece)]
        first = next(i for i, row in enumerate(rows) if "⚠" in row)
        last = next(i for i, row in enumerate(rows) if row.endswith("…"))
        assert first <= last <= first + 2

    drive(session, play, size=size)


def test_what_an_earlier_key_said_is_gone_behind_a_dialog(opened: Callable[..., Session]) -> None:
    """The line above the keys tells the state again."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("U")
        assert "nothing to redo" in str(app.query_one("#line", Static).render())
        await pilot.press("e")
        assert "4 ready" in str(app.screen_stack[0].query_one("#line", Static).render())

    drive(opened(), play)


def test_drafts_without_gaps_are_one_row_and_gaps_for_the_author_are_listed(
    opened: Callable[..., Session], tmp_path: Path
) -> None:
    """Finished posts don't fill the outline; a place for a picture is listed with the author's words."""
    for name in ("b.md", "c.md"):
        (tmp_path / name).write_text("# Done\n\nI finished this one in May, and it was time.\n")
    (tmp_path / "d.md").write_text("# Ropes\n\n[PHOTO: the knot] [the plan]()\n\n## Knots\n\n")

    async def play(app: ReviewApp, pilot: Any) -> None:
        rows = [row.text.strip() for row in _rows(app.outline)]
        assert {"☐ only you: PHOTO: the knot", "☐ only you: the plan"} < set(rows)
        assert "2 without gaps" in rows and not any(row.startswith("Done") for row in rows)

    drive([opened(name) for name in ("b.md", "c.md", "d.md")], play, size=(130, 40))


def test_a_piece_is_shown_in_its_place_with_what_to_check(opened: Callable[..., Session]) -> None:
    """Heading and line, the draft around it, the new text, its warning, notes, model, tokens and time."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        text = _shown(app)
        for part in (
            "Handing over › What to keep · line 9",
            "● ready   1 of 4",
            "⚠ a number that is not in your draft: “3”",
            "· took a heading away",
            "I wrote the first part myself",
            "I keep the **edges**, and 3 rules.",
            "## What to give",
            "some-model · 900 tokens read, 80 written · 2.5 s",
        ):
            assert part in text
            text = text[text.index(part) :]
        assert _styles(app, "I keep the ") == {"$text-success"}
        assert _styles(app, "**edges**") == {"$text-success", "bold"}
        assert "$text-warning reverse" in _styles(app, "3 rules")
        assert "dim" in _styles(app, "I wrote the first part")
        await pilot.press("r", "k")
        assert "✗ rejected; the draft stays as it is" in _shown(app)

    drive(opened(), play)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_wide_and_right_to_left_letters_fit_their_side(
    opened: Callable[..., Session], size: tuple[int, int]
) -> None:
    """Two-cell letters wrap instead of running over the edge, and none is lost."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        for number in (2, 3):
            await pilot.press("j", *["j"] * (number == 2))
            shown = "".join(row.text for row in _rows(app.piece))
            assert TEXTS[number].replace(" ", "") in shown.replace(" ", "")

    drive(opened(), play, size=size)


def test_without_colours_a_new_text_is_underlined(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NO_COLOR the difference is seen all the same."""
    monkeypatch.setenv("NO_COLOR", "1")

    async def play(app: ReviewApp, pilot: Any) -> None:
        assert _styles(app, "I keep the ") == {"underline"}

    drive(opened(), play)


@pytest.mark.parametrize(
    ("ground", "theme"), [("0;15", "textual-light"), ("15;0", "textual-dark"), ("", "textual-dark")]
)
def test_a_light_terminal_gets_a_light_screen(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, ground: str, theme: str
) -> None:
    """What the terminal says of its background decides."""
    monkeypatch.setenv("COLORFGBG", ground)

    async def play(app: ReviewApp, pilot: Any) -> None:
        assert app.theme == theme

    drive(opened(), play)


def test_the_help_names_every_key(opened: Callable[..., Session]) -> None:
    """Each key is listed with what it does, even on a small screen."""

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("question_mark")
        area = app.screen.query_one(TextArea)
        shown = " ".join(area.text.split())
        for key in KEYS:
            assert (key.sign or key.key) in shown and key.sentence in shown
        assert area.scroll_y == 0
        await pilot.press("space")
        assert area.scroll_y > 0
        await pilot.press("question_mark")
        assert not app.screen.query(TextArea)

    drive(opened(), play, size=SIZES[0])


def _rows(widget: Any) -> list[Strip]:
    """Return what a widget draws, line by line."""
    return [widget.render_line(y) for y in range(widget.size.height)]


def _reversed(app: ReviewApp) -> list[int]:
    """Return the rows of the outline that are drawn in reverse."""
    return [
        y
        for y, row in enumerate(_rows(app.outline))
        if any(segment.style and segment.style.reverse for segment in row)
    ]


def _styles(app: ReviewApp, words: str) -> set[str]:
    """Return the styles of the first place in the piece where `words` are."""
    at = _shown(app).index(words)
    return {
        str(span.style)
        for span in app.piece.content.spans
        if span.start < at + len(words) and span.end > at and span.style
    }


def _shown(app: ReviewApp) -> str:
    return app.piece.content.plain


async def _until(pilot: Any, true: Callable[[], bool], seconds: float = 60.0) -> None:
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError("never came")


def test_a_question_is_answered_and_a_doubtful_sentence_asked_about(opened: Callable[..., Session]) -> None:
    """`f` asks in a dialog and puts the answer in; `m` makes a question of a sentence; `u` undoes both."""
    session = opened(texts=("I keep the **edges**, and 3 rules. [TK: why?] I like it.", *TEXTS[1:]))
    key = session.review.shown[0].key

    def text() -> str:
        piece = session.review.piece(key)
        return piece.text.decode() if piece else ""

    async def play(app: ReviewApp, pilot: Any) -> None:
        assert "? why?" in _shown(app) and "[m] ask me instead" in _shown(app)
        await pilot.press("F")
        await pilot.pause()
        assert str(app.screen.query_one("#question", Static).content).startswith("a number that is not")
        await pilot.press("escape", "f")
        await pilot.pause()
        assert str(app.screen.query_one("#question", Static).content) == "why?"
        await pilot.press("escape", "full_stop", "f")
        await pilot.pause()
        await pilot.press(*"So", "enter")
        await pilot.pause()
        assert "3 rules. So I like it." in text()
        await pilot.press("f")
        await pilot.pause()
        assert str(app.query_one("#line", Static).content) == "no question in this piece"
        await pilot.press("m")
        await pilot.pause()
        assert "[TK: is this so? “I keep the **edges**, and 3 rules”]. So I like it." in text()
        await pilot.press("u", "u")
        await pilot.pause()
        assert "3 rules. [TK: why?] I like it." in text()

    drive(session, play, size=(110, 40))


def test_any_paragraph_can_be_revised(opened: Callable[..., Session], server: fakes.FakeServer) -> None:
    """`R` shows the passages; the one that is chosen comes back as a piece, and is the current one."""
    session = opened(base_url=server.url)

    async def play(app: ReviewApp, pilot: Any) -> None:
        await pilot.press("R")
        await pilot.pause()
        assert isinstance(app.screen, dialogs.Choosing)
        app.screen.query_one(OptionList).highlighted = 0
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, dialogs.Guidance)
        await pilot.press(*"plain", "enter")
        while app.reviewer.busy:
            await pilot.pause(0.05)
        assert app.reviewer.piece and app.reviewer.piece.words.startswith("Truly wrote")
        await pilot.press("a", "w")

    drive(session, play)
    text = session.workspace.path.read_text("utf-8")
    assert text == DRAFT.replace("I wrote the first", "Truly wrote the first")
    assert "Revise it: plain" in str(server.requests[-1]["messages"][-1]["content"])

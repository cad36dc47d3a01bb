"""What every view says of a piece."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.adapters.store import open_store
from assistant.app import report, workspace
from assistant.app.reviewer import Reviewer
from assistant.app.session import Session, open_session
from assistant.app.undo import undo_write
from assistant.app.writer import Models, Writer
from assistant.core.hunks.make import hunk_for, removal
from assistant.core.review import decide, events, settle
from assistant.core.text.draft import parse
from assistant.core.types import Expanded, Hunk, Span, Usage, Verdict, Warning
from assistant.frontends import pieces
from assistant.frontends.lines.output import Plain, help_text
from assistant.frontends.screen import detail

DRAFT = """\
# Boats

I learned this on the water.

## Oars

TODO: which wood, and why

We bought ash in the end.

## Sails

- **Cotton.** It rots.
- TODO: something on nylon

## Ropes

[PHOTO: the knot]
"""
NEW = {
    "TODO: which wood": "I'd say ash for the oars, since it bends.",
    "It rots.": "It rots. I found that out in March.",
    "TODO: something": "- Nylon lasts, and it stretches.",
}


@pytest.fixture
def session(home: Path, tmp_path: Path) -> Session:
    """Return a session on the draft, one text offered for each line that `NEW` names."""
    path = tmp_path / "boats.md"
    path.write_text(DRAFT, "utf-8")
    session = open_session(workspace.open_draft(str(path), base_url="http://127.0.0.1:9/v1", model="m"), None)
    session.apply(events.Moved(DRAFT.encode()))
    for number, (words, text) in enumerate(NEW.items()):
        line = next(line for line in DRAFT.splitlines() if words in line)
        start = DRAFT.encode().index(line.encode())
        span = Span(start, start + len(line.encode()))
        if text.startswith("It rots."):
            line, text, span = "", text.removeprefix("It rots."), Span(span.end, span.end)
        at = text.encode().find(b"March")
        doubts = (Warning("unsupported", "no “March” in your draft", at, at + 5),) * 2 if at > 0 else ()
        hunk = Hunk(f"gap{number}", span, line.encode(), text.encode(), doubts, ())
        session.offer(events.Proposal(hunk.gap, (hunk,), (f"gap{number}:0",), "some-model"), DRAFT.encode())
    return session


def test_a_piece_is_called_by_the_authors_words(session: Session) -> None:
    """A note without its signs, a bullet by its lead-in, and the headings and the line beside it."""
    draft = session.workspace.draft
    assert [pieces.name(draft, piece) for piece in session.review.shown] == [
        "TODO: which wood, and why",
        "Cotton.",
        "TODO: something on nylon",
    ]
    assert pieces.place(draft, session.review.shown[1]) == "Boats › Sails › Cotton. · line 13"
    assert pieces.place(draft, session.review.shown[1], width=30) == "Sails › Cotton. · line 13"


def test_a_warning_says_its_words_once(session: Session) -> None:
    """Words that are in the message are not quoted again, and the same warning comes once."""
    assert [line for _, line in pieces.doubts(session.review.shown[1])[0]] == ["no “March” in your draft"]


def test_what_was_accepted_is_in_the_surroundings(session: Session) -> None:
    """The next piece is read together with the text that will be above and below it."""
    first, second, third = session.review.shown
    for piece in (first, second):
        session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
    before, _ = pieces.around(session.review, third)
    assert before.endswith("- **Cotton.** It rots. I found that out in March.\n")
    session.apply(events.Undone())
    session.apply(events.Decided(third.key, Verdict.ACCEPTED))
    before, after = pieces.around(session.review, second)
    assert before.endswith("- **Cotton.** It rots.") and after.startswith("\n- Nylon lasts")


def test_without_colours_signs_mark_what_goes_and_comes(session: Session) -> None:
    """Old and new are on lines of their own, each between signs."""
    text = "".join(part.text for part in pieces.shown(session.review, session.review.shown[0], colours=False))
    assert "[-TODO: which wood, and why-]\n{+I'd say ash for the oars, since it bends.+}\n" in text
    coloured = pieces.shown(session.review, session.review.shown[1])
    assert [part.text for part in coloured if part.doubtful] == ["March"]


def test_the_counts_name_every_state(session: Session) -> None:
    """Accepted, rejected and undecided pieces are told apart."""
    first, second, _ = session.review.shown
    session.apply(decide.rest(session.review))
    session.apply(events.Decided(first.key, Verdict.REJECTED))
    assert pieces.tally(session.review.shown) == "1 ready, 1 accepted, 1 rejected"
    assert pieces.state_of(second) == "ready"


def test_a_warning_names_its_words_once() -> None:
    assert (
        report.with_words("not in your posts", b"We sold\nthe boat.")
        == "not in your posts: “We sold the boat.”"
    )
    assert report.with_words("not in your posts: “8,312”", b"8,312") == "not in your posts: “8,312”"


def test_what_else_goes_is_shown_with_the_last_piece(home: Path, tmp_path: Path) -> None:
    """An instruction with the last of its points; a remark with the text that it is about."""
    path = tmp_path / "bees.md"
    path.write_text(LIST + "\nThe honey was good, and there was too much of it.\n\n<!-- too long -->\n")
    session = open_session(workspace.open_draft(str(path)), None)
    data, draft = path.read_bytes(), session.workspace.draft
    for gap in session.workspace.gaps:
        if not gap.targets:
            continue
        hunks = [hunk_for(draft, gap, text="It was good.", target=target) for target in gap.targets]
        answer = decide.proposal(Expanded(gap, (removal(draft, gap), *hunks), "m", Usage()))
        session.offer(answer, data)
    first, second, third, remark = session.review.shown

    def gone(key: str, *, colours: bool = True) -> list[str]:
        piece = session.review.piece(key)
        assert piece is not None
        shown = pieces.shown(session.review, piece, colours=colours)
        assert "".join(part.text for part in shown).count("Expand each") < 2
        return [part.text for part in shown if part.role == "gone"]

    assert gone(remark.key)[-1] == "<!-- too long -->"
    assert gone(remark.key, colours=False)[-1] == "[-<!-- too long -->-]"
    for piece in (first, third):
        assert gone(piece.key) == []
        session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
    assert gone(second.key) == ["Expand each of these:"] and gone(first.key) == []
    session.apply(events.Decided(second.key, Verdict.REJECTED))
    assert [gone(piece.key) for piece in (first, second)] == [["Expand each of these:"]] * 2
    rejected = session.review.piece(second.key)
    assert rejected and pieces.says(session.review, rejected) == "rejected; only the request goes"
    session.apply(events.Decided(third.key, Verdict.UNDECIDED))
    assert pieces.says(session.review, rejected) == "rejected; the draft stays as it is"
    session.apply(events.Decided(third.key, Verdict.ACCEPTED))
    session.apply(events.Decided(second.key, Verdict.ACCEPTED))
    assert [gone(piece.key) for piece in (first, second)] == [["Expand each of these:"]] * 2


def test_the_same_is_said_of_the_reason_told_last_alone() -> None:
    """Of two reasons, each line says which one it is."""
    reasons = report.Reasons()
    assert reasons.first(3, "no key") == "3: no key" and reasons.first(9, "no key") == ""
    assert reasons.first(5, "too long") == "5: too long" and reasons.first(4, "no key") == ""
    assert reasons.rest() == [" lines 4, 9: no key"]
    assert reasons.first(7, "no key") == "" and reasons.rest() == [" line 7: the same"]


LIST = """\
# Bees

## Why bother

Expand each of these:

- the smell in June
- neighbours who come by
- honey for a year

## The first winter

## The second winter
"""
LINES = ("smell in June", "neighbours", "honey", "## The first winter", "## The second winter")


def places(session: Session) -> dict[str, int]:
    """Return the pieces of a draft in their order: what each is called, and its line in the file as it is."""
    lines = session.workspace.path.read_text().split("\n")
    draft, shown = session.workspace.draft, session.review.shown
    named = {
        pieces.name(draft, piece): pieces.place(draft, piece).rpartition(" · line ")[2] for piece in shown
    }
    for name, line in named.items():
        here = lines[int(line) - 1 : int(line)] + lines[int(line) - 3 : int(line) - 1] * (name[:3] == "The")
        assert any(name in one for one in here), f"{name} is not at line {line}"
    return {name: int(line) for name, line in named.items()}


def test_pieces_are_named_and_placed_by_the_file_as_it_is(home: Path, tmp_path: Path) -> None:
    """After a write that kept one piece out, after edits from outside, and after an undo."""
    path = tmp_path / "bees.md"
    path.write_text(LIST)
    with closing(open_store()) as store:
        session = open_session(workspace.open_draft(str(path)), store)
        for number, words in enumerate(LINES):
            end = LIST.index("\n", LIST.index(words)) + words.startswith("##")
            text = (
                f"\nIn the end I kept number {number}.\n" if words.startswith("##") else f". Number {number}."
            )
            hunk = Hunk(f"gap{number}", Span(end, end), b"", text.encode())
            session.offer(events.Proposal(hunk.gap, (hunk,), (f"gap{number}:0",), "m"), LIST.encode())
        failed = LIST.index("the smell")
        session.apply(events.Requested("gap9:0", "gap9", Span(failed, failed + 17)))
        session.apply(events.Failed("gap9:0", "no answer"))
        for number in range(4):
            session.apply(events.Decided(f"gap{number}:0", Verdict.ACCEPTED))
        assert list(places(session)) == [
            "the smell in June",
            "neighbours who come by",
            "honey for a year",
            "The first winter",
            "The second winter",
        ]
        changed = LIST.replace("come by", "come by at noon").replace(
            "# Bees\n", "# Bees\n\nA line\n\nmore.\n"
        )
        path.write_text(changed)
        session.catch_up()
        after = ["the smell in June", "neighbours who come by at noon", "honey for a year"]
        after += ["The first winter", "The second winter"]
        assert list(places(session)) == after
        assert len(session.write().written) == 3
        assert list(places(session)) == after
        assert pieces.tally(session.review.shown) == "1 ready, 1 failed, 3 written, 1 outdated"
        path.write_text(path.read_text().replace("A line", "Two\nlines").replace("Number 2", "Nummer 2"))
        session.catch_up()
        assert list(places(session)) == after
        undone = undo_write(session)
        assert undone is not None and len(undone[1].written) == 2
        assert "Number 0" not in path.read_text() and "Nummer 2" in path.read_text()
        assert list(places(session)) == after
        assert pieces.tally(session.review.shown) == "1 ready, 2 accepted, 1 failed, 1 written, 1 outdated"
        session.close()


@pytest.mark.parametrize(
    "note",
    [
        "> [!todo]\n> Describe the bench.",
        "!!! todo\n    Describe the bench.",
        ":::{todo}\nDescribe the bench.\n:::",
    ],
)
def test_a_note_below_its_marker_names_the_piece(tmp_path: Path, note: str) -> None:
    """As `locate` does."""
    path = tmp_path / "bench.md"
    path.write_text(f"# Bench\n\nI sat there.\n\n{note}\n", "utf-8")
    work = workspace.open_draft(str(path), base_url="http://127.0.0.1:9/v1", model="m")
    (gap,) = work.gaps
    with closing(open_session(work, None)) as session:
        key = decide.key_for(gap, None)
        session.apply(events.Requested(key, gap.id, gap.span))
        assert [pieces.name(work.draft, piece) for piece in session.review.shown] == ["Describe the bench."]


def test_a_section_is_named_by_its_own_heading_though_the_next_one_begins_right_below() -> None:
    draft = parse(b"# Days\n\nIt rained.\n\n## Thursday\n## Friday\n\nIt was dry.\n")
    at = draft.data.index(b"## Friday")
    hunk = Hunk("g", Span(at, at), b"", b"\nWe stayed in.\n\n")
    offer = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=1), draft.data)
    (piece,) = decide.replay([events.Moved(draft.data), offer]).pieces
    assert pieces.place(draft, piece) == "Days › Thursday · line 5"


def test_a_cell_is_named_by_its_row(tmp_path: Path) -> None:
    """By its words and the column's, without the bars between them."""
    rows = "| Part | How |\n|---|---|\n"
    rows += "| Wall | We fixed the cupboards to it with long screws. |\n| Top | TODO |\n| Tap | |\n"
    path = tmp_path / "kitchen.md"
    path.write_text(f"# Kitchen\n\nIt took us three weeks, and it was more work than we thought.\n\n{rows}")
    with closing(open_session(workspace.open_draft(str(path)), None)) as session:
        session.missing()
        places = [pieces.place(session.workspace.draft, piece) for piece in session.review.shown]
        assert places == ["Kitchen › Top: How · line 8", "Kitchen › Tap: How · line 9"]


@pytest.mark.parametrize(
    ("piece", "text", "line"),
    [(1, b". I found that out.", "added: I found that out."), (0, b"TODO: which wood", "removed: , and why")],
)
def test_a_text_that_ends_a_bullet_first_is_read_without_that_stop(
    session: Session, capsys: pytest.CaptureFixture[str], piece: int, text: bytes, line: str
) -> None:
    """A full stop alone is not reported; but a comma that goes with the words behind it is reported."""
    piece = session.review.shown[piece]
    hunk = replace(piece.versions[0].hunk, replacement=text, warnings=())
    session.offer(events.Proposal(hunk.gap, (hunk,), (piece.key,), "m"), DRAFT.encode())
    reviewer = Reviewer([session], [Writer(session, Models())])
    now = session.review.piece(piece.key)
    assert now is not None
    Plain().piece(reviewer, now)
    assert f"\n{line}\n" in capsys.readouterr().out


def test_what_the_draft_says_now_leaves_room_for_the_text(session: Session) -> None:
    """Of a kept-out piece, the paragraph in its place is told from its beginning, and not all below it."""
    typed = "\n".join(f"Line {number} of what I know about oars." for number in range(9))
    path = session.workspace.path
    path.write_text(DRAFT.replace("TODO: which wood, and why", typed))
    session.catch_up()
    lost = next(piece for piece in session.review.shown if piece.unplaced)
    assert pieces.now(session.review, lost) == (pieces.NOW, "\n".join(typed.splitlines()[:5]) + " …")
    _, after = pieces.around(session.review, lost)
    assert after.strip() == "We bought ash in the end."
    path.write_text(DRAFT.replace("TODO: which wood, and why", "Ash.\nOr oak."))
    session.catch_up()
    assert pieces.now(session.review, session.review.shown[0]) == (pieces.NOW, "Ash.\nOr oak.")


@pytest.mark.parametrize(
    ("place", "name", "deleted"),
    [
        ("- **Cotton.** It rots.", "Sails › Cotton.", "- **Cotton.** It rots.\n"),
        ("- **Cotton.** It rots.", "Sails › Cotton.", "## Sails\n\n- **Cotton.** It rots.\n"),
        ("## Sails", "Sails", "## Sails\n\n- **Cotton.** It rots.\n- TODO: something on nylon\n\n"),
    ],
)
def test_what_was_deleted_is_not_taken_for_its_neighbour(
    session: Session, place: str, name: str, deleted: str
) -> None:
    """A piece that is not applied has the name that it had, and says why, as does the outcome of writing."""
    end = DRAFT.index(place) + len(place) + place.startswith("#")
    hunk = Hunk("here", Span(end, end), b"", b". Cotton lasts.\n")
    session.offer(events.Proposal("here", (hunk,), ("here:0",), "m"), DRAFT.encode())
    for key in ("here:0", "gap2:0"):
        session.apply(events.Decided(key, Verdict.ACCEPTED))
    path = session.workspace.path
    path.write_text(DRAFT.replace(deleted, ""))
    session.catch_up()
    piece = session.review.piece("here:0")
    assert piece and piece.unplaced and pieces.now(session.review, piece) == (pieces.DELETED, "")
    assert pieces.says(session.review, piece).startswith("its place was deleted")
    assert pieces.place(session.workspace.draft, piece) == f"Boats › {name} · deleted"
    assert pieces.name(session.workspace.draft, piece) == name.rpartition(" › ")[2]
    lines = report.outcome(session.workspace.draft, session.write(), name="boats.md")
    assert any("was deleted" in line for line in lines) and not any("It says now" in line for line in lines)


def test_pieces_next_to_each_other_are_kept_out_each_at_its_own_line(session: Session) -> None:
    """One of three items that all changed, and that was deleted, is said to be."""
    lines = [f"- **{name}.** It rots." for name in ("Cotton", "Hemp", "Flax")]
    draft = DRAFT.replace(lines[0], "\n".join(lines))
    session.apply(events.Moved(draft.encode()))
    for line in lines:
        end = draft.index(line) + len(line)
        hunk = Hunk(line[4:8], Span(end, end), b"", b" It does so slowly.")
        session.offer(events.Proposal(hunk.gap, (hunk,), (f"{hunk.gap}:0",), "m"), draft.encode())
        session.apply(events.Decided(f"{hunk.gap}:0", Verdict.ACCEPTED))
    now = f"{lines[0]} Here.\n{lines[2]} There."
    session.workspace.path.write_text(draft.replace("\n".join(lines), now))
    session.catch_up()
    said = "\n".join(report.outcome(session.workspace.draft, session.write(), name="boats.md"))
    assert f"It says now:\n  {lines[0]} Here.\n" in said and f"It says now:\n  {lines[2]} There.\n" in said
    assert said.count("was deleted") == 1 and said.count("It says now") == 2


def test_a_text_below_a_heading_that_has_other_words_is_kept_out_at_that_heading(
    home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "boats.md"
    path.write_text(draft := DRAFT.replace("## Sails\n", "## Masts\n\n## Sails\n"))
    session = open_session(workspace.open_draft(str(path)), None)
    gap = next(gap for gap in session.workspace.gaps if gap.heading_path[-1] == "Masts")
    hunk = hunk_for(session.workspace.draft, gap, text="I have two.", target=None)
    session.offer(decide.proposal(Expanded(gap, (hunk,), "m", Usage())), draft.encode())
    session.apply(events.Decided(session.review.shown[0].key, Verdict.ACCEPTED))
    path.write_text(draft.replace("## Masts", "## My masts"))
    lines = report.outcome(session.workspace.draft, session.write(), name="boats.md")
    line = draft.split("\n").index("## Masts") + 1
    assert lines[1:4] == [f"not applied: line {line} changed meanwhile", "It says now:", "  ## My masts"]


def test_a_piece_without_a_text_stays_while_its_line_has_other_words(home: Path, tmp_path: Path) -> None:
    """Another try is for these; once the line is deleted, nothing is left to be written."""
    path = tmp_path / "bees.md"
    path.write_text(LIST)
    with closing(open_store()) as store, closing(open_session(workspace.open_draft(str(path)), store)) as one:
        keys = one.missing()
        for key in keys:
            one.apply(events.Failed(key, "no answer"))
        path.write_text(LIST.replace("neighbours who come by", "all the people who came"))
        one.catch_up()
        assert [piece.key for piece in one.review.shown] == keys
        assert "all the people who came" in places(one)
        assert {piece.message for piece in one.review.shown} == {"no answer"}
        path.write_text(LIST.replace("- neighbours who come by\n", ""))
        one.catch_up()
        assert len(one.review.shown) == len(keys) - 1


def test_a_long_line_is_cut_between_words_where_that_costs_little() -> None:
    """A name that breaks within a word is hard to read; a script without blanks has no other place."""
    assert pieces.cut("Boats › The oars, and how to row", 24) == "Boats › The oars, and…"
    assert pieces.cut("Sails", 5) == "Sails" and pieces.cut("何を渡すか何を", 9) == "何を渡す…"


def test_of_many_warnings_the_current_one_is_told(session: Session) -> None:
    """The text marks them all, and the line on the others says which key goes on."""
    piece = session.review.shown[1]
    text = b" It rots by 1987. We had 12 sails. We paid 4,300 dollars."
    starts = [text.index(words) for words in (b"1987", b"12", b"4,300")]
    warnings = tuple(Warning("unsupported", "not in your posts", at, at + 2) for at in starts)
    assert piece.hunk is not None
    offer = events.Proposal(
        piece.gap, (replace(piece.hunk, replacement=text, warnings=warnings),), (piece.key,), "m"
    )
    session.offer(offer, session.review.base)
    doubts = session.review.piece(piece.key).doubts  # type: ignore[union-attr]
    piece = session.review.piece(piece.key) or piece
    lines, more = pieces.doubts(piece, doubts[1], most=1)
    assert [line for _, line in lines] == ["▸ not in your posts: “12”"] and more == "2 more; . shows the next"
    assert len(pieces.doubts(piece, doubts[1])[0]) == 3


def test_a_state_and_the_number_fit_into_one_line(session: Session) -> None:
    """A long state is cut in a narrow terminal, not the number of the piece."""
    session.apply(events.Decided(session.review.shown[0].key, Verdict.REJECTED))
    piece = session.review.shown[0]
    head = detail.head(session, piece, number=1, width=36).plain
    assert head.splitlines()[1] == "✗ rejected; the draft…   1 of 3"


def test_notes_that_are_lost_ask_for_another_text() -> None:
    """No sentence is at fault, so none can go, or become a question; the text is not told once more."""
    notes, text = b"- hinges, oil\n", b"The door was loud. I liked that.\n"
    lost = Warning("meaning", "of your notes, this is missing: \u201coil\u201d", 0, len(text) - 1)
    hunk = Hunk("g", Span(0, len(notes)), notes, text, (lost,))
    offer = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=1), notes)
    piece = decide.replay([events.Moved(notes), offer]).pieces[0]
    (doubt,) = piece.doubts
    assert settle.ask_instead(piece, doubt) is None and settle.drop(piece, doubt) is None
    assert report.about(piece, doubt) == lost.message
    assert pieces.doubt_keys(piece, doubt).startswith("[t] ")


def test_every_key_of_the_help_can_be_typed() -> None:
    """A key is told by its sign, not by the name that a library has for it."""
    signs = [line.partition("  ")[0] for line in help_text().splitlines()]
    assert "." in signs and all(len(sign) == 1 or sign == "Enter" for sign in signs)


@pytest.mark.parametrize("rows", [6, 9, 40])
def test_long_paragraphs_around_a_piece_are_cut_to_the_room_there_is(rows: int) -> None:
    """The text and its title stay in view, and what is right next to it."""
    above, below = (" ".join(f"{word}{n}" for n in range(90)) for word in ("above", "below"))
    note = "TODO: which wood"
    draft = f"{above}\n\n{note}\n\n{below}\n".encode()
    start = draft.index(note.encode())
    hunk = Hunk("g", Span(start, start + len(note)), note.encode(), b"We bought ash in the end.")
    offer = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=1), draft)
    review = decide.replay([events.Moved(draft), offer])
    shown = "".join(part.text for part in pieces.shown(review, review.pieces[0], room=(60, rows)))
    assert pieces.lines_of(shown, 60) <= max(rows, 8) + 1
    assert "We bought ash in the end." in shown
    assert ("above89" in shown and "below0" in shown) is (rows > 6)
    assert ("below89" in shown) is (rows == 40)
    before = shown.partition("TODO")[0].strip("\n").split("\n")
    assert len(before) <= pieces.CONTEXT + 1 and all(len(line) <= 60 for line in before)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_heading_at_the_end_of_a_draft_is_named_once(home: Path, tmp_path: Path, end: str) -> None:
    """Without a line end, the place of its text is in its own line."""
    path = tmp_path / "boats.md"
    path.write_text(f"# Boats\n\nWe left.\n\n## Oars{end}", "utf-8")
    with closing(open_session(workspace.open_draft(str(path), model="m"), None)) as session:
        draft = session.workspace.draft
        (gap,) = session.workspace.gaps
        hunk = hunk_for(draft, gap, text="I'd say ash for the oars.")
        session.offer(events.Proposal(gap.id, (hunk,), (gap.id,), "some-model"), draft.data)
        (piece,) = session.review.shown
        assert pieces.place(draft, piece) == "Boats › Oars · line 5"

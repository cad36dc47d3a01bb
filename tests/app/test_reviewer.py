"""What the author of a review says of questions and doubtful sentences."""

from __future__ import annotations

import itertools
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import fakes
import pytest
from conftest import Run

from assistant.adapters.store import Store, open_store
from assistant.app import workspace
from assistant.app.report import WithKeys, without_keys
from assistant.app.reviewer import ALL_DECIDED, ANSWERED, IN_DRAFT, MOVED, ONLY_THIS, Reviewer
from assistant.app.session import open_session
from assistant.app.writer import Models, Writer
from assistant.core.hunks.apply import apply, reverse
from assistant.core.review import events
from assistant.core.types import Approval, Verdict

DRAFT = "# Tea\n\nI drink it at four, and I have opinions about the pot.\n\n## The pot\n"
TEXT = (
    "A good pot pours without a drop on the cloth. Expect to pay [TK: how much did it cost?] for it. "
    "My sister broke the first one at her wedding in 2011. A cheap one does as well."
)
DOUBTED = "My sister broke the first one at her wedding in 2011."


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with closing(open_store()) as store:
        yield store


@pytest.fixture
def draft(tmp_path: Path, server: fakes.FakeServer) -> Path:
    server.answer = lambda request: TEXT
    path = tmp_path / "tea.md"
    path.write_text(DRAFT)
    return path


def reviewing(path: Path, store: Store, server: fakes.FakeServer) -> Reviewer:
    session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), store)
    reviewer = Reviewer([session], [Writer(session, Models())])
    reviewer.begin()
    while reviewer.busy:
        time.sleep(0.01)
    return reviewer


def test_answers_go_into_the_draft(draft: Path, store: Store, server: fakes.FakeServer) -> None:
    """The author's words replace the question, and the doubtful sentence is gone."""
    reviewer = reviewing(draft, store, server)
    assert reviewer.doubt is not None and reviewer.doubt.words == "how much did it cost?"
    assert reviewer.answer("") == reviewer.answer(" \x1b\x07") == "left as a question"
    assert reviewer.answer("£40") == ""
    assert reviewer.doubt is not None and reviewer.doubt.is_unsupported
    assert reviewer.drop() == ""
    assert reviewer.doubt is None and reviewer.drop() == "no question and no warning in this piece"
    reviewer.accept()
    reviewer.write()
    assert reviewer.accept() == reviewer.reject() == reviewer.edit("Mine.") == IN_DRAFT
    assert (
        draft.read_text()
        == DRAFT + "\n" + TEXT.replace("[TK: how much did it cost?]", "£40").replace(f" {DOUBTED}", "") + "\n"
    )


def test_the_last_undecided_piece_is_not_called_decided(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """`n` finds no other one; once this one is decided, nothing is left."""
    reviewer = reviewing(draft, store, server)
    assert reviewer.next() == ONLY_THIS
    reviewer.accept()
    assert reviewer.next() == ALL_DECIDED


def test_a_retry_is_told_what_its_author_answered(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """Another text need not ask again."""
    reviewer = reviewing(draft, store, server)
    reviewer.answer("£40")
    reviewer.retry("shorter")
    while reviewer.busy:
        time.sleep(0.01)
    asked = server.requests[-1]["messages"][-1]["content"]
    assert "how much did it cost? £40 shorter" in asked


def test_a_doubtful_sentence_becomes_a_question(draft: Path, store: Store, server: fakes.FakeServer) -> None:
    """Asking instead puts a question into its place, which can be answered or left for later."""
    reviewer = reviewing(draft, store, server)
    reviewer.next_doubt()
    assert reviewer.ask_instead() == ""
    piece = reviewer.piece
    assert piece is not None and f"[TK: is this so? “{DOUBTED[:-1]}”]." in piece.text.decode()
    assert all(doubt.is_question for doubt in piece.doubts)
    reviewer.undo()
    assert DOUBTED in reviewer.piece.text.decode()  # type: ignore[union-attr]


def test_what_is_true_is_remembered_for_the_blog(draft: Path, store: Store, server: fakes.FakeServer) -> None:
    """Another text that says so is not doubted, until the draft is forgotten."""
    reviewer = reviewing(draft, store, server)
    reviewer.next_doubt()
    assert reviewer.approve() == ""
    said = (Approval("", DOUBTED),)
    assert store.approvals(draft.parent) == said and store.approvals_from(draft) == said
    reviewer.undo()
    assert store.approvals(draft.parent) == ()
    reviewer.redo()
    reviewer.session.close()
    other = draft.with_name("pots.md")
    other.write_text(DRAFT.replace("Tea", "Pots"))
    piece = reviewing(other, store, server).piece
    assert piece is not None and DOUBTED in piece.text.decode()
    assert [doubt.is_question for doubt in piece.doubts] == [True]
    assert store.forget(draft) == 1 and store.approvals(draft.parent) == ()


def test_a_review_of_the_sample_ends_with_every_doubt_settled(
    sample: Path, store: Store, server: fakes.FakeServer
) -> None:
    """Each unsupported sentence is asked, dropped or confirmed; what is written has no other."""
    invented = [
        "My cousin paid us £3,000 for it in 1993.",
        "The bank in Leeds sent me 47 letters about that.",
        "Maren Holt lost her job over it two summers later.",
    ]
    fine = "I write down what I would tell a new colleague, and then I ask who would like it."
    server.answer = lambda request: " ".join((fine, *invented))
    reviewer = reviewing(sample, store, server)
    ways = itertools.cycle((reviewer.ask_instead, reviewer.drop, reviewer.approve))
    for piece in reviewer.review.shown:
        reviewer.at = (0, piece.key)
        assert {doubt.is_unsupported for doubt in piece.doubts} == {True}
        while doubts := [d for d in reviewer.piece.doubts if d.is_unsupported]:  # type: ignore[union-attr]
            while reviewer.doubt not in doubts:
                reviewer.next_doubt()
            assert next(ways)() == ""
        reviewer.accept()
    assert reviewer.done
    assert not any(doubt.is_unsupported for piece in reviewer.review.shown for doubt in piece.doubts)
    reviewer.write()
    text = sample.read_text("utf-8")
    assert f"[TK: is this so? “{invented[0][:-1]}”]. " in text
    assert text.count(f" {invented[2]}") and store.approvals_from(sample)


def test_a_sentence_is_written_again_around_the_authors_words(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """The new sentence is checked like the rest; one that can't be used leaves the piece as it was."""
    reviewer = reviewing(draft, store, server)
    before = reviewer.piece.text  # type: ignore[union-attr]

    def fit(words: str, answer: str) -> str:
        server.answer = lambda request: answer
        assert reviewer.fit(words) == ""
        while reviewer.busy:
            time.sleep(0.01)
        piece = reviewer.piece
        assert piece is not None and piece.undecided
        return piece.message or piece.text.decode()

    assert "no better sentence" in fit("", "Mine cost [TK: how much?].")
    assert reviewer.piece.text == before  # type: ignore[union-attr]
    invented = "Mine cost forty pounds, which my uncle Bartholomew paid in 1987."
    assert f"cloth. {invented} My sister" in fit("forty pounds", invented)
    asked = server.requests[-1]["messages"][-1]["content"]
    assert "Sentence: Expect to pay" in asked and "The author says of it: forty pounds" in asked
    doubts = reviewer.piece.doubts  # type: ignore[union-attr]
    assert any(b"1987" in reviewer.piece.text[d.start : d.end] for d in doubts)  # type: ignore[union-attr]
    reviewer.undo()
    assert reviewer.piece.text == before  # type: ignore[union-attr]


NOTED = "explain the ropes, ask the pilot"
"""The author's own words, which read like a note."""


def test_what_was_accepted_is_no_gap_afterwards(
    draft: Path, store: Store, server: fakes.FakeServer, run: Run
) -> None:
    """The author's words read like a note; a marker in them is still one, and nothing counts as dismissed."""
    reviewer = reviewing(draft, store, server)
    reviewer.edit(NOTED)
    reviewer.write()
    assert NOTED in draft.read_text() and reviewer.session.workspace.gaps == ()
    assert workspace.open_draft(str(draft)).gaps == ()
    assert run("locate", "--check", draft).returncode == 0
    assert b"dismissed" not in run("status").stdout
    draft.write_text(draft.read_text().replace(NOTED, "buy rope, and ask the pilot when to sail"))
    assert workspace.open_draft(str(draft)).gaps != ()


def test_a_marker_that_was_accepted_is_a_gap(draft: Path, store: Store, server: fakes.FakeServer) -> None:
    reviewer = reviewing(draft, store, server)
    reviewer.edit("TODO: tell of the ropes")
    reviewer.write()
    assert [gap.instruction for gap in reviewer.session.workspace.gaps] == ["tell of the ropes"]


def test_what_supports_a_text_is_shown_with_what_is_sent(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """A sentence that the author wrote elsewhere is shown with its file, line and words."""
    told = "Last winter our boiler failed on a Sunday, and Piotr from the second floor lent us two heaters."
    draft.write_text(f"# Winter\n\nIt was long.\n\n{told}\n\n## The cold\n")
    again = "When the boiler failed on a Sunday last winter, Piotr lent us two heaters."
    server.answer = lambda request: (
        f"A house is only as warm as the people in it. {again} Wool helps as well."
    )
    (role, support), *sent = reviewing(draft, store, server).sent()
    assert role == "your passages that support the text" and f"{draft.name}:5: {told}" in support
    assert sent[0][0] == "system"


def test_what_was_sent_is_shown_and_not_what_a_retry_would_send(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    other = (
        "Choose one by its spout: short is best. The lid should stay on if you tilt it, and its handle "
        "should stay cool. Everything else is taste, and taste changes."
    )
    texts = iter((TEXT,))
    server.answer = lambda request: next(texts, other)
    reviewer = reviewing(draft, store, server)
    assert reviewer.sent()[-1][1] == server.requests[0]["messages"][-1]["content"]
    reviewer.retry("warmer")
    while reviewer.busy:
        time.sleep(0.01)
    assert reviewer.sent()[-1][1] == server.requests[-1]["messages"][-1]["content"]


def test_a_retry_of_machine_prose_asks_for_plainer_words_once(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """The text that came then has no such turns, and the next retry says nothing of words."""
    stock = (
        "In the world of tea, it's important to pour well. A good pot pours without a drop on it, keeps "
        "its heat until the second cup, and is easy to clean."
    )
    plain = (
        "Choose one by its spout: short is best. The lid should stay on if you tilt it, and its handle "
        "should stay cool. Everything else is taste, and taste changes."
    )
    last = (
        "Size matters more than looks. Two cups are enough for most, and what stands too long is bitter. "
        "Warm it first, and leave it alone for four minutes."
    )
    texts = iter((stock, plain))
    server.answer = lambda request: next(texts, last)
    reviewer = reviewing(draft, store, server)
    for _ in range(2):
        reviewer.retry()
        while reviewer.busy:
            time.sleep(0.01)
    said = [str(request["messages"][-1]["content"]) for request in server.requests]
    assert ["Use plainer words" in one for one in said] == [False, True, False]


KEPT = "Choose a pot by its spout, since a short one pours without a drop on it and is easy to clean."
OLD = f"{KEPT} The lid should stay on if you tilt it, and its handle should stay cool."
NEW = f"{KEPT} Two cups are enough for most, and what stands for too long is bitter."


@pytest.mark.parametrize("answer", [NEW, f"{OLD} Two cups are enough for most people."])
def test_a_retry_may_keep_sentences_of_the_rejected_text(
    draft: Path, store: Store, server: fakes.FakeServer, answer: str
) -> None:
    texts = iter((OLD,))
    server.answer = lambda request: next(texts, answer)
    reviewer = reviewing(draft, store, server)
    reviewer.retry("another end")
    while reviewer.busy:
        time.sleep(0.01)
    piece = reviewer.piece
    assert piece is not None and len(piece.versions) == 2
    assert piece.text.decode().strip() == answer


def test_a_retry_that_gives_all_of_the_rejected_text_offers_none(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    texts = iter((OLD,))
    server.answer = lambda request: next(texts, OLD.replace(". ", "!\n\n"))
    reviewer = reviewing(draft, store, server)
    reviewer.retry()
    while reviewer.busy:
        time.sleep(0.01)
    piece = reviewer.piece
    assert piece is not None and len(piece.versions) == 1
    assert "the model gave the text again that you turned down" in piece.message


def test_a_piece_whose_place_is_gone_is_not_accepted(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """The key says so, however often it is pressed, and nothing counts as accepted."""
    reviewer = reviewing(draft, store, server)
    draft.write_text(DRAFT + "\nI like a brown one.\n")
    assert reviewer.accept() == "the draft changed in another program; 1 piece lost its place"
    assert reviewer.accept() == MOVED == reviewer.accept()
    assert not any(piece.is_accepted for piece in reviewer.review.pieces)


@pytest.mark.parametrize(
    ("line", "without"),
    [
        (MOVED, "the draft changed here, so this can't be applied"),
        (ALL_DECIDED, "nothing left to decide"),
        (WithKeys("stopped", "t retries"), "stopped"),
        ("we stopped; t is a letter", "we stopped; t is a letter"),
        (IN_DRAFT, IN_DRAFT),
        ("rejected; the draft stays as it is", "rejected; the draft stays as it is"),
    ],
)
def test_a_view_without_keys_names_none(line: str, without: str) -> None:
    """What a line says else stays."""
    assert without_keys(line) == without


def test_lines_are_those_of_the_file_where_an_editor_saved_text_in_it(
    draft: Path, store: Store, run: Run, server: fakes.FakeServer
) -> None:
    """A rejected text that is still in the file is called so, and the lines below it are the file's."""
    draft.write_text("# Tea\n\nI drink it at four.\n\n## The pot\n\n## The cup\n\n## End\n\nSo.\n")
    reviewer = reviewing(draft, store, server)
    session = reviewer.session
    first, second = session.review.shown[:2]
    assert first.hunk and (session.line(first.anchor), session.line(second.anchor)) == (5, 7)
    (removal,) = reverse([first.hunk])
    session.saved(apply(session.review.base, [first.hunk]), taken={}, undecided={first.key: removal})
    draft.write_bytes(session.file)
    assert (session.line(first.anchor), session.line(second.anchor)) == (5, 9)
    session.apply(events.Decided(first.key, Verdict.REJECTED))
    session.close()
    said = run("review", "--plain", draft, stdin=b"l\nq\n").stdout.decode()
    assert "The cup · line 9" in said and "contains rejected text" in said


def test_the_line_of_a_text_that_an_editor_saved_is_no_line_without_a_gap(
    draft: Path, store: Store, run: Run, server: fakes.FakeServer
) -> None:
    """A run that is to write there says what waits, and where it is decided on."""
    draft.write_text("# Tea\n\nI drink it at four.\n\n## The pot\n\n## End\n\nSo.\n")
    server.answer = fakes.different_answer
    session = reviewing(draft, store, server).session
    (piece,) = session.review.shown
    assert piece.hunk
    (removal,) = reverse([piece.hunk])
    session.saved(apply(session.review.base, [piece.hunk]), taken={}, undecided={piece.key: removal})
    draft.write_bytes(session.file)
    session.close()
    to = "--yes", "--base-url", server.url
    assert (
        b": a text waits for you at line 7; see: assistant review"
        in run("expand", draft, "--line", 7, *to).stderr
    )
    assert b"has no gap at line 3; see: assistant locate" in run("expand", draft, "--line", 3, *to).stderr


LOG = "# Log of the boat\n\nCrew: Maren, Ole\nSkipper: Ida (TBD)\nWind: west\n\n## The pot\n"


def test_a_question_follows_its_line_and_its_words(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """A change in the line above leaves it; one in its own words makes it ask for these, in that line."""
    draft.write_text(LOG)
    reviewer = reviewing(draft, store, server)
    fact = next(piece for piece in reviewer.review.shown if piece.is_fact)
    for text, line in [
        (LOG.replace("Maren, Ole", "Maren, Ole, Piet"), 4),
        (LOG.replace("Crew: Maren, Ole\n", "Crew: Maren\nGuest: Ole\n").replace("west", "south"), 5),
        (LOG.replace("Ida (TBD)", "Ida or Tom (TBD)"), 4),
    ]:
        draft.write_text(text)
        reviewer.session.catch_up()
        reviewer.at = (0, fact.key)
        assert reviewer.piece is not None and not reviewer.piece.unplaced and reviewer.question is not None
        assert reviewer.session.workspace.draft.line(reviewer.piece.anchor) == line
        assert len([piece for piece in reviewer.review.shown if piece.is_fact]) == 1
    assert reviewer.answer("Tom Berg") == ""
    reviewer.write()
    assert "Tom Berg" in draft.read_text()


def test_a_question_is_not_accepted_in_place_of_words_that_took_the_place_of_a_note(
    draft: Path, store: Store, server: fakes.FakeServer, run: Run
) -> None:
    """The text for the note stays beside it, with what was decided on that."""
    note, rain = (f"{LOG}\nIt was dry in May.\n\n{one}\n\n## Food\n\nFish.\n" for one in ("(TODO)", "Rain"))
    draft.write_text(note)
    reviewer = reviewing(draft, store, server)
    text = next(piece for piece in reviewer.review.shown if b"(TODO)" in piece.hunk.original)
    draft.write_text(rain)
    reviewer.session.catch_up()
    reviewer.begin()
    reviewer.at = (0, text.key)
    assert reviewer.piece and reviewer.piece.is_fact and len(reviewer.piece.versions) == 2
    assert reviewer.accept() == ANSWERED
    reviewer.session.close()
    run("expand", draft, "--yes", "--keep-unsupported", "--base-url", server.url)
    assert "\nRain\n" in draft.read_text()
    draft.write_text(draft.read_text().replace("\nRain\n", "\n(TODO)\n"))
    with closing(open_session(workspace.open_draft(str(draft)), store)) as session:
        piece = session.review.piece(text.key)
        assert piece and piece.undecided and not piece.unplaced and piece.text == text.text


def test_what_is_kept_out_takes_no_answer(draft: Path, store: Store, server: fakes.FakeServer) -> None:
    """The key says so before anything is typed; what an editor gives back is kept, and not applied."""
    reviewer = reviewing(draft, store, server)
    assert reviewer.question is not None
    draft.write_text(DRAFT + "\nMine is blue.\n")
    assert reviewer.follow(reviewer.session)
    assert reviewer.question is None and reviewer.doubt is None
    assert reviewer.answer("£40") == MOVED == reviewer.drop()
    piece = reviewer.piece
    assert piece is not None and reviewer.edit("Mine leaks.") == ""
    piece = reviewer.review.piece(piece.key)
    assert piece is not None and piece.hunk is not None and b"Mine leaks." in piece.hunk.replacement
    assert "Mine leaks." not in draft.read_text()


def test_an_answer_never_goes_into_an_equal_line_elsewhere(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """Its own paragraph is gone, and another one has a line of the same words."""
    crew = "The crew was small that year, and we all had to work hard."
    anna, bert = (
        f"{name} of the Ida, came aboard on\nTBD and stayed." for name in ("Anna, cook", "Bert, mate")
    )
    draft.write_text(f"# Crew\n\n{crew}\n\n{anna}\n\n{bert}\n\nWe left in May.\n")
    reviewer = reviewing(draft, store, server)
    last = [piece for piece in reviewer.review.shown if piece.is_fact][-1]
    reviewer.at = (0, last.key)
    assert reviewer.answer("3 March") == ""
    changed = f"# Crew\n\n{crew}\n\n{anna.replace('Anna, cook', 'Carl, the boy')}\n\nWe left in May.\n"
    draft.write_text(changed)
    reviewer.write()
    assert draft.read_text() == changed


def test_what_was_undone_before_its_line_changed_is_not_redone(
    draft: Path, store: Store, server: fakes.FakeServer
) -> None:
    """The question is asked again as it is now, and the draft can be opened again."""
    text = (
        "# Boats\n\nThe boat left the harbour at TK and nobody saw it.\n\nIt was a good day for all of us.\n"
    )
    draft.write_text(text)
    reviewer = reviewing(draft, store, server)
    session = reviewer.session
    (piece,) = (one for one in session.review.shown if one.is_fact)
    assert piece.version is not None
    session.apply(events.Decided(piece.key, Verdict.EDITED, b"nine", piece.version.proposal))
    session.apply(events.Undone())
    draft.write_text(text.replace("the harbour", "the old harbour"))
    session.catch_up()
    session.apply(events.Redone())
    session.close()
    assert open_session(workspace.open_draft(str(draft)), store).review.shown


def test_an_answer_stays_in_its_cell_and_in_its_quote(
    store: Store, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """A bar would end the cell, and a line without its mark the quote."""
    path = tmp_path / "boats.md"
    row, quote = "| Ida | {} | red |", "> It was founded in {} by two brothers."
    text = f"# Boats\n\n| boat | built | colour |\n|--|--|--|\n{row}\n\n{quote}\n"
    path.write_text(text.replace("{}", "TK"))
    reviewer = reviewing(path, store, server)
    for answer in ("1901 | or so", "1902,\nsome say 1903,"):
        facts = [piece for piece in reviewer.review.shown if piece.is_fact and piece.doubts]
        reviewer.at = (0, facts[0].key)
        assert reviewer.answer(answer) == ""
    reviewer.write()
    written = path.read_text()
    assert row.format("1901 \\| or so") in written
    assert quote.format("1902,\n> some say 1903,") in written


ASKED = "# Knots\n\nI tie them badly, and I have opinions about rope.\n\nExpand each of these:\n"


@pytest.mark.parametrize("before", ["", "\n- the bowline\n"], ids=["question", "one point"])
def test_points_added_below_a_request_are_all_written_when_it_is_asked_again(
    store: Store, server: fakes.FakeServer, tmp_path: Path, before: str
) -> None:
    """Without points, the request was a question to its author."""
    server.answer = fakes.different_answer
    path, points = tmp_path / "knots.md", ("the bowline", "the clove hitch", "the reef knot")
    path.write_text(ASKED + before)
    reviewer = reviewing(path, store, server)
    assert reviewer.piece is not None and reviewer.piece.is_fact is not bool(before)
    path.write_text(ASKED + "\n" + "".join(f"- {point}\n" for point in points))
    reviewer.follow(reviewer.session)
    assert reviewer.retry() == ""
    while reviewer.busy:
        time.sleep(0.01)
    for piece in reviewer.review.shown:
        reviewer.session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
    reviewer.write()
    written = path.read_text()
    assert "Expand" not in written and all(f"- {point}: In week" in written for point in points)


def test_another_text_for_the_only_point_that_was_asked_for_asks_for_no_others(
    store: Store, server: fakes.FakeServer, tmp_path: Path
) -> None:
    """As with `--line`."""
    server.answer = fakes.different_answer
    path = tmp_path / "knots.md"
    path.write_text(f"{ASKED}\n- the bowline\n- the clove hitch\n")
    session = open_session(workspace.open_draft(str(path), base_url=server.url, model="m"), store)
    reviewer = Reviewer([session], [Writer(session, Models())])
    (gap,) = session.workspace.gaps
    reviewer.begin([replace(gap, chosen=gap.targets[:1])])
    while reviewer.busy:
        time.sleep(0.01)
    assert reviewer.retry() == ""
    while reviewer.busy:
        time.sleep(0.01)
    (piece,) = reviewer.review.shown
    assert len(piece.versions) == 2


def test_a_request_stays_until_points_that_were_added_are_decided(
    store: Store, server: fakes.FakeServer, tmp_path: Path
) -> None:
    server.answer = fakes.different_answer
    path = tmp_path / "knots.md"
    path.write_text(f"{ASKED}\n- the bowline\n")
    reviewer = reviewing(path, store, server)
    path.write_text(f"{ASKED}\n- the bowline\n- the clove hitch\n")
    reviewer.follow(reviewer.session)
    reviewer.accept()
    reviewer.write()
    assert "Expand each of these:\n\n- the bowline: In week" in path.read_text()
    reviewer.begin()
    while reviewer.busy:
        time.sleep(0.01)
    (piece,) = (piece for piece in reviewer.review.shown if piece.undecided)
    reviewer.session.apply(events.Decided(piece.key, Verdict.ACCEPTED))
    reviewer.write()
    assert "Expand" not in path.read_text() and "- the clove hitch: In week" in path.read_text()


def test_a_request_stays_for_the_points_left_when_one_that_was_written_is_deleted(
    store: Store, server: fakes.FakeServer, tmp_path: Path
) -> None:
    server.answer = fakes.different_answer
    path = tmp_path / "knots.md"
    path.write_text(f"{ASKED}\n- the bowline\n- the clove hitch\n- the reef knot\n")
    reviewer = reviewing(path, store, server)
    reviewer.accept()
    reviewer.write()
    text = path.read_text()
    path.write_text(text.replace(text[text.index("- the bowline") : text.index("- the clove")], ""))
    reviewer.follow(reviewer.session)
    reviewer.accept()
    reviewer.write()
    assert "Expand each of these:\n\n- the clove hitch: In week" in path.read_text()
    reviewer.accept()
    reviewer.write()
    assert "Expand" not in path.read_text() and "- the reef knot: In week" in path.read_text()


def test_a_sentence_written_again_ends_its_lines_at_the_authors_width(
    store: Store, server: fakes.FakeServer, tmp_path: Path
) -> None:
    path = tmp_path / "tea.md"
    lines = "\n".join(textwrap.wrap("I drink it at four, and I have opinions about the pot. " * 6, 70))
    path.write_text(f"# Tea\n\n{lines}\n\n## The pot\n")
    again = "The first one broke at a wedding, and nobody but my sister has ever said how that came about."
    server.answer = lambda request: again if "2011" in fakes.contents(request)[-1] else TEXT
    reviewer = reviewing(path, store, server)
    reviewer.answer("£40")
    assert reviewer.fit("at a wedding") == ""
    while reviewer.busy:
        time.sleep(0.01)
    assert reviewer.piece is not None
    text = reviewer.piece.text.decode()
    assert again in " ".join(text.split()) and max(map(len, text.split("\n"))) <= 70

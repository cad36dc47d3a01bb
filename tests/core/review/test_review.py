"""Decisions are values: every one can be taken back, the last word counts, and the log gives them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.store.codec import Codec
from assistant.core.hunks import split
from assistant.core.hunks.apply import apply, reverse
from assistant.core.review import cursor, decide, events, old_places, writes
from assistant.core.review.state import Phase, Review
from assistant.core.types import Gap, GapKind, Hunk, Span, Verdict, Warning

BASE = b"# One\n\n# Two\n\n# Three\n\n# Four\n"
PLACES = [BASE.index(b"\n", BASE.index(name)) + 1 for name in (b"One", b"Two", b"Three", b"Four")]
TEXT = b"\nFirst words of %d.\n\nSecond words of %d.\n"


def proposal(number: int, *, id: int, warned: bool = False) -> events.Proposal:
    warnings = (Warning("unsupported", "a number", 1, 6),) if warned else ()
    text = TEXT % (number, id)
    hunk = Hunk(f"g{number}", Span(PLACES[number], PLACES[number]), b"", text, warnings)
    return events.Proposal(f"g{number}", (hunk,), (f"g{number}:0",), "m", id=id)


START = [
    events.Moved(BASE),
    *(events.Offered(proposal(n, id=n + 1, warned=n == 2), BASE) for n in range(4)),
]


def build(
    kind: Callable[..., events.Event], *parts: st.SearchStrategy[Any]
) -> st.SearchStrategy[events.Event]:
    """Build events with their usual values in the fields that are not given."""
    return st.tuples(*parts).map(lambda values: kind(*values))


KEYS = st.integers(0, 3).map(lambda n: f"g{n}:0")
STEPS: st.SearchStrategy[list[events.Event]] = st.lists(
    st.one_of(
        build(events.Decided, KEYS, st.sampled_from(list(Verdict)), st.just(b"mine\n")),
        build(events.AcceptedRest, st.just((("g0:0", 1), ("g3:0", 4)))),
        build(events.Shown, KEYS, st.sampled_from([1, -1])),
        build(events.Split, KEYS),
        build(events.Decided, KEYS.map(lambda k: f"{k}/0.1"), st.sampled_from(list(Verdict))),
        build(events.Reopened, KEYS),
    ),
    max_size=14,
)


REVISIONS = st.one_of(
    build(events.Revised, KEYS, st.integers(1, 5), st.integers(6, 12), st.just(b"mine")),
    build(events.Approved, KEYS, st.just("number"), st.just("First")),
)


def after(steps: list[events.Event]) -> Review:
    return decide.replay([*START, *steps])


@given(
    st.lists(st.one_of(STEPS, st.lists(REVISIONS, max_size=2)), max_size=4).map(
        lambda some: [event for events_ in some for event in events_]
    )
)
def test_undoing_everything_gives_the_start(steps: list[events.Event]) -> None:
    """Taking back one decision after the other ends where nothing was decided, and redo comes back."""
    end = state = after(steps)
    for _ in range(2 * len(steps) + 1):  # an edit is two steps: the words, and the decision on them
        state = decide.step(state, events.Undone())
    assert state.decisions == after([]).decisions
    for _ in range(2 * len(steps) + 1):
        state = decide.step(state, events.Redone())
    assert state.decisions == end.decisions and state.shown == end.shown


@given(STEPS, STEPS)
def test_the_result_depends_on_the_last_word_alone(one: list[events.Event], two: list[events.Event]) -> None:
    """However a session went, the same last word on every place gives the same draft."""
    last: list[events.Event] = [
        events.Decided(f"g{n}:0", v, b"own\n", n + 1)
        for n, v in enumerate((Verdict.ACCEPTED, Verdict.REJECTED, Verdict.EDITED, Verdict.ACCEPTED))
    ]
    results = {apply(BASE, after([*steps, *last]).accepted()) for steps in (one, two)}
    assert len(results) == 1


@given(STEPS)
def test_the_log_gives_the_session_again(steps: list[events.Event]) -> None:
    """Events written as JSON and read again lead to the same state, the way back included."""
    texts: dict[str, bytes] = {}

    def keep(data: bytes) -> str:
        texts[str(hash(data))] = data
        return str(hash(data))

    proposals = {e.proposal.id: e.proposal for e in START if isinstance(e, events.Offered)}
    codec = Codec(keep=keep, fetch=texts.__getitem__)
    log = [codec.event_fields(event) for event in [*START, *steps]]
    again = [codec.event(name, json.loads(json.dumps(f)), proposals=proposals) for name, f in log]
    assert decide.replay(again) == after(steps)


@given(STEPS)
def test_accept_rest_fills_only_the_undecided(steps: list[events.Event]) -> None:
    """A refusal stays a refusal, and what has warnings stays open, when the rest is accepted."""
    before = after(steps)
    state = decide.step(before, decide.rest(before))
    for old, new in zip(before.shown, state.shown, strict=True):
        taken = old.verdict is Verdict.UNDECIDED and not (old.hunk and old.hunk.warnings)
        assert new.verdict is (Verdict.ACCEPTED if taken else old.verdict)


def test_after_a_decision_the_next_undecided_comes_up() -> None:
    """The session goes forward, and comes back to what was passed over."""
    state = after([events.Decided("g1:0", Verdict.REJECTED)])
    assert cursor.onward([state], (0, "g1:0")) == (0, "g2:0")
    state = after([events.Decided(f"g{n}:0", Verdict.ACCEPTED) for n in (1, 2, 3)])
    assert cursor.onward([state], (0, "g3:0")) == (0, "g0:0")
    done = decide.step(state, events.Decided("g0:0", Verdict.ACCEPTED))
    assert cursor.onward([done], (0, "g0:0")) is None
    assert cursor.onward([done, after([])], (0, "g0:0")) == (1, "g0:0")
    waiting = decide.step(done, events.Requested("g3:0", "g3", Span(0, 0), writing=True))
    assert cursor.onward([waiting], (0, "g0:0"), pending=True) == (0, "g3:0")


POINTS = b"Do it\n- one\n- two\n- three\n"
DO_IT = Gap("g", GapKind.INSTRUCTION, Span(0, 5), (), "Do it", (Span(6, 11), Span(12, 17), Span(18, 25)))


def points() -> Review:
    ends = [target.end for target in DO_IT.targets]
    hunks = [Hunk("g", Span(0, 6), b"Do it\n", b"", follows=3)]
    hunks += [Hunk("g", Span(end, end), b"", b" more") for end in ends]
    offer = events.Offered(events.Proposal("g", tuple(hunks), decide.keys_for(DO_IT, hunks)), POINTS)
    return decide.replay([events.Moved(POINTS), offer])


def decided(state: Review, *verdicts: Verdict) -> Review:
    for number, verdict in enumerate(verdicts):
        state = decide.step(state, events.Decided(f"g:{number}", verdict))
    return state


def written(state: Review) -> bytes:
    return apply(state.base, state.accepted())


def test_an_instruction_goes_with_its_last_point_and_is_never_asked_for_itself() -> None:
    """It stays while a point is open, and where none is accepted; a rejected point is decided as well."""
    yes, no = Verdict.ACCEPTED, Verdict.REJECTED
    assert [piece.key for piece in points().shown] == ["g:0", "g:1", "g:2"]
    assert written(decided(points(), yes, no)) == b"Do it\n- one more\n- two\n- three\n"
    assert written(decided(points(), no, no, no)) == POINTS
    assert written(decided(points(), yes, no, yes)) == b"- one more\n- two\n- three more\n"


def test_an_instruction_goes_when_points_are_written_one_after_the_other() -> None:
    """What is in the file already counts as decided."""
    state = decided(points(), Verdict.ACCEPTED, Verdict.ACCEPTED)
    hunks = state.accepted()
    keys = state.keys_of(hunks)
    state = decide.step(state, events.Written(keys, hunks, written(state)))
    state = decide.step(state, events.Decided("g:2", Verdict.REJECTED))
    assert written(state) == b"- one more\n- two more\n- three\n"


def test_a_point_that_changed_keeps_no_other_out_and_the_instruction_in() -> None:
    """The others go in; the instruction stays for the one that has no text."""
    state = decided(points(), *[Verdict.ACCEPTED] * 3)
    moved = decide.step(state, events.Moved(POINTS.replace(b"three", b"three, my way")))
    assert [piece.key for piece in moved.shown if piece.unplaced] == ["g:2"]
    assert written(moved) == b"Do it\n- one more\n- two more\n- three, my way\n"


def test_an_edit_is_a_version_that_undo_leaves() -> None:
    """The decision on the author's words is taken back first, and they stay in view; then the words are."""
    state = after([events.Decided("g1:0", Verdict.EDITED, b"\nMine.\n"), events.Undone()])
    piece = state.piece("g1:0")
    assert piece is not None and piece.undecided and piece.text == b"\nMine.\n" and len(piece.versions) == 2
    assert decide.step(state, events.Redone()).piece("g1:0").verdict is Verdict.EDITED  # type: ignore[union-attr]
    state = decide.step(state, events.Undone())
    piece = state.piece("g1:0")
    assert piece is not None and piece.undecided and piece.text == TEXT % (1, 2)
    state = decide.step(state, events.Shown("g1:0", 1))
    assert state.piece("g1:0").text == b"\nMine.\n"  # type: ignore[union-attr]
    state = decide.step(state, events.Decided("g1:0", Verdict.ACCEPTED))
    assert b"Mine." in written(state) and b"words of 2" not in written(state)


def test_another_version_stands_beside_the_rejected_one() -> None:
    """Trying again shows the new text; the old one stays, can be looked at and taken."""
    steps = [
        events.Decided("g0:0", Verdict.REJECTED),
        events.Reopened("g0:0"),
        events.Offered(proposal(0, id=9), BASE),
    ]
    state = after(steps)
    piece = state.piece("g0:0")
    assert (
        piece
        and len(piece.versions) == 2
        and piece.version
        and piece.version.proposal == 9
        and piece.undecided
    )
    state = decide.step(state, events.Shown("g0:0", -1))
    state = decide.step(state, events.Decided("g0:0", Verdict.ACCEPTED))
    assert b"Second words of 1." in apply(BASE, state.accepted())


def test_the_same_text_again_is_no_other_version() -> None:
    """As another run brings it from the answers that are stored."""
    one = proposal(0, id=1)
    again = one._replace(id=9)
    state = after([events.Offered(again, BASE)])
    piece = state.piece(one.keys[0])
    assert piece and [version.proposal for version in piece.versions] == [9]


def test_a_new_version_never_takes_a_decision_away() -> None:
    """What was accepted while another version was written stays accepted, in the version that was seen."""
    state = after([events.Decided("g0:0", Verdict.ACCEPTED), events.Offered(proposal(0, id=9), BASE)])
    assert b"Second words of 1." in apply(BASE, state.accepted())


@pytest.mark.parametrize("taken", [(0,), (1,), (0, 1), ()])
def test_parts_are_decided_one_by_one(taken: tuple[int, ...]) -> None:
    """Any choice of paragraphs gives a well-formed section, with the blank lines of the whole."""
    state = after([events.Split("g0:0"), *(events.Decided(f"g0:0/0.{n}", Verdict.ACCEPTED) for n in taken)])
    assert [s.key for s in state.shown[:2]] == ["g0:0/0.0", "g0:0/0.1"]
    result = apply(BASE, state.accepted())
    words = [b"First words of 0.", b"Second words of 1."]
    middle = b"\n" + b"\n\n".join(words[n] for n in taken) + b"\n" if taken else b""
    assert result == BASE.replace(b"# One\n", b"# One\n" + middle)


def test_bullets_are_parts_too() -> None:
    """A list of three comes apart into three, their nested lines with them."""
    hunk = Hunk("g", Span(0, 0), b"", b"\n- one\n  more\n- two\n- three\n")
    assert [p.replacement for p in split.split(hunk)] == [b"- one\n  more", b"- two", b"- three"]
    assert split.joined(hunk, {0: b"- one", 2: b"- three"}) == b"\n- one\n- three\n"


@pytest.mark.parametrize("prefix", ["", "> ", "    ", ">   "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_paragraphs_come_apart_in_a_container_too(prefix: str, end: str) -> None:
    """Each is whole, without the container's marks around it; what stays is still in the container."""
    text = f"One.\n{prefix.rstrip()}\n{prefix}Two\n{prefix}more.\n{prefix.rstrip()}\n{prefix}Three."
    hunk = Hunk("g", Span(0, 0), b"", text.replace("\n", end).encode(), prefix=prefix)
    assert [split.body(piece) for piece in split.split(hunk)] == ["One.", "Two\nmore.", "Three."]
    left = f"One.\n{prefix.rstrip()}\n{prefix}Three.".replace("\n", end)
    assert split.joined(hunk, {0: b"One.", 2: b"Three."}) == left.encode()


def test_a_draft_that_moves_on_takes_untouched_places_along() -> None:
    """New text elsewhere shifts the places; a place whose neighbours changed is marked, and comes back."""
    elsewhere = BASE.replace(b"# One\n", b"A preface.\n\n# One\n").replace(b"# Four", b"# Fourth")
    state = after([events.Decided(f"g{n}:0", Verdict.ACCEPTED) for n in range(4)])
    moved = decide.step(state, events.Moved(elsewhere))
    lost = [s.key for s in moved.shown if s.unplaced]
    assert lost == ["g3:0"]
    result = apply(elsewhere, moved.accepted())
    assert result.startswith(b"A preface.\n\n# One\n\nFirst words of 0.") and b"# Fourth\n" in result
    back = decide.step(moved, events.Moved(BASE))
    assert back.accepted() == state.accepted()


@given(st.lists(st.sampled_from([b"x\n", b"# One\n", b"\n", b"# Two\n", b"y\n"]), max_size=12), STEPS)
def test_nothing_is_overwritten_whatever_the_draft_becomes(
    lines: list[bytes], steps: list[events.Event]
) -> None:
    """Every byte of the draft as it is now is in the result, whatever it was before."""
    moved = decide.step(after(steps), events.Moved(b"".join(lines)))
    result = apply(b"".join(lines), moved.accepted())
    for hunk in sorted(moved.accepted(), key=lambda h: h.span, reverse=True):
        assert hunk.original == b""
    at = 0
    for line in lines:
        found = result.find(line, at)
        assert found >= 0
        at = found + len(line)


def test_writing_and_putting_back_keep_the_other_places() -> None:
    """Places of neighbours are computed, not searched, so that a list's points don't lose one another."""
    data = b"- a\n- b\n- c\n"
    hunks = [Hunk("g", Span(n * 4 + 3, n * 4 + 3), b"", b" more of %d" % n) for n in range(3)]
    keys = ("g:0", "g:1", "g:2")
    state = decide.replay(
        [events.Moved(data), events.Offered(events.Proposal("g", tuple(hunks), keys), data)]
    )
    for key in ("g:0", "g:2"):
        state = decide.step(state, events.Decided(key, Verdict.ACCEPTED))
    written_hunks = state.accepted()
    written_keys = state.keys_of(written_hunks)
    new = apply(data, written_hunks)
    state = decide.step(state, events.Written(written_keys, written_hunks, new))
    assert [s.phase for s in state.shown] == [Phase.WRITTEN, Phase.READY, Phase.WRITTEN]
    state = decide.step(state, events.Decided("g:1", Verdict.ACCEPTED))
    assert apply(new, state.accepted()) == b"- a more of 0\n- b more of 1\n- c more of 2\n"
    back = tuple(Hunk("g", Span(a, b), new[a:b], b"") for a, b in ((3, 13), (21, 31)))
    assert apply(new, back) == data
    state = writes.reverted(state, events.Reverted(written_keys, back, data, data))
    assert apply(data, state.accepted()) == b"- a more of 0\n- b more of 1\n- c more of 2\n"


def test_texts_asked_for_at_one_go_are_as_those_asked_for_one_by_one() -> None:
    """That holds for texts that failed before, too, and for pieces that are written."""
    begun = decide.replay(
        [events.Moved(BASE), events.Requested("g2:0", "g2", Span(1, 2)), events.Failed("g2:0", "no")]
    )
    begun = decide.step(begun, events.Offered(proposal(0, id=5), BASE))
    asked = [events.Requested(f"g{n}:0", f"g{n}", Span(PLACES[n] - 2, PLACES[n] - 1)) for n in (3, 2, 1, 0)]
    alone = begun
    for event in asked:
        alone = decide.step(alone, event)
    assert decide.replay(asked, begun) == alone and len(alone.shown) == 4


def test_a_piece_that_waits_for_its_text_moves_along() -> None:
    """It stays while the draft changes elsewhere; where its own place changed, its text shows it again."""
    waiting = [events.Requested(f"g{n}:0", f"g{n}", Span(PLACES[n] - 2, PLACES[n] - 1)) for n in (1, 3)]
    state = decide.replay([events.Moved(BASE), *waiting])
    elsewhere = b"A preface.\n\n" + BASE.replace(b"# Two", b"# Second")
    moved = decide.step(state, events.Moved(elsewhere))
    assert [piece.key for piece in moved.shown] == ["g3:0"]
    late = decide.step(moved, events.Offered(proposal(1, id=5), BASE))
    assert [(piece.key, piece.unplaced) for piece in late.shown] == [("g1:0", True), ("g3:0", False)]


def test_of_several_texts_for_a_piece_the_first_is_shown() -> None:
    """The others are versions to choose from, and each can be accepted."""
    first, other = (proposal(0, id=n).hunks[0] for n in (7, 8))
    offer = events.Offered(events.Proposal("g0", (first, other), ("g0:0", "g0:0"), id=7), BASE)
    state = decide.replay([events.Moved(BASE), offer])
    piece = state.piece("g0:0")
    assert piece and piece.hunk == first and len(piece.versions) == 2
    steps = (events.Shown("g0:0", 1), events.Decided("g0:0", Verdict.ACCEPTED, proposal=7))
    for step in steps:
        state = decide.step(state, step)
    assert state.accepted() == (other,)


def test_a_decision_of_an_earlier_version_still_loads() -> None:
    """What is stored as "refused" is read as rejected."""
    assert Verdict("refused") is Verdict.REJECTED


def test_what_the_author_wrote_is_a_version_after_its_write_is_taken_back() -> None:
    """An undone write loses no word: the edited text is still accepted, the model's is one version before."""
    own = b"\nMy own words.\n"
    state = after([events.Decided("g1:0", Verdict.EDITED, own)])
    hunks = state.accepted()
    keys = state.keys_of(hunks)
    data = apply(BASE, hunks)
    state = decide.step(state, events.Written(keys, hunks, data))
    state = decide.step(state, events.Reverted(keys, reverse(hunks), BASE, BASE))
    piece = state.piece("g1:0")
    assert piece is not None and piece.is_accepted and piece.text == own and piece.version.model == ""
    assert decide.step(state, events.Shown("g1:0", -1)).piece("g1:0").text == TEXT % (1, 2)


THREE = b"# One\n\n# Two\n"
PARTS = (b"First words.", b"Second words.", b"Third words.")


def split_in_three(newline: bytes = b"\n", prefix: str = "") -> Review:
    """Return the state of a draft with a text of three paragraphs, to be decided one by one."""
    base = b"> [!note]\n\nEnd.\n" if prefix else THREE
    base = base.replace(b"\n", newline)
    at = base.index(newline) + len(newline)
    part = newline + prefix.rstrip().encode() + newline + prefix.encode()
    text = (prefix.encode() or newline) + part.join(PARTS) + newline
    hunk = Hunk("g", Span(at, at), b"", text, prefix=prefix)
    offer = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=1), base)
    return decide.replay([events.Moved(base), offer, events.Split("g:0")])


def taken(review: Review, *numbers: int) -> Review:
    """Return the state after some parts were accepted and written."""
    review = decide.replay([events.Decided(f"g:0/0.{n}", Verdict.ACCEPTED) for n in numbers], review)
    hunks = tuple(sorted(review.accepted(), key=lambda hunk: hunk.span))
    written = events.Written(review.keys_of(hunks), hunks, apply(review.base, hunks))
    assert len(written.keys) == len(hunks)
    return decide.step(review, written)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("prefix", ["", "> "])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_parts_that_are_left_go_beside_those_in_the_draft(
    order: tuple[int, ...], prefix: str, newline: bytes
) -> None:
    """Whichever is written first, the whole text is there at the end, and undo goes back all the way."""
    review = split_in_three(newline, prefix)
    whole = taken(review, 0, 1, 2).base
    steps = [review]
    for number in order:
        left = [piece.key for piece in steps[-1].shown if piece.undecided]
        assert len(left) == 4 - len(steps)
        steps.append(taken(steps[-1], number))
    assert steps[-1].base == whole and all(piece.phase is Phase.WRITTEN for piece in steps[-1].shown)
    last = steps[-1]
    for number, before in zip(reversed(order[1:]), reversed(steps[1:-1]), strict=True):
        piece = before.piece(key := f"g:0/0.{number}")
        assert piece is not None and piece.hunk is not None
        back = reverse([piece.hunk])
        last = decide.step(last, events.Reverted((key,), back, before.base, apply(last.base, back)))
        assert last.base == before.base and [s.key for s in last.shown if s.phase is Phase.READY] == [
            s.key for s in before.shown if s.undecided
        ]


def test_two_parts_that_are_left_go_in_together_and_follow_the_draft() -> None:
    """They are where the text above them is, if its words change as well; without it, they have no place."""
    review = split_in_three()
    whole, review = taken(review, 0, 1, 2).base, taken(review, 0)
    moved = decide.step(review, events.Moved(b"Top.\n\n" + review.base))
    assert taken(moved, 1, 2).base == b"Top.\n\n" + whole
    changed = decide.step(review, events.Moved(review.base.replace(b"First", b"Other")))
    assert taken(changed, 1, 2).base == whole.replace(b"First", b"Other")
    others = decide.step(review, events.Moved(review.base.replace(b"First words.", b"I typed.\n\nMuch.")))
    assert [piece.unplaced for piece in others.shown] == [False, True, True]


def test_a_part_that_was_rejected_can_still_be_taken() -> None:
    """The text that was written without it keeps its place for it."""
    review = split_in_three()
    whole = taken(review, 0, 1, 2).base
    review = taken(decide.step(review, events.Decided("g:0/0.1", Verdict.REJECTED)), 0, 2)
    assert [piece.verdict for piece in review.shown][1] is Verdict.REJECTED and b"Second" not in review.base
    assert taken(review, 1).base == whole


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("prefix", ["", "> "])
@pytest.mark.parametrize("number", range(3))
def test_what_was_decided_on_the_other_parts_stays_when_a_write_is_taken_back(
    number: int, prefix: str, newline: bytes
) -> None:
    """So does the part that was written; a rejected one stays out, and one edited since stays so."""
    before = split_in_three(newline, prefix)
    kept, own, rejected = (f"g:0/0.{n % 3}" for n in range(number, number + 3))
    before = decide.step(before, events.Decided(rejected, Verdict.REJECTED))
    chosen = decide.step(before, events.Decided(kept, Verdict.ACCEPTED))
    put_in = chosen.accepted()
    state = taken(before, number)
    part = state.piece(own)
    assert part is not None and part.hunk is not None
    text = split.with_body(part.hunk, "Mine now.", newline=newline.decode())
    state = decide.step(state, events.Decided(own, Verdict.EDITED, text))
    state = decide.step(state, events.Reverted(("g:0",), reverse(put_in), before.base, before.base))
    assert [piece.versions[0] for piece in state.shown] == [piece.versions[0] for piece in before.shown]
    expected = decide.step(chosen, events.Decided(own, Verdict.EDITED, b"Mine now."))
    for now, then in zip(state.shown, expected.shown, strict=True):
        assert (now.key, now.verdict, now.phase) == (then.key, then.verdict, then.phase)
    assert apply(state.base, state.accepted()) == apply(before.base, expected.accepted())


def test_a_text_that_is_written_anew_has_parts_of_its_own() -> None:
    """The author put a note in the place of the text before, whose parts were decided one by one."""
    before = split_in_three()
    data = before.base.replace(b"# Two", b"TODO: more\n\n# Two")
    review = decide.step(taken(before, 0, 2), events.Moved(data))
    start = data.index(b"TODO")
    hunk = Hunk("g", Span(start, start + 10), b"TODO: more", b"New.\n\nOther.")
    offer = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=2), data)
    asked = events.Requested("g:0", "g", hunk.span)
    review = decide.replay([asked, offer, events.Split("g:0")], review)
    assert [piece.text for piece in review.shown] == [b"New.", b"Other."]


@pytest.mark.parametrize("prefix", ["", "> "])
def test_a_part_that_is_left_is_edited_between_its_neighbours(prefix: str) -> None:
    """The blank lines around it stay, with the marks of a quote."""
    review = split_in_three(prefix=prefix)
    whole = taken(review, 0, 1, 2).base
    for first, other in ((0, 1), (2, 1)):
        piece = taken(review, first).piece(f"g:0/0.{other}")
        assert piece is not None and piece.hunk and piece.words == "Second words."
        assert split.with_body(piece.hunk, "Second words.", newline="\n") == piece.text
    assert whole.count(b"Second") == 1


@given(st.lists(st.one_of(STEPS, st.lists(REVISIONS, max_size=2)), max_size=4), st.booleans())
def test_line_ends_change_nothing_that_was_decided(steps: list[list[events.Event]], late: bool) -> None:
    """An editor may have others than the file: the same pieces stay decided, and the texts get those ends."""
    review = after([event for some in steps for event in some])
    there = decide.step(review, events.Moved(BASE.replace(b"\n", b"\r\n")))
    texts = [hunk.replacement.replace(b"\n", b"\r\n") for hunk in review.accepted()]
    assert [hunk.replacement for hunk in there.accepted()] == texts
    assert apply(there.base, there.accepted()) == apply(BASE, review.accepted()).replace(b"\n", b"\r\n")
    assert [piece.doubts for piece in decide.step(there, events.Moved(BASE)).shown] == [
        piece.doubts for piece in review.shown
    ]
    if late:  # a text that another editor has asked for meanwhile
        more = [events.Offered(proposal(1, id=9), BASE), events.Decided("g1:0", Verdict.EDITED, b"a\nb\n", 9)]
        there = decide.replay(more, there)
        assert b"\n" not in apply(there.base, there.accepted()).replace(b"\r\n", b"")
    assert decide.step(there, events.Undone()).base == there.base


def test_mixed_line_ends_change_nothing_that_was_decided() -> None:
    """A client that sends one kind sees the paragraphs of a draft that has two."""
    mixed = b"# One\r\n\r\nFirst\r\nline.\n\n# Two\n"
    hunk = Hunk("g", Span(9, 21), b"First\r\nline.", b"Another\r\nfirst line.")
    assert mixed[9:21] == hunk.original
    offered = events.Offered(events.Proposal("g", (hunk,), ("g:0",), id=1), mixed)
    review = decide.replay([events.Moved(mixed), offered, events.Decided("g:0", Verdict.ACCEPTED)])
    for newline in (b"\n", b"\r\n"):
        data = mixed.replace(b"\r\n", b"\n").replace(b"\n", newline)
        there = decide.step(review, events.Moved(data))
        assert apply(data, there.accepted()) == data.replace(b"First", b"Another").replace(
            newline + b"line.", newline + b"first line."
        )


def test_a_line_that_may_only_have_been_moved_is_not_said_to_be_deleted() -> None:
    """Which of two equal lines went elsewhere, nobody can tell; where only one is left, one is gone."""
    base = b"# One\n\nText.\n\n(more)\n\n# Two\n\n(more)\n\n# Three\n\nLast.\n"
    span = Span(base.rindex(b"(more)"), base.rindex(b"(more)") + 6)
    hunk = Hunk("g", span, b"(more)", b"Words.")
    offered = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m"), base)
    copied = base.replace(b"# Two", b"# Three\n\nLast.\n\n# My two")
    for now, is_deleted in ((copied, False), (copied.replace(b"# My two\n\n(more)\n\n", b""), True)):
        (piece,) = decide.replay([events.Moved(base), offered, events.Moved(now)]).pieces
        assert piece.unplaced and old_places.is_deleted(piece, now) is is_deleted


def test_a_text_does_not_come_back_to_a_place_that_has_another_one_by_now() -> None:
    """Both would be written there."""
    base, typed, later = b"# Two\n\n# Three\n", b"# Two\n\nMine.\n", b"# Three\n\n# Two\n"
    at = Span(len(b"# Two\n"), len(b"# Two\n"))
    first, second = (Hunk(name, at, b"", b"\nWords.\n") for name in ("g", "h"))
    review = decide.replay(
        [
            events.Moved(base),
            events.Offered(events.Proposal("g", (first,), ("g:0",), "m"), base),
            events.Moved(typed),
            events.Offered(events.Proposal("h", (second,), ("h:0",), "m"), typed),
            events.Moved(later),
        ]
    )
    assert [piece.key for piece in review.pieces if not piece.unplaced] == ["h:0"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_what_stands_in_a_lost_place_is_told_without_its_line_end(end: bytes) -> None:
    """An outdated card shows the words alone."""
    note, typed = (
        BASE.replace(b"# Two\n", b"# Two\n\n" + words) for words in (b"TODO\n", b"I typed.\nMuch.\n")
    )
    old, new = note.replace(b"\n", end), typed.replace(b"\n", end)
    at = old.index(b"TODO")
    hunk = Hunk("g", Span(at, at + 4), b"TODO", b"Text.")
    offer = events.Offered(events.Proposal("g", (hunk,), ("g:0",), "m", id=1), old)
    review = decide.replay([events.Moved(old), offer, events.Moved(new)])
    piece = review.piece("g:0")
    assert piece and piece.unplaced
    assert new[slice(*old_places.current_place(piece, new))] == b"I typed." + end + b"Much."

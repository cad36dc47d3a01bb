"""Decisions are values: every one can be taken back, and the last word counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.core import edits, review
from assistant.core.types import Hunk, Span, Verdict

HUNKS = [Hunk(f"g{i}", Span(i, i), b"", f"t{i}".encode()) for i in range(4)]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.integers(0, 3), st.sampled_from(list(Verdict))),
        st.tuples(st.just("rest"), st.just(0), st.just(Verdict.ACCEPTED)),
    ),
    max_size=12,
)


def after(steps: list[tuple[str, int, Verdict]]) -> review.Review:
    state = review.add(review.Review(), HUNKS)
    for what, index, verdict in steps:
        state = review.accept_rest(state) if what == "rest" else review.decide(state, index, verdict)
    return state


@given(STEPS)
def test_undoing_everything_gives_the_start(steps: list[tuple[str, int, Verdict]]) -> None:
    """Taking back one decision after the other ends where nothing was decided, and redo comes back."""
    end = state = after(steps)
    for _ in range(len(steps) + 1):
        state = review.undo(state)
    assert state.decisions == after([]).decisions
    for _ in range(len(steps) + 1):
        state = review.redo(state)
    assert state.decisions == end.decisions


@given(STEPS)
def test_accept_rest_fills_only_the_undecided(steps: list[tuple[str, int, Verdict]]) -> None:
    """A refusal stays a refusal when the rest is accepted."""
    before = after(steps)
    for old, new in zip(before.decisions, review.accept_rest(before).decisions, strict=True):
        assert new.verdict is (Verdict.ACCEPTED if old.verdict is Verdict.UNDECIDED else old.verdict)


def test_after_a_decision_the_next_undecided_comes_up() -> None:
    """The session goes forward, and comes back to what was passed over."""
    state = review.decide(after([]), 1, Verdict.REFUSED)
    assert state.next_undecided(1) == 2
    state = review.decide(review.decide(state, 2, Verdict.ACCEPTED), 3, Verdict.ACCEPTED)
    assert state.next_undecided(3) == 0
    assert review.decide(state, 0, Verdict.ACCEPTED).next_undecided() is None


def test_the_removal_of_an_instruction_goes_with_the_first_accepted_point() -> None:
    """Without an accepted point the instruction stays; with one it goes, and is never asked for itself."""
    point = Hunk("g", Span(9, 9), b"", b"more")
    line = Hunk("g", Span(0, 5), b"Do it", b"", follows=True)
    state = review.add(review.Review(), [line, point])
    assert state.next_undecided() == 1
    assert edits.accepted(review.decide(state, 1, Verdict.REFUSED).decisions) == ()
    assert edits.accepted(review.decide(state, 1, Verdict.ACCEPTED).decisions) == (line, point)

"""The author's decisions as values: a key makes an event, an event makes the next state.

Nothing here shows anything or waits for anybody. The line-by-line session of `expand` is one face of
this state; whatever another face looks like, the rules are these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.core.types import Decision, Hunk, Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """All hunks of a session with the decisions so far, and the way back to earlier ones."""

    decisions: tuple[Decision, ...] = ()
    """One for each hunk, in document order."""
    past: tuple[tuple[Decision, ...], ...] = ()
    """Earlier states of `decisions`, the latest last."""
    future: tuple[tuple[Decision, ...], ...] = ()
    """States taken back by undo, the next one to redo last."""

    def next_undecided(self, after: int = -1) -> int | None:
        """Return the index of the first undecided hunk after `after`, else of the first of all, else None.

        Hunks that follow another one (removals of an instruction line) are never asked for.
        """
        open_ones = [
            i for i, d in enumerate(self.decisions) if d.verdict is Verdict.UNDECIDED and not d.hunk.follows
        ]
        return next((i for i in open_ones if i > after), open_ones[0] if open_ones else None)


def add(review: Review, hunks: Iterable[Hunk]) -> Review:
    """Return the state with new hunks in it, undecided; those already there keep their decisions."""
    known = {d.hunk for d in review.decisions}
    fresh = [Decision(h) for h in hunks if h not in known]

    def grown(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
        return tuple(sorted((*decisions, *fresh), key=lambda d: d.hunk.span))

    past, future = (tuple(map(grown, states)) for states in (review.past, review.future))
    return Review(grown(review.decisions), past, future)


def decide(review: Review, index: int, verdict: Verdict, *, text: bytes = b"") -> Review:
    """Return the state after the author's word on the hunk at `index`."""
    return _next(review, {index: Decision(review.decisions[index].hunk, verdict, text)})


def accept_rest(review: Review, *, warned: bool = True) -> Review:
    """Accept every hunk that is still undecided, or with `warned` False only those without warnings."""
    return _next(
        review,
        {
            i: replace(d, verdict=Verdict.ACCEPTED)
            for i, d in enumerate(review.decisions)
            if d.verdict is Verdict.UNDECIDED and not d.hunk.follows and (warned or not d.hunk.warnings)
        },
    )


def exchange(review: Review, index: int, hunk: Hunk) -> Review:
    """Put another text for the same place in the stead of the hunk at `index`, undecided."""
    return _next(review, {index: Decision(hunk)})


def undo(review: Review) -> Review:
    """Take the last decision back; the state itself when there is none."""
    if not review.past:
        return review
    return Review(review.past[-1], review.past[:-1], (*review.future, review.decisions))


def redo(review: Review) -> Review:
    """Make the decision again that undo took back last; the state itself when there is none."""
    if not review.future:
        return review
    return Review(review.future[-1], (*review.past, review.decisions), review.future[:-1])


def _next(review: Review, changed: dict[int, Decision]) -> Review:
    decisions = tuple(changed.get(i, d) for i, d in enumerate(review.decisions))
    if decisions == review.decisions:
        return review
    return Review(decisions, (*review.past, review.decisions), ())

"""A run of a model over gaps of one draft: what it asks, what it costs, and what comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from assistant.adapters.store import Store
from assistant.app import asking, cost, forecast, reading
from assistant.app.budget import Budget
from assistant.app.expand import expand
from assistant.app.job import Job
from assistant.app.models import Connection, check_file, expected_connection
from assistant.app.session import Session, open_session, start_session
from assistant.app.turns import InSlots
from assistant.app.workspace import Workspace
from assistant.app.workspace import job as prepare_job
from assistant.core.model import Model
from assistant.core.review.decide import key_for
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.types import Event, Expanded, Failed, Gap, GapKind, Partial, Usage
from assistant.errors import UsageError

Choose = Callable[[Workspace], Sequence[Gap]]
"""Picks the gaps to write. Raises `UsageError`."""


@dataclass
class Run:
    """A run of a model over gaps of one draft, ready to start."""

    workspace: Workspace
    gaps: Sequence[Gap]
    job: Job
    connection: Connection
    out: str = ""
    """Where the finished draft goes; empty for the draft's own place."""
    budget: Budget = field(default_factory=Budget)
    """Counts what all runs of a session cost, where they share one."""
    spent: Usage = field(default_factory=Usage)
    """What the server has counted in this run so far."""
    reading_failure: str = ""
    """Why the model could not read the draft, which the author knows already."""
    reading: tuple[int, Usage] = (0, Usage())
    """Requests and tokens expected for a reading of the draft that is still to be asked for."""
    named: bool = False
    """True where the author named the places: what is stored about others is left alone."""
    slots: AbstractContextManager[object] = field(default_factory=nullcontext, repr=False)
    """Held while the model is asked."""
    keys: Collection[str] | None = None
    """The pieces to ask for; None for all of the gaps."""
    _review: Review | None = field(default=None, repr=False)
    """The review in which `missing` looked for them."""

    @classmethod
    def expected(
        cls, workspace: Workspace, choose: Choose, *, replies: Store | None = None, reads: bool = False
    ) -> Run:
        """Return a run that nobody makes, to say what it would send and cost; it reads the series.

        What `replies` hold need not be sent. With `reads`, the model reads the draft first where it is to.
        Raises `AssistantError`.
        """
        connection = expected_connection(workspace.settings)
        connection.replies = replies
        due = 0, Usage()
        if reads and reading.is_wanted(workspace, connection):
            workspace, due = reading.foreseen(workspace, connection)
        gaps = choose(workspace)
        if any(gap.fillable for gap in gaps):
            check_file(workspace.settings)
        return cls(workspace, gaps, prepare_job(workspace, connection), connection, reading=due)

    @classmethod
    def connected(
        cls,
        workspace: Workspace,
        connection: Connection,
        choose: Choose,
        *,
        tell: Callable[[str], None],
        out: str = "",
        named: bool = False,
        keeps: bool = True,
    ) -> Run:
        """Let the model read the draft where it is to; return the run over the gaps that are chosen then.

        `tell` takes lines for the author, on what is asked for and what that costs: nothing for the texts and
        decisions that a run which `keeps` them finds stored. Raises `UsageError` where that is more than the
        author wants to spend.
        """
        budget, outcome = Budget(), reading.Outcome(workspace)
        if reading.is_wanted(workspace, connection):
            tell(reading.before(workspace, connection))
            outcome = reading.read(workspace, connection, budget=budget)
            if outcome.failure:
                tell(outcome.failure)
        gaps = choose(outcome.workspace)
        writes = any(gap.fillable for gap in gaps)  # if not, a model need not even be loaded
        own = prepare_job(outcome.workspace, connection if writes else None)
        run = cls(
            outcome.workspace, gaps, own, connection, out, budget, outcome.usage, outcome.reason, named=named
        )
        if keeps:
            run.keys = run.missing(run.open(stored=False))
        if writes and run.keys != []:
            planned = run.requests()
            tell(run.before(planned))
            if reason := run.over_budget(planned):
                raise UsageError(reason)
        return run

    @property
    def writes(self) -> bool:
        """True where there is a text to ask for."""
        return any(gap.fillable for gap in self.gaps)

    def open(self, *, stored: bool = True, afresh: bool = False) -> Session:
        """Open the review of the draft as it was left, or `afresh`, with the pieces that the run is about.

        See `start_session`. A run of a whole draft is about all that is stored, but for gaps that it does not
        fill; where places are named, it is about those.
        """
        workspace = self.workspace
        session = open_session(workspace, None) if afresh else start_session(workspace, stored=stored)
        self.gaps, there = session.named(self.gaps), session.workspace.gaps
        known = {gap.id for gap in there}
        # An instruction for a finished list is a gap only where the author marked it.
        marked = (gap for gap in self.gaps if gap.kind is not GapKind.REVISION and gap.id not in known)
        session.workspace = replace(session.workspace, gaps=(*there, *marked))
        own, keys = {gap.id for gap in self.gaps}, self._pieces
        others = {gap.id for gap in session.workspace.gaps} - own

        def is_here(piece: Piece) -> bool:
            if not self.named:
                return piece.gap not in others
            # The request above some points is done when those written earlier are counted as well.
            is_done = piece.gap in own and (piece.follows or piece.phase is Phase.WRITTEN)
            return is_done or (piece.part_of or piece.key) in keys

        session.leave_out({piece.key for piece in session.review.pieces if not is_here(piece)})
        return session

    def missing(self, session: Session, *, asks: bool = False) -> list[str]:
        """Have texts asked for where there is none, or another one is wanted; return the pieces' keys.

        Another one is wanted with an instruction, `fresh` or another model. What was decided stands, unless
        its place is named: then it gets the other text; without one, it is offered again where it `asks`.
        """
        changes = {gap.id for gap in self.gaps if gap.kind is GapKind.REVISION}
        wants = bool(self.workspace.settings.instruction or self.workspace.settings.fresh)
        keys, others, again = self._pieces, list[str](), list[str]()
        for piece in session.review.pieces:
            if piece.key not in keys or piece.is_fact or piece.unplaced or piece.phase is not Phase.READY:
                continue
            is_open = (piece.undecided or piece.choice.unseen) and not piece.choice.split
            is_wanted = wants or piece.gap in changes or self._is_of_another(piece)
            if (is_open or self.named) and is_wanted:
                others.append(piece.key)
            elif self.named and asks and not is_open:
                again.append(piece.key)
        session.ask_again(others)
        session.reopen(again)
        return self.still_missing(session)

    def still_missing(self, session: Session) -> list[str]:
        """Have texts asked for where there is none, and return the pieces' keys."""
        keys = session.missing(self.gaps)
        self._review = session.review
        return keys

    @property
    def _pieces(self) -> set[str]:
        return {key_for(gap, target) for gap in self.gaps for target in gap.pieces}

    def _is_of_another(self, piece: Piece) -> bool:
        """Tell whether another model wrote a text: `gpt-5` answers as `gpt-5-2025-08-07`."""
        name, model = self.connection.name.rpartition("/")[2], piece.version.model if piece.version else ""
        return bool(self.workspace.settings.model and model) and not model.rpartition("/")[2].startswith(name)

    @property
    def _model(self) -> Model:
        """The model, with a cache of its replies in front."""
        return self.connection.for_draft(self.workspace.path, fresh=self.workspace.settings.fresh)

    def events(
        self, *, attempt: int = 0, guidance: str = "", stop: threading.Event | None = None
    ) -> Iterator[Event]:
        """Ask the model; yield texts as they come, then the results. See `assistant.app.expand.expand`.

        The tokens are counted before a result is seen: who waits for it may end the program at once.
        """

        def expected() -> Usage:
            return self.estimate(self.requests(attempt=attempt, guidance=guidance))[1]

        asked = expand(
            self.job,
            self.gaps,
            model=InSlots(self._model, self.slots),
            attempt=attempt,
            guidance=guidance,
            keys=self.keys,
            stop=stop,
        )
        limit, results = self.workspace.settings.max_cost, list[Expanded | Failed]()
        try:
            with self.budget.spending(self.connection, expected, limit=limit) as count:
                for event in asked:
                    if isinstance(event, Partial):
                        yield event
                    else:
                        count(event.usage)
                        results.append(event)
            self.spent = sum((result.usage for result in results), self.spent)
            yield from results
        except UsageError as error:
            yield from (Failed(gap, str(error), 2) for gap in self.gaps if gap.fillable)

    def before(self, planned: Mapping[str, forecast.Planned]) -> str:
        """Return one line on what is about to be sent; `planned` is what `requests` returned."""
        return self.connection.before(*self.whole(planned))

    def over_budget(self, planned: Mapping[str, forecast.Planned]) -> str:
        """Return why the run must not be made under `max_cost`; empty when it may be."""
        limit = self.workspace.settings.max_cost
        if limit is None or self.connection.local:
            return ""
        price = self.connection.price(self.estimate(planned)[1])
        return cost.over_budget(None if price is None else price + self.budget.committed, limit=limit)

    def whole(self, planned: Mapping[str, forecast.Planned]) -> tuple[int, Usage]:
        """Return how many requests the run takes, and their tokens, with those for reading the draft."""
        requests, tokens = self.estimate(planned)
        return requests + self.reading[0], tokens + self.reading[1]

    def estimate(self, planned: Mapping[str, forecast.Planned]) -> tuple[int, Usage]:
        """Return how many requests the texts take, and their tokens."""
        sent = [one for piece in planned.values() for one in piece.sent]
        return cost.estimate(sent, thinking_tokens=self.job.capabilities.thinking_tokens)

    def requests(self, *, attempt: int = 0, guidance: str = "") -> dict[str, forecast.Planned]:
        """Return the prompt and what will be sent for each piece, by key: each prompt is built here.

        What was said and written before is in the review, once that was read; else `attempt` and `guidance`
        tell it, as in `events`.
        """
        review = self._review

        def told(key: str, gap: Gap) -> tuple[str, int]:
            return asking.words_for(gap, review.piece(key))[1:] if review else (guidance, attempt)

        job = self.job.after(accepted) if review and (accepted := review.accepted()) else self.job
        return forecast.requests(job, self.gaps, self._model, keys=self.keys, told=told)

"""A run of a model over gaps of one draft: what it asks, what it costs, and what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from assistant.app import reading
from assistant.app.budget import Budget
from assistant.app.expand import expand
from assistant.app.job import Job
from assistant.app.models import Connection, check_file, expected_connection
from assistant.app.workspace import Workspace
from assistant.app.workspace import job as prepare_job
from assistant.core import cost
from assistant.core.types import Event, Failed, Gap, Partial, Usage
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

    @classmethod
    def expected(cls, workspace: Workspace, gaps: Sequence[Gap], *, reads: bool = False) -> Run:
        """Return a run that nobody makes, to say what it would send and cost; it reads the series.

        With `reads`, the model reads the draft first where it is to. Raises `AssistantError`.
        """
        if any(gap.fillable for gap in gaps):
            check_file(workspace.settings)
        connection = expected_connection(workspace.settings)
        job = prepare_job(workspace, connection)
        run = cls(workspace, gaps, job, connection)
        if reads and reading.is_wanted(workspace, connection):
            run.reading = reading.expected(workspace, connection)
        return run

    @classmethod
    def connected(
        cls,
        workspace: Workspace,
        connection: Connection,
        choose: Choose,
        *,
        tell: Callable[[str], None],
        out: str = "",
    ) -> Run:
        """Let the model read the draft where it is to; return the run over the gaps that are chosen then.

        `tell` takes lines for the author, on what is asked for and what that costs. Raises `UsageError` where
        that is more than the author wants to spend.
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
        run = cls(outcome.workspace, gaps, own, connection, out, budget, outcome.usage, outcome.reason)
        if writes:
            tell(run.before())
            if reason := run.over_budget(gaps):
                raise UsageError(reason)
        return run

    @property
    def writes(self) -> bool:
        """True where there is a text to ask for."""
        return any(gap.fillable for gap in self.gaps)

    def events(self, gaps: Sequence[Gap] | None = None, **options: Any) -> Iterator[Event]:
        """Ask the model, with a cache of its replies in front, and yield what comes.

        `gaps` are the run's own if not given; `options` go to `assistant.app.expand.expand`.
        """
        gaps = self.gaps if gaps is None else gaps
        settings = self.workspace.settings
        model = self.connection.for_draft(self.workspace.path, fresh=settings.fresh)
        spending = self.budget.spending(
            self.connection, lambda: self.estimate(gaps)[1], limit=settings.max_cost
        )
        try:
            with spending as count:
                events = expand(self.job, gaps, model=model, jobs=settings.jobs, **options)
                with closing(events):  # type: ignore[type-var]
                    for event in events:
                        if not isinstance(event, Partial):
                            count(event.usage)
                            self.spent = self.spent + event.usage
                        yield event
        except UsageError as error:
            yield from (Failed(gap, str(error), 2) for gap in gaps if gap.fillable)

    def before(self) -> str:
        """Return one line on what is about to be sent."""
        requests, tokens = self.estimate(self.gaps)
        number, read = self.reading
        return self.connection.before(requests + number, tokens + read)

    def over_budget(self, gaps: Sequence[Gap]) -> str:
        """Return why these gaps must not be asked for under `max_cost`; empty when they may be."""
        limit = self.workspace.settings.max_cost
        if limit is None or self.connection.local:
            return ""
        price = self.connection.price(self.estimate(gaps)[1])
        return cost.over_budget(None if price is None else price + self.budget.committed, limit=limit)

    def estimate(self, gaps: Sequence[Gap]) -> tuple[int, Usage]:
        """Return how many requests some gaps take, and the tokens."""
        prompts = [prompt for gap in gaps if gap.fillable for prompt in self.job.prompts(gap)]
        return cost.estimate(
            prompts,
            alternatives=self.workspace.settings.alternatives,
            thinking_tokens=self.job.capabilities.thinking_tokens,
            verify=self.job.settings.verify,
        )

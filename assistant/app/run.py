"""A run of a model over gaps of one draft: what it asks, what it costs, and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistant.app.budget import Budget
from assistant.app.expand import expand
from assistant.app.job import Job
from assistant.app.models import Connection
from assistant.app.workspace import Workspace
from assistant.core.types import Event, Failed, Gap, Piece, Usage


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
    reading: tuple[int, Usage] = (0, Usage())
    """Requests and tokens expected for a reading of the draft that is still to be asked for."""

    def events(self, gaps: Sequence[Gap] | None = None, **options: Any) -> Iterator[Event]:
        """Ask the model, with a cache of its replies in front, and yield what comes.

        `gaps` are the run's own if not given; `options` go to `assistant.app.expand.expand`.
        """
        gaps = self.gaps if gaps is None else gaps
        reserved, reason = self._reserve(gaps)
        if reason:
            yield from (Failed(gap, reason, 2) for gap in gaps if gap.fillable)
            return
        settings = self.workspace.settings
        model = self.connection.for_draft(self.workspace.path, fresh=settings.fresh)
        events = expand(self.job, gaps, model=model, jobs=settings.jobs, **options)
        usage = Usage()
        try:
            for event in events:
                if not isinstance(event, Piece):
                    usage = usage + event.usage
                    self.spent = self.spent + event.usage
                yield event
        finally:
            self.budget.settle(reserved=reserved, spent=self._price(usage) or Decimal(0))
            self.connection.count(usage)
            events.close()  # type: ignore[attr-defined]

    def before(self) -> str:
        """Return one line on what is about to be sent."""
        from assistant.core import cost

        requests, tokens, _ = self._estimate(self.gaps)
        number, reading = self.reading
        whole = tokens + reading
        return cost.before(requests + number, whole, self._price(whole), local=self.connection.local)

    def over_budget(self, gaps: Sequence[Gap]) -> str:
        """Return why these gaps must not be asked for under `max_cost`; empty when they may be."""
        from assistant.core import cost

        limit = self.workspace.settings.max_cost
        if limit is None or self.connection.local:
            return ""
        price = self._estimate(gaps)[2]
        return cost.over_budget(None if price is None else price + self.budget.committed, limit=limit)

    def _reserve(self, gaps: Sequence[Gap]) -> tuple[Decimal, str]:
        """Set money aside for some gaps; return how much, and the reason where that is too much."""
        from assistant.core import cost

        limit = self.workspace.settings.max_cost
        if limit is None or self.connection.local:
            return Decimal(0), ""
        price = self._estimate(gaps)[2]
        if price is None:
            return Decimal(0), cost.over_budget(None, limit=limit)
        total = self.budget.reserve(price, limit=Decimal(str(limit)))
        return (Decimal(0), cost.over_budget(total, limit=limit)) if total else (price, "")

    def _price(self, usage: Usage) -> Decimal | None:
        return None if self.connection.local or usage == Usage() else self.connection.price(usage)

    def _estimate(self, gaps: Sequence[Gap]) -> tuple[int, Usage, Decimal | None]:
        from assistant.core import cost

        prompts = [prompt for gap in gaps if gap.fillable for prompt in self.job.prompts(gap)]
        requests, tokens = cost.estimate(
            prompts,
            alternatives=self.workspace.settings.alternatives,
            thinking_tokens=self.job.capabilities.thinking_tokens,
            verify=self.job.verify,
        )
        return requests, tokens, self._price(tokens)

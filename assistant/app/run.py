"""A run of a model over gaps of one draft: what it asks, what it costs, and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.app.expand import expand
from assistant.app.job import Job
from assistant.app.models import Connection
from assistant.app.workspace import Workspace
from assistant.core.outcome import Event, Failed, Piece
from assistant.core.types import Gap, Usage

if TYPE_CHECKING:
    from assistant.core.cost import Estimate


@dataclass
class Run:
    """A run of a model over gaps of one draft, ready to start."""

    workspace: Workspace
    gaps: Sequence[Gap]
    job: Job
    connection: Connection
    out: str = ""
    """Where the finished draft goes; empty for the draft's own place."""
    spent: Usage = field(default_factory=Usage)
    """What the server has counted so far."""

    def events(self, gaps: Sequence[Gap] | None = None, **more: Any) -> Iterator[Event]:
        """Effect: asks the model and yields what comes; `more` goes to `pipeline.expand`."""
        wanted = self.gaps if gaps is None else gaps
        if reason := self.too_dear(wanted):
            yield from (Failed(gap, reason, 2) for gap in wanted if gap.fillable)
            return
        jobs = self.workspace.settings.jobs
        found = expand(self.job, wanted, model=self.connection.model, jobs=jobs, **more)
        try:
            for event in found:
                if not isinstance(event, Piece):
                    self.spent = self.spent + event.usage
                yield event
        finally:
            found.close()  # type: ignore[attr-defined]

    def price(self, asked: int, answered: int, cached: int = 0) -> Decimal | None:
        """Return what tokens cost at this connection's model, in US dollars; None when nobody knows."""
        from assistant.adapters import prices

        connection = self.connection
        return prices.estimate(
            connection.name,
            base_url=connection.base_url,
            prompt_tokens=asked,
            answer_tokens=answered,
            cached_tokens=cached,
        )

    def before(self) -> str:
        """Return one line on what is about to be sent."""
        from assistant.core import cost

        found, price = self._estimate(self.gaps)
        return cost.before(found, price, local=self.connection.is_local)

    def too_dear(self, gaps: Sequence[Gap]) -> str:
        """Return why these gaps must not be asked for under `max_cost`, with what was spent already."""
        from assistant.core import cost

        limit, local = self.workspace.settings.max_cost, self.connection.is_local
        if limit is None or local:
            return ""
        _, price = self._estimate(gaps)
        spent = self.price(self.spent.prompt_tokens, self.spent.completion_tokens, self.spent.cached_tokens)
        whole = None if price is None or spent is None else price + spent
        return cost.too_dear(whole, limit=limit)

    def _estimate(self, gaps: Sequence[Gap]) -> tuple[Estimate, Decimal | None]:
        from assistant.core import cost

        prompts = [one for gap in gaps if gap.fillable for one in self.job.prompts(gap)]
        found = cost.estimate(prompts, alternatives=self.workspace.settings.alternatives)
        price = None if self.connection.is_local else self.price(found.prompt_tokens, found.answer_tokens)
        return found, price

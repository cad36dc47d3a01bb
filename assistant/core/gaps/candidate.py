"""A place that may be a gap, with the evidence for and against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.core.types import GapKind, Span

SHOWN = 0.5
"""The least confidence of a gap that is shown: it is more likely one than not."""
SHOWN_IN_UNFINISHED = 0.4
"""The same in a draft with `SEVERAL` gaps that are `SURE`: it is unfinished, and its fragments are notes.

Half of the F1 that a finder reaches is the limit that makes it greatest (Lipton et al., 2014). In other
drafts, more false alarms come in than gaps.
"""
SURE, SEVERAL = 0.65, 2


@dataclass(slots=True)
class Candidate:
    """A place in the draft, in bytes, with the ids of the signals that speak for or against it."""

    kind: GapKind
    start: int
    end: int
    signals: list[str] = field(default_factory=list)
    """Ids from `data/signals.txt`."""
    instruction: str = ""
    """What the author asks for, in the author's words."""
    targets: tuple[Span, ...] = ()
    """The places that an instruction governs."""
    fillable: bool = True
    """False where only the author can know what belongs there."""
    confidence: float = 0.0
    """From 0 to 1, once the whole draft has been looked at."""
    reason: str = ""
    """Why, where no signals say it."""
    unclear: bool = False
    """True where it may end later, so that `--yes` leaves it."""
    certain: bool = False
    """True where the author said it outright, so that no signal is weighed."""

    @property
    def span(self) -> Span:
        """Its bytes."""
        return Span(self.start, self.end)


def present(evidence: Mapping[str, object]) -> list[str]:
    """Return the ids of those signals for which there is evidence."""
    return [name for name, holds in evidence.items() if holds]

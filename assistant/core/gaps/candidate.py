"""A place that may be a gap, with the evidence for and against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.core.types import GapKind, Span


@dataclass(slots=True)
class Candidate:
    """A place with the names of the signals that speak for or against it."""

    kind: GapKind
    start: int
    end: int
    signals: list[str] = field(default_factory=list)
    instruction: str = ""
    targets: tuple[Span, ...] = ()
    fillable: bool = True
    leaf: int = -1
    """The index of the leaf it stands in; -1 outside leaves."""
    confidence: float = 0.0
    certain: bool = False
    """True where the author said it outright, so that no signal is weighed."""

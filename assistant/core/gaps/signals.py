"""Weigh the evidence for a gap. The signals' weights and reasons are data: `data/signals.txt`."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import NamedTuple


class Signal(NamedTuple):
    """A piece of evidence for or against a gap."""

    weight: float
    """Log-odds: positive speaks for a gap, negative against it."""
    reason: str
    """What an author is shown as the reason for a gap, in a few words."""


Signals = Mapping[str, Signal]
"""Signals by their ids."""


def parse_signals(text: str) -> dict[str, Signal]:
    """Read signals, one a line: id, weight, reason. `#` opens a comment line.

    Raises `ValueError` when a line has no weight.
    """
    rows = (line.split(None, 2) for line in text.split("\n") if line.strip() and line[0] != "#")
    return {name: Signal(float(weight), reason.strip()) for name, weight, reason in rows}


def confidence(ids: Collection[str], signals: Signals) -> float:
    """Return how sure the signals make it that a place is a gap, from 0 to 1."""
    return 1.0 / (1.0 + math.exp(-sum(signals[name].weight for name in ids)))


def why(ids: Collection[str], signals: Signals) -> str:
    """Return the reasons of the two strongest signals that speak for a gap, or of the first signal."""
    strongest = sorted(
        {name for name in ids if signals[name].weight > 0}, key=lambda name: (-signals[name].weight, name)
    )
    return ", ".join(signals[name].reason for name in strongest[:2] or tuple(ids)[:1])

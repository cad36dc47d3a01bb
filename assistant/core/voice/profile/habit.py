"""One measured habit of an author, and how its figures are put into words."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.core.voice.profile.corpus import Snippet


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that an author does, with its evidence."""

    name: str
    value: str
    """The habit in a few words."""
    counts: Mapping[str, float]
    """The figures behind it."""
    examples: tuple[Snippet, ...]
    """Passages that show it."""


def share(part: float, total: float) -> str:
    """Return a share in percent."""
    return f"{100 * part / total:.0f} %" if total else "0 %"


def per_thousand(count: float, words: int) -> str:
    """Return a rate in a thousand words."""
    rate = 1000 * count / max(1, words)
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"


def spread(lengths: Sequence[int]) -> dict[str, float]:
    """Return the middle and the quartiles of lengths."""
    if len(lengths) < 2:
        return {"median": float(sum(lengths)), "from": float(sum(lengths)), "to": float(sum(lengths))}
    low, middle, high = statistics.quantiles(lengths, n=4)
    return {"median": round(middle, 1), "from": round(low, 1), "to": round(high, 1)}


def listed(words: Iterable[str], limit: int) -> str:
    """Return words as a list, or the first `limit` of them and the number of the others."""
    items = list(words)
    suffix = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + suffix


def nearest(pieces: Iterable[Snippet], length: int = 70) -> tuple[Snippet, ...]:
    """Return the piece whose length is nearest to `length`, which is easy to read."""
    best = min(pieces, key=lambda piece: abs(len(piece.text) - length), default=None)
    return () if best is None else (best,)

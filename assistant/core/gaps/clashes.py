"""Leave out revisions of a passage in which another gap is, so that no two texts are in each other's way."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from assistant.core.text.spans import joined, overlaps_any
from assistant.core.types import Gap, GapKind, Span


def without_clashes(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Return the gaps without such revisions: once the other gap is written, they are found again."""
    others = [gap for gap in gaps if gap.kind is not GapKind.REVISION]
    taken = joined([span for gap in others for span in (gap.span, *gap.targets)])
    passages: list[Span] = []
    kept = []
    for gap in gaps:
        if gap.kind is GapKind.REVISION:
            if any(overlaps_any(target, spans) for target in gap.targets for spans in (taken, passages)):
                continue
            for target in gap.targets:
                bisect.insort(passages, target)
        kept.append(gap)
    return tuple(kept)

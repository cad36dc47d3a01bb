"""Apply the hunks that the author accepted to the bytes of the draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.core.types import Decision, Hunk, Verdict


def accepted(decisions: Iterable[Decision]) -> tuple[Hunk, ...]:
    """Return the hunks to apply, the author's edits in them; a removal goes with its gap's first hunk."""
    chosen = list(decisions)
    taken = {
        d.hunk.gap for d in chosen if not d.hunk.follows and d.verdict in (Verdict.ACCEPTED, Verdict.EDITED)
    }
    hunks = []
    for decision in chosen:
        hunk = decision.hunk
        if hunk.follows:
            if hunk.gap in taken:
                hunks.append(hunk)
        elif decision.verdict is Verdict.ACCEPTED:
            hunks.append(hunk)
        elif decision.verdict is Verdict.EDITED:
            hunks.append(replace(hunk, replacement=decision.text))
    return tuple(hunks)


def apply(data: bytes, hunks: Iterable[Hunk]) -> bytes:
    """Return `data` with the hunks in it; every byte outside their spans is copied as it is.

    Raises `ValueError` when two hunks overlap or the original bytes are not at their place.
    """
    pieces: list[bytes] = []
    position = 0
    for hunk in sorted(hunks, key=lambda h: h.span):
        start, end = hunk.span
        if start < position:
            raise ValueError(f"two hunks overlap at byte {start}")
        if data[start:end] != hunk.original:
            raise ValueError(f"the original is not at byte {start}")
        pieces += (data[position:start], hunk.replacement)
        position = end
    return b"".join((*pieces, data[position:]))

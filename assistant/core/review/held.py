"""Undecided text that stands in the draft's file already, as an editor leaves it when a buffer is saved.

A review reads the draft without it, so that what is undecided is in one place alone: among the pieces to
decide. When the draft is written, only what was accepted is in it.
"""

from __future__ import annotations

from assistant.core.hunks import edits
from assistant.core.review.events import Held


def without(held: Held | None, data: bytes) -> bytes:
    """Return `data` with the author's own bytes where undecided text stands.

    Text that its author changed, or that stands beside lines which changed, is the author's, and stays.
    """
    if held is None:
        return data
    placed, _ = edits.place(held.data, data, held.pieces)
    return edits.apply(data, placed)

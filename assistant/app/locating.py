"""Finds the gaps of a draft as its author is shown them, in every front end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.gaps import SHOWN, find_gaps
from assistant.core.gaps.dismissals import NONE, Dismissals
from assistant.core.gaps.words import Words
from assistant.core.text.draft import Draft
from assistant.core.types import Gap

if TYPE_CHECKING:
    from assistant.core.gaps.reading import Reading


def gaps_of(
    draft: Draft,
    *,
    words: Words,
    dismissals: Dismissals = NONE,
    reading: Reading | None = None,
    threshold: float = SHOWN,
) -> tuple[Gap, ...]:
    """Return what is found here and what a model named, without what the author dismissed."""
    gaps = find_gaps(draft, words=words, threshold=threshold)
    if reading is not None:
        from assistant.core.gaps.reading import merged  # most drafts are not read by a model

        gaps = merged(draft, gaps, reading, words=words)
    return dismissals.without(draft, gaps)

"""Finds the places that an author left unwritten in a draft."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.core.gaps import decision
from assistant.core.gaps.page import Page
from assistant.core.gaps.signals import WEIGHTS
from assistant.core.gaps.words import Words
from assistant.core.text.draft import Draft
from assistant.core.types import Gap

__all__ = ["find_gaps"]


def find_gaps(
    draft: Draft,
    *,
    words: Words | None = None,
    threshold: float = 0.5,
    weights: Mapping[str, float] = WEIGHTS,
) -> tuple[Gap, ...]:
    """Return the gaps of a draft in document order; they never overlap.

    `words` are the lists to go by (`assistant.adapters.words.load_words`); without them only a few
    markers are known. Gaps less sure than `threshold`, from 0 to 1, are left out.
    """
    page = Page(draft, words or Words())
    return decision.decide(page, decision.candidates(page), threshold=threshold, weights=weights)

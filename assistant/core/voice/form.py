"""Tells whether a section is to be prose or a list, from what its author did elsewhere.

A heading seldom tells, and habits tell a little: how often the author's sections hold a list, those beside
the gap, and those under the same or a like heading. The weights are those of a logistic regression on the
sections of 28 public blogs; `benchmarks/forms.py` fits them anew and tests them on any folder of blogs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.core.voice.exemplars import Exemplar
from assistant.core.voice.subject import subject

USUAL = 0.22
"""The share of sections with a list that an author is taken to have before any section is read."""
WEIGHTS = (-0.47, 0.53, 0.53, 0.72, 0.36)
"""Of nothing, of the author's share, and of what beside, the same and like headings change about it."""
CERTAIN = 0.6
"""The chance from which on a list is asked for outright; below it, the model may still write one."""


class Signs(NamedTuple):
    """What speaks for a list, as logarithms of odds."""

    author: float
    """How often the author's sections hold a list."""
    beside: float
    """What the draft's sections of the same level change about it."""
    same: float
    """What sections under the same heading change about it."""
    like: float
    """What sections change whose headings share words with it, each as much as it shares."""


def signs(heading: str, *, level: int, here: Sequence[Exemplar], elsewhere: Sequence[Exemplar]) -> Signs:
    """Return what speaks for a list under `heading`.

    `here` are the finished sections of its draft, `elsewhere` those of the author's other posts.
    """
    found = [e for e in (*here, *elsewhere) if e.form != "item"]
    own = _share(((1.0, e.has_list) for e in found), usual=USUAL, doubt=5)
    name, words = heading.casefold().strip(), _named(heading)
    beside = _share(((1.0, e.has_list) for e in here if e.level == level), usual=own, doubt=1)
    same = _share(
        ((1.0, e.has_list) for e in found if e.heading.casefold().strip() == name), usual=own, doubt=2
    )
    like = _share(((_shared(words, _named(e.heading)), e.has_list) for e in found), usual=own, doubt=1)
    usual = _odds(own)
    return Signs(usual, _odds(beside) - usual, _odds(same) - usual, _odds(like) - usual)


def chance(found: Signs, weights: Sequence[float] = WEIGHTS) -> float:
    """Return how likely the author is to have a list there, from 0 to 1."""
    odds = weights[0] + sum(weight * sign for weight, sign in zip(weights[1:], found, strict=True))
    return 1 / (1 + math.exp(-odds))


def _share(seen: Iterable[tuple[float, bool]], *, usual: float, doubt: float) -> float:
    """Return the share of sections with a list, `doubt` sections of the usual share among them."""
    whole, listed = doubt, doubt * usual
    for weight, has_list in seen:
        whole += weight
        listed += weight * has_list
    return listed / whole


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


@lru_cache(maxsize=1024)
def _named(heading: str) -> frozenset[str]:
    return frozenset(subject(heading))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words that two headings have in common, of all that they have."""
    return len(one & other) / len(one | other) if one and other else 0.0

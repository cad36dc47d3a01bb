"""The passage of the author's own text that tells what a sentence tells, where there is one.

What two or three sentences say together supports a claim; names from different posts do not. An index
over the sentences finds it by the stems of their words, rare ones first (as BM25 weighs them).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.core.checks.tokens import Vocabulary
from assistant.core.text.words import CLOSING_QUOTES

# A sentence, or a line of a list; good enough to find a passage by, and much faster than sentencex.
_PIECE = re.compile(rf"[^\n.!?]*(?:[.!?](?!\s)[^\n.!?]*)*(?:[.!?]+[{CLOSING_QUOTES})*_]*(?=\s|\Z)|\n|\Z)")
AROUND = 1
"""Sentences on either side that may tell the rest: "I moved to Porto. That was in 2019."."""
NEAREST = 24
"""Sentences with most of the words, whose surroundings are looked at."""
COMMON = 2000
"""A word in more sentences than this is too common to look a passage up by."""


class Place(NamedTuple):
    """A sentence of the author's: the number of its text, and where it is there (characters)."""

    text: int
    start: int
    end: int


class Match(NamedTuple):
    """The best passage for a sentence."""

    place: Place | None
    """Its middle; None where the author shares no word with the sentence."""
    stems: frozenset[str]
    """What the sentence and the passage share."""
    shared: float
    """Weight of that, in nats."""
    total: float
    """Weight of all the sentence's stems."""

    @property
    def coverage(self) -> float:
        """The share of the sentence that the passage tells, from 0 to 1."""
        return self.shared / self.total if self.total else 0.0


class Index:
    """An author's sentences by the stems in them."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        """Read all `texts`; 100 posts take half a second."""
        self._places: list[Place] = []
        self._stems: list[frozenset[str]] = []
        self.postings: dict[str, list[int]] = defaultdict(list)
        """Stem -> the numbers of the sentences that have it."""
        for number, text in enumerate(texts):
            for start, end in _pieces(text):
                stems = frozenset(vocabulary.stems(text[start:end]))
                for stem in stems:
                    self.postings[stem].append(len(self._places))
                self._places.append(Place(number, start, end))
                self._stems.append(stems)

    def __len__(self) -> int:
        """Return how many sentences there are."""
        return len(self._places)

    def best(self, stems: Iterable[str]) -> Match:
        """Return the passage that shares most of the weight of `stems`."""
        weights = {stem: self._weight(stem) for stem in stems}
        scores: dict[int, float] = defaultdict(float)
        for stem, weight in weights.items():
            if len(numbers := self.postings.get(stem, ())) <= COMMON:
                for number in numbers:
                    scores[number] += weight
        best = Match(None, frozenset(), 0.0, sum(weights.values()))
        for number in sorted(scores, key=lambda one: -scores[one])[:NEAREST]:
            stems_here = self._around(number)
            shared = sum(weight for stem, weight in weights.items() if stem in stems_here)
            if shared > best.shared:
                best = Match(self._places[number], stems_here & weights.keys(), shared, best.total)
        return best

    def _weight(self, stem: str) -> float:
        return math.log((len(self._places) + 2) / (len(self.postings.get(stem, ())) + 1))

    def _around(self, number: int) -> frozenset[str]:
        """Return the stems of a sentence and its neighbours in the same text."""
        near = range(max(0, number - AROUND), min(len(self._places), number + AROUND + 1))
        text = self._places[number].text
        return frozenset().union(*(self._stems[n] for n in near if self._places[n].text == text))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    return (hit.span() for hit in _PIECE.finditer(text) if any(map(str.isalnum, hit[0])))

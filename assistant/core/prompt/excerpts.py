"""Choose excerpts of an author's sources for a prompt: those relevant to the gap, within a budget."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable

from assistant.core.text.words import count_words
from assistant.core.types import Excerpt, Source
from assistant.core.voice.ranking import subject

_MOST_WORDS = 120
"""Most words of an excerpt, unless one paragraph has more: about one thought."""
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
"""Lines up to a blank one."""
_AROUND = 4
"""Tokens of the brackets and blank lines around an excerpt."""
_K1, _B = 1.2, 0.75
"""BM25's usual constants (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009)."""


def excerpts(source: Source) -> list[Excerpt]:
    """Return the paragraphs of a source; consecutive short ones are one excerpt."""
    paragraphs: list[Excerpt] = []
    for hit in _PARAGRAPH.finditer(source.text):
        first = source.text.count("\n", 0, hit.start()) + 1
        text = hit[0].strip("\n")
        last = first + text.count("\n")
        before = paragraphs[-1] if paragraphs else None
        if before and count_words(before.text) + count_words(text) <= _MOST_WORDS:
            paragraphs[-1] = Excerpt(source.name, before.first, last, f"{before.text}\n\n{text}")
        else:
            paragraphs.append(Excerpt(source.name, first, last, text))
    return paragraphs


class Material:
    """All excerpts of an author's sources, read once for all gaps."""

    def __init__(self, sources: Iterable[Source], count: Callable[[str], int]) -> None:
        """Split the sources; `count` counts the tokens of a text."""
        self.excerpts = [excerpt for source in sources for excerpt in excerpts(source)]
        self._sizes = [count(f"{e.place}\n{e.text}") + _AROUND for e in self.excerpts]
        self._counts = [subject(e.text) for e in self.excerpts]
        self._spread = Counter(word for count in self._counts for word in count)

    def most_relevant(self, query: str, *, budget: int) -> tuple[Excerpt, ...]:
        """Return the excerpts most relevant to `query`, in at most `budget` tokens and in their own order.

        If all fit, return all: a request may need what none of its words name.
        """
        if sum(self._sizes) <= budget:
            return tuple(self.excerpts)
        choice: set[int] = set()
        for score, at in sorted(((s, -at) for at, s in enumerate(self._scores(query))), reverse=True):
            if score > 0 and self._sizes[-at] <= budget:
                budget -= self._sizes[-at]
                choice.add(-at)
        return tuple(self.excerpts[at] for at in sorted(choice))

    def _scores(self, query: str) -> list[float]:
        """Return each excerpt's relevance to the query (BM25)."""
        number = len(self._counts)
        average = sum(count.total() for count in self._counts) / max(number, 1)
        weights = {
            word: math.log(1 + (number - self._spread[word] + 0.5) / (self._spread[word] + 0.5))
            for word in subject(query)
            if word in self._spread
        }
        scores = []
        for count in self._counts:
            length = _K1 * (1 - _B + _B * count.total() / average)
            hits = ((weight, count[word]) for word, weight in weights.items() if word in count)
            scores.append(sum(weight * n * (_K1 + 1) / (n + length) for weight, n in hits))
        return scores

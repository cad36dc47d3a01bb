"""Measures of style: how far a text is from an author, by words without a subject and by character runs."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

FUNCTION_WORDS = tuple(
    [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "that",
        "is",
        "was",
        "it",
        "for",
        "with",
        "as",
        "on",
        "be",
        "by",
        "this",
        "are",
        "or",
        "his",
        "from",
        "at",
        "which",
        "but",
        "have",
        "an",
        "had",
        "they",
        "you",
        "were",
        "their",
        "one",
        "all",
        "we",
        "can",
        "has",
        "there",
        "been",
        "if",
        "more",
        "when",
        "will",
        "would",
        "who",
        "so",
        "no",
        "out",
        "up",
        "about",
        "into",
        "than",
        "them",
        "only",
        "some",
        "could",
        "time",
        "these",
        "two",
        "may",
        "then",
        "do",
        "any",
        "my",
        "now",
        "such",
        "like",
        "our",
        "over",
        "me",
        "even",
        "most",
        "after",
        "also",
        "did",
        "many",
        "before",
        "must",
        "through",
        "where",
        "your",
        "well",
        "down",
        "should",
        "because",
        "each",
        "just",
        "those",
        "how",
        "too",
        "good",
        "very",
        "i",
        "it's",
        "don't",
        "i'm",
        "that's",
        "i've",
        "can't",
        "isn't",
        "doesn't",
        "i'd",
        "you're",
        "he",
        "she",
        "her",
        "him",
        "its",
        "what",
        "not",
    ]
)
"""Commonest English words without a subject, as in Burrows, Delta (2002), contractions among them."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"'”’)*_]*\s+(?=[\"'“‘(*_\[]*[A-Z0-9])|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)"
)
_MARKUP = re.compile(
    r"!?\[([^\]\n]*)\]\([^)\n]*\)|`[^`\n]*`|https?://\S+|\{\{.*?\}\}|\{%.*?%\}|[*_#>]+", re.S
)


def plain(text: str) -> str:
    """Return the words of Markdown without links' addresses, code, shortcodes and emphasis."""
    return _MARKUP.sub(lambda m: m[1] or " ", text).replace("’", "'")


def words(text: str) -> list[str]:
    """Return a text's words in lower case."""
    return _WORD.findall(plain(text).lower())


def sentence_lengths(text: str) -> list[int]:
    """Return how many words each sentence, or list item, has."""
    parts = (len(_WORD.findall(plain(s).lower())) for s in _SENTENCE_END.split(text))
    return [n for n in parts if n]


class Delta:
    """Burrows's Delta: mean difference of function words' frequencies, each in deviations of the corpus."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Take the texts whose spread is the measure."""
        rows = [self._frequencies(words(t)) for t in texts]
        self._mean = [statistics.fmean(column) for column in zip(*rows, strict=True)]
        self._deviation = [statistics.pstdev(column) or 1.0 for column in zip(*rows, strict=True)]

    @staticmethod
    def _frequencies(words: Sequence[str]) -> list[float]:
        counts = Counter(words)
        return [counts[w] / max(1, len(words)) for w in FUNCTION_WORDS]

    def _scores(self, words: Sequence[str]) -> list[float]:
        row = self._frequencies(words)
        return [(f - m) / d for f, m, d in zip(row, self._mean, self._deviation, strict=True)]

    def between(self, one: Sequence[str], other: Sequence[str]) -> float:
        """Return the distance of two lists of words."""
        pairs = zip(self._scores(one), self._scores(other), strict=True)
        return statistics.fmean(abs(a - b) for a, b in pairs)


class Verifier:
    """TF-IDF of runs of 3 to 5 characters, within word bounds, and the cosine between texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the texts that say how common a run is."""
        seen: Counter[str] = Counter()
        count = 0
        for text in texts:
            seen.update(set(_runs(text)))
            count += 1
        self._weight = {run: math.log((1 + count) / (1 + n)) + 1 for run, n in seen.items()}

    def vector(self, text: str) -> dict[str, float]:
        """Return the unit vector of a text."""
        counts = Counter(_runs(text))
        raw = {r: (1 + math.log(n)) * self._weight[r] for r, n in counts.items() if r in self._weight}
        length = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        return {run: value / length for run, value in raw.items()}


def total(vectors: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the sum of vectors."""
    summed: dict[str, float] = {}
    for vector in vectors:
        for run, value in vector.items():
            summed[run] = summed.get(run, 0.0) + value
    return summed


def cosine_without(
    one: Mapping[str, float], summed: Mapping[str, float], left_out: Mapping[str, float]
) -> float:
    """Return the cosine of a unit vector with a sum of others, one of them left out of it."""
    rest = _dot(summed, summed) - 2 * _dot(left_out, summed) + _dot(left_out, left_out)
    return (_dot(one, summed) - _dot(one, left_out)) / math.sqrt(max(rest, 1e-12))


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) < len(other) else (other, one)
    return sum(value * large.get(run, 0.0) for run, value in small.items())


def _runs(text: str) -> list[str]:
    runs = []
    for word in plain(text).lower().split():
        padded = f" {word} "
        for size in (3, 4, 5):
            runs += [padded[i : i + size] for i in range(len(padded) - size + 1)]
    return runs


def earth_movers(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the Wasserstein-1 distance of two samples: how many words each sentence is off, on average."""
    steps = 200
    one, other = sorted(one), sorted(other)
    if not one or not other:
        return math.inf
    at = [(i + 0.5) / steps for i in range(steps)]
    return statistics.fmean(abs(one[int(q * len(one))] - other[int(q * len(other))]) for q in at)

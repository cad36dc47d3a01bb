"""Fit the weights by which a sentence is told to be general, supported or unsupported.

    python -m benchmarks.train_truth            figures with each author left out while fitting
    python -m benchmarks.train_truth --write    the weights fitted on all, for assistant/data/claims.json

It learns from answers with what is invented marked (`benchmarks.answers`, without the authors kept apart),
from `sentences.txt`, the "seen" ones of `freely.txt`, and finished sections, which must not be marked.
Needs scikit-learn (`pip install -e '.[bench]'`).
"""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from assistant.adapters.wordlists import DATA, load_lists
from assistant.core.checks import Context
from assistant.core.checks.claims import is_given_by_none, sentences
from assistant.core.checks.passage import read
from assistant.core.checks.sentence_model import (
    APART,
    Sentence,
    buckets,
    claim_features,
    read_sentence,
    text_features,
)
from assistant.core.checks.weights import BUCKETS, GRAM
from benchmarks import answers, freely, voices

FOLDS = 6
MOST_SECTIONS = 20
"""Finished sections of an author, so that none outweighs the others."""
TEXT_PULL, CLAIM_PULL = 0.3, 0.1
"""`C` of the two regressions: smaller draws the weights towards 0 more strongly."""
TEXT_WEIGHTS = {"supported": 0.4, "finished": 0.3, "told": 2.0}
"""What a supported sentence counts as one that tells something, a finished section's as one that doesn't."""
CLAIM_WEIGHTS = {"finished": 0.15, "told": 0.8, "plain": 0.5}
"""What sentences count in the second regression that are not from an answer."""
RECALL = 0.7
"""Share of inventions that the threshold is to find where the author was left out.

It marks 0.32 false ones in an answer there, and 0.8 in a finished section; 0.8 would mark 0.68 and 1.2.
"""
MARKED = 99.0
"""Stands for log-odds where a sentence is marked without the model."""


@dataclass
class Row:
    """A sentence to learn from."""

    group: str
    section: str
    kind: str
    """`invented`, `supported`, `general`, `told` and `plain` (from `sentences.txt`), `finished`."""
    sentence: Sentence
    before: Sentence | None
    inventions: list[int] = field(default_factory=list)
    """Numbers of the inventions that it holds a part of."""


def rows() -> list[Row]:
    """Return all sentences, those of a section in a row."""
    return [*_answered(), *_written(), *_finished()]


def _answered() -> Iterator[Row]:
    for answer in answers.read():
        if answers.is_learned_from(answer.author):
            context = Context(own=answer.rest, series=answer.others, lists=LISTS)
            yield from of_answer(answer, context)


def of_answer(answer: answers.Answer, context: Context) -> Iterator[Row]:
    """Yield the sentences of an answer with their kinds."""
    invented = [answers.span(answer.text, words) for words, _ in answer.invented]
    supported = [answers.span(answer.text, words) for words in answer.supported]
    before = None
    for one in sentences(read(answer.text), context):
        held = [n for n, (start, end) in enumerate(invented) if one.start < end and start < one.end]
        shares = any(_shared(one, invented[n]) >= min(8, invented[n][1] - invented[n][0]) for n in held)
        is_supported = any(_shared(one, span) >= 8 for span in supported)
        kind = "invented" if shares else "supported" if is_supported else "general"
        yield Row(answer.author, answer.id, kind, one, before, held)
        before = one


def _shared(sentence: Sentence, span: tuple[int, int]) -> int:
    return min(sentence.end, span[1]) - max(sentence.start, span[0])


def _written() -> Iterator[Row]:
    """Yield the sentences of `sentences.txt` and `freely.txt`, as if some author had been given them."""
    given = [a for a in answers.read() if answers.is_learned_from(a.author)]
    contexts = [Context(own=a.rest, series=a.others, lists=LISTS) for a in given]
    text = (Path(__file__).parent / "sentences.txt").read_text("utf-8")
    for number, paragraph in enumerate(text.split("\n\n")):
        context, before = contexts[number % len(contexts)], None
        for line in paragraph.split("\n"):
            if line[:2] in ("+ ", "- "):
                said = line[2:].removeprefix("> ")
                one = read_sentence(said, context, raw=said, is_quote=line[2:4] == "> ")
                kind = "told" if line[0] == "+" else "plain"
                yield Row(f"written {number % FOLDS}", f"written {number}", kind, one, before)
                before = one
    for number, fact in enumerate(freely.facts()["seen"]):
        context = contexts[number % len(contexts)]
        one = read_sentence(fact.sentence, context, raw=fact.sentence)
        yield Row(f"written {number % FOLDS}", f"freely {number}", "told", one, None)


def _finished() -> Iterator[Row]:
    count: Counter[str] = Counter()
    for section in voices.finished():
        count[section.author] += 1
        if not answers.is_learned_from(section.author) or count[section.author] > MOST_SECTIONS:
            continue
        context = Context(own=section.rest, series=section.others, lists=LISTS)
        before = None
        for one in sentences(read(section.text), context):
            name = f"{section.author}/{section.file}/{count[section.author]}"
            yield Row(section.author, name, "finished", one, before)
            before = one


def _matrix(table: Sequence[Row], names: Sequence[str]) -> Any:
    features = [text_features(row.sentence, before=row.before) for row in table]
    named = csr_matrix(np.array([[f[name] for name in names] for f in features]))
    places = [sorted(buckets(row.sentence)) for row in table]
    ends = np.cumsum([0, *map(len, places)])
    flat = [place for each in places for place in each]
    runs = csr_matrix((np.full(len(flat), GRAM), flat, ends), shape=(len(table), BUCKETS))
    return hstack([named, runs]).tocsr()


def _fit(matrix: Any, truth: Any, weights: Any, pull: float) -> LogisticRegression:
    return LogisticRegression(C=pull, max_iter=500).fit(matrix, truth, sample_weight=weights)


def _claims(table: Sequence[Row], telling: Any) -> list[dict[str, float]]:
    """Return the features of the second regression."""
    result = []
    for n, row in enumerate(table):
        before = telling[n - 1] if n and table[n - 1].section == row.section else APART
        after = telling[n + 1] if n + 1 < len(table) and table[n + 1].section == row.section else APART
        result.append(claim_features(row.sentence, telling=telling[n], before=before, after=after))
    return result


def _folds(table: Sequence[Row]) -> list[set[str]]:
    groups = sorted({row.group for row in table})
    return [set(groups[n::FOLDS]) for n in range(FOLDS)]


class Training:
    """All rows with both regressions' features."""

    def __init__(self) -> None:
        self.rows = rows()
        self.text_names = list(text_features(self.rows[0].sentence, before=None))
        self.matrix = _matrix(self.rows, self.text_names)
        self.groups = np.array([row.group for row in self.rows])
        self.kinds = np.array([row.kind for row in self.rows])
        self.tells = np.isin(self.kinds, ("invented", "supported", "told"))
        self.text_weights = np.array([TEXT_WEIGHTS.get(kind, 1.0) for kind in self.kinds])
        self.claim_weights = np.array([CLAIM_WEIGHTS.get(kind, 1.0) for kind in self.kinds])

    def text(self, chosen: Any) -> LogisticRegression:
        """Fit the first regression to the rows chosen."""
        return _fit(self.matrix[chosen], self.tells[chosen], self.text_weights[chosen], TEXT_PULL)

    def left_out(self, fit: Any, decide: Any) -> Any:
        """Return what is decided on each author by what was fitted on the others."""
        result = np.full(len(self.rows), APART)
        for fold in _folds(self.rows):
            inside = np.isin(self.groups, list(fold))
            result[inside] = decide(fit(~inside), inside)
        return result

    def run(self) -> tuple[Any, Any]:
        """Return the log-odds of both regressions with each author left out."""
        self.told = self.left_out(
            self.text, lambda model, chosen: model.decision_function(self.matrix[chosen])
        )
        features = _claims(self.rows, self.told)
        self.claim_names = list(features[0])
        self.features = np.array([[f[name] for name in self.claim_names] for f in features])
        doubts = self.left_out(self.claim, lambda m, chosen: m.decision_function(self.features[chosen]))
        given_by_none = np.array([is_given_by_none(row.sentence) for row in self.rows])
        return self.told, np.where(given_by_none, MARKED, doubts)

    def claim(self, chosen: Any) -> LogisticRegression:
        """Fit the second regression to the rows chosen."""
        truth = np.isin(self.kinds[chosen], ("invented", "told"))
        return _fit(self.features[chosen], truth, self.claim_weights[chosen], CLAIM_PULL)


def curve(table: Sequence[Row], doubts: Any) -> list[tuple[float, float, float, float]]:
    """Return recall, threshold, and false marks a section in answers and in finished sections."""
    inventions: dict[tuple[str, int], float] = {}
    for row, doubt in zip(table, doubts, strict=True):
        for number in row.inventions:
            key = row.section, number
            inventions[key] = max(inventions.get(key, -99.0), doubt)
    ranked = sorted(inventions.values(), reverse=True)
    result = []
    for share in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.82, 0.85, 0.9):
        threshold = ranked[min(len(ranked) - 1, int(share * len(ranked)))]
        rates = []
        for kinds in (("invented", "supported", "general"), ("finished",)):
            chosen = [(row, d) for row, d in zip(table, doubts, strict=True) if row.kind in kinds]
            sections = len({row.section for row, _ in chosen})
            rates.append(sum(d >= threshold and not row.inventions for row, d in chosen) / max(1, sections))
        result.append((share, round(float(threshold), 2), round(rates[0], 2), round(rates[1], 2)))
    return result


def main() -> None:
    """Print the curve with each author left out; with `--write`, fit on all and write the weights."""
    training = Training()
    print(Counter(row.kind for row in training.rows))
    _, doubts = training.run()
    points = curve(training.rows, doubts)
    for point in points:
        print("  recall {:.2f} from {:5.2f}: {:.2f} false a section, {:.2f} a finished one".format(*point))
    if "--write" in sys.argv:
        threshold = next(point[1] for point in points if point[0] == RECALL)
        write(training, threshold)


def write(training: Training, threshold: float) -> None:
    """Fit both regressions on everything and write them."""
    everything = np.ones(len(training.rows), bool)
    text, claim = training.text(everything), training.claim(everything)
    named, grams = np.split(text.coef_[0], [len(training.text_names)])
    scale = float(np.abs(grams).max()) / 127
    fields = {
        "threshold": threshold,
        "scale": scale,
        "text": _named(training.text_names, named, text.intercept_[0]),
        "claim": _named(training.claim_names, claim.coef_[0], claim.intercept_[0]),
        "grams": base64.b64encode(np.round(grams / scale).astype(np.int8).tobytes()).decode(),
    }
    (DATA / "claims.json").write_text(json.dumps(fields, indent=1) + "\n", "utf-8")


def _named(names: Iterable[str], values: Iterable[float], bias: float) -> dict[str, float]:
    pairs = zip(names, values, strict=True)
    return {"bias": round(float(bias), 4), **{name: round(float(value), 4) for name, value in pairs}}


LISTS = load_lists()

if __name__ == "__main__":
    main()

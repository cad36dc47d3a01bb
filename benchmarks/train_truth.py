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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from assistant.adapters.wordlists import DATA, load_lists
from assistant.core.checks import Context
from assistant.core.checks.claims import goes_on, is_always_marked, sentences
from assistant.core.checks.passage import read
from assistant.core.checks.sentence_model import (
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
TEXT_PULL, CLAIM_PULL = 0.3, 0.03
"""`C` of the two regressions: smaller draws the weights towards 0 more strongly."""
CLAIM_BUCKETS = 1 << 13
"""Places for runs of words in the second regression: as good as `BUCKETS` there, and a quarter as big."""
TEXT_WEIGHTS = {"supported": 0.2, "finished": 0.3, "told": 2.0}
"""What a supported sentence counts as one that tells something, a finished section's as one that doesn't."""
CLAIM_WEIGHTS = {"finished": 0.15, "told": 0.4, "plain": 0.5}
"""What sentences count in the second regression that are not from an answer."""
RECALL = 0.8
"""Share of inventions that the threshold is to find where the author was left out."""
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
    goes_on: bool = False
    """Whether nothing parts it from the sentence before."""
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
    for one, is_next in _in_a_row(answer.text, context):
        held = [n for n, (start, end) in enumerate(invented) if one.start < end and start < one.end]
        shares = any(_shared(one, invented[n]) >= min(8, invented[n][1] - invented[n][0]) for n in held)
        is_supported = any(_shared(one, span) >= 8 for span in supported)
        kind = "invented" if shares else "supported" if is_supported else "general"
        yield Row(answer.author, answer.id, kind, one, is_next, held)


def _in_a_row(text: str, context: Context) -> Iterator[tuple[Sentence, bool]]:
    """Yield the sentences of a text, and whether nothing parts them from the one before."""
    end = 0
    for one in sentences(read(text), context):
        yield one, end > 0 and goes_on(text[end : one.start])
        end = one.end


def _shared(sentence: Sentence, span: tuple[int, int]) -> int:
    return min(sentence.end, span[1]) - max(sentence.start, span[0])


def _written() -> Iterator[Row]:
    """Yield the sentences of `sentences.txt` and `freely.txt`, as if some author had been given them."""
    given = [a for a in answers.read() if answers.is_learned_from(a.author)]
    contexts = [Context(own=a.rest, series=a.others, lists=LISTS) for a in given]
    text = (Path(__file__).parent / "sentences.txt").read_text("utf-8")
    for number, paragraph in enumerate(text.split("\n\n")):
        context = contexts[number % len(contexts)]
        for line in paragraph.split("\n"):
            if line[:2] in ("+ ", "- "):
                said = line[2:].removeprefix("> ")
                one = read_sentence(said, context, raw=said, is_quote=line[2:4] == "> ")
                kind = "told" if line[0] == "+" else "plain"
                yield Row(f"written {number % FOLDS}", f"written {number}", kind, one)
    for number, fact in enumerate(freely.facts()["seen"]):
        context = contexts[number % len(contexts)]
        one = read_sentence(fact.sentence, context, raw=fact.sentence)
        yield Row(f"written {number % FOLDS}", f"freely {number}", "told", one)


def _finished() -> Iterator[Row]:
    count: Counter[str] = Counter()
    for section in voices.finished():
        count[section.author] += 1
        if not answers.is_learned_from(section.author) or count[section.author] > MOST_SECTIONS:
            continue
        context = Context(own=section.rest, series=section.others, lists=LISTS)
        name = f"{section.author}/{section.file}/{count[section.author]}"
        for one, is_next in _in_a_row(section.text, context):
            yield Row(section.author, name, "finished", one, is_next)


def _matrix(features: Sequence[dict[str, float]], table: Sequence[Row], size: int) -> Any:
    """Return named features and runs of words hashed to `size` places, a row for each sentence."""
    places = [sorted({bucket % size for bucket in buckets(row.sentence)}) for row in table]
    ends = np.cumsum([0, *map(len, places)])
    flat = [place for each in places for place in each]
    runs = csr_matrix((np.full(len(flat), GRAM), flat, ends), shape=(len(table), size))
    return hstack([csr_matrix([list(each.values()) for each in features]), runs]).tocsr()


def _fit(matrix: Any, truth: Any, weights: Any, pull: float) -> LogisticRegression:
    return LogisticRegression(C=pull, max_iter=500).fit(matrix, truth, sample_weight=weights)


def _claims(table: Sequence[Row], telling: Any) -> list[dict[str, float]]:
    """Return the features of the second regression."""
    result = []
    for n, row in enumerate(table):
        before = telling[n - 1] if n and table[n - 1].section == row.section else None
        after = telling[n + 1] if n + 1 < len(table) and table[n + 1].section == row.section else None
        result.append(claim_features(row.sentence, telling=telling[n], before=before, after=after))
    return result


def _folds(table: Sequence[Row]) -> list[set[str]]:
    groups = sorted({row.group for row in table})
    return [set(groups[n::FOLDS]) for n in range(FOLDS)]


class Training:
    """All rows with both regressions' features."""

    def __init__(self) -> None:
        self.rows = rows()
        features = [text_features(row.sentence) for row in self.rows]
        self.text_names = list(features[0])
        self.matrix = _matrix(features, self.rows, BUCKETS)
        self.groups = np.array([row.group for row in self.rows])
        self.kinds = np.array([row.kind for row in self.rows])
        self.tells = np.isin(self.kinds, ("invented", "supported", "told"))
        self.is_doubtful = np.isin(self.kinds, ("invented", "told"))
        self.text_weights = np.array([TEXT_WEIGHTS.get(kind, 1.0) for kind in self.kinds])
        self.claim_weights = np.array([CLAIM_WEIGHTS.get(kind, 1.0) for kind in self.kinds])

    def text(self, chosen: Any) -> LogisticRegression:
        """Fit the first regression to the rows chosen."""
        return _fit(self.matrix[chosen], self.tells[chosen], self.text_weights[chosen], TEXT_PULL)

    def claim(self, chosen: Any) -> LogisticRegression:
        """Fit the second regression to the rows chosen."""
        return _fit(self.claims[chosen], self.is_doubtful[chosen], self.claim_weights[chosen], CLAIM_PULL)

    def left_out(self, fit: Any, matrix: Any) -> Any:
        """Return the log-odds of each author's rows by what was fitted on the others."""
        result = np.zeros(len(self.rows))
        for fold in _folds(self.rows):
            inside = np.isin(self.groups, list(fold))
            result[inside] = fit(~inside).decision_function(matrix[inside])
        return result

    def run(self) -> Any:
        """Return the log-odds that nothing supports a sentence, with each author left out."""
        features = _claims(self.rows, self.left_out(self.text, self.matrix))
        self.claim_names = list(features[0])
        self.claims = _matrix(features, self.rows, CLAIM_BUCKETS)
        doubts = self.left_out(self.claim, self.claims)
        return np.where([is_always_marked(row.sentence) for row in self.rows], MARKED, doubts)


class Point(NamedTuple):
    """What a limit finds, and what it marks wrongly in a section."""

    recall: float
    threshold: float
    false: float
    """Marks in an answer that touch no invention; sentences in a row share one."""
    finished: float
    """Marks in a finished section."""
    sentences: float
    """Sentences marked in an answer that hold no part of an invention."""
    finished_sentences: float


def curve(table: Sequence[Row], doubts: Any) -> Iterator[Point]:
    """Yield what is marked at limits that find more and more inventions."""
    inventions: dict[tuple[str, int], float] = {}
    for row, doubt in zip(table, doubts, strict=True):
        for number in row.inventions:
            key = row.section, number
            inventions[key] = max(inventions.get(key, -MARKED), doubt)
    ranked = sorted(inventions.values(), reverse=True)
    for share in (0.5, 0.6, 0.65, 0.7, 0.75, 0.78, 0.8, 0.82, 0.85, 0.9):
        threshold = ranked[min(len(ranked) - 1, int(share * len(ranked)))]
        answered = _rates(table, doubts >= threshold, ("invented", "supported", "general"))
        finished = _rates(table, doubts >= threshold, ("finished",))
        yield Point(share, float(threshold), answered[0], finished[0], answered[1], finished[1])


def _rates(table: Sequence[Row], marked: Any, kinds: Sequence[str]) -> tuple[float, float]:
    """Return false marks and falsely marked sentences a section."""
    marks: list[bool] = []
    false, names_something = 0, False
    for n, row in enumerate(table):
        if marked[n] and row.kind in kinds:
            false += not row.inventions
            is_new = bool(row.sentence.particulars.words)
            if n and marked[n - 1] and row.goes_on and not (names_something and is_new):
                marks[-1] = marks[-1] and not row.inventions
                names_something |= is_new
            else:
                marks.append(not row.inventions)
                names_something = is_new
    sections = len({row.section for row in table if row.kind in kinds})
    return sum(marks) / max(1, sections), false / max(1, sections)


def main() -> None:
    """Print the curve with each author left out; with `--write`, fit on all and write the weights."""
    training = Training()
    print(Counter(row.kind for row in training.rows))
    points = list(curve(training.rows, training.run()))
    for point in points:
        print(
            "  recall {:.2f} from {:5.2f}: {:.2f} false marks a section, {:.2f} a finished one;"
            " sentences {:.2f}, {:.2f}".format(*point)
        )
    if "--write" in sys.argv:
        write(training, next(point.threshold for point in points if point.recall == RECALL))


def write(training: Training, threshold: float) -> None:
    """Fit both regressions on everything and write them."""
    everything = np.ones(len(training.rows), bool)
    text, claim = training.text(everything), training.claim(everything)
    fields = {
        "threshold": round(threshold, 2),
        "text": _fields(training.text_names, text),
        "claim": _fields(training.claim_names, claim),
    }
    (DATA / "claims.json").write_text(json.dumps(fields, indent=1) + "\n", "utf-8")


def _fields(names: Sequence[str], model: LogisticRegression) -> dict[str, Any]:
    named, grams = np.split(model.coef_[0], [len(names)])
    scale = float(np.abs(grams).max()) / 127
    pairs = zip(("bias", *names), (model.intercept_[0], *named), strict=True)
    return {
        "named": {name: round(float(value), 4) for name, value in pairs},
        "scale": scale,
        "grams": base64.b64encode(np.round(grams / scale).astype(np.int8).tobytes()).decode(),
    }


LISTS = load_lists()

if __name__ == "__main__":
    main()

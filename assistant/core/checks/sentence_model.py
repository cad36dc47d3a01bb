"""Whether a sentence tells something particular, and whether the author's text leaves it unsupported.

Two logistic regressions that `benchmarks/train_truth.py` fits. The first reads the sentence alone: "I once
lost a whole index" against "indexes cost space". The second reads it again and weighs that with the author's
best passage, with what is new in the sentence, and with the sentences around it, as a story continues.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.core.checks.context import Context
from assistant.core.checks.particulars import Particulars
from assistant.core.checks.particulars import read as read_particulars
from assistant.core.checks.support import Match
from assistant.core.checks.tokens import grams, tokens
from assistant.core.checks.weights import BUCKETS, Weights

APART = -2.0
"""The log-odds of a neighbour where there is none."""
NOTHING = Particulars()
UNMATCHED = Match(None, frozenset(), 0.0, 0.0)
_VERBS_OF_PAST = frozenset(("was", "were", "did", "had"))
_NAMES = frozenset(("NAME", "ABBR"))


@dataclass(frozen=True)
class Sentence:
    """A sentence as the model reads it; the offsets are characters of the text it is in."""

    start: int
    end: int
    prose: str
    is_quote: bool = False
    """True inside a block quote."""
    has_code: bool = False
    has_link: bool = False
    tokens: Sequence[str] = ()
    classes: Sequence[str] = ()
    stems: Sequence[str] = ()
    unknown: int = 0
    """Stems that the author never used."""
    particulars: Particulars = NOTHING
    match: Match = UNMATCHED

    @cached_property
    def past(self) -> int:
        """Verbs in the past."""
        pairs = zip(self.tokens, self.classes, strict=True)
        kinds = ("PAST", "ED", "AIM")
        return sum(kind in kinds or token.casefold() in _VERBS_OF_PAST for token, kind in pairs)


def read_sentence(
    prose: str, context: Context, *, start: int = 0, raw: str = "", is_quote: bool = False
) -> Sentence:
    """Read one sentence; `prose` is `raw` with code and addresses blanked, `start` where it is."""
    vocabulary = context.lists.vocabulary
    said = tokens(prose)
    classes = vocabulary.classes_of(said)
    stems = vocabulary.stems(prose)
    kinds = itertools.groupby(zip(said, classes, strict=True), key=lambda pair: pair[1] in _NAMES)
    names = [[token for token, _ in run] for is_name, run in kinds if is_name]
    return Sentence(
        start,
        start + len(prose),
        prose,
        is_quote,
        "`" in raw,
        "](" in raw,
        said,
        classes,
        stems,
        sum(stem not in context.index.postings for stem in stems),
        read_particulars(prose, context, names=names),
        context.index.best(stems),
    )


def text_features(sentence: Sentence) -> dict[str, float]:
    """Return the named features of a sentence alone."""
    past, classes = sentence.past, set(sentence.classes)
    return {
        "past": min(past, 3) / 2,
        **{
            f"past {kind}": float(past > 0 and kind in classes) for kind in ("I", "WE", "FOLK", "SHE", "TIME")
        },
        "impersonal": float(not past and classes.isdisjoint(("I", "WE", "ME"))),
        "code": float(sentence.has_code),
        "link": float(sentence.has_link),
    }


def claim_features(
    sentence: Sentence, *, telling: float, before: float | None = None, after: float | None = None
) -> dict[str, float]:
    """Return the features of a claim; `telling` is the sentence's log-odds, the others its neighbours'."""
    match, new, share = sentence.match, sentence.particulars, sigmoid(telling)
    features = {
        "last": sigmoid(APART if before is None else before),
        "following": sigmoid(APART if after is None else after),
        "closing": float(after is None),
        "coverage": match.coverage,
        "shared": min(match.shared, 30) / 10,
        "weight": min(match.total, 60) / 20,
        "unknown": min(sentence.unknown, 6) / 3,
        "money": min(new.money, 2),
        "years": min(new.years, 2),
        "figures": min(new.figures, 2),
        "cited": new.cited,
        "introduced": new.introduced,
        "quotations": min(new.quotations, 1),
        "names": min(new.names, 2),
        "full names": min(new.full_names, 1),
        "block quote": float(sentence.is_quote),
    }
    return {
        "telling": telling / 3,
        "share": share,
        **features,
        **{f"{name}, telling": value * share for name, value in features.items()},
    }


def telling(weights: Weights, sentences: Sequence[Sentence]) -> list[float]:
    """Return for each sentence the log-odds that it tells something particular."""
    return [weights.text.of(text_features(one), buckets(one)) for one in sentences]


def unsupported(weights: Weights, sentences: Sequence[Sentence], telling: Sequence[float]) -> list[float]:
    """Return for each sentence the log-odds that it tells what nothing of the author's supports."""
    around = zip((None, *telling), telling, (*telling[1:], None), strict=False)
    return [
        weights.claim.of(claim_features(one, telling=own, before=before, after=after), buckets(one))
        for one, (before, own, after) in zip(sentences, around, strict=True)
    ]


def buckets(sentence: Sentence) -> set[int]:
    """Return the places of a sentence's runs of words."""
    return {zlib.crc32(gram.encode()) % BUCKETS for gram in grams(sentence.tokens, sentence.classes)}


def sigmoid(value: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))

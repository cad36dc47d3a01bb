"""Whether a sentence tells something particular, and whether the author's text leaves it unsupported.

Two logistic regressions that `benchmarks/train_truth.py` fits. The first reads the sentence alone: "I once
lost a whole index" against "indexes cost space". The second weighs that with the author's best passage, with
what is new in the sentence, and with the sentences around it, as a story goes on.
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
    """A sentence as the model reads it; the offsets are characters of the text it stands in."""

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
    names: Sequence[str] = ()
    """Stems of the words with a capital that is theirs."""
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

    @property
    def is_told(self) -> bool:
        """True where the author does something in it: "I moved", "we lost"."""
        return self.past > 0 and ("I" in self.classes or "WE" in self.classes)


def read_sentence(
    prose: str, context: Context, *, start: int = 0, raw: str = "", is_quote: bool = False
) -> Sentence:
    """Read one sentence; `prose` is `raw` with code and addresses blanked, `start` where it stands."""
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
        [vocabulary.stem(word) for run in names for word in run],
        sum(stem not in context.index.postings for stem in stems),
        read_particulars(prose, context, names=names),
        context.index.best(stems),
    )


def text_features(sentence: Sentence, *, before: Sentence | None) -> dict[str, float]:
    """Return the named features of a sentence alone; `before` is the one that precedes it."""
    past, classes, new = sentence.past, set(sentence.classes), sentence.particulars
    is_personal = not classes.isdisjoint(("I", "WE", "ME"))
    return {
        "past": min(past, 3) / 2,
        **{
            f"past {kind}": float(past > 0 and kind in classes) for kind in ("I", "WE", "FOLK", "SHE", "TIME")
        },
        "impersonal": float(not past and not is_personal),
        "length": min(len(sentence.tokens), 40) / 20,
        "short": float(len(sentence.tokens) < 6),
        "quotation marks": float('"' in sentence.prose or "“" in sentence.prose),
        "code": float(sentence.has_code),
        "link": float(sentence.has_link),
        "story": float(before is not None and before.is_told),
        **_counts(new, sentence),
    }


def claim_features(
    sentence: Sentence, *, telling: float, before: float = APART, after: float = APART
) -> dict[str, float]:
    """Return the features of a claim; `telling` is the sentence's log-odds, the others its neighbours'."""
    match, stems = sentence.match, sentence.stems
    share, last, following = sigmoid(telling), sigmoid(before), sigmoid(after)
    unknown = sentence.unknown
    numbers = [stem for stem in stems if stem[0].isdigit()]
    names = len(sentence.names)
    here = sum(name in match.stems for name in sentence.names)
    features = {
        "coverage": match.coverage,
        "coverage of much": max(0.0, match.coverage - 0.6),
        "shared": min(match.shared, 30) / 10,
        "coverage of little": match.shared / (match.total + 8),
        "weight": min(match.total, 60) / 20,
        "stems": min(len(stems), 20) / 10,
        "unknown": min(unknown, 6) / 3,
        "unknown share": unknown / max(1, len(stems)),
        "numbers here": min(2, sum(number in match.stems for number in numbers)),
        "numbers elsewhere": min(2, sum(number not in match.stems for number in numbers)),
        "names here": min(3, here) / 2,
        "names, past": min(sentence.particulars.names, 2) * float(sentence.past > 0),
        "full names, past": min(sentence.particulars.full_names, 1) * float(sentence.past > 0),
        "names elsewhere": min(3, max(0, names - here - sentence.particulars.names)) / 2,
        **_counts(sentence.particulars, sentence),
    }
    return {
        "telling": telling / 3,
        "share": share,
        "last": last,
        "following": following,
        "last, telling": last * share,
        "following, telling": following * share,
        **features,
        **{f"{name}, telling": value * share for name, value in features.items()},
    }


def _counts(new: Particulars, sentence: Sentence) -> dict[str, float]:
    return {
        "money": min(new.money, 2),
        "years": min(new.years, 2),
        "figures": min(new.figures, 2),
        "spelled": new.spelled,
        "sources": new.sources,
        "quotations": min(new.quotations, 1),
        "names": min(new.names, 2),
        "full names": min(new.full_names, 1),
        "block quote": float(sentence.is_quote),
    }


def telling(weights: Weights, sentences: Sequence[Sentence]) -> list[float]:
    """Return for each sentence the log-odds that it tells something particular."""
    pairs = zip((None, *sentences), sentences, strict=False)
    return [weights.of_text(text_features(one, before=before), buckets(one)) for before, one in pairs]


def unsupported(weights: Weights, sentences: Sequence[Sentence], telling: Sequence[float]) -> list[float]:
    """Return for each sentence the log-odds that it tells what nothing of the author's supports."""
    around = zip((APART, *telling), telling, (*telling[1:], APART), strict=False)
    return [
        weights.of_claim(claim_features(sentence, telling=own, before=before, after=after))
        for sentence, (before, own, after) in zip(sentences, around, strict=True)
    ]


def buckets(sentence: Sentence) -> set[int]:
    """Return the places of a sentence's runs of words."""
    return {zlib.crc32(gram.encode()) % BUCKETS for gram in grams(sentence.tokens, sentence.classes)}


def sigmoid(value: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))

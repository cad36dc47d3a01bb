"""Each sentence of a text: general, supported by a passage of the author's, or unsupported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage
from assistant.core.checks.sentence_model import Sentence, read_sentence, sigmoid, telling, unsupported
from assistant.core.checks.support import Place
from assistant.core.text import questions
from assistant.core.types import UNCONFIRMED

LEAST_WORDS = 3
"""Words of a sentence; fewer are a title or a label."""
TELLING = 0.5
"""Least probability that a sentence tells something particular, so that a passage supports it."""
REWORDED = 0.6
"""Share of a sentence's stems that are in the text it revises: a paraphrase changes some of the words."""
TOLD = 0.95
"""Least coverage by a passage that tells all of a sentence, whatever the model makes of its words."""
COVERED = 0.35
"""Share of a sentence's words, by weight, that the passage has at least that supports it."""
SURE, UNSURE = ("unsupported", "not in your posts"), (UNCONFIRMED, "only you know whether this is so")
"""Code and message of a warning."""


class Support(StrEnum):
    """Whether a passage of the author's supports a sentence."""

    GENERAL = "general"
    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


class Claim(NamedTuple):
    """A sentence and its support; the offsets are characters of the text."""

    start: int
    end: int
    support: Support
    new: tuple[str, ...] = ()
    """Figures and names in it that the author nowhere wrote."""
    place: Place | None = None
    """The passage that supports it, in the context's `texts`."""
    is_sure: bool = True
    """False for one that names nothing new, where the author has written little to look it up in."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of sentences that tell what no passage of the author's tells; those in a row are one story.

    Only one of these has new figures or names, as each such sentence is to be confirmed by itself. A question
    to the author stands for all of its own sentence.
    """
    findings: list[Finding] = []
    end, names_something = 0, False
    for claim in claims(passage, context):
        if claim.support is not Support.UNSUPPORTED or _is_reworded(claim, passage, context):
            continue
        one = Finding(*(SURE if claim.is_sure else UNSURE), *_marked(passage.prose, claim))
        is_same = findings and findings[-1].code == one.code and goes_on(passage.text[end : claim.start])
        is_same = is_same and not questions.is_blanked(passage.text[findings[-1].start : claim.end])
        if is_same and not (names_something and claim.new):
            findings[-1] = findings[-1]._replace(end=one.end)
            names_something |= bool(claim.new)
        else:
            findings.append(one)
            names_something = bool(claim.new)
        end = claim.end
    yield from findings


def goes_on(between: str) -> bool:
    """Tell whether nothing parts two sentences, no other words, item or paragraph."""
    return not between.strip() and between.count("\n") < 2


def _marked(prose: str, claim: Claim) -> tuple[int, int]:
    """Return where the new words of a sentence are, from the first to the last; else all of it."""
    starts = [(prose.find(words, claim.start, claim.end), len(words)) for words in claim.new]
    spans = [(start, start + length) for start, length in starts if start >= 0]
    return (min(spans)[0], max(end for _, end in spans)) if spans else (claim.start, claim.end)


def _is_reworded(claim: Claim, passage: Passage, context: Context) -> bool:
    """Tell whether a sentence of a revision says what was there, and no other figure or name."""
    if not passage.revised or claim.new:
        return False
    stems = set(context.lists.vocabulary.stems(passage.prose[claim.start : claim.end]))
    shared = stems.intersection(context.lists.vocabulary.stems(passage.revised))
    return len(shared) >= REWORDED * len(stems)


def claims(passage: Passage, context: Context) -> list[Claim]:
    """Return the sentences of a text, each with its support."""
    read = list(sentences(passage, context))
    weights = context.lists.weights
    if passage.language not in ("", "en"):
        return [_by_particulars(sentence) for sentence in read]
    told = telling(weights, read)
    doubts = unsupported(weights, read, told)
    result = []
    for sentence, tells, doubt in zip(read, told, doubts, strict=True):
        is_doubted = doubt >= weights.threshold and sentence.match.coverage < TOLD
        is_unsupported = is_doubted or is_always_marked(sentence)
        claim = _claim(sentence, share=sigmoid(tells), is_unsupported=is_unsupported)
        result.append(claim._replace(is_sure=bool(claim.new) or not context.is_little))
    return result


def sentences(passage: Passage, context: Context) -> Iterator[Sentence]:
    """Yield the sentences of a text as the model reads them."""
    for start, end in passage.stated:
        prose = passage.prose[start:end]
        if len(re.findall(r"[^\W\d_]+", prose)) >= LEAST_WORDS:
            is_quote = any(quote.start <= start < quote.end for quote in passage.quotes)
            raw = passage.text[start:end]
            yield read_sentence(prose, context, start=start, raw=raw, is_quote=is_quote)


def _claim(sentence: Sentence, *, share: float, is_unsupported: bool) -> Claim:
    start, end, match = sentence.start, sentence.end, sentence.match
    if is_unsupported:
        return Claim(start, end, Support.UNSUPPORTED, sentence.particulars.words)
    if share >= TELLING and match.coverage >= COVERED:
        return Claim(start, end, Support.SUPPORTED, place=match.place)
    return Claim(start, end, Support.GENERAL)


def is_always_marked(sentence: Sentence) -> bool:
    """Tell whether it names a new price or year, or cites who is new; the model is not asked then.

    "The bill came to €4,500.", "Nothing was there before 1998.", "Villaverde et al. found the same effect."
    """
    new = sentence.particulars
    return bool(new.money or new.years or new.cited)


def _by_particulars(sentence: Sentence) -> Claim:
    """Judge a sentence in a language that nothing was learned of: by figures, quotations and names alone."""
    new = sentence.particulars
    is_new = new.money or new.years or new.figures or new.quotations
    return _claim(sentence, share=float(sentence.match.coverage >= 0.6), is_unsupported=bool(is_new))

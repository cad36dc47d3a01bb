"""Learn from an author's decisions: pieces that the author edited, and phrases that the author rejected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.core.hunks import split
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.draft import Draft, parse
from assistant.core.text.lists import items, without_mark
from assistant.core.text.words import count_words, squeezed
from assistant.core.types import Verdict
from assistant.core.voice.exemplars import FEWEST_LISTED, MOST, Exemplar

_SHORTEST, _LONGEST = 3, 6
"""Words of a phrase: two meet by chance, and more are a sentence."""
_EDITS, _PIECES = 2, 3
"""Fewest pieces from which the author removed a phrase, or of these and rejected ones together, before it
counts: one may be due to its subject."""
_MOST_AVOIDED = 8
"""Phrases that a model is told to avoid; it forgets a longer list."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]|\d+")


@dataclass(frozen=True, slots=True)
class Lessons:
    """Lessons from an author's decisions."""

    edits: tuple[Exemplar, ...] = ()
    """Texts of a model after the author edited them, the latest first."""
    avoided_phrases: tuple[str, ...] = ()
    """Phrases that the author removed or rejected repeatedly, the most frequent first."""
    accepted_texts: frozenset[str] = frozenset()
    """Texts of a model that were accepted unchanged, without blanks."""

    def is_models(self, text: str) -> bool:
        """Tell whether a section is mostly text that a model wrote and nobody changed."""
        plain = squeezed(text)
        return 2 * sum(len(piece) for piece in self.accepted_texts if piece in plain) > len(plain)


def lessons(reviews: Iterable[Review], *, author_text: str) -> Lessons:
    """Return the lessons from the reviews of a blog's drafts, the latest first.

    No phrase in `author_text`, the author's other text, is to be avoided.
    """
    edits: list[Exemplar] = []
    acceptances: set[str] = set()
    removals: Counter[tuple[str, ...]] = Counter()
    rejections: Counter[tuple[str, ...]] = Counter()
    texts = [author_text]
    for review in reviews:
        draft = parse(review.base)
        for piece in review.pieces:
            version = piece.version
            if piece.follows or piece.part_of or piece.is_fact or version is None or piece.choice.split:
                continue
            if piece.verdict is Verdict.EDITED:
                texts.append(piece.words)
                removals.update(_turns(version.source.decode()) - _turns(piece.words))
                edits += _exemplar(draft, piece)
            elif piece.verdict is Verdict.ACCEPTED:
                texts.append(piece.words)
                acceptances.add(squeezed(piece.words))
            elif piece.verdict is Verdict.REJECTED:
                rejections.update(_turns(piece.words))
    avoided_phrases = _avoided_phrases(removals, rejections, texts)
    return Lessons(tuple(edits), tuple(avoided_phrases), frozenset(acceptances))


def _avoided_phrases(
    removals: Counter[tuple[str, ...]], rejections: Counter[tuple[str, ...]], texts: list[str]
) -> Iterator[str]:
    """Yield phrases that the author rejected often enough and never writes, without parts of one another."""
    text = " ".join(" ".join(map(str.casefold, _WORD.findall(text))) for text in texts)
    totals = removals + rejections
    counts = {turn: n for turn, n in totals.items() if removals[turn] >= _EDITS or n >= _PIECES}
    turns: list[str] = []
    for turn in sorted(counts, key=lambda turn: (-counts[turn], -len(turn), turn)):
        words = f" {' '.join(turn)} "
        parts = [f" {' '.join(turn[at : at + _SHORTEST])} " for at in range(len(turn) - _SHORTEST + 1)]
        if words not in f" {text} " and not any(part in f" {longer} " for longer in turns for part in parts):
            turns.append(words.strip())
    yield from turns[:_MOST_AVOIDED]


def _turns(text: str) -> set[tuple[str, ...]]:
    """Return all runs of a phrase's length between two punctuation marks."""
    turns, run = set[tuple[str, ...]](), list[str]()
    for token in (*map(str.casefold, _WORD.findall(text)), "."):
        if token[0].isalpha():
            run.append(token)
            continue
        for size in range(_SHORTEST, _LONGEST + 1):
            turns.update(tuple(run[at : at + size]) for at in range(len(run) - size + 1))
        run = []
    return turns


def _exemplar(draft: Draft, piece: Piece) -> Iterator[Exemplar]:
    """Yield an edited piece as a finished one, if its length is right for an example."""
    hunk = piece.hunk
    if hunk is None or not FEWEST_LISTED <= count_words(piece.words) <= MOST:
        return
    at = piece.span.start if piece.phase is Phase.WRITTEN else hunk.span.start
    heading = draft.heading_above(max(at - 1, 0))
    name, level = (heading.text, heading.level) if heading else (draft.title, 1)
    line = draft.text((draft.line_start(at), at))
    if not hunk.original and line.strip():
        yield Exemplar(draft.title, name, "item", without_mark(line).strip(), split.body(hunk), level)
    else:
        form = items(piece.words) and piece.words.lstrip()[:1] in "-*+123456789"
        yield Exemplar(draft.title, name, "list" if form else "prose", "", piece.words, level)

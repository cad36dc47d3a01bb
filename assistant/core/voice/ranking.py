"""Rank an author's finished pieces by their similarity to a gap's subject."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from assistant.core.text.draft import Draft
from assistant.core.text.language import COMMONEST
from assistant.core.text.words import CJK, count_words
from assistant.core.types import Gap, GapKind
from assistant.core.voice.exemplars import Exemplar

Subject = Counter[str]
"""The words of a text's subject, by their stems, and the weight of each."""

_WORD = re.compile(r"[^\W_]+")
_STEM = 6
"""Letters that the forms of a word share: `planning`, `planned`, `planner`."""
_HEADING = 3
"""The weight of a word in the gap's own heading; one in the post's title has 1."""
_LONG = 400
"""Words at which a piece's likeness counts half, since a long piece mentions everything."""
_UNUSUAL = 0.25
"""The loss of a piece of twice the usual length."""


def subject(*texts: str) -> Subject:
    """Count the words of a text's subject, by their stems; in Chinese and Japanese, pairs of signs."""
    stems = Subject()
    for word in _WORD.findall(" ".join(texts).casefold()):
        if CJK.match(word):
            stems.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif len(word) > 2 and word not in COMMONEST:
            stems[word[:_STEM]] += 1
    return stems


def gap_subject(draft: Draft, gap: Gap) -> Subject:
    """Count the words of a gap's subject: its heading weighs most, then the instruction, title and notes."""
    heading_words = subject(*gap.heading_path[-1:], gap.instruction)
    weighted = Subject({word: _HEADING * count for word, count in heading_words.items()})
    weighted.update(subject(draft.title, *gap.heading_path[:-1]))
    if gap.kind in (GapKind.NOTES, GapKind.INSTRUCTION):
        weighted.update(subject(draft.text(gap.span), *(draft.text(t) for t in gap.targets)))
    return weighted


@lru_cache(maxsize=4)  # the pieces are the same for all gaps of a draft
def rarity(pieces: tuple[Exemplar, ...]) -> dict[str, float]:
    """Return the weight of each word by its rarity in the pieces (inverse document frequency)."""
    counts = Counter(word for piece in pieces for word in _words(piece))
    return {word: math.log(1 + len(pieces) / count) for word, count in counts.items()}


def likeness(piece: Exemplar, subject: Subject, rarity: dict[str, float]) -> float:
    """Return from 0 to 1 how much of a subject a piece covers, without favouring long pieces."""
    words = _words(piece)
    total = sum(count * rarity.get(word, 0.0) for word, count in subject.items())
    shared = sum(count * rarity.get(word, 0.0) for word, count in subject.items() if word in words)
    return shared / total / (1 + words.total() / _LONG) if total else 0.0


def kinship(piece: Exemplar, gap: Gap, *, level: int, last: bool) -> float:
    """Return how similar the places of two sections are: the same heading, the end of a post, the level."""
    is_same_heading = bool(gap.heading_path) and piece.heading.casefold() == gap.heading_path[-1].casefold()
    return 0.6 * is_same_heading + 0.15 * (last and piece.is_last) + 0.05 * (piece.level == level)


def nearest(pieces: Sequence[Exemplar], subjects: Sequence[Subject], count: int) -> tuple[Exemplar, ...]:
    """Return the pieces of usual length nearest to the subjects, from different posts first, the best last.

    A subject that one piece covers well counts less afterwards, so that each gap gets its turn.
    """
    weights = rarity(tuple(pieces))
    length = statistics.median([count_words(piece.text) for piece in pieces]) if pieces else 0
    unusual = {piece: abs(count_words(piece.text) - length) / max(length, 1) for piece in pieces}
    likenesses = {piece: [likeness(piece, subject, weights) for subject in subjects] for piece in pieces}
    coverage = [0.0] * len(subjects)

    def gain(piece: Exemplar) -> float:
        improvement = sum(max(new - old, 0.0) for new, old in zip(likenesses[piece], coverage, strict=True))
        return improvement / max(1, len(subjects)) - _UNUSUAL * unusual[piece]

    choice: list[Exemplar] = []
    while len(choice) < count:
        other_posts = [piece for piece in pieces if all(piece.post != earlier.post for earlier in choice)]
        candidates = [piece for piece in other_posts or pieces if piece not in choice]
        if not candidates:
            break
        choice.append(max(candidates, key=gain))
        coverage = [max(old, new) for old, new in zip(coverage, likenesses[choice[-1]], strict=True)]
    return tuple(reversed(choice))


@lru_cache(maxsize=400)
def _words(piece: Exemplar) -> Subject:
    return subject(piece.heading, piece.heading, piece.text)

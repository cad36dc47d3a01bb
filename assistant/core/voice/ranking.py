"""Rank an author's finished pieces by how near they are to what a gap is about."""

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
"""The words that say what a text is about, by their stems, and how much each counts."""

_WORD = re.compile(r"[^\W_]+")
_STEM = 6
"""Letters of a word by which its forms are taken for the same: `planning`, `planned`, `planner`."""
_HEADING = 3
"""How much more a word of the gap's own heading counts than one of the post's title."""
_LONG = 400
"""Words at which a piece's likeness counts half, since a long piece speaks of everything a little."""
_UNUSUAL = 0.25
"""What a piece of twice the usual length loses."""


def subject(*texts: str) -> Subject:
    """Count the words that say what a text is about, by their stems; of Chinese and Japanese, pairs."""
    stems = Subject()
    for word in _WORD.findall(" ".join(texts).casefold()):
        if CJK.match(word):
            stems.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        elif len(word) > 2 and word not in COMMONEST:
            stems[word[:_STEM]] += 1
    return stems


def gap_subject(draft: Draft, gap: Gap) -> Subject:
    """Count the words of what a gap is about: its heading most, then the instruction, title and notes."""
    named = subject(*gap.heading_path[-1:], gap.instruction)
    weighted = Subject({word: _HEADING * count for word, count in named.items()})
    weighted.update(subject(draft.title, *gap.heading_path[:-1]))
    if gap.kind in (GapKind.NOTES, GapKind.INSTRUCTION):
        weighted.update(subject(draft.text(gap.span), *(draft.text(t) for t in gap.targets)))
    return weighted


def rarity(pieces: Sequence[Exemplar]) -> dict[str, float]:
    """Return how much each word tells, by how few of the pieces have it (inverse document frequency)."""
    counts = Counter(word for piece in pieces for word in _words(piece))
    return {word: math.log(1 + len(pieces) / count) for word, count in counts.items()}


def likeness(piece: Exemplar, subject: Subject, rarity: dict[str, float]) -> float:
    """Return from 0 to 1 how much of a subject a piece speaks of, long pieces not favoured."""
    words = _words(piece)
    whole = sum(count * rarity.get(word, 0.0) for word, count in subject.items())
    shared = sum(count * rarity.get(word, 0.0) for word, count in subject.items() if word in words)
    return shared / whole / (1 + words.total() / _LONG) if whole else 0.0


def kinship(piece: Exemplar, gap: Gap, *, level: int, last: bool) -> float:
    """Return how similar two sections are in their place: the same heading, the end of a post, the level."""
    same = bool(gap.heading_path) and piece.heading.casefold() == gap.heading_path[-1].casefold()
    return 0.6 * same + 0.15 * (last and piece.is_last) + 0.05 * (piece.level == level)


def nearest(pieces: Sequence[Exemplar], subjects: Sequence[Subject], most: int) -> tuple[Exemplar, ...]:
    """Take the pieces of usual length nearest to the subjects, from different posts first, the best one last.

    A subject that one piece serves well counts for less after it, so that each gap has its turn.
    """
    weights = rarity(pieces)
    length = statistics.median([count_words(piece.text) for piece in pieces]) if pieces else 0
    unusual = {piece: abs(count_words(piece.text) - length) / max(length, 1) for piece in pieces}
    alike = {piece: [likeness(piece, subject, weights) for subject in subjects] for piece in pieces}
    served = [0.0] * len(subjects)

    def gain(piece: Exemplar) -> float:
        more = sum(max(new - old, 0.0) for new, old in zip(alike[piece], served, strict=True))
        return more / max(1, len(subjects)) - _UNUSUAL * unusual[piece]

    taken: list[Exemplar] = []
    while len(taken) < most:
        other_posts = [piece for piece in pieces if all(piece.post != one.post for one in taken)]
        left = [piece for piece in other_posts or pieces if piece not in taken]
        if not left:
            break
        taken.append(max(left, key=gain))
        served = [max(old, new) for old, new in zip(served, alike[taken[-1]], strict=True)]
    return tuple(reversed(taken))


@lru_cache(maxsize=400)
def _words(piece: Exemplar) -> Subject:
    return subject(piece.heading, piece.heading, piece.text)

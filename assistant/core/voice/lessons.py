"""What an author's decisions say about the voice: pieces the author edited, and phrases turned down."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.core.hunks import split
from assistant.core.review.state import Phase, Review, Slot
from assistant.core.text.draft import Draft, parse
from assistant.core.text.lists import items, without_mark
from assistant.core.text.words import count_words, squeezed
from assistant.core.types import Verdict
from assistant.core.voice.exemplars import FEWEST_LISTED, MOST, Exemplar

_SHORTEST, _LONGEST = 3, 6
"""Words of a turn of phrase: two come together by chance, and more are a sentence."""
_EDITS, _PIECES = 2, 3
"""Pieces that a turn of phrase was taken out of by hand, or these and rejected ones together, before it
counts: once may be the subject's."""
_MOST_AVOIDED = 8
"""Turns of phrase that a model is told about; a longer list it forgets."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]|\d+")


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learned from an author's decisions."""

    edited: tuple[Exemplar, ...] = ()
    """What the author made of texts of a model's, the latest first."""
    avoided: tuple[str, ...] = ()
    """Turns of phrase that the author took out or rejected again and again, the most frequent first."""
    accepted: frozenset[str] = frozenset()
    """Texts of a model's that were taken as they were, without blanks."""

    def is_models(self, text: str) -> bool:
        """Tell whether a section is mostly text that a model wrote and nobody changed."""
        plain = squeezed(text)
        return 2 * sum(len(one) for one in self.accepted if one in plain) > len(plain)


def lessons(reviews: Iterable[Review], *, own: str) -> Lessons:
    """Return what the reviews of a blog's drafts tell, the latest first.

    What is in `own`, the author's other text, is no turn of phrase to be avoided.
    """
    edited: list[Exemplar] = []
    accepted: set[str] = set()
    removed: Counter[tuple[str, ...]] = Counter()
    rejected: Counter[tuple[str, ...]] = Counter()
    kept = [own]
    for review in reviews:
        draft = parse(review.base)
        for slot in review.slots:
            version = slot.version
            if slot.follows or slot.part_of or slot.is_fact or version is None or slot.choice.split:
                continue
            if slot.verdict is Verdict.EDITED:
                kept.append(slot.words)
                removed.update(_turns(version.source.decode()) - _turns(slot.words))
                edited += _exemplar(draft, slot)
            elif slot.verdict is Verdict.ACCEPTED:
                kept.append(slot.words)
                accepted.add(squeezed(slot.words))
            elif slot.verdict is Verdict.REJECTED:
                rejected.update(_turns(slot.words))
    return Lessons(tuple(edited), tuple(_avoided(removed, rejected, kept)), frozenset(accepted))


def _avoided(
    removed: Counter[tuple[str, ...]], rejected: Counter[tuple[str, ...]], kept: list[str]
) -> Iterator[str]:
    """Yield the turns that the author turned down often enough and writes nowhere, no part of another."""
    said = " ".join(" ".join(map(str.casefold, _WORD.findall(text))) for text in kept)
    both = removed + rejected
    counts = {turn: n for turn, n in both.items() if removed[turn] >= _EDITS or n >= _PIECES}
    turns: list[str] = []
    for turn in sorted(counts, key=lambda turn: (-counts[turn], -len(turn), turn)):
        words = f" {' '.join(turn)} "
        parts = [f" {' '.join(turn[at : at + _SHORTEST])} " for at in range(len(turn) - _SHORTEST + 1)]
        if words not in f" {said} " and not any(part in f" {one} " for one in turns for part in parts):
            turns.append(words.strip())
    yield from turns[:_MOST_AVOIDED]


def _turns(text: str) -> set[tuple[str, ...]]:
    """Return every run of some words between two signs."""
    turns, run = set[tuple[str, ...]](), list[str]()
    for token in (*map(str.casefold, _WORD.findall(text)), "."):
        if token[0].isalpha():
            run.append(token)
            continue
        for size in range(_SHORTEST, _LONGEST + 1):
            turns.update(tuple(run[at : at + size]) for at in range(len(run) - size + 1))
        run = []
    return turns


def _exemplar(draft: Draft, slot: Slot) -> Iterator[Exemplar]:
    """Yield an edited piece as a finished one, if it is of a length that can be shown."""
    hunk = slot.hunk
    if hunk is None or not FEWEST_LISTED <= count_words(slot.words) <= MOST:
        return
    at = slot.span.start if slot.phase is Phase.WRITTEN else hunk.span.start
    heading = draft.heading_above(max(at - 1, 0))
    name, level = (heading.text, heading.level) if heading else (draft.title, 1)
    line = draft.text((draft.line_start(at), at))
    if not hunk.original and line.strip():
        yield Exemplar(draft.title, name, "item", without_mark(line).strip(), split.body(hunk), level)
    else:
        form = items(slot.words) and slot.words.lstrip()[:1] in "-*+123456789"
        yield Exemplar(draft.title, name, "list" if form else "prose", "", slot.words, level)

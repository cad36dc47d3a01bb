"""Chooses what of an author's finished text fits a draft, and what fits one gap of it."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.core.text.draft import Draft
from assistant.core.text.list_style import ANY, style_of
from assistant.core.text.words import count_words
from assistant.core.types import Gap, GapKind, ListStyle, Span
from assistant.core.voice.exemplars import Exemplar, Form, finished_items, finished_sections
from assistant.core.voice.form import likely_form
from assistant.core.voice.list_request import ListRequest, list_request
from assistant.core.voice.subject import subject

MOST_KEPT = 200
"""Finished sections among which each gap's own exemplar is looked for."""
_ANY = ListRequest()


@dataclass(frozen=True, slots=True)
class Voice:
    """What was learnt of an author."""

    sections: tuple[Exemplar, ...] = ()
    """One to three finished sections that serve the whole draft, the best one last."""
    items: tuple[Exemplar, ...] = ()
    """Up to two finished list items that serve the whole draft, where it asks for items."""
    section_words: tuple[int, int] = (80, 160)
    """The fewest and the most words that the author's sections usually have."""
    item_words: tuple[int, int] = (25, 60)
    """The same for what follows the first sentence of a list item."""
    sources: tuple[str, ...] = ()
    """Titles of the posts that it was learnt from."""
    spelling: str = ""
    """`British` or `American`, where the author's posts leave no doubt."""
    lists: ListStyle = ANY
    """How the author's lists are written."""
    pool: tuple[Exemplar, ...] = ()
    """Every finished section and item of the author's, the draft's own sections left out."""
    own: tuple[Exemplar, ...] = ()
    """The draft's own finished sections, which count for lengths and forms."""

    def without_exemplars(self) -> Voice:
        """Return the voice with nothing to show and the same lengths."""
        return replace(self, sections=(), items=(), pool=(), own=(), lists=ANY)

    def form(self, draft: Draft, gap: Gap, *, wanted: ListRequest = _ANY) -> Form:
        """Return the form that a gap is to be written in, as far as draft and series let it be known.

        `wanted` is what the author's own words ask for.
        """
        if gap.targets:
            return "item"
        if wanted.form:
            return wanted.form
        if gap.kind is not GapKind.EMPTY_SECTION:
            return "prose"
        heading = gap.heading_path[-1] if gap.heading_path else ""
        return likely_form(heading, level=_level(draft, gap), here=self.own, elsewhere=self.pool)

    def words(self, draft: Draft, gap: Gap, form: Form) -> tuple[int, int]:
        """Return the fewest and most words of the author's pieces of the kind that a gap asks for."""
        if form == "item":
            return self.item_words
        alike = [e for e in (*self.pool, *self.own) if e.form == form]
        level, last = _level(draft, gap), _is_last(draft, gap)
        for narrower in (
            [e for e in alike if e.level == level and e.is_last == last],
            [e for e in alike if e.level == level],
            alike,
        ):
            if len(narrower) >= 4:
                return usual([count_words(e.text) for e in narrower], self.section_words)
        return self.section_words

    def exemplar(self, draft: Draft, gap: Gap, *, target: Span | None, form: Form) -> Exemplar | None:
        """Return the finished piece most like the one to be written, unless the shared ones serve as well."""
        shown = {*self.sections, *self.items}
        candidates = [e for e in self.pool if e.form == form and e not in shown]
        if form == "item":
            wanted = subject(draft.text(target) if target else "", *gap.heading_path[-1:])
            candidates = candidates or list(self.items[-1:])
        else:
            if not candidates:
                return None
            wanted = _wanted(draft, gap)
        rarity = _rarity(self.pool)
        last, level = _is_last(draft, gap), _level(draft, gap)

        def score(e: Exemplar) -> float:
            return _likeness(e, wanted, rarity) + _kinship(e, gap, level=level, last=last)

        best = max(candidates, key=score, default=None)
        if best is None or form == "item":
            return best
        rivals = [score(e) for e in self.sections if e.form == form]
        return best if not rivals or score(best) > 1.25 * max(rivals) + 0.05 else None


def learn(
    draft: Draft,
    gaps: Sequence[Gap],
    *,
    siblings: Iterable[tuple[Draft, Sequence[Gap]]],
    most: int = 3,
    spellings: Sequence[tuple[str, str]] = (),
    instruction: str = "",
) -> Voice:
    """Choose what to show a model from finished sibling posts, or from the draft itself where there are none.

    `siblings` are posts of the series with the gaps found in them; sections with a gap are never shown.
    `spellings` are words spelled in two ways, the British form and the American one; `instruction` is
    what the author says of all gaps.
    """
    posts = list(siblings)
    sections = [e for post, holes in posts for e in finished_sections(post, holes)][:MOST_KEPT]
    items = [e for post, holes in posts for e in finished_items(post, holes)][:MOST_KEPT]
    own, own_items = finished_sections(draft, gaps), finished_items(draft, gaps)
    voice = Voice(
        section_words=usual([count_words(e.text) for e in (*sections, *own) if e.form == "prose"], (80, 160)),
        item_words=usual([count_words(e.text) for e in (*items, *own_items)], (25, 60)),
        sources=tuple(dict.fromkeys(e.post for e in (*sections, *items))),
        spelling=_spelling([d.text((0, len(d.data))) for d in (draft, *(p for p, _ in posts))], spellings),
        pool=(*sections, *(items or own_items)),
        own=tuple(own),
        lists=style_of([e.text for e in (*sections, *own)], draft=draft.body),
    )
    wanted = [
        (voice.form(draft, gap, wanted=list_request((gap.instruction, instruction))), _wanted(draft, gap))
        for gap in gaps
        if gap.fillable
    ]
    shared_items: tuple[Exemplar, ...] = ()
    if any(form == "item" for form, _ in wanted):
        shared_items = _shared(items or own_items, [w for form, w in wanted if form == "item"], most)[1:]
    return replace(voice, sections=_shared_sections(sections, wanted, most), items=shared_items)


def usual(lengths: Sequence[int], default: tuple[int, int]) -> tuple[int, int]:
    """Return the middle half of the lengths, rounded to fives, when there are enough of them."""
    if len(lengths) < 3:
        return default
    low, _, high = statistics.quantiles(lengths, n=4)
    return max(15, int(low) // 5 * 5), max(30, (int(high) + 4) // 5 * 5)


def _spelling(texts: Iterable[str], pairs: Sequence[tuple[str, str]]) -> str:
    """Return the variety that three words or more, and nine of ten of those that tell, belong to."""
    counts = (
        Counter(word for text in texts for word in re.findall(r"[a-z]+", text.casefold())) if pairs else {}
    )
    british = sum(counts.get(b, 0) for b, _ in pairs)
    american = sum(counts.get(a, 0) for _, a in pairs)
    if max(british, american) < 3 or min(british, american) * 9 > max(british, american):
        return ""
    return "British" if british > american else "American"


def _shared_sections(
    found: Sequence[Exemplar], wanted: Sequence[tuple[Form, Counter[str]]], most: int
) -> tuple[Exemplar, ...]:
    """Choose sections that serve all gaps together: prose for the most part, a list where one is due."""
    prose = [e for e in found if e.form == "prose"]
    lists = [e for e in found if e.form == "list"]
    listed = [subject for form, subject in wanted if form == "list"]
    subjects = [subject for form, subject in wanted if form != "list"]
    if listed and not subjects:
        return _shared(lists, listed, most) or _shared(prose, listed, most)
    chosen = _shared(lists, listed, 1) if listed else ()
    rest = _shared(prose, subjects, most - len(chosen)) or _shared(lists, subjects, most - len(chosen))
    return (*chosen, *rest)


def _shared(found: Sequence[Exemplar], subjects: Sequence[Counter[str]], most: int) -> tuple[Exemplar, ...]:
    """Take the pieces of usual length nearest to the subjects, from different posts first, the best one last.

    A subject that a chosen piece serves well counts for less after it, so that each gap has its turn.
    """
    rarity = _rarity(found)
    length = statistics.median([count_words(e.text) for e in found]) if found else 0
    size = {e: abs(count_words(e.text) - length) / max(length, 1) for e in found}
    served = [0.0] * len(subjects)
    likeness = {e: [_likeness(e, subject, rarity) for subject in subjects] for e in found}
    chosen: list[Exemplar] = []
    while len(chosen) < most:
        fresh = [e for e in found if all(e.post != c.post for c in chosen)]
        left = [e for e in fresh or found if e not in chosen]
        if not left:
            break
        best = max(
            left,
            key=lambda e: (
                sum(max(new - old, 0.0) for new, old in zip(likeness[e], served, strict=True))
                / max(1, len(subjects))
                - 0.25 * size[e]
            ),
        )
        chosen.append(best)
        served = [max(old, new) for old, new in zip(served, likeness[best], strict=True)]
    return tuple(reversed(chosen))


def _wanted(draft: Draft, gap: Gap) -> Counter[str]:
    """Count the words of what a gap is about: its heading most, then the instruction, title and notes."""
    named = subject(*gap.heading_path[-1:], gap.instruction)
    weighted = Counter({word: 3 * count for word, count in named.items()})
    weighted.update(subject(draft.title, *gap.heading_path[:-1]))
    if gap.kind in (GapKind.NOTES, GapKind.INSTRUCTION):
        weighted.update(subject(draft.text(gap.span), *(draft.text(t) for t in gap.targets)))
    return weighted


@lru_cache(maxsize=2 * MOST_KEPT)
def _words_of(exemplar: Exemplar) -> Counter[str]:
    return subject(exemplar.heading, exemplar.heading, exemplar.text)


def _rarity(found: Sequence[Exemplar]) -> dict[str, float]:
    """Return how much each word tells, by how few of the pieces have it."""
    seen = Counter(word for e in found for word in _words_of(e))
    return {word: math.log(1 + len(found) / count) for word, count in seen.items()}


def _likeness(exemplar: Exemplar, wanted: Counter[str], rarity: dict[str, float]) -> float:
    """Return from 0 to 1 how much of what is wanted a piece speaks of, long pieces not favoured."""
    words = _words_of(exemplar)
    whole = sum(count * rarity.get(word, 0.0) for word, count in wanted.items())
    met = sum(count * rarity.get(word, 0.0) for word, count in wanted.items() if word in words)
    return met / whole / (1 + sum(words.values()) / 400) if whole else 0.0


def _kinship(exemplar: Exemplar, gap: Gap, *, level: int, last: bool) -> float:
    """Return how alike two sections are in their place: the same heading, the end of a post, the level."""
    same = bool(gap.heading_path) and exemplar.heading.casefold() == gap.heading_path[-1].casefold()
    return 0.6 * same + 0.15 * (last and exemplar.is_last) + 0.05 * (exemplar.level == level)


def _level(draft: Draft, gap: Gap) -> int:
    heading = draft.heading_above(gap.span.start)
    return heading.level if heading else 1


def _is_last(draft: Draft, gap: Gap) -> bool:
    heading = draft.heading_above(gap.span.start)
    return heading is not None and heading is draft.headings[-1]

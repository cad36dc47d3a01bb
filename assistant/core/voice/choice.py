"""Choose what of an author's finished text fits a draft, and what fits one gap of it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.core.text.draft import Draft
from assistant.core.text.list_style import ANY, style_of
from assistant.core.text.patterns import Patterns
from assistant.core.text.words import count_words, tokens
from assistant.core.types import Gap, GapKind, ListStyle, Span
from assistant.core.voice import ranking
from assistant.core.voice.exemplars import Exemplar, Form, finished_items, finished_sections
from assistant.core.voice.form import likely_form
from assistant.core.voice.lessons import Lessons
from assistant.core.voice.list_request import ListRequest, list_request

MOST = 200
"""Finished sections among which each gap's own exemplar is looked for."""
_SHARED = 3
"""Finished sections that serve the whole draft, at most."""
_FEWEST_ALIKE = 4
"""Fewest pieces that show how long the author's pieces of a kind are."""
_SPELLED, _CERTAIN = 3, 9
"""Words that tell a spelling, and how many of one variety to one of the other leave no doubt."""
_PERSONAL = 0.01
"""Least share of "I" among the words of a post that tells its author's own story; a manual has none."""
_ANY = ListRequest()
NOTHING = Lessons()
"""What is learned where nothing was decided."""


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
    first_person: bool = False
    """True where the author says "I" all the time."""
    spelling: str = ""
    """`British` or `American`, where the author's posts leave no doubt."""
    lists: ListStyle = ANY
    """How the author's lists are written."""
    pool: tuple[Exemplar, ...] = ()
    """Every finished section and item of the author's, the draft's own sections left out."""
    own: tuple[Exemplar, ...] = ()
    """The draft's own finished sections, which count for lengths and forms."""
    patterns: Patterns | None = None
    """How a list is asked for, or prose; without them, nothing is."""
    avoided: tuple[str, ...] = ()
    """Turns of phrase that the author rejected again and again."""

    def form(self, draft: Draft, gap: Gap, *, request: ListRequest = _ANY) -> Form:
        """Return the form that a gap is to be written in; `request` is what the author's words ask for."""
        if gap.targets:
            return "item"
        if request.form:
            return request.form
        if gap.kind is not GapKind.EMPTY_SECTION:
            return "prose"
        heading = gap.heading_path[-1] if gap.heading_path else ""
        level, _ = _place(draft, gap)
        return likely_form(heading, level=level, here=self.own, elsewhere=self.pool)

    def words(self, draft: Draft, gap: Gap, form: Form) -> tuple[int, int]:
        """Return the fewest and most words of the author's pieces of the kind that a gap asks for."""
        if form == "item":
            return self.item_words
        alike = [e for e in (*self.pool, *self.own) if e.form == form]
        level, last = _place(draft, gap)
        same_level = [e for e in alike if e.level == level]
        for pieces in ([e for e in same_level if e.is_last == last], same_level, alike):
            if len(pieces) >= _FEWEST_ALIKE:
                return _usual_words(pieces, self.section_words)
        return self.section_words

    def exemplar(self, draft: Draft, gap: Gap, *, target: Span | None, form: Form) -> Exemplar | None:
        """Return the finished piece most like the one to be written, unless the shared ones serve as well."""
        shown = {*self.sections, *self.items}
        candidates = [e for e in self.pool if e.form == form and e not in shown]
        if form == "item":
            candidates = candidates or list(self.items[-1:])
            subject = ranking.subject(draft.text(target) if target else "", *gap.heading_path[-1:])
        else:
            subject = ranking.gap_subject(draft, gap)
        if not candidates:
            return None
        rarity = ranking.rarity(self.pool)
        level, last = _place(draft, gap)

        def score(e: Exemplar) -> float:
            return ranking.likeness(e, subject, rarity) + ranking.kinship(e, gap, level=level, last=last)

        best = max(candidates, key=score)
        rivals = [score(e) for e in self.sections if e.form == form]
        # Another turn costs time, and a server's cache: it must be clearly nearer than what is shown anyway.
        is_nearer = not rivals or score(best) > 1.25 * max(rivals) + 0.05
        return best if form == "item" or is_nearer else None


def learn(
    draft: Draft,
    gaps: Sequence[Gap],
    *,
    siblings: Iterable[tuple[Draft, Sequence[Gap]]],
    spellings: Sequence[tuple[str, str]] = (),
    instruction: str = "",
    patterns: Patterns | None = None,
    lessons: Lessons = NOTHING,
) -> Voice:
    """Choose what to show a model from finished sibling posts, or from the draft itself where there are none.

    `siblings` are posts of the series with the gaps found in them; sections with a gap are never shown.
    `spellings` are words spelled in two ways, the British form and the American one; `instruction` is
    what the author says of all gaps, and `patterns` tell where it asks for a list. What the author made of a
    model's texts (`lessons`) counts as the author's; what a model wrote is shown where there is nothing else.
    """
    posts = list(siblings)
    edited = [e for e in lessons.edited if e.text not in draft.body]
    sections = _by_author(
        (e for post, holes in posts for e in finished_sections(post, holes)), edited, lessons
    )
    items = _by_author((e for post, holes in posts for e in finished_items(post, holes)), edited, lessons)
    own, own_items = finished_sections(draft, gaps), finished_items(draft, gaps)
    voice = Voice(
        section_words=_usual_words([e for e in (*sections, *own) if e.form == "prose"], (80, 160)),
        item_words=_usual_words((*items, *own_items), (25, 60)),
        first_person=_says_i([e.text for e in (*sections, *own)]),
        spelling=_spelling((draft, *(post for post, _ in posts)), spellings),
        pool=(*sections, *(items or own_items)),
        own=tuple(own),
        patterns=patterns,
        lists=style_of([e.text for e in (*sections, *own)], draft=draft.body),
        avoided=lessons.avoided,
    )
    subjects: dict[Form, list[ranking.Subject]] = {"prose": [], "list": [], "item": []}
    for gap in gaps:
        if gap.fillable:
            request = list_request((gap.instruction, instruction), voice.patterns)
            form = voice.form(draft, gap, request=request)
            subjects[form].append(ranking.gap_subject(draft, gap))
    # The draft's own items also show its subject; the nearest of other posts is before each point.
    shared = ranking.nearest(own_items or items, subjects["item"], _SHARED)[1:] if subjects["item"] else ()
    shown = _shared_sections(sections, subjects)
    prose = [e for e in edited if e.form == "prose"]
    if prose and not {*shown}.intersection(edited):  # one shows what the author wants of a model's text
        every_subject = [subject for some in subjects.values() for subject in some]
        others = [e for e in shown if e.form == "prose"]
        left = [e for e in shown if e not in others[: len(shown) - _SHARED + 1]]
        shown = (*ranking.nearest(prose, every_subject, 1), *left)
    return replace(voice, sections=shown, items=shared)


def _by_author(pieces: Iterable[Exemplar], edited: Sequence[Exemplar], lessons: Lessons) -> list[Exemplar]:
    """Return finished pieces of one kind and the edited ones of that kind, without a model's own."""
    every = list(pieces)
    is_item = {e.form == "item" for e in every} == {True}
    fresh = [e for e in edited if (e.form == "item") == is_item and not any(e.text in o.text for o in every)]
    return [*fresh, *(e for e in every if not lessons.is_models(e.text))][:MOST] or every[:MOST]


def _shared_sections(
    sections: Sequence[Exemplar], subjects: dict[Form, list[ranking.Subject]]
) -> tuple[Exemplar, ...]:
    """Choose sections that serve all gaps together: prose for the most part, a list where one is due."""
    prose = [e for e in sections if e.form == "prose"]
    lists = [e for e in sections if e.form == "list"]
    listed, others = subjects["list"], [*subjects["prose"], *subjects["item"]]
    if listed and not others:
        return ranking.nearest(lists, listed, _SHARED) or ranking.nearest(prose, listed, _SHARED)
    shown = ranking.nearest(lists, listed, 1) if listed else ()
    left = _SHARED - len(shown)
    return (*shown, *(ranking.nearest(prose, others, left) or ranking.nearest(lists, others, left)))


def _usual_words(pieces: Sequence[Exemplar], default: tuple[int, int]) -> tuple[int, int]:
    """Return the middle half of the pieces' lengths, rounded to fives, when there are enough of them."""
    if len(pieces) < 3:
        return default
    low, _, high = statistics.quantiles([count_words(piece.text) for piece in pieces], n=4)
    return max(15, int(low) // 5 * 5), max(30, (int(high) + 4) // 5 * 5)


def _says_i(texts: Sequence[str]) -> bool:
    words = [word for text in texts for word in tokens(text)]
    return sum(word.partition("'")[0] == "i" for word in words) >= _PERSONAL * len(words) > 0


def _spelling(posts: Iterable[Draft], pairs: Sequence[tuple[str, str]]) -> str:
    """Return `British` or `American` where the posts leave no doubt; else nothing."""
    words = [word for post in posts for word in tokens(post.text((0, len(post.data))))] if pairs else []
    forms = {"British": {pair[0] for pair in pairs}, "American": {pair[1] for pair in pairs}}
    counts = {name: sum(word in variety for word in words) for name, variety in forms.items()}
    more, less = sorted(counts, key=lambda name: -counts[name])
    is_clear = counts[more] >= max(_SPELLED, _CERTAIN * counts[less])
    return more if is_clear else ""


def _place(draft: Draft, gap: Gap) -> tuple[int, bool]:
    """Return the level of the heading above a gap, and whether it is the draft's last one."""
    heading = draft.heading_above(gap.span.start)
    return (heading.level, heading is draft.headings[-1]) if heading else (1, False)

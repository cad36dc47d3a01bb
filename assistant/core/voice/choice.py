"""Choose the parts of an author's finished text that fit a draft, and those that fit one of its gaps."""

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
"""Finished sections to search for each gap's own exemplar."""
_SHARED = 3
"""Finished sections that serve the whole draft, at most."""
_FEWEST_ALIKE = 4
"""Fewest pieces that show the author's usual length for a kind."""
_SPELLED, _CERTAIN = 3, 9
"""Fewest words that show a spelling, and how many times the other's words leave no doubt."""
_PERSONAL = 0.01
"""Least share of "I" in a post about its author; a manual has none."""
_ANY = ListRequest()
NOTHING = Lessons()
"""The lessons where nothing was decided."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How an author writes, with examples."""

    sections: tuple[Exemplar, ...] = ()
    """One to three finished sections that serve the whole draft, the best one last."""
    items: tuple[Exemplar, ...] = ()
    """Up to two finished list items that serve the whole draft, where it asks for items."""
    section_words: tuple[int, int] = (80, 160)
    """The fewest and the most words that the author's sections usually have."""
    item_words: tuple[int, int] = (25, 60)
    """The same for what follows the first sentence of a list item."""
    first_person: bool = False
    """True for an author who often writes "I"."""
    spelling: str = ""
    """`British` or `American`, where the author's posts leave no doubt."""
    lists: ListStyle = ANY
    """How the author's lists are written."""
    pool: tuple[Exemplar, ...] = ()
    """All of the author's finished sections and items, without the draft's own sections."""
    own_sections: tuple[Exemplar, ...] = ()
    """The draft's own finished sections, which count for lengths and forms."""
    patterns: Patterns | None = None
    """Phrases that ask for a list or for prose; without them, no request is recognized."""
    avoided_phrases: tuple[str, ...] = ()
    """Phrases that the author rejected repeatedly."""

    def form(self, draft: Draft, gap: Gap, *, request: ListRequest = _ANY) -> Form:
        """Return the form of the text for a gap; `request` is what the author's words ask for."""
        if gap.targets:
            return "item"
        if request.form:
            return request.form
        if gap.kind is not GapKind.EMPTY_SECTION:
            return "prose"
        heading = gap.heading_path[-1] if gap.heading_path else ""
        level, _ = _place(draft, gap)
        return likely_form(heading, level=level, sections=self.own_sections, series=self.pool)

    def words(self, draft: Draft, gap: Gap, form: Form) -> tuple[int, int]:
        """Return the fewest and most words that the author usually writes in a gap's form."""
        if form == "item":
            return self.item_words
        pieces_of_form = [e for e in (*self.pool, *self.own_sections) if e.form == form]
        level, last = _place(draft, gap)
        same_level = [e for e in pieces_of_form if e.level == level]
        for pieces in ([e for e in same_level if e.is_last == last], same_level, pieces_of_form):
            if len(pieces) >= _FEWEST_ALIKE:
                return _usual_words(pieces, self.section_words)
        return self.section_words

    def exemplar(self, draft: Draft, gap: Gap, *, target: Span | None, form: Form) -> Exemplar | None:
        """Return the finished piece most like the one to write, unless a shared one is about as near."""
        shared = {*self.sections, *self.items}
        candidates = [e for e in self.pool if e.form == form and e not in shared]
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
        # Another turn costs time and a server's cache, so it must be clearly nearer than the shared ones.
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
    `spellings` are words spelled in two ways, the British form and the American one; `instruction` is the
    author's for all gaps, and `patterns` recognize a request for a list in it. Texts of a model that the
    author edited (`lessons`) count as the author's; unedited ones are shown only where there is nothing else.
    """
    posts = list(siblings)
    edits = [e for e in lessons.edits if e.text not in draft.body]
    sections = [e for post, holes in posts for e in finished_sections(post, holes)]
    sections = _by_author(sections, edits, lessons)
    items = _by_author([e for post, holes in posts for e in finished_items(post, holes)], edits, lessons)
    own_sections, own_items = finished_sections(draft, gaps), finished_items(draft, gaps)
    voice = Voice(
        section_words=_usual_words([e for e in (*sections, *own_sections) if e.form == "prose"], (80, 160)),
        item_words=_usual_words((*items, *own_items), (25, 60)),
        first_person=_says_i([e.text for e in (*sections, *own_sections)]),
        spelling=_spelling((draft, *(post for post, _ in posts)), spellings),
        pool=(*sections, *(items or own_items)),
        own_sections=tuple(own_sections),
        patterns=patterns,
        lists=style_of([e.text for e in (*sections, *own_sections)], draft=draft.body),
        avoided_phrases=lessons.avoided_phrases,
    )
    subjects: dict[Form, list[ranking.Subject]] = {"prose": [], "list": [], "item": []}
    for gap in gaps:
        if gap.fillable:
            request = list_request((gap.instruction, instruction), voice.patterns)
            form = voice.form(draft, gap, request=request)
            subjects[form].append(ranking.gap_subject(draft, gap))
    # The draft's own items also show its subject; the nearest of other posts is before each point.
    examples = ranking.nearest(own_items or items, subjects["item"], _SHARED)[1:] if subjects["item"] else ()
    choice = _shared_sections(sections, subjects)
    prose = [e for e in edits if e.form == "prose"]
    if prose and not {*choice}.intersection(edits):  # one shows how the author changes a model's text
        every_subject = [subject for some in subjects.values() for subject in some]
        shared_prose = [e for e in choice if e.form == "prose"]
        remainder = [e for e in choice if e not in shared_prose[: len(choice) - _SHARED + 1]]
        choice = (*ranking.nearest(prose, every_subject, 1), *remainder)
    return replace(voice, sections=choice, items=examples)


def _by_author(pieces: list[Exemplar], edits: Sequence[Exemplar], lessons: Lessons) -> list[Exemplar]:
    """Return finished pieces of one kind and the edited ones of that kind, without a model's own."""
    is_item = {e.form == "item" for e in pieces} == {True}
    new = [e for e in edits if (e.form == "item") == is_item and not any(e.text in o.text for o in pieces)]
    return [*new, *(e for e in pieces if not lessons.is_models(e.text))][:MOST] or pieces[:MOST]


def _shared_sections(
    sections: Sequence[Exemplar], subjects: dict[Form, list[ranking.Subject]]
) -> tuple[Exemplar, ...]:
    """Choose sections that serve all gaps together: mostly prose, a list where a gap asks for one."""
    prose = [e for e in sections if e.form == "prose"]
    lists = [e for e in sections if e.form == "list"]
    for_lists, for_prose = subjects["list"], [*subjects["prose"], *subjects["item"]]
    if for_lists and not for_prose:
        return ranking.nearest(lists, for_lists, _SHARED) or ranking.nearest(prose, for_lists, _SHARED)
    choice = ranking.nearest(lists, for_lists, 1) if for_lists else ()
    count = _SHARED - len(choice)
    return (*choice, *(ranking.nearest(prose, for_prose, count) or ranking.nearest(lists, for_prose, count)))


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

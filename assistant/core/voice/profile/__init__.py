"""Measure the habits of an author, each figure with its counts and examples.

No model is asked. A habit is one function from a `Corpus` to a `Habit`, or to None where there is too little
text; to add one, write it and put it into `HABITS`.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.core.voice.profile import marks, structure, wording
from assistant.core.voice.profile.corpus import Corpus
from assistant.core.voice.profile.habit import Habit

HABITS: tuple[Callable[[Corpus], Habit | None], ...] = (
    wording.language,
    wording.person,
    wording.contractions,
    wording.spelling,
    structure.sentences,
    structure.paragraphs,
    structure.sections,
    structure.headings,
    structure.lists,
    structure.openings,
    structure.closings,
    marks.emphasis,
    marks.dashes,
    marks.quotes,
    marks.punctuation,
    marks.emoji,
    marks.links,
    wording.connectives,
    wording.overused_words,
    wording.underused_words,
    wording.unused_words,
)
"""In the order in which they are shown."""


def habits(corpus: Corpus) -> list[Habit]:
    """Return an author's habits, in the order in which they are shown."""
    measured = (measure(corpus) for measure in HABITS)
    return [habit for habit in measured if habit is not None]

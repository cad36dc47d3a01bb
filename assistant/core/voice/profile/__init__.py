"""Measure the habits of an author, each figure with the counts behind it and the places where it shows.

Nothing here is asked of a model. A habit is one function from what was read to a `Habit`, or to nothing
where there is too little text to say anything; to add one, write it and put it into `HABITS`.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.core.voice.profile import marks, structure, wording
from assistant.core.voice.profile.habit import Habit
from assistant.core.voice.profile.reading import Reading

HABITS: tuple[Callable[[Reading], Habit | None], ...] = (
    wording.tongue,
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
    wording.more,
    wording.less,
    wording.unused,
)
"""In the order in which they are shown."""


def habits(reading: Reading) -> list[Habit]:
    """Return everything that can be said of an author, in the order in which it is shown."""
    measured = (measure(reading) for measure in HABITS)
    return [habit for habit in measured if habit is not None]

"""Tell whether a section is to be prose or a list, from what its author did in sections like it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.voice.exemplars import Exemplar, Form

FEWEST_SAME, FEWEST_BESIDE = 2, 3
"""Fewest sections under the same heading, and next to the gap, that show a habit."""
_MOST = 2 / 3


def likely_form(heading: str, *, level: int, here: Sequence[Exemplar], elsewhere: Sequence[Exemplar]) -> Form:
    """Return `list` where most sections under the same heading, or else next to the gap, hold a list.

    `here` are the finished sections of the gap's draft, `elsewhere` those of the author's other posts.

    A column such as "Links" looks the same in every post, and so do the chapters of a catalogue; nothing else
    tells the form. A regression that also weighed the author's other sections and like headings was right 0.3
    points more often than "always prose" on 28 public blogs (`benchmarks/forms.py`), so prose is the default.
    """
    sections = [e for e in (*here, *elsewhere) if e.form != "item"]
    name = heading.casefold().strip()
    same = [e for e in sections if e.heading.casefold().strip() == name]
    beside = [e for e in here if e.form != "item" and e.level == level]
    for alike, fewest in ((same, FEWEST_SAME), (beside, FEWEST_BESIDE)):
        if len(alike) >= fewest:
            return "list" if sum(e.has_list for e in alike) >= _MOST * len(alike) else "prose"
    return "prose"

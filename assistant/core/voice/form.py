"""Choose prose or a list for a section by what its author wrote in similar sections."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.core.voice.exemplars import Exemplar, Form

FEWEST = 2
"""Fewest sections under the same heading, or on the gap's level, that show a habit."""
_MOST = 2 / 3


def likely_form(
    heading: str, *, level: int, sections: Sequence[Exemplar], series: Sequence[Exemplar]
) -> Form:
    """Return `list` where most sections under the same heading, or else on the gap's level, hold a list.

    `sections` are the finished ones of the gap's draft, `series` those of the author's other posts.

    A column such as "Links" looks the same in every post, and so do the chapters of a catalogue; nothing else
    tells the form. A regression that also weighed the author's other sections and like headings was right 0.3
    points more often than "always prose" on 28 public blogs (`benchmarks/forms.py`), so prose is the default.
    """
    pieces = [e for e in (*sections, *series) if e.form != "item"]
    name = heading.casefold().strip()
    same_heading = [e for e in pieces if e.heading.casefold().strip() == name]
    same_level = [e for e in sections if e.form != "item" and e.level == level]
    for similar in (same_heading, same_level):
        if len(similar) >= FEWEST:
            return "list" if sum(e.has_list for e in similar) >= _MOST * len(similar) else "prose"
    return "prose"

"""Detectors: each looks at a draft for one kind of evidence that something is unwritten.

To add one, write `find(layout)` in a file of its own and put it into `DETECTORS`. What it yields are
candidates with the ids of signals, whose weights stand in `data/signals.txt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.detectors import (
    announcements,
    asides,
    brackets,
    comments,
    cut_headings,
    cut_sentences,
    empty_code,
    empty_items,
    empty_rows,
    empty_sections,
    figures,
    filler,
    html,
    instructions,
    jottings,
    lists,
    marker_lines,
    markers,
    promises,
    question_marks,
    revisions,
    samples,
    sign_rows,
    values,
)
from assistant.core.gaps.layout import Layout

Detector = Callable[[Layout], Iterable[Candidate]]

SIGNS: tuple[Detector, ...] = (
    asides.find,
    markers.find,
    promises.find,
    comments.find,
    empty_sections.find,
    empty_code.find,
)
"""What an author can't have meant otherwise. The trained judge hears them too."""

DETECTORS: tuple[Detector, ...] = (
    *SIGNS,
    values.find,
    question_marks.find,
    filler.find,
    figures.find,
    brackets.find,
    lists.find,
    empty_items.find,
    empty_rows.find,
    cut_headings.find,
    html.find,
    marker_lines.find,
    sign_rows.find,
    samples.find,
    instructions.find,
    jottings.find,
    announcements.find,
    cut_sentences.find,
    revisions.find,
)
"""Every detector there is. Their order decides nothing: candidates that overlap are weighed in `decision`."""

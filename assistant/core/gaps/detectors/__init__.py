"""Detectors: each looks at a draft for one kind of evidence that something is unwritten.

To add one, write `find(layout)` in a file of its own and put it into `DETECTORS`. What it yields are
candidates with the ids of signals, whose weights are in `data/signals.txt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.detectors import (
    asides,
    comments,
    empty_code,
    empty_containers,
    empty_links,
    empty_sections,
    half_sentences,
    markers,
    missing_words,
    promises,
    revisions,
)
from assistant.core.gaps.layout import Layout

Detector = Callable[[Layout], Iterable[Candidate]]

DETECTORS: tuple[Detector, ...] = (
    asides.find,
    markers.find,
    promises.find,
    missing_words.find,
    comments.find,
    empty_sections.find,
    empty_code.find,
    empty_containers.find,
    empty_links.find,
    half_sentences.find,
    revisions.find,
)
"""Every detector there is. Their order decides nothing: candidates that overlap are weighed in `decision`."""

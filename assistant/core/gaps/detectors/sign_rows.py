"""Find placeholders between rows of signs: `=== gif of the harbour ===`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.detectors import placeholder_words
from assistant.core.gaps.layout import Layout
from assistant.core.types import GapKind

_ROW = r"(?:={2,}|-{2,}|\*{3,}|>{2,}|<{2,}|~{2,}|\+{2,}|_{3,}|#{2,})"
_BETWEEN_ROWS = re.compile(rf"\s*{_ROW}\s*(\S.*?\S)\s*{_ROW}\s*")


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each line between rows of signs that names something to write or to find."""
    for index in layout.note_lines:
        leaf = layout.leaves[index]
        if layout.data[leaf.start : leaf.start + 1].isalnum():
            continue
        hit = _BETWEEN_ROWS.fullmatch(layout.text(leaf.start, leaf.end))
        meaning = placeholder_words.weigh(layout, hit[1]) if hit else []
        if hit and meaning:
            signals = ["between-rows-of-signs", "placeholder-stands-alone", *meaning]
            yield Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, hit[1], fillable=False, leaf=index)

"""Find lines such as `todo: the map`, where the colon shows what the word in lower case is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.detectors.markers import instruction_in
from assistant.core.gaps.layout import Layout
from assistant.core.types import GapKind

_MARKER = re.compile(
    r"[*_(\[@#/\s]*(?:todo|to-do|to do|fixme|tbd)[*_]*\s?(?:\(\w+\))?[*_]*[:：–—][*_]*\s*(\S.*)",
    re.IGNORECASE,
)
"""`TODO: …`, `- [ ] **To do** (ann): …`, with the words behind it as the group."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each line that opens with a marker in lower case and a colon."""
    for index in layout.note_lines:
        leaf, words = layout.leaves[index], layout.words_of(index)
        if not words or words[0][0] not in "tf":
            continue
        line_end = layout.line_end(leaf.start, leaf.end)
        hit = _MARKER.match(layout.text(leaf.start, line_end))
        if hit is None:
            continue
        if layout.language in ("es", "pt") and hit[0].lower().lstrip("*_([@#/ ").startswith("todo:"):
            continue  # "todo" is a word of these languages
        evidence = {
            "marker-opens-line": True,
            "marker-set-off-by-sign": True,
            "inside-quotation": leaf.quoted,
        }
        yield Candidate(
            GapKind.MARKER, leaf.start, line_end, present(evidence), instruction_in(hit[1]), leaf=index
        )

"""Find question marks that stand for what the author did not know yet: `Costs: ???`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.detectors.markers import OPENING, SENTENCE_END
from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.types import GapKind

_QUESTION_MARKS = re.compile(rb"\?\?+")
"""`??`, as in `in ??`: what the author means to look up."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each row of question marks that ends no question."""
    if b"??" not in layout.data:
        return
    for hit in _QUESTION_MARKS.finditer(layout.data):
        start, end = hit.span()
        if _opens_aside(layout.data, start, end):
            continue
        place = layout.prose_at(start)
        if place is None:
            continue
        leaf = place.leaf
        before = layout.text(max(leaf.start, start - SURROUNDINGS), start)
        after = layout.text(end, min(leaf.end, end + SURROUNDINGS))
        is_alone = not before.strip(OPENING) and not after.strip(" \t*_~)]}.!")
        is_bracketed = before[-1:] in tuple("([<_*") and after[:1] in tuple(")]>_*")
        if not is_alone and not is_bracketed and (before[-1:].strip() or end - start < 3):
            continue
        ends_label = not is_alone and before.rstrip().endswith((":", "=", "："))
        ends_sentence = not is_alone and not is_bracketed and not ends_label and SENTENCE_END.search(before)
        evidence = {
            "question-marks-for-word": True,
            "part-of-joke": _follows_joke(layout, place.leaf_index),
            "marker-stands-alone": is_alone,
            "stands-where-value-belongs": ends_label,
            "only-surprise": ends_sentence or end - start > 5,
            "inside-quotation": leaf.quoted,
        }
        span = (leaf.start, leaf.end) if is_alone else (start - is_bracketed, end + is_bracketed)
        yield Candidate(GapKind.MARKER, *span, present(evidence), fillable=is_alone, leaf=place.leaf_index)


def _opens_aside(data: bytes, start: int, end: int) -> bool:
    """Tell whether the marks open a block that a site folds: `??? note "More"`."""
    return (
        data[start - 1 : start] in (b"", b"\n", b"\r")
        and re.match(rb"\+? [a-z]+\b", data[end : end + 20]) is not None
    )


def _follows_joke(layout: Layout, index: int) -> bool:
    """Tell whether "profit" stands beside it, as in "1. Collect socks 2. ??? 3. Profit"."""
    neighbours = (near for near in (index - 1, index + 1) if 0 <= near < len(layout.leaves))
    return any("profit" in layout.words_of(near)[-3:] for near in neighbours)

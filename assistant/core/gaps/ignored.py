"""The places that the author told this program to leave alone, by a comment or by words in the settings."""

from __future__ import annotations

import bisect

from assistant.core.gaps.comments import comments, directive
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.memory import remembered
from assistant.core.text.spans import joined, overlaps_any
from assistant.core.types import Span


def is_ignored(layout: Layout, place: Span) -> bool:
    """Tell whether to leave a place alone."""
    text = layout.text(*place).lower() if layout.words.ignore else ""
    return overlaps_any(place, _spans(layout)) or any(
        word.lower() in text for word in layout.words.ignore if word
    )


@remembered
def _spans(layout: Layout) -> list[Span]:
    """Return what comments say to leave alone: their line, or the section or block below them."""
    spans, data, draft = [], layout.data, layout.draft
    for comment in comments(layout):
        told = directive(comment)
        if told is None or told[0] == "expand":
            continue
        if told[0] == "ignore all":
            return [Span(0, len(data) + 1)]
        line, line_end = layout.line_start(comment.start, 0), layout.line_end(comment.end, len(data))
        if data[line : comment.start].strip() or data[comment.end : line_end].strip():
            spans.append(Span(line, line_end))
            continue
        place = bisect.bisect_left(draft.blocks, comment.end, key=lambda block: block.start)
        for block in draft.blocks[place : place + 1]:
            heading = draft.heading_at(Span(block.start, block.start))
            is_section = heading is not None and heading.span.start == block.start
            spans.append(heading.section if heading and is_section else block.span)
    return joined(spans)

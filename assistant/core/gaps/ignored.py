"""The places that the author told this program to leave alone, by a comment or by words in the settings."""

from __future__ import annotations

import bisect

from assistant.core.gaps.comments import comments, directive
from assistant.core.gaps.layout import Layout
from assistant.core.text.spans import joined, overlaps_any
from assistant.core.types import Span


class Ignored:
    """The places of a draft to leave alone."""

    def __init__(self, layout: Layout) -> None:
        """Read the comments of the draft."""
        self._layout = layout
        self.is_whole_file = False
        """True where a comment says so of the whole draft."""
        self._spans = joined(self._directives())

    def holds(self, place: Span) -> bool:
        """Tell whether to leave a place alone."""
        if self.is_whole_file or overlaps_any(place, self._spans):
            return True
        if not self._layout.words.ignore:
            return False
        text = self._layout.text(*place).lower()
        return any(word.lower() in text for word in self._layout.words.ignore if word)

    def _directives(self) -> list[Span]:
        layout, spans = self._layout, []
        for comment in comments(layout):
            told = directive(comment)
            if told is None or told[0] == "expand":
                continue
            if told[0] == "ignore all":
                self.is_whole_file = True
                return []
            line = layout.line_start(comment.start, 0)
            line_end = layout.line_end(comment.end, len(layout.data))
            if layout.data[line : comment.start].strip() or layout.data[comment.end : line_end].strip():
                spans.append(Span(line, line_end))
                continue
            place = bisect.bisect_left(layout.draft.blocks, comment.end, key=lambda block: block.start)
            if place < len(layout.draft.blocks):
                block = layout.draft.blocks[place]
                heading = layout.draft.heading_at(Span(block.start, block.start))
                is_section = heading is not None and heading.span.start == block.start
                spans.append(heading.section if heading and is_section else block.span)
        return spans

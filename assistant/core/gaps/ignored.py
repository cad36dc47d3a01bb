"""The places that the author told this program to leave alone, by a comment or by words in the settings.

What is struck out is one as well: it is done, or no longer wanted.
"""

from __future__ import annotations

import bisect

from assistant.core.gaps.directives import comments, directive
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.memory import remembered
from assistant.core.text import lazy
from assistant.core.text.spans import holds, joined, overlaps_any
from assistant.core.types import Span

_STRUCK = (
    (
        "~~",
        lazy.pattern(rb"(?<![~`\\])~~(?=[^\s~])(?:[^~\r\n]|~(?!~)|(?:\r\n|\n|\r)(?![ \t>]*[\r\n]))*~~(?!~)"),
    ),
    ("</", lazy.pattern(rb"(?i)<(del|s|strike)(?:\s[^<>]*)?>(?s:.){0,2000}?</\1\s*>")),
)
"""What is struck out, and the sign that each has: `~~TODO~~` in one paragraph, `<del>TODO</del>`."""
_WORD = lazy.pattern(rb"[0-9A-Za-z\x80-\xff]")


def is_ignored(layout: Layout, place: Span) -> bool:
    """Tell whether to leave a place alone."""
    text = layout.text(*place).lower() if layout.words.ignore else ""
    is_named = any(word.lower() in text for word in layout.words.ignore if word)
    return is_named or overlaps_any(place, _spans(layout)) or _is_struck(layout, place)


def _is_struck(layout: Layout, place: Span) -> bool:
    """Tell whether a place is struck out; of one in a line, its first word says so: `## ~~TODO~~ Ropes`."""
    struck = _struck(layout)
    word = _WORD.search(layout.data, *place) if struck else None
    is_line = b"\n" not in layout.data[slice(*place)]
    at = Span(word.start(), word.end()) if word and is_line else place
    return any(holds(span, at) for span in struck)


@remembered
def _struck(layout: Layout) -> list[Span]:
    found = (pattern.finditer(layout.data) for sign, pattern in _STRUCK if sign in layout.signs)
    return [Span(*hit.span()) for hits in found for hit in hits]


@remembered
def _spans(layout: Layout) -> list[Span]:
    """Return what comments say to leave alone: their line, or the section or block below them."""
    spans, data, draft = [], layout.data, layout.draft
    for comment in comments(layout):
        command = directive(comment)
        if command is None or command[0] == "expand":
            continue
        if command[0] == "ignore all":
            return [Span(0, len(data) + 1)]
        line, line_end = draft.line_start(comment.start), draft.line_end(comment.end - 1)
        if data[line : comment.start].strip() or data[comment.end : line_end].strip():
            spans.append(Span(line, line_end))
            continue
        place = bisect.bisect_left(draft.blocks, comment.end, key=lambda block: block.start)
        for block in draft.blocks[place : place + 1]:
            heading = draft.heading_at(Span(block.start, block.start))
            is_section = heading is not None and heading.span.start == block.start
            spans.append(heading.section if heading and is_section else block.span)
    return joined(spans)

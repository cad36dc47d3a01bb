"""Find the author's words in some blocks: what boxes, terms and lists put around them is no part of them."""

from __future__ import annotations

from assistant.core.text import lazy
from assistant.core.text.boxes import inner_prefix
from assistant.core.text.draft import Draft
from assistant.core.text.spans import overlap
from assistant.core.types import Span

_LISTED = lazy.pattern(rb"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_DEFINITION = lazy.pattern(rb"[ \t>]*[:~][ \t]")
"""An item in a box, and a term's definition, where CommonMark sees words of one paragraph."""
HEADING = lazy.pattern(
    rb"(?s)(?:[ \t>]*#{1,6}(?:[ \t]+|\Z))?(?P<words>.*?)(?:[ \t]+#+)?(?:[ \t]*\{[:#.-][^{}\r\n]*\})?"
    rb"\s*(?:(?<=[\r\n])[ \t>]*(?:=+|-+))?\s*"
)
"""A heading with its attributes, or over a line that makes it one: `## Tar {#tar}`."""
_CLOSER = lazy.pattern(rb"[ \t>]*(?::{3,}|/{3,}[^\r\n]*|`{3,}|~{3,})[ \t]*")
"""The line that ends a box: `:::`, `/// end`, a fence."""


def own_words(draft: Draft, whole: Span, named: Span) -> Span:
    """Return the parts of some blocks that are named, without the line that opens a box, and without a term.

    An item's own words are a part, each item below them, a paragraph in a box, a definition, a heading's
    words. A term counts where it alone is named.
    """
    parts: list[Span] = []
    inner = [b for b in draft.blocks if whole.start < b.start < whole.end and not b.kind.startswith("Table")]
    within = (b for b in draft.blocks if whole.start <= b.start < whole.end)
    code = [b for b in within if b.is_fenced_code]
    opened = {draft.line_start(b.start) for b in (*inner, *code)}
    is_new, is_box = True, False
    at = whole.start
    while at < whole.end:
        line, end = draft.line_start(at), draft.line_end(at)
        row = draft.data[line:end].rstrip(b"\r\n")
        if any(b.start < line < b.end for b in code):
            is_new = False
        elif not row.strip(b" \t>"):
            is_new = True
        elif (_CLOSER.fullmatch(row) and line not in opened) or inner_prefix(row) is not None:
            is_new = is_box = True
        elif _DEFINITION.match(row):
            parts.append(Span(at, end))
            is_new, is_box = False, True
        elif is_new or line in opened or (is_box and _LISTED.match(row)):
            parts.append(Span(at, end))
            is_new = False
        if not is_new:
            parts[-1] = Span(parts[-1].start, min(end, whole.end))
        at = end
    below = [one for one in parts if one.start >= named.end]
    chosen = [one for one in parts if overlap(one, named)] or below[:1]
    defined = [_DEFINITION.match(draft.data, draft.line_start(one.start)) is not None for one in chosen]
    if chosen[1:] and all(defined[1:]) and not defined[0]:
        chosen = chosen[1:]
    own = Span(chosen[0].start, chosen[-1].end) if chosen else whole
    line = draft.line_start(own.start)
    headings = (b for b in draft.blocks if b.kind == "Heading" and draft.line_start(b.start) == line)
    heading = next((b for b in headings if not draft.data[b.end : own.end].strip(b" \t\r\n>")), None)
    return _words_of(draft, heading.span) if heading else own


def _words_of(draft: Draft, heading: Span) -> Span:
    """Return the words of a heading; where it has none, the heading."""
    words = HEADING.fullmatch(draft.data[heading.start : heading.end])
    start, end = words.span("words") if words else (0, 0)
    return Span(heading.start + start, heading.start + end) if end > start else heading

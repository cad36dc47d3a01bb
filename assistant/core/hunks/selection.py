"""Put the lines that an author marked in an editor among those around them, and cut them out again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.core.hunks.apply import apply
from assistant.core.text.draft import Draft, line_starts
from assistant.core.types import Gap, GapKind, Hunk, Span
from assistant.errors import UsageError


@dataclass(frozen=True, slots=True)
class Selection:
    """A document with the marked lines in their place."""

    data: bytes
    """The whole document, the lines as they were marked standing where they belong."""
    span: Span
    """The bytes of `data` that were marked."""


def placed(document: bytes, selected: bytes, *, first: int, last: int) -> Selection:
    """Put `selected` in the place of the lines `first` to `last` (from 1, both counted) of `document`.

    The document may be older than the marked lines: an editor pipes them before it saves. Raises
    `UsageError` when the document has no such lines.
    """
    starts = list(line_starts(document))
    if starts[-1] == len(document) and len(starts) > 1:
        starts.pop()
    if not 1 <= first <= last <= len(starts):
        raise UsageError(f"--lines {first}:{last}: the file of --context has {len(starts)} lines")
    start = starts[first - 1]
    end = starts[last] if last < len(starts) else len(document)
    missing = b""
    if not selected.endswith((b"\n", b"\r")) and (ending := re.search(rb"(?:\r\n|\n|\r)\Z", document[:end])):
        missing = ending[0]
    whole = document[:start] + selected + missing + document[end:]
    return Selection(whole, Span(start, start + len(selected)))


def gaps_within(draft: Draft, gaps: Iterable[Gap], span: Span) -> tuple[Gap, ...]:
    """Return what there is to write in the marked lines: gaps cut down to them, or the list in them.

    Marking a list and asking for it to be expanded says as much as a line `Expand each of these` above it.
    Raises `UsageError` when an instruction is marked without anything that it governs.
    """
    within, lonely, limit = [], None, _with_line_end(draft, span)
    for gap in gaps:
        inside = tuple(t for t in gap.targets if span.start <= t.start and t.end <= limit)
        is_marked = gap.span.start < span.end and span.start < gap.span.end
        if inside:
            within.append(replace(gap, chosen=inside if inside != gap.targets else ()))
        elif is_marked and gap.targets:
            lonely = gap
        elif is_marked:
            within.append(gap)
    if within:
        return tuple(within)
    if lonely is not None:
        words = " ".join(draft.text(lonely.span).split())[:60]
        raise UsageError(f"what '{words}' governs is not among the marked lines; mark it as well")
    items = _items(draft, span)
    if not items:
        return ()
    name = hashlib.sha256(draft.data[span.start : span.end]).hexdigest()[:10]
    heading = draft.heading_above(span.start)
    path = heading.path if heading else ()
    place = Span(span.start, span.start)
    return (Gap(name, GapKind.INSTRUCTION, place, path, "", items, why="marked by the author"),)


def hunks_within(hunks: Sequence[Hunk], span: Span) -> tuple[Hunk, ...]:
    """Return the hunks that change the marked lines alone; a removal is cut down to them."""
    kept: list[Hunk] = []
    for hunk in hunks:
        start, end = hunk.span
        if hunk.follows:
            first, last = max(start, span.start), min(end, span.end)
            if first < last:
                original = hunk.original[first - start : last - start]
                kept.append(replace(hunk, span=Span(first, last), original=original))
        elif span.start <= start and end <= span.end:
            kept.append(hunk)
    filled = {hunk.gap for hunk in kept if not hunk.follows}
    return tuple(hunk for hunk in kept if hunk.gap in filled)


def replaced(selection: Selection, hunks: Sequence[Hunk]) -> bytes:
    """Return the marked lines with the hunks in them, and nothing else of the document."""
    kept = hunks_within(hunks, selection.span)
    whole = apply(selection.data, kept)
    after = len(selection.data) - selection.span.end
    return whole[selection.span.start : len(whole) - after]


def _with_line_end(draft: Draft, span: Span) -> int:
    """Return the end of a span, behind the line end that follows it."""
    return draft.line_end(span.end) if draft.data[span.end : span.end + 1] in (b"\r", b"\n") else span.end


def _items(draft: Draft, span: Span) -> tuple[Span, ...]:
    """Return the outermost list items of the marked lines that stand in them whole and say something."""
    items: list[Span] = []
    end, limit = span.start, _with_line_end(draft, span)
    for block in draft.blocks:
        if block.kind == "Item" and end <= block.start and block.end <= limit:
            place = Span(block.start, block.end)
            if draft.text(place).strip(" -*+\n"):
                items.append(place)
                end = block.end
    return tuple(items)

"""Put the lines that an author marked in an editor among those around them, and cut them out again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.core.hunks.apply import apply
from assistant.core.hunks.passages import end_with_line, items, line_numbers
from assistant.core.text import lazy
from assistant.core.text.draft import BOM, Draft, line_starts
from assistant.core.text.spans import overlap
from assistant.core.types import Gap, GapKind, Hunk, Span
from assistant.errors import UsageError

_LINE_END = lazy.pattern(rb"\r\n|\n|\r")
_LAST_END = lazy.pattern(rb"(?:\r\n|\n|\r)\Z")


@dataclass(frozen=True, slots=True)
class Selection:
    """A document with the marked lines in their place."""

    data: bytes
    """The whole document, the lines as they were marked standing where they belong."""
    span: Span
    """The bytes of `data` that were marked."""
    mark: bytes = b""
    """A byte order mark that was before the lines; Vim puts that of the file before any of its lines."""


def placed(document: bytes, selected: bytes, *, lines: str) -> Selection:
    """Put `selected` in place of some `lines` of `document`, such as `12:20`.

    The document may be older than the marked lines: an editor pipes them before it saves. It gets their line
    ends, which some editors change in a pipe. Raises `UsageError` when the document has no such lines.
    """
    if len(endings := set(_LINE_END.findall(selected))) == 1:
        document = _LINE_END.sub(endings.pop(), document)
    starts = [at for at in line_starts(document) if at < len(document)] or [0]
    first, last = line_numbers(lines, len(starts), of="the file of --context")
    start, end = starts[first - 1], [*starts, len(document)][last]
    mark = BOM if start and selected.startswith(BOM) else b""
    selected = selected.removeprefix(mark)
    ending = None if selected.endswith((b"\n", b"\r")) else _LAST_END.search(document[:end])
    whole = document[:start] + selected + (ending[0] if ending else b"") + document[end:]
    return Selection(whole, Span(start, start + len(selected)), mark)


def gaps_within(draft: Draft, gaps: Iterable[Gap], span: Span) -> tuple[Gap, ...]:
    """Return what there is to write in the marked lines: gaps cut down to them, or the list in them.

    Marking a list and asking for it to be expanded says as much as a line `Expand each of these` above it.
    Raises `UsageError` when an instruction is marked without anything that it governs.
    """
    within, lonely, limit = [], None, end_with_line(draft, span)
    for gap in gaps:
        inside = tuple(t for t in gap.targets if span.start <= t.start and t.end <= limit)
        is_marked = overlap(gap.span, span)
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
    targets = items(draft, span)
    if not targets:
        return ()
    name = hashlib.sha256(draft.data[span.start : span.end]).hexdigest()[:10]
    place, path = Span(span.start, span.start), draft.path(span.start)
    return (Gap(name, GapKind.INSTRUCTION, place, path, "", targets, why="marked by the author"),)


def hunks_within(hunks: Sequence[Hunk], span: Span) -> tuple[Hunk, ...]:
    """Return the hunks that change the marked lines alone; a removal is cut down to them."""
    within: list[Hunk] = []
    for hunk in hunks:
        start, end = hunk.span
        if hunk.follows:
            first, last = max(start, span.start), min(end, span.end)
            if first < last:
                original = hunk.original[first - start : last - start]
                within.append(replace(hunk, span=Span(first, last), original=original))
        elif span.start <= start and end <= span.end:
            within.append(hunk)
    filled = {hunk.gap for hunk in within if not hunk.follows}
    return tuple(hunk for hunk in within if hunk.gap in filled)


def replaced(selection: Selection, hunks: Sequence[Hunk]) -> bytes:
    """Return the marked lines with the hunks in them, and nothing else of the document."""
    within = hunks_within(hunks, selection.span)
    whole = apply(selection.data, within)
    after = len(selection.data) - selection.span.end
    return selection.mark + whole[selection.span.start : len(whole) - after]

"""Put the lines that an author marked in an editor among those around them, and cut them out again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.core.hunks.apply import apply
from assistant.core.text.draft import Block, Draft, line_starts
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


def span_of_lines(draft: Draft, first: int, last: int) -> Span:
    """Return the bytes of the lines `first` to `last`, from 1 and both counted. Raises `UsageError`."""
    starts = [*(at for at in line_starts(draft.data) if at < len(draft.data)), len(draft.data)]
    if not 1 <= first <= last < len(starts):
        raise UsageError(f"lines {first}:{last}: the draft has {len(starts) - 1} lines")
    return Span(starts[first - 1], starts[last])


def passages(draft: Draft) -> Iterator[tuple[int, int, str]]:
    """Yield the paragraphs and list items of a draft: first and last line, and how each begins."""
    last = 0
    for block in draft.blocks:
        if block.kind in ("Paragraph", "Item", "BlockQuote") and block.start >= last:
            words = " ".join(draft.text((block.start, block.end)).split())[:200]
            if words.strip("-*+ "):
                yield *draft.lines(Span(block.start, block.end)), words
                last = block.end


def named(draft: Draft, where: str) -> Span:
    """Return the place that an author names: lines such as `12:20`, a line, or some words that stand there.

    Raises `UsageError` where the draft has none of them.
    """
    if lines := re.fullmatch(r"(\d+)(?:[:-](\d+))?", where.strip()):
        return span_of_lines(draft, int(lines[1]), int(lines[2] or lines[1]))
    words = rb"\s+".join(re.escape(word.encode()) for word in where.split())
    place = re.compile(words, re.IGNORECASE).search(draft.data, draft.front_matter.end) if words else None
    if place is None:
        raise UsageError("name lines of the draft, such as 12:20, or some words that stand there")
    return Span(*place.span())


def revision(draft: Draft, span: Span, *, instruction: str = "") -> Gap:
    """Return a gap for the finished text in `span`, all blocks of which are taken whole, to be changed.

    Raises `UsageError` where there is no text but front matter.
    """
    touched = [b for b in draft.blocks if b.depth == 0 and b.start < span.end and span.start < b.end]
    inner = [b for b in draft.blocks if b.kind in ("Paragraph", "Item") and _holds(draft, b, span)]
    first, last = (inner[-1:] or touched[:1]), (inner[-1:] or touched[-1:])
    data = draft.data
    start, end = (first[0].start, last[0].end) if first else (0, 0)
    if (items := _items(draft, span)) and not inner:
        is_all = not data[span.start : items[0].start].strip() and not data[items[-1].end : span.end].strip()
        start, end = (items[0].start, items[-1].end) if is_all else (start, end)
    end = start + len(data[start:end].rstrip())
    if not data[start:end].strip() or end <= draft.front_matter.end:
        raise UsageError("no text there that could be revised")
    name = hashlib.sha256(b"%d %b" % (start, data[start:end])).hexdigest()[:10]
    return replace(passage(draft, Span(start, end), id=name), instruction=instruction)


def passage(draft: Draft, span: Span, *, id: str) -> Gap:
    """Return the gap that asks for other words in the place of `span`."""
    heading = draft.heading_above(span.start)
    place, path = Span(span.start, span.start), heading.path if heading else ()
    return Gap(id, GapKind.REVISION, place, path, "", (span,), why="chosen by the author")


def _holds(draft: Draft, block: Block, span: Span) -> bool:
    """Tell whether a block's lines hold all words of a span."""
    words = draft.data[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return draft.line_start(block.start) <= start and span.start + len(words.rstrip()) <= block.end


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

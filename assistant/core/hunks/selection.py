"""Put the lines that an author marked in an editor among those around them, and cut them out again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.core.hunks import container
from assistant.core.hunks.apply import apply
from assistant.core.text import lazy
from assistant.core.text.draft import BOM, Block, Draft, line_starts
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.spans import overlap
from assistant.core.types import Gap, GapKind, Hunk, Span
from assistant.errors import UsageError

_LINES = lazy.pattern(r"(?P<first>\d*)(?P<to>[:-]?)(?P<last>\d*)", re.ASCII)
"""Lines as an author names them: `12`, `12:20`, `12:`, `:20`."""
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
    """A byte order mark that stood before the lines; Vim puts that of the file before any of its lines."""


def placed(document: bytes, selected: bytes, *, lines: str) -> Selection:
    """Put `selected` in the place of some `lines` of `document`, such as `12:20`.

    The document may be older than the marked lines: an editor pipes them before it saves. It gets their line
    ends, which some editors change in a pipe. Raises `UsageError` when the document has no such lines.
    """
    if len(endings := set(_LINE_END.findall(selected))) == 1:
        document = _LINE_END.sub(endings.pop(), document)
    starts = list(line_starts(document))
    if starts[-1] == len(document) and len(starts) > 1:
        starts.pop()
    first, last = _numbers(lines, len(starts), of="the file of --context")
    start = starts[first - 1]
    mark = BOM if start and selected.startswith(BOM) else b""
    selected = selected.removeprefix(mark)
    end = starts[last] if last < len(starts) else len(document)
    missing = b""
    if not selected.endswith((b"\n", b"\r")) and (ending := _LAST_END.search(document[:end])):
        missing = ending[0]
    whole = document[:start] + selected + missing + document[end:]
    return Selection(whole, Span(start, start + len(selected)), mark)


def gaps_within(draft: Draft, gaps: Iterable[Gap], span: Span) -> tuple[Gap, ...]:
    """Return what there is to write in the marked lines: gaps cut down to them, or the list in them.

    Marking a list and asking for it to be expanded says as much as a line `Expand each of these` above it.
    Raises `UsageError` when an instruction is marked without anything that it governs.
    """
    within, lonely, limit = [], None, _with_line_end(draft, span)
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
    items = _items(draft, span)
    if not items:
        return ()
    name = hashlib.sha256(draft.data[span.start : span.end]).hexdigest()[:10]
    place, path = Span(span.start, span.start), draft.path(span.start)
    return (Gap(name, GapKind.INSTRUCTION, place, path, "", items, why="marked by the author"),)


def span_of_lines(draft: Draft, lines: str) -> Span:
    """Return the bytes of some lines, such as `12:20` or `12:`, from 1. Raises `UsageError`."""
    starts = [*(at for at in line_starts(draft.data) if at < len(draft.data)), len(draft.data)]
    first, last = _numbers(lines, len(starts) - 1, of="the draft")
    return Span(starts[first - 1], starts[last])


def _numbers(lines: str, count: int, *, of: str) -> tuple[int, int]:
    """Return the first and last line that `12:20`, `12`, `12:` or `:20` names. Raises `UsageError`."""
    hit = _LINES.fullmatch(lines.strip())
    if not hit or not (hit["first"] or hit["last"]):
        raise UsageError(f"lines {lines}: give two line numbers, such as 12:20")
    first = int(hit["first"] or 1)
    named = int(hit["last"] or first)
    if not count:
        raise UsageError(f"lines {lines}: {of} is empty")
    if not (first and named):
        raise UsageError(f"lines {lines}: lines count from 1")
    if first > named:
        raise UsageError(f"lines {lines}: the first line comes after the last")
    if named > count:
        raise UsageError(f"lines {lines}: {of} has {count} line{'s'[: count != 1]}")
    return first, count if hit["to"] and not hit["last"] else named


def passages(draft: Draft) -> Iterator[tuple[int, int, str]]:
    """Yield the paragraphs and list items of a draft: first and last line, and how each begins."""
    last = 0
    for block in draft.blocks:
        if block.kind in ("Paragraph", "Item", "BlockQuote") and block.start >= last:
            words = " ".join(draft.text(block.span).split())[:200]
            if words.strip("-*+ "):
                yield *draft.lines(block.span), words
                last = block.end


def named(draft: Draft, where: str) -> Span:
    """Return the place that an author names: lines such as `12:20`, a line, or some words that stand there.

    Raises `UsageError` where the draft has none of them.
    """
    if _LINES.fullmatch(where.strip()) and any(map(str.isdecimal, where)):
        return span_of_lines(draft, where)
    words = rb"\s+".join(re.escape(word.encode()) for word in where.split())
    place = re.compile(words, re.IGNORECASE).search(draft.data, draft.front_matter.end) if words else None
    if place is None:
        raise UsageError("name lines of the draft, such as 12:20, or some words that stand there")
    return Span(*place.span())


def revision(draft: Draft, span: Span, *, instruction: str = "") -> Gap:
    """Return a gap for the finished text in `span`, to be changed: whole blocks, but single rows of a table.

    Raises `UsageError` where there is no text but front matter and code.
    """
    if not draft.data.strip():
        raise UsageError("the draft is empty")
    around = [b for b in draft.blocks if _holds(draft, b, span)]
    touched = [b for b in draft.blocks if b.depth == 0 and overlap(b, span)]
    is_code = any(_is_code(draft, b) and overlap(b, span) for b in around)
    if is_code or (touched and all(_is_code(draft, b) for b in touched)):
        raise UsageError("code is not revised; choose the text around it")
    inner = [b for b in around if b.kind in ("Paragraph", "Item")]
    first, last = (inner[-1:] or touched[:1]), (inner[-1:] or touched[-1:])
    data = draft.data
    start, end = (first[0].start, last[0].end) if first else (0, 0)
    if (items := _items(draft, span)) and not inner:
        is_all = not data[span.start : items[0].start].strip() and not data[items[-1].end : span.end].strip()
        start, end = (items[0].start, items[-1].end) if is_all else (start, end)
    start, end = _rows(draft, span) or (start, end)
    end = start + len(data[start:end].rstrip())
    if span.start < draft.front_matter.end and end <= draft.front_matter.end:
        raise UsageError("only front matter stands there, which is not revised")
    if not data[start:end].strip():
        raise UsageError("no text there that could be revised")
    start, end = container.place_of(draft, Span(start, end)).span
    name = hashlib.sha256(b"%d %b" % (start, data[start:end])).hexdigest()[:10]
    return replace(passage(draft, Span(start, end), id=name), instruction=instruction)


def passage(draft: Draft, span: Span, *, id: str) -> Gap:
    """Return the gap that asks for other words in the place of `span`."""
    place, path = Span(span.start, span.start), draft.path(span.start)
    return Gap(id, GapKind.REVISION, place, path, "", (span,), why="chosen by the author")


def _rows(draft: Draft, span: Span) -> Span | None:
    """Return the rows that a span lies in, where it lies in those below the header of one table."""
    rows = [b for b in draft.blocks if b.kind == "TableRow" and overlap(b, span)]
    for table in draft.blocks:
        if table.kind == "Table" and rows and _holds(draft, table, span):
            is_below = draft.line_start(rows[0].start) <= span.start
            return Span(rows[0].start, rows[-1].end) if is_below else table.span
    return None


def _is_code(draft: Draft, block: Block) -> bool:
    """Tell whether a block is code; indented sentences are what a box or a definition holds."""
    if not block.is_indented_code:
        return block.is_fenced_code
    return not ends_sentence(draft.text(block.span).strip())


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
    return selection.mark + whole[selection.span.start : len(whole) - after]


def _with_line_end(draft: Draft, span: Span) -> int:
    """Return the end of a span, after the line end that follows it."""
    return draft.line_end(span.end) if draft.data[span.end : span.end + 1] in (b"\r", b"\n") else span.end


def _items(draft: Draft, span: Span) -> tuple[Span, ...]:
    """Return the outermost list items of the marked lines that stand in them whole and say something."""
    items: list[Span] = []
    end, limit = span.start, _with_line_end(draft, span)
    for block in draft.blocks:
        if block.kind == "Item" and end <= block.start and block.end <= limit:
            place = block.span
            if draft.text(place).strip(" -*+\n"):
                items.append(place)
                end = block.end
    return tuple(items)

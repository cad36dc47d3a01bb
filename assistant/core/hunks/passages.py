"""Name passages of finished text, by their lines or their words, and ask for other words there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.core.hunks import container
from assistant.core.text import lazy
from assistant.core.text.draft import Block, Draft, line_starts
from assistant.core.text.own_words import own_words
from assistant.core.text.spans import overlap
from assistant.core.types import Gap, GapKind, Span
from assistant.errors import UsageError

_LINES = lazy.pattern(r"(?P<first>\d*)(?P<to>[:-]?)(?P<last>\d*)", re.ASCII)
"""Lines as an author names them: `12`, `12:20`, `12:`, `:20`."""


def span_of_lines(draft: Draft, lines: str) -> Span:
    """Return the bytes of some lines, such as `12:20` or `12:`, from 1. Raises `UsageError`."""
    starts = [*(at for at in line_starts(draft.data) if at < len(draft.data)), len(draft.data)]
    first, last = line_numbers(lines, len(starts) - 1, of="the draft")
    return Span(starts[first - 1], starts[last])


def line_numbers(lines: str, count: int, *, of: str) -> tuple[int, int]:
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


def every(draft: Draft) -> Iterator[tuple[int, int, str]]:
    """Yield the paragraphs and list items of a draft: first and last line, and how each begins."""
    last = 0
    for block in draft.blocks:
        if block.kind in ("Paragraph", "Item", "BlockQuote") and block.start >= last:
            words = " ".join(draft.text(block.span).split())[:200]
            if words.strip("-*+ "):
                yield *draft.lines(block.span), words
                last = block.end


def named(draft: Draft, where: str) -> Span:
    """Return the place that an author names: lines such as `12:20`, a line, or some words from it.

    Raises `UsageError` where the draft has none of them.
    """
    if _LINES.fullmatch(where.strip()) and any(map(str.isdecimal, where)):
        return span_of_lines(draft, where)
    words = rb"\s+".join(re.escape(word.encode()) for word in where.split())
    place = re.compile(words, re.IGNORECASE).search(draft.data, draft.front_matter.end) if words else None
    if place is None:
        raise UsageError("name lines of the draft, such as 12:20, or some words from it")
    return Span(*place.span())


def revision(draft: Draft, span: Span, *, instruction: str = "") -> Gap:
    """Return a gap for the finished text in `span`, to be changed: whole blocks, but single rows of a table.

    Raises `UsageError` where there is no text but front matter and code.
    """
    if not draft.data.strip():
        raise UsageError("the draft is empty")
    lines = draft.data[draft.line_start(span.start) : max(span.end, draft.line_end(span.start))]
    if not lines.strip(b" \t\r\n>"):
        first, last = draft.lines(span)
        are = f"line {first} is" if first == last else f"lines {first} to {last} are"
        raise UsageError(f"{are} blank; name lines of the text to revise")
    around = [b for b in draft.blocks if _holds(draft, b, span)]
    touched = [b for b in draft.blocks if b.depth == 0 and overlap(b, span)]
    is_code = any(b.kind == "CodeBlock" and overlap(b, span) for b in around)
    if is_code or (touched and all(b.kind == "CodeBlock" for b in touched)):
        raise UsageError("code is not revised; choose the text around it")
    inner = [b for b in around if b.kind in ("Paragraph", "Item")]
    whole = inner[-1:] or touched
    data = draft.data
    start, end = (whole[0].start, whole[-1].end) if whole else (0, 0)
    if (listed := items(draft, span)) and not inner:
        around_them = data[span.start : listed[0].start] + data[listed[-1].end : span.end]
        start, end = (start, end) if around_them.strip() else (listed[0].start, listed[-1].end)
    start, end = _rows(draft, span) or own_words(draft, Span(start, end), span)
    end = start + len(data[start:end].rstrip())
    if span.start < draft.front_matter.end and end <= draft.front_matter.end:
        raise UsageError("there is only front matter, which is not revised")
    if not data[start:end].strip():
        raise UsageError("no text there that could be revised")
    start, end = container.place_of(draft, Span(start, end)).span
    name = hashlib.sha256(b"%d %b" % (start, data[start:end])).hexdigest()[:10]
    return replace(gap_at(draft, Span(start, end), id=name), instruction=instruction)


def gap_at(draft: Draft, span: Span, *, id: str) -> Gap:
    """Return the gap that asks for other words in place of `span`."""
    place, path = Span(span.start, span.start), draft.path(span.start)
    return Gap(id, GapKind.REVISION, place, path, "", (span,), why="chosen by the author")


def items(draft: Draft, span: Span) -> tuple[Span, ...]:
    """Return the outermost list items of the marked lines that are whole in them and say something."""
    listed: list[Span] = []
    end, limit = span.start, end_with_line(draft, span)
    for block in draft.blocks:
        if block.kind == "Item" and end <= block.start and block.end <= limit:
            place = block.span
            if draft.text(place).strip(" -*+\n"):
                listed.append(place)
                end = block.end
    return tuple(listed)


def end_with_line(draft: Draft, span: Span) -> int:
    """Return the end of a span, after the line end that follows it."""
    return draft.line_end(span.end) if draft.data[span.end : span.end + 1] in (b"\r", b"\n") else span.end


def _rows(draft: Draft, span: Span) -> Span | None:
    """Return the rows that a span lies in, where it lies in those below the header of one table."""
    rows = [b for b in draft.blocks if b.kind == "TableRow" and overlap(b, span)]
    for table in draft.blocks:
        if table.kind == "Table" and rows and _holds(draft, table, span):
            is_below = draft.line_start(rows[0].start) <= span.start
            return Span(rows[0].start, rows[-1].end) if is_below else table.span
    return None


def _holds(draft: Draft, block: Block, span: Span) -> bool:
    """Tell whether a block's lines hold all words of a span."""
    words = draft.data[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return draft.line_start(block.start) <= start and span.start + len(words.rstrip()) <= block.end

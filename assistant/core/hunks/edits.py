"""Turns clean text into hunks, and accepted hunks into the bytes of the finished draft.

Hunks index the draft as it was read and never each other, so nothing shifts however they are decided.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from assistant.core.text.draft import Draft, Heading, parse
from assistant.core.types import Decision, Gap, GapKind, Hunk, Span, Verdict

_BLANK = re.compile(rb"[ \t]*(?:\r\n|\n|\r)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "。", "！", "？", '."', '?"', '!"', ".”", "?”", ".*", ".)")


class Reason(StrEnum):
    """Why an accepted hunk was kept out of the file."""

    CONTENT_CHANGED = "content_changed"
    """The bytes at its place, or the lines beside it, are others now."""
    FILE_GONE = "file_gone"
    """The draft is not there any more."""
    OVERLAP = "overlap"
    """Another accepted hunk replaces the same bytes."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An accepted hunk that could not be applied, and the reason."""

    hunk: Hunk
    reason: Reason


# ---- from text to hunks -------------------------------------------------------------------------------


def hunks_for(
    draft: Draft, gap: Gap, *, text: str, target: Span | None = None, notes: tuple[str, ...] = ()
) -> tuple[Hunk, ...]:
    """Return the hunks that put `text` (clean, `\\n` line ends) into the place of `gap` or its `target`."""
    if target is not None:
        return (_expand_target(draft, gap, target, text, notes),)
    if heading := draft.heading_at(gap.span):
        return (_fill_section(draft, gap, heading, text, notes),)
    if gap.kind is GapKind.INSTRUCTION:
        return (_replace_line(draft, gap, text, notes),)
    return (_make(draft, gap, gap.span, _indented(draft, gap.span, text, whole=True), notes),)


def reaches_beyond(draft: Draft, hunk: Hunk) -> bool:
    """Tell whether a hunk would change how anything outside of it reads.

    An open code fence, an open HTML comment or a row of dashes may turn the author's own words after it, or
    the line before it, into something else.
    """
    finished = parse(apply(draft.data, [hunk]))
    shift = len(hunk.replacement) - len(hunk.original)

    def outside(read: Draft, moved: int) -> tuple[object, ...]:
        end = hunk.span.end + moved
        headings = [(h.level, h.text, h.span.start) for h in read.headings if h.span.start < hunk.span.start]
        later = [(h.level, h.text, h.span.start - moved) for h in read.headings if h.span.start >= end]
        code = [
            (b.kind, b.start - moved, b.end - moved)
            for b in read.blocks
            if b.kind in ("CodeBlock", "HtmlBlock") and b.start >= end
        ]
        return read.front_matter, headings, later, code

    return outside(draft, 0) != outside(finished, shift)


def removal(draft: Draft, gap: Gap) -> Hunk:
    """Return the hunk that takes an instruction line away, with the blank lines that only it needed."""
    data = draft.data
    start, end = _line_start(data, gap.span.start), _line_end(data, gap.span.end)
    before, after = _blank_before(data, start), _blank_after(data, end)
    limit = min((t.start for t in gap.targets if t.start >= end), default=len(data))
    if before or start == draft.front_matter.end:
        while (found := _BLANK.match(data, end)) and found.end() <= limit:
            end = found.end()
    elif not after and end == len(data) and start > 0:
        start = _chop_newline(data, start)
    return Hunk(
        gap.id, Span(start, end), data[start:end], b"", (), ("takes the instruction line away",), True
    )


def _make(draft: Draft, gap: Gap, span: Span, text: str, notes: tuple[str, ...]) -> Hunk:
    replacement = text.replace("\n", draft.newline).encode()
    return Hunk(gap.id, span, draft.data[span.start : span.end], replacement, (), notes)


def _fill_section(draft: Draft, gap: Gap, heading: Heading, text: str, notes: tuple[str, ...]) -> Hunk:
    """Insert a section's text after its heading, with the blank lines that the draft's style has."""
    data = draft.data
    heading_end = heading.span.start + len(data[heading.span.start : heading.span.end].rstrip(b"\r\n"))
    line_end = _line_end(data, heading_end)
    has_newline = data[heading_end:line_end].endswith((b"\n", b"\r"))
    lead = "\n" if _blank_after_headings(draft) else ""
    if not has_newline:
        return _make(draft, gap, Span(line_end, line_end), "\n" + lead + text, notes)
    at_end = not data[line_end:].strip()
    tail = "\n" if at_end or _BLANK.match(data, line_end) else "\n\n"
    return _make(draft, gap, Span(line_end, line_end), lead + text + tail, notes)


def _expand_target(draft: Draft, gap: Gap, target: Span, text: str, notes: tuple[str, ...]) -> Hunk:
    """Let `text` continue a list item or paragraph, whose own words stay where they are."""
    end = target.start + len(draft.data[target.start : target.end].rstrip())
    words = draft.text((target.start, end))
    if text.startswith("\n"):
        return _make(draft, gap, Span(end, end), _indented(draft, target, text), notes)
    joint = " " if words.rstrip('*_"”’)').endswith(_SENTENCE_END) else ". "
    return _make(draft, gap, Span(end, end), joint + _indented(draft, target, text), notes)


def _replace_line(draft: Draft, gap: Gap, text: str, notes: tuple[str, ...]) -> Hunk:
    """Put text in the place of an instruction that governs nothing but the section it stands in."""
    return _make(draft, gap, gap.span, _indented(draft, gap.span, text, whole=True), notes)


def _indented(draft: Draft, span: Span, text: str, *, whole: bool = False) -> str:
    """Indent all lines of `text` but the first so that they stay in the list item or quote at `span`.

    With `whole`, an item that begins with the span goes as a whole, so nothing stays in it.
    """
    start = _line_start(draft.data, span.start)
    line = draft.text((start, _line_end(draft.data, span.start)))
    lead = re.match(r"[ \t]*(?:>[ \t]?)*", line)
    prefix = lead.group() if lead else ""
    replaced = whole and span.start <= start + len(prefix.encode())
    if not replaced and (item := _ITEM.match(line, len(prefix))):
        prefix += " " * len(item.group().expandtabs(4))
    if not prefix:
        return text
    first, *rest = text.split("\n")
    return "\n".join([first, *((prefix + line).rstrip() for line in rest)])


def _blank_after_headings(draft: Draft) -> bool:
    """Tell whether this author leaves a blank line between a heading and its text; most do."""
    data = draft.data
    blank = other = 0
    for heading in draft.headings:
        body = data[heading.body.start : heading.body.end]
        if body.strip():
            if _BLANK.match(body):
                blank += 1
            else:
                other += 1
    return blank >= other


def _line_start(data: bytes, offset: int) -> int:
    return max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1


def _line_end(data: bytes, offset: int) -> int:
    """Return the offset after the line end that closes the line holding `offset`."""
    found = re.compile(rb"\r\n|\n|\r").search(data, offset)
    return found.end() if found else len(data)


def _chop_newline(data: bytes, offset: int) -> int:
    return offset - (2 if data[offset - 2 : offset] == b"\r\n" else 1)


def _blank_before(data: bytes, start: int) -> bool:
    return start > 0 and not data[_line_start(data, _chop_newline(data, start)) : start].strip()


def _blank_after(data: bytes, end: int) -> bool:
    return _BLANK.match(data, end) is not None


# ---- from decisions to bytes --------------------------------------------------------------------------


def accepted(decisions: Iterable[Decision]) -> tuple[Hunk, ...]:
    """Return the hunks to apply, the author's edits in them; a removal goes with its gap's first hunk."""
    chosen = list(decisions)
    taken = {
        d.hunk.gap for d in chosen if not d.hunk.follows and d.verdict in (Verdict.ACCEPTED, Verdict.EDITED)
    }
    hunks = []
    for decision in chosen:
        hunk = decision.hunk
        if hunk.follows:
            if hunk.gap in taken:
                hunks.append(hunk)
        elif decision.verdict is Verdict.ACCEPTED:
            hunks.append(hunk)
        elif decision.verdict is Verdict.EDITED:
            hunks.append(replace(hunk, replacement=decision.text))
    return tuple(hunks)


def apply(data: bytes, hunks: Iterable[Hunk]) -> bytes:
    """Return `data` with the hunks in it; every byte outside their spans is copied as it is.

    Raises `ValueError` when two hunks overlap or the original bytes are not at their place.
    """
    pieces: list[bytes] = []
    position = 0
    for hunk in sorted(hunks, key=lambda h: h.span):
        start, end = hunk.span
        if start < position:
            raise ValueError(f"two hunks overlap at byte {start}")
        if data[start:end] != hunk.original:
            raise ValueError(f"the original is not at byte {start}")
        pieces += (data[position:start], hunk.replacement)
        position = end
    return b"".join((*pieces, data[position:]))


def place(old: bytes, new: bytes, hunks: Sequence[Hunk]) -> tuple[tuple[Hunk, ...], tuple[Conflict, ...]]:
    """Move hunks made for `old` to where their lines stand in `new`.

    A hunk moves when its lines and the line on either side of it are the same in both; the others come
    back as conflicts. Hunks that follow another (removals) are dropped with it.
    """
    if old == new:
        return tuple(hunks), ()
    spans = relocate(old, new, [hunk.span for hunk in hunks])
    moved = [replace(h, span=span) for h, span in zip(hunks, spans, strict=True) if span is not None]
    conflicts = tuple(
        Conflict(h, Reason.CONTENT_CHANGED) for h, span in zip(hunks, spans, strict=True) if span is None
    )
    kept = {h.gap for h in moved if not h.follows}
    return tuple(h for h in moved if not h.follows or h.gap in kept), conflicts


def relocate(old: bytes, new: bytes, spans: Sequence[Span]) -> tuple[Span | None, ...]:
    """Return where each span of `old` stands in `new`; None where its lines, or one beside them, changed."""
    if old == new:
        return tuple(spans)
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_starts, new_starts = _starts(old_lines), _starts(new_lines)
    blocks = _matching(old_lines, new_lines)
    firsts = [a for a, _, _ in blocks]
    found: list[Span | None] = []
    for span in spans:
        first, last = _touched(old_starts, span, len(old_lines))
        above, below = max(first - 1, 0), min(last + 1, len(old_lines))
        at = bisect_right(firsts, above) - 1
        a, b, size = blocks[at] if at >= 0 else (0, 0, -1)
        # What stands at an end of the draft stays at that end: nothing may have come before or behind.
        ends = (first > 0 or b == 0) and (last < len(old_lines) or b + size == len(new_lines))
        if a <= above and below <= a + size and ends:
            shift = new_starts[b] - old_starts[a]
            found.append(Span(span.start + shift, span.end + shift))
        else:
            found.append(None)
    return tuple(found)


def _starts(lines: Sequence[bytes]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _touched(starts: Sequence[int], span: Span, count: int) -> tuple[int, int]:
    """Return the half-open range of line numbers (from 0) that `span` touches; empty for an insertion."""
    first = bisect_right(starts, span.start, 0, count) - 1 if span.start < starts[-1] else count
    last = bisect_left(starts, span.end)
    return max(first, 0), max(last, first)


def _matching(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Return the runs of equal lines as (old line, new line, how many), the common ends first cut off."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    ).get_matching_blocks()
    runs = [(0, 0, head), *((a + head, b + head, size) for a, b, size in middle if size)]
    runs.append((len(old) - tail, len(new) - tail, tail))
    joined: list[tuple[int, int, int]] = []
    for a, b, size in runs:
        if joined and size and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (a, b):
            a, b, size = joined[-1][0], joined[-1][1], joined.pop()[2] + size
        if size:
            joined.append((a, b, size))
    return joined

"""Make the hunks that put a text into the place of a gap.

Hunks index the draft as it was read and never each other, so nothing shifts however they are decided.
"""

from __future__ import annotations

import re

from assistant.core.hunks.apply import apply
from assistant.core.text.draft import Draft, Heading, parse
from assistant.core.types import Gap, GapKind, Hunk, Span

_BLANK = re.compile(rb"[ \t]*(?:\r\n|\n|\r)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "。", "！", "？", '."', '?"', '!"', ".”", "?”", ".*", ".)")


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

"""Make the hunks that put a text into the place of a gap.

Hunks index the draft as it was read and never each other, so nothing shifts however they are decided.
"""

from __future__ import annotations

import re

from assistant.core.hunks.apply import apply
from assistant.core.text.draft import Draft, Heading, parse
from assistant.core.text.lists import item_mark
from assistant.core.text.sentences import ends_sentence
from assistant.core.types import Gap, Hunk, Span

_BLANK_LINE = re.compile(rb"[ \t]*(?:\r\n|\n|\r)")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)*")
"""The indent of a line and the marks of a quote before its words: `  > `."""


def hunk_for(
    draft: Draft, gap: Gap, *, text: str, target: Span | None = None, notes: tuple[str, ...] = ()
) -> Hunk:
    """Return the hunk that puts `text` (clean, `\\n` line ends) into the place of `gap` or its `target`."""
    if target is not None:
        span, text = _after_target(draft, target, text)
    elif heading := draft.heading_at(gap.span):
        span, text = _under_heading(draft, heading, text)
    else:
        span, text = gap.span, _indented(draft, gap.span, text, whole=True)
    replacement = text.replace("\n", draft.newline).encode()
    return Hunk(gap.id, span, draft.data[span.start : span.end], replacement, (), notes)


def removal(draft: Draft, gap: Gap) -> Hunk:
    """Return the hunk that takes an instruction line away, with the blank lines that only it needed."""
    data = draft.data
    start, end = draft.line_start(gap.span.start), draft.line_end(gap.span.end)
    blank_before = start > 0 and not data[draft.line_start(start - 1) : start].strip()
    if blank_before or start == draft.front_matter.end:
        limit = min((t.start for t in gap.targets if t.start >= end), default=len(data))
        while (blank := _BLANK_LINE.match(data, end)) and blank.end() <= limit:
            end = blank.end()
    elif end == len(data) and start > 0:
        start -= 2 if data[start - 2 : start] == b"\r\n" else 1
    span = Span(start, end)
    return Hunk(gap.id, span, data[start:end], b"", (), ("takes the instruction line away",), follows=True)


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


def _under_heading(draft: Draft, heading: Heading, text: str) -> tuple[Span, str]:
    """Return the place below a heading, and the text with the blank lines that the draft's style has."""
    data = draft.data
    end = draft.line_end(heading.span.end)
    lead = "\n" if _blank_below_headings(draft) else ""
    if not data[:end].endswith((b"\n", b"\r")):
        return Span(end, end), "\n" + lead + text
    tail = "\n" if not data[end:].strip() or _BLANK_LINE.match(data, end) else "\n\n"
    return Span(end, end), lead + text + tail


def _after_target(draft: Draft, target: Span, text: str) -> tuple[Span, str]:
    """Return the place behind a list item or paragraph, and the text that continues its own words."""
    end = target.start + len(draft.data[target.start : target.end].rstrip())
    words = draft.text((target.start, end))
    joint = " " if ends_sentence(words) or words.rstrip("*_").endswith((":", ";")) else ". "
    if text.startswith("\n"):
        joint = ""
    elif text[:1].islower():  # it goes on with the author's sentence
        joint = " "
    return Span(end, end), joint + _indented(draft, target, text)


def _indented(draft: Draft, span: Span, text: str, *, whole: bool = False) -> str:
    """Indent all lines of `text` but the first so that they stay in the list item or quote at `span`.

    With `whole`, an item that begins with the span goes as a whole, so nothing stays in it.
    """
    start = draft.line_start(span.start)
    line = draft.text((start, draft.line_end(span.start)))
    lead = _QUOTE.match(line)
    prefix = lead[0] if lead else ""
    replaced = whole and span.start <= start + len(prefix.encode())
    mark = "" if replaced else item_mark(line[len(prefix) :].rstrip("\n"))
    prefix += " " * len(mark.expandtabs(4))
    first, *rest = text.split("\n")
    return "\n".join([first, *((prefix + line).rstrip() if prefix else line for line in rest)])


def _blank_below_headings(draft: Draft) -> bool:
    """Tell whether this author leaves a blank line between a heading and its text; most do."""
    bodies = [draft.data[h.body.start : h.body.end] for h in draft.headings]
    blank = [bool(_BLANK_LINE.match(body)) for body in bodies if body.strip()]
    return 2 * sum(blank) >= len(blank)

"""Read what heads an empty place, in its author's words: a title, a term, a row and its column, a lead-in."""

from __future__ import annotations

from assistant.core.text import lazy
from assistant.core.text.boxes import inner_prefix
from assistant.core.text.cells import cell_head
from assistant.core.text.draft import Draft
from assistant.core.text.lists import item_mark, without_mark
from assistant.core.text.sentences import sentences
from assistant.core.types import Gap, GapKind, Span

_MARKS = lazy.pattern(r"[ \t]*(?:>[ \t]*)*")
"""The marks of a quote and the blanks before a line's words."""
_DEFINITION = lazy.pattern(r"[:~](?:[ \t]|\Z)")
_FOOTNOTE = lazy.pattern(r"\[\^[^\]\s]+\](?=:)")
_TAG = lazy.pattern(r"<[^<>]*>")
_NO_WORDS = lazy.pattern(r"(?:<div class=)?[^\w\s'’.]+")
"""What isn't said to readers in a box's first line: `<summary>`, `!!!`, `[! ]`."""
_FAR = 200
"""Lines above a list's item in which its lead-in is looked for."""


def head_of(draft: Draft, offset: int) -> str:
    """Return the words that say what belongs into the empty place at a byte; nothing where none do.

    `What we took:` heads the bullets below it, `Cleat hitch` its definition, `Keelboat: Use` a cell.
    """
    if cell := cell_head(draft, offset):
        return cell
    number = draft.line(offset)
    line = _line(draft, number)
    if _DEFINITION.match(line.strip()):
        lines = (_line(draft, at).strip() for at in range(number - 1, max(number - _FAR, 0), -1))
        return next((words for words in lines if words and not _DEFINITION.match(words)), "")
    if note := _FOOTNOTE.match(line.strip()):
        at = draft.data.find(note[0].encode())
        text = draft.text((draft.line_start(at), at)) if at < draft.line_start(offset) else ""
        return next(reversed(sentences(text)), "").strip()
    if inner_prefix(line.encode()) is not None:
        words = (_NO_WORDS.sub(" ", part) for part in (_TAG.sub("", line), line))
        return next((" ".join(part.split()).strip(".") for part in words if part.strip()), "")
    if not item_mark(line):
        return ""
    own = len(line) - len(line.lstrip())
    for at in range(number - 1, max(number - _FAR, 0), -1):
        above = _line(draft, at)
        indent = len(above) - len(above.lstrip())
        if not any(map(str.isalnum, above)) or indent > own or (indent == own and item_mark(above)):
            continue
        lead_in = without_mark(above).strip()
        return lead_in if item_mark(above) or lead_in.endswith((":", "：")) else ""
    return ""


def name_of(draft: Draft, gap: Gap) -> str:
    """Return what to call a gap: what its author asks for, the notes or their line, or its heading."""
    text = draft.text(gap.span)
    is_notes = gap.kind is GapKind.NOTES and any(map(str.isalpha, text))
    if gap.span.start < draft.front_matter.end or (is_notes and not gap.instruction):
        return text
    if words := gap.instruction or cell_head(draft, gap.span.start) or line_of(draft, gap.span):
        return words
    if not any(map(str.isalnum, text)) and (words := head_of(draft, gap.span.start)):
        return words
    return (gap.heading_path[-1] if gap.heading_path else draft.title) or text


def line_of(draft: Draft, span: Span) -> str:
    """Return the line of a place that has no words of its own: `Cost: ???`; nothing where it says no more."""
    line = draft.text((draft.line_start(span.start), draft.line_end(span.end)))
    has_words = any(map(str.isalnum, draft.text(span)))
    return "" if has_words or not any(map(str.isalnum, line)) else without_mark(line.strip())


def _line(draft: Draft, number: int) -> str:
    """Return a line, counted from 1, without its end and the marks of a quote; an indent stays."""
    start = draft.line_starts[number - 1]
    line = draft.text((start, draft.line_end(start))).rstrip("\n")
    mark = _MARKS.match(line)
    return line[mark.end() :] if mark and ">" in mark[0] else line

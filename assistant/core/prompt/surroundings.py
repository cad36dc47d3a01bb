"""Read the surroundings of a gap from the draft, and which kind of text fits there."""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

from assistant.core.hunks import container
from assistant.core.text.boxes import inner_prefix
from assistant.core.text.cells import table_rows
from assistant.core.text.draft import NEAR_HEADING, Draft
from assistant.core.text.lists import item_mark, items, without_mark
from assistant.core.text.sentences import ends_sentence, sentence_spans, sentences
from assistant.core.text.spans import overlap
from assistant.core.text.words import ADDRESS, is_spaceless, tokens
from assistant.core.types import Gap, GapKind, Span

PLAIN_CODE = "text"
"""The language of a code block that names none, which may hold words as well as code."""
_NEAR, _NEAR_BYTES = 90, 500
"""Most words and bytes of the text just before and after a gap that its turn repeats; in any script, a token
has about four bytes."""
_BESIDE = 1000
"""Bytes of a list before and after an item that show how long the others are."""
_WRAPPED = 40
"""Fewest bytes of a line that an editor may have wrapped; notes are shorter."""
_LABEL = 3
"""Most words of an item's label."""
_LABELS = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+[^:：\n]{1,40}([:：])", re.MULTILINE)
"""An item with a label: `- First fold: gentle`."""
_BOLD = re.compile(r"(\*\*|__)[^*_\n]{1,40}\1:?")
"""A label in bold, which is no sentence despite its stop: `**Day 3.**`."""
_BRACKETED = re.compile(r"(?s)[(（\[【〔［].*[)）\]】〕］]")
"""A marker in brackets: `（TODO：理由）`."""
_PARTICLE = re.compile(
    r"[はがをへ](?!じめ)|[にでとのも](?=[^\u3041-\u309f]|[はも])|[的说說是和也就把被]"
    r"|[이가은는을를에의와과도로](?=\s)"
)
"""How a sentence goes on after a marker that stands for its first words: `（TODO: 誰）は笑った。`"""
_MARKUP = re.compile(
    r"<[^<>\n]+>|\n[ \t>]*|\*+|(?<!\w)_+|_+(?!\w)|\A[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\])?|\|"
)
"""Tags, line ends with a quote's marks, emphasis, and a list's mark: not words of a sentence."""
_INFO = re.compile(r"[`~]+[ \t]*\{?\.?([^\s,{}]*)")
"""The language after a fence, in Pandoc's form too: `python`, `{.python}`."""


def stub(draft: Draft, target: Span) -> str:
    """Return the words of a list item or paragraph, without the list's own mark."""
    return without_mark(draft.text(target).strip())


def passage(draft: Draft, gap: Gap, target: Span, *, remark: bool = False) -> str:
    """Return the finished text to revise, without its container's marks.

    It has no remark in it either, except with `remark`, which shows the words that it is about.
    """
    span, prefix, *_ = container.place_of(draft, target)
    (start, end), note = span, gap.span
    text = draft.text(span)
    if not remark and start <= note.start < note.end <= end:
        before, after = draft.text((start, note.start)), draft.text((note.end, end))
        is_line = not before.rpartition("\n")[2].strip() and after[:1] in ("\r", "\n")
        before = before.rstrip() if is_line or not after[:1].isalnum() else before
        text = before + (after.lstrip(" \t") if before[-1:].isspace() else after)
    return container.taken(text, prefix).strip()


class Marks(NamedTuple):
    """What of a container is around a passage and stays."""

    above: str = ""
    """The first line of its box, or the term of which it is the definition."""
    before: str = ""
    """What is before its words on their line: `:   `, `> `, `[^1]: `."""
    below: str = ""
    """The line below it, which may end its box: `:::`."""


NO_MARKS = Marks()


def marks(draft: Draft, target: Span) -> Marks:
    """Return what is around the words of a passage."""
    start, end = container.place_of(draft, target).span
    line, last = draft.line_start(start), draft.line_end(end)
    before, above = draft.text((line, start)), draft.data[:line].rstrip(b" \t\r\n>").decode()
    opener = above[max(above.rfind("\n"), above.rfind("\r")) + 1 :]
    is_above = before.strip(" \t>") in (":", "~") or inner_prefix(opener.encode()) is not None
    below = draft.text((last, draft.line_end(last))).strip()
    return Marks(opener.strip(" \t>") if is_above else "", before, below)


def half_sentence(draft: Draft, gap: Gap) -> str:
    """Return the lines of a sentence that stops in the middle; empty for fragments.

    All of an item counts as one, since its text follows. A wrapped sentence has a long first line, or one
    that ends in a comma, and no capital begins its other lines. A short item gets the colon of its list.
    """
    span, prefix, *_ = container.place_of(draft, gap.span)
    text = container.taken(draft.text(span).strip().replace("\r", ""), prefix)
    first, *tail = text.split("\n")
    line = draft.line_end(gap.span.start) - draft.line_start(gap.span.start)
    is_long = line > _WRAPPED or first.endswith(",")
    is_one = not tail or (is_long and not any(part.lstrip()[:1].isupper() for part in tail))
    is_plain = not any(p.lstrip().startswith((">", "|", "#")) or item_mark(p) for p in (first, *tail))
    is_open = not ends_sentence(text) or _BOLD.fullmatch(text)
    is_half = gap.kind is GapKind.NOTES and not gap.instruction and any(map(str.isalnum, text))
    if not (is_plain and is_half and (is_in(draft, gap, "Item") or (is_one and is_open))):
        return ""
    lists = [b for b in draft.blocks_around(Span(span.start, span.start + 1)) if b.kind == "List"]
    is_label = lists and len(text.split()) <= _LABEL and not re.search("[:：]", text)
    labels = _LABELS.search(draft.text(lists[-1].span)) if is_label else None
    return text + labels[1] if labels else text


def items_beside(draft: Draft, gap: Gap) -> list[str]:
    """Return the texts of the nearest items of a marker's list, which show what fits in its place.

    Items that begin with the same word are unwritten themselves: `TODO`.
    """
    lists = [block for block in draft.blocks_around(gap.span) if block.kind == "List"]
    if gap.kind not in (GapKind.MARKER, GapKind.COMMENT) or not lists:
        return []
    start, end = lists[-1].span
    start = draft.line_start(max(start, gap.span.start - _BESIDE))
    end = draft.line_end(min(end, gap.span.end + _BESIDE))
    parts = (start, draft.line_start(gap.span.start)), (draft.line_end(gap.span.end), end)
    texts = [item.text for part in parts for item in items(textwrap.dedent(draft.text(part)))]
    return [text for text in texts if tokens(text)[:1] != tokens(draft.text(gap.span))[:1]]


def is_in(draft: Draft, gap: Gap, kind: str) -> bool:
    """Tell whether a gap is, or is in, a block of a kind such as `Item` or `TableCell`."""
    return any(block.kind == kind for block in draft.blocks_around(gap.span))


def note(draft: Draft, gap: Gap) -> str:
    """Return the author's instruction in a gap; empty where that is the marker itself, such as `*TODO*`."""
    is_bare = gap.instruction.isupper() and gap.instruction == draft.text(gap.span).strip("*_[]() ")
    return "" if is_bare else gap.instruction


def heading_text(draft: Draft, gap: Gap) -> str:
    """Return the heading right above a gap, even one without its blank; empty where there is none."""
    line = draft.data[: gap.span.start].rstrip().rpartition(b"\n")[2]
    text = line.decode().strip("# \t") if NEAR_HEADING.fullmatch(line) else ""
    return text or (gap.heading_path[-1] if gap.heading_path else "")


def is_inline(draft: Draft, gap: Gap) -> bool:
    """Tell whether a gap is in a list item or among other words of its paragraph."""
    if gap.kind is GapKind.EMPTY_SECTION:
        return False
    for block in draft.blocks_around(gap.span):
        if block.kind in ("Item", "Table", "TableCell"):
            return True
        if block.kind in ("Paragraph", "HtmlBlock"):  # a comment may be all of one
            context = draft.data[block.start : gap.span.start] + b"\n" + draft.data[gap.span.end : block.end]
            return any(line.strip() and not NEAR_HEADING.fullmatch(line) for line in context.splitlines())
    return False


def sentence_around(draft: Draft, gap: Gap) -> tuple[str, str] | None:
    """Return the author's words just before and after a gap in the middle of a sentence; None elsewhere.

    `the coffee (TODO: why) and nobody minded.` has both, `We left (TODO: why)` only those before it.
    """
    start, end = gap.span
    blocks = draft.blocks_around(gap.span)
    is_marker = gap.kind in (GapKind.MARKER, GapKind.COMMENT, GapKind.INSTRUCTION) and not gap.targets
    if not is_marker or draft.heading_at(gap.span) or any(b.kind == "CodeBlock" for b in blocks):
        return None
    line, line_end = draft.line_start(start), draft.line_end(end)
    is_alone = not any(map(str.isalnum, draft.text((line, start)) + draft.text((end, line_end))))
    is_paragraph = bool(blocks) and (is_alone or blocks[-1].kind in ("Paragraph", "TableCell"))
    begin, stop = blocks[-1].span if is_paragraph else (line, line_end)
    before, after = (
        _MARKUP.sub(lambda mark: " " if "\n" in mark[0] else "", draft.text(part))
        for part in ((begin, start), (end, stop))
    )
    parts, spans = sentences(before), sentence_spans(after)
    is_open = bool(parts) and not ends_sentence(before)
    first = after.lstrip()[:1]
    marker = draft.text(gap.span)
    is_apart = not is_open and _BRACKETED.fullmatch(marker.strip()) and not _PARTICLE.match(after)
    is_glued = is_spaceless(first) and not (ends_sentence(marker) or is_apart)  # `TODO：理由。春に…` ends
    has_colon = draft.text((end, line_end)).lstrip().startswith((":", "："))  # `:::` below closes a box
    goes_on = first in tuple(",;–—、，；") or has_colon or first.islower() or is_glued
    is_label = not draft.text((line, start)).rstrip()[-1:].isalnum()  # `**Wool**`, after which a text begins
    ends = not first and (bool(brackets(draft, gap)) or not is_label)
    is_lead = before.rstrip().endswith((":", "："))
    if is_alone and not (goes_on and is_open and not is_lead):
        return None  # in a line of its own, unless the sentence around it is wrapped
    if not (goes_on or (is_open and not is_lead and (first or ends))):
        return None
    return parts[-1] if is_open else "", after[: spans[0][1]].strip() if spans else after.strip()


def brackets(draft: Draft, gap: Gap) -> str:
    """Return the round brackets around all of a gap, which its text needs too."""
    marker = draft.text(gap.span).strip()
    return marker[0] + marker[-1] if re.fullmatch(r"\(.*\)|（.*）", marker, re.DOTALL) else ""


def row_around(draft: Draft, gap: Gap) -> tuple[tuple[str, str], ...]:
    """Return the cells of a gap's row, each with its column's label; the gap's own cell is empty."""
    blocks = {block.kind: block for block in draft.blocks_around(gap.span)}
    if not {"TableRow", "TableCell"} <= blocks.keys():
        return ()
    own_cell = blocks["TableCell"]
    head, *rows = table_rows(draft, draft.blocks.index(blocks["Table"]))
    row = next(row for row in rows if own_cell in row)
    texts = ["" if cell == own_cell else draft.text(cell.span).strip() for cell in row]
    return tuple(zip((draft.text(cell.span).strip() for cell in head), texts, strict=True))


def is_rows(draft: Draft, target: Span) -> bool:
    """Tell whether a target is one or more rows of a table, without its header."""
    blocks = [b for b in draft.blocks if overlap(b, target)]
    rows = [b for b in blocks if b.kind == "TableRow"]
    if not rows or any(b.kind == "TableHead" for b in blocks):
        return False
    before, after = draft.data[rows[0].start : target.start], draft.data[target.end : rows[-1].end]
    return not (before + after).strip(b" \t\r\n|")


def code_language(draft: Draft, gap: Gap) -> str:
    """Return the language of the code block around a gap, or `PLAIN_CODE`; empty outside code."""
    for block in draft.blocks_around(gap.span):
        if block.kind == "CodeBlock" and block.start < gap.span.start and gap.span.end < block.end:
            info = _INFO.match(draft.text(block.span).lstrip())
            return (info[1] if info else "") or PLAIN_CODE
    return ""


def words_before(draft: Draft, gap: Gap) -> str:
    """Return the last sentence before a gap in its own line, without a list's mark."""
    parts = sentences(without_mark(draft.text((draft.line_start(gap.span.start), gap.span.start)).lstrip()))
    return parts[-1] if parts else ""


def words_around(draft: Draft, gap: Gap) -> tuple[str, str]:
    """Return the words of its section just before a gap, and those just after it or the next heading."""
    end = max((gap.span.end, *(t.end for t in gap.targets)))
    section = draft.heading_above(gap.span.start)
    next_heading = next((h for h in draft.headings if h.span.start >= end), None)
    if gap.kind is GapKind.EMPTY_SECTION:
        return "", next_heading.text if next_heading else ""
    start = section.body.start if section else draft.front_matter.end
    stop = next_heading.span.start if next_heading else len(draft.data)
    # From an address, a model could only invent another one; the words of a link stay.
    before = ADDRESS.sub("", draft.text((min(start, gap.span.start), gap.span.start))).split()
    after = ADDRESS.sub("", draft.text((end, max(stop, end)))).split()
    return " ".join(_nearest(before[::-1], last=True)[::-1]), " ".join(_nearest(after, last=False))


def _nearest(parts: list[str], *, last: bool) -> list[str]:
    """Return the first of `parts` within `_NEAR` and `_NEAR_BYTES`; in Chinese, one may be a paragraph."""
    result: list[str] = []
    room = _NEAR_BYTES
    for part in parts[:_NEAR]:
        data = part.encode()
        if len(data) > room:
            piece = data[-room:] if last else data[:room]
            return [*result, piece.decode(errors="ignore")] if is_spaceless(part) else result
        result.append(part)
        room -= len(data)
    return result

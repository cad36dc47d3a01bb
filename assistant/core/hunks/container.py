"""Keep a text inside the container of its gap: a quote, a list item, a footnote, an indented box, a cell.

A container is read off the bytes of the gap's line, since CommonMark doesn't know some that sites do: the
boxes of MkDocs (`!!! note`, `=== "Tab"`) are blanks to it, and definitions (`:   …`) words.
"""

from __future__ import annotations

import bisect
import re
from typing import NamedTuple

from assistant.core.text import lazy
from assistant.core.text.boxes import BORDER, CLOSER, SETTINGS, inner_prefix
from assistant.core.text.draft import Block, Draft, ends_in_pipe
from assistant.core.text.lists import item_mark
from assistant.core.types import Span

CELL = "|"
"""The prefix that stands for a table's cell: the text has one line there, and its own `|` are escaped."""

_MARK = lazy.pattern(
    rb"(?P<same>[ \t]+|>[ \t]?)"
    rb"|(?P<item>(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|\Z))(?:\[[ xX]\](?:[ \t]+|\Z))?"
    rb"|(?P<wide>\[\^[^\]\s]+\]:[ \t]*|[:~](?:[ \t]+|\Z))"
)
"""What may open a line before its words: blanks, `> `, `- `, `12. `, `- [ ] `, `[^note]: `, `:   `."""
_CODE_MARK = lazy.pattern(rb"(?P<same>[ \t]+|>[ \t]?)|(?P<item>(?!))")
"""In code, a hyphen begins no item: only blanks and the marks of a quote belong to the container."""
_WIDE = "    "
"""What all flavours of Markdown take before the further lines of a footnote or a definition."""
_WIDEST = 4
"""Most blanks after a mark before its text; after more, it would be code."""
_ITEM = lazy.pattern(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?[^\s\[]", re.MULTILINE)
"""An item with words."""
_BOX_NAME = lazy.pattern(rb"\[![\w-]+\]")
"""The name in the first line of a quote that is shown as a box: `> [!todo] Winter`."""
_BARE_PIPE = lazy.pattern(r"(?<!\\)((?:\\\\)*)\|")
"""A `|` that would end the cell of a table: no backslash, or an even number of them, is before it."""
_BLOCK_ID = lazy.pattern(rb"[ \t]+\^[A-Za-z0-9-]+\Z")
"""Obsidian's name of a block, at its end: `… and the tide. ^tide-1`."""
_BLOCKS = frozenset(("BlockQuote", "CodeBlock", "HtmlBlock"))
_SIGNS = b"!%/:<?\\`{~"
"""What lines begin with that only some sites know for a block: `%%`, `!!!`, `:::`, `{{<`."""
_QUOTED = lazy.pattern(r"^>[ ]?", re.MULTILINE)
"""A quote's mark on each line."""


class Place(NamedTuple):
    """Where the words of a text go, and what keeps them in their container."""

    span: Span
    """The bytes to be replaced: no mark of the container is among them."""
    prefix: str
    """What every line but the first begins with, or `CELL`."""
    lead: str = ""
    """What separates the text from the mark before it: a blank after an empty `-`."""
    marks: str = ""
    """Marks that the gap begins with and that stay: a text needn't repeat them."""
    tail: str = ""
    """What separates the text from what is after it: the end of the last line in a box."""


def place_of(draft: Draft, span: Span, *, text: str = "") -> Place:
    """Return where `text` goes in place of `span`, whose marks stay: in `- TODO` the word alone goes.

    A list of several items goes as a whole, and so does the item that a list is written for.
    """
    data = draft.data
    start, end = _trimmed(data, span)
    around = draft.blocks_around(Span(start, end))
    if any(block.kind == "TableCell" for block in around):
        return _in_cell(data, around, Span(start, end))
    line = draft.line_start(start)
    line_end = line + len(data[line : draft.line_end(start)].rstrip(b"\r\n"))
    # Indented code may be a box of MkDocs, which has lists in it.
    pattern = _CODE_MARK if any(block.is_fenced_code for block in around) else _MARK
    is_item = _ITEM.match(text) is not None
    is_whole = is_item or len(_ITEM.findall(draft.text((start, end)))) > 1
    at, prefix, last = line, "", ""
    while mark := pattern.match(data, at, line_end):
        last = mark.lastgroup or ""
        if last == "item" and is_whole and (at >= start or (is_item and mark.end() >= start)):
            start = min(start, at)
            break
        own = mark[last].decode()
        is_box = own.rstrip() == ">" and at >= start and _BOX_NAME.match(data, mark.end()) is not None
        if is_box:
            break  # its quote goes as well
        if last == "same":
            prefix += "> " if own == ">" else own  # blanks that follow it would lose the first one to it
        else:
            # A tab's width depends on where it is, also in a footnote: a few blanks too many do no harm.
            own += " " * ("\t" in own and prefix.startswith(_WIDE))
            to, since = (len(data[line:end].expandtabs(4)) for end in (mark.end(last), at))
            prefix += _WIDE if last == "wide" else " " * max(to - since, len(own.expandtabs(4)))
        at = mark.end()
        if last == "item" and mark[0].rstrip().endswith(b"]"):  # after a check box come words alone
            break
    if last in ("item", "wide") and at >= start and not data[at:line_end].strip():  # nothing after the mark
        prefix += " " * (last == "item" and data[at - 1 : at] not in (b" ", b"\t", b"]"))
        mark_end = line + len(data[line:at].rstrip(b" \t"))
        is_kept = 0 < at - mark_end <= _WIDEST
        at = at if is_kept else mark_end
        rest = data[end : draft.line_end(end)].rstrip(b"\r\n")
        end += 0 if rest.strip() else len(rest)
        return Place(Span(at, max(at, end)), prefix, "" if is_kept else " ")
    marks = data[start : max(at, start)].decode()
    return Place(Span(min(max(start, at), end), end), prefix, marks=marks)


def _in_cell(data: bytes, around: list[Block], span: Span) -> Place:
    """Return where a text goes in a table's cell, with the `|` that its row lacks: `keel`, `| keel |`."""
    start, end = span
    lead, tail = (" " * (start == end and data[at : at + 1] == b"|") for at in (start - 1, end))
    row = next((block for block in around if block.kind == "TableRow"), around[-1])
    words, rest = data[row.start : start].rstrip(), data[end : row.end]
    if start == end and not rest.strip():  # the row's last cell
        is_open = not ends_in_pipe(words, len(words))
        lead = " | " if is_open and around[-1].start == around[-1].end else lead
        tail = " |" * (not is_open and words.startswith(b"|") and len(words) > 1)
    return Place(span, CELL, lead, tail=tail)


def below_opener(draft: Draft, span: Span) -> Place | None:
    """Return where text goes in the empty box or tab that the line of `span` opens; None for other lines."""
    start, end = draft.line_start(span.start), draft.line_end(span.end)
    line = draft.data[start:end]
    prefix = inner_prefix(line.rstrip(b"\r\n"))
    if prefix is None:
        return None
    if b"{" in line and (settings := SETTINGS.match(draft.data, end)):
        end = settings.end()
    # Markdown in HTML begins after a blank line, and ends at one.
    gap = f"{prefix.rstrip()}\n" * line.lstrip(b" \t>").startswith(b"<")
    is_last = not line.endswith((b"\n", b"\r"))
    tail = "" if is_last else "\n" + gap * bool(draft.data[end : draft.line_end(end)].strip(b" \t\r\n>"))
    return Place(Span(end, end), prefix, "\n" * is_last + gap + prefix, tail=tail)


def apart(draft: Draft, place: Place, text: str) -> Place:
    """Return a place with blank lines to the lines beside it where `text` replaces a whole block.

    Else it and the author's paragraph would run together: `:::todo` … `:::` has words right below it, and
    a list that becomes prose has some right above it.
    """
    data, (start, end) = draft.data, place.span
    if not _is_block(draft, place.span, text):
        return place
    line, below = draft.line_start(start), draft.line_end(max(start, end - 1))
    blank, lead, tail = place.prefix.rstrip(), place.lead, place.tail
    if line > draft.front_matter.end and not data[line:start].strip(b" \t>"):
        above, heading = draft.line_start(line - 1), draft.heading_above(line)
        is_led = BORDER.match(data, above) or (heading and heading.span.end > above)
        lead = lead if is_led or not _words(data[above:line]) else f"\n{place.prefix}{lead}"
    rest, following = data[end:below], data[below : draft.line_end(below)]
    if (
        not rest.strip()
        and _words(following)
        and not (CLOSER.match(following) or _words(following)[:1] == b"<")
    ):
        end, tail = below, f"{tail}\n{blank}\n"
    return place._replace(span=Span(start, end), lead=lead, tail=tail)


def _words(line: bytes) -> bytes:
    return line.lstrip(b" \t>").rstrip()


def _is_block(draft: Draft, span: Span, text: str) -> bool:
    """Tell whether a block of its own begins a span, or lines that are one to a site: `\\todo{…}`."""
    first = bisect.bisect_left(draft.blocks, span.start, key=lambda block: block.start)
    own = draft.blocks[first] if first < len(draft.blocks) else None
    is_list = own is not None and own.kind == "List" and own.start == span.start and not item_mark(text)
    if own and own.start < span.end and (own.kind in _BLOCKS or is_list):
        return True
    is_inside = any(block.kind == "HtmlBlock" for block in draft.blocks_around(span))
    data = draft.data[span.start : span.end]
    return data[:1] in _SIGNS and (b"\n" in data or b"\r" in data) and not is_inside


def put(text: str, prefix: str) -> str:
    """Return `text` with the container's prefix before each of its lines but the first."""
    if prefix == CELL:
        return _BARE_PIPE.sub(r"\1\\|", " ".join(text.split()))
    if ">" in prefix and all(line.startswith(">") for line in text.split("\n") if line.strip()):
        text = _QUOTED.sub("", text)  # a model that saw the quote's marks writes them, too
    first, *rest = text.split("\n")
    return "\n".join([first, *(prefix + line if line.strip() else prefix.rstrip() for line in rest)])


def taken(text: str, prefix: str) -> str:
    """Return a text that was `put` into a container as it was before."""
    first, *rest = text.split("\n")
    bare = ("" if line.strip() == prefix.strip() else line.removeprefix(prefix) for line in rest)
    return "\n".join([first, *bare])


def _trimmed(data: bytes, span: Span) -> tuple[int, int]:
    """Return the ends of a span without blanks at them, and without the block's id, which stays."""
    end = span.start + len(data[span.start : span.end].rstrip())
    if name := _BLOCK_ID.search(data, span.start, end):
        end = name.start()
    return end - len(data[span.start : end].lstrip()), end

"""Take a draft apart into leaves: pieces of text that no other block divides, without their marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assistant.core.text import lazy
from assistant.core.text.draft import Block, Draft
from assistant.core.text.lists import MARK_BYTES
from assistant.core.types import Span

BLANK = b" \t\r\n"
"""What is not text at the ends of a line or a block."""

_MARK = 40
"""Bytes at an item's beginning that hold its mark."""


class Leaf(NamedTuple):
    """A piece of text that no other block divides: a paragraph, a list item's own words, a heading."""

    kind: str
    """A column's name: `TableHead`; `Paragraph`, `Item`, `Heading`, `TableCell`, `CodeBlock`, `HtmlBlock`."""
    start: int
    end: int
    """After its last byte that is not blank."""
    block: int
    """Its index among the draft's blocks; an item's words have that of the item."""
    group: int
    """The index of the list that it stands in, innermost; -1 outside lists."""
    lists: int
    """How many lists it stands in."""
    quoted: bool
    """Whether it stands in a block quote."""
    aside: bool
    """Whether it stands in a footnote, which is no part of the section around it."""

    @property
    def span(self) -> Span:
        """Its bytes."""
        return Span(self.start, self.end)


def leaves_of(draft: Draft) -> list[Leaf]:
    """Return the leaves of a draft in document order."""
    data, blocks = draft.data, draft.blocks
    leaves: list[Leaf] = []
    add, new = leaves.append, tuple.__new__
    until, group, lists, quoted, aside = len(data) + 1, -1, 0, False, False  # what stands around, and its end
    outer: list[tuple[int, int, int, bool, bool]] = []
    head_end = 0
    for index, (kind, start, end, _, _) in enumerate(blocks):
        while start >= until:
            until, group, lists, quoted, aside = outer.pop()
        if kind in _AROUND:
            outer.append((until, group, lists, quoted, aside))
            until = end
            if kind == "List":
                group, lists = index, lists + 1
            elif kind == "BlockQuote":
                quoted = True
            else:
                aside = True
            continue
        if kind in _CONTAINERS:
            head_end = end if kind == "TableHead" else head_end
            continue
        if kind == "TableCell" and start < head_end:
            kind = "TableHead"
        elif kind == "Item":
            start, end, is_only_mark = _own_words(data, blocks, index)
            if is_only_mark:
                continue
        while end > start and data[end - 1] in BLANK:
            end -= 1
        if end > start and data[end - 1] in _CLOSING_SIGNS and kind in _TEXT:
            end = without_closing(data, start, end)
        if end > start and data[end - 1] == _BRACE and (attributes := _ATTRIBUTES.search(data, start, end)):
            end = attributes.start()
        if kind == "Paragraph" and (data[start] in b"/<" or data[end - 1] == _SLASH):
            kind, start, end = _as_written(data, start, end)
            if start >= end:
                continue
        add(new(Leaf, (kind, start, end, index, group, lists, quoted, aside)))
    return leaves


def _own_words(data: bytes, blocks: Sequence[Block], index: int) -> tuple[int, int, bool]:
    """Return where an item's own words stand, behind its mark, and whether another block begins there."""
    _, start, end, _, _ = blocks[index]
    mark = MARK_BYTES.match(data, start, start + _MARK)
    first = mark.end() if mark else start
    if index + 1 < len(blocks) and blocks[index + 1].start < end:
        end = blocks[index + 1].start
        return first, end, end <= first
    return min(first, end), end, False


def _as_written(data: bytes, start: int, end: int) -> tuple[str, int, int]:
    """Return the kind and the bytes of a paragraph as a site reads it, where CommonMark does not."""
    if _SLASH in (data[start], data[end - 1]):
        opening, closing = _SLASHES.match(data, start, end), _LAST_SLASHES.search(data, start, end)
        return "Paragraph", opening.end() if opening else start, closing.start() if closing else end
    return "HtmlBlock" if _COMPONENT.fullmatch(data, start, end) else "Paragraph", start, end


def without_closing(data: bytes, start: int, end: int) -> int:
    """Return where a text ends above the lines that close what it stands in, such as `:::`."""
    while (line := data.rfind(b"\n", start, end)) >= start and _CLOSING.fullmatch(data, line, end):
        end = start + len(data[start:line].rstrip())
    return end


_SLASH, _BRACE = map(ord, "/}")
_TEXT = frozenset(("Paragraph", "Item"))
_CLOSING_SIGNS = b":>}"
_CLOSING = lazy.pattern(
    rb"\n[ \t>]*(?::{3,}|</[A-Z][\w.]*>|\{\{[<%][ \t]*/[^{}\r\n]*\}\}|\{%-?[ \t]*end[^{}\r\n]*%\})[ \t\r]*"
)
"""Below text, CommonMark takes it for a line of it: `:::`, `</TabItem>`, `{{< /tab >}}`, `{% endtab %}`."""
_SLASHES = lazy.pattern(
    rb"(?:/{3,}[^\r\n]*(?:\r\n|\n|\r|\Z)(?:[ \t]{4,}[\w-]+:[^\r\n]*(?:\r\n|\n|\r|\Z))*[ \t>]*)+"
)
"""What opens a box in PyMdown: `/// details | More`, with its settings below it: `    type: note`."""
_LAST_SLASHES = lazy.pattern(rb"[\r\n]+[ \t>]*/{3,}\Z")
_COMPONENT = lazy.pattern(rb"<[A-Z][\w.]*\s[^<]*(?:\{<[^<]*)*>")
"""A component of MDX whose values CommonMark doesn't know for a tag's: `<Chart kinds={["bar"]} />`."""


_ATTRIBUTES = lazy.pattern(rb"(?i)\r?\n[ \t>]*\{:(?![ ]?toc)[^{}\r\n]*\}\Z")
"""What kramdown reads below a block, and shows nobody: `{: .big #mine}`."""
_AROUND = frozenset(("List", "BlockQuote", "FootnoteDefinition"))
_CONTAINERS = frozenset(("Table", "TableHead", "TableRow", "DefinitionList", "MetadataBlock"))

"""Lists in Markdown: the mark that opens a line, and the items of a text as CommonMark sees them."""

from __future__ import annotations

from typing import NamedTuple

from assistant.core.text import lazy
from assistant.core.text.draft import Block, blocks_of
from assistant.core.text.offsets import character_offsets

_MARK = lazy.pattern(
    r"[ \t]*([-*+]|\d{1,9}[.)])(?:[ \t]+|\Z|(?=[\r\n]))(?:\[[ xX]\](?:[ \t]+|\Z|(?=[\r\n])))?"
)
"""CommonMark's bullets and numbers, and GitHub's task boxes: `  - [x] `, `12) `."""
MARK_BYTES = lazy.pattern(_MARK.pattern.encode())
"""The same in a draft's bytes."""
_LEAD_IN = lazy.pattern(r"(?:\[[ xX]\][ \t]*)?(?:\*\*|__)[^*_\n]+(?:\*\*|__)")
"""`**Ask first.**` at an item's start, after a task's box."""
_NO_TEXT = lazy.pattern(
    r"(?ms)^[ \t]*\$\$.*?(?:\$\$[ \t]*$|\Z)|\{%-?\s*(highlight|raw)\b.*?(?:\{%-?\s*end\1\b|\Z)"
)
"""Formulas and Liquid's blocks of code, which are text in CommonMark."""


class Item(NamedTuple):
    """An item of a list, without the items below it. Offsets are characters of the text that was read."""

    mark: str
    """`-`, `*` or `+`, or the number with its stop."""
    text: str
    """The words after the mark, up to the next block."""
    start: int = 0
    """Where the mark begins."""
    end: int = 0
    """Where the text ends."""
    is_alone: bool = True
    """False when more paragraphs, or code, are below the text."""

    @property
    def is_numbered(self) -> bool:
        """True for an item of a numbered list."""
        return self.mark[0].isdigit()


def item_mark(text: str) -> str:
    """Return the list mark at the start of `text`, with its blanks and a task box; empty without one."""
    mark = _MARK.match(text)
    return mark[0] if mark else ""


def without_mark(text: str) -> str:
    """Return `text` without the list mark at its start."""
    return text[len(item_mark(text)) :]


def lead_in(text: str) -> str:
    """Return the bold words at the start of an item's text, such as `**Ask first.**`; empty without any."""
    bold = _LEAD_IN.match(text)
    return bold[0] if bold else ""


def items(text: str) -> list[Item]:
    """Return the items of all lists in Markdown, nested ones too, as CommonMark sees them."""
    blocks, at = blocks_of(text), character_offsets(text)
    excluded = [match.span() for match in _NO_TEXT.finditer(text)]
    children: list[list[Block]] = [[] for _ in blocks]
    above: list[int] = []
    for index, block in enumerate(blocks):
        while above and blocks[above[-1]].depth >= block.depth:
            above.pop()
        if above:
            children[above[-1]].append(block)
        above.append(index)
    result = []
    for block, inner in zip(blocks, children, strict=True):
        begin = at(block.start)
        mark = _MARK.match(text, begin) if block.kind == "Item" else None
        if mark is None or any(start <= begin < end for start, end in excluded):
            continue
        start, end = mark.end(1), at(inner[0].start if inner else block.end)
        if inner and inner[0].kind == "Paragraph":
            start, end = at(inner[0].start), at(inner[0].end)
            inner = inner[1:]
        content = text[start:end]
        start += len(content) - len(content.lstrip(" \t"))
        content = content.strip()
        result.append(
            Item(mark[1], content, mark.start(1), start + len(content), all(b.kind == "List" for b in inner))
        )
    return result

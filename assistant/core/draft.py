"""Reads a draft's bytes into blocks and headings with byte spans, and never writes anything."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pyromark

from assistant.core.types import Span
from assistant.errors import InputError

BOM = b"\xef\xbb\xbf"

OPTIONS = (
    pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
    | pyromark.Options.ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
    | pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_FOOTNOTES
)

_LINE_END = re.compile(rb"\r\n|\n|\r")


class Block(NamedTuple):
    """A block of the draft: a leaf such as a paragraph, or a container such as a list."""

    kind: str
    """pyromark's name: `Paragraph`, `Heading`, `List`, `Item`, `CodeBlock`, `BlockQuote`, `Table`, …"""
    start: int
    end: int
    depth: int
    """How many blocks it stands in; 0 at the top."""
    detail: Any
    """pyromark's detail: a heading's level, a code block's info string, a list's first number."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and what it governs."""

    level: int
    text: str
    """Its words without markup."""
    span: Span
    """From its first byte to the end of its line or underline, the line end not counted."""
    body: Span
    """From after its line to the next heading of any level, or the end."""
    section: Span
    """From its first byte to the next heading of the same or a higher level, or the end."""
    path: tuple[str, ...]
    """The texts of the headings above it, outermost first, its own last."""


@dataclass(frozen=True)
class Draft:
    """A draft as it was read: its bytes and what stands where in them. All offsets are bytes."""

    data: bytes
    newline: str
    """The line ending that most lines have: `\\n`, `\\r\\n` or `\\r`."""
    blocks: tuple[Block, ...]
    """In document order, a container before what it holds; front matter is not among them."""
    headings: tuple[Heading, ...]
    front_matter: Span
    """The metadata block with its fences; empty when there is none."""

    def text(self, span: tuple[int, int]) -> str:
        """Return the words at `span` with `\\n` line ends."""
        words = self.data[span[0] : span[1]].decode("utf-8", "replace")
        return words.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Byte offsets at which lines begin; `\\n`, `\\r\\n` and `\\r` end a line, nothing else does."""
        return (0, *(found.end() for found in _LINE_END.finditer(self.data)))

    def line(self, offset: int) -> int:
        """Return the number, from 1, of the line that holds the byte at `offset`."""
        return bisect.bisect_right(self.line_starts, offset)

    def lines(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return the first and the last line (from 1, inclusive) that `span` touches."""
        first = self.line(span[0])
        return first, max(first, self.line(max(span[0], span[1] - 1)))

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """The front matter's values; empty when there is none or it can't be read."""
        return read_metadata(self.text(self.front_matter))

    @property
    def title(self) -> str:
        """The title from the front matter, or else the first heading of level one, or nothing."""
        title = self.metadata.get("title")
        if isinstance(title, str) and title.strip():
            return title.strip()
        return next((h.text for h in self.headings if h.level == 1), "")


def parse(data: bytes) -> Draft:
    """Read a draft's bytes.

    Raises `InputError` when they are no UTF-8 text.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text: byte {error.start} can't be read; save it as UTF-8") from None
    if "\0" in text:
        raise InputError("a binary file, not a Markdown draft")
    offset = len(BOM) if data.startswith(BOM) else 0
    blocks, front_matter, raw_headings = _blocks(text[1:] if offset else text, offset)
    return Draft(data, _newline(data), tuple(blocks), _headings(data, raw_headings), front_matter)


def read_metadata(front_matter: str) -> Mapping[str, Any]:
    """Return the values of a front matter block given with its fences; empty when it is broken."""
    if not front_matter:
        return {}
    fence = front_matter[:3]
    try:
        if fence == "+++":
            import tomllib

            return tomllib.loads(front_matter.strip().strip("+"))
        import frontmatter

        values = frontmatter.loads(front_matter).metadata
    except Exception:  # the YAML and TOML readers raise many kinds, and a draft may hold anything
        return {}
    return values if isinstance(values, dict) else {}


def _newline(data: bytes) -> str:
    windows = data.count(b"\r\n")
    unix = data.count(b"\n") - windows
    mac = data.count(b"\r") - windows
    if windows > unix and windows >= mac:
        return "\r\n"
    return "\r" if mac > unix else "\n"


_Found = tuple[list[Block], Span, list[tuple[int, str, int, int]]]


def _blocks(text: str, offset: int) -> _Found:
    blocks: list[Block] = []
    headings: list[tuple[int, str, int, int]] = []
    front_matter = Span(0, 0)
    depth = 0
    detail: Any
    words: list[str] | None = None
    inline = frozenset(("Emphasis", "Strong", "Strikethrough", "Link", "Image"))
    events: Any = pyromark.events_with_range(text, options=OPTIONS)
    for event, place in events:
        if event.__class__ is str:
            if words is not None:
                words.append(" ")
            continue
        ((what, value),) = event.items()
        if what == "Start":
            kind, detail = (value, None) if value.__class__ is str else next(iter(value.items()))
            if kind in inline:
                continue
            start, end = place["start"] + offset, place["end"] + offset
            if kind == "MetadataBlock":
                front_matter = Span(start, end)
            elif kind == "Heading":
                detail = int(detail["level"][1])
                words = []
                blocks.append(Block(kind, start, end, depth, detail))
            else:
                blocks.append(Block(kind, start, end, depth, detail))
            depth += 1
        elif what == "End":
            kind = value if value.__class__ is str else next(iter(value))
            if kind in inline:
                continue
            depth -= 1
            if kind == "Heading" and words is not None:
                heading = blocks[-1]
                headings.append((heading.detail, "".join(words).strip(), heading.start, heading.end))
                words = None
        elif words is not None and what in ("Text", "Code"):
            words.append(value)
    return blocks, front_matter, headings


def _headings(data: bytes, found: list[tuple[int, str, int, int]]) -> tuple[Heading, ...]:
    """Give each heading its body, section and path; linear in the number of headings."""
    section_end = [len(data)] * len(found)
    open_ones: list[int] = []
    paths: list[tuple[str, ...]] = []
    for index, (level, text, start, _) in enumerate(found):
        while open_ones and found[open_ones[-1]][0] >= level:
            section_end[open_ones.pop()] = start
        paths.append((*(found[i][1] for i in open_ones), text))
        open_ones.append(index)
    headings = []
    for index, (level, text, start, end) in enumerate(found):
        next_start = found[index + 1][2] if index + 1 < len(found) else len(data)
        line_end = start + len(data[start:end].rstrip(b"\r\n"))
        headings.append(
            Heading(
                level,
                text,
                Span(start, line_end),
                Span(min(end, next_start), next_start),
                Span(start, section_end[index]),
                paths[index],
            )
        )
    return tuple(headings)

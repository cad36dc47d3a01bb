"""Read a draft's bytes into blocks and headings with byte spans."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pyromark

from assistant.core.text import boxes, front_matter, garbage_collection, lazy
from assistant.core.text.line_ends import newline_of, with_line_feeds
from assistant.core.text.spans import holds
from assistant.core.text.words import count_words
from assistant.core.types import Span
from assistant.errors import InputError

BOM = b"\xef\xbb\xbf"

OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_FOOTNOTES
)
"""The extensions of CommonMark in a draft's body, without the front matter."""

_ATTRIBUTES = lazy.pattern(r"\s*\{:?\s*[#.][^{}]*\}\s*$")
_HTML_HEADING = lazy.pattern(
    rb"(?ims)^[ \t]*<h([1-6])\b[^<>]{0,400}>(.{0,400}?)</h\1[ \t]*>[ \t]*(?:\r\n|\n|\r|\Z)"
)
_SECTION_TAGS = lazy.pattern(
    rb"(?i)(?:\s*<(?:article|div|main|section)\b[^<>]{0,400}>)*[ \t]*(?:\r\n|\n|\r)?"
)
"""What may be above the first heading of a block: `<section>`."""
NEAR_HEADING = lazy.pattern(rb"(?:#{2,6}[^#\s]|#[A-Z\x80-\xff][^#\s]*[ \t]+[^#\s])[^#\r\n]*#*[ \t]*")
"""`##Rain`, `#My trip`: a heading without a blank, which is text in Markdown; `#rain #lake` are tags."""
_DEFINED_CODE = lazy.pattern(r"(?<=\n):(?= {1,2}(?:```|~~~))")
"""The mark of a definition, as kramdown has it, before code whose comments would be headings."""
_TAG = lazy.pattern(r"<[^<>]*>")
_LINE_ENDS = frozenset(b"\r\n")
_MOST_ESCAPES = 20
"""Bytes before a `|` in which backslashes are counted."""
_MOST_BOXES = 20
"""Boxes in one another in which text is looked for."""


class Block(NamedTuple):
    """A block of the draft: a leaf such as a paragraph, or a container such as a list."""

    kind: str
    """pyromark's name: `Paragraph`, `Heading`, `List`, `Item`, `CodeBlock`, `BlockQuote`, `Table`, …"""
    start: int
    end: int
    depth: int
    """The number of blocks around it; 0 at the top."""
    detail: Any
    """pyromark's detail: a heading's level, a code block's info string, a list's first number."""

    @property
    def span(self) -> Span:
        """Its bytes."""
        return Span(self.start, self.end)

    @property
    def is_indented_code(self) -> bool:
        """True for code without a fence; sites with boxes and definitions show some of it as text."""
        return self.kind == "CodeBlock" and bool(self.detail == "Indented")

    @property
    def is_fenced_code(self) -> bool:
        """True for code between fences."""
        return self.kind == "CodeBlock" and bool(self.detail != "Indented")


class Heading(NamedTuple):
    """A heading and its section."""

    level: int
    text: str
    """Its words without markup."""
    span: Span
    """From its first byte to the end of its line or underline, without the line end."""
    body: Span
    """From after its line to the next heading of any level, or the end."""
    section: Span
    """From its first byte to the next heading of the same or a higher level, or the end."""
    path: tuple[str, ...]
    """The texts of the headings above it, outermost first, its own last."""


@dataclass(frozen=True)
class Draft:
    """A draft as it was read: its bytes and the places of everything in them. All offsets are bytes."""

    data: bytes
    newline: str
    """The line ending that most lines have: `\\n`, `\\r\\n` or `\\r`."""
    blocks: tuple[Block, ...]
    """In document order, a container before its contents; without the front matter."""
    headings: tuple[Heading, ...]
    front_matter: Span
    """The metadata block with its fences; empty when there is none."""
    name: str = ""
    """Its file's name, if known: a site generates the text of `_index.md`."""

    def text(self, span: tuple[int, int]) -> str:
        """Return the words at `span` with `\\n` line ends."""
        return with_line_feeds(self.data[span[0] : span[1]].decode("utf-8", "replace"))

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Byte offsets at which lines begin; only `\\n`, `\\r\\n` and `\\r` end a line."""
        return line_starts(self.data)

    def line_start(self, offset: int) -> int:
        """Return the start of the line with the byte at `offset`."""
        return self.line_starts[self.line(offset) - 1]

    def line_end(self, offset: int) -> int:
        """Return the end, after its line end, of the line with the byte at `offset`."""
        line = self.line(offset)
        return self.line_starts[line] if line < len(self.line_starts) else len(self.data)

    def line(self, offset: int) -> int:
        """Return the number, from 1, of the line with the byte at `offset`."""
        return bisect.bisect_right(self.line_starts, offset)

    def heading_at(self, span: Span) -> Heading | None:
        """Return the heading whose line holds `span`; None in the text."""
        heading = self.heading_above(span.start)
        return heading if heading and span.end <= heading.span.end else None

    def heading_above(self, offset: int) -> Heading | None:
        """Return the last heading that begins at or before `offset`; None before the first."""
        index = bisect.bisect_right(self._heading_starts, offset)
        return self.headings[index - 1] if index else None

    def path(self, offset: int) -> tuple[str, ...]:
        """Return the texts of the headings above the byte at `offset`, outermost first."""
        heading = self.heading_above(offset)
        return heading.path if heading else ()

    def blocks_around(self, span: Span) -> list[Block]:
        """Return the blocks that hold all of `span`, outermost first."""
        tops, starts = self._tops
        first = bisect.bisect_left(tops, span.end, key=lambda top: self.blocks[top].end)
        last = bisect.bisect_right(starts, span.start)
        nearby = self.blocks[tops[first] : tops[last] if last < len(tops) else None] if first < last else ()
        return [block for block in nearby if holds(block, span)]

    @cached_property
    def _tops(self) -> tuple[list[int], list[int]]:
        """The indexes of the blocks at the top level, and their starts."""
        tops = [index for index, block in enumerate(self.blocks) if not block.depth]
        return tops, [self.blocks[top].start for top in tops]

    @cached_property
    def tables(self) -> list[int]:
        """The indexes of the blocks that are tables."""
        return [index for index, block in enumerate(self.blocks) if block.kind == "Table"]

    @cached_property
    def _heading_starts(self) -> list[int]:
        return [heading.span.start for heading in self.headings]

    def lines(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return the first and the last line (from 1, inclusive) that `span` touches."""
        first = self.line(span[0])
        return first, max(first, self.line(max(span[0], span[1] - 1)))

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """The front matter's values; empty when there is none or it can't be read."""
        return front_matter.read(self.text(self.front_matter))

    @property
    def body(self) -> str:
        """The text below the front matter, with `\\n` line ends."""
        return self.text((self.front_matter.end, len(self.data)))

    @property
    def word_count(self) -> int:
        """The number of words below the front matter."""
        return count_words(self.data[self.front_matter.end :].decode())

    @property
    def title(self) -> str:
        """The title from the front matter, or else the first heading of level one, or nothing."""
        title = self.metadata.get("title")
        if isinstance(title, str) and title.strip():
            return title.strip()
        return next((h.text for h in self.headings if h.level == 1), "")


@garbage_collection.paused()
def parse(data: bytes, *, name: str = "") -> Draft:
    """Read the bytes of a draft; `name` is its file's. Raises `InputError` unless they are UTF-8 text."""
    bom = len(BOM) if data.startswith(BOM) else 0
    metadata = front_matter.find(data, bom)
    offset = metadata.end or bom
    try:
        text = data.decode("utf-8")[len(data[:offset].decode("utf-8", "replace")) :]
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 text: byte {error.start} can't be read; save it as UTF-8") from None
    if b"\0" in data:
        raise InputError("a binary file, not a Markdown draft")
    blocks, raw_headings = _blocks(text, data, offset)
    html = [h for b in blocks if b.kind == "HtmlBlock" and not b.depth for h in _html_headings(data, b)]
    raw_headings = sorted([*raw_headings, *html], key=lambda heading: heading[2]) if html else raw_headings
    blocks = _with_boxes(blocks, data)
    return Draft(data, newline_of(data), tuple(blocks), _headings(data, raw_headings), metadata, name)


def line_starts(data: bytes) -> tuple[int, ...]:
    """Return the byte offsets at which lines begin; `\\n`, `\\r\\n` and `\\r` end a line."""
    lines = data.splitlines(keepends=True)  # on bytes, it knows no other line ends
    if lines and lines[-1][-1] not in _LINE_ENDS:
        lines.pop()
    return (0, *itertools.accumulate(map(len, lines)))


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of Markdown without front matter; their offsets are bytes of its UTF-8."""
    data = text.encode()
    return tuple(_with_boxes(_blocks(text, data, 0)[0], data))


_RawHeading = tuple[int, str, int, int]


def _blocks(text: str, data: bytes, offset: int) -> tuple[list[Block], list[_RawHeading]]:
    """Walk the events of `text`, which is `data` from `offset` on; the loop is written for speed.

    It runs for every piece of inline text.
    """
    blocks: list[Block] = []
    headings: list[_RawHeading] = []
    add = blocks.append
    new = tuple.__new__
    open_ends: list[int] = []
    inline = INLINE
    if "\n: " in text:
        text = _DEFINED_CODE.sub(" ", text)
    events: Any = pyromark.events_with_range(text, options=OPTIONS)
    for event, place in events:
        if "Start" not in event:
            continue
        kind: Any = event["Start"]
        detail: Any = None
        if kind.__class__ is not str:
            ((kind, detail),) = kind.items()
        if kind in inline:
            continue
        start, end = place["start"] + offset, place["end"] + offset
        if start == end and kind == "TableCell":
            start, end = _empty_cell(data, start)
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        if kind == "Heading":
            detail = int(detail["level"][1])
            words = _heading_words(events)
            if not open_ends:  # one inside a quote or a list governs nothing of the post
                headings.append((detail, words, start, end))
        add(new(Block, (kind, start, end, len(open_ends), detail)))
        open_ends.append(end)
    return blocks, headings


def _with_boxes(blocks: list[Block], data: bytes, *, level: int = 0) -> list[Block]:
    """Return blocks with those that a box or a tab holds in place of the code that CommonMark sees there."""
    code = [number for number, block in enumerate(blocks) if block[0] == "CodeBlock"]
    result, done = list[Block](), 0
    for number in code if level < _MOST_BOXES else ():
        block, above = blocks[number], blocks[number - 1] if number else None
        is_text = above is not None and above.kind in ("Paragraph", "HtmlBlock")
        inside = boxes.inside(data, block.span, above.span if above and is_text else None)
        if inside:
            held = _blocks(inside.data.decode(), inside.data, 0)[0]
            result += blocks[done:number]
            for kind, start, end, depth, detail in _with_boxes(held, inside.data, level=level + 1):
                start, end = inside.place(start), inside.place(end - 1) + 1
                result.append(Block(kind, start, max(start, end), block.depth + depth, detail))
            done = number + 1
    return [*result, *blocks[done:]] if done else blocks


def _empty_cell(data: bytes, at: int) -> tuple[int, int]:
    """Return the bytes of a cell without text; the parser puts one that nothing closes below its row.

    It stands behind the last `|` of its row, as in `keel |`, or behind the row's words where it has none.
    """
    if data[at - 1] not in _LINE_ENDS and at < len(data):
        return at, at
    end = at
    while data[end - 1] in _LINE_ENDS:
        end -= 1
    start = end
    while data[start - 1] in b" \t":
        start -= 1
    return start, (end if ends_in_pipe(data, start) else start)


def ends_in_pipe(data: bytes, end: int) -> bool:
    """Tell whether a `|` that separates cells ends at `end`; one after a backslash is a cell's text."""
    bare = data[max(end - _MOST_ESCAPES, 0) : max(end - 1, 0)]
    return data[end - 1 : end] == b"|" and (len(bare) - len(bare.rstrip(b"\\"))) % 2 == 0


def _html_headings(data: bytes, block: Block) -> Iterator[_RawHeading]:
    """Yield the HTML headings of a block that begins with one: `<h2 id="pier">The pier</h2>`."""
    tags = _SECTION_TAGS.match(data, block.start, block.end)
    if tags is None or not _HTML_HEADING.match(data, tags.end(), block.end):
        return
    for heading in _HTML_HEADING.finditer(data, block.start, block.end):
        content = heading[2].decode()
        words = " ".join(_TAG.sub("", content).split())
        if words or not content.strip():  # a picture alone is not a heading
            yield int(heading[1]), words, *heading.span()


INLINE = frozenset(("Emphasis", "Strong", "Strikethrough", "Link", "Image"))
"""pyromark's names of the inline elements that have a start and an end."""


def _heading_words(events: Iterator[Any]) -> str:
    """Read up to the heading's end and return its words without markup and attributes."""
    words: list[str] = []
    for event, _ in events:
        if "Text" in event:
            words.append(event["Text"])
        elif "Code" in event:
            words.append(event["Code"])
        elif event.__class__ is str:
            words.append(" ")
        elif "End" in event and "Heading" in event["End"]:
            break
    text = "".join(words)
    return (_ATTRIBUTES.sub("", text) if "}" in text else text).strip()


def _headings(data: bytes, raw: list[_RawHeading]) -> tuple[Heading, ...]:
    """Return the headings with their bodies, sections and paths, in linear time."""
    if not raw:
        return ()
    section_end = [len(data)] * len(raw)
    open_headings: list[int] = []
    paths: list[tuple[str, ...]] = []
    for index, (level, text, start, _) in enumerate(raw):
        while open_headings and raw[open_headings[-1]][0] >= level:
            section_end[open_headings.pop()] = start
        paths.append((*(raw[i][1] for i in open_headings), text))
        open_headings.append(index)
    headings = []
    new = tuple.__new__
    starts = [start for _, _, start, _ in raw[1:]]
    starts.append(len(data))
    for (level, text, start, end), next_start, section, path in zip(
        raw, starts, section_end, paths, strict=True
    ):
        line_end = start + len(data[start:end].rstrip(b"\r\n"))
        span, body = new(Span, (start, line_end)), new(Span, (min(end, next_start), next_start))
        headings.append(new(Heading, (level, text, span, body, new(Span, (start, section)), path)))
    return tuple(headings)

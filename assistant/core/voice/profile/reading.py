"""Reads finished posts into the sentences, items, headings and sections that habits are counted in."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.core.text import language
from assistant.core.text.draft import Draft, Heading
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Span

Lexicon = Mapping[str, tuple[str, ...]]
"""Purpose -> words of one language, as in `assistant/data/voice/`."""

_END = re.compile(
    r"[.!?…][\"'”’)*_\]]*(?=\s+[\"'“‘(*_\[]*[A-ZÀ-ÞА-Я0-9])|[。！？][」』”’）]*|[.!?…][\"'”’)*_\]]*\Z"
)
_MARK = re.compile(r"\A[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_MARKUP = re.compile(
    r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])?|\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])"
    r"|`[^`\n]*`|<[^<>\n]+>|https?://\S+|\{\{.*?\}\}|\{%.*?%\}|\{:[^}\n]*\}",
    re.S,
)


class Piece(NamedTuple):
    """Some words of the author's and where they stand."""

    path: str
    line: int
    """Of its first word, from 1."""
    text: str
    """As it is written, with its emphasis and without links' addresses, code and shortcodes."""
    raw: str
    """As it stands in the file."""


class Part(NamedTuple):
    """A finished section."""

    heading: str
    first: Piece
    """Its first sentence, or its first list item."""
    last: Piece
    """Its last sentence, or its last list item."""
    opens_with: str
    """The kind of its first block: `Paragraph`, `List`, `BlockQuote`, …"""
    closes_with: str
    words: int
    has_list: bool


class Source(NamedTuple):
    """A post that was read."""

    path: str
    title: str
    words: int


@dataclass
class Reading:
    """Everything the author finished, in pieces."""

    sources: list[Source] = field(default_factory=list)
    paragraphs: list[Piece] = field(default_factory=list)
    sentences: list[Piece] = field(default_factory=list)
    items: list[Piece] = field(default_factory=list)
    ordered: int = 0
    """How many lists are numbered."""
    lists: int = 0
    marks: list[Piece] = field(default_factory=list)
    """The first items of unnumbered lists."""
    headings: list[Piece] = field(default_factory=list)
    sections: list[Part] = field(default_factory=list)
    words: int = 0
    language: str = ""
    """Its code, or nothing where it is unknown."""

    @property
    def prose(self) -> list[Piece]:
        """Sentences and list items."""
        return [*self.sentences, *self.items]


def read(posts: Sequence[tuple[str, Draft, Sequence[Gap]]]) -> Reading:
    """Read posts given with their paths and the gaps found in them; what touches a gap is left out."""
    reading = Reading()
    for path, draft, gaps in posts:
        before = len(reading.paragraphs), len(reading.items)
        _read_post(reading, path, draft, [h for g in gaps for h in (g.span, *g.targets)])
        new = [*reading.paragraphs[before[0] :], *reading.items[before[1] :]]
        words = sum(count_words(piece.text) for piece in new)
        reading.words += words
        reading.sources.append(Source(path, draft.title, words))
    whole = " ".join(p.text for p in reading.paragraphs[:200])
    reading.language = language.code(posts[0][1].metadata if posts else {}, whole)
    return reading


def sentences(piece: Piece) -> list[Piece]:
    """Split a paragraph into its sentences, each with its own line."""
    found, start = [], 0
    breaks = [m.start() for m in re.finditer("\n", piece.raw)]
    for end in (*(m.end() for m in _END.finditer(piece.raw)), len(piece.raw)):
        raw = piece.raw[start:end]
        if raw.strip():
            lead = start + len(raw) - len(raw.lstrip())
            line = piece.line + bisect.bisect_left(breaks, lead)
            found.append(Piece(piece.path, line, plain(raw), raw.strip()))
        start = end
    return [s for s in found if count_words(s.text)]


def plain(text: str) -> str:
    """Return the words of Markdown in one line, without what the author doesn't say aloud."""
    return " ".join(_MARKUP.sub(lambda found: found[1] or " ", text).split())


def _read_post(reading: Reading, path: str, draft: Draft, holes: Sequence[Span]) -> None:
    def whole(start: int, end: int) -> bool:
        return not any(h.start < end and h.end > start for h in holes)

    quotes = [b for b in draft.blocks if b.kind in ("BlockQuote", "FootnoteDefinition", "Table", "HtmlBlock")]
    quoted = [(b.start, b.end) for b in quotes]
    paragraphs, items = [], []
    for block in draft.blocks:
        start, end = block.start, block.end
        if any(s <= start < e for s, e in quoted) or not whole(start, end):
            continue
        if block.kind == "Paragraph" and block.depth == 0:
            paragraphs.append((start, piece := _piece(path, draft, start, end)))
            reading.paragraphs.append(piece)
            reading.sentences += sentences(piece)
        elif block.kind == "Item":
            piece = _piece(path, draft, start, end)
            mark = _MARK.match(piece.raw)
            bare = piece.raw[mark.end() :] if mark else piece.raw
            piece = Piece(path, piece.line, plain(bare), bare.strip())
            items.append((start, piece))
            reading.items.append(piece)
        elif block.kind == "List":
            reading.lists += 1
            reading.ordered += block.detail is not None
            if block.detail is None:
                reading.marks.append(_piece(path, draft, start, end))
    for heading in draft.headings:
        if whole(heading.span.start, heading.body.end):
            line = draft.line(heading.span.start)
            reading.headings.append(Piece(path, line, heading.text, heading.text))
            _read_section(reading, draft, heading, paragraphs, items)


def _read_section(
    reading: Reading,
    draft: Draft,
    heading: Heading,
    paragraphs: list[tuple[int, Piece]],
    items: list[tuple[int, Piece]],
) -> None:
    body, name = heading.body, heading.text
    blocks = [b for b in draft.blocks if b.depth == 0 and body.start <= b.start < body.end]
    said = sorted((s, p) for s, p in (*paragraphs, *items) if body.start <= s < body.end)
    if not blocks or not said:
        return
    first, last = said[0][1], said[-1][1]
    reading.sections.append(
        Part(
            name,
            (sentences(first) or [first])[0],
            (sentences(last) or [last])[-1],
            blocks[0].kind,
            blocks[-1].kind,
            sum(count_words(p.text) for _, p in said),
            any(b.kind == "List" for b in blocks),
        )
    )


def _piece(path: str, draft: Draft, start: int, end: int) -> Piece:
    raw = draft.text((start, end)).rstrip()
    return Piece(path, draft.line(start), plain(raw), raw)

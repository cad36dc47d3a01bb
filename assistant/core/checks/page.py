"""Shows the prose of an expansion to the checks: its words at their places, code and link targets blanked.

Everything that isn't prose (code, addresses, HTML, formulas, template marks) becomes blanks of the same
length, so that a place found in the prose is a place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import pyromark

from assistant.core.text import language
from assistant.core.text.draft import OPTIONS

_NOT_PROSE = re.compile(
    r"\{%\s*(?:highlight|raw|code)\b.*?%\}.*?\{%\s*end(?:highlight|raw|code)\s*%\}|\{\{.*?\}\}|\{%.*?%\}|\{:.*?\}|\$\$.*?\$\$|(?<![\w$])\$(?![\s\d])[^$\n]+\$(?!\w)|\\\(.*?\\\)"
    r"|(?:https?://|www\.)[^\s<>)\]]+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w[\w.-]*|(?<!\w)[~.]?(?:/[\w.-]+){2,}/?",
    re.S,
)
_BREAK = re.compile(r"""(?<=[.!?…])["'”’»)*_]*[ \t\n]+(?=["'“‘«(*_]*[^\W_])|[。！？][」』”’）]*|\n[ \t]*\n""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|dr|mr|mrs|ms|prof|st|no|fig|eq|pp?|vol|approx|inc|ltd|corp|jr|sr|z\.B|bzw|ca|"
    r"nr|usw|sog)|\b[A-Z])\.\Z",
    re.I,
)


class Part(NamedTuple):
    """A half-open range of characters of the text."""

    start: int
    end: int


@dataclass(frozen=True)
class Page:
    """An expansion, its prose, and what its parts are. All places are characters of the text."""

    text: str
    prose: str
    """As long as `text`; blanks where something else than prose stands."""
    tables: tuple[Part, ...]
    quotes: tuple[Part, ...]
    """Block quotes that stand in no other."""
    links: tuple[Part, ...]
    """The words of links, which are the names of other texts."""
    breaks: frozenset[int]
    """Where a block, a list item or a table cell begins or ends."""
    target: str = ""
    """The words of the bullet that it expands, which stay in the draft before it."""
    replaced: str = ""
    """The author's notes whose place it takes; what they say must survive."""

    @cached_property
    def sentences(self) -> tuple[Part, ...]:
        """The sentences, in order; a list item or a table cell without a full stop is one as well."""
        cuts = {0, len(self.text), *self.breaks}
        for found in _BREAK.finditer(self.prose):
            if not _ABBREVIATION.search(self.prose, max(0, found.start() - 12), found.start()):
                cuts.add(found.end())
        ordered = sorted(cuts)
        return tuple(Part(a, b) for a, b in pairwise(ordered) if self.prose[a:b].strip())

    @cached_property
    def language(self) -> str:
        """The language's code where it can be told, else nothing."""
        return language.guess(self.prose)

    def sentence(self, offset: int) -> Part:
        """Return the sentence in which a character stands."""
        return next((s for s in self.sentences if s.start <= offset < s.end), Part(offset, offset))

    def within(self, parts: tuple[Part, ...], offset: int) -> Part | None:
        """Return the one of `parts` in which a character stands."""
        return next((part for part in parts if part.start <= offset < part.end), None)


def page(text: str, *, target: str = "", replaced: str = "") -> Page:
    """Read an expansion."""
    data = text.encode()
    kept = bytearray(b" " * len(data))
    tables: list[tuple[int, int]] = []
    quotes: list[tuple[int, int]] = []
    links: list[tuple[int, int]] = []
    breaks: set[int] = set()
    code = quoted = 0
    for event, place in pyromark.events_with_range(text, options=OPTIONS):
        start, end = place["start"], place["end"]
        if isinstance(event, str):
            continue
        kind, value = next(iter(event.items()))
        name = value if isinstance(value, str) else next(iter(value), "") if isinstance(value, dict) else ""
        if kind == "Text" and not code:
            kept[start:end] = data[start:end]
        elif kind == "Start":
            code += name == "CodeBlock"
            if name == "BlockQuote":
                if not quoted:
                    quotes.append((start, end))
                quoted += 1
            elif name == "Table":
                tables.append((start, end))
            elif name in ("Link", "Image"):
                links.append((start, end))
            if name in _BLOCKS:
                breaks.update((start, end))
        elif kind == "End":
            code -= name == "CodeBlock"
            quoted -= name == "BlockQuote"
    for index, byte in enumerate(data):
        if byte == 10:
            kept[index] = 10
    characters = _Characters(data)
    prose = _blanked_to_length(bytes(kept), data)
    prose = _NOT_PROSE.sub(lambda found: " " * len(found[0]), prose)
    return Page(
        text,
        prose,
        tuple(Part(characters(a), characters(b)) for a, b in tables),
        tuple(Part(characters(a), characters(b)) for a, b in quotes),
        tuple(Part(characters(a), characters(b)) for a, b in links),
        frozenset(map(characters, breaks)),
        target,
        replaced,
    )


_BLOCKS = frozenset(("Paragraph", "Heading", "Item", "TableCell", "BlockQuote", "CodeBlock", "List"))


class _Characters:
    """Turns byte offsets into character offsets."""

    def __init__(self, data: bytes) -> None:
        self._data, self._plain = data, data.isascii()

    def __call__(self, offset: int) -> int:
        return offset if self._plain else len(self._data[:offset].decode("utf-8", "ignore"))


def _blanked_to_length(kept: bytes, data: bytes) -> str:
    """Decode `kept`, one blank for each character of `data` that it left out."""
    if data.isascii():
        return kept.decode()
    return "".join(_characters(kept, data.decode()))


def _characters(kept: bytes, text: str) -> Iterator[str]:
    offset = 0
    for character in text:
        size = len(character.encode())
        yield character if kept[offset : offset + size] == character.encode() else " "
        offset += size

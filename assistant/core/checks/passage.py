"""A text on offer as checks read it: its prose at its places, everything else blanked.

Code, addresses, HTML, formulas and template marks become blanks of the same length, so that a place found in
the prose is a place in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pyromark

from assistant.core.text import language
from assistant.core.text.draft import OPTIONS
from assistant.core.text.positions import character_offsets
from assistant.core.types import Span

_NOT_PROSE = re.compile(
    r"\{%\s*(?:highlight|raw|code)\b.*?%\}.*?\{%\s*end(?:highlight|raw|code)\s*%\}|\{\{.*?\}\}|\{%.*?%\}|\{:.*?\}"
    r"|\$\$.*?\$\$|(?<![\w$])\$(?![\s\d])[^$\n]+\$(?!\w)|\\\(.*?\\\)"
    r"|(?:https?://|www\.)[^\s<>)\]]+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w[\w.-]*|(?<!\w)[~.]?(?:/[\w.-]+){2,}/?",
    re.S,
)
"""Template tags, formulas, addresses, @names and paths."""
_BREAK = re.compile(r"""(?<=[.!?…])["'”’»)*_]*[ \t\n]+(?=["'“‘«(*_]*[^\W_])|[。！？][」』”’）]*|\n[ \t]*\n""")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|dr|mr|mrs|ms|prof|st|no|fig|eq|pp?|vol|approx|inc|ltd|corp|jr|sr|z\.B|bzw|ca|"
    r"nr|usw|sog)|\b[A-Z])\.\Z",
    re.I,
)
_BLOCKS = frozenset(("Paragraph", "Heading", "Item", "TableCell", "BlockQuote", "CodeBlock", "List"))


@dataclass(frozen=True)
class Passage:
    """A text on offer, its prose, and what its parts are. All spans are characters of the text."""

    text: str
    prose: str
    """As long as `text`; blanks where something else than prose stands."""
    tables: tuple[Span, ...]
    quotes: tuple[Span, ...]
    """Block quotes that stand in no other."""
    links: tuple[Span, ...]
    """The words of links, which are the names of other texts."""
    breaks: frozenset[int]
    """Where a block, a list item or a table cell begins or ends."""
    target: str = ""
    """The words of the bullet that it expands, which stay in the draft before it."""
    replaced: str = ""
    """The author's notes whose place it takes; what they say must survive."""

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, in order; a list item or a table cell without a full stop is one as well."""
        cuts = {0, len(self.text), *self.breaks}
        for gap in _BREAK.finditer(self.prose):
            if not _ABBREVIATION.search(self.prose, max(0, gap.start() - 12), gap.start()):
                cuts.add(gap.end())
        return tuple(Span(a, b) for a, b in pairwise(sorted(cuts)) if self.prose[a:b].strip())

    @cached_property
    def language(self) -> str:
        """The language's code where it can be told, else nothing."""
        return language.guess(self.prose)

    def sentence(self, offset: int) -> Span:
        """Return the sentence in which a character stands."""
        return next((s for s in self.sentences if s.start <= offset < s.end), Span(offset, offset))

    def within(self, spans: tuple[Span, ...], offset: int) -> Span | None:
        """Return the one of `spans` in which a character stands."""
        return next((span for span in spans if span.start <= offset < span.end), None)


def read(text: str, *, target: str = "", replaced: str = "") -> Passage:
    """Read a text on offer; `target` is the bullet it expands, `replaced` the notes it takes the place of."""
    at = character_offsets(text)
    kept = [char if char == "\n" else " " for char in text]
    spans: dict[str, list[Span]] = {"Table": [], "BlockQuote": [], "Link": [], "Image": []}
    breaks: set[int] = set()
    in_code = quote_end = 0
    events: Any = pyromark.events_with_range(text, options=OPTIONS)
    for event, place in events:
        if isinstance(event, str):
            continue
        kind, value = next(iter(event.items()))
        name = value if isinstance(value, str) else next(iter(value), "") if isinstance(value, dict) else ""
        start, end = at(place["start"]), at(place["end"])
        if kind == "Text" and not in_code:
            kept[start:end] = text[start:end]
        elif kind == "Start":
            in_code += name == "CodeBlock"
            if name in spans and (name != "BlockQuote" or start >= quote_end):
                spans[name].append(Span(start, end))
                quote_end = end if name == "BlockQuote" else quote_end
            if name in _BLOCKS:
                breaks |= {start, end}
        elif kind == "End":
            in_code -= name == "CodeBlock"
    return Passage(
        text,
        _NOT_PROSE.sub(lambda found: " " * len(found[0]), "".join(kept)),
        tables=tuple(spans["Table"]),
        quotes=tuple(spans["BlockQuote"]),
        links=tuple(sorted(spans["Link"] + spans["Image"])),
        breaks=frozenset(breaks),
        target=target,
        replaced=replaced,
    )

"""A text on offer as checks read it: its prose at its places, everything else blanked.

Code, addresses, HTML, formulas and template marks become blanks of the same length, so that a place found in
the prose is a place in the text.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyromark

from assistant.core.text import language
from assistant.core.text.draft import OPTIONS
from assistant.core.text.offsets import character_offsets
from assistant.core.text.sentences import continuing_spans
from assistant.core.types import Span

_NOT_PROSE = re.compile(
    r"\{%\s*(?:highlight|raw|code)\b.*?%\}.*?\{%\s*end(?:highlight|raw|code)\s*%\}|\{\{.*?\}\}|\{%.*?%\}|\{:.*?\}"
    r"|\$\$.*?\$\$|(?<![\w$])\$(?![\s\d])[^$\n]+\$(?!\w)|\\\(.*?\\\)"
    r"|(?:https?://|www\.)[^\s<>)\]]+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w[\w.-]*|(?<!\w)[~.]?(?:/[\w.-]+){2,}/?"
    r"|(?m:^[ \t]*(?:\[![\w|-]+\][+-]?|[!?]{3}\+?[ \t]+\w+|:{3,}[^\n]*))",
    re.S,
)
"""Template tags, formulas, addresses, @names, paths, and what opens a box: `[!NOTE]`, `!!! tip`, `:::tip`."""


@dataclass(frozen=True)
class Passage:
    """A text on offer, its prose, and what its parts are. All spans are characters of the text."""

    text: str
    prose: str
    """As long as `text`; anything but prose is blanked."""
    quotes: tuple[Span, ...]
    """Block quotes that are in no other."""
    links: tuple[Span, ...]
    """The words of links, which are the names of other texts."""
    target: str = ""
    """The words of the bullet that it expands, which stay in the draft before it."""
    asked: str = ""
    """What the note of a marker or a comment asks for: `TODO the two schedules`."""
    replaced: str = ""
    """The author's notes whose place it takes; what they say must survive."""
    gone: str = ""
    """All whose place it takes, markers and comments included."""
    revised: str = ""
    """The author's finished text that it says in other words."""

    @cached_property
    def stated(self) -> tuple[Span, ...]:
        """The sentences without what is between them."""
        return tuple(itertools.starmap(Span, continuing_spans(self.text, self.language)))

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, items and table cells included, and what is between them, in order."""
        bounds = itertools.chain.from_iterable(self.stated)
        return tuple(itertools.starmap(Span, itertools.pairwise(sorted({0, *bounds, len(self.text)}))))

    @cached_property
    def language(self) -> str:
        """The language's code where it can be told, else nothing."""
        return language.guess(self.prose)


def read(
    text: str, *, target: str = "", replaced: str = "", gone: str = "", revised: str = "", asked: str = ""
) -> Passage:
    """Read a text on offer; the other arguments are as `Passage` has them."""
    at = character_offsets(text)
    kept = [char if char == "\n" else " " for char in text]
    spans: dict[str, list[Span]] = {"BlockQuote": [], "Link": [], "Image": []}
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
        elif kind == "End":
            in_code -= name == "CodeBlock"
    return Passage(
        text,
        _NOT_PROSE.sub(lambda hit: " " * len(hit[0]), "".join(kept)),
        quotes=tuple(spans["BlockQuote"]),
        links=tuple(sorted(spans["Link"] + spans["Image"])),
        target=target,
        replaced=replaced,
        gone=gone,
        asked=asked,
        revised=revised,
    )

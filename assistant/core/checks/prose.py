"""Machine prose: turns of phrase that come more often than in any of the author's posts, and clichés."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding, quoted
from assistant.core.checks.passage import Passage


class Turn(NamedTuple):
    """A turn of phrase; its pattern is in `data/checks/prose.txt`."""

    least: int
    """How often it has to come: one list of three is only a list."""
    name: str
    """What readers call it, where there must be several."""
    is_markup: bool = False
    """True where it is looked for in the Markdown, not in the prose alone."""


TURNS: Mapping[str, Turn] = {
    "not only": Turn(1, ""),
    "important": Turn(1, ""),
    "in the world of": Turn(1, ""),
    "summary": Turn(1, ""),
    "dashes": Turn(4, "dashes"),
    "threes": Turn(3, "lists of three"),
    "bold labels": Turn(2, "bullets with bold labels", is_markup=True),
}


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn once of each turn that the text has more of than any post, and of each cliché never used there."""
    for name, turn in TURNS.items():
        pattern = context.pattern(f"prose.{name}")
        hits = list(pattern.finditer(passage.text if turn.is_markup else passage.prose))
        if len(hits) >= turn.least and len(hits) > context.most(f"prose.{name}"):
            message = f"more {turn.name} than in any of your posts" if turn.name else _machine(hits[0][0])
            yield Finding("cliche", message, *hits[0].span())
    for phrase in context.lists.cliches:
        words = re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", r"\w*").replace("'", "['’]")
        end = r"\b" if phrase[-1].isalnum() else ""
        for hit in re.finditer(rf"\b{words}{end}", passage.prose, re.I):
            if not context.says(hit[0]):
                yield Finding("cliche", _machine(hit[0]), *hit.span())


def _machine(words: str) -> str:
    return f"{quoted(words)} sounds like a machine"

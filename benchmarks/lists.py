"""How lists are written, for measuring; shares no code with `assistant.core.text.lists`, which it measures.

Four traits of a text's lists: the mark (`-`, `*`, `+` or a number), whether most items open with words in
bold, what most items end in (a full stop, nothing, or something else), and how many words an item has. A text
agrees with an author on length within a factor of two.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks import style

ITEM = re.compile(
    r"(?m)^ {0,3}([-*+]|\d{1,2}[.)])[ \t]+(\S[^\n]*(?:\n(?![ \t]*(?:[-*+]|\d{1,2}[.)])[ \t])[^\n]+)*)"
)
"""An item of a list that isn't nested in another, with the lines that go on with it."""
_BLOCKS = re.compile(r"(?ms)^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)")


@dataclass(frozen=True)
class Traits:
    """How the lists of one or more texts are written."""

    mark: str
    lead_ins: bool
    ends: str
    words: float
    """The median of an item's words."""


def traits(texts: Iterable[str]) -> Traits | None:
    """Return how the lists in texts are written, the commonest way; None where there is no list."""
    items = [item for text in texts for item in ITEM.findall(_BLOCKS.sub("", text))]
    if not items:
        return None
    marks = Counter("1" if mark[0].isdigit() else mark for mark, _ in items)
    ends = Counter(_ending(text) for _, text in items)
    return Traits(
        marks.most_common(1)[0][0],
        2 * sum(text.startswith(("**", "__")) for _, text in items) > len(items),
        ends.most_common(1)[0][0],
        statistics.median(len(style.words(text)) for _, text in items),
    )


def _ending(text: str) -> str:
    last = text.rstrip(" \t\n*_\"'”’)`")[-1:]
    return "nothing" if last.isalnum() else "a full stop" if last == "." else "something else"


def agreement(text: str, author: Traits) -> list[bool]:
    """Return for each trait whether the lists of `text` have it as the author's; without a list, none has."""
    own = traits([text])
    if own is None:
        return [False] * 4
    return [
        own.mark == author.mark,
        own.lead_ins == author.lead_ins,
        own.ends == author.ends,
        author.words / 2 <= own.words <= author.words * 2,
    ]

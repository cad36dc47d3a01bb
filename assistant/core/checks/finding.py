"""What a check returns, and what all checks ask of a sentence first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from assistant.core.checks.context import Context
from assistant.core.checks.passage import Passage


class Finding(NamedTuple):
    """Something that the author should look at. Offsets are characters of the text."""

    code: str
    """What kind it is, such as `number`; several checks may use one."""
    message: str
    start: int
    end: int


_LOWER_CASE = re.compile(r"(?<![^\W\d_])[^\W\d_A-Z][^\W\d_]*")
LEAST_WORDS = 3
"""Words in lower case that a statement has at least; a title, a label, an entry of a list has fewer."""


def is_claim(
    passage: Passage, context: Context, offset: int, *, least: int = LEAST_WORDS, until: int | None = None
) -> bool:
    """Tell whether the sentence at a place says how things are, not how they might be.

    "Say you have 300 users" and "if it took 40 minutes" claim nothing, so nobody need stand behind them.
    What comes after `until` supposes something else: "it took 40 minutes, so you might want to wait".
    """
    start, end = passage.sentence(offset)
    sentence = passage.prose[start:end]
    if re.search(r"[A-Za-z]", sentence) and len(_LOWER_CASE.findall(sentence)) < least:
        return False
    supposed = context.pattern("claims.supposed").search(passage.prose, start, until or end)
    return not sentence.rstrip().endswith("?") and not supposed


def quoted(text: str) -> str:
    """Return the words at a place as a message shows them, in one line of at most 60 characters."""
    plain = " ".join(text.split())
    return f"“{plain if len(plain) <= 60 else plain[:57].rstrip() + '…'}”"


def overlaps(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether a place overlaps one of `spans`."""
    return any(first < end and start < last for first, last in spans)

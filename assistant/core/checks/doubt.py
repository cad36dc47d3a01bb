"""What a check returns, and what all checks ask of a sentence first."""

# ruff: noqa: E501 -- a pattern is read more easily in one piece

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.core.checks.page import Page


class Doubt(NamedTuple):
    """A doubtful place; `start` and `end` are characters of the text."""

    code: str
    message: str
    start: int
    end: int


_SUPPOSED = re.compile(
    r"""\b(?:if|suppose|imagine|assume|assuming|pretend|say,|let['’]?s\ say|let['’]s|e\.g|for\ example|for\ instance
      |would|could|might|maybe|perhaps|whatever|hypothetically|such\ as\ if|wenn|falls|angenommen|zum\ Beispiel|z\.B
      |beispielsweise|würde|könnte|si|supposons|par\ exemple|imaginons|por\ ejemplo|supongamos|por\ exemplo|suponha
      |per\ esempio|stel\ dat|bijvoorbeeld|если|например)\b|例えば|たとえば|例如|如果|もし""",
    re.X | re.I,
)


_SAID = re.compile(r"(?<![^\W\d_])[^\W\d_A-Z][^\W\d_]*")
LEAST_SAID = 3
"""Words in lower case that a statement has at least; a title, a label, an entry of a list has fewer."""


def is_claim(page: Page, offset: int, *, least: int = LEAST_SAID, until: int | None = None) -> bool:
    """Tell whether the sentence at a place says how things are, not how they might be.

    "Say you have 300 users" and "if it took 40 minutes" claim nothing, so nobody need stand behind them.
    What comes after `until` supposes something else: "it took 40 minutes, so you might want to wait".
    """
    start, end = page.sentence(offset)
    sentence = page.prose[start:end]
    if re.search(r"[A-Za-z]", sentence) and len(_SAID.findall(sentence)) < least:
        return False
    return not sentence.rstrip().endswith("?") and not _SUPPOSED.search(page.prose, start, until or end)


def quoted(text: str) -> str:
    """Return the words at a place as a message shows them."""
    plain = " ".join(text.split())
    return f"“{plain if len(plain) <= 60 else plain[:57].rstrip() + '…'}”"

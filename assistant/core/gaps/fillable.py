"""Tell whether a gap can be written at all, or holds what only its author knows."""

from __future__ import annotations

import itertools
import re

from assistant.core.gaps.layout import Layout
from assistant.core.text.draft import Draft
from assistant.core.text.words import tokens
from assistant.core.types import Gap, Span

_EMPTY_CODE = re.compile(r"[ \t>]*(`{3,}|~{3,})[^\n`]*\n\s*(?:\1[`~]*\s*)?\Z")
"""A block of code with nothing in it: what it is to show stands nowhere."""
_MOST_WORDS = 8
"""A note with more says what is to be told about the fact, not only which one is missing."""
_JOINS = frozenset("about at by for from in of on that to where which who with".split())  # noqa: SIM905
"""What stands before is what is missing: `a quote on schools` is a quote."""
_FACT_WORDS = 3
"""Most words that the cells of a column of facts have: prices, names, versions, yes and no."""


def is_fillable(layout: Layout, gap: Gap) -> bool:
    """Tell whether somebody else could write what is missing: no price, quotation, name or measured value."""
    text = layout.text(*gap.span)
    return not (
        _EMPTY_CODE.match(text) or _asks_for_fact(layout, gap) or _is_in_column_of_facts(layout.draft, gap)
    )


def _asks_for_fact(layout: Layout, gap: Gap) -> bool:
    """Tell whether the author's note names a fact: `find a quote on schools`, `check the price`."""
    words = tokens(gap.instruction)
    joint = next((at for at, word in enumerate(words) if word in _JOINS), len(words))
    return len(words) <= _MOST_WORDS and layout.phrases("known-to-author").ends(words[:joint])


def _is_in_column_of_facts(draft: Draft, gap: Gap) -> bool:
    """Tell whether a gap is in a table's cell, and the other cells of its column hold a word or a number."""
    table = next((b for b in draft.blocks if b.kind == "Table" and b.start <= gap.span.start < b.end), None)
    if table is None:
        return False
    rows = [draft.text(row).strip().strip("|").split("|") for row in _lines(draft, table.start, table.end)]
    before = draft.text((draft.line_start(gap.span.start), gap.span.start)).strip()
    column = before.strip("|").count("|") + (1 if before.endswith("|") and before.strip("|") else 0)
    own = draft.text(gap.span)
    cells = [row[column] for row in rows[2:] if column < len(row) and own not in row[column]]
    return all(len(tokens(cell)) <= _FACT_WORDS for cell in cells)


def _lines(draft: Draft, start: int, end: int) -> list[Span]:
    """Return the spans of the lines of a block."""
    starts = [start, *(at for at in draft.line_starts if start < at < end), end]
    return [Span(*pair) for pair in itertools.pairwise(starts)]

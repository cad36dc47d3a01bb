"""Find table rows that are emptier than all others: what was to be told there isn't."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.types import GapKind

_FULL = 0.8
"""The share of rows that have a value from which on a column is expected to have one."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the rows that lack half of their values or more, in columns that are full elsewhere."""
    for number, block in enumerate(layout.draft.blocks):
        if block[0] == "Table" and block.depth == 0:
            yield from _in_table(layout, number, block.end)


def _in_table(layout: Layout, number: int, stop: int) -> Iterator[Candidate]:
    blocks = layout.draft.blocks
    rows: list[tuple[int, int, list[bool]]] = []
    for place in range(number + 1, len(blocks)):
        kind, start, end, _, _ = blocks[place]
        if start >= stop:
            break
        if kind == "TableRow":
            rows.append((start, end, []))
        elif kind == "TableCell" and rows:
            rows[-1][2].append(bool(layout.data[start:end].strip(b" \t|")))
    if len(rows) < 3:
        return
    width = max(len(cells) for _, _, cells in rows)
    counts = [sum(cells[column] for _, _, cells in rows if column < len(cells)) for column in range(width)]
    full = [column for column, count in enumerate(counts) if _FULL * len(rows) <= count < len(rows)]
    for start, end, cells in rows:
        lacks = any(column < len(cells) and not cells[column] for column in full)
        if lacks and width > 2 and sum(cells) * 2 <= width and cells[0]:
            span = layout.trim(start, end)
            yield Candidate(GapKind.NOTES, *span, ["row-with-nothing-told"], fillable=False)

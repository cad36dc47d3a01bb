"""Read the rows of a table, and name a cell by the words of its row and column."""

from __future__ import annotations

import bisect
from itertools import groupby

from assistant.core.text.draft import Block, Draft


def table_rows(draft: Draft, index: int) -> list[list[Block]]:
    """Return the cells of each row of the table that is the draft's block `index`, the head's first."""
    blocks = draft.blocks
    # The last cell of a draft may be empty, and begins where the table ends.
    inner = blocks[index + 1 : bisect.bisect_right(blocks, blocks[index].end, key=lambda block: block.start)]
    return [list(cells) for is_row, cells in groupby(inner, lambda b: b.kind == "TableCell") if is_row]


def cell_head(draft: Draft, offset: int) -> str:
    """Return the words that head the row and the column of a table's cell, or which column it is in.

    Nothing outside tables.
    """
    if b"|" not in draft.data[draft.line_start(offset) : draft.line_end(offset)]:
        return ""
    blocks, at = draft.blocks, bisect.bisect_right(draft.blocks, offset, key=lambda block: block.start) - 1
    if at < 0 or blocks[at].kind != "TableCell" or offset > blocks[at].end:
        return ""
    row = next(n for n in range(at, -1, -1) if blocks[n].kind != "TableCell")
    first = draft.tables[bisect.bisect_right(draft.tables, at) - 1] + 2  # behind the table and its head
    head_index = first + at - row - 1
    if blocks[row].kind != "TableRow" or blocks[head_index].kind != "TableCell":
        return ""
    corner, name, head = (draft.text(blocks[n].span).strip() for n in (first, row + 1, head_index))
    name = f"{corner} {name}".strip() if name.isdecimal() else name  # `day 3`
    return ": ".join(filter(None, (name if at > row + 1 else "", head))) or f"column {at - row}"

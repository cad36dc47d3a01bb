"""Keep a revised table a table, its rows as long as before, and take one cell of an answer that is a row."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from assistant.core.answer.expected import Expected
from assistant.core.text.draft import blocks_of
from assistant.core.text.words import squeezed

_BARE_PIPE = re.compile(r"(?<!\\)\|")
_OUTER, _OUTER_END = re.compile(r"\A\|[ \t]*"), re.compile(r"[ \t]*(?<!\\)\|\Z")
"""The sign that opens a row and the one that ends it, with the blanks beside them."""
_DASHES = re.compile(r"-+")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
"""The line below a header: `|---|--:|`."""
_ALIKE = 0.6
"""Least likeness of two rows that say the same: `|Saw|12|It cuts well|` and `|Saw|12|It cuts|`."""


def without_other_rows(text: str, expected: Expected) -> str:
    """Return `text` without rows that are elsewhere in the draft, where single rows are revised.

    A model that is shown one row may hand back a table, header and all.
    """
    if not expected.is_rows:
        return text
    others = {_same(line) for line in expected.draft.split("\n") if "|" in line}
    return "\n".join(line for line in text.split("\n") if "|" not in line or _same(line) not in others)


def with_own_bars(text: str, expected: Expected) -> str:
    """Return `text` with the outer signs of its rows as the author has them, where rows are revised."""
    if not expected.is_rows or "|" not in text:
        return text
    own = expected.revises.partition("\n")[0]
    opening, closing = _OUTER.match(own), _OUTER_END.search(own)

    def barred(row: str) -> str:
        inner = _OUTER_END.sub("", _OUTER.sub("", row.strip(), count=1), count=1)
        return (opening[0] if opening else "") + inner + (closing[0] if closing else "")

    return "\n".join(barred(line) if _BARE_PIPE.search(line) else line for line in text.split("\n"))


def own_cell(text: str, expected: Expected) -> str:
    """Return the text of the empty cell, where an answer tells its row or its table again.

    `| June | none | We rowed. |` is such a row, and so is one without its outer signs that has the same words
    in another cell. Of a table, the row that has most of these words is taken.
    """
    own = [squeezed(said) for _, said in expected.row]
    if own.count("") != 1:
        return text
    at = own.index("")

    def likeness(cells: list[str]) -> int:
        return sum(cell == squeezed(said) for cell, said in zip(own, cells, strict=True) if cell)

    lines = [line.strip() for line in text.split("\n") if line.strip()]
    rows = [_split(line) for line in lines if not _RULE.fullmatch(line)]
    is_table = all(line.startswith("|") and _BARE_PIPE.search(line, 1) for line in lines)
    whole = [row for row in rows if len(row) == len(own) and (is_table or likeness(row))]
    if whole and len(whole) == len(rows):
        text = max(reversed(whole), key=likeness)[at]
    elif is_table and len(rows) == 1 and len(rows[0]) == 1:
        text = rows[0][0]
    return text


def misshapen(text: str, expected: Expected) -> str:
    """Say what of a revised table or row the answer lost; nothing where it has its form."""
    old, new = expected.revises, text.strip().split("\n")
    if expected.is_rows:
        cells = _cells(old.partition("\n")[0])
        if any(_RULE.fullmatch(row) or _cells(row) != cells for row in new):
            return f"the answer is no row of {cells} cells"
        return "" if len(new) <= len(old.split("\n")) else "the answer has more rows than you chose"
    for before, after in zip(_tables(old), [*_tables(text), *[[]] * len(_tables(old))], strict=False):
        if not after or _is_body(after[0], before):
            return "the answer lost the header of the table"
        if any(_cells(row) != _cells(after[0]) for row in after):
            return "the answer has rows with more or fewer cells than the header"
    return ""


def _is_body(header: str, table: list[str]) -> bool:
    """Tell whether a header is more like a row of a table than like its own header."""
    likeness = [SequenceMatcher(None, _same(row), _same(header)).ratio() for row in table]
    return max(likeness[2:], default=0.0) > max(likeness[0], _ALIKE)


def _tables(text: str) -> list[list[str]]:
    data = text.encode()
    places = [(b.start, b.end) for b in blocks_of(text) if b.kind == "Table"]
    return [data[start:end].decode().strip().split("\n") for start, end in places]


def _split(row: str) -> list[str]:
    """Return the cells of a row."""
    return [cell.strip() for cell in _BARE_PIPE.split(row.strip().removeprefix("|"))[: _cells(row)]]


def _cells(row: str) -> int:
    inner = row.strip().removeprefix("|")
    return len(_BARE_PIPE.findall(inner)) + (not inner.endswith("|") or inner.endswith("\\|"))


def _same(row: str) -> str:
    """Return a row without blanks, its outer signs and how long its dashes are."""
    return _DASHES.sub("-", squeezed(row)).strip("|")

"""Keep a revised table a table: its header stays, and a row has as many cells as before."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from assistant.core.answer.expected import Expected
from assistant.core.text.draft import blocks_of
from assistant.core.text.words import squeezed

_BARE_PIPE = re.compile(r"(?<!\\)\|")
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
    others = {_same(line) for line in expected.examples[-1].split("\n") if "|" in line}
    return "\n".join(line for line in text.split("\n") if "|" not in line or _same(line) not in others)


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


def _cells(row: str) -> int:
    inner = row.strip().removeprefix("|")
    return len(_BARE_PIPE.findall(inner)) + (not inner.endswith("|") or inner.endswith("\\|"))


def _same(row: str) -> str:
    """Return a row without blanks, its outer signs and how long its dashes are."""
    return _DASHES.sub("-", squeezed(row)).strip("|")

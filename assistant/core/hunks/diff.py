"""Show what hunks change: as a unified diff for tools, and word by word for readers.

Format of the unified diff: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from assistant.core.hunks.apply import apply
from assistant.core.types import Hunk

_WORD = re.compile(r"\n|[^\S\n]+|\w+(?:['’]\w+)*|[^\w\s]")


class Piece(NamedTuple):
    """A run of words that stays, is removed or added."""

    op: Literal["same", "gone", "new"]
    text: str


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the word-level difference; the pieces but `new` give `old`, those but `gone` give `new`."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            pieces.append(Piece("same", "".join(a[a1:a2])))
            continue
        if a2 > a1:
            pieces.append(Piece("gone", "".join(a[a1:a2])))
        if b2 > b1:
            pieces.append(Piece("new", "".join(b[b1:b2])))
    return tuple(pieces)


def unified(data: bytes, hunks: Iterable[Hunk], *, path: str) -> bytes:
    """Return a diff that `git apply` and `patch -p1` take; empty when nothing changes.

    `path` is written after `a/` and `b/`. Lines end at `\\n` only, as those tools count them.
    """
    old, new = (re.findall(rb"[^\n]*\n|[^\n]+", text) for text in (data, apply(data, hunks)))
    lines = list(difflib.diff_bytes(difflib.unified_diff, old, new))[2:]  # two for names, which git quotes
    whole = (line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)
    return b"".join((_header(path), *whole)) if lines else b""


def _header(path: str) -> bytes:
    """Write the file names, quoted as git quotes them, with the tab that names with blanks need."""

    def name(side: str) -> str:
        whole = f"{side}/{path}"
        if all(c >= " " and c not in '"\\' and ord(c) < 127 for c in whole):
            return whole
        quoted = "".join(
            f"\\{chr(byte)}" if byte in b'"\\' else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
            for byte in whole.encode("utf-8", "surrogateescape")
        )
        return f'"{quoted}"'

    tab = "\t" if " " in path else ""
    a, b = name("a"), name("b")
    return f"diff --git {a} {b}\n--- {a}{tab}\n+++ {b}{tab}\n".encode()

"""Show what hunks change: as a unified diff for tools, and word by word for readers.

Format of the unified diff: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from assistant.core.hunks.apply import apply
from assistant.core.types import Hunk

_WORD = re.compile(r"\n|[^\S\n]+|\w+(?:['’]\w+)*|[^\w\s]")
"""A line end, blanks, a word, or a sign: what a change is shown by."""
_LIKENESS = 0.5
"""Share of the old words that must stay in place for a difference word by word."""

_MOST = 40_000
"""Characters of two passages that are compared word by word, which takes time by their product: in a longer
one, no eye follows single words."""


class Piece(NamedTuple):
    """A run of words that stays, is removed or added."""

    op: Literal["same", "gone", "new"]
    text: str


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the word-level difference; the pieces but `new` give `old`, those but `gone` give `new`."""
    return _pieces(_WORD.findall(old), _WORD.findall(new))


def readable(old: str, new: str) -> tuple[Piece, ...]:
    """Return the difference for readers: word by word, but all old then all new where most of it changes.

    Lines that stay are set apart first, so each passage between them is judged by itself. The pieces give
    `old` and `new` as those of `words` do.
    """
    pieces: list[Piece] = []
    for piece in _pieces(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if pieces and (pieces[-1].op, piece.op) == ("gone", "new"):
            pieces += _passage(pieces.pop().text, piece.text)
        else:
            pieces.append(piece)
    return tuple(pieces)


def whole(data: bytes, hunks: Iterable[Hunk]) -> tuple[Piece, ...]:
    """Return a whole draft as what stays and what its hunks change, for readers; no two hunks may overlap."""
    pieces: list[Piece] = []
    at = 0
    for hunk in sorted(hunks, key=lambda hunk: hunk.span):
        pieces.append(Piece("same", data[at : hunk.span.start].decode("utf-8", "replace")))
        old, new = (text.decode("utf-8", "replace") for text in (hunk.original, hunk.replacement))
        pieces += readable(old, new)
        at = hunk.span.end
    return (*pieces, Piece("same", data[at:].decode("utf-8", "replace")))


def _passage(old: str, new: str) -> tuple[Piece, ...]:
    """Return the difference of two passages that share no whole line."""
    apart = Piece("gone", old), Piece("new", new)
    if len(old) + len(new) > _MOST or 2 * len(new) < _LIKENESS * len(old):
        return apart
    pieces = words(old, new)
    runs = [_size(p) * (p.op == "same") for p in pieces]
    # Runs below three words are mostly chance ("the", "I", "it"), unless they open or close the passage.
    kept = sum(run for i, run in enumerate(runs) if run > 2 or i in (0, len(runs) - 1))
    if kept < _LIKENESS * sum(_size(p) for p in pieces if p.op != "new"):
        return apart
    return tuple(_joined(pieces))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces, changes made one where only blanks and signs stay between: not `thefound bill,it`."""
    for solid, group in groupby(pieces, key=lambda p: p.op == "same" and _size(p) > 0):
        run = tuple(group)
        if solid or {"gone", "new"} - {p.op for p in run}:
            yield from run
        else:
            yield Piece("gone", "".join(p.text for p in run if p.op != "new"))
            yield Piece("new", "".join(p.text for p in run if p.op != "gone"))


def _size(piece: Piece) -> int:
    return sum(part[0].isalnum() for part in _WORD.findall(piece.text))


def _pieces(a: Sequence[str], b: Sequence[str]) -> tuple[Piece, ...]:
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

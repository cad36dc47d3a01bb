"""Show what hunks change: as a unified diff for tools, and word by word for readers.

Format of the unified diff: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import Literal, NamedTuple

from assistant.core.hunks.apply import apply
from assistant.core.text import lazy
from assistant.core.types import Hunk, Span

_WORD = lazy.pattern(r"\n|[^\S\n]+|\w+(?:['’]\w+)*|[^\w\s]")
"""A line end, blanks, a word, or a sign: what a change is shown by."""
_LIKENESS = 0.5
"""Share of the old words that must stay in place for a difference word by word."""

_MOST = 40_000
"""Characters of two passages that are compared word by word, which takes time by their product: in a longer
one, no eye follows single words."""


class Stretch(NamedTuple):
    """A run of words that stays, is removed or added."""

    op: Literal["same", "gone", "new"]
    text: str


def words(old: str, new: str) -> tuple[Stretch, ...]:
    """Return the word-level difference; the pieces but `new` give `old`, those but `gone` give `new`."""
    return _pieces(_WORD.findall(old), _WORD.findall(new))


def readable(old: str, new: str) -> tuple[Stretch, ...]:
    """Return the difference for readers: word by word, but all old then all new where most of it changes.

    Lines that stay are found first, so each passage between them is judged by itself. The pieces give
    `old` and `new` as those of `words` do.
    """
    pieces: list[Stretch] = []
    for piece in _pieces(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if pieces and (pieces[-1].op, piece.op) == ("gone", "new"):
            pieces += _passage(pieces.pop().text, piece.text)
        else:
            pieces.append(piece)
    return tuple(pieces)


def whole(data: bytes, hunks: Iterable[Hunk]) -> tuple[Stretch, ...]:
    """Return a whole draft as what stays and what its hunks change, for readers; no two hunks may overlap."""
    pieces: list[Stretch] = []
    at = 0
    for hunk in sorted(hunks, key=lambda hunk: hunk.span):
        pieces.append(Stretch("same", data[at : hunk.span.start].decode("utf-8", "replace")))
        old, new = (text.decode("utf-8", "replace") for text in (hunk.original, hunk.replacement))
        pieces += readable(old, new)
        at = hunk.span.end
    return (*pieces, Stretch("same", data[at:].decode("utf-8", "replace")))


def _passage(old: str, new: str) -> tuple[Stretch, ...]:
    """Return the difference of two passages that share no whole line."""
    apart = Stretch("gone", old), Stretch("new", new)
    if len(old) + len(new) > _MOST or 2 * len(new) < _LIKENESS * len(old):
        return apart
    pieces = words(old, new)
    runs = [_size(p) * (p.op == "same") for p in pieces]
    # Runs below three words are mostly chance ("the", "I", "it"), unless they open or close the passage.
    kept = sum(run for i, run in enumerate(runs) if run > 2 or i in (0, len(runs) - 1))
    if kept < _LIKENESS * sum(_size(p) for p in pieces if p.op != "new"):
        return apart
    return tuple(_joined(pieces))


def _joined(pieces: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the pieces, changes made one where only blanks and signs stay between: not `thefound bill,it`."""
    for solid, group in groupby(pieces, key=lambda p: p.op == "same" and _size(p) > 0):
        run = tuple(group)
        if solid or {"gone", "new"} - {p.op for p in run}:
            yield from run
        else:
            yield Stretch("gone", "".join(p.text for p in run if p.op != "new"))
            yield Stretch("new", "".join(p.text for p in run if p.op != "gone"))


def _size(piece: Stretch) -> int:
    return sum(part[0].isalnum() for part in _WORD.findall(piece.text))


def _pieces(a: Sequence[str], b: Sequence[str]) -> tuple[Stretch, ...]:
    pieces: list[Stretch] = []
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        old, new = "".join(a[a1:a2]), "".join(b[b1:b2])
        pieces += [Stretch("same", old)] if op == "equal" else [Stretch("gone", old), Stretch("new", new)]
    return tuple(piece for piece in pieces if piece.text)


def unified(data: bytes, hunks: Iterable[Hunk], *, path: str) -> bytes:
    """Return a diff that `git apply` and `patch -p1` take; empty when nothing changes.

    `path` is written after `a/` and `b/`. Lines end at `\\n` only, as those tools count them.
    """
    changes = _Changes(data, hunks)
    lines: list[bytes] = []
    for group in changes.get_grouped_opcodes():
        (_, a1, _, b1, _), (_, _, a2, _, b2) = group[0], group[-1]
        lines.append(f"@@ -{_range(a1, a2)} +{_range(b1, b2)} @@\n".encode())
        for op, a1, a2, b1, b2 in group:
            if op == "equal":
                lines += [b" " + line for line in changes.old[a1:a2]]
            else:
                lines += [b"-" + line for line in changes.old[a1:a2]]
                lines += [b"+" + line for line in changes.new[b1:b2]]
    whole = (line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)
    return b"".join((_header(path), *whole)) if lines else b""


_Opcode = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]


class _Changes(difflib.SequenceMatcher[bytes]):
    """A draft before and after some hunks, by lines.

    Where it changes is known: a search through all of it may take away the heading below a line that goes,
    and put it in again.
    """

    def __init__(self, data: bytes, hunks: Iterable[Hunk]) -> None:
        super().__init__(a=(), b=())
        self.old, self.new = _lines(data), list[bytes]()
        self._opcodes: list[_Opcode] = []
        at, end = 0, len(self.old)
        for first, last, text in (*_changed_lines(data, self.old, hunks), (end, end, b"")):
            new, shift = _lines(text), len(self.new) + first - at
            if first > at:
                self._opcodes.append(("equal", at, first, len(self.new), shift))
                self.new += self.old[at:first]
            codes = difflib.SequenceMatcher(None, self.old[first:last], new, autojunk=False).get_opcodes()
            self._opcodes += [(op, first + a, first + b, shift + c, shift + d) for op, a, b, c, d in codes]
            self.new += new
            at = last

    def get_opcodes(self) -> list[_Opcode]:
        """Return what changes in the form of the base class, which takes two runs in a row for a change."""
        made: list[_Opcode] = []
        for code in self._opcodes:
            if made and made[-1][0] == code[0] == "equal":
                code = ("equal", made[-1][1], code[2], made.pop()[3], code[4])
            made.append(code)
        return made


def _changed_lines(
    data: bytes, lines: Sequence[bytes], hunks: Iterable[Hunk]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield the half-open ranges of whole lines that hunks change, each with the text that comes instead."""
    starts = [*accumulate(map(len, lines), initial=0)]
    ranges: list[tuple[int, int, list[Hunk]]] = []
    for hunk in sorted(hunks, key=lambda hunk: hunk.span):
        first, last = bisect_right(starts, hunk.span.start) - 1, bisect_left(starts, hunk.span.end)
        first -= first == len(lines) > 0 and not data.endswith(b"\n")
        text = data[starts[first] : hunk.span.start] + hunk.replacement
        last += text[-1:] not in (b"", b"\n") and starts[last] == hunk.span.end < len(data)
        some = [hunk]
        if ranges and first < ranges[-1][1]:
            first, least, earlier = ranges.pop()
            last, some = max(last, least), [*earlier, hunk]
        ranges.append((first, last, some))
    for first, last, some in ranges:
        start = starts[first]
        placed = [replace(h, span=Span(h.span.start - start, h.span.end - start)) for h in some]
        if (text := apply(data[start : starts[last]], placed)) != data[start : starts[last]]:
            yield first, last, text


def _lines(data: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _range(start: int, end: int) -> str:
    """Return lines as the format counts them: from 1, and none by the line before them."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + (count > 0)},{count}"


def _header(path: str) -> bytes:
    """Write the file names, quoted as git quotes them, with the tab that names with blanks need."""
    quoted = "".join(
        f"\\{chr(byte)}" if byte in b'"\\' else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
        for byte in path.encode("utf-8", "surrogateescape")
    )
    mark, tab = '"' * (quoted != path), "\t" * (" " in path)
    a, b = (f"{mark}{side}/{quoted}{mark}" for side in "ab")
    return f"diff --git {a} {b}\n--- {a}{tab}\n+++ {b}{tab}\n".encode()

"""Show what hunks change: as a unified diff for tools, and word by word for readers.

The unified diff is made from the hunks themselves, so its cost grows with them and not with the square
of the draft. Format: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Literal, NamedTuple

from assistant.core.types import Hunk

CONTEXT = 3
"""Unchanged lines around each change, as `diff -u` shows."""

_WORD = re.compile(r"\n|[^\S\n]+|\w+(?:['’]\w+)*|[^\w\s]")


class Piece(NamedTuple):
    """A run of words that stays, is removed or added."""

    op: Literal["same", "gone", "new"]
    text: str


class Change(NamedTuple):
    """Whole lines and what stands in their place."""

    first: int
    """Index (from 0) of the first line that goes; where the new lines are put in when none goes."""
    old: list[bytes]
    new: list[bytes]


def common_ends(old: Sequence[bytes], new: Sequence[bytes]) -> tuple[int, int]:
    """Return how many lines are the same at the beginning of both, and how many of the others at the end."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    return head, tail


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the word-level difference; the pieces but `new` give `old`, those but `gone` give `new`."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
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
    lines = _split(data)
    starts = list(accumulate(map(len, lines), initial=0))
    changes = [c for c in _changes(data, sorted(hunks, key=lambda h: h.span), starts) if c.old != c.new]
    if not changes:
        return b""
    shift = 0
    out = [_header(path)]
    for group in _groups(changes, len(lines)):
        out.append(_chunk(group, lines, shift))
        shift += sum(len(c.new) - len(c.old) for c in group)
    return b"".join(out)


def _split(data: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", data)


def _changes(data: bytes, hunks: Sequence[Hunk], starts: Sequence[int]) -> Iterator[Change]:
    """Widen hunks to whole lines, joining those that meet in one line."""
    index = 0
    while index < len(hunks):
        first = max(bisect_right(starts, hunks[index].span.start) - 1, 0)
        if starts[first] == len(data) and first > 0 and not data.endswith(b"\n"):
            first -= 1
        position = starts[first]
        new = b""
        while True:
            hunk = hunks[index]
            new += data[position : hunk.span.start] + hunk.replacement
            position = hunk.span.end
            index += 1
            end = starts[bisect_left(starts, position)]
            if end == position and new and not new.endswith(b"\n"):
                end = starts[min(bisect_left(starts, position) + 1, len(starts) - 1)]
            if index == len(hunks) or hunks[index].span.start >= max(end, position + 1):
                break
        before, after = _split(data[starts[first] : end]), _split(new + data[position:end])
        head, tail = common_ends(before, after)
        yield Change(first + head, before[head : len(before) - tail], after[head : len(after) - tail])


def _groups(changes: Sequence[Change], count: int) -> Iterator[list[Change]]:
    """Put changes together whose context lines would touch."""
    group: list[Change] = []
    for change in changes:
        if group and change.first - (group[-1].first + len(group[-1].old)) > 2 * CONTEXT:
            yield group
            group = []
        group.append(change)
    yield group


def _chunk(group: Sequence[Change], lines: Sequence[bytes], shift: int) -> bytes:
    start = max(group[0].first - CONTEXT, 0)
    end = min(group[-1].first + len(group[-1].old) + CONTEXT, len(lines))
    body: list[bytes] = []
    at = start
    for change in group:
        body += [b" " + line for line in lines[at : change.first]]
        body += [b"-" + line for line in change.old]
        body += [b"+" + line for line in change.new]
        at = change.first + len(change.old)
    body += [b" " + line for line in lines[at:end]]
    body = [line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in body]
    old_count = end - start
    new_count = old_count + sum(len(c.new) - len(c.old) for c in group)
    head = f"@@ -{_range(start, old_count)} +{_range(start + shift, new_count)} @@\n"
    return head.encode() + b"".join(body)


def _range(start: int, count: int) -> str:
    return f"{start + (count > 0)},{count}" if count != 1 else f"{start + 1}"


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

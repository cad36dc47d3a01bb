"""Split a hunk's text into paragraphs or bullets, and join those that were kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from assistant.core.text.code import code
from assistant.core.text.lists import items
from assistant.core.types import Hunk

_BLANK_LINES = re.compile(r"(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+")
_LINE = re.compile(r"[^\r\n]*\Z")
_BLANKS = " \t\r\n"


def split(hunk: Hunk) -> tuple[Hunk, ...]:
    """Return the paragraphs of a hunk, or the bullets of its only one, each as a hunk to look at.

    They stand at the hunk's own place and hold no blank lines around them; the first carries what is
    taken away. A hunk that is a single piece comes back alone.
    """
    ranges = _ranges(hunk.replacement)
    if len(ranges) < 2:
        return (hunk,)
    pieces = []
    for number, (start, end) in enumerate(ranges):
        warnings = tuple(
            replace(w, start=max(w.start, start) - start, end=min(w.end, end) - start)
            for w in hunk.warnings
            if w.start < end and start < w.end
        )
        original = hunk.original if number == 0 else b""
        text = hunk.replacement[start:end]
        pieces.append(replace(hunk, original=original, replacement=text, warnings=warnings, notes=()))
    return tuple(pieces)


def joined(text: bytes, kept: Mapping[int, bytes]) -> bytes:
    """Return `text` with only the pieces in `kept` (by number, from 0), and what stands around them."""
    ranges = _ranges(text)
    out = [text[: ranges[0][0]]]
    for number in sorted(kept):
        if len(out) > 1:
            out.append(text[ranges[number - 1][1] : ranges[number][0]])
        out.append(kept[number])
    return b"".join((*out, text[ranges[-1][1] :]))


def body(text: bytes) -> str:
    """Return the words of a replacement to be edited: plain line ends, no blanks around them."""
    return text.decode().replace("\r\n", "\n").replace("\r", "\n").strip("\n ")


def with_body(text: bytes, edited: str, *, newline: str) -> bytes:
    """Return a replacement with other words in it, the blanks around them and the line ends kept."""
    whole = text.decode().replace("\r\n", "\n").replace("\r", "\n")
    lead, tail = whole[: len(whole) - len(whole.lstrip("\n "))], whole[len(whole.rstrip("\n ")) :]
    edited = edited.replace("\r\n", "\n").replace("\r", "\n").strip("\n ")
    return (lead + edited + tail).replace("\n", newline).encode()


def _ranges(replacement: bytes) -> list[tuple[int, int]]:
    """Return where the pieces stand: paragraphs, or the outermost items of the only one."""
    text = replacement.decode()
    plain = text
    for block in code(text):  # a blank line inside a code block ends no paragraph
        plain = plain[: block.start] + "x" * (block.end - block.start) + plain[block.end :]
    start, end = len(plain) - len(plain.lstrip(_BLANKS)), len(plain.rstrip(_BLANKS))
    starts = [start, *(blank.end() for blank in _BLANK_LINES.finditer(plain, start, end))]
    if len(starts) == 1:
        lines = {len(_LINE.sub("", text[: item.start])): item.start for item in items(text)}
        least = min((mark - line for line, mark in lines.items()), default=0)
        starts = sorted({start, *(line for line, mark in lines.items() if mark - line == least)})
    bounds = [len(text[:at].encode()) for at in (*starts, end)]
    return [(a, a + len(replacement[a:b].rstrip(_BLANKS.encode()))) for a, b in pairwise(bounds)]

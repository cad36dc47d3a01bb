"""Takes a hunk's text apart into paragraphs or bullets, and puts those that were kept together again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from assistant.core.types import Hunk

_GAP = re.compile(rb"(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+")
_ITEM = re.compile(rb"(?:(?<=\n)|(?<=\r)|\A)(?P<indent>[ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+")
_FENCE = re.compile(rb"^[ \t]*(?:```|~~~)", re.MULTILINE)
_BLANKS = b" \t\r\n"


def split(hunk: Hunk) -> tuple[Hunk, ...]:
    """Return the paragraphs of a hunk, or the bullets of its only one, each as a hunk to look at.

    They stand at the hunk's own place and hold no blank lines around them; the first carries what is
    taken away. A hunk that is all of a piece comes back alone.
    """
    ranges = _ranges(hunk.replacement)
    if len(ranges) < 2:
        return (hunk,)
    found = []
    for number, (start, end) in enumerate(ranges):
        warnings = tuple(
            replace(w, start=max(w.start, start) - start, end=min(w.end, end) - start)
            for w in hunk.warnings
            if w.start < end and start < w.end
        )
        original = hunk.original if number == 0 else b""
        text = hunk.replacement[start:end]
        found.append(replace(hunk, original=original, replacement=text, warnings=warnings, notes=()))
    return tuple(found)


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


def _ranges(text: bytes) -> list[tuple[int, int]]:
    start = len(text) - len(text.lstrip(_BLANKS))
    end = len(text.rstrip(_BLANKS))
    cuts = [(found.start(), found.end()) for found in _GAP.finditer(text, start, end)]
    ranges = _between(start, end, cuts)
    whole: list[tuple[int, int]] = []
    for piece in ranges:
        # A blank line inside a code block ends no paragraph.
        if whole and len(_FENCE.findall(text[whole[-1][0] : whole[-1][1]])) % 2:
            whole[-1] = (whole[-1][0], piece[1])
        else:
            whole.append(piece)
    if len(whole) == 1:
        found = list(_ITEM.finditer(text, start, end))
        if len(found) > 1:
            least = min(len(f["indent"]) for f in found)
            starts = [f.start() for f in found if len(f["indent"]) == least]
            bounds = [*sorted({start, *starts}), end]
            whole = [(a, a + len(text[a:b].rstrip(_BLANKS))) for a, b in pairwise(bounds)]
    return whole


def _between(start: int, end: int, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    ranges = []
    for a, b in cuts:
        ranges.append((start, a))
        start = b
    return [*ranges, (start, end)]

"""Convert byte offsets, which pyromark and hunks use, to characters of a text, and back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

_BEGINS = bytes(byte >> 6 != 2 for byte in range(256))
"""For each byte of UTF-8, 1 if it begins a character."""


def character_offsets(text: str) -> Callable[[int], int]:
    """Return a function from byte offsets in the UTF-8 of `text` to character offsets."""
    if text.isascii():
        return int
    begins = text.encode("utf-8", "surrogatepass").translate(_BEGINS)
    return list(accumulate(begins, initial=0)).__getitem__


def byte_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the byte span, in UTF-8, of the characters of `text` from `start` to `end`."""
    first = len(text[:start].encode())
    return first, first + len(text[start:end].encode())

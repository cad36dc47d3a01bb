"""Byte offsets, in which pyromark and hunks count, as characters of a text, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

_BEGINS = bytes(byte >> 6 != 2 for byte in range(256))
"""Of each byte of UTF-8, 1 where it begins a character."""


def character_offsets(text: str) -> Callable[[int], int]:
    """Return a function from a byte offset into `text` in UTF-8 to the character that is there."""
    if text.isascii():
        return int
    begins = text.encode("utf-8", "surrogatepass").translate(_BEGINS)
    return list(accumulate(begins, initial=0)).__getitem__


def byte_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bytes of `text` in UTF-8 in which its characters from `start` to `end` are."""
    first = len(text[:start].encode())
    return first, first + len(text[start:end].encode())

"""Byte offsets, in which pyromark counts, as characters of a text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

_BEGINS = bytes(byte >> 6 != 2 for byte in range(256))
"""Of each byte of UTF-8, 1 where it begins a character."""


def character_offsets(text: str) -> Callable[[int], int]:
    """Return a function from a byte offset into `text` in UTF-8 to the character that stands there."""
    if text.isascii():
        return int
    begins = text.encode("utf-8", "surrogatepass").translate(_BEGINS)
    return list(accumulate(begins, initial=0)).__getitem__

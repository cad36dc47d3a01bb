"""Byte offsets, in which pyromark counts, as characters of a text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate


def character_offsets(text: str) -> Callable[[int], int]:
    """Return a function from a byte offset into `text` in UTF-8 to the character that stands there."""
    if text.isascii():
        return int
    ends = list(accumulate((len(char.encode("utf-8", "surrogatepass")) for char in text), initial=0))
    return lambda offset: bisect_left(ends, offset)

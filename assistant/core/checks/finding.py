"""What a check returns."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that the author should look at. Offsets are characters of the text."""

    code: str
    """What kind it is, such as `unsupported`."""
    message: str
    start: int
    end: int


def quoted(text: str) -> str:
    """Return the words at a place as a message shows them, in one line of at most 60 characters."""
    plain = " ".join(text.split())
    return f"“{plain if len(plain) <= 60 else plain[:57].rstrip() + '…'}”"

"""Notices a terminal's new size whose signal was lost, as while an author's own editor had the terminal."""

from __future__ import annotations

import os
import sys

from textual.geometry import Size


def other_size(known: Size) -> Size | None:
    """Return the terminal's size when it is another than `known`, else None."""
    try:
        size = Size(*os.get_terminal_size(sys.__stdout__.fileno())) if sys.__stdout__ else known
    except OSError:
        return None
    return size if size != known else None

"""What makes a gap the same gap when text elsewhere changes: its kind, its words, and the headings above."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from itertools import count


def key(kind: str, path: Iterable[str], text: str) -> str:
    """Return what tells a gap from others; two with the same words under the same headings share it."""
    return "\0".join((kind, *path, "\0", " ".join(text.split())))


def digest(key: str, ordinal: int = 0) -> str:
    """Return ten hexadecimal digits for a gap; `ordinal` counts those that share a key, from 0."""
    return hashlib.sha256(f"{key}\0{ordinal}".encode()).hexdigest()[:10]


def unused(key: str, used: Collection[str]) -> str:
    """Return the first digest for a key that is not used."""
    return next(name for ordinal in count() if (name := digest(key, ordinal)) not in used)

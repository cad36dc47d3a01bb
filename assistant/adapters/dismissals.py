"""Reads what the author of a blog dismissed, without opening the store: `locate` must start at once."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

from assistant.adapters.files import name_of
from assistant.adapters.settings import store_file
from assistant.core.gaps.dismissals import MANY, NONE, Dismissals


def load_dismissals(blog: Path) -> Dismissals:
    """Return the dismissals in a blog; none where there is no store, or one that can't be read."""
    file = store_file()
    if not file.exists():
        return NONE
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", timeout=1, uri=True)) as db:
            rows = db.execute("SELECT gap, kind FROM dismissals WHERE blog=?", (name_of(blog),)).fetchall()
    except sqlite3.Error:  # an older store has no such table
        return NONE
    kinds = Counter(kind for _, kind in rows)
    return Dismissals(
        frozenset(gap for gap, _ in rows), frozenset(kind for kind, n in kinds.items() if n >= MANY)
    )

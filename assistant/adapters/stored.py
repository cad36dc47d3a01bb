"""Reads what `locate` needs of the store without opening it: it must start at once."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from assistant.adapters.files import name_of
from assistant.adapters.settings import store_file
from assistant.core.gaps.dismissals import MANY, NONE, Dismissals
from assistant.core.review.events import SavedUndecided

_LATEST = (
    "SELECT path, fields FROM log WHERE name='held' AND fields LIKE '%:raw%' AND id IN "
    "(SELECT max(id) FROM log WHERE name IN ('held', 'written', 'reverted') {} GROUP BY path)"
)
"""What was saved last, but for what a writing of the draft took away."""


def load_dismissals(blog: Path) -> Dismissals:
    """Return what the author of a blog dismissed."""
    rows = _rows("SELECT gap, kind FROM dismissals WHERE blog=?", name_of(blog))
    kinds = Counter(kind for _, kind in rows)
    often = frozenset(kind for kind, count in kinds.items() if count >= MANY)
    return Dismissals(frozenset(gap for gap, _ in rows), often) if rows else NONE


def load_saved(path: Path | None = None) -> dict[str, SavedUndecided]:
    """Return what an editor saved of drafts with a model's raw words in them, by path, or of one draft."""
    query, values = (_LATEST.format("AND path=?"), (name_of(path),)) if path else (_LATEST.format(""), ())
    return {name: _saved(json.loads(fields)) for name, fields in _rows(query, *values)}


def _saved(fields: object) -> SavedUndecided:
    from assistant.adapters.store.codec import Codec

    def text(key: str) -> bytes:
        return bytes(_rows("SELECT data FROM texts WHERE hash=?", key)[0][0])

    event = Codec(keep=lambda data: "", fetch=text).event("held", fields, proposals={})
    assert isinstance(event, SavedUndecided)
    return event


def _rows(query: str, *values: str) -> list[Any]:
    """Return the rows of a query; none without a store, or where it can't be read or has no such table."""
    if not (file := store_file()).exists():
        return []
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", timeout=1, uri=True)) as db:
            return db.execute(query, values).fetchall()
    except sqlite3.Error:
        return []

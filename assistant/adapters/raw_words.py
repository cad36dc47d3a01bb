"""Reads which drafts an editor saved with a model's raw words in them, without opening the store.

`locate` must start at once.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.files import name_of
from assistant.adapters.settings import store_file
from assistant.core.review.events import SavedUndecided

if TYPE_CHECKING:
    from sqlite3 import Connection

_LATEST = (
    "SELECT path, fields FROM log WHERE name='held' AND fields LIKE '%:raw%' AND id IN "
    "(SELECT max(id) FROM log WHERE name IN ('held', 'written', 'reverted') {} GROUP BY path)"
)
"""What was saved last, but for what a writing of the draft took away."""


def load_saved(path: Path | None = None) -> dict[str, SavedUndecided]:
    """Return what was saved of such drafts, by path, or of the one at `path`; nothing without a store."""
    file = store_file()
    if not file.exists():
        return {}
    import sqlite3

    query, values = (_LATEST.format("AND path=?"), (name_of(path),)) if path else (_LATEST.format(""), ())
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", timeout=1, uri=True)) as db:
            rows = db.execute(query, values).fetchall()
            return {name: _saved(db, json.loads(fields)) for name, fields in rows}
    except sqlite3.Error:
        return {}


def _saved(db: Connection, fields: object) -> SavedUndecided:
    from assistant.adapters.store.codec import Codec

    def text(key: str) -> bytes:
        return bytes(db.execute("SELECT data FROM texts WHERE hash=?", (key,)).fetchone()[0])

    event = Codec(keep=lambda data: "", fetch=text).event("held", fields, proposals={})
    assert isinstance(event, SavedUndecided)
    return event

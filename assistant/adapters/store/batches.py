"""What the database holds of batches: each job at a server, and the piece that every line of it is for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from filelock import FileLock, Timeout

from assistant.adapters.files import name_of
from assistant.adapters.settings import state_folder
from assistant.adapters.store.database import now, to_json
from assistant.adapters.store.store import Store
from assistant.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests that are answered together, some time later."""

    id: int
    at: str
    """When it was last sent, UTC, ISO 8601."""
    server: str
    model: str
    options: Mapping[str, Any]
    """What the author asked for, as it has to be known when the answers come."""
    input: str
    """The server's name of the uploaded requests; empty before they are there."""
    remote: str
    """The server's name of the batch, or the path of a file; empty before there is one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One request of a batch."""

    id: str
    path: str
    """The draft's."""
    piece: str
    """The key of the piece in a review of the draft."""
    data: bytes = field(repr=False)
    """The draft that it was made for."""
    state: str = "sent"
    """`sent`, `done`, or `failed`."""
    failure: str = ""
    """Why it failed."""


@contextmanager
def exclusively() -> Iterator[None]:
    """Keep other batch commands out while one is at work; the lock goes with its process.

    Everything here is to be called within. Raises `StoreBusy`.
    """
    try:
        with FileLock(state_folder() / "batch.lock", timeout=0):
            yield
    except Timeout:
        raise StoreBusy("another batch command is running; try again when it is done") from None


class Batches:
    """The batches in a store."""

    def __init__(self, store: Store) -> None:
        """Take an open store."""
        self._store = store

    def add(
        self,
        pieces: Iterable[tuple[str, str, bytes]],
        *,
        server: str,
        model: str,
        options: Mapping[str, Any],
        remote: str = "",
    ) -> tuple[Batch, list[Line]]:
        """Keep a new batch; each piece is a draft's path, the piece's key, and the draft."""
        tag, at = secrets.token_hex(8), now()
        lines = [
            Line(f"{tag}-{number}", name_of(path), piece, data)
            for number, (path, piece, data) in enumerate(pieces, 1)
        ]
        with self._store.transaction():
            row = self._store.db.execute(
                "INSERT INTO batches (at, server, model, options, input, remote) VALUES (?, ?, ?, ?, '', ?)",
                (at, server, model, to_json(options), remote),
            )
            number = int(row.lastrowid or 0)
            self._store.db.executemany(
                "INSERT INTO batch_lines VALUES (?, ?, ?, ?, ?, 'sent', '')",
                [(one.id, number, one.path, one.piece, self._store.keep(one.data)) for one in lines],
            )
        return Batch(number, at, server, model, options, "", remote), lines

    def note(self, batch: Batch, *, input: str = "", remote: str = "") -> None:
        """Keep the server's names for a batch, and the time: something was just asked of the server."""
        with self._store.transaction():
            self._store.db.execute(
                "UPDATE batches SET at=?, input=?, remote=? WHERE id=?",
                (now(), input or batch.input, remote or batch.remote, batch.id),
            )

    def drop(self, batch: Batch) -> None:
        """Forget a batch that no server has."""
        with self._store.transaction():
            self._store.db.execute("DELETE FROM batch_lines WHERE batch=?", (batch.id,))
            self._store.db.execute("DELETE FROM batches WHERE id=?", (batch.id,))

    def open(self) -> list[Batch]:
        """Return the batches with lines that have no result yet, oldest first."""
        rows = self._store.rows(
            "SELECT id, at, server, model, options, input, remote FROM batches WHERE id IN "
            "(SELECT batch FROM batch_lines WHERE state='sent') ORDER BY id"
        )
        return [
            Batch(id, at, server, model, json.loads(options), *names)
            for id, at, server, model, options, *names in rows
        ]

    def names(self) -> set[str]:
        """Return the names of all requests, whatever became of them."""
        return {name for (name,) in self._store.rows("SELECT id FROM batch_lines")}

    def lines(self, batch: Batch) -> list[Line]:
        """Return the lines of a batch, in the order in which they were sent."""
        query = "SELECT id, path, piece, base, state, said FROM batch_lines WHERE batch=? ORDER BY rowid"
        return [
            Line(id, path, piece, self._store.text(base), *states)
            for id, path, piece, base, *states in self._store.rows(query, str(batch.id))
        ]

    def settle(self, lines: Iterable[Line], failure: str = "") -> None:
        """Note that lines are done, or why they failed."""
        state = "failed" if failure else "done"
        with self._store.transaction():
            self._store.db.executemany(
                "UPDATE batch_lines SET state=?, said=? WHERE id=?",
                [(state, failure, one.id) for one in lines],
            )

    def failed(self) -> list[tuple[str, bytes, str, str]]:
        """Return the draft's path, the draft, the piece and the reason for each whose last line failed."""
        rows = self._store.rows(
            "SELECT path, base, piece, state, said, max(rowid) FROM batch_lines GROUP BY path, piece "
            "ORDER BY path, max(rowid)"
        )
        return [
            (path, self._store.text(base), piece, failure)
            for path, base, piece, state, failure, _ in rows
            if state == "failed"
        ]

    def states(self, path: str) -> dict[str, list[str]]:
        """Return the states of all lines that a draft's pieces had, by their keys."""
        states: dict[str, list[str]] = {}
        rows = self._store.rows("SELECT piece, state FROM batch_lines WHERE path=?", name_of(path))
        for piece, state in rows:
            states.setdefault(piece, []).append(state)
        return states

"""What the database holds of a draft: events, proposals, writes, and the tokens of each month."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.adapters.store.database import (
    Claim,
    Database,
    alive,
    hash_of,
    name_of,
    now,
    state_folder,
    to_json,
)
from assistant.core.review import events as happenings
from assistant.core.review import journal
from assistant.core.types import Hunk, Reply, Usage
from assistant.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class Write:
    """One writing of a draft's file, with all that is needed to put it back."""

    id: int
    path: str
    at: str
    """When it was begun, UTC, ISO 8601."""
    state: str
    """`begun`, `done`, `dropped` or `undone`."""
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    keys: tuple[str, ...] = ()
    hunks: tuple[Hunk, ...] = ()
    """Those that were written; their spans index `before`."""
    models: tuple[str, ...] = ()
    """The model of each hunk, in the same order."""


@dataclass(frozen=True, slots=True)
class MonthlyUsage:
    """What a model was asked in one month."""

    month: str
    """As in `2025-01`, UTC."""
    model: str
    requests: int
    usage: Usage


def open_store(folder: Path | None = None) -> Store:
    """Effect: opens the database, made or brought to the present version where needed.

    Raises `StoreError` when the folder can't be written, the disk is full, the file is damaged or a newer
    version of the program made it.
    """
    return Store(folder or state_folder())


class Store(Database):
    """An open store; see the docstring of `assistant.adapters.store`."""

    # ---- events and proposals ---------------------------------------------------------------------

    def append(
        self, path: str | os.PathLike[str], event: happenings.Event, *, claim: Claim | None = None
    ) -> None:
        """Effect: puts an event behind the draft's others. Raises `StoreError`; then nothing was kept."""
        with self.changing():
            self.check(claim)
            self._log(name_of(path), event)

    def _log(self, name: str, event: happenings.Event) -> None:
        kind, fields = journal.event_fields(event, keep=self.keep)
        self.db.execute(
            "INSERT INTO log (path, at, name, fields) VALUES (?, ?, ?, ?)",
            (name, now(), kind, to_json(fields)),
        )

    def propose(
        self,
        path: str | os.PathLike[str],
        data: bytes,
        proposal: happenings.Proposal,
        *,
        claim: Claim | None = None,
    ) -> happenings.Proposal:
        """Effect: keeps a model's text, made for the draft as `data`.

        Returns the proposal with its number and time; the event `Offered` is in the log with it.
        """
        name, base, made_at = name_of(path), hash_of(data), now()
        with self.changing():
            self.check(claim)
            found = self.db.execute(
                "INSERT INTO proposals (path, made_at, base, gap, model, prompt_hash, fields) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    name,
                    made_at,
                    base,
                    proposal.gap,
                    proposal.model,
                    proposal.prompt_hash,
                    to_json(journal.proposal_fields(proposal)),
                ),
            )
            stored = replace(proposal, id=int(found.lastrowid or 0), made_at=made_at)
            self._log(name, happenings.Offered(stored, data))
        return stored

    def events(self, path: str | os.PathLike[str]) -> list[happenings.Event]:
        """Return all events of a draft, oldest first; `core.review.replay` makes the session of them."""
        name = name_of(path)
        with self.told(), self.lock:
            rows = self.db.execute(
                "SELECT name, fields FROM log WHERE path=? ORDER BY id", (name,)
            ).fetchall()
            proposals = {
                number: journal.proposal_from(json.loads(fields), number=number, made_at=made_at)
                for number, made_at, fields in self.db.execute(
                    "SELECT id, made_at, fields FROM proposals WHERE path=?", (name,)
                )
            }
            texts: dict[str, bytes] = {}

            def fetch(key: str) -> bytes:
                if key not in texts:
                    texts[key] = self.text(key)
                return texts[key]

            return [
                journal.event_from(kind, json.loads(fields), fetch=fetch, proposal=proposals.__getitem__)
                for kind, fields in rows
            ]

    def last_at(self, path: str | os.PathLike[str]) -> str:
        """Return when something last happened to a draft, UTC, ISO 8601; empty when nothing did."""
        with self.told(), self.lock:
            row = self.db.execute("SELECT max(at) FROM log WHERE path=?", (name_of(path),)).fetchone()
        return row[0] or ""

    def drafts(self) -> list[str]:
        """Return the paths of all drafts that something is kept of."""
        with self.told(), self.lock:
            return [row[0] for row in self.db.execute("SELECT DISTINCT path FROM log ORDER BY path")]

    # ---- writes -----------------------------------------------------------------------------------

    def begin_write(
        self,
        path: str | os.PathLike[str],
        *,
        before: bytes,
        after: bytes,
        keys: tuple[str, ...],
        hunks: tuple[Hunk, ...],
        models: tuple[str, ...],
        claim: Claim | None = None,
    ) -> int:
        """Effect: notes that the file is about to be replaced, and returns the write's number."""
        with self.changing():
            self.check(claim)
            found = self.db.execute(
                "INSERT INTO writes (path, at, state, before, after, keys, hunks, models) "
                "VALUES (?, ?, 'begun', ?, ?, ?, ?, ?)",
                (
                    name_of(path),
                    now(),
                    self.keep(before),
                    self.keep(after),
                    to_json(keys),
                    to_json([journal.hunk_fields(h) for h in hunks]),
                    to_json(models),
                ),
            )
            return int(found.lastrowid or 0)

    def finish_write(self, number: int, *, done: bool = True) -> None:
        """Effect: notes that the file was replaced, with the event `Written`; or that it was not."""
        with self.changing():
            write = self._write(self.db.execute(_WRITES + " WHERE id=?", (number,)).fetchone())
            self.db.execute("UPDATE writes SET state=? WHERE id=?", ("done" if done else "dropped", number))
            if done:
                self._log(write.path, happenings.Written(write.keys, write.hunks, write.after))

    def revert_write(self, number: int, event: happenings.Reverted) -> None:
        """Effect: notes that a write was put back."""
        with self.changing():
            row = self.db.execute("SELECT path FROM writes WHERE id=?", (number,)).fetchone()
            self.db.execute("UPDATE writes SET state='undone' WHERE id=?", (number,))
            self._log(row[0], event)

    def writes(self, path: str | os.PathLike[str]) -> list[Write]:
        """Return the writes of a draft, oldest first; one that is `begun` was cut off by a crash."""
        with self.told(), self.lock:
            rows = self.db.execute(_WRITES + " WHERE path=? ORDER BY id", (name_of(path),)).fetchall()
            return [self._write(row) for row in rows]

    def _write(self, row: tuple[Any, ...]) -> Write:
        number, path, at, state, before, after, keys, hunks, models = row
        return Write(
            number,
            path,
            at,
            state,
            self.text(before),
            self.text(after),
            tuple(json.loads(keys)),
            tuple(map(journal.hunk_from, json.loads(hunks))),
            tuple(json.loads(models)),
        )

    # ---- answers ----------------------------------------------------------------------------------

    def answer(self, key: str) -> Reply | None:
        """Return the answer that was kept under `key`, which stands for all that was asked."""
        with self.told(), self.lock:
            row = self.db.execute("SELECT fields FROM answers WHERE key=?", (key,)).fetchone()
        if row is None:
            return None
        fields = json.loads(row[0])
        return Reply(fields["text"], fields["model"], Usage(*fields["usage"]), fields["finish"])

    def keep_answer(self, path: str | os.PathLike[str], key: str, reply: Reply) -> None:
        """Effect: keeps an answer, with the draft that it was asked for."""
        usage = reply.usage
        fields = {
            "text": reply.text,
            "model": reply.model,
            "usage": [usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens],
            "finish": reply.finish,
        }
        with self.changing():
            self.db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (key, name_of(path), now(), to_json(fields)),
            )

    # ---- usage and forgetting ---------------------------------------------------------------------

    def add_usage(self, model: str, usage: Usage) -> None:
        """Effect: counts the tokens that a server has counted, of texts that came and of those that failed.

        `model` is the name by which it was asked, whatever the server calls itself.
        """
        if not usage.prompt_tokens and not usage.completion_tokens:
            return
        with self.changing():
            self.db.execute(
                "INSERT INTO usage VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (month, model) DO UPDATE SET "
                "requests=requests+1, prompt_tokens=prompt_tokens+excluded.prompt_tokens, "
                "completion_tokens=completion_tokens+excluded.completion_tokens, "
                "cached_tokens=cached_tokens+excluded.cached_tokens",
                (now()[:7], model, usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens),
            )

    def usage(self, month: str = "") -> list[MonthlyUsage]:
        """Return what each model was asked, in one month (as in `2025-01`) or in every one."""
        with self.told(), self.lock:
            rows = self.db.execute(
                "SELECT * FROM usage WHERE ? IN ('', month) ORDER BY month, model", (month,)
            ).fetchall()
        return [MonthlyUsage(row[0], row[1], row[2], Usage(*row[3:])) for row in rows]

    def forget(self, path: str | os.PathLike[str] | None = None) -> int:
        """Effect: deletes all that is kept of a draft, or of every one, and returns how many drafts.

        The bytes are overwritten. Usage stays, as it holds no words. Raises `StoreBusy` while a session
        holds the draft.
        """
        names = self.drafts() if path is None else [name_of(path)]
        with self.changing():
            for name in names:
                row = self.db.execute("SELECT pid, started FROM sessions WHERE path=?", (name,)).fetchone()
                if row and row[0] != os.getpid() and alive(*row):
                    raise StoreBusy(f"{name}: open in another session (process {row[0]}); leave it first")
            known = sum(
                bool(self.db.execute("SELECT 1 FROM log WHERE path=? LIMIT 1", (n,)).fetchone())
                for n in names
            )
            for table in ("log", "proposals", "writes", "sessions", "answers"):
                self.db.executemany(f"DELETE FROM {table} WHERE path=?", [(n,) for n in names])
            used: set[str] = set()
            for (fields,) in self.db.execute("SELECT fields FROM log"):
                used.update(v for k, v in json.loads(fields).items() if k in ("data", "before"))
            for before, after in self.db.execute("SELECT before, after FROM writes"):
                used.update((before, after))
            gone = [(h,) for (h,) in self.db.execute("SELECT hash FROM texts") if h not in used]
            self.db.executemany("DELETE FROM texts WHERE hash=?", gone)
        with self.told(), self.lock:
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return known


_WRITES = "SELECT id, path, at, state, before, after, keys, hunks, models FROM writes"

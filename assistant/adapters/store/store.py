"""What the database holds: events, proposals and writes of drafts, a model's replies, each month's tokens."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from assistant.adapters.files import name_of
from assistant.adapters.settings import state_folder
from assistant.adapters.store.codec import Codec
from assistant.adapters.store.database import Claim, Database, alive, make_private, now, to_json
from assistant.core.hunks.apply import apply
from assistant.core.review.events import Event, Offered, Proposal, Reverted, Written
from assistant.core.types import Approval, Hunk, Reply, Usage
from assistant.errors import StoreBusy

T = TypeVar("T")
_Path = str | os.PathLike[str]
_TABLES = ("log", "proposals", "writes", "answers", "approvals", "dismissals", "batch_lines")
"""All that is kept of a draft, by its path."""
_WRITES = "SELECT id, path, at, state, before, after, keys, hunks, models FROM writes"


class Write(NamedTuple):
    """One writing of a draft's file, with all that is needed to undo it."""

    id: int
    path: str
    at: str
    """When it was begun, UTC, ISO 8601."""
    state: str
    """`begun`, `done`, `dropped` or `undone`."""
    before: bytes
    after: bytes
    keys: tuple[str, ...] = ()
    hunks: tuple[Hunk, ...] = ()
    """Those that were written; their spans index `before`."""
    models: tuple[str, ...] = ()
    """The model of each hunk, in the same order."""


def open_store(folder: Path | None = None) -> Store:
    """Open the database, made or brought to the present version where needed.

    Raises `StoreError` when the folder can't be written, the disk is full, the file is damaged or a newer
    version of the program made it.
    """
    folder = folder or state_folder()
    make_private(folder)
    return Store(folder)


class Store(Database):
    """An open store; see the docstring of `assistant.adapters.store`. `Store(None)` keeps nothing on disk."""

    @cached_property
    def _codec(self) -> Codec:
        # Many events come from the same draft: in memory, they share its bytes.
        return Codec(keep=self.keep, fetch=lru_cache(maxsize=64)(self.text))

    # ---- events and proposals ---------------------------------------------------------------------

    def append(self, path: _Path, event: Event, *, claim: Claim | None = None) -> None:
        """Keep an event of a draft. Raises `StoreError`; then nothing was kept."""
        with self.transaction():
            self.check(claim)
            self._log(name_of(path), event)

    def _log(self, name: str, event: Event) -> None:
        kind, fields = self._codec.event_fields(event)
        self.db.execute(
            "INSERT INTO log (path, at, name, fields) VALUES (?, ?, ?, ?)",
            (name, now(), kind, to_json(fields)),
        )

    def propose(
        self, path: _Path, data: bytes, proposal: Proposal, *, claim: Claim | None = None
    ) -> Proposal:
        """Keep a model's text, made for the draft as `data`, and the event `Offered`.

        Returns the proposal with its number.
        """
        name = name_of(path)
        with self.transaction():
            self.check(claim)
            row = self.db.execute(
                "INSERT INTO proposals (path, made_at, base, gap, model, prompt_hash, fields) "
                "VALUES (?, ?, '', '', '', '', ?)",  # the columns between are only there for older versions
                (name, now(), to_json(self._codec.fields(proposal))),
            )
            result = proposal._replace(id=int(row.lastrowid or 0))
            self._log(name, Offered(result, data))
        return result

    def events(self, path: _Path) -> list[Event]:
        """Return all events of a draft, oldest first; `decide.replay` makes the session of them."""
        name = name_of(path)
        with self.lock:  # of the codec's proposals as well
            log = self.rows("SELECT name, fields FROM log WHERE path=? ORDER BY id", name)
            rows = self.rows("SELECT id, fields FROM proposals WHERE path=?", name)
            codec = self._codec
            proposals = {id: codec.proposal(fields, number=id) for id, fields in _with_fields(rows)}
            return [codec.event(kind, fields, proposals=proposals) for kind, fields in _with_fields(log)]

    def last_at(self, path: _Path) -> str:
        """Return when something last happened to a draft, UTC, ISO 8601; empty when nothing did."""
        return self.rows("SELECT max(at) FROM log WHERE path=?", name_of(path))[0][0] or ""

    def drafts(self) -> list[str]:
        """Return the paths of all drafts that something is kept of."""
        paths = "SELECT path FROM log UNION SELECT path FROM approvals ORDER BY path"
        return [path for (path,) in self.rows(paths)]

    def decided_below(self, folder: _Path) -> list[str]:
        """Return the paths of the drafts below a folder on which something was decided, the latest first."""
        name = name_of(folder).rstrip(os.sep) + os.sep
        paths = "SELECT path FROM log WHERE name IN ('decided', 'took') AND substr(path, 1, ?)=?"
        query = f"{paths} GROUP BY path ORDER BY max(id) DESC"
        return [path for (path,) in self.rows(query, len(name), name)]

    # ---- writes -----------------------------------------------------------------------------------

    def begin_write(
        self,
        path: _Path,
        before: bytes,
        written: Written,
        models: tuple[str, ...],
        claim: Claim | None = None,
    ) -> int:
        """Note that the file, which holds `before`, is about to be written, and return the write's number.

        `models` are those of the hunks, in the same order.
        """
        texts = written.keys, self._codec.fields(written.hunks), models
        with self.transaction():
            self.check(claim)
            row = self.db.execute(
                "INSERT INTO writes (path, at, state, before, after, keys, hunks, models) "
                "VALUES (?, ?, 'begun', ?, ?, ?, ?, ?)",
                (name_of(path), now(), self.keep(before), self.keep(written.data), *map(to_json, texts)),
            )
            return int(row.lastrowid or 0)

    def finish_write(self, number: int, *, done: bool = True) -> None:
        """Note that the file was replaced, with the event `Written`; or that it was not."""
        with self.transaction():
            write = self._write(self.db.execute(_WRITES + " WHERE id=?", (number,)).fetchone())
            self.db.execute("UPDATE writes SET state=? WHERE id=?", ("done" if done else "dropped", number))
            if done:
                self._log(write.path, Written(write.keys, write.hunks, write.after))

    def revert_write(self, write: Write, event: Reverted, *, remainder: Collection[Hunk] = ()) -> None:
        """Note that a write was undone; the `remainder` of its hunks is a write of its own now."""
        keys = write.keys or (None,) * len(write.hunks)  # what went into another file has none
        rows = list(zip(keys, write.hunks, write.models, strict=True)) if remainder else []
        applied = [row for row in rows if row[1] in remainder]
        undone = [row for row in rows if row[1] not in remainder]
        with self.transaction():
            self.db.execute("UPDATE writes SET state='undone' WHERE id=?", (write.id,))
            if applied:
                after, other = (apply(write.before, [row[1] for row in rows]) for rows in (applied, undone))
                self.db.execute(
                    "UPDATE writes SET after=?, keys=?, hunks=?, models=? WHERE id=?",
                    (self.keep(other), *self._rows(undone), write.id),
                )
                self.db.execute(
                    "INSERT INTO writes (path, at, state, before, after, keys, hunks, models) "
                    "VALUES (?, ?, 'done', ?, ?, ?, ?, ?)",
                    (write.path, write.at, self.keep(write.before), self.keep(after), *self._rows(applied)),
                )
            self._log(write.path, event)

    def _rows(self, rows: Sequence[tuple[str | None, Hunk, str]]) -> Iterator[str]:
        keys, hunks, models = zip(*rows, strict=True) if rows else ((), (), ())
        return map(to_json, (tuple(filter(None, keys)), self._codec.fields(hunks), models))

    def writes(self, path: _Path) -> list[Write]:
        """Return the writes of a draft, oldest first; one that is `begun` was cut off by a crash."""
        return [self._write(row) for row in self.rows(f"{_WRITES} WHERE path=? ORDER BY id", name_of(path))]

    def _write(self, row: tuple[Any, ...]) -> Write:
        number, path, at, state, before, after, keys, hunks, models = row
        texts = self.text(before), self.text(after)
        written = self._codec.hunks(json.loads(hunks))
        return Write(
            number, path, at, state, *texts, tuple(json.loads(keys)), written, tuple(json.loads(models))
        )

    # ---- what the author settled about warnings and places ----------------------------------------

    def approve(self, blog: _Path, path: _Path, approval: Approval, *, claim: Claim | None = None) -> None:
        """Keep what the author of a blog said of a warning, in the review of the draft at `path`."""
        with self.transaction():
            self.check(claim)
            self.db.execute(
                "INSERT OR IGNORE INTO approvals VALUES (?, ?, ?, ?, ?)",
                (name_of(blog), *approval, name_of(path), now()),
            )

    def disapprove(self, blog: _Path, approval: Approval) -> None:
        """Forget an approval that its author took back."""
        with self.transaction():
            self.db.execute(
                "DELETE FROM approvals WHERE blog=? AND code=? AND words=?", (name_of(blog), *approval)
            )

    def approvals(self, blog: _Path) -> tuple[Approval, ...]:
        """Return what the author of a blog settled about warnings, oldest first."""
        rows = self.rows("SELECT code, words FROM approvals WHERE blog=? ORDER BY at, rowid", name_of(blog))
        return tuple(Approval(*row) for row in rows)

    def approvals_from(self, path: _Path) -> tuple[Approval, ...]:
        """Return those that were given in the review of one draft."""
        rows = self.rows("SELECT code, words FROM approvals WHERE path=? ORDER BY at, rowid", name_of(path))
        return tuple(Approval(*row) for row in rows)

    def dismiss(self, blog: _Path, path: _Path, gap: str, kind: str, *, claim: Claim | None = None) -> None:
        """Keep that nothing is missing at a place of the draft at `path`; `gap` is its hash."""
        with self.transaction():
            self.check(claim)
            self.db.execute(
                "INSERT OR REPLACE INTO dismissals VALUES (?, ?, ?, ?, ?)",
                (name_of(blog), gap, kind, name_of(path), now()),
            )

    def dismissals(self) -> list[tuple[str, str, str]]:
        """Return the blog, the draft and the kind of every dismissed place."""
        return self.rows("SELECT blog, path, kind FROM dismissals ORDER BY blog, path, at")

    def forget_dismissals(self, path: _Path) -> int:
        """Forget what was dismissed in a draft or below a folder, and return how many places that were."""
        name = name_of(path)
        with self.transaction():
            return self.db.execute(
                "DELETE FROM dismissals WHERE path=? OR substr(path, 1, ?)=?",
                (name, len(name) + 1, name.rstrip(os.sep) + os.sep),
            ).rowcount

    # ---- replies ----------------------------------------------------------------------------------

    def reply(self, key: str) -> Reply | None:
        """Return the reply kept under `key`, which stands for all of the request."""
        rows = self.rows("SELECT fields FROM answers WHERE key=?", key)
        if not rows:
            return None
        fields = json.loads(rows[0][0])
        return Reply(fields["text"], fields["model"], Usage(*fields["usage"]), fields["finish"])

    def keep_reply(self, path: _Path, key: str, reply: Reply) -> None:
        """Keep a reply, with the draft it was written for."""
        fields = {"text": reply.text, "model": reply.model, "usage": reply.usage}
        with self.transaction():
            self.db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (key, name_of(path), now(), to_json({**fields, "finish": reply.finish})),
            )

    def forget_reply(self, key: str) -> None:
        """Drop the reply kept under `key`."""
        with self.transaction():
            self.db.execute("DELETE FROM answers WHERE key=?", (key,))

    # ---- usage and forgetting ---------------------------------------------------------------------

    def add_usage(self, model: str, usage: Usage) -> None:
        """Add tokens as the server counted them, for texts that came and for those that failed.

        `model` is the name by which it was asked, whatever the server calls itself.
        """
        if not usage.prompt_tokens and not usage.completion_tokens:
            return
        with self.transaction():
            columns = tuple(usage._asdict())
            self.db.execute(
                f"INSERT INTO usage (month, model, requests, {', '.join(columns)}) VALUES "
                f"(?, ?, 1{', ?' * len(columns)}) ON CONFLICT (month, model) DO UPDATE SET "
                f"requests=requests+1, {', '.join(f'{name}={name}+excluded.{name}' for name in columns)}",
                (now()[:7], model, *usage),
            )

    def usage(self, month: str = "") -> dict[str, Usage]:
        """Return the tokens of each model in a month (UTC), as in `2025-01`; in this one if none is given."""
        tokens = "prompt_tokens, completion_tokens, cached_tokens"
        rows = self.rows(f"SELECT model, {tokens} FROM usage WHERE month=?", month or now()[:7])
        return {model: Usage(*counts) for model, *counts in rows}

    def move(self, path: _Path, new: _Path) -> bool:
        """Keep all of a draft under a `new` path; return False while it is open under the old one."""
        names = name_of(new), name_of(path)
        with self.transaction():
            row = self.db.execute("SELECT pid, started FROM sessions WHERE path=?", names[1:]).fetchone()
            if row and alive(*row):
                return False
            for table in _TABLES:
                self.db.execute(f"UPDATE {table} SET path=? WHERE path=?", names)
            self.db.execute("DELETE FROM sessions WHERE path=?", names[1:])
        return True

    def copy(self, happened: Iterable[Event], path: _Path) -> None:
        """Keep what happened to a draft for a copy of it at `path`; its proposals get new numbers."""
        numbers: dict[int, int] = {}
        for event in happened:
            if isinstance(event, Offered):
                numbers[event.proposal.id] = self.propose(path, event.data, event.proposal).id
            else:
                if number := getattr(event, "proposal", 0):
                    event = event._replace(proposal=numbers.get(number, 0))  # type: ignore[call-arg]
                self.append(path, event)

    def forget(self, path: _Path | None = None) -> int:
        """Delete all that is kept of a draft, or of every one, and return how many drafts that were.

        The bytes are overwritten. Usage stays, as it holds no words. Raises `StoreBusy` while another
        process holds the draft.
        """
        names = self.drafts() if path is None else [name_of(path)]
        with self.transaction():
            for name in names:
                row = self.db.execute("SELECT pid, started FROM sessions WHERE path=?", (name,)).fetchone()
                if row and row[0] != os.getpid() and alive(*row):
                    raise StoreBusy(f"{name}: open in another session (process {row[0]}); leave it first")
            logged = set(self.drafts())
            for table in ("sessions", *_TABLES):
                self.db.executemany(f"DELETE FROM {table} WHERE path=?", [(name,) for name in names])
            if path is None:
                self.db.execute("DELETE FROM dismissals")  # those made by `locate` have no log
            self.db.execute("DELETE FROM batches WHERE id NOT IN (SELECT batch FROM batch_lines)")
            self._drop_unused_texts()
        with self.explained(), self.lock:
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(logged.intersection(names))

    def _drop_unused_texts(self) -> None:
        used: set[str] = set()
        for (fields,) in self.db.execute("SELECT fields FROM log"):
            used.update(v for k, v in json.loads(fields).items() if k in ("data", "before"))
        for texts in self.db.execute("SELECT before, after FROM writes"):
            used.update(texts)
        used.update(base for (base,) in self.db.execute("SELECT base FROM batch_lines"))
        unused = [(key,) for (key,) in self.db.execute("SELECT hash FROM texts") if key not in used]
        self.db.executemany("DELETE FROM texts WHERE hash=?", unused)


def _with_fields(rows: Sequence[tuple[T, str]]) -> Iterator[tuple[T, Any]]:
    """Yield rows with what their JSON holds; it is read at once, as each call takes as long as some rows."""
    return zip((one for one, _ in rows), json.loads(f"[{','.join(text for _, text in rows)}]"), strict=True)

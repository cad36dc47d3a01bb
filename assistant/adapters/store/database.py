"""The database itself: its file, its versions, its transactions, and which session holds which draft."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from assistant.adapters.files import cause, name_of
from assistant.errors import StoreBusy, StoreError

_SCHEMA = Path(__file__).with_name("schema.sql")
_MIGRATIONS = re.split(r"-- version \d+\n", _SCHEMA.read_text("utf-8"))[1:]
"""The statements that bring a store of each version to the next."""

VERSION = len(_MIGRATIONS)


class Claim(NamedTuple):
    """The right to change one draft's entries, until another session takes it over."""

    path: str
    token: str


def make_private(folder: Path) -> None:
    """Make a folder and an empty database in it, for the owner alone. Raises `StoreError`."""
    file = folder / "review.db"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):
            os.chmod(folder, 0o700)
        # SQLite gives its side files the mode of the database, so this one call guards them all. A database
        # that is there is never opened here: closing it would drop this process's locks on it, and the next
        # process to leave would delete the log that this one still writes to.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if not os.access(file, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise StoreError(
            f"{file}: can't be opened: {cause(error)}; set ASSISTANT_STATE to another folder"
        ) from None


class Database:
    """An open database, and the claims of sessions on drafts."""

    def __init__(self, folder: Path | None) -> None:
        """Open the database in `folder`, or in memory; `open_store` makes the folder first."""
        self.path = folder / "review.db" if folder else Path(":memory:")
        self.lock = threading.RLock()
        with self.explained():
            self.db = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self.db.close()
                raise

    def _prepare(self) -> None:
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("PRAGMA secure_delete=ON")
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StoreError(
                f"{self.path}: made by a newer version of this program; update, or choose another folder "
                "with ASSISTANT_STATE"
            )
        if version < VERSION:
            with self.transaction():
                (version,) = self.db.execute("PRAGMA user_version").fetchone()
                for step in _MIGRATIONS[version:]:
                    for statement in filter(str.strip, step.split(";")):
                        self.db.execute(statement)
                self.db.execute(f"PRAGMA user_version={VERSION}")

    def close(self) -> None:
        """Close the database."""
        with self.lock:
            self.db.close()

    def keep(self, data: bytes) -> str:
        """Keep a text, within a transaction, and return the key to get it back by."""
        key = hashlib.sha256(data).hexdigest()
        self.db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (key, data))
        return key

    def text(self, key: str) -> bytes:
        """Return the text kept under a key. Raises `StoreError`."""
        return bytes(self.rows("SELECT data FROM texts WHERE hash=?", key)[0][0])

    def rows(self, query: str, *values: str | int) -> list[Any]:
        """Return all rows of a query. Raises `StoreError`."""
        with self.explained(), self.lock:
            return self.db.execute(query, values).fetchall()

    def others_changes(self) -> int:
        """Return a number that is another one once another process changed the database; it is cheap."""
        return int(self.rows("PRAGMA data_version")[0][0])

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is done inside one transaction: on disk at its end, or not done at all."""
        with self.explained(), self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn SQLite's errors into one line that says what the reader can do."""
        try:
            yield
        except sqlite3.Error as error:
            message = str(error).lower()
            message = next((advice for words, advice in _ADVICE.items() if words in message), message)
            raise StoreError(f"{self.path}: {message}") from None

    def claim(self, path: str | os.PathLike[str], *, takeover: bool = False) -> Claim:
        """Give a draft to one session; a session whose process ended holds nothing any more.

        With `takeover` the draft is taken from a running session, whose next change raises `StoreBusy`.
        Without, a running session is the reason for a `StoreBusy` here.
        """
        name, token = name_of(path), secrets.token_hex(16)
        with self.transaction():
            row = self.db.execute("SELECT pid, started, at FROM sessions WHERE path=?", (name,)).fetchone()
            if row and not takeover and alive(row[0], row[1]):
                raise StoreBusy(
                    f"{os.fspath(path)}: open in another session (process {row[0]}, since {local(row[2])})"
                )
            self.db.execute(
                "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?)",
                (name, token, os.getpid(), started_at(os.getpid()), now()),
            )
        return Claim(name, token)

    def release(self, claim: Claim) -> None:
        """Free a draft, if the claim still holds it."""
        with self.transaction():
            self.db.execute("DELETE FROM sessions WHERE path=? AND token=?", (claim.path, claim.token))

    def check(self, claim: Claim | None) -> None:
        """Raise `StoreBusy` when another session took the draft over; call it within the transaction."""
        if claim is None:
            return
        row = self.db.execute("SELECT token FROM sessions WHERE path=?", (claim.path,)).fetchone()
        if row is None or row[0] != claim.token:
            raise StoreBusy(f"{claim.path}: another session took this draft over; nothing changed here")


_ADVICE = {
    "full": "the disk is full, nothing was saved; free some space and try again",
    "readonly": "read-only; set ASSISTANT_STATE to another folder",
    "unable to open": "can't be opened; set ASSISTANT_STATE to another folder",
    "locked": "locked by another program; try again in a moment",
    "not a database": "damaged, or not a database of this program; move it away to start a new one",
    "malformed": "damaged; move it away to start a new one",
    "disk i/o": "disk error, nothing was saved",
}
"""Words of SQLite's messages, and what to tell the reader instead."""


def to_json(fields: Any) -> str:
    """Return JSON without blanks."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def now() -> str:
    """Return the present time in UTC to the second, as ISO 8601 with a blank."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def local(time: str) -> str:
    """Return a time that `now` gave as the author's clock had it, to the minute; empty for an empty one."""
    return f"{datetime.fromisoformat(time).replace(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}" if time else ""


def started_at(pid: int) -> str:
    """Return when a process began, in clock ticks since boot; empty where the system doesn't tell.

    Process numbers are used again: a new process with an old number began at another time.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return ""


def alive(pid: int, started: str) -> bool:
    """Return whether the process that began at `started` still runs."""
    if os.name == "nt":  # os.kill would end the process there, whatever the signal
        return pid == os.getpid()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not started or started_at(pid) in ("", started)

"""An index of a blog's posts, so that ten thousand are read once and after that only when they change.

It is a SQLite file in the user's cache, one for each blog, readable by the user alone. It may always be
thrown away: a file that is broken, foreign or of another version is made anew, and where none can be
written the index lives in memory for the run. Paths in it are relative to the blog and lie within it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
import stat
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from assistant.adapters.posts.metadata import Card, card, place
from assistant.core.text.draft import read_metadata

ENDINGS = (".md", ".markdown", ".mdx", ".mkd", ".mdown", ".qmd", ".rmd")
MOST_FILES = 50_000

_VERSION = 2
_SIGN = 0x57415348
"""Marks a SQLite file as ours (`PRAGMA application_id`)."""
_HEAD = 8_192
"""Bytes at the start of a post in which its front matter and its series link must stand."""
_TEXT = 65_536
"""Bytes of a post whose words are indexed."""
_SKIPPED = frozenset(
    (
        *("node_modules", "vendor", "bower_components", "public", "_site", "dist", "build", "venv", "target"),
        *("archetypes", "scaffolds", "_includes", "_layouts", "_templates", "templates", "themes"),
    )
)
"""Folders of other people's files, of what is built from posts, and of patterns for posts."""
_SCHEMA = """
CREATE TABLE about (root TEXT);
CREATE TABLE folders (path TEXT PRIMARY KEY, state BLOB);
CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, folder TEXT, path TEXT UNIQUE, changed INTEGER,
                    size INTEGER, title TEXT, author TEXT, place TEXT, draft INTEGER);
CREATE INDEX posts_by_folder ON posts (folder);
CREATE INDEX posts_by_place ON posts (place, author);
CREATE TABLE names (name TEXT, kind TEXT, post INTEGER, PRIMARY KEY (name, kind, post)) WITHOUT ROWID;
CREATE INDEX names_by_post ON names (post);
CREATE VIRTUAL TABLE words USING fts5 (title, body, content='', tokenize='unicode61 remove_diacritics 2');
"""


class Shelf:
    """The posts of one blog, as they were when `refresh` last looked."""

    def __init__(self, root: Path, *, cache: Path | None) -> None:
        """Effect: opens the index of the blog at `root`, or makes one; `cache` is the user's cache folder."""
        self._root = os.path.realpath(root)
        self._db = self._open(cache)

    def __enter__(self) -> Self:
        """Return the open index."""
        return self

    def __exit__(self, *_: object) -> None:
        """Effect: closes the index."""
        self._db.close()

    def refresh(self) -> None:
        """Effect: looks at every post's time and size, and reads those that are new or changed."""
        try:
            with self._db:
                self._refresh()
        except sqlite3.DatabaseError:  # found broken, or locked by another run: do without the file
            self._db.close()
            self._db = _made(":memory:", self._root)
            with self._db:
                self._refresh()

    def of_series(self, names: Sequence[str]) -> list[str]:
        """Return the paths of posts that are in one of the series, or have one of the names as a tag."""
        marks = ",".join("?" * len(names))
        rows = self._db.execute(
            f"SELECT DISTINCT path FROM names JOIN posts ON post = id WHERE name IN ({marks}) ORDER BY path",
            tuple(names),
        )
        return self._inside(rows)

    def beside(self, where: str, author: str, *, draft: str = "") -> list[str]:
        """Return the paths of finished posts in the same place and by the same author.

        A draft that names nobody is by whom all other posts there name, where that is one author; `draft` is
        its own path.
        """
        if not author:
            named = self._db.execute(
                "SELECT DISTINCT author FROM posts WHERE place = ? AND path != ? AND NOT draft LIMIT 2",
                (where, draft),
            ).fetchall()
            author = named[0][0] if len(named) == 1 else author
        rows = self._db.execute(
            "SELECT path FROM posts WHERE place = ? AND author = ? AND NOT draft ORDER BY path",
            (where, author),
        )
        return self._inside(rows)

    def like(self, text: str, *, most: int = 200) -> list[str]:
        """Return the paths of posts that share rare words with `text`, the likest first (FTS5's bm25)."""
        found = dict.fromkeys(re.findall(r"\w{3,}", text.casefold()))
        if not found:
            return []
        query = " OR ".join(f'"{word}"' for word in list(found)[:40])
        rows = self._db.execute(
            "SELECT path FROM words JOIN posts ON words.rowid = id WHERE words MATCH ?"
            " ORDER BY bm25(words, 5.0, 1.0) LIMIT ?",
            (query, most),
        )
        return self._inside(rows)

    def _inside(self, rows: Iterator[tuple[str]] | sqlite3.Cursor) -> list[str]:
        """Leave out what lies outside the blog, whoever wrote it into the index."""
        return [path for (path,) in rows if isinstance(path, str) and is_inside(path)]

    def _open(self, cache: Path | None) -> sqlite3.Connection:
        if cache is None:
            return _made(":memory:", self._root)
        file = cache / "posts" / f"{hashlib.sha256(self._root.encode()).hexdigest()[:20]}.sqlite"
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _is_private(file) and (known := _opened(file, self._root)):
                return known
            with contextlib.suppress(FileNotFoundError):
                file.unlink()
            for rest in ("-journal", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{file}{rest}").unlink()
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            return _made(str(file), self._root)
        except (OSError, sqlite3.Error):
            return _made(":memory:", self._root)

    def _refresh(self) -> None:
        known = dict(self._db.execute("SELECT path, state FROM folders"))
        seen = set()
        for folder, state, files in _walk(self._root, deep=self._root != os.path.expanduser("~")):
            seen.add(folder)
            if known.get(folder) != state:
                self._refresh_folder(folder, files)
                self._db.execute("INSERT OR REPLACE INTO folders VALUES (?, ?)", (folder, state))
        for gone in known.keys() - seen:
            self._drop(self._db.execute("SELECT id FROM posts WHERE folder = ?", (gone,)).fetchall())
            self._db.execute("DELETE FROM folders WHERE path = ?", (gone,))

    def _refresh_folder(self, folder: str, files: list[tuple[str, int, int]]) -> None:
        rows = self._db.execute("SELECT path, id, changed, size FROM posts WHERE folder = ?", (folder,))
        known = {path: (number, changed, size) for path, number, changed, size in rows}
        for name, changed, size in files:
            path = f"{folder}/{name}" if folder else name
            number, *state = known.pop(path, (0, -1, -1))
            if state == [changed, size]:
                continue
            self._drop([(number,)])
            self._take_in(folder, path, changed, size)
        self._drop([(number,) for number, _, _ in known.values()])

    def _take_in(self, folder: str, path: str, changed: int, size: int) -> None:
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                text = file.read(_TEXT).decode("utf-8", "replace")
        except OSError:
            return
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        known, body = read_card(text, path)
        cursor = self._db.execute(
            "INSERT INTO posts (folder, path, changed, size, title, author, place, draft)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (folder, path, changed, size, known.title, known.author, place(path), known.is_draft),
        )
        number = cursor.lastrowid
        named = [(n, "series", number) for n in known.series] + [(n, "tag", number) for n in known.tags]
        self._db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", named)
        self._db.execute(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (number, known.title, body)
        )

    def _drop(self, numbers: Sequence[tuple[int]]) -> None:
        """Forget posts. Their words stay: rows without a post never come up, and numbers are not reused."""
        self._db.executemany("DELETE FROM names WHERE post = ?", numbers)
        self._db.executemany("DELETE FROM posts WHERE id = ?", numbers)


def read_card(text: str, path: str) -> tuple[Card, str]:
    """Return what a post's text says of the post, and its body without the front matter."""
    fence, end = text[:3], -1
    if fence in ("---", "+++"):
        end = text.find(f"\n{fence}", 3)
    metadata = read_metadata(text[: end + 4]) if end > 0 else {}
    body = text[end + 4 :] if end > 0 else text
    return card(metadata, body[:_HEAD], path), body


def is_inside(path: str) -> bool:
    """Tell whether a path from the blog's folder stays in it, links not followed."""
    return not os.path.isabs(path) and ".." not in Path(path).parts and "\0" not in path


def _walk(root: str, *, deep: bool) -> Iterator[tuple[str, bytes, list[tuple[str, int, int]]]]:
    """Yield each folder with its posts' names, times and sizes, and a digest of those to compare.

    A draft that lies in the user's home itself is no reason to look through all of it: `deep` says so.
    """
    pending, seen, regular = [""], 0, stat.S_ISREG
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as entries:
                inside = list(entries)
        except OSError:
            continue
        names, numbers = [], array("q")
        for entry in inside:
            name = entry.name
            if name[0] == ".":
                continue
            if name.endswith(ENDINGS) or name.lower().endswith(ENDINGS):
                try:
                    state = entry.stat()  # of what a link leads to, so that a change there is seen
                except OSError:
                    continue
                if regular(state.st_mode) and name[:7] != "_index." and name.isprintable():  # else no UTF-8
                    names.append(name)
                    changed, moved = state.st_mtime_ns, state.st_ctime_ns
                    numbers.append(changed if changed > moved else moved)
                    numbers.append(state.st_size)
            elif deep and entry.is_dir(follow_symlinks=False) and name.lower() not in _SKIPPED:
                pending.append(f"{folder}/{name}" if folder else name)
        seen += len(names)
        if names:
            digest = hashlib.sha256("\0".join(names).encode() + numbers.tobytes()).digest()
            yield folder, digest, list(zip(names, numbers[::2], numbers[1::2], strict=True))
        if seen > MOST_FILES:
            return


def _is_private(file: Path) -> bool:
    """Tell whether a file is there that is ours alone: no link, no other owner, no rights for others."""
    try:
        state = os.lstat(file)
    except OSError:
        return False
    if os.name == "nt":
        return stat.S_ISREG(state.st_mode)
    return stat.S_ISREG(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077


def _opened(file: Path, root: str) -> sqlite3.Connection | None:
    """Open an index that was made before, unless it is broken, foreign, worn or of another blog."""
    connection = sqlite3.connect(file, timeout=0.2)
    with contextlib.suppress(sqlite3.Error):
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == _SIGN
        if ours and connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
            same = connection.execute("SELECT root FROM about").fetchone() == (root,)
            rows, last = connection.execute("SELECT count(*), max(id) FROM posts").fetchone()
            if same and (last or 0) < 4 * rows + 1000:
                connection.execute("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1").fetchone()
                return connection
    connection.close()
    return None


def _made(file: str, root: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=0.2)
    connection.execute("PRAGMA synchronous = OFF")  # what is lost in a crash is read again
    connection.executescript(_SCHEMA)
    connection.execute(f"PRAGMA application_id = {_SIGN}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    with connection:
        connection.execute("INSERT INTO about VALUES (?)", (root,))
    return connection

"""An index of a blog's posts, so that ten thousand are read once and after that only when they change.

It is a SQLite file in the user's cache, one for each blog, readable by the user alone. It may always be
thrown away: a file that is broken, foreign or of another version is made again, and where none can be
written the index lives in memory for the run. Paths in it are relative to the blog and lie within it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.adapters.files import is_inside
from assistant.adapters.folders import walk
from assistant.adapters.posts.metadata import Card, card_of, place
from assistant.core.text import front_matter

MAX_FILES = 50_000
"""Posts of a blog from which on the walk ends."""

_VERSION = 2
"""Of the schema below; an index of another version is made again."""
_APPLICATION_ID = 0x57415348
"""Marks a SQLite file as an index of this program (`PRAGMA application_id`)."""
_HEAD = 8_192
"""Bytes at the start of a post in which its front matter and its series link must be."""
_TEXT = 65_536
"""Bytes of a post whose words are indexed."""
_BUILT = ("public", "_site", "dist", "build", "venv", "target")
_PATTERNS = ("archetypes", "scaffolds", "_includes", "_layouts", "_templates", "templates", "themes")
_SKIPPED = frozenset((*_BUILT, *_PATTERNS))
"""Folders of what is built from posts, and of patterns for posts."""
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


class PostIndex:
    """The posts of one blog, as they were when `refresh` last looked."""

    def __init__(self, root: Path, *, cache: Path | None) -> None:
        """Open the index of the blog at `root`, or make one; `cache` is the user's cache folder."""
        self._root = os.path.realpath(root)
        self._db = self._open(cache)

    def close(self) -> None:
        """Close the index."""
        self._db.close()

    def refresh(self) -> None:
        """Look at every post's time and size, and read those that are new or changed."""
        try:
            with self._db:
                self._refresh()
        except sqlite3.DatabaseError:  # found broken, or locked by another run: do without the file
            self._db.close()
            self._db = _create(":memory:", self._root)
            with self._db:
                self._refresh()

    def of_series(self, names: Sequence[str]) -> list[str]:
        """Return the paths of posts that are in one of the series, or have one of the names as a tag."""
        marks = ",".join("?" * len(names))
        query = (
            f"SELECT DISTINCT path FROM names JOIN posts ON post = id WHERE name IN ({marks}) ORDER BY path"
        )
        return self._paths(query, *names)

    def beside(self, folder: str, author: str, *, draft: str = "") -> list[str]:
        """Return the paths of finished posts in the same place and by the same author.

        A draft that names nobody is by whom all other posts there name, where that is one author; `draft` is
        its own path.
        """
        if not author:
            query = "SELECT DISTINCT author FROM posts WHERE place = ? AND path != ? AND NOT draft LIMIT 2"
            authors = self._db.execute(query, (folder, draft)).fetchall()
            author = authors[0][0] if len(authors) == 1 else author
        query = "SELECT path FROM posts WHERE place = ? AND author = ? AND NOT draft ORDER BY path"
        return self._paths(query, folder, author)

    def like(self, text: str) -> list[str]:
        """Return the paths of posts that share rare words with `text`, best matches first (FTS5's bm25)."""
        words = dict.fromkeys(re.findall(r"\w{3,}", text.casefold()))
        if not words:
            return []
        query = (
            "SELECT path FROM words JOIN posts ON words.rowid = id WHERE words MATCH ?"
            " ORDER BY bm25(words, 5.0, 1.0) LIMIT 200"
        )
        return self._paths(query, " OR ".join(f'"{word}"' for word in list(words)[:40]))

    def _paths(self, query: str, *values: str) -> list[str]:
        """Return the paths of a query, without any outside the blog: anybody may have written the file."""
        rows = self._db.execute(query, values)
        return [path for (path,) in rows if isinstance(path, str) and is_inside(path)]

    def _open(self, cache: Path | None) -> sqlite3.Connection:
        if cache is None:
            return _create(":memory:", self._root)
        file = cache / "posts" / f"{hashlib.sha256(self._root.encode()).hexdigest()[:20]}.sqlite"
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _is_private(file) and (database := _reopen(file, self._root)):
                return database
            for suffix in ("", "-journal", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            return _create(str(file), self._root)
        except (OSError, sqlite3.Error):
            return _create(":memory:", self._root)

    def _refresh(self) -> None:
        indexed = dict(self._db.execute("SELECT path, state FROM folders"))
        paths = set()
        for folder, state, files in _folders(self._root):
            paths.add(folder)
            if indexed.get(folder) != state:
                self._refresh_folder(folder, files)
                self._db.execute("INSERT OR REPLACE INTO folders VALUES (?, ?)", (folder, state))
        for path in indexed.keys() - paths:
            self._drop(self._db.execute("SELECT id FROM posts WHERE folder = ?", (path,)).fetchall())
            self._db.execute("DELETE FROM folders WHERE path = ?", (path,))

    def _refresh_folder(self, folder: str, files: list[tuple[str, int, int]]) -> None:
        rows = self._db.execute("SELECT path, id, changed, size FROM posts WHERE folder = ?", (folder,))
        indexed = {path: (number, time, size) for path, number, time, size in rows}
        for name, time, size in files:
            path = f"{folder}/{name}" if folder else name
            number, *state = indexed.pop(path, (0, -1, -1))
            if state == [time, size]:
                continue
            self._drop([(number,)])
            self._add(folder, path, time, size)
        self._drop([(number,) for number, _, _ in indexed.values()])

    def _add(self, folder: str, path: str, time: int, size: int) -> None:
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                text = file.read(_TEXT).decode("utf-8", "replace")
        except OSError:
            return
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        card, body = read_card(text, path)
        cursor = self._db.execute(
            "INSERT INTO posts (folder, path, changed, size, title, author, place, draft)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (folder, path, time, size, card.title, card.author, place(path), card.is_draft),
        )
        number = cursor.lastrowid
        names = [(n, "series", number) for n in card.series] + [(n, "tag", number) for n in card.tags]
        self._db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", names)
        self._db.execute(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (number, card.title, body)
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
    metadata = front_matter.read(text[: end + 4]) if end > 0 else {}
    body = text[end + 4 :] if end > 0 else text
    return card_of(metadata, body[:_HEAD], path), body


def _folders(root: str) -> Iterator[tuple[str, bytes, list[tuple[str, int, int]]]]:
    """Yield each folder that has posts: its path in the blog, a digest to compare, and the posts.

    Of a post there are the name, the time of its last change in nanoseconds, and its size in bytes. A draft
    that lies in the user's home itself is no reason to look through all of it: then only the posts next to it
    count.
    """
    is_home, total = root == os.path.expanduser("~"), 0
    for folder, subfolders, entries in walk(root, follow_links=False):
        subfolders[:] = [e for e in subfolders if not is_home and e.name.lower() not in _SKIPPED]
        posts = [post for entry in entries if (post := _state(entry))]
        total += len(posts)
        if posts:
            name = os.path.relpath(folder, root).replace(os.sep, "/")
            digest = hashlib.sha256(repr(posts).encode("utf-8", "surrogatepass")).digest()
            yield "" if name == "." else name, digest, posts
        if total > MAX_FILES:
            return


def _state(entry: os.DirEntry[str]) -> tuple[str, int, int] | None:
    """Return a post's name, time of change and size; None for what is no post.

    `_index.md` lists a section in Hugo. A name that isn't printable may be no UTF-8, as SQLite needs it.
    """
    try:
        state = entry.stat()  # of what a link leads to, so that a change there is seen
    except OSError:
        return None
    name = entry.name
    if not stat.S_ISREG(state.st_mode) or name.startswith("_index.") or not name.isprintable():
        return None
    return name, max(state.st_mtime_ns, state.st_ctime_ns), state.st_size


def _is_private(file: Path) -> bool:
    """Tell whether a file is there that is ours alone: no link, no other owner, no rights for others."""
    try:
        state = os.lstat(file)
    except OSError:
        return False
    is_ours = os.name == "nt" or (state.st_uid == os.getuid() and not state.st_mode & 0o077)
    return stat.S_ISREG(state.st_mode) and is_ours


def _reopen(file: Path, root: str) -> sqlite3.Connection | None:
    """Open an index unless it is broken, another program's, another blog's, or mostly deleted rows."""
    connection = sqlite3.connect(file, timeout=0.2)
    with contextlib.suppress(sqlite3.Error):
        is_ours = connection.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_ID
        if is_ours and connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
            is_same_blog = connection.execute("SELECT root FROM about").fetchone() == (root,)
            rows, last = connection.execute("SELECT count(*), max(id) FROM posts").fetchone()
            if is_same_blog and (last or 0) < 4 * rows + 1000:
                connection.execute("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1").fetchone()
                return connection
    connection.close()
    return None


def _create(file: str, root: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=0.2)
    connection.execute("PRAGMA synchronous = OFF")  # what is lost in a crash is read again
    connection.executescript(_SCHEMA)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    with connection:
        connection.execute("INSERT INTO about VALUES (?)", (root,))
    return connection

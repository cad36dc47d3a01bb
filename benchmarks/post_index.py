"""Time how long it takes to find a draft's series among ten thousand posts."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from assistant.adapters.posts.index import PostIndex
from assistant.adapters.posts.siblings import siblings
from assistant.core.text.draft import parse

POSTS = 10_000
LIMIT = 0.1
"""Seconds that a warm start may take."""

_WORDS = ("meeting", "review", "release", "team", "draft", "week", "handover", "clinic", "question")


def run(limit: int | None = None) -> dict[str, float]:
    """Make a blog of posts, print how long a cold and a warm start take, and return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        blog, cache = Path(folder, "blog"), Path(folder, "cache")
        draft = make(blog, limit or POSTS)
        path = blog / "content/2024/new.md"
        seconds = {"cold": _timed(lambda: _refresh(blog, cache))}
        seconds["warm"] = min(_timed(lambda: _refresh(blog, cache)) for _ in range(15))
        seconds["bare"] = min(_timed(lambda: _stat_all(blog)) for _ in range(15))
        one = blog / "content/2010/post-0.md"
        one.write_text(one.read_text() + "\nOne sentence more.\n")
        seconds["one changed"] = _timed(lambda: _refresh(blog, cache))
        seconds["whole"] = min(
            _timed(lambda: siblings(parse(draft), path=path, root=blog, cache=cache)) for _ in range(5)
        )
    print(f"index of {limit or POSTS:,} posts: cold {seconds['cold']:.1f} s")
    print(
        f"warm start {seconds['warm'] * 1000:.0f} ms, {seconds['warm'] / LIMIT:.2f} of the limit and "
        f"{seconds['warm'] / seconds['bare']:.1f} times what it takes to ask for every post's time; one post "
        f"changed {seconds['one changed'] * 1000:.0f} ms; "
        f"with twelve siblings read {seconds['whole'] * 1000:.0f} ms"
    )
    return seconds


def make(blog: Path, count: int) -> bytes:
    """Write `count` posts in folders by year, and return a draft of one of their series."""
    for number in range(count):
        year = 2010 + number % 15
        folder = blog / f"content/{year}"
        folder.mkdir(parents=True, exist_ok=True)
        body = " ".join(_WORDS[(number * k + k) % len(_WORDS)] for k in range(1, 300))
        head = f"title: Post {number}\ndate: {year}-01-02\ntags: [work, s{number % 50}-series]\nauthor: A"
        (folder / f"post-{number}.md").write_text(f"---\n{head}\n---\n\n## One\n\n{body}\n")
    return b"---\ntitle: New meeting\ntags: [s7-series]\nauthor: A\n---\n\n## Handover\n\n## Week\n"


def _refresh(blog: Path, cache: Path) -> None:
    with closing(PostIndex(blog, cache=cache)) as index:
        index.refresh()
        index.of_series(["s7-series"])


def _stat_all(blog: Path) -> None:
    for folder, _, _ in os.walk(blog):
        for entry in os.scandir(folder):
            entry.stat()


def _timed(what: Callable[[], object]) -> float:
    begin = time.perf_counter()
    what()
    return time.perf_counter() - begin

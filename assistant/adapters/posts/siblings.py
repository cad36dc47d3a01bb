"""Finds the posts of the series that a draft belongs to, or else its author's other posts next to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from assistant.adapters.files import is_inside
from assistant.adapters.folders import ENDINGS
from assistant.adapters.posts.index import PostIndex, read_card
from assistant.adapters.posts.metadata import place
from assistant.core.text import language
from assistant.core.text.draft import Draft, parse
from assistant.core.text.versions import is_version
from assistant.core.text.words import words
from assistant.core.types import Span
from assistant.errors import InputError

MAX_POSTS = 12
"""Most posts to read: half of them the nearest in time, half the closest in subject."""
MAX_BYTES = 1 << 20
"""Size above which a post is no example of anything."""
MAX_FILES = 5_000
"""Most files of one glob."""
_NO_DAYS = 10_000
"""The distance between files without a date in their names."""


def siblings(
    draft: Draft,
    *,
    path: Path,
    root: Path,
    globs: Sequence[str] = (),
    cache: Path | None = None,
    gap_spans: Iterable[Span] = (),
) -> tuple[tuple[str, Draft], ...]:
    """Return the other posts of the draft's series, read whole, with their paths.

    Where the draft names no series, or is alone in it, they are the finished posts in the same place by the
    same author, in the draft's language. `globs`, from the blog's folder, name the posts instead if the
    author has set them; files outside that folder are left out. `cache` is the folder of the blog's index;
    None for an index in memory. A copy of the draft is no post, nor is one of `--out`, whatever fills its
    `gap_spans`.
    """
    if globs:
        candidates, similar = _globbed(root, globs), list[Path]()
    else:
        candidates, similar = _indexed(draft, path=path, root=root, cache=cache)
    by_path = {os.path.realpath(post): post for post in candidates}
    by_path.pop(os.path.realpath(path), None)
    by_date = sorted(by_path.values(), key=lambda p: (_days_apart(p.name, path.name), p.name))
    similar = [post for post in similar if os.path.realpath(post) in by_path]
    posts: list[tuple[str, Draft]] = []
    for post in dict.fromkeys((*by_date[: MAX_POSTS // 2], *similar[: MAX_POSTS // 2], *by_date)):
        if len(posts) == MAX_POSTS:
            break
        sibling = _read(post, root)
        if sibling is None or not (globs or _is_same_language(sibling, draft)):
            continue
        if _days_apart(post.name, path.name) not in (0, _NO_DAYS) or not is_version(
            sibling, draft, gap_spans=gap_spans
        ):
            posts.append((str(post), sibling))
    return tuple(posts if globs else _in_one_language(posts, draft))


def _indexed(draft: Draft, *, path: Path, root: Path, cache: Path | None) -> tuple[list[Path], list[Path]]:
    """Refresh the blog's index; return the draft's posts, and those closest in subject."""
    name = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    name = name if is_inside(name) else path.name
    card, _ = read_card(draft.text((0, min(len(draft.data), 65_536))).removeprefix("\ufeff"), name)
    with closing(PostIndex(root, cache=cache)) as index:
        index.refresh()
        posts = index.of_series(sorted(card.series)) if card.series else []
        if not [post for post in posts if post != name]:
            posts = index.beside(place(name), card.author, draft=name)
        subject = " ".join((draft.title, *sorted(card.tags), *(h.text for h in draft.headings)))
        similar = index.like(subject) if len(posts) > MAX_POSTS else []
    return [root / post for post in posts], [root / post for post in similar]


def _in_one_language(posts: Sequence[tuple[str, Draft]], draft: Draft) -> Sequence[tuple[str, Draft]]:
    """Return the posts in the language with most of a draft's words.

    A draft of one line is too short to detect its language: `Wir ruderten nach Hause.`
    """
    by_language: dict[str, list[tuple[str, Draft]]] = {}
    for post in posts:
        by_language.setdefault(_language(post[1]), []).append(post)
    by_language.pop("", None)
    vocabulary = set(words(draft.body.casefold()))
    counts = {
        code: len(vocabulary.intersection(*[words(" ".join(post.body.casefold() for _, post in group))]))
        for code, group in by_language.items()
    }
    best = max(counts, key=counts.__getitem__, default="")
    if not best or list(counts.values()).count(counts[best]) > 1 or _language(draft):
        return posts
    return [post for post in posts if _language(post[1]) in (best, "")]


def _language(draft: Draft) -> str:
    """Return the code of a draft's language; empty if unclear."""
    return language.likely(draft.metadata, draft.body[:8000])


def _is_same_language(first: Draft, second: Draft) -> bool:
    """Tell whether two posts are in one language, or one is in no clear language."""
    return len({_language(first), _language(second)} - {""}) < 2


def _read(post: Path, root: Path) -> Draft | None:
    """Return a post in the blog's folder; None when it can't be read or is no post."""
    try:
        if not Path(os.path.realpath(post)).is_relative_to(os.path.realpath(root)):
            return None
        with open(post, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        return parse(data, name=post.name) if len(data) <= MAX_BYTES else None
    except (OSError, InputError):
        return None


def _globbed(root: Path, globs: Sequence[str]) -> list[Path]:
    real_root = root.resolve()
    patterns = [glob for glob in globs if glob and is_inside(glob) and not glob.startswith("~")]
    matches = (post for pattern in patterns for post in sorted(root.glob(pattern))[:MAX_FILES])
    posts = (post for post in matches if post.suffix.lower() in ENDINGS and post.is_file())
    return list(dict.fromkeys(post for post in posts if post.resolve().is_relative_to(real_root)))


def _days_apart(first: str, second: str) -> int:
    """Return the days between two file names that begin with a date, as in `2024-06-03-bees.md`."""
    try:
        return abs(date.fromisoformat(first[:10]) - date.fromisoformat(second[:10])).days
    except ValueError:
        return _NO_DAYS

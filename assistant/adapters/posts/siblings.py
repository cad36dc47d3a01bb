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
"""Posts that are read whole: half of them the nearest in time, half the closest in subject."""
MAX_BYTES = 1 << 20
"""Size above which a post is no example of anything."""
MAX_FILES = 5_000
"""Files that one glob may name."""
_NO_DAYS = 10_000
"""What is between files without a date in their names."""


def siblings(
    draft: Draft,
    *,
    path: Path,
    root: Path,
    globs: Sequence[str] = (),
    cache: Path | None = None,
    unwritten: Iterable[Span] = (),
) -> tuple[tuple[str, Draft], ...]:
    """Return the other posts of the draft's series, read whole, with their paths.

    Where the draft names no series, or is alone in it, they are the finished posts in the same place by the
    same author, in the draft's language. `globs`, from the blog's folder, name the posts instead where the
    author has set them; what they name outside that folder is left out. `cache` is the folder where an index
    of the blog is kept; None for an index in memory. A copy of the draft is no post, nor what `--out` made
    of it, however the places that are `unwritten` were filled there.
    """
    if globs:
        candidates, similar = _globbed(root, globs), list[Path]()
    else:
        candidates, similar = _indexed(draft, path=path, root=root, cache=cache)
    others = {os.path.realpath(post): post for post in candidates}
    others.pop(os.path.realpath(path), None)
    near = sorted(others.values(), key=lambda p: (_days_apart(p.name, path.name), p.name))
    similar = [post for post in similar if os.path.realpath(post) in others]
    posts: list[tuple[str, Draft]] = []
    for post in dict.fromkeys((*near[: MAX_POSTS // 2], *similar[: MAX_POSTS // 2], *near)):
        if len(posts) == MAX_POSTS:
            break
        other = _read(post, root)
        if other is None or not (globs or _is_same_language(other, draft)):
            continue
        if _days_apart(post.name, path.name) not in (0, _NO_DAYS) or not is_version(
            other, draft, gap_spans=unwritten
        ):
            posts.append((str(post), other))
    return tuple(posts if globs else _in_one_language(posts, draft))


def _indexed(draft: Draft, *, path: Path, root: Path, cache: Path | None) -> tuple[list[Path], list[Path]]:
    """Refresh the blog's index; return the posts that belong to the draft, and the closest in subject."""
    here = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    here = here if is_inside(here) else path.name
    card, _ = read_card(draft.text((0, min(len(draft.data), 65_536))).removeprefix("\ufeff"), here)
    with closing(PostIndex(root, cache=cache)) as index:
        index.refresh()
        posts = index.of_series(sorted(card.series)) if card.series else []
        if not [post for post in posts if post != here]:
            posts = index.beside(place(here), card.author, draft=here)
        subject = " ".join((draft.title, *sorted(card.tags), *(h.text for h in draft.headings)))
        similar = index.like(subject) if len(posts) > MAX_POSTS else []
    return [root / post for post in posts], [root / post for post in similar]


def _in_one_language(posts: Sequence[tuple[str, Draft]], draft: Draft) -> Sequence[tuple[str, Draft]]:
    """Return the posts in the language that most of a draft's words are found in.

    A draft of one line tells too little of its own: `Wir ruderten nach Hause.`
    """
    by_language: dict[str, list[tuple[str, Draft]]] = {}
    for post in posts:
        by_language.setdefault(_language(post[1]), []).append(post)
    by_language.pop("", None)
    said = set(words(draft.body.casefold()))
    known = {
        code: len(said.intersection(*[words(" ".join(post.body.casefold() for _, post in own))]))
        for code, own in by_language.items()
    }
    best = max(known, key=known.__getitem__, default="")
    if not best or list(known.values()).count(known[best]) > 1 or _language(draft):
        return posts
    return [post for post in posts if _language(post[1]) in (best, "")]


def _language(draft: Draft) -> str:
    """Return the code of a draft's language; empty where it can't be told."""
    return language.likely(draft.metadata, draft.body[:8000])


def _is_same_language(one: Draft, other: Draft) -> bool:
    """Tell whether two posts are in one language, as far as it can be told."""
    return len({_language(one), _language(other)} - {""}) < 2


def _read(post: Path, root: Path) -> Draft | None:
    """Return a post that lies in the blog; None when it can't be read or is no post."""
    try:
        if not Path(os.path.realpath(post)).is_relative_to(os.path.realpath(root)):
            return None
        with open(post, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        return parse(data, name=post.name) if len(data) <= MAX_BYTES else None
    except (OSError, InputError):
        return None


def _globbed(root: Path, globs: Sequence[str]) -> list[Path]:
    inside = root.resolve()
    patterns = [glob for glob in globs if glob and is_inside(glob) and not glob.startswith("~")]
    named = (post for pattern in patterns for post in sorted(root.glob(pattern))[:MAX_FILES])
    posts = (post for post in named if post.suffix.lower() in ENDINGS and post.is_file())
    return list(dict.fromkeys(post for post in posts if post.resolve().is_relative_to(inside)))


def _days_apart(one: str, other: str) -> int:
    """Return the days between two file names that begin with a date, as in `2024-06-03-bees.md`."""
    try:
        return abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days
    except ValueError:
        return _NO_DAYS

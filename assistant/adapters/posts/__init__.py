"""Finds the posts of the series that a draft belongs to, or else its author's other posts beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from assistant.adapters.posts.index import ENDINGS, Shelf, is_inside, read_card
from assistant.adapters.posts.metadata import place
from assistant.core.text import language
from assistant.core.text.draft import Draft, parse
from assistant.errors import InputError

MOST_POSTS = 12
"""Posts that are read whole: half of them the nearest in time, half the likest in subject."""
MOST_BYTES = 1 << 20
"""Size above which a post is no example of anything."""
MOST_FILES = 5_000
"""Files that one glob may name."""


def series_of(draft: Draft, *, path: str = "") -> frozenset[str]:
    """Return the names of the series that a draft says it belongs to, in lower case."""
    return read_card(draft.text((0, min(len(draft.data), 65_536))).removeprefix("\ufeff"), path)[0].series


def siblings(
    draft: Draft, *, path: Path, root: Path, globs: Sequence[str] = (), cache: Path | None = None
) -> tuple[tuple[str, Draft], ...]:
    """Effect: reads the other posts of the draft's series and returns them with their paths.

    Where the draft names no series, or has no company in it, they are the finished posts in the same place
    by the same author, in the draft's language. `globs`, from the blog's folder, name the posts instead where
    the author has set them; what they name outside that folder is left out. `cache` is where an index of the
    blog is kept.
    """
    if globs:
        chosen, likest = _globbed(root, globs), list[Path]()
    else:
        chosen, likest = _indexed(draft, path=path, root=root, cache=cache)
    others = {os.path.realpath(post): post for post in chosen}
    others.pop(os.path.realpath(path), None)
    near = sorted(others.values(), key=lambda p: (_distance(p.name, path.name), p.name))
    like = [post for post in likest if os.path.realpath(post) in others]
    wanted = dict.fromkeys((*near[: MOST_POSTS // 2], *like[: MOST_POSTS // 2], *near))
    found: list[tuple[str, Draft]] = []
    for post in wanted:
        if len(found) < MOST_POSTS and (read := _read(post, root)) and (globs or _is_read_alike(read, draft)):
            found.append((str(post), read))
    return tuple(found)


def _indexed(draft: Draft, *, path: Path, root: Path, cache: Path | None) -> tuple[list[Path], list[Path]]:
    """Effect: refreshes the blog's index; returns the posts that belong to the draft, and the likest ones."""
    here = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    here = here if is_inside(here) else path.name
    own, _ = read_card(draft.text((0, min(len(draft.data), 65_536))).removeprefix("\ufeff"), here)
    with Shelf(root, cache=cache) as shelf:
        shelf.refresh()
        chosen = shelf.of_series(sorted(own.series)) if own.series else []
        if not [post for post in chosen if post != here]:
            chosen = shelf.beside(place(here), own.author, draft=here)
        about = " ".join((draft.title, *sorted(own.tags), *(h.text for h in draft.headings)))
        likest = shelf.like(about) if len(chosen) > MOST_POSTS else []
    return [root / post for post in chosen], [root / post for post in likest]


def _is_read_alike(one: Draft, other: Draft) -> bool:
    """Tell whether two posts are in one language, as far as it can be told."""
    codes = {
        language.code(d.metadata, d.text((d.front_matter.end, len(d.data)))[:8000]) for d in (one, other)
    }
    return len(codes - {""}) < 2


def _read(post: Path, root: Path) -> Draft | None:
    """Effect: reads a post that lies in the blog; None when it can't be read or is no post."""
    try:
        if not Path(os.path.realpath(post)).is_relative_to(os.path.realpath(root)):
            return None
        with open(post, "rb") as file:
            data = file.read(MOST_BYTES + 1)
        return parse(data) if len(data) <= MOST_BYTES else None
    except (OSError, InputError):
        return None


def _globbed(root: Path, globs: Sequence[str]) -> list[Path]:
    inside = root.resolve()
    found: dict[Path, None] = {}
    for pattern in globs:
        if not pattern or not is_inside(pattern) or pattern.startswith("~"):
            continue
        for post in sorted(root.glob(pattern))[:MOST_FILES]:
            if post.suffix.lower() in ENDINGS and post.is_file() and post.resolve().is_relative_to(inside):
                found[post] = None
    return list(found)


def _distance(one: str, other: str) -> int:
    """Return how far apart two file names are in time, in days, when both begin with a date."""
    dates = [re.match(r"(\d{4})-(\d\d)-(\d\d)", name) for name in (one, other)]
    if not all(dates):
        return 10_000
    days = [int(d[1]) * 372 + int(d[2]) * 31 + int(d[3]) for d in dates if d]
    return abs(days[0] - days[1])

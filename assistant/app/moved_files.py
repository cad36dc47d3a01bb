"""Finds what the store keeps of a draft whose file was moved or renamed: from `_drafts/` to `_posts/`."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from assistant.adapters import files, folders
from assistant.adapters.store import Store
from assistant.core.review import decide
from assistant.core.text.draft import Draft, parse
from assistant.core.text.versions import is_version
from assistant.core.text.words import words
from assistant.errors import InputError


def stored_path(store: Store, path: str | Path, draft: Draft) -> str:
    """Return the path under which the store knows a draft: where its file is, or where it was before.

    It was moved here from within its blog where the store knows nothing of this path, the other file is
    gone, and what that one last held is the same post.
    """
    own = files.name_of(path)
    if store.last_at(own):
        return own
    root = files.name_of(folders.blog_root(Path(own)))
    gone = [one for one in store.drafts() if files.is_at_or_below(one, root) and not os.path.lexists(one)]
    for before in sorted(gone, key=store.last_at, reverse=True):
        last = _last(store, before, store.last_at(before))
        if last and is_version(last, draft):
            return before
    return own


def moved_to(store: Store, paths: Iterable[str]) -> dict[str, str]:
    """Return where the drafts of those paths are whose files are gone, in one walk through each blog.

    They are in files that the store knows nothing of.
    """
    drafts = ((path, _last(store, path, store.last_at(path))) for path in paths if not os.path.lexists(path))
    gone = {path: draft for path, draft in drafts if draft}
    roots = dict.fromkeys(str(folders.blog_root(Path(path))) for path in gone)
    there: dict[str, str] = {}
    for post in folders.find_posts(roots) if roots else ():
        with suppress(InputError):
            data = b"" if store.last_at(post) else files.read_draft(post)
            # Few files hold the title, and these alone are parsed.
            near = [one for one in gone if one not in there and _has_words(data, gone[one].title)]
            draft = parse(data, name=post) if near else None
            same = (path for path in near if draft and _is_at(path, post) and is_version(gone[path], draft))
            there |= {path: post for path in itertools.islice(same, 1)}
    return there


def _has_words(data: bytes, title: str) -> bool:
    """Tell whether a file may be of that title, whatever marks its words have there."""
    return all(word.encode() in data for word in words(title))


def _is_at(path: str, post: str) -> bool:
    """Tell whether a post is in the blog of a draft that is gone."""
    return files.is_at_or_below(files.name_of(post), files.name_of(folders.blog_root(Path(path))))


def take_over(store: Store, path: str | Path, draft: Draft) -> str:
    """Have the store know a moved draft by its present path, and return what to say of it; else nothing."""
    before = stored_path(store, path, draft)
    if before == files.name_of(path) or not store.move(before, path):
        return ""
    names = (os.path.relpath(one) for one in (path, before))
    return "{}: what was decided and written in {}, which is gone, goes on here".format(*names)


@lru_cache(maxsize=64)  # each post that is opened is compared with the same few
def _last(store: Store, path: str, at: str) -> Draft | None:
    """Return a draft as the store saw it last, at the time `at`."""
    try:
        return parse(decide.replay(store.events(path)).base, name=path)
    except InputError:
        return None

"""Finds what the store keeps of a draft whose file was moved or renamed: from `_drafts/` to `_posts/`."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from assistant.adapters import files, folders
from assistant.adapters.store import Store
from assistant.core.review import decide
from assistant.core.text.draft import Draft, parse
from assistant.core.text.versions import is_version
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


def moved_to(store: Store, path: str | Path) -> str:
    """Return where a draft is whose file is gone: in its blog, in a file that the store knows nothing of."""
    if os.path.lexists(path) or not (last := _last(store, str(path), store.last_at(path))):
        return ""

    def is_it(post: str) -> bool:
        data = b"" if store.last_at(post) else files.read_draft(post)
        # Few files hold the title, and these alone are parsed.
        return last.title.encode() in data and is_version(last, parse(data, name=post))

    for post in folders.find_posts([str(folders.blog_root(Path(path)))]):
        with suppress(InputError):
            if is_it(post):
                return post
    return ""


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

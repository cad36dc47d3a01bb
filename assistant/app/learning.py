"""Reads what the author of a blog decided in its drafts, for the next prompt; nothing leaves the store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.settings import store_file
from assistant.errors import InputError, StoreError

if TYPE_CHECKING:
    from assistant.core.voice.lessons import Lessons

_DRAFTS = 20
"""Drafts whose decisions are read, the latest ones: tastes change, and a prompt has room for a few."""


def learned(root: Path, *, own: Sequence[str] = ()) -> Lessons:
    """Return what the decisions on drafts below `root` tell; `own` is what else the author wrote.

    Nothing where there is no store, or where it can't be read.
    """
    from assistant.adapters.store import open_store
    from assistant.core.review import decide
    from assistant.core.voice.lessons import Lessons, lessons

    if not store_file().exists():
        return Lessons()
    with suppress(StoreError, InputError), closing(open_store()) as store:
        paths = store.decided_below(root)[:_DRAFTS]
        return lessons((decide.replay(store.events(path)) for path in paths), author_text="\n".join(own))
    return Lessons()

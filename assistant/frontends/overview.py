"""What `assistant` alone shows: the drafts with gaps in the current folder, those worked on last first."""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from pathlib import Path

from assistant.adapters import folders
from assistant.adapters.store import Store, open_store
from assistant.app import report
from assistant.app.blog import drafts_with_gaps
from assistant.app.workspace import Workspace
from assistant.core.review import decide
from assistant.core.text.display import counted, one_line
from assistant.errors import StoreError
from assistant.frontends.progress import tell

_MAX_LISTED = 20
"""Drafts that fit on a screen; the others are counted."""
_HELP = "assistant --help lists the commands"


def run() -> str:
    """List the drafts; return the one that the author picks for a review, or nothing."""
    # A home folder is no blog, and all that lies below it would take long to read.
    posts = [] if Path.cwd() == Path.home() else [os.path.relpath(post) for post in folders.find_posts(["."])]
    if not posts or posts == ["."]:
        print(f"no Markdown files here; go to your blog's folder, or name a draft; {_HELP}")
        return ""
    drafts, failures = drafts_with_gaps(posts, locate="local")
    for line in failures.values():
        tell(line)
    if not drafts:
        print(f"nothing unwritten in {counted(len(posts), 'Markdown file')}; {_HELP}")
        return ""
    drafts.sort(key=lambda one: one.path.stat().st_mtime, reverse=True)
    with suppress(StoreError), closing(open_store()) as store:
        for number, draft in enumerate(drafts[:_MAX_LISTED], 1):
            print(f"{number:3}  {_line(draft, store)}")
    if len(drafts) > _MAX_LISTED:
        print(f"     … {len(drafts) - _MAX_LISTED} more")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    return _picked([draft.name for draft in drafts])


def _line(draft: Workspace, store: Store) -> str:
    remainder = report.left(decide.replay(store.events(draft.path)))
    return f"{one_line(draft.name)}: {counted(len(draft.gaps), 'gap')}{remainder and f'; {remainder}'}"


def _picked(names: list[str]) -> str:
    print("Enter: review the first   a number: that one   q: quit ", end="", flush=True)
    while answer := sys.stdin.readline():
        number = answer.strip() or "1"
        if number in map(str, range(1, len(names) + 1)):
            return names[int(number) - 1]
        if number.lower() == "q":
            break
        print(f"1 to {len(names)}, or q: " if len(names) > 1 else "1, or q: ", end="", flush=True)
    return ""

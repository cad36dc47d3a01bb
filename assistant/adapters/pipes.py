"""The ends of pipes that this program reads from and writes to."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def when_reader_leaves(handle: int, tell: Callable[[], None]) -> None:
    """Effect: watches a pipe that this process writes to, in a thread, and calls `tell` once nobody reads it.

    Without this, a program whose reader has gone notices it only at its next write, and a model would be
    kept at work for nobody. A file, a terminal and Windows' pipes are not watched.
    """
    try:
        import select
        import stat

        mode = os.fstat(handle).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)) or not hasattr(select, "poll"):
            return
        poll = select.poll()
        poll.register(handle, 0)  # errors and hang-ups are always told
    except (OSError, ValueError, ImportError):
        return

    def watch() -> None:
        for _, event in poll.poll():
            if event & (select.POLLERR | select.POLLHUP):
                tell()

    threading.Thread(target=watch, daemon=True, name="reader-watch").start()

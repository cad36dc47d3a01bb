"""Standard input and output as other programs see them: kept for a protocol, or left by their reader."""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO


@contextmanager
def reserved_for(protocol: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Yield the real stdin and stdout for a protocol, and send whatever else is printed to stderr.

    One stray line on stdout would end the conversation. The descriptors themselves are exchanged, so that
    native code and child processes are covered as well. Somebody who starts it on a terminal is told what it
    is for, and the first Ctrl-C ends it.
    """
    if os.isatty(0):
        # A thread waits for a line that never comes. The shell's prompt is not to stand behind `^C`.
        signal.signal(signal.SIGINT, lambda *_: os.write(2, b"\n") and os._exit(130))
        use = "an editor starts this, see docs/editors/README.md\nCtrl-C ends it"
        sys.stderr.write(f"assistant: waiting for {protocol} messages on stdin:\n{use}\n")
    stdin, stdout = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdout.flush()
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with os.fdopen(stdin, "rb") as reader:
        writer = os.fdopen(stdout, "wb")
        try:
            yield reader, writer
        finally:
            with suppress(BrokenPipeError):  # of what was written last, nobody may read the rest
                writer.close()


def when_reader_leaves(handle: int, tell: Callable[[], None]) -> None:
    """Watch a pipe that this process writes to, in a thread, and call `tell` once nobody reads it.

    Otherwise it would be noticed only at the next write, and a model would be kept at work for nobody. A
    file, a terminal and Windows' pipes are not watched.
    """
    try:
        mode = os.fstat(handle).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)) or not hasattr(select, "poll"):
            return
        poll = select.poll()
        poll.register(handle, 0)  # errors and hang-ups are always reported
    except (OSError, ValueError):
        return

    def watch() -> None:
        for _, event in poll.poll():
            if event & (select.POLLERR | select.POLLHUP):
                tell()

    threading.Thread(target=watch, daemon=True, name="reader-watch").start()

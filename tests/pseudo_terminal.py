"""A pseudo-terminal with a command in it, driven as a person would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path


class Terminal:
    """A command that runs in a pseudo-terminal."""

    def __init__(self, *arguments: object, program: Sequence[str] = (), **environment: str) -> None:
        self.master, slave = pty.openpty()
        command = str(Path(sys.executable).parent / "assistant")
        self.process = subprocess.Popen(
            program or [command, *map(str, arguments)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C is a signal
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
        )
        os.close(slave)
        self.seen = ""
        self.raw = ""

    def until(self, text: str, *, seconds: float = 20.0) -> str:
        """Read until `text` was shown, and return everything shown since the last call."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"never saw {text!r} in {self.seen!r}")
        shown, _, self.seen = self.seen.partition(text)
        return shown

    def press(self, key: str) -> None:
        os.write(self.master, key.encode())

    def end(self) -> int:
        """Wait for the command to end and return its exit code."""
        while self._read():
            pass
        os.close(self.master)
        return self.process.wait(10)

    def _read(self) -> bool:
        if not select.select([self.master], [], [], 10)[0]:
            return False
        try:
            piece = os.read(self.master, 65536).decode("utf-8", "replace")
        except OSError:  # Linux: the other side is closed
            return False
        self.raw += piece
        self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", piece)
        return bool(piece)

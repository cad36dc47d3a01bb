"""A pseudo-terminal with a command in it, driven as a person would."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Sequence

from forks import Fork


class Terminal:
    """The command, or another program, in a pseudo-terminal."""

    def __init__(self, *arguments: object, program: Sequence[str] = (), **environment: str) -> None:
        self.master, slave = pty.openpty()
        environment = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "60", **environment}
        self.process: subprocess.Popen[bytes] | Fork
        if program:
            self.process = subprocess.Popen(
                program, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **environment}
            )
        else:
            self.process = Fork(arguments, [slave] * 3, **environment)
        os.close(slave)
        self.seen = ""
        self.raw = ""

    def until(self, text: str, *, seconds: float = 60.0) -> str:
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
        code = self.process.wait(60)
        os.close(self.master)  # not before: a process that loses its terminal is killed
        return code

    def _read(self) -> bool:
        assert select.select([self.master], [], [], 60)[0], f"nothing came for a minute after {self.seen!r}"
        try:
            piece = os.read(self.master, 65536).decode("utf-8", "replace")
        except OSError:  # Linux: the other side is closed
            return False
        self.raw += piece
        self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", piece)
        return bool(piece)

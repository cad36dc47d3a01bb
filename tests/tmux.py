"""A terminal of tmux's, driven as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


class Tmux:
    """A terminal of tmux's with a shell in it, which finds the program."""

    def __init__(self, name: str) -> None:
        self.name = name
        self("new-session", "-d", "-s", name, "-x", "100", "-y", "30", "sh")

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.name, "-f", "/dev/null", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        )
        assert done.returncode == 0, f"tmux {arguments[0]}: {done.stderr}"
        return done.stdout

    def press(self, *keys: str) -> None:
        self("send-keys", "-t", self.name, *keys)

    def screen(self) -> str:
        return self("capture-pane", "-p", "-t", self.name)

    def until(self, words: str, seconds: float = 60.0) -> str:
        end = time.monotonic() + seconds
        while words not in (shown := self.screen()):
            assert time.monotonic() < end, f"never saw {words!r} in\n{shown}"
            time.sleep(0.05)
        return shown

    def gone(self, words: str, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while words in (shown := self.screen()):
            assert time.monotonic() < end, f"{words!r} stays in\n{shown}"
            time.sleep(0.05)

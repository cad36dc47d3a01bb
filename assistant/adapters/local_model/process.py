"""The parent's end of the process in which llama.cpp runs; `child` is the other end."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from assistant.adapters.files import cause
from assistant.core.text.display import one_line
from assistant.errors import ModelUnavailable

_CHILD = "assistant.adapters.local_model.child"
_ROOT = Path(__file__).parents[3]
"""The folder from which this package was imported."""
_START_SECONDS = 60.0
"""A model of 9 GB on a slow disk takes half of that."""
_CLOSE_SECONDS = 1.0
"""After so long a child is killed: llama.cpp may be in the middle of a long prompt."""
EXACT_BYTES = 2**30
"""Models up to this size give the same text for the same request; larger ones run as fast as they can."""
_SHORT_SPIN = {"GOMP_SPINCOUNT": "1000"}
"""Lets a thread that waits for another sleep soon, where libgomp would have it spin for milliseconds.

Twice as fast while something else takes a core, such as a screen that opens; else an eighth slower.
"""
_HEADER_BYTES = 24
"""A GGUF file begins with its sign, its version, and how many tensors and fields it has."""
_INSTEAD = "name another GGUF file with --model PATH.gguf or a server with --base-url URL"


def start(
    path: Path, *, jobs: int = 4, context: int = 0, slots: int = 1, slot_folder: Path | None = None
) -> ModelProcess:
    """Start a child process that loads the GGUF file `path`, and return before it has.

    `jobs` is how many requests may be open at the same time, and `slots` how many of them are answered
    together. Slots are saved in and restored from `slot_folder`. `context` is in tokens of one request,
    prompt and answer together; 0 for the child's default. Raises `ModelUnavailable`, here or from `wait`.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelUnavailable(
            "xllamacpp, which runs models in this program, is not installed (not every platform has a wheel "
            "of it); run a server such as Ollama or llama-server and name it with --base-url URL"
        )
    check_file(path)
    settings = {
        "jobs": jobs,
        "context": context,
        "slots": slots,
        "slot_folder": str(slot_folder.absolute()) if slot_folder else "",
        "exact": path.stat().st_size <= EXACT_BYTES and slots == 1,
    }
    return ModelProcess(path, settings)


def check_file(path: Path) -> None:
    """Raise `ModelUnavailable` for a file that is not there or no model's, as far as its beginning shows."""
    try:
        with open(path, "rb") as file:
            if not (beginning := file.read(_HEADER_BYTES)).startswith(b"GGUF"):
                raise ModelUnavailable(f"{path} is not a GGUF file; {_INSTEAD}")
            if len(beginning) < _HEADER_BYTES:
                raise ModelUnavailable(f"{path} ends after {len(beginning)} bytes; {_INSTEAD}")
    except FileNotFoundError:
        raise ModelUnavailable(f"{path}: no such model file; {_INSTEAD}") from None
    except OSError as error:
        raise ModelUnavailable(f"{path}: can't be read: {cause(error)}; {_INSTEAD}") from None


class ModelProcess:
    """llama.cpp behind OpenAI's protocol, on this machine alone, in a process that ends with this one."""

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Start the process; `settings` are those of `child`, without the model's path, name and key."""
        self.path = path
        self.model = path.stem
        """The name that requests may give and that answers bear."""
        self.api_key = secrets.token_urlsafe(32)
        """Another one for each process; the child gets it by its stdin, where nobody else reads."""
        self._closing = threading.Lock()
        self._closed = False
        self._ready: Future[dict[str, Any]] = Future()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        # -P and not -m alone: the folder of a draft must not lend its modules to the child. The folder that
        # this package was imported from comes after whatever the user has set.
        paths = [p for p in (os.environ.get("PYTHONPATH", ""), str(_ROOT)) if p]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**_SHORT_SPIN, **os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            **_own_group(),
        )
        identity = {"path": str(path.absolute()), "name": self.model, "key": self.api_key}
        assert self._process.stdin
        with suppress(OSError):  # a child that is gone already is reported by `wait`
            self._process.stdin.write(json.dumps({**settings, **identity}).encode() + b"\n")
            self._process.stdin.flush()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/v1`; waits until the model is loaded."""
        return str(self.wait()._ready.result()["base_url"])

    @property
    def context(self) -> int:
        """Tokens of one request, prompt and answer together; waits until the model is loaded."""
        return int(self.wait()._ready.result()["context"])

    def wait(self, *, seconds: float = _START_SECONDS) -> Self:
        """Wait until the model answers. Raises `ModelUnavailable` when it can't."""
        try:
            self._ready.result(seconds)
        except TimeoutError:
            self.close()
            raise ModelUnavailable(
                f"{self.path} was not loaded within {seconds:.0f} seconds; {_INSTEAD}"
            ) from None
        return self

    def alive(self) -> bool:
        """Return whether the child process runs."""
        return self._process.poll() is None

    def exit_reason(self, *, settle: float = 0.0) -> str:
        """Return how the child process ended, in a few words; nothing while it runs.

        A connection breaks a moment before its process has ended: `settle` is seconds to wait for that.
        """
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(settle)
        code = self._process.returncode
        if code is None:
            return ""
        if self._closed:
            return "closed"
        with suppress(ValueError):
            if code < 0:
                return f"ended by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    def close(self) -> None:
        """End the child process within two seconds, however busy; a second call does nothing."""
        with self._closing:
            if self._closed:
                return
            assert self._process.stdin and self._process.stdout
            with suppress(OSError):
                self._process.stdin.close()
            try:
                self._process.wait(_CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._closed = True
            self._listener.join()
            self._process.stdout.close()
            self._log.close()

    def _listen(self) -> None:
        """Wait for the child's one line, or for its end."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        try:
            self._ready.set_result(json.loads(line))
        except ValueError:
            self._process.wait()
            self._ready.set_exception(
                ModelUnavailable(f"{self.path} could not be loaded ({self._trouble()}); {_INSTEAD}")
            )

    def _trouble(self) -> str:
        """Return the first error that the ended child wrote, or how it ended."""
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").splitlines()
        # llama.cpp: `0.00.063.758 E llama_model_load: error loading model: tensor ... is not within ...`
        errors = [line.partition(": ")[2] for line in lines if " E " in line] or lines[-1:]
        message = errors[0].removeprefix("error loading model: ") if errors else self.exit_reason()
        return one_line(message)[:200]


def _own_group() -> dict[str, Any]:
    """Return options that keep Ctrl-C in the terminal from the child: the parent decides what it means."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}

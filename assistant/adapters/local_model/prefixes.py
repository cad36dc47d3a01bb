"""Keeps on disk what llama.cpp computed for the messages that all requests of a draft begin with.

Reading a prompt takes most of the time until the first word. A slot's state after the shared messages is
saved once; other slots, and later runs on the same draft, restore it in milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from assistant.adapters import http_json
from assistant.core.types import Message

_MAX_BYTES = 1_000_000_000
"""Room for the states of some thirty drafts; the ones not used for longest go first."""
_SECONDS = 30.0
"""Longest wait for a disk; a state of 100 MB usually takes a tenth of a second."""


class Prefixes:
    """The saved states of one model; safe to use from several threads."""

    def __init__(self, folder: Path, model: str) -> None:
        """Make the folder, for the user alone; `model` is a name that changes with the model's file."""
        self.folder = folder
        self._model = model
        self._lock = threading.Lock()
        self._computing: dict[str, threading.Lock] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def speed_file(self) -> Path:
        """Where the speed at which this machine reads the model's prompts is noted."""
        return self.folder / f"{hashlib.sha256(self._model.encode()).hexdigest()[:32]}.speed"

    def key(self, messages: tuple[Message, ...]) -> str:
        """Return the name under which the state after these messages is kept."""
        words = json.dumps([self._model, [[message.role, message.content] for message in messages]])
        return hashlib.sha256(words.encode()).hexdigest()[:32]

    def load(self, key: str, slot: int, *, base_url: str, api_key: str, compute: Callable[[], None]) -> None:
        """Put a state into a slot; where none is kept, have `compute` read the messages there and save it.

        While one thread computes a state, the others that want the same wait for it.
        """
        url = f"{base_url.removesuffix('/v1')}/slots/{slot}?action="
        file = {"filename": f"{key}.bin"}
        with self._lock:
            computing = self._computing.setdefault(key, threading.Lock())
        with computing:
            path = self.folder / file["filename"]
            if path.is_file():
                answer = http_json.fetch(f"{url}restore", api_key=api_key, timeout=_SECONDS, body=file)
                if answer is not None:
                    with suppress(OSError):
                        os.utime(path)
                    return
                path.unlink(missing_ok=True)  # written by another version, or cut off
            compute()
            http_json.fetch(f"{url}save", api_key=api_key, timeout=_SECONDS, body=file)
            with suppress(OSError):
                path.chmod(0o600)
                self._prune()

    def _prune(self) -> None:
        """Remove the states that were not used for longest, as far as all of them take too much room."""
        files = sorted(((p.stat(), p) for p in self.folder.glob("*.bin")), key=lambda f: -f[0].st_mtime)
        total = 0
        for state, path in files:
            total += state.st_size
            if total > _MAX_BYTES:
                path.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Remove all saved states."""
    for path in folder.glob("*.bin"):
        path.unlink(missing_ok=True)

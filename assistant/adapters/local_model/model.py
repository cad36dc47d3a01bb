"""A GGUF file as a model, which starts its process again when that died."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.adapters.local_model import process, speed
from assistant.adapters.local_model.prefixes import Prefixes
from assistant.adapters.openai_client import ChatClient
from assistant.core.types import Capabilities, Message, Reply, Request
from assistant.errors import ModelError

SAMPLING: Mapping[str, Any] = {"temperature": 0.6, "top_p": 0.9, "min_p": 0.05}
"""How a file that the catalogue doesn't know picks words: near the middle of what publishers recommend."""

_MAX_SLOTS = 4
"""More requests at once make each slower and all of them hardly faster."""
_POLL_SECONDS = 0.2
_READING_SECONDS = 900.0
"""Longest wait for a word: a busy machine may read for minutes, a process that died is noticed at once."""


@dataclass
class _Slot:
    """One of the places in which llama.cpp answers requests together."""

    number: int
    prefix: tuple[str, str] = ("", "")
    """The server's address, and the key of the shared messages whose state the slot begins with."""


class LocalModel:
    """A model in our own child process; safe to use from several threads."""

    def __init__(
        self,
        path: Path,
        *,
        jobs: int,
        capabilities: Capabilities,
        sampling: Mapping[str, Any] = SAMPLING,
        prefix_folder: Path | None = None,
    ) -> None:
        """Start to load the file, and return before it is loaded.

        A `context` of 0 in the capabilities stands for the process' own default. With a `prefix_folder`,
        what was computed for the messages that requests share is kept there, and up to four requests are
        answered together. Raises `ModelUnavailable` when loading can't even begin.
        """
        self._path, self._jobs, self._capabilities = path, jobs, capabilities
        self._prefixes: Prefixes | None = None
        slots = 1
        if prefix_folder is not None:
            self._prefixes = _prefixes(path, prefix_folder)
            slots = max(min(jobs, _MAX_SLOTS), 1)
        self._slots: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for number in range(slots):
            self._slots.put(_Slot(number))
        self._slot_count = slots
        self._turn = threading.Lock()
        self._measuring = threading.Lock()
        self._lock = threading.Lock()
        self._closed = False
        self._client: ChatClient | None = None
        self._process = self._started()
        self.name = self._process.model
        self.sampling = sampling

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do here; waits until it is loaded where that isn't known before."""
        context = self._capabilities.context or self._process.context
        prefix = self._capabilities.prefix_tokens or self._prefix_tokens()
        return replace(self._capabilities, context=context, prefix_tokens=min(prefix, context))

    def _prefix_tokens(self) -> int:
        """Return how many shared tokens an author would wait for; 0 where reading is fast anyway."""
        if self._prefixes is None:
            return 0

        def read(text: str) -> int:
            request = Request((Message("user", text),), max_tokens=1, seed=0)
            return self.answer(request)[0].usage.prompt_tokens

        with self._measuring:
            return speed.prefix_tokens(speed.tokens_a_second(self._prefixes.speed_file, read))

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Answer as `ChatClient` does; where the process died before a word came, ask a new one."""
        has_text = False

        def on_text(text: str) -> None:
            nonlocal has_text
            has_text = has_text or bool(text)
            request.on_text(text)

        watched = replace(request, on_text=on_text)
        client = self._ready()
        try:
            return self._answer(client, watched)
        except ModelError as error:
            reason = "" if request.stopped() else self._exit_reason(client)
            if not reason:
                raise
            if has_text:
                raise ModelError(f"the model's process {reason} while it was writing; try again") from error
        return self._answer(self._ready(), watched)

    def _answer(self, client: ChatClient, request: Request) -> tuple[Reply, ...]:
        """Answer in a free slot that holds what the request shares with others."""
        if self._prefixes is None:
            return client.answer(request)
        slot = self._free_slot(request)
        try:
            client = client.with_fields(id_slot=slot.number, return_progress=True)
            if request.shared:
                self._load_prefix(client, slot, request)
            with self._reading(request) as watched:
                return client.answer(replace(watched, count=1))
        finally:
            self._slots.put(slot)

    @contextmanager
    def _reading(self, request: Request) -> Iterator[Request]:
        """Let one request at a time read its prompt.

        llama.cpp would read those of all slots together, and the first words would wait for the last prompt.
        Raises `ModelError` when the request is stopped meanwhile.
        """
        while not self._turn.acquire(timeout=_POLL_SECONDS):
            if request.stopped():
                raise ModelError("stopped")
        is_reading = True

        def read() -> None:
            nonlocal is_reading
            if is_reading:
                is_reading = False
                self._turn.release()

        def on_reading(count: int, total: int) -> None:
            if count >= total:
                read()
            request.on_reading(count, total)

        def on_text(text: str) -> None:
            if text:
                read()
            request.on_text(text)

        try:
            yield replace(request, on_reading=on_reading, on_text=on_text)
        finally:
            read()

    def _free_slot(self, request: Request) -> _Slot:
        """Wait for a slot. Raises `ModelError` when the request is stopped meanwhile."""
        while True:
            with suppress(queue.Empty):
                return self._slots.get(timeout=_POLL_SECONDS)
            if request.stopped():
                raise ModelError("stopped")

    def _load_prefix(self, client: ChatClient, slot: _Slot, request: Request) -> None:
        """Have the slot hold the messages that the request shares with others."""
        assert self._prefixes is not None
        shared = request.messages[: request.shared]
        prefix = (client.base_url, self._prefixes.key(shared))
        if slot.prefix == prefix:
            return

        def compute() -> None:
            reading = replace(request, messages=shared, max_tokens=1, count=1, on_text=lambda text: None)
            try:
                client.answer(reading)
            except ModelError:  # usually for its one token, which need not be a word
                if request.stopped():
                    raise

        self._prefixes.load(
            prefix[1], slot.number, base_url=client.base_url, api_key=client.api_key, compute=compute
        )
        slot.prefix = prefix

    def close(self) -> None:
        """End the child process."""
        self._closed = True
        if self._client is not None:
            self._client.close()
        self._process.close()

    def _started(self) -> process.ModelProcess:
        return process.start(
            self._path,
            jobs=self._jobs,
            context=self._capabilities.context,
            slots=self._slot_count,
            slot_folder=self._prefixes.folder if self._prefixes else None,
        )

    def _ready(self) -> ChatClient:
        """Return the client of a process that runs; start a new one where it died."""
        with self._lock:
            if self._client is not None and not self._process.alive() and not self._closed:
                self._client.close()
                self._process.close()
                self._client = None
                self._process = self._started()
            if self._client is None:
                loaded = self._process.wait()
                self._client = ChatClient(
                    loaded.base_url,
                    loaded.api_key,
                    loaded.model,
                    sampling=self.sampling,
                    timeout=_READING_SECONDS,
                )
            return self._client

    def _exit_reason(self, client: ChatClient) -> str:
        """Return how the process behind a client ended; nothing while it runs or when it was closed."""
        with self._lock:
            if self._closed:
                return ""
            return "ended" if client is not self._client else self._process.exit_reason(settle=0.5)


def known_prefix_tokens(path: Path, folder: Path | None) -> int:
    """Return how many shared tokens an author would wait for, as measured earlier; 0 where nothing was."""
    try:
        note = _prefixes(path, folder).speed_file.read_text("utf-8") if folder else ""
        return speed.prefix_tokens(float(note)) if note else 0
    except (OSError, ValueError):
        return 0


def _prefixes(path: Path, folder: Path) -> Prefixes:
    state = path.stat()
    return Prefixes(folder, f"{path.name} {state.st_size} {state.st_mtime_ns} {version('xllamacpp')}")

"""A GGUF file as a model, which starts its process again when that died."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.adapters.local_model import process
from assistant.adapters.openai_client import ChatClient
from assistant.core.types import Capabilities, Reply, Request
from assistant.errors import ModelError

SAMPLING: Mapping[str, Any] = {"temperature": 0.6, "top_p": 0.9, "min_p": 0.05}
"""How a file that the catalogue doesn't know picks words: near the middle of what publishers recommend."""


class LocalModel:
    """A model in a child process of ours; safe to use from several threads."""

    def __init__(
        self, path: Path, *, jobs: int, capabilities: Capabilities, sampling: Mapping[str, Any] = SAMPLING
    ) -> None:
        """Start to load the file, and return before it is loaded.

        A `context` of 0 in the capabilities stands for the process' own default. Raises `ModelUnavailable`
        when loading can't even begin.
        """
        self._path, self._jobs, self._capabilities = path, jobs, capabilities
        self._lock = threading.Lock()
        self._closed = False
        self._client: ChatClient | None = None
        self._process = self._started()
        self.name = self._process.model
        self.sampling = sampling

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do; waits until it is loaded where its context isn't known before."""
        return replace(self._capabilities, context=self._capabilities.context or self._process.context)

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Answer as `ChatClient` does; where the process died before a word came, ask a new one."""
        heard = False

        def on_text(text: str) -> None:
            nonlocal heard
            heard = True
            request.on_text(text)

        watched = replace(request, on_text=on_text)
        client = self._ready()
        try:
            return client.answer(watched)
        except ModelError as error:
            reason = "" if request.stopped() else self._exit_reason(client)
            if not reason:
                raise
            if heard:
                raise ModelError(f"the model's process {reason} as it wrote; try again") from error
        return self._ready().answer(watched)

    def close(self) -> None:
        """End the child process."""
        self._closed = True
        if self._client is not None:
            self._client.close()
        self._process.close()

    def _started(self) -> process.ModelProcess:
        return process.start(self._path, jobs=self._jobs, context=self._capabilities.context)

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
                    loaded.base_url, loaded.api_key, loaded.model, sampling=self.sampling
                )
            return self._client

    def _exit_reason(self, client: ChatClient) -> str:
        """Return how the process behind a client ended; nothing while it runs or when it was closed."""
        with self._lock:
            if self._closed:
                return ""
            return "ended" if client is not self._client else self._process.exit_reason(settle=0.5)

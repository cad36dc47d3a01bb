"""A model that runs in a child process of ours: started at once, waited for when it is first asked.

While it loads, the caller reads the series and builds its prompts. When the child dies, be it by a fault of
native code or for want of memory, the next request starts it anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.adapters import local_model
from assistant.adapters.openai_client import ChatClient
from assistant.core.types import ListStyle, Message, Reply
from assistant.errors import ModelError

_Answer = TypeVar("_Answer")


class InProcess:
    """A GGUF file that answers; safe to use from several threads."""

    def __init__(self, path: Path, *, jobs: int, context: int) -> None:
        """Effect: starts to load the file. Raises `ModelUnavailable` when that can't even begin."""
        self._path, self._jobs, self._context = path, jobs, context
        self._lock = threading.Lock()
        self._closed = False
        self._client: ChatClient | None = None
        self._server = local_model.start(path, jobs=jobs, context=context)
        self.model = self._server.model
        self.sampling, self.extra = local_model.SAMPLING, local_model.EXTRA

    @property
    def context(self) -> int:
        """Tokens of one request, prompt and answer together; waits until the model is loaded."""
        return self._server.context

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None] = lambda text: None,
        stopped: Callable[[], bool] = lambda: False,
        extra: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Effect: answers as `ChatClient` does; where the child died before a word came, asks a new one.

        `extra` takes the place of what else llama.cpp is told.
        """
        return self._lively(
            lambda client, hear: client.complete(
                messages, max_tokens=max_tokens, seed=seed, on_text=hear, stopped=stopped
            ),
            on_text,
            stopped,
            extra,
        )

    def several(
        self,
        messages: Sequence[Message],
        *,
        count: int,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None] = lambda text: None,
        stopped: Callable[[], bool] = lambda: False,
        extra: Mapping[str, Any] | None = None,
    ) -> list[Reply]:
        """Effect: returns one answer or more, up to `count`; see `ChatClient.several`."""
        return self._lively(
            lambda client, hear: client.several(
                messages, count=count, max_tokens=max_tokens, seed=seed, on_text=hear, stopped=stopped
            ),
            on_text,
            stopped,
            extra,
        )

    def in_voice(self, leaning: Mapping[str, float], *, lists: ListStyle | None = None) -> InVoice:
        """Return this model as one author has it.

        The words of `leaning` are likelier, or less likely, by weights that are natural logarithms; with
        `lists` it can write nothing but a list, in that style.
        """
        return InVoice(self, leaning, lists)

    def close(self) -> None:
        """Effect: ends the child process."""
        self._closed = True
        if self._client is not None:
            self._client.close()
        self._server.close()

    def _lively(
        self,
        ask: Callable[[ChatClient, Callable[[str], None]], _Answer],
        on_text: Callable[[str], None],
        stopped: Callable[[], bool],
        extra: Mapping[str, Any] | None,
    ) -> _Answer:
        """Effect: asks the child, and a new one where it died before a word came."""
        heard: list[bool] = []

        def hear(text: str) -> None:
            heard.append(True)
            on_text(text)

        client = self._ready()
        try:
            return ask(_telling(client, extra), hear)
        except ModelError as error:
            how = "" if stopped() else self._ended(client)
            if not how:
                raise
            if heard:
                raise ModelError(f"the model's process {how} as it wrote; try again") from error
        return ask(_telling(self._ready(), extra), hear)

    def _ready(self) -> ChatClient:
        """Effect: returns the client of a child that runs, started anew where it died."""
        with self._lock:
            if self._client is not None and not self._server.alive() and not self._closed:
                self._client.close()
                self._server.close()
                self._client = None
                self._server = local_model.start(self._path, jobs=self._jobs, context=self._context)
            if self._client is None:
                server = self._server.wait()
                self._client = ChatClient(
                    server.base_url,
                    server.api_key,
                    server.model,
                    sampling=self.sampling,
                    extra=self.extra,
                )
            return self._client

    def _ended(self, client: ChatClient) -> str:
        """Effect: tells how the child behind `client` ended; nothing while it runs or when it was closed."""
        with self._lock:
            if self._closed:
                return ""
            return "ended" if client is not self._client else self._server.exit_reason(settle=0.5)


class InVoice:
    """A model in this process as one author has it: with weights on some words, or held to a list."""

    def __init__(self, behind: InProcess, leaning: Mapping[str, float], lists: ListStyle | None) -> None:
        self._behind = behind
        self.model, self.sampling = behind.model, behind.sampling
        self.extra = dict(behind.extra)
        if lists is not None:
            self.extra["grammar"] = local_model.list_grammar(lists)
            leaning = {**leaning, ".": leaning.get(".", 0.0) + local_model.stop_weight(lists)}
        if leaning:
            # A word begins with the blank before it; llama.cpp weighs each of its tokens, here a single one.
            words = [[f" {word}" if word.isalpha() else word, weight] for word, weight in leaning.items()]
            self.extra["logit_bias"] = words

    def complete(self, messages: Sequence[Message], **asked: Any) -> Reply:
        """Effect: answers; see `InProcess.complete`."""
        return self._behind.complete(messages, **asked, extra=self.extra)

    def several(self, messages: Sequence[Message], **asked: Any) -> list[Reply]:
        """Effect: returns one answer or more; see `InProcess.several`."""
        return self._behind.several(messages, **asked, extra=self.extra)


def _telling(client: ChatClient, extra: Mapping[str, Any] | None) -> ChatClient:
    """Return `client`, over the same connections, with other fields in its requests."""
    return client if extra is None else replace(client, extra=dict(extra))

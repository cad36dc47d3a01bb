"""Gives the answer that was given before to the same question, so that nobody pays for it twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from assistant.core.types import ListStyle, Message, Reply, Usage
from assistant.errors import ModelError, StoreError


class Asked(Protocol):
    """The model behind."""

    model: str

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None],
        stopped: Callable[[], bool],
    ) -> Reply:
        """Effect: answers."""


class Kept(Protocol):
    """Where answers are kept."""

    def answer(self, key: str) -> Reply | None:
        """Return the answer of that key, if there is one."""

    def keep_answer(self, path: str, key: str, reply: Reply) -> None:
        """Effect: keeps an answer with the draft that it was asked for."""


class Remembering:
    """A model that is asked only what it was not asked before; as safe among threads as what it holds."""

    def __init__(self, model: Asked, store: Kept, *, path: str, server: str, fresh: bool = False) -> None:
        self._asked, self._store, self._path, self._server = model, store, path, server
        self._fresh = fresh
        self.model = model.model

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None] = lambda text: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Reply:
        """Effect: returns the kept answer to exactly this, else asks the model and keeps what it says.

        A kept answer costs no tokens, so its usage is empty.
        """
        key = self._key(messages, max_tokens, seed)
        if not self._fresh:
            with suppress(StoreError):
                if (kept := self._store.answer(key)) is not None:
                    on_text(kept.text)
                    return replace(kept, usage=Usage())
        reply = self._asked.complete(
            messages, max_tokens=max_tokens, seed=seed, on_text=on_text, stopped=stopped
        )
        with suppress(StoreError):  # an answer that can't be kept is an answer all the same
            self._store.keep_answer(self._path, key, reply)
        return reply

    def several(
        self,
        messages: Sequence[Message],
        *,
        count: int,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None] = lambda text: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> list[Reply]:
        """Effect: returns one answer or more, up to `count`: kept ones, and what one request gives besides.

        Each is kept as the answer to one more than the seed of the one before.
        """
        keys = [self._key(messages, max_tokens, seed + index) for index in range(count)]
        replies: list[Reply] = []
        if not self._fresh:
            with suppress(StoreError):
                for kept in map(self._store.answer, keys):
                    if kept is None:
                        break
                    replies.append(replace(kept, usage=Usage()))
        if replies:
            on_text(replies[0].text)
            on_text = _unheard
        if len(replies) == count:
            return replies
        asked: dict[str, Any] = {
            "max_tokens": max_tokens,
            "seed": seed + len(replies),
            "on_text": on_text,
            "stopped": stopped,
        }
        ask = getattr(self._asked, "several", None)
        if ask is None:
            return replies or [self.complete(messages, **asked)]
        try:
            new: list[Reply] = ask(messages, count=count - len(replies), **asked)
        except ModelError:
            if not replies:
                raise
            return replies
        with suppress(StoreError):
            for key, reply in zip(keys[len(replies) :], new, strict=False):
                self._store.keep_answer(self._path, key, reply)
        return replies + new

    def in_voice(self, leaning: Mapping[str, float], *, lists: ListStyle | None = None) -> Remembering:
        """Return this with weights on words and a list's form, where the model behind takes them."""
        told = getattr(self._asked, "in_voice", None)
        asked = told(leaning, lists=lists) if told else self._asked
        return Remembering(asked, self._store, path=self._path, server=self._server, fresh=self._fresh)

    def _key(self, messages: Sequence[Message], max_tokens: int, seed: int) -> str:
        settings = [getattr(self._asked, name, None) for name in ("sampling", "extra")]
        said = [self._server, self.model, max_tokens, seed, settings, [[m.role, m.content] for m in messages]]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _unheard(text: str) -> None:
    """Take no notice: of several texts, only the first is heard as it comes."""

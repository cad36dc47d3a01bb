"""A model that answers repeated requests from the store, so that nobody pays for the same text twice."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from assistant.adapters.store import Store
from assistant.core.model import ModelInFront
from assistant.core.types import Reply, Request, Usage
from assistant.errors import ModelError, StoreError


@dataclass(frozen=True)
class CachedModel(ModelInFront):
    """A model behind a cache of its replies; as thread-safe as both are."""

    replies: Store
    path: str
    """The draft's path: forgetting a draft forgets its replies."""
    server: str
    """Distinguishes models of the same name on different servers."""
    fresh: bool = False
    """True to always ask the model and store the new reply."""

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Return stored replies to exactly this request, and ask the model only for those that are missing.

        A stored reply costs no tokens, so its usage is empty. Several replies are stored under consecutive
        seeds. Raises `ModelError` when there is no reply at all.
        """
        keys = [self._key(request, index) for index in range(request.count)]
        stored = self._kept(keys)
        if stored:
            request.on_text(stored[0].text)
        if len(stored) == request.count:
            return stored
        rest = replace(request, count=request.count - len(stored), seed=request.seed + len(stored))
        try:
            # Only the first reply is shown while it is written, and a stored one has been shown already.
            replies = self.model.answer(replace(rest, on_text=lambda text: None) if stored else rest)
        except ModelError:
            if not stored:
                raise
            return stored
        with suppress(StoreError):  # a full disk is no reason to lose the reply
            for key, reply in zip(keys[len(stored) :], replies, strict=False):
                self.replies.keep_reply(self.path, key, reply)
        pairs = zip(keys[len(stored) :], replies, strict=False)
        return stored + tuple(replace(reply, forget=partial(self._forget, key)) for key, reply in pairs)

    def kept(self, request: Request) -> tuple[Reply, ...]:
        """Return the stored replies to a request, up to the first that is missing."""
        return self._kept([self._key(request, index) for index in range(request.count)])

    def _kept(self, keys: list[str]) -> tuple[Reply, ...]:
        replies: list[Reply] = []
        with suppress(StoreError):
            for key in [] if self.fresh else keys:
                reply = self.replies.reply(key)
                if reply is None:
                    break
                replies.append(replace(reply, usage=Usage(), forget=partial(self._forget, key)))
        return tuple(replies)

    def _forget(self, key: str) -> None:
        with suppress(StoreError):
            self.replies.forget_reply(key)

    def _key(self, request: Request, index: int) -> str:
        """Return a hash of everything that determines the reply."""
        question = [
            self.server,
            self.name,
            request.max_tokens,
            request.seed + index,
            self.sampling,
            [[m.role, m.content] for m in request.messages],
            *([request.schema] if request.schema else []),
        ]
        return hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class KeptReplies(ModelInFront):
    """Returns stored replies and asks nobody, to find out which requests a run would send.

    A useless reply stays stored: the run will find out too.
    """

    missing: list[Request] = field(default_factory=list)
    """The requests that a run would send to the model."""

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Return the stored replies, even if too few. Raises `ModelError` where there is none."""
        replies = self.model.kept(request) if isinstance(self.model, CachedModel) else ()
        if not replies:
            self.missing.append(request)
            raise ModelError("not asked")
        return tuple(replace(reply, forget=lambda: None) for reply in replies)

"""Asks a model through any server that speaks OpenAI's chat completions.

The openai package retries twice by itself and honours Retry-After, so there is no loop here. What a server
doesn't take, such as `temperature` on reasoning models, is learnt from its first error and then left out.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.core.types import Capabilities, Reply, Request, Usage
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"

_OPTIONAL = ("temperature", "top_p", "seed", "stream_options", "max_completion_tokens", "max_tokens")
"""Parameters that some server doesn't take; each is left out, or exchanged, once an error names it."""


@dataclass
class ChatClient:
    """One server and one model; safe to use from several threads."""

    base_url: str
    api_key: str
    name: str
    capabilities: Capabilities = field(default_factory=Capabilities)
    sampling: Mapping[str, Any] = field(default_factory=lambda: {"temperature": 0.7})
    """Fields of a request that decide how words are picked, also such as only llama.cpp knows (`min_p`)."""
    timeout: float = 120.0
    """Seconds without a byte after which a request is given up."""
    _unsupported: set[str] = field(default_factory=set)
    """Parameters that the server was found not to take."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _client: openai.OpenAI | None = None

    @property
    def host(self) -> str:
        """The server's name for messages."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2] or self.base_url

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Send one request and return its replies; see `assistant.core.model.Model`.

        A server that doesn't take `n`, or gives fewer replies for it, is then asked for one at a time.
        """
        try:
            if request.count > 1 and "n" not in self._unsupported and (replies := self._several(request)):
                return replies
            return self._send(replace(request, count=1))
        except ModelError:
            raise
        except Exception as error:  # every kind of failure becomes one line, whichever library raised it
            raise self._explained(error) from None

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _connected(self) -> openai.OpenAI:
        import openai

        with self._lock:
            if self._client is None:
                self._client = openai.OpenAI(
                    base_url=self.base_url,
                    api_key=self.api_key or "none",
                    timeout=openai.Timeout(self.timeout, connect=10.0),
                )
            return self._client

    def _several(self, request: Request) -> tuple[Reply, ...]:
        """Ask for several replies at once; return none where the server doesn't take such a request."""
        import openai

        replies: tuple[Reply, ...] = ()
        try:
            replies = self._send(request)
        except openai.APIStatusError as error:
            if error.status_code not in (400, 422, 501):
                raise
        if len(replies) < request.count:
            self._unsupported.add("n")
        return replies

    def _send(self, request: Request) -> tuple[Reply, ...]:
        """Send a request, and again without each parameter that the server turns out not to take."""
        import openai

        before = set(self._unsupported)
        for _ in range(len(_OPTIONAL) + 1):
            try:
                return self._stream(request)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                names_n = request.count > 1 and re.search(r"(?<!\w)n(?!\w)", str(error))
                if names_n or not self._learn(str(error)):
                    if request.count > 1:  # `n` may be to blame, whatever else the error named
                        self._unsupported.intersection_update(before)
                    raise
        raise ModelError(f"{self.host} rejects every form of the request")

    def _stream(self, request: Request) -> tuple[Reply, ...]:
        """Send a request once and read what comes."""
        stream = _Stream(self.name)
        parameters: dict[str, Any] = self._parameters(request)
        create: Any = self._connected().chat.completions.create
        messages = [{"role": m.role, "content": m.content} for m in request.messages]
        with create(model=self.name, messages=messages, stream=True, **parameters) as chunks:
            for chunk in chunks:
                if request.stopped():
                    raise ModelError("stopped")
                stream.read(chunk, request)
        replies = stream.replies()
        if not replies:
            raise ModelError(f"the answer from {self.host} was cut off; try again")
        if len(replies) == 1:
            (reply,) = replies
            if reply.finish == "length" and not reply.text.strip():
                raise ModelError("the model used all its tokens before it wrote a word; raise --max-tokens")
            if reply.finish == "content_filter":
                raise ModelError(f"{self.host} withheld the answer (content filter)")
        return replies

    def _parameters(self, request: Request) -> dict[str, Any]:
        """Return the optional parameters, without those that this server is known not to take."""
        limits = ["max_tokens", "max_completion_tokens"]
        if self.base_url.rstrip("/") == OPENAI_URL:
            limits.reverse()  # newer models take only the second, older servers only the first
        limit = next((name for name in limits if name not in self._unsupported), None)
        values: dict[str, Any] = {"seed": request.seed, "stream_options": {"include_usage": True}}
        if limit:
            values[limit] = request.max_tokens
        parameters = {name: value for name, value in values.items() if name not in self._unsupported}
        if request.count > 1:
            parameters["n"] = request.count
        sampling = {name: value for name, value in self.sampling.items() if name not in self._unsupported}
        return {**parameters, "extra_body": sampling}

    def _learn(self, message: str) -> bool:
        """Note a parameter that an error names as not supported; return whether that was news."""
        with self._lock:
            for name in _OPTIONAL:
                named = re.search(rf"(?<!\w){name}(?!\w)", message)
                # "'max_tokens' is not supported; use 'max_completion_tokens' instead" names two.
                advised = re.search(rf"use\s+['\"`]?{name}\b", message, re.I)
                if named and not advised and name not in self._unsupported:
                    self._unsupported.add(name)
                    return True
        return False

    def _explained(self, error: Exception) -> ModelError:
        """Return a failure as one line that says what to do; the key never stands in it."""
        import openai

        host, said = self.host, self._scrubbed(error)
        if isinstance(error, openai.APITimeoutError) or "Timeout" in type(error).__name__:
            return ModelError(
                f"{host} gave no answer within {self.timeout:g} s; try again, or raise --timeout"
            )
        if isinstance(error, openai.APIConnectionError):
            if type(error.__cause__).__name__ in ("RemoteProtocolError", "ReadError", "WriteError"):
                return ModelError(f"the answer from {host} was cut off; try again")
            return ModelUnavailable(f"{host} can't be reached; check the server and its address")
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelUnavailable(f"{host} rejects the API key; check OPENAI_API_KEY")
        if isinstance(error, openai.NotFoundError):
            return ModelUnavailable(
                f"{host} doesn't know the model {self.name}, or the address is wrong: {said}; see --model"
            )
        if isinstance(error, openai.RateLimitError):
            return ModelError(f"{host}: rate limit reached: {said}; try again later")
        if isinstance(error, openai.APIStatusError):
            return ModelError(f"{host} answered with status {error.status_code}: {said}")
        if isinstance(error, openai.APIError):
            return ModelError(f"{host} reported: {said}")
        if isinstance(error, ValueError | TypeError | AttributeError | KeyError):
            return ModelError(f"{host} did not answer with a chat completion; is it the right address?")
        return ModelError(f"the answer from {host} broke off ({type(error).__name__}); try again")

    def _scrubbed(self, error: Exception) -> str:
        """Return what the server said, in one line, without the key and without control characters."""
        body = getattr(error, "body", None)
        said = body.get("message") if isinstance(body, dict) else None
        text = str(said or getattr(error, "message", "") or error)
        if self.api_key:
            text = text.replace(self.api_key, "***")
        # Servers quote keys in part, too: "Incorrect API key provided: sk-abc***xyz".
        text = re.sub(r"\b(sk|key|Bearer)[-_ ][\w*.-]{6,}", "***", text)
        text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.split())[:200] or "no reason given"


class _Stream:
    """What has come of one streamed request."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._pieces: dict[int, list[str]] = {}
        self._finishes: dict[int, str] = {}
        self._usage = Usage()

    def read(self, chunk: Any, request: Request) -> None:
        """Take in a chunk; servers leave out whatever they like, so nothing is relied on."""
        self._model = getattr(chunk, "model", None) or self._model
        if usage := getattr(chunk, "usage", None):
            details = getattr(usage, "prompt_tokens_details", None)
            cached = getattr(details, "cached_tokens", None) or 0
            self._usage = Usage(usage.prompt_tokens or 0, usage.completion_tokens or 0, cached)
        if isinstance(reading := getattr(chunk, "prompt_progress", None), dict):  # llama.cpp's own field
            request.on_reading(int(reading.get("processed", 0)), int(reading.get("total", 0)))
        for choice in getattr(chunk, "choices", None) or ():
            index = getattr(choice, "index", 0) or 0
            if text := (choice.delta and choice.delta.content) or "":
                self._pieces.setdefault(index, []).append(text)
                if index == next(iter(self._pieces)):
                    request.on_text(text)
            if choice.finish_reason:
                self._finishes[index] = choice.finish_reason

    def replies(self) -> tuple[Reply, ...]:
        """Return the replies that came to their end; the usage is counted with the first."""
        return tuple(
            Reply(
                "".join(self._pieces.get(index, ())), self._model, Usage() if place else self._usage, finish
            )
            for place, (index, finish) in enumerate(sorted(self._finishes.items()))
        )

"""Asks a model through any server that speaks OpenAI's chat completions.

The openai package retries twice by itself and honours Retry-After, so there is no loop here. What a server
doesn't take, such as `temperature` on reasoning models, is learnt from its first error and then left out.
"""

from __future__ import annotations

import hashlib
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

_OPTIONAL = (
    "temperature",
    "top_p",
    "seed",
    "stream_options",
    "max_completion_tokens",
    "max_tokens",
    "reasoning_effort",
    "verbosity",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_breakpoint",
)
"""Parameters that some server doesn't take; each is left out, or exchanged, once an error names it."""

_CACHING = {"mode": "explicit"}
"""Has OpenAI cache a prompt up to our breakpoint, and not the rest, which no other prompt has."""


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
    is_openai: bool = False
    """True where the server takes OpenAI's own fields, such as those for its cache."""
    engine: str = ""
    """The program that runs the model, where it is known."""
    notice: str = ""
    """A line for the user on the server, found out while it was asked."""
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
            return self._send(request)
        except ModelError:
            raise
        except Exception as error:  # every kind of failure becomes one line, whichever library raised it
            raise self._explained(error) from None

    def shutdown_dates(self) -> dict[str, str]:
        """Ask for the days on which models end, as in `2026-12-11`, by the names of the models."""
        listed = self._connected().with_options(timeout=5.0, max_retries=0).models.list()
        days = {entry.id: getattr(entry, "shutdown_date", None) for entry in listed}
        return {name: str(day)[:10] for name, day in days.items() if day}

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

    def _send(self, request: Request) -> tuple[Reply, ...]:
        """Send a request, and again without each parameter that the server turns out not to take."""
        import openai

        for _ in range(len(_OPTIONAL) + 2):
            if "n" in self._unsupported:
                request = replace(request, count=1)
            sent = set(_OPTIONAL) - self._unsupported
            try:
                replies = self._stream(request)
            except openai.APIStatusError as error:
                if error.status_code not in (400, 422, 501):
                    raise
                several = request.count > 1
                if not (several and _names("n", str(error))) and self._learn(str(error), sent):
                    continue
                if not several:
                    raise
                self._unsupported.add("n")
                continue
            if len(replies) < request.count:
                self._unsupported.add("n")
            return replies
        raise ModelError(f"{self.host} rejects every form of the request")

    def _stream(self, request: Request) -> tuple[Reply, ...]:
        """Send a request once and read what comes."""
        stream = _Stream(self.name)
        create: Any = self._connected().chat.completions.create
        messages = self._messages(request)
        with create(model=self.name, messages=messages, stream=True, **self._parameters(request)) as chunks:
            request_id = chunks.response.headers.get("x-request-id", "")
            try:
                for chunk in chunks:
                    if request.stopped():
                        raise ModelError("stopped")
                    stream.read(chunk, request)
            except ModelError:
                raise
            except Exception as error:
                raise self._explained(error, request_id) from None
        replies = stream.replies()
        if not replies:
            raise ModelError(_with_id(f"the answer from {self.host} was cut off; try again", request_id))
        if len(replies) == 1:
            (reply,) = replies
            if reply.finish == "length" and not reply.text.strip():
                raise ModelError("the model used all its tokens before it wrote a word; raise --max-tokens")
            if reply.finish == "content_filter":
                raise ModelError(_with_id(f"{self.host} withheld the answer (content filter)", request_id))
        if self.engine == "Ollama":
            self._note_cut(request, replies[0].usage.prompt_tokens)
        return replies

    def _messages(self, request: Request) -> list[dict[str, Any]]:
        """Return the messages as they are sent, with a cache breakpoint where what prompts share ends.

        An assistant's turn can't carry one, so it stands in the turn after the shared ones, behind its first
        word, which is the same in all of them: "Post:".
        """
        messages: list[dict[str, Any]] = [{"role": m.role, "content": m.content} for m in request.messages]
        place = request.shared
        if (
            self.is_openai
            and 0 < place < len(messages)
            and "prompt_cache_breakpoint" not in self._unsupported
        ):
            first, rest = re.fullmatch(r"(\s*\S*)(.*)", messages[place]["content"], re.S).groups()  # type: ignore[union-attr]
            parts = [{"type": "text", "text": text} for text in (first, rest) if text]
            messages[place]["content"] = [{**parts[0], "prompt_cache_breakpoint": _CACHING}, *parts[1:]]
        return messages

    def _parameters(self, request: Request) -> dict[str, Any]:
        """Return the optional parameters, without those that this server is known not to take."""
        limits = ["max_tokens", "max_completion_tokens"]
        if self.is_openai:
            limits.reverse()  # newer models take only the second, older servers only the first
        limit = next((name for name in limits if name not in self._unsupported), None)
        values: dict[str, Any] = {"seed": request.seed, "stream_options": {"include_usage": True}}
        if limit:
            values[limit] = request.max_tokens
        extra = dict(self.sampling)
        if self.is_openai and request.shared:
            shared = repr(request.messages[: request.shared]).encode()
            extra["prompt_cache_key"] = hashlib.sha256(shared).hexdigest()[:32]
            extra["prompt_cache_options"] = _CACHING
        if request.count > 1:
            values["n"] = request.count
        values, extra = (
            {name: value for name, value in fields.items() if name not in self._unsupported}
            for fields in (values, extra)
        )
        return {**values, "extra_body": extra}

    def _note_cut(self, request: Request, read: int) -> None:
        """Note where Ollama has read less than it was sent, which it does without a word.

        Models count tokens differently: only what is less than two thirds of our own count was cut, and
        Chinese has more tokens by our count than most models find in it.
        """
        from assistant.adapters.tokens import counter

        count = counter(self.name)
        sent = sum(min(count(m.content), int(len(m.content) * 0.4)) for m in request.messages)
        if read and read * 1.5 < sent:
            enough = 1 << (sent + request.max_tokens).bit_length()
            self.notice = (
                f"Ollama read only {read} of about {sent} tokens of the prompt; "
                f"start it with OLLAMA_CONTEXT_LENGTH={enough}"
            )

    def _learn(self, message: str, sent: set[str]) -> bool:
        """Note a parameter among those sent that an error names as not supported; return whether it does."""
        for name in _OPTIONAL:
            # "'max_tokens' is not supported; use 'max_completion_tokens' instead" names two.
            advised = re.search(rf"use\s+['\"`]?{name}\b", message, re.I)
            if name in sent and _names(name, message) and not advised:
                self._unsupported.add(name)
                return True
        return False

    def _explained(self, error: Exception, request_id: str = "") -> ModelError:
        """Return a failure as one line that says what to do; the key never stands in it."""
        import openai

        host, said, kind = self.host, self._scrubbed(error), ModelError
        if isinstance(error, openai.APITimeoutError) or "Timeout" in type(error).__name__:
            line = f"{host} gave no answer within {self.timeout:g} s; try again, or raise --timeout"
        elif isinstance(error, openai.APIConnectionError):
            line = f"the answer from {host} was cut off; try again"
            if type(error.__cause__).__name__ not in ("RemoteProtocolError", "ReadError", "WriteError"):
                kind, line = ModelUnavailable, f"{host} can't be reached; check the server and its address"
        elif isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            kind, line = ModelUnavailable, f"{host} rejects the API key; check OPENAI_API_KEY"
        elif isinstance(error, openai.NotFoundError):
            kind = ModelUnavailable
            line = f"{host} doesn't know the model {self.name}, or the address is wrong: {said}; see --model"
        elif isinstance(error, openai.RateLimitError):
            line = f"{host}: rate limit reached: {said}; try again later"
        elif isinstance(error, openai.APIStatusError):
            line = f"{host} answered with status {error.status_code}: {said}"
        elif isinstance(error, openai.APIError):
            line = f"{host} reported: {said}"
        elif isinstance(error, ValueError | TypeError | AttributeError | KeyError):
            line = f"{host} did not answer with a chat completion; is it the right address?"
        else:
            line = f"the answer from {host} broke off ({type(error).__name__}); try again"
        return kind(_with_id(line, getattr(error, "request_id", None) or request_id))

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


def _names(parameter: str, message: str) -> bool:
    return bool(re.search(rf"(?<!\w){parameter}(?!\w)", message))


def _with_id(line: str, request_id: str) -> str:
    """Add what the server calls the request, as its support asks for that."""
    request_id = re.sub(r"[^\w.-]", "", request_id)[:80]
    return f"{line} (request {request_id})" if request_id else line


class _Stream:
    """What has come of one streamed request."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._pieces: dict[int, list[str]] = {}
        self._finishes: dict[int, str] = {}
        self._usage = Usage()
        self._begun = False

    def read(self, chunk: Any, request: Request) -> None:
        """Take in a chunk; servers leave out whatever they like, so nothing is relied on."""
        self._model = getattr(chunk, "model", None) or self._model
        if usage := getattr(chunk, "usage", None):
            prompt, reply = usage.prompt_tokens_details, usage.completion_tokens_details
            self._usage = Usage(
                usage.prompt_tokens or 0,
                usage.completion_tokens or 0,
                getattr(prompt, "cached_tokens", None) or 0,
                getattr(prompt, "cache_write_tokens", None) or 0,
                getattr(reply, "reasoning_tokens", None) or 0,
            )
        if isinstance(reading := getattr(chunk, "prompt_progress", None), dict):  # llama.cpp's own field
            request.on_reading(int(reading.get("processed", 0)), int(reading.get("total", 0)))
        elif not self._begun and getattr(chunk, "choices", None):
            self._begun = True
            request.on_text("")
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

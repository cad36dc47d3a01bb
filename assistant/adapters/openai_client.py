"""Asks a model through any server that speaks OpenAI's chat completions.

The openai package brings retries (two, honouring Retry-After), so there is no loop of ours. What a server
or a model does not take, such as `temperature` on reasoning models, is learnt from its first refusal.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.core.types import Message, Reply, Usage
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"

_OPTIONAL = ("temperature", "top_p", "seed", "stream_options", "max_completion_tokens", "max_tokens")
"""Parameters that some server refuses; each is left out, or exchanged, once a refusal names it."""


@dataclass
class ChatClient:
    """One server and one model; safe to use from several threads."""

    base_url: str
    api_key: str
    model: str
    timeout: float = 120.0
    """Seconds without a byte after which a request is given up."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields of the request that only this kind of server knows, such as llama.cpp's `min_p`."""
    sampling: dict[str, Any] = field(default_factory=lambda: {"temperature": 0.7})
    _refused: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _client: openai.OpenAI | None = None

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None] = lambda text: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Reply:
        """Effect: sends one request and returns the whole answer, handing pieces to `on_text` as they come.

        Raises `ModelUnavailable` when no request to this server can succeed, else `ModelError`.
        """
        try:
            return self._answers(messages, max_tokens, seed, on_text, stopped)[0]
        except ModelError:
            raise
        except Exception as error:  # every kind of failure becomes one line, whatever library raised it
            raise self._explained(error) from None

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
        """Effect: sends one request for `count` answers and returns those that come, at least one.

        A server that does not take `n`, or gives fewer for it, is asked for one at a time from then on. The
        pieces of the first answer go to `on_text`. Raises as `complete` does.
        """
        import openai

        if count > 1 and "n" not in self._refused:
            found: list[Reply] = []
            try:
                found = self._answers(messages, max_tokens, seed, on_text, stopped, count=count)
            except openai.APIStatusError as error:
                if error.status_code not in (400, 422, 501):
                    raise self._explained(error) from None
                # whatever it minds, the request below has the form that every server takes
            except ModelError:
                raise
            except Exception as error:
                raise self._explained(error) from None
            if len(found) < count:
                self._refused.add("n")
            if found:
                return found
        return [self.complete(messages, max_tokens=max_tokens, seed=seed, on_text=on_text, stopped=stopped)]

    @property
    def host(self) -> str:
        """The server's name for messages."""
        parts = urlsplit(self.base_url)
        return parts.netloc.rpartition("@")[2] or self.base_url

    def close(self) -> None:
        """Effect: closes the connections."""
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

    def _answers(self, *asked: Any, count: int = 1) -> list[Reply]:
        """Effect: sends a request, and again without each parameter that the server is found to refuse."""
        import openai

        before = set(self._refused)
        for _ in range(len(_OPTIONAL) + 1):
            try:
                return self._stream(*asked, count=count)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                minds_n = count > 1 and re.search(r"(?<!\w)n(?!\w)", str(error))
                if minds_n or not self._learn(str(error)):
                    if count > 1:  # it may be `n` that it minds, whatever else it named
                        self._refused.intersection_update(before)
                    raise
        raise ModelError(f"{self.host} refuses every form of the request")

    def _stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None],
        stopped: Callable[[], bool],
        *,
        count: int,
    ) -> list[Reply]:
        """Effect: sends one request for `count` answers; the usage is counted with the first."""
        pieces: dict[int, list[str]] = {}
        finishes: dict[int, str] = {}
        usage, model = Usage(), self.model
        request: Any = self._connected().chat.completions.create
        with request(
            model=self.model,
            messages=[{"role": m.role, "content": m.content} for m in messages],
            stream=True,
            **self._parameters(max_tokens, seed),
            **({"n": count} if count > 1 else {}),
        ) as stream:
            for chunk in stream:
                if stopped():
                    raise ModelError("stopped")
                model = getattr(chunk, "model", None) or model
                if counted := getattr(chunk, "usage", None):
                    details = getattr(counted, "prompt_tokens_details", None)
                    usage = Usage(
                        counted.prompt_tokens or 0,
                        counted.completion_tokens or 0,
                        getattr(details, "cached_tokens", None) or 0,
                    )
                for choice in getattr(chunk, "choices", None) or ():
                    text = (choice.delta and choice.delta.content) or ""
                    index = getattr(choice, "index", 0) or 0
                    if text:
                        pieces.setdefault(index, []).append(text)
                        if index == next(iter(pieces)):
                            on_text(text)
                    if choice.finish_reason:
                        finishes[index] = choice.finish_reason
        if not finishes:
            raise ModelError(f"the answer from {self.host} broke off; try again")
        replies = [
            self._reply("".join(pieces.get(index, ())), model, finishes[index], alone=len(finishes) == 1)
            for index in sorted(finishes)
        ]
        return [replace(replies[0], usage=usage), *replies[1:]]

    def _reply(self, text: str, model: str, finish: str, *, alone: bool) -> Reply:
        """Return one answer; alone, it must hold text. Raises `ModelError`."""
        if not alone:
            return Reply(text, model, Usage(), finish)
        if finish == "length" and not text.strip():
            raise ModelError("the model used all its tokens before it wrote a word; raise --max-tokens")
        if finish == "content_filter":
            raise ModelError(f"{self.host} withheld the answer (content filter)")
        return Reply(text, model, Usage(), finish)

    def _parameters(self, max_tokens: int, seed: int) -> dict[str, Any]:
        """Return the optional parameters, without those that this server is known to refuse."""
        newer = self.base_url.rstrip("/") == OPENAI_URL
        names = ("max_completion_tokens", "max_tokens") if newer else ("max_tokens", "max_completion_tokens")
        wanted: dict[str, Any] = {**self.sampling, "seed": seed, "stream_options": {"include_usage": True}}
        limit = next((name for name in names if name not in self._refused), None)
        if limit:
            wanted[limit] = max_tokens
        parameters = {name: value for name, value in wanted.items() if name not in self._refused}
        return {**parameters, "extra_body": self.extra} if self.extra else parameters

    def _learn(self, refusal: str) -> bool:
        """Remember the parameter that a refusal names; tell whether that was news."""
        with self._lock:
            for name in _OPTIONAL:
                said = re.search(rf"(?<!\w){name}(?!\w)", refusal)
                if said and name not in self._refused and not self._is_advice(name, refusal):
                    self._refused.add(name)
                    return True
        return False

    def _is_advice(self, name: str, refusal: str) -> bool:
        """Tell whether a refusal names a parameter only as the one to use ("use 'x' instead")."""
        return re.search(rf"use\s+['\"`]?{name}\b", refusal, re.I) is not None

    def _explained(self, error: Exception) -> ModelError:
        """Put a failure into one line that says what to do; the key never stands in it."""
        import openai

        host, said = self.host, self._scrubbed(error)
        if isinstance(error, openai.APITimeoutError) or "Timeout" in type(error).__name__:
            return ModelError(
                f"{host} gave no answer within {self.timeout:g} s; try again, or --timeout more"
            )
        if isinstance(error, openai.APIConnectionError):
            if self._has_answered(error):
                return ModelError(f"the answer from {host} broke off; try again")
            return ModelUnavailable(f"{host} can't be reached; is the server running, and the address right?")
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelUnavailable(f"{host} refuses the key; set the right one in OPENAI_API_KEY")
        if isinstance(error, openai.NotFoundError):
            return ModelUnavailable(
                f"{host} does not know the model {self.model}, or the address is wrong: {said}; see --model"
            )
        if isinstance(error, openai.RateLimitError):
            return ModelError(f"{host} takes no more requests for now: {said}; try again later")
        if isinstance(error, openai.APIStatusError):
            return ModelError(f"{host} answered with status {error.status_code}: {said}")
        if isinstance(error, openai.APIError):
            return ModelError(f"{host} reported: {said}")
        if isinstance(error, ValueError | TypeError | AttributeError | KeyError):
            return ModelError(
                f"{host} answered with something that is no chat completion; is it the right address?"
            )
        return ModelError(f"the answer from {host} broke off ({type(error).__name__}); try again")

    def _has_answered(self, error: Exception) -> bool:
        cause = type(error.__cause__).__name__
        return cause in ("RemoteProtocolError", "ReadError", "WriteError")

    def _scrubbed(self, error: Exception) -> str:
        """Return what the server said, in one line, without the key and without control characters."""
        body = getattr(error, "body", None)
        said = body.get("message") if isinstance(body, dict) else None
        text = str(said or getattr(error, "message", "") or error)
        if self.api_key:
            text = text.replace(self.api_key, "***")
        text = re.sub(r"\b(sk|key|Bearer)[-_ ][\w*.-]{6,}", "***", text)
        text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.split())[:200] or "no reason given"


def list_models(base_url: str, *, api_key: str, timeout: float) -> list[str]:
    """Effect: asks a server which models it has; empty when it does not answer or is something else."""
    import http.client
    import json

    parts = urlsplit(base_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        # http.client follows no redirect: a probe stays on this machine, and a key with its server.
        connection = kind(parts.netloc.rpartition("@")[2], timeout=timeout)
        connection.request("GET", parts.path.rstrip("/") + "/models", headers=headers)
        response = connection.getresponse()
        listed = json.loads(response.read(1_000_000))["data"] if response.status == 200 else []
        connection.close()
        return [str(entry["id"]) for entry in listed if "embed" not in str(entry["id"]).lower()]
    except Exception:  # whatever listens there, it is no server for us
        return []


def found_on_this_machine(*, within: float = 0.15) -> tuple[str, str] | None:
    """Effect: looks for a model server on this machine and returns its address and first model.

    Asks Ollama's, LM Studio's and llama-server's usual ports at once, and waits `within` seconds in all.
    """
    addresses = tuple(f"http://127.0.0.1:{port}/v1" for port in (11434, 1234, 8080))
    answers: dict[str, list[str]] = {}
    threads = [
        threading.Thread(
            target=lambda url=address: answers.update({url: list_models(url, api_key="", timeout=within)}),
            daemon=True,
        )
        for address in addresses
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + within
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return next(((url, answers[url][0]) for url in addresses if answers.get(url)), None)

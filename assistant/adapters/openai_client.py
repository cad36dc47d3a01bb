"""Asks a model through any server that speaks OpenAI's chat completions.

The openai package retries twice by itself and honours Retry-After, so there is no loop here. What a server
doesn't take, such as `temperature` on reasoning models, is learned from its first error and then left out.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from assistant.adapters.files import write_atomically
from assistant.adapters.openai_errors import as_model_error, has_words, proxy_of, refused_parameters, with_id
from assistant.adapters.openai_replies import Replies, ServerError, payloads
from assistant.adapters.server_info import is_loopback
from assistant.core.types import Capabilities, Reply, Request
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    import openai

T = TypeVar("T")
OPENAI_URL = "https://api.openai.com/v1"

_CACHING = {"mode": "explicit"}
"""Has OpenAI cache a prompt up to our breakpoint, and not the rest, which no other prompt has."""
_FIELDS = {"choices", "error", "message", "detail", "object", "usage", "prompt_progress"}
"""What some part of an answer has at least one of."""
_NO_STREAMING = (0, 401, 403, 405, 415, 500)
"""Statuses of a server that streams nothing here or for an account, or whose template fails."""
_MAX_REFUSALS = 12
"""So many things a server may refuse, one after another, before it is given up."""


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
    """Seconds without any part of an answer after which a request is given up."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers of the user's own; their values never appear in a message."""
    streams: bool = True
    """False to ask for answers in one piece."""
    is_openai: bool = False
    """True where the server takes OpenAI's own fields, such as those for its cache."""
    engine: str = ""
    """The program that runs the model, where it is known."""
    refusals: Path | None = None
    """A file that keeps what servers refuse, so that each is asked only once; None to forget it."""
    notice: str = ""
    """A line for the user on the server, found out while it was asked."""
    _unsupported: set[str] = field(default_factory=set)
    """Parameters that the server was found not to take; `stream` and `system` (a system turn) as well."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _client: openai.OpenAI | None = None

    def __post_init__(self) -> None:
        """Recall what the server refused before."""
        self._unsupported |= set(self._all_refusals().get(self._refusals_key, ()))

    @property
    def host(self) -> str:
        """The server's name for messages."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2] or self.base_url

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Send one request and return its replies; see `assistant.core.model.Model`.

        A server that doesn't take `n`, or gives fewer replies for it, is then asked for one at a time.
        """
        return self.call(lambda client: self._send(client, request))

    def body(self, request: Request) -> dict[str, Any]:
        """Return a request as it is written in a file for a Batch API: answered once, in one piece."""
        parameters = self._parameters(replace(request, count=1))
        fields = {**parameters, **parameters.pop("extra_body")}
        left_out = ("extra_body", "stream", "stream_options", "service_tier")
        fields = {name: value for name, value in fields.items() if name not in left_out}
        return {"model": self.name, "messages": self._messages(request), **fields}

    def call(self, work: Callable[[openai.OpenAI], T]) -> T:
        """Return what `work` makes of the openai package's client. Raises `ModelError` where it fails."""
        try:
            return work(self._connected())
        except ModelError:
            raise
        except Exception as error:  # every kind of failure becomes one line, whichever library raised it
            raise self._explained(error) from None

    def with_fields(self, **fields: Any) -> ChatClient:
        """Return a client that sends these fields as well, over the connections that this one closes."""
        self._connected()  # else the copy would open connections that nobody closes
        return replace(self, sampling={**self.sampling, **fields})

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
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> openai.OpenAI:
        import ssl

        import openai

        class Connections(openai.DefaultHttpxClient):
            """Gives up after one timeout, and where nothing will change: openai would try three times."""

            def send(self, request: Any, **options: Any) -> Any:
                try:
                    response = super().send(request, **options)
                    if response.status_code in (429, 500) and _is_final(response.read()):
                        response.headers["x-should-retry"] = "false"
                    return response
                except Exception as error:
                    if "Timeout" in type(error).__name__:
                        raise openai.APITimeoutError(request) from error
                    raise

        timeout = openai.Timeout(self.timeout, connect=min(10.0, self.timeout))
        try:
            is_here = is_loopback(self.base_url)
            is_plain = is_here and self.base_url.startswith("http:")
            # To load the certificates takes 30 ms; without them, no redirect from here to https is trusted.
            verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else True
            connections = Connections(timeout=timeout, trust_env=not is_here, verify=verify)
        except (ImportError, ValueError) as error:
            is_socks = isinstance(error, ImportError)
            needs = "SOCKS needs a package: pipx inject writing-assistant socksio" if is_socks else error
            raise ModelUnavailable(
                f"the proxy in ALL_PROXY or HTTPS_PROXY can't be used: {needs}; or unset it"
            ) from None
        return openai.OpenAI(
            base_url=self.base_url,
            api_key=self.api_key or "none",
            timeout=timeout,
            default_headers=self.headers,
            http_client=connections,
        )

    def _send(self, client: openai.OpenAI, request: Request) -> tuple[Reply, ...]:
        """Send a request, and again without each parameter that the server turns out not to take."""
        import openai

        learned: set[str] = set()
        for _ in range(_MAX_REFUSALS):
            if "n" in self._unsupported:
                request = replace(request, count=1)
            known, parameters = frozenset(self._unsupported), self._parameters(request)
            try:
                replies = self._ask(client, request, parameters)
            except (openai.APIStatusError, ServerError) as error:
                if not (names := self._refused(error, request, parameters) - known):
                    self._unsupported -= learned  # leaving it out was no help
                    raise
                self._unsupported |= names
                learned |= names
                continue
            if len(replies) < request.count:
                self._unsupported.add("n")
            if learned:
                self._keep_refusals()
            return replies
        raise ModelError(f"{self.host} rejects every form of the request")

    def _refused(
        self, error: openai.APIStatusError | ServerError, request: Request, parameters: Mapping[str, Any]
    ) -> set[str]:
        """Return the names of what the server doesn't take of a request; none where that isn't the fault."""
        sent = {**parameters, **parameters["extra_body"]}
        names = sorted(sent.keys() - {"extra_body", "stream"}, key=lambda name: name != "n")
        if self.is_openai and request.shared:
            names.append("prompt_cache_breakpoint")
        refused = set[str]()
        status = getattr(error, "status_code", 0)
        if status in (400, 422, 501):
            refused = refused_parameters(error, names) or {"n"} & sent.keys()
        elif status in _NO_STREAMING:
            refused = refused_parameters(error, ())
        is_there = {"stream": parameters["stream"], "system": request.messages[0].role == "system"}
        return {name for name in refused if is_there.get(name, True)}

    def _ask(
        self, client: openai.OpenAI, request: Request, parameters: Mapping[str, Any]
    ) -> tuple[Reply, ...]:
        """Send a request once and read what comes, also from a server that answers in one piece unasked."""
        replies = Replies(self.name)
        create: Any = client.chat.completions
        create = create.create if parameters["stream"] else create.with_raw_response.create
        answer = create(model=self.name, messages=self._messages(request), **parameters)
        response = answer.response if parameters["stream"] else answer.http_response
        request_id, is_strange = response.headers.get("x-request-id", ""), False
        told: Any = None
        """What came last of what has words of an error."""
        try:
            for payload in payloads(self._heard(response.iter_bytes(), request)):
                is_strange = not isinstance(payload, dict) or _is_strange(payload)
                if not is_strange:
                    replies.read(payload, request)
                told = payload if has_words(payload) else told
            if is_strange and not replies.has_begun and told is None:
                raise ValueError("no part of an answer")
        except ModelError:
            raise
        except Exception as error:
            if isinstance(error, ServerError) and not replies.has_begun:
                error.request_id = request_id
                raise
            is_cut = isinstance(error, json.JSONDecodeError) and (replies.has_begun or _is_begun(error))
            raise self._explained(EOFError() if is_cut else error, request_id) from None
        finally:
            response.close()
        return self._whole(request, replies, request_id, told=told)

    def _heard(self, received: Iterable[bytes], request: Request) -> Iterator[bytes]:
        """Yield what is received until nobody wants it, or only comments came for too long: `: ping`."""
        last = time.monotonic()
        for piece in received:
            if request.stopped():
                raise ModelError("stopped")
            is_part = any(line.strip() and not line.startswith(b":") for line in piece.split(b"\n"))
            if not is_part and time.monotonic() - last > self.timeout:
                raise TimeoutError
            yield piece
            last = time.monotonic() if is_part else last

    def _whole(self, request: Request, read: Replies, request_id: str, *, told: Any) -> tuple[Reply, ...]:
        """Return the replies that have come. Raises `ModelError` for an answer that isn't whole.

        What the server `told` may say why: `{"choices": null, "base_resp": {"status_msg": "no balance"}}`.
        """
        replies = read.replies()
        if not replies and told is not None:
            raise self._explained(ServerError(told), request_id)
        if not replies:
            happened = "was cut off" if read.has_begun else "holds no text"
            raise ModelError(with_id(f"the answer from {self.host} {happened}; try again", request_id))
        if len(replies) == 1 and replies[0].finish == "content_filter":
            raise ModelError(with_id(f"{self.host} withheld the answer (content filter)", request_id))
        if self.engine == "Ollama":
            self._note_cut(request, replies[0].usage.prompt_tokens)
        return replies

    def _messages(self, request: Request) -> list[dict[str, Any]]:
        """Return the messages as they are sent, with a cache breakpoint where what prompts share ends.

        An assistant's turn can't carry one, so it is in the turn after the shared ones, behind its first
        word, which is the same in all of them: "Post:". A model without a system turn gets it with the first.
        """
        messages: list[dict[str, Any]] = [{"role": m.role, "content": m.content} for m in request.messages]
        place = request.shared
        if "system" in self._unsupported and messages[0]["role"] == "system":
            rules = messages.pop(0)["content"]
            messages[0]["content"] = f"{rules}\n\n{messages[0]['content']}"
            place -= 1
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
        stream = self.streams and "stream" not in self._unsupported
        values: dict[str, Any] = {"seed": request.seed}
        if stream:
            values["stream_options"] = {"include_usage": True}
        if limit:
            values[limit] = request.max_tokens
        extra = dict(self.sampling)
        if self.is_openai and request.shared:
            shared = repr(request.messages[: request.shared]).encode()
            extra["prompt_cache_key"] = hashlib.sha256(shared).hexdigest()[:32]
            extra["prompt_cache_options"] = _CACHING
        if request.count > 1:
            values["n"] = request.count
        if request.schema is not None:
            form = {"name": "answer", "strict": True, "schema": request.schema}
            values["response_format"] = {"type": "json_schema", "json_schema": form}
            extra |= {"temperature": 0} if "temperature" in extra else {}
        values, extra = (
            {name: value for name, value in fields.items() if name not in self._unsupported}
            for fields in (values, extra)
        )
        return {**values, "stream": stream, "extra_body": extra}

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

    def _explained(self, error: Exception, request_id: str = "") -> ModelError:
        """Return a failure as one line that says what to do; the key is never in it."""
        return as_model_error(
            error,
            host=self.host,
            proxy=proxy_of(self.base_url),
            model=self.name,
            timeout=self.timeout,
            secrets=(self.api_key, *self.headers.values()),
            request_id=request_id,
        )

    @property
    def _refusals_key(self) -> str:
        return f"{self.base_url} {self.name}"

    def _all_refusals(self) -> dict[str, list[str]]:
        with suppress(OSError, ValueError):
            kept = json.loads(self.refusals.read_text("utf-8")) if self.refusals else {}
            return kept if isinstance(kept, dict) else {}
        return {}

    def _keep_refusals(self) -> None:
        """Keep what the server refuses for later runs, where that can be written."""
        if self.refusals is None:
            return
        kept = {**self._all_refusals(), self._refusals_key: sorted(self._unsupported)}
        with suppress(OSError):
            write_atomically(self.refusals, json.dumps(kept))


def _is_strange(payload: Mapping[str, Any]) -> bool:
    """Tell whether a payload is none of chat completions', such as the own form of Ollama or Anthropic."""
    is_other = "role" in payload or isinstance(payload.get("message"), dict)
    return not payload.keys() & _FIELDS or (is_other and not payload.get("choices"))


def _is_begun(error: json.JSONDecodeError) -> bool:
    """Tell whether what can't be read is JSON up to its end: `{"choices": [{"de`."""
    return error.msg.startswith("Unterminated") or error.pos >= len(error.doc.rstrip())


def _is_final(said: bytes) -> bool:
    """Tell whether an error stays however often one asks: an empty account, a refused turn."""
    refused = refused_parameters(ServerError(said.decode("utf-8", "replace")), ())
    return b"insufficient_quota" in said or "system" in refused

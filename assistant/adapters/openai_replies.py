"""Puts together the replies to one request from what a server sends, in one piece or in many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.core.text.sentences import ends_sentence
from assistant.core.types import Reply, Request, Usage
from assistant.errors import ModelError

_FINISHES = {
    "length": re.compile(r"(?i)length|max_?(?:output_)?tokens"),
    "error": re.compile(r"(?i)error|fail|abort|cancel"),
    "content_filter": re.compile(r"(?i)filter|safety|recitation|prohibit|blocklist|spii|refusal"),
}
"""Words of servers for why an answer ended, Google's and Anthropic's among them; others mean its end."""
_TEXTS = ("text", "output_text")
"""Kinds of parts that are the text."""


class Replies:
    """What one request has brought so far; servers leave out whatever they like, so nothing is relied on."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._pieces: dict[int, list[str]] = {}
        self._finishes: dict[int, str] = {}
        self._refusal, self._thinking, self._calls = "", False, False
        self._usage, self._counted = Usage(), False
        self.has_begun = False
        """True once a part of a text came, or its frame."""

    def read(self, chunk: Mapping[str, Any], request: Request) -> None:
        """Take in a chunk of a stream, or a whole completion, as JSON has it."""
        choices = chunk.get("choices") or _outputs(chunk)
        self._model = str(chunk.get("model") or self._model)
        if isinstance(usage := chunk.get("usage"), dict) and usage:
            self._usage, self._counted = _usage(usage), not choices
        if chunk.get("error") or ((chunk.get("message") or chunk.get("detail")) and not choices):
            raise ServerError(chunk)  # vLLM, Anthropic and FastAPI have the error itself for a chunk
        if isinstance(reading := chunk.get("prompt_progress"), dict):  # llama.cpp's own field
            request.on_reading(int(reading.get("processed", 0)), int(reading.get("total", 0)))
        elif not self.has_begun and choices:
            self.has_begun = True
            request.on_text("")
        for choice in filter(None, choices or ()):
            self._read_choice(choice, request)

    def _read_choice(self, choice: Mapping[str, Any], request: Request) -> None:
        if error := choice.get("error"):
            raise ServerError(error)
        index = choice.get("index") or 0
        part = choice.get("delta") or choice.get("message") or {}
        parts = _parts(part.get("content") or choice.get("text"))  # the older API has it beside
        refusals = [part.get("refusal"), *(one.get("refusal") for one in parts)]
        self._refusal += "".join(one for one in refusals if isinstance(one, str))
        self._thinking |= any(part.get(name) for name in ("reasoning_content", "reasoning"))
        self._calls |= bool(part.get("tool_calls") or part.get("function_call"))
        if text := "".join(
            str(one.get("text") or "") for one in parts if (one.get("type") or "text") in _TEXTS
        ):
            self._pieces.setdefault(index, []).append(text)
            if index == next(iter(self._pieces)):
                request.on_text(text)
        if reason := choice.get("finish_reason"):
            known = (name for name, words in _FINISHES.items() if words.search(str(reason)))
            self._finishes[index] = next(known, "stop")

    def replies(self) -> tuple[Reply, ...]:
        """Return the replies that came to their end; the usage is counted with the first.

        Raises `ModelError` for one that did not, and where there is nothing but a refusal or thinking.
        """
        texts = {index: "".join(pieces) for index, pieces in self._pieces.items()}
        # Some servers never say that an answer has ended; a count of tokens alone comes only then.
        ended = {i: "stop" for i, text in texts.items() if self._counted or ends_sentence(text)}
        finishes = {**ended, **self._finishes}
        if not any(text.strip() for text in texts.values()):
            self._explain_silence(finishes.get(0, ""))
        whole = sorted((i, finish) for i, finish in finishes.items() if finish != "error")
        if not whole and "error" in finishes.values():
            raise ModelError("the answer broke off: the server reports an error; try again")
        return tuple(
            Reply(texts.get(index, ""), self._model, Usage() if place else self._usage, finish)
            for place, (index, finish) in enumerate(whole)
        )

    def _explain_silence(self, finish: str) -> None:
        """Raise what is known of why there is no text."""
        if self._refusal:
            raise ModelError(f"the model declined to write it: {' '.join(self._refusal.split())[:200]}")
        if self._calls:
            raise ModelError("the model called a tool and wrote no text; choose another one with --model")
        if finish == "length":
            raise ModelError("the model used all its tokens before it wrote a word; raise --max-tokens")
        if self._thinking and finish == "stop":
            raise ModelError(
                "the model only thought, and wrote no text; have it think less (reasoning_effort)"
            )


def _outputs(response: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the messages of an answer in the form of OpenAI's responses, which some addresses give."""
    outputs, cut = response.get("output"), response.get("incomplete_details") or {}
    messages = [one for one in outputs if one.get("type") == "message"] if isinstance(outputs, list) else []
    return [{"message": one, "finish_reason": cut.get("reason") or "stop"} for one in messages]


class ServerError(Exception):
    """An error that a server put into an answer that it had begun."""

    def __init__(self, body: Any) -> None:
        super().__init__(str(body))
        self.body = body
        self.request_id = ""


def payloads(received: Iterable[bytes]) -> Iterator[Any]:
    """Yield what the events of a stream hold, or the one JSON that came where a stream was asked for.

    Servers and proxies name types that aren't so: the bytes tell which it is. Raises `ServerError` for an
    event by that name, and `ValueError` for what is no JSON.
    """
    plain: list[str] = []
    data: list[str] = []
    kind = ""
    for line in _lines(received):
        line = line.removeprefix("\ufeff")
        name, _, value = line.partition(":")
        if not line:
            yield from _payload(data, kind)
            data, kind = [], ""
        elif name == "data":
            data.append(value.removeprefix(" "))
        elif name == "event":
            kind = value.strip()
        elif name == "error":  # llama.cpp's
            yield from _payload([value], name)
        elif name not in ("", "id", "retry"):  # a line that begins with a colon is a comment
            plain.append(line)
    yield from _payload(data, kind)
    if plain:
        yield json.loads("\n".join(plain))


def _payload(data: list[str], kind: str) -> Iterator[Any]:
    text = "\n".join(data).strip()
    if not text or text[:6].upper() == "[DONE]":
        return
    try:
        payload = json.loads(text)
    except ValueError:
        if kind != "error" and len(data) < 2:
            raise
        if kind != "error":  # events with no blank lines between them
            for line in data:
                yield from _payload([line], kind)
            return
        payload = text
    if kind == "error":
        raise ServerError(payload)
    yield payload


def _lines(received: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of what is received; only line feeds and carriage returns end one, as in JSON."""
    rest = b""
    for piece in received:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield from line.removesuffix(b"\r").decode("utf-8", "replace").split("\r")
    yield from rest.decode("utf-8", "replace").split("\r")


def _parts(content: Any) -> list[Mapping[str, Any]]:
    """Return the parts of a message's content, each with its kind, such as Mistral's thinking."""
    parts = content if isinstance(content, list) else [content]
    return [{"text": one} if isinstance(one, str) else one for one in parts if isinstance(one, str | dict)]


def _usage(usage: Any) -> Usage:
    def count(name: str, details: str = "") -> int:
        fields = usage.get(details) if details else usage
        number = fields.get(name) if isinstance(fields, dict) else 0
        return (
            max(int(number), 0) if isinstance(number, int | float) else 0
        )  # `"12"`, null or -1 costs no text

    prompt, reply = "prompt_tokens_details", "completion_tokens_details"
    return Usage(
        count("prompt_tokens"),
        count("completion_tokens"),
        count("cached_tokens", prompt),
        count("cache_write_tokens", prompt),
        count("reasoning_tokens", reply),
    )

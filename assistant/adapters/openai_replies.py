"""Puts together the replies to one request from what a server sends, in one piece or in many."""

from __future__ import annotations

import re
from typing import Any

from assistant.core.text.sentences import ends_sentence
from assistant.core.types import Reply, Request, Usage
from assistant.errors import ModelError

_FINISHES = {
    "length": re.compile(r"(?i)length|max_?tokens"),
    "error": re.compile(r"(?i)error|fail|abort|cancel"),
    "content_filter": re.compile(r"(?i)filter|safety|recitation|prohibit|blocklist|spii|refusal"),
}
"""Words of servers for why an answer ended, Google's and Anthropic's among them; others mean its end."""


class Replies:
    """What has come of one request; servers leave out whatever they like, so nothing is relied on."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._pieces: dict[int, list[str]] = {}
        self._finishes: dict[int, str] = {}
        self._refusal, self._thinking = "", False
        self._usage, self._counted = Usage(), False
        self.has_begun = False
        """True once a part of a text came, or its frame."""

    def read(self, chunk: Any, request: Request) -> None:
        """Take in a chunk of a stream, or a whole completion."""
        self._model = getattr(chunk, "model", None) or self._model
        if usage := getattr(chunk, "usage", None):
            self._usage, self._counted = _usage(usage), not getattr(chunk, "choices", None)
        if error := getattr(chunk, "error", None):
            raise ServerError(error)
        is_error = getattr(chunk, "message", None) or getattr(chunk, "detail", None)
        if is_error and not getattr(chunk, "choices", None):
            raise ServerError(chunk)  # vLLM, Anthropic and FastAPI have the error itself for a chunk
        if isinstance(reading := getattr(chunk, "prompt_progress", None), dict):  # llama.cpp's own field
            request.on_reading(int(reading.get("processed", 0)), int(reading.get("total", 0)))
        elif not self.has_begun and getattr(chunk, "choices", None):
            self.has_begun = True
            request.on_text("")
        for choice in getattr(chunk, "choices", None) or ():
            self._read_choice(choice, request)

    def _read_choice(self, choice: Any, request: Request) -> None:
        if error := getattr(choice, "error", None):
            raise ServerError(error)
        index = getattr(choice, "index", 0) or 0
        part = getattr(choice, "delta", None) or getattr(choice, "message", None)
        content = getattr(part, "content", None)
        refusals = [part["refusal"] for part in _parts(content) if isinstance(part.get("refusal"), str)]
        self._refusal += "".join((getattr(part, "refusal", None) or "", *refusals))
        self._thinking |= any(getattr(part, name, None) for name in ("reasoning_content", "reasoning"))
        if text := _text(content):
            self._pieces.setdefault(index, []).append(text)
            if index == next(iter(self._pieces)):
                request.on_text(text)
        if reason := getattr(choice, "finish_reason", None):
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
        if finish == "length":
            raise ModelError("the model used all its tokens before it wrote a word; raise --max-tokens")
        if self._thinking and finish == "stop":
            raise ModelError(
                "the model only thought, and wrote no text; have it think less (reasoning_effort)"
            )


_TEXTS = ("text", "output_text")
"""Kinds of parts that are the text."""


class ServerError(Exception):
    """An error that a server put into an answer that it had begun."""

    def __init__(self, body: Any) -> None:
        super().__init__(str(body))
        self.body = body if isinstance(body, dict | str) else getattr(body, "to_dict", dict)()


def _text(content: Any) -> str:
    """Return the text of a message, which may come in parts of several kinds, such as Mistral's thinking."""
    parts = _parts(content)
    return "".join(str(part.get("text") or "") for part in parts if part.get("type", "text") in _TEXTS)


def _parts(content: Any) -> list[dict[str, Any]]:
    """Return the parts of a message's content, each with its kind."""
    parts = [content] if isinstance(content, str) else content if isinstance(content, list) else []
    return [
        {"text": part} if isinstance(part, str) else part if isinstance(part, dict) else vars(part)
        for part in parts
    ]


def _usage(usage: Any) -> Usage:
    def count(fields: Any, name: str) -> int:
        return getattr(fields, name, None) or 0

    prompt = getattr(usage, "prompt_tokens_details", None)
    reply = getattr(usage, "completion_tokens_details", None)
    return Usage(
        count(usage, "prompt_tokens"),
        count(usage, "completion_tokens"),
        count(prompt, "cached_tokens"),
        count(prompt, "cache_write_tokens"),
        count(reply, "reasoning_tokens"),
    )

"""The Batch API of a server: requests in a file, answered within a day for half the price."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from assistant.adapters.openai_client import ChatClient
from assistant.adapters.openai_errors import message_in
from assistant.adapters.openai_replies import Replies
from assistant.core.types import Reply, Request
from assistant.errors import BatchGone, ModelError

if TYPE_CHECKING:
    import openai
    from openai.types import Batch

T = TypeVar("T")
_ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
_ENDED = ("completed", "failed", "expired", "cancelled")
_MAX_BYTES, _MAX_LINES = 200_000_000, 50_000
"""OpenAI's limits for one file."""
_RETENTION: Any = {"anchor": "created_at", "seconds": 30 * 24 * 3600}
"""OpenAI deletes the files after 30 days, its longest term; otherwise it would keep them forever."""
_MAX_LISTED = 100
"""Batches looked through for one that was made just before this program was ended."""
_UNANSWERED = {
    "batch_expired": "the batch ran out of time before its turn",
    "batch_cancelled": "the batch was cancelled before its turn",
}
"""What OpenAI's codes for a request without an answer mean."""


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is, as the server tells it."""

    id: str
    status: str
    """The server's word, such as `in_progress`."""
    done: int = 0
    failed: int = 0
    total: int = 0
    files: tuple[str, ...] = ()
    """The server's names of the files with results: answers, and errors."""
    error: str = ""
    """What is wrong with the whole batch."""

    @property
    def ended(self) -> bool:
        """True when no more results will come."""
        return self.status in _ENDED


def to_lines(chat: ChatClient, requests: Iterable[tuple[str, Request]]) -> bytes:
    """Return requests as a file for a Batch API, each under a name of ours.

    Raises `ModelError` for more than one file may hold.
    """
    lines = [
        json.dumps(
            {"custom_id": name, "method": "POST", "url": _ENDPOINT, "body": chat.body(request)},
            ensure_ascii=False,
        )
        for name, request in requests
    ]
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    if len(lines) > _MAX_LINES or len(data) > _MAX_BYTES:
        raise ModelError("too much for one batch; send fewer drafts at a time")
    return data


def results(data: bytes, *, model: str) -> Iterator[tuple[str, Reply | str]]:
    """Yield the name of each line of a result file with its reply, or with why there is none.

    Lines that are no result are passed over. The reply bears `model` where the server names none.
    """
    for line in data.splitlines():
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):  # as in a million opening brackets
            continue
        if isinstance(fields, dict) and isinstance(fields.get("custom_id"), str):
            yield fields["custom_id"], _result(fields, model)


def _result(fields: dict[str, Any], model: str) -> Reply | str:
    response = fields.get("response")
    response = response if isinstance(response, dict) else {}
    body = response.get("body", response)
    body = body if isinstance(body, dict) else {}
    if error := fields.get("error") or body.get("error"):
        code = error.get("code") if isinstance(error, dict) else None
        return _UNANSWERED.get(str(code)) or message_in(error)
    if not body.get("choices"):
        return message_in(body or "no answer")
    try:
        replies = Replies(model)
        replies.read(body, Request((), 0, 0))
        return replies.replies()[0]
    except ModelError as error:
        return str(error)
    except Exception:  # whatever a server or a file holds
        return "the answer can't be read"


class BatchClient:
    """Sends batches to the server of a chat client. Every method raises `ModelError` where it fails."""

    def __init__(self, chat: ChatClient) -> None:
        """Take a client; it stays open."""
        self._chat = chat
        self.refused = False
        """True when the server has certainly made no batch, the last time that it was asked to."""

    def upload(self, data: bytes) -> str:
        """Send a file of requests, and return the server's name for it."""
        file, kept = ("requests.jsonl", data), {"expires_after": _RETENTION} if self._chat.is_openai else {}
        return self._call(lambda client: client.files.create(file=file, purpose="batch", **kept).id)

    def create(self, input: str) -> BatchState:
        """Have an uploaded file answered. This is tried once: a second try could make a second batch."""
        kept = {"output_expires_after": _RETENTION} if self._chat.is_openai else {}

        def create(client: openai.OpenAI) -> BatchState:
            batches, names = client.with_options(max_retries=0).batches, {"input_file_id": input, **kept}
            return _state(batches.create(endpoint=_ENDPOINT, completion_window="24h", **names))

        return self._call(create)

    def _call(self, work: Callable[[openai.OpenAI], T], *, batch: str = "") -> T:
        """Do `work`; say so where a server has no such `batch`, or no Batch API at all."""
        host = self._chat.host

        def call(client: openai.OpenAI) -> T:
            import openai

            try:
                return work(client)
            except openai.APIStatusError as error:
                # 408 and 409 may come while the server is still at it, and so may any fault of its own.
                self.refused = error.status_code < 500 and error.status_code not in (408, 409)
                if batch and error.status_code == 404:
                    raise BatchGone(
                        f"{host} has no batch {batch}; `batch cancel` frees its pieces, and "
                        "`batch send` sends them again"
                    ) from None
                if batch or error.status_code not in (404, 405, 501):
                    raise
                raise ModelError(
                    f"{host} has no Batch API; batch send --file writes the requests for vllm run-batch"
                ) from None

        return self._chat.call(call)

    def find(self, input: str) -> BatchState | None:
        """Return the batch that was made of an uploaded file; None where there is none among the latest."""
        latest = self._chat.call(lambda client: client.batches.list(limit=_MAX_LISTED).data)
        return next((_state(one) for one in latest if one.input_file_id == input), None)

    def state(self, id: str) -> BatchState:
        """Ask how far a batch is."""
        return self._call(lambda client: _state(client.batches.retrieve(id)), batch=id)

    def cancel(self, id: str) -> BatchState:
        """Have the server stop answering a batch."""
        return self._call(lambda client: _state(client.batches.cancel(id)), batch=id)

    def read(self, file: str) -> bytes:
        """Return a file of results."""
        return self._chat.call(lambda client: client.files.content(file).read())


def _state(batch: Batch) -> BatchState:
    counts, errors = batch.request_counts, batch.errors
    faults = [message_in(one.message or one.code or "") for one in (errors.data or [])] if errors else []
    return BatchState(
        batch.id,
        batch.status,
        counts.completed if counts else 0,
        counts.failed if counts else 0,
        counts.total if counts else 0,
        tuple(filter(None, (batch.output_file_id, batch.error_file_id))),
        "; ".join(dict.fromkeys(faults))[:300],
    )

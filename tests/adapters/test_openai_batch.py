"""Files for a Batch API: what is sent, and what is read of results from anywhere."""

from __future__ import annotations

import json
from typing import Any

import fakes
import pytest
from batch_api import BatchApi

from assistant.adapters.openai_batch import BatchClient, results, to_lines
from assistant.adapters.openai_client import ChatClient
from assistant.core.types import Message, Reply, Request


@pytest.mark.parametrize("is_openai", [True, False])
def test_openai_is_told_to_delete_the_files(server: fakes.FakeServer, is_openai: bool) -> None:
    """They hold the author's words; other servers may not know the field."""
    api, bodies = BatchApi(server), list[bytes]()
    server.api = lambda method, path, body: bodies.append(body) or api.handle(method, path, body)  # type: ignore[func-returns-value]
    chat = ChatClient(server.url, "key", "m", is_openai=is_openai)
    client = BatchClient(chat)
    assert client.create(client.upload(b"{}\n")).status == "in_progress"
    chat.close()
    assert [b"expires_after" in body for body in bodies] == [is_openai, is_openai]


def test_a_line_is_a_request_without_what_only_a_live_one_has() -> None:
    chat = ChatClient("http://127.0.0.1:1/v1", "", "m", sampling={"temperature": 0.7, "service_tier": "flex"})
    request = Request((Message("user", "Wörds\n"),), max_tokens=7, seed=3, count=2)
    (line,) = to_lines(chat, [("a-1", request)]).decode().splitlines()
    body = {"model": "m", "messages": [{"role": "user", "content": "Wörds\n"}], "seed": 3, "max_tokens": 7}
    assert json.loads(line) == {
        "custom_id": "a-1", "method": "POST", "url": "/v1/chat/completions",
        "body": body | {"temperature": 0.7},
    }  # fmt: skip


DONE = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "A text."}, "finish_reason": "stop"}]
}


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"response": {"status_code": 200, "body": DONE}}, "A text."),
        ({"response": DONE}, "A text."),
        ({"error": {"code": "batch_expired", "message": "too\nlate\x1b[2J"}}, None),
        ({"response": {"status_code": 400, "body": {"error": {"message": "no such model"}}}}, None),
        ({"response": {"status_code": 200, "body": {"choices": "x"}}}, None),
        ({"response": 7, "error": None}, None),
        ({}, None),
    ],
)
def test_results_of_any_form_are_a_reply_or_one_line(fields: dict[str, Any], expected: str | None) -> None:
    """Whatever a file holds, there is no traceback and no control character."""
    line = json.dumps({"custom_id": "a-1", **fields})
    ((name, result),) = results(f"{line}\nnot json\n[]\n{{}}\n".encode(), model="m")
    assert name == "a-1"
    if expected:
        assert isinstance(result, Reply) and result.text == expected
    else:
        assert isinstance(result, str) and result and result.isprintable()

"""The client speaks to every kind of server, and tells each failure in one line."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import fakes
import pytest

from assistant.adapters.openai_client import ChatClient
from assistant.adapters.openai_errors import refused_parameters
from assistant.core.types import Message, Reply, Request, Usage
from assistant.errors import ModelError, ModelUnavailable

KEY = "sk-secret-1234567890"
WRITE = Request((Message("user", "Write."),), max_tokens=50, seed=7)
THREE = replace(WRITE, count=3)
SHARED = (
    Message("system", "Rules."),
    Message("user", "Post: A\nSection: one"),
    Message("assistant", "Text."),
)
GAP = replace(WRITE, messages=(*SHARED, Message("user", "Post: A\nSection: two")), shared=3)
OPENAI: dict[str, Any] = {"is_openai": True, "sampling": {"reasoning_effort": "low", "verbosity": "low"}}


@pytest.fixture(autouse=True)
def retry_soon() -> None:
    """Wait for no server longer than a test needs."""
    fakes.retry_soon()


def ask(url: str, *, timeout: float = 30.0, **options: Any) -> Reply:
    client = ChatClient(url, KEY, "fake-model", timeout=timeout, **options)
    try:
        return client.answer(WRITE)[0]
    finally:
        client.close()


def test_an_answer_comes_in_pieces_and_whole(server: fakes.FakeServer) -> None:
    """Pieces are handed on as they come, and together they are the answer; usage is the server's count."""
    heard: list[str] = []
    client = ChatClient(server.url, KEY, "fake-model")
    (reply,) = client.answer(replace(WRITE, on_text=heard.append))
    client.close()
    assert "".join(heard) == reply.text == fakes.PROSE
    assert len(heard) > 5
    assert reply.usage.completion_tokens > 0
    assert server.requests[0]["seed"] == 7
    assert server.requests[0]["max_tokens"] == 50


def test_openai_gets_the_fields_of_its_cache(server: fakes.FakeServer) -> None:
    """The breakpoint ends what prompts share; requests of a draft have one key, and no text is changed."""
    client = ChatClient(server.url, KEY, "fake-model", **OPENAI)
    for heading in ("two", "three"):
        client.answer(replace(GAP, messages=(*SHARED, Message("user", f"Post: A\nSection: {heading}"))))
    client.close()
    first, second = server.requests
    mark = {"mode": "explicit"}
    assert first["messages"][3]["content"] == [
        {"type": "text", "text": "Post:", "prompt_cache_breakpoint": mark},
        {"type": "text", "text": " A\nSection: two"},
    ]
    assert fakes.contents(first) == [m.content for m in GAP.messages]
    assert first["prompt_cache_options"] == mark
    assert first["prompt_cache_key"] == second["prompt_cache_key"]
    assert (first["reasoning_effort"], first["max_completion_tokens"]) == ("low", 50)


def test_a_client_with_more_fields_shares_the_connections(server: fakes.FakeServer) -> None:
    """Each copy sends its own fields and the common ones, and opens no connection that nobody closes."""
    client = ChatClient(server.url, KEY, "fake-model", streams=False)
    for slot in (1, 2):
        client.with_fields(id_slot=slot).answer(WRITE)
    client.close()
    assert [(r["id_slot"], r["temperature"]) for r in server.requests] == [(1, 0.7), (2, 0.7)]
    assert server.connections == 1


def test_no_other_server_gets_them(server: fakes.FakeServer) -> None:
    """A compatible server may stumble over fields that it doesn't know."""
    client = ChatClient(server.url, KEY, "fake-model")
    client.answer(GAP)
    client.close()
    (request,) = server.requests
    assert set(request) == {
        "model",
        "messages",
        "stream",
        "stream_options",
        "seed",
        "max_tokens",
        "temperature",
    }
    assert request["messages"][3]["content"] == GAP.messages[3].content


@pytest.mark.parametrize(
    "refused",
    ["reasoning_effort", "verbosity", "prompt_cache_key", "prompt_cache_options", "prompt_cache_breakpoint"],
)
def test_requests_under_way_together_learn_of_a_refusal_once(server: fakes.FakeServer, refused: str) -> None:
    """Each of them is answered, and a later one doesn't carry the field."""
    server.failure, server.wait = f"400:{refused}", 0.05
    client = ChatClient(server.url, KEY, "fake-model", **OPENAI)
    with ThreadPoolExecutor(4) as pool:
        assert [replies[0].text for replies in pool.map(client.answer, [GAP] * 4)] == [fakes.PROSE] * 4
    client.answer(GAP)
    client.close()
    assert len(server.requests) <= 9 and refused not in json.dumps(server.requests[-1])


def test_cache_writes_and_thinking_are_counted(server: fakes.FakeServer) -> None:
    """They are parts of the tokens sent and received."""
    server.usage = {
        "prompt_tokens": 2000,
        "completion_tokens": 300,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 1500, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 120, "audio_tokens": 0},
    }
    assert ask(server.url).usage == Usage(2000, 300, 0, 1500, 120)


@pytest.mark.parametrize("count", ["12", None, -3, 1.5, [12]])
def test_a_strange_count_of_tokens_costs_no_text(server: fakes.FakeServer, count: object) -> None:
    """The text is paid for; a count that is no number of tokens is none."""
    server.usage = {"prompt_tokens": 9, "completion_tokens": count, "prompt_tokens_details": count}
    assert ask(server.url).text == fakes.PROSE
    assert ask(server.url).usage == Usage(9, 1 if count == 1.5 else 0)


@pytest.mark.parametrize(("read", "is_cut"), [(900, True), (2000, False)])
def test_a_prompt_that_ollama_cut_is_told(server: fakes.FakeServer, read: int, is_cut: bool) -> None:
    """Ollama says nothing of it but in its count of tokens; the line names what to set."""
    server.usage = {"prompt_tokens": read}
    client = ChatClient(server.url, KEY, "fake-model", engine="Ollama")
    client.answer(replace(WRITE, messages=(Message("user", "All of these words are to be read. " * 250),)))
    client.close()
    assert ("OLLAMA_CONTEXT_LENGTH=4096" in client.notice) == is_cut


@pytest.mark.parametrize("refused", ["max_tokens", "temperature", "seed", "stream_options"])
def test_what_a_server_refuses_is_left_out_from_then_on(server: fakes.FakeServer, refused: str) -> None:
    """One refusal is enough: the second request does not carry the parameter any more."""
    server.failure = f"400:{refused}"
    client = ChatClient(server.url, KEY, "fake-model")
    for _ in range(2):
        assert client.answer(WRITE)[0].text == fakes.PROSE
    client.close()
    assert len(server.requests) == 3
    assert refused not in server.requests[2]
    if refused == "max_tokens":
        assert server.requests[2]["max_completion_tokens"] == 50


def test_the_parameter_that_a_refusal_recommends_is_not_left_out() -> None:
    """A refusal with "use this one instead" takes away the old parameter, never the one recommended."""
    said = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    assert refused_parameters(ValueError(said), ["max_completion_tokens", "max_tokens"]) == {"max_tokens"}


@pytest.mark.parametrize(
    ("failure", "kind", "says"),
    [
        ("401", ModelUnavailable, "rejects the API key"),
        ("403", ModelUnavailable, "refuses access"),
        ("404", ModelUnavailable, "doesn't know the model fake-model"),
        ("429", ModelError, "rate limit reached"),
        ("500", ModelError, "status 500"),
        ("cut", ModelError, "was cut off"),
        ("html", ModelError, ""),
        ("not-json", ModelError, "did not answer with a chat completion"),
        ("silence", ModelError, "no answer within 1 s"),
    ],
)
def test_a_failure_is_one_line_without_the_key(
    server: fakes.FakeServer, failure: str, kind: type[ModelError], says: str
) -> None:
    """The line says what happened and names the server; key and escape codes are never in it."""
    server.failure = failure
    with pytest.raises(ModelError) as caught:
        ask(server.url, timeout=1.0 if failure == "silence" else 30.0)
    message = str(caught.value)
    assert type(caught.value) is kind
    assert says in message
    assert ("(request req_1a2b)" in message) == (failure == "cut" or failure.isdigit())
    assert "secret" not in message and "\x1b" not in message and "\n" not in message
    assert "127.0.0.1" in message


def test_nobody_listening_is_said() -> None:
    """An address where nothing answers is told from one that answers badly."""
    with pytest.raises(ModelUnavailable, match="can't be reached"):
        ask("http://127.0.0.1:9/v1")


def test_a_stop_ends_the_request(server: fakes.FakeServer) -> None:
    """A request that nobody wants any more ends at its next piece."""
    server.delay = 0.05
    heard: list[str] = []
    client = ChatClient(server.url, KEY, "fake-model")
    with pytest.raises(ModelError, match="stopped"):
        client.answer(replace(WRITE, on_text=heard.append, stopped=lambda: len(heard) >= 2))
    client.close()
    assert len(heard) == 2


@pytest.mark.parametrize("several", [True, False])
def test_several_answers_come_of_one_request_where_the_server_gives_them(
    server: fakes.FakeServer, several: bool
) -> None:
    """A server that gives one for `n` is asked for one from then on; only the first is heard as it comes."""
    server.several = several
    client = ChatClient(server.url, KEY, "fake-model")
    heard: list[str] = []
    for _ in range(2):
        replies = client.answer(replace(THREE, on_text=heard.append))
    client.close()
    assert "".join(heard) == 2 * replies[0].text
    assert [r.text[:2] for r in replies] == (["A ", "1:", "2:"] if several else ["A "])
    assert [request.get("n", 1) for request in server.requests] == ([3, 3] if several else [3, 1])


def test_a_server_that_refuses_n_is_asked_without(server: fakes.FakeServer) -> None:
    """The refusal costs one request, and nothing else is left out because of it."""
    server.failure = "400:n"
    client = ChatClient(server.url, KEY, "fake-model")
    for _ in range(2):
        assert len(client.answer(THREE)) == 1
    client.close()
    assert [request.get("n", 1) for request in server.requests] == [3, 1, 1]
    assert all("seed" in request and "max_tokens" in request for request in server.requests)


@pytest.mark.parametrize(
    "body",
    [
        '{"detail": [{"loc": ["body", "seed"], "msg": "no"}, {"loc": ["body", "temperature"], "msg": "no"}]}',
        '{"message": {"detail": [{"loc": ["body", "seed"]}, {"loc": ["body", "temperature"]}]}}',
        '{"error": {"message": "Unknown fields: `seed` and `temperature`."}}',
    ],
)
def test_all_that_a_refusal_names_is_left_out_at_once(server: fakes.FakeServer, body: str) -> None:
    server.raw = (422, "application/json", body)
    server.fail_when = lambda request: "seed" in request or "temperature" in request
    client = ChatClient(server.url, KEY, "fake-model")
    client.answer(WRITE)
    client.close()
    assert len(server.requests) == 2 and "stream_options" in server.requests[1]


def test_turns_that_a_template_refuses_in_every_form_are_sent_twice(server: fakes.FakeServer) -> None:
    """As they are, and with the rules in the first turn; then the server's reason is shown."""
    said = "Conversation roles must alternate user/assistant"
    server.raw, server.fail_when = (500, "application/json", refusal(said)), lambda request: True
    client = ChatClient(server.url, KEY, "fake-model")
    with pytest.raises(ModelUnavailable, match=said):
        client.answer(GAP)
    client.close()
    assert [request["messages"][0]["role"] for request in server.requests] == ["system", "user"]


def test_a_refused_parameter_is_not_mistaken_for_n(server: fakes.FakeServer) -> None:
    """Where the server minds something else, several answers still come of one request."""
    server.failure, server.several = "400:max_tokens", True
    client = ChatClient(server.url, KEY, "fake-model")
    assert len(client.answer(THREE)) == 3
    client.close()
    assert [request.get("n", 1) for request in server.requests] == [3, 3]


def test_a_server_that_is_busy_is_asked_for_several_again(server: fakes.FakeServer) -> None:
    """What says nothing of the request's form is told as it is, and `n` is kept."""
    server.failure, server.several = "429", True
    client = ChatClient(server.url, KEY, "fake-model")
    with pytest.raises(ModelError, match="rate limit"):
        client.answer(THREE)
    server.failure = ""
    assert len(client.answer(THREE)) == 3
    client.close()


def test_what_a_refusal_of_n_names_besides_is_kept(server: fakes.FakeServer) -> None:
    """A server that minds `n` beside `seed` gets the seed in the requests for one text."""
    server.failure, server.fail_when = "400:seed", lambda request: "n" in request
    client = ChatClient(server.url, KEY, "fake-model")
    server.refusal = "'n' above 1 can't go with 'seed'"
    assert len(client.answer(THREE)) == 1
    client.close()
    assert [("n" in request, "seed" in request) for request in server.requests] == [
        (True, True),
        (False, True),
    ]


def events(*chunks: Any) -> tuple[int, str, str]:
    """Return a stream of chunks, each with a single choice unless it is given whole."""
    chunked = [
        chunk if "choices" in chunk or "error" in chunk else {"choices": [{"index": 0, **chunk}]}
        for chunk in chunks
    ]
    return 200, "text/event-stream", "".join(f"data: {json.dumps(one)}\n\n" for one in chunked)


def whole(status: int, body: Any) -> tuple[int, str, str]:
    return status, "application/json; charset=utf-8", json.dumps(body)


def said(content: Any, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"delta": {"content": content, **delta}, "finish_reason": finish}


PARTS = [{"type": "reference", "reference_ids": [1]}, {"type": "text", "text": "We left in May."}]
COMPLETION = {"choices": [{"message": {"content": "We left in May."}, "finish_reason": "stop"}]}
OUTPUT = {"type": "output_text", "text": "in May."}
OUTPUTS = [
    {"type": "reasoning", "summary": []},
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "We left in May."}]},
]
COUNTED = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}}


@pytest.mark.parametrize(
    ("answer", "text", "finish"),
    [
        (events(said([{"type": "thinking", "thinking": []}]), said(PARTS), said("", "stop")), 0, "stop"),
        (events(said("We left in May.")), 0, "stop"),
        (events(said("We left in "), {"choices": None}, said("May."), COUNTED), 0, "stop"),
        (events(said("- no stop"), COUNTED), "- no stop", "stop"),
        (events(said("", reasoning_content="Hm."), said("We left in May.", "end_turn")), 0, "stop"),
        (events(said("We left in May.", "MAX_TOKENS")), 0, "length"),
        (
            whole(200, {"choices": [{"message": {"content": "We left in May."}, "finish_reason": "stop"}]}),
            0,
            "stop",
        ),
        (whole(200, {"choices": [{"message": {"content": PARTS}}]}), 0, "stop"),
        (whole(200, {"choices": [{"message": {"content": ["We left ", OUTPUT]}}]}), 0, "stop"),
        (
            whole(
                200,
                {"choices": [{"message": {"content": [None, {"type": None, "text": "We left in May."}]}}]},
            ),
            0,
            "stop",
        ),
        ((200, "text/plain", json.dumps(COMPLETION)), 0, "stop"),
        ((200, "text/html; charset=utf-8", json.dumps(COMPLETION)), 0, "stop"),
        (
            (
                200,
                "text/event-stream",
                events(said("We left "), said("in May.", "stop"))[2].replace("\n\n", "\n"),
            ),
            0,
            "stop",
        ),
        ((200, "text/event-stream", json.dumps(COMPLETION, indent=1)), 0, "stop"),
        (
            (200, "application/octet-stream", f"data:{json.dumps(COMPLETION)}\r\n\r\ndata: [done]\r\n"),
            0,
            "stop",
        ),
        (events(COMPLETION), 0, "stop"),
        (whole(200, {"choices": [{"text": "We left in May.", "finish_reason": "stop"}]}), 0, "stop"),
        (whole(200, {"object": "response", "output": OUTPUTS, "status": "completed"}), 0, "stop"),
        (
            whole(
                200,
                {
                    "object": "response",
                    "output": OUTPUTS,
                    "incomplete_details": {"reason": "max_output_tokens"},
                },
            ),
            0,
            "length",
        ),
        ((200, "text/event-stream", "\ufeff" + events(said("We left in May.", "stop"))[2]), 0, "stop"),
        (
            (200, "text/event-stream", ": wait\n\nid: 7\n" + events({}, said("We\u2028left.", "stop"))[2]),
            "We\u2028left.",
            "stop",
        ),
    ],
)
def test_an_answer_is_read_in_whatever_form_it_comes(
    server: fakes.FakeServer, answer: tuple[int, str, str], text: str | int, finish: str
) -> None:
    """Parts of text count and others don't; an end that nobody told is an end where the words say so."""
    server.raw = answer
    reply = ask(server.url)
    assert (reply.text, reply.finish) == (text or "We left in May.", finish)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (events(said("We left in May. Then", "error")), "broke off"),
        (events(said("We left in May. Then the")), "cut off"),
        (
            events(said("We left"), {"error": {"code": 529, "message": "upstream is full"}}),
            "upstream is full",
        ),
        (events(said("We left"), {"error": "worker died"}), "worker died"),
        (events({"choices": [{"delta": {}, "error": {"message": "no GPU"}}]}), "no GPU"),
        (events({"object": "error", "message": "no such adapter", "choices": []}), "no such adapter"),
        (
            events(said(None, refusal="I "), said(None, "stop", refusal="won't.")),
            "declined to write it: I won't.",
        ),
        (
            events(said([{"type": "refusal", "refusal": "I won't."}], "stop")),
            "declined to write it: I won't.",
        ),
        (events(said("We left"), {"choices": [], "detail": "worker gone"}), "worker gone"),
        ((200, "text/event-stream", 'data: {"detail": "no such queue"}\n\n'), "no such queue"),
        ((200, "text/event-stream", "event: error\ndata: the backend left\n\n"), "the backend left"),
        ((200, "text/event-stream", 'error: {"code": 500, "message": "no shift"}\n\n'), "reported: no shift"),
        (events(said(None, "tool_calls", tool_calls=[{"index": 0}])), "called a tool"),
        ((200, "text/event-stream", 'event: error\ndata: {"message": "no room"}\n\n'), "reported: no room"),
        ((200, "text/plain", "Try again in an hour."), "is it the right address"),
        (
            whole(413, {"error": {"message": "Limit 9, requested 12", "code": "rate_limit_exceeded"}}),
            "larger than your rate limit allows: Limit 9",
        ),
        (whole(413, {"error": {"message": "Too large"}}), "larger context"),
        (whole(400, {"error": {"message": '{"detail": [{"msg": "no shard"}]}'}}), "status 400: no shard"),
        (events(said("", "length", reasoning_content="Hm.")), "used all its tokens"),
        (events(said("", "stop", reasoning="Hm.")), "only thought"),
        (events(said("We", "SAFETY")), "withheld"),
        (whole(200, {"error": {"message": "over capacity"}}), "over capacity"),
        ((200, "application/x-ndjson", '{"response": "We"}\n{"response": " left"}'), "chat completion"),
        (
            whole(400, [{"error": {"code": 400, "message": "API key not valid."}}]),
            "rejects the API key: API key",
        ),
        (
            whole(400, {"error": {"message": "Upstream", "metadata": {"raw": "bad weights"}}}),
            "Upstream: bad weights",
        ),
        (whole(400, {"error": {"message": "maximum context length is 4096 tokens"}}), "larger context"),
        (whole(422, {"detail": [{"loc": ["body", "model"], "msg": "is odd"}]}), "body.model: is odd"),
        (whole(401, {"error": {"message": "No such key: sk-a1***z9."}}), "key: No such key: ***; check"),
        (
            whole(400, {"errors": [{"message": "One is odd."}, {"message": "So is two.;"}]}),
            "One is odd; So is two",
        ),
        (
            whole(400, {"errors": {"model": ["is not in the list"], "tier": ["is odd"]}}),
            "model: is not in the list; tier: is odd",
        ),
        (whole(400, {"message": ["n is odd", "so is k"], "error": "Bad Request"}), "400: n is odd; so is k"),
        (whole(402, {"error": {"message": "Add credits"}}), "wants to be paid: Add credits"),
        ((200, "text/html; charset=utf-8", "<title>Log in</title>"), "is it the right address"),
        (whole(200, {"status": "ok"}), "is it the right address"),
        (whole(200, {"object": "chat.completion", "choices": []}), "holds no text"),
        ((*events()[:2], events(said("We left"))[2] + 'data: {"choi\n\n'), "was cut off; try again"),
        ((*events()[:2], events(said("We left in May."))[2] + "dat"), "was cut off; try again"),
        ((200, "text/event-stream", 'data: {"choices": [{"del'), "was cut off; try again"),
        ((200, "application/json", '{"choices": [{"message": {"content": "We le'), "was cut off; try again"),
        (
            (
                200,
                "text/event-stream",
                'data: {"promptFeedback": {"blockReason": "SAFETY"}}\n\n' + events(COUNTED)[2],
            ),
            "declined to write it: SAFETY",
        ),
        (whole(200, {"choices": [], "prompt_feedback": {"block_reason": "OTHER"}}), "reported: OTHER"),
        (
            whole(403, {"error": {"code": 403, "message": "Your input was flagged"}}),
            "declined to write it: Your input was flagged",
        ),
        ((403, "text/html", "<html><title>Blocked</title><p>x</p></html>"), "refuses access: Blocked"),
        (
            (
                400,
                "text/html",
                "\n<html><head><style>p {}</style></head><p>Bad <b>turn</b> &amp; sign</p></html>",
            ),
            "status 400: Bad turn & sign",
        ),
        ((400, "text/html", "<p>Odd <script>if (1) {}"), "status 400: Odd"),
        (
            (403, "application/xml", "<?xml version='1.0'?><Error><Message>No entry</Message></Error>"),
            "refuses access: No entry",
        ),
        (events({"error": {"message": "proxy.APITimeoutError: ReadTimeout"}}), "reported: proxy.APITime"),
        (events({"error": {"message": "x.APIConnectionError: down", "code": "500"}}), "reported: x.APIConn"),
        (events({"error": {"message": "Unknown ValueError"}}), "reported: Unknown ValueError"),
        (events({"error": {"message": "slow down", "code": 429}}), "rate limit reached: slow down"),
        (events({"error": True, "message": "no more room", "choices": []}), "reported: no more room"),
        (whole(200, {"choices": None, "base": {"status_msg": "no voice"}}), "reported: no voice"),
        (
            events(said("We left in"), {"choices": None, "base": {"code": 9, "status_msg": "not this"}}),
            "reported: not this",
        ),
        (
            whole(200, {"message": {"role": "assistant", "content": "We left."}, "done_reason": "stop"}),
            "chat comp",
        ),
        (
            whole(
                200,
                {
                    "role": "assistant",
                    "content": [{"text": "Hi."}],
                    "stop_reason": "end_turn",
                    "usage": {"a": 1},
                },
            ),
            "is it the right address?",
        ),
        ((200, "text/html", "<html>\n<a href='x'>data: and more</a>\n</html>"), "is it the right address?"),
        (whole(200, {"error_code": 17, "error_msg": "daily limit"}), "reported: daily limit"),
        (whole(200, {"base_resp": {"status_msg": "Insufficient balance"}}), "paid: Insufficient balance"),
    ],
)
def test_what_went_wrong_is_told_in_the_servers_words(
    server: fakes.FakeServer, answer: tuple[int, str, str], says: str
) -> None:
    """Wherever a server puts them; nothing of half an answer is kept, and it is asked only once."""
    server.raw = answer
    with pytest.raises(ModelError) as caught:
        ask(server.url)
    assert says in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("part", ["<", "<p ", "<!--", "<script>", "<title>", "<title "])
def test_a_page_of_marks_that_are_never_closed_is_read_at_once(part: str) -> None:
    """A page of 100,000 bytes comes from a proxy, not from an author."""
    begun = time.process_time()
    assert not refused_parameters(ModelError(part * (100_000 // len(part))), ())
    assert time.process_time() - begun < 0.5


def refusal(message: str, **fields: Any) -> str:
    return json.dumps({"error": {"message": message, **fields}})


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        ("403 " + refusal("Your organization must be verified to stream this model."), "stream"),
        (refusal("Your organization must be verified to stream this model.", param="stream"), "stream"),
        (refusal("streaming is not supported here"), "stream"),
        ("401 " + refusal("The organization must be verified to stream responses."), "stream"),
        ('405 {"detail": "Streaming is not available on this endpoint"}', "stream"),
        ('415 {"message": "Streaming is not supported by this route"}', "stream"),
        ('{"message": ["temperature must be 1"], "error": "Bad Request"}', "temperature"),
        ("200 data: " + refusal("Streaming is not supported for this model", code=400) + "\n\n", "stream"),
        (refusal("Developer instruction is not enabled for models/small"), "system"),
        (refusal("messages[0].role does not support 'system' with this model"), "system"),
        (refusal("Conversation roles must alternate user/assistant/user"), "system"),
        ('{"detail": [{"loc": ["body", "seed"], "msg": "no", "input": 7}]}', "seed"),
        ('{"detail": [{"loc": ["body", "messages", 0, "role"], "msg": "not permitted"}]}', "system"),
        (refusal("messages.0.role: Input should be 'user' or 'assistant'"), "system"),
        (refusal("Only user, assistant and tool roles are supported, got system."), "system"),
        (refusal("Only user and assistant turns can be used with this template"), "system"),
        (refusal("This template takes the roles assistant, user; system was given"), "system"),
        ('{"object": "error", "message": "temperature is fixed", "code": 400}', "temperature"),
        (refusal("Unsupported value", param="max_tokens"), "max_tokens"),
    ],
)
def test_what_a_server_refuses_is_done_without_now_and_in_later_runs(
    server: fakes.FakeServer, tmp_path: Path, body: str, is_refused: str
) -> None:
    """One refusal is enough for all runs; a system turn becomes part of the first message."""

    def has(request: dict[str, Any]) -> bool:
        if is_refused == "system":
            return request["messages"][0]["role"] == "system"
        return bool(request.get(is_refused))

    status, body = (int(body[:3]), body[4:]) if body[:1].isdigit() else (400, body)
    server.raw, server.fail_when = (status, "application/json", body), has
    for _ in range(2):
        client = ChatClient(server.url, KEY, "fake-model", refusals=tmp_path / "refused.json")
        assert client.answer(replace(GAP, shared=0))[0].text == fakes.PROSE
        client.close()
    assert [has(request) for request in server.requests] == [True, False, False]
    assert all("Rules." in fakes.contents(request)[0] for request in server.requests)


@pytest.mark.parametrize(
    "body",
    [
        refusal("Only system, user and assistant roles are supported, got tool"),
        refusal("Roles must be one of user, assistant, tool or system"),
    ],
)
def test_a_list_of_roles_with_a_system_turn_refuses_none(server: fakes.FakeServer, body: str) -> None:
    """What is wrong is another turn; the request is sent once."""
    server.raw = (400, "application/json", body)
    with pytest.raises(ModelError, match="status 400"):
        ask(server.url)
    assert len(server.requests) == 1


def test_what_a_template_refuses_is_not_asked_thrice(server: fakes.FakeServer) -> None:
    """llama.cpp calls it an error of its own, which would be tried again."""
    server.raw = (
        500,
        "application/json",
        refusal("Jinja: only user and assistant roles, got system", code=500),
    )
    server.fail_when = lambda request: request["messages"][0]["role"] == "system"
    client = ChatClient(server.url, KEY, "fake-model")
    assert client.answer(replace(GAP, shared=0))[0].text == fakes.PROSE
    client.close()
    assert len(server.requests) == 2


def test_what_was_left_out_in_vain_is_sent_again(server: fakes.FakeServer, tmp_path: Path) -> None:
    """A message that names a parameter in passing costs no later request anything."""
    server.raw = (400, "application/json", refusal("no room for max_tokens beside this prompt"))
    client = ChatClient(server.url, KEY, "fake-model", refusals=tmp_path / "refused.json")
    with pytest.raises(ModelError, match="no room"):
        client.answer(WRITE)
    server.raw = None
    client.answer(WRITE)
    client.close()
    assert ["max_tokens" in request for request in server.requests] == [True, False, True]
    assert not (tmp_path / "refused.json").exists()


def test_a_timeout_is_not_multiplied_by_retries(server: fakes.FakeServer) -> None:
    """The user said how long a request may take."""
    server.failure = "silence"
    with pytest.raises(ModelError, match="no answer within 1 s"):
        ask(server.url, timeout=1.0)
    time.sleep(0.1)  # openai would try again by then
    assert len(server.requests) == 1


def test_a_server_that_only_says_that_it_is_there_is_given_up(server: fakes.FakeServer) -> None:
    """Comments keep a connection alive, and are no part of an answer; a stop ends such a request, too."""
    server.failure = "pings"
    with pytest.raises(ModelError, match=r"no answer within 0\.2 s"):
        ask(server.url, timeout=0.2)
    assert len(server.requests) == 1
    with pytest.raises(ModelError, match="stopped"):
        ChatClient(server.url, KEY, "fake-model").answer(replace(WRITE, stopped=lambda: True))


def test_a_proxy_that_cant_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """SOCKS needs a package; a server on this machine is reached without any proxy."""
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:9")
    with pytest.raises(ModelUnavailable, match="proxy in ALL_PROXY"):
        ChatClient("http://example.invalid/v1", KEY, "fake-model").answer(WRITE)
    with fakes.serving() as server:
        assert ask(server.url).text == fakes.PROSE


@pytest.mark.parametrize("proxy", ["http://me:s3cret@127.0.0.1:9", "127.0.0.1:9"])
def test_a_proxy_that_is_not_there_is_named(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the server behind it; its password is nobody's business."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(ModelUnavailable, match=r"the proxy 127\.0\.0\.1:9 can't be reached; .*HTTP_PROXY"):
        ChatClient("http://example.invalid/v1", KEY, "fake-model").answer(WRITE)
    monkeypatch.setenv("NO_PROXY", "example.invalid")
    with pytest.raises(ModelUnavailable, match=r"example\.invalid can't be reached"):
        ChatClient("http://example.invalid/v1", KEY, "fake-model").answer(WRITE)


def test_an_empty_account_is_asked_once(server: fakes.FakeServer) -> None:
    """Its 429 is no limit that passes."""
    server.raw = (
        429,
        "application/json",
        '{"error": {"code": "insufficient_quota", "message": "No credit"}}',
    )
    with pytest.raises(ModelUnavailable, match="wants to be paid: No credit"):
        ask(server.url)
    assert len(server.requests) == 1


def test_headers_fields_and_one_piece_by_setting(server: fakes.FakeServer) -> None:
    """What the user sets goes with every request, and an answer in one piece is as good."""
    client = ChatClient(
        server.url, KEY, "fake-model", sampling={"top_k": 4}, headers={"X-Team": "s3cret-team"}, streams=False
    )
    heard: list[str] = []
    assert client.answer(replace(WRITE, on_text=heard.append))[0].text == fakes.PROSE == "".join(heard)
    server.raw = (403, "text/plain", "s3cret-team may not")
    with pytest.raises(ModelError, match=r"\*\*\* may not"):
        client.answer(WRITE)
    client.close()
    assert server.requests[0]["top_k"] == 4 and "stream_options" not in server.requests[0]

"""A model that answers as told, and a server that can fail in every way a real one does."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from assistant.core.types import Capabilities, Reply, Request

PROSE = (
    "A list of everything that you do in a week is where it starts, and the next question is who would learn "
    "something from each. The dull things go first, because nobody has ever been shown them. "
    "The hard ones take longer, and it helps to stay close while they move."
)
POINT = "It shows on a Thursday, usually, when the week is quiet and nobody can say why."
OTHERS = {
    "What to do when it goes wrong": (
        "The first thing to settle is what can still be saved, and the second is who should know about it. "
        "Most mistakes are small, and whoever makes one is usually the best person to put it right. "
        "A calm question does more than a quick answer."
    ),
    "Too much silence.": "Silence can mean that all goes well, and it can mean that nobody dares to ask.",
    "My name on the list.": "A list that one name fills is a plan that depends on whoever has that name.",
}
"""What the sample's later places get, so that no text repeats another one and is asked for again.

All are general, so that no check doubts them.
"""


def write_blog(folder: Path, *, drafts: int, gaps: int) -> Path:
    """Make a blog with this many drafts, and empty sections in each; return the folder of the drafts."""
    place = folder / "blog" / "drafts"
    place.mkdir(parents=True)
    for number in range(drafts):
        headings = "".join(f"\n## What I saw on day {number}{day}\n" for day in range(gaps))
        text = f"# Week {number}\n\nI wrote down what I saw, and asked what they made of it.\n{headings}"
        (place / f"week-{number}.md").write_text(text)
    return place


class FakeModel:
    """A model that gives the answers it was handed, in turn and the last one for good; an error is raised."""

    name = "fake-model"
    sampling: Mapping[str, Any] = {}

    def __init__(self, *answers: str | Exception, capabilities: Capabilities | None = None) -> None:
        self.answers = list(answers)
        self.capabilities = capabilities or Capabilities()
        self.requests: list[Request] = []

    def answer(self, request: Request) -> tuple[Reply, ...]:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        request.on_text(answer)
        return (Reply(answer, self.name),)


ENGINES: dict[str, dict[str, Any]] = {
    "Ollama": {
        "/api/version": {"version": "0.12.6"},
        "/api/ps": {"models": []},
        "/api/show": {"parameters": "", "details": {"family": "qwen3"}, "model_info": {}},
    },
    "llama.cpp": {"/props": {"default_generation_settings": {"id": 0, "n_ctx": 8192}, "total_slots": 4}},
    "LM Studio": {
        "/api/v0/models": {
            "object": "list",
            "data": [{"id": "fake-model", "object": "model", "type": "llm", "state": "loaded"}],
        }
    },
    "vLLM": {
        "/version": {"version": "0.11.0"},
        "/v1/models": {"data": [{"id": "fake-model", "owned_by": "vllm", "max_model_len": 32768}]},
    },
}
"""What programs that run models themselves answer, by path."""


def contents(request: dict[str, Any]) -> list[str]:
    """Return the texts of a request's messages, whether they come whole or in parts."""
    return [
        content if isinstance(content := m["content"], str) else "".join(part["text"] for part in content)
        for m in request["messages"]
    ]


_BODIES = {
    "html": (b"<html>welcome to the router</html>", "text/html"),
    "not-json": (b"data: {not json\n\n", "text/event-stream"),
}
"""What answers a request that fails so, and its type."""


@dataclass
class FakeServer:
    """What the server answers, and what it was asked."""

    url: str = ""
    answer: Callable[[dict[str, Any]], str] = field(default=lambda request: default_answer(request))
    failure: str = ""
    """`401`, `404`, `429`, `500`, `cut`, `not-json`, `html`, `silence`, `pings`, `empty`, or `400:text`."""
    refusal: str = ""
    """What a refusal by `400:…` says, where it says more than the parameter's name."""
    raw: tuple[int, str, str] | None = None
    """Status, content type and body that answer a request when `fail_when` says so."""
    fail_when: Callable[[dict[str, Any]], bool] = field(default=lambda request: True)
    requests: list[dict[str, Any]] = field(default_factory=list)
    lists: int = 0
    """How often it was asked for its models."""
    connections: int = 0
    """How many have been opened to it."""
    keys: list[str] = field(default_factory=list)
    finish: str = "stop"
    """Why an answer ends: `length` for one that the token limit cut."""
    delay: float = 0.0
    """Seconds between two pieces of an answer; another number counts at once, also for a pause under way."""
    ending: float = 0.0
    """Seconds between the last piece of an answer and its end; another number counts at once, too."""
    alike: bool = False
    """True when all of several answers are the same."""
    wait: float = 0.0
    """Seconds before an answer begins."""
    engine: str = ""
    """The program that it is, one of `ENGINES`; a proxy that nobody knows if empty."""
    models: list[dict[str, Any]] = field(default_factory=lambda: [{"id": "fake-model", "object": "model"}])
    usage: dict[str, Any] = field(default_factory=dict)
    """Fields of the usage that it tells, where they are not counted."""
    port: int = 0
    """The port that it listens at; 0 for a free one."""
    api: Callable[[str, str, bytes], tuple[int, bytes] | None] = field(default=lambda *request: None)
    """Answers other requests: takes method, path and body, and gives a status and a body."""
    several: bool = False
    """True for a server that gives as many answers as `n` says; most on this machine give one."""

    def pause(self, name: str) -> None:
        """Wait `delay` or `ending` seconds."""
        begun = time.monotonic()
        while time.monotonic() < begun + (seconds := getattr(self, name)):
            time.sleep(min(seconds, 0.01))


def retry_soon() -> None:
    """Have openai try again after a hundredth of a second: all servers are on this machine."""
    import openai._base_client

    openai._base_client.INITIAL_RETRY_DELAY = 0.01


def default_answer(request: dict[str, Any]) -> str:
    """Return prose for a section, a sentence for a point, and finished text with one word exchanged."""
    asked = contents(request)[-1]
    if "\n\nRevise it:" in asked:
        old = asked.rpartition("\n\nRevise it:")[0].partition("already:\n\n")[2]
        word = "Surely" if "which I turned down" in asked else "Truly"
        return re.sub(r"\w+", word, old, count=1)
    text = POINT if "Go on with this point" in asked else PROSE
    return next((other for place, other in OTHERS.items() if place in asked), text)


def sections(text: str) -> int:
    """Return how many of the sample's sections have got their text."""
    return text.count(PROSE) + text.count(OTHERS["What to do when it goes wrong"])


def without_points(text: str) -> tuple[str, int]:
    """Return the sample without the texts that its points have got, and how many have."""
    points = (POINT, OTHERS["Too much silence."], OTHERS["My name on the list."])
    count = sum(map(text.count, points))
    for point in points:
        text = text.replace(f" {point}", "")
    return text, count


def different_answer(request: dict[str, Any]) -> str:
    """Return another text for each question, and the same one for the same question."""
    number = zlib.crc32(contents(request)[-1].encode())
    return " ".join(f"In week {number + i} you give {i}{number} away." for i in range(6))


class _Handler(BaseHTTPRequestHandler):
    """Gives whole answers."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def _by_api(self, fake: FakeServer, body: bytes) -> bool:
        answer = fake.api(self.command, self.path, body)
        if answer:
            self._raw(*answer, "application/json")
        return answer is not None

    def _json(self, status: int, fields: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._raw(status, json.dumps(fields).encode(), "application/json", headers)

    def _pings(self) -> None:
        """Keep the connection alive while the client does, and write no answer."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):
            while True:
                self.wfile.write(b": ping\n\n")
                self.wfile.flush()
                time.sleep(0.05)

    def _raw(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(**options: Any) -> Iterator[FakeServer]:
    """Run a fake server on a free port of the loopback."""
    fake = FakeServer(**options)
    ended = threading.Event()
    others = set(threading.enumerate())

    class Handler(_Handler):
        def setup(self) -> None:
            super().setup()
            fake.connections += 1

        def do_GET(self) -> None:
            if self._by_api(fake, b""):
                return
            answers = {"/v1/models": {"object": "list", "data": fake.models}, **ENGINES.get(fake.engine, {})}
            answer = answers.get(self.path)
            fake.lists += self.path == "/v1/models"
            self._json(200 if answer else 404, answer or {"error": "not found"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            if ended.is_set():
                self._json(400, {"error": {"message": "the test has ended"}})
                return
            if self._by_api(fake, body):
                return
            if self.path != "/v1/chat/completions":
                self.do_GET()
                return
            request = json.loads(body)
            time.sleep(fake.wait)
            fake.requests.append(request)
            fake.keys.append(self.headers.get("Authorization", ""))
            if fake.raw and fake.fail_when(request):
                status, kind, body = fake.raw
                self._raw(status, body.encode(), kind)
                return
            failure = fake.failure if fake.fail_when(request) else ""
            if failure.startswith("400:"):
                name = failure.split(":")[1]
                if f'"{name}":' in json.dumps(request):
                    self._json(
                        400,
                        {
                            "error": {
                                "message": fake.refusal or f"Unsupported parameter: '{name}' here",
                                "code": None,
                            }
                        },
                    )
                    return
                failure = ""
            if failure.isdigit():
                said = f"no, not with {self.headers.get('Authorization')}\x1b[31m"
                self._json(
                    int(failure),
                    {"error": {"message": said, "type": "x", "code": "y"}},
                    {"Retry-After-Ms": "1", "X-Request-Id": "req_1a2b"},
                )
            elif failure == "silence":
                ended.wait()
                self.close_connection = True
            elif failure == "pings":
                self._pings()
            elif failure in _BODIES:
                self._raw(200, *_BODIES[failure])
            elif not request.get("stream"):
                message = {"role": "assistant", "content": fake.answer(request)}
                choice = {"index": 0, "message": message, "finish_reason": fake.finish}
                self._json(200, {"id": "x", "object": "chat.completion", "created": 0, "choices": [choice]})
            elif failure == "empty":
                self._stream(request, "")
            else:
                self._stream(request, fake.answer(request), cut=failure == "cut")

        def _stream(self, request: dict[str, Any], text: str, cut: bool = False) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("X-Request-Id", "req_1a2b")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            words = text.split(" ")
            choices = range(request.get("n", 1) if fake.several else 1)
            try:
                for place, word in enumerate(words):
                    for index in choices:
                        piece = f"{' ' if place else f'{index}: ' if index and not fake.alike else ''}{word}"
                        delta = {"index": index, "delta": {"content": piece}, "finish_reason": None}
                        self._event({"choices": [delta]})
                    if cut and place == len(words) // 2:
                        return
                    fake.pause("delay")
                fake.pause("ending")
                for index in choices:
                    self._event({"choices": [{"index": index, "delta": {}, "finish_reason": fake.finish}]})
                if request.get("stream_options"):
                    count = sum(len(text) // 4 for text in contents(request))
                    details = {"cached_tokens": 0}
                    usage = {
                        "prompt_tokens": count,
                        "completion_tokens": len(words),
                        "total_tokens": count,
                        "prompt_tokens_details": details,
                        **fake.usage,
                    }
                    self._event({"choices": [], "usage": usage})
                self.wfile.write(b"data: [DONE]\n\n")
            except (BrokenPipeError, ConnectionResetError):
                pass

        def _event(self, fields: dict[str, Any]) -> None:
            whole = {
                "id": "x",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "fake-model",
                **fields,
            }
            self.wfile.write(b"data: " + json.dumps(whole).encode() + b"\n\n")
            self.wfile.flush()

    server = _Server(("127.0.0.1", fake.port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield fake
    finally:
        ended.set()
        fake.delay = fake.ending = 0.0
        _wait_for(set(threading.enumerate()) - others)
        server.shutdown()
        server.server_close()
        thread.join()


def _wait_for(threads: set[threading.Thread]) -> None:
    """Let threads end that ask a server which now refuses.

    The openai package would try again in the next test, and draw from `random` as Hypothesis makes examples.
    """
    for thread in threads:
        if not thread.name.endswith(("(serve_forever)", "(process_request_thread)")):
            thread.join(10)

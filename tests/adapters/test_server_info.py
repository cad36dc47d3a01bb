"""A server is asked what it is; only programs that run models themselves are known by name."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import fakes
import pytest

from assistant.adapters.server_info import ServerInfo, describe, is_loopback


@contextmanager
def telling(answers: dict[str, Any]) -> Iterator[str]:
    """Run a server that has these JSON answers by path."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = json.dumps(answers.get(self.path, {})).encode()
            self.send_response(200 if self.path in answers else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("answers", "window"),
    [
        ({"/v1/models": {"data": [{"id": "m", "max_model_len": 32768}]}}, 32768),
        ({"/v1/models": {"data": [{"id": "m", "context_length": 65536}]}}, 65536),
        ({"/v1/models": {"data": [{"id": "other", "context_length": 65536}]}}, None),
        ({"/props": {"default_generation_settings": {"n_ctx": 2048}}}, 2048),
        (
            {"/api/version": {"version": "1"}, "/api/show": {"model_info": {"x.context_length": 131072}}},
            4096,
        ),
        ({"/api/version": {"version": "1"}, "/api/show": {"parameters": "num_ctx 16384"}}, 16384),
        (
            {
                "/api/version": {"version": "1"},
                "/api/show": {"model_info": {}},
                "/api/ps": {"models": [{"name": "m", "context_length": 8192}]},
            },
            8192,
        ),
        ({"/v1/models": {"data": [{"id": "m", "max_model_len": "many"}]}}, None),
        ({"/v1/models": ["what", "is", "this"]}, None),
        ({}, None),
    ],
)
def test_a_server_is_asked_for_its_window(answers: dict[str, Any], window: int | None) -> None:
    """The model's entry, llama.cpp's properties and Ollama's description are read; nonsense is no answer."""
    with telling(answers) as url:
        assert describe(url, "m").context == window


@pytest.mark.parametrize("engine", ["", *fakes.ENGINES])
def test_an_engine_is_recognized_by_what_only_it_answers(server: fakes.FakeServer, engine: str) -> None:
    """Anything else that lists models has no name."""
    server.engine = engine
    info = describe(server.url)
    assert (info.engine, info.models) == (engine, ("fake-model",))


def test_a_model_that_runs_in_a_cloud_has_no_engine_here() -> None:
    """Ollama names the host that it forwards requests to; many a server tells a version."""
    cloud = {"remote_host": "https://cloud.example", "model_info": {"x.context_length": 131072}}
    with telling({"/api/version": {"version": "1"}, "/api/show": cloud}) as url:
        assert describe(url, "m").engine == ""
    with telling({"/version": {"version": "1"}, "/v1/models": {"data": [{"id": "m"}]}}) as url:
        assert describe(url, "m").engine == ""


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    """Nobody listening, or something that takes a connection and says nothing, is no server."""
    assert describe("http://127.0.0.1:9/v1", timeout=0.2) == ServerInfo()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        assert describe(url, timeout=0.1) == ServerInfo()


@pytest.mark.parametrize("url", ["http://[::1/v1", "http://", "", "https://api.openai.com/v1"])
def test_an_address_that_names_no_server_here_is_not_on_this_machine(url: str) -> None:
    assert not is_loopback(url)

"""What a model server says of itself: which program it is, which models it has, and what they take in."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.adapters.http_json import fetch

_LOCAL_PORTS = (11434, 1234, 8080)
"""The usual ports of Ollama, LM Studio and llama-server."""

_ENGINES = (
    ("Ollama", "/api/version", "version"),
    ("llama.cpp", "/props", "default_generation_settings"),
    ("LM Studio", "/api/v0/models", "state"),
    ("vLLM", "/version", "version"),
)
"""Programs that run models themselves, a path that only they answer, and a field of that answer.

A proxy such as LiteLLM may listen on this machine too, and forward and bill what it is sent.
"""

_CONTEXT_FIELDS = (
    *("max_model_len", "context_length", "max_context_length", "loaded_context_length"),
    *("context_window", "n_ctx"),
)
"""What an entry of `/v1/models` calls it: vLLM, OpenRouter and Together, LM Studio (two), Groq, llama.cpp."""

_OLLAMA_DEFAULT = 4096
"""Tokens that Ollama loads a model with unless told otherwise; it cuts longer prompts without a word."""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What is known of a server and of one of its models."""

    models: tuple[str, ...] = ()
    """The names of its models, without those that only embed; empty where it doesn't answer."""
    engine: str = ""
    """The program that runs the model there; empty where that is unknown, or another server runs it."""
    context: int | None = None
    """Tokens of the model's context window; None where the server doesn't tell."""
    shutdown: str = ""
    """The day after which the model is no longer served, as in `2026-12-11`; empty where none is told."""


def is_loopback(url: str) -> bool:
    """Tell whether a server listens on this machine, whatever it does with what it is sent."""
    try:
        return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:  # `http://[::1/v1`
        return False


def describe(base_url: str, model: str = "", *, api_key: str = "", timeout: float = 2.0) -> ServerInfo:
    """Ask a server what it is, and what its model takes in: the one named, or else its first.

    Reads `/v1/models` and what the known engines add. `timeout` is in seconds, for each request.
    """
    base_url = base_url.rstrip("/")
    root = base_url.removesuffix("/v1")

    def ask(url: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return fetch(url, api_key=api_key, timeout=timeout, body=body) or {}

    entries = _objects(ask(f"{base_url}/models").get("data"))
    names = tuple(str(e["id"]) for e in entries if "id" in e and "embed" not in str(e["id"]).lower())
    model = model or (names[0] if names else "")
    entry = next((entry for entry in entries if entry.get("id") == model), {})
    context = next(filter(None, map(_context, (entry, entry.get("meta")))), None)  # llama.cpp's is in `meta`
    shutdown = str(entry.get("shutdown_date") or "")[:10]
    engine = ""
    if is_loopback(base_url) or (entries and not context):  # elsewhere, it would take time for nothing
        engine, answer = _engine(lambda path: ask(root + path))
    if engine == "llama.cpp":
        context = context or _context(answer["default_generation_settings"])
    if engine == "vLLM" and "max_model_len" not in entry:  # many a server tells a version
        engine = ""
    if engine == "Ollama":
        details = ask(f"{root}/api/show", {"model": model})
        context = _ollama_context(model, details, ask(f"{root}/api/ps").get("models")) or context
        engine = "" if details.get("remote_host") else engine  # one of its cloud models
    return ServerInfo(names, engine, context, shutdown)


def find_local_server(*, within: float = 0.3) -> tuple[str, str] | None:
    """Return the address and the first model of an engine on this machine, or None.

    All usual ports are tried at once; `within` is in seconds, for all of them together.
    """
    addresses = [f"http://127.0.0.1:{port}/v1" for port in _LOCAL_PORTS]
    models: dict[str, str] = {}

    def probe(address: str) -> None:
        info = describe(address, timeout=within)
        if info.engine and info.models:
            models[address] = info.models[0]

    threads = [threading.Thread(target=probe, args=(address,), daemon=True) for address in addresses]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + within
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return next(((address, models[address]) for address in addresses if address in models), None)


def _engine(ask: Callable[[str], dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Return the program that answers, and what it answered; an empty name for one that isn't known."""
    for engine, path, name in _ENGINES:
        answer = ask(path)
        if name in answer or any(name in entry for entry in _objects(answer.get("data"))):
            return engine, answer
    return "", {}


def _ollama_context(model: str, details: Mapping[str, Any], running: object) -> int | None:
    """Return the tokens that Ollama has loaded the model with, or will load it with."""
    for entry in _objects(running):
        if model in (entry.get("name"), entry.get("model")) and (loaded := _context(entry)):
            return loaded
    if setting := re.search(r"(?m)^num_ctx\s+(\d+)", str(details.get("parameters", ""))):
        return int(setting[1])
    for info in _objects([details.get("model_info")]):
        for name, value in info.items():  # "llama.context_length", "qwen2.context_length", …
            if name.endswith(".context_length") and (tokens := _context({"n_ctx": value})):
                return min(tokens, _OLLAMA_DEFAULT)
    return None


def _objects(values: object) -> list[dict[str, Any]]:
    """Return the JSON objects among the values of a list; none for anything else."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _context(fields: Any) -> int | None:
    """Return a plausible size of a context window that is in an object's fields, or None."""
    for name in _CONTEXT_FIELDS if isinstance(fields, dict) else ():
        tokens = fields.get(name)
        if isinstance(tokens, int) and not isinstance(tokens, bool) and 256 <= tokens <= 100_000_000:
            return tokens
    return None

"""Asks a server how many tokens its model takes in, in the ways that servers tell it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_FIELDS = (
    "max_model_len",
    "context_length",
    "max_context_length",
    "loaded_context_length",
    "context_window",
    "n_ctx",
)
"""What an entry of `/v1/models` calls it: vLLM, OpenRouter and Together, LM Studio, Groq."""

_OLLAMA_DEFAULT = 4096
"""What Ollama loads a model with unless told otherwise; it cuts longer prompts without a word."""


def ask(base_url: str, model: str, *, api_key: str = "", timeout: float = 2.0) -> int | None:
    """Effect: asks the server for the model's window; None when it does not say.

    Tried in turn: its entry in `/v1/models`, llama.cpp's `/props`, Ollama's `/api/ps` and `/api/show`.
    """
    root = re.sub(r"/v1/?\Z", "", base_url.rstrip("/"))
    entries = _json(f"{base_url.rstrip('/')}/models", api_key, timeout)
    listed = entries.get("data") if entries else None
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and entry.get("id") == model:
            meta = entry.get("meta")
            for found in (entry, meta if isinstance(meta, dict) else {}):
                for name in _FIELDS:
                    if tokens := _tokens(found.get(name)):
                        return tokens
    if urlsplit(base_url).hostname not in ("127.0.0.1", "localhost", "::1") and entries is None:
        return None
    props = _json(f"{root}/props", api_key, timeout)
    settings = props.get("default_generation_settings") if props else None
    if isinstance(settings, dict) and (tokens := _tokens(settings.get("n_ctx"))):
        return tokens
    return _ollama(root, model, api_key, timeout)


def _ollama(root: str, model: str, api_key: str, timeout: float) -> int | None:
    """Effect: asks Ollama for the window that the model is loaded with, or will be."""
    if "version" not in (_json(f"{root}/api/version", api_key, timeout) or {}):
        return None
    shown = _json(f"{root}/api/show", api_key, timeout, body={"model": model})
    if not shown:
        return None
    running = _json(f"{root}/api/ps", api_key, timeout) or {}
    listed = running.get("models")
    for entry in listed if isinstance(listed, list) else ():
        named = isinstance(entry, dict) and model in (entry.get("name"), entry.get("model"))
        if named and (loaded := _tokens(entry.get("context_length"))):
            return loaded
    if chosen := re.search(r"(?m)^num_ctx\s+(\d+)", str(shown.get("parameters", ""))):
        return int(chosen[1])
    details = shown.get("model_info")
    most = [
        _tokens(value)
        for name, value in (details.items() if isinstance(details, dict) else ())
        if str(name).endswith(".context_length")
    ]
    known = [tokens for tokens in most if tokens]
    return min(known[0], _OLLAMA_DEFAULT) if known else None


def _tokens(value: object) -> int | None:
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool) and 256 <= value <= 100_000_000
        else None
    )


def _json(
    url: str, api_key: str, timeout: float, *, body: Mapping[str, Any] | None = None
) -> dict[str, Any] | None:
    """Effect: sends one request and returns the object that comes back; None for anything else.

    http.client follows no redirect, so that a key stays with its server.
    """
    import http.client

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        connection = kind(parts.netloc.rpartition("@")[2], timeout=timeout)
        try:
            said = json.dumps(body) if body is not None else None
            connection.request("GET" if body is None else "POST", parts.path, body=said, headers=headers)
            response = connection.getresponse()
            found = json.loads(response.read(2_000_000)) if response.status == 200 else None
        finally:
            connection.close()
    except Exception:  # whatever listens there, it does not say
        return None
    return found if isinstance(found, dict) else None

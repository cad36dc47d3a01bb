"""Asks a server how many tokens its model takes in, in the ways that servers tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from assistant.adapters.http_json import fetch

_FIELDS = (
    "max_model_len",
    "context_length",
    "max_context_length",
    "loaded_context_length",
    "context_window",
    "n_ctx",
)
"""What an entry of `/v1/models` calls it: vLLM, OpenRouter and Together, LM Studio (two), Groq, llama.cpp."""

_OLLAMA_DEFAULT = 4096
"""Tokens that Ollama loads a model with unless told otherwise; it cuts longer prompts without a word."""


def context_tokens(base_url: str, model: str, *, api_key: str = "", timeout: float = 2.0) -> int | None:
    """Return the tokens of the model's context window, or None where the server doesn't tell.

    Tries, in turn, the model's entry in `/v1/models`, llama.cpp's `/props`, and Ollama's `/api/ps` and
    `/api/show`. `timeout` is in seconds, for each of them.
    """
    base_url = base_url.rstrip("/")
    root = base_url.removesuffix("/v1")
    models = fetch(f"{base_url}/models", api_key=api_key, timeout=timeout)
    for entry in _objects((models or {}).get("data")):
        if entry.get("id") == model:
            for fields in (entry, *_objects([entry.get("meta")])):  # llama.cpp has it under `meta`
                for name in _FIELDS:
                    if tokens := _tokens(fields.get(name)):
                        return tokens
    if models is None and urlsplit(base_url).hostname not in ("127.0.0.1", "localhost", "::1"):
        return None  # no answer from afar: three more requests would only cost time
    for props in _objects([fetch(f"{root}/props", api_key=api_key, timeout=timeout)]):
        for settings in _objects([props.get("default_generation_settings")]):
            if tokens := _tokens(settings.get("n_ctx")):
                return tokens
    return _ollama(root, model, api_key, timeout)


def _ollama(root: str, model: str, api_key: str, timeout: float) -> int | None:
    """Return the tokens that Ollama has loaded the model with, or will load it with."""

    def ask(path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return fetch(f"{root}/api/{path}", api_key=api_key, timeout=timeout, body=body) or {}

    if "version" not in ask("version"):
        return None
    details = ask("show", {"model": model})
    if not details:
        return None
    for entry in _objects(ask("ps").get("models")):
        if model in (entry.get("name"), entry.get("model")) and (
            loaded := _tokens(entry.get("context_length"))
        ):
            return loaded
    if setting := re.search(r"(?m)^num_ctx\s+(\d+)", str(details.get("parameters", ""))):
        return int(setting[1])
    for info in _objects([details.get("model_info")]):
        for name, value in info.items():  # "llama.context_length", "qwen2.context_length", …
            if name.endswith(".context_length") and (tokens := _tokens(value)):
                return min(tokens, _OLLAMA_DEFAULT)
    return None


def _objects(values: object) -> Iterable[dict[str, Any]]:
    """Return the JSON objects among the values of a list; none for anything else."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _tokens(value: object) -> int | None:
    """Return a plausible size of a context window, or None."""
    plausible = isinstance(value, int) and not isinstance(value, bool) and 256 <= value <= 100_000_000
    return value if plausible and isinstance(value, int) else None

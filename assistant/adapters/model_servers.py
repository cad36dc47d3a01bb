"""Finds out which model servers answer, and which models they have."""

from __future__ import annotations

import threading
import time

from assistant.adapters.http_json import fetch

_LOCAL_PORTS = (11434, 1234, 8080)
"""The usual ports of Ollama, LM Studio and llama-server."""


def list_models(base_url: str, *, api_key: str, timeout: float) -> list[str]:
    """Return the names of a server's models, without those that only embed; empty where it doesn't answer."""
    listed = (fetch(f"{base_url.rstrip('/')}/models", api_key=api_key, timeout=timeout) or {}).get("data")
    if not isinstance(listed, list):
        return []
    names = [str(entry["id"]) for entry in listed if isinstance(entry, dict) and "id" in entry]
    return [name for name in names if "embed" not in name.lower()]


def find_local_server(*, within: float = 0.15) -> tuple[str, str] | None:
    """Return the address and the first model of a server on this machine, or None.

    All usual ports are tried at once; `within` is in seconds, for all of them together.
    """
    addresses = [f"http://127.0.0.1:{port}/v1" for port in _LOCAL_PORTS]
    models: dict[str, list[str]] = {}

    def probe(address: str) -> None:
        models[address] = list_models(address, api_key="", timeout=within)

    threads = [threading.Thread(target=probe, args=(address,), daemon=True) for address in addresses]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + within
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return next(((address, models[address][0]) for address in addresses if models.get(address)), None)

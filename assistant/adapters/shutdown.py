"""Warns of a model that its provider will soon shut down."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path

from assistant.adapters.files import write_atomically
from assistant.adapters.local_model import catalogue
from assistant.adapters.openai_client import ChatClient

_DAYS = 60
"""Days before a model's shutdown from which to warn."""
_WAIT_SECONDS = 5.0
"""The list of models comes over the connection that the first request needs anyway."""


class ShutdownNotice:
    """The day on which a client's model will be shut down, if known."""

    def __init__(self, client: ChatClient, cache: Path, day: str = "") -> None:
        """Begin to ask OpenAI, at most once a day; for another server's model, only `day` is known."""
        self._client, self._file, self._day = client, cache / "shutdown-dates.json", day
        self._thread: threading.Thread | None = None
        if client.is_openai and not self._read():
            self._thread = threading.Thread(target=self._ask, daemon=True)
            self._thread.start()

    def line(self) -> str:
        """Return the warning, or nothing. Waits a moment for the server's answer."""
        if self._thread is not None:
            self._thread.join(_WAIT_SECONDS)
            self._thread = None
        try:
            days = (date.fromisoformat(self._day) - date.today()).days
        except ValueError:
            return ""
        name = self._client.name
        models = [m for m in map(catalogue.hosted_model, ("default", "better")) if m != name]
        tense = "was" if days < 0 else "will be"
        advice = (
            f"choose another, such as {' or '.join(models)}" if self._client.is_openai else "choose another"
        )
        return f"{name} {tense} shut down on {self._day}; {advice}" if days <= _DAYS else ""

    def _read(self) -> bool:
        """Take the day from the cache; return False unless the cache is from today."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            cache = json.loads(self._file.read_text("utf-8"))
            self._day = cache["days"].get(self._client.name, "")
            return bool(cache["day"] == [date.today().isoformat(), self._client.base_url])
        return False

    def _ask(self) -> None:
        with suppress(Exception):  # a failure will be met again by the first request, which tells it
            days = self._client.shutdown_dates()
            self._day = days.get(self._client.name, "")
            cache = {"day": [date.today().isoformat(), self._client.base_url], "days": days}
            write_atomically(self._file, json.dumps(cache))

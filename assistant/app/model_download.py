"""A local model that is fetched while pages are shown: how far that is, and whether it failed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from assistant.adapters import settings
from assistant.adapters.local_model import download
from assistant.app.models import local_entry
from assistant.errors import AssistantError


class ModelDownload:
    """The latest download of a local model."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """Take what is called whenever more of the file is there."""
        self.failure = ""
        """Why the model could not be fetched."""
        self._changed = changed
        self._done, self._whole = 0, 0
        self._runs = False

    def report(self, done: int, whole: int) -> None:
        """Note how much of a model was fetched, in bytes."""
        self._done, self._whole = done, whole
        self._changed()

    @property
    def progress(self) -> str:
        """How much was fetched, in words; empty while nothing is being fetched."""
        if self._done < self._whole:
            return f"{self._done / 1e6:,.0f} of {self._whole / 1e6:,.0f} MB"
        return "looking for the file …" if self._runs else ""

    @property
    def share(self) -> int:
        """How much was fetched, in per cent."""
        return round(100 * self._done / self._whole) if self._whole else 0

    def start(self, name: str) -> str:
        """Begin to fetch a local model, and return a line. Raises `UsageError`."""
        entry = local_entry(name)
        self.failure, self._runs = "", True

        def fetch() -> None:
            try:
                download.model_file(entry, cache=settings.cache_folder(), report=self.report)
            except AssistantError as error:
                self._done, self._whole, self.failure = 0, 0, str(error)
            finally:
                self._runs = False

        threading.Thread(target=fetch, daemon=True).start()
        return f"{entry.name} is being fetched."

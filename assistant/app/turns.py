"""Has the texts of a run compared in the order of the draft, while their requests are under way at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from assistant.core.model import ModelInFront
from assistant.core.types import Reply, Request

_POLL_SECONDS = 0.2
"""After so long a stop is noticed by a text whose turn has not come."""


class Turns:
    """The pieces whose texts are still to come: each is compared with those before it, whichever came first.

    So the same replies give the same texts, however long each of them took.
    """

    def __init__(self) -> None:
        """Begin without pieces."""
        self._left: dict[str, None] = {}
        self._changed = threading.Condition()

    def add(self, keys: Iterable[str]) -> None:
        """Take the keys of pieces that are asked for now, in the order of the draft."""
        with self._changed:
            self._left.update(dict.fromkeys(keys))

    def wait(self, key: str, stopped: Callable[[], bool]) -> None:
        """Return once there is a text for each piece before this one, or none will come, or it is stopped."""
        with self._changed:
            while key in self._left and next(iter(self._left)) != key and not stopped():
                self._changed.wait(_POLL_SECONDS)

    def end(self, key: str) -> None:
        """Take note that a piece has its text, or gets none."""
        with self._changed:
            self._left.pop(key, None)
            self._changed.notify_all()


@dataclass(frozen=True)
class InSlots(ModelInFront):
    """A model that is asked only while there is a free slot for a request."""

    slots: AbstractContextManager[object]

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Wait for a slot, and ask the model."""
        with self.slots:
            return self.model.answer(request)

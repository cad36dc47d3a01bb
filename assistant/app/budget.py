"""What a session may spend: money is set aside before a request and settled after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.app import cost
from assistant.core.types import Usage
from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.app.models import Connection


class Budget:
    """US dollars spent and set aside so far; shared by all runs and threads of a session."""

    def __init__(self) -> None:
        """Start with nothing spent."""
        self.committed = Decimal(0)
        """What was spent, and what requests under way are expected to cost."""
        self._lock = threading.Lock()

    @contextmanager
    def spending(
        self, connection: Connection, expected: Callable[[], Usage], *, limit: float | None
    ) -> Iterator[Callable[[Usage], None]]:
        """Set aside what is expected to be used; yield what takes the tokens used, and settle at the end.

        Raises `UsageError` where that might cost more than `limit` leaves, in US dollars, or nobody knows.
        """
        reserved, spent = Decimal(0), Usage()
        if limit is not None and not connection.local:
            price = connection.price(expected())
            with self._lock:  # checked and set aside in one step: two threads can't both take the last of it
                total = None if price is None else self.committed + price
                if reason := cost.over_budget(total, limit=limit):
                    raise UsageError(reason)
                reserved = price or reserved
                self.committed += reserved

        def count(usage: Usage) -> None:
            nonlocal spent
            spent = spent + usage

        try:
            yield count
        finally:
            price = connection.price(spent) or Decimal(0)
            with self._lock:
                self.committed += price - reserved
            connection.count(spent)

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
        self._lock = threading.Lock()
        self._spent = Decimal(0)
        self._reserved = Decimal(0)

    @property
    def committed(self) -> Decimal:
        """What was spent, and what requests under way are expected to cost."""
        with self._lock:
            return self._spent + self._reserved

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
            total = None if price is None else self.reserve(price, limit=Decimal(str(limit)))
            if price is None or total is not None:
                raise UsageError(cost.over_budget(total, limit=limit))
            reserved = price

        def count(usage: Usage) -> None:
            nonlocal spent
            spent = spent + usage

        try:
            yield count
        finally:
            self.settle(reserved=reserved, spent=connection.price(spent) or Decimal(0))
            connection.count(spent)

    def reserve(self, price: Decimal, *, limit: Decimal) -> Decimal | None:
        """Set aside what a request is expected to cost, and return None.

        Where that would exceed the limit, set nothing aside and return what it would come to. Checking and
        setting aside is one step, so two threads can't both take the last of the money.
        """
        with self._lock:
            total = self._spent + self._reserved + price
            if total > limit:
                return total
            self._reserved += price
            return None

    def settle(self, *, reserved: Decimal, spent: Decimal) -> None:
        """Replace what was set aside for a request by what it has cost."""
        with self._lock:
            self._reserved -= reserved
            self._spent += spent

"""What a session may spend: money is set aside before a request and settled after it."""

from __future__ import annotations

import threading
from decimal import Decimal


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

"""Money is counted once for all runs of a session, whichever thread they are in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import fakes
import pytest

from assistant.app.budget import Budget
from assistant.app.models import Connection
from assistant.core.types import Usage
from assistant.errors import UsageError


@dataclass
class Priced(Connection):
    """A connection to a server that takes a dollar for each token of an answer."""

    def price(self, usage: Usage) -> Decimal | None:
        """Return the price."""
        return Decimal(usage.completion_tokens)


SERVER = Priced(fakes.FakeModel(""), "", "m")


def test_what_is_under_way_counts_until_its_cost_is_known() -> None:
    """A request that was cheaper than expected leaves room for another; a refused one takes none."""
    budget = Budget()
    with budget.spending(SERVER, lambda: Usage(0, 2), limit=2.0) as count:
        with pytest.raises(UsageError, match=r"\$3\.00 would exceed"):  # noqa: SIM117
            with budget.spending(SERVER, lambda: Usage(0, 1), limit=2.0):
                raise AssertionError("nothing may be sent")
        assert budget.committed == 2
        count(Usage(0, 1))
    assert budget.committed == 1
    with budget.spending(SERVER, lambda: Usage(0, 1), limit=2.0):
        assert budget.committed == 2
    assert budget.committed == 1


def test_threads_never_take_the_same_money() -> None:
    """Of a hundred requests at once, as many go ahead as the limit pays for."""
    budget, all_were_asked = Budget(), threading.Barrier(100)

    def goes_ahead(_: int) -> bool:
        try:
            with budget.spending(SERVER, lambda: Usage(0, 1), limit=10.0) as count:
                count(Usage(0, 1))
                all_were_asked.wait(60)
                return True
        except UsageError:
            all_were_asked.wait(60)
            return False

    with ThreadPoolExecutor(100) as pool:
        outcomes = list(pool.map(goes_ahead, range(100)))
    assert outcomes.count(True) == 10 and budget.committed == 10

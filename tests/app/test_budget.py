"""Money is counted once for all runs of a session, whichever thread they are in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from assistant.app.budget import Budget

DOLLAR = Decimal(1)


def test_what_is_under_way_counts_until_its_cost_is_known() -> None:
    """A request that was cheaper than expected leaves room for another; a refused one takes none."""
    budget = Budget()
    assert budget.reserve(DOLLAR, limit=DOLLAR) is None
    assert budget.reserve(DOLLAR, limit=DOLLAR) == 2
    assert budget.committed == 1
    budget.settle(reserved=DOLLAR, spent=Decimal("0.25"))
    assert budget.committed == Decimal("0.25")
    assert budget.reserve(Decimal("0.75"), limit=DOLLAR) is None


def test_threads_never_take_the_same_money() -> None:
    """Of a hundred requests at once, as many go ahead as the limit pays for."""
    budget = Budget()
    with ThreadPoolExecutor(16) as pool:
        totals = list(pool.map(lambda _: budget.reserve(DOLLAR, limit=Decimal(10)), range(100)))
    assert totals.count(None) == 10 and budget.committed == 10

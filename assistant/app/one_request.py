"""One request beside the texts of gaps, within the budget that all of a session share."""

from __future__ import annotations

from decimal import Decimal

from assistant.app.budget import Budget
from assistant.app.models import Connection
from assistant.app.workspace import Workspace
from assistant.core import cost
from assistant.core.types import Reply, Request, Usage
from assistant.errors import UsageError


def answer(
    workspace: Workspace, connection: Connection, request: Request, *, sent: int, budget: Budget
) -> Reply:
    """Ask the model once; `sent` is how many tokens go out.

    Raises `ModelError`, and `UsageError` where it might cost more than is left to spend.
    """
    limit = workspace.settings.max_cost
    reserved = Decimal(0)
    if limit is not None and not connection.local:
        price = connection.price(Usage(sent, request.max_tokens))
        total = None if price is None else budget.reserve(price, limit=Decimal(str(limit)))
        if price is None or total is not None:
            raise UsageError(cost.over_budget(total, limit=limit))
        reserved = price
    spent = Usage()
    try:
        model = connection.for_draft(workspace.path, fresh=workspace.settings.fresh)
        reply = model.answer(request)[0]
        spent = reply.usage
        return reply
    finally:
        paid = Decimal(0) if connection.local else connection.price(spent) or Decimal(0)
        budget.settle(reserved=reserved, spent=paid)
        connection.count(spent)

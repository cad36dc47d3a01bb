"""One request beside the texts of gaps, within the budget that all of a session share."""

from __future__ import annotations

from assistant.app.budget import Budget
from assistant.app.models import Connection
from assistant.app.workspace import Workspace
from assistant.core.types import Reply, Request, Usage


def answer(
    workspace: Workspace, connection: Connection, request: Request, *, sent: int, budget: Budget
) -> Reply:
    """Ask the model once; `sent` is how many tokens go out.

    Raises `ModelError`, and `UsageError` where it might cost more than is left to spend.
    """
    limit = workspace.settings.max_cost
    with budget.spending(connection, lambda: Usage(sent, request.max_tokens), limit=limit) as count:
        model = connection.for_draft(workspace.path, fresh=workspace.settings.fresh)
        reply = model.answer(request)[0]
        count(reply.usage)
        return reply

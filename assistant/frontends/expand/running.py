"""Connects a run to its model and its store, and says what it will cost and what it has cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from assistant.adapters import stdio
from assistant.app.models import connect, expected_connection
from assistant.app.run import Run
from assistant.app.workspace import Workspace
from assistant.app.workspace import job as prepare_job
from assistant.core import cost
from assistant.core.text.display import one_line
from assistant.core.types import Gap, Usage
from assistant.errors import StoreError, UsageError
from assistant.frontends.expand.output import as_json, reader_left
from assistant.frontends.progress import agree_to_download, download_progress, say

Show = Callable[[Run], int]
"""Presents a run and returns the exit code."""


def run(workspace: Workspace, gaps: Sequence[Gap], *, instruction: str, out: str, show: Show) -> int:
    """Connect to the model, let `show` present the run, and return the exit code."""
    stdio.when_reader_leaves(1, reader_left)
    if show is not as_json:
        for gap in gaps:
            if not gap.fillable:
                line, words = workspace.draft.line(gap.span.start), one_line(workspace.draft.text(gap.span))
                say(f"{workspace.name}:{line}: left alone: only you can fill “{words}”")
    if not any(gap.fillable for gap in gaps):
        if not gaps and show is not as_json:
            say(f"{workspace.name}: no gaps found")
        return show(
            Run(workspace, gaps, prepare_job(workspace), expected_connection(workspace.settings), out)
        )
    if not agree_to_download(workspace.settings):
        return 0
    connection = connect(workspace.settings, progress=download_progress())
    if connection.replies is None:
        say("assistant: the store can't be opened; answers are not kept")
    try:
        say(f"assistant: {one_line(connection.description)}")
        job = prepare_job(workspace, instruction=instruction, connection=connection)
        run_ = Run(workspace, gaps, job, connection, out)
        say(f"assistant: {run_.before()}")
        if notice := connection.notice():
            say(f"assistant: {one_line(notice)}")
        if reason := run_.over_budget(gaps):
            raise UsageError(reason)
        try:
            return show(run_)
        finally:
            _tell_spent(run_)
            if (later := connection.notice()) != notice:
                say(f"assistant: {one_line(later)}")
    finally:
        connection.close()


def _tell_spent(run: Run) -> None:
    """Say what the run has cost, with this month's sum where it is stored."""
    spent, connection = run.spent, run.connection
    if not spent.prompt_tokens and not spent.completion_tokens:
        return  # stored replies alone, or a server that doesn't count
    price = run.price(spent)
    line = cost.after(spent, price, local=connection.local)
    if connection.replies is not None and not connection.local:
        with suppress(StoreError):
            models = connection.replies.usage(datetime.now(UTC).strftime("%Y-%m"))
            total = models.get(connection.name, Usage())
            whole = run.price(total)
            line += f"; {connection.name} this month: {cost.price_words(whole, local=False)}"
    say(f"assistant: {one_line(line)}")

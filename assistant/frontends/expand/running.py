"""Connects a run to its model and its store, and says what it will cost and what it has cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from assistant.adapters import files
from assistant.app import reading
from assistant.app.models import connect, expected_connection
from assistant.app.run import Choose, Run
from assistant.app.workspace import Workspace
from assistant.app.workspace import job as prepare_job
from assistant.core import cost
from assistant.core.types import Usage
from assistant.errors import StoreError
from assistant.frontends.expand.output import as_json
from assistant.frontends.progress import agree_to_download, download_progress, say_no_gaps, tell

Show = Callable[[Run], int]
"""Presents a run and returns the exit code."""


def run(
    workspace: Workspace,
    choose: Choose,
    show: Show,
    *,
    out: str = "",
    force: bool = False,
    asks: bool = False,
    writes: bool = False,
    named: bool = False,
) -> int:
    """Connect to the model, let it read the draft where it can, and let `show` present the run.

    `choose` picks the gaps to write. A `show` that `asks` has the author fill in what nobody else knows. One
    that `writes` changes the draft, or a file `out`, that is overwritten only with `force`. With `named`, the
    author named the gaps. Return the exit code. Raises `WriteError`.
    """
    if writes and not out:
        files.check_writable(workspace.name)  # before anything is paid for
    if out:
        files.check_writable(out, unless="" if force else "--force overwrites it")
    gaps = () if workspace.settings.locate == "model" else choose(workspace)
    if not any(gap.fillable for gap in gaps) and not reading.may_be_wanted(workspace):
        nobody = expected_connection(workspace.settings)
        idle = Run(workspace, gaps, prepare_job(workspace), nobody, out, named=named)
        return _nothing_to_write(idle, show)
    if not agree_to_download(workspace.settings):
        return 0
    connection = connect(workspace.settings, progress=download_progress())
    if connection.replies is None:
        tell("the store can't be opened; answers are not kept")
    try:
        tell(connection.description)
        keeps = show is not as_json
        run_ = Run.connected(
            workspace, connection, choose, tell=tell, out=out, named=named, keeps=keeps, asks=asks
        )
        if not run_.writes:
            return _nothing_to_write(run_, show)
        if notice := connection.notice():
            tell(notice)
        try:
            return show(run_)
        finally:
            _tell_spent(run_)
            if (later := connection.notice()) != notice:
                tell(later)
    finally:
        connection.close()


def _nothing_to_write(run: Run, show: Show) -> int:
    if not run.gaps and show is not as_json:
        say_no_gaps(run.workspace)
    return show(run)


def _tell_spent(run: Run) -> None:
    """Say what the run has cost, with this month's sum where it is stored."""
    spent, connection = run.spent, run.connection
    if not spent.prompt_tokens and not spent.completion_tokens:
        return  # stored replies alone, or a server that doesn't count
    line = connection.after(spent)
    if connection.replies is not None and not connection.local:
        with suppress(StoreError):
            total = connection.replies.usage().get(connection.name, Usage())
            whole = connection.price(total)
            line += f"; {connection.name} this month: {cost.price_words(whole, local=False)}"
    tell(line)

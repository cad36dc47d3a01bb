"""Connects a run to its model and its store, and says what it will cost and what it has cost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.adapters import pipes
from assistant.app import workspace
from assistant.app.models import connect, foreseen
from assistant.app.run import Run
from assistant.app.workspace import Workspace
from assistant.core import cost
from assistant.core.text.display import one_line
from assistant.core.types import Gap, Usage
from assistant.errors import StoreError, UsageError
from assistant.frontends.expand.opening import say
from assistant.frontends.expand.output import as_json, reader_left

if TYPE_CHECKING:
    from assistant.adapters.store import Store

Show = Callable[[Run], int]
"""Presents a run and returns the exit code."""


def run(opened: Workspace, gaps: Sequence[Gap], *, instruction: str, out: str, show: Show) -> int:
    """Effect: connects to the model, lets `show` present the run, and returns the exit code."""
    pipes.when_reader_leaves(1, reader_left)
    if show is not as_json:
        for gap in gaps:
            if not gap.fillable:
                line, words = opened.draft.line(gap.span.start), one_line(opened.draft.text(gap.span))
                say(f"{opened.name}:{line}: left alone, only you know it: {words}")
    if not any(gap.fillable for gap in gaps):
        if not gaps and show is not as_json:
            say(f"{opened.name}: nothing in it is unwritten")
        return show(Run(opened, gaps, workspace.job(opened), foreseen(opened.settings), out))
    connection = connect(opened.settings, progress=_fetching())
    try:
        say(f"assistant: {one_line(connection.description)}")
        job = workspace.job(opened, instruction=instruction, connection=connection)
        run_ = Run(opened, gaps, job, connection, out)
        say(f"assistant: {run_.before()}")
        if too_dear := run_.too_dear(gaps):
            raise UsageError(too_dear)
        with _store() as store:
            try:
                return show(run_)
            finally:
                _tell_spent(run_, store)
    finally:
        connection.close()


@contextmanager
def _store() -> Iterator[Store | None]:
    """Open the store; go on without one where it can't be opened."""
    from assistant.adapters.store import open_store

    try:
        store = open_store()
    except StoreError as error:
        say(f"assistant: {one_line(str(error))}; answers are not kept")
        yield None
        return
    try:
        yield store
    finally:
        store.close()


def _tell_spent(run: Run, store: Store | None) -> None:
    """Effect: says what the run has cost, with this month's sum where it is kept, and keeps the count."""
    spent, local = run.spent, run.connection.local
    if not spent.prompt_tokens and not spent.completion_tokens:
        return  # kept answers alone, or a server that doesn't count
    price = run.price(spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens)
    line = cost.after(spent, price, local=local)
    if store is not None:
        with suppress(StoreError):
            store.add_usage(run.connection.name, spent)
            if not local:
                month = datetime.now(UTC).strftime("%Y-%m")
                ours = [u for u in store.usage(month) if u.model == run.connection.name]
                sums = sum((u.usage for u in ours), Usage())
                whole = run.price(sums.prompt_tokens, sums.completion_tokens, sums.cached_tokens)
                line += f"; {run.connection.name} this month: {cost.price_words(whole, local=False)}"
    say(f"assistant: {one_line(line)}")


def _fetching() -> Callable[[int, int], None]:
    """Return a function that shows on stderr how far the fetching of the built-in model is."""
    ended = False

    def show(done: int, whole: int) -> None:
        nonlocal ended
        if ended:
            return
        ended = done >= whole
        if sys.stderr.isatty():
            bar = ("█" * (done * 30 // whole)).ljust(30, "░")[:30]
            end = "\n" if ended else ""
            sys.stderr.write(
                f"\rassistant: fetching the built-in model, once  {bar} {done / whole:4.0%}{end}"
            )
            sys.stderr.flush()
        elif ended:
            say(f"assistant: fetched the built-in model, {whole // 1_000_000} MB, once")

    return show

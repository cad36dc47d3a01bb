"""The commands on batches: send, status, fetch, cancel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from assistant.adapters.store import Store, open_store
from assistant.adapters.store.database import local
from assistant.app import batch
from assistant.app.batch import Progress, Result
from assistant.core.text.display import one_line
from assistant.errors import ModelError, ModelUnavailable
from assistant.frontends.progress import say

_NOTHING = "no batch with drafts in {}"


@contextmanager
def _store() -> Iterator[Store]:
    """Open the store, and keep other batch commands out."""
    with closing(open_store()) as store, batch.alone():
        yield store


def send(folder: str, *, file: str, instruction: str, dry_run: bool, **options: Any) -> int:
    """Send the gaps of all drafts that have no text, after saying what that costs; return the exit code."""
    with _store() as store:
        batch.forget_unsent(store)
        plan = batch.plan([folder], store, instruction=instruction, to_file=bool(file), **options)
        for line in plan.failures if plan else ():
            say(f"assistant: {one_line(line)}")
        if plan and plan.waiting:
            say(f"{plan.waiting} piece{'s' * (plan.waiting != 1)} left out: in a batch already")
        if plan is None or not plan.pieces:
            print("nothing to send")
            return 0
        say(f"assistant: {one_line(plan.connection.description)}")
        say(f"assistant: {plan.before()}")
        if dry_run:
            return 0
        count = len(plan.pieces)
        if file:
            batch.write(plan, store, file)
            print(f"wrote {count} request{'s' * (count != 1)} to {one_line(file)}; when they are answered:")
            print("  assistant batch fetch --file RESULTS.jsonl")
        else:
            sent = batch.send(plan, store)
            print(
                f"sent {one_line(sent.remote)}: {count} request{'s' * (count != 1)}, answered within a day;"
            )
            print("  assistant batch status tells how far it is, assistant batch fetch takes the texts")
    return 0


def status(folder: str) -> int:
    """Print how far each batch is; return 1 while any is open."""
    with _store() as store:
        batches = batch.within(store, folder)
        for one in batches:
            _tell(batch.progress(store, one))
        failed = batch.failed(store, folder)
    if not batches:
        print(_NOTHING.format(one_line(folder)))
    for result in failed:
        print(_line(result))
    if failed:
        print("assistant batch send sends what has no text yet again")
    return 1 if batches else 0


def fetch(folder: str, *, file: str) -> int:
    """Take the results that are there; return 1 where some failed or are to come, 3 without a server."""
    code, results = 0, list[Result]()
    with _store() as store:
        if file:
            results += _told(batch.fetch_file(store, file))
        for one in [] if file else batch.within(store, folder):
            progress = batch.progress(store, one)
            _tell(progress)
            if progress.state is None:
                code = max(code, ModelUnavailable.exit_code if progress.said else 0)
            elif not progress.state.ended:
                code = max(code, 1)
            else:
                try:
                    results += _told(batch.fetch(store, progress))
                except ModelError as error:  # the others may be there
                    print(f"{one_line(progress.name)}: {one_line(str(error))}")
                    code = max(code, error.exit_code)
    texts, failed = sum(not one.said for one in results), [one for one in results if one.said]
    if results or file:
        print(f"{texts} text{'s' * (texts != 1)} to decide on: assistant review {one_line(folder)}")
    elif not code:
        print(_NOTHING.format(one_line(folder)))
    if any(one.again for one in failed):
        print(f"{len(failed)} failed; assistant batch send sends them again")
    return max(code, int(bool(failed)))


def cancel(folder: str) -> int:
    """Have the batches answered no more; return the exit code."""
    with _store() as store:
        batches = batch.within(store, folder)
        for one in batches:
            state = batch.cancel(store, one)
            name = one_line(one.remote.removeprefix(batch.IN_FILE) or f"batch {one.id}")
            print(f"{name}: {state.status.replace('_', ' ') if state else 'forgotten'}")
            if state:
                print("  assistant batch fetch takes what was answered")
    if not batches:
        print(_NOTHING.format(one_line(folder)))
    return 0


def _tell(progress: Progress) -> None:
    """Print how far a batch is on one line."""
    one, state = progress.batch, progress.state
    line = f"{one_line(progress.name)} ({local(one.at)}, {one_line(one.model)}): "
    if state is not None:
        counts = f"{state.done} of {state.total or len(progress.lines)} answered"
        line += (
            f"{state.status.replace('_', ' ')}, {counts}{f', {state.failed} failed' if state.failed else ''}"
        )
        line += f"; {state.said}" if state.said else ""
    elif progress.said:
        line += progress.said
    else:
        left = sum(one.state == "sent" for one in progress.lines)
        line += f"{left} of {len(progress.lines)} requests without a result; batch fetch --file takes them"
    print(one_line(line))


def _told(results: Iterator[Result]) -> Iterator[Result]:
    """Print what failed as it comes."""
    for result in results:
        if result.said:
            print(_line(result))
        yield result


def _line(result: Result) -> str:
    return one_line(f"{os.path.relpath(result.path)}:{result.line}: {result.said}")

"""The commands on batches: send, status, fetch, cancel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from assistant.adapters.store import Store, open_store
from assistant.adapters.store.batches import Batch, exclusively
from assistant.adapters.store.database import local
from assistant.app import batch
from assistant.app.batch import Progress, Result
from assistant.core.text.display import command, counted, one_line
from assistant.errors import InputError, ModelError
from assistant.frontends.progress import say, show_left_out, tell

_NOTHING = "no batch with drafts in {}"
_MOVED = "a batch is for drafts in {}, which are gone; move them back, or: {}"


@contextmanager
def _store(path: str) -> Iterator[Store]:
    """Open the store, and keep other batch commands out. Raises `InputError` where there is no such path."""
    with closing(open_store()) as store, exclusively():
        batch.check_path(store, path)
        yield store


def send(folder: str, *, file: str, dry_run: bool, **options: Any) -> int:
    """Send the gaps of all drafts that have no text, after saying what that costs; return the exit code."""
    with _store(folder) as store:
        batch.forget_unsent(store)
        for entry in batch.within(store, folder):
            if entry.input and not entry.remote and not dry_run:
                _print_progress(batch.go_on(store, entry))
        for old in batch.moved_away(store, folder):
            say(_moved(old))
        plan = batch.plan([folder], store, to_file=bool(file), **options)
        failures = plan.failures if plan else {}
        for line in failures.values():
            tell(line)
        if plan and plan.waiting:
            say(f"{counted(plan.waiting, 'piece')} left out: in a batch already")
        if plan is None or not plan.pieces:
            print("nothing to send")
            show_left_out(failures)
            return InputError.exit_code if failures else 0
        tell(plan.connection.description)
        tell(plan.before())
        requests = counted(len(plan.pieces), "request")
        if dry_run:
            pass
        elif file:
            batch.write(plan, store, file)
            print(f"wrote {requests} to {one_line(file)}; when they are answered:")
            print("  assistant batch fetch --file RESULTS.jsonl")
        else:
            result = batch.send(plan, store)
            print(f"sent {one_line(result.remote)}: {requests}, answered within a day")
            print(f"  to see the progress: {_command('status', folder)}")
            print(f"  to get the texts: {_command('fetch', folder)}")
        show_left_out(failures)
    return InputError.exit_code if failures else 0


def status(folder: str) -> int:
    """Print how far each batch is; return 1 while any is open or a piece failed, 3 without a server."""
    with _store(folder) as store:
        batches = batch.within(store, folder)
        states = [batch.progress(store, entry) for entry in batches]
        for entry in states:
            _print_progress(entry)
        failures = batch.failed(store, folder)
        if not batches:
            _print_none(store, folder)
    for result in failures:
        print(_line(result))
    if failures:
        print(f"to send again what has no text yet: {_command('send', folder)}")
    return max([int(bool(batches or failures)), *(entry.code for entry in states)])


def fetch(folder: str, *, file: str) -> int:
    """Take the results that are there; return 1 where some failed or are to come, 3 without a server."""
    code, results = 0, list[Result]()
    with _store(folder) as store:
        if file:
            results += _print_failures(batch.fetch_file(store, file))
        for entry in [] if file else batch.within(store, folder):
            progress = batch.progress(store, entry)
            _print_progress(progress)
            if progress.state is None:
                code = max(code, progress.code)
            elif not progress.state.ended:
                code = max(code, 1)
            else:
                try:
                    results += _print_failures(batch.fetch(store, progress))
                except ModelError as error:  # the others may be there
                    print(f"{one_line(progress.name)}: {one_line(str(error))}")
                    code = max(code, error.exit_code)
        if not (results or file or code):
            _print_none(store, folder)
    texts, failures = sum(not e.failure for e in results), [e for e in results if e.failure]
    if results or file:
        hint = f": {command('review', folder)}" if texts else ""
        print(f"{counted(texts, 'text')} to decide on{hint}")
    if any(entry.again for entry in failures):
        print(f"{sum(e.again for e in failures)} failed; to send them again: {_command('send', folder)}")
    return max(code, int(bool(failures)))


def cancel(folder: str) -> int:
    """Cancel the batches; return the exit code."""
    with _store(folder) as store:
        batches = batch.within(store, folder)
        if not batches:
            _print_none(store, folder)
        return max((_cancel(store, one, folder) for one in batches), default=0)


def _cancel(store: Store, one: Batch, folder: str) -> int:
    name = one_line(one.remote.removeprefix(batch.IN_FILE) or f"batch {one.id}")
    try:
        state = batch.cancel(store, one)
    except ModelError as error:  # the others can be ended
        print(f"{name}: {one_line(str(error))}")
        return error.exit_code
    print(f"{name}: {state.status.replace('_', ' ') if state else 'forgotten'}")
    if state:
        print(f"  to get what was answered: {_command('fetch', folder)}")
    return 0


def _command(name: str, folder: str) -> str:
    """Return a command on the batches of a folder, which the current one need not be named for."""
    return command(f"batch {name}", *[folder][folder == "." :])


def _moved(folder: str) -> str:
    return _MOVED.format(one_line(folder), command("batch cancel", folder))


def _print_none(store: Store, folder: str) -> None:
    print(_NOTHING.format(one_line(folder)))
    for old in batch.moved_away(store, folder):
        print(_moved(old))


def _print_progress(progress: Progress) -> None:
    """Print how far a batch is on one line."""
    entry, state = progress.batch, progress.state
    line = f"{one_line(progress.name)} ({local(entry.at)}, {one_line(entry.model)}): "
    if state is not None:
        counts = f"{state.done} of {state.total or len(progress.lines)} answered"
        line += (
            f"{state.status.replace('_', ' ')}, {counts}{f', {state.failed} failed' if state.failed else ''}"
        )
        line += f"; {state.error}" if state.error else ""
    elif progress.failure:
        line += progress.failure
    else:
        unread = sum(entry.state == "sent" for entry in progress.lines)
        line += f"{unread} of {len(progress.lines)} requests without a result; batch fetch --file reads them"
    print(one_line(line))


def _print_failures(results: Iterator[Result]) -> Iterator[Result]:
    """Print what failed as it comes."""
    for result in results:
        if result.failure:
            print(_line(result))
        yield result


def _line(result: Result) -> str:
    return one_line(f"{os.path.relpath(result.path)}:{result.line}: {result.failure}")

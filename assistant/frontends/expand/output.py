"""Presents a run: as a diff, as a finished document, as JSON Lines, or written into the draft."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.adapters import files, folders, stdio
from assistant.app import report, unattended
from assistant.app.accepting import accept_texts
from assistant.app.run import Run
from assistant.app.session import Session
from assistant.core.hunks import diff, selection
from assistant.core.hunks.apply import apply
from assistant.core.hunks.selection import Selection
from assistant.core.review.decide import key_for
from assistant.core.review.state import Phase
from assistant.core.text.display import command, visible
from assistant.core.types import Event, Expanded, Failed, Partial
from assistant.frontends.json_fields import expansion_fields, gap_fields
from assistant.frontends.progress import say, tell, writing_progress

JSON_VERSION = 1
"""Stands in every line of JSON; it grows when a field changes its meaning or goes, not when one is added."""


def _events(run: Run, session: Session, keys: Iterable[str]) -> Iterator[Event]:
    """Have pieces written, by key, and yield what comes.

    Raises `BrokenPipeError` once nobody reads stdout: what comes then is not wanted.
    """
    reader_left = threading.Event()
    stdio.when_reader_leaves(1, reader_left.set)
    for event in unattended.events(run, session, keys, stop=reader_left):
        if reader_left.is_set():
            raise BrokenPipeError
        yield event


def _exit_code(run: Run, gap_ids: set[str], failures: Iterable[Failed]) -> int:
    """Return 3 where no text came since the model can't be reached, 1 while any gap has none, else 0."""
    codes = {failure.exit_code for failure in failures}
    if 3 in codes and not gap_ids:
        return 3
    return 1 if codes or any(gap.id not in gap_ids for gap in run.gaps) else 0


@contextmanager
def _accepted(run: Run, *, keeps_all: bool = False, stored: bool = False) -> Iterator[tuple[Session, int]]:
    """Run to the end and accept what came; yield the session, and the exit code so far.

    Lines say what failed, what was left out and what is to be checked.
    """
    session = run.open(stored=stored)  # before anything is asked for
    if session.notice:
        tell(session.notice)
    keys = run.missing(session)
    if notice := report.kept(session.review, name=run.workspace.name):
        tell(notice)
    for note in report.left_alone(run.workspace.draft, session.unanswered(run.gaps), name=run.workspace.name):
        say(note, is_reason=True)
    try:
        failures: list[Failed] = []
        reasons, show = report.Reasons(run.reading_failure), writing_progress()
        for event in _events(run, session, keys):
            show(event if isinstance(event, Partial) else None)
            if isinstance(event, Failed):
                failures.append(event)
                line = run.workspace.line((event.target or event.gap.span).start)
                if message := reasons.first(line, event.message):
                    say(f"{run.workspace.name}:{message}", is_reason=True)
        for message in reasons.rest():
            say(f"{run.workspace.name}:{message}")
        failed_keys = {key_for(failure.gap, failure.target) for failure in failures}
        for message in accept_texts(session, run.gaps, keeps_all=keeps_all, but=failed_keys):
            say(message)
        gap_ids = {s.gap for s in session.review.pieces if s.is_accepted and s.phase is not Phase.WRITTEN}
        yield session, _exit_code(run, gap_ids, failures)
    finally:
        session.close()


def as_diff(run: Run) -> int:
    """Print a unified diff that `git apply` takes; return the exit code."""
    with _accepted(run, keeps_all=True) as (session, code):
        hunks, rest = session.review.accepted(), report.left(session.review, held=session.on_offer)
    draft = run.workspace.path
    raw = run.workspace.raw
    hunks = tuple(map(raw.hunk, hunks)) if raw else hunks
    patch = diff.unified(run.workspace.file, hunks, path=folders.patch_path(draft))
    if patch and not draft.resolve().is_relative_to(Path.cwd()):
        say(f"{run.workspace.name}: apply the diff in a folder above it; in this one, git passes over it")
    if rest and not patch:
        say(f"{run.workspace.name}: {rest}; see: {command('review', run.workspace.name)}", is_reason=True)
    if sys.stdout.isatty():
        _show_patch(patch.decode())
    else:
        sys.stdout.buffer.write(patch)
        sys.stdout.buffer.flush()
    return code


def _show_patch(patch: str) -> None:
    """Print a diff in colour, its control characters made visible."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    colours = {"+": "green", "-": "red", "@": "cyan", "d": "bold"}
    for line in patch.split("\n")[:-1]:
        console.print(Text(visible(line), style=colours.get(line[:1], "")), soft_wrap=True)


def as_filter(
    run: Run, *, put: Callable[[bytes], None], passes: bool, selected: Selection | None = None
) -> int:
    """Write the finished document, or its `selected` lines, to stdout by `put` or to `--out`.

    Without a model nothing is written, unless the filter `passes` its input. Return the exit code.
    """
    with _accepted(run) as (session, code):
        hunks = session.review.accepted()
    draft = run.workspace.draft.data
    if code == 3 and not passes:
        return code
    data = apply(draft, hunks) if selected is None else selection.replaced(selected, hunks)
    if run.out:
        files.write_draft(run.out, data)
    else:
        put(data)
    return code


def accept_all(run: Run) -> int:
    """Accept every hunk, without unsupported sentences, and write the draft; return the exit code."""
    with _accepted(run, stored=not run.out) as (session, code):
        outcome = session.write(out=run.out, clears=False)
    name = run.out or run.workspace.name
    for text in report.outcome(session.workspace.draft, outcome, name=name) if run.gaps else ():
        say(text, is_reason=text.startswith("not applied"))
    if not run.out and (remainder := report.left(session.review, held=session.on_offer)):
        say(f"{name}: {remainder}; continue with: {command('review', name)}", is_reason=True)
    return 1 if outcome.conflicts else code


def as_json(run: Run) -> int:
    """Print a JSON object a line for every gap, text and error, and totals; return the exit code."""
    draft = run.workspace.draft
    expanded: list[Expanded] = []
    failures: list[Failed] = []
    for gap in run.gaps:
        emit({"event": "gap", **gap_fields(draft, gap, run.workspace.raw)})
    session = run.open(afresh=True)
    for event in _events(run, session, session.missing(run.gaps)):
        if isinstance(event, Expanded):
            expanded.append(event)
            workspace = run.workspace
            fields = expansion_fields(run.job, event, name=workspace.name, raw=workspace.raw)
            emit({"event": "expansion", **fields})
        elif isinstance(event, Failed):
            failures.append(event)
            fields = {"event": "error", "gap": event.gap.id, "message": event.message}
            fields["left_out"] = list(event.left_out)
            if event.target is not None:
                fields["target"] = {"start": event.target.start, "end": event.target.end}
            emit(fields)
    emit(
        {
            "event": "done",
            "gaps": len(run.gaps),
            "expanded": len({text.gap.id for text in expanded}),
            "failed": len(failures),
            "hunks": sum(len(text.hunks) for text in expanded),
            "bytes": len(run.workspace.file),
            "usage": run.spent._asdict(),
        }
    )
    return _exit_code(run, {text.gap.id for text in expanded}, failures)


def emit(fields: dict[str, Any]) -> None:
    """Print one line of JSON at once, so that a reader can act on it."""
    line = json.dumps({"version": JSON_VERSION, **fields}, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()

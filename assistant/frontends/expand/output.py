"""Presents a run: as a diff, as a finished document, as JSON Lines, or written into the draft."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
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


def _exit_code(run: Run, filled: set[str], failed: Iterable[Failed]) -> int:
    """Return 3 where no text came since the model can't be reached, 1 while any gap has none, else 0."""
    codes = {one.exit_code for one in failed}
    if 3 in codes and not filled:
        return 3
    return 1 if codes or any(gap.id not in filled for gap in run.gaps) else 0


@contextmanager
def _accepted(run: Run, *, keeps_all: bool = False, stored: bool = False) -> Iterator[tuple[Session, int]]:
    """Run to the end and accept what came; yield the session, and the exit code so far.

    Lines say what failed, what was left out and what is to be checked.
    """
    session = run.open(stored=stored)  # before anything is asked for
    if session.unsaved:
        tell(session.unsaved)
    keys = run.missing(session, asks=False)
    if kept := report.kept(session.review, name=run.workspace.name):
        tell(kept)
    for left in report.left_alone(run.workspace.draft, session.unanswered(run.gaps), name=run.workspace.name):
        say(left, is_reason=True)
    try:
        failed: list[Failed] = []
        reasons, show = report.Reasons(run.reading_failure), writing_progress()
        for event in _events(run, session, keys):
            show(event if isinstance(event, Partial) else None)
            if isinstance(event, Failed):
                failed.append(event)
                line = run.workspace.draft.line((event.target or event.gap.span).start)
                if said := reasons.first(line, event.message):
                    say(f"{run.workspace.name}:{said}", is_reason=True)
        for said in reasons.rest():
            say(f"{run.workspace.name}:{said}")
        without = {key_for(one.gap, one.target) for one in failed}
        for said in accept_texts(session, run.gaps, keeps_all=keeps_all, but=without):
            say(said)
        filled = {s.gap for s in session.review.slots if s.is_accepted and s.phase is not Phase.WRITTEN}
        yield session, _exit_code(run, filled, failed)
    finally:
        session.close()


def as_diff(run: Run) -> int:
    """Print a unified diff that `git apply` takes; return the exit code."""
    with _accepted(run, keeps_all=True) as (session, code):
        hunks, left = session.review.accepted(), report.left(session.review)
    draft = run.workspace.path
    patch = diff.unified(run.workspace.draft.data, hunks, path=folders.patch_path(draft))
    if patch and not draft.resolve().is_relative_to(Path.cwd()):
        say(f"{run.workspace.name}: apply the diff in a folder above it; in this one, git passes over it")
    if left and not patch:
        say(f"{run.workspace.name}: {left}; see: {command('review', run.workspace.name)}", is_reason=True)
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
    run: Run, *, put: Callable[[bytes], None], passes: bool, marked: Selection | None = None
) -> int:
    """Write the finished document, or its `marked` lines, to stdout by `put` or to `--out`.

    Without a model nothing is written, unless the filter `passes` its input. Return the exit code.
    """
    with _accepted(run) as (session, code):
        hunks = session.review.accepted()
    draft = run.workspace.draft.data
    if code == 3 and not passes:
        return code
    data = apply(draft, hunks) if marked is None else selection.replaced(marked, hunks)
    if run.out:
        files.write_draft(run.out, data)
    else:
        put(data)
    return code


def accept_all(run: Run) -> int:
    """Accept every hunk, without unsupported sentences, and write the draft; return the exit code."""
    with _accepted(run, stored=not run.out) as (session, code):
        outcome = session.write(out=run.out)
    name = run.out or run.workspace.name
    for text in report.outcome(session.workspace.draft, outcome, name=name) if run.gaps else ():
        say(text, is_reason=text.startswith("not applied"))
    if not run.out and (left := report.left(session.review)):
        say(f"{name}: {left}; continue with: {command('review', name)}", is_reason=True)
    return 1 if outcome.conflicts else code


def as_json(run: Run) -> int:
    """Print a JSON object a line for every gap, text and error, and totals; return the exit code."""
    draft = run.workspace.draft
    expanded: list[Expanded] = []
    failed: list[Failed] = []
    for gap in run.gaps:
        emit({"event": "gap", **gap_fields(draft, gap)})
    session = run.open(afresh=True)
    for event in _events(run, session, session.missing(run.gaps)):
        if isinstance(event, Expanded):
            expanded.append(event)
            emit({"event": "expansion", **expansion_fields(run.job, event, name=run.workspace.name)})
        elif isinstance(event, Failed):
            failed.append(event)
            fields: dict[str, Any] = {"event": "error", "gap": event.gap.id, "message": event.message}
            fields["left_out"] = list(event.left_out)
            if event.target is not None:
                fields["target"] = {"start": event.target.start, "end": event.target.end}
            emit(fields)
    emit(
        {
            "event": "done",
            "gaps": len(run.gaps),
            "expanded": len({one.gap.id for one in expanded}),
            "failed": len(failed),
            "hunks": sum(len(one.hunks) for one in expanded),
            "bytes": len(draft.data),
            "usage": asdict(run.spent),
        }
    )
    return _exit_code(run, {one.gap.id for one in expanded}, failed)


def emit(fields: dict[str, Any]) -> None:
    """Print one line of JSON at once, so that a reader can act on it."""
    line = json.dumps({"version": JSON_VERSION, **fields}, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()

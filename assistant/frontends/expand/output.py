"""Presents a run: as a diff, as a finished document, as JSON Lines, or written into the draft."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.adapters import files, folders
from assistant.app import report
from assistant.app.run import Run
from assistant.core.hunks import diff, selection
from assistant.core.hunks.apply import apply
from assistant.core.hunks.selection import Selection
from assistant.core.review.doubts import without_unsupported
from assistant.core.text.display import one_line, visible
from assistant.core.text.questions import questions
from assistant.core.types import Event, Expanded, Failed, Hunk, Piece
from assistant.frontends import pieces
from assistant.frontends.expand.opening import put
from assistant.frontends.progress import say, writing_progress

JSON_VERSION = 1
"""Stands in every line of JSON; it grows when a field changes its meaning or goes, not when one is added."""

_STOP, _READER_LEFT = threading.Event(), threading.Event()
"""Set once nobody reads stdout any more; the first ends the requests, and they set it when they are done."""


def reader_left() -> None:
    """Stop the requests, since nobody reads stdout any more."""
    _READER_LEFT.set()
    _STOP.set()


def _events(run: Run) -> Iterator[Event]:
    """Yield what comes; raise `BrokenPipeError` once nobody reads stdout: what comes then is not wanted."""
    for event in run.events(stop=_STOP):
        if _READER_LEFT.is_set():
            raise BrokenPipeError
        yield event


def _exit_code(run: Run, expanded: Iterable[Expanded], failed: Iterable[Failed]) -> int:
    """Return 3 where no text came since the model can't be reached, 1 while any gap has none, else 0."""
    codes, filled = {one.exit_code for one in failed}, {one.gap.id for one in expanded}
    if 3 in codes and not filled:
        return 3
    return 1 if codes or any(gap.id not in filled for gap in run.gaps) else 0


def _collected(run: Run, *, keep_unsupported: bool = True) -> tuple[list[Hunk], int]:
    """Run to the end, say what failed, and return all hunks and the exit code so far."""
    expanded, code = _expanded(run, keep_unsupported=keep_unsupported)
    return [hunk for one in expanded for hunk in one.hunks], code


def _expanded(run: Run, *, keep_unsupported: bool) -> tuple[list[Expanded], int]:
    """Run to the end, say what failed or was left out, and return the texts and the exit code so far."""
    expanded: list[Expanded] = []
    failed: list[Failed] = []
    reasons = report.Reasons(run.told)
    show = writing_progress()
    for event in _events(run):
        show(event if isinstance(event, Piece) else None)
        if isinstance(event, Expanded):
            text = event if keep_unsupported else _supported(run, event)
            if any(not hunk.follows for hunk in text.hunks):
                expanded.append(text)
                _say_doubts(run, text)
        elif isinstance(event, Failed):
            failed.append(event)
            line = run.workspace.draft.line((event.target or event.gap.span).start)
            if said := reasons.first(line, event.message):
                say(f"{run.workspace.name}:{said}")
    for said in reasons.rest():
        say(f"{run.workspace.name}:{said}")
    return expanded, _exit_code(run, expanded, failed)


def _supported(run: Run, event: Expanded) -> Expanded:
    """Say which sentences nothing of the author's tells, and return a text without them."""
    hunks = []
    for hunk in event.hunks:
        kept, left_out = without_unsupported(hunk)
        where = f"{run.workspace.name}:{run.workspace.draft.line(hunk.span.start)}"
        for sentence in left_out:
            say(f"{where}: left out, nothing in your posts tells it: “{one_line(sentence)}”")
        if kept is not None:
            hunks.append(kept)
    return replace(event, hunks=tuple(hunks))


def _say_doubts(run: Run, event: Expanded) -> None:
    """Say what to check in a text, and what cleaning changed."""
    for hunk in event.hunks:
        where = f"{run.workspace.name}:{run.workspace.draft.line(hunk.span.start)}"
        for warning in hunk.warnings:
            words = hunk.replacement[warning.start : warning.end]
            say(f"{where}: please check: {pieces.with_words(warning.message, words)}")
        for question in questions(hunk.replacement.decode("utf-8", "replace")):
            say(f"{where}: left as a gap for you: “{one_line(question.words or 'TK')}”")
        for note in () if hunk.follows else hunk.notes:
            say(f"{where}: note: {one_line(note)}")


def as_diff(run: Run) -> int:
    """Print a unified diff that `git apply` takes; return the exit code."""
    hunks, code = _collected(run)
    draft = run.workspace.path
    patch = diff.unified(run.workspace.draft.data, hunks, path=folders.patch_path(draft))
    if not draft.resolve().is_relative_to(Path.cwd()):
        say(f"{run.workspace.name}: apply the diff in a folder above it; in this one, git passes over it")
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
    run: Run,
    *,
    marked: Selection | None = None,
    pass_through: bool = False,
    keep_unsupported: bool = False,
) -> int:
    """Write the finished document, or its `marked` lines, to stdout or `--out`; return the exit code."""
    hunks, code = _collected(run, keep_unsupported=keep_unsupported)
    draft = run.workspace.draft.data
    if code == 3 and not pass_through:
        return code
    data = apply(draft, hunks) if marked is None else selection.replaced(marked, hunks)
    if run.out:
        files.write_draft(run.out, data)
    else:
        put(data)
    return code


def accept_all(run: Run, *, keep_unsupported: bool = False) -> int:
    """Accept every hunk, without unsupported sentences, and write the draft; return the exit code."""
    from assistant.app.session import start_session

    session = start_session(run.workspace, stored=not run.out)  # before anything is asked for
    try:
        expanded, code = _expanded(run, keep_unsupported=keep_unsupported)
        session.accept(expanded)
        outcome = session.write(out=run.out)
    finally:
        session.close()
    for text in report.outcome(run.workspace.draft, outcome, name=run.out or run.workspace.name):
        say(text)
    return 1 if outcome.conflicts else code


def as_json(run: Run) -> int:
    """Print a JSON object a line for every gap, text and error, and totals; return the exit code."""
    draft = run.workspace.draft
    expanded: list[Expanded] = []
    failed: list[Failed] = []
    for gap in run.gaps:
        emit({"event": "gap", **report.gap_fields(draft, gap)})
    for event in _events(run):
        if isinstance(event, Expanded):
            expanded.append(event)
            emit({"event": "expansion", **report.expansion_fields(run.job, event, name=run.workspace.name)})
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
    return _exit_code(run, expanded, failed)


def emit(fields: dict[str, Any]) -> None:
    """Print one line of JSON at once, so that a reader can act on it."""
    line = json.dumps({"version": JSON_VERSION, **fields}, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()

"""The `expand` command where nobody sits in front of it: diff, JSON Lines, filter, or accept all.

Document and diff go to stdout, and nothing else does; everything said to a person goes to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from assistant import workspace
from assistant.adapters import files, pipes
from assistant.core import diff, edits, report, selection
from assistant.core.display import one_line, visible
from assistant.core.selection import Selection
from assistant.core.types import Gap, Hunk, Usage
from assistant.errors import InputError, UsageError
from assistant.pipeline import Expanded, Failed
from assistant.workspace import Connection, Run, Workspace

Show = Callable[[Run], int]

JSON_VERSION = 1
"""Stands in every line of JSON; it grows when a field changes its meaning or goes, not when one is added."""


def say(line: str) -> None:
    """Effect: tells the user one line on stderr."""
    print(line, file=sys.stderr, flush=True)


def opened(path: str, stdin_filename: str, *, data: bytes | None = None, **options: Any) -> Workspace:
    """Effect: opens the draft at `path`, or the one on standard input when it is `-`.

    `data` is what standard input held, where that was read already.
    """
    if path != "-":
        if stdin_filename:
            raise UsageError("--stdin-filename goes with - as the path")
        found = workspace.open_draft(path, **options)
    else:
        data = read_stdin() if data is None else data
        found = workspace.open_draft(stdin_filename or "standard input", data=data, **options)
    for line in found.settings.refused:
        say(f"assistant: {one_line(line)}")
    return found


def read_stdin() -> bytes:
    """Effect: reads standard input to its end, or as far as a draft may go."""
    return sys.stdin.buffer.read(files.MOST_BYTES + 1)


def selected(context: str, lines: str, data: bytes) -> Selection:
    """Effect: reads the file of `--context` and puts the lines on standard input where they stand in it.

    Raises `UsageError` and `InputError`.
    """
    if not (context and lines):
        raise UsageError(
            "--context FILE and --lines A:B go together; they say where the lines on stdin stand"
        )
    first, _, last = lines.partition(":")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise UsageError(f"--lines {lines}: two line numbers are wanted, such as 12:20")
    files.check_size(data, name="standard input")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input: not UTF-8 text: byte {error.start} can't be read") from None
    return selection.placed(files.read_draft(context), data, first=int(first), last=int(last or first))


@contextmanager
def passed_through(data: bytes, *, wanted: bool) -> Iterator[None]:
    """Effect: when what happens inside fails, writes `data` to stdout if that is `wanted`, and fails on.

    An editor puts what a filter prints in the place of what it was given, even when the filter failed.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt):
        if wanted:
            with suppress(OSError):
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
        raise


def chosen(
    opened: Workspace, ids: Sequence[str], line: int | None, *, marked: Selection | None = None
) -> tuple[Gap, ...]:
    """Return the gaps that `ids` or `line` name, or all of them, or those in the `marked` lines.

    Raises `UsageError`.
    """
    gaps = opened.gaps
    if marked is not None:
        gaps = selection.gaps_within(opened.draft, gaps, marked.span)
    if ids:
        known = {gap.id for gap in gaps}
        if unknown := [i for i in ids if i not in known]:
            raise UsageError(
                f"{opened.name} has no gap {unknown[0]}; "
                + (f"its gaps are {', '.join(g.id for g in gaps)}" if gaps else "nothing in it is unwritten")
            )
        gaps = tuple(gap for gap in gaps if gap.id in ids)
    if line is not None:
        gaps = tuple(g for g in gaps if _is_at(opened, g, line))
        if not gaps:
            raise UsageError(f"{opened.name} has no gap at line {line}; see: assistant locate {opened.name}")
    return gaps


def _is_at(opened: Workspace, gap: Gap, line: int) -> bool:
    spans = [gap.span, *gap.targets]
    if gap.kind == "empty-section":
        spans += [h.body for h in opened.draft.headings if h.span == gap.span]
    return any(first <= line <= last for first, last in map(opened.draft.lines, spans))


def run(opened: Workspace, gaps: Sequence[Gap], *, instruction: str, out: str, show: Show) -> int:
    """Effect: connects to the model, lets `show` present the run, and returns the exit code."""
    pipes.when_reader_leaves(1, _reader_left)
    if show is not as_json:
        for gap in gaps:
            if not gap.fillable:
                line, words = opened.draft.line(gap.span.start), one_line(opened.draft.text(gap.span))
                say(f"{opened.name}:{line}: left alone, only you know it: {words}")
    if not any(gap.fillable for gap in gaps):
        if not gaps and show is not as_json:
            say(f"{opened.name}: nothing in it is unwritten")
        idle = Connection(_Nobody(), "", "", "", 8192, False, True)
        return show(Run(opened, gaps, workspace.job(opened), idle, out))
    connection = workspace.connect(opened.settings, progress=_fetching)
    try:
        say(f"assistant: {one_line(connection.description)}")
        job = workspace.job(opened, instruction=instruction, connection=connection)
        return show(Run(opened, gaps, job, connection, out))
    finally:
        connection.close()


_STOP, _READER_LEFT = threading.Event(), threading.Event()
"""Set once nobody reads stdout any more; the first ends the requests, and they set it when they are done."""


def _reader_left() -> None:
    _READER_LEFT.set()
    _STOP.set()


class _Nobody:
    """Stands in for a model where there is nothing to ask."""

    model = ""

    def complete(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("nothing was to be asked")


def _fetching(done: int, whole: int) -> None:
    """Effect: shows on stderr how far the fetching of the built-in model is."""
    if not sys.stderr.isatty():
        if done >= whole:
            say(f"assistant: fetched the built-in model, {whole // 1_000_000} MB, once")
        return
    part = min(done / whole, 1.0) if whole else 0.0
    bar = "█" * int(part * 30) + "░" * (30 - int(part * 30))
    end = "\n" if part >= 1 else ""
    sys.stderr.write(f"\rassistant: fetching the built-in model once  {bar} {part:4.0%}{end}")
    sys.stderr.flush()


def _left(opened: Workspace, gaps: Iterable[Gap], filled: Iterable[str]) -> int:
    """Return the exit code: 1 while any of the gaps asked for has no text, else 0."""
    done = set(filled)
    return 1 if any(gap.id not in done for gap in gaps) else 0


def _collected(run: Run) -> tuple[list[Hunk], int]:
    """Effect: runs to the end, says what failed, and returns all hunks and the exit code so far."""
    hunks: list[Hunk] = []
    failed: list[Failed] = []
    filled: set[str] = set()
    for event in run.events(stop=_STOP):
        _stop_without_reader()
        if isinstance(event, Expanded):
            hunks += event.hunks
            filled.add(event.gap.id)
        elif isinstance(event, Failed):
            failed.append(event)
            say(f"{run.workspace.name}:{_line(run, event)}: {one_line(event.message)}")
    code = 1 if failed else _left(run.workspace, run.gaps, filled)
    if not hunks and any(f.exit_code == 3 for f in failed):
        code = 3
    return hunks, code


def _line(run: Run, event: Failed) -> int:
    return run.workspace.draft.line((event.target or event.gap.span).start)


def as_diff(run: Run) -> int:
    """Effect: prints a unified diff that `git apply` takes; writes nothing."""
    hunks, code = _collected(run)
    name = os.path.relpath(run.workspace.path) if os.path.isabs(run.workspace.name) else run.workspace.name
    path = os.path.normpath(name).replace(os.sep, "/").lstrip("/")
    sys.stdout.buffer.write(diff.unified(run.workspace.draft.data, hunks, path=path))
    sys.stdout.buffer.flush()
    return code


def as_filter(run: Run, *, marked: Selection | None = None, pass_through: bool = False) -> int:
    """Effect: writes the expanded document, or its `marked` lines, to stdout or `--out`; nothing else."""
    hunks, code = _collected(run)
    draft = run.workspace.draft.data
    if code == 3 and not pass_through:
        return code
    data = edits.apply(draft, hunks) if marked is None else selection.replaced(marked, hunks)
    if run.out:
        files.write_draft(run.out, data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return code


def accept_all(run: Run) -> int:
    """Effect: accepts every hunk and writes the draft."""
    hunks, code = _collected(run)
    written, conflicts = run.write(hunks)
    for text in report.outcome(
        run.workspace.draft, hunks, written, conflicts, name=run.out or run.workspace.name
    ):
        say(text)
    return 1 if conflicts else code


def as_json(run: Run) -> int:
    """Effect: prints one JSON object a line for every gap, expansion and error, and totals at the end."""
    draft, totals = run.workspace.draft, Usage()
    hunks = failed = 0
    codes: set[int] = set()
    filled: set[str] = set()
    for gap in run.gaps:
        _emit({"event": "gap", **report.gap_fields(draft, gap)})
    for event in run.events(stop=_STOP):
        _stop_without_reader()
        if isinstance(event, Expanded):
            totals = totals + event.usage
            hunks += len(event.hunks)
            filled.add(event.gap.id)
            _emit(
                {
                    "event": "expansion",
                    "gap": event.gap.id,
                    "hunks": [report.hunk_fields(h) for h in event.hunks],
                    "model": event.model,
                    "usage": report.usage_fields(event.usage),
                }
            )
        elif isinstance(event, Failed):
            failed += 1
            totals = totals + event.usage
            codes.add(event.exit_code)
            fields: dict[str, Any] = {"event": "error", "gap": event.gap.id, "message": event.message}
            if event.target is not None:
                fields["target"] = {"start": event.target.start, "end": event.target.end}
            _emit(fields)
    _emit(
        {
            "event": "done",
            "gaps": len(run.gaps),
            "expanded": len(filled),
            "failed": failed,
            "hunks": hunks,
            "bytes": len(draft.data),
            "usage": report.usage_fields(totals),
        }
    )
    if 3 in codes and not filled:
        return 3
    return 1 if codes else _left(run.workspace, run.gaps, filled)


def _emit(fields: dict[str, Any]) -> None:
    """Effect: prints one line of JSON at once, so that a reader can act on it."""
    line = json.dumps({"version": JSON_VERSION, **fields}, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _stop_without_reader() -> None:
    """Raise `BrokenPipeError` once nobody reads stdout: whatever comes now is for nobody."""
    if _READER_LEFT.is_set():
        raise BrokenPipeError


def dry_run(opened: Workspace, gaps: Sequence[Gap], instruction: str) -> int:
    """Effect: prints what would be asked, in how many tokens and for how much, and asks nobody."""
    job = workspace.job(opened, instruction=instruction)
    name, _ = workspace.would_use(opened.settings)
    asked = answered = count = 0
    for gap in gaps:
        line = opened.draft.line(gap.span.start)
        if not gap.fillable:
            print(f"{opened.name}:{line}: {gap.kind}: left alone, only you know it")
            continue
        for one in job.prompts(gap):
            at = opened.draft.line((one.target or gap.span).start)
            fewest, most = one.words
            print(f"{opened.name}:{at}: {gap.kind}: {one.tokens} tokens, {fewest} to {most} words wanted")
            count, asked, answered = count + 1, asked + one.tokens, answered + int(one.words[1] * 1.4)
    price = workspace.price(opened.settings, asked=asked, answered=answered)
    requests = "1 request" if count == 1 else f"{count} requests"
    print(f"{requests}, {asked} tokens to send, about {answered} to come, {one_line(name)}: {price}")
    return 0


def show_prompts(opened: Workspace, gaps: Sequence[Gap], instruction: str) -> int:
    """Effect: prints every message as it would be sent."""
    job = workspace.job(opened, instruction=instruction)
    for gap in gaps:
        for one in job.prompts(gap) if gap.fillable else ():
            line = opened.draft.line((one.target or gap.span).start)
            print(f"=== {gap.id} {gap.kind} at line {line}: {one.tokens} tokens")
            for left in one.left_out:
                print(f"=== left out: {one_line(left)}")
            for message in one.messages:
                print(f"--- {message.role}\n{visible(message.content)}")
    return 0

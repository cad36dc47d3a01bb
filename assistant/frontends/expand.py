"""The `expand` command where nobody sits in front of it: diff, JSON Lines, filter, or accept all.

Document and diff go to stdout, and nothing else does; everything said to a person goes to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from assistant import workspace
from assistant.adapters import files, prices, settings
from assistant.core import diff, edits, report
from assistant.core.display import one_line, visible
from assistant.core.types import Gap, Hunk, Usage
from assistant.errors import UsageError
from assistant.pipeline import Expanded, Failed
from assistant.workspace import Connection, Run, Workspace

Show = Callable[[Run], int]


def say(line: str) -> None:
    """Effect: tells the user one line on stderr."""
    print(line, file=sys.stderr, flush=True)


def opened(path: str, stdin_filename: str, **options: Any) -> Workspace:
    """Effect: opens the draft at `path`, or the one on standard input when it is `-`."""
    if path != "-":
        if stdin_filename:
            raise UsageError("--stdin-filename goes with - as the path")
        found = workspace.open_draft(path, **options)
    else:
        data = sys.stdin.buffer.read(files.MOST_BYTES + 1)
        found = workspace.open_draft(stdin_filename or "standard input", data=data, **options)
    for line in found.settings.refused:
        say(f"assistant: {one_line(line)}")
    return found


def chosen(opened: Workspace, ids: Sequence[str], line: int | None) -> tuple[Gap, ...]:
    """Return the gaps that `ids` or `line` name, or all of them. Raises `UsageError`."""
    gaps = opened.gaps
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
    expanded, code = _expanded(run)
    return [hunk for one in expanded for hunk in one.hunks], code


def _expanded(run: Run) -> tuple[list[Expanded], int]:
    """Effect: runs to the end, says what failed, and returns what came and the exit code so far."""
    expanded: list[Expanded] = []
    failed: list[Failed] = []
    filled: set[str] = set()
    for event in run.events():
        if isinstance(event, Expanded):
            expanded.append(event)
            filled.add(event.gap.id)
        elif isinstance(event, Failed):
            failed.append(event)
            say(f"{run.workspace.name}:{_line(run, event)}: {one_line(event.message)}")
    code = 1 if failed else _left(run.workspace, run.gaps, filled)
    if not expanded and any(f.exit_code == 3 for f in failed):
        code = 3
    return expanded, code


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


def as_filter(run: Run) -> int:
    """Effect: writes the expanded document to stdout, or to the file of `--out`; nothing else."""
    hunks, code = _collected(run)
    if code == 3:
        return code
    data = edits.apply(run.workspace.draft.data, hunks)
    if run.out:
        files.write_draft(run.out, data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    return code


def accept_all(run: Run) -> int:
    """Effect: accepts every hunk and writes the draft."""
    from assistant.session import keeping

    expanded, code = _expanded(run)
    session = keeping(run)
    try:
        session.accept(expanded)
        outcome = session.write(out=run.out)
    finally:
        session.close()
    for text in report.outcome(
        run.workspace.draft,
        outcome.wanted,
        outcome.written,
        outcome.conflicts,
        name=run.out or run.workspace.name,
    ):
        say(text)
    return 1 if outcome.conflicts else code


def as_json(run: Run) -> int:
    """Effect: prints one JSON object a line for every gap, expansion and error, and totals at the end."""
    draft, totals = run.workspace.draft, Usage()
    hunks = failed = 0
    codes: set[int] = set()
    filled: set[str] = set()
    for gap in run.gaps:
        _emit({"event": "gap", **report.gap_fields(draft, gap)})
    for event in run.events():
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
    print(json.dumps(fields, ensure_ascii=False), flush=True)


def dry_run(opened: Workspace, gaps: Sequence[Gap], instruction: str) -> int:
    """Effect: prints what would be asked, in how many tokens and for how much, and asks nobody."""
    job = workspace.job(opened, instruction=instruction)
    name, url = workspace.would_use(opened.settings)
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
    cost = None
    if name == settings.BUILT_IN or name.endswith(".gguf"):
        price = "free, on this machine"
    else:
        cost = prices.estimate(name, base_url=url, prompt_tokens=asked, answer_tokens=answered)
        price = "price unknown" if cost is None else f"about ${cost:.4f}, less what the server has cached"
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

"""Shows what would be sent for a draft and what that would cost."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.app import reading, report
from assistant.app.run import Run
from assistant.app.workspace import Workspace
from assistant.core.review.decide import key_for
from assistant.core.text.display import counted, one_line, shortened, visible
from assistant.core.types import Gap, Message
from assistant.frontends.progress import say, say_no_gaps


def dry_run(workspace: Workspace, gaps: Sequence[Gap], *, named: bool = False, asks: bool = False) -> int:
    """Print what would be sent, its tokens and its price; send nothing. Return the exit code.

    `named` and `asks` are as in `Running`.
    """
    run, name = Run.expected(workspace, gaps, reads=True), one_line(workspace.name)
    run.named = named
    session = run.open(stored=False)
    run.keys, left = run.missing(session, asks=asks), session.unanswered(run.gaps)
    if not gaps:
        say_no_gaps(workspace)
    if run.reading[0]:
        print(f"{name}: reading the draft first: {counted(run.reading[1].prompt_tokens, 'token')}")
    for gap in run.gaps:
        line = workspace.draft.line(gap.span.start)
        if not gap.fillable:
            said = "left alone: only you can fill it" if gap in left else "you filled it"
            print(f"{name}:{line}: {gap.kind}: {said}")
            continue
        for one in run.job.prompts(gap):
            at = workspace.draft.line((one.target or gap.span).start)
            if key_for(gap, one.target) not in run.keys:
                print(f"{name}:{at}: {gap.kind}: has a text already")
                continue
            fewest, most = one.words
            sent = counted(one.tokens, "token")
            print(f"{name}:{at}: {gap.kind}: {sent}, {fewest} to {most} words wanted")
            for excerpt in one.excerpts:
                print(f"  with {one_line(excerpt.place)}: {shortened(excerpt.text, 60)}")
    if run.writes or run.reading[0]:
        print(f"{one_line(run.connection.name)}: {run.before()}")
    return 0


def show_prompts(workspace: Workspace, gaps: Sequence[Gap]) -> int:
    """Print every message as it would be sent; return the exit code."""
    run = Run.expected(workspace, gaps)
    job = run.job
    if reading.is_wanted(workspace, run.connection):
        for request in reading.requests(workspace, run.connection):
            print("=== reading the draft first")
            _show(request.messages)
    for gap in gaps:
        for one in job.prompts(gap) if gap.fillable else ():
            line = workspace.draft.line((one.target or gap.span).start)
            print(f"=== {gap.id} {gap.kind} at line {line}: {counted(one.tokens, 'token')}")
            for name in one.left_out:
                print(f"=== left out: {one_line(name)}")
            for excerpt in one.excerpts:
                print(f"=== with {one_line(excerpt.place)}")
            _show(one.messages)
    for left in report.left_alone(workspace.draft, gaps, name=workspace.name):
        say(left)
    if not gaps:
        say_no_gaps(workspace)
    return 0


def _show(messages: Sequence[Message]) -> None:
    for message in messages:
        print(f"--- {message.role}\n{visible(message.content)}")

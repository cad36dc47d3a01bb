"""Shows what would be sent for a draft and what that would cost."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from typing import Any

from assistant.adapters.store import open_store
from assistant.app import reading, report
from assistant.app.forecast import Planned
from assistant.app.models import Connection
from assistant.app.run import Choose, Run
from assistant.app.session import Session
from assistant.app.workspace import Workspace
from assistant.core.review.decide import key_for
from assistant.core.text.display import counted, one_line, shortened, visible
from assistant.core.types import Gap, Message, Usage
from assistant.errors import StoreError
from assistant.frontends.expand.output import emit
from assistant.frontends.progress import say, say_no_gaps


def dry_run(workspace: Workspace, choose: Choose, *, as_json: bool, has_named_gaps: bool) -> int:
    """Print what would be sent, with its tokens and its price; send nothing. Return the exit code.

    `has_named_gaps` is `named` of `Running`.
    """
    with ExitStack() as stack:
        replies = None
        with suppress(StoreError):
            replies = stack.enter_context(closing(open_store()))
        run = Run.expected(workspace, choose, replies=replies, reads=True)
        run.named = has_named_gaps
        session = run.open(stored=False, afresh=as_json)  # as a run with --json is
        run.keys = run.still_missing(session) if as_json else run.missing(session)
        if as_json:
            emit(estimate_fields(run.connection, run.whole(run.requests())))
        else:
            _print_lines(run, session)
    return 0


def estimate_fields(connection: Connection, total: tuple[int, Usage]) -> dict[str, Any]:
    """Return the fields of what would be sent."""
    requests, tokens = total
    price = connection.price(tokens)
    return {
        "event": "estimate",
        "model": connection.name,
        "requests": requests,
        "usage": tokens._asdict(),
        "price": None if price is None else float(price),
    }


def _print_lines(run: Run, session: Session) -> None:
    """Print a line for each piece, and one for all."""
    workspace, name = run.workspace, one_line(run.workspace.name)
    planned, unanswered = run.requests(), session.unanswered(run.gaps)
    if not run.gaps:
        say_no_gaps(workspace)
    if run.reading[0]:
        print(f"{name}: reading the draft first: {counted(run.reading[1].prompt_tokens, 'token')}")
    for gap in run.gaps:
        if not gap.fillable:
            reason = "left alone: only you can fill it" if gap in unanswered else "you filled it"
            print(f"{name}:{workspace.line(gap.span.start)}: {gap.kind}: {reason}")
        for target in gap.pieces if gap.fillable else ():
            at, piece = workspace.line((target or gap.span).start), planned.get(key_for(gap, target))
            print(f"{name}:{at}: {gap.kind}: {_sent(piece)}")
            for excerpt in piece.prompt.excerpts if piece and piece.sent else ():
                print(f"  with {one_line(excerpt.place)}: {shortened(excerpt.text, 60)}")
    if run.writes or run.reading[0]:
        print(f"{one_line(run.connection.name)}: {run.before(planned)}")


def _sent(piece: Planned | None) -> str:
    """Say what is sent for one piece."""
    if piece is None:
        return "has a text already"
    if not piece.sent:
        return "its text is stored, nothing to send"
    low, high = piece.prompt.words
    return f"{counted(piece.sent[0].tokens, 'token')}, {low} to {high} words wanted"


def show_prompts(workspace: Workspace, gaps: Sequence[Gap]) -> int:
    """Print every message as it would be sent; return the exit code."""
    run = Run.expected(workspace, lambda _: gaps)
    job = run.job
    if reading.is_wanted(workspace, run.connection):
        for request in reading.requests(workspace, run.connection):
            print("=== reading the draft first")
            _show(request.messages)
    for gap in gaps:
        for prompt in job.prompts(gap) if gap.fillable else ():
            line = workspace.line((prompt.target or gap.span).start)
            print(f"=== {gap.id} {gap.kind} at line {line}: {counted(prompt.tokens, 'token')}")
            for name in prompt.left_out:
                print(f"=== left out: {one_line(name)}")
            for excerpt in prompt.excerpts:
                print(f"=== with {one_line(excerpt.place)}")
            _show(prompt.messages)
    for remark in report.left_alone(workspace.draft, gaps, name=workspace.name):
        say(remark)
    if not gaps:
        say_no_gaps(workspace)
    return 0


def _show(messages: Sequence[Message]) -> None:
    for message in messages:
        print(f"--- {message.role}\n{visible(message.content)}")

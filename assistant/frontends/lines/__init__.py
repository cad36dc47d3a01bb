"""The line-by-line review: `expand` on a terminal, in colour, and `review --plain`."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from assistant.app import report
from assistant.app.reviewer import Reviewer
from assistant.core.review.state import Phase
from assistant.core.text.display import counted, one_line
from assistant.core.types import Verdict
from assistant.frontends import pieces
from assistant.frontends.lines.output import Colour, Plain
from assistant.frontends.lines.session import Session
from assistant.frontends.progress import tell

if TYPE_CHECKING:
    from assistant.app.run import Run


def review(reviewer: Reviewer) -> None:
    """Go through the drafts as plain lines until the author leaves or everything is written."""
    gc.enable()
    output = Plain()
    reviewer.waits = True
    reviewer.begin()
    output.wait(reviewer, lambda: reviewer.reading, "looking for gaps …")
    for session in reviewer.sessions:
        count = len(session.review.shown)
        gaps = len({piece.gap for piece in session.review.shown})
        summary = counted(count, "piece") + (f" for {counted(gaps, 'gap')}" if gaps < count else "")
        name, for_author = session.workspace.name, session.for_author
        if count or not for_author:
            output.say(f"{one_line(name)}: {summary if count else 'no gaps found'}.")
        for line in report.left_alone(session.workspace.draft, for_author, name=name):
            output.say(one_line(line))
    for unread in reviewer.unread:
        output.say(one_line(unread))
    lines = Session(reviewer, output)

    def is_left() -> bool:
        return any(s.phase is not Phase.WRITTEN for one in reviewer.sessions for s in one.review.shown)

    if any(session.review.shown for session in reviewer.sessions) and not is_left():
        output.say("All of it is in your draft: nothing left to decide.")
    try:
        while is_left():
            if not lines.step():
                return
    except EOFError:
        return
    finally:
        reviewer.stop_all()


def expand(run: Run) -> int:
    """Show every piece as it comes, ask what to do with it, write what was accepted; return the exit code.

    Ctrl-C and a closed terminal lose no decision.
    """
    reviewer = Reviewer.for_run(run)
    if reviewer.session.notice:
        tell(reviewer.session.notice)
    if message := report.kept(reviewer.review, name=run.workspace.name):
        tell(message)
    output = Plain() if os.environ.get("TERM") == "dumb" else Colour()
    lines = Session(reviewer, output)
    interrupted = False
    try:
        _decide(run, lines)
    except KeyboardInterrupt:
        interrupted = True
        output.say("interrupted", "yellow")
    except EOFError:
        output.say("the terminal was closed", "yellow")
    reviewer.stop_all()
    run.spent = run.spent + reviewer.writer.spent
    if reviewer.session.to_write or not reviewer.outcomes:
        lines.say(lines.write())
    if reviewer.outcomes and not reviewer.out:
        output.say(pieces.tally(reviewer.review.shown))
    reviewer.session.close()
    return 130 if interrupted else _exit_code(run, lines)


def _decide(run: Run, lines: Session) -> None:
    """Go through the pieces until all are decided or the author leaves; tell what failed as it happens.

    Those that failed come last: `t` and `i` may bring a text.
    """
    reviewer, output = lines.reviewer, lines.output
    reviewer.begin(run.gaps)
    keys: set[str] = set()
    while True:
        output.wait(reviewer, lambda: reviewer.waiting)
        for line in reviewer.new_failures():
            output.say(one_line(line), "red")
        piece = reviewer.piece
        if reviewer.done:
            if not _has_failed(reviewer) or not lines.step():
                return
        elif piece is not None and not piece.versions and piece.key not in keys:
            keys.add(piece.key)  # its failure was told; the author may come back to it
            reviewer.next()
        elif not lines.step():
            return


def _has_failed(reviewer: Reviewer) -> bool:
    """Tell whether texts failed that another try may bring, and go to the first such piece."""
    pieces, at = reviewer.review.shown, reviewer.piece
    failures = [piece.key for piece in pieces if piece.phase is Phase.FAILED]
    if not failures or any(failure.exit_code == 3 for _, failure in reviewer.failures):
        return False
    if at is None or at.key not in failures:
        reviewer.at = (0, failures[0])
    return True


def _exit_code(run: Run, lines: Session) -> int:
    """Return 3 when no text came since the model can't be reached, 1 when anything is left, else 0."""
    reviewer, pieces = lines.reviewer, lines.reviewer.review.shown
    if not any(piece.versions for piece in pieces) and any(f.exit_code == 3 for _, f in reviewer.failures):
        return 3
    gaps = {hunk.gap for outcome in reviewer.outcomes for hunk in outcome.written}
    acceptances = (Verdict.ACCEPTED, Verdict.EDITED)
    is_left = any(piece.phase is not Phase.WRITTEN and piece.verdict not in acceptances for piece in pieces)
    conflicts = any(outcome.conflicts for outcome in reviewer.outcomes)
    return int(is_left or conflicts or any(gap.id not in gaps for gap in run.gaps))

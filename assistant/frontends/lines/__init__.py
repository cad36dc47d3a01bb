"""The line-by-line review: `expand` on a terminal, in colour, and `review --plain`."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from assistant.app.reviewer import Reviewer
from assistant.core.review.state import Phase
from assistant.core.text.display import one_line
from assistant.core.types import Verdict
from assistant.frontends.lines.output import Colour, Plain
from assistant.frontends.lines.session import Session

if TYPE_CHECKING:
    from assistant.app.run import Run


def review(reviewer: Reviewer) -> None:
    """Go through the drafts as plain lines until the author leaves or everything is written."""
    gc.enable()
    output = Plain()
    reviewer.waits = True
    reviewer.begin()
    for session in reviewer.sessions:
        count = len(session.review.shown)
        said = f"{count} piece{'s' * (count != 1)}." if count else "no gaps found."
        output.say(f"{one_line(session.workspace.name)}: {said}")
    lines = Session(reviewer, output)
    try:
        while any(s.phase is not Phase.WRITTEN for one in reviewer.sessions for s in one.review.shown):
            if not lines.step():
                return
    except EOFError:
        return
    finally:
        reviewer.stop_all()


def expand(run: Run) -> int:
    """Show every piece as it comes, ask what to do with it, write what was accepted; return the exit code."""
    return _Expansion(run).work()


class _Expansion:
    """The session of `expand`: it ends by itself, writes at the end, and tells what failed as it happens."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.reviewer = Reviewer.for_run(run)
        self.session = self.reviewer.session
        self.output = Plain() if os.environ.get("TERM") == "dumb" else Colour()
        self.lines = Session(self.reviewer, self.output)

    def work(self) -> int:
        """Hold the session; Ctrl-C and a closed terminal lose no decision."""
        code: int | None = None
        try:
            self._decide()
        except KeyboardInterrupt:
            code = 130
            self.output.say("interrupted", "yellow")
        except EOFError:
            self.output.say("the terminal was closed", "yellow")
        self.reviewer.stop_all()
        self.run.spent = self.run.spent + self.reviewer.writer.spent
        if self.session.to_write or not self.lines.outcomes:
            self.lines.say(self.lines.write())
        self.session.close()
        return self._exit_code() if code is None else code

    def _decide(self) -> None:
        self.reviewer.begin(self.run.gaps)
        passed: set[str] = set()
        while True:
            self.output.wait(self.reviewer, lambda: self.reviewer.waiting)
            for line in self.reviewer.new_failures():
                self.output.say(f"{self.run.workspace.name}:{one_line(line)}", "red")
            slot = self.reviewer.slot
            if self.reviewer.done:
                return
            if slot is not None and not slot.versions and slot.key not in passed:
                passed.add(slot.key)  # its failure was told; the author may come back to it
                self.reviewer.next()
            elif not self.lines.step():
                return

    def _exit_code(self) -> int:
        """Return 3 when no text came since the model can't be reached, 1 when anything is left, else 0."""
        slots = self.session.review.shown
        if not any(slot.versions for slot in slots) and any(f.exit_code == 3 for f in self.reviewer.failures):
            return 3
        outcomes = self.lines.outcomes
        filled = {hunk.gap for outcome in outcomes for hunk in outcome.written}
        taken = (Verdict.ACCEPTED, Verdict.EDITED)
        left = any(slot.phase is not Phase.WRITTEN and slot.verdict not in taken for slot in slots)
        conflicts = any(outcome.conflicts for outcome in outcomes)
        return int(left or conflicts or any(gap.id not in filled for gap in self.run.gaps))

"""The `review` command: opens drafts and their sessions for whatever face the review has."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from typing import Any

from assistant.adapters import folders
from assistant.adapters.store import open_store
from assistant.app import workspace
from assistant.app.session import Session, open_session
from assistant.app.writer import Models, Writer
from assistant.core.review.state import Phase
from assistant.core.text.display import one_line
from assistant.core.types import Verdict
from assistant.errors import StoreBusy, UsageError

Face = Callable[[Sequence[Session], Sequence[Writer], bool], None]
"""Shows sessions with their writers until the author leaves; True notes in the draft what a model wrote."""


def run(paths: Sequence[str], *, face: Face, mark: bool, takeover: bool, options: dict[str, Any]) -> int:
    """Effect: holds a review of these drafts, and returns 0 when nothing is left to decide or write."""
    gc.disable()  # until the first piece is shown: opening makes no garbage worth looking for
    opened = [workspace.open_draft(path, **options) for path in folders.find_posts(paths)]
    if not opened:
        raise UsageError("there is no draft in " + ", ".join(paths))
    store = open_store()
    models = Models()
    sessions: list[Session] = []
    try:
        for one in opened:
            for line in one.settings.refused:
                print(f"assistant: {one_line(line)}", file=sys.stderr)
            sessions.append(_session(one, store, takeover))
        writers = [Writer(session, models) for session in sessions]
        writers[0].prepare()  # while the screen opens
        face(sessions, writers, mark)
        return _left(sessions)
    finally:
        for session in sessions:
            session.close()
        models.close()
        store.close()


def _session(opened: workspace.Workspace, store: Any, takeover: bool) -> Session:
    """Effect: opens a session; where another has the draft, the author chooses to look or to take over."""
    try:
        return open_session(opened, store, takeover=takeover)
    except StoreBusy as error:
        print(f"assistant: {one_line(str(error))}", file=sys.stderr)
        print("[l]ook at it only, [t]ake it over, or leave? ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().lower()
        if answer.startswith("t"):
            return open_session(opened, store, takeover=True)
        if answer.startswith("l"):
            return open_session(opened, store, read_only=True)
        raise


def _left(sessions: Sequence[Session]) -> int:
    """Effect: says what waits in each draft, and returns 1 while anything does."""
    code = 0
    for session in sessions:
        taken = (Verdict.ACCEPTED, Verdict.EDITED)
        shown = [s for s in session.review.shown if s.phase is not Phase.WRITTEN]
        accepted = sum(s.verdict in taken for s in shown)
        open_ones = sum(s.verdict is Verdict.UNDECIDED for s in shown)
        if session.holds:
            name = one_line(session.workspace.name)
            print(f"{name}: undecided text that an editor saved stands in it until you write")
        if accepted or open_ones:
            code = 1
            print(
                f"{one_line(session.workspace.name)}: {accepted} accepted and not written yet, "
                f"{open_ones} undecided; kept for the next review"
            )
    return code

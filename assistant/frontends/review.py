"""The `review` command: opens drafts and their sessions for a view of them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from typing import Any

from assistant.adapters import folders
from assistant.adapters.store import open_store
from assistant.app import report
from assistant.app.reviewer import Reviewer
from assistant.app.session import Session, open_session
from assistant.app.workspace import Workspace, open_draft
from assistant.app.writer import Models, Writer
from assistant.core.review import saved_texts
from assistant.core.text.display import one_line
from assistant.core.types import Verdict
from assistant.errors import InputError, StoreBusy
from assistant.frontends.progress import agree_to_download, download_progress, tell

View = Callable[[Reviewer], None]
"""Shows a review until the author leaves it."""


def run(paths: Sequence[str], *, view: View, takeover: bool, **options: Any) -> int:
    """Hold a review of these drafts, and return 0 when nothing is left to decide or write, else 1.

    `options` are fields of `Settings`.
    """
    gc.disable()  # until the first piece is shown: opening makes no garbage worth looking for
    workspaces = _open_all(folders.find_posts(paths), options)
    if not workspaces:
        return InputError.exit_code
    store = open_store()
    models = Models(download_progress())
    sessions: list[Session] = []
    try:
        for workspace in workspaces:
            for line in workspace.settings.warnings:
                tell(line)
            sessions.append(_session(workspace, store, takeover))
        if _asks(sessions) and not agree_to_download(workspaces[0].settings):
            return 0
        writers = [Writer(session, models) for session in sessions]
        writers[0].prepare()  # while the screen opens
        view(Reviewer(sessions, writers))
        return _left(sessions)
    finally:
        for session in sessions:
            session.close()
        models.close()
        store.close()


def _open_all(paths: Sequence[str], options: dict[str, Any]) -> list[Workspace]:
    """Open drafts; one of several that can't be read is named and left out. Raises `InputError`."""
    if len(paths) == 1:
        return [open_draft(paths[0], **options)]
    workspaces = []
    for path in paths:
        try:
            workspaces.append(open_draft(path, **options))
        except InputError as error:
            tell(f"{error}; left out")
    return workspaces


def _asks(sessions: Sequence[Session]) -> bool:
    """Tell whether a model of this machine is asked for anything: what has a text needs none."""
    workspace = sessions[0].workspace
    if workspace.settings.server_from:
        return False
    if any(not session.read_only and session.missing() for session in sessions):
        return True
    from assistant.app import reading  # what writes takes imports, and a screen is to open
    from assistant.app.models import expected_connection

    return reading.is_wanted(workspace, expected_connection(workspace.settings))


def _session(workspace: Workspace, store: Any, takeover: bool) -> Session:
    """Open a session; where another has the draft, let the author look at it only, or take over."""
    try:
        session = open_session(workspace, store, takeover=takeover)
        if session.notice:
            tell(session.notice)
        return session
    except StoreBusy as error:
        tell(str(error))
        print("[l]ook only, [t]ake over, or quit? ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().lower()
        if answer.startswith("t"):
            return open_session(workspace, store, takeover=True)
        if answer.startswith("l"):
            return open_session(workspace, store, read_only=True)
        raise


def _left(sessions: Sequence[Session]) -> int:
    """Say what is left in each draft, and return 1 while anything is."""
    code = 0
    for session in sessions:
        name = one_line(session.workspace.name)
        if session.holds_undecided:
            rejections = {piece.key for piece in session.review.shown if piece.verdict is Verdict.REJECTED}
            is_rejected = saved_texts.undecided(session.review.saved, session.file).keys() <= rejections
            kind = "rejected" if is_rejected else "undecided"
            print(f"{name}: contains {kind} text that your editor saved; writing the draft removes it")
        if remainder := report.left(session.review):
            code = 1
            print(f"{name}: {remainder}; saved")
    return code

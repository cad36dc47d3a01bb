"""`assistant review`, full screen; only this package imports Textual, and only when it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app.session import Session
    from assistant.app.writer import Writer


def review(sessions: Sequence[Session], writers: Sequence[Writer], mark: bool) -> None:
    """Effect: shows the review and returns when the author leaves it."""
    from assistant.adapters import editor
    from assistant.frontends.screen.app import ReviewApp

    ReviewApp(sessions, writers, mark=mark, edit=editor.edit).run()

"""`assistant review`, full screen; only this package imports Textual, and only when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app.reviewer import Reviewer


def review(reviewer: Reviewer) -> None:
    """Show the review, and return when the author leaves it."""
    from assistant.frontends.screen.app import ReviewApp

    ReviewApp(reviewer).run()

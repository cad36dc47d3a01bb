"""A run has the reply cache in front of its model, whichever front end started it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fakes

from assistant.app import workspace
from assistant.app.models import connect
from assistant.app.run import Run
from assistant.core.types import Event, Expanded


def events(sample: Path, url: str, *, fresh: bool = False, attempt: int = 0) -> list[Event]:
    """Connect again, and return the first gap's text."""
    opened = workspace.open_draft(str(sample), base_url=url, fresh=fresh)
    connection = connect(opened.settings)
    try:
        job = workspace.job(opened, connection=connection)
        run = Run(opened, opened.gaps[:1], job, connection)
        return [event for event in run.events(attempt=attempt) if isinstance(event, Expanded)]
    finally:
        connection.close()


def test_a_text_that_was_written_before_is_not_paid_for_again(sample: Path, server: fakes.FakeServer) -> None:
    """The same request is answered from the store; a retry and `--fresh` are asked."""
    (first,) = events(sample, server.url)
    (again,) = events(sample, server.url)
    assert isinstance(first, Expanded) and isinstance(again, Expanded)
    assert again == replace(first, usage=again.usage) and again.usage.prompt_tokens == 0
    assert len(server.requests) == 1
    events(sample, server.url, attempt=1)
    events(sample, server.url, fresh=True)
    assert len(server.requests) == 3


def test_a_text_that_failed_is_asked_for_again(sample: Path, server: fakes.FakeServer) -> None:
    """Its replies aren't kept, so what the server says by then counts; what came of it is kept."""
    usual, server.answer = server.answer, lambda request: "Too short."
    assert not events(sample, server.url)
    tried, server.answer = len(server.requests), usual
    assert events(sample, server.url) and len(server.requests) == tried + 1
    assert events(sample, server.url) and len(server.requests) == tried + 1


def test_tokens_are_counted_before_a_text_is_seen(sample: Path, server: fakes.FakeServer) -> None:
    """Who waits for the last text may end the program, and this month's tokens would miss what it cost."""
    opened = workspace.open_draft(str(sample), base_url=server.url)
    connection = connect(opened.settings)
    try:
        assert connection.replies is not None
        run = Run(opened, opened.gaps[:1], workspace.job(opened, connection=connection), connection)
        running = run.events()  # goes on to live: closing it would count what it spent
        text = next(event for event in running if isinstance(event, Expanded))
        assert sum(usage.prompt_tokens for usage in connection.replies.usage().values()) > 0
        assert text.usage.prompt_tokens > 0
    finally:
        connection.close()

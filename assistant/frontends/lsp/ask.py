"""The threads' side of work: models that are started once, and what they are asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assistant.adapters.settings import Settings
from assistant.app import workspace
from assistant.app.budget import Budget
from assistant.app.models import Connection, connect
from assistant.app.run import Run
from assistant.core.review.buffer import Proposal
from assistant.core.text.display import one_line
from assistant.core.text.draft import Draft
from assistant.core.types import Gap, Span, Usage
from assistant.errors import AssistantError, ModelError
from assistant.frontends.lsp.clients import EditorSettings


@dataclass(frozen=True)
class Asked:
    """What one task asks a model for."""

    name: str
    draft: Draft
    gaps: tuple[Gap, ...]
    instruction: str = ""
    guidance: str = ""
    attempt: int = 0
    only: Span | None = None
    again: Proposal | None = None
    preview: bool = False


class Models:
    """The models of a session, each started when it is first asked for."""

    def __init__(self, spend: Callable[[str, Usage], None]) -> None:
        """Take what counts the tokens of a model of that name."""
        self._spend, self._budget = spend, Budget()
        self._connections: dict[Any, Connection] = {}
        self._connecting = threading.Lock()

    def ask(
        self, asked: Asked, given: EditorSettings, stop: threading.Event, post: Callable[[Any], None]
    ) -> None:
        """Effect: opens the draft, connects, posts what the pipeline yields, errors, and None at the end."""
        try:
            opened = workspace.open_draft(
                asked.name,
                data=asked.draft.data,
                base_url=given.base_url,
                model=given.model,
                jobs=given.jobs,
                max_tokens=given.max_tokens,
            )
            connection = self._connected(opened.settings, post)
            job = workspace.job(opened, instruction=asked.instruction, connection=connection)
            run = Run(opened, asked.gaps, job, connection, budget=self._budget)
            for event in run.events(
                attempt=asked.attempt,
                guidance=asked.guidance,
                only=asked.only,
                stop=stop,
            ):
                post(event)
        except AssistantError as error:
            post(error)
        except Exception as error:  # a fault of ours must end in a line, not in a task that never ends
            post(ModelError(f"internal error: {error!r}"))
        finally:
            post(None)

    def _connected(self, settings: Settings, post: Callable[[Any], None]) -> Connection:
        """Effect: returns the model for these settings, started once and kept for the session."""
        key = (settings.base_url, settings.api_key, settings.model, settings.jobs)
        with self._connecting:
            connection = self._connections.get(key)
            if connection is None:
                told = [0.0]

                def progress(done: int, whole: int) -> None:
                    if whole and done / whole >= told[0]:
                        told[0] += 0.1
                        post(f"fetching the model, once: {done / whole:.0%}")

                connection = connect(settings, progress=progress)
                self._connections[key] = connection
                post(one_line(connection.description))
            return connection

    def close(self) -> None:
        """Effect: ends the models that were started."""
        for connection in self._connections.values():
            with suppress(Exception):  # whatever a dying server says, nobody is left to hear it
                connection.close()

"""Locate with a model's help: each draft is sent once, and the model may name more gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from assistant.app import reading
from assistant.app.report import gap_fields
from assistant.app.workspace import open_draft
from assistant.app.writer import Models
from assistant.core.text.display import one_line
from assistant.errors import InputError
from assistant.frontends.locate.formats import Result
from assistant.frontends.progress import agree_to_download, download_progress, say


def results(files: Sequence[str]) -> Iterator[Result]:
    """Yield the gaps of each file, or why it can't be read. Raises `ModelUnavailable`, `SettingsError`."""
    models = Models(download_progress())
    with closing(models):
        for number, path in enumerate(files):
            try:
                workspace = open_draft(path, locate="model")
            except InputError as error:
                yield Result(path, [], 0, str(error))
                continue
            if number == 0 and not agree_to_download(workspace.settings):
                return
            connection = models.get(workspace)
            if number == 0:
                say(f"assistant: {one_line(connection.says)}")
            if reading.is_wanted(workspace, connection):
                say(f"{one_line(path)}: {reading.before(workspace, connection)}")
                outcome = reading.read(workspace, connection, budget=models.budget)
                if outcome.failure:
                    say(f"{one_line(path)}: {one_line(outcome.failure)}")
                workspace = outcome.workspace
            draft = workspace.draft
            yield Result(path, [gap_fields(draft, gap) for gap in workspace.gaps], draft.word_count)

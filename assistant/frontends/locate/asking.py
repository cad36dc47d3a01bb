"""Locate with a model's help: each draft is sent once, and the model may name more gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from assistant.app import reading
from assistant.app.workspace import Workspace, open_draft
from assistant.app.writer import Models
from assistant.core.text.display import one_line
from assistant.errors import InputError, SettingsError
from assistant.frontends.json_fields import gap_fields
from assistant.frontends.locate.formats import Result
from assistant.frontends.progress import agree_to_download, download_progress, say, tell


def results(files: Sequence[str]) -> Iterator[Result]:
    """Yield the gaps of each file, or why it can't be read. Raises `ModelUnavailable`, `SettingsError`."""
    models = Models(download_progress())
    is_connected = False
    with closing(models):
        for path in files:
            try:
                workspace = open_draft(path, locate="model")
            except (InputError, SettingsError) as error:
                yield Result(path, [], 0, str(error))
                continue
            if reading.may_be_wanted(workspace):  # no model is fetched for drafts without text
                if not is_connected and not agree_to_download(workspace.settings):
                    return
                workspace = _read(workspace, models, is_first=not is_connected)
                is_connected = True
            draft = workspace.draft
            yield Result(
                path, [gap_fields(draft, gap, workspace.raw) for gap in workspace.gaps], draft.word_count
            )


def _read(workspace: Workspace, models: Models, *, is_first: bool) -> Workspace:
    """Return a draft with what the model names in it; say what it costs, and why it failed."""
    path, connection = one_line(str(workspace.path)), models.get(workspace)
    if is_first:
        tell(connection.summary)
    say(f"{path}: {reading.before(workspace, connection)}")
    outcome = reading.read(workspace, connection, budget=models.budget)
    if outcome.failure:
        say(f"{path}: {one_line(outcome.failure)}")
    return outcome.workspace

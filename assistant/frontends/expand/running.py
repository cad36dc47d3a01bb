"""Connects a run to its model and its store, and says what it will cost and what it has cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from assistant.adapters import files
from assistant.app import cost, reading
from assistant.app.models import connect, expected_connection
from assistant.app.run import Choose, Run
from assistant.app.workspace import Workspace
from assistant.app.workspace import job as prepare_job
from assistant.core.types import Usage
from assistant.errors import StoreError, UsageError
from assistant.frontends.expand import output, preview
from assistant.frontends.progress import agree_to_download, download_progress, say_no_gaps, tell

Show = Callable[[Run], int]
"""Presents a run and returns the exit code."""


@dataclass(frozen=True)
class Running:
    """How a run of one draft goes, as its options say."""

    path: str
    on_terminal: bool
    yes: bool = False
    diff: bool = False
    as_json: bool = False
    dry_run: bool = False
    out: str = ""
    """A file to write instead of the draft, overwritten only with `force`."""
    force: bool = False
    named: bool = False
    """True where the author names the places to write."""

    def __post_init__(self) -> None:
        """Raise `UsageError` for two outputs at once, and for a file of its own that is the draft."""
        if sum((self.yes, self.diff, self.as_json or self.dry_run)) > 1:
            raise UsageError("use only one of --yes, --diff, --json and --dry-run")
        if self.out and self.path != "-" and files.is_same(self.out, self.path):
            raise UsageError(f"--out {self.out} is the draft itself; without --out, the draft is written")

    @property
    def asks(self) -> bool:
        """True where the author decides as the texts come, and fills in what nobody else knows."""
        return self.on_terminal and not (self.yes or self.diff or self.as_json)

    @property
    def _view(self) -> Show:
        if self.as_json:
            return output.as_json
        if self.yes or (self.out and not self.on_terminal and not self.diff):
            return output.accept_all
        return output.as_diff

    def run(self, workspace: Workspace, choose: Choose, show: Show | None = None) -> int:
        """Connect to the model, let it read the draft where it can, and let `show` present the run.

        `choose` picks the gaps to write. Without `show`, the view is what the options say to scripts. Return
        the exit code. Raises `WriteError`.
        """
        if self.dry_run:
            return preview.dry_run(workspace, choose, as_json=self.as_json, has_named_gaps=self.named)
        show = show or self._view
        if self.out:
            files.check_writable(self.out, unless="" if self.force else "--force overwrites it")
        elif self.yes and self.path != "-":
            files.check_writable(workspace.name)  # before anything is paid for
        gaps = () if workspace.settings.locate == "model" else choose(workspace)
        if not any(gap.fillable for gap in gaps) and not reading.may_be_wanted(workspace):
            nobody = expected_connection(workspace.settings)
            idle = Run(workspace, gaps, prepare_job(workspace), nobody, self.out, named=self.named)
            return _nothing_to_write(idle, show)
        if not agree_to_download(workspace.settings):
            return 0
        connection = connect(workspace.settings, progress=download_progress())
        if connection.replies is None:
            tell("the store can't be opened; answers are not kept")
        try:
            tell(connection.description)
            keeps = show is not output.as_json
            run_ = Run.connected(
                workspace, connection, choose, tell=tell, out=self.out, named=self.named, keeps=keeps
            )
            if not run_.writes:
                return _nothing_to_write(run_, show)
            if notice := connection.notice():
                tell(notice)
            try:
                return show(run_)
            finally:
                _tell_spent(run_)
                if (change := connection.notice()) != notice:
                    tell(change)
        finally:
            connection.close()


def _nothing_to_write(run: Run, show: Show) -> int:
    if not run.gaps and show is not output.as_json:
        say_no_gaps(run.workspace)
    return show(run)


def _tell_spent(run: Run) -> None:
    """Say what the run has cost, with this month's sum where it is stored."""
    usage, connection = run.spent, run.connection
    if not usage.prompt_tokens and not usage.completion_tokens:
        return  # stored replies alone, or a server that doesn't count
    line = connection.after(usage)
    if connection.replies is not None and not connection.local:
        with suppress(StoreError):
            total = connection.replies.usage().get(connection.name, Usage())
            price = connection.price(total)
            line += f"; {connection.name} this month: {cost.price_words(price, local=False)}"
    tell(line)

"""Shows a run over many drafts: as a table on a terminal, as plain lines, or as JSON Lines."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.adapters.store import open_store
from assistant.app import cost, reading, report
from assistant.app.blog import (
    Begun,
    BlogRun,
    Ended,
    Entry,
    Missed,
    News,
    Remarks,
    Text,
    drafts_with_gaps,
    still_missing,
)
from assistant.app.run import Run
from assistant.app.session import open_session
from assistant.app.workspace import Workspace
from assistant.app.writer import Models
from assistant.core.text.display import command, counted, one_line
from assistant.core.types import Usage
from assistant.errors import InputError
from assistant.frontends.expand import output
from assistant.frontends.expand.preview import estimate_fields
from assistant.frontends.json_fields import expansion_fields, gap_fields
from assistant.frontends.progress import QUIET, agree_to_download, download_progress, say, show_left_out, tell

if TYPE_CHECKING:
    from rich.table import Table


def run(paths: Sequence[str], *, yes: bool, as_json: bool, dry_run: bool, **options: Any) -> int:
    """Write the gaps of all these drafts, show the progress, and return the exit code.

    The texts land in the store, to be reviewed; with `yes`, in the drafts. `options` are
    fields of `Settings`.
    """
    workspaces, failures = drafts_with_gaps(paths, **options)
    for line in (
        *failures.values(),
        *dict.fromkeys(line for one in workspaces for line in one.settings.warnings),
    ):
        tell(line, is_reason=line in failures.values())
    if not workspaces:
        if as_json:
            _Json().done_with(Counter(), Usage(), drafts=0)
        elif not failures:
            say("no gaps found")
        return InputError.exit_code if failures else 0
    if dry_run:
        _dry_run(workspaces, as_json)
        show_left_out(failures)
        return InputError.exit_code if failures else 0
    settings = workspaces[0].settings
    models, store = Models(download_progress(), jobs=settings.jobs), open_store()
    blog: BlogRun | None = None
    try:
        asks = any(still_missing(one, store) for one in workspaces) or reading.may_be_wanted(workspaces[0])
        if asks and not agree_to_download(settings):
            return 0
        blog = BlogRun(workspaces, models, store, accepts=yes, **options)
        view = _Json() if as_json else _Screen() if _is_terminal() else _Lines()
        with view.showing(blog), closing(blog.news(jobs=settings.jobs)) as events:
            for entry, news in events:
                view.take(blog, entry, news)
        view.end(blog, command("review", *paths))
        show_left_out([*failures, *(one.name for one in blog.entries if one.state == "left out")])
        return max(_exit_code(blog), InputError.exit_code if failures else 0)
    except KeyboardInterrupt:
        texts = sum(one.texts for one in blog.entries) if blog else 0
        count = f"{counted(texts, 'text')} came and {'is' if texts == 1 else 'are'} kept"
        message = f"interrupted; {count if texts else 'no text came'}; the same command continues"
        say(message, is_reason=True)
        return 130
    finally:
        models.close()
        store.close()


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not QUIET.is_set()


def _exit_code(blog: BlogRun) -> int:
    if blog.unreachable:
        return 3
    return int(any(e.state != "done" or e.written < e.gaps or e.only_yours for e in blog.entries))


def _dry_run(workspaces: Sequence[Workspace], as_json: bool) -> None:
    """Print what each draft would send and cost, and the sum."""
    requests, tokens = 0, Usage()
    with closing(open_store()) as store:
        for workspace in workspaces:
            run = Run.expected(workspace, lambda result: result.gaps, replies=store, reads=True)
            session = open_session(run.workspace, store, read_only=True)
            run.keys = run.still_missing(session)
            total = number, usage = run.whole(run.requests())
            if as_json:
                output.emit({"draft": workspace.name, **estimate_fields(run.connection, total)})
            else:
                print(f"{one_line(workspace.name)}: {run.connection.before(number, usage)}")
            requests, tokens = requests + number, tokens + usage
        connection = run.connection
        if as_json:
            output.emit(estimate_fields(connection, (requests, tokens)))
        else:
            estimate = connection.before(requests, tokens)
            print(f"{counted(len(workspaces), 'draft')} with {one_line(connection.name)}: {estimate}")


def _row(entry: Entry) -> tuple[str, ...]:
    price = "?" if entry.cost is None else cost.dollars(entry.cost) if entry.cost else ""
    return entry.state, str(entry.gaps), str(entry.written), str(entry.warnings), price


def _total(blog: BlogRun) -> str:
    """Return the sums of all drafts on one line."""
    entries = blog.entries
    names = ("gaps", "pieces", "written", "warnings", "only_yours")
    gaps, pieces, written, warnings, only_yours = (
        sum(getattr(entry, name) for entry in entries) for name in names
    )
    line = f"{counted(len(entries), 'draft')}: {counted(gaps + only_yours, 'gap')}"
    line += f", {written} written" + _in_pieces(pieces, written)
    if blog.accepts and (undecided := sum(entry.undecided for entry in entries)):
        texts = sum(entry.undecided_pieces for entry in entries)
        line += f", {undecided} left for a review" + _in_pieces(texts, undecided)
    if rejected := sum(entry.rejected for entry in entries):
        line += f", {rejected} rejected"
    line += f", {only_yours} only you can fill" if only_yours else ""
    line += f", {counted(warnings, 'warning')}"
    if outdated := sum(entry.outdated for entry in entries):
        line += f", {outdated} outdated"
    costs = [entry.cost for entry in entries]
    if None in costs:
        return f"{line}, price unknown"
    return f"{line}, {cost.dollars(sum(filter(None, costs), Decimal(0)))}" if any(costs) else line


def _in_pieces(pieces: int, gaps: int) -> str:
    """Return how many pieces some gaps take, where these are not as many."""
    return f" ({pieces} pieces)" if pieces > gaps else ""


class _Lines:
    """One line for each draft as it is done, on stdout; what failed goes to stderr."""

    def __init__(self) -> None:
        self._reasons = report.Reasons()
        self._model_line = ""

    @contextmanager
    def showing(self, blog: BlogRun) -> Iterator[None]:
        yield

    def take(self, blog: BlogRun, entry: Entry, news: News) -> None:
        """Show news of a draft; a reason that many pieces share is told once."""
        if blog.model_line != self._model_line:
            self._model_line = blog.model_line
            self.say(f"assistant: {blog.model_line}")
        if isinstance(news, Missed):
            if self._reasons.is_new(news.message):
                self.say(f"{entry.name}:{news.line}: {news.message}", is_reason=True)
        elif isinstance(news, Remarks):
            for line in news.lines:
                self.say(line)
        elif isinstance(news, Ended) and entry.state == "done":
            self.done(entry)

    def say(self, line: str, *, is_reason: bool = False) -> None:
        """Tell the author one thing; see `assistant.frontends.progress.say`."""
        say(one_line(line), is_reason=is_reason)

    def show(self, line: str) -> None:
        """Print a line of the result, unless the author wants quiet."""
        if not QUIET.is_set():
            print(line, flush=True)

    def done(self, entry: Entry) -> None:
        """Show that a draft is done."""
        _, gaps, written, warnings, price = _row(entry)
        summary = f"{written} of {gaps} written{_in_pieces(entry.pieces, entry.written)}"
        summary += f", {entry.rejected} rejected" if entry.rejected else ""
        line = f"{one_line(entry.name)}: {summary}, {counted(int(warnings), 'warning')}"
        self.show(line + (f", {price}" if price else ""))

    def end(self, blog: BlogRun, command: str) -> None:
        """Say how it ended, and how to continue."""
        for line in self._reasons.more():
            say(line)
        if blog.unreachable:
            say("stopped: no model can be reached; the same command continues", is_reason=True)
        is_waiting = any(entry.is_waiting for entry in blog.entries)
        self.show(_total(blog) + (f"; decide: {command}" if is_waiting else ""))


class _Screen(_Lines):
    """A table that follows the run; where it is higher than the screen, the drafts at work come first."""

    @contextmanager
    def showing(self, blog: BlogRun) -> Iterator[None]:
        from rich.console import Console
        from rich.live import Live

        console = Console(highlight=False)
        with Live(console=console, auto_refresh=False, transient=True) as self._live:
            self._live.update(self._table(blog, console.height - 4), refresh=True)
            yield
        console.print(self._table(blog, len(blog.entries)))

    def take(self, blog: BlogRun, entry: Entry, news: News) -> None:
        super().take(blog, entry, news)
        if not isinstance(news, Remarks):
            self._live.update(self._table(blog, self._live.console.height - 4), refresh=True)

    def say(self, line: str, *, is_reason: bool = False) -> None:
        self._live.console.print(one_line(line), markup=False)

    def done(self, entry: Entry) -> None:
        pass  # its row shows it

    def _table(self, blog: BlogRun, height: int) -> Table:
        from rich.table import Table
        from rich.text import Text as Words

        table = Table(box=None, pad_edge=False, show_footer=False)
        table.add_column("draft", overflow="ellipsis", no_wrap=True, ratio=1)
        table.add_column("", no_wrap=True)
        for name in ("gaps", "written", "warnings", "cost"):
            table.add_column(name, justify="right", no_wrap=True)
        entries = blog.entries
        if len(entries) > height:
            order = {"writing": 0, "left out": 1, "done": 2, "waiting": 3}
            entries = sorted(entries, key=lambda one: order[one.state])[: max(height - 1, 1)]
        for entry in entries:
            table.add_row(Words(one_line(entry.name)), *map(Words, _row(entry)))
        if count := len(blog.entries) - len(entries):
            table.add_row(Words(f"… {count} more"))
        return table


class _Json(_Lines):
    """JSON Lines as those of one draft, each with its draft's name."""

    def __init__(self) -> None:
        super().__init__()
        self._totals: dict[str, Counter[str]] = {}

    def take(self, blog: BlogRun, entry: Entry, news: News) -> None:
        totals = self._totals.setdefault(entry.name, Counter())
        if isinstance(news, Begun):
            totals["bytes"] = len(news.draft.data)
            for gap in news.gaps:
                output.emit({"event": "gap", "draft": entry.name, **gap_fields(news.draft, gap)})
        elif isinstance(news, Text):
            totals["hunks"] += len(news.expanded.hunks)
            fields = expansion_fields(news.job, news.expanded, name=entry.name)
            output.emit({"event": "expansion", "draft": entry.name, **fields})
        elif isinstance(news, Missed):
            totals["failed"] += 1
            output.emit({"event": "error", "draft": entry.name, "gap": news.gap, "message": news.message})
        elif isinstance(news, Ended):
            totals.update(gaps=entry.gaps, expanded=entry.written)
            self.done_with(totals, entry.usage, draft=entry.name)
        else:
            super().take(blog, entry, news)

    def end(self, blog: BlogRun, command: str) -> None:
        totals = sum(self._totals.values(), Counter())
        self.done_with(totals, sum((e.usage for e in blog.entries), Usage()), drafts=len(blog.entries))

    def done_with(self, totals: Counter[str], usage: Usage, **fields: Any) -> None:
        """Print the last line of a draft, or of all."""
        counts = {name: totals[name] for name in ("gaps", "expanded", "failed", "hunks", "bytes")}
        output.emit({"event": "done", **fields, **counts, "usage": usage._asdict()})

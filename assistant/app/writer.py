"""Writes the texts of a review while the author decides: a few at a time, each to be stopped alone.

The one way in which a front end with an author asks for texts. The results are events of the session.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.app import asking, report
from assistant.app.asking import pieces_of, place_of
from assistant.app.budget import Budget
from assistant.app.session import Session
from assistant.app.turns import Turns
from assistant.app.workspace import Workspace
from assistant.app.workspace import job as prepare_job
from assistant.core.hunks import passages
from assistant.core.hunks.doubts import Doubt
from assistant.core.review import decide, events
from assistant.core.review.state import Phase, Piece
from assistant.core.types import Expanded, Failed, Gap, Partial, Prompt, Span, Usage, Verdict
from assistant.errors import AssistantError, ModelUnavailable

if TYPE_CHECKING:
    from assistant.app.job import Job
    from assistant.app.models import Connection


_AHEAD = 3
"""Texts under way for each request at a time, where they wait for one another."""


class Models:
    """Connects to a model when it is first needed, once for all drafts that want the same.

    What all of them cost counts against one budget.
    """

    def __init__(
        self, progress: Callable[[int, int], None] = lambda done, whole: None, *, jobs: int = 0
    ) -> None:
        """Take what is called with the bytes fetched and their total while a local model is fetched.

        `jobs` limits how many texts of all drafts are asked for at the same time; 0 leaves it to each draft.
        """
        self._progress = progress
        self.turn: AbstractContextManager[object] = threading.Semaphore(jobs) if jobs else nullcontext()
        """Held while a text is asked for."""
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str, str], Connection] = {}
        self._only: Connection | None = None
        self.budget = Budget()

    def slots(self, jobs: int) -> AbstractContextManager[object]:
        """Return what is held while a model is asked: `jobs` times at once, or as often as all drafts may."""
        return self.turn if isinstance(self.turn, threading.Semaphore) else threading.Semaphore(jobs)

    @classmethod
    def of(cls, connection: Connection, budget: Budget) -> Models:
        """Return models with this one only, which is connected already; the caller closes it."""
        models = cls()
        models._only, models.budget = connection, budget
        return models

    def get(self, workspace: Workspace) -> Connection:
        """Connect, or return the connection there is. Raises `ModelUnavailable` and `SettingsError`."""
        from assistant.app.models import connect

        if self._only is not None:
            return self._only
        settings = workspace.settings
        key = (settings.base_url, settings.model, settings.api_key)
        with self._lock:
            if key not in self._open:
                self._open[key] = connect(settings, progress=self._progress)
            return self._open[key]

    def close(self) -> None:
        """Let go of every model, and end those whose process we started."""
        with self._lock:
            for connection in self._open.values():
                with suppress(Exception):  # whatever a dying server says, nobody is left to hear it
                    connection.close()
            self._open.clear()


@dataclass
class _Task:
    key: str
    guidance: str
    """The author's words."""
    piece: Piece | None = None
    """The piece as it was, where a sentence of its text is to be rewritten."""
    doubt: Doubt | None = None
    """What is doubtful in that sentence."""
    stop: threading.Event = field(default_factory=threading.Event)


class Writer:
    """Asks the model for the texts of one draft's pieces, in threads that end with the process.

    Every method may be called from any thread and returns at once, except `prompts`, which may read files.
    """

    def __init__(
        self,
        session: Session,
        models: Models,
        *,
        job: Job | None = None,
        on_text: Callable[[str, Job, Expanded], None] = lambda key, job, text: None,
        in_turn: bool = False,
    ) -> None:
        """Take the session that the texts go to.

        `job` is what is needed to write for the draft as it is now, where that was read already. `on_text` is
        called with a piece's key and each text for it before that is offered, in any thread. With `in_turn`,
        the order in which they come changes no text; it is for runs in which nobody waits for a single one.
        """
        self._turns = Turns() if in_turn else None
        jobs = session.workspace.settings.jobs
        # Texts that wait for their turn send nothing, so others may go ahead.
        is_ahead = in_turn and jobs > 1
        self._most = jobs * _AHEAD if is_ahead else jobs
        """Most texts under way at the same time."""
        self._turn: AbstractContextManager[object] = nullcontext() if is_ahead else models.turn
        """Held while a text is written."""
        self._slots: AbstractContextManager[object] = models.slots(jobs) if is_ahead else nullcontext()
        """Held while the model is asked."""
        self.session = session
        self.models = models
        self.model_line = ""
        """One line on the model in use."""
        self._partial: set[str] = set()
        """The gaps for which the author named only some points."""
        self._tasks: deque[_Task] = deque()
        self._running: dict[str, threading.Event] = {}
        self._on_text = on_text
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._workers = 0
        self._reading = False
        self.unread = ""
        """Why the model could not read the draft, in one line."""
        self._warm = threading.Event()
        self._jobs: dict[bytes, Job] = {job.draft.data: job} if job else {}
        self.spent = Usage()
        """What the server has counted so far."""

    @property
    def busy(self) -> bool:
        """True while anything is being written or waits to be."""
        with self._lock:
            return bool(self._workers) or self._reading

    @property
    def reading(self) -> bool:
        """True while a model reads the draft for gaps, or is connected for that."""
        return self._reading

    def wait(self) -> None:
        """Return once nothing is being written and nothing waits to be."""
        with self._idle:
            self._idle.wait_for(lambda: not (self._workers or self._reading))

    def prepare(self) -> None:
        """Begin to load the model and to read the series, where something is to be written."""
        if not self.session.read_only and self.session.missing():
            threading.Thread(target=self._prepare, daemon=True).start()

    def begin(self, gaps: Iterable[Gap] | None = None) -> None:
        """Write all gaps that have no text, or those given; a capable model reads the draft first."""
        gaps = None if gaps is None else tuple(gaps)
        self._partial.update(gap.id for gap in gaps or () if gap.chosen)
        keys, settings = self.session.missing(gaps), self.session.workspace.settings
        if gaps is not None or settings.locate == "local" or self.session.workspace.reading:
            self.ask(keys)
            return
        self._reading = True

        def work() -> None:
            from assistant.app import reading  # what writes takes imports, and a screen may be opening

            try:
                if keys or reading.may_be_wanted(self.session.workspace):
                    self.read()
            finally:
                self.ask(self.session.missing())
                with self._idle:
                    self._reading = False
                    self._idle.notify_all()

        threading.Thread(target=work, daemon=True).start()

    def read(self) -> str:
        """Have the model read the draft, where it is to; return the reason why that failed, or nothing."""
        from assistant.app import reading

        workspace = self.session.workspace
        try:
            connection = self.models.get(workspace)
            if not reading.is_wanted(workspace, connection):
                return ""
            self.model_line = f"{connection.summary}; it reads the draft first"
            with self.models.turn:
                outcome = reading.read(workspace, connection, budget=self.models.budget)
        except AssistantError as error:
            outcome = reading.Outcome(workspace, str(error))
        with self._lock:
            self.spent = self.spent + outcome.usage
        if outcome.workspace.reading:
            self.session.take_reading(outcome.workspace.reading)
        self.unread = outcome.failure
        self.model_line = self.unread or self.model_line
        return outcome.reason

    def _prepare(self) -> None:
        with suppress(Exception):  # it will be met again, where there is a piece to tell it of
            workspace = self.session.workspace
            self._job(workspace, self.models.get(workspace))

    def ask(self, keys: Iterable[str], *, guidance: str = "") -> None:
        """Write the texts of these pieces, in that order; those being written already are left alone."""
        self._begin(_Task(key, guidance) for key in keys)

    def _begin(self, tasks: Iterable[_Task]) -> None:
        with self._lock:
            tasks = tuple(tasks)
            if self._turns:
                self._turns.add(task.key for task in tasks)
            for task in tasks:
                if self._running.setdefault(task.key, task.stop) is task.stop:
                    self._tasks.append(task)
            free = self._most - self._workers
            for _ in range(max(min(free, len(self._tasks)), 0)):
                first = self._workers == 0
                self._workers += 1
                threading.Thread(target=self._work, args=(first,), daemon=True).start()

    def retry(self, key: str, guidance: str = "") -> str:
        """Ask for another text for a piece, and return the key of the whole piece.

        The texts it has stay as versions; the model is told the one that is shown and `guidance`, the
        author's own words. Places that the same request now means are written as well. Return an empty key
        where nothing can be asked for: the piece is written already, or being written. Raises
        `StoreError` and `StoreBusy`.
        """
        session = self.session
        with session.lock:
            piece = session.review.piece(key)
            if piece is None or piece.phase in (Phase.WRITING, Phase.WRITTEN):
                return ""
            whole = session.review.piece(piece.part_of) or piece
            place = place_of(session.workspace, whole.key, whole)
            if place is None:
                return self._retry_elsewhere(whole, guidance)
            if whole.versions:
                session.apply(events.Reopened(whole.key, guidance))
            session.apply(events.Requested(whole.key, whole.gap, whole.span, writing=True))
            keys = [decide.key_for(place[0], target) for target in place[0].pieces]
            is_partial = whole.gap in self._partial
            others = [key for key in keys if session.review.piece(key) is None and not is_partial]
        self.ask([whole.key], guidance=guidance)
        self.ask(others)
        return whole.key

    def revise(self, span: Span, instruction: str) -> str:
        """Revise finished text of the draft as the author says, and return the key of the piece.

        The blocks that `span` (bytes of the draft) lies in are taken whole. A text that is on offer for
        them already gets another version. Raises `UsageError`, `StoreError` and `StoreBusy`.
        """
        session = self.session
        with session.lock:
            gap = passages.revision(session.workspace.draft, span)
            place = gap.targets[0]
            for piece in session.review.shown:
                if piece.hunk and piece.hunk.revises and piece.hunk.span == place and not piece.unplaced:
                    return self.retry(piece.key, instruction)
            key = decide.key_for(gap, place)
            session.apply(events.Requested(key, gap.id, place, writing=True, instruction=instruction))
        self.ask([key], guidance=instruction)
        return key

    def _retry_elsewhere(self, piece: Piece, guidance: str) -> str:
        """Ask for the gap that its author made of a piece's own one, in the same section; see `retry`."""
        session, version = self.session, piece.version
        if version is None or version.base is None or piece.key in session.on_offer:
            return ""
        draft = session.workspace.draft
        place = piece.span.start
        section = draft.heading_above(max(place - 1, 0)), draft.heading_above(place)
        fresh = [
            (abs(gap.span.start - place), key)
            for key, gap, _ in pieces_of(session.workspace)
            if gap.fillable
            and draft.heading_above(gap.span.start) in section
            and not session.review.piece(key)
        ]
        if not fresh:
            return ""
        _, key = min(fresh)
        session.apply(events.Decided(piece.key, Verdict.REJECTED))
        session.apply(events.Requested(key, key.partition(":")[0], Span(place, place), writing=True))
        self.ask([key], guidance=guidance)
        return key

    def rewrite(self, key: str, doubt: Doubt, words: str = "") -> None:
        """Rewrite the sentence of a doubt, with the author's words or without what is doubtful.

        The piece can be decided again once that is there, or has failed. Raises `StoreError`, `StoreBusy`.
        """
        with self.session.lock:
            piece = self.session.review.piece(key)
            if piece is None or piece.phase is not Phase.READY:
                return
            self.session.apply(events.Requested(key, piece.gap, piece.span, writing=True))
        self._begin([_Task(key, words, piece, doubt)])

    def _rewrite(self, task: _Task, piece: Piece, doubt: Doubt) -> None:
        from assistant.app.rewriting import rewrite

        session, workspace = self.session, self.session.workspace
        connection = self.models.get(workspace)
        job, budget = self._job(workspace, connection), self.models.budget
        revised, usage = rewrite(workspace, connection, job, piece, doubt, task.guidance, budget=budget)
        self.model_line = connection.summary
        with self._lock:
            self.spent = self.spent + usage
        self._release(task)
        with session.lock:
            now = session.review.piece(task.key)
            session.apply(events.Failed(task.key, "", stopped=True))  # the text that was there is there again
            if now is not None and now.text == piece.text and not task.stop.is_set():
                session.apply(revised)

    def stop(self, key: str = "") -> None:
        """Stop the text of one piece, or all; what had arrived of it is dropped."""
        with self._lock:
            for name, stop in self._running.items():
                if name == key or not key:
                    stop.set()

    def _work(self, first: bool) -> None:
        """Write until nothing is left; the first goes ahead where the others can use its cached prompt."""
        if not first:
            self._warm.wait()
        while True:
            with self._idle:
                if not self._tasks:
                    self._workers -= 1
                    self._idle.notify_all()
                    return
                task = self._tasks.popleft()
            try:
                with self._turn:
                    if task.stop.is_set():
                        self._fail(task, "stopped", stopped=True)
                    elif task.piece and task.doubt:
                        self._rewrite(task, task.piece, task.doubt)
                    else:
                        self._write(task)
            except AssistantError as error:
                self._fail(task, str(error), exit_code=error.exit_code)
            except Exception as error:  # a bug in a thread must end in a line, not in silence
                self._fail(task, f"internal error: {error!r}")
            finally:
                self._warm.set()
                self._release(task)

    def _release(self, task: _Task) -> None:
        """Let the piece be asked for again: before its outcome is seen, as a retry may follow at once."""
        with self._lock:
            if self._running.get(task.key) is task.stop:
                del self._running[task.key]
        if self._turns:
            self._turns.end(task.key)

    def _fail(
        self,
        task: _Task,
        message: str,
        *,
        stopped: bool = False,
        exit_code: int = 1,
        left_out: tuple[str, ...] = (),
    ) -> None:
        """Say that a task brings no text; where no server answers, those that wait bring none either."""
        tasks = [task]
        if exit_code == ModelUnavailable.exit_code:
            with self._lock:
                tasks += self._tasks
                self._tasks.clear()
        for one in tasks:
            self._release(one)
            own, piece = left_out if one is task else (), self.session.review.piece(one.key)
            if piece and piece.version and self.session.review.is_turned_down(piece):
                # The author wanted another text than the one rejected, and there is none.
                number = piece.version.proposal
                self.session.apply(events.Decided(one.key, Verdict.REJECTED, proposal=number))
            self.session.apply(events.Failed(one.key, message, stopped, exit_code, own))

    def _write(self, task: _Task) -> None:
        from assistant.app.run import Run

        session = self.session
        with session.lock:
            workspace = session.workspace
            piece = session.review.piece(task.key)
            accepted = session.review.accepted()
        place = place_of(workspace, task.key, piece)
        if place is None:
            self._fail(task, "its place is no longer in the draft")
            return
        gap, target = place
        span = piece.span if piece else target or gap.span
        session.apply(events.Requested(task.key, gap.id, span, writing=True))
        connection = self.models.get(workspace)
        job = self._job(workspace, connection)
        if accepted:
            job = job.after(accepted)
        if not job.warms_first:
            self._warm.set()
        self.model_line = "; ".join(filter(None, (connection.summary, self.unread)))
        words, guidance, attempt = asking.words_for(gap, piece, task.guidance)
        begun = time.monotonic()
        run = Run(workspace, [gap], job, connection, budget=self.models.budget, keys=[task.key])
        run.slots = self._slots
        for event in run.events(attempt=attempt, guidance=guidance, stop=task.stop):
            if isinstance(event, Partial):
                if event.read == 1:
                    self._warm.set()
                if not task.stop.is_set():
                    session.apply(events.Streamed(task.key, event.text, event.restarts, event.read))
                continue
            self.model_line = connection.summary  # the server may have told something as it answered
            with self._lock:
                self.spent = self.spent + event.usage
            if isinstance(event, Failed):
                stopped = task.stop.is_set() or event.exit_code == 130
                self._fail(
                    task, event.message, stopped=stopped, exit_code=event.exit_code, left_out=event.left_out
                )
            else:
                answer = decide.proposal(event, seconds=time.monotonic() - begun, guidance=words)
                self._release(task)
                self._on_text(task.key, job, event)
                session.offer(answer, workspace.draft.data)

    def _job(self, workspace: Workspace, connection: Connection | None = None) -> Job:
        with self._lock:
            job = self._jobs.get(workspace.draft.data)
            if job is None:
                job = prepare_job(workspace, connection)
                _ = job.shared  # made once here, and not in every thread
                if connection is not None:
                    self._jobs = {workspace.draft.data: job}
            job.turns = self._turns
            job.approve(self.session.approvals)
            return job

    def prompts(self, key: str) -> tuple[Prompt, ...]:
        """Read the series and return what was sent for a piece, or will be where it has no text."""
        workspace, piece = self.session.workspace, self.session.review.piece(key)
        place = place_of(workspace, key, piece)
        if place is None:
            return ()
        gap, target = place
        job = self._job(workspace).after(self.session.review.accepted())
        prompts = job.prompts(gap, guidance=asking.told(gap, piece) if piece else "")
        return tuple(prompt for prompt in prompts if target in (None, prompt.target))

    def passages(self, piece: Piece) -> str:
        """Return which passages of the author's support the text of a piece; empty if none."""
        workspace = self.session.workspace
        return report.passages(self._job(workspace), piece.hunk, name=workspace.name) if piece.hunk else ""

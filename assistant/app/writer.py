"""Has the texts of a review written while the author decides: a few at a time, each to be stopped alone."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from assistant.app import workspace
from assistant.app.job import Job
from assistant.app.models import Connection, connect
from assistant.app.run import Run
from assistant.app.session import Session
from assistant.core.outcome import Expanded, Failed, Piece
from assistant.core.prompt import build
from assistant.core.review import decide, events
from assistant.core.types import Gap, GapKind, Prompt, Span, Usage
from assistant.errors import AssistantError

_REFUSED_WORDS = 60
"""Words of a refused text that the model is told, so that it writes another."""


class Models:
    """Connects to a model when it is first needed, once for all drafts that want the same."""

    def __init__(self, progress: Callable[[int, int], None] = lambda done, whole: None) -> None:
        """Hand in what is told bytes done and in all while the built-in model is fetched."""
        self._progress = progress
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str, str], Connection] = {}

    def get(self, opened: workspace.Workspace) -> Connection:
        """Effect: connects. Raises `ModelUnavailable` and `SettingsError`."""
        chosen = opened.settings
        key = (chosen.base_url, chosen.model, chosen.api_key)
        with self._lock:
            if key not in self._open:
                self._open[key] = connect(chosen, progress=self._progress)
            return self._open[key]

    def close(self) -> None:
        """Effect: lets go of every model, one that runs in a process of ours included."""
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()


@dataclass
class _Task:
    key: str
    guidance: str
    stop: threading.Event


class Writer:
    """Asks the model for the texts of one draft's slots, in threads that end with the process."""

    def __init__(self, session: Session, models: Models) -> None:
        """Take the session that the texts go to."""
        self.session = session
        self.models = models
        self.says = ""
        """One line on the model in use, or on why there is none."""
        self._tasks: deque[_Task] = deque()
        self._running: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._workers = 0
        self._warm = threading.Event()
        self._jobs: dict[bytes, Job] = {}
        self._spent = Usage()

    @property
    def busy(self) -> bool:
        """True while anything is being written or waits to be."""
        with self._lock:
            return bool(self._workers)

    def prepare(self) -> None:
        """Effect: begins to load the model and to read the series, where something is to be written."""
        if not self.session.read_only and self.session.missing():
            threading.Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        with suppress(Exception):  # it will be met again, where there is a piece to tell it of
            opened = self.session.workspace
            self._job(opened, self.models.get(opened))

    def ask(self, keys: Iterable[str], *, guidance: str = "") -> None:
        """Effect: has the texts of these slots written, in that order."""
        with self._lock:
            for key in keys:
                if key not in self._running:
                    stop = self._running[key] = threading.Event()
                    self._tasks.append(_Task(key, guidance, stop))
            free = self.session.workspace.settings.jobs - self._workers
            for _ in range(max(min(free, len(self._tasks)), 0)):
                first = self._workers == 0
                self._workers += 1
                threading.Thread(target=self._work, args=(first,), daemon=True).start()

    def stop(self, key: str = "") -> None:
        """Effect: stops one text, or all."""
        with self._lock:
            for name, stop in self._running.items():
                if name == key or not key:
                    stop.set()

    def _work(self, first: bool) -> None:
        """Effect: writes until nothing is left; the first goes ahead, so that its prompt is cached."""
        if not first:
            self._warm.wait()
        while True:
            with self._lock:
                if not self._tasks:
                    self._workers -= 1
                    return
                task = self._tasks.popleft()
            try:
                self._write(task)
            except AssistantError as error:
                self._tell(events.Failed(task.key, str(error)))
            except Exception as error:  # a fault of ours in a thread must end in a line, not in silence
                self._tell(events.Failed(task.key, f"internal error: {error!r}"))
            finally:
                self._warm.set()
                with self._lock:
                    self._running.pop(task.key, None)

    def _tell(self, event: events.Event) -> None:
        self.session.apply(event)

    def _write(self, task: _Task) -> None:
        session = self.session
        with session.lock:
            opened = session.workspace
        slot = session.review.slot(task.key)
        found = place_of(opened, task.key)
        if found is None or slot is None:
            self._tell(events.Failed(task.key, "its place is not in the draft any more"))
            return
        if task.stop.is_set():
            self._tell(events.Failed(task.key, "stopped", stopped=True))
            return
        gap, target = found
        self._tell(events.Awaited(task.key, gap.id, slot.span, writing=True))
        connection = self.models.get(opened)
        self.says = connection.description
        job = self._job(opened, connection)
        guidance = told(session, task.key, task.guidance)
        sent = prompts(job, gap, target, guidance)
        begun = time.monotonic()
        run = Run(opened, [gap], job, connection, spent=self._spent)
        for event in run.events(attempt=len(slot.versions), guidance=guidance, only=target, stop=task.stop):
            if isinstance(event, Piece):
                self._warm.set()
                if not task.stop.is_set():
                    self._tell(events.Heard(task.key, event.text, event.anew))
            elif isinstance(event, Expanded):
                answer = decide.proposal(
                    event.gap,
                    event.hunks,
                    model=event.model,
                    usage=event.usage,
                    seconds=time.monotonic() - begun,
                    messages=sent[0].messages if sent else (),
                    guidance=task.guidance,
                )
                session.offer(answer, opened.draft.data)
                self._count(connection, event.usage)
            elif isinstance(event, Failed):
                self._count(connection, event.usage)
                stopped = task.stop.is_set() or event.exit_code == 130
                self._tell(events.Failed(task.key, event.message, stopped=stopped))

    def _count(self, connection: Connection, usage: Usage) -> None:
        with self._lock:
            self._spent = self._spent + usage
        self.session.count(connection.name, usage)

    def _job(self, opened: workspace.Workspace, connection: Connection) -> Job:
        with self._lock:
            job = self._jobs.get(opened.draft.data)
            if job is None:
                job = workspace.job(opened, connection=connection)
                _ = job.common  # made once here, and not in every thread
                self._jobs = {opened.draft.data: job}
            return job

    def prompts(self, key: str) -> tuple[Prompt, ...]:
        """Effect: reads the series and returns what is sent for a slot."""
        opened = self.session.workspace
        found = place_of(opened, key)
        if found is None:
            return ()
        job = next(iter(self._jobs.values()), None) or workspace.job(opened)
        return prompts(job, *found, told(self.session, key, ""))


def place_of(opened: workspace.Workspace, key: str) -> tuple[Gap, Span | None] | None:
    """Return the gap and the target that a slot is for; None when the draft has them no more."""
    for gap in opened.gaps:
        targets = gap.targets or (None,) if gap.kind is GapKind.INSTRUCTION else (None,)
        for target in targets:
            if decide.key_for(gap, target) == key:
                return gap, target
    return None


def prompts(job: Job, gap: Gap, target: Span | None, guidance: str) -> tuple[Prompt, ...]:
    """Return what is sent for one target of a gap, or for the whole."""
    return tuple(p for p in job.prompts(gap, guidance=guidance) if target in (None, p.target))


def told(session: Session, key: str, guidance: str) -> str:
    """Return what the model is told on trying again: the author's word, and the text that was refused."""
    slot = session.review.slot(key)
    if slot is None or slot.version is None:
        return guidance
    refused = " ".join(slot.version.hunk.replacement.decode().split()[:_REFUSED_WORDS])
    return f"{guidance} {build.TURNED_DOWN} {refused}".strip()

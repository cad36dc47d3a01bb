"""The one path that every front end takes: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Answer -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a
file. Requests run in daemon threads: a server that says nothing must not keep an author's Ctrl-C waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from assistant.app.answering import Answering
from assistant.app.job import Job
from assistant.core.hunks import make
from assistant.core.model import Model
from assistant.core.review.decide import key_for
from assistant.core.text.draft import Draft
from assistant.core.types import Event, Expanded, Failed, Gap, Partial, Prompt, Usage
from assistant.errors import ModelError, ModelUnavailable

_POLL_SECONDS = 0.2
"""After so long a stop, or Ctrl-C, is noticed while nothing comes from the model."""


@dataclass
class _Task:
    """A prompt to be sent."""

    prompt: Prompt
    result: Expanded | Failed | None = None
    best: Expanded | None = None
    """The best text so far where more is asked for; offered should the author stop."""


def expand(
    job: Job,
    gaps: Iterable[Gap],
    *,
    model: Model,
    jobs: int = 4,
    attempt: int = 0,
    guidance: str = "",
    keys: Collection[str] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Event]:
    """Ask the model for every gap and yield what comes.

    Pieces come as they are written; `Expanded` and `Failed` in the order of the draft. Where
    the server has a cache that is worth it, the first request goes ahead until its answer begins.
    `attempt` counts the author's retries, each with another seed; `guidance` is what the author said on the
    last of them; `keys` name the pieces to write, where those are not all.
    """
    fillable = [gap for gap in gaps if gap.fillable]
    tasks = [
        [
            _Task(prompt)
            for prompt in job.prompts(gap, guidance=guidance)
            if keys is None or key_for(gap, prompt.target) in keys
        ]
        for gap in fillable
    ]
    requests = _Requests(job, model, attempt, guidance, stop or threading.Event())
    requests.start([task for some in tasks for task in some], jobs)
    try:
        for gap, some in zip(fillable, tasks, strict=True):
            yield from requests.until_done(gap, some)
            yield from _joined(job.draft, gap, [task.result for task in some if task.result])
    finally:
        requests.end()


@dataclass
class _Requests:
    """The requests for one draft, several at a time, in daemon threads."""

    job: Job
    model: Model
    attempt: int
    guidance: str
    stopped: threading.Event
    answered: threading.Event = field(default_factory=threading.Event)
    """Set once an answer has begun, so that the other requests find what they share in a cache."""
    events: queue.SimpleQueue[Partial | tuple[_Task, Expanded | Failed]] = field(
        default_factory=queue.SimpleQueue
    )
    """Results are in the same queue as pieces, so that all pieces of a text come before it."""
    unreachable: ModelUnavailable | None = None
    """Why no model can be reached; then nobody else is asked."""

    def start(self, tasks: Sequence[_Task], jobs: int) -> None:
        """Begin to send, `jobs` at a time; the first goes ahead where the others wait for its cache."""
        pending: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        for task in tasks:
            pending.put(task)
        if not self.job.warms_first:
            self.answered.set()
        for number in range(min(jobs, len(tasks))):
            threading.Thread(target=self._work, args=(pending, number == 0), daemon=True).start()

    def end(self) -> None:
        """Stop what is still being written."""
        self.stopped.set()
        self.answered.set()

    def until_done(self, gap: Gap, tasks: Sequence[_Task]) -> Iterator[Partial]:
        """Yield pieces of any gap until the tasks of this one have their results."""
        while any(task.result is None for task in tasks):
            try:
                event = self.events.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if self.stopped.is_set():
                    for task in tasks:
                        task.result = task.result or task.best or Failed(gap, "stopped", 130)
                continue
            if isinstance(event, Partial):
                yield event
            else:
                task, result = event
                task.result = result

    def _work(self, pending: queue.SimpleQueue[_Task], is_first: bool) -> None:
        if not is_first:
            self.answered.wait()
        with suppress(queue.Empty):
            while not self.stopped.is_set():
                task = pending.get_nowait()
                self.events.put((task, self._result(task)))
                self.answered.set()
        self.answered.set()

    def _result(self, task: _Task) -> Expanded | Failed:
        prompt = task.prompt

        def on_text(text: str, restart: bool) -> None:
            self.answered.set()
            self.events.put(Partial(prompt.gap, prompt.target, text, restart))

        def on_reading(done: int, whole: int) -> None:
            if done < whole:
                self.events.put(Partial(prompt.gap, prompt.target, "", read=done / whole))

        def keep(text: Expanded) -> None:
            task.best = text

        try:
            if self.unreachable:
                raise self.unreachable
            return Answering(
                self.job, prompt, self.model, self.attempt, self.guidance,
                on_text, on_reading, keep, self.stopped.is_set,
            ).result()  # fmt: skip
        except ModelError as error:
            if isinstance(error, ModelUnavailable):
                self.unreachable = error
            return Failed(prompt.gap, str(error), error.exit_code, prompt.target)
        except Exception as error:  # a bug in a thread must end in a message, not in a hang
            return Failed(prompt.gap, f"internal error: {error!r}", 1, prompt.target)


def _joined(draft: Draft, gap: Gap, results: Sequence[Expanded | Failed]) -> Iterator[Event]:
    """Join the targets of one gap, and add the removal of its instruction line."""
    done = [r for r in results if isinstance(r, Expanded)]
    if done:
        hunks = [hunk for r in done for hunk in r.hunks]
        if gap.has_own_line and not gap.chosen and len(done) == len(results):
            hunks.append(make.removal(draft, gap))
        usage = sum((r.usage for r in results), Usage())
        left_out = tuple(dict.fromkeys(words for r in results for words in r.left_out))
        others = tuple(hunk for r in done for hunk in r.alternatives)
        ordered = tuple(sorted(hunks, key=lambda h: h.span))
        shown = tuple(dict.fromkeys(excerpt for r in done for excerpt in r.excerpts))
        yield Expanded(gap, ordered, done[0].model, usage, left_out, others, shown)
    yield from (r for r in results if isinstance(r, Failed))

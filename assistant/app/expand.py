"""The one path that every front end takes: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Answer -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a
file. Requests run in daemon threads: a server that says nothing must not keep an author's Ctrl-C waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    stopped = stop or threading.Event()
    fillable = [gap for gap in gaps if gap.fillable]
    tasks = [
        [
            _Task(prompt)
            for prompt in job.prompts(gap, guidance=guidance)
            if keys is None or key_for(gap, prompt.target) in keys
        ]
        for gap in fillable
    ]
    pending = iter([task for some in tasks for task in some])
    lock, answered = threading.Lock(), threading.Event()
    if not job.warms_first:
        answered.set()
    events: _Events = queue.SimpleQueue()
    unreachable: list[ModelUnavailable] = []

    def send(task: _Task) -> Expanded | Failed:
        prompt = task.prompt

        def on_text(text: str, restart: bool) -> None:
            answered.set()
            events.put(Partial(prompt.gap, prompt.target, text, restart))

        def on_reading(done: int, whole: int) -> None:
            if done < whole:
                events.put(Partial(prompt.gap, prompt.target, "", read=done / whole))

        def keep(text: Expanded) -> None:
            task.best = text

        try:
            if unreachable:
                raise unreachable[0]
            return Answering(
                job, prompt, model, attempt, guidance, on_text, on_reading, keep, stopped.is_set
            ).result()
        except ModelError as error:
            if isinstance(error, ModelUnavailable):
                unreachable.append(error)
            return Failed(prompt.gap, str(error), error.exit_code, prompt.target)
        except Exception as error:  # a bug in a thread must end in a message, not in a hang
            return Failed(prompt.gap, f"internal error: {error!r}", 1, prompt.target)

    def work(first: bool) -> None:
        if not first:
            answered.wait()
        while not stopped.is_set():
            with lock:
                task = next(pending, None)
            if task is None:
                break
            result = send(task)
            answered.set()
            events.put((task, result))
        answered.set()

    for number in range(min(jobs, sum(map(len, tasks)))):
        threading.Thread(target=work, args=(number == 0,), daemon=True).start()
    try:
        for gap, some in zip(fillable, tasks, strict=True):
            yield from _until_done(gap, some, events, stopped)
            yield from _joined(job.draft, gap, [task.result for task in some if task.result])
    finally:
        stopped.set()
        answered.set()


_Events = queue.SimpleQueue[Partial | tuple[_Task, Expanded | Failed]]
"""Results are in the same queue as pieces, so that all pieces of a text come before it."""


def _until_done(
    gap: Gap, tasks: Sequence[_Task], events: _Events, stopped: threading.Event
) -> Iterator[Partial]:
    """Yield pieces of any gap until the tasks of this one have their results."""
    while any(task.result is None for task in tasks):
        try:
            event = events.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if stopped.is_set():
                for task in tasks:
                    task.result = task.result or task.best or Failed(gap, "stopped", 130)
            continue
        if isinstance(event, Partial):
            yield event
        else:
            task, result = event
            task.result = result


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

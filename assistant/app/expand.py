"""The one path that every front end takes: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Answer -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a
file. Requests run in daemon threads: a server that says nothing must not keep an author's Ctrl-C waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.app.answering import Answering
from assistant.app.job import Job
from assistant.core.hunks.make import removal
from assistant.core.model import Model
from assistant.core.outcome import Event, Expanded, Failed, Piece
from assistant.core.text.draft import Draft
from assistant.core.types import Gap, GapKind, Prompt, Span, Usage
from assistant.errors import ModelError, ModelUnavailable

_POLL_SECONDS = 0.2
"""After so long a stop, or Ctrl-C, is noticed while nothing comes from the model."""

_Place = tuple[int, int]
"""The number of a gap, and of a prompt among that gap's prompts."""


def expand(
    job: Job,
    gaps: Iterable[Gap],
    *,
    model: Model,
    jobs: int = 4,
    attempt: int = 0,
    guidance: str = "",
    only: Span | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Event]:
    """Ask the model for every gap and yield what comes.

    Pieces come as they are written; `Expanded` and `Failed` in the order of the draft. `attempt` counts the
    author's retries, each with another seed; `guidance` is what the author said on the last of them; `only`
    names a single target of the gaps.
    """
    fillable = [gap for gap in gaps if gap.fillable]
    prompts = [
        [p for p in job.prompts(gap, guidance=guidance) if only in (None, p.target)] for gap in fillable
    ]
    work = _Work(job, prompts, model, attempt, guidance, stop or threading.Event())
    work.start(min(jobs, sum(map(len, prompts))))
    try:
        yield from _in_order(job.draft, fillable, work)
    finally:
        work.stop()


class _Work:
    """Prompts that are sent by several threads."""

    def __init__(
        self,
        job: Job,
        prompts: Sequence[Sequence[Prompt]],
        model: Model,
        attempt: int,
        guidance: str,
        stop: threading.Event,
    ) -> None:
        self.stopped = stop
        self.results: list[list[Expanded | Failed | None]] = [[None] * len(some) for some in prompts]
        self.best: dict[_Place, Expanded] = {}
        """The best text so far where more is asked for; offered should the author stop."""
        self.queue: queue.SimpleQueue[Piece | tuple[_Place, Expanded | Failed]] = queue.SimpleQueue()
        self._job, self._model, self._attempt, self._guidance = job, model, attempt, guidance
        self._pending = iter([((i, k), p) for i, some in enumerate(prompts) for k, p in enumerate(some)])
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._unreachable: ModelUnavailable | None = None

    def start(self, threads: int) -> None:
        """Start to send the prompts; the first goes ahead, so that the others find its prefix cached."""
        for number in range(threads):
            threading.Thread(target=self._send_all, args=(number == 0,), daemon=True).start()

    def stop(self) -> None:
        """End all requests."""
        self.stopped.set()
        self._answered.set()

    def _send_all(self, first: bool) -> None:
        if not first:
            self._answered.wait()
        while not self.stopped.is_set():
            with self._lock:
                task = next(self._pending, None)
            if task is None:
                break
            place, prompt = task
            result = self._send(place, prompt)
            self._answered.set()
            self.queue.put((place, result))
        self._answered.set()

    def _send(self, place: _Place, prompt: Prompt) -> Expanded | Failed:
        def on_text(text: str, anew: bool = False) -> None:
            self._answered.set()
            self.queue.put(Piece(prompt.gap, prompt.target, text, anew))

        def keep(text: Expanded) -> None:
            self.best[place] = text

        try:
            if self._unreachable:
                raise self._unreachable
            return Answering(
                self._job,
                prompt,
                self._model,
                self._attempt,
                self._guidance,
                on_text,
                keep,
                self.stopped.is_set,
            ).result()
        except ModelError as error:
            if isinstance(error, ModelUnavailable):
                self._unreachable = error
            return Failed(prompt.gap, str(error), error.exit_code, prompt.target)
        except Exception as error:  # a bug in a thread must end in a message, not in a hang
            return Failed(prompt.gap, f"internal error: {error!r}", 1, prompt.target)


def _in_order(draft: Draft, gaps: Sequence[Gap], work: _Work) -> Iterator[Event]:
    """Yield pieces as they come, and each gap once it and all before it are done."""
    for number, gap in enumerate(gaps):
        results = work.results[number]
        while None in results:
            try:
                item = work.queue.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if work.stopped.is_set():
                    work.results[number] = results = _as_stopped(gap, number, results, work.best)
                continue
            if isinstance(item, Piece):
                yield item
            else:
                (at, index), result = item
                work.results[at][index] = result
        yield from _joined(draft, gap, [result for result in results if result is not None])


def _as_stopped(
    gap: Gap, number: int, results: Sequence[Expanded | Failed | None], best: Mapping[_Place, Expanded]
) -> list[Expanded | Failed | None]:
    """Return the results of a gap with the best texts so far, or failures, where none had come."""
    stopped = Failed(gap, "stopped", 130)
    return [result or best.get((number, index), stopped) for index, result in enumerate(results)]


def _joined(draft: Draft, gap: Gap, results: Sequence[Expanded | Failed]) -> Iterator[Event]:
    """Join the targets of one gap, and add the removal of its instruction line."""
    done = [r for r in results if isinstance(r, Expanded)]
    if done:
        hunks = [hunk for r in done for hunk in r.hunks]
        if gap.kind is GapKind.INSTRUCTION and gap.targets and gap.span.start < gap.span.end:
            hunks.append(removal(draft, gap))
        usage = sum((r.usage for r in results), Usage())
        left_out = tuple(dict.fromkeys(words for r in results for words in r.left_out))
        others = tuple(hunk for r in done for hunk in r.alternatives)
        yield Expanded(
            gap, tuple(sorted(hunks, key=lambda h: h.span)), done[0].model, usage, left_out, others
        )
    yield from (r for r in results if isinstance(r, Failed))

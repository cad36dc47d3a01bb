"""The one path that every front end takes: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Expansion -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a
file. Requests run in daemon threads: a server that says nothing must not keep an author's Ctrl-C waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.app.answering import Answering
from assistant.app.job import Job, Model
from assistant.core.hunks import edits
from assistant.core.outcome import Event, Expanded, Failed, Piece
from assistant.core.text.draft import Draft
from assistant.core.types import Gap, GapKind, Prompt, Span, Usage
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    pass


_PATIENCE = 0.2
"""Seconds after which a stop, or Ctrl-C, is noticed while nothing comes from the model."""


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
    """Effect: asks the model for every gap and yields what comes.

    Pieces come as they are written; `Expanded` and `Failed` in the order of the draft. The first request
    goes ahead of the others until it is answered, so that they find its prompt in the server's cache.
    `attempt` counts tries of the author's, each with another seed; `only` names the one target wanted.
    """
    ended = stop or threading.Event()
    wanted = [gap for gap in gaps if gap.fillable]
    asked = [[p for p in job.prompts(g, guidance=guidance) if only in (None, p.target)] for g in wanted]
    results: list[list[Expanded | Failed | None]] = [[None] * len(prompts) for prompts in asked]
    tasks = [(number, index, p) for number, prompts in enumerate(asked) for index, p in enumerate(prompts)]
    out: _Results = queue.SimpleQueue()
    spare: dict[tuple[int, int], Expanded] = {}
    pending, lock, warm = iter(tasks), threading.Lock(), threading.Event()
    unreachable: list[ModelUnavailable] = []

    def work(first: bool) -> None:
        if not first:
            warm.wait()
        while True:
            with lock:
                task = next(pending, None)
            if task is None or ended.is_set():
                break
            number, index, one = task

            def hear(text: str, anew: bool = False, one: Prompt = one) -> None:
                warm.set()
                out.put(Piece(one.gap, one.target, text, anew))

            def keep(found: Expanded, at: tuple[int, int] = (number, index)) -> None:
                spare[at] = found

            try:
                if unreachable:
                    raise unreachable[0]
                result: Expanded | Failed = Answering(
                    job, one, model, attempt, guidance, hear, keep, ended.is_set
                ).result()
            except ModelError as error:
                if isinstance(error, ModelUnavailable):
                    unreachable.append(error)
                result = Failed(one.gap, str(error), error.exit_code, one.target)
            except Exception as error:  # a fault of ours in a thread must end in a line, not in a hang
                result = Failed(one.gap, f"internal error: {error!r}", 1, one.target)
            warm.set()
            out.put((number, index, result))
        warm.set()

    for worker in range(min(jobs, len(tasks))):
        threading.Thread(target=work, args=(worker == 0,), daemon=True).start()
    try:
        yield from _in_order(job.draft, wanted, results, out, spare, ended)
    finally:
        ended.set()
        warm.set()


_Results = queue.SimpleQueue[Piece | tuple[int, int, Expanded | Failed]]


def _in_order(
    draft: Draft,
    gaps: Sequence[Gap],
    results: list[list[Expanded | Failed | None]],
    out: _Results,
    spare: Mapping[tuple[int, int], Expanded],
    ended: threading.Event,
) -> Iterator[Event]:
    """Hand pieces on as they come, and each gap once it and all before it are done."""
    for number, gap in enumerate(gaps):
        while None in results[number]:
            try:
                item = out.get(timeout=_PATIENCE)
            except queue.Empty:
                if ended.is_set():
                    for index, result in enumerate(results[number]):
                        kept = spare.get((number, index), Failed(gap, "stopped", 130))
                        results[number][index] = result or kept
                continue
            if isinstance(item, Piece):
                yield item
            else:
                at, place, came = item
                results[at][place] = came
        yield from _gathered(draft, gap, [r for r in results[number] if r is not None])


def _gathered(draft: Draft, gap: Gap, results: Sequence[Expanded | Failed]) -> Iterator[Event]:
    """Join the targets of one gap, and add the removal of its instruction line."""
    done = [r for r in results if isinstance(r, Expanded)]
    if done:
        hunks = [hunk for r in done for hunk in r.hunks]
        if gap.kind is GapKind.INSTRUCTION and gap.targets and gap.span.start < gap.span.end:
            hunks.append(edits.removal(draft, gap))
        usage = sum((r.usage for r in results), Usage())
        left_out = tuple(dict.fromkeys(left for r in results for left in r.left_out))
        others = tuple(hunk for r in done for hunk in r.alternatives)
        ordered = tuple(sorted(hunks, key=lambda h: h.span))
        yield Expanded(gap, ordered, done[0].model, usage, left_out, others)
    yield from (r for r in results if isinstance(r, Failed))

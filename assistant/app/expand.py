"""Asks for the texts of gaps: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Answer -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a file.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence

from assistant.app.answering import Answering
from assistant.app.job import Job
from assistant.core.hunks import make
from assistant.core.model import Model
from assistant.core.review.decide import key_for
from assistant.core.text.draft import Draft
from assistant.core.types import Event, Expanded, Failed, Gap, Partial, Prompt, Usage
from assistant.errors import ModelError

_POLL_SECONDS = 0.2
"""After so long a stop is noticed while nothing comes from the model."""


def expand(
    job: Job,
    gaps: Iterable[Gap],
    *,
    model: Model,
    attempt: int = 0,
    guidance: str = "",
    keys: Collection[str] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Event]:
    """Ask the model for every gap, one text after the other, and yield what comes.

    Several at a time are the `Writer`'s. `attempt` counts the author's retries, each with another seed;
    `guidance` is what the author said on the last of them; `keys` name the pieces to write, where those are
    not all.
    """
    for gap in gaps:
        results = []
        for prompt in job.prompts(gap, guidance=guidance) if gap.fillable else ():
            if keys is None or key_for(gap, prompt.target) in keys:
                asked = _asked(job, prompt, model, attempt, guidance, stop or threading.Event())
                results.append((yield from asked))
        yield from joined(job.draft, gap, results)


def _asked(
    job: Job, prompt: Prompt, model: Model, attempt: int, guidance: str, stop: threading.Event
) -> Generator[Partial, None, Expanded | Failed]:
    """Ask for one text, yield its pieces as they are written, and return it.

    The request has a daemon thread: once it is to stop, a server that says nothing is not waited for.
    """
    came: queue.SimpleQueue[Partial | Expanded | Failed] = queue.SimpleQueue()
    usable: list[Expanded] = []
    left = threading.Event()

    def stopped() -> bool:
        return stop.is_set() or left.is_set()

    def ask() -> None:
        try:
            told, keep = came.put, usable.append
            came.put(Answering(job, prompt, model, attempt, guidance, told, keep, stopped).result())
        except ModelError as error:
            came.put(Failed(prompt.gap, str(error), error.exit_code, prompt.target))
        except Exception as error:  # a bug in a thread must end in a message, not in a hang
            came.put(Failed(prompt.gap, f"internal error: {error!r}", 1, prompt.target))

    threading.Thread(target=ask, daemon=True).start()
    try:
        while True:
            try:
                event = came.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if stop.is_set():
                    return usable[-1] if usable else Failed(prompt.gap, "stopped", 130, prompt.target)
                continue
            if not isinstance(event, Partial):
                return event
            yield event
    finally:
        left.set()


def joined(draft: Draft, gap: Gap, results: Sequence[Expanded | Failed]) -> Iterator[Expanded | Failed]:
    """Join the texts of one gap, with the removal of its instruction line where none is missing."""
    done = [r for r in results if isinstance(r, Expanded)]
    if done:
        hunks = [hunk for r in done for hunk in r.hunks if not hunk.follows]
        if gap.has_own_line and not gap.chosen and len(done) == len(results):
            hunks.append(make.removal(draft, gap))
        usage = sum((r.usage for r in results), Usage())
        left_out = tuple(dict.fromkeys(words for r in results for words in r.left_out))
        others = tuple(hunk for r in done for hunk in r.alternatives)
        ordered = tuple(sorted(hunks, key=lambda h: h.span))
        shown = tuple(dict.fromkeys(excerpt for r in done for excerpt in r.excerpts))
        yield Expanded(gap, ordered, done[0].model, usage, left_out, others, shown)
    yield from (r for r in results if isinstance(r, Failed))

"""Tells what a run will send: it goes the run's own way, with the replies that are stored and no others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from typing import NamedTuple

from assistant.adapters.reply_cache import KeptReplies
from assistant.app import cost
from assistant.app.answering import Answering
from assistant.app.cost import Sent
from assistant.app.job import Job
from assistant.core.model import Model
from assistant.core.prompt.turns import count_tokens
from assistant.core.review.decide import key_for
from assistant.core.types import Expanded, Gap, Prompt
from assistant.errors import ModelError

Told = Callable[[str, Gap], tuple[str, int]]
"""Returns what the model is told for a piece, by its key and gap, and how often that was asked for before."""


class Planned(NamedTuple):
    """The prompt of a piece, and the requests that will be sent for it."""

    prompt: Prompt
    sent: Sequence[Sent]
    """Empty where its text is stored."""


def requests(
    job: Job, gaps: Sequence[Gap], model: Model, *, keys: Collection[str] | None, told: Told
) -> dict[str, Planned]:
    """Return the prompt and the requests for each piece that `keys` name, or for all.

    `model` has the cache of its replies in front. What comes after a request that is not answered yet can't
    be known, but for the request to verify its text.
    """
    job = copy(job)
    job.offered, job.offered_lock, job.turns = dict(job.offered), threading.Lock(), None
    planned: dict[str, Planned] = {}
    for gap in gaps:
        prompts: dict[str, tuple[Prompt, ...]] = {}
        for target in gap.pieces if gap.fillable else ():
            key = key_for(gap, target)
            if keys is None or key in keys:
                guidance, attempt = told(key, gap)
                if guidance not in prompts:
                    prompts[guidance] = job.prompts(gap, guidance=guidance)
                prompt = next(one for one in prompts[guidance] if one.target == target)
                sent = list(_requests(job, prompt, KeptReplies(model), attempt, guidance))
                planned[key] = Planned(prompt, sent)
    return planned


def _requests(job: Job, prompt: Prompt, kept: KeptReplies, attempt: int, guidance: str) -> Iterator[Sent]:
    ignore, answer = lambda _: None, int(prompt.words[1] * cost.TOKENS_PER_WORD)
    has_text = False
    try:
        asked = Answering(job, prompt, kept, attempt, guidance, ignore, ignore, lambda: False)
        has_text = isinstance(asked.result(), Expanded)
    except ModelError:
        pass
    for request in kept.missing:
        tokens = count_tokens(request.messages, job.count)
        yield from [Sent(tokens, cost.VERDICT_TOKENS if request.schema else answer)] * request.count
    if job.settings.verify and kept.missing and not has_text:
        yield Sent(prompt.tokens + answer, cost.VERDICT_TOKENS)

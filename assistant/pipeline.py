"""The one path that every front end takes: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Expansion -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a
file. Requests run in daemon threads: a server that says nothing must not keep an author's Ctrl-C waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from assistant.answering import Answering
from assistant.core import edits, prompt
from assistant.core.defuse import defused_messages
from assistant.core.draft import Draft
from assistant.core.outcome import Event, Expanded, Failed, Piece
from assistant.core.types import Gap, GapKind, Message, Prompt, Reply, Span, Usage
from assistant.core.voice import Voice
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    from assistant.core.checks import Context, Lists
    from assistant.core.templates import Templates


class Model(Protocol):
    """Whatever answers a conversation; `assistant.adapters.client.ChatClient` does."""

    model: str

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        seed: int,
        on_text: Callable[[str], None],
        stopped: Callable[[], bool],
    ) -> Reply:
        """Effect: answers, handing over the text piece by piece. Raises `ModelError`."""


_PATIENCE = 0.2
"""Seconds after which a stop, or Ctrl-C, is noticed while nothing comes from the model."""


@dataclass
class Job:
    """One draft with everything that is needed to expand its gaps."""

    draft: Draft
    gaps: tuple[Gap, ...]
    """All gaps of the draft, so that unfinished sections are never taken for examples."""
    voice: Voice
    templates: Templates
    count: Callable[[str], int]
    context: int = 8192
    """Tokens that the model takes in, prompt and answer together."""
    shared: int = 0
    """Most tokens of what all gaps' prompts share, as far as that is enough; 0 for what there is room for."""
    max_tokens: int = 0
    """Most tokens of one answer; 0 lets the words wanted decide."""
    thinks: bool = True
    """True when the model may spend tokens on thinking that are not part of the answer."""
    instruction: str = ""
    """What the author asks for besides, for every gap."""
    language: str = ""
    series: tuple[str, ...] = ()
    """The author's other posts as they stand, which say what may be said again."""
    lists: Lists | None = None
    alternatives: int = 1
    """Texts for each gap to choose from; the first is the one offered."""
    is_mdx: bool = False
    """True when braces and imports in the draft are code."""
    strict: bool = False
    """True when an expansion with a warning is not offered at all."""
    _common: prompt.Shared | None = field(default=None, repr=False)
    _facts: tuple[str, Context] | None = field(default=None, repr=False)

    @property
    def common(self) -> prompt.Shared:
        """The turns that all gaps share."""
        if self._common is None:
            answer = self.answer_tokens(self.voice.section_words[1])
            room = max(self.context - answer - self._request_tokens, 300)
            self._common = prompt.shared(
                self.draft,
                self.gaps,
                voice=self.voice,
                templates=self.templates,
                count=self.count,
                budget=min(room, self.shared or room),
                room=room,
                language_name=self.language,
            )
        return self._common

    @property
    def _request_tokens(self) -> int:
        """Room for what a gap adds: a heading is soon named, other gaps quote their surroundings."""
        return 300 if all(gap.kind is GapKind.EMPTY_SECTION for gap in self.gaps) else 600

    def prompts(self, gap: Gap, *, guidance: str = "") -> tuple[Prompt, ...]:
        """Return what would be sent for a gap; `guidance` is the author's word on trying again."""
        found = prompt.prompts(
            self.draft,
            gap,
            common=self.common,
            voice=self.voice,
            templates=self.templates,
            count=self.count,
            instruction=" ".join(part for part in (self.instruction, guidance) if part),
        )
        return tuple(replace(one, messages=defused_messages(one.messages)) for one in found)

    def facts(self, asked: Prompt, *, guidance: str = "") -> Context:
        """Return what a text may lean on; made once for all gaps, as it holds a vocabulary of everything."""
        from assistant.core.checks import Context, Lists  # their patterns take 40 ms, and a start needs none

        if self._facts is None or self._facts[0] != guidance:
            instructions = (self.instruction, guidance, *(gap.instruction for gap in self.gaps))
            shown = tuple(m.content for m in self.common.messages if m.role == "assistant")
            own = self.draft.text((0, len(self.draft.data)))
            context = Context(
                own, self.series, " ".join(instructions), shown, self.lists or Lists(), self.is_mdx
            )
            self._facts = (guidance, context)
        near = asked.messages[len(self.common.messages) : -1]
        return self._facts[1].showing([m.content for m in near if m.role == "assistant"])

    def answer_tokens(self, words: int) -> int:
        """Return the most tokens to ask for when `words` are wanted."""
        if self.max_tokens:
            return self.max_tokens
        return words * 2 + 2000 if self.thinks else int(words * 1.4) + 10


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

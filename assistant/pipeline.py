"""The one path that every front end takes: draft, voice and model in, events out.

    bytes -> Draft -> Gap -> Prompt -> Expansion -> Hunk

The model, the token counter and the templates are handed in, so nothing here touches the network or a
file. Requests run in daemon threads: a server that says nothing must not keep an author's Ctrl-C waiting.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from assistant.core import edits, prompt
from assistant.core.defuse import defused_messages
from assistant.core.draft import Draft
from assistant.core.outcome import Event, Expanded, Failed, Piece
from assistant.core.types import Expansion, Gap, GapKind, Hunk, Message, Prompt, Reply, Span, Usage
from assistant.core.voice import Voice
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    from assistant.core.checks import Context, Lists
    from assistant.core.shape import Shape
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


TRIES = 4
"""Requests for one text, each with another seed, before its gap is reported as not expanded."""
ALTERNATIVE = 1000
"""Where the seeds of alternatives begin, beyond those of an author's tries."""
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
                result: Expanded | Failed = _answer(
                    job, one, model, attempt, guidance, hear, keep, ended.is_set
                )
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


def _answer(
    job: Job,
    asked: Prompt,
    model: Model,
    attempt: int,
    guidance: str,
    on_text: Callable[[str, bool], None],
    keep: Callable[[Expanded], None],
    stopped: Callable[[], bool],
) -> Expanded | Failed:
    """Ask for one text, again when the answer can't be used, and once more when its spelling is another's."""
    from assistant.core.shape import shape_of  # as with the checks: its patterns are not needed to start

    usage, reason, model = Usage(), "", _in_voice(job, asked, model)
    labels = [
        label for name in (asked.gap.kind.value, "draft", "example") for label in job.templates.labels(name)
    ]
    shape = shape_of(job.draft, asked, labels=labels, language_name=job.language, lists=job.voice.lists)
    offered: Expanded | None = None
    for again in range(TRIES):
        if again:
            on_text("", True)
        try:
            reply = model.complete(
                asked.messages,
                max_tokens=job.answer_tokens(asked.words[1] * (2 if shape.code else 1)),
                seed=_seed(asked, attempt * TRIES + again),
                on_text=lambda text: on_text(text, False),
                stopped=stopped,
            )
        except ModelError:
            if offered is None:
                raise
            break
        usage = usage + reply.usage
        if offered and stopped():
            break
        hunks, reason = _checked(job, asked, _cleaned(reply, asked, shape), guidance)
        if hunks and (offered is None or _doubts(hunks) < _doubts(offered.hunks)):
            offered = Expanded(asked.gap, hunks, reply.model, usage, asked.left_out)
        if offered and (again or not _misspelt(offered.hunks)):
            break
        if offered:
            keep(offered)  # should the author stop while it is asked for once more
    if offered is None:
        return Failed(asked.gap, f"not expanded: {reason}", 1, asked.target, usage, asked.left_out)
    others: tuple[Hunk, ...] = ()
    for other in _alternatives(job, asked, model, stopped):
        usage = usage + other.usage
        found, _ = _checked(job, asked, _cleaned(other, asked, shape), guidance)
        known = {hunk.replacement for hunk in (*offered.hunks, *others)}
        others += tuple(hunk for hunk in found if hunk.replacement not in known)
    return replace(offered, usage=usage, alternatives=others)


def _in_voice(job: Job, asked: Prompt, model: Model) -> Model:
    """Return the model with what only some can be told: the author's small words, and to write a list.

    A model that thinks aloud can't be held to a list from its first word on.
    """
    lists = None if job.thinks else asked.lists
    told: Callable[..., Model] | None = getattr(model, "in_voice", None)
    return told(job.voice.leaning, lists=lists) if told and (job.voice.leaning or lists) else model


def _doubts(hunks: Sequence[Hunk]) -> int:
    return sum(len(hunk.warnings) for hunk in hunks)


def _misspelt(hunks: Sequence[Hunk]) -> bool:
    """Tell whether there are words in the spelling that isn't the author's."""
    return any(warning.code == "spelling" for hunk in hunks for warning in hunk.warnings)


def _alternatives(job: Job, asked: Prompt, model: Model, stopped: Callable[[], bool]) -> list[Reply]:
    """Ask for the other texts that the author wants to choose from, in one request where that can be."""
    count, seed = job.alternatives - 1, _seed(asked, ALTERNATIVE)
    most = job.answer_tokens(asked.words[1])
    if count < 1 or stopped():
        return []
    if several := getattr(model, "several", None):
        found: list[Reply] = several(asked.messages, count=count, max_tokens=most, seed=seed, stopped=stopped)
        return found
    return [
        model.complete(
            asked.messages, max_tokens=most, seed=seed + more, on_text=lambda text: None, stopped=stopped
        )
        for more in range(count)
    ]


def _checked(job: Job, asked: Prompt, expansion: Expansion, guidance: str) -> tuple[tuple[Hunk, ...], str]:
    """Return the hunks of an expansion with their warnings, or the reason why there are none."""
    from assistant.core.checks import check, without_foreign
    from assistant.core.cleanup import ended

    if not expansion.text:
        return (), expansion.reason
    facts, draft, gap = job.facts(asked, guidance=guidance), job.draft, asked.gap
    text = expansion.text
    notes: tuple[str, ...] = ()
    if not prompt.code_language(draft, gap):  # inside a block of code, marks are code
        text, notes = without_foreign(text, context=facts)
        text = ended(text) if notes else text
    if not text.strip():
        return (), "nothing was left of the answer without what is not yours"
    hunks = edits.hunks_for(draft, gap, text=text, target=asked.target, notes=(*expansion.notes, *notes))
    if any(edits.reaches_beyond(draft, hunk) for hunk in hunks):
        return (), "the answer would change how the rest of the draft reads"
    target = prompt.stub(draft, asked.target) if asked.target is not None else ""
    replaced = draft.text(gap.span) if gap.kind is GapKind.NOTES else ""
    hunks = tuple(
        replace(h, warnings=check(h.replacement.decode(), context=facts, target=target, replaced=replaced))
        for h in hunks
    )
    doubts = [warning.message for hunk in hunks for warning in hunk.warnings]
    if job.strict and doubts:
        return (), f"{doubts[0]} (--strict)"
    return hunks, ""


def _cleaned(reply: Reply, asked: Prompt, shape: Shape) -> Expansion:
    """Clean an answer, of which the gap's own heading is no part: the examples have theirs, and so may it."""
    from assistant.core.cleanup import clean

    return clean(replace(reply, text=prompt.without_heading(reply.text, asked)), shape=shape)


def _seed(asked: Prompt, attempt: int) -> int:
    """Return a seed that is the same for the same gap, target and attempt."""
    key = f"{asked.gap.id} {asked.target} {attempt}".encode()
    return int.from_bytes(hashlib.sha256(key).digest()[:4]) & 0x7FFFFFFF

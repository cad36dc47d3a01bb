"""Gets one text that can be used: asks for it, cleans and checks what comes, and asks again where it must."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.core.hunks import edits
from assistant.core.outcome import Expanded, Failed
from assistant.core.prompt import build
from assistant.core.types import Expansion, GapKind, Hunk, Prompt, Reply, Usage
from assistant.errors import ModelError, ModelUnavailable

if TYPE_CHECKING:
    from assistant.app.job import Job, Model
    from assistant.core.answer.expected import Shape

TRIES = 4
"""Requests for one text, each with another seed, before its gap is reported as not expanded."""


@dataclass
class Answering:
    """One text that is asked for, with what has come of it so far."""

    job: Job
    asked: Prompt
    model: Model
    attempt: int
    """How many tries of the author's went before, each with other seeds."""
    guidance: str
    on_text: Callable[[str, bool], None]
    """Hears the text as it is written, and True where it begins anew."""
    keep: Callable[[Expanded], None]
    """Takes what there is already, should the author stop while more is asked for."""
    stopped: Callable[[], bool]
    _usage: Usage = field(default_factory=Usage)
    _reason: str = ""
    _found: list[Expanded] = field(default_factory=list)
    """What can be used, the texts with the fewest doubts first."""

    def result(self) -> Expanded | Failed:
        """Effect: asks again where nothing can be used, and once more where the spelling is another's.

        Raises `ModelError` when the model gives nothing at all.
        """
        from assistant.core.answer.expected import (
            shape_of,  # as with the checks: its patterns are not needed to start
        )

        job, asked = self.job, self.asked
        self.model = _in_voice(job, asked, self.model)
        labels = [
            label
            for name in (asked.gap.kind.value, "draft", "example")
            for label in job.templates.labels(name)
        ]
        shape = shape_of(job.draft, asked, labels=labels, language_name=job.language, lists=job.voice.lists)
        came = 0
        for again in range(TRIES):
            if again:
                self.on_text("", True)
            try:
                replies = self._ask(shape, again, count=1 if again else job.alternatives)
            except ModelError as error:
                if not again:
                    raise
                if not self._found:
                    left_out = asked.left_out
                    return Failed(asked.gap, str(error), error.exit_code, asked.target, self._usage, left_out)
                break
            came = came or len(replies)
            self._take(replies, shape)
            if self._found and (again or not _is_misspelt(self._found[0])):
                break
            if self._found:
                self.keep(self._best())
        if not self._found:
            reason = f"not expanded: {self._reason}"
            return Failed(asked.gap, reason, 1, asked.target, self._usage, asked.left_out)
        self._ask_for_more(shape, came)
        return self._best()

    def _ask(self, shape: Shape, again: int, *, count: int = 1, more: int = 0) -> list[Reply]:
        """Effect: asks for texts, in one request where the model takes that; what comes may be fewer.

        `more` counts on from the first seed: the texts after the first are not shown as they are written.
        """
        asked: dict[str, Any] = {
            "max_tokens": self.job.answer_tokens(self.asked.words[1] * (2 if shape.code else 1)),
            "seed": _seed(self.asked, self.attempt * TRIES + again) + more,
            "on_text": lambda text: None if more else self.on_text(text, False),
            "stopped": self.stopped,
        }
        several = getattr(self.model, "several", None) if count > 1 else None
        if several is None:
            return [self.model.complete(self.asked.messages, **asked)]
        replies: list[Reply] = several(self.asked.messages, count=count, **asked)
        return replies

    def _ask_for_more(self, shape: Shape, came: int) -> None:
        """Effect: asks once more for each of the texts to choose from that the first request did not give."""
        for more in range(came, came + self.job.alternatives - len(self._found)):
            if self.stopped():
                return
            self.keep(self._best())
            try:
                self._take(self._ask(shape, 0, more=more), shape)
            except ModelUnavailable:
                return
            except ModelError:
                continue  # there is a text to go on with, and the next may come

    def _take(self, replies: Sequence[Reply], shape: Shape) -> None:
        asked = self.asked
        for reply in replies:
            self._usage = self._usage + reply.usage
            hunks, self._reason = self._checked(_cleaned(reply, asked, shape))
            known = [[hunk.replacement for hunk in one.hunks] for one in self._found]
            if hunks and [hunk.replacement for hunk in hunks] not in known:
                self._found.append(Expanded(asked.gap, hunks, reply.model, self._usage, asked.left_out))
        self._found.sort(key=lambda one: sum(len(hunk.warnings) for hunk in one.hunks))

    def _best(self) -> Expanded:
        others = tuple(hunk for one in self._found[1 : self.job.alternatives] for hunk in one.hunks)
        return replace(self._found[0], usage=self._usage, alternatives=others)

    def _checked(self, expansion: Expansion) -> tuple[tuple[Hunk, ...], str]:
        """Return the hunks of an expansion with their warnings, or the reason why there are none."""
        from assistant.core.answer.cleanup import ended
        from assistant.core.answer.markup import without_foreign
        from assistant.core.checks import check

        if not expansion.text:
            return (), expansion.reason
        job, asked = self.job, self.asked
        facts, draft, gap = job.facts(asked, guidance=self.guidance), job.draft, asked.gap
        text = expansion.text
        notes: tuple[str, ...] = ()
        if not build.code_language(draft, gap):  # inside a block of code, marks are code
            text, notes = without_foreign(text, context=facts)
            text = ended(text) if notes else text
        if not text.strip():
            return (), "nothing was left of the answer without what is not yours"
        hunks = edits.hunks_for(draft, gap, text=text, target=asked.target, notes=(*expansion.notes, *notes))
        if any(edits.reaches_beyond(draft, hunk) for hunk in hunks):
            return (), "the answer would change how the rest of the draft reads"
        target = build.stub(draft, asked.target) if asked.target is not None else ""
        replaced = draft.text(gap.span) if gap.kind is GapKind.NOTES else ""
        hunks = tuple(
            replace(
                h, warnings=check(h.replacement.decode(), context=facts, target=target, replaced=replaced)
            )
            for h in hunks
        )
        doubts = [warning.message for hunk in hunks for warning in hunk.warnings]
        if job.strict and doubts:
            return (), f"{doubts[0]} (--strict)"
        return hunks, ""


def _in_voice(job: Job, asked: Prompt, model: Model) -> Model:
    """Return the model with what only some can be told: the author's small words, and to write a list.

    A model that thinks aloud can't be held to a list from its first word on.
    """
    lists = None if job.thinks else asked.lists
    told: Callable[..., Model] | None = getattr(model, "in_voice", None)
    return told({}, lists=lists) if told and lists else model


def _is_misspelt(found: Expanded) -> bool:
    """Tell whether there are words in the spelling that isn't the author's."""
    return any(warning.code == "spelling" for hunk in found.hunks for warning in hunk.warnings)


def _cleaned(reply: Reply, asked: Prompt, shape: Shape) -> Expansion:
    """Clean an answer, of which the gap's own heading is no part: the examples have theirs, and so may it."""
    from assistant.core.answer.cleanup import clean

    return clean(replace(reply, text=build.without_heading(reply.text, asked)), shape=shape)


def _seed(asked: Prompt, attempt: int) -> int:
    """Return a seed that is the same for the same gap, target and attempt."""
    key = f"{asked.gap.id} {asked.target} {attempt}".encode()
    return int.from_bytes(hashlib.sha256(key).digest()[:4]) & 0x7FFFFFFF

"""One draft with everything that is needed to expand its gaps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.adapters.settings import Settings
from assistant.core.hunks.apply import apply, reverse, without_overlaps
from assistant.core.hunks.line_width import width
from assistant.core.prompt.build import PromptBuilder
from assistant.core.prompt.chat_tokens import escape_messages
from assistant.core.prompt.excerpts import Material
from assistant.core.prompt.shared import SharedTurns, shared_turns
from assistant.core.text.code import openers, without_code
from assistant.core.text.draft import Draft, parse
from assistant.core.text.words import ADDRESS, count_words
from assistant.core.types import Approval, Capabilities, Gap, GapKind, Hunk, Prompt, Source, Span
from assistant.core.voice import Voice, accepted_pieces

if TYPE_CHECKING:
    from assistant.app.turns import Turns
    from assistant.core.checks import Context, Lists
    from assistant.core.prompt.templates import Templates


_ENGLISH, _MAX_TOKENS, _SAMPLE = 1.4, 3.5, 3000
"""Tokens of a word in English, and at most; characters of the author's text that show it."""
_SHARE, _LOCAL_SHARE = 0.2, 0.1
"""Most of a model's context that the author's material may fill; one on this machine reads slowly."""


@dataclass
class Job:
    """One draft with everything that is needed to expand its gaps."""

    draft: Draft
    gaps: tuple[Gap, ...]
    """All gaps of the draft, so that unfinished sections are never taken for examples."""
    voice: Voice
    templates: Templates
    count: Callable[[str], int]
    """Counts the tokens of a text."""
    capabilities: Capabilities = field(default_factory=Capabilities)
    """What the model can do that will be asked."""
    settings: Settings = field(default_factory=Settings)
    """What the author chose: among it the instruction for every gap, and how many texts each gets."""
    series: tuple[Source, ...] = ()
    """The author's other posts unchanged, which say what may be repeated."""
    sources: tuple[Source, ...] = ()
    """What the author gives as material."""
    lists: Lists | None = None
    approvals: tuple[Approval, ...] = ()
    """What the author settled about warnings; sentences that are true support others."""
    is_mdx: bool = False
    """True when braces and imports in the draft are code."""
    accepted: tuple[Hunk, ...] = ()
    """What the author took of other pieces, not yet written: it counts as part of the draft."""
    offered: dict[tuple[str, Span | None], str] = field(default_factory=dict, repr=False)
    """What is on offer or accepted, by gap and target, so that no text says what another one says."""
    offered_lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    turns: Turns | None = None
    """The order in which texts are compared with those on offer; None where it is that of their coming."""
    _facts: tuple[str, Context] | None = field(default=None, repr=False)

    @cached_property
    def shared(self) -> SharedTurns:
        """The turns that all gaps share."""
        answer = self.answer_tokens(self.voice.section_words[1])
        room = max(self.capabilities.context - answer - self._request_tokens, 300)
        # The draft has `names` in code, and no block of it, not even an indented one.
        plain = "`" in self.draft.body and not any(block.kind == "CodeBlock" for block in self.draft.blocks)
        return shared_turns(
            self.draft,
            self.gaps,
            voice=self.voice,
            templates=self.templates,
            count=self.count,
            budget=min(room, self.capabilities.prefix_tokens or room),
            language_name=self.settings.language,
            may_ask=self.capabilities.asks,
            plain=not self.openers and plain,
        )

    @property
    def warms_first(self) -> bool:
        """True where one request should go ahead, so that the others find what they share in a cache."""
        least = self.capabilities.warm_tokens
        return least is not None and self.shared.tokens >= least

    @property
    def spellings(self) -> dict[str, str]:
        """Words in the variety of English that the author doesn't write, each with the author's spelling."""
        pairs = self.lists.spellings if self.lists else ()
        if self.voice.spelling == "British":
            return {american: british for british, american in pairs}
        return dict(pairs) if self.voice.spelling else {}

    @cached_property
    def width(self) -> int:
        """The characters at which the author ends lines, in the draft or else in the posts; 0 for none."""
        return width((self.draft.body, *(post.text[:_SAMPLE] for post in self.series)))

    @cached_property
    def openers(self) -> frozenset[str]:
        """What opens blocks of code in the author's posts and the draft: fences, or a builder's tags."""
        return openers("\n".join((self.draft.body, *(post.text for post in self.series))))

    @property
    def _request_tokens(self) -> int:
        """Room for what a gap adds: a heading is soon named, other gaps quote their surroundings."""
        usual = 300 if all(gap.kind is GapKind.EMPTY_SECTION for gap in self.gaps) else 600
        return usual + (self._source_tokens if self.sources else 0)

    @property
    def _source_tokens(self) -> int:
        """Most tokens of the author's material in one request: no cache holds it, and it has to be read."""
        share = _LOCAL_SHARE if self.capabilities.local else _SHARE
        return int(share * self.capabilities.context)

    @property
    def _accepted_tokens(self) -> int:
        """Most tokens of accepted text in one request, which no cache holds either."""
        answer = self.answer_tokens(self.voice.section_words[1])
        left = self.capabilities.context - answer - self._request_tokens - self.shared.tokens
        return max(min(left, self._source_tokens), 0)

    @cached_property
    def _material(self) -> Material | None:
        return Material(self.sources, self.count) if self.sources else None

    def prompts(self, gap: Gap, *, guidance: str = "", alone: bool = False) -> tuple[Prompt, ...]:
        """Return what would be sent for a gap; `guidance` is the author's word on trying again.

        With `alone`, it goes without the text around the gap.
        """
        draft, there, places = _with_accepted(self.draft, gap, self.accepted)
        places.sort(key=lambda place: -abs(place.start - there.span.start))
        builder = PromptBuilder(
            draft,
            self.shared,
            self.voice,
            self.templates,
            self.count,
            self._material,
            self._source_tokens,
            tuple(accepted_pieces(draft, places)),
            self._accepted_tokens,
            alone,
        )
        instruction = " ".join(part for part in (self.settings.instruction, guidance) if part)
        prompts = zip(builder.prompts(there, instruction=instruction), gap.pieces, strict=True)
        return tuple(
            replace(prompt, gap=gap, target=target, messages=escape_messages(prompt.messages))
            for prompt, target in prompts
        )

    def after(self, accepted: tuple[Hunk, ...]) -> Job:
        """Return the job for an author who accepted these texts: they surround and support the others."""
        job = copy(self)
        job.accepted, job._facts = without_overlaps(accepted)[0], None
        return job

    def approve(self, approvals: tuple[Approval, ...]) -> None:
        """Take what the author has said of warnings since."""
        if approvals != self.approvals:
            self.approvals, self._facts = approvals, None

    def facts(self, prompt: Prompt | None = None, *, guidance: str = "") -> Context:
        """Return what a text may build on; made once for all gaps, as it holds the words of everything."""
        from assistant.core.checks import Context, Lists  # their patterns take 40 ms, and a start needs none

        if self._facts is None or self._facts[0] != guidance:
            instructions = (self.settings.instruction, guidance, *(gap.instruction for gap in self.gaps))
            shown = tuple(m.content for m in self.shared.messages if m.role == "assistant")
            own = apply(self.draft.data, self.accepted).decode()
            true = tuple(words for code, words in self.approvals if not code)
            context = Context(
                own,
                (*(one.text for one in (*self.series, *self.sources)), *true),
                " ".join(instructions),
                shown,
                self.lists or Lists(),
                self.is_mdx,
                tuple(one.name for one in (*self.series, *self.sources)),
            )
            self._facts = (guidance, context)
        near = prompt.messages[prompt.shared : -1] if prompt else ()
        return self._facts[1].showing([m.content for m in near if m.role == "assistant"])

    def answer_tokens(self, words: int) -> int:
        """Return the most tokens to ask for when `words` are wanted.

        An English word takes 1.4 tokens, Markdown's marks included, and a Russian one 2.6; a model that
        thinks gets room for that.
        """
        if self.settings.max_tokens:
            return self.settings.max_tokens
        return (
            words * 2 + max(2000, 2 * self.capabilities.thinking_tokens)
            if self.capabilities.thinks
            else int(words * self._tokens_a_word) + 10
        )

    @cached_property
    def _tokens_a_word(self) -> float:
        """Tokens of a word as the author writes, at least those of an English one."""
        pieces = [e.text for e in (*self.voice.own_sections, *self.voice.pool)]
        text = " ".join(pieces)[:_SAMPLE] or self.draft.body[:_SAMPLE]
        text = ADDRESS.sub(" ", without_code(text))
        return min(max(self.count(text) / max(count_words(text), 1), _ENGLISH), _MAX_TOKENS)


def _with_accepted(draft: Draft, gap: Gap, hunks: Sequence[Hunk]) -> tuple[Draft, Gap, list[Span]]:
    """Return the draft with these texts in it, a gap where it is then, and where the texts are.

    The gap's own instruction stays.
    """
    hunks = [h for h in hunks if not (h.follows and h.gap == gap.id)]
    if not hunks:
        return draft, gap, []

    def moved(span: Span) -> Span:
        start, end = (
            at + sum(len(h.replacement) - len(h.original) for h in hunks if h.span.end <= at) for at in span
        )
        return Span(start, end)

    targets, chosen = tuple(map(moved, gap.targets)), tuple(map(moved, gap.chosen))
    there = replace(gap, span=moved(gap.span), targets=targets, chosen=chosen)
    return (
        parse(apply(draft.data, hunks)),
        there,
        [one.span for one in reverse(hunks) if one.original.strip()],
    )

"""Build what is sent to the model for one gap: the turns that all gaps share, and one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.prompt.shared import SharedTurns
from assistant.core.prompt.surroundings import code_language, is_cut_off, is_inline, stub, words_around
from assistant.core.prompt.turns import Counter, count_tokens, example
from assistant.core.text.draft import Draft
from assistant.core.text.words import count_words
from assistant.core.types import Gap, GapKind, Message, Prompt, Span
from assistant.core.voice import Voice
from assistant.core.voice.list_request import list_request, without_list_request

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

REJECTED_TEXT = "Say it differently from this, which I turned down:"
"""Stands between an author's word on trying again and the text that was rejected."""
_OWN_SHARE = 0.15
"""Most of a prompt that may differ from gap to gap, as the rest is what a server finds in its cache."""
_SAID = 20
"""Words in a section from which on they are taken off those asked for; fewer are a lead-in."""


def prompts(
    draft: Draft,
    gap: Gap,
    *,
    shared: SharedTurns,
    voice: Voice,
    templates: Templates,
    count: Counter,
    instruction: str = "",
) -> tuple[Prompt, ...]:
    """Return the prompts for one gap: one for each target of an instruction, or one for the whole.

    `instruction` is what the author says of all gaps, or of trying again. Raises `TemplateError`.
    """
    targets: Sequence[Span | None] = (gap.targets if gap.kind is GapKind.INSTRUCTION else ()) or (None,)
    return tuple(
        _prompt(
            draft,
            gap,
            target,
            shared=shared,
            voice=voice,
            templates=templates,
            count=count,
            instruction=instruction,
        )
        for target in targets
    )


def _prompt(
    draft: Draft,
    gap: Gap,
    target: Span | None,
    *,
    shared: SharedTurns,
    voice: Voice,
    templates: Templates,
    count: Counter,
    instruction: str,
) -> Prompt:
    inline = target is not None or is_inline(draft, gap)
    code = code_language(draft, gap)
    own = "" if target is not None else gap.instruction
    request = list_request([own, instruction.partition(REJECTED_TEXT)[0]])
    form = voice.form(draft, gap, request=request)
    form = "prose" if form == "list" and (inline or code) else form
    lists = voice.lists if request.numbered is None else replace(voice.lists, numbered=request.numbered)
    said = [without_list_request(part) if form == "list" else part for part in (own, instruction)]
    fewest, most = voice.item_words if inline else _left_to_say(draft, gap, voice.words(draft, gap, form))
    fewest = templates.whole_number(gap.kind.value, "fewest", fewest)
    most = max(fewest, templates.whole_number(gap.kind.value, "most", most))
    before, after = words_around(draft, gap)
    rendered = templates.render(
        gap.kind.value,
        post=draft.title,
        heading=gap.heading_path[-1] if gap.heading_path else draft.title,
        form=form,
        numbered=lists.numbered,
        lead_ins=lists.lead_ins,
        instruction=" ".join(part for part in said if part),
        stub=stub(draft, target) if target is not None else "",
        notes=draft.text(gap.span).strip(),
        cut_off=is_cut_off(draft, gap),
        inline=inline,
        code=code,
        language=shared.language,
        before=before,
        after=after,
        fewest=fewest,
        most=most,
    )
    question = Message("user", rendered)
    near: tuple[Message, ...] = ()
    if (target is not None or not inline) and (e := voice.exemplar(draft, gap, target=target, form=form)):
        pair = example(e, templates)
        tokens = count_tokens((*pair, question), count)
        near = pair if tokens <= _OWN_SHARE * (shared.tokens + tokens) else ()
    messages = (*shared.messages, *near, question)
    tokens = shared.tokens + count_tokens((*near, question), count)
    return Prompt(gap, target, messages, tokens, (fewest, most), shared.left_out, len(shared.messages))


def _left_to_say(draft: Draft, gap: Gap, words: tuple[int, int]) -> tuple[int, int]:
    """Take from the words of a section those that stand in it already."""
    heading = draft.heading_above(gap.span.start)
    if gap.kind is GapKind.EMPTY_SECTION or heading is None:
        return words
    said = count_words(draft.text(heading.body)) - count_words(draft.text(gap.span))
    return words if said < _SAID else (max(30, words[0] - said), max(60, words[1] - said))

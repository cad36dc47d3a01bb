"""Builds what is sent to the model: the author's finished text as earlier turns, then one request.

The conversation runs from what all gaps of a draft share to what one gap alone needs: rules, finished
sections of sibling posts, the draft's outline and its own finished sections, each shown as a request and
the author's answer to it. Those turns are byte-identical for all gaps, so that a server can reuse its
work on them. Only the last turn differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.core.cleanup import count_words
from assistant.core.draft import Draft
from assistant.core.types import Gap, GapKind, Message, Prompt, Span
from assistant.core.voice import Exemplar, Voice, finished_sections

if TYPE_CHECKING:
    from assistant.core.templates import Templates

Counter = Callable[[str], int]
"""Counts the tokens of a text."""

PER_MESSAGE = 4
"""Tokens that a chat format adds to each message (https://github.com/openai/openai-cookbook)."""

_NEAR = 90
"""Words of the text just before and after a gap that its own turn repeats."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The turns that all gaps of a draft have in common, and what had to be left out of them."""

    messages: tuple[Message, ...]
    tokens: int
    left_out: tuple[str, ...]


def shared(
    draft: Draft,
    gaps: Sequence[Gap],
    *,
    voice: Voice,
    templates: Templates,
    count: Counter,
    budget: int,
    language: str = "",
) -> Shared:
    """Build the turns for all `gaps`, in at most `budget` tokens; the farthest context goes first."""
    head = [Message("system", templates.render("system", title=draft.title, language=language))]
    examples = [_asked(e, templates) for e in (*voice.items[:-1], *voice.sections)]
    opening = _opening(draft)
    outline = [
        {"level": h.level, "text": h.text, "empty": not draft.text(h.body).strip()} for h in draft.headings
    ]
    intro = Message("user", templates.render("draft", title=draft.title, outline=outline, opening=opening))
    own_turns = [(_asked(e, templates), e.heading) for e in finished_sections(draft, gaps)]
    size = {id(pair): _tokens(pair, count) for pair in (*examples, *(pair for pair, _ in own_turns))}
    spare = budget - _tokens((*head, intro), count) - count(opening) - PER_MESSAGE
    left_out: list[str] = []
    kept_own = _nearest(draft, gaps, own_turns)
    while kept_own and spare < sum(size[id(p)] for p in (*examples, *(p for p, _ in kept_own))):
        _, heading = kept_own.pop()
        left_out.append(f'the section "{heading}" of this post')
    while examples and spare < sum(size[id(p)] for p in examples):
        left_out.append(f"a finished piece of the series ({examples.pop(0)[0].content.splitlines()[0]})")
    if spare < 0:
        opening, cut = _shortened(opening, count, max(count(opening) + spare, 0))
        left_out += ["the end of the opening"] if cut else []
    turns = [message for pair in examples for message in pair]
    kept = {id(pair) for pair, _ in kept_own}
    turns += [intro, Message("assistant", opening or "…")]
    turns += [message for pair, _ in own_turns if id(pair) in kept for message in pair]
    messages = (*head, *turns)
    return Shared(messages, _tokens(messages, count), tuple(left_out))


def prompts(
    draft: Draft,
    gap: Gap,
    *,
    common: Shared,
    voice: Voice,
    templates: Templates,
    count: Counter,
    instruction: str = "",
) -> tuple[Prompt, ...]:
    """Return the prompts for one gap: one for each target, or one for the whole."""
    targets: Sequence[Span | None] = gap.targets or (None,)
    if gap.kind is not GapKind.INSTRUCTION:
        targets = (None,)
    return tuple(
        _prompt(draft, gap, target, common, voice, templates, count, instruction) for target in targets
    )


def _prompt(
    draft: Draft,
    gap: Gap,
    target: Span | None,
    common: Shared,
    voice: Voice,
    templates: Templates,
    count: Counter,
    instruction: str,
) -> Prompt:
    inline = target is not None or is_inline(draft, gap)
    fewest, most = voice.item_words if inline else voice.section_words
    own = "" if target is not None and gap.kind is GapKind.INSTRUCTION else gap.instruction
    before, after = surroundings(draft, gap)
    values = {
        "post": draft.title,
        "heading": gap.heading_path[-1] if gap.heading_path else draft.title,
        "instruction": " ".join(part for part in (own, instruction) if part),
        "stub": stub(draft, target) if target is not None else "",
        "notes": draft.text(gap.span).strip(),
        "cut_off": is_cut_off(draft, gap),
        "inline": inline,
        "before": before,
        "after": after,
        "fewest": fewest,
        "most": most,
    }
    # A point is asked for far from where the examples of points stand, so one of them is shown again.
    near = _asked(voice.items[-1], templates) if target is not None and voice.items else ()
    own_turns = (*near, Message("user", templates.render(gap.kind.value, **values)))
    messages = (*common.messages, *own_turns)
    tokens = common.tokens + _tokens(own_turns, count)
    return Prompt(gap, target, messages, tokens, (fewest, most), common.left_out)


def stub(draft: Draft, target: Span) -> str:
    """Return the words of a list item or paragraph, without the list's own mark."""
    text = draft.text(target).strip()
    return re.sub(r"\A(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?", "", text)


def is_cut_off(draft: Draft, gap: Gap) -> bool:
    """Tell whether a gap is a sentence that stops in the middle rather than a run of fragments."""
    text = draft.text(gap.span).strip()
    return gap.kind is GapKind.NOTES and "\n" not in text and not re.match(r"[-*+>]|\d+[.)]", text)


def is_inline(draft: Draft, gap: Gap) -> bool:
    """Tell whether a gap stands in a list item or amid other words of its paragraph."""
    if gap.kind is GapKind.EMPTY_SECTION:
        return False
    for block in draft.blocks:
        if block.start <= gap.span.start and gap.span.end <= block.end:
            if block.kind in ("Item", "Table", "TableCell"):
                return True
            if block.kind == "Paragraph":
                return len(draft.text((block.start, block.end)).strip()) > len(draft.text(gap.span).strip())
    return False


def surroundings(draft: Draft, gap: Gap) -> tuple[str, str]:
    """Return the words of its section just before a gap, and those just after it or the next heading."""
    end = max((gap.span.end, *(t.end for t in gap.targets)))
    section = next((h for h in reversed(draft.headings) if h.span.start <= gap.span.start), None)
    following = next((h for h in draft.headings if h.span.start >= end), None)
    start = section.body.start if section else draft.front_matter.end
    stop = following.span.start if following else len(draft.data)
    before = " ".join(draft.text((min(start, gap.span.start), gap.span.start)).split()[-_NEAR:])
    after = " ".join(draft.text((end, max(stop, end))).split()[:_NEAR])
    if gap.kind is GapKind.EMPTY_SECTION:
        return "", following.text if following else ""
    return before, after


def _asked(exemplar: Exemplar, templates: Templates) -> tuple[Message, Message]:
    question = templates.render(
        "example",
        post=exemplar.post,
        heading=exemplar.heading,
        form=exemplar.form,
        stub=exemplar.stub,
        words=max(round(count_words(exemplar.text), -1), 10),
    )
    return Message("user", question), Message("assistant", exemplar.text)


def _tokens(messages: Sequence[Message], count: Counter) -> int:
    return sum(count(message.content) + PER_MESSAGE for message in messages)


def _opening(draft: Draft) -> str:
    """Return the paragraphs and lists before the first heading; quotes there speak of the series."""
    end = draft.headings[0].span.start if draft.headings else len(draft.data)
    kept = [b for b in draft.blocks if b.depth == 0 and b.start < end and b.kind in ("Paragraph", "List")]
    return "\n\n".join(draft.text((b.start, b.end)).strip() for b in kept)


_Turn = tuple[tuple[Message, Message], str]


def _nearest(draft: Draft, gaps: Sequence[Gap], turns: Sequence[_Turn]) -> list[_Turn]:
    """Sort the draft's own sections by how near they stand to any gap, the farthest last."""
    starts = {h.text: h.span.start for h in draft.headings}
    places = [gap.span.start for gap in gaps] or [0]
    return sorted(turns, key=lambda turn: min(abs(starts.get(turn[1], 0) - place) for place in places))


def _shortened(text: str, count: Counter, limit: int) -> tuple[str, bool]:
    """Cut `text` at a paragraph, or else at a word, so that it has at most `limit` tokens."""
    if count(text) <= limit:
        return text, False
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= limit else (low, middle - 1)
    return text[:low].rpartition("\n\n")[0] or text[:low].rpartition(" ")[0], True

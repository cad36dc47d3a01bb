"""Builds what is sent to the model: the author's finished text as earlier turns, then one request.

The conversation runs from what all gaps of a draft share to what one gap alone needs: rules, finished
sections of sibling posts, the draft's outline and its own finished sections, each shown as a request and
the author's answer to it. Those turns are byte-identical for all gaps, so that a server can reuse its
work on them. Only the last turn differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from assistant.core.prompt import outline
from assistant.core.text import language
from assistant.core.text.draft import Draft
from assistant.core.text.list_style import ANY, style_of
from assistant.core.text.words import count_words
from assistant.core.types import Gap, GapKind, Message, Prompt, Span
from assistant.core.voice import Exemplar, Voice, finished_sections
from assistant.core.voice.list_request import list_request, without_list_request

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

Counter = Callable[[str], int]
"""Counts the tokens of a text."""

PER_MESSAGE = 4
"""Tokens that a chat format adds to each message (https://github.com/openai/openai-cookbook)."""

TURNED_DOWN = "Say it differently from this, which I turned down:"
"""Stands between an author's word on trying again and the text that was refused."""

TEXT = "text"
"""The language of a code block that names none: words may stand in it as well as code."""

_NEAR = 90
"""Words of the text just before and after a gap that its own turn repeats."""

_PICTURE = re.compile(r"\[?!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])(?:\{:[^}\n]*\})?(?:\]\([^)\n]*\))?")
"""An image, alone or as a link, with kramdown's attributes: it opens a post without a word."""

_OWN_SHARE = 0.15
"""Most of a prompt that may differ from gap to gap, as the rest is what a server finds in its cache."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The turns that all gaps of a draft have in common, and what had to be left out of them."""

    messages: tuple[Message, ...]
    tokens: int
    left_out: tuple[str, ...]
    language: str = ""
    """What the model is told of it; nothing for English."""


def shared(
    draft: Draft,
    gaps: Sequence[Gap],
    *,
    voice: Voice,
    templates: Templates,
    count: Counter,
    budget: int,
    room: int = 0,
    language_name: str = "",
) -> Shared:
    """Build the turns for all `gaps`, in at most `budget` tokens; the farthest context goes first.

    Where `budget` has no room for one finished piece, or the language isn't English, `room` tokens are taken:
    with less to go by, a small model chats, and in English.
    """
    tongue = _language(draft, language_name)
    rules = templates.render("system", title=draft.title, language=tongue, spelling=voice.spelling)
    head = [Message("system", rules)]
    items = [_asked(e, templates) for e in voice.items]
    sections = [_asked(e, templates) for e in voice.sections]
    opening = _opening(draft)
    own = _own_turns(draft, gaps, templates)
    intro = outline.intro(draft, templates, opening, gists={})
    spare = budget - _tokens((*head, intro), count) - count(opening) - PER_MESSAGE
    left_out: list[str] = []
    # The best of each form first, then the rest of the series', then the draft's own, the nearest first;
    # a short piece may still fit where a long one didn't.
    best = [*sections[-1:], *items[-1:], *sections[-2::-1], *items[-2::-1]]
    examples = list[_Pair]()
    for pair in best:
        if (size := _tokens(pair, count)) <= spare:
            spare -= size
            examples.append(pair)
        else:
            left_out.append(f"a finished piece of the series ({pair[0].content.splitlines()[0]})")
    kept = list[_Turn]()
    for turn in own:
        if (size := _tokens(turn.pair, count)) <= spare:
            spare -= size
            kept.append(turn)
        else:
            left_out.append(f'the section "{turn.heading}" of this post')
    examples = [pair for pair in (*items, *sections) if pair in examples]
    if spare < 0:
        opening, cut = _shortened(opening, count, max(count(opening) + spare, 0))
        left_out += ["the end of the opening"] if cut else []
    broken = outline.unfinished(draft, gaps)
    left_out += [
        f'the section "{heading}" of this post, in which something is missing' for _, heading, _ in broken
    ]
    told = [(t.start, t.text) for t in own if t not in kept] + [(start, text) for start, _, text in broken]
    gists = outline.gists(told, count=count, budget=spare)
    intro = outline.intro(draft, templates, opening, gists=gists) if gists else intro
    turns = [message for pair in examples for message in pair]
    turns += [intro, Message("assistant", opening or "…")]
    turns += [message for turn in sorted(kept, key=lambda t: t.start) for message in turn.pair]
    messages = (*head, *turns)
    if room > budget and (tongue or not (examples or kept)):
        return shared(
            draft,
            gaps,
            voice=voice,
            templates=templates,
            count=count,
            budget=room,
            language_name=language_name,
        )
    return Shared(messages, _tokens(messages, count), tuple(left_out), tongue)


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
    code = code_language(draft, gap)
    own = "" if target is not None and gap.kind is GapKind.INSTRUCTION else gap.instruction
    said = [own, instruction.partition(TURNED_DOWN)[0]]
    wanted = list_request(said)
    form = voice.form(draft, gap, wanted=wanted)
    form = "prose" if form == "list" and (inline or code) else form
    lists = voice.lists if wanted.numbered is None else replace(voice.lists, numbered=wanted.numbered)
    fewest, most = voice.item_words if inline else _left_to_say(draft, gap, voice.words(draft, gap, form))
    fewest = templates.whole_number(gap.kind.value, "fewest", fewest)
    most = max(fewest, templates.whole_number(gap.kind.value, "most", most))
    said = [own, instruction]
    said = [without_list_request(part) for part in said] if form == "list" else said
    before, after = surroundings(draft, gap)
    values = {
        "post": draft.title,
        "heading": gap.heading_path[-1] if gap.heading_path else draft.title,
        "form": form,
        "numbered": lists.numbered,
        "lead_ins": lists.lead_ins,
        "instruction": " ".join(part for part in said if part),
        "stub": stub(draft, target) if target is not None else "",
        "notes": draft.text(gap.span).strip(),
        "cut_off": is_cut_off(draft, gap),
        "inline": inline,
        "code": code,
        "language": common.language,
        "before": before,
        "after": after,
        "fewest": fewest,
        "most": most,
    }
    request = Message("user", templates.render(gap.kind.value, **values))
    near: tuple[Message, ...] = ()
    if (target is not None or not inline) and (e := voice.exemplar(draft, gap, target=target, form=form)):
        pair = _asked(e, templates)
        own_tokens = _tokens((*pair, request), count)
        if own_tokens <= _OWN_SHARE * (common.tokens + own_tokens):
            near = pair
    own_turns = (*near, request)
    messages = (*common.messages, *own_turns)
    tokens = common.tokens + _tokens(own_turns, count)
    return Prompt(gap, target, messages, tokens, (fewest, most), common.left_out, len(common.messages))


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


def code_language(draft: Draft, gap: Gap) -> str:
    """Return the language of the code block around a gap, `TEXT` where it names none; else nothing."""
    for block in draft.blocks:
        if block.kind == "CodeBlock" and block.start < gap.span.start and gap.span.end < block.end:
            first = draft.text((block.start, block.end)).lstrip().partition("\n")[0]
            return re.sub(r"\A[`~]+[ \t]*\{?\.?|[\s,{}].*", "", first).strip() or TEXT
    return ""


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
    style = style_of([exemplar.text]) if exemplar.form == "list" else ANY
    question = templates.render(
        "example",
        post=exemplar.post,
        heading=exemplar.heading,
        form=exemplar.form,
        numbered=style.numbered,
        lead_ins=style.lead_ins,
        stub=exemplar.stub,
        words=max(round(count_words(exemplar.text), -1), 10),
    )
    under = "" if exemplar.form == "item" else f"## {exemplar.heading}\n\n"
    return Message("user", question), Message("assistant", under + exemplar.text)


def without_heading(text: str, asked: Prompt) -> str:
    """Return an answer without the heading that the examples have above their text.

    They have it because a small model that begins with a heading writes a post, where it would chat else.
    """
    heading = asked.gap.heading_path[-1] if asked.gap.heading_path else ""
    first, _, rest = text.lstrip().partition("\n")
    named = re.fullmatch(r"#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*", first)
    plain = "".join(re.findall(r"\w+", heading.casefold()))
    return rest if named and plain and "".join(re.findall(r"\w+", named[1].casefold())) == plain else text


def _tokens(messages: Sequence[Message], count: Counter) -> int:
    return sum(count(message.content) + PER_MESSAGE for message in messages)


def _opening(draft: Draft) -> str:
    """Return the paragraphs and lists before the first heading; quotes there speak of the series."""
    end = draft.headings[0].span.start if draft.headings else len(draft.data)
    kept = [b for b in draft.blocks if b.depth == 0 and b.start < end and b.kind in ("Paragraph", "List")]
    texts = [draft.text((b.start, b.end)).strip() for b in kept]
    return "\n\n".join(text for text in texts if count_words(_PICTURE.sub("", text)))


_Pair = tuple[Message, Message]
"""A request and its answer."""


class _Turn(NamedTuple):
    """A section of the draft itself, shown as a request and its answer."""

    pair: _Pair
    heading: str
    start: int
    """Where its heading begins; turns are shown in the order of the draft."""
    text: str


def _own_turns(draft: Draft, gaps: Sequence[Gap], templates: Templates) -> list[_Turn]:
    """Return the draft's finished sections: good examples before others, each sort by nearness to a gap."""
    starts = {(h.level, h.text): h.span.start for h in draft.headings}
    places = [gap.span.start for gap in gaps] or [0]
    exemplary = finished_sections(draft, gaps)
    rest = [e for e in finished_sections(draft, gaps, everything=True) if e not in exemplary]

    def distance(turn: _Turn) -> int:
        return min(abs(turn.start - place) for place in places)

    return [
        turn
        for group in (exemplary, rest)
        for turn in sorted(
            (
                _Turn(_asked(e, templates), e.heading, starts.get((e.level, e.heading), 0), e.text)
                for e in group
            ),
            key=distance,
        )
    ]


def language_code(draft: Draft, chosen: str) -> str:
    """Return the code of the language to write in: the author's choice, else the draft's; '' if unknown."""
    text = draft.text((draft.front_matter.end, len(draft.data)))
    return language.code_of(chosen) if chosen else language.code(draft.metadata, text[:8000])


def _language(draft: Draft, chosen: str) -> str:
    """Return the language to name: the author's choice, the draft's own, or nothing where it is English."""
    code = "" if chosen else language_code(draft, "")
    return chosen or ("" if code == "en" else language.NAMES.get(code, ""))


def _left_to_say(draft: Draft, gap: Gap, words: tuple[int, int]) -> tuple[int, int]:
    """Take from the words of a section those that stand in it already."""
    if gap.kind is GapKind.EMPTY_SECTION:
        return words
    heading = next((h for h in reversed(draft.headings) if h.span.start <= gap.span.start), None)
    said = count_words(draft.text(heading.body)) - count_words(draft.text(gap.span)) if heading else 0
    return (words[0], words[1]) if said < 20 else (max(30, words[0] - said), max(60, words[1] - said))


def _shortened(text: str, count: Counter, limit: int) -> tuple[str, bool]:
    """Cut `text` at a paragraph, or else at a word, so that it has at most `limit` tokens."""
    if count(text) <= limit:
        return text, False
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= limit else (low, middle - 1)
    return text[:low].rpartition("\n\n")[0] or text[:low].rpartition(" ")[0], True

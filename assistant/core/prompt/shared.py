"""Build the turns that all gaps of a draft share, within a budget of tokens.

They run from rules over finished sections of sibling posts to the draft's outline and its own finished
sections, and are byte-identical for all gaps, so that a server can reuse its work on them.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.core.prompt import outline
from assistant.core.prompt.turns import PER_MESSAGE, Counter, Pair, count_tokens, example
from assistant.core.text import language
from assistant.core.text.draft import Draft
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Message
from assistant.core.voice import Voice, own_sections

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

_PICTURE = re.compile(r"\[?!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])(?:\{:[^}\n]*\})?(?:\]\([^)\n]*\))?")
"""An image, alone or as a link, with kramdown's attributes: it may open a post without words."""
_OUTLINE = 3
"""The outline gets one token in three at most: a handbook of 80 headings would leave no room for text."""
_SHORTEST = 80
"""Fewest tokens of the beginning of a finished piece that shows how its author writes."""


@dataclass(frozen=True, slots=True)
class SharedTurns:
    """The turns that all gaps of a draft share, and what they had no room for."""

    messages: tuple[Message, ...]
    tokens: int
    left_out: tuple[str, ...]
    language: str = ""
    """The name of the draft's language for the model; empty for English."""


def shared_turns(
    draft: Draft,
    gaps: Sequence[Gap],
    *,
    voice: Voice,
    templates: Templates,
    count: Counter,
    budget: int,
    language_name: str = "",
    may_ask: bool = True,
    plain: bool = False,
) -> SharedTurns:
    """Build the turns for all `gaps` in at most `budget` tokens; omit the farthest context first.

    With `may_ask`, the model is told to ask the author, with `plain` to show no code.
    """
    tongue = _language_to_name(draft, language_name, [e.text for e in (*voice.sections, *voice.items)])
    rules = templates.render(
        "system",
        title=draft.title,
        language=tongue,
        spelling=voice.spelling,
        avoided=voice.avoided_phrases,
        asks=may_ask,
        plain=plain,
    )
    head = Message("system", rules)
    opening = _opening(draft, gaps)
    headings = outline.headings(draft, gaps, count=count, budget=budget // _OUTLINE)
    intro = outline.intro(draft, templates, opening, headings=headings, gists={})
    items = [example(e, templates) for e in voice.items]
    sections = [example(e, templates) for e in voice.sections]
    own = [(section, example(section, templates)) for section in own_sections(draft, gaps)]
    room = budget - count_tokens((head, intro), count) - count(opening) - PER_MESSAGE
    # With little room, one of the draft's sections shows both subject and voice, and the gists of the others
    # keep the model on the subject. Next come the series' best pieces of each form, then its other pieces,
    # then the draft's other sections, the nearest first.
    own_pairs = [pair for _, pair in sorted(own, key=lambda one: one[0].form != "prose")]
    series_pairs = [*items[-1:], *sections[-1:], *sections[-2::-1], *items[-2::-1]]
    first, room = _fitting(own_pairs[:1], room, count)
    candidates = [(section.start, section.text) for section, pair in own if pair not in first]
    sayings = outline.gists(candidates, count=count, budget=room)
    reserved = sum(map(count, sayings.values()))
    fitting, room = _fitting([*series_pairs, *own_pairs[1:]], room - reserved, count)
    chosen, room = {pair: pair for pair in (*first, *fitting)}, room + reserved
    if not chosen and room > _SHORTEST and (pieces := [*own_pairs, *series_pairs]):
        request, piece = pieces[0]  # without any finished piece, a small model chats, and in English
        limit = room - count_tokens((request, Message("assistant", "")), count)
        text, _ = _shortened(piece.content, count, max(limit, 0))
        chosen, room = {pieces[0]: (request, Message("assistant", text))}, 0
    requests = (pair[0].content.splitlines()[0] for pair in series_pairs if pair not in chosen)
    left_out = [f"a finished piece of the series ({request})" for request in requests]
    omitted = [section for section, pair in own if pair not in chosen]
    left_out += [f'the section "{section.heading}" of this post' for section in omitted]
    if room < 0:
        opening, is_cut = _shortened(opening, count, max(count(opening) + room, 0))
        left_out += ["the end of the opening"] if is_cut else []
    gappy = outline.unfinished_sections(draft, gaps)
    left_out += [f'the section "{name}" of this post, in which something is missing' for _, name, _ in gappy]
    texts = [(section.start, section.text) for section in omitted] + [(at, text) for at, _, text in gappy]
    if gists := outline.gists(texts, count=count, budget=room):
        intro = outline.intro(draft, templates, opening, headings=headings, gists=gists)
    examples = [chosen[pair] for pair in (*items, *sections) if pair in chosen]
    in_draft = [chosen[pair] for _, pair in sorted(own, key=lambda one: one[0].start) if pair in chosen]
    pairs = (*examples, (intro, Message("assistant", opening or "…")), *in_draft)
    messages = (head, *(message for pair in pairs for message in pair))
    return SharedTurns(messages, count_tokens(messages, count), tuple(left_out), tongue)


def _language_to_name(draft: Draft, language_name: str, posts: Sequence[str]) -> str:
    """Return the language to name: the author's choice or the draft's own; empty for English.

    A draft in no clear language, such as one of commands, is in the language of the author's posts.
    """
    code = "" if language_name else language.of_draft(draft) or language.guess(" ".join(posts))
    return language_name or ("" if code == "en" else language.NAMES.get(code, ""))


def _fitting(pairs: Sequence[Pair], room: int, count: Counter) -> tuple[list[Pair], int]:
    """Return the pairs that fit into `room` tokens, short ones after long ones too, and the room left."""
    result = []
    for pair in pairs:
        if (size := count_tokens(pair, count)) <= room:
            room -= size
            result.append(pair)
    return result, room


def _opening(draft: Draft, gaps: Sequence[Gap]) -> str:
    """Return the paragraphs and lists before the first heading; quotes there are about the series.

    They have none of their gaps: a model that is shown notes as the author's text writes some of its own.
    """
    end = draft.headings[0].span.start if draft.headings else len(draft.data)
    blocks = [b for b in draft.blocks if b.depth == 0 and b.start < end and b.kind in ("Paragraph", "List")]
    holes = outline.unwritten(gaps)
    texts = [outline.written(draft, b.span, holes) for b in blocks]
    return "\n\n".join(text for text in texts if count_words(_PICTURE.sub("", text)))


def _shortened(text: str, count: Counter, limit: int) -> tuple[str, bool]:
    """Cut `text` at a paragraph, or else at a word, so that it has at most `limit` tokens."""
    if count(text) <= limit:
        return text, False
    size = bisect.bisect_right(range(len(text)), limit, key=lambda end: count(text[: end + 1]))
    return text[:size].rpartition("\n\n")[0] or text[:size].rpartition(" ")[0], True

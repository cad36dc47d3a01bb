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
from assistant.core.prompt.turns import PER_MESSAGE, Counter, Pair, count_tokens, example, own_sections
from assistant.core.text import language
from assistant.core.text.draft import Draft
from assistant.core.text.words import count_words
from assistant.core.types import Gap, Message
from assistant.core.voice import Voice

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

_PICTURE = re.compile(r"\[?!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])(?:\{:[^}\n]*\})?(?:\]\([^)\n]*\))?")
"""An image, alone or as a link, with kramdown's attributes: it opens a post without a word."""
_OUTLINE = 3
"""The outline gets at most one token in three: a handbook of 80 headings would leave no room for text."""
_SHORTEST = 80
"""Fewest tokens of the beginning of a finished piece that shows how its author writes."""


@dataclass(frozen=True, slots=True)
class SharedTurns:
    """The turns that all gaps of a draft have in common, and what had to be left out of them."""

    messages: tuple[Message, ...]
    tokens: int
    left_out: tuple[str, ...]
    language: str = ""
    """What the model is told about it; nothing for English."""


def shared_turns(
    draft: Draft,
    gaps: Sequence[Gap],
    *,
    voice: Voice,
    templates: Templates,
    count: Counter,
    budget: int,
    language_name: str = "",
    asks: bool = True,
) -> SharedTurns:
    """Build the turns for all `gaps`, in at most `budget` tokens; the farthest context goes first.

    Only a model that `asks` is told to ask the author.
    """
    tongue = _language_to_name(draft, language_name, [e.text for e in (*voice.sections, *voice.items)])
    rules = templates.render(
        "system",
        title=draft.title,
        language=tongue,
        spelling=voice.spelling,
        avoided=voice.avoided_phrases,
        asks=asks,
    )
    head = Message("system", rules)
    opening = _opening(draft)
    headings = outline.within(draft, gaps, count=count, budget=budget // _OUTLINE)
    intro = outline.intro(draft, templates, opening, headings=headings, gists={})
    items = [example(e, templates) for e in voice.items]
    sections = [example(e, templates) for e in voice.sections]
    own = [(section, example(section, templates)) for section in own_sections(draft, gaps)]
    spare = budget - count_tokens((head, intro), count) - count(opening) - PER_MESSAGE
    # Where there is room for little, a section of the draft's own shows subject and voice in one, and what
    # its others say keeps the model on the subject. Next comes the best of the series' of each form, then
    # the rest of them, then the draft's others, the nearest first.
    mine = [pair for _, pair in sorted(own, key=lambda one: one[0].form != "prose")]
    ranked = [*items[-1:], *sections[-1:], *sections[-2::-1], *items[-2::-1]]
    first, spare = _fitting(mine[:1], spare, count)
    others = [(section.start, section.text) for section, pair in own if pair not in first]
    sayings = outline.gists(others, count=count, budget=spare)
    reserved = sum(map(count, sayings.values()))
    more, spare = _fitting([*ranked, *mine[1:]], spare - reserved, count)
    kept, spare = {pair: pair for pair in (*first, *more)}, spare + reserved
    if not kept and spare > _SHORTEST and (pieces := [*mine, *ranked]):
        request, piece = pieces[0]  # with no finished piece at all, a small model chats, and in English
        most = spare - count_tokens((request, Message("assistant", "")), count)
        text, _ = _shortened(piece.content, count, max(most, 0))
        kept, spare = {pieces[0]: (request, Message("assistant", text))}, 0
    unshown = (pair[0].content.splitlines()[0] for pair in ranked if pair not in kept)
    left_out = [f"a finished piece of the series ({request})" for request in unshown]
    untold = [section for section, pair in own if pair not in kept]
    left_out += [f'the section "{section.heading}" of this post' for section in untold]
    if spare < 0:
        opening, cut = _shortened(opening, count, max(count(opening) + spare, 0))
        left_out += ["the end of the opening"] if cut else []
    broken = outline.unfinished(draft, gaps)
    left_out += [f'the section "{name}" of this post, in which something is missing' for _, name, _ in broken]
    told = [(section.start, section.text) for section in untold] + [(at, text) for at, _, text in broken]
    if gists := outline.gists(told, count=count, budget=spare):
        intro = outline.intro(draft, templates, opening, headings=headings, gists=gists)
    examples = [kept[pair] for pair in (*items, *sections) if pair in kept]
    in_draft = [kept[pair] for _, pair in sorted(own, key=lambda own: own[0].start) if pair in kept]
    pairs = (*examples, (intro, Message("assistant", opening or "…")), *in_draft)
    messages = (head, *(message for pair in pairs for message in pair))
    return SharedTurns(messages, count_tokens(messages, count), tuple(left_out), tongue)


def language_code(draft: Draft, language_name: str) -> str:
    """Return the code of the language to write in: the author's choice, else the draft's; or ''.

    Headings in another script tell it better: text in English below `消息串行化` was pasted. So they do where
    a draft is too short to tell: `历史` over `unicode` is Chinese.
    """
    if language_name:
        return language.code_of(language_name)
    code = language.likely(draft.metadata, draft.body[:8000])
    scripts = [language.code_of_script(heading.text) for heading in draft.headings]
    most = max(scripts, key=scripts.count, default="")
    if not code:
        return next(filter(None, scripts), "")
    return most if most and code not in language.OWN_SCRIPT else code


def _language_to_name(draft: Draft, language_name: str, posts: Sequence[str]) -> str:
    """Return the language to name: the author's choice, the draft's own, or nothing where it is English.

    A draft that doesn't tell, as it is mostly commands, is in the language of the author's posts.
    """
    code = "" if language_name else language_code(draft, "") or language.guess(" ".join(posts))
    return language_name or ("" if code == "en" else language.NAMES.get(code, ""))


def _fitting(pairs: Sequence[Pair], spare: int, count: Counter) -> tuple[list[Pair], int]:
    """Return the pairs that fit into `spare` tokens, and what is left; a short one may follow."""
    kept = []
    for pair in pairs:
        if (size := count_tokens(pair, count)) <= spare:
            spare -= size
            kept.append(pair)
    return kept, spare


def _opening(draft: Draft) -> str:
    """Return the paragraphs and lists before the first heading; quotes there speak of the series."""
    end = draft.headings[0].span.start if draft.headings else len(draft.data)
    kept = [b for b in draft.blocks if b.depth == 0 and b.start < end and b.kind in ("Paragraph", "List")]
    texts = [draft.text(b.span).strip() for b in kept]
    return "\n\n".join(text for text in texts if count_words(_PICTURE.sub("", text)))


def _shortened(text: str, count: Counter, limit: int) -> tuple[str, bool]:
    """Cut `text` at a paragraph, or else at a word, so that it has at most `limit` tokens."""
    if count(text) <= limit:
        return text, False
    size = bisect.bisect_right(range(len(text)), limit, key=lambda end: count(text[: end + 1]))
    return text[:size].rpartition("\n\n")[0] or text[:size].rpartition(" ")[0], True

"""Build the prompt for one gap: the turns that all gaps share, and one request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.core.hunks.make import own_gap
from assistant.core.prompt import surroundings
from assistant.core.prompt.excerpts import Material
from assistant.core.prompt.rejected_text import without_rejected
from assistant.core.prompt.shared import SharedTurns
from assistant.core.prompt.templates import MOST_CHARACTERS
from assistant.core.prompt.turns import Counter, count_tokens, example
from assistant.core.text.draft import Draft
from assistant.core.text.lists import without_mark
from assistant.core.text.words import count_words
from assistant.core.types import Gap, GapKind, Message, Prompt, Span
from assistant.core.voice import Exemplar, Voice
from assistant.core.voice.exemplars import Form
from assistant.core.voice.list_request import list_request, without_list_request
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.core.prompt.templates import Templates

_OWN_SHARE = 0.15
"""Largest share of a prompt that may differ from gap to gap; a server finds the rest in its cache."""
_ALONE_SHARE = 0.4
"""The same for a list where nothing else shows one: a small model that sees only prose answers with prose."""
_CLAUSE_WORDS = (3, 15)
"""Words that fit into the middle of a sentence."""
_ITEM = (5, 15)
"""Words of a sentence: where all items of a list have fewer, as stubs do, another one has room for it."""
_OF_NOTES, _MORE = (15, 60), 6
"""Words of the text for a few notes, and for each word of many notes: more would be invented."""
_LEAD_IN_WORDS = 20
"""Fewest words in a section that count towards its length; fewer are a lead-in."""


@dataclass(frozen=True, slots=True)
class PromptBuilder:
    """Builds the prompts of a draft's gaps."""

    draft: Draft
    shared: SharedTurns
    voice: Voice
    templates: Templates
    count: Counter
    material: Material | None = None
    """The author's sources."""
    material_tokens: int = 0
    """Most tokens of it in one prompt."""
    accepted_pieces: tuple[Exemplar, ...] = ()
    """Other pieces that the author has accepted, the nearest last."""
    accepted_tokens: int = 0
    """Most tokens of it in one prompt."""
    without_context: bool = False
    """True for requests without the text around their gap, which a small model repeats."""

    def prompts(self, gap: Gap, *, instruction: str = "") -> tuple[Prompt, ...]:
        """Return the prompts for one gap: one for each target of an instruction, or one for all of it.

        `instruction` is the author's for all gaps, or for a retry. Raises `TemplateError`, and `InputError`
        where the gap is longer than a prompt can be.
        """
        for place in (gap.span, *gap.targets):
            if place.end - place.start > MOST_CHARACTERS:
                where = f"{self.draft.name or 'the draft'}:{self.draft.line(place.start)}"
                raise InputError(
                    f"{where}: {place.end - place.start:,} bytes, too long for a prompt; "
                    "divide it, or put <!-- assistant: ignore --> above it"
                )
        return tuple(self._prompt(gap, target, instruction) for target in gap.pieces)

    def _prompt(self, gap: Gap, target: Span | None, instruction: str) -> Prompt:
        draft, shared, outer_gap, outer_target = self.draft, self.shared, gap, target
        gap, target = own_gap(draft, gap, target)
        if gap.kind is GapKind.REVISION:
            return self._revision(gap, target or gap.span, instruction)
        inline = target is not None or surroundings.is_inline(draft, gap)
        sentence = surroundings.sentence_around(draft, gap)
        template = "marker" if sentence or _is_bare(draft, gap) else gap.kind.value
        code = surroundings.code_language(draft, gap)
        note = "" if target is not None else surroundings.note(draft, gap)
        patterns = self.voice.patterns
        request = list_request([note, without_rejected(instruction)], patterns)
        form = self.voice.form(draft, gap, request=request)
        form = "prose" if form == "list" and (inline or code) else form
        instructions = [note, instruction]
        if form == "list":
            instructions = [without_list_request(part, patterns) for part in instructions]
        words, half = self._words(gap, form, template, inline=inline), surroundings.half_sentence(draft, gap)
        fewest, most = _CLAUSE_WORDS if sentence else words
        before, after = surroundings.words_around(draft, gap)
        if self.without_context:
            before, after = surroundings.words_before(draft, gap) if inline and not sentence else "", ""
        question = self.templates.render(
            template,
            post=draft.title,
            heading=surroundings.heading_text(draft, gap) or draft.title,
            form=form,
            numbered=self.voice.lists.numbered if request.numbered is None else request.numbered,
            lead_ins=self.voice.lists.lead_ins,
            mark=self.voice.lists.mark,
            instruction=" ".join(part for part in instructions if part),
            stub=surroundings.stub(draft, target) if target is not None else "",
            notes=" ".join(half.split()) or draft.text(gap.span).strip(),
            cut_off=bool(half),
            inline=inline,
            sentence=sentence,
            code=code,
            language=shared.language,
            first_person=self.voice.first_person,
            before=before,
            after=after,
            fewest=fewest,
            most=most,
        )
        query = " ".join((*gap.heading_path, *instructions, draft.text(target or gap.span), before, after))
        has_exemplar = target is not None or not inline
        exemplar = self.voice.exemplar(draft, gap, target=target, form=form) if has_exemplar else None
        prompt = self._assembled(gap, target, question, query, exemplar, (fewest, most), form)
        return replace(prompt, gap=outer_gap, target=outer_target, form="" if code else form)

    def _words(self, gap: Gap, form: Form, template: str, *, inline: bool) -> tuple[int, int]:
        """Return the fewest and the most words of the text: the author's usual ones, or the template's."""
        draft = self.draft
        usual = (
            self.voice.item_words if inline else _remaining(draft, gap, self.voice.words(draft, gap, form))
        )
        beside = [*filter(None, map(count_words, surroundings.items_beside(draft, gap)))]
        if inline and len(beside) > 1:  # a list has items of a kind: `**Throttling.** AT&T, Tinder.`
            usual = min(beside), max(beside) if max(beside) >= _ITEM[0] else _ITEM[1]
        if template == "notes" and not surroundings.half_sentence(draft, gap):
            count = count_words(draft.text(gap.span))
            usual = min(usual[0], max(_OF_NOTES[0], count)), min(usual[1], max(_OF_NOTES[1], _MORE * count))
        fewest = self.templates.whole_number(template, "fewest", usual[0])
        return fewest, max(fewest, self.templates.whole_number(template, "most", usual[1]))

    def _revision(self, gap: Gap, target: Span, instruction: str) -> Prompt:
        """Return the prompt for a revision of a finished passage."""
        text = surroundings.passage(self.draft, gap, target)
        marked_text = surroundings.passage(self.draft, gap, target, remark=True)
        request = " ".join(part for part in (gap.instruction, instruction) if part)
        question = self.templates.render(
            "revision",
            post=self.draft.title,
            heading=surroundings.heading_text(self.draft, gap),
            text=marked_text,
            instruction=request,
            remark=self.draft.text(gap.span) if marked_text != text else "",
            language=self.shared.language,
        )
        count = count_words(text)
        words = (max(count // 4, 1), self._most_words(request, count))
        return self._assembled(gap, target, question, f"{request} {text}", None, words)

    def _most_words(self, request: str, count: int) -> int:
        """Return the most words for the revision of a passage of `count` words."""
        if self.voice.patterns is None:
            return 2 * count + 20
        if self.voice.patterns["revision.grows"].search(request):
            return 3 * count + 40
        if self.voice.patterns["revision.shrinks"].search(request):
            return max(7 * count // 10, 3)
        return count + count // 5 + 5  # a paraphrase takes a few more

    def _assembled(
        self,
        gap: Gap,
        target: Span | None,
        request: str,
        query: str,
        exemplar: Exemplar | None,
        words: tuple[int, int],
        form: Form = "prose",
    ) -> Prompt:
        """Return the whole conversation, with the excerpts of the author's sources for `query`."""
        shared = self.shared
        excerpts = self.material.most_relevant(query, budget=self.material_tokens) if self.material else ()
        sources = self.templates.render("sources", excerpts=excerpts) + "\n\n" if excerpts else ""
        turns = self._own_turns(Message("user", sources + request), exemplar, form)
        tokens = shared.tokens + count_tokens(turns, self.count)
        messages = (*shared.messages, *turns)
        return Prompt(gap, target, messages, tokens, words, shared.left_out, len(shared.messages), excerpts)

    def _own_turns(self, question: Message, exemplar: Exemplar | None, form: Form) -> tuple[Message, ...]:
        """Return the turns that are not shared: accepted pieces, an exemplar if it fits, the question."""
        examples, room = list[Message](), 0 if self.without_context else self.accepted_tokens
        for piece in reversed(self.accepted_pieces):
            pair = example(piece, self.templates)
            is_repeated = " ".join(piece.text.split()) in " ".join(question.content.split())
            if not is_repeated and (tokens := count_tokens(pair, self.count)) <= room:
                examples, room = [*pair, *examples], room - tokens
        if exemplar is not None:
            voice = self.voice
            is_alone = form == "list" and all(e.form != form for e in (*voice.sections, *voice.own_sections))
            share = _ALONE_SHARE if is_alone else _OWN_SHARE
            turns = (*example(exemplar, self.templates), question)
            tokens = count_tokens(turns, self.count)
            if tokens <= share * (self.shared.tokens + tokens):
                return (*examples, *turns)
        return (*examples, question)


def _is_bare(draft: Draft, gap: Gap) -> bool:
    """Tell whether a gap of notes has no words that could become prose."""
    has_words = any(map(str.isalnum, without_mark(draft.text(gap.span))))
    return gap.kind is GapKind.NOTES and bool(gap.instruction or not has_words)


def _remaining(draft: Draft, gap: Gap, words: tuple[int, int]) -> tuple[int, int]:
    """Subtract the words that a section already has from those that it should have."""
    heading = draft.heading_above(gap.span.start)
    if gap.kind is GapKind.EMPTY_SECTION or heading is None:
        return words
    count = count_words(draft.text(heading.body)) - count_words(draft.text(gap.span))
    return words if count < _LEAD_IN_WORDS else (max(30, words[0] - count), max(60, words[1] - count))

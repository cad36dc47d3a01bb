"""What an answer has to look like to fit into its place, read from the draft and from its prompt."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from assistant.core.hunks.make import own_gap
from assistant.core.prompt import surroundings
from assistant.core.prompt.chat_tokens import escape
from assistant.core.prompt.rejected_text import rejected
from assistant.core.text.draft import Draft, blocks_of
from assistant.core.text.language import of_draft as language_of_draft
from assistant.core.text.list_style import ANY
from assistant.core.text.lists import item_mark, without_mark
from assistant.core.text.patterns import Patterns
from assistant.core.text.sentences import is_begun, sentences
from assistant.core.text.words import count_words, squeezed, tokens
from assistant.core.types import Gap, GapKind, ListStyle, Prompt, Span

_FEWEST, _FEWEST_WITHIN, _FEWEST_INLINE, _FEWEST_OF_HALF = 25, 12, 6, 3
"""Words that a section, some text within one, and what continues a point or half a sentence have at least."""
_AROUND, _LINES = 600, 6
"""Bytes and lines around a place that a model may give back with it: a box's title and its end."""
LINE_PART = re.compile(r"[ \t]*(?:<[^<>\n]+>|<?[^<\n]+|<)")
"""A tag of HTML, or what is on a line beside those; a tag may be given back without the words beside it."""
_BESIDE = re.compile(r"(?<=>)[^<>\n]+\Z|\A[^<>\n]+(?=<)")
"""The author's words between a tag and a place, which may be left out where the tag is given back."""
_MARKER = re.compile(r"[\[(【（*_]*([^\W\d_]+(?: [^\W\d_]+)?)[ \u00a0]?[:：]")
"""A marker with the colon that parts it from its note: `TODO:`, `**À COMPLÉTER :**`, `[TK: `."""
_OPEN_SIGNS = (",", ";", "–", "—", "-", "，", "、", "；", "(", "（", "[")
"""Signs at the end of half a sentence, which goes on after them."""
_BLOCK_BELOW = re.compile(
    r"\s*\n(?: {4}|\t)[ \t]*\S|\s*(?:[-*+>|`~<\"“„«「]|\d+[.)]|!!?[\[!]|\{[%{]|\$\$|:::|={3} )"
)
"""What a colon at the end of a text may lead to: a list, a quotation, a table, code, a box or a picture."""

_BLANK_LINE = re.compile(r"[ \t]*(?:\Z|\r?\n[ \t]*(?:\r?\n|\Z))")


class _NoPhrases(Patterns):
    def __getitem__(self, name: str) -> re.Pattern[str]:
        """Return a pattern that finds nothing, whatever the name."""
        return re.compile("(?!)")


NO_PHRASES = _NoPhrases()


@dataclass(frozen=True, slots=True)
class Expected:
    """What cleaning takes away from an answer, and rejects it for."""

    own_headings: tuple[str, ...] = ()
    """The post's title and the headings it is under, which it must not repeat."""
    outline: tuple[str, ...] = ()
    """The draft's other headings, whose sections it must not write."""
    level: int = 1
    """The lowest level of heading that leaves its place; 6 where every one does."""
    may_have_headings: bool = True
    """False where the author has none: in place of notes, a marker or a comment."""
    stub: str = ""
    """The author's words that it continues; a repetition of them at the start is taken away."""
    before: str = ""
    """The author's last sentence before it; a repetition at the start is taken away."""
    revises: str = ""
    """The finished text that it says in other words, most of which it may hand back."""
    marks: surroundings.Marks = surroundings.NO_MARKS
    """What of its container is around that, and stays."""
    is_heading: bool = False
    """True where that is a heading's words."""
    is_rows: bool = False
    """True where that is one or more rows of a table, and not the table."""
    replaces_stub: bool = False
    """True where it replaces the stub, so that the stub is put before it again."""
    is_point: bool = False
    """True where the stub is all that an item of a list says."""
    goes_on: bool = False
    """True where the author's words before it end in the middle of a sentence."""
    may_end: bool = True
    """False where the stub ends in a comma or a word after which a sentence continues, such as `because`."""
    open_ends: Collection[str] = ()
    """The words in which hardly any sentence of its language ends."""
    leads_on: bool = False
    """True where something of the author's follows that a colon may lead to."""
    sentence: tuple[str, str] | None = None
    """The author's words before and after it, where it is in the middle of a sentence."""
    brackets: str = ""
    """The round brackets around its marker, in which it is put."""
    inline: bool = False
    """True where only one paragraph fits: in a list item or in the middle of a paragraph."""
    ends_paragraph: bool = False
    """True where a blank line follows that ends a paragraph, and no item, quote or cell."""
    beside: tuple[str, ...] = ()
    """The other items of its list, the nearest few."""
    mark: str = ""
    """The mark of the item of which it is all the words: `- `."""
    is_cell: bool = False
    """True in a table, where a line fits."""
    around: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The lines of its section before and after it, the nearest few, without blanks; tags are parts."""
    row: tuple[tuple[str, str], ...] = ()
    """The cells of its row, each with its column's label; its own is empty."""
    marker: str = ""
    """The word of the author's note that is no text: `TODO`; empty where there is no note."""
    note: str = ""
    """What the author notes in its place, some of which it may say."""
    request: tuple[str, ...] = ()
    """The rules and the request that the model was sent, so that an echo of them can be seen."""
    rejected: str = ""
    """The first words of the text that the author rejected, in one line; a new one may keep some of them."""
    labels: frozenset[str] = frozenset()
    """The words before a colon by which the request names its parts, in lower case, but the author's."""
    language: str = ""
    """The code of the language that the answer must have, where that is known."""
    language_of: str = ""
    """Text by the author, in whose language the answer must be where no code is known."""
    examples: tuple[str, ...] = ()
    """Finished text that the model was shown, which it must not hand back."""
    draft: str = ""
    """The draft, of which it must hand back no more than what may be said in its place."""
    offered: tuple[str, ...] = ()
    """Texts on offer for other places of the draft, which it must not repeat."""
    code: str = ""
    """The language of the code block around it, `PLAIN_CODE` where that names none; empty elsewhere."""
    openers: frozenset[str] = frozenset()
    """What opens blocks of code in the author's posts: fences, or tags of a builder."""
    may_have_code: bool = True
    """False where the author's posts have no blocks of code and nothing asks for one."""
    lists: ListStyle = ANY
    """How the author writes lists."""
    spellings: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Words in the spelling that the author doesn't write, each with the author's."""
    phrases: Patterns = NO_PHRASES
    """What chat models say around a text and when they decline, as `chat.…`."""
    any_script: bool = False
    """True where words in a script that the author never uses are better than no text."""
    least_words: int = 8
    most_words: int = 0
    """The most words wanted; 0 for any number."""
    is_cut: bool = False
    """True when the token limit ended the answer."""

    @property
    def own(self) -> tuple[str, ...]:
        """Return the author's own text as far as it is known here: examples and draft."""
        return (*self.examples, self.draft) if self.draft else self.examples

    @property
    def own_text(self) -> str:
        """Return all of that in one piece."""
        return "\n".join(self.own)


def expected_answer(
    draft: Draft,
    prompt: Prompt,
    *,
    labels: Iterable[str] = (),
    language_name: str = "",
    lists: ListStyle = ANY,
    spellings: Mapping[str, str] | None = None,
    offered: Sequence[str] = (),
    phrases: Patterns = NO_PHRASES,
    open_ends: Mapping[str, Collection[str]] = MappingProxyType({}),
    openers: Collection[str] = (),
) -> Expected:
    """Return what the answer to `prompt` has to look like.

    `labels` are those of the template it was made from; `language_name` is what the author chose ("German");
    `lists` how the author writes lists; `spellings` the author's form of words that are spelled in two ways;
    `offered` what is on offer for the draft's other places; `phrases` are those of chat models; `open_ends`
    by language, the words in which hardly any sentence ends; `openers` what opens blocks of
    code in the author's posts.
    """
    gap, target = own_gap(draft, prompt.gap, prompt.target)
    place = target or gap.span
    heading = draft.heading_above(gap.span.start)
    own_headings = (draft.title, *(heading.path if heading else ()))
    revises = surroundings.passage(draft, gap, place) if gap.kind is GapKind.REVISION else ""
    shown = surroundings.passage(draft, gap, place, remark=True) if revises else ""
    is_rows = bool(revises and target) and surroundings.is_rows(draft, place)
    is_heading = bool(revises) and surroundings.is_in(draft, replace(gap, span=place), "Heading")
    is_table = is_rows or any(block.kind == "Table" for block in blocks_of(revises))
    if revises:
        may_be_inline = "\n\n" not in revises and not is_table and not item_mark(revises)
        inline = is_heading or (may_be_inline and surroundings.is_inline(draft, replace(gap, span=place)))
    else:
        inline = target is not None or surroundings.is_inline(draft, gap)
    is_section = gap.kind is GapKind.EMPTY_SECTION or (gap.kind is GapKind.INSTRUCTION and not gap.targets)
    code = surroundings.code_language(draft, gap)
    half = surroundings.half_sentence(draft, gap) if target is None else ""
    stub = surroundings.stub(draft, target) if target is not None and not revises else ""
    stub, is_point = half or stub, bool(half) and surroundings.is_in(draft, gap, "Item")
    line_before = draft.text((draft.line_start(gap.span.start), gap.span.start)).strip()
    tag = phrases["answer.template marks"]  # `{{< /notice >}}` above says nothing that comes again
    in_item = without_mark(line_before.lstrip("> ")) if item_mark(line_before.lstrip("> ")) else ""
    texts_before = sentences(in_item or surroundings.words_around(draft, gap)[0]) if target is None else []
    sentences_before = [one for one in texts_before if not tag.fullmatch(one)]
    examples = tuple(m.content for m in prompt.messages if m.role == "assistant")
    body = draft.body
    note = "" if gap.kind in (GapKind.EMPTY_SECTION, GapKind.REVISION) else draft.text(gap.span)
    if note:  # what the author notes may be said in its place
        body = _without(draft, gap.span)
    if revises and target:  # what it says may be in the answer; what others say may not
        body = _without(draft, target)
    own = (*([revises] if revises and target else []), *examples, body)
    sentence, language = surroundings.sentence_around(draft, gap), language_of_draft(draft, language_name)
    below, own_ends = draft.text((place.end, len(draft.data))), open_ends.get(language or "en", ())
    is_nested = any(
        surroundings.is_in(draft, gap, kind) for kind in ("Item", "BlockQuote", "TableCell", "Heading")
    )
    if revises:
        least_words = prompt.words[0]
    elif sentence:
        least_words = 1
    elif half and not is_point:
        least_words = _FEWEST_OF_HALF
    else:
        least_words = min(_FEWEST_INLINE, prompt.words[0]) if inline or code else _fewest_words(draft, gap)
    beside = tuple(surroundings.items_beside(draft, gap)) if inline else ()
    return Expected(
        own_headings=tuple(filter(None, own_headings)),
        outline=tuple(h.text for h in draft.headings if h.text not in own_headings),
        level=6 if inline or code or revises else heading.level if heading else 1,
        may_have_headings=is_section,
        stub=stub,
        before=(sentence[0] if sentence else "") or (sentences_before[-1] if sentences_before else ""),
        revises=revises,
        marks=surroundings.marks(draft, place) if revises else surroundings.NO_MARKS,
        is_heading=is_heading,
        is_rows=is_rows,
        replaces_stub=bool(half),
        is_point=is_point,
        goes_on=not revises and is_begun(stub or line_before),
        leads_on=_BLOCK_BELOW.match(below) is not None,
        may_end=not is_begun(stub) or may_stop(stub, own_ends, NO_PHRASES if is_point else phrases),
        open_ends=own_ends,
        sentence=sentence,
        brackets=surroundings.brackets(draft, gap) if sentence else "",
        inline=inline,
        ends_paragraph=_BLANK_LINE.match(below) is not None and not is_nested,
        beside=beside,
        mark=_own_mark(draft, gap) if inline and not (target or revises) else "",
        is_cell=surroundings.is_in(draft, gap, "TableCell"),
        around=((), ()) if revises else _around(draft, place),
        row=() if revises else surroundings.row_around(draft, gap),
        request=(prompt.messages[0].content, _request(prompt, (shown, revises) if revises else ())),
        rejected=rejected(prompt.messages[-1].content),
        labels=frozenset(
            label for label in labels if not any(f"{label}:" in text for text in (*examples, body))
        ),
        language=language,
        language_of=" ".join(examples)[:4000],
        examples=own[:-1],
        draft=body,
        offered=tuple(offered),
        code=code,
        marker=(marker[1] if (marker := _MARKER.match(note)) else "TODO")
        if gap.kind is GapKind.MARKER
        else "",
        note=note,
        openers=frozenset(openers),
        may_have_code=bool(openers)
        or any(block.kind == "CodeBlock" for block in draft.blocks)
        or phrases["chat.code"].search(prompt.messages[-1].content) is not None,
        lists=lists,
        spellings=spellings or {},
        phrases=phrases,
        least_words=least_words,
        # A table's header stays; an item may be longer than the others of its list, as it was asked to be.
        most_words=0 if beside else max(prompt.words[1], count_words(revises) if is_table else 0),
    )


def _around(draft: Draft, place: Span) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines around a place, up to its heading and the next one."""
    heading = draft.heading_above(place.start)
    start, end = heading.body if heading else (draft.front_matter.end, len(draft.data))
    texts = (
        draft.text((max(start, place.start - _AROUND), place.start)),
        draft.text((place.end, min(max(end, place.end), place.end + _AROUND))),
    )
    lines = [tuple(filter(None, map(squeezed, LINE_PART.findall(_BESIDE.sub("", text))))) for text in texts]
    return lines[0][-_LINES:], lines[1][:_LINES]


def _request(prompt: Prompt, revises: Sequence[str]) -> str:
    """Return what is asked, without the author's material and text, which an answer may repeat."""
    request = prompt.messages[-1].content
    request = request.replace(rejected(request), "")
    for own in (*revises, *(excerpt.text for excerpt in prompt.excerpts)):
        request = request.replace(escape(own), "")
    return request


def may_stop(stub: str, open_ends: Collection[str], phrases: Patterns = NO_PHRASES) -> bool:
    """Tell whether half a sentence may be a whole one that lacks its stop; a point needs no main clause."""
    is_open = stub.endswith(_OPEN_SIGNS) or any(word in open_ends for word in tokens(stub)[-1:])
    return not is_open and not phrases["clause.open"].search(stub.strip("*_…."))


def _fewest_words(draft: Draft, gap: Gap) -> int:
    within = gap.kind in (GapKind.NOTES, GapKind.MARKER) and not draft.heading_at(gap.span)
    if gap.kind is GapKind.NOTES and not gap.instruction:  # `tents, lamps` is soon said
        return min(_FEWEST_WITHIN, max(_FEWEST_INLINE, count_words(draft.text(gap.span))))
    return _FEWEST_WITHIN if within else _FEWEST


def _own_mark(draft: Draft, gap: Gap) -> str:
    """Return the list mark before a gap that is all the words of its item; empty for any other."""
    start, end = gap.span
    before, after = draft.text((draft.line_start(start), start)), draft.text((end, draft.line_end(end)))
    mark = before.lstrip(" \t>") or item_mark(draft.text(gap.span))
    is_item = surroundings.is_in(draft, gap, "Item") and item_mark(mark) == mark
    return mark if is_item and not after.strip() else ""


def _without(draft: Draft, span: Span) -> str:
    """Return the text of a draft without one place."""
    before = draft.text((draft.front_matter.end, span.start))
    return f"{before}\n\n{draft.text((span.end, len(draft.data)))}"

"""Turn what a model returned into prose that can stand in the draft, or say why it can't.

The steps are the same for every answer: take away what isn't the author's post (thinking aloud, chat, what
the draft says already), stop where it leaves its place, give it the form and the length that fit there, have
it begin and end as whole sentences, and write marks and spellings as the author does. What can't be mended
is rejected. No step adds a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.core.answer import clause, parts, sentence_ends
from assistant.core.answer.code_answer import code_answer, is_prose
from assistant.core.answer.expected import Expected
from assistant.core.answer.overlap import labels, runs, squeezed, without_copies, without_echo
from assistant.core.answer.quotes import in_author_quotes
from assistant.core.answer.reasons import Fault
from assistant.core.answer.tables import misshapen, without_other_rows
from assistant.core.answer.talk import is_declined, without_talk
from assistant.core.answer.thinking import without_thinking, without_turns
from assistant.core.answer.wrapping import in_markdown, is_data, unwrapped
from assistant.core.prompt.surroundings import PLAIN_CODE
from assistant.core.text import display, language
from assistant.core.text.code import code, replaced
from assistant.core.text.display import counted
from assistant.core.text.list_style import in_style
from assistant.core.text.lists import items
from assistant.core.text.sentences import ends_sentence, sentences
from assistant.core.text.words import count_words, is_spaceless, words
from assistant.core.types import Answer, Reply

_LETTERS = re.compile(r"[^\W\d_]+")
_TEMPLATE_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
"""Tags of Jinja and Liquid, such as `{{ title }}`, which the model was shown or knows from other blogs."""
_FILLER = re.compile(r"\b(?:lorem ipsum|dolor sit|consectetur|adipiscing|tempor incididunt)\b", re.I)
"""Latin that stands for text; two words of it, as `lorem` alone may be what a post is about."""
_OPEN_END = re.compile(
    r"(?i)(?:[,;–—-]|\b(?:a|an|and|are|as|at|be|because|but|by|for|from|his|her|i|if|in|into|is|its|like|my|of|on|or|our"
    r"|so|than|that|the|their|to|was|were|when|which|while|who|will|with|would|your))\Z"
)
"""The end of half a sentence on which no new sentence can follow: `The main reason is that`."""
_LAYERS = 4
"""How often a preamble, a fence, quotes and the like are looked for, one inside the other."""
_SPACES = (
    (re.compile("[\u00ad\u200b\u2060\u180e\ufeff]"), ""),
    (re.compile("[\u2028\u2029\u0085\x0b\x0c]"), "\n"),
    (re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"), " "),
)
"""Soft hyphens and blanks of no width; ends of lines; blanks of other widths. Joiners of letters stay."""
_LONG, _VARIED = 40, 0.3
"""Of so many words, at least this share must be different; prose of 40 words has 0.6 and more."""
_ALIKE_RUN, _ALIKE = 4, 0.2
"""Share of runs of four words that two texts on different places never have in common."""


def clean(reply: Reply, *, expected: Expected) -> Answer:
    """Return the usable text of `reply`, or an answer with the reason why there is none."""
    text = reply.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return Answer("", "the model returned no text")
    expected = replace(expected, is_cut=reply.finish == "length")
    if expected.code:
        text = without_thinking(text, expected).strip()
        is_code = not is_prose(text) and not labels(text, expected)
        if expected.code != PLAIN_CODE or any(c.fence for c in code(text)) or is_code:
            return code_answer(text, words_too=expected.code == PLAIN_CODE, cut=expected.is_cut)
        expected = replace(expected, inline=True)
    skipped = _NEW_TEXT if expected.revises else (sentence_ends.whole_text,) if expected.sentence else ()
    if expected.revises and _HEADING.search(expected.revises):
        skipped = (*skipped, parts.without_own_heading, parts.within_place)
    else:
        text = parts.without_own_heading(text, expected)
    notes: list[str] = []
    reason = ""
    for step, note in _STEPS:
        if step in skipped:
            continue
        after = step(text, expected).strip()
        if text and not after:
            reason = _why_emptied(step, text, expected)
        if note and (after != text if step in _EXACT else squeezed(after) != squeezed(text)):
            notes.append(note)
        text = after
    reason = reason or _why_not(text, expected)
    if not reason and expected.replaces_stub:
        text = _joined(expected.stub, text)
    if expected.brackets:
        text = f"{expected.brackets[0]}{text}{expected.brackets[1]}"
    return Answer("" if reason else text, reason, tuple(dict.fromkeys(notes)))


def _without_control(text: str, expected: Expected) -> str:
    return display.without_control(text)


def _in_author_spaces(text: str, expected: Expected) -> str:
    """Return `text` without invisible characters, and with plain blanks, where the author has no others."""
    own = "".join(expected.examples)
    for pattern, plain in _SPACES:
        text = pattern.sub(lambda sign, plain=plain: sign[0] if sign[0] in own else plain, text)  # type: ignore[misc]
    return text


def _without_wrapping(text: str, expected: Expected) -> str:
    for _ in range(_LAYERS):
        before = text
        text = without_talk(unwrapped(text, expected).strip(), expected)
        if text == before:
            break
    return in_markdown(text, expected)


def _in_author_style(text: str, expected: Expected) -> str:
    return parts.numbered_in_order(text if expected.inline else in_style(text, expected.lists))


def _in_author_spelling(text: str, expected: Expected) -> str:
    """Return `text` with words as the author spells them; names, quotations and code stay."""

    def spelled(word: re.Match[str]) -> str | None:
        own = expected.spellings.get(word[0].casefold())
        if not own or not word[0][0].isupper():
            return own
        is_name = re.search(r"\w,?[ \n]\Z", word.string[: word.start()])
        return None if is_name else own.capitalize()

    return replaced(_LETTERS, text, spelled) if expected.spellings else text


_EXACT = (_in_author_spelling, _in_author_style, clause.fitted)
"""Steps that change what blanks don't show."""
_STEPS: tuple[tuple[Callable[[str, Expected], str], str], ...] = (
    (_without_control, "removed control characters"),
    (_in_author_spaces, ""),
    (without_thinking, "removed the model's thinking"),
    (without_turns, "cut off an invented turn of the conversation"),
    (_without_wrapping, "removed a preamble, a closing remark or a code fence"),
    (without_other_rows, ""),
    (parts.without_own_mark, ""),
    (parts.without_own_heading, ""),
    (parts.within_place, "removed headings, and text for other sections"),
    (without_echo, "removed an echo of the request"),
    (without_copies, "removed sentences that are in your posts already"),
    (parts.in_language, "removed text in another language"),
    (parts.without_unwanted_code, "removed code that you didn't ask for"),
    (sentence_ends.without_loop, "removed repetitions"),
    (parts.in_one_paragraph, "joined paragraphs to fit their place"),
    (sentence_ends.whole_text, "cut off half a sentence"),
    (clause.fitted, "fitted it into your sentence"),
    (parts.within_length, Fault.LONG),
    (_in_author_style, "used your list marks"),
    (_in_author_spelling, "spelled words as you do"),
    (in_author_quotes, ""),
)
"""What is done in turn, and what the author is told of it."""
_CAUSES: tuple[tuple[str, Any, Fault], ...] = (
    ("examples", (), Fault.COPIED),
    ("offered", (), Fault.ELSEWHERE),
    ("request", (), Fault.ECHO),
    ("language", "", Fault.LANGUAGE),
)
"""What of `Expected` a step may take all of a text away for, and what is wrong with that text."""
_LONGER = 1.3
"""How many times the most words wanted a revision may have; what is longer says more than the author did."""
_NEW_TEXT: tuple[Callable[[str, Expected], str], ...] = (
    without_copies,
    parts.without_unwanted_code,
    sentence_ends.whole_text,
    parts.within_length,
    _in_author_style,
    _in_author_spelling,
)
"""Steps for text that says something new: in a revised one, what they would change may be the author's."""
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]")


def _joined(stub: str, text: str) -> str:
    """Return the author's half sentence with the words that continue it."""
    text = text.lstrip(".… ")
    stub = stub.rstrip("….") if stub.endswith(("...", "…")) else stub
    if _is_new_sentence(text) and not stub.endswith((":", "：")):
        stub = stub.rstrip() + "."
    last, first = (
        re.search(pattern, part) for pattern, part in ((r"[^\W\d_]{4,}\Z", stub), (r"\A[^\W\d_]+", text))
    )
    if last and first and first[0].startswith(last[0]) and first[0] != last[0]:
        return stub + text[len(last[0]) :]  # the author stopped within a word: `one of the hardes`
    tight = text[:1] in ",.;:!?)" or is_spaceless(stub[-2:])
    return stub.rstrip() + ("" if tight else " ") + text


def _is_new_sentence(text: str) -> bool:
    """Tell whether a text begins with a capital, as a sentence of its own does."""
    first = re.match(r"\W*(\w+)", text)
    return first is not None and first[1][:1].isupper() and first[1] not in ("I",)


def _why_emptied(step: Callable[[str, Expected], str], text: str, expected: Expected) -> str:
    """Say why a step leaves nothing of a text: for what it would leave some, if that were not there."""
    if expected.sentence:
        return ""
    others = ((fault, replace(expected, **{name: empty})) for name, empty, fault in _CAUSES)
    return next((fault for fault, other in others if step(text, other).strip()), "")


def _why_not(text: str, expected: Expected) -> str:
    """Say why cleaned text must not be offered; nothing when it may."""
    if not text:
        return Fault.UNFIT if expected.sentence else Fault.NOTHING
    if is_declined(text, expected):
        return Fault.DECLINED
    if expected.revises and expected.is_cut:
        return "the answer was cut off"
    if expected.revises and (reason := misshapen(text, expected)):
        return reason
    if expected.revises and count_words(text) > _LONGER * expected.most_words:
        return Fault.TOO_LONG
    said = words(text.casefold())
    count = count_words(text)
    blocks = code(text)
    if labels(text, expected):
        return Fault.ECHO
    if count < (1 if expected.is_cell else expected.least_words):
        return f"{Fault.SHORT} ({counted(count, 'word')})"
    if len(said) >= _LONG and len(set(said)) < _VARIED * len(said):
        return Fault.REPETITIVE
    if blocks and not blocks[-1].is_closed:
        return Fault.UNCLOSED
    if is_data(text):
        return Fault.DATA
    if _has_foreign_marks(text, expected):
        return Fault.MARKS
    if _FILLER.search(text) or not _is_in_language(text, expected):
        return Fault.LANGUAGE
    own = "".join(expected.examples)
    if not expected.any_script and language.has_foreign_script(text, own, expected.language):
        return Fault.SCRIPT
    if expected.replaces_stub and _OPEN_END.search(expected.stub) and _is_new_sentence(text):
        return Fault.NOT_CONTINUED
    if _is_like_another(text, expected):
        return Fault.ELSEWHERE
    whole_items = (
        expected.is_cell
        or expected.sentence
        or items(text)
        or (expected.revises and not ends_sentence(expected.revises))
    )
    if not whole_items and not any(map(ends_sentence, sentences(text, expected.language))):
        return Fault.FRAGMENT
    return ""


def _is_like_another(text: str, expected: Expected) -> bool:
    """Tell whether a text says in nearly the same words what is on offer for another place; titles aside."""
    own = set(runs(text, _ALIKE_RUN)).difference(*(runs(one, _ALIKE_RUN) for one in expected.own_headings))
    return any(len(own & set(runs(other, _ALIKE_RUN))) > _ALIKE * len(own) for other in expected.offered)


def _has_foreign_marks(text: str, expected: Expected) -> bool:
    """Tell whether a text holds marks of templates or chat formats that the author's text doesn't."""
    own = "\n".join((*expected.request, *expected.examples))
    foreign = any(mark not in own for mark in _TEMPLATE_MARKS.findall(text))
    return foreign or "<|" in text or text.count("{{") != text.count("}}")


def _is_in_language(text: str, expected: Expected) -> bool:
    own = "\n".join(expected.examples)
    if expected.sentence and not language.may_stand_in(text, expected.language or language.guess(own), own):
        return False
    if expected.language in language.NAMES:
        return all(
            language.is_in(one, expected.language) for one in (text, *(p.text for p in parts.parts(text)))
        )
    return not expected.language_of or language.same(text, expected.language_of)

"""Turn what a model returned into prose that can stand in the draft, or say why it can't.

Cleaning takes away what isn't the author's post: thinking aloud, chat preambles, wrapping code fences, a
repeated heading, echoes of the request, headings that would break the outline, half a sentence at the
token limit. What it can't mend it rejects. It adds no word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.core.answer.chatter import is_declined, without_thinking, without_turns, without_wrapping
from assistant.core.answer.code_answer import code_answer, is_prose
from assistant.core.answer.echo import labels, plain, squeezed, without_copies, without_echo, without_stub
from assistant.core.answer.ending import before_loop, whole, whole_sentences, without_loose_end
from assistant.core.answer.expected import Expected
from assistant.core.prompt.surroundings import PLAIN_CODE
from assistant.core.text import display, language
from assistant.core.text.code import code, is_in_code
from assistant.core.text.list_style import in_style
from assistant.core.text.lists import items, without_mark
from assistant.core.text.sentences import ends_sentence, sentences
from assistant.core.text.words import count_words, words
from assistant.core.types import Answer, Reply

_HEADING = re.compile(r"(?m)^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_SEPLAIN_CODE = re.compile(r"(?m)^[^\n]+\n(?:=+|-{3,})[ \t]*$")
_TEMPLATE_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_LONG, _VARIED = 40, 0.3
"""Of so many words, at least this share must be different; prose of 40 words has 0.6 and more."""


def clean(reply: Reply, *, expected: Expected) -> Answer:
    """Return the usable text of `reply`, or an answer with the reason why there is none."""
    text = reply.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    text = _without_own_heading(text, expected)  # the examples have theirs, so it is no fault
    cut = reply.finish == "length"
    if expected.code:
        text = without_thinking(text, expected).strip()
        is_code = not is_prose(text) and not labels(text, expected)
        if expected.code != PLAIN_CODE or any(c.fence for c in code(text)) or is_code:
            return code_answer(text, words_too=expected.code == PLAIN_CODE, cut=cut)
        expected = replace(expected, inline=True)
    notes: list[str] = []
    for step, note in _STEPS:
        after = step(text, expected).strip()
        if squeezed(after) != squeezed(text):
            notes.append(note)
        text = after
    if not text:
        return Answer("", "the model returned no text", tuple(notes))
    if is_declined(text):
        return Answer("", "the model declined to write it", tuple(notes))
    text = _ended(text, expected, notes, cut=cut)
    styled = text if expected.inline else in_style(text, expected.lists)
    if styled != text:
        notes.append("the items of a list were given your marks")
    if reason := _why_not(styled, expected):
        return Answer("", reason, tuple(notes))
    return Answer(styled, "", tuple(notes))


def _ended(text: str, expected: Expected, notes: list[str], *, cut: bool) -> str:
    """Return `text` up to where it is whole, and add to `notes` what was cut off."""
    ended = before_loop(text, expected.language)
    if ended != text:
        notes.append("the text was cut where it began to repeat itself")
    else:
        ended = (whole_sentences if cut else whole)(text, expected.language)
        if ended != text:
            notes.append("half a sentence at the end was cut off")
    return without_loose_end(ended)


def _without_control(text: str, expected: Expected) -> str:
    return display.without_control(text)


def _without_own_heading(text: str, expected: Expected) -> str:
    """Drop the heading that the text is to stand under, with its underline if it has one."""
    own = plain(expected.heading)
    lines = text.split("\n")
    while lines and own and (not lines[0].strip() or plain(lines[0]) == own):
        lines.pop(0)
    if len(lines) > 1 and own and set(lines[0].strip()) in ({"="}, {"-"}):
        lines.pop(0)
    return "\n".join(lines).strip()


def _without_headings(text: str, expected: Expected) -> str:
    """End the text where a heading would leave the section."""
    text = _without_own_heading(text, expected)
    for heading in _HEADING.finditer(text):
        too_high = len(heading[1]) <= expected.level or expected.inline
        if too_high and not is_in_code(text, heading.start()):
            kept = text[: heading.start()].strip()
            return kept or _without_headings(text[heading.end() :].strip(), expected)
    setext = _SEPLAIN_CODE.search(text) if expected.level >= 2 else None
    return text[: setext.start()] if setext and not is_in_code(text, setext.start()) else text


def _one_paragraph(text: str, expected: Expected) -> str:
    """Keep to one paragraph where no more fits."""
    if not expected.inline:
        return text
    lines = (without_mark(line).strip() for line in text.split("\n"))
    return " ".join(line for line in lines if line)


_STEPS: tuple[tuple[Callable[[str, Expected], str], str], ...] = (
    (_without_control, "control characters were taken away"),
    (without_thinking, "the model's thinking aloud was taken away"),
    (without_wrapping, "a preamble, a closing remark or a code fence around the text was taken away"),
    (without_echo, "an echo of the request was taken away"),
    (without_turns, "an invented turn of the conversation was cut off"),
    (_without_headings, "a heading was taken away"),
    (without_copies, "sentences that stand in your posts already were taken away"),
    (without_stub, "the words of the point were not repeated"),
    (_one_paragraph, "paragraphs were joined to fit into the list item"),
)
"""What is taken away in turn, and what the author is told of it."""


def _why_not(text: str, expected: Expected) -> str:
    """Say why cleaned text must not be offered; nothing when it may."""
    said = words(text.casefold())
    count = count_words(text)
    blocks = code(text)
    if labels(text, expected):
        return "the answer repeats the request"
    if count < expected.least_words:
        return f"the answer was too short ({count} words)"
    if len(said) >= _LONG and len(set(said)) < _VARIED * len(said):
        return "the answer repeats itself"
    if blocks and not blocks[-1].is_closed:
        return "the answer opens a code block that it does not close"
    if _has_foreign_marks(text, expected):
        return "the answer holds template marks instead of prose"
    if not _is_in_language(text, expected):
        return "the answer is in another language than the draft"
    if not items(text) and not any(map(ends_sentence, sentences(text, expected.language))):
        return "the answer has no whole sentence"
    return ""


def _has_foreign_marks(text: str, expected: Expected) -> bool:
    """Tell whether a text holds marks of templates or chat formats that the author's text doesn't."""
    own = "\n".join((*expected.request, *expected.examples))
    foreign = any(mark not in own for mark in _TEMPLATE_MARKS.findall(text))
    return foreign or "<|" in text or text.count("{{") != text.count("}}")


def _is_in_language(text: str, expected: Expected) -> bool:
    if expected.language in language.NAMES:
        return language.is_in(text, expected.language)
    return not expected.language_of or language.same(text, expected.language_of)

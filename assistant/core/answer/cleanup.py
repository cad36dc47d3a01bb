"""Turn what a model returned into prose that can be in the draft, or say why it can't.

The steps are the same for every answer: take away what isn't the author's post (thinking aloud, chat, what
the draft says already), stop where it leaves its place, give it the form and the length that fit there, have
it begin and end as whole sentences, and write marks and spellings as the author does. What can't be mended
is rejected. No step adds a word.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from assistant.core.answer import author_style, clause, parts, sentence_ends
from assistant.core.answer.code_answer import code_answer, is_prose
from assistant.core.answer.expected import Expected
from assistant.core.answer.overlap import labels, without_copies, without_echo
from assistant.core.answer.own_marks import without_own_marks
from assistant.core.answer.reasons import Fault
from assistant.core.answer.rejection import why_not
from assistant.core.answer.repeated_words import without_names
from assistant.core.answer.tables import own_cell, with_own_bars, without_other_rows
from assistant.core.answer.talk import first_option, is_declined, without_talk
from assistant.core.answer.thinking import without_thinking, without_turns
from assistant.core.answer.unwrap import in_markdown, is_edit, text_of_edit, unwrapped
from assistant.core.prompt.surroundings import PLAIN_CODE
from assistant.core.text.code import code
from assistant.core.text.display import without_control
from assistant.core.text.line_ends import with_line_feeds
from assistant.core.text.words import squeezed
from assistant.core.types import Answer, Reply

_LAYERS = 4
"""How often a preamble, a fence, quotes and the like are looked for, one inside the other."""
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]")


def clean(reply: Reply, *, expected: Expected) -> Answer:
    """Return the usable text of `reply`, or an answer with the reason why there is none."""
    text = textwrap.dedent(with_line_feeds(reply.text)).strip()
    if not text:
        return Answer("", "the model returned no text")
    expected = replace(expected, is_cut=reply.finish == "length")
    if expected.code:
        text = without_thinking(text, expected).strip()
        is_code = not is_prose(text) and not labels(text, expected)
        if expected.code != PLAIN_CODE or any(c.fence for c in code(text)) or is_code:
            return code_answer(text, words_too=expected.code == PLAIN_CODE, cut=expected.is_cut)
        expected = replace(expected, inline=True)
    shown = without_thinking(text, expected).strip()
    if is_edit(shown, expected) and not (text := text_of_edit(shown)):
        return Answer("", Fault.EDIT)
    notes: list[str] = []
    reason = ""
    for step in _STEPS:
        if _is_skipped(step, expected):
            continue
        after = step.change(text, expected).strip()
        if text and not after:
            reason = _why_emptied(step, text, expected)
        is_changed = after != text if step.is_small else squeezed(after) != squeezed(text)
        if step.note and is_changed:
            notes.append(step.note)
        text = after
    reason = reason or why_not(text, expected)
    if Fault.CODE in notes and reason.startswith((Fault.SHORT, Fault.FRAGMENT)):
        reason = Fault.CODE
    text = author_style.in_author_indent(text, expected) if not text.isascii() else text
    if not reason and expected.replaces_stub:
        text = clause.joined(text, expected)
    if expected.brackets:
        text = f"{expected.brackets[0]}{text}{expected.brackets[1]}"
    return Answer("" if reason else text, reason, tuple(dict.fromkeys(notes)))


def _first_option(text: str, expected: Expected) -> str:
    inner = unwrapped(text, expected).strip()
    option = inner if is_declined(inner, expected) else first_option(inner, expected)
    return text if option == inner else option


def _without_wrapping(text: str, expected: Expected) -> str:
    for _ in range(_LAYERS):
        before, text = text, without_talk(unwrapped(text, expected).strip(), expected)
        if text == before:
            break
    return author_style.in_author_spaces(in_markdown(text, expected), expected)  # `&nbsp;`


class _Step(NamedTuple):
    change: Callable[[str, Expected], str]
    note: str = ""
    """What the author is told about a change."""
    is_small: bool = False
    """True where a change of blanks alone is worth telling."""
    for_new_text: bool = False
    """True where a revision goes without it: what it would change may be the author's."""


_STEPS = (
    _Step(lambda text, expected: without_control(text), "removed control characters"),
    _Step(author_style.in_author_spaces),
    _Step(without_thinking, "removed the model's thinking"),
    _Step(without_turns, "cut off an invented turn of the conversation"),
    _Step(_first_option, "kept the first of several texts that the model offered, and left out the others"),
    _Step(author_style.in_author_signs),
    _Step(_without_wrapping, "removed a preamble, a closing remark or a code fence"),
    _Step(without_other_rows),
    _Step(with_own_bars),
    _Step(own_cell),
    _Step(without_own_marks),
    _Step(without_names, "removed a heading or a label that stands above it"),
    _Step(parts.within_place, "removed headings, and text for other sections"),
    _Step(without_echo, "removed an echo of the request"),
    _Step(
        without_copies, "removed sentences that your posts or other pieces have already", for_new_text=True
    ),
    _Step(parts.in_language, "removed text in another language"),
    _Step(parts.without_unwanted_code, Fault.CODE, for_new_text=True),
    _Step(parts.without_empty_sections, for_new_text=True),
    _Step(sentence_ends.without_loop, "removed repetitions"),
    _Step(parts.in_one_paragraph, "gave it the form that fits its place"),
    _Step(parts.within_cell, "cut to fit the cell"),
    _Step(sentence_ends.whole_text, "cut off half a sentence", for_new_text=True),
    _Step(clause.fitted, "fitted it into your sentence", is_small=True),
    _Step(parts.within_length, Fault.LONG, for_new_text=True),
    _Step(sentence_ends.with_closed_boxes, for_new_text=True),
    _Step(author_style.in_author_lists, "used your list marks", is_small=True, for_new_text=True),
    _Step(author_style.in_author_spelling, "spelled words as you do", is_small=True),
    _Step(author_style.in_author_quotes),
)
_HEADING_STEPS = (without_names, parts.within_place)
"""Steps that take headings away, which a revised passage may have."""
_CAUSES: tuple[tuple[dict[str, Any], Fault], ...] = (
    ({"examples": (), "draft": ""}, Fault.COPIED),
    ({"offered": ()}, Fault.ELSEWHERE),
    ({"request": ()}, Fault.ECHO),
    ({"language": ""}, Fault.LANGUAGE),
)
"""What of `Expected` a step may take all of a text away for, and what is wrong with that text."""


def _is_skipped(step: _Step, expected: Expected) -> bool:
    if expected.revises:
        is_heading = expected.is_heading or _HEADING.search(expected.revises) is not None
        keeps_headings = step.change in _HEADING_STEPS and is_heading
        return step.for_new_text or keeps_headings
    return expected.sentence is not None and step.change is sentence_ends.whole_text


def _why_emptied(step: _Step, text: str, expected: Expected) -> str:
    """Say why a step leaves nothing of a text: for what it would leave some, if that were not there."""
    if step.change is without_thinking:
        return Fault.THOUGHT
    if expected.sentence:
        return ""
    others = ((fault, replace(expected, **without)) for without, fault in _CAUSES)
    return next((fault for fault, other in others if step.change(text, other).strip()), "")

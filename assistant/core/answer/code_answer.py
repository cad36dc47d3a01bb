"""Get the code out of an answer for a gap inside a block of code."""

from __future__ import annotations

import re

from assistant.core.text import language
from assistant.core.text.code import code
from assistant.core.text.display import without_control
from assistant.core.text.lists import items
from assistant.core.text.sentences import ends_sentence, sentences
from assistant.core.text.words import count_words
from assistant.core.types import Answer

_FENCE = re.compile(r"(?m)^\s*(?:`{3,}|~{3,})")
"""A line that would close the author's own block of code."""
_COMMENT = re.compile(r"\s*(?:#|//|--|\*|/\*|;|%|<!--)")
"""How comments begin in most languages: prose in them is code all the same."""
_SIGN = re.compile(r"[=(){}<>\[\]|$@\\]")
"""A sign that sentences hardly have and lines of code do."""


def code_answer(text: str, *, words_too: bool, cut: bool) -> Answer:
    """Return the code of an answer: what its first fence holds, if it has one, or else all of it.

    With `words_too`, prose may be in the block as well; `cut` says that the token limit ended the answer.
    """
    fenced = next((block for block in code(text) if block.is_block and block.fence), None)
    answer = without_control(fenced.text if fenced else text).strip("\n")
    if not answer.strip():
        return Answer("", "the model returned no code")
    if _FENCE.search(answer):
        return Answer("", "the answer would end the code block it is in")
    if not words_too and is_prose(answer):
        return Answer("", "the answer is prose, and its place is a block of code")
    if cut and not (fenced and fenced.is_closed):
        return Answer("", "the code was cut off before its end")
    return Answer(answer, "", ("took the code out of the answer",) if fenced else ())


def is_prose(text: str) -> bool:
    """Tell whether most lines are sentences in some language, comments left aside."""
    lines = [line.strip() for line in text.split("\n") if line.strip() and not _COMMENT.match(line)]
    prose = [line for line in lines if count_words(line) >= 4 and not _SIGN.search(line)]
    if 2 * len(prose) <= len(lines):
        return False
    whole = "\n".join(prose)
    if language.script(whole) != "latin":  # as no code is; not all such scripts have blanks and full stops
        return True
    return bool(language.guess(whole)) and (bool(items(whole)) or any(map(ends_sentence, sentences(whole))))

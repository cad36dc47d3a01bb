"""Write apostrophes and quotation marks as the author does: all straight, or all curly."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.core.answer.expected import Expected
from assistant.core.text.code import replaced, without_code

_SYNTAX = r"\]\([^)\n]*\)|<[^>\n]*>|"
"""A link's target with its title, and a tag with its attributes: their quotes are no text."""
_KINDS = (
    # An apostrophe is told by the word around it: elsewhere, a straight sign may open or close.
    ("'", "‘’", re.compile(_SYNTAX + r"(?P<opening>‘)|(?P<closing>’|(?<=\w)'(?=\w))")),
    ('"', "“”", re.compile(_SYNTAX + r"(?P<opening>“|(?<![^\s(\[*_—–-])\"(?=[\w*_(\[]))|(?P<closing>[”\"])")),
)
"""The straight form, the curly ones, and what opens and closes, such as `"` before a word."""


def in_author_quotes(text: str, expected: Expected) -> str:
    """Return `text` with the apostrophes and quotation marks that the author writes; code and links stay.

    An author who mixes both forms, or has none, gets what the model wrote. So do `„…“` and `”…”`.
    """
    everything = "\n\n".join(expected.examples)
    for straight, curly, pattern in _KINDS:
        forms = _forms(pattern, expected.revises) or _forms(pattern, everything)
        if straight == '"' and ("„" in text + everything or forms == {"”"}):
            continue
        if forms == {straight}:
            text = replaced(pattern, text, _writing(straight * 2))
        elif forms and forms <= set(curly):
            text = replaced(pattern, text, _writing(curly))
    return text


def _forms(pattern: re.Pattern[str], own: str) -> set[str]:
    return {sign[0] for sign in pattern.finditer(without_code(own)) if sign.lastgroup}


def _writing(signs: str) -> Callable[[re.Match[str]], str | None]:
    return lambda sign: signs[sign.lastgroup == "closing"] if sign.lastgroup else None

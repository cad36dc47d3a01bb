"""Take the marks that are around a finished passage off its answer, which may repeat them: they stay."""

from __future__ import annotations

import re
import textwrap

from assistant.core.answer.expected import Expected
from assistant.core.hunks.container import taken
from assistant.core.text.lists import item_mark, items
from assistant.core.text.own_words import HEADING
from assistant.core.text.words import squeezed

_QUOTE = re.compile(r"(?m)^[ \t]{0,3}>[ \t]?")
_WIDE = re.compile(r"(?:[:~]|\[\^[^\]\s]+\]:)[ \t]+")
"""The mark of a definition or a footnote."""


def without_own_marks(text: str, expected: Expected) -> str:
    """Return `text` without the marks of its place, where finished words are revised.

    They are those of a quote, a heading, a definition, a footnote and an item, a box's first and last line,
    and a definition's term.
    """
    if not expected.revises or expected.is_rows:
        return text
    marks = expected.marks
    while ">" in marks.before and not _QUOTE.match(expected.revises) and _is_quote(text):
        text = textwrap.dedent(_QUOTE.sub("", text)).strip()
    text = _unboxed(text, *marks)
    if expected.is_heading:
        text = _words_of_heading(text)
    return _without_item_mark(text.strip(), expected)


def _is_quote(text: str) -> bool:
    return bool(text) and all(map(_QUOTE.match, filter(str.strip, text.split("\n"))))


def _words_of_heading(text: str) -> str:
    """Return the words of the heading that `text` begins with; all of it where it begins with none."""
    first = text.partition("\n\n")[0].encode()
    heading = HEADING.fullmatch(first)
    return heading["words"].decode() if heading and heading["words"] != first else text


def _unboxed(text: str, above: str, before: str, below: str) -> str:
    """Return `text` without a box's first and last line, a term, and the mark of a definition or footnote."""
    first, _, rest = text.partition("\n")
    is_boxed = bool(above) and squeezed(first) == squeezed(above) and bool(rest.strip())
    if is_boxed:
        text = textwrap.dedent(rest.strip("\n"))
    inner, _, last = text.rstrip().rpartition("\n")
    if inner and last.strip() == below and (is_boxed or below.startswith(":::")):
        text = inner.rstrip()
    mark = _WIDE.match(text)
    if mark and squeezed(mark[0]) == squeezed(before.strip(" \t>")):
        first, _, rest = text[mark.end() :].partition("\n")
        text = f"{first}\n{textwrap.dedent(rest)}"
    return text


def _without_item_mark(text: str, expected: Expected) -> str:
    """Return `text` without a list mark around all of it, where finished words without one are revised."""
    listed = not item_mark(expected.revises) and items(text)
    if not listed or not (mark := item_mark(text)):
        return text
    own, rest = text[: listed[0].end], text[listed[0].end :]
    if squeezed(rest) in squeezed(expected.draft):  # the items below it, repeated
        text = own
    elif len(listed) > 1:
        return text
    return taken(text.removeprefix(mark), " " * len(mark))

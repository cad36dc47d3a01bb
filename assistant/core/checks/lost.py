"""What a revision leaves out of the author's text: figures, names, quotations, links, footnotes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, digits, words
from assistant.core.checks.finding import Finding, quoted
from assistant.core.checks.passage import Passage, read

_NUMBER = re.compile(r"(?<![\w^])\d+(?:[.,]\d+)*(?:\s?[%€$£])?")
"""A figure with its sign, `12 %`, `1,250`; not the `1` of `[^1]`."""
_NAME = re.compile(r"(?<=[\w,;:]\s)[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*")
"""Words with a capital that open no sentence."""
_LINKED = re.compile(r"!?\[[^\[\]\n]*\]\([^)\n]*\)|\[\^[^\]\s]+\]|https?://[^\s<>()\]]+")
"""Links, images, footnotes and addresses: what is in them is lost with them, and told once."""
_CAPITALS = frozenset(("de",))
"""Languages that write every noun with a capital."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
"""A word, a sign, or blanks: together they are the text."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of what the text doesn't tell any more, at the sentence that is in its place."""
    if not passage.revised:
        return
    lost: dict[tuple[int, int], list[str]] = {}
    for start, words_ in sorted(_lost(passage, context)):
        lost.setdefault(_place(passage, start), []).append(words_)
    for place, parts in lost.items():
        yield Finding("lost", f"lost: {', '.join(dict.fromkeys(map(quoted, parts)))}", *place)


def _lost(passage: Passage, context: Context) -> Iterator[tuple[int, str]]:
    """Yield what is missing, each with its character in the author's text."""
    old, new = passage.revised, passage.text
    prose = read(old).prose
    figures = {digits(hit[0].strip("%€$£ ")) for hit in _NUMBER.finditer(new)}
    said = f" {' '.join(words(new))} "
    for hit in _LINKED.finditer(old):
        if hit[0] not in new:
            yield hit.start(), hit[0]
    for hit in _NUMBER.finditer(prose):
        if digits(hit[0].strip("%€$£ ")) not in figures:
            yield hit.start(), hit[0]
    for pattern in ("particulars.spelled", "particulars.quoted"):
        for hit in context.pattern(pattern).finditer(prose):
            if f" {' '.join(words(hit[0]))} " not in said:
                yield hit.start(), hit[0]
    if passage.language not in _CAPITALS:
        for hit in _NAME.finditer(prose):
            if any(f" {word} " not in said for word in words(hit[0])) and hit[0] != "I":
                yield hit.start(), hit[0]


def _place(passage: Passage, offset: int) -> tuple[int, int]:
    """Return the sentence of the text that is where a character of the author's was."""
    old, new = _WORD.findall(passage.revised), _WORD.findall(passage.text)
    at, there = 0, 0
    for op, a1, a2, b1, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        size = sum(map(len, old[a1:a2]))
        if at + size > offset or a2 == len(old):
            there = sum(map(len, new[:b1])) + (offset - at if op == "equal" else 0)
            break
        at += size
    there = min(there, len(passage.text) - 1)
    stated = [span for span in passage.stated if span.start <= there < span.end] or passage.stated[-1:]
    return (stated[0].start, stated[0].end) if stated else (0, len(passage.text))

"""Take away what an answer only repeats: the request, the author's finished text, the words it continues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.answer.expected import Expected
from assistant.core.text.code import without_code
from assistant.core.text.lists import without_mark
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.words import word_spans, words

COPIED = 12
"""Words in a row that are no coincidence."""
_ECHO = 12
"""Characters of a line from which on it is told again, and no common word."""


def runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """Yield every run of `length` words of `text`, in lower case."""
    said = words(text.casefold())
    return (tuple(said[i : i + length]) for i in range(len(said) - length + 1))


def without_copies(text: str, expected: Expected) -> str:
    """Return `text` without sentences that share twelve words in a row, or most words, with finished text."""
    known = {run for text in (*expected.examples, *expected.request) for run in runs(text, COPIED)}
    spans = word_spans(text)
    starts = [at for at, run in enumerate(runs(text, COPIED)) if run in known]
    if not starts:
        return text
    copied = {spans[at + i] for at in starts for i in range(COPIED)}
    kept, last = "", 0
    for start, end in sentence_spans(text, expected.language):
        said = word_spans(text[start:end], start)
        has_run = not known.isdisjoint(runs(text[start:end], COPIED))
        if not has_run and 2 * sum(word in copied for word in said) <= len(said):
            kept += text[last:end]
        last = end
    kept += text[last:]
    return kept if known.isdisjoint(runs(kept, COPIED)) else ""


def without_echo(text: str, expected: Expected) -> str:
    """Return `text` without lines at its start or end that stand word for word in the request."""
    request = {
        squeezed(line).lower() for part in expected.request for line in part.split("\n") if len(line) > _ECHO
    }

    def is_echo(line: str) -> bool:
        return not line.strip() or squeezed(without_mark(line)).lower() in request

    lines = text.split("\n")
    while lines and is_echo(lines[0]):
        lines.pop(0)
    while lines and is_echo(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def without_stub(text: str, expected: Expected) -> str:
    """Return `text` without a repetition of the words, or of the bold lead-in, that it is to continue."""
    text = without_mark(text) if expected.stub else text
    lead = re.match(r"\s*(\*\*|__)(.+?)\1", expected.stub)
    for stub in (plain(expected.stub), plain(lead[2]) if lead else ""):
        repeated = r"[\W_]*" + r"[\W_]*".join(map(re.escape, stub.split())) + r"(?!\w)"
        if stub and (repetition := re.match(repeated, text, re.I)):
            return re.sub(r"\A[\s.:;,!?*_—–-]+", "", text[repetition.end() :])
    return text


def labels(text: str, expected: Expected) -> list[int]:
    """Return where lines begin as in the request ("Section:"), long labels by their first three words.

    Code has labels of its own, and so have lists, but for long ones.
    """
    if not expected.labels:
        return []
    heads = sorted({" ".join(label.split()[:3]).rstrip(",;") for label in expected.labels})
    long = [re.escape(head) + r"[^:\n]{0,60}" for head in heads if head.count(" ") == 2]
    short = [re.escape(head) for head in heads if head.count(" ") < 2]
    listed = rf"[ \t]*(?:[-*+]|\d{{1,2}}[.)])[ \t]+(?:{'|'.join(long)})" if long else r"(?!)"
    line = rf"(?m)^(?:[ \t>#]*[*_]{{0,3}}(?:{'|'.join((*long, *short))})|{listed})[ \t*_]*:"
    prose = without_code(text, inline=False).replace("’", "'")
    return [label.start() for label in re.finditer(line, prose)]


def squeezed(text: str) -> str:
    """Return `text` without blanks and line ends."""
    return "".join(text.split())


def plain(line: str) -> str:
    """Return the words of a line in lower case, without marks."""
    return re.sub(r"[\W_]+", " ", line).strip().casefold()

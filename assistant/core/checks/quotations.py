"""Words put into somebody's mouth that stand in none of the author's posts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context, runs, words
from assistant.core.checks.finding import Finding, overlaps, quoted
from assistant.core.checks.passage import Passage
from assistant.core.types import Span

LEAST_WORDS = 4
"""Words of a quotation; fewer are a term or a label."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each quotation that has a speaker and isn't the author's.

    Quotation marks around a term, a label or an inner thought quote nobody; a block quote may be an aside.
    """
    for block in passage.quotes:
        said = passage.prose[block.start : block.end]
        if len(words(said)) < LEAST_WORDS or _is_known(said, context):
            continue
        if _is_attributed(passage, context, block):
            message = "this quotation is in none of your posts: is it in its source?"
            yield Finding("quotation", message, *block)
    for hit in context.pattern("speech.quoted").finditer(passage.prose):
        said = hit[hit.lastindex or 0] or ""
        if overlaps(passage.quotes, hit.start(), hit.start() + 1) or not _is_speech(said):
            continue
        around = _around(passage, hit.start(), hit.end())
        if context.pattern("speech.saying").search(around) and not _is_known(said, context):
            message = f"{quoted(said)} is in none of your posts: did anybody say it?"
            yield Finding("quotation", message, *hit.span())


def _is_attributed(passage: Passage, context: Context, block: Span) -> bool:
    """Tell whether somebody signs a block quote, or is said to say it."""
    signed, saying = context.pattern("speech.signed"), context.pattern("speech.saying")
    said = passage.prose[block.start : block.end].rstrip()
    before = passage.prose[max(0, block.start - 160) : block.start].rstrip()
    after = passage.prose[block.end : block.end + 60].strip().split("\n")[0]
    last_sentence = re.split(r"[.!?]\s", before)[-1]
    return bool(signed.search(said) or signed.match(after) or saying.search(last_sentence))


def _around(passage: Passage, start: int, end: int) -> str:
    """Return what stands around a quotation, where its speaker would be named."""
    first, _ = passage.sentence(start)
    _, last = passage.sentence(max(end - 1, start))
    after = passage.prose[end : end + 60]
    before = passage.prose[max(first, start - 90) : start]
    return " ".join((before, after[: max(0, last - end)], re.split(r"[.!?]", after)[0]))


def _is_speech(said: str) -> bool:
    return len(words(said)) >= LEAST_WORDS or (len(said) >= 8 and not re.search(r"[A-Za-z]", said))


def _is_known(said: str, context: Context) -> bool:
    """Tell whether most runs of four words of a quotation are the author's."""
    if context.says(said):
        return True
    pieces = list(runs(words(said), 4))
    return bool(pieces) and sum(context.says(" ".join(piece)) for piece in pieces) >= 0.8 * len(pieces)

"""A past that the author never told of: years in a trade, earlier jobs, clients, family."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.checks.context import Context, words
from assistant.core.checks.finding import Finding, overlaps, quoted
from assistant.core.checks.passage import Passage


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each claim of experience whose first six words the author never wrote."""
    taken: list[tuple[int, int]] = []
    for hit in context.pattern("experience.claim").finditer(passage.prose):
        start, end = hit.start(), hit.start() + len(hit[0].rstrip())
        if overlaps(taken, start, end) or context.says(" ".join(words(hit[0])[:6])):
            continue
        taken.append((start, end))
        yield Finding("experience", f"you never said this of yourself: {quoted(hit[0])}", start, end)

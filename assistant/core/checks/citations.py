"""Papers, studies and "research shows" that the author never cited."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding, is_claim, overlaps, quoted
from assistant.core.checks.passage import Passage

_PATTERNS = ("scholarly", "et al", "dated", "identifier", "study")


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each source that stands in none of the author's posts."""
    prose = passage.prose
    references = [
        reference
        for reference in context.pattern("citations.reference").finditer(prose)
        if not context.says(reference[0][:80])
    ]
    taken = [reference.span() for reference in references]
    if references:
        count = "this source is" if len(references) == 1 else f"these {len(references)} sources are"
        place = references[0].start(), references[-1].end()
        yield Finding("citation", f"{count} in none of your posts", *place)
    for name in _PATTERNS:
        for hit in context.pattern(f"citations.{name}").finditer(prose):
            start, end = hit.start(), hit.start() + len(hit[0].rstrip())
            if overlaps(taken, start, end) or context.says(hit[0]):
                continue
            if hit[0][0] not in "([" and (not is_claim(passage, context, start) or _in_title(prose, start)):
                continue  # "Great Book (2004)" in a list of books
            taken.append((start, end))
            message = f"{quoted(hit[0])} is in none of your posts: which source is it?"
            yield Finding("citation", message, start, end)


def _in_title(prose: str, offset: int) -> bool:
    """Tell whether the word before a name has a capital too, as in the title of a book."""
    return re.search(r"[A-Z][\w’'-]*[ ]\Z", prose[max(0, offset - 30) : offset]) is not None

"""Tell whether two files hold the same post: a copy, a backup, or a draft with its gaps written."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.core.text.draft import Draft
from assistant.core.text.words import words
from assistant.core.types import Span

_RUN = 4
"""So many words in a row are compared: a sentence made longer in its middle still has most of its runs."""
_ENOUGH = 20
"""Runs that files without a title must share: what every post of a blog begins with is shorter."""


def is_version(other: Draft, draft: Draft, *, unwritten: Iterable[Span] = ()) -> bool:
    """Tell whether another file holds the draft's post, as it was or with its gaps written.

    It has the same title, and the shorter of both shares half of its text, without what is `unwritten`.
    """
    days = {str(day) for one in (other, draft) if (day := one.metadata.get("date"))}
    if other.title.casefold() != draft.title.casefold() or len(days) > 1:
        return False
    own, others = _runs(draft, unwritten), _runs(other)
    shared = len(own & others)
    return 2 * shared >= min(len(own), len(others)) and (bool(draft.title) or shared >= _ENOUGH)


def _runs(draft: Draft, unwritten: Iterable[Span] = ()) -> set[tuple[str, ...]]:
    """Return the runs of words in each line of a draft; a shorter line is one run."""
    start, kept = draft.front_matter.end, list[str]()
    for span in sorted(unwritten):
        kept.append(draft.text((start, max(start, span.start))))
        start = max(start, span.end)
    kept.append(draft.text((start, len(draft.data))))
    lines = (words(line.casefold()) for line in "\n".join(kept).split("\n"))
    return {tuple(line[i : i + _RUN]) for line in lines if line for i in range(max(len(line) - _RUN, 0) + 1)}

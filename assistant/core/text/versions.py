"""Tell whether two files hold the same post: a copy, a backup, or a draft with its gaps written."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.core.text.draft import Draft
from assistant.core.text.normal_form import normal_form
from assistant.core.text.words import words
from assistant.core.types import Span

_RUN = 4
"""Words in each compared run: a sentence with an addition in the middle keeps most of its runs."""
_ENOUGH = 20
"""Fewest shared runs of files without a title: the usual opening of a blog's posts has fewer."""


def is_version(candidate: Draft, draft: Draft, *, gap_spans: Iterable[Span] = ()) -> bool:
    """Tell whether another file holds the draft's post, unchanged or with its gaps written.

    It has the same title, and the shorter of both shares half of its text, outside of `gap_spans` and but for
    the title: that alone, above other text, is another post of that name.
    """
    days = {str(day) for post in (candidate, draft) if (day := post.metadata.get("date"))}
    titles = [words(post.title.casefold()) for post in (candidate, draft)]
    if titles[0] != titles[1] or len(days) > 1:
        return False
    title = {tuple(titles[1][:_RUN])}
    runs, others = _runs(draft, gap_spans) - title, _runs(candidate) - title
    shared = len(runs & others)
    is_enough = shared >= _ENOUGH or (bool(draft.title) and (shared > 0 or runs == others))
    return is_enough and 2 * shared >= min(len(runs), len(others))


def _runs(draft: Draft, gap_spans: Iterable[Span] = ()) -> set[tuple[str, ...]]:
    """Return the runs of words in each paragraph, item and row of a draft; a shorter one is one run."""
    start, texts = draft.front_matter.end, list[str]()
    for span in sorted(gap_spans):
        texts.append(draft.text((start, max(start, span.start))))
        start = max(start, span.end)
    texts.append(draft.text((start, len(draft.data))))
    form = normal_form("\n".join(texts).encode()).unwrapped
    lines = (words(line.casefold()) for line in form.data.decode().split("\n"))
    return {tuple(line[i : i + _RUN]) for line in lines if line for i in range(max(len(line) - _RUN, 0) + 1)}

"""American forms in a British author's text, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import Context
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage

LEAST_WORDS = 3
"""Words that tell an author's spelling; one or two may be slips or names."""
CLEAR = 8
"""How many times more words of one spelling than of the other an author writes who doesn't mix both."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each word in the spelling that the author doesn't write; which it is, is counted."""
    if (passage.language or "en") != "en":
        return
    to_american, to_british = dict(context.lists.spellings), {a: b for b, a in context.lists.spellings}
    british, american = (sum(word in context.vocabulary for word in to) for to in (to_american, to_british))
    if max(british, american) < max(LEAST_WORDS, CLEAR * min(british, american)):
        return
    better, name = (to_british, "British") if british > american else (to_american, "American")
    for word in re.finditer(r"[^\W\d_]+", passage.prose):
        before = passage.prose[max(0, word.start() - 3) : word.start()]
        if word[0][0].isupper() and re.search(r"\w,?[ \n]\Z", before):
            continue  # a name, which has its own spelling
        right = better.get(word[0].casefold())
        if right and word[0].casefold() not in context.vocabulary:
            yield Finding("spelling", f"your spelling is {name}: {right}, not {word[0]}", *word.span())

"""Text that is nearly identical to another section, or to one that the model was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.checks.context import SHINGLE, WORD, Context, runs, words
from assistant.core.checks.finding import Finding
from assistant.core.checks.passage import Passage
from assistant.core.text.spans import masked

LEAST_WORDS = 14
"""Words in a row that are more than a turn of phrase; of a short text, a quarter of its runs is enough."""


def find(passage: Passage, context: Context) -> Iterator[Finding]:
    """Warn of each run of words that is elsewhere already."""
    # The name of another text is the same wherever it is linked.
    prose = masked(passage.prose, passage.links, " ")
    places = [word.span() for word in re.finditer(WORD, prose)]
    notes = {run for own in (passage.replaced, passage.gone, passage.revised) for run in runs(words(own))}
    said = list(runs(words(prose)))
    copied = [run in context.shingles and run not in notes for run in said]
    index = 0
    while index < len(copied):
        if not copied[index]:
            index += 1
            continue
        last = index
        while last + 1 < len(copied) and any(copied[last + 1 : last + SHINGLE + 3]):
            last += 1 + copied[last + 1 :].index(True)  # one word exchanged breaks eight runs
        end_word = min(last + SHINGLE - 1, len(places) - 1)
        if end_word - index + 1 >= LEAST_WORDS or sum(copied) >= 0.25 * len(copied):
            place = places[index][0], places[end_word][1]
            yield Finding("repetition", f"these words stand {context.place_of(said[index])} already", *place)
        index = last + SHINGLE

"""Finds the places that an author left unwritten in a draft.

The way of a decision: `layout` takes the draft apart into leaves; the `detectors` yield candidates for what
is plain; `decision` weighs them with the whole draft in view; `learned` has a trained model weigh all other
lines (`units`, `measures`, `survey`) and remarks, and leaves out what is `written`; `runs` joins lines to
gaps; `decision` keeps the surest of those that overlap, and tells which ones only the author can fill.
"""

from __future__ import annotations

from assistant.core.gaps import decision
from assistant.core.gaps.candidate import SEVERAL, SHOWN, SHOWN_IN_UNFINISHED, SURE
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.words import Words
from assistant.core.text import garbage_collection
from assistant.core.text.draft import Draft
from assistant.core.types import Gap

__all__ = ["SHOWN", "find_gaps"]


@garbage_collection.paused()
def find_gaps(draft: Draft, *, words: Words, threshold: float | None = None) -> tuple[Gap, ...]:
    """Return the gaps of a draft in document order; they never overlap.

    `words` are the lists and weights to go by (`adapters.wordlists.load_words`). Gaps less sure than
    `threshold`, from 0 to 1, are left out; without one, those that are not to be shown: less sure than
    `SHOWN`, or `SHOWN_IN_UNFINISHED` where several sure gaps tell that the draft is unfinished.
    """
    layout = Layout(draft, words)
    places = decision.candidates(layout)
    if threshold is not None:
        return decision.decide(layout, places, threshold=threshold)
    gaps = decision.decide(layout, places, threshold=SHOWN_IN_UNFINISHED)
    is_unfinished = sum(gap.confidence >= SURE for gap in gaps) >= SEVERAL
    return gaps if is_unfinished else tuple(gap for gap in gaps if gap.confidence >= SHOWN)

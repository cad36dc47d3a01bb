"""What an author dismissed is no gap any more."""

from __future__ import annotations

from dataclasses import replace

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.gaps.dismissals import Dismissals, key
from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap

TEXT = (
    "# Bees\n\nThey came in May, and they stayed.\n\n## The move\n\n## Winter\n\nIt was cold, they lived.\n"
)
WORDS = load_words()


def located(text: str) -> tuple[Draft, tuple[Gap, ...]]:
    """Return a draft and its gaps."""
    draft = parse(text.encode())
    return draft, find_gaps(draft, words=WORDS)


def test_a_place_is_known_by_its_words_wherever_they_stand() -> None:
    draft, (gap,) = located(TEXT)
    dismissals = Dismissals(frozenset([key(draft, gap)]))
    assert dismissals.without(draft, [gap]) == ()
    longer, (moved,) = located(TEXT.replace("They came", "They came to us").replace("cold", "very cold"))
    assert dismissals.without(longer, [moved]) == ()


def test_another_heading_or_post_is_another_place() -> None:
    draft, (gap,) = located(TEXT)
    dismissals = Dismissals(frozenset([key(draft, gap)]))
    for other in (TEXT.replace("The move", "A move"), TEXT.replace("Bees", "Wasps")):
        assert len(dismissals.without(*located(other))) == 1


def test_a_kind_that_was_dismissed_often_must_be_surer() -> None:
    draft, (gap,) = located(TEXT)
    assert gap.confidence >= 0.75
    doubtful = Dismissals(doubtful=frozenset(["empty-section"]))
    assert doubtful.without(draft, [gap]) == (gap,)
    unsure = replace(gap, confidence=0.7)
    assert doubtful.without(draft, [unsure]) == () and Dismissals().without(draft, [unsure]) == (unsure,)

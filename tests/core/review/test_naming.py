"""A gap keeps its piece while the author types around it: nothing is in a review twice."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks.make import hunk_for
from assistant.core.review import decide, events
from assistant.core.review.naming import named
from assistant.core.review.state import Review
from assistant.core.text.draft import parse
from assistant.core.types import Expanded, Gap, Usage, Verdict

TEXT = "We carry the boxes down by hand, and nobody speaks before the kettle is on."
DRAFT = """# Moving house

We moved in May, with a van and two friends who never complained about the stairs.

## The van

TODO: say who drove

It had no radio, so one of them sang, and the other one asked for the next exit again and again.

TODO: more on this

By the evening nothing was left in the old flat but a chair, and we sat on it in turns.

TODO: more on this

## What to pack last

Expand each of these:

- the kettle
- the lamp
- the bread
"""


def gaps_of(data: bytes) -> tuple[Gap, ...]:
    return tuple(find_gaps(parse(data), words=load_words()))


def keys_of(gaps: tuple[Gap, ...]) -> list[str]:
    return [decide.key_for(gap, target) for gap in gaps for target in gap.pieces]


def reviewed(data: bytes) -> Review:
    """Return a review in which every gap of a draft has a text."""
    review = decide.replay([events.Moved(data)])
    for gap in gaps_of(data):
        hunks = tuple(hunk_for(parse(data), gap, text=TEXT, target=target) for target in gap.pieces)
        offer = decide.proposal(Expanded(gap, hunks, "m", Usage()))
        review = decide.step(review, events.Offered(offer, data))
    return review


@pytest.mark.parametrize(
    ("old", "new", "fresh"),
    [
        ("# Moving house", "# Moving out", 0),
        ("## The van", "## The van and its driver", 0),
        ("say who drove", "say who drove, and how far", 0),
        ("It had", "TODO: more on this\n\nIt had", 1),
        ("- the lamp", "- the rug\n- the lamp", 1),
        ("- the kettle\n", "", 0),
        ("We moved in May", "In May we moved", 0),
    ],
    ids=["title", "heading", "longer marker", "twin before", "new bullet", "bullet gone", "elsewhere"],
)
def test_a_piece_stays_the_same_while_its_author_types(old: str, new: str, fresh: int) -> None:
    """Only what is new in the draft is a piece beside those that have a text."""
    review = reviewed(DRAFT.encode())
    data = DRAFT.replace(old, new, 1).encode()
    review = decide.step(review, events.Moved(data))
    gaps = named(gaps_of(data), review, parse(data))
    keys = keys_of(gaps)
    assert len(set(keys)) == len(keys)
    assert len([key for key in keys if review.piece(key) is None]) == fresh
    assert gaps == named(gaps, review, parse(data))


@pytest.mark.parametrize("deleted", ["- the kettle\n", "- the lamp\n", "TODO: more on this\n\n"])
def test_what_was_deleted_leaves_its_name_to_nobody(deleted: str) -> None:
    """Another try for it would write a second text for its neighbour."""
    review = reviewed(DRAFT.encode())
    data = DRAFT.replace(deleted, "", 1).encode()
    review = decide.step(review, events.Moved(data))
    (lost,) = (piece for piece in review.shown if piece.unplaced)
    keys = keys_of(named(gaps_of(data), review, parse(data)))
    assert set(keys) == {piece.key for piece in review.shown} - {lost.key}


def test_of_two_markers_that_are_alike_the_second_keeps_its_own_text_when_the_first_is_written() -> None:
    """Their names count them, and what was decided on one is not for the other."""
    review = reviewed(DRAFT.encode())
    first, second = (
        piece for piece in review.shown if DRAFT.encode()[slice(*piece.span)] == b"TODO: more on this"
    )
    review = decide.step(review, events.Decided(first.key, Verdict.ACCEPTED))
    review = decide.step(review, events.Decided(second.key, Verdict.REJECTED))
    hunks = review.accepted()
    data = DRAFT.replace("TODO: more on this", TEXT, 1).encode()
    review = decide.step(review, events.Written(review.keys_of(hunks), hunks, data))
    keys = keys_of(named(gaps_of(data), review, parse(data)))
    assert second.key in keys and first.key not in keys


def test_points_that_are_written_stay_written_when_others_come() -> None:
    """They are told by their places, as their numbers are others now."""
    review = reviewed(DRAFT.encode())
    kettle, lamp, bread = review.shown[-3:]
    assert [piece.key[-2:] for piece in (kettle, lamp, bread)] == [":0", ":1", ":2"]
    review = decide.step(review, events.Decided(lamp.key, Verdict.ACCEPTED))
    hunks = review.accepted()
    data = DRAFT.replace("- the lamp", "- the lamp" + hunks[0].replacement.decode()).encode()
    review = decide.step(review, events.Written(review.keys_of(hunks), hunks, data))
    data = data.replace(b"- the kettle", b"- the rug\n- the kettle")
    review = decide.step(review, events.Moved(data))
    (gap,) = (gap for gap in named(gaps_of(data), review, parse(data)) if len(gap.targets) > 1)
    assert [decide.key_for(gap, target) for target in gap.targets] == [
        f"{gap.id}:3",
        kettle.key,
        lamp.key,
        bread.key,
    ]


def test_an_item_that_was_moved_to_another_list_keeps_its_piece() -> None:
    """Else it would get a second text."""
    draft = f"{DRAFT}\n## What to leave\n\nExpand each of these:\n\n- the sofa\n- the desk\n- the mirror\n"
    review = reviewed(draft.encode())
    data = draft.replace("- the lamp\n", "").replace("- the desk\n", "- the lamp\n- the desk\n").encode()
    review = decide.step(review, events.Moved(data))
    gaps = named(gaps_of(data), review, parse(data))
    assert sorted(keys_of(gaps)) == sorted(piece.key for piece in review.shown)
    assert gaps == named(gaps, review, parse(data))

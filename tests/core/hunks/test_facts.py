"""What only its author knows is asked; the author's words around it stay."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks import facts
from assistant.core.hunks.apply import apply
from assistant.core.text.draft import parse
from assistant.core.types import Gap, GapKind, Span


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("It was founded in TK by two brothers.", "[TK: “It was founded in TK by two brothers.”]"),
        ("It cost [TK: how much did it cost?] in all.", "[TK: how much did it cost?]"),
        (
            "It ran from TK to TK.",
            "It ran from [TK: “It ran from TK to ….”] to [TK: “It ran from … to TK.”].",
        ),
        (
            "It ran from TBC to TBC.",
            "It ran from [TK: “It ran from TBC to ….”] to [TK: “It ran from … to TBC.”].",
        ),
        ("It ran [insert route] on Mondays.", "[TK: insert route]"),
        ("The route is on [the map](TODO).", "[the map]([TK: the address of “the map”])"),
        ("![](TODO)", "![]([TK: the address of “the picture”])"),
        ("It ran [TBD] on Mondays.", "[TK: “It ran TBD on Mondays.”]"),
        ("[TK: check the price.\n ] It ran on Mondays.", "[TK: check the price]"),
        ("[TK: is this so? “My sister broke the first one”]. It does as well.", "[TK: is this so?"),
    ],
)
def test_a_fact_is_asked_in_its_place(line: str, asks: str) -> None:
    """The question stands for the marker alone, and says what it is about."""
    draft = parse(f"# Us\n\n{line}\n".encode())
    gaps = [gap for gap in find_gaps(draft, words=load_words()) if not gap.fillable]
    hunks = [facts.question(draft, gap) for gap in gaps]
    assert hunks and all(hunks), [gap.why for gap in find_gaps(draft, words=load_words())]
    assert asks in apply(draft.data, [hunk for hunk in hunks if hunk]).decode()


def test_several_markers_in_one_gap_are_asked_for_one_by_one() -> None:
    """The author's words between them stay."""
    draft = parse(b"# Us\n\nIt ran from TK to TK in the old town.\n")
    at = draft.data.index(b"TK")
    hunk = facts.question(draft, Gap("g", GapKind.MARKER, Span(at, at + 8), ("Us",), "TK", fillable=False))
    assert hunk and b"[TK: TK in \xe2\x80\x9cTK to TK\xe2\x80\x9d] to [TK: TK in" in hunk.replacement


def test_a_remark_on_text_that_is_not_there_is_no_question() -> None:
    """Nobody can answer `(too long)` under a heading with nothing below it."""
    draft = parse(
        b"# Us\n\nIt ran for a year, on Mondays.\n\n## Storm\n\n(too long)\n\n## End\n\nIt stood.\n"
    )
    (gap,) = find_gaps(draft, words=load_words())
    assert not gap.fillable and facts.question(draft, gap) is None


@pytest.mark.parametrize(
    ("row", "asks"),
    [
        ("| 2 | TBD | red |", "[TK: “year 2: boat”]"),
        ("| 2 | the TK pram | TBD |", "[TK: “the TK pram”]"),
        ("2 | pram | TBD", "[TK: “year 2: colour”]"),
        ("| TBD | pram | red |", "[TK: “year”]"),
        ("| Ida | TBD | red |", "[TK: “Ida: boat”]"),
    ],
)
def test_a_cell_is_asked_for_by_its_row_and_column(row: str, asks: str) -> None:
    """The other cells of its row say nothing of it."""
    draft = parse(f"# Us\n\n| year | boat | colour |\n|--|--|--|\n| 1 | skiff | blue |\n{row}\n".encode())
    gaps = find_gaps(draft, words=load_words())
    hunks = [hunk for gap in gaps if (hunk := facts.question(draft, gap))]
    assert asks in apply(draft.data, hunks).decode(), gaps

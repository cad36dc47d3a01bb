"""Notes in a list are gaps in whole items with all that they hold; no list is cut in the middle of one."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for
from assistant.core.prompt.surroundings import heading_text, is_inline
from assistant.core.text.draft import parse

OUTLINE = (
    "- why we sing\n- rooms\n  - church, cold\n  - school\n    - piano out of tune\n"
    "- money\n  - fees\n- concerts ..."
)
WRITTEN = (
    "- We began with nine people in a kitchen in 2011, and by Christmas there were thirty of us in the hall."
)


@pytest.mark.parametrize("space", ["\n", "\n\n"])
def test_an_outline_is_one_gap(space: str) -> None:
    """The text takes the place of all of it, and nothing of it stays beside the text."""
    outline = OUTLINE.replace("\n- ", f"{space}- ")
    draft = parse(f"# Running a choir\n\n{outline}\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert draft.text(gap.span) == outline
    assert apply(draft.data, [hunk_for(draft, gap, text="We sing.")]) == b"# Running a choir\n\nWe sing.\n"


def test_where_items_of_a_list_stay_each_of_the_others_keeps_its_mark() -> None:
    """A paragraph amid the items would run into the one before it."""
    draft = parse(
        f"# Running a choir\n\n{OUTLINE}\n{WRITTEN}\n  - tenors??\n  - basses, never enough\n".encode()
    )
    gaps = find_gaps(draft, words=load_words())
    texts = [draft.text(gap.span) for gap in gaps]
    assert "rooms\n  - church, cold\n  - school\n    - piano out of tune" in texts
    written = apply(draft.data, [hunk_for(draft, gap, text="We sing.") for gap in gaps]).decode()
    assert (
        f"- We sing.\n- We sing.\n- We sing.\n- We sing.\n{WRITTEN}\n  - We sing.\n  - We sing.\n" in written
    )


@pytest.mark.parametrize("notes", ["- rain all week\n- leaky tent", "rain all week\nleaky tent"])
def test_a_heading_without_its_blank_stays_above_its_notes(notes: str) -> None:
    """Markdown takes `##Rain` for text, its author doesn't; tags are no heading."""
    draft = parse(f"#The lake in May\n\n##Rain\n{notes}\n\n##Next year\n\n- hotel?\n- ask Ann\n".encode())
    gaps = find_gaps(draft, words=load_words())
    assert [draft.text(gap.span) for gap in gaps] == [notes, "- hotel?\n- ask Ann"]
    assert not any(is_inline(draft, gap) for gap in gaps)
    assert [heading_text(draft, gap) for gap in gaps] == ["Rain", "Next year"]
    (tagged,) = find_gaps(parse(f"# The lake\n\n#rain #tent\n{notes}\n".encode()), words=load_words())
    assert tagged.span.start < draft.data.index(b"rain all")


@pytest.mark.parametrize(
    ("between", "count"), [("\n\n", 1), ("\n\n\n", 1), ("\n\n\n\n", 2), ("\n\n---\n\n", 2)]
)
def test_notes_are_two_gaps_where_blank_lines_or_a_rule_part_them(between: str, count: int) -> None:
    notes = f"rain all week\nleaky tent{between}hotel, dry socks\nask for maps"
    draft = parse(f"# The lake in May\n\n{notes}\n".encode())
    texts = [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())]
    assert texts == (notes.split(between) if count > 1 else [notes])

"""Of an author's sources, a prompt holds what speaks of its gap."""

from __future__ import annotations

from assistant.core.prompt.excerpts import Material, excerpts
from assistant.core.types import Source

NOTES = "# Call\n\n- Priya ran it\n- 32 minutes\n\n" + "\n\n".join(
    f"{word} " + "was spoken of for a long while and nobody knew what to do about it. " * 8
    for word in ("Ropes", "Delegating", "Harbours")
)


def test_short_paragraphs_stand_together_and_know_their_lines() -> None:
    """A heading goes with its list; a long paragraph is alone."""
    places = [(one.place, one.text.split()[0]) for one in excerpts(Source("notes.md", NOTES))]
    assert places == [
        ("notes.md:1-4", "#"),
        ("notes.md:6", "Ropes"),
        ("notes.md:8", "Delegating"),
        ("notes.md:10", "Harbours"),
    ]


def test_what_speaks_of_the_gap_is_chosen_within_the_budget() -> None:
    """All of it where it fits, else the nearest in subject, in the source's order."""
    material = Material([Source("notes.md", NOTES)], lambda text: len(text.split()))
    assert len(material.most_relevant("anything", budget=1000)) == 4
    assert [one.first for one in material.most_relevant("How to delegate", budget=150)] == [8]
    assert [one.first for one in material.most_relevant("harbours and ropes", budget=300)] == [6, 10]
    assert material.most_relevant("bread", budget=150) == ()


def test_what_speaks_of_the_gap_is_found_where_no_blank_parts_words() -> None:
    """Chinese notes are known by pairs of signs."""
    notes = "\n\n".join(
        f"{topic}的事情大家说了很久，谁也不知道该怎么办。" * 9 for topic in ("绳子", "港口", "委派")
    )
    material = Material([Source("notes.md", notes)], len)
    assert [one.first for one in material.most_relevant("怎样看港口", budget=250)] == [3]

"""A file that holds the draft's post, as it was or with its gaps written, is told from another post."""

from __future__ import annotations

import textwrap

import pytest

from assistant.core.text.draft import parse
from assistant.core.text.versions import is_version
from assistant.core.types import Span

DRAFT = """---
title: The kiln
---

We bought the kiln from a school that had given up on clay.

## Firing

TODO: tell of the first firing

## Glazes

Explain each of these

- Ash.
- Salt, because it is cheap.
"""
WRITTEN = DRAFT.replace(
    "TODO: tell of the first firing", "Nobody slept that night, and the cat least of all. " * 9
).replace("Explain each of these\n\n- Ash.\n- Salt, because it is cheap.", "- Ash is grey.\n- Salt is loud.")
NOTES = ("TODO: tell of the first firing", "Explain each of these", "- Ash.\n- Salt, because it is cheap.")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (WRITTEN, True),
        (DRAFT.replace("TODO: tell of the first firing", "It took a day."), True),  # half written
        (DRAFT.partition("## Glazes")[0], True),  # an older state
        (DRAFT.replace("\n", "\r\n"), True),
        ("---\ntitle: The kiln\n---\n\nIt broke, and what we found inside was a bird's nest.\n", False),
        (WRITTEN.replace("title: The kiln", "title: The wheel"), False),
        (WRITTEN.replace("title: The kiln", "title: The kiln\ndate: 2024-03-01"), True),
    ],
)
def test_a_version_has_the_title_and_half_of_the_text(other: str, same: bool) -> None:
    """What was written in gaps doesn't count, however much it is."""
    draft = parse(DRAFT.encode())
    spans = [Span(DRAFT.index(note), DRAFT.index(note) + len(note)) for note in NOTES]
    assert is_version(parse(other.encode()), draft, gap_spans=spans) is same


def test_a_formatter_makes_no_other_post() -> None:
    """Lines are wrapped at other words, and words escaped and emphasized otherwise; one has no title."""
    line = "We bought the old kiln from a school that had given up on clay, and put it up behind the house."
    one = f"{line} {line.replace('kiln', 'wheel').replace('house', 'shed')}\n\n## Firing\n\nTODO: more\n"
    for head in ("", "# The *old* kiln's_end\n\n"):
        other = "\n".join(head.replace("*", "__").replace("s_e", "s\\_e").split("\n")) + "\n".join(
            "\n".join(textwrap.wrap(line, 24)) for line in one.split("\n")
        )
        assert is_version(parse(other.encode()), parse((head + one).encode()))


def test_posts_of_two_days_are_two() -> None:
    """Weekly notes may have one title and the same headings."""
    weeks = [f"---\ntitle: This week\ndate: 2024-03-0{day}\n---\n\n## Read\n\n## Heard\n" for day in (1, 8)]
    assert not is_version(parse(weeks[0].encode()), parse(weeks[1].encode()))


@pytest.mark.parametrize(
    ("text", "same"), [("\nTODO: the roof\n", False), ("", True), ("\nIt broke.\n", False)]
)
def test_a_title_alone_makes_no_versions(text: str, same: bool) -> None:
    """Two short drafts of one name are two, unless both hold nothing else yet."""
    one, other = (parse(f"# The kiln\n{more}".encode()) for more in (text, text and "\nTODO: the door\n"))
    assert is_version(other, one) is same
    assert is_version(one, one)


def test_without_a_title_more_must_be_shared() -> None:
    """What each post begins with makes no versions of them."""
    intro = "These are the notes of a potter who keeps bees.\n\n"
    story = "The swarm went up into the chimney, and we lit no fire until it was May and they had left. " * 2
    one, other = parse(f"{intro}TODO".encode()), parse(f"{intro}{story}".encode())
    assert not is_version(other, one)
    assert is_version(other, parse(f"{intro}{story}\n\nTODO".encode()))

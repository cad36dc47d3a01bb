"""Turns of machine prose are counted in the author's own posts before one is warned of."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_lists
from assistant.core.checks import Context
from assistant.core.checks.passage import read
from assistant.core.checks.prose import TURNS, find

LISTS = load_lists(cliches=["at the end of the day"])
PLAIN = "# Tests\n\nI write few tests. Most of them are short.\n"


def warned(text: str, *posts: str) -> list[str]:
    """Return the words of each warning's place."""
    context = Context(own=PLAIN, series=posts, lists=LISTS)
    return [text[one.start : one.end] for one in find(read(text), context)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tests are not only fast but also cheap.", "not only fast but"),
        ("It's important to read the log.", "It's important to"),
        ("In the world of databases, order matters.", "In the world of"),
        ("An index helps.\n\nOverall, it pays.", "Overall,"),
        ("Tests are fast—very fast—here. A run—or two—will do. It pays.", "—"),
        ("It is fast, safe and small. Use tea, milk, and salt. I see, do and rest.", "fast, safe and small"),
        ("- **Speed:** it is fast\n- **Size**: it is small", "- **Speed:**"),
        ("We delved into it.", "delved into"),
        ("At the end of the day it works.", "At the end of the day"),
    ],
)  # fmt: skip
def test_a_turn_is_warned_of_once_unless_the_author_has_it(text: str, words: str) -> None:
    """One of the author's posts that has it as often is enough."""
    assert warned(text) == [words]
    assert warned(text, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It is fast, safe and small.",
        "Tests are fast—very fast—here.",
        "- **Speed:** it is fast",
        "It pays overall.",
    ],
)
def test_what_anybody_writes_once_is_no_turn(text: str) -> None:
    """A list of three, a pair of dashes."""
    assert warned(text) == []


def test_two_posts_with_little_of_it_do_not_add_up() -> None:
    """What counts is the post that has most."""
    some = "It is fast, safe and small. Use tea, milk, and sugar.\n"
    assert warned(f"{some} We read, write and rest.", some, some) == ["fast, safe and small"]


def test_every_turn_has_its_pattern() -> None:
    """In `data/checks/prose.txt`."""
    assert all(LISTS.patterns[f"prose.{name}"] for name in TURNS)

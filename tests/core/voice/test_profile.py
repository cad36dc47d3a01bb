"""Habits are counted, and every figure names a place where it can be seen."""

from __future__ import annotations

from assistant.adapters.wordlists import load_lexicons, load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse
from assistant.core.voice.profile import habits
from assistant.core.voice.profile.corpus import read_posts
from assistant.core.voice.profile.habit import Habit

POST = """---
title: A test
---

# How to Count Things Well

I don't think we've counted this before. But I'm sure it's worthwhile, and I organised it *twice* — once
for the colour, once for you. Is it finished? No.

## What We Keep

- **Bread.** I buy it on Fridays, and I never cancel; I travelled for it.
- **Boats.** I like boats 🚤 and [their names](https://example.com/boats).
- **Books.** "Never lend them," she said.

## Where It Ended

But it isn't over. I didn't see it coming, however hard I looked. I'd do it again, since I don't mind the
colour of failure. We're done!

## Not Written

TODO: the analyzed center of American color
"""


def measured(text: str = POST) -> dict[str, Habit]:
    draft = parse(text.encode())
    corpus = read_posts([("a.md", draft, find_gaps(draft, words=load_words()))], load_lexicons())
    return {habit.name: habit for habit in habits(corpus)}


def test_the_figures_are_those_of_the_text() -> None:
    """Person, contractions, spelling, headings, lists, dashes, emoji and links come out as written."""
    found = measured()
    assert found["language"].value == "English"
    assert found["person"].value.startswith("I ")
    assert found["contractions"].counts == {"contracted": 9, "in full": 0}
    assert found["spelling"].counts == {"British": 4, "American": 0}
    assert found["headings"].value == "title case (3 of 3)"
    assert found["lists"].counts["bold lead-in"] == 3
    assert found["dashes"].counts == {"spaced em dash —": 1}
    assert found["emoji"].counts == {"🚤": 1}
    assert found["links"].counts == {"links": 1, "sections": 3}


def test_evidence_stands_where_it_says() -> None:
    """Each example is found in the file at its line."""
    lines = POST.split("\n")
    examples = [e for habit in measured().values() for e in habit.examples]
    assert len(examples) > 6
    for example in examples:
        words = example.text.strip("*#").split()[:2]
        assert all(word in " ".join(lines[example.line - 1 : example.line + 2]) for word in words), example


def test_what_is_unwritten_or_quoted_is_not_the_authors() -> None:
    """Markers and block quotes count for nothing."""
    found = measured(POST + "\n> The color of the center, he analyzed.\n")
    assert found["spelling"].counts["American"] == 0


def test_little_text_says_little() -> None:
    """Nothing is claimed of an author from a line or two, and nothing breaks on odd text."""
    for text in ("", "# A\n", "Hello.\n", "- a\n", "# ?\n\n- \n\n> x\n", "我们昨天去了北京。\n"):
        assert set(measured(text)) <= {"language", "links", "emoji", "punctuation"}


def test_words_used_far_more_or_less_than_by_others_are_named() -> None:
    """Words that every writer uses are counted against the usual; a subject's own words are none of them."""
    text = "# Kilns\n\n" + "Perhaps the kiln really cools, and perhaps the glaze really holds. " * 60
    habits = measured(text)
    assert {"really", "perhaps"} & set(habits["words used more"].counts)
    assert not {"kiln", "glaze"} & set(habits["words used more"].counts)
    assert {"is", "to", "of"} & set(habits["words used less"].counts)
    assert "words used more" not in measured("# Kilns\n\nIt really cools, and it really holds.\n")


def test_a_list_of_ideas_is_no_post_where_there_are_others() -> None:
    """Its fragments are how nobody writes; alone, they are all that there is."""
    ideas = parse(b"# Ideas\n\n- a boat\n- a second boat\n")
    plan, post = ("ideas.md", ideas, ()), ("a.md", parse(POST.encode()), ())
    assert [one.path for one in read_posts([plan, post], load_lexicons()).sources] == ["a.md"]
    assert [one.path for one in read_posts([plan], load_lexicons()).sources] == ["ideas.md"]

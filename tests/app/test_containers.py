"""What a model gives back of a box, an item or a note around its text isn't written twice."""

from __future__ import annotations

import pytest
from fakes import FakeModel
from jobs import job

from assistant.app.expand import expand
from assistant.core.hunks.apply import apply
from assistant.core.types import Expanded

TEXT = (
    "The pump came last, because rust frightens me. I took it apart on the kitchen table, and the valve was "
    "full of leaves. By the end of the month it ran every morning, and I went down just to hear it."
)
PAGE = """---
title: Water
---

We dug the well in May, and it was full by the end of June.

{}

## After

We sold it.
"""


def finished(place: str, answer: str) -> str:
    """Return the page with a place in it, once the model's answer for that is in the draft."""
    work = job(PAGE.format(place))
    events = expand(work, work.gaps, model=FakeModel(answer))
    hunks = [hunk for event in events if isinstance(event, Expanded) for hunk in event.hunks]
    return apply(work.draft.data, hunks).decode()


@pytest.mark.parametrize(
    ("place", "answer", "expected"),
    [
        ('!!! tip "Pump"\n    TODO: tell', '!!! tip "Pump"\n    {}', '!!! tip "Pump"\n    {}'),
        ('=== "Pump"\n\n    TODO: tell', '=== "Pump"\n\n    {}', '=== "Pump"\n\n    {}'),
        (":::tip\nTODO: tell\n:::", ":::tip\n{}\n:::", ":::tip\n{}\n:::"),
        (":::tip\nTODO: tell\n:::", "Here is the box:\n\n:::tip\n{}\n:::", ":::tip\n{}\n:::"),
        ("```{{note}}\nTODO: tell\n```", "```{{note}}\n{}\n```", "```{{note}}\n{}\n```"),
        (
            "<details>\n<summary>Pump</summary>\n\nTODO: tell\n\n</details>",
            "<details>\n<summary>Pump</summary>\n\n{}\n\n</details>",
            "<details>\n<summary>Pump</summary>\n\n{}\n\n</details>",
        ),
        ("[^1]: TODO: tell\n\nWater.[^1]", "[^1]: {}", "[^1]: {}\n\nWater.[^1]"),
        ("> [!note]\n> TODO: tell", "Sure! Here is the callout:\n\n> {}", "> [!note]\n> {}"),
        ("<p>TODO: tell</p>", "<p>{}</p>", "<p>{}</p>"),
        ('<p class="x">We dig. TODO: tell</p>', '<p class="x">{}</p>', '<p class="x">We dig. {}</p>'),
        ("<ul>\n  <li>TODO: tell</li>\n</ul>", "<li>{}</li>", "<ul>\n  <li>{}</li>\n</ul>"),
        ("<section>\n  <p>TODO: tell</p>\n</section>",) + ("<section>\n  <p>{}</p>\n</section>",) * 2,
        ("> TODO: tell", "> **TODO: tell**\n>\n> {}", "> {}"),
        ("> TODO: tell", "> TODO: tell\n>\n> {}", "> {}"),
        ("> TODO: tell", "> **Tell**\n>\n> {}", "> {}"),
        ("TODO: tell", "TODO: {}", "{}"),
        ("TODO: tell", "**TODO:** {}", "{}"),
        ("**TODO:** tell", "**TODO:** {}", "{}"),
        ("TODO: tell", "TODO - {}", "{}"),
        ("TODO: tell", "FIXME: {}", "{}"),
        ("TODO: tell", "[TODO] {}", "{}"),
        ("[TODO: tell]", "[TODO: {}]", "{}"),
        ("TODO: tell ^p1", "{} ^p1", "{} ^p1"),
        ("TODO: tell ^p1", "{}\n^p1", "{} ^p1"),
        ("[TODO: tell]", "[{}]", "{}"),
        ("- TODO: tell", "- TODO: {}", "- {}"),
        ("- TODO: tell", "Here is the bullet:\n\n- {}", "- {}"),
        ("- TODO: tell", "Here's the missing sentence:\n\n{}", "- {}"),
        ("We met Tom. TODO: tell", "Here is the sentence:\n\n{}", "We met Tom. {}"),
    ],
)
def test_what_is_around_the_text_goes(place: str, answer: str, expected: str) -> None:
    assert finished(place.format(), answer.format(TEXT)) == PAGE.format(expected.format(TEXT))


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("TODO: tell", "{}\n\n:::note\nIt leaked all the same, and nobody minded that.\n:::"),
        ("TODO: tell", "Here is what I found:\n\n{}"),
        ("$$\na = b\n$$\n\nTODO: tell", "$$\nb = a\n$$\n\n{}"),
        ("TODO: tell", "- TODO: buy more rope in town.\n- TODO: ask Tom for the ladder.\n\n{}"),
        ("TODO: tell", "Rust: {}"),
        ("TODO: tell", "TODO lists hung on the pump. {}"),
    ],
)
def test_what_is_the_texts_own_stays(place: str, answer: str) -> None:
    text = answer.format(TEXT)
    assert finished(place, text) == PAGE.format(place.replace("TODO: tell", text))

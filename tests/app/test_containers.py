"""What a model gives back of a box, an item or a note around its text isn't written twice."""

from __future__ import annotations

from pathlib import Path

import fakes
import pytest
from conftest import Run

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
        ("- A\n- TODO: tell\n- B", "- TODO: {}", "- A\n- {}\n- B"),
        ("- A\n- TODO: tell\n- B", "Here is the bullet:\n\n- {}", "- A\n- {}\n- B"),
        ("- A\n- TODO: tell\n- B", "Here's the missing sentence:\n\n{}", "- A\n- {}\n- B"),
        ("We met Tom. TODO: tell", "Here is the sentence:\n\n{}", "We met Tom. {}"),
    ],
)
def test_what_is_around_the_text_goes(
    run: Run, server: fakes.FakeServer, tmp_path: Path, place: str, answer: str, expected: str
) -> None:
    path = tmp_path / "water.md"
    path.write_text(PAGE.format(place.format()))
    server.answer = lambda request: answer.format(TEXT)
    run("expand", path, "--base-url", server.url, "--model", "m", "--yes", "--keep-unsupported", "--no-ask")
    assert path.read_text() == PAGE.format(expected.format(TEXT))


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
def test_what_is_the_texts_own_stays(
    run: Run, server: fakes.FakeServer, tmp_path: Path, place: str, answer: str
) -> None:
    path = tmp_path / "water.md"
    path.write_text(PAGE.format(place))
    server.answer = lambda request: answer.format(TEXT)
    run("expand", path, "--base-url", server.url, "--model", "m", "--yes", "--keep-unsupported", "--no-ask")
    assert path.read_text() == PAGE.format(place.replace("TODO: tell", answer.format(TEXT)))

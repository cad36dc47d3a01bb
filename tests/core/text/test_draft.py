"""What of a file is its draft's metadata, and what its text."""

from __future__ import annotations

import pytest

from assistant.core.text.draft import parse


@pytest.mark.parametrize(
    "metadata",
    [
        "---\ntitle: Bees\n---\n",
        "---\r\ntitle: Bees\r\n---\r\n",
        "--- \ntitle: Bees\n--- \n",
        "---\t\ntitle: Bees\n---\t\n",
        "\n---\ntitle: Bees\n...\n",
        "+++\ntitle = 'Bees'\n+++\n",
        "---\n\nkanban-plugin: board\ntitle: Bees\n---\n",
        "---\n\ntitle: Bees\ntags:\n  - tar\n  - rope\n\n---\n",
        '+++\n\ntitle = "Bees"\n\n[params]\nwidth = 3\n+++\n',
        "---\r\n\r\n\r\ntitle: Bees\r\ndescription: >\r\n  Tarred.\r\n---\r\n",
        "---\nlayout: post\n---\n---\ntitle: Bees\n---\n",
        "---\ntitle: Bees\n",
        "---\r\nlayout: post\r\ntitle: Bees\r\ntags:\r\n  - tar\r\n- rope\r\n",
        "---\n# The hives.\ntitle: Bees\n---\n",
    ],
)
def test_front_matter_is_no_text(metadata: str) -> None:
    """It has keys between two lines of three signs, whatever blanks are behind these."""
    draft = parse(f"{metadata}We left.\n".encode())
    assert draft.body == "We left.\n"
    assert "Bees" in draft.text(draft.front_matter)


@pytest.mark.parametrize(
    "text",
    [
        "---\nWe left.\n---\n",
        "---\n\ntitle: Bees\nWe left.\n---\n",
        "---\n\nWe left. note: Bees\n---\n",
        "---\n\n- a: b\n\n---\n",
        "---\n---\ntitle: Bees\n---\n",
        "---\ntitle: Bees\n===\n",
        "---\nBees: they left.\n",
        "---\nbees:they left\n",
        "---\n\ntitle: Bees\n",
        "+++\ntitle = 'Bees'\n---\n",
        "----\ntitle: Bees\n----\n",
    ],
)
def test_rules_around_text_are_no_front_matter(text: str) -> None:
    """A paragraph may be between two rules, and the first line of a post may be one."""
    assert parse(text.encode()).body == text


def test_the_values_of_unclosed_front_matter_are_read() -> None:
    draft = parse(b"---\ntitle: Bees\ndraft: true\n# Hives\n\nWe left.\n")
    assert (draft.title, draft.metadata["draft"]) == ("Bees", True)
    assert draft.body.startswith("# Hives")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!!! note\n\n    We left.\n\n    - oars\n      - tar\n", ["We left.", "oars", "tar"]),
        ('> === "Tide"\n>\n>     We left.\n>\n>     - oars\n', ["We left.", "oars"]),
        ("- Ropes\n\n    ??? tip\r\n\r\n        We left.\r\n\r\n        1. oars\r\n", ["We left.", "oars"]),
        ("````{note}\n:class: a\nWe left.\n\n```{tip}\n- oars\n```\n````\n", ["We left.", "oars"]),
        ("!!! note\n\n    !!! tip\n\n        We left.\n\n            git pull\n", ["We left.", "git pull"]),
    ],
)
def test_what_a_box_holds_is_markdown(text: str, words: list[str]) -> None:
    """Its blocks have their own places in the draft, in boxes inside boxes too."""
    draft = parse(text.encode())
    places = [(text.index(word), text.index(word) + len(word)) for word in words]
    kinds = [[b.kind for b in draft.blocks if b.start <= start and end <= b.end][-1] for start, end in places]
    code = [word for word, kind in zip(words, kinds, strict=True) if kind == "CodeBlock"]
    assert code == [word for word in words if word == "git pull"]
    assert [b for b in draft.blocks if not 0 <= b.start <= b.end <= len(draft.data)] == []


def test_the_fence_that_closes_a_box_is_none_of_its_text() -> None:
    """It may be longer than the one that opens the box."""
    draft = parse(b"```{note}\nWe left.\n`````\n")
    assert [draft.text(block.span).strip() for block in draft.blocks] == ["We left."]


def test_code_below_a_paragraph_is_code() -> None:
    """Only the line that opens a box makes text of what is indented below it."""
    draft = parse(b"We left.\n\n    - oars\n\n- Ropes\n\n  Tar\n\n      - oars\n")
    assert [b.kind for b in draft.blocks if b.kind == "CodeBlock"] == ["CodeBlock"] * 2


def test_boxes_in_boxes_without_end_are_read() -> None:
    """However deep they are, a draft is parsed."""
    lines = ("    " * depth + "!!! note\n\n" for depth in range(500))
    assert parse("".join(lines).encode()).blocks


def test_code_that_defines_a_term_has_no_headings() -> None:
    """Below a definition's mark, a fence is code to kramdown, and the shell's comments in it are none."""
    draft = parse(b"# Tar\n\nDebian\n: ```sh\n  # first\n  apt install tar\n  ```\n\n## Oars\n\nWe left.\n")
    assert [heading.text for heading in draft.headings] == ["Tar", "Oars"]

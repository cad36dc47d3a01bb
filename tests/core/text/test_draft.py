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

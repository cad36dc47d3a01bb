"""What is fixed in an author's text stays byte for byte, and the rest is as the revision has it."""

from __future__ import annotations

import pytest

from assistant.core.answer.revised import fitted

OLD = (
    "We bought it in [Porto](https://example.org/p?a=1) in May,\nand ran `make all` twice.[^1] "
    "It was a slow and dull day, and then it rained."
)


@pytest.mark.parametrize(
    ("new", "fits"),
    [
        pytest.param(
            "We bought it in Porto in May, and ran make all twice. It was a dull day, and then it rained.",
            "We bought it in [Porto](https://example.org/p?a=1) in May,\nand ran `make all` twice.[^1] "
            "It was a dull day, and then it rained.",
            id="bare words get their marks back",
        ),
        pytest.param(
            "We bought it in [Porto](https://porto.example) in May, and ran `make all` twice.[^1] It rained.",
            "We bought it in [Porto](https://example.org/p?a=1) in May,\nand ran `make all` twice.[^1] "
            "It rained.",
            id="another address",
        ),
        pytest.param(
            "In May we got it [there](https://example.org/p?a=1), and ran `make all` twice. It rained.",
            "In May we got it [Porto](https://example.org/p?a=1),\nand ran `make all` twice.[^1] It rained.",
            id="other words for the same address",
        ),
    ],
)
def test_links_code_and_footnotes_come_back(new: str, fits: str) -> None:
    """Their places are told by their words, or by the word before them."""
    assert fitted(OLD, new) == (fits, [])


def test_what_has_no_place_any_more_is_named() -> None:
    """The caller decides whether it may go."""
    new, missing = fitted(OLD, "It was a slow and dull day.")
    assert new == "It was a slow and dull day."
    assert missing == ["[Porto](https://example.org/p?a=1)", "`make all`", "[^1]"]


def test_lines_are_broken_where_the_author_broke_them() -> None:
    """A changed word makes a difference of one word, not of the whole paragraph."""
    old = "One line of words\nand another one of them\nand a third.\n\nA paragraph\nof two."
    assert fitted(old, "One line of words and a second one of them and a third.\n\nA paragraph of two.")[
        0
    ] == ("One line of words\nand a second one of them\nand a third.\n\nA paragraph\nof two.")

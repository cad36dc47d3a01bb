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


def test_what_is_let_go_is_not_put_back() -> None:
    """A kind of parts that the author wants gone stays away; the others come back."""
    new, missing = fitted(OLD, "We bought it in Porto in May, and ran make all twice.", free={"link"})
    assert new == "We bought it in Porto in May,\nand ran `make all` twice.[^1]"
    assert missing == []


CODE = "Some words here.\n\n```python\nprint(1)\n```\n\nThe end of it."


@pytest.mark.parametrize(
    "new",
    ["Some words here. The end.", "Some words here.\n\n```python\nprint(2)\n```\n\nThe end.", "The end."],
    ids=["lost", "changed", "nothing before it"],
)
def test_a_block_of_code_never_shares_a_line_with_the_answer(new: str) -> None:
    """It is between blank lines, as it was, or counts as lost."""
    text, missing = fitted(CODE, new)
    assert missing or text == CODE.replace("The end of it", "The end")
    leading, _ = fitted("```\na\n```\n\nThe end of it.", "The end.")
    assert leading in ("The end.", "```\na\n```\n\nThe end.")


def test_items_and_rows_keep_lines_of_their_own() -> None:
    """A line end before a list's mark is no blank, whatever word went before it."""
    assert fitted("- One today\n- Two", "- One\n- Two")[0] == "- One\n- Two"
    assert fitted("| a b | c |\n| d | e |", "| a | c |\n| d | e |")[0] == "| a | c |\n| d | e |"


def test_lines_are_broken_where_the_author_broke_them() -> None:
    """A changed word makes a difference of one word, not of the whole paragraph."""
    old = "One line of words\nand another one of them\nand a third.\n\nA paragraph\nof two."
    assert fitted(old, "One line of words and a second one of them and a third.\n\nA paragraph of two.")[
        0
    ] == ("One line of words\nand a second one of them\nand a third.\n\nA paragraph\nof two.")

"""A text for an empty cell is the cell's alone, whatever of its row or table the answer tells again."""

from __future__ import annotations

import pytest

from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.types import Reply

ROW = (("Month", "June"), ("Paid", "none"), ("What we did", ""))
TABLE = "| Month | Paid | What we did |\n|---|---|---|\n| May | ten | We bought rope. |\n| June | none | {} |"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("We painted the boat.", "We painted the boat."),
        ("| June | none | We painted the boat. |", "We painted the boat."),
        ("June | none | We painted the boat.", "We painted the boat."),
        ("| We painted the boat. |", "We painted the boat."),
        ("**What we did:** We painted the boat.", "We painted the boat."),
        ("What we did: We painted the boat.", "We painted the boat."),
        (TABLE.format("We painted the boat."), "We painted the boat."),
        (TABLE.format("We ran `a \\| b` twice."), "We ran `a \\| b` twice."),
        ("We ran `a | b` in one step.", "We ran `a | b` in one step."),
        ("We ran a | b | c in one step.", "We ran a | b | c in one step."),
    ],
)
def test_only_the_empty_cell_of_a_row_is_taken(answer: str, text: str) -> None:
    """The row's other cells, the header and the column's label go; signs within a sentence stay."""
    expected = Expected(is_cell=True, inline=True, row=ROW)
    assert clean(Reply(answer, "m"), expected=expected).text == text

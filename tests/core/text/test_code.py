"""Code is found as CommonMark sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.code import blanked, code, without_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("é `x` and ``y` z``", ["`x`", "``y` z``"]),
        ("a\n\n```py title\nx\n```\nb", ["```py title\nx\n```"]),
        ("- a\n\n  ~~~\n  x\n  ~~~\n- b", ["~~~\n  x\n  ~~~"]),
        ("a\n\n    indented\n\nb", ["indented"]),
        ("an unpaired ` here", []),
    ],
)
def test_where_code_stands(text: str, expected: list[str]) -> None:
    """Fenced, indented and inline code come with their marks, in characters of the text."""
    assert [text[c.start : c.end] for c in code(text)] == expected


def test_what_a_block_says_of_itself() -> None:
    """A fenced block has its info string and its fence, and tells whether it was closed."""
    closed, shorter, opened = (
        code("```py\n```\n\n~~~~\nx\n~~~\n\n~~~~\n```\nnever"),
        *code("~~~~\n~~~"),
        *code("```"),
    )
    assert (closed[0].info, closed[0].fence, closed[0].is_closed) == ("py", "```", True)
    assert [c.is_closed for c in closed] == [True, True, False]
    assert not shorter.is_closed and not opened.is_closed


@given(st.text(alphabet="ab`~ \n\té>-", max_size=60))
def test_blanking_keeps_length_and_lines(text: str) -> None:
    """Every character keeps its place when code is taken out."""
    plain = without_code(text)
    assert len(plain) == len(text)
    assert [i for i, c in enumerate(plain) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]
    assert blanked(text, []) == text

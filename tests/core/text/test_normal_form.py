"""Lines in normal form, and where their bytes are in the draft."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.normal_form import NormalForm, normal_form
from assistant.core.types import Span

SIGNS = st.sampled_from(
    ["# ", "## ", " ##", "{#id}", "- ", "* ", "12. ", "> ", ">", "**", "_", "  ", "\t", "|", "---", "=="]
)
DRAFTS = st.lists(st.one_of(SIGNS, st.sampled_from(["a", "Rain", "é", "\n", "\n\n", "\r\n", "\r"])))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("## Rain\n", "### Rain ###  \n"),
        ("## Rain\n", "##  Rain {#rain}\n"),
        ("## Rain\n", "Rain\n----\n"),
        ("# Rain\n", "## **Rain**\r\n"),
        ("- Rain\n", "  *   Rain  \n"),
        ("- Rain\n", "12) __Rain__\n"),
        ("> Rain\n", ">Rain\n"),
        ("> - Rain\n", ">   + Rain\n"),
        ("| Rain | TODO |\n|---|---|\n", "| Rain  | TODO   |\n|-------|--------|\n"),
        ("|Rain||\n|---|---|\n", "| Rain |      |\n| ---- | ---- |\n"),
        ("Rain|snow\n", "Rain | snow\n"),
        ("TODO: say more\n", "TODO:  say  *more*\t\n"),
    ],
)
def test_blanks_and_marks_make_no_difference(one: str, other: str) -> None:
    assert normal_form(one.encode()).data == normal_form(other.encode()).data


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("## Rain\n", "Rain\n"),
        ("- Rain\n", "Rain\n"),
        ("> Rain\n", "Rain\n"),
        ("1984. It rained.\n", "1985. It rained.\n"),
        ("A snake_case_name\n", "A snakecasename\n"),
        ("Name: ___\n", "Name:\n"),
        ("2 * 3\n", "2 3\n"),
        ("---\ntitle:  Rain\n---\n", "---\ntitle: Rain\n---\n"),
        ("Rain #rain\n", "Rain\n"),
    ],
)
def test_what_says_something_is_kept(one: str, other: str) -> None:
    assert normal_form(one.encode()).data != normal_form(other.encode()).data


def test_levels_are_those_of_the_headings() -> None:
    draft = b"---\n# no heading\na: b\n---\n# One\n\nTwo\n---\n\n### Three\n\n    # code\n\n- item\n---\n"
    form = NormalForm(draft)
    assert [level for level in form.levels if level] == [1, 2, 3]
    assert len(form.levels) == len(form.data.splitlines())


@given(DRAFTS, st.integers(0, 60), st.integers(0, 60))
def test_every_span_has_its_place_and_comes_back_from_it(parts: list[str], one: int, other: int) -> None:
    draft = "".join(parts).encode()
    start, end = sorted(min(at, len(draft)) for at in (one, other))
    form = NormalForm(draft)
    assert form.back(form.place(Span(start, end))) == (start, end)
    assert len(form.levels) == len(form.data.splitlines())


def test_many_blanks_in_a_heading_are_read_in_no_time() -> None:
    begun = process_time()
    assert NormalForm(b"# a" + b" " * 9000 + b"b").data == b"# a b"
    assert process_time() - begun < 0.5

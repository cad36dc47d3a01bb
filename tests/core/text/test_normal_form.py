"""Lines in normal form, and where their bytes are in the draft."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.normal_form import normal_form
from assistant.core.types import Span

SIGNS = st.sampled_from(
    [
        "# ",
        "## ",
        " ##",
        "{#id}",
        "- ",
        "* ",
        "12. ",
        "> ",
        ">",
        "**",
        "_",
        "  ",
        "\\",
        "&amp;",
        "…",
        "~~~",
        "\t",
        "|",
        "---",
        "==",
    ]
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
        ("Rain|TODO\n---|---\nsnow|\n", "| Rain | TODO |\n| ---- | :--: |\n| snow |\n"),
        ("> |Rain|\n> |:-|\n> |a\\|b|\n", "> |  Rain\n> | -\n> |  a\\|b\n"),
        ("***\n", "- - -\n"),
        ("~~~ text\na\n~~~\n", "````text\na\n````\n"),
        ("snake\\_case, 2 \\* 3 \\[a]\n", "snake_case, 2 * 3 [a]\n"),
        ("Rain,  \nsnow\n", "Rain,\\\nsnow\n"),
        ("caf&eacute; &amp; “bar” – …\n", 'café & "bar" -- ...\n'),
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
        ("\\# Rain\n", "# Rain\n"),
        ("\\<!-- Rain -->\n", "<!-- Rain -->\n"),
        ("&lt;b&gt;\n", "<b>\n"),
        ("Rain\\\\\n", "Rain\n"),
        ("a|b\n", "| a | b |\n"),
    ],
)
def test_what_says_something_is_kept(one: str, other: str) -> None:
    assert normal_form(one.encode()).data != normal_form(other.encode()).data


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It rained. It\nsnowed.\n\n- It\n  rained\n", "It\nrained. It snowed.\n\n- It rained\n"),
        ("> It\n> rained.\n", "> It rained.\n"),
        ("下雨了，\n下雪了。\n", "下雨了，下雪了。\n"),
    ],
)
def test_lines_of_a_paragraph_are_one(one: str, other: str) -> None:
    assert len({normal_form(text.encode()).unwrapped.data for text in (one, other)}) == 1


@pytest.mark.parametrize(
    "text", ["---\ntitle: a\nb: c\n---\nIt rained\n", "# a\nb\n", "- a\n- b\n", "a|b\n-|-\nc|d\n"]
)
def test_other_lines_stay_apart(text: str) -> None:
    form = normal_form(text.encode())
    assert form.unwrapped.data == form.data


def test_levels_are_those_of_the_headings() -> None:
    draft = b"---\n# no heading\na: b\n---\n# One\n\nTwo\n---\n\n### Three\n\n    # code\n\n- item\n---\n"
    form = normal_form(draft)
    assert [level for level in form.levels if level] == [1, 2, 3]
    assert len(form.levels) == len(form.data.splitlines())


@given(DRAFTS, st.integers(0, 60), st.integers(0, 60))
def test_every_span_has_its_place_and_comes_back_from_it(parts: list[str], one: int, other: int) -> None:
    draft = "".join(parts).encode()
    start, end = sorted(min(at, len(draft)) for at in (one, other))
    form = normal_form(draft)
    place = form.place(Span(start, end))
    assert form.back(place) == (start, end)
    inner = form.unwrapped.place(place.span)
    assert form.back(place._replace(span=form.unwrapped.back(inner))) == (start, end)
    assert len(form.unwrapped.levels) == len(form.unwrapped.data.splitlines())
    assert len(form.levels) == len(form.data.splitlines())


def test_many_blanks_in_a_heading_are_read_in_no_time() -> None:
    begun = process_time()
    assert normal_form(b"# a" + b" " * 9000 + b"b").data == b"# a b"
    assert process_time() - begun < 0.5

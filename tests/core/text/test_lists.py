"""An author's lists are read, and a model's lists are written in their way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.text.list_style import ANY, in_style, style_of
from assistant.core.text.lists import items
from assistant.core.types import ListStyle

STARS = "* Ask first.\n* Write it down on the same day.\n* Leave the rest.\n* Go home.\n"


def test_a_style_is_what_most_items_have() -> None:
    """The mark, numbers, lead-ins and ends are those of most of the author's items."""
    assert style_of([STARS]) == ListStyle("*", lead_ins=False, stops=True)
    assert style_of(["1. one\n2. two words\n3. three of them\n4. four\n"]).stops is False
    assert style_of(["1. one\n2. two\n", "3) three\n"]).numbered
    assert style_of(["- **Ask.** At once.\n- **Wait.** A day.\n- Go.\n"]).lead_ins
    assert style_of(["- One.\n- two\n- Three.\n- four\n"]).stops is None
    assert style_of(["No list, and -1 is no item.\n\n---\n\n* * *\n"]) == ANY


def test_the_drafts_own_lists_decide_on_the_mark() -> None:
    """Of two marks in a series, a draft that has lists goes on with its own."""
    assert style_of([STARS], draft="Some.\n\n+ Plus.\n").mark == "+"
    assert style_of([STARS], draft="Some.\n\n1. One.\n").mark == "*"
    assert style_of([], draft="- Only here\n").mark == "-"


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("- One.\n- Two.", ListStyle("*"), "* One.\n* Two."),
        ("- One.\n  - Under it.\n- Two.", ListStyle("*", stops=False), "* One\n  * Under it\n* Two"),
        ("- One\n  that goes on\n- Two", ListStyle("*", stops=True), "* One\n  that goes on.\n* Two"),
        ("1. One two\n2) Three", ListStyle("*", stops=True), "1. One two.\n2) Three"),
        ("- **Ask.** One.\n- **Go.** No. Go.", ListStyle(stops=False), "- **Ask.** One\n- **Go.** No. Go."),
        ("- Ask me. Then go.", ListStyle(stops=False), "- Ask me. Then go."),
        ("- It is here.[^1]\n- It went", ListStyle(stops=True), "- It is here.[^1]\n- It went."),
        (
            "- **Ask** first\n- [ ] __Then go:__ now\n- say **no**\n  1. **Wait**",
            ListStyle("*", lead_ins=False),
            "* Ask first\n* [ ] Then go: now\n* say **no**\n  1. Wait",
        ),
        ("- [x] Done.\n- **Bold.**", ListStyle("*", stops=False), "* [x] Done\n* **Bold**"),
        (
            "- tea, milk etc.\n- made in the U.S.",
            ListStyle(stops=False),
            "- tea, milk etc.\n- made in the U.S.",
        ),
        ("- see https://a.example/b", ListStyle(stops=True), "- see https://a.example/b"),
        ("- really?\n- yes!\n- so:", ListStyle(stops=True), "- really?\n- yes!\n- so:"),
        ("```\n- one.\n```\n- two.", ListStyle("*", stops=False), "```\n- one.\n```\n* two"),
        ("Code:\n\n    - one.\n", ListStyle("*", stops=False), "Code:\n\n    - one.\n"),
        ("* * *\n\n- - -\n\n---", ListStyle("+"), "* * *\n\n- - -\n\n---"),
        ("- One\n# Two\n- a b\n> c", ListStyle(stops=True), "- One\n# Two\n- a b.\n> c"),
        (
            "1. Write it down:\n\n    ```yaml\n    steps:\n      - uses: it.\n    ```\n2. Go on",
            ListStyle("*", stops=False),
            "1. Write it down:\n\n    ```yaml\n    steps:\n      - uses: it.\n    ```\n2. Go on",
        ),
        ("$$\ntotal = rent\n+ food\n$$", ListStyle("*"), "$$\ntotal = rent\n+ food\n$$"),
        (
            "{% highlight diff %}\n+ a\n{% endhighlight %}",
            ListStyle("*"),
            "{% highlight diff %}\n+ a\n{% endhighlight %}",
        ),
        (
            "<!--\n- a b\n-->\n<pre>\n- c d\n</pre>",
            ListStyle("*", stops=True),
            "<!--\n- a b\n-->\n<pre>\n- c d\n</pre>",
        ),
        (
            "- First, this.\n\n  Then that.\n- So",
            ListStyle(stops=False),
            "- First, this.\n\n  Then that.\n- So",
        ),
        ("- two things; and\n- from Acme Inc.", ListStyle(stops=True), "- two things; and\n- from Acme Inc."),
        (
            "- see [docs](https://e.com).\n- on 1.2.",
            ListStyle(stops=False),
            "- see [docs](https://e.com)\n- on 1.2",
        ),
        ("That was in\n1984. Then it ended", ListStyle(stops=True), "That was in\n1984. Then it ended"),
        ("- 它很好。\n- 也好", ListStyle("*", stops=False), "* 它很好。\n* 也好"),
        ("+ - -", ListStyle("-"), "+ - -"),
        (
            "1. **Tie it up.**\n2. **Bail it out.** Twice.",
            ListStyle(lead_ins=False, stops=False),
            "1. Tie it up\n2. Bail it out. Twice",
        ),
        ("*Not* an item.\n-1 neither.", ListStyle("+", stops=False), "*Not* an item.\n-1 neither."),
    ],
)
def test_a_list_is_written_in_the_authors_style(text: str, style: ListStyle, expected: str) -> None:
    """Marks and full stops become the author's; words, numbers and everything that is no list stay."""
    assert in_style(text, style) == expected
    assert in_style(text, ANY) == text


@given(
    st.text(alphabet="-*+1.) \n\tab`~>#:é。", max_size=80),
    st.tuples(st.sampled_from(["", "-", "*", "+"]), st.sampled_from([True, False, None])).map(
        lambda style: ListStyle(style[0], stops=style[1])
    ),
)
def test_no_word_changes(text: str, style: ListStyle) -> None:
    """Whatever the text is, its words and lines stay, and what is in style already stays as it is."""
    styled = in_style(text, style)
    assert re.findall(r"\w+", styled) == re.findall(r"\w+", text)
    assert styled.count("\n") == text.count("\n")
    assert in_style(styled, style) == styled
    assert [i.is_numbered for i in items(styled)] == [i.is_numbered for i in items(text)]

"""Drafts and model answers as HTML: what is shown, and that nothing of it becomes markup of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.hunks import diff
from assistant.frontends.web import markdown

TAGS = re.compile(
    "a|blockquote|br|code|del|em|h[1-6]|hr|img|ins|li|mark|ol|p|pre|s|span|strong|sup|t(?:able|body|head|[dhr])|ul"
)
ATTRIBUTES = {"href", "target", "rel", "title", "src", "alt", "loading", "dir", "class", "start", "tabindex"}


class Strict(HTMLParser):
    """Fails for tags, attributes and addresses that we never make, and for tags that don't nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert TAGS.fullmatch(tag), tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            if name == "href":
                assert re.match(r"https?://|mailto:", value or "", re.I), value
            if name == "src":
                assert (value or "").startswith("/image?src="), value
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> str:
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert not parser.open
    assert not re.search("[\ue000-\ue005\ue010-\ue04f]", html)
    return html


def render(text: str) -> str:
    return checked(markdown.render(markdown.clean(text), {"images": "/image"}))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](&#106;avascript:alert(1))",
    "[w]( javascript:alert(1)) [v](java&#10;script:alert(1)) [u](<javascript:alert(1)>)",
    "[x](data:text/html,<script>alert(1)</script>) ![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "<javascript:alert(1)> <vbscript:x>",
    '[x](http://a "\\" onmouseover=alert(1) x=\\"")',
    '![x" onerror="alert(1)](x.png) ![x](x.png" onerror="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "```html onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "| a |\n|--:|\n| <script>alert(1)</script> |",
    "\ue000\ue001\ue002<b>\ue003\ue004\ue005",
    "# <iframe src=javascript:alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${alert(1)}",
    "<!-- --><style>*{display:none}</style>",
    "a\x1b]0;title\x07\u202eb",
    "x" * 300_000,
    "[" * 30_000,
    "*a **b " * 2_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_text_becomes_markup(text: str) -> None:
    html = render(text)
    checked(
        markdown.render(
            markdown.marked(diff.words("A word. " + text[:500], text[:2000]), [(3, 40)]), {"images": "/image"}
        )
    )
    assert "<script" not in html
    assert "\x1b" not in html


@given(st.text(alphabet=st.sampled_from("ab *_`[]()<>!#-|\n1.~\\&\"'\ue000\ue001\t"), max_size=80), st.data())
def test_marks_nest_whatever_the_texts_are(new: str, data: st.DataObject) -> None:
    old = data.draw(st.text(alphabet=st.sampled_from("ab *_`[]()\n|-"), max_size=40))
    doubts = data.draw(st.lists(st.tuples(st.integers(0, 40), st.integers(41, 80)), max_size=2))
    checked(markdown.render(markdown.marked(diff.words(old, new), doubts), {"images": "/image"}))


def test_changed_words_are_marked_inside_of_what_they_are_part_of() -> None:
    old, new = "- **Say no.** TODO\n", "- **Say no.** Because *I care*.\n- Two more.\n"
    html = checked(markdown.render(markdown.marked(diff.words(old, new), [(22, 30)]), {}))
    assert "<strong>Say no.</strong> <del>TODO</del>" in html
    assert "<ins>Because</ins>" in html
    assert '<em><mark><ins>I care</ins></mark></em><sup class="ref">1</sup>' in html
    assert html.count("<li") == 2


def test_doubtful_words_are_followed_by_the_number_of_their_warning() -> None:
    text = "We saved £40 in a week. Nobody minds. | so | it | is |\n"
    html = checked(markdown.render(markdown.marked(diff.words("", text), [(0, 23), (3, 12), (24, 37)]), {}))
    assert re.findall(r'<sup class="ref">(\d)</sup>', html) == ["2", "1", "3"]
    assert "\ue010" not in checked(markdown.render(markdown.clean("a \ue010\ue011 b"), {}))


def test_a_table_stays_a_table() -> None:
    old, new = "| a | b |\n|---|--:|\n| TODO | 2 |\n", "| a | b |\n|---|--:|\n| one thing | 2 |\n"
    html = checked(markdown.render(markdown.marked(diff.words(old, new), []), {}))
    assert html.count("<td") == 2
    assert 'class="right"' in html
    assert "<ins>one thing</ins>" in html

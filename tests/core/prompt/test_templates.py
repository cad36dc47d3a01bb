"""A template from a stranger's repository can fail, but neither hang, nor grow, nor reach anything."""

from __future__ import annotations

import pytest

from assistant.core.prompt.templates import Templates
from assistant.errors import TemplateError


def render(text: str, **values: object) -> str:
    def load(name: str) -> tuple[str, str]:
        return {"t": text, "other": "{% include 't' %}"}[name], f"prompts/{name}.md"

    return Templates(load).render("t", **values)


def test_front_matter_is_settings_and_not_text() -> None:
    """What is between the fences of a template is not sent."""
    assert render("---\nx: 1\n---\nHello {{ name }}\n", name="you") == "Hello you"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "---\na: 1\n---\none\n{{ missing }}",
            "prompts/t.md, line 5: 'missing' is undefined; it may use: name",
        ),
        ("one\n\n{% if %}", "prompts/t.md, line 3: "),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "loops more than"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "without end"),
        ("{% include 'other' %}", "without end"),
        ("{{ 'a' * 99999999 }}", "1,000,000 characters"),
        ("{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}", ""),
        ("{{ 2 ** 999999999 }}", "not offered"),
        ("{{ '%9999999999d' % 1 }}", "not offered"),
        ("{{ ''.__class__.__mro__ }}", "prompts/t.md, line 1"),
        ("{{ name.__init__.__globals__ }}", "prompts/t.md, line 1"),
        ("{{ 1 // 0 }}", "prompts/t.md, line 1"),
        ("{{ name['x'].y() }}", "prompts/t.md"),
        ("one\n{% include 'nowhere' %}", "prompts/t.md, line 2: there is no prompt template nowhere.md"),
    ],
)
def test_a_bad_template_is_named_with_file_and_line(text: str, says: str) -> None:
    """Whatever is wrong, the message names the file, where it can the line, and what may be used."""
    with pytest.raises(TemplateError) as caught:
        render(text, name="you")
    assert says in str(caught.value)
    assert "prompts/" in str(caught.value)


def test_front_matter_that_cant_be_read_is_named() -> None:
    """A slip in a setting is reported; a block of remarks alone sets nothing and is fine."""
    texts = {"broken": "---\nfewest: [\n---\nHello", "remarks": "---\n# fewest: 80\n---\nHello"}
    templates = Templates(lambda name: (texts[name], f"prompts/{name}.md"))
    assert templates.whole_number("remarks", "fewest", 30) == 30
    with pytest.raises(TemplateError, match=r"prompts/broken\.md: its front matter can't be read"):
        templates.whole_number("broken", "fewest", 30)

"""What a model leaves to fill in keeps its words, though a page would take it for a tag."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_lists
from assistant.core.answer.markup import without_foreign
from assistant.core.checks import Context

CONTEXT = Context(own="The keeper writes of <slots> and of no others.", lists=load_lists())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("That was in <year>, I think.", "That was in [year], I think."),
        ("That was in <the year of the flood>.", "That was in [the year of the flood]."),
        ("Er hieß <Name einfügen>.", "Er hieß [Name einfügen]."),
        ("Его звали <имя>.", "Его звали [имя]."),
        ("He bought <object>, and paid. We left.", "He bought [object], and paid. We left."),
        ("She dyed it in <style>. We left.", "She dyed it in [style]. We left."),
        ("We turned <<object>> over. We left.", "We turned [object] over. We left."),
        ("It has a <video> camera, see <link>.", "It has a [video] camera, see [link]."),
        ("It has <slots>.", "It has <slots>."),
        ("`<year>` is a tag.", "`<year>` is a tag."),
    ],
)
def test_a_field_in_a_tags_brackets_stays_one(text: str, left: str) -> None:
    assert without_foreign(text, context=CONTEXT) == (left, ())


@pytest.mark.parametrize(
    "tag",
    [
        "<STYLE>p {}</style>",
        "<script>x()</script >",
        "<svg><a></svg>",
        "<script src=x.js></script>",
        "<script src=x.js>",
    ],
)
def test_an_element_goes_with_what_is_inside(tag: str) -> None:
    """The words of a script are none of the page; a tag that loads one goes, closed or not."""
    assert without_foreign(f"The lamp burns. {tag}", context=CONTEXT)[0] == "The lamp burns. "


@pytest.mark.parametrize("tag", ["<my-lamp>", "<lamp on=1>", "<div>", "<br/>", "</lamp>", "<lamp><p></lamp>"])
def test_a_tag_goes(tag: str) -> None:
    text, notes = without_foreign(f"The lamp {tag}burns.", context=CONTEXT)
    assert text == "The lamp burns."
    assert notes == ("removed HTML that you don't use",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The [[Fog|grey stuff]] came.", "The [[Fog|grey stuff]] came."),
        ("The [[Fog]] came, and the [[Lamp room|room]].", "The [[Fog]] came, and the [[Lamp room|room]]."),
        ("The [[Foghorn|horn]] and the [[Lamp]] too.", "The horn and the Lamp too."),
        ("The [[Fog#In May|fog in May]] came.", "The fog in May came."),
        ("The fog came. ![[Fog]]", "The fog came. "),
    ],
)
def test_a_link_to_a_note_that_the_author_links_to_may_have_other_words(text: str, left: str) -> None:
    """Another note's is the model's, and so is another heading's; a note shown in the text may be any."""
    context = Context(own="The [[Fog|fog]] is thick, see [[Lamp room#Rules]].", lists=load_lists())
    assert without_foreign(text, context=context)[0] == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It rose[^1].\n\n[^1]: In May.", "It rose[^2].\n\n[^2]: In May."),
        ("It[^1] fell[^2].\n\n[^1]: May.\n[^2]: June.", "It[^3] fell[^2].\n\n[^3]: May.\n[^2]: June."),
        ("It rose[^a].\n\n[^a]: In May.", "It rose[^a].\n\n[^a]: In May."),
        ("It rose.\n\n[^1]: In May.", "It rose."),
        ("It rose[^1].\n\n[^1]: In May.\n\nIt fell.[^7]", "It rose[^2].\n\n[^2]: In May.\n\nIt fell."),
        ("It rose.[^1] It is `[^9]` or [^aeiou].", "It rose.[^1] It is `[^9]` or [^aeiou]."),
    ],
)  # fmt: skip
def test_a_footnote_never_takes_the_place_of_the_authors(text: str, left: str) -> None:
    """Of two notes of a name a page shows the first; one that the text never cites is no note of its own."""
    context = Context(own="The tide fell[^1].\n\n[^1]: At six.", lists=load_lists())
    assert without_foreign(text, context=context)[0] == left


def test_a_footnote_never_takes_the_place_of_one_in_another_text_on_offer() -> None:
    offered = ["It fell[^2].\n\n[^2]: In June."]
    context = Context(own="The tide fell[^1].\n\n[^1]: At six.", lists=load_lists())
    text, _ = without_foreign("It rose[^2].\n\n[^2]: In May.", context=context, offered=offered)
    assert text == "It rose[^3].\n\n[^3]: In May."


def test_raised_and_lowered_signs_stay_so() -> None:
    """Without its tag, ten to the sixth would read as 106."""
    text = "It has 10<sup>6</sup> grains of H<sub>2</sub>O."
    assert without_foreign(text, context=CONTEXT) == (text, ())

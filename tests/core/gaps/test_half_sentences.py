"""A paragraph that stops in the middle of a sentence is a gap from where that sentence begins."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.gaps.detectors import half_sentences
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.place_names import name_of
from assistant.core.text.draft import parse

WRITTEN = "We moved here in March, and the tide table was wrong by an hour on most days of the year.\n\n"


def texts(draft: str) -> list[str]:
    parsed = parse(draft.encode())
    return [parsed.text(gap.span) for gap in find_gaps(parsed, words=load_words())]


@pytest.mark.parametrize(
    ("before", "half"),
    [
        ("The roof took longest.", "It leaked for a week because the"),
        ("", "Every evening the ferry brought more people than we had"),
        ("Nobody slept.", "There were seven of us in that hut, two dogs, a parrot,"),
    ],
)
@pytest.mark.parametrize("behind", ["", "\n\n## Boats\n\nWe sold them.", "\n\nThe harbour was quiet again."])
def test_a_sentence_that_stops_is_found_from_its_beginning(before: str, half: str, behind: str) -> None:
    assert texts(f"# Harbour\n\n{WRITTEN}{before} {half}{behind}\n") == [half]


@pytest.mark.parametrize("half", ["We went down and looked into", "The man at the pier said that he's"])
def test_a_sentence_that_stops_is_found_in_a_long_post(half: str) -> None:
    assert texts(f"# Harbour\n\n{WRITTEN * 8}{half}\n\n{WRITTEN * 8}") == [half]


def test_a_sentence_that_stops_is_found_in_german() -> None:
    written = "Wir sind im März hierher gezogen, und der Fahrplan stimmte an den meisten Tagen nicht.\n\n"
    half = "Danach regnete es drei Tage, weil die"
    assert texts(f"# Hafen\n\n{written}Das Dach hielt. {half}\n\n{written}") == [half]


@pytest.mark.parametrize(
    "line",
    [
        "The boats that we sold were these, and we saw each of them again:\n\n- Anna\n- Marta",
        "He stood at the pier, and he said to all of us who were there that\n\n> nobody sails today.",
        "The height of the tide at noon is the\n\n$$ h = 2a $$",
        "The list of what we took along, and of the\n\nropes, was long.",
        "Dear friends of the river,\n\nwe are leaving.",
        "Log in with\n\nYour keys are safe.",
        "What the four of us ran into",
        "Write a paragraph about each of these",
        "We saw all of it from the pier, and so did you =to",
        "We saw all of it from the pier, and so did you :P ",
        "#harbour ",
    ],
)
def test_a_line_that_goes_on_below_is_none(line: str) -> None:
    layout = Layout(parse(f"# Harbour\n\n{WRITTEN}{line}\n\n{WRITTEN}".encode()), load_words())
    assert list(half_sentences.find(layout)) == []


def test_a_clause_that_ends_in_its_verb_is_none() -> None:
    """In German and Dutch, the verb of such a clause comes last."""
    written = "Wir sind im März hierher gezogen, und der Fahrplan stimmte an den meisten Tagen nicht.\n\n"
    line = "An dem Tag lief keiner aus, weil der Wind zu stark war"
    layout = Layout(parse(f"# Hafen\n\n{written}{line}\n\n{written}".encode()), load_words())
    assert list(half_sentences.find(layout)) == []


@pytest.mark.parametrize(
    "line",
    [
        "First we have to issue the\n\n```sh\nmake sail\n```\n\ncommand in a terminal.",
        "This is what you can do with a\n\n```sh\nmake sail\n```\n\nAnd so on.",
        "For the first night you need the\n\n- rope\n- lamp",
        "The height is the square of the\n\n$$h$$\n\nSo it is.",
    ],
)
def test_a_sentence_that_may_go_on_in_what_is_shown_is_none(line: str) -> None:
    layout = Layout(parse(f"# Harbour\n\n{WRITTEN}{line}\n\n{WRITTEN}".encode()), load_words())
    assert list(half_sentences.find(layout)) == []


@pytest.mark.parametrize("box", ["> [!tip]", ":::note\n:::", "!!! note", "-"])
def test_a_sentence_that_stops_above_an_empty_box_is_found(box: str) -> None:
    """It has nothing that the sentence could run into."""
    half = "The ferry left at noon, and we ran because the"
    assert texts(f"# Harbour\n\n{WRITTEN}{half}\n\n{box}\n\n{WRITTEN}")[0] == half


def test_a_half_sentence_whose_beginning_is_out_of_sight_is_none() -> None:
    """Its span would begin within a character."""
    long = "B " + "éééééééééééé " * 170 + "and then I went away because of the"
    layout = Layout(parse(f"# Boote\n\n{WRITTEN}{long}\n".encode()), load_words())
    assert list(half_sentences.find(layout)) == []


@pytest.mark.parametrize(
    ("line", "stops"),
    [
        ("Chapter one: where the kiln came from", False),
        ("Afterwards: the street we live in", False),
        ("All that I know of how it was made and who it was made for", False),
        ("Afterwards: the street behind the", True),
        ("When it rained for a week, the road to the harbour was like", True),
    ],
)
def test_a_title_may_end_in_a_preposition(line: str, stops: bool) -> None:
    """So it does behind a label or a question word of its own clause, but never in an article."""
    layout = Layout(parse(f"# Kiln\n\n{WRITTEN}{line}\n\n{WRITTEN}".encode()), load_words())
    assert bool(list(half_sentences.find(layout))) is stops


def test_a_title_may_end_in_a_verb_in_german() -> None:
    written = "Wir sind im März hierher gezogen, und der Fahrplan stimmte an den meisten Tagen nicht.\n\n"
    layout = Layout(parse(f"# Ofen\n\n{written}Woher die Ziegel sind\n\n{written}".encode()), load_words())
    assert list(half_sentences.find(layout)) == []


@pytest.mark.parametrize(
    ("line", "behind", "stops"),
    [
        ("縄を水に入れて一晩おいてから、", "\n\n## 夏", True),
        ("縄を水に入れて一晩おいてから、", "\n\n朝に干します。", False),
        ("漁師のみなさんへ、", "", False),
    ],
)
def test_a_japanese_line_stops_at_its_comma(line: str, behind: str, stops: bool) -> None:
    """At the end of its section; a short one addresses somebody, and others break lines there."""
    written = "毎朝、海へ行きます。祖父から教わった道です。"
    layout = Layout(parse(f"# 縄\n\n{written}\n\n{line}{behind}\n".encode()), load_words())
    assert bool(list(half_sentences.find(layout))) is stops


def test_a_sentence_that_goes_on_below_hides_no_other() -> None:
    """Nor does somebody who speaks below one that stops."""
    goes_on = "The gate had stood open since the storm, and of the\n\n*Anna* nobody spoke.\n\n"
    spoken_to = "The keeper had always had some power over the\n\n-- Come in, said a voice.\n\n"
    layout = Layout(parse(f"# Lock\n\n{goes_on}{WRITTEN}{spoken_to}".encode()), load_words())
    halves = [layout.text(one.start, one.end) for one in half_sentences.find(layout)]
    assert halves == ["The keeper had always had some power over the"]


@pytest.mark.parametrize("behind", [" ", "  \n", " \n\n## Boats\n\nWe sold them.\n"])
def test_a_sentence_stops_where_a_blank_was_left_for_the_next_word(behind: str) -> None:
    assert texts(
        f"# Harbour\n\n{WRITTEN}{WRITTEN}The roof took longest. This solution uses timber{behind}"
    ) == ["This solution uses timber"]


def test_a_blank_behind_a_whole_sentence_says_nothing() -> None:
    assert texts(f"# Harbour\n\n{WRITTEN}The roof took longest. \n\n{WRITTEN}") == []


def test_what_is_before_an_abbreviation_is_no_part_of_a_half_sentence() -> None:
    """It may be a whole sentence of the author's, which no text may replace."""
    half = "Oars were dear that year, and"
    assert texts(f"# Harbour\n\n{WRITTEN}{WRITTEN}We sent the boat to the U.S. {half}\n") == [half]


def test_notes_are_called_by_their_words() -> None:
    """Several of one section would else have the name of its heading."""
    draft = parse(
        b"# Lock\n\nWe opened the gate in March, and nobody had oiled it.\n\nIt creaked when the\n\n## Toll\n"
    )
    named = [name_of(draft, gap) for gap in find_gaps(draft, words=load_words())]
    assert named == ["It creaked when the", "Toll"]


@pytest.mark.parametrize(
    "text",
    [
        "It was cold. These are the tools we took:",
        "- It was cold.\n- There is a book on it, which you find here:",
        "Es war kalt. Das Ergebnis sah am Ende so aus:",
    ],
)
@pytest.mark.parametrize("behind", ["", "\n\n## Boats\n\nWe sold them in spring."])
def test_a_colon_above_nothing_is_a_gap_from_where_its_sentence_begins(text: str, behind: str) -> None:
    half = text.replace("- ", "").rpartition(". ")[2].rpartition("\n")[2]
    assert texts(f"# Bay\n\n{WRITTEN}## Quay\n\n{WRITTEN}{text}{behind}") == [half]


@pytest.mark.parametrize(
    "behind",
    [
        "\n\n### Saw\n\nIt is old, and nobody wants to have it.",
        "\n\n- a saw\n- a plane",
        "\n\n![the tools](tools.jpg)\n\n## Boats\n\nWe sold them.",
        "\n\n{% include tools.html %}\n\n## Boats\n\nWe sold them in spring.",
        "\n\n{{< tools >}}",
    ],
)
def test_a_colon_above_what_it_announces_is_none(behind: str) -> None:
    assert not texts(f"## Quay\n\n{WRITTEN}It was cold. These are the tools we took:{behind}")


def test_a_request_with_a_colon_stays_one() -> None:
    draft = parse(f"## Quay\n\n{WRITTEN}## Tools\n\nExpand each of these:\n".encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert (gap.kind.value, gap.fillable) == ("instruction", False)


def test_an_emoji_at_the_end_is_no_colon() -> None:
    assert not texts(f"## Quay\n\n{WRITTEN}Thank you all for the ropes and tools! :star:")


def test_a_half_sentence_that_a_formatter_wrapped_is_one_gap() -> None:
    draft = f"# Lock\n\n{WRITTEN}So this question hardly depends on the keeper. But\ntechnically\n"
    assert texts(draft) == ["But\ntechnically"]


def test_a_sentence_that_announces_nothing_is_never_replaced_without_asking() -> None:
    """In a draft that is surely unfinished, too."""
    draft = parse(f"## Tar\n\nTODO: the tar\n\n## Quay\n\n{WRITTEN}These are the tools we took:\n".encode())
    _, gap = find_gaps(draft, words=load_words())
    assert (draft.text(gap.span), gap.confidence < SURE) == ("These are the tools we took:", True)


@pytest.mark.parametrize(
    ("heading", "count"),
    [("## Mending the ", 1), ("## Mending the", 0), ("## Mending it ", 0), ("## What is it for? ", 0)],
)
def test_a_heading_that_breaks_off_before_a_blank_lacks_its_words(heading: str, count: int) -> None:
    draft = parse(f"# Boats\n\n{WRITTEN}{heading}\n\n{WRITTEN}".encode())
    gaps = find_gaps(draft, words=load_words())
    assert [(gap.kind.value, gap.fillable) for gap in gaps] == [("marker", False)] * count


def test_an_introduction_may_announce_the_sections() -> None:
    assert not texts(
        f"# Quay\n\n{WRITTEN}These are the tools we took:\n\n# Saw\n\n{WRITTEN}# Plane\n\n{WRITTEN}"
    )

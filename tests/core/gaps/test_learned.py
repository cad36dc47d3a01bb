"""What the trained part of the locator takes for unwritten, and what it leaves alone."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import decision, find_gaps
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.learned import Judge
from assistant.core.text.draft import parse

WORDS = load_words()
SECTION = (
    "We left the harbour at five in the morning, before anybody on the quay was awake to see us go."
    " The wind came from the west and stayed there for the whole of the first week.\n"
)


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return the kind and the lines of each gap."""
    draft = parse(text.encode())
    return [(gap.kind.value, *draft.lines(gap.span)) for gap in find_gaps(draft, words=WORDS)]


def test_an_outline_among_written_sections_is_one_gap() -> None:
    """Telegraphic items under a heading whose siblings are prose are notes, from the first to the last."""
    outline = "- what to pack\n- why the old charts are wrong\n- explain tides?\n- story about the cook\n"
    text = f"## Leaving\n\n{SECTION}\n## Provisions\n\n{outline}\n## Arriving\n\n{SECTION}"
    assert spans(text) == [("notes", 7, 10)]


@pytest.mark.parametrize(
    "line",
    ["Maybe mention the insurance here?", "add a photo of the harbour here", "Find a better quote for this"],
)
def test_a_line_to_oneself_is_found(line: str) -> None:
    """A line that only the author is meant to read is a gap of its own."""
    found = spans(f"## Leaving\n\n{SECTION}\n{line}\n\n## Arriving\n\n{SECTION}")
    assert [places for _, *places in found] == [[5, 5]]


def test_a_sentence_that_stops_is_found() -> None:
    """A paragraph that breaks off where no sentence can end is a gap."""
    broken = "We had tried to repair the engine on our own, but\n"
    text = f"## Leaving\n\n{SECTION}\n{broken}\n## Arriving\n\n{SECTION}"
    assert spans(text) == [("notes", 5, 5)]


def test_a_recipe_is_finished_as_it_is() -> None:
    """Lists that are announced and speak to the reader are no notes."""
    ingredients = "## Ingredients\n\n- 500 g rye flour\n- 10 g salt\n- 400 ml water\n\n"
    method = "## Method\n\n1. Mix flour and salt.\n2. Add the water and stir well.\n3. Bake it for an hour.\n"
    assert spans(f"# Rye bread\n\n{SECTION}\n{ingredients}{method}") == []


def test_every_column_has_a_name() -> None:
    """The data file names as many columns as rows have; a unit's last two are what was judged before."""
    layout = Layout(parse(f"# A\n\n{SECTION}\n- b\n".encode()), WORDS)
    judge = Judge(layout, decision.candidates(layout))
    names = WORDS.model.reasons
    assert len(names[""]) == len(judge.measurer.row(1, judge.measurer.read(1))) + 2
    around = judge.measurer.around(judge.units[1])
    assert {name: len(names[name]) for name in around} == {name: len(row) for name, row in around.items()}


def test_the_judge_leaves_scripts_alone_that_it_has_not_learned() -> None:
    """A finished paragraph in Hindi ends with a stop that it does not know."""
    first = "हम मार्च में इस पुराने घर में आए, और पहली रात बहुत ठंडी थी।\n"
    assert spans(f"## घर\n\n{first}\n## सर्दी\n\nअगले साल हमने घर बेच दिया।\n") == []


@pytest.mark.parametrize(
    ("language", "short"),
    [
        ("en", "Ruth steered."),
        ("en", "Check your knots and you sleep."),
        ("en", "Anna was still missing."),
        ("en", "iPads were new."),
        ("en", '=== "Fog"\n\n    We waited there.'),
        ("en", "> It was **dark**."),
        ("en", "- We sang.\n- the second night, the pump\n- bread?"),
        ("de", "Der Wind blieb aus."),
        ("fr", "Le vent est tombé."),
        ("ja", "風は止みました。"),
    ],
)
def test_a_short_finished_sentence_among_real_gaps_is_never_replaced(language: str, short: str) -> None:
    """However little its section and the draft hold, the author's sentence stays."""
    text = (
        f"# Log\n\n## One\n\nTODO\n\n## Two\n\n{short}\n\n## Three\n\n- \n\n## Four\n\n## Five\n\nTODO: end\n"
    )
    draft = parse(text.encode())
    told = short.split("\n")[0] if short[0] != "=" else short.split("\n")[-1]
    start = text.encode().index(told.encode())
    spans = [gap.span for gap in find_gaps(draft, words=WORDS)]
    assert len(spans) >= 4
    assert not any(span.start < start + len(told.encode()) and start < span.end for span in spans)


def test_an_author_who_writes_small_has_finished_sentences_too() -> None:
    """Where most sentences begin without a capital, a short one is no note for that."""
    long = "we came here in march, and the nights on the water were cold and long and quiet.\n"
    assert spans(f"## one\n\n{long}\n## two\n\nanna left.\n\n## three\n\nTODO\n\n## four\n\n{long}") == [
        ("marker", 11, 11)
    ]


def test_the_term_of_a_definition_is_no_note() -> None:
    """Only the definition that the author set aside is a gap."""
    text = f"# Knots\n\n{SECTION}\nBowline\n:   TODO: say what it is for\n\nHitch\n:   It holds a rope.\n"
    assert spans(text) == [("marker", 6, 6)]


@pytest.mark.parametrize(
    "line", ["which lamp to buy (add prices?)", "crew? (names if they agree)", "sails (blue?)"]
)
def test_doubtful_places_hide_no_surer_ones(line: str) -> None:
    """`locate --all` lists what `locate` lists, and more."""
    draft = parse(f"# Boat\n\n{SECTION}\n## Buy\n\n{line}\n\n- rope (how long?)\n- knots\n".encode())
    sure, all_of_them = (
        {gap.span for gap in find_gaps(draft, words=WORDS, threshold=at)} for at in (0.5, 0.25)
    )
    assert sure and sure <= all_of_them


@pytest.mark.parametrize(
    ("note", "is_gap"),
    [
        ("(when?)", True),
        ("(how many?)", True),
        ("(to check: in June?)", True),
        ("%%how much?%%", True),
        ("<!-- ask Ole for a photo of the hull -->", True),
        ("(why not?)", False),
        ("(who knew?)", False),
        ("(note: in June)", False),
    ],
)
def test_a_note_in_brackets_or_a_comment_asks_its_author(note: str, is_gap: bool) -> None:
    """It asks for a fact, says that something is to be checked, or names an errand."""
    sentence = f"We painted the hull {note} and put it back into the water before the others came."
    assert bool(spans(f"## Hull\n\n{SECTION}\n{sentence}\n")) is is_gap


def test_a_question_and_the_list_right_below_it_are_one_gap() -> None:
    """A number after an abbreviation is no sentence of its own that would part them."""
    notes = "why does tar help?\n- keeps water out\n- worms hate it\n- Moss on hulls, ch. 3\n"
    assert spans(f"# Hull\n\n{SECTION}\n{notes}\n## Mast\n\n{SECTION}") == [("notes", 5, 8)]


def test_a_japanese_line_that_ends_in_write_is_an_instruction() -> None:
    """The verb comes last, and nothing goes on after it."""
    said = "毎朝、港まで三十分ほど歩いています。冬は寒いですが、空気が澄んでいて気持ちがいいです。"
    assert spans(f"# 港\n\n{said}\n\n## 船\n\nここに船の説明を書く\n\n## 海\n\n{said}\n") == [
        ("instruction", 7, 7)
    ]


OVEN = """---
draft: true
---

Our oven has two settings: off, and charcoal.

## Why I stopped using it

- gas bottle lasts 9 days instead of 14
- smoke alarm
- Jan's bread knife

## What I use now

A cast-iron pot on the hob. {}It takes forty minutes.

## Recipe

| what | how much |
|---|---|
| flour | 400 g |
| salt | 8 g |

{}
"""


@pytest.mark.parametrize(
    ("note", "end", "is_shown"),
    [
        ("", "In the end I'd say yes.", False),
        ("TODO explain the trivet. ", "In the end I'd say yes.", False),
        ("TODO explain the trivet. ", "In the end I'd say that", True),
    ],
)
def test_a_doubtful_list_is_shown_beside_two_sure_gaps(note: str, end: str, is_shown: bool) -> None:
    """Such a draft is unfinished, so that its fragments are notes."""
    kinds = [kind for kind, *_ in spans(OVEN.format(note, end))]
    assert kinds == (["notes"] if is_shown else []) + (["marker"] if note else []) + (
        ["notes"] if is_shown else []
    )


def test_a_list_of_things_is_finished_beside_two_sure_gaps() -> None:
    """Only notes are shown there though they are doubtful, not a few words each, which may be all."""
    shed = f"# The shed\n\n{SECTION}\n## Where the wood is from\n\n- Bergen\n- Oslo\n- Trondheim\n"
    gaps = "## The roof\n\nTODO: how it was thatched\n\n## The floor\n\nTODO: say who laid it\n"
    found = spans(f"{shed}\n{gaps}\n## Winter\n\n{SECTION}")
    assert [kind for kind, *_ in found] == ["marker", "marker"]


def test_what_ends_a_paragraph_of_sentences_and_may_lack_its_stop_is_never_replaced_unseen() -> None:
    """`Wish you were here` may be all that its author wanted to say."""
    draft = parse(b"# Postcard\n\nSun, wind, sardines. Wish you were here\n\nLove, Mum\n")
    (gap,) = find_gaps(draft, words=WORDS, threshold=0.5)
    assert draft.text(gap.span) == "Wish you were here"
    assert gap.confidence < SURE

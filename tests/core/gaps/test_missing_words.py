"""Dots, and a stop after a blank, are a gap where words are missing, not where a sentence pauses."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.app.accepting import SURE
from assistant.core.gaps import find_gaps
from assistant.core.hunks.apply import apply
from assistant.core.hunks.make import hunk_for
from assistant.core.text.draft import parse
from assistant.core.types import Gap

AROUND = (
    "# Harbour\n\nWe moved here in March, and the tide table was wrong by an hour on most days.\n\n"
    "## Boats\n\n{}\n\n"
    "## Later\n\nWe sold it in autumn to a man from the next town, who wanted it for his sons.\n"
)


def gaps_in(text: str) -> list[tuple[str, Gap]]:
    draft = parse(AROUND.format(text).encode())
    return [(draft.text(gap.span), gap) for gap in find_gaps(draft, words=load_words())]


@pytest.mark.parametrize("dots", ["...", "…", "....."])
@pytest.mark.parametrize(
    "text",
    [
        "The boats lay dry. The reason is: {}",
        "The reason is: {} They lay dry until ten.",
        "The boats lay dry. We never went out because {}",
        "- The cobble is old.\n- What the yawl is for: {}",
    ],
)
def test_dots_in_place_of_words_are_a_gap_and_only_they_go(text: str, dots: str) -> None:
    source = AROUND.format(text.format(dots))
    draft = parse(source.encode())
    (gap,) = find_gaps(draft, words=load_words())
    assert (draft.text(gap.span), gap.fillable) == (dots, True)
    hunk = hunk_for(draft, gap, text="the tide was out.")
    assert apply(draft.data, [hunk]).decode() == source.replace(dots, "the tide was out.")


def test_dots_in_brackets_go_with_them_but_not_what_a_quotation_leaves_out() -> None:
    assert [text for text, _ in gaps_in("We stayed at home because of [...] Then it rained.")] == ["[...]"]
    assert not gaps_in("It was, they said, the [...] end of an age.")


@pytest.mark.parametrize("text", ["It cost $... when it was new.", "It cost … euros when it was new."])
def test_dots_in_place_of_a_number_are_for_the_author(text: str) -> None:
    ((_, gap),) = gaps_in(text)
    assert not gap.fillable


def test_items_of_dots_are_gaps_but_the_last_one_alone_says_and_so_on() -> None:
    items = "It has three parts:\n\n1. The mast is of pine.\n2. ...\n3. ..."
    assert [text for text, _ in gaps_in(items)] == ["...", "..."]
    assert not gaps_in("It has many parts:\n\n- The mast is of pine.\n- The keel is of oak.\n- ...")


@pytest.mark.parametrize(
    "text",
    [
        "We waited for the water... and waited.",
        "We waited for the tide, and then...",
        "We took a rope, a lamp, some bread and ...",
        '"I would have come, but the ..." She stopped.',
        "– I would have come because ...",
        "It was ... strange to see them dry.",
        "> We never went out because ...",
        "Run `tide: ...` to see it.",
        "Instead of ...",
        "Guess who came aboard: ...\n\nThe cat!",
    ],
)
def test_pauses_and_speech_that_trails_off_are_finished(text: str) -> None:
    assert not gaps_in(text)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Wir zogen im März hierher, und der Wind war kalt.", "Wir fuhren nie hinaus, weil ..."),
        ("Nous sommes venus en mars et le vent était froid.", "Nous restions à la maison parce que ..."),
        ("Vinimos en marzo y el viento era muy frío.", "Nos quedamos siempre en la casa de la ..."),
    ],
)
def test_words_at_which_no_sentence_ends_are_known_in_other_languages(before: str, text: str) -> None:
    draft = parse(f"# Port\n\n{before}\n\n{text}\n\n{before}\n".encode())
    assert [draft.text(gap.span) for gap in find_gaps(draft, words=load_words())] == ["..."]


@pytest.mark.parametrize(
    "text",
    [
        "Most people will agree, or . Then we left.",
        "It was a gift of .",
        "The rent: , paid in May.",
        "We like it, .",
    ],
)
def test_a_stop_after_a_blank_where_a_word_is_missing_is_for_the_author(text: str) -> None:
    ((sign, gap),) = gaps_in(text)
    assert (sign.strip() in (".", ",", ")"), gap.fillable) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "We took ropes , oars and a lamp , and left .",
        "We took ropes and , at last , a lamp.",
        "Run:\n\n    ls .\n\nIt lists the files of the boat.",
        "Type `cp a .` and wait for it.",
        "It goes on and on: . . . and then it stops.",
        "We keep .bashrc and .profile for it.",
        "A pair is written ( a . b ) there.",
        "Press the ) key twice.",
        "In SQL, it is name <> 'Hilda' that tells them apart.",
    ],
)
def test_slips_of_the_hand_and_code_are_none(text: str) -> None:
    assert not gaps_in(text)


@pytest.mark.parametrize("text", ["Follow the steps at <>.", "- the map\n- <>"])
def test_empty_angle_brackets_lack_an_address(text: str) -> None:
    ((sign, gap),) = gaps_in(text)
    assert (sign, gap.fillable) == ("<>", False)
    assert not gaps_in(
        "In Pascal, `a <> b` means that they differ, and so does a <> b.".replace("a <> b.", "a<>b.")
    )


@pytest.mark.parametrize("words", ["close-up of the mast, where?", "something about the handle"])
def test_words_in_angle_brackets_are_a_gap_and_a_tag_is_none(words: str) -> None:
    ((text, _),) = gaps_in(f"The mast is new. <{words}> It is of pine.")
    assert text == f"<{words}>"
    assert not gaps_in("<video controls autoplay muted>\n</video>\n\nIt is of pine, as you can see here.")


@pytest.mark.parametrize(
    "text",
    ["Buy tickets here", "Sponsored post", "Note: it was paid for", "I was wrong here, as Anna told me"],
)
def test_words_in_brackets_that_ask_for_nothing_wait_for_a_review(text: str) -> None:
    gaps = gaps_in(f"The mast is new.\n\n[{text}]\n\nIt is of pine.")
    assert all(gap.confidence < SURE for _, gap in gaps)


def test_words_in_brackets_that_ask_are_sure() -> None:
    ((_, gap),) = gaps_in("The mast is new.\n\n[describe the mast]\n\nIt is of pine.")
    assert gap.confidence >= SURE

"""Checks warn of what an author can't stand behind, at its exact place, and of nothing else."""

# ruff: noqa: E501 -- an attack, or a text to be checked, stands in one piece

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.wordlists import DATA, load_lists
from assistant.core.checks import CHECKS, Context, check
from assistant.core.checks.passage import read
from assistant.core.text.patterns import Patterns

LISTS = load_lists(cliches=["at the end of the day"], known=["Wobblecorp"])
OWN = (
    "# Running a small team\n\nI have been leading Anna Berger's old team at Quentrix since 2019. We are 14 people, "
    "and in March 2021 we paid $1,200 for a table. As Anna said, “a team is a garden and not a machine”. "
    "The colour of our office is grey, our favourite word is organise, and we labour over behaviour.\n"
)
CONTEXT = Context(own=OWN, lists=LISTS)


def warned(text: str, **more: str) -> list[tuple[str, str]]:
    """Return the code of each warning and the words at its place."""
    data = text.encode()
    return [(w.code, data[w.start : w.end].decode()) for w in check(text, context=CONTEXT, **more)]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("That made it 41 % faster than before.", "number", "41 %"),
        ("All of it began on 3 May 2017 in the rain.", "date", "3 May 2017"),
        ("The whole thing cost us €4,500 in the end.", "money", "€4,500"),
        ("My colleague Tobias Renner saw it first.", "person", "Tobias Renner"),
        ("I once met Dr. Okonjo and told her so.", "person", "Okonjo"),
        ("In the end we switched to Deltaboard for good.", "product", "Deltaboard"),
        (
            "Peter said “no plan survives the first standup”.",
            "quotation",
            "“no plan survives the first standup”",
        ),
        ("It has been shown before (Miller, 2009) in full.", "citation", "(Miller, 2009)"),
        ("Studies have shown that teams like it.", "citation", "Studies have shown"),
        ("It costs me nine dollars a month to keep.", "money", "nine dollars"),
        ("In my ten years at a bank I learned it.", "experience", "In my ten years"),
        ("I worked at Google for a while and liked it.", "experience", "I worked at Google"),
        ("A client of mine asked for it in the end.", "experience", "A client of mine asked"),
        ("It is all the same at the end of the day.", "cliche", "at the end of the day"),
        (
            "It sank, since [describe what went wrong] and nobody saw.",
            "placeholder",
            "[describe what went wrong]",
        ),
        ("Yours, [FULL NAME], with thanks.", "placeholder", "[FULL NAME]"),
        ("Das Boot kostete [hier Preis einfügen] im Mai.", "placeholder", "[hier Preis einfügen]"),
        ("The walk is XX km long.", "placeholder", "XX km"),
        ("We never organize anything at all here.", "spelling", "organize"),
        ("Our output doubled before anybody saw why.", "number", "doubled"),
        ("Back in the nineties it was done by hand.", "date", "in the nineties"),
        ("We use Python for it, and it does the job.", "product", "Python"),
        ("At Google, they have a name for it already.", "company", "Google"),
        ("Our biggest customer, Zandvoort Optics, left us over it.", "company", "Zandvoort Optics"),
        ("As Steve Jobs said, it is all about saying no.", "person", "Steve Jobs"),
    ],
)
def test_what_the_author_never_said_is_warned_of_at_its_place(text: str, code: str, words: str) -> None:
    """The warning's bytes are the doubtful words."""
    assert any(c == code and w.startswith(words) for c, w in warned(text)), warned(text)


@pytest.mark.parametrize(
    "text",
    [
        "We are 14 people, and it was March 2021 when we paid $1200.",
        "Anna Berger and I still work at Quentrix, since 2019.",
        "There are three reasons for it, and two of them are mine.",
        "If it took 40 minutes, would you still wait for it?",
        "For example, say you have 300 users on a list.",
        "See figure 12 and step 13 of the list in the book.",
        "```python\nprint(4711, 'Miller Systems')\n```",
        "Use `sleep 45` and see [the list](#list) for it.",
        "Python runs on Linux, and Wobblecorp does too.",
        "Much of what Google makes is used in schools.",
        "The API report was short, and the Sunday paper was too.",
        "Call it “good enough” and move on with it.",
        "Long ago, when none of us knew anything, Anna said this much: “a team is a garden and not a machine”.",
        "The behaviour of the colour is favourite.",
        "See [your list](#list) and [add a name][1], in chapter XX.\n\n- [x] done",
    ],
)
def test_what_claims_nothing_new_is_left_alone(text: str) -> None:
    """Known facts, small counts, suppositions, labels, code and terms in quotation marks raise no warning."""
    assert warned(text) == []


def test_a_part_of_a_known_address_is_not_known() -> None:
    """Only the whole address is the author's, with its protocol or without."""
    own = Context(
        own="See https://my.blog/post/2024 and other.net/a/list, or mail me@my.blog for it.", lists=LISTS
    )
    for text, warned in (
        ("See https://my.blog/post/2 for the rest of it.", True),
        ("See other.net/a for the rest of it.", True),
        ("Write to you-and-me@my.blog for the rest of it.", True),
        ("See other.net/a/list or mail me@my.blog for the rest.", False),
    ):
        assert [w.code for w in check(text, context=own)] == ["link"] * warned


def test_a_figure_is_doubted_once() -> None:
    """However often it comes, the author has one question to answer."""
    assert warned("It took us 37 attempts. After 37 attempts it was done.") == [("number", "37")]


def test_german_nouns_are_no_names() -> None:
    """Capitals prove nothing in German; a given name with a family name does."""
    own = "Die Besprechung ist wie ein Garten, und das ist auch gut so, denn wir sind es."
    german = Context(own=own, lists=LISTS)
    plain = "Die Planung der Woche ist für das Team eine Gelegenheit, und die Arbeit wird dadurch leichter."
    named = "Das hat mir damals Katharina Wiesenthal gezeigt, und seitdem mache ich das auch so mit dem Team."
    assert check(plain, context=german) == ()
    assert [w.code for w in check(named, context=german)] == ["person"]


@pytest.mark.parametrize(
    "text", ["Ich nutze PennyJar dafür jeden Tag.", "Nous gardons tout cela dans PennyJar."]
)
def test_in_other_languages_a_product_is_told_by_its_capitals(text: str) -> None:
    """Who says "ich" or "nous" beside such a name says that they use it."""
    own = Context(own="Das ist ein Text. C'est un texte.", lists=LISTS)
    assert [w.code for w in check(text, context=own)] == ["product"]


def test_a_copy_of_another_section_is_warned_of() -> None:
    """Fourteen words in a row of the author's own are marked, one exchanged word or not."""
    text = "We know that in March 2021 we paid $1,200 for a table. As Anna said, “a team is a garden.”"
    assert "repetition" in [code for code, _ in warned(text)]


def test_notes_must_survive_with_their_figures() -> None:
    """Notes whose place was taken are missed when most of them, or a figure, are gone."""
    notes = "14 people; garden, machine, table"
    assert warned("Nothing of that sort is here.", replaced=notes)[0][0] == "meaning"
    assert not warned("14 people sat in a garden at the table, by the machine.", replaced=notes)


def test_each_note_must_survive_with_its_no() -> None:
    """A note that is gone, or that became its opposite, is missed though the others are all there."""
    notes = "- a lamp from the attic\n- a chair from the market, second hand\n- never again a glass table"
    whole = "The lamp came from the attic, the chair from the market, second hand. "
    assert not warned(whole + "I would never want a glass table again.", replaced=notes)
    assert warned(whole + "I would want a glass table again.", replaced=notes)[0][0] == "meaning"
    gone = "The lamp came from the attic. I would never want a glass table again."
    assert warned(gone, replaced=notes) == [("meaning", gone)]


def test_a_point_must_not_be_turned_into_its_opposite() -> None:
    """A sentence with the words of the bullet and a "not" more is marked."""
    target = "Written plans survive the holidays."
    assert warned("Written plans do not survive the holidays.", target=target)[0][0] == "meaning"
    assert not warned("Nobody reads them twice, and that is fine.", target=target)


def test_a_check_that_fails_is_a_warning() -> None:
    """Silence means that every check ran: one that raises says so over the whole text."""

    def broken(shown: object, context: object) -> object:
        raise ZeroDivisionError

    warnings = check("Some words.", context=CONTEXT, checks={**CHECKS, "broken": broken})  # type: ignore[dict-item]
    assert [(w.code, w.start, w.end) for w in warnings] == [("check", 0, 11)]
    assert "broken" in warnings[0].message


def test_without_its_patterns_no_check_is_silent() -> None:
    """Where the lists are missing, the author is told that nothing was looked at."""
    messages = [warning.message for warning in check("It took 37 attempts.", context=Context(own=""))]
    assert "the check of figures could not run: KeyError" in messages


def test_patterns_are_alternatives_that_name_one_another() -> None:
    """A line is an alternative, `{name}` another section, and `i` behind a name leaves case out of account."""
    patterns = Patterns({"kit": "# Tools.\n[tool]\nhammer|saw\n\n[use i]\nmy {tool}\na nail\n"})
    assert [bool(patterns["kit.use"].search(text)) for text in ("My Saw", "A nail", "saw")] == [
        True,
        True,
        False,
    ]
    assert patterns["kit.tool"].search("Saw") is None


@pytest.mark.parametrize("file", sorted(DATA.glob("checks/*.txt")), ids=lambda file: file.stem)
def test_every_pattern_that_comes_with_the_program_compiles(file: Path) -> None:
    """No section names another that isn't there."""
    names = re.findall(r"(?m)^\[([a-z ]+?)(?: i)?\]$", file.read_text("utf-8"))
    assert names and all(LISTS.patterns[f"{file.stem}.{name}"] for name in names)


def test_places_are_bytes_of_the_text() -> None:
    """Letters of several bytes before a warning move it by as many bytes."""
    assert ("number", "37") in warned("Übrigens — naïve façades 日本: it took us 37 attempts.")


@given(st.text(max_size=300))
def test_checking_never_fails_and_stays_inside_the_text(text: str) -> None:
    """Whatever a model writes, every check runs and every place lies in the text."""
    for warning in check(text, context=CONTEXT):
        assert warning.code != "check", warning.message
        assert 0 <= warning.start <= warning.end <= len(text.encode())
    assert len(read(text).prose) == len(text)

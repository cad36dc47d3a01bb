"""Checks warn of what an author can't stand behind, at its exact place, and of nothing else."""

# ruff: noqa: E501 -- an attack, or a text to be checked, stands in one piece

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.wordlists import load_lists
from assistant.core.checks import CHECKS, Context, check
from assistant.core.checks.passage import read

LISTS = load_lists(cliches=["at the end of the day"], known=["Wobblecorp"])
OWN = (
    "# Running a small team\n\nI have been leading Anna Berger's old team at Quentrix since 2019. We are 14 people, "
    "and in March 2021 we paid $1,200 for a table. As Anna said, “a team is a garden and not a machine”. "
    "The colour of our office is grey, our favourite word is organise, and we labour over behaviour.\n"
)
CONTEXT = Context(own=OWN, lists=LISTS)


def found(text: str, **more: str) -> list[tuple[str, str]]:
    """Return the code of each warning and the words at its place."""
    data = text.encode()
    return [(w.code, data[w.start : w.end].decode()) for w in check(text, context=CONTEXT, **more)]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("It took us 37 attempts to get there.", "number", "37"),
        ("That made it 41 % faster than before.", "number", "41 %"),
        ("We asked forty-two people about it.", "number", "forty-two"),
        ("All of it began on 3 May 2017 in the rain.", "date", "3 May 2017"),
        ("There was nothing like it before 1998.", "date", "1998"),
        ("The whole thing cost us €4,500 in the end.", "money", "€4,500"),
        ("My colleague Tobias Renner saw it first.", "person", "Tobias Renner"),
        ("I once met Dr. Okonjo and told her so.", "person", "Okonjo"),
        ("They worked with Halbrook Systems at that time.", "company", "Halbrook Systems"),
        ("In the end we switched to Deltaboard for good.", "product", "Deltaboard"),
        (
            "Peter said “no plan survives the first standup”.",
            "quotation",
            "“no plan survives the first standup”",
        ),
        ("It has been shown before (Miller, 2009) in full.", "citation", "(Miller, 2009)"),
        ("Studies have shown that teams like it.", "citation", "Studies have shown"),
        ("It has 3.5 million users in the country.", "number", "3.5 million"),
        ("There were 8k users on it before long.", "number", "8k"),
        ("It wrote 500GB to my desk in one go.", "number", "500GB"),
        ("It was 2.5 times faster than what I had.", "number", "2.5 times"),
        ("Forty percent of them had left by then.", "number", "Forty"),
        ("It costs me nine dollars a month to keep.", "money", "nine dollars"),
        ("That one costs $9.", "money", "$9"),
        ("In my ten years at a bank I learned it.", "experience", "In my ten years"),
        ("I worked at Google for a while and liked it.", "experience", "I worked at Google"),
        ("I've worked with hundreds of teams on this.", "experience", "I've worked with hundreds"),
        ("I have been writing for over a decade now.", "experience", "I have been writing"),
        ("As a nurse with a decade of experience, I say no.", "experience", "with a decade"),
        ("A client of mine asked for it in the end.", "experience", "A client of mine asked"),
        ("Years ago I ran a small bakery in the town.", "experience", "Years ago I ran"),
        ("Last year I burned out and left it all.", "experience", "Last year I burned out"),
        ("This will delve into the heart of it.", "cliche", "delve into"),
        ("It is all the same at the end of the day.", "cliche", "at the end of the day"),
        ("We never organize anything at all here.", "spelling", "organize"),
        ("Our output doubled before anybody saw why.", "number", "doubled"),
        ("Three out of four hand-overs went wrong for us.", "number", "Three out of four"),
        ("We lost nearly a third of the time on it.", "number", "a third of the"),
        ("Last spring it all fell to pieces again.", "date", "Last spring"),
        ("We were late again in Q3 and nobody minded.", "date", "Q3"),
        ("He left us in the autumn of '98 for good.", "date", "of '98"),
        ("Back in the nineties it was done by hand.", "date", "in the nineties"),
        ("We use Python for it, and it does the job.", "product", "Python"),
        ("I keep the whole list in Notion these days.", "product", "Notion"),
        ("We moved the whole board to Jira after that.", "product", "Jira"),
        ("At Google, they have a name for it already.", "company", "Google"),
        ("Two years at Mellowbrook taught me as much.", "company", "Mellowbrook"),
        ("Our biggest customer, Zandvoort Optics, left us over it.", "company", "Zandvoort Optics"),
        ("As Steve Jobs said, it is all about saying no.", "person", "Steve Jobs"),
        ("My wife is a nurse and has the same trouble.", "experience", "My wife is a nurse"),
        ("My old manager used to say it every day.", "experience", "My old manager used to say"),
        ("I once gave a talk on it in a small town.", "experience", "I once gave a talk"),
        ("I studied music before I wrote any of this.", "experience", "I studied music"),
    ],
)
def test_what_the_author_never_said_is_warned_of_at_its_place(text: str, code: str, words: str) -> None:
    """The warning's bytes are the doubtful words."""
    assert any(c == code and w.startswith(words) for c, w in found(text)), found(text)


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
        "Every week has 7 days, and a year has 365 days.",
        "Python runs on Linux, and Wobblecorp does too.",
        "Much of what Google makes is used in schools.",
        "The pieces of the Grey-Smith theorem are here.",
        "The API report was short, and the Sunday paper was too.",
        "I work on Mondays, and I open the Settings page then.",
        "I like the way Python reads, and I use Markdown for it.",
        "We put Post-it notes on every wall of the house.",
        "And Python keeps surprising me, but Monday keeps coming back.",
        "We halved the onions, a quarter of the way in.",
        "My mother tongue is not the one that I write in.",
        "Write to hello@example.com, or look at example.com/page for it.",
        "Nobody had it until .NET 4.0 came along.",
        "Call it “good enough” and move on with it.",
        "Long ago, when none of us knew anything, Anna said this much: “a team is a garden and not a machine”.",
        "The behaviour of the colour is favourite.",
    ],
)
def test_what_claims_nothing_new_is_left_alone(text: str) -> None:
    """Known facts, small counts, suppositions, labels, code and terms in quotation marks raise no warning."""
    assert found(text) == []


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
    assert found("It took us 37 attempts. After 37 attempts it was done.") == [("number", "37")]


def test_german_nouns_are_no_names() -> None:
    """Capitals prove nothing in German; a given name with a family name does."""
    german = Context(own="Die Besprechung ist wie ein Garten, und das ist auch gut so, denn wir sind es.")
    german = Context(own=german.own, lists=LISTS)
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
    assert "repetition" in [code for code, _ in found(text)]


def test_notes_must_survive_with_their_figures() -> None:
    """Notes whose place was taken are missed when most of them, or a figure, are gone."""
    notes = "14 people; garden, machine, table"
    assert found("Nothing of that sort is here.", replaced=notes)[0][0] == "meaning"
    assert not found("14 people sat in a garden at the table, by the machine.", replaced=notes)


def test_each_note_must_survive_with_its_no() -> None:
    """A note that is gone, or that became its opposite, is missed though the others are all there."""
    notes = "- a lamp from the attic\n- a chair from the market, second hand\n- never again a glass table"
    whole = "The lamp came from the attic, the chair from the market, second hand. "
    assert not found(whole + "I would never want a glass table again.", replaced=notes)
    assert found(whole + "I would want a glass table again.", replaced=notes)[0][0] == "meaning"
    gone = "The lamp came from the attic. I would never want a glass table again."
    assert found(gone, replaced=notes) == [("meaning", gone)]


def test_a_point_must_not_be_turned_into_its_opposite() -> None:
    """A sentence with the words of the bullet and a "not" more is marked."""
    target = "Written plans survive the holidays."
    assert found("Written plans do not survive the holidays.", target=target)[0][0] == "meaning"
    assert not found("Nobody reads them twice, and that is fine.", target=target)


def test_a_check_that_fails_is_a_warning() -> None:
    """Silence means that every check ran: one that raises says so over the whole text."""

    def broken(shown: object, context: object) -> object:
        raise ZeroDivisionError

    warnings = check("Some words.", context=CONTEXT, checks={**CHECKS, "broken": broken})  # type: ignore[dict-item]
    assert [(w.code, w.start, w.end) for w in warnings] == [("check", 0, 11)]
    assert "broken" in warnings[0].message


def test_places_are_bytes_of_the_text() -> None:
    """Letters of several bytes before a warning move it by as many bytes."""
    assert ("number", "37") in found("Übrigens — naïve façades 日本: it took us 37 attempts.")


@given(st.text(max_size=300))
def test_checking_never_fails_and_stays_inside_the_text(text: str) -> None:
    """Whatever a model writes, every check runs and every place lies in the text."""
    for warning in check(text, context=CONTEXT):
        assert warning.code != "check", warning.message
        assert 0 <= warning.start <= warning.end <= len(text.encode())
    assert len(read(text).prose) == len(text)

"""Apostrophes and quotation marks are the author's, whichever a model writes."""

from __future__ import annotations

import pytest

from assistant.core.answer.cleanup import clean
from assistant.core.answer.expected import Expected
from assistant.core.types import Reply

CURLY = "It’s the kettle’s fault, she said, and “nobody’s” listening to the wind in the chimney."
STRAIGHT = "It's the kettle's fault, she said, and \"nobody's\" listening to the wind in the chimney."


def cleaned(answer: str, *own: str, revises: str = "") -> str:
    return clean(Reply(answer, "m"), expected=Expected(examples=own, revises=revises, most_words=80)).text


@pytest.mark.parametrize(
    ("answer", "own", "expected"),
    [
        (CURLY, 'I don\'t mind the "rain".', STRAIGHT),
        (STRAIGHT, "I don’t mind the “rain”.", CURLY),
        (CURLY, 'I don\'t mind, and she doesn’t. “Rain”, "wind".', CURLY),
        (STRAIGHT, "Nobody minds the rain.", STRAIGHT),
    ],
    ids=["straight", "curly", "mixed", "none"],
)
def test_quotes_are_written_as_the_author_writes_them(answer: str, own: str, expected: str) -> None:
    """An author who has one form gets it; one with both, or neither, gets what the model wrote."""
    assert cleaned(answer, own) == expected


def test_quotes_of_links_tags_and_code_stay() -> None:
    """A link's title and a tag's attribute would break, and a command is no prose."""
    syntax = (
        'See [the "map"](map.png "A map"), <abbr title="x">x</abbr> and `echo "it\'s"` for all that we know.'
    )
    assert cleaned(syntax, "He’d call it “home”.") == syntax.replace('"map"', "“map”")


def test_quotes_around_emphasis_and_brackets_open_and_close() -> None:
    """An opening sign is before a word, a bracket or emphasis."""
    said = 'They said "*hello*", and ("now") we all say "(yes)" whenever the door opens.'
    assert cleaned(said, "We “wait”.") == said.replace(' "', " “").replace('("', "(“").replace('"', "”")


@pytest.mark.parametrize("own", ["Er sagt „Ja“ und geht.", "Hon sa ”ja” och gick."])
def test_quotes_of_other_languages_are_left_alone(own: str) -> None:
    """Which sign opens there depends on the language."""
    said = 'Er sagt "Nein" und bleibt noch eine ganze Weile vor dem Haus in der Sonne stehen.'
    assert '"Nein"' in cleaned(said, own)


def test_a_revision_keeps_the_quotes_of_the_text_that_is_revised() -> None:
    """Elsewhere the author may have others, and what is finished stays as it is."""
    old = "It’s late, and the kettle’s on, so we wait for it by the window."
    new = "It's late, and the kettle's on, so we all wait for it by the window."
    assert cleaned(new, "Don't.", old, revises=old) == new.replace("'", "’")


def test_the_blanks_of_french_stay_unless_the_author_types_others() -> None:
    """They are before some signs and within its quotation marks, and nowhere else."""
    said = "Dimanche\u202f; quelle surprise\u00a0! Les\u00a0«\u202fnôtres\u202f» dormaient là depuis juin."

    def written(own: str) -> str:
        expected = Expected(examples=(own,), language="fr", most_words=80)
        return clean(Reply(said, "m"), expected=expected).text

    plain = said.replace("\u202f", " ").replace("\u00a0", " ")
    assert written("Il a plu.") == said.replace("Les\u00a0", "Les ")
    assert written("Il a plu ! Oui.") == plain


@pytest.mark.parametrize(
    "revises", ["", "We painted the shed in a color that was left over, and the gray stayed."]
)
def test_words_are_spelled_as_the_author_spells_them(revises: str) -> None:
    """In a revision too, but for the words that it was to keep."""
    answer = "We organized the shed in a color that was left over, and the gray of Mount Gray stayed with us."
    spellings = {"organized": "organised", "color": "colour", "gray": "grey"}
    found = clean(Reply(answer, "m"), expected=Expected(spellings=spellings, revises=revises, most_words=80))
    respelled = answer.replace("organized", "organised")
    if not revises:
        respelled = respelled.replace("color", "colour").replace("gray of", "grey of")
    assert found.text == respelled

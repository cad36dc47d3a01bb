"""Words that ask for a list, or for none, are told from words that speak of one."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_lists
from assistant.core.voice.list_request import ListRequest, list_request, without_list_request

PATTERNS = load_lists().patterns


@pytest.mark.parametrize(
    "words",
    [
        "as a list",
        "List three of them.",
        "please list the tools",
        "say it shortly, and list what you need",
        "make it a list",
        "use a short list",
        "as a brief list of what I carry",
        "turn it into a list",
        "I want bullets here",
        "I want a short list",
        "als Liste",
        "in Stichpunkten",
        "sous forme de liste",
        "sous forme d’une liste",
        "como una lista",
        "come elenco",
        "als lijst",
        "箇条書きで",
    ],
)
def test_a_list_is_asked_for(words: str) -> None:
    """An imperative, or a form named as one, asks for a list."""
    assert list_request([words], PATTERNS).form == "list"


@pytest.mark.parametrize(
    "words",
    [
        "no bullet points, please",
        "don't use bullets",
        "I don’t want a list",
        "write prose, not as a list",
        "turn the bullets into prose",
        "in plain prose",
        "keine Stichpunkte",
        "pas de liste",
        "箇条書きにしないで",
    ],
)
def test_a_list_is_refused(words: str) -> None:
    """A list that is not wanted is prose that is."""
    assert list_request([words], PATTERNS) == ListRequest("prose")


@pytest.mark.parametrize(
    "words",
    [
        "",
        "mention the mailing list",
        "say why a to-do list fails",
        "top the list of reasons",
        "list price vs street price",
        "show a list comprehension example",
        "how to find an item in a list",
        "a list of passwords must be encrypted",
        "there is no silver bullet",
        "the bullet train to Osaka",
        "why I am not on the list",
    ],
)
def test_a_list_is_only_spoken_of(words: str) -> None:
    """What a text is about says nothing of its form."""
    assert list_request([words], PATTERNS) == ListRequest()


def test_the_kind_of_list_is_heard() -> None:
    """Numbers or bullets that are asked for are given, and the later word counts."""
    assert list_request(["as a numbered list"], PATTERNS) == ListRequest("list", True)
    assert list_request(["bullet points"], PATTERNS) == ListRequest("list", False)
    assert list_request(["as a list"], PATTERNS) == ListRequest("list", None)
    assert list_request(["as a list", "mention the price"], PATTERNS) == ListRequest("list")
    assert list_request(["as a list", "no list, please"], PATTERNS) == ListRequest("prose")


def test_words_that_say_no_more_than_the_form_need_not_be_said_twice() -> None:
    """The request names the form by itself; what else an author says stays."""
    for words in ("as a list", "As bullet points, please.", "numbered list", "in bullets"):
        assert without_list_request(words, PATTERNS) == "", words
    for words in ("as a list of three tools", "mention the price", "list the tools", ""):
        assert without_list_request(words, PATTERNS) == words

"""What ends a post is no gap; a line that tells the author what to write is one wherever it is."""

from __future__ import annotations

import pytest

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse
from assistant.core.types import GapKind

WRITTEN = "We moved here in March, and the tide table was wrong by an hour on most days of the year.\n\n"
POST = f"# Harbour\n\n{WRITTEN}## Boats\n\n{WRITTEN}"


def texts(draft: str) -> list[str]:
    parsed = parse(draft.encode())
    return [parsed.text(gap.span) for gap in find_gaps(parsed, words=load_words())]


@pytest.mark.parametrize(
    "ending",
    [
        "That was all.",
        "Nobody came. We left.",
        "We sold the boat. — Anna",
        "– A. M. Berg",
        "Yours, Anna",
        "Best wishes,\nAnna",
        "Kind regards\nJörg Ähren",
        "以上です。",
    ],
)
@pytest.mark.parametrize("start", [POST, POST + "## After\n\n", POST + "TODO: the tide\n\n## After\n\n"])
def test_the_end_of_a_post_is_no_gap(start: str, ending: str) -> None:
    """A short last sentence and a signature are finished, whatever else is missing."""
    assert texts(f"{start}{ending}\n") == ["TODO: the tide"] * ("TODO" in start)


@pytest.mark.parametrize("ending", ["More text to come.", "Explain why.", "We sold it and"])
def test_the_end_of_a_draft_may_be_a_gap(ending: str) -> None:
    """What asks for text or stops in the middle is one at the end as well."""
    assert texts(f"{POST}{ending}\n") == [ending]


@pytest.mark.parametrize("line", ["Describe the set-up.", "Explain why.", "Mention the gulls.", "Summarise."])
@pytest.mark.parametrize("after", ["", f"\n## Later\n\n{WRITTEN}"], ids=["at the end", "inside"])
def test_a_line_that_tells_to_write_is_an_instruction(line: str, after: str) -> None:
    """It is alone in its section or behind a paragraph."""
    for section in ("## Set-up\n\n", f"## Set-up\n\n{WRITTEN}"):
        parsed = parse(f"{POST}{section}{line}\n{after}".encode())
        (gap,) = find_gaps(parsed, words=load_words())
        assert gap.kind is GapKind.INSTRUCTION and parsed.text(gap.span) == line


@pytest.mark.parametrize("line", ["Take the rope in both hands.", "Describe your boat in the comments."])
def test_a_line_that_tells_readers_what_to_do_is_no_gap(line: str) -> None:
    """Steps and questions to readers are finished text."""
    assert texts(f"{POST}## Set-up\n\n{line}\n\n## Later\n\n{WRITTEN}") == []


@pytest.mark.parametrize("line", ["Eso fue todo.", "Y eso es todo."])
def test_todo_is_a_word_in_spanish(line: str) -> None:
    """It means everything there."""
    written = (
        "Nos mudamos en marzo, y la tabla de mareas estaba equivocada por una hora casi todo el año.\n\n"
    )
    assert texts(f"# El puerto\n\n{written}## Final\n\n{written}{line}\n") == []

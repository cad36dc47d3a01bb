"""Single sentences of a text go or change, and nothing else does."""

from __future__ import annotations

import pytest

from assistant.core.hunks.revise import Revision, author_end, removal, revised, sentence_at
from assistant.core.types import Hunk, Span, Warning


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("\nOne is. Two is. Three is.\n", "Two", "\nOne is. Three is.\n"),
        ("\nOne is. Two is.\n\nThree is.\n", "Two", "\nOne is.\n\nThree is.\n"),
        ("\nOne is.\n\nTwo is.\n\nThree is.\n", "Two", "\nOne is.\n\nThree is.\n"),
        ("\nOne is.\n\nThree is.\n", "Three", "\nOne is.\n"),
        ("- One is.\n- Two is. More is.\n- Three is.\n", "More", "- One is.\n- Two is.\n- Three is.\n"),
        ("- One is.\n- Two is.\n- Three is.\n", "Two", "- One is.\n- Three is.\n"),
        ("\nOne is\nmore. Two is\nmore.\nThree is.\n", "Two", "\nOne is\nmore.\nThree is.\n"),
        ("> One is.\n> Two is.\n>\n> Three is.", "Two", "> One is.\n>\n> Three is."),
        (". One is. Two is.", "One", ". Two is."),
        ("\r\nOne is.\r\n\r\nTwo is.\r\n\r\nThree is.\r\n", "Two", "\r\nOne is.\r\n\r\nThree is.\r\n"),
        ("It cost [TK: how much?] to us. More is.", "how much", "More is."),
        ("One is.\tTwo is. \n", "Two", "One is. \n"),
        ("One is.\n\nTwo is. Three is. ", "Three", "One is.\n\nTwo is."),
        (" One is. Two is. ", "Two", " One is. "),
    ],
)
def test_a_sentence_goes_with_the_line_and_blanks_that_only_it_needed(
    text: str, words: str, left: str
) -> None:
    """What was around the sentence reads as its author would have written it without."""
    data = text.encode()
    start = data.index(words.encode())
    revision = removal(data, *sentence_at(data, start, start + len(words)))
    assert (data[: revision.start] + data[revision.end :]).decode() == left


def test_warnings_stay_at_their_words() -> None:
    """Words before a warning move it, those inside change its length, and those around it take it away."""
    text = b"In 2019 we lost 40 in Hull."
    hunk = Hunk(
        "g", Span(0, 0), b"", text, (Warning("unsupported", "a number", 16, 18), Warning("x", "all", 0, 27))
    )
    words = [
        [hunk.replacement[w.start : w.end] for w in hunk.warnings]
        for hunk in (
            revised(hunk, [Revision(3, 7, b"the year 2019")]),
            revised(hunk, [Revision(16, 18, b"forty")]),
            revised(hunk, [Revision(0, 27, b"We lost some.")]),
        )
    ]
    assert words == [
        [b"In the year 2019 we lost 40 in Hull.", b"40"],
        [b"In 2019 we lost forty in Hull."],
        [],
    ]


@pytest.mark.parametrize(
    ("note", "text", "own"),
    [
        ("Swarm", "Swarms are heavy.", ""),
        ("Swarm", "Swarm: it is heavy.", "Swarm"),
        ("The old `make`", "The old `make` came out in 1976.", "The old `make`"),
        ("मुझे हिन्दी", "मुझे हिन्दी 1962 से", "मुझे हिन्दी"),
        ("我们昨天去了", "我们昨天去了1976年的北京。", "我们昨天去了"),
        ("it was one of the hardes", "it was one of the hardest days.", "it was one of the hardes"),
    ],
)
def test_a_text_goes_on_from_whole_words_of_a_note(note: str, text: str, own: str) -> None:
    """Half a sentence may end within a word; a note of one word is no beginning of another one."""
    hunk = Hunk("gap", Span(0, len(note)), note.encode(), text.encode())
    assert text.encode()[: author_end(hunk)].decode() == own

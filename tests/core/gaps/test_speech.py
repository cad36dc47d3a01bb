"""Sentences that trail off, and how their ends are found."""

from __future__ import annotations

from patterns import reads_again

from assistant.core.gaps import speech


def test_questions_and_sentences_that_trail_off_are_left_open() -> None:
    for text in ("Nobody came...", "Nobody came…", "Who came?", "“Who came?”", "*Nobody came....*"):
        assert speech.is_left_open(text)
    assert not speech.is_left_open("Nobody came.")


def test_a_long_row_of_dots_is_read_once() -> None:
    """None of the signs behind an open end is one that begins it."""
    assert not reads_again(speech._OPEN_END.pattern, ".…?？؟")
    assert reads_again(r"(?:\.\.+|[…?])[\s*]*\Z", ".…?")

"""The note of which words came from a model: it fits the text, and comes off byte for byte."""

from __future__ import annotations

import hashlib

import regex
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.hunks import provenance
from assistant.core.types import Hunk, Span

# The example of https://github.com/iainc/Markdown-Annotations, with a text of its length and its own hash.
TEXTS = st.text(
    st.one_of(st.sampled_from("ab \n\t-.#é👩‍👩‍👧日م\u0301\r"), st.characters(exclude_categories=("Cs",))),
    max_size=60,
)


def written(text: bytes, at: int, new: bytes, model: str = "a:model") -> bytes:
    return provenance.marked(text, [(Hunk("g", Span(at, at), b"", new), model, new)])


@given(TEXTS, TEXTS, st.integers(0, 60))
def test_taking_the_note_away_gives_the_text_byte_for_byte(before: str, new: str, at: int) -> None:
    """Whatever the words, line ends and signs, the text before the note is the one without it."""
    at = len(before[:at].encode())
    data = before.encode()
    text = data[:at] + new.encode() + data[at:]
    assert provenance.unmarked(data) == data
    marked = written(data, at, new.encode())
    assert marked.startswith(text)
    assert provenance.unmarked(marked) == text


def test_the_note_is_as_the_format_says() -> None:
    """Ranges count grapheme clusters; the hash is of the text's UTF-8; an empty line keeps it apart."""
    before = "Hé 👩‍👩‍👧!\n".encode()
    marked = written(before, len(before), "New 日本.\n".encode(), "llama3:8b").decode()
    text = "Hé 👩‍👩‍👧!\nNew 日本.\n"
    count = len(regex.findall(r"\X", text))
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert marked == (f"{text}\n---\nAnnotations: 0,{count} SHA-256 {digest}  \n&llama3\\:8b: 6,8  \n...\n")
    note = provenance.read(marked.encode())
    assert note and note.authors == (("&llama3:8b", ((6, 8),)),)


def test_a_text_that_was_changed_keeps_its_note_untouched() -> None:
    """A note whose hash no longer fits is somebody's to look at, and is not taken away."""
    marked = written(b"One.\n", 5, b"Two.\n").replace(b"One", b"Oen")
    assert provenance.read(marked) is None and provenance.unmarked(marked) == marked


def test_a_second_write_carries_the_first_note_on() -> None:
    """Earlier ranges move with the text, those of people stay theirs."""
    first = written(b"One.\n", 5, b"Two.\n", "m1")
    second = written(first, 0, b"Zero.\n", "m2")
    note = provenance.read(second)
    assert note and note.text == b"Zero.\nOne.\nTwo.\n"
    assert note.authors == (("&m1", ((11, 5),)), ("&m2", ((0, 6),)))


def test_the_authors_own_words_in_an_edited_piece_stay_the_authors() -> None:
    """Only what is left of the model's text is marked as the model's."""
    own, edited = b"I keep three rules.\n", b"I keep my three old rules.\n"
    hunk = Hunk("g", Span(0, 0), b"", edited)
    note = provenance.read(provenance.marked(b"", [(hunk, "m", own)]))
    assert note
    ((_, ranges),) = note.authors
    words = "".join(edited.decode()[a : a + n] for a, n in ranges)
    assert "my" not in words and "old" not in words and "three" in words


def test_the_note_of_another_program_is_understood() -> None:
    """The example of the format's own page, with names and ranges of people and of a model."""
    text = "x" * 95
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    data = (
        f"{text}\n---\nAnnotations: 0,95 SHA-256 {digest}  \n"
        "@Human: 0,20 33,4 45,6 62,4  \n&AI: 20,13 37,8 51,11 66,29  \n...\n"
    )
    note = provenance.read(data.encode())
    assert note and note.text.decode() == text
    assert note.authors[0] == ("@Human", ((0, 20), (33, 4), (45, 6), (62, 4)))


def test_of_a_revised_text_the_new_words_alone_are_the_models() -> None:
    """What was there before is the author's, wherever the rest of the passage went."""
    old, new = b"It was a slow and dull day.", b"It was a slow, grey and dull night."
    hunk = Hunk("g", Span(6, 6 + len(old)), old, new, revises=True)
    marked = provenance.marked(b"# Day\n" + old + b"\n", [(hunk, "model", new)])
    note = provenance.read(marked)
    assert note is not None
    ((name, ranges),) = note.authors
    said = note.text.decode()
    assert name == "&model"
    assert [said[start : start + count] for start, count in ranges] == [", grey", "night"]

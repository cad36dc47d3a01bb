"""Positions in three encodings, and texts that follow an editor's edits."""

from __future__ import annotations

import asyncio

import pytest
from editor import offset_of, place_of
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from assistant.frontends.lsp.documents import Document
from assistant.frontends.lsp.positions import ENCODINGS, Text

PIECES = st.sampled_from(
    ["a", "word ", "\n", "\r\n", "\r", "é", "𝔄", "🪴", "\u2028", "\u0085", "\f", "\x0b", "e\u0301", "", "\t"]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS)
def test_a_place_leads_back_to_its_character(encoding: str, text: str) -> None:
    """Every place that the plain way reckons is the same here, and leads back to where it came from."""
    whole = Text.of(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # between the two halves of a line end no place can be told
        expected = place_of(text, offset, encoding)
        assert whole.place(offset, encoding=encoding) == (expected.line, expected.character)
        assert whole.offset((expected.line, expected.character), encoding=encoding) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(
    text=TEXTS,
    edits=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8), TEXTS), max_size=12),
)
def test_after_any_edits_the_server_has_the_text_of_the_client(
    encoding: str, text: str, edits: list[tuple[int, int, str]]
) -> None:
    """Incremental changes of random places and texts, several to a message, keep both sides equal."""
    buffer = Document("file:///a.md", "/a.md", 1, Text.of(text), encoding)
    changes = []
    for start, length, new in edits:
        # A client tells places and so never cuts a line end in two.
        first = offset_of(text, place_of(text, min(start, len(text)), encoding), encoding)
        end = offset_of(text, place_of(text, min(start + length, len(text)), encoding), encoding)
        last = max(first, end)
        span = types.Range(place_of(text, first, encoding), place_of(text, last, encoding))
        changes.append(types.TextDocumentContentChangePartial(range=span, text=new))
        text = text[:first] + new + text[last:]
    buffer.change(changes, 2)
    assert buffer.text.text == text and buffer.version == 2
    buffer.change([types.TextDocumentContentChangeWholeDocument(text="all new")], 3)
    assert buffer.text.text == "all new"


def test_halves_of_characters_become_a_mark() -> None:
    """No file can hold half a surrogate pair; it counts the same in all units as the mark for it."""
    whole = Text.of("a\ud800b")
    assert whole.text == "a\ufffdb" and whole.data


def test_places_past_the_end_are_the_end() -> None:
    """A column past its line is the line's end, a line past the text is the text's."""
    whole = Text.of("ab\r\ncd")
    assert whole.offset((0, 99), encoding="utf-16") == 2
    assert whole.offset((9, 0), encoding="utf-16") == 6
    assert whole.offset((0, 1), encoding="utf-8") == 1
    assert Text.of("🪴x").offset((0, 1), encoding="utf-16") == 0


def test_buffers_need_no_running_loop() -> None:
    """A buffer can be made where no event loop runs, so that it can be tested alone."""
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    Document("file:///a.md", "/a.md", 1, Text.of(""), "utf-8")

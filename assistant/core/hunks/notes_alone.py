"""Find notes by their own words in a draft whose author changed the words around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.core.text.normal_form import NormalForm
from assistant.core.text.words import CLOSING_QUOTES, STOPS
from assistant.core.types import Span

_CLOSERS = (*STOPS, *CLOSING_QUOTES, *")]}>|-*_")
"""What no sentence goes on behind: the author may put another one there, and the note is the same."""


class Note(NamedTuple):
    """A note's words, in small letters, and the words of its own sentence beside them."""

    words: bytes
    before: bytes
    behind: bytes


def note(form: NormalForm, span: Span) -> Note:
    """Return the note in a span."""
    return _note(form.data.lower(), span)


def places(form: NormalForm, notes: Iterable[Note]) -> Iterator[Span]:
    """Yield where some notes are, each as often as it is there; of those that share words, one."""
    data, end = form.data.lower(), 0
    found = {span for one in set(notes) for span in _places(data, one)}
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            yield span
            end = span.end


def open_word(text: bytes) -> bytes:
    """Return the last word of a text that a sentence goes on behind; nothing of another."""
    return b"" if _is_closed(text) else text.split(b" ")[-1]


def _places(data: bytes, note: Note) -> Iterator[Span]:
    at = data.find(note.words)
    while at >= 0:
        span = Span(at, at + len(note.words))
        if _note(data, span) == note:
            yield span
        at = data.find(note.words, span.end)


def _note(data: bytes, span: Span) -> Note:
    own, before = data[slice(*span)], data[data.rfind(b"\n", 0, span.start) + 1 : span.start].rstrip(b" ")
    line_end = data.find(b"\n", span.end)
    behind = data[span.end : line_end if line_end >= 0 else len(data)].lstrip(b" ")
    is_closed = _is_closed(own) or behind.startswith(b"|")
    return Note(own, open_word(before), b"" if is_closed else behind.split(b" ")[0])


def _is_closed(text: bytes) -> bool:
    return not text or text[-4:].decode("utf-8", "ignore").endswith(_CLOSERS)

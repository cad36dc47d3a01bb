"""Tells what became of the places that pieces were for and that the draft does not have any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.core.hunks.relocate import is_gone, is_one_of_several
from assistant.core.review.state import Piece, Review
from assistant.core.text import lazy
from assistant.core.text.line_ends import LineFeeds
from assistant.core.text.normal_form import normal_form
from assistant.core.text.words import UNIT
from assistant.core.types import Hunk, Span

_BLANK_LINE = lazy.pattern(rb"\n[ \t]*\n")


def is_deleted(piece: Piece, data: bytes) -> bool:
    """Tell whether a lost piece's place is gone from `data`: what is there now was next to it before.

    Its own line may only have been moved, to where it can't be told from others.
    """
    base = piece.version.base if piece.version else None
    if not base or not (own := own_line(piece)):
        return False
    lines = lines_of(base)
    if lines_of(data).count(own) >= lines.count(own):
        return False
    text = data[slice(*current_place(piece, data))]
    if all(line in lines and line != own for line in lines_of(text) if line.strip()):
        return True
    return piece.version is not None and is_gone(base, data, own_offset(piece.version.hunk))


def is_unsure(review: Review, key: str, place: Span) -> bool:
    """Tell whether a place may be that of a decided piece which lost its own: its line or words are the same.

    So it is where one of several that are alike was moved while its heading was renamed, or where there are
    other words beside one that says nothing but `TODO.`. What begins in a place of several lines may be it,
    too: the list below a note.
    """
    for piece in review.pieces:
        if not (piece.is_outdated and piece.choice.is_decided and piece.version):
            continue
        text, there = piece.version.hunk.original, review.base[slice(*place)]
        if piece.key == key:
            if _words(text) == _words(there) or own_line(piece) == line_at(review.base, place.start):
                return True
        elif b"\n" in text and there.strip() and _words(there.splitlines()[0]) in _words(text):
            return True
    return False


def _words(text: bytes) -> str:
    return f" {' '.join(UNIT.findall(text.decode('utf-8', 'replace').lower()))} "


def in_doubt(review: Review) -> Callable[[int, bytes], bool]:
    """Return what tells of an offset, and of the note there, whether a lost piece may be there.

    So may one that was decided on where the note has the same words, as one of two that are alike and was put
    in elsewhere, or where the line is one of several that only their order tells apart.
    """
    lost = [(s, s.version) for s in review.pieces if s.unplaced and not s.part_of and s.choice.is_decided]
    notes = {_words(version.hunk.original) for _, version in lost if version} - {_words(b"")}
    lines = {
        own_line(piece)
        for piece, version in lost
        if version and version.base is not None
        if is_one_of_several(version.base, review.base, own_offset(version.hunk))
    }
    return lambda offset, note: _words(note) in notes or line_at(review.base, offset) in lines


def own_line(piece: Piece) -> bytes:
    """Return the line that a lost piece was for; nothing of one that has its place."""
    if piece.version is None or piece.version.base is None:
        return b""
    return line_at(piece.version.base, own_offset(piece.version.hunk))


def own_offset(hunk: Hunk) -> int:
    """Return a byte of the line that a hunk is for: of an insertion, the one above."""
    return max(hunk.span.start - (hunk.original == b""), 0)


def lines_of(data: bytes) -> list[bytes]:
    """Return the lines of a draft in normal form, without their ends."""
    return normal_form(data).data.splitlines()


def line_at(data: bytes, offset: int) -> bytes:
    """Return the line that a byte is in, in normal form and without its end."""
    form = normal_form(data)
    at = form.place(Span(offset, offset)).span.start
    end = form.data.find(b"\n", at)
    return form.data[form.data.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(form.data)]


def current_place(piece: Piece, data: bytes) -> Span:
    """Return where in `data` that is which stands in a lost piece's place: a paragraph, or a heading."""
    if b"\r" in data:
        feeds = LineFeeds(data)
        return feeds.back(current_place(replace(piece, span=feeds.spans([piece.span])[0]), feeds.data))
    start = data.rfind(b"\n", 0, piece.anchor) + 1
    if piece.span.start == piece.span.end:  # it is behind the lines that were typed there
        start = max((blank.end() for blank in _BLANK_LINE.finditer(data, 0, start)), default=0)
    end = data.find(b"\n", max(piece.span.end - 1, piece.anchor))
    return Span(start, end if end >= 0 else len(data))

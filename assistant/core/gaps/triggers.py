"""Rule out by its bytes that a line is a note to oneself, so that few lines are read word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from assistant.core.gaps.phrases import Phrases

_ROWS = frozenset((b"==", b"--", b">>", b"<<", b"~~", b"++", b"__", b"##"))
_ROW_SIGNS = frozenset(row[0] for row in _ROWS)
_STARS = frozenset(b"*_")
_TO_DO = (b"to", b"fixme", b"tbd")
_FEW = 8
"""Words up to which a line may be a note to oneself by what it names."""
_PIECES = bytes(byte if byte < 128 and chr(byte).isalnum() else 32 for byte in range(256))
_PIECE = re.compile(r"[a-z0-9]+")

Pieces = Mapping[bytes, Sequence[tuple[bytes, ...]]]


class Triggers(NamedTuple):
    """The words, as bytes in lower case, without which no phrase can be in a line."""

    openers: frozenset[bytes]
    """Open a line to oneself."""
    edits: frozenset[bytes]
    """Open a line that tells what to do with a part of the text."""
    telling: frozenset[bytes]
    """The longest words of the phrases that tell something wherever they stand."""
    naming: frozenset[bytes]
    """Name a part of the text or a picture."""
    lacks: frozenset[bytes]
    """Say in a line of a few words that something lacks."""
    opening_pieces: Pieces
    """A word of `openers` -> the pieces of the phrases that it begins."""
    telling_pieces: Pieces
    """The first piece of each phrase that tells something wherever it stands -> its pieces."""
    joins: frozenset[bytes]
    """Words at which no sentence ends."""

    def may_be_note(self, data: bytes, folded: bytes, start: int, end: int) -> bool:
        """Tell whether a short leaf's bytes can hold a phrase that an author says to himself.

        `folded` is the draft in lower case without signs. A line of many words must hold a whole phrase of
        those that open a line or tell anywhere, since what merely names a part of the text counts in a line
        of a few words only.
        """
        line = folded[start:end]
        words = line.split()
        if not words:
            return True
        first, last = words[0], words[-1]
        if len(words) <= _FEW and (first in self.naming or last in self.naming or last in self.lacks):
            return True
        if first in self.edits and not self.naming.isdisjoint(words):
            return True
        if data[start] in _ROW_SIGNS and data[start : start + 2] in _ROWS:
            return True
        if data[end - 1] in _STARS and data[start : start + 2] != b"**":
            return True
        line_end = data.find(b"\n", start, end)
        if line_end >= 0 and not self.naming.isdisjoint(
            folded[max(start, line_end - 32) : line_end].split()[-1:]
        ):
            return True
        if first not in self.openers and self.telling.isdisjoint(words):
            return False
        return (
            len(words) <= _FEW + line.count(b"-") + line.count(b"'")
            or first in self.edits
            or not (first.isalnum() and first.isascii() and folded[start] != 32)
            or first.startswith(_TO_DO)
            or data[end - 2] in _STARS
            or self._may_tell(line, first)
        )

    def _may_tell(self, line: bytes, first: bytes) -> bool:
        """Tell whether all pieces of a phrase are in a line."""
        present = {b"", *line.translate(_PIECES).split()}
        return any(present.issuperset(pieces) for pieces in self.opening_pieces.get(first, ())) or any(
            present.issuperset(pieces)
            for piece in self.telling_pieces.keys() & present
            for pieces in self.telling_pieces[piece]
        )


def triggers(phrases: Callable[[str], Phrases], joins: Iterable[str]) -> Triggers:
    """Return the triggers of a language, given its phrases by purpose and the words that join."""

    def firsts(*purposes: str) -> frozenset[bytes]:
        return _forms(word for purpose in purposes for word in phrases(purpose).first)

    told = (*phrases("missing").whole, *phrases("draft").whole)
    telling: dict[bytes, list[tuple[bytes, ...]]] = {}
    for pieces in map(_pieces, told):
        telling.setdefault(pieces[0] if pieces else b"", []).append(pieces)
    opening: dict[bytes, list[tuple[bytes, ...]]] = {}
    for purpose in ("write", "alone"):
        for first, same_start in phrases(purpose).first.items():
            opening.setdefault(first.encode("utf-8"), []).extend(map(_pieces, same_start))
    return Triggers(
        openers=firsts("write", "lead", "alone"),
        edits=firsts("edit"),
        telling=_forms(max(phrase, key=len) for phrase in told),
        naming=firsts("media", "part"),
        lacks=firsts("lacks"),
        opening_pieces=opening,
        telling_pieces=telling,
        joins=_forms(joins),
    )


def _pieces(phrase: Sequence[str]) -> tuple[bytes, ...]:
    """Return the plain letters of a phrase, the longest run first: a line has them whatever its signs."""
    pieces = {piece.encode("ascii") for word in phrase for piece in _PIECE.findall(word)}
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece)))


def _forms(words: Iterable[str]) -> frozenset[bytes]:
    """Return words as bytes; where lowering ASCII letters alone would not do, with a capital as well."""
    return frozenset(
        form.encode("utf-8")
        for word in words
        for form in ((word,) if word[:1].isascii() else (word, word.capitalize()))
    )

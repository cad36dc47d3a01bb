"""Find in one pass which phrases of any purpose are in a line's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.core.gaps.phrases import Phrases
from assistant.core.text.words import FOLDED, is_spaceless, tokens

PURPOSES = (
    "write", "edit", "part", "media", "missing", "draft", "lead", "here", "alone", "lacks", "each", "closing",
    "contents", "announce", "reader", "topic", "promise", "fact", "known-to-author",
)  # fmt: skip
"""What phrases are for, in the order of their bits."""
_READ = 40
"""Words of a line that are looked at."""
_CLEAR = frozenset(("write", "edit", "part", "media", "missing", "draft", "alone", "lacks", "here", "fact"))
"""Purposes of phrases that make words in brackets worth a look: most are the text's own."""


_QUESTION = ord("?")
"""As a number, for which `in` is ten times as fast as for bytes."""
_BIT = {purpose: 1 << number for number, purpose in enumerate(PURPOSES)}
WRITE, EDITS, MEDIA = _BIT["write"], _BIT["edit"], _BIT["media"]
"""The bits of phrases that tell an author outright what to write, or may do so, and of pictures and links."""
PROMISE, EACH, READER, CLOSING = _BIT["promise"], _BIT["each"], _BIT["reader"], _BIT["closing"]
COMES = _BIT["here"] | _BIT["alone"]
LACKS = _BIT["missing"] | _BIT["draft"] | _BIT["lacks"] | _BIT["alone"]
ASKS_AUTHOR = LACKS | COMES
"""The bits of phrases that say, wherever they stand, that something is still to come."""
PARTS = _BIT["part"] | MEDIA
"""The bits of words that name a part of a text or a picture."""
FACT = _BIT["fact"]
"""That of words for what only an author knows: a name, a price."""
_CLEAR_BITS = sum(_BIT[purpose] for purpose in _CLEAR)


class Purposes(NamedTuple):
    """The purposes of the phrases in a line, as bits in the order of `PURPOSES`."""

    first: int
    """Of those that it begins with."""
    anywhere: int
    last: int
    """Of those that it ends with."""
    whole: int
    """Of those that are all of it."""

    @property
    def asks(self) -> bool:
        """Whether a text asks its author for something, as `Add a picture.` does."""
        # `Coming soon: pictures.` tells readers
        is_promise = self.first & PROMISE and not self.whole & PROMISE
        lacks = self.anywhere & ASKS_AUTHOR and not is_promise
        edits = (lacks or self.first & EDITS) and self.anywhere & PARTS
        return bool(edits or self.first & WRITE or self.anywhere & EACH or self._asks_for_part)

    @property
    def _asks_for_part(self) -> int:
        """Whether a verb ends what names a part, as in German: `Beispiel ergänzen!`."""
        return self.first & PARTS and self.last & WRITE

    @property
    def opens_task(self) -> bool:
        """Whether words open with something to do: `Mention the radio`, `add a map`."""
        return self.first & (WRITE | EDITS) > 0

    @property
    def opens_task_outright(self) -> bool:
        """The same of a line that may as well be text: `Add a map`, not `Place names are long.` or so."""
        return bool(self.first & WRITE or (self.first & EDITS and self.anywhere & PARTS))

    @property
    def is_request(self) -> bool:
        """Whether a line begins with what to write, or says to write of `each`, in verb-final languages too.

        `Describe the set-up.`, `Write a paragraph about each of these.`, `Jeden Punkt ausführen:`
        """
        ends = self.first | self.last
        of_each = self.anywhere & EACH and (ends & WRITE or (ends & EDITS and self.anywhere & PARTS))
        return bool(self.first & WRITE or of_each or self._asks_for_part)


class Lexicon:
    """All phrases of a language by their first word."""

    def __init__(self, phrases: Callable[[str], Phrases]) -> None:
        self._first: dict[str, list[tuple[tuple[str, ...], int, int]]] = {}
        glued: dict[str, int] = {}
        for number, purpose in enumerate(PURPOSES):
            some = phrases(purpose)
            for first, same in some.first.items():
                for words in same:
                    self._first.setdefault(first, []).append((words[1:], len(words), 1 << number))
            for phrase in some.glued:
                glued[phrase] = glued.get(phrase, 0) | 1 << number
        self._clear = frozenset(word.encode() for purpose in _CLEAR for word in phrases(purpose).first)
        self._glued = glued
        self._particles = phrases("particle").first.keys()
        openers = (phrases(purpose).first for purpose in ("function", "write", "edit", "missing", "lacks"))
        self._openers = frozenset(word for first in openers for word in first)
        longest = sorted(glued, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)) or r"(?!)")

    def may_ask(self, text: bytes) -> bool:
        """Tell whether a few words may ask something of the author, by the words that phrases begin with."""
        if _QUESTION in text or not self._clear.isdisjoint(text.translate(FOLDED).split()):
            return True
        return not text.isascii() and is_spaceless(text.decode("utf-8", "replace"))

    def asks(self, text: str, *, of_picture: bool = False) -> bool:
        """Tell whether a phrase that may ask something of the author is in a few words.

        Those `of_picture` may name it, and somebody or a place: `Photo: the city archive`.
        """
        bits = _CLEAR_BITS & ~(MEDIA | _BIT["fact"]) if of_picture else _CLEAR_BITS
        return self.purposes(tokens(text), text).anywhere & bits > 0

    def purposes(self, words: Sequence[str], text: str) -> Purposes:
        """Return the purposes of the phrases in `words`; `text` is looked at for scripts without spaces."""
        first = anywhere = last = whole = 0
        count = len(words)
        heads = self._first
        for at in [at for at, word in enumerate(words[:_READ]) if word in heads]:
            for rest, length, bit in heads[words[at]]:
                if length > 1 and tuple(words[at + 1 : at + length]) != rest:
                    continue
                if bit == MEDIA and at and at + length == count and words[at - 1] not in self._openers:
                    continue  # a term of the text's own: `vertex product graph`, but `insert the graph`
                if bit == _BIT["here"] and at and words[at - 1] in self._particles:
                    continue  # `The text is here.`, but `Text goes here.`
                anywhere |= bit
                if not at:
                    first |= bit
                if at + length == count:
                    last |= bit
                    if not at:
                        whole |= bit
        if not text.isascii() and is_spaceless(text):
            for hit in self._pattern.finditer(text[:200]):
                bits = self._glued[hit[0]]
                anywhere |= bits
                first |= 0 if hit.start() > 2 else bits
                last |= 0 if hit.end() < len(text) - 2 else bits
        return Purposes(first, anywhere, last, whole)

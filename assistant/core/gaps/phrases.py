"""Look for phrases at a place, anywhere in a line, or as the whole of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.core.text.words import FOLDED, is_spaceless, tokens

HIGH = bytes(range(128, 256))
"""Bytes of letters that aren't ASCII, and of the signs that banners have: `🚧 Work in progress 🚧`."""


class Phrases:
    """A set of phrases, matched as whole words in lower case; those of spaceless scripts anywhere."""

    __slots__ = ("bare", "bare_ends", "first", "glued", "last", "whole")

    def __init__(self, phrases: Iterable[str]) -> None:
        self.first: dict[str, list[tuple[str, ...]]] = {}
        """First word -> phrases beginning with it, the longest first."""
        self.whole: set[tuple[str, ...]] = set()
        glued = []
        for phrase in phrases:
            if is_spaceless(phrase):
                glued.append(phrase)
            elif words := tuple(tokens(phrase)):
                self.whole.add(words)
                self.first.setdefault(words[0], []).append(words)
        for same_start in self.first.values():
            same_start.sort(key=len, reverse=True)
        self.glued = tuple(glued)
        """Phrases of scripts without spaces."""
        self.last = frozenset(phrase[-1] for phrase in self.whole)
        self.bare = frozenset(" ".join(words).encode().translate(None, HIGH) for words in self.whole)
        """Phrases in bytes, without letters that aren't ASCII."""
        self.bare_ends = frozenset(phrase.rpartition(b" ")[2] for phrase in self.bare if b" " in phrase)
        """The last words of those that have several."""

    def at(self, words: Sequence[str], index: int = 0) -> int:
        """Return how many words the longest phrase at `index` has; 0 when there is none."""
        if index >= len(words):
            return 0
        for phrase in self.first.get(words[index], ()):
            length = len(phrase)
            if length == 1 or tuple(words[index : index + length]) == phrase:
                return length
        return 0

    def within(self, words: Sequence[str]) -> bool:
        """Tell whether a phrase is anywhere in `words`."""
        if self.first.keys().isdisjoint(words):
            return False
        return any(self.at(words, index) for index, word in enumerate(words) if word in self.first)

    def says(self, words: Sequence[str], text: str) -> bool:
        """Tell whether a phrase is anywhere in `words`, or in `text` of a script without spaces."""
        return self.within(words) or bool(self.glued_in(text))

    def ends(self, words: Sequence[str]) -> bool:
        """Tell whether `words` end in a phrase of at most four words."""
        if not words or words[-1] not in self.last:
            return False
        return any(tuple(words[-length:]) in self.whole for length in range(1, min(len(words), 4) + 1))

    def is_whole(self, words: Sequence[str]) -> bool:
        """Tell whether `words` are a phrase and nothing else."""
        return tuple(words) in self.whole or " ".join(words) in self.glued

    def glued_in(self, text: str) -> str:
        """Return the phrase of a script without spaces that is in `text`, or nothing."""
        return next((phrase for phrase in self.glued if phrase in text), "")


def may_open(text: bytes, openers: frozenset[bytes]) -> bool:
    """Tell whether a text's first word is among some; in letters that aren't ASCII, it may be."""
    if not text.isascii():
        return True
    first = text.translate(FOLDED).split(None, 1)
    return bool(first) and first[0].strip(b"-'") in openers

"""The texts that were on offer in any document, and what was cut there, which may be put in elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from assistant.core.hunks.alignment import common_ends
from assistant.core.hunks.shared_words import TELLING, TOKEN, bare
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words
from assistant.frontends.lsp.buffer import Placement, Range

_OWN = 10_000
"""How many of the author's own words that were cut are remembered."""
_CUTS = 200
"""How many cuts of a text's words are remembered; Emacs cuts them one by one."""


@dataclass(frozen=True)
class Source:
    """A text on offer."""

    uri: str
    """The document that it was written for."""
    placement: Placement

    @property
    def name(self) -> tuple[str, str]:
        """Its document and its key there."""
        return self.uri, self.placement.key

    @cached_property
    def _tokens(self) -> list[tuple[str, tuple[int, int]]]:
        return [*tokens(self.placement.text)]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, as they are compared."""
        return tuple(word for word, _ in self._tokens)

    def token(self, at: int) -> str:
        """Return one of its words with its signs."""
        return self.placement.text[slice(*self._tokens[at][1])]

    @cached_property
    def sentences(self) -> tuple[set[int], set[int]]:
        """The first words of its sentences, and the words behind their last ones."""
        return bounds(self.placement.text, [place for _, place in self._tokens])

    @cached_property
    def halves(self) -> frozenset[int]:
        """Which of its words stood there before: the half of a sentence that it continues."""
        text = self.placement.text
        half = replace(self.placement, ranges=(Range(0, len(text)),)).half(text)
        places = (Range(*place) for _, place in self._tokens)
        return frozenset(at for at, where in enumerate(places) if any(overlap(where, one) for one in half))


class Part(NamedTuple):
    """Words of a text in what was cut."""

    source: Source
    where: Range
    is_half: bool = False
    """Whether they are of the half sentence that the text goes on from."""

    def shifted(self, by: int) -> Part:
        """Return it at another place."""
        return self._replace(where=Range(self.where.start + by, self.where.end + by))


class Cut(NamedTuple):
    """What was cut from a buffer, and which of it is of a text."""

    text: str
    parts: tuple[Part, ...]


@dataclass
class OfferedTexts:
    """The texts that were on offer in any document, without those that were accepted."""

    own: deque[str] = field(default_factory=lambda: deque(maxlen=_OWN))
    """Words of the author's that were cut."""
    cuts: deque[Cut] = field(default_factory=lambda: deque(maxlen=_CUTS))
    """What was cut of the texts."""
    _sources: list[Source] = field(default_factory=list)
    _places: dict[tuple[str, ...], list[tuple[Source, int]]] = field(default_factory=dict)
    """Which sentences begin with these words; empty until they are looked for."""

    def add(self, uri: str, placement: Placement) -> None:
        """Take a text in; while it streams, in the place of what came of it before."""
        source = Source(uri, placement)
        text, name = placement.text, source.name
        if any(one.name == name and one.placement.text.startswith(text) for one in self._sources):
            return
        self._keep(
            one for one in self._sources if one.name != name or not text.startswith(one.placement.text)
        )
        self._sources.append(source)

    def remember(self, cut: Cut) -> None:
        """Remember what was cut, if that can be told from what is anybody's."""
        if cut.parts and count_words(cut.text) >= TELLING:
            self.cuts.append(cut)

    def accept(self, names: Container[tuple[str, str]]) -> None:
        """Forget texts that are their author's now."""
        self._keep(one for one in self._sources if one.name not in names)
        cuts = [
            cut._replace(parts=tuple(one for one in cut.parts if one.source.name not in names))
            for cut in self.cuts
        ]
        self.cuts = deque(cuts, _CUTS)

    def _keep(self, sources: Iterable[Source]) -> None:
        self._sources = list(sources)
        self._places.clear()

    def runs(self, words: Sequence[str], uri: str) -> Iterator[tuple[int, int, Source, int]]:
        """Yield which of `words` a sentence of a text begins with: the first, the end, the first there."""
        end = 0
        if not self._places:
            for one in self._sources:
                for at in one.sentences[0]:
                    self._places.setdefault(one.words[at : at + TELLING], []).append((one, at))
        for at, three in enumerate(zip(*(words[at:] for at in range(TELLING)), strict=False)):
            best: tuple[int, bool, int] = (0, False, 0)
            for number, (one, start) in enumerate(self._places.get(three, ()) if at >= end else ()):
                size, _ = common_ends(words[at : at + len(one.words)], one.words[start:])
                if (rank := (size, one.uri == uri, number)) > best:
                    best, source, first = rank, one, start
            if best[0]:
                end = at + best[0]
                yield at, end, source, first


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the words in a range of a text without their signs and capitals, and signs alone.

    Each has its place; the marks of a quotation are none.
    """
    for match in TOKEN.finditer(text, start, len(text) if end is None else end):
        if (word := match[0]).strip(">"):
            yield bare(word) or word, match.span()


def bounds(text: str, places: Sequence[tuple[int, int]]) -> tuple[set[int], set[int]]:
    """Return which of some words, which have these places in a text, begin its sentences, and end them."""
    firsts, lasts = set[int](), set[int]()
    for start, end in sentence_spans(text):
        at = bisect_right(places, start, key=lambda place: place[1])
        while at < len(places) and places[at][0] < end:
            first, last = places[at]
            if not any(map(str.isalnum, text[start:first])):
                firsts.add(at)
            if not any(map(str.isalnum, text[last:end])):
                lasts.add(at + 1)
            at += 1
    return firsts, lasts

"""What an author has said so far, in the forms in which checks look things up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.core.text import language

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_URL = re.compile(r"(?:https?:)?//[^\s<>\"')\]]+|\]\(\s*<?([^)\s>]+)|^\s*\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.M)
SHINGLE = 8
"""Words in a row that nobody writes twice by chance (Broder, On the resemblance of documents, 1997)."""


@dataclass(frozen=True)
class Lists:
    """The lists of words that checks need; a writer may extend them."""

    cliches: tuple[str, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()
    """Pairs of the British and the American form of a word."""
    given_names: frozenset[str] = frozenset()
    known_names: frozenset[str] = frozenset()
    """Names that everybody knows, in lower case, so that to mention them claims nothing."""
    known_products: frozenset[str] = frozenset()
    """The same of companies and their products, of which only somebody's use is a claim."""
    known_people: frozenset[str] = frozenset()
    """The same of people, of whom only what they said is a claim."""


@dataclass(frozen=True)
class Context:
    """What an expansion may lean on."""

    own: str
    """The draft without the gap, front matter included."""
    series: tuple[str, ...] = ()
    """The other posts, as they stand."""
    instruction: str = ""
    """What the author asked for, in all its forms."""
    exemplars: tuple[str, ...] = ()
    """Finished sections that the model was shown."""
    lists: Lists = Lists()
    is_mdx: bool = False
    """True for a post whose braces and imports are code that builds the page."""

    @cached_property
    def everything(self) -> str:
        """All that the author wrote, in one text."""
        return "\n\n".join((self.own, self.instruction, *self.series))

    @cached_property
    def folded(self) -> str:
        """The words of everything in lower case, one blank between them and at both ends."""
        return f" {' '.join(words(self.everything))} "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the author's in lower case, and its parts where it is written in humps."""
        humps = re.findall(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])", self.everything)
        return frozenset((*self.folded.split(), *(h.casefold() for h in humps)))

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """Every word, in lower case, that the author writes with a capital where no sentence begins."""
        found = re.findall(
            r"(?<=[^\W_][ ,'’(/&-])[^\W\d_a-z][^\W_]*|(?<=\w, )[^\W\d_a-z][^\W_]*", self.everything
        )
        return frozenset(word.casefold() for word in found)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number of the author's, by its digits."""
        return frozenset(digits(found[0]) for found in _NUMBER.finditer(self.everything))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address of the author's, without what doesn't matter to where it leads."""
        return frozenset(
            address(next(filter(None, (found[1], found[2], found[0]))))
            for found in _URL.finditer(self.everything)
        )

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Runs of eight words of the draft and of what the model was shown."""
        texts = (self.own, *self.exemplars)
        return frozenset(run for text in texts for run in runs(words(text)))

    @cached_property
    def language(self) -> str:
        """The language that the author writes, where it can be told."""
        return language.guess(self.own) or language.guess(self.everything[:20_000])

    def showing(self, texts: Sequence[str]) -> Context:
        """Return this for one gap, whose model was shown `texts` besides; the rest is computed once."""
        if not texts:
            return self
        more = replace(self, exemplars=(*self.exemplars, *texts))
        for name in ("folded", "vocabulary", "capitalised", "numbers", "addresses", "language"):
            more.__dict__[name] = getattr(self, name)
        return more

    def says(self, phrase: str) -> bool:
        """Tell whether the words of `phrase` stand in a row somewhere in what the author wrote."""
        wanted = " ".join(words(phrase))
        return bool(wanted) and f" {wanted} " in self.folded


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with straight apostrophes."""
    return [found.casefold().replace("’", "'") for found in _WORD.findall(text)]


def runs(found: Sequence[str], size: int = SHINGLE) -> Iterable[tuple[str, ...]]:
    """Return every run of `size` words."""
    return (tuple(found[i : i + size]) for i in range(len(found) - size + 1))


def digits(number: str) -> str:
    """Return a number in one form, however its thousands and its decimals are set off."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", number).strip(".,")
    bare = re.sub(r"[.,](?=\d{3}(?:\D|\Z))", "", bare).replace(",", ".")
    return re.sub(r"\A0+(?=\d)", "", bare)


def address(url: str) -> str:
    """Return what makes an address the same as another."""
    plain = re.sub(r"\A(?:https?:)?//(?:www\.)?", "", url.strip().rstrip(".,;:!?'\"").casefold())
    return plain.rstrip("/")

"""What an author has said so far, in the forms in which checks look things up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.core.checks.support import Index
from assistant.core.checks.tokens import Vocabulary
from assistant.core.checks.weights import Weights
from assistant.core.text import language
from assistant.core.text.patterns import Patterns

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""A word of its own on both sides of a hyphen, unlike `core.text.words`: "second-hand" is known by "hand"."""
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
"""`1,250.50`, `1 250`, `3.5`: with the marks of thousands that any country writes."""
_URL = re.compile(r"(?:https?:)?//[^\s<>\"')\]]+|\]\(\s*<?([^)\s>]+)|^\s*\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.M)
"""Addresses in prose, after a link, and in a definition on a line of its own."""
SHINGLE = 8
"""Words in a row that nobody writes twice by chance (Broder, On the resemblance of documents, 1997)."""
LITTLE = 20
"""Sentences. Knowing six of them, the checks mark five times as many wrongly as knowing a blog."""
_COMPUTED = ("index", "folded", "vocabulary", "numbers", "addresses", "language", "_most")
"""What doesn't depend on the sections that a model was shown."""


@dataclass(frozen=True)
class Lists:
    """The lists and patterns that checks look up; a writer may extend them."""

    cliches: tuple[str, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()
    """Pairs of the British and the American form of a word."""
    known_names: frozenset[str] = frozenset()
    """Words of names that may be mentioned, in lower case."""
    negations: frozenset[str] = frozenset()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    weights: Weights = field(default_factory=Weights)
    """What tells claims from what is general."""
    patterns: Patterns = field(default_factory=Patterns)
    open_ends: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By language, the words in which hardly any sentence ends."""


@dataclass(frozen=True)
class Context:
    """What a text on offer may be based on."""

    own: str
    """The draft without the gap, front matter included."""
    series: tuple[str, ...] = ()
    """The other posts, unchanged."""
    instruction: str = ""
    """What the author asked for, in all its forms."""
    exemplars: tuple[str, ...] = ()
    """Finished sections that the model was shown."""
    lists: Lists = field(default_factory=Lists)
    is_mdx: bool = False
    """True for a post whose braces and imports are code that builds the page."""
    names: tuple[str, ...] = ()
    """The files of the first of the other posts."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that the author wrote: this draft, the instruction, the other posts."""
        return (self.own, self.instruction, *self.series)

    @cached_property
    def everything(self) -> str:
        """All that the author wrote, in one text."""
        return "\n\n".join(self.texts)

    @cached_property
    def folded(self) -> str:
        """The words of everything in lower case, one blank between them and at both ends."""
        return f" {' '.join(words(self.everything))} "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the author's in lower case, and its parts where it is written in humps."""
        humps = re.findall(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])", self.everything)
        return frozenset((*self.folded.split(), *(hump.casefold() for hump in humps)))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number of the author's, by its digits."""
        return frozenset(map(digits, _NUMBER.findall(self.everything)))

    @cached_property
    def index(self) -> Index:
        """The author's sentences, of `texts`, by their words."""
        return Index(self.texts, self.lists.vocabulary)

    @property
    def is_little(self) -> bool:
        """True where the author has written too little to say what nothing of it tells."""
        return len(self.index) < LITTLE

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every address of the author's, without what doesn't matter to where it leads."""
        return frozenset(address(url[1] or url[2] or url[0]) for url in _URL.finditer(self.everything))

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Runs of eight words of the draft and of what the model was shown."""
        return frozenset(run for text in (self.own, *self.exemplars) for run in runs(words(text)))

    @cached_property
    def language(self) -> str:
        """The language that the author writes, where it can be told."""
        return language.guess(self.own) or language.guess(self.everything[:20_000])

    def showing(self, texts: Sequence[str]) -> Context:
        """Return this for one gap, whose model was also shown `texts`; the rest is computed once."""
        if not texts:
            return self
        more = replace(self, exemplars=(*self.exemplars, *texts))
        more.__dict__.update({name: getattr(self, name) for name in _COMPUTED})
        return more

    def place_of(self, run: Sequence[str]) -> str:
        """Return where some words are in a row: in another section of the draft, or in which post."""
        phrase = f" {' '.join(run)} "
        if phrase not in f" {' '.join(words(self.own))} ":
            for name, text in zip(self.names, self.series, strict=False):
                if phrase in f" {' '.join(words(text))} ":
                    return f"in {name}"
        return "in another section"

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return a pattern of `data/checks` by file and section, such as `figures.date`."""
        return self.lists.patterns[name]

    def most(self, pattern: str) -> int:
        """Return how often a pattern of `data/checks` comes in the text of the author's that has most."""
        if pattern not in self._most:
            compiled = self.pattern(pattern)
            self._most[pattern] = max(len(compiled.findall(text)) for text in self.texts)
        return self._most[pattern]

    @cached_property
    def _most(self) -> dict[str, int]:
        return {}

    def says(self, phrase: str) -> bool:
        """Tell whether the words of `phrase` are in a row somewhere in what the author wrote."""
        folded = " ".join(words(phrase))
        return bool(folded) and f" {folded} " in self.folded


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with straight apostrophes."""
    return [word.casefold().replace("’", "'") for word in WORD.findall(text)]


def runs(said: Sequence[str], size: int = SHINGLE) -> Iterable[tuple[str, ...]]:
    """Return every run of `size` words."""
    return (tuple(said[i : i + size]) for i in range(len(said) - size + 1))


def digits(number: str) -> str:
    """Return a number in one form, however its thousands and its decimals are set off."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", number).strip(".,")
    bare = re.sub(r"[.,](?=\d{3}(?:\D|\Z))", "", bare).replace(",", ".")
    return re.sub(r"\A0+(?=\d)", "", bare)


def address(url: str) -> str:
    """Return what makes an address the same as another: no protocol, no `www.`, no slash at its end."""
    plain = re.sub(r"\A(?:https?:)?//(?:www\.)?", "", url.strip().rstrip(".,;:!?'\"").casefold())
    return plain.rstrip("/")

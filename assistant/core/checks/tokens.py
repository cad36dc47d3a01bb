"""Words of a sentence by their class and by their stem, so that little text teaches much."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,:]\d+)*|[%$€£?!:;,()“”\"—–]")
"""A word, a figure, or a sign that says something of a sentence, such as a quotation mark."""
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
"""`1984`, `2025`: a number from 1900 to 2099 is rarely anything else."""
_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e", "y")
"""What English words lose to be known again in another form; the longest first."""
_STEM = 6
"""Letters of a stem: `decide` and `decision` share no more."""
_BEGINS = frozenset(':—–“"(')
"""A word after one of these may have its capital from that."""
_TELLING = frozenset(("TIME", "FOLK", "SAY", "OWN", "AIM", "SMALL", "WHEN"))
"""Classes whose words say something of their own; those of the others only join words."""


@dataclass(frozen=True)
class Vocabulary:
    """Classes of words and irregular verbs, as their data files have them."""

    classes: Mapping[str, str] = field(default_factory=dict)
    """Word -> class, or the word itself where it is a class of its own."""
    verbs: Mapping[str, str] = field(default_factory=dict)
    """Irregular past or participle -> the verb."""

    @cached_property
    def _stems(self) -> dict[str, str]:
        return {}

    def stem(self, word: str) -> str:
        """Return what a word has in common with its other forms (`wrote`, `written` -> `writ`)."""
        word = word.casefold()
        if word not in self._stems:
            self._stems[word] = self._stem(word.replace("’", "'").removesuffix("'s"))
        return self._stems[word]

    def _stem(self, word: str) -> str:
        if word[0].isdigit():
            return word.replace(",", "")
        if self.classes.get(word, "TIME") not in _TELLING:
            return ""
        word = self.verbs.get(word, word)
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
        word = word[: len(word) - len(ending)]
        doubled = len(word) > 3 and word[-1] == word[-2]
        return (word[:-1] if doubled else word)[:_STEM]

    def stems(self, text: str) -> list[str]:
        """Return the stems of the words that say something, each once, in their order."""
        stems = (self.stem(hit[0]) for hit in TOKEN.finditer(text) if hit[0][0].isalnum())
        return [one for one in dict.fromkeys(stems) if one]

    def classes_of(self, tokens: Sequence[str]) -> list[str]:
        """Return the class of each token of a sentence: `I`, `PAST`, `NAME`, `W` for any other word."""
        classes = [
            self._class(token, tokens[place - 1] if place else "") for place, token in enumerate(tokens)
        ]
        if classes[1:2] == ["NAME"] and classes[0] in ("W", "S", "ABBR"):
            classes[0] = "NAME"  # the first of two capitals: "Maren Holt joined us"
        return classes

    def _class(self, token: str, before: str) -> str:
        low = token.casefold()
        if name := self.classes.get(low):
            return name
        if not token[0].isalpha():
            return token if not token[0].isdigit() else "YEAR" if _YEAR.match(token) else "NUM"
        if low in self.verbs:
            return "PAST"
        if token[0].isupper() and before and before not in _BEGINS and not low.startswith("i'"):  # "I'll"
            return "ABBR" if token.isupper() else "NAME"
        if "'" in low:
            return "'" + low.rpartition("'")[2]
        for ending, least in (("ed", 5), ("ing", 6), ("ly", 5), ("s", 2)):
            if low.endswith(ending) and len(low) >= least and not low.endswith("ss"):
                return ending.upper()
        return "W"


def tokens(text: str) -> list[str]:
    """Return words, numbers and telling marks, with straight apostrophes."""
    return [hit[0].replace("’", "'") for hit in TOKEN.finditer(text)]


def grams(said: Sequence[str], classes: Sequence[str]) -> Iterator[str]:
    """Yield what a sentence is known by: runs of up to three classes, its words and pairs of them."""
    row = ["^", *classes, "$"]
    for size in (1, 2, 3):
        for start in range(len(row) - size + 1):
            yield f"{size} {' '.join(row[start : start + size])}"
    words = [token.casefold() for token in said if token[0].isalpha()]
    yield from (f"w {word}" for word in words)
    yield from (f"ww {one} {two}" for one, two in itertools.pairwise(words))


def parse(classes: str, verbs: str) -> Vocabulary:
    """Read the words of each class and the irregular verbs from their data files."""
    table: dict[str, str] = {}
    for name, *words in _rows(classes):
        for word in words:
            table.setdefault(word, word if name == "KEEP" else name)
    return Vocabulary(table, {form: verb for verb, *forms in _rows(verbs) for form in forms})


def _rows(text: str) -> Iterator[list[str]]:
    return (line.split() for line in text.split("\n") if line.strip() and line[0] != "#")

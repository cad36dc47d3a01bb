"""What the locator goes by: word lists for each language and purpose, and the weights of the evidence.

The lists are data that a writer can read and extend; an adapter reads them, this module looks things up.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from assistant.core.gaps.lexicon import Lexicon
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.model import Model
from assistant.core.gaps.phrases import Phrases
from assistant.core.gaps.signals import Signals
from assistant.core.text.patterns import Patterns
from assistant.core.text.words import is_spaceless


def parse_words(text: str) -> dict[str, tuple[str, ...]]:
    """Read one language's file: `[purpose]` lines, one phrase a line, `#` for comments."""
    lists: dict[str, list[str]] = {}
    purpose: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        if not line or line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            purpose = lists.setdefault(line[1:-1].strip(), [])
        else:
            purpose.append(line)
    return {name: tuple(phrases) for name, phrases in lists.items()}


@dataclass(frozen=True, eq=False)
class Words:
    """What the locator goes by: each language's words, the author's own, and the evidence's weights."""

    languages: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Language code -> purpose -> phrases."""
    markers: tuple[str, ...]
    """The author's own markers, case-sensitive, found anywhere in the text."""
    ignore: tuple[str, ...]
    """Words that make a place no gap when they are in it; case doesn't count."""
    signals: Signals
    """The evidence that a place is weighed by."""
    model: Model
    """What was learned from labelled drafts."""
    pattern_files: Mapping[str, str]
    """Files of patterns by their names, to which those made of word lists are added."""

    @remembered
    def phrases(self, purpose: str, code: str) -> Phrases:
        """Return the phrases for `purpose` in English and in the language `code`; in all without a code.

        Authors write notes to themselves in English whatever their post is in. Other languages stay
        out, because words mean different things: `qui va` is "goes here" in Italian only.
        """
        codes = ("en", code) if code else tuple(self.languages)
        ordinary = self.single_words(("ordinary",), code)
        return Phrases(
            phrase
            for one in dict.fromkeys(codes)
            for phrase in self.languages.get(one, {}).get(purpose, ())
            if phrase not in ordinary
        )

    @remembered
    def single_words(self, purposes: tuple[str, ...], code: str) -> frozenset[str]:
        """Return one language's single words for some purposes together, in lower case."""
        lists = self.languages.get(code, {})
        return frozenset(word.lower() for purpose in purposes for word in lists.get(purpose, ()))

    @remembered
    def openers(self, purposes: tuple[str, ...], code: str) -> frozenset[bytes]:
        """Return the words that the phrases for some purposes begin with, in English and in a language."""
        phrases = (self.phrases(purpose, code) for purpose in purposes)
        return frozenset(word.encode() for one in phrases for word in one.first)

    @remembered
    def lexicon(self, code: str) -> Lexicon:
        """Return all phrases of a language."""
        return Lexicon(lambda purpose: self.phrases(purpose, code))

    @remembered
    def in_all(self, purpose: str) -> frozenset[str]:
        """Return the words for `purpose` in all languages together."""
        words = (lists.get(purpose, ()) for lists in self.languages.values())
        return frozenset(itertools.chain.from_iterable(words))

    @cached_property
    def patterns(self) -> Patterns:
        """The patterns of `data/gaps/patterns`, by their file and section."""
        lists = [f"[{name} i]\n" + "\n".join(sorted(self.in_all(name))) for name in ("task", "box")]
        markers = "|".join(re.escape(title.decode()) for title in self.titles)
        return Patterns(
            {
                name: "\n".join((text, *lists, f"[marker]\n(?:{markers})"))
                for name, text in self.pattern_files.items()
            }
        )

    @remembered
    def byte_pattern(self, name: str) -> re.Pattern[bytes]:
        """Return one of the patterns for a draft's bytes."""
        return re.compile(self.patterns.source(name).encode())

    @cached_property
    def caption(self) -> re.Pattern[bytes]:
        """Finds what opens a caption, which is finished, whatever it names: `*Figure 2: the TODO list*`."""
        words = sorted(self.in_all("caption"), key=lambda word: (-len(word), word))
        apart, glued = (
            "|".join(re.escape(w) for w in words if is_spaceless(w) == is_) for is_ in (False, True)
        )
        pattern = (
            rf"[*_]{{0,3}}(?:(?:{apart}) ?[0-9]+(?: :|[.:)])"
            rf"|(?:{glued}) ?(?:[0-9]|\xef\xbc[\x90-\x99])+(?:[ :.)]|　|：|．|、))"
        )
        return re.compile(pattern.encode())

    @cached_property
    def caption_bytes(self) -> frozenset[bytes]:
        """The bytes that these words begin with."""
        return frozenset(word.encode()[:1] for word in self.in_all("caption"))

    @cached_property
    def marker_words(self) -> tuple[str, ...]:
        """Every marker, the longest first, so that a search finds the whole of it."""
        markers = {word for word in (*self.in_all("marker"), *self.markers) if word.strip()}
        return tuple(sorted(markers, key=lambda word: (-len(word), word)))

    @cached_property
    def titles(self) -> tuple[bytes, ...]:
        """Every marker without the colon that some end in, as it may be the title of a box."""
        return tuple(dict.fromkeys(word.rstrip(":：").encode() for word in self.marker_words))

    @cached_property
    def bare_titles(self) -> tuple[bytes, ...]:
        """Those that are no marker without their colon."""
        return tuple(title for title in self.titles if title.decode() not in self.marker_words)

    @cached_property
    def markers_in_lower_case(self) -> Mapping[str, str]:
        """Every marker in lower case -> the marker."""
        return {word.lower(): word for word in self.marker_words}

    @cached_property
    def marker_pattern(self) -> re.Pattern[bytes]:
        """Finds a marker that is a word of its own in the draft's bytes, or several: `TODO/FIXME`."""
        # `re` is slow where many alternatives don't share a byte, and slow to compile each with its own end.
        rests: dict[tuple[bytes, bytes], list[bytes]] = {}
        for word in self.marker_words:
            data, end = word.encode(), rb"(?![A-Za-z0-9]|_[A-Za-z0-9_])" if word[-1].isalnum() else b""
            rests.setdefault((data[:1], end), []).append(re.escape(data[1:]))
        words = b"|".join(
            re.escape(first) + b"(?:%b)" % b"|".join(rest) + end for (first, end), rest in rests.items()
        )
        return re.compile(rb"(?P<first>%b)(?:/(?:%b))*(?!-[0-9a-z])" % (words, words), re.DOTALL)

    def marker_at(self, text: str) -> str:
        """Return the marker that `text` begins with, or nothing."""
        marker = self._marker_opening.match(text)
        return marker.group(0) if marker else ""

    @cached_property
    def _marker_opening(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(word) for word in self.marker_words))

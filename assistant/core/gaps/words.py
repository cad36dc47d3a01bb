"""The words by which unwritten places are known, one list for each language and purpose.

The lists are data that a writer can read and extend; an adapter reads them, this module gives them
shape. Phrases are matched as whole words in lower case. Scripts without spaces between words are
matched anywhere in a short line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, filterfalse
from typing import NamedTuple

from assistant.core.gaps.signals import Signals

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SCRIPTS = {
    "spaceless": r"[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]",
    "kana": r"[\u3040-\u30ff]",
    "hangul": r"[\uac00-\ud7af]",
    "han": r"[\u4e00-\u9fff]",
}


@cache
def _script(name: str) -> re.Pattern[str]:
    """Return the pattern of a script's letters, not made at import: wide ranges take milliseconds."""
    return re.compile(_SCRIPTS[name])


FOLDED = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if byte > 127 or chr(byte).isalnum() or byte in b"'-" else 32
    for byte in range(256)
)
"""Lowers ASCII letters and turns signs into blanks, so that `split` gives words at C's speed."""
_FOLDED_TEXT = FOLDED[:128].decode("ascii")


def tokens(text: str) -> list[str]:
    """Return the words of `text` in lower case, with straight apostrophes and without punctuation."""
    if not text.isascii():
        text = text.replace("’", "'")
        for sign in "“”–—…":
            text = text.replace(sign, " ")
        if not text.isascii():
            return _TOKEN.findall(text.lower())
    words = text.translate(_FOLDED_TEXT).split()
    if ("-" in text or "'" in text) and not all(map(_TOKEN.fullmatch, filterfalse(str.isalnum, words))):
        return [part for word in words for part in ((word,) if word.isalnum() else _TOKEN.findall(word))]
    return words


def spaceless(text: str) -> bool:
    """Say whether `text` holds a script that puts no spaces between words."""
    return not text.isascii() and _script("spaceless").search(text) is not None


class Phrases:
    """A set of phrases that can be looked for at a place, anywhere, or as the whole of a line."""

    __slots__ = ("first", "glued", "last", "whole")

    def __init__(self, phrases: Iterable[str]) -> None:
        """Sort the phrases by their first word."""
        self.first: dict[str, list[tuple[str, ...]]] = {}
        """First word -> phrases beginning with it, the longest first."""
        self.whole: set[tuple[str, ...]] = set()
        self.glued: tuple[str, ...] = ()
        """Phrases of scripts without spaces."""
        glued = []
        for phrase in phrases:
            if spaceless(phrase):
                glued.append(phrase)
                continue
            parts = tuple(tokens(phrase))
            if parts:
                self.whole.add(parts)
                self.first.setdefault(parts[0], []).append(parts)
        for known in self.first.values():
            known.sort(key=len, reverse=True)
        self.glued = tuple(glued)
        self.last = frozenset(phrase[-1] for phrase in self.whole)

    def at(self, words: Sequence[str], index: int = 0) -> int:
        """Return how many words the longest phrase at `index` has; 0 when there is none."""
        if index >= len(words) or (known := self.first.get(words[index])) is None:
            return 0
        for phrase in known:
            length = len(phrase)
            if length == 1 or tuple(words[index : index + length]) == phrase:
                return length
        return 0

    def within(self, words: Sequence[str]) -> bool:
        """Say whether a phrase stands anywhere in `words`."""
        first = self.first
        if first.keys().isdisjoint(words):
            return False
        places = [index for index, word in enumerate(words) if word in first]
        return any(self.at(words, index) for index in places)

    def ends(self, words: Sequence[str]) -> bool:
        """Say whether `words` end in a phrase."""
        if not words or words[-1] not in self.last:
            return False
        return any(tuple(words[-length:]) in self.whole for length in range(1, min(len(words), 4) + 1))

    def is_whole(self, words: Sequence[str]) -> bool:
        """Say whether `words` are a phrase and nothing else."""
        return tuple(words) in self.whole

    def glued_in(self, text: str) -> str:
        """Return the phrase of a script without spaces that stands in `text`, or nothing."""
        return next((phrase for phrase in self.glued if phrase in text), "")


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


class Triggers(NamedTuple):
    """What a line's bytes can be asked at once, so that few lines need to be read word by word."""

    words: tuple[frozenset[bytes], frozenset[bytes], frozenset[bytes], frozenset[bytes], frozenset[bytes]]
    """The words that open a line to oneself; those that open one which tells what to do with a part of the
    text; the longest words of the phrases that tell something wherever they stand; those that name a part
    of the text or a picture; and those that say in a line of a few words that something lacks."""
    opening: Mapping[bytes, Sequence[tuple[bytes, ...]]]
    """A word that opens a line to oneself, in lower case -> the pieces of the phrases it begins."""
    telling: Mapping[bytes, Sequence[tuple[bytes, ...]]]
    """The first piece of each phrase that tells something wherever it stands -> their pieces."""
    joins: frozenset[bytes]
    """Words at which no sentence ends."""

    def may_tell(self, line: bytes, first: bytes) -> bool:
        """Say whether all pieces of a phrase are in a line, which is in lower case and opens with `first`."""
        present = {b"", *line.translate(_PIECES).split()}
        for pieces in self.opening.get(first, ()):
            if present.issuperset(pieces):
                return True
        for piece in self.telling.keys() & present:
            for pieces in self.telling[piece]:
                if present.issuperset(pieces):
                    return True
        return False


_PIECES = bytes(byte if byte < 128 and chr(byte).isalnum() else 32 for byte in range(256))
_PIECE = re.compile(r"[a-z0-9]+")


def _pieces(phrase: Sequence[str]) -> tuple[bytes, ...]:
    """Return the plain letters of a phrase, the longest run first: a line has them whatever its signs."""
    found = {piece.encode("ascii") for word in phrase for piece in _PIECE.findall(word)}
    return tuple(sorted(found, key=lambda piece: (-len(piece), piece)))


def _forms(words: Iterable[str]) -> frozenset[bytes]:
    """Return words as bytes; where lowering ASCII letters alone would not do, with a capital as well."""
    return frozenset(
        form.encode("utf-8")
        for word in words
        for form in ((word,) if word[:1].isascii() else (word, word.capitalize()))
    )


@dataclass(frozen=True, eq=False)
class Words:
    """What the locator goes by: each language's words, the author's own, and the evidence's weights."""

    languages: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Language code -> purpose -> phrases."""
    markers: tuple[str, ...] = ()
    """The author's own markers, case-sensitive, found anywhere in the text."""
    ignore: tuple[str, ...] = ()
    """Words that make a place no gap when they stand in it; case doesn't count."""
    signals: Signals = field(default_factory=dict)
    """The evidence that a place is weighed by."""

    @cached_property
    def _phrases(self) -> dict[tuple[str, str], Phrases]:
        return {}

    def phrases(self, purpose: str, code: str) -> Phrases:
        """Return the phrases for `purpose` in English and in the language `code`; in all without a code.

        Authors write notes to themselves in English whatever their post is in. Other languages stay
        out, because words mean different things: `qui va` is "goes here" in Italian only.
        """
        found = self._phrases.get((purpose, code))
        if found is None:
            codes = ("en", code) if code else tuple(self.languages)
            lists = [
                self.languages[one].get(purpose, ()) for one in dict.fromkeys(codes) if one in self.languages
            ]
            found = self._phrases[purpose, code] = Phrases(phrase for words in lists for phrase in words)
        return found

    @cached_property
    def marker_words(self) -> tuple[str, ...]:
        """Every marker, the longest first, so that a search finds the whole of it."""
        known = set(self.markers)
        for lists in self.languages.values():
            known.update(lists.get("marker", ()))
        return tuple(sorted((word for word in known if word.strip()), key=lambda word: (-len(word), word)))

    @cached_property
    def markers_in_lower_case(self) -> Mapping[str, str]:
        """Every marker in lower case -> the marker."""
        return {word.lower(): word for word in self.marker_words}

    @cached_property
    def marker_pattern(self) -> re.Pattern[bytes]:
        """Finds a marker that stands as a word of its own in the draft's bytes."""
        words = b"|".join(
            re.escape(word.encode("utf-8")) + (rb"(?![A-Za-z0-9_])" if word[-1].isalnum() else b"")
            for word in self.marker_words
        )
        return re.compile(rb"(?:" + words + rb")(?!-[0-9a-z])", re.DOTALL)

    @cached_property
    def _languages_of(self) -> Mapping[str, Sequence[str]]:
        """A small word that tells languages apart -> the codes of those that have it."""
        codes: dict[str, list[str]] = {}
        for code, lists in self.languages.items():
            small = {word.lower() for word in (*lists.get("function", ()), *lists.get("particle", ()))}
            for word in small:
                codes.setdefault(word, []).append(code)
        return codes

    @cached_property
    def _lists(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}

    def lists(self, purpose: str, code: str) -> frozenset[str]:
        """Return one language's single words for `purpose`, in lower case."""
        found = self._lists.get((purpose, code))
        if found is None:
            phrases = self.languages.get(code, {}).get(purpose, ())
            found = self._lists[purpose, code] = frozenset(word.lower() for word in phrases)
        return found

    def triggers(self, code: str) -> Triggers:
        """Return the words, as bytes, without which no phrase can be in a line; made once for a language."""
        found = self._triggers.get(code)
        if found is None:

            def firsts(*names: str) -> frozenset[bytes]:
                return _forms(word for name in names for word in self.phrases(name, code).first)

            telling: dict[bytes, list[tuple[bytes, ...]]] = {}
            told = (*self.phrases("missing", code).whole, *self.phrases("draft", code).whole)
            for pieces in map(_pieces, told):
                telling.setdefault(pieces[0] if pieces else b"", []).append(pieces)
            opening: dict[bytes, list[tuple[bytes, ...]]] = {}
            for name in ("write", "alone"):
                for first, phrases in self.phrases(name, code).first.items():
                    opening.setdefault(first.encode("utf-8"), []).extend(map(_pieces, phrases))
            found = self._triggers[code] = Triggers(
                words=(
                    firsts("write", "lead", "alone"),
                    firsts("edit"),
                    _forms(max(phrase, key=len) for phrase in told),
                    firsts("media", "part"),
                    firsts("lacks"),
                ),
                opening=opening,
                telling=telling,
                joins=_forms(self.lists("function", code)),
            )
        return found

    @cached_property
    def _triggers(self) -> dict[str, Triggers]:
        return {}

    def language(self, words: Sequence[str], *, at_least: int = 3) -> str:
        """Return the code of the language most of whose small words stand in `words`; '' when too few do."""
        script = "".join(words[:200])
        if not script.isascii():
            if _script("kana").search(script):
                return "ja"
            if _script("hangul").search(script):
                return "ko"
            if len(_script("han").findall(script)) * 4 > len(script):
                return "zh"
        codes = self._languages_of
        counts = Counter(chain.from_iterable(map(codes.__getitem__, codes.keys() & set(words))))
        best = max(self.languages, key=counts.__getitem__, default="")
        return best if best and counts[best] >= at_least else ""

    def marker_at(self, text: str) -> str:
        """Return the marker that `text` begins with, or nothing."""
        found = self._marker_opening.match(text)
        return found.group(0) if found else ""

    @cached_property
    def _marker_opening(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(word) for word in self.marker_words))

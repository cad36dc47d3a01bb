"""Measure what can be said of one unit: its words, its form, its neighbours, its section, its draft."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import PURPOSES, Lexicon, Told
from assistant.core.gaps.survey import NO_GROUP, Survey
from assistant.core.gaps.units import (
    BARE_LINK,
    CODE,
    HEADING,
    HTML,
    INDENTED,
    ITEM,
    LABEL,
    LINKED,
    LOWER,
    Unit,
)
from assistant.core.text.words import tokens

MASK = (1 << 15) - 1
"""Places in a table of words, less one."""
_LINK = re.compile(
    r"https?://\S+|!?\[[^\[\]]{0,300}\](?:\([^()]{0,400}\)|\[[^\[\]]{0,100}\])|<https?:[^<>]{0,400}>"
    r"|\[\[[^\[\]]{0,200}\]\]|\{[{%][^{}\n]{0,200}[%}]\}"
)
"""Links, notes in brackets and tags of templates, bounded so that a hostile line takes no time."""
_TAGS = re.compile(r"<[^<>]{1,300}>")
"""HTML, whose words are not the author's."""
_SENTENCES = re.compile(r"[.!?][\"'”’)\]]*\s|[。！？]")
_CODE_LIKE = re.compile(r"[{};$\\]|\w\(|\)\.|=\"|::|</")
"""Signs that hardly any prose has: `{`, `name(`, `::`."""
_ONLY_MARK = re.compile(r"[\[(<]?\s*\d{0,2}\s*[\])>.、]?\s*(?:\(\)|``)?|\W{1,4}")
"""An item's mark and nothing else: `[1]`, `3、`, `[]()`."""
_FENCE = re.compile(r"(?m)^[ \t>]*(?:`{3,}|~{3,})[^\n]*$")
"""The fences of a block of code, in a quote as well."""
_FAR = 200
"""Bytes between two units from which on they are far apart, however many lines that is."""
_READ = 2000
"""Bytes of a unit that are read."""
_WORDS, _WHOLE = 40, 6
"""Words of a unit that are hashed, and up to how many it is hashed as a whole."""

_BIT = {purpose: 1 << number for number, purpose in enumerate(PURPOSES)}
WRITE = _BIT["write"]
"""The bit of phrases that tell an author outright what to write."""
_COMES = _BIT["here"] | _BIT["alone"]
EDITS, READER = _BIT["edit"], _BIT["reader"]
_LACKS = _BIT["missing"] | _BIT["draft"] | _BIT["lacks"] | _BIT["alone"]
ASKS_AUTHOR = _LACKS | _COMES
"""The bits of phrases that say, wherever they stand, that something is still to come."""
_PARTS = _BIT["part"] | _BIT["media"]


class Reading:
    """A unit's words, as they are looked at."""

    __slots__ = ("bare", "links", "text", "told", "unit", "words")

    def __init__(self, layout: Layout, lexicon: Lexicon, unit: Unit) -> None:
        """Read a unit."""
        form, start, end = unit[0], unit[1], unit[2]
        data = layout.data
        raw = data[start : start + _READ] + data[end - 300 : end] if end - start > _READ else data[start:end]
        text = raw.decode("utf-8", "replace")
        if form == CODE:
            text = _FENCE.sub("", text).strip()
        elif form == HTML:
            text = _TAGS.sub(" ", text).strip()
        self.unit, self.text = unit, text
        self.bare, self.links = text, 0
        if "[" in text or "http" in text or "{" in text:
            self.bare, self.links = _LINK.subn(" ", text)
        self.words = tokens(self.bare)
        self.told: Told = lexicon.told(self.words, text)


class Measurer:
    """Makes the rows of a draft's units."""

    def __init__(self, layout: Layout, survey: Survey) -> None:
        """Prepare for a draft."""
        self.layout, self.survey = layout, survey
        self.units = survey.units
        code = layout.language
        self.lexicon = layout.words.lexicon(code)
        self.small = layout.words.lists("function", code) | layout.words.lists("particle", code)
        self._headings: dict[int, set[int]] = {}

    def read(self, index: int) -> Reading:
        """Read a unit's words."""
        return Reading(self.layout, self.lexicon, self.units[index])

    def glance(self, index: int) -> list[float]:
        """Return a unit's numbers as `data/gaps/columns.txt` names them, as far as its blank line."""
        survey, units = self.survey, self.units
        unit = units[index]
        form, start, _, leaf, place, words, last, flags, section, group = unit
        size = survey.sizes[section]
        at_end = len(units) - index - 1
        leaves = self.layout.leaves
        following = leaves[leaf + 1] if leaf + 1 < len(leaves) else None
        before_size = after_size = before_last = after_last = 0
        before_heading = after_heading = after_item = breaks = -1
        is_last = True
        if index:
            other, _, before_end, _, _, before_size, before_last, _, above, _ = units[index - 1]
            before_heading = other == HEADING if section == above else 2
            breaks = self.layout.data.count(b"\n", before_end, start) if start - before_end < _FAR else 9
        if at_end:
            other, _, _, _, _, after_size, after_last, _, below, _ = units[index + 1]
            is_last = below != section
            after_heading = 2 if is_last else other == HEADING
            after_item = other == ITEM
        return [
            form, last, words, flags & LOWER, flags & LINKED, flags & LABEL, flags & BARE_LINK, place,
            *survey.sections[section], *survey.draft,
            size == 1, is_last, index / survey.count, at_end, index - survey.last_prose,
            index < survey.first_prose, self.layout.is_shown(leaves[leaf], following),
            *survey.groups.get(group, NO_GROUP), before_size, before_heading, before_last, breaks,
            after_size, after_heading, after_item, after_last,
        ]  # fmt: skip

    def row(self, index: int, reading: Reading) -> list[float]:
        """Return a unit's numbers as `data/gaps/columns.txt` names them, without the last."""
        return [*self.glance(index), *self.own(self.units[index], reading)]

    def own(self, unit: Unit, reading: Reading) -> tuple[float, ...]:
        """Return what is measured of a unit's words: the last columns of `data/gaps/columns.txt`."""
        text, words, bare, told = reading.text, reading.words, reading.bare, reading.told
        length, first = len(text), text[:1]
        since, stops = bare, False
        if not bare.isascii() or ". " in bare or "? " in bare or "! " in bare:
            for hit in _SENTENCES.finditer(bare):
                since, stops = bare[hit.end() :], True
        is_linked = "](" in text or '=""' in text
        return (
            length, first.islower(), not first.isalnum(), words[-1] in self.small if words else False,
            reading.links, length - len(bare), text.count("?") + text.count("？"), ": " in text[:60],
            first in "*_" and text[-1:] in "*_", self.layout.leaves[unit[3]].lists,
            self.layout.data[unit[2] : unit[2] + 1] in (b" ", b"\t"),
            is_linked and ("]()" in text or "](<>)" in text or '=""' in text or "](#)" in text),
            _CODE_LIKE.search(text) is not None, text.isupper(), since.count(" ") + 1 if since else 0,
            stops and since != "", length < 16 and _ONLY_MARK.fullmatch(text) is not None,
            told.last & _COMES > 0, told.first & WRITE > 0, told.first & EDITS > 0,
            told.anywhere & _LACKS > 0, told.anywhere & _PARTS > 0, told.anywhere & READER > 0,
            len(self.small.intersection(words)) / len(words) if words else 0.0,
        )  # fmt: skip

    def hashes(self, reading: Reading) -> set[int]:
        """Return the places of a unit's words and other named features in a table."""
        unit, words, text = reading.unit, reading.words, reading.text
        form, last = unit[0], unit[6]
        size = len(words)
        few = min(size, 10)
        kind = 65 + (0 if form <= ITEM or form == INDENTED else form)
        found = word_hashes(words, kind, last)
        if not text.isascii():
            found |= glyphs(reading.bare[:60] + reading.bare[-20:])
        found |= self._heading(unit[8])
        found.update(purposes(reading.told, kind, few // 3))
        first = text[:1]
        start = 1 if first.islower() else 2 if first.isupper() else ord(first) if first else 0
        found.update(_shape(form, start, last, few, "?" in text or "？" in text))
        return found

    def _heading(self, section: int) -> set[int]:
        if section < 0:
            return set()
        hashed = self._headings.get(section)
        if hashed is None:
            words = tokens(self.layout.draft.headings[section].text[:200])
            hashed = self._headings[section] = {crc32(word.encode(), 31) for word in words}
        return hashed


def word_hashes(words: Sequence[str], kind: int, last: int) -> set[int]:
    """Return the places of words, of neighbours among them, and of those at both ends."""
    size = len(words)
    if not size:
        return set()
    encoded = " ".join(words if size <= _WORDS else [*words[:20], *words[-20:]]).encode().split(b" ")
    hashed = list(map(crc32, encoded))
    found = set(hashed)
    # a checksum's bits are as good as drawn: other ones of them, and a number, make another feature's place
    if size <= _WORDS:
        found.update([one * 31 + (two >> 4) for one, two in itertools.pairwise(hashed)])
    head, tail = hashed[0], hashed[-1]
    found |= {
        (head >> 3) + 911, (head >> 6) + 7907 * kind, (tail >> 5) + 1009 * kind + 3571 * last,
        (tail >> 8) + 5003, crc32(encoded[0][:4], 17), crc32(encoded[-1][:4], 19),
    }  # fmt: skip
    if size > 1:
        found.add(head * 37 + (hashed[1] >> 2))
        found.add(hashed[-2] * 41 + (tail >> 2))
    if size <= _WHOLE:
        found.add(crc32(b" ".join(encoded), kind))
    return found


@lru_cache(4096)
def _shape(form: int, start: int, last: int, few: int, asks: bool) -> tuple[int, ...]:
    names = [b"shape%d,%d,%d,%d" % (form, start, last, few), b"end%d,%d" % (form, last)]
    names += [b"start%d,%d" % (form, start), *([b"asks%d" % few] if asks else [])]
    return tuple(map(crc32, names))


def glyphs(text: str) -> set[int]:
    """Return the places of pairs of letters in a text of a script without spaces, such as Chinese."""
    if not any("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in text):
        return set()
    return {crc32((one + two).encode(), 37) for one, two in itertools.pairwise(text)}


@lru_cache(4096)
def purposes(told: Told, kind: int, size: int) -> frozenset[int]:
    """Return the places of what a line's phrases are for."""
    return frozenset(
        crc32(name, seed)
        for seed, bits in zip((41, 43, 47, 53), told, strict=True)
        for number in range(len(PURPOSES))
        if bits >> number & 1
        for name in (b"%d,%d,%d" % (number, kind, size), b"%d" % number)
    )

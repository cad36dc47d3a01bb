"""Measure what can be said of one unit: its words, its form, its neighbours, its section, its draft."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import COMES, EDITS, LACKS, PARTS, PURPOSES, READER, WRITE, Purposes
from assistant.core.gaps.survey import Survey
from assistant.core.gaps.units import (
    ASKS,
    BARE_LINK,
    HEADING,
    HTML,
    INDENTED,
    ITEM,
    LABEL,
    LINKED,
    LOWER,
    ROUGH,
    Unit,
)
from assistant.core.text import lazy
from assistant.core.text.words import FOLDED, tokens

_LINK = lazy.pattern(
    r"https?://\S+|!?\[[^\[\]]{0,300}\](?:\([^()]{0,400}\)|\[[^\[\]]{0,100}\])|<https?:[^<>]{0,400}>"
    r"|\[\[[^\[\]]{0,200}\]\]|\{[{%][^{}\n]{0,200}[%}]\}"
)
"""Links, notes in brackets and tags of templates, bounded so that a hostile line takes no time."""
_LINK_BYTES = lazy.pattern(_LINK.pattern.encode())
_SQUARE, _BRACE = map(ord, "[{")
_TAGS = lazy.pattern(rb"<[^<>]{1,300}>")
"""HTML, whose words are not the author's."""
_NOT_SAID = lazy.pattern(_TAGS.pattern.decode() + r"|[\w.+-]+@[\w.-]+")
"""Tags and mail addresses, which ask for nothing: `<cite>— Anna</cite>`, `Write to todo@example.org`."""
_SENTENCES = lazy.pattern(r"[.!?][\"'”’)\]]*\s|[。！？]")
_GLYPH = lazy.pattern(r"[\u3040-\u9fff\uac00-\ud7af]")
"""A letter of such a script as Chinese."""
_CODE_LIKE = lazy.pattern(r"[{};$\\]|\((?<=\w\()|\)\.|=\"|::|</")
"""Signs that hardly any prose has: `{`, `name(`, `::`."""
_ONLY_MARK = lazy.pattern(r"[\[(<]?\s*\d{0,2}\s*[\])>.、]?\s*(?:\(\)|``)?|\W{1,4}")
"""An item's mark and nothing else: `[1]`, `3、`, `[]()`."""
_FAR = 200
"""Two units with this many bytes between them are far apart, however many lines that is."""
_READ = 2000
"""Bytes of a unit that are read."""
_ASIDE = lazy.pattern(r"(?<=\w) \([^()\n]*\)\Z")
"""What may be added behind a task: `Einleitung schreiben (warum Esche?)`."""
_LABEL = 40
"""Characters at a text's start in which a label names a part of the draft: `Ending: mention the fox`."""
_WORDS, _WHOLE = 40, 6
"""Words of a unit that are hashed, and up to how many it is hashed as a whole."""


class Wording:
    """A unit's words, as they are looked at."""

    __slots__ = ("bare", "links", "purposes", "text", "unit", "words")

    def __init__(self, layout: Layout, unit: Unit) -> None:
        text = _raw(layout, unit).decode("utf-8", "replace")
        self.unit, self.text = unit, text
        self.bare, self.links = text, 0
        if "[" in text or "http" in text or "{" in text:
            self.bare, self.links = _LINK.subn(" ", text)
        self.words = tokens(self.bare)
        has_none = not text.startswith("<") and "@" not in text
        words = self.words if has_none else tokens(_NOT_SAID.sub(" ", self.bare))
        label, colon, _ = text[:_LABEL].partition(":")
        if colon and _names_part(layout, named := tokens(label)):
            words = words[len(named) :]
        if text.endswith(")") and (aside := _ASIDE.search(text)):
            words = words[: len(words) - len(tokens(aside[0]))]
        self.purposes: Purposes = layout.lexicon.purposes(words, text)


def _names_part(layout: Layout, words: Sequence[str]) -> bool:
    """Tell whether a label names a part of the draft to come, and none that is shown: `Example: add salt`."""
    return layout.phrases("part").is_whole(words) and not layout.phrases("announce").is_whole(words)


def _raw(layout: Layout, unit: Unit) -> bytes:
    """Return a unit's bytes without tags; of a long one, its beginning and its end."""
    form, start, end, data = unit.form, unit.start, unit.end, layout.data
    raw = data[start : start + _READ] + data[end - 300 : end] if end - start > _READ else data[start:end]
    return _TAGS.sub(b" ", raw).strip() if form == HTML else raw


class Measurer:
    """Makes the rows of a draft's units."""

    def __init__(self, layout: Layout, survey: Survey) -> None:
        self.layout, self.survey = layout, survey
        self.units = survey.units
        self.small = layout.words.single_words(("function", "particle"), layout.language)

    def read(self, index: int) -> Wording:
        """Read a unit's words."""
        return Wording(self.layout, self.units[index])

    def row(self, index: int, wording: Wording) -> list[float]:
        """Return a unit's numbers as `data/gaps/columns.txt` names them, without the last two."""
        unit = self.units[index]
        form, _, _, _, place, size, last, flags, _, _ = unit
        return [*seen(form, last, size, flags, place), *self.near(index), *self.own(unit, wording)]

    def around(self, unit: Unit) -> dict[str, Sequence[float]]:
        """Return the rows of what a unit stands in."""
        survey = self.survey
        return {
            "section": survey.section(unit.section),
            "draft": survey.draft,
            "list": survey.group(unit.group),
        }

    def near(self, index: int) -> tuple[float, ...]:
        """Return the numbers of a unit's place and neighbours."""
        survey, units = self.survey, self.units
        _, start, _, leaf, _, _, _, _, section, _ = units[index]
        at_end = len(units) - index - 1
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
        return (
            survey.sizes[section] == 1, is_last, index / survey.count, at_end, index - survey.last_prose,
            index < survey.first_prose, self.layout.leads_to_shown(leaf),
            before_size, before_heading, before_last, breaks,
            after_size, after_heading, after_item, after_last,
        )  # fmt: skip

    def asked(self, wording: Wording) -> list[int]:
        """Return the places of all that tells whether a unit asks something of its author."""
        unit = wording.unit
        places = purpose_places(wording.purposes, _kind(unit.form), min(len(wording.words), 10) // 3)
        return [*self.places(unit), *sorted(places)]

    def own(self, unit: Unit, wording: Wording) -> tuple[float, ...]:
        """Return what is measured of a unit's words: the columns of its row that follow."""
        text, words, bare, purposes = wording.text, wording.words, wording.bare, wording.purposes
        length, first = len(text), text[:1]
        since, stops = bare, False
        if not bare.isascii() or ". " in bare or "? " in bare or "! " in bare:
            for hit in _SENTENCES.finditer(bare):
                since, stops = bare[hit.end() :], True
        is_linked = "](" in text or '=""' in text
        return (
            length, first.islower(), not first.isalnum(), words[-1] in self.small if words else False,
            wording.links, length - len(bare), text.count("?") + text.count("？"), ": " in text[:60],
            first in "*_" and text[-1:] in "*_", self.layout.leaves[unit.leaf].lists,
            unit.end < len(self.layout.data) and self.layout.data[unit.end] in b" \t",
            is_linked and ("]()" in text or "](<>)" in text or '=""' in text or "](#)" in text),
            _CODE_LIKE.search(text) is not None, text.isupper(), since.count(" ") + 1 if since else 0,
            stops and since != "", length < 16 and _ONLY_MARK.fullmatch(text) is not None,
            purposes.last & COMES > 0, purposes.first & WRITE > 0, purposes.first & EDITS > 0,
            purposes.anywhere & LACKS > 0, purposes.anywhere & PARTS > 0, purposes.anywhere & READER > 0,
            len(self.small.intersection(words)) / len(words) if words else 0.0,
        )  # fmt: skip

    def places(self, unit: Unit) -> list[int]:
        """Return the places of a unit's words in a table, links left out."""
        form, last = unit.form, unit.last
        kind = _kind(form)
        raw = _raw(self.layout, unit)
        if _SQUARE in raw or _BRACE in raw or b"http" in raw:
            raw = _LINK_BYTES.sub(b" ", raw)
        if raw.isascii():
            return word_places(raw.translate(FOLDED).split(), kind, last)
        text = raw.decode("utf-8", "replace")
        words = " ".join(tokens(text)).encode().split()
        return [*word_places(words, kind, last), *glyphs(text[:60] + text[-20:])]


def _kind(form: int) -> int:
    """Return the number by which words of a form are known: those of text share one."""
    return 65 + (0 if form <= ITEM or form == INDENTED else form)


SEEN = LOWER | LINKED | LABEL | BARE_LINK | ASKS | ROUGH
"""The flags that are measured."""


def seen(form: int, last: int, size: int, flags: int, place: int) -> tuple[float, ...]:
    """Return the numbers of what is seen of a unit without reading it: the first columns of its row."""
    return (
        form, last, min(size, _WORDS), flags & LOWER, flags & LINKED, flags & LABEL, flags & BARE_LINK,
        flags & ASKS, flags & ROUGH, min(place, 9),
    )  # fmt: skip


def word_places(words: Sequence[bytes], kind: int, last: int) -> list[int]:
    """Return the places of words in a table, of neighbours among them, and of those at both ends."""
    size = len(words)
    if not size:
        return []
    if size > _WORDS:
        words = [*words[:20], *words[-20:]]
    hashed = list(map(crc32, words))
    head, tail = hashed[0], hashed[-1]
    # a checksum's bits are as good as drawn: other ones of them, and a number, make another feature's place
    places = [
        (head >> 3) + 911, (head >> 6) + 7907 * kind, (tail >> 5) + 1009 * kind + 3571 * last,
        (tail >> 8) + 5003, crc32(words[0][:4], 17), crc32(words[-1][:4], 19),
    ]  # fmt: skip
    places += hashed
    if size <= _WORDS:
        places += [one * 31 + (two >> 4) for one, two in itertools.pairwise(hashed)]
    if size > 1:
        places += head * 37 + (hashed[1] >> 2), hashed[-2] * 41 + (tail >> 2)
        if size <= _WHOLE:
            places.append(crc32(b" ".join(words), kind))
    return places


def glyphs(text: str) -> set[int]:
    """Return the places of pairs of letters in a text of a script without spaces, such as Chinese."""
    if not _GLYPH.search(text):
        return set()
    return {crc32((one + two).encode(), 37) for one, two in itertools.pairwise(text)}


@lru_cache(4096)
def purpose_places(purposes: Purposes, kind: int, size: int) -> frozenset[int]:
    """Return the places of what a line's phrases are for."""
    return frozenset(
        crc32(name, seed)
        for seed, bits in zip((41, 43, 47, 53), purposes, strict=True)
        for number in range(len(PURPOSES))
        if bits >> number & 1
        for name in (b"%d,%d,%d" % (number, kind, size), b"%d" % number)
    )

"""List what may be left inside the text for later: words in brackets, rows of signs, letters for a figure."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from assistant.core.gaps import front_matter
from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import Lexicon
from assistant.core.gaps.measures import glyphs, purposes, word_places
from assistant.core.gaps.survey import Survey
from assistant.core.gaps.units import ROW, Unit
from assistant.core.text import lazy
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_FIGURE = rb"(XX(?:(?<=[\r\n]XX)X* [^\r\n]{3,120} XX+(?=[\r\n]|\Z)|X*))(?![A-Za-z0-9_/.-])"
"""`XX` for a figure, and a line of words between two of them: `XX add the price XX`."""
_PATTERNS = (
    (b"[", re.compile(rb"\[([^\[\]\n]{1,200}(?:\n[^\[\]\n]{1,200})?)\](?![(\[:])")),
    (b"](", re.compile(rb"\]\(([^()\r\n\"'/:]*[ ][^()\r\n\"'/:]*)\)")),
    (b"(", re.compile(rb"\(([^()\r\n]{2,80})\)")),
    (b"{{", re.compile(rb"\{\{(?![<%#/])([^{}\r\n]{2,160})\}\}")),
    (b"<", re.compile(rb"<<?([A-Za-z?][^<>\r\n/=\"]{1,80})>{1,2}")),
    (b"??", re.compile(rb"(\?\?+)")),
    (b"XX", re.compile(_FIGURE)),
    (b"xx", re.compile(_FIGURE.replace(b"X", b"x"))),
    (b"___", re.compile(rb"(___+)(?![A-Za-z0-9_/.-])")),
    (b"psum", re.compile(rb"(orem (?<=[Ll]orem )[Ii]psum)[^\r\n]*")),
)
"""A piece of each, without which it isn't looked for, and the whole; its words are the group.

Each begins with a sign or letter of its own, which `re` finds ten times as fast as one of several."""
_ROUND, _ANGLE, _CAPITALS, VALUE, _DETECTED = 2, 4, 6, 10, 11
BRACES, MARKS = 3, 5
"""The numbers of forms in the order of the columns that a trained model knows: never renumber them."""
LETTERS, LOREM = (MARKS, 6, 7, 8), 9
"""Patterns of signs that stand for what only the author knows."""
_NO_WORD = lazy.pattern(rb"(?:[A-Za-z_$/.\\-]|(?<!20)[0-9])\Z")
"""What may not stand right before letters for a figure; a century's two digits may: `20XX`."""
_NO_WORDS = lazy.pattern(rb"\s*[xX]?\s*|\^.*|!.*|TOC", re.DOTALL)
"""A task's box, a footnote, a callout's name, a table of contents."""
_DIRECTIVE = lazy.pattern(rb":::[\w -]*\Z")
"""What stands before a box's title: `:::tip[Low tide]`."""
_NAMED = frozenset(
    ("layout", "date", "permalink", "published", "draft", "comments", "toc", "lang", "type", "id")
)
_CENTURY = lazy.pattern("(?i)siècle|siglo|s(?:é|e)culo|secolo|wiek|wiecz|век".encode())
"""Beside it, `XX` is a number, as in `siglo XX`."""
_VARIABLE = lazy.pattern(rb"\s*[a-z][a-z_.]*\s*")
"""What a template fills in, `{{title}}`, unlike `{{name of the shop}}` and `{{ NAME }}`."""
_SETTLED = lazy.pattern(r"[\d./:-]+$|true$|false$|https?:|\d{4}-\d\d|[\w/-]*/[\w/.-]*\.\w+$", re.IGNORECASE)
"""A value of the front matter that needs no look: a date, a number, a yes or no, a path."""
_LINK = lazy.pattern(r"https?://\S+|\]\([^()]*\)")
"""Addresses and links' targets, which are no words around a remark."""
_ASIDE = lazy.pattern(rb"\+? [a-z]+\b")
"""`+ figures` at the start of a line, after a bracket: the author goes on listing."""
_AROUND, _NEXT = 60, 24
"""Characters around a remark that are looked at, and those in which the word beside it is."""
_CODE_SIGNS = frozenset(b".|()\"'=:$/\\")
"""Signs of a template's expression, as in `{{ page.title }}`."""


class Remark(NamedTuple):
    """A place inside a unit, or outside all, that an author may have left for later."""

    form: int
    """The pattern's index; 10 for a value of the front matter, more for what a detector has shown."""
    start: int
    end: int
    inside: tuple[int, int]
    """Where its words are, without brackets."""
    shown: Candidate | None
    """What a detector says of it."""


def remarks(layout: Layout, lexicon: Lexicon, detected: Sequence[Candidate]) -> list[Remark]:
    """Return every remark in a draft's text; where a detector has shown one, that."""
    listed = [
        Remark(_DETECTED + list(GapKind).index(one.kind), one.start, one.end, (one.start, one.end), one)
        for one in detected
    ]
    taken = sorted((one.start, one.end) for one in detected)
    data, top = layout.data, layout.draft.front_matter.end
    for form, (rare, pattern) in enumerate(_PATTERNS):
        if rare not in data:
            continue
        for hit in pattern.finditer(data, top):
            start, end = hit.span()
            inside = hit.span(1)
            if form == LOREM:
                start -= 1  # its first letter, of either case
            if form == 0 and (
                _NO_WORDS.fullmatch(hit[1]) or _DIRECTIVE.search(data, max(0, start - 40), start)
            ):
                continue
            if form == _ROUND and (data[start - 1 : start] in (b"]", b"\\") or not lexicon.may_ask(hit[1])):
                continue
            if form == _ROUND and b"?" not in hit[1] and not lexicon.asks(hit[1].decode("utf-8", "replace")):
                continue
            if form == _ANGLE and b" " not in hit[1] and not hit[1].isupper() and not lexicon.may_ask(hit[1]):
                continue
            if form in LETTERS[1:] and _NO_WORD.search(data, max(top, start - 3), start):
                continue
            if form == MARKS and (data[start - 1 : start].isalnum() or _is_aside(data, start, end)):
                continue  # only surprise: `Really???`
            if form == _CAPITALS and _CENTURY.search(data, max(top, start - _NEXT), end + _NEXT):
                continue
            if form == BRACES and _VARIABLE.fullmatch(hit[1]):
                continue
            if form == 0 and hit[1].decode("utf-8", "replace").lower() in layout.definitions:
                continue
            place = bisect.bisect_right(taken, (end, 0)) - 1
            if place >= 0 and taken[place][1] > start:
                continue
            index = layout.leaf_index(start)
            if index < 0 or layout.leaves[index].kind == "CodeBlock" or layout.is_verbatim(start):
                continue
            if layout.enough(index):
                continue
            mask = layout.mask(index, inside[0])
            if (
                layout.leaves[index].kind != "HtmlBlock"
                and mask in ("code", "target", "html")
                and form != _ANGLE
            ) and (form != 1 or mask != "target"):
                continue
            listed.append(Remark(form, start, end, inside, None))
    for line in front_matter.lines(layout):
        value = line.value
        if line.key in _NAMED or _SETTLED.match(value) or (line.span.start, line.span.end) in taken:
            continue
        inside = (line.span.end - len(value.encode()), line.span.end)
        if "{{" in value or "??" in value or (lexicon.may_ask(data[slice(*inside)]) and lexicon.asks(value)):
            listed.append(Remark(VALUE, *line.span, inside, None))
    return listed


def _is_aside(data: bytes, start: int, end: int) -> bool:
    """Tell whether the marks open a block that a site folds: `??? note "More"`."""
    before = data[max(0, start - _AROUND) : start].rstrip(b" \t>")[-1:]
    return before in (b"", b"\n", b"\r") and _ASIDE.match(data, end) is not None


def hashes(
    layout: Layout, lexicon: Lexicon, survey: Survey, remark: Remark, unit: Unit | None, counts: Counter[int]
) -> set[int]:
    """Return the places of a remark's features in a table; `unit` is what it stands in."""
    form = remark.form
    inside = layout.text(remark.inside[0], min(remark.inside[1], remark.inside[0] + 400)).strip()
    words = tokens(_LINK.sub(" ", inside) if "](" in inside or "http" in inside else inside)[:40]
    before = after = ""
    if unit is not None:
        before = layout.data[max(unit.start, remark.start - _AROUND) : remark.start].decode("utf-8", "ignore")
        after = layout.data[remark.end : max(remark.end, min(unit.end, remark.end + _AROUND))].decode(
            "utf-8", "ignore"
        )
    if remark.start < layout.draft.front_matter.end:
        before = layout.text(
            remark.start, remark.inside[0] if form == VALUE else remark.start + 30
        ).partition(":")[0]
    alone = not before.strip(" \t*_~>#-+.0123456789[]") and not after.strip(" \t*_~.:!])")
    size = min(len(words), 12)
    last = inside[-1:] if not inside[-1:].isalnum() else "a"
    start = 1 if inside[:1].islower() else 2 if inside[:1].isupper() else 3
    left, right = before.rstrip()[-1:], after.lstrip()[:1]
    left, right = ("a" if left.isalnum() else left), ("a" if right.isalnum() else right)
    own = {
        f"form{form},{alone}", f"unit{form},{unit.form if unit else -1}", f"size{form},{size}", f"size{size}",
        f"end{form},{last}", f"start{form},{start}", f"shape{form},{start},{last},{min(size, 4)}",
        f"left{form},{left}", f"right{form},{right}", f"gap{form},{before[-1:] == ' '},{after[:1] == ' '}",
        f"ends{form},{not after.strip(' .')}", f"state{survey.draft[9]}",
        f"many{form},{min(counts[form], 8)}",
        f"prose{round(4 * survey.draft[2])}", f"caps{form},{inside.isupper()},{min(size, 3)}",
    }  # fmt: skip
    if size <= 5:
        own.add(f"whole{inside[:20]}")
    index = layout.leaf_index(remark.start)
    if index >= 0:
        own.add(f"quoted{layout.leaves[index].quoted}")
        if form < VALUE:
            own.add(f"mask{form},{layout.mask(index, remark.inside[0])}")
    said_before, said_after = tokens(before[-_NEXT:]), tokens(after[:_NEXT])
    if said_before:
        own.add("before" + said_before[-1])
    if said_after:
        own.add("after" + said_after[0])
    if remark.shown is not None:
        own |= {f"sign{signal}" for signal in remark.shown.signals}
        own.add(f"sure{form},{round(remark.shown.confidence * 5)}")
    places = set(map(crc32, "\0".join(own).encode().split(b"\0")))
    if words:
        places.update(word_places(" ".join(words).encode().split(b" "), 100 + form, 0))
        group = 7 + (form in (0, 2, 3, 4))
        places.update([(crc32(word.encode()) >> group) + 31 * group for word in words])
    if not inside.isascii():
        places |= glyphs(inside[:40])
    return places | purposes(lexicon.told(words, inside), 200 + form, min(size, 9) // 3)


def is_outright(layout: Layout, remark: Remark, unit: Unit | None) -> bool:
    """Tell whether a remark's form says that something is missing: `Costs: ???`, `{{name of the shop}}`.

    So does a paragraph that is filler from its first word on.
    """
    if remark.form == LOREM:
        return unit is not None and unit.start == remark.start
    if remark.form == MARKS and unit is not None and unit.form != ROW:
        before = layout.data[unit.start : remark.start].rstrip()
        is_row = not before and remark.end - remark.start > 2
        return (is_row or before[-1:] in (b":", b"=")) and remark.end >= unit.end
    inside = layout.data[slice(*remark.inside)]
    if remark.form == VALUE:  # `description: TODO`
        value = inside.decode("utf-8", "replace").strip("\"' ")
        return bool(value) and layout.words.marker_at(value) == value
    return remark.form == BRACES and inside.count(b" ") > 1 and _CODE_SIGNS.isdisjoint(inside)

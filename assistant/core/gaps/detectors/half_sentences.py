"""Find paragraphs that stop in the middle of a sentence: at `the`, at a comma, at a colon above nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.detectors import empty_containers
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.sentences import sentence_spans
from assistant.core.text.words import is_spaceless, tokens
from assistant.core.types import GapKind

_FEWEST = 4
"""Words of a line that stops at one of the words; with fewer it may be a name: `Log in with`."""
_ADDRESS = 8
"""Words of a line that stops at a comma; a shorter one addresses somebody: `Dear friends of the river,`."""
_COMMAS = (b",", "、".encode(), "，".encode())
_CLOSED = frozenset(byte for byte in range(128) if not chr(byte).isalnum()) - {ord(",")}
"""Bytes that end no word and no half sentence: all signs but the comma."""
_LONGEST = 60
"""Bytes that are more than any of the words has."""
_LONG = 36
"""Bytes of twelve signs: a line in Japanese or Chinese that is shorter addresses somebody."""
_LAST_CLAUSE = lazy.pattern(r"(?:.*(?P<sign>[,;:])\s)?(?P<words>.*)", re.DOTALL)
"""A sentence's last clause; a question word in another one says nothing about where this one may end."""
_SPEAKS = tuple("-–—«»“„\"'¿¡")
"""Signs at which somebody begins to speak, or a list of what was said."""
_NO_WORD = lazy.pattern(r"(?:\A|\s)[#:;=<^@][^\s]*\Z")
"""What ends a text and is no word that stands there for itself: a tag, `#boats `, or a smiley, `:P`, `=o`."""
_IN_SENTENCE, _BLANKS = "stops-in-sentence", (b" ", b"\t")
_WRAPPED = 45
"""Bytes of a line that is wrapped because it is full; in verse and lists of notes, lines are shorter."""
_VERBS_LAST = ("de", "nl")
"""Languages in which a clause ends in its verb: `weil der Wind zu stark war`."""
_COLONS = (b":", "：".encode())
_NO_SIGNS = b" \t\r\n#>"
"""What stands between a paragraph and the heading below it."""
_TEXT = frozenset(("Paragraph", "Item"))
_SIGNS = lazy.pattern(r":[\w+-]*:\Z")
"""An emoji's name, a box's end: `Thank you! :star:`, `:::`."""
_READ = 2000
"""Bytes at a paragraph's end in which its last sentence is looked for."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each paragraph's last sentence that can't end where it does.

    There are none in a draft where most go on after a blank line, as in posts that were HTML once.
    """
    empty = {start for start, _ in empty_containers.boxes(layout)}
    yield from _announcing(layout)
    stopped = list(_stopping(layout))
    sure = {index for index, _ in stopped if _is_above(layout, index, empty)}
    stopped = [one for one in stopped if one[0] in sure or not layout.leads_to_shown(one[0])]
    going_on = {index for index, _ in stopped if index not in sure and _goes_on(layout, index)}
    if 2 * len(going_on) <= len(stopped):
        for index, signal in stopped:
            if index in going_on:
                continue
            start, end = layout.leaves[index].span
            half = _last_sentence(layout, start, end)
            if half and not _may_end(layout, half):
                yield Candidate(GapKind.NOTES, end - len(half.encode()), end, [signal])


def _last_sentence(layout: Layout, start: int, end: int) -> str:
    """Return the sentence that ends a paragraph; nothing where it begins too far ahead to be seen."""
    text = layout.text(max(start, end - _READ), end)
    spans = sentence_spans(text, layout.language, at_unclear=True)
    at = spans[-1][0] if spans else 0
    return text[at:] if at or end - start <= _READ else ""


def _announcing(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each sentence whose colon is above a heading or at the end: nothing follows.

    Above a deeper heading it may announce the sections, and a tag or a picture is what it announces.
    """
    data = layout.data
    for index, (kind, start, end, _, _, _, quoted, aside) in enumerate(layout.leaves):
        if kind not in _TEXT or quoted or aside or not data.endswith(_COLONS, start, end):
            continue
        below = layout.leaf_after(index)
        is_last = below is None or (below.kind == "Heading" and not _is_deeper(layout, below.start, start))
        between = data[end : below.start if below else len(data)].translate(None, _NO_SIGNS)
        if not is_last or between or layout.is_verbatim(start):
            continue
        half = _last_sentence(layout, start, end)
        is_request = layout.purposes(half).opens_task  # `Expand each of these:`
        if len(tokens(half)) >= _FEWEST and not is_request and not _SIGNS.search(half):
            # its words may well stay, above what they announce
            yield Candidate(GapKind.NOTES, end - len(half.encode()), end, ["announces-nothing"], unclear=True)


def _is_deeper(layout: Layout, heading: int, text: int) -> bool:
    """Tell whether the heading at an offset is below that of some text, which may announce it.

    The first heading may be the title of all.
    """
    below, own = layout.draft.heading_above(heading), layout.draft.heading_above(text)
    return below is None or own in (None, layout.draft.headings[0]) or below.level > own.level


def _stopping(layout: Layout) -> Iterator[tuple[int, str]]:
    """Yield the indexes of paragraphs that stop, and how: at a comma, a word that ends no sentence, a blank.

    An author who breaks off leaves the blank that was typed for the next word: readers called three in four
    paragraphs that end in a letter and a blank unwritten, and there are none in 521 finished posts.
    """
    ends, data = layout.single_words("function", "particle", "cut"), layout.data
    if layout.language in _VERBS_LAST:
        ends -= layout.single_words("finite")
    suffixes = tuple(ends)
    for index, (kind, start, end, _, _, lists, quoted, aside) in enumerate(layout.leaves):
        if kind != "Paragraph" or lists or quoted or aside or data[end - 1] in _CLOSED:
            continue
        at_comma = data.endswith(_COMMAS, start, end)
        at_blank = data[end : end + 1] in _BLANKS
        if not (at_comma or at_blank or layout.text(max(start, end - _LONGEST), end).endswith(suffixes)):
            continue
        words = layout.words_of(index)
        if data.endswith(_COMMAS[1:], start, end) or (at_comma and is_spaceless(layout.text(end - 4, end))):
            if end - start >= _LONG and layout.is_last(index):  # some begin a paragraph after such a comma
                yield index, _IN_SENTENCE
            continue
        is_half = len(words) >= (_ADDRESS if at_comma else _FEWEST) and (at_comma or words[-1] in ends)
        is_broken = at_blank and layout.text(end - 4, end)[-1:].isalnum()
        if not (is_half or is_broken) or _NO_WORD.search(layout.text(max(start, end - _LONGEST), end)):
            continue
        # an instruction may end so: `Write a paragraph about each of these`
        asks = layout.phrases("write").at(words) or layout.phrases("edit").at(words)
        if not (
            asks
            or _has_short_lines(data[start:end])
            or layout.is_verbatim(start)
            or layout.is_in_template(end - 1)
        ):
            yield index, _IN_SENTENCE if is_half else "stops-at-blank"


def _has_short_lines(paragraph: bytes) -> bool:
    """Tell whether a paragraph's lines end before they are full, so that each stands for itself."""
    *lines, _ = paragraph.splitlines()
    return bool(lines) and max(map(len, lines)) < _WRAPPED


def _may_end(layout: Layout, half: str) -> bool:
    """Tell whether a last clause may end so, in a particle after a label or a question word.

    `Intro: why I write this`, `What it is built with`, `Two: the town I live in`
    """
    clause = _LAST_CLAUSE.fullmatch(half)
    assert clause is not None
    words = tokens(clause["words"])
    leads = clause["sign"] == ":" or not layout.single_words("question").isdisjoint(words[:-1])
    return leads and bool(words) and words[-1] in layout.single_words("particle", "stranded")


def _is_above(layout: Layout, index: int, starts: Collection[int]) -> bool:
    """Tell whether the leaf below one is an empty item, or a box that begins at one of some places."""
    following = layout.leaf_after(index)
    return following is not None and (following.start in starts or following.start == following.end)


def _goes_on(layout: Layout, index: int) -> bool:
    """Tell whether the next paragraph begins as no sentence does: with a small letter, a link, a sign."""
    following = layout.leaf_after(index)
    if following is None or following.kind != "Paragraph":
        return False
    first = layout.text(following.start, following.start + 4)[:1]
    return first.islower() or not (first.isalpha() or first in _SPEAKS)

"""Find where words are missing: `We left because ...`, `The reason is: …`, `$...`, `a gift of .`, `at <>`."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.gaps.leaves import Leaf
from assistant.core.text import lazy
from assistant.core.text.words import count_words, tokens
from assistant.core.types import GapKind

_DOTS = tuple(map(lazy.pattern, (rb"\.\.\.+", rb"\xe2\x80\xa6(?:\xe2\x80\xa6)*")))
"""Dots. `re` finds what begins with signs of its own ten times as fast as one of several."""
_EMPTY = lazy.pattern(rb"<>(?<![^\s(]<>)(?=[ \t]*(?:[.,;:)]|[\r\n]|\Z))")
"""Angle brackets for an address, with none in them, and no operator: `a <> b`."""
_BLANK = tuple(
    map(
        lazy.pattern,
        (rb" \.(?<=\S \.)(?=\s|\Z)(?!\s*\.)", rb" ,(?<=\S ,)(?=\s|\Z)", rb" \)(?<=\S \))(?=[ \t]+\w)"),
    )
)
"""What has a blank before it where a word is missing: `it will do, or . Then we left`, `(rope, ) and`."""
_SENTENCE = lazy.pattern(r"[^.!?。！？]*\Z")
"""The sentence that the dots end."""
_OPENS = lazy.pattern(r"\s+[^\W\d_a-zß-ÿ]")
"""A capital behind dots, where the next sentence begins."""
_SAID = frozenset('"“”„«»「『')
"""Signs of speech, which may trail off; so may what begins with a dash."""
_KINDS = frozenset(("Paragraph", "Item"))
_MONEY = frozenset("$€£¥")
_FEWEST = 4
"""Words of a sentence that stops at one of the words that end none; fewer may be a name: `Instead of ...`."""
_ANSWER = 5
"""Most words of an answer that dots above it keep back."""
_TWO = 2
"""Items of dots alone in a list that stand for items to come; a single one means `and so on`."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each place where a sentence lacks words, and for dots that stand for some."""
    yield from _dots(layout)
    top = layout.draft.front_matter.end
    for hit in itertools.chain.from_iterable(blank.finditer(layout.data, top) for blank in _BLANK):
        if _is_after_gap(layout, hit.start(), hit[0][-1:]):
            yield Candidate(GapKind.MARKER, *hit.span(), ["word-before-stop"], fillable=False)
    for hit in _EMPTY.finditer(layout.data, top):
        if layout.what_at(hit.start()) == "text":
            yield Candidate(GapKind.MARKER, *hit.span(), ["link-without-address"], fillable=False)


def _dots(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for dots that stand for text, but not where a sentence pauses or trails off.

    A blank before them is the one before a word: of 14 lines of labelled drafts that end in a word like `is`
    and dots, the three with a blank were gaps, and none of the others.
    """
    alone: list[int] = []
    data, top = layout.data, layout.draft.front_matter.end
    for hit in itertools.chain.from_iterable(dots.finditer(data, top) for dots in _DOTS):
        start, end = hit.span()
        index = layout.leaf_index(start)
        if index < 0 or layout.leaves[index].quoted or layout.leaves[index].kind not in _KINDS:
            continue
        leaf = layout.leaves[index]
        if (start, end) == leaf.span:
            alone.append(index)
            continue
        in_brackets = (
            data[start - 1 : start] == b"["
            and data[end : end + 1] == b"]"
            and data[end + 1 : end + 2] != b"("
        )
        start, end = start - in_brackets, end + in_brackets
        missing = _missing(layout, leaf, start, end)
        if missing and layout.what_at(start) == "text":
            yield Candidate(GapKind.MARKER, start, end, ["dots-for-words"], fillable=missing == "words")
    counts = Counter(layout.leaves[index].group for index in alone)
    for index in alone:
        leaf = layout.leaves[index]
        if layout.is_verbatim(leaf.start):
            continue
        if leaf.lists and counts[leaf.group] >= _TWO:
            yield Candidate(GapKind.MARKER, *leaf.span, ["dots-for-words"])
        elif leaf.kind == "Paragraph":
            yield _paragraph(layout, index, leaf)


def _is_after_gap(layout: Layout, start: int, sign: bytes) -> bool:
    """Tell whether a sign is behind a comma, a colon or a word that ends no sentence: `a gift of .`, `or )`.

    A comma is only where a colon's value is missing, `The rent: , paid in May`: others are slips of the hand.
    """
    index = layout.leaf_index(start)
    if index < 0 or layout.leaves[index].kind not in _KINDS or layout.leaves[index].quoted:
        return False
    leaf = layout.leaves[index]
    said = layout.text(max(leaf.start, start - SURROUNDINGS), start)
    is_open = said.endswith((":", "：") if sign == b"," else (",", ";", ":", "，", "、", "："))
    if not is_open and sign != b"," and said[-1:].isalpha():
        is_open = tokens(said)[-1] in layout.single_words("function", "cut")
    after = layout.text(start + 2, min(leaf.end, start + 2 + SURROUNDINGS))
    is_pair = said.rfind("(") > said.rfind(")")  # else it is spoken of: `Press the ) key`
    is_end = is_pair if sign == b")" else sign == b"," or not after.strip() or _OPENS.match(after) is not None
    return is_open and is_end and layout.what_at(start) == "text"


def _missing(layout: Layout, leaf: Leaf, start: int, end: int) -> str:
    """Return what a sentence lacks where its dots are: `words`, a `number`, or nothing."""
    before = layout.text(max(leaf.start, start - SURROUNDINGS), start)
    after = layout.text(end, min(leaf.end, end + SURROUNDINGS))
    sentence = _SENTENCE.search(before)
    assert sentence is not None
    said = sentence[0].strip()
    if not said or said[0] in "-–—" or not _SAID.isdisjoint(said):
        return ""
    has_blank, is_end = before[-1].isspace(), not after.strip(" *_?")
    if said[-1] in _MONEY or (has_blank and layout.phrases("unit").at(tokens(after)[:3])):
        return "number"
    if said[-1] in ":：":
        return "words" if (is_end and not _is_answered(layout, leaf)) or _OPENS.match(after) else ""
    is_end = is_end or (layout.data.startswith(b"[", start) and _OPENS.match(after) is not None)
    words, ends = tokens(said), layout.single_words("function", "particle", "cut")
    ends -= layout.single_words("trails-off")
    return "words" if is_end and has_blank and len(words) >= _FEWEST and words[-1] in ends else ""


def _is_answered(layout: Layout, leaf: Leaf) -> bool:
    """Tell whether dots keep up suspense: the few words right below are the answer, as `The cat!` is."""
    below = layout.leaf_after(layout.leaf_index(leaf.start))
    if below is None or below.kind != "Paragraph" or below.lists:
        return False
    return count_words(layout.text(*below.span)) <= _ANSWER


def _paragraph(layout: Layout, index: int, leaf: Leaf) -> Candidate:
    """Weigh a paragraph of dots alone, which may be a pause, or stand for what an example leaves out."""
    around = [layout.leaves[near] for near in (index - 1, index + 1) if 0 <= near < len(layout.leaves)]
    is_ellipsis = leaf.lists or any(
        near.kind in ("CodeBlock", "Item", "TableHead", "TableCell")
        or not layout.text(*near.span).strip(".…")  # a pause: several rows of dots
        for near in around
    )
    signals = present({"only-dots": True, "something-left-out": is_ellipsis})
    return Candidate(GapKind.MARKER, leaf.start, leaf.end, signals)

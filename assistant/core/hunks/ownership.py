"""Which words are the author's own in a model's text that was changed in a buffer.

An editor tells a change by its letters: of `liked` that became `loved` it says that `ik` became `ov`. So what
was typed counts by whole words, with the signs behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from assistant.core.hunks.shared_words import TOKEN, bare, is_word_end
from assistant.core.text import lazy

_ITEM_AT_END = lazy.pattern(r"(?:[-*+]|\d{1,9}[.)])[ \t]+\Z")
_LINE_END = lazy.pattern(r"[\r\n]")
_BREAK_BEHIND = lazy.pattern(r"(?:(?:\r\n|\n|\r)[ \t>]*)+")
"""The ends of lines, with the marks of a quotation that follow."""
_NEAR = 8
"""Letters on both sides of a place that tell that nothing of the model's was cut there."""
_STOPS = tuple(".!?…。,;:")
_MOSTLY = 3
"""Words of the author's for each of the model's: `Mine replaced all of it.` ends as another sentence did."""


class _Token(NamedTuple):
    start: int
    end: int
    is_ours: bool


def author_ranges(ranges: Sequence[tuple[int, int]], model: str, text: str) -> list[tuple[int, int]]:
    """Return the ranges of `text` with words of the author's, where `ranges` are what is left of `model`.

    A word of the model's with another sign or case is not the author's, nor is a sign alone.
    """
    model_ranges, words = list(_fitted(ranges, text)), {bare(word) for word in model.split()}
    start, end = model_ranges[0][0], model_ranges[-1][1]
    if text[start:end] == model:
        return []
    replaced = [one for one in _gaps(model_ranges) if not _is_typed_in(one, model_ranges, model, text)]
    tokens = []
    for a, b in _tokens(model_ranges, replaced, text):
        ours = "".join(
            text[max(a, first) : min(b, last)] for first, last in model_ranges if a < last and first < b
        )
        is_beside = len(ours) == min(b, end) - max(a, start) and bare(ours) in words - {""}
        is_same = bool(bare(ours)) and bare(text[a:b]) in words  # but for signs
        tokens.append(_Token(a, b, is_same or is_beside or len(ours) == b - a))
    result = []
    for is_ours, group in groupby(_by_sentence(tokens, replaced, text), key=lambda one: one.is_ours):
        run = list(group)
        if not is_ours and any(bare(text[one.start : one.end]) for one in run):
            result.append((run[0].start, run[-1].end))
    return result


def parting(text: str, *, behind: bool = True) -> str:
    """Return what parts the words on both sides of a text: the line ends beside one of them, or a blank.

    `behind` tells that a line may end at the text's start as well.
    """
    return _line_ends_before(text) or (parting_behind(text) if behind else " ")


def parting_before(text: str) -> str:
    """Return what parts the words behind a text from it: the line ends at its end, or its last blanks."""
    return _line_ends_before(text) or text[len(text.rstrip()) :]


def parting_behind(text: str) -> str:
    """Return what parts the words before a text from it: the line ends at its start, or a blank."""
    line_ends = _BREAK_BEHIND.match(text)
    return line_ends[0] if line_ends else " "


def _line_ends_before(text: str) -> str:
    """Return the ends of lines at a text's end, with the marks of a quotation and an item that follow."""
    item = _ITEM_AT_END.search(text)
    end = item.start() if item else len(text)
    found = _LINE_END.search(text, len(text[:end].rstrip(" \t>\r\n")), end)
    return text[found.start() :] if found else ""


def _gaps(model_ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(a, b) for (_, a), (b, _) in pairwise(model_ranges)]


def _is_typed_in(
    gap: tuple[int, int], model_ranges: Sequence[tuple[int, int]], model: str, text: str
) -> bool:
    """Tell whether what is between two ranges was typed there, and nothing of the model's was cut."""
    (a, b), first, last = gap, model_ranges[0][0], model_ranges[-1][1]
    return text[max(first, a - _NEAR) : a] + text[b : min(last, b + _NEAR)] in model


def _by_sentence(
    tokens: Sequence[_Token], replaced: Sequence[tuple[int, int]], text: str
) -> Iterator[_Token]:
    """Yield the words; those of a sentence that replaced another are all the author's."""
    first = 0
    for at, one in enumerate(tokens, 1):
        ends = at == len(tokens) or text[one.end - 1] in ".!?…。" or "\n" in text[one.end : tokens[at].start]
        if not ends:
            continue
        sentence = tokens[first:at]
        own = [word for word in sentence if not word.is_ours]
        is_other = any(a < word.end and word.start < b for word in own for a, b in replaced)
        if is_other and len(own) >= _MOSTLY * (len(sentence) - len(own)):
            sentence = [word._replace(is_ours=False) for word in sentence]
        yield from sentence
        first = at


def _fitted(ranges: Sequence[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges with what was typed between them from a blank to a blank, if it is told so as well.

    Of `One two. Mine.` an editor may say that `. Mine` was typed before the full stop.
    """
    first, *rest = ranges
    for one in rest:
        a, b = first[1], one[0]
        for by in range(-_NEAR, _NEAR + 1):
            at, to = a + by, b + by
            is_inside = first[0] < at and to < one[1]
            is_told = text[min(a, at) : max(a, at)] == text[min(b, to) : max(b, to)]
            if is_inside and is_told and all(is_word_end(text, place) for place in (at, to)):
                a, b = at, to
                break
        yield first[0], a
        first = b, one[1]
    yield first


def _tokens(
    model_ranges: Sequence[tuple[int, int]], replaced: Sequence[tuple[int, int]], text: str
) -> Iterator[tuple[int, int]]:
    """Yield the words from the first to the last range; one that a sentence was typed into, in its parts.

    So is what was typed behind a stop without a blank.
    """
    start, end = model_ranges[0][0], model_ranges[-1][1]
    gaps = (gap for gap in _gaps(model_ranges) if gap not in replaced and len(text[slice(*gap)].split()) > 1)
    cuts = {at for gap in gaps for at in gap}
    cuts |= {at for one in model_ranges for at in one if text[at - 1 : at] in _STOPS}
    while not is_word_end(text, start):
        start -= 1
    while not is_word_end(text, end):
        end += 1
    for match in TOKEN.finditer(text, start, end):
        inside = sorted({*match.span(), *(cut for cut in cuts if match.start() < cut < match.end())})
        yield from pairwise(inside)

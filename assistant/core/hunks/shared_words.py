"""The words that two texts share, whatever blanks and line ends are between them."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from assistant.core.hunks.alignment import common_ends, in_order
from assistant.core.text import lazy

GLYPH = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
"""Scripts without blanks between words: a letter counts as one."""
TOKEN = lazy.pattern(rf"[{GLYPH}]|[^\s{GLYPH}]+")
_PARTS = lazy.pattern(rf"[\s{GLYPH}]")
_SIGNS = lazy.pattern(r"[!-/:-@\[-`{-~\u2000-\u206f\u3000-\u303f\uff01-\uff0f]+")

TELLING = 3
"""Words from which on a text is known to be the model's: `yes` or `in May` may be anybody's."""


_MOSTLY = 0.6
"""Share of the words of both texts from which on each word that is the same is one of the old text: where
`the` became `our` in all of it, single words are left between. Sentences share some 0.4 of them by chance."""


class Match(NamedTuple):
    """Characters that two texts share."""

    old: int
    new: int
    size: int


def matches(old: str, new: str, *, any_case: bool = False) -> list[Match]:
    """Return what two texts share in order, by whole words.

    A few alone count only at an end of both, or where the texts share most of their words.
    """
    found = [Match(0, 0, 0)]
    words, others = list(TOKEN.finditer(old)), list(TOKEN.finditer(new))
    keys = ([_key(word[0]) if any_case else word[0] for word in one] for one in (words, others))
    pairs = list(in_order(*keys))
    is_same = len(pairs) >= _MOSTLY * max(len(words), len(others))
    for _, group in groupby(enumerate(pairs), key=lambda one: (one[1][0] - one[0], one[1][1] - one[0])):
        run = [pair for _, pair in group]
        is_end = run[0] == (0, 0) or run[-1] == (len(words) - 1, len(others) - 1)
        for i, j in run if is_end or is_same or len(run) >= TELLING else ():
            (start, end), (there, _) = words[i].span(), others[j].span()
            tail = _grow(found, old, new, start, there)
            start, there, last = start - tail, there - tail, found[-1]
            if (start, there) == (last.old + last.size, last.new + last.size):
                start, there, _ = found.pop()
            found.append(Match(start, there, end - start))
    _grow(found, old, new, len(old), len(new))
    return [match for match in found if match.size]


def bare(word: str) -> str:
    """Return a word without its signs, in small letters."""
    return _SIGNS.sub("", word).casefold()


def _key(word: str) -> str:
    """Return a word in small letters, if these are as many."""
    small = word.lower()
    return small if len(small) == len(word) else word


def _grow(found: list[Match], old: str, new: str, old_end: int, new_end: int) -> int:
    """Let the last match have the blanks behind it in both texts; return how many are before the two ends."""
    last = found[-1]
    left, other = old[last.old + last.size : old_end], new[last.new + last.size : new_end]
    head = _blanks(left, other)
    found[-1] = last._replace(size=last.size + head)
    return _blanks(left[head:][::-1], other[head:][::-1])


def is_word_end(text: str, at: int) -> bool:
    """Tell whether a place is beside a blank, or at an end of the text."""
    return not 0 < at < len(text) or _PARTS.search(text, at - 1, at + 1) is not None


def _blanks(old: str, new: str) -> int:
    """Return how many blanks two texts begin with alike."""
    head, _ = common_ends(*(text[: len(text) - len(text.lstrip())] for text in (old, new)))
    return head

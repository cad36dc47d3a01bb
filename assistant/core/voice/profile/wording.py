"""Habits of wording: language, person, contractions, spelling, connectives, and words never used."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from assistant.core.text.display import counted
from assistant.core.text.language import NAMES
from assistant.core.voice.profile.habit import Habit, listed, nearest, share
from assistant.core.voice.profile.reading import Piece, Reading

_CONTRACTED = re.compile(
    r"\b(?:\w+n['’]t|(?:i|you|he|she|it|we|they|that|there|who|what)['’](?:m|re|ve|ll|d|s))\b", re.I
)
"""`don't`, `I'm`, `they've`; a noun's `'s` may be its owner's."""
_EXPANDED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|had|would|could|should|will|can) ?not"
    r"|i (?:am|have|will|would)|(?:you|we|they) (?:are|have|will|would)|(?:it|that|there|he|she) is)\b",
    re.I,
)
"""What could have been contracted: `do not`, `cannot`, `it is`."""
_OFTEN = ((0.9, "nearly always"), (0.6, "mostly"), (0.1, "now and then"), (-1.0, "hardly ever"))
_COMMONEST = ("and", "und", "so")
"""Joining words of every author, which are favourites only at a sentence's start."""
_LISTED = 8
_MANY_WORDS = 1500
"""Fewest words of a blog in which it tells something that a word never comes."""


def tongue(reading: Reading) -> Habit | None:
    """Name the language."""
    if not reading.language:
        return None
    return Habit("language", NAMES[reading.language], {reading.language: reading.words}, ())


def person(reading: Reading) -> Habit | None:
    """Tell how often the author says I, we and you."""
    groups = {name: reading.lexicon.get(name, ()) for name in ("I", "we", "you")}
    counts = {name: sum(reading.counts[word] for word in group) for name, group in groups.items()}
    total = sum(counts.values())
    if not total or reading.words < 50:
        return None
    ranked = sorted(counts, key=lambda name: -counts[name])
    value = ", ".join(f"{name} {share(counts[name], total)}" for name in ranked if counts[name])
    common = [name for name in ranked if counts[name] * 5 >= total]
    return Habit("person", value, counts, _examples(reading, *(groups[name][:1] for name in common)))


def contractions(reading: Reading) -> Habit | None:
    """Tell how often English words are contracted that could be."""
    if reading.language not in ("en", ""):
        return None
    short = [(p, m[0]) for p in reading.prose for m in _CONTRACTED.finditer(p.text)]
    long = [(p, m[0]) for p in reading.prose for m in _EXPANDED.finditer(p.text)]
    total = len(short) + len(long)
    if total < 5:
        return None
    part = len(short) / total
    often = next(words for least, words in _OFTEN if part > least)
    value = f"{often} ({share(len(short), total)} of {total:,} chances)"
    if part > 0.1:
        favourites = Counter(word.lower().replace("’", "'") for _, word in short).most_common(4)
        value += f": {', '.join(word for word, _ in favourites)}"
    counts = {"contracted": len(short), "in full": len(long)}
    return Habit("contractions", value, counts, nearest(p for p, _ in (short if part > 0.5 else long)))


def spelling(reading: Reading) -> Habit | None:
    """Tell whether English words are spelled in the British or the American way."""
    if reading.language not in ("en", ""):
        return None
    forms = {
        name: {pair[at]: reading.counts[pair[at]] for pair in reading.spellings if reading.counts[pair[at]]}
        for at, name in enumerate(("British", "American"))
    }
    counts = {name: sum(words.values()) for name, words in forms.items()}
    total = sum(counts.values())
    if total < 3:
        return None
    name, other = sorted(counts, key=lambda name: -counts[name])
    common = sorted(forms[name], key=lambda word: (-forms[name][word], word))[:4]
    mixed = "mixed, more " if counts[other] * 4 > total else ""
    value = f"{mixed}{name} ({share(counts[name], total)} of {total}): {', '.join(common)}"
    value += f"; but {', '.join(sorted(forms[other])[:3])}" if forms[other] else ""
    return Habit("spelling", value, counts, _examples(reading, common[:1], sorted(forms[other])[:1]))


def connectives(reading: Reading) -> Habit | None:
    """Name the favourite joining words, and those that open sentences."""
    words = reading.lexicon.get("connectives", ())
    text = " \n ".join(_folded(piece) for piece in reading.prose)
    openings = [_folded(sentence) for sentence in reading.sentences]
    counts = Counter({word: len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", text)) for word in words})
    opening = Counter(
        {word: sum(bool(re.match(rf"{re.escape(word)}(?!\w)", s)) for s in openings) for word in words}
    )
    favourites = [(w, n) for w, n in counts.most_common() if n >= 3 and w not in _COMMONEST][:6]
    if not favourites:
        return None
    value = ", ".join(f"{word} {count}" for word, count in favourites)
    first = [(word, count) for word, count in opening.most_common(3) if count >= 3]
    if not first:
        return Habit("connectives", value, dict(favourites), _examples(reading, [favourites[0][0]]))
    value += "; to open a sentence: " + ", ".join(f"{word} {count}" for word, count in first)
    openers = (s for s in reading.sentences if _folded(s).startswith(first[0][0] + " "))
    return Habit("connectives", value, dict(favourites), nearest(openers))


def unused(reading: Reading) -> Habit | None:
    """Name words that others like and the author never writes."""
    often = reading.lexicon.get("often seen elsewhere", ())
    never = [word for word in often if not reading.counts[word]]
    if reading.words < _MANY_WORDS or not never:
        return None
    value = f"in {counted(reading.words, 'word')} never {listed(never, 10)}"
    return Habit("words never used", value, {word: reading.counts[word] for word in often}, ())


def more(reading: Reading) -> Habit | None:
    """Name the common words that the author uses far more often than nine in ten other writers."""
    return _leaning(reading, "words used more", leanings(reading)[0])


def less(reading: Reading) -> Habit | None:
    """Name the common words that the author uses far less often than nine in ten other writers."""
    return _leaning(reading, "words used less", leanings(reading)[1])


def usual_rates(reading: Reading) -> dict[str, tuple[float, float, float]]:
    """Return the rates of common words, in 10,000, that a tenth, half, nine tenths of writers stay below."""
    lines = (line.split() for line in reading.lexicon.get("usual rates", ()))
    return {word: (float(low), float(middle), float(high)) for word, low, middle, high in lines}


def leanings(reading: Reading) -> tuple[dict[str, float], dict[str, float]]:
    """Return the words used more than by others, and those used less, and how many times as often."""
    high, low = dict[str, float](), dict[str, float]()
    for word, (least, middle, most) in usual_rates(reading).items():
        count, share = reading.counts[word], reading.words / 1e4
        # A few uses more come by chance: two standard deviations of a Poisson count are asked for.
        if count - most * share > 2 * math.sqrt(most * share + 1):
            high[word] = count / (middle * share)
        elif least * share - count > 2 * math.sqrt(least * share) or (not count and middle * share > 8):
            low[word] = count / (middle * share)
    return high, low


def _leaning(reading: Reading, name: str, words: dict[str, float]) -> Habit | None:
    if not words:
        return None
    ranked = sorted(words, key=lambda word: -abs(math.log(words[word] + 0.05)))[:_LISTED]
    value = ", ".join(f"{word} {words[word]:.1f} ×" for word in ranked)
    seen = [word for word in ranked if reading.counts[word]][:1]
    counts = {word: round(words[word], 1) for word in ranked}
    return Habit(name, f"{value} as often as others", counts, _examples(reading, seen))


def _folded(piece: Piece) -> str:
    return piece.text.casefold().replace("’", "'")


def _examples(reading: Reading, *groups: Iterable[str]) -> tuple[Piece, ...]:
    """Return a piece of a good length to read for each group of words."""
    shown: list[Piece] = []
    for group in groups:
        if words := "|".join(map(re.escape, group)):
            pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
            shown += nearest(piece for piece in reading.prose if pattern.search(_folded(piece)))
    return tuple(shown)

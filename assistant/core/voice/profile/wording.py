"""Habits of wording: language, person, contractions, spelling, connectives, and words never used."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from assistant.core.text.display import counted
from assistant.core.text.language import NAMES
from assistant.core.voice.profile.corpus import Corpus, Snippet
from assistant.core.voice.profile.habit import Habit, listed, nearest, share

_CONTRACTED = re.compile(
    r"\b(?:\w+n['’]t|(?:i|you|he|she|it|we|they|that|there|who|what)['’](?:m|re|ve|ll|d|s))\b", re.I
)
"""`don't`, `I'm`, `they've`; after a noun, `'s` may be a possessive."""
_EXPANDED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|had|would|could|should|will|can) ?not"
    r"|i (?:am|have|will|would)|(?:you|we|they) (?:are|have|will|would)|(?:it|that|there|he|she) is)\b",
    re.I,
)
"""What could have been contracted: `do not`, `cannot`, `it is`."""
_OFTEN = ((0.9, "nearly always"), (0.6, "mostly"), (0.1, "now and then"), (-1.0, "hardly ever"))
_COMMONEST = ("and", "und", "so")
"""Joining words that every author uses; they are favourites only at the start of a sentence."""
_LISTED = 8
_MANY_WORDS = 1500
"""Fewest words of a blog in which the absence of a word is a habit, not chance."""


def language(corpus: Corpus) -> Habit | None:
    """Name the language."""
    if not corpus.language:
        return None
    return Habit("language", NAMES[corpus.language], {corpus.language: corpus.words}, ())


def person(corpus: Corpus) -> Habit | None:
    """Tell how often the author says I, we and you."""
    groups = {name: corpus.lexicon.get(name, ()) for name in ("I", "we", "you")}
    counts = {name: sum(corpus.counts[word] for word in group) for name, group in groups.items()}
    total = sum(counts.values())
    if not total or corpus.words < 50:
        return None
    ranked = sorted(counts, key=lambda name: -counts[name])
    value = ", ".join(f"{name} {share(counts[name], total)}" for name in ranked if counts[name])
    common = [name for name in ranked if counts[name] * 5 >= total]
    return Habit("person", value, counts, _examples(corpus, *(groups[name][:1] for name in common)))


def contractions(corpus: Corpus) -> Habit | None:
    """Measure how often English words that could be contracted are."""
    if corpus.language not in ("en", ""):
        return None
    hits = [(p, m[0]) for p in corpus.prose for m in _CONTRACTED.finditer(p.text)]
    misses = [(p, m[0]) for p in corpus.prose for m in _EXPANDED.finditer(p.text)]
    total = len(hits) + len(misses)
    if total < 5:
        return None
    part = len(hits) / total
    frequency = next(words for least, words in _OFTEN if part > least)
    value = f"{frequency} ({share(len(hits), total)} of {total:,} chances)"
    if part > 0.1:
        favourites = Counter(word.lower().replace("’", "'") for _, word in hits).most_common(4)
        value += f": {', '.join(word for word, _ in favourites)}"
    counts = {"contracted": len(hits), "in full": len(misses)}
    return Habit("contractions", value, counts, nearest(p for p, _ in (hits if part > 0.5 else misses)))


def spelling(corpus: Corpus) -> Habit | None:
    """Tell whether English words are spelled in the British or the American way."""
    if corpus.language not in ("en", ""):
        return None
    forms = {
        name: {pair[at]: corpus.counts[pair[at]] for pair in corpus.spellings if corpus.counts[pair[at]]}
        for at, name in enumerate(("British", "American"))
    }
    counts = {name: sum(words.values()) for name, words in forms.items()}
    total = sum(counts.values())
    if total < 3:
        return None
    name, rival = sorted(counts, key=lambda name: -counts[name])
    common = sorted(forms[name], key=lambda word: (-forms[name][word], word))[:4]
    mixed = "mixed, more " if counts[rival] * 4 > total else ""
    value = f"{mixed}{name} ({share(counts[name], total)} of {total}): {', '.join(common)}"
    value += f"; but {', '.join(sorted(forms[rival])[:3])}" if forms[rival] else ""
    return Habit("spelling", value, counts, _examples(corpus, common[:1], sorted(forms[rival])[:1]))


def connectives(corpus: Corpus) -> Habit | None:
    """Name the favourite joining words, and those that open sentences."""
    words = corpus.lexicon.get("connectives", ())
    text = " \n ".join(_folded(piece) for piece in corpus.prose)
    openings = [_folded(sentence) for sentence in corpus.sentences]
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
        return Habit("connectives", value, dict(favourites), _examples(corpus, [favourites[0][0]]))
    value += "; to open a sentence: " + ", ".join(f"{word} {count}" for word, count in first)
    openers = (s for s in corpus.sentences if _folded(s).startswith(first[0][0] + " "))
    return Habit("connectives", value, dict(favourites), nearest(openers))


def unused_words(corpus: Corpus) -> Habit | None:
    """Name words that others like and the author never writes."""
    common_words = corpus.lexicon.get("often seen elsewhere", ())
    words = [word for word in common_words if not corpus.counts[word]]
    if corpus.words < _MANY_WORDS or not words:
        return None
    value = f"in {counted(corpus.words, 'word')} never {listed(words, 10)}"
    return Habit("words never used", value, {word: corpus.counts[word] for word in common_words}, ())


def overused_words(corpus: Corpus) -> Habit | None:
    """Name the common words that the author uses far more often than nine in ten other writers do."""
    return _unusual_words(corpus, "words used more", unusual_rates(corpus)[0])


def underused_words(corpus: Corpus) -> Habit | None:
    """Name the common words that the author uses far less often than nine in ten other writers do."""
    return _unusual_words(corpus, "words used less", unusual_rates(corpus)[1])


def usual_rates(corpus: Corpus) -> dict[str, tuple[float, float, float]]:
    """Return the 10th, 50th and 90th percentile of writers' rates of common words, in 10,000 words."""
    lines = (line.split() for line in corpus.lexicon.get("usual rates", ()))
    return {word: (float(low), float(middle), float(high)) for word, low, middle, high in lines}


def unusual_rates(corpus: Corpus) -> tuple[dict[str, float], dict[str, float]]:
    """Return the overused and the underused words, each with its rate divided by the usual one."""
    high, low = dict[str, float](), dict[str, float]()
    for word, (least, middle, most) in usual_rates(corpus).items():
        count, share = corpus.counts[word], corpus.words / 1e4
        # Chance adds a few uses: require two standard deviations of a Poisson count.
        if count - most * share > 2 * math.sqrt(most * share + 1):
            high[word] = count / (middle * share)
        elif least * share - count > 2 * math.sqrt(least * share) or (not count and middle * share > 8):
            low[word] = count / (middle * share)
    return high, low


def _unusual_words(corpus: Corpus, name: str, words: dict[str, float]) -> Habit | None:
    if not words:
        return None
    ranked = sorted(words, key=lambda word: -abs(math.log(words[word] + 0.05)))[:_LISTED]
    value = ", ".join(f"{word} {words[word]:.1f} ×" for word in ranked)
    example_words = [word for word in ranked if corpus.counts[word]][:1]
    counts = {word: round(words[word], 1) for word in ranked}
    return Habit(name, f"{value} as often as others", counts, _examples(corpus, example_words))


def _folded(piece: Snippet) -> str:
    return piece.text.casefold().replace("’", "'")


def _examples(corpus: Corpus, *groups: Iterable[str]) -> tuple[Snippet, ...]:
    """Return a piece of readable length for each group of words."""
    examples: list[Snippet] = []
    for group in groups:
        if words := "|".join(map(re.escape, group)):
            pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
            examples += nearest(piece for piece in corpus.prose if pattern.search(_folded(piece)))
    return tuple(examples)

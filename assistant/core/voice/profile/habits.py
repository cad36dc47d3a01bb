"""Measures the habits of an author, each figure with the counts behind it and the places where it shows.

Nothing here is asked of a model. A habit is one function from what was read to a `Habit`, or to nothing
where there is too little text to say anything; to add one, write it and put it into `HABITS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.core.text.language import NAMES
from assistant.core.voice.profile import marks, structure
from assistant.core.voice.profile.habit import Habit, nearest, per_thousand, share, wording
from assistant.core.voice.profile.reading import Lexicon, Piece, Reading

_CONTRACTED = re.compile(
    r"\b(?:\w+n['’]t|(?:i|you|he|she|it|we|they|that|there|who|what)['’](?:m|re|ve|ll|d|s))\b", re.I
)
_EXPANDED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|had|would|could|should|will|can) ?not"
    r"|i (?:am|have|will|would)|(?:you|we|they) (?:are|have|will|would)|(?:it|that|there|he|she) is)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The words that habits are looked for with."""

    languages: dict[str, Lexicon]
    """Language code -> purpose -> words."""
    spellings: tuple[tuple[str, str], ...]
    """Words that are spelled in two ways: the British form and the American one."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a reading with the pieces that they stand in."""

    counts: Counter[str]
    prose: Sequence[Piece]

    def where(self, wanted: Iterable[str]) -> Piece | None:
        """Return the first piece of a good length to read that has one of the words."""
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted)) or '(?!)'})(?!\w)", re.I)
        found = [p for p in self.prose if pattern.search(p.text.replace("’", "'"))]
        return min(found, key=lambda p: abs(len(p.text) - 70), default=None)


def habits(reading: Reading, *, lexicons: Lexicons) -> list[Habit]:
    """Return everything that can be said of an author, in the order in which it is shown."""
    counts = Counter(
        word.replace("’", "'") for piece in reading.prose for word in _WORD.findall(piece.text.casefold())
    )
    words = _Words(counts, reading.prose)
    lexicon = lexicons.languages.get(reading.language, {})
    found: list[Habit | None] = [
        _language(reading),
        _person(reading, words, lexicon),
        _contractions(reading),
        _spelling(words, lexicons.spellings) if reading.language in ("en", "") else None,
        *(measure(reading) for measure in HABITS),
        _connectives(reading, words, lexicon),
        _never(reading, words, lexicon),
    ]
    return [habit for habit in found if habit is not None]


def _language(reading: Reading) -> Habit | None:
    if not reading.language:
        return None
    return Habit("language", NAMES[reading.language], {reading.language: reading.words}, ())


def _person(reading: Reading, words: _Words, lexicon: Lexicon) -> Habit | None:
    groups = {name: lexicon.get(name, ()) for name in ("I", "we", "you")}
    counts = {name: sum(words.counts[w] for w in group) for name, group in groups.items()}
    total = sum(counts.values())
    if not total or reading.words < 50:
        return None
    ranked = sorted(counts, key=lambda name: -counts[name])
    parts = [f"{name} {share(counts[name], total)}" for name in ranked if counts[name]]
    examples = [words.where(groups[name][:1]) for name in ranked if counts[name] * 5 >= total]
    return Habit("person", ", ".join(parts), counts, _some(examples))


def _contractions(reading: Reading) -> Habit | None:
    if reading.language not in ("en", ""):
        return None
    short = [(p, m[0]) for p in reading.prose for m in _CONTRACTED.finditer(p.text)]
    long = [(p, m[0]) for p in reading.prose for m in _EXPANDED.finditer(p.text)]
    total = len(short) + len(long)
    if total < 5:
        return None
    favourite = Counter(w.lower().replace("’", "'") for _, w in short).most_common(4)
    part = len(short) / total
    how = (
        "nearly always"
        if part > 0.9
        else "mostly"
        if part > 0.6
        else "now and then"
        if part > 0.1
        else "hardly ever"
    )
    value = f"{how} ({share(len(short), total)} of {total:,} chances)"
    value += f": {', '.join(w for w, _ in favourite)}" if favourite and part > 0.1 else ""
    piece = _readable(p for p, _ in (short if part > 0.5 else long))
    return Habit("contractions", value, {"contracted": len(short), "in full": len(long)}, _some([piece]))


def _spelling(words: _Words, pairs: Sequence[tuple[str, str]]) -> Habit | None:
    british = {b: words.counts[b] for b, a in pairs if words.counts[b]}
    american = {a: words.counts[a] for _, a in pairs if words.counts[a]}
    ours, theirs = sum(british.values()), sum(american.values())
    total = ours + theirs
    if total < 3:
        return None
    counts = {"British": ours, "American": theirs}
    name, forms = ("British", british) if ours >= theirs else ("American", american)
    mixed = min(ours, theirs) * 4 > total
    common = sorted(forms, key=lambda w: (-forms[w], w))[:4]
    other = sorted(american if name == "British" else british)
    value = f"{'mixed, more ' if mixed else ''}{name} ({share(counts[name], total)} of {total})"
    value += f": {', '.join(common)}"
    value += f"; but {', '.join(other[:3])}" if other else ""
    return Habit(
        "spelling", value, counts, _some([words.where(common[:1]), words.where(other[:1]) if other else None])
    )


def _connectives(reading: Reading, words: _Words, lexicon: Lexicon) -> Habit | None:
    """Count connectives; the commonest joining words of all are favourites only at a sentence's start."""
    text = " \n ".join(piece.text.casefold().replace("’", "'") for piece in reading.prose)
    counts: Counter[str] = Counter()
    for word in lexicon.get("connectives", ()):
        counts[word] = len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    opening = Counter(
        word
        for sentence in reading.sentences
        for word in lexicon.get("connectives", ())
        if re.match(rf"{re.escape(word)}(?!\w)", sentence.text.casefold())
    )
    favourites = [(w, n) for w, n in counts.most_common() if n >= 3 and w not in ("and", "und", "so")][:6]
    if not favourites:
        return None
    value = ", ".join(f"{w} {n}" for w, n in favourites)
    first = [(w, n) for w, n in opening.most_common(3) if n >= 3]
    if first:
        value += "; to open a sentence: " + ", ".join(f"{w} {n}" for w, n in first)
    starts = first[0][0] if first else ""
    example = _readable(s for s in reading.sentences if starts and s.text.casefold().startswith(starts + " "))
    return Habit("connectives", value, dict(favourites), _some([example or words.where([favourites[0][0]])]))


def _never(reading: Reading, words: _Words, lexicon: Lexicon) -> Habit | None:
    """Name words that others like and the author never writes, once there is text enough to say so."""
    listed = lexicon.get("often seen elsewhere", ())
    unused = [word for word in listed if not words.counts[word]]
    if reading.words < 1500 or not unused:
        return None
    return Habit(
        "words never used",
        f"in {reading.words:,} words never {wording(unused, 10)}",
        {word: words.counts[word] for word in listed},
        (),
    )


HABITS: tuple[Callable[[Reading], Habit | None], ...] = (
    structure.sentences,
    structure.paragraphs,
    structure.sections,
    structure.headings,
    structure.lists,
    structure.openings,
    structure.closings,
    marks.emphasis,
    marks.dashes,
    marks.quotes,
    marks.punctuation,
    marks.emoji,
    marks.links,
)


def _readable(pieces: Iterable[Piece]) -> Piece | None:
    return next(iter(nearest(pieces)), None)


def _some(pieces: Iterable[Piece | None]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece is not None)


__all__ = ["HABITS", "Habit", "Lexicons", "habits", "per_thousand"]

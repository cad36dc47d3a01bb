"""Habits of shape: how long things are, how headings and lists are written, how sections open and close."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from assistant.core.text.words import count_words
from assistant.core.voice.profile.habit import Habit, nearest, share, spread
from assistant.core.voice.profile.reading import Part, Piece, Reading

_LEAD = re.compile(r"\A(?:\*\*|__)[^*_\n]+(?:\*\*|__)")
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "nor",
        "of",
        "off",
        "on",
        "or",
        "over",
        "so",
        "the",
        "to",
        "up",
        "via",
        "vs",
        "with",
        "yet",
        "not",
    ]
)


def sentences(reading: Reading) -> Habit | None:
    """Measure how long sentences are."""
    lengths = [count_words(s.text) for s in reading.sentences]
    if len(lengths) < 5:
        return None
    spreads = spread(lengths)
    short = sum(n <= 6 for n in lengths)
    value = (
        f"{spreads['median']:.0f} words, the middle half {spreads['from']:.0f} to {spreads['to']:.0f}; "
        f"{share(short, len(lengths))} have six or fewer"
    )
    usual = [s for s in reading.sentences if count_words(s.text) == round(spreads["median"])]
    return Habit(
        "sentences", value, {"sentences": len(lengths), **spreads, "six or fewer": short}, nearest(usual)
    )


def paragraphs(reading: Reading) -> Habit | None:
    """Measure how long paragraphs are."""
    lengths = [count_words(p.text) for p in reading.paragraphs if count_words(p.text)]
    if len(lengths) < 3:
        return None
    spreads = spread(lengths)
    each = len(reading.sentences) / len(lengths)
    value = (
        f"{spreads['median']:.0f} words, the middle half {spreads['from']:.0f} to {spreads['to']:.0f}; "
        f"{each:.1f} sentences each"
    )
    usual = min(reading.paragraphs, key=lambda p: abs(count_words(p.text) - spreads["median"]))
    counts = {"paragraphs": len(lengths), **spreads, "sentences each": round(each, 2)}
    return Habit("paragraphs", value, counts, (usual,))


def sections(reading: Reading) -> Habit | None:
    """Measure how long sections are."""
    lengths = [part.words for part in reading.sections]
    if len(lengths) < 3:
        return None
    spreads = spread(lengths)
    value = f"{spreads['median']:.0f} words, the middle half {spreads['from']:.0f} to {spreads['to']:.0f}"
    usual = min(reading.sections, key=lambda part: abs(part.words - spreads["median"]))
    at = (usual.first.path, usual.heading)
    example = next((h for h in reading.headings if (h.path, h.text) == at), usual.first)
    return Habit("sections", value, {"sections": len(lengths), **spreads}, (example,))


def headings(reading: Reading) -> Habit | None:
    """Tell in which case headings are written."""
    cases: dict[str, list[Piece]] = {}
    for heading in reading.headings:
        words = [w for w in re.findall(r"[^\W\d_][\w'’]*", heading.text) if not w.isupper() or len(w) == 1]
        if len(words) < 2:
            continue
        later = [w for w in words[1:] if w.casefold() not in _SMALL]
        if not words[0][0].isupper():
            case = "lower case"
        elif later and sum(w[0].isupper() for w in later) * 2 > len(later):
            case = "title case"
        else:
            case = "sentence case"
        cases.setdefault(case, []).append(heading)
    total = sum(map(len, cases.values()))
    if total < 2:
        return None
    name, those = max(cases.items(), key=lambda case: len(case[1]))
    asked = sum(h.text.rstrip().endswith("?") for h in reading.headings)
    value = f"{name} ({len(those)} of {total})" + (f"; {asked} are questions" if asked else "")
    return Habit("headings", value, {case: len(found) for case, found in cases.items()}, nearest(those, 40))


def lists(reading: Reading) -> Habit | None:
    """Tell how lists are written: their marks, bold lead-ins, end punctuation and length."""
    items = reading.items
    if len(items) < 3:
        return None
    led = [i for i in items if _LEAD.match(i.raw)]
    ends = Counter(_ending(item.text) for item in items)
    usual, count = ends.most_common(1)[0]
    lengths = spread([count_words(i.text) for i in items])
    sections_with = sum(part.has_list for part in reading.sections)
    listed = Counter(piece.raw.lstrip()[:1] for piece in reading.marks)
    parts = [f"in {sections_with} of {len(reading.sections)} sections"]
    if reading.lists:
        parts.append(f"{share(reading.ordered, reading.lists)} numbered")
    if listed:
        parts.append(f"marked {listed.most_common(1)[0][0]}")
    parts.append(f"{share(len(led), len(items))} with a bold lead-in")
    parts.append(f"{share(count, len(items))} end in {usual}")
    parts.append(f"{lengths['median']:.0f} words an item")
    counts: dict[str, float] = {
        "items": len(items),
        "lists": reading.lists,
        "numbered": reading.ordered,
        "bold lead-in": len(led),
        **{f"end in {name}": n for name, n in ends.items()},
        **lengths,
    }
    return Habit("lists", "; ".join(parts), counts, nearest(led if len(led) * 2 > len(items) else items))


def _ending(text: str) -> str:
    last = text.rstrip("*_ \"'”’)")[-1:]
    named = {".": "a full stop", ";": "a semicolon", ",": "a comma", ":": "a colon", "?": "a question mark"}
    return named.get(last, "an exclamation mark" if last == "!" else "no punctuation")


def openings(reading: Reading) -> Habit | None:
    """Tell how sections open."""
    return _ends_of_sections(reading, "openings", lambda part: part.first, lambda part: part.opens_with)


def closings(reading: Reading) -> Habit | None:
    """Tell how sections close."""
    return _ends_of_sections(reading, "closings", lambda part: part.last, lambda part: part.closes_with)


def _ends_of_sections(
    reading: Reading, name: str, piece: Callable[[Part], Piece], block: Callable[[Part], str]
) -> Habit | None:
    if len(reading.sections) < 3:
        return None
    found: dict[str, list[Piece]] = {}
    for part in reading.sections:
        found.setdefault(_manner(piece(part), block(part)), []).append(piece(part))
    ranked = sorted(found.items(), key=lambda kind: -len(kind[1]))
    total = len(reading.sections)
    value = ", ".join(f"{kind} {share(len(those), total)}" for kind, those in ranked[:4])
    return Habit(name, value, {kind: len(those) for kind, those in ranked}, nearest(ranked[0][1]))


def _manner(piece: Piece, block: str) -> str:
    if block == "List":
        return "a list"
    text = piece.text.strip("*_ \"'”’)")
    words = text.split()
    if text.endswith("?"):
        return "a question"
    if text.endswith("!"):
        return "an exclamation"
    if text.endswith(":"):
        return "a colon"
    if len(words) <= 6:
        return "a short sentence"
    if words[0].casefold().replace("’", "'") in (
        "i",
        "i'm",
        "i've",
        "i'd",
        "i'll",
        "ich",
        "je",
        "eu",
        "yo",
        "ik",
    ):
        return "a sentence with I"
    if words[0].casefold().strip(",") in (
        "but",
        "so",
        "and",
        "then",
        "now",
        "yet",
        "aber",
        "mais",
        "pero",
        "mas",
    ):
        return "a joining word"
    return "a plain sentence"

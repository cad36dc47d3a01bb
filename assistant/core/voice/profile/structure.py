"""Habits of shape: how long things are, how headings and lists are written, how sections open and close."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from assistant.core.text.display import counted
from assistant.core.text.lists import lead_in
from assistant.core.text.words import count_words
from assistant.core.voice.profile.habit import Habit, nearest, share, spread
from assistant.core.voice.profile.reading import Piece, Reading, Section

_SHORT = 6
"""Words up to which a sentence is a short one."""
_ENDINGS = {
    ".": "a full stop",
    ";": "a semicolon",
    ",": "a comma",
    ":": "a colon",
    "?": "a question mark",
    "!": "an exclamation mark",
}
_MANNERS = {"?": "a question", "!": "an exclamation", ":": "a colon"}


def sentences(reading: Reading) -> Habit | None:
    """Measure how long sentences are."""
    lengths = [count_words(s.text) for s in reading.sentences]
    if len(lengths) < 5:
        return None
    short = sum(n <= _SHORT for n in lengths)
    middle = spread(lengths)
    usual = [s for s, n in zip(reading.sentences, lengths, strict=True) if n == round(middle["median"])]
    value = f"{_words(middle)}; {share(short, len(lengths))} have six or fewer"
    counts = {"sentences": len(lengths), **middle, "six or fewer": short}
    return Habit("sentences", value, counts, nearest(usual))


def paragraphs(reading: Reading) -> Habit | None:
    """Measure how long paragraphs are."""
    lengths = [count_words(p.text) for p in reading.paragraphs if count_words(p.text)]
    if len(lengths) < 3:
        return None
    middle, each = spread(lengths), len(reading.sentences) / len(lengths)
    usual = min(reading.paragraphs, key=lambda p: abs(count_words(p.text) - middle["median"]))
    counts = {"paragraphs": len(lengths), **middle, "sentences each": round(each, 2)}
    return Habit("paragraphs", f"{_words(middle)}; {each:.1f} sentences each", counts, (usual,))


def sections(reading: Reading) -> Habit | None:
    """Measure how long sections are."""
    lengths = [section.words for section in reading.sections]
    if len(lengths) < 3:
        return None
    middle = spread(lengths)
    usual = min(reading.sections, key=lambda section: abs(section.words - middle["median"]))
    at = (usual.first.path, usual.heading)
    example = next((h for h in reading.headings if (h.path, h.text) == at), usual.first)
    return Habit("sections", _words(middle), {"sections": len(lengths), **middle}, (example,))


def headings(reading: Reading) -> Habit | None:
    """Tell in which case headings are written."""
    small = frozenset(reading.lexicon.get("small in titles", ()))
    cases = defaultdict[str, list[Piece]](list)
    for heading in reading.headings:
        words = [w for w in re.findall(r"[^\W\d_][\w'’]*", heading.text) if not w.isupper() or len(w) == 1]
        if len(words) < 2:
            continue
        later = [w for w in words[1:] if w.casefold() not in small]
        if not words[0][0].isupper():
            case = "lower case"
        elif later and sum(w[0].isupper() for w in later) * 2 > len(later):
            case = "title case"
        else:
            case = "sentence case"
        cases[case].append(heading)
    total = sum(map(len, cases.values()))
    if total < 2:
        return None
    name, usual = max(cases.items(), key=lambda case: len(case[1]))
    questions = sum(h.text.rstrip().endswith("?") for h in reading.headings)
    value = f"{name} ({len(usual)} of {total})" + (f"; {questions} are questions" if questions else "")
    return Habit("headings", value, {case: len(pieces) for case, pieces in cases.items()}, nearest(usual, 40))


def lists(reading: Reading) -> Habit | None:
    """Tell how lists are written: their marks, bold lead-ins, end punctuation and length."""
    items = reading.items
    if len(items) < 3:
        return None
    led = [item for item in items if lead_in(item.raw)]
    ends = Counter(_ENDINGS.get(_last_sign(item.text), "no punctuation") for item in items)
    usual, count = ends.most_common(1)[0]
    middle = spread([count_words(i.text) for i in items])
    total, numbered = reading.lists.total(), reading.lists["1"]
    parts = [f"in {sum(s.has_list for s in reading.sections)} of {counted(len(reading.sections), 'section')}"]
    parts += [f"{share(numbered, total)} numbered"] if total else []
    parts += [f"marked {mark}" for mark, _ in (reading.lists - Counter({"1": numbered})).most_common(1)]
    parts += [f"{share(len(led), len(items))} with a bold lead-in"]
    parts += [f"{share(count, len(items))} end in {usual}", f"{middle['median']:.0f} words an item"]
    counts: dict[str, float] = {
        "items": len(items),
        "lists": total,
        "numbered": numbered,
        "bold lead-in": len(led),
        **{f"end in {name}": n for name, n in ends.items()},
        **middle,
    }
    return Habit("lists", "; ".join(parts), counts, nearest(led if len(led) * 2 > len(items) else items))


def openings(reading: Reading) -> Habit | None:
    """Tell how sections open."""
    return _manners(reading, "openings", lambda section: (section.first, section.opens_with))


def closings(reading: Reading) -> Habit | None:
    """Tell how sections close."""
    return _manners(reading, "closings", lambda section: (section.last, section.closes_with))


def _manners(reading: Reading, name: str, end: Callable[[Section], tuple[Piece, str]]) -> Habit | None:
    """Tell in which ways sections open or close; `end` gives the sentence and the kind of its block."""
    if len(reading.sections) < 3:
        return None
    manners = defaultdict[str, list[Piece]](list)
    for section in reading.sections:
        piece, block = end(section)
        manners[_manner(piece, block, reading.lexicon)].append(piece)
    ranked = sorted(manners.items(), key=lambda manner: -len(manner[1]))
    total = len(reading.sections)
    value = ", ".join(f"{manner} {share(len(pieces), total)}" for manner, pieces in ranked[:4])
    return Habit(name, value, {manner: len(pieces) for manner, pieces in ranked}, nearest(ranked[0][1]))


def _manner(piece: Piece, block: str, lexicon: Mapping[str, Sequence[str]]) -> str:
    if block == "List":
        return "a list"
    if manner := _MANNERS.get(_last_sign(piece.text)):
        return manner
    words = piece.text.strip("*_ \"'”’)").casefold().replace("’", "'").split()
    if len(words) <= _SHORT:
        return "a short sentence"
    if words[0].partition("'")[0] in lexicon.get("I", ())[:1]:
        return "a sentence with I"
    if words[0].strip(",") in lexicon.get("joining words", ()):
        return "a joining word"
    return "a plain sentence"


def _last_sign(text: str) -> str:
    return text.rstrip("*_ \"'”’)")[-1:]


def _words(middle: Mapping[str, float]) -> str:
    return f"{middle['median']:.0f} words, the middle half {middle['from']:.0f} to {middle['to']:.0f}"

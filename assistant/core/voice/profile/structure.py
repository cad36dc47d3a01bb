"""Habits of shape: how long things are, how headings and lists are written, how sections open and close."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from assistant.core.text.display import counted
from assistant.core.text.lists import lead_in
from assistant.core.text.words import count_words
from assistant.core.voice.profile.corpus import Corpus, Section, Snippet
from assistant.core.voice.profile.habit import Habit, nearest, share, spread

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


def sentences(corpus: Corpus) -> Habit | None:
    """Measure how long sentences are."""
    lengths = [count_words(s.text) for s in corpus.sentences]
    if len(lengths) < 5:
        return None
    short = sum(n <= _SHORT for n in lengths)
    middle = spread(lengths)
    usual = [s for s, n in zip(corpus.sentences, lengths, strict=True) if n == round(middle["median"])]
    value = f"{_words(middle)}; {share(short, len(lengths))} have six or fewer"
    counts = {"sentences": len(lengths), **middle, "six or fewer": short}
    return Habit("sentences", value, counts, nearest(usual))


def paragraphs(corpus: Corpus) -> Habit | None:
    """Measure how long paragraphs are."""
    lengths = [count_words(p.text) for p in corpus.paragraphs if count_words(p.text)]
    if len(lengths) < 3:
        return None
    middle, rate = spread(lengths), len(corpus.sentences) / len(lengths)
    usual = min(corpus.paragraphs, key=lambda p: abs(count_words(p.text) - middle["median"]))
    counts = {"paragraphs": len(lengths), **middle, "sentences each": round(rate, 2)}
    return Habit("paragraphs", f"{_words(middle)}; {rate:.1f} sentences each", counts, (usual,))


def sections(corpus: Corpus) -> Habit | None:
    """Measure how long sections are."""
    lengths = [section.words for section in corpus.sections]
    if len(lengths) < 3:
        return None
    middle = spread(lengths)
    usual = min(corpus.sections, key=lambda section: abs(section.words - middle["median"]))
    at = (usual.first.path, usual.heading)
    example = next((h for h in corpus.headings if (h.path, h.text) == at), usual.first)
    return Habit("sections", _words(middle), {"sections": len(lengths), **middle}, (example,))


def headings(corpus: Corpus) -> Habit | None:
    """Tell in which case headings are written."""
    small_words = frozenset(corpus.lexicon.get("small in titles", ()))
    cases = defaultdict[str, list[Snippet]](list)
    for heading in corpus.headings:
        words = [w for w in re.findall(r"[^\W\d_][\w'’]*", heading.text) if not w.isupper() or len(w) == 1]
        if len(words) < 2:
            continue
        later = [w for w in words[1:] if w.casefold() not in small_words]
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
    questions = sum(h.text.rstrip().endswith("?") for h in corpus.headings)
    value = f"{name} ({len(usual)} of {total})" + (f"; {questions} are questions" if questions else "")
    return Habit("headings", value, {case: len(pieces) for case, pieces in cases.items()}, nearest(usual, 40))


def lists(corpus: Corpus) -> Habit | None:
    """Tell how lists are written: their marks, bold lead-ins, end punctuation and length."""
    items = corpus.items
    if len(items) < 3:
        return None
    leads = [item for item in items if lead_in(item.raw)]
    ends = Counter(_ENDINGS.get(_last_sign(item.text), "no punctuation") for item in items)
    usual, count = ends.most_common(1)[0]
    middle = spread([count_words(i.text) for i in items])
    total, numbered = corpus.lists.total(), corpus.lists["1"]
    parts = [f"in {sum(s.has_list for s in corpus.sections)} of {counted(len(corpus.sections), 'section')}"]
    parts += [f"{share(numbered, total)} numbered"] if total else []
    parts += [f"marked {mark}" for mark, _ in (corpus.lists - Counter({"1": numbered})).most_common(1)]
    parts += [f"{share(len(leads), len(items))} with a bold lead-in"]
    parts += [f"{share(count, len(items))} end in {usual}", f"{middle['median']:.0f} words an item"]
    counts: dict[str, float] = {
        "items": len(items),
        "lists": total,
        "numbered": numbered,
        "bold lead-in": len(leads),
        **{f"end in {name}": n for name, n in ends.items()},
        **middle,
    }
    return Habit("lists", "; ".join(parts), counts, nearest(leads if len(leads) * 2 > len(items) else items))


def openings(corpus: Corpus) -> Habit | None:
    """Tell how sections open."""
    return _manners(corpus, "openings", lambda section: (section.first, section.opens_with))


def closings(corpus: Corpus) -> Habit | None:
    """Tell how sections close."""
    return _manners(corpus, "closings", lambda section: (section.last, section.closes_with))


def _manners(corpus: Corpus, name: str, end: Callable[[Section], tuple[Snippet, str]]) -> Habit | None:
    """Tell in which ways sections open or close; `end` gives the sentence and the kind of its block."""
    if len(corpus.sections) < 3:
        return None
    manners = defaultdict[str, list[Snippet]](list)
    for section in corpus.sections:
        piece, block = end(section)
        manners[_manner(piece, block, corpus.lexicon)].append(piece)
    ranked = sorted(manners.items(), key=lambda manner: -len(manner[1]))
    total = len(corpus.sections)
    value = ", ".join(f"{manner} {share(len(pieces), total)}" for manner, pieces in ranked[:4])
    return Habit(name, value, {manner: len(pieces) for manner, pieces in ranked}, nearest(ranked[0][1]))


def _manner(piece: Snippet, block: str, lexicon: Mapping[str, Sequence[str]]) -> str:
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

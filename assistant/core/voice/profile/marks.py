"""Habits of the smallest signs: emphasis, dashes, quotes, emoji, links and punctuation."""

from __future__ import annotations

import re
from collections import Counter

from assistant.core.text.display import counted
from assistant.core.voice.profile.habit import Habit, listed, nearest, per_thousand, share
from assistant.core.voice.profile.reading import Reading

_BOLD = re.compile(r"(?<![\w*_])(\*\*|__)(?=\S)[^*_\n]+?(?<=\S)\1(?![\w*_])")
"""`**words**` or `__words__` within a line; not the underscores of `__init__.py`."""
_ITALIC = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])[^*_\n]+?(?<=[^\s*_])\1(?![\w*_])")
"""`*words*` or `_words_`; not `2 * 3 * 4`, nor a name such as `snake_case`."""
_DASHES = (
    ("em dash —", re.compile(r"\S—\S")),
    ("spaced em dash —", re.compile(r"\s—\s")),
    ("spaced en dash –", re.compile(r"\s–\s")),
    ("spaced hyphen -", re.compile(r"(?<=\w)\s-\s(?=\w)")),
    ("two hyphens --", re.compile(r"(?<!-)--(?!-)")),
    ("three hyphens ---", re.compile(r"(?<!-)---(?!-)")),
)
"""A hyphen between blanks is a dash only between words: `5 - 3` and a list have one too."""
_QUOTES = (
    ("straight double", re.compile(r'"[^"\n]{1,200}"')),
    ("curly double", re.compile(r"“[^”\n]{1,200}”")),
    ("curly single", re.compile(r"(?<!\w)‘[^’\n]{1,200}’(?!\w)")),
    ("straight single", re.compile(r"(?<!\w)'[^'\n]{1,200}'(?!\w)")),
    ("low „…“", re.compile(r"„[^“”\n]{1,200}[“”]")),
    ("guillemets", re.compile(r"«[^»\n]{1,200}»|»[^«\n]{1,200}«")),
)
"""Single ones are told from apostrophes by what is around them: `don't`, `the authors'`."""
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?")
_SMILEY = re.compile(r"(?<!\w)[:;]-?[)(DP](?!\w)")
"""`:-)`, `;)`, `:D`; not the colon in `x:D`."""
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\](?:\([^)\s]+[^)\n]*\)|\[[^\]\n]*\])|<https?://[^>]+>")
"""Inline, by reference, or an address in angle brackets; no image."""
_SIGNS = {
    "questions": re.compile(r"\?(?=\s|\Z)"),
    "exclamations": re.compile(r"!(?=\s|\Z)"),
    "semicolons": re.compile(r";"),
    "brackets": re.compile(r"\("),
    "ellipses": re.compile(r"…|\.\.\."),
}
"""`?` and `!` count at the end of words alone: `a?b=c` is part of an address."""
_SERIAL = re.compile(r"\b\w+, \w+(?: \w+)?(,)? (?:and|or) \w+")
"""`red, green, and blue`, and the same without the last comma."""


def emphasis(reading: Reading) -> Habit | None:
    """Count bold and italic words in running text; lead-ins of list items are counted with lists."""
    bold = [p for p in reading.sentences for _ in _BOLD.finditer(p.raw)]
    italic = [p for p in reading.sentences for _ in _ITALIC.finditer(p.raw)]
    if not bold and not italic:
        return _none(reading, "emphasis", "none in running text")
    often = [per_thousand(len(pieces), reading.words) for pieces in (italic, bold)]
    value = f"italics {often[0]} and bold {often[1]} in 1,000 words"
    shown = nearest(italic if len(italic) >= len(bold) else bold)
    return Habit("emphasis", value, {"italic": len(italic), "bold": len(bold)}, shown)


def dashes(reading: Reading) -> Habit | None:
    """Tell which dashes are used, and how often."""
    return _rivals(reading, "dashes", _DASHES)


def quotes(reading: Reading) -> Habit | None:
    """Tell which quotation marks are used."""
    return _rivals(reading, "quotes", _QUOTES)


def _rivals(reading: Reading, name: str, kinds: tuple[tuple[str, re.Pattern[str]], ...]) -> Habit | None:
    pieces = {kind: [p for p in reading.prose for _ in pattern.finditer(p.text)] for kind, pattern in kinds}
    pieces = {kind: some for kind, some in pieces.items() if some}
    if not pieces:
        return _none(reading, name, "none")
    ranked = sorted(pieces.items(), key=lambda kind: -len(kind[1]))
    total = sum(len(some) for _, some in ranked)
    value = ", ".join(f"{kind} {share(len(some), total)}" for kind, some in ranked[:3])
    value += f"; {per_thousand(total, reading.words)} in 1,000 words"
    return Habit(name, value, {kind: len(some) for kind, some in ranked}, nearest(ranked[0][1]))


def punctuation(reading: Reading) -> Habit | None:
    """Count questions, exclamations, semicolons and brackets, and the comma before the last "and"."""
    if reading.words < 100:
        return None
    text = "\n".join(piece.text for piece in reading.prose)
    counts = {name: len(sign.findall(text)) for name, sign in _SIGNS.items()}
    commonest = _SIGNS[max(counts, key=lambda name: counts[name])]
    shown = nearest(piece for piece in reading.prose if commonest.search(piece.text))
    value = ", ".join(f"{name} {per_thousand(n, reading.words)}" for name, n in counts.items() if n)
    value = f"{value} in 1,000 words" if value else "only full stops and commas"
    serial = [bool(m[1]) for m in _SERIAL.finditer(text)]
    if len(serial) >= 5 and reading.language == "en":
        counts |= {"comma before the last and": sum(serial), "none there": len(serial) - sum(serial)}
        kept = sum(serial) * 2 > len(serial)
        part = share(sum(kept == one for one in serial), len(serial))
        value += f"; {'a' if kept else 'no'} comma before the last “and” ({part})"
    return Habit("punctuation", value, counts, shown)


def emoji(reading: Reading) -> Habit | None:
    """Count emoji, and smileys made of punctuation."""
    signs = [(p, m[0]) for sign in (_EMOJI, _SMILEY) for p in reading.prose for m in sign.finditer(p.text)]
    if not signs:
        return _none(reading, "emoji", "none")
    kinds = Counter(sign for _, sign in signs)
    value = f"{len(signs)} in {counted(len(reading.sources), 'post')}: {listed(kinds, 6)}"
    return Habit("emoji", value, dict(kinds), nearest(p for p, _ in signs))


def links(reading: Reading) -> Habit | None:
    """Count links per section."""
    if not reading.sections:
        return None
    with_links = [p for p in reading.prose if _LINK.search(p.raw)]
    count = sum(len(_LINK.findall(p.raw)) for p in reading.prose)
    sections = counted(len(reading.sections), "section")
    value = f"{count / len(reading.sections):.1f} a section ({count} in {sections})"
    return Habit("links", value, {"links": count, "sections": len(reading.sections)}, nearest(with_links))


def _none(reading: Reading, name: str, value: str) -> Habit | None:
    """Say that there is none of something, where there is text enough to say so."""
    return Habit(name, value, {"words": reading.words}, ()) if reading.words >= 300 else None

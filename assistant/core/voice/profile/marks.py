"""Habits of the smallest signs: emphasis, dashes, quotes, emoji, links and punctuation."""

from __future__ import annotations

import re
from collections import Counter

from assistant.core.text.display import counted
from assistant.core.voice.profile.corpus import Corpus
from assistant.core.voice.profile.habit import Habit, listed, nearest, per_thousand, share

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


def emphasis(corpus: Corpus) -> Habit | None:
    """Count bold and italic words in running text; lead-ins of list items are counted with lists."""
    bold = [p for p in corpus.sentences for _ in _BOLD.finditer(p.raw)]
    italic = [p for p in corpus.sentences for _ in _ITALIC.finditer(p.raw)]
    if not bold and not italic:
        return _absence(corpus, "emphasis", "none in running text")
    rates = [per_thousand(len(pieces), corpus.words) for pieces in (italic, bold)]
    value = f"italics {rates[0]} and bold {rates[1]} in 1,000 words"
    examples = nearest(italic if len(italic) >= len(bold) else bold)
    return Habit("emphasis", value, {"italic": len(italic), "bold": len(bold)}, examples)


def dashes(corpus: Corpus) -> Habit | None:
    """Tell which dashes are used, and how often."""
    return _variants(corpus, "dashes", _DASHES)


def quotes(corpus: Corpus) -> Habit | None:
    """Tell which quotation marks are used."""
    return _variants(corpus, "quotes", _QUOTES)


def _variants(corpus: Corpus, name: str, kinds: tuple[tuple[str, re.Pattern[str]], ...]) -> Habit | None:
    pieces = {kind: [p for p in corpus.prose for _ in pattern.finditer(p.text)] for kind, pattern in kinds}
    pieces = {kind: hits for kind, hits in pieces.items() if hits}
    if not pieces:
        return _absence(corpus, name, "none")
    ranked = sorted(pieces.items(), key=lambda kind: -len(kind[1]))
    total = sum(len(hits) for _, hits in ranked)
    value = ", ".join(f"{kind} {share(len(hits), total)}" for kind, hits in ranked[:3])
    value += f"; {per_thousand(total, corpus.words)} in 1,000 words"
    return Habit(name, value, {kind: len(hits) for kind, hits in ranked}, nearest(ranked[0][1]))


def punctuation(corpus: Corpus) -> Habit | None:
    """Count questions, exclamations, semicolons and brackets, and the comma before the last "and"."""
    if corpus.words < 100:
        return None
    text = "\n".join(piece.text for piece in corpus.prose)
    counts = {name: len(sign.findall(text)) for name, sign in _SIGNS.items()}
    commonest = _SIGNS[max(counts, key=lambda name: counts[name])]
    examples = nearest(piece for piece in corpus.prose if commonest.search(piece.text))
    value = ", ".join(f"{name} {per_thousand(n, corpus.words)}" for name, n in counts.items() if n)
    value = f"{value} in 1,000 words" if value else "only full stops and commas"
    serial = [bool(m[1]) for m in _SERIAL.finditer(text)]
    if len(serial) >= 5 and corpus.language == "en":
        counts |= {"comma before the last and": sum(serial), "none there": len(serial) - sum(serial)}
        has_comma = sum(serial) * 2 > len(serial)
        part = share(sum(has_comma == flag for flag in serial), len(serial))
        value += f"; {'a' if has_comma else 'no'} comma before the last “and” ({part})"
    return Habit("punctuation", value, counts, examples)


def emoji(corpus: Corpus) -> Habit | None:
    """Count emoji, and smileys made of punctuation."""
    signs = [(p, m[0]) for sign in (_EMOJI, _SMILEY) for p in corpus.prose for m in sign.finditer(p.text)]
    if not signs:
        return _absence(corpus, "emoji", "none")
    kinds = Counter(sign for _, sign in signs)
    value = f"{len(signs)} in {counted(len(corpus.sources), 'post')}: {listed(kinds, 6)}"
    return Habit("emoji", value, dict(kinds), nearest(p for p, _ in signs))


def links(corpus: Corpus) -> Habit | None:
    """Count links per section."""
    if not corpus.sections:
        return None
    with_links = [p for p in corpus.prose if _LINK.search(p.raw)]
    count = sum(len(_LINK.findall(p.raw)) for p in corpus.prose)
    sections = counted(len(corpus.sections), "section")
    value = f"{count / len(corpus.sections):.1f} a section ({count} in {sections})"
    return Habit("links", value, {"links": count, "sections": len(corpus.sections)}, nearest(with_links))


def _absence(corpus: Corpus, name: str, value: str) -> Habit | None:
    """Say that there is none of something, where there is text enough to say so."""
    return Habit(name, value, {"words": corpus.words}, ()) if corpus.words >= 300 else None

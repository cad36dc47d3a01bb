"""Tells whether two texts are in the same language, by their scripts and their commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

COMMON = {
    "en": "the and of to a in is that it for was on with as i you are be this have not but they we",
    "de": "der die das und ist ich nicht ein eine zu den mit sich auf für es im dem auch wir sie als von",
    "fr": "le la les de des et est un une que je pas pour dans il en ce qui sur au avec nous vous se",
    "es": "el la los las de que y en un una es no se por con para lo su al como más pero me muy",
    "pt": "o a os as de que e em um uma é não se por com para do da no na mais mas como eu foi",
    "it": "il la le di che e in un una è non si per con del della sono ma come anche più gli questo",
    "nl": "de het een en van is ik niet dat op te in met voor zijn maar ook je we om aan als er",
    "ru": "и в не на я что с он а как это по но к у за из от так же для мы вы",
}
"""The commonest words of each language; those that a near neighbour also uses count for both."""

NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "ru": "Russian",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
"""What a model is told, by code; of the languages that `guess` or a script lets be known."""

_OF_SCRIPT = {"kana": "ja", "hangul": "ko", "han": "zh"}
_SCRIPTS_OF = {"zh": ("han",), "ja": ("kana", "han"), "ko": ("hangul",), "ru": ("cyrillic",)}
_NOT_OWN = re.compile(
    r"(?ms)^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)|<!--.*?-->|^[ \t]*>[^\n]*|`[^`\n]*`|https?://\S+"
)
"""Code, comments, quotes and addresses, which are in no language or in another than the author's."""
_TELLING = 400
"""Characters of a text that say more of its language than its front matter does."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("han", r"[\u3400-\u9fff]"),
    ("kana", r"[\u3040-\u30ff]"),
    ("hangul", r"[\uac00-\ud7af]"),
    ("cyrillic", r"[\u0400-\u04ff]"),
    ("greek", r"[\u0370-\u03ff]"),
    ("arabic", r"[\u0600-\u06ff]"),
    ("hebrew", r"[\u0590-\u05ff]"),
    ("devanagari", r"[\u0900-\u097f]"),
    ("latin", r"[A-Za-z\u00c0-\u024f]"),
)
"""Compiled when a text is told apart, since patterns over wide ranges take long."""
_SETS = {code: frozenset(words.split()) for code, words in COMMON.items()}


def script(text: str) -> str:
    """Return the script that most letters of `text` have; kana makes a text Japanese whatever its han."""
    counts = Counter({name: len(re.findall(pattern, text)) for name, pattern in _SCRIPTS})
    japanese = counts["kana"] + counts["han"]
    if counts["kana"] and counts["kana"] * 5 > counts["han"] and japanese * 4 > counts["latin"]:
        return "kana"
    name, count = counts.most_common(1)[0]
    return name if count else ""


def guess(text: str) -> str:
    """Return the code of the language whose common words `text` has most of; empty when that is unclear."""
    words = _WORD.findall(text.casefold())
    if len(words) < 12:
        return ""
    counts = Counter(words)
    scores = sorted(
        ((sum(counts[w] for w in common) / len(words), code) for code, common in _SETS.items()), reverse=True
    )
    (best, code), (second, _) = scores[0], scores[1]
    return code if best >= 0.12 and best > 1.25 * second else ""


def code(metadata: Mapping[str, Any], text: str) -> str:
    """Return the code of a post's language; empty when unknown.

    A long text tells it best: many a post has the front matter of its theme. A short one leaves it to that,
    unless its script is another.
    """
    prose = _NOT_OWN.sub(" ", text)
    written = _OF_SCRIPT.get(script(prose), "") or guess(prose)
    if written and len(prose) >= _TELLING:
        return written
    for key in ("lang", "language", "locale"):
        value = metadata.get(key)
        if isinstance(value, str) and value[:2].casefold() in NAMES and not value[2:3].isalpha():
            said = value[:2].casefold()
            return said if len(prose) < _TELLING or _has_script(prose, said) else ""
    return written


def code_of(name: str) -> str:
    """Return the code of a language that a person named; empty for one that isn't known here."""
    return next((code for code, known in NAMES.items() if known.casefold() == name.casefold()), "")


def is_in(text: str, code: str) -> bool:
    """Tell whether `text` may be in the language `code`; True when it is too short to tell."""
    prose = _NOT_OWN.sub(" ", text)
    if not _has_script(prose, code):
        return False
    words = _WORD.findall(prose.casefold())
    if len(words) < 12 or code not in _SETS:
        return True
    counts = Counter(words)
    shares = {one: sum(counts[w] for w in common) / len(words) for one, common in _SETS.items()}
    best = max(shares, key=lambda one: shares[one])
    return best == code or shares[best] < 0.1 or shares[best] <= 1.25 * shares[code]


def _has_script(text: str, code: str) -> bool:
    """Tell whether enough letters are of the script that `code` is written in; foreign names need another."""
    wanted = _SCRIPTS_OF.get(code, ("latin",))
    counts = {name: len(re.findall(pattern, text)) for name, pattern in _SCRIPTS}
    whole, own = sum(counts.values()), sum(counts[name] for name in wanted)
    least = 0.5 if wanted == ("latin",) else 0.15
    return whole < 20 or (own >= least * whole and (code != "ja" or counts["kana"] > 0))


def same(text: str, other: str) -> bool:
    """Tell whether `text` may be in the language of `other`; True when either is too short to tell."""
    first, second = script(text), script(other)
    if first and second and first != second:
        return False
    mine, theirs = guess(text), guess(other)
    return not mine or not theirs or mine == theirs

"""Tell the language of a text, by its script and its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from assistant.core.text import lazy
from assistant.core.text.code import without_code, without_formulas

_COMMON = {
    "en": "the and of to a in is that it for was on with as i you are be this have not but they we",
    "de": "der die das und ist ich nicht ein eine zu den mit sich auf für es im dem auch wir sie als von",
    "fr": "le la les de des et est un une que je pas pour dans il en ce qui sur au avec nous vous se",
    "es": "el la los las de que y en un una es no se por con para lo su al como más pero me muy",
    "pt": "o a os as de que e em um uma é não se por com para do da no na mais mas como eu foi",
    "it": "il la le di che e in un una è non si per con del della sono ma come anche più gli questo",
    "nl": "de het een en van is ik niet dat op te in met voor zijn maar ook je we om aan als er",
    "pl": "i w na z że się nie do to jest jak co po za ale o od tak czy dla przez który jej jego",
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
    "pl": "Polish",
    "ru": "Russian",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
"""The names that a model is told, by code: of the languages that `guess` or a script can tell."""

_OF_SCRIPT = {"kana": "ja", "hangul": "ko", "han": "zh"}
_SCRIPTS_OF = {"zh": ("han",), "ja": ("kana", "han"), "ko": ("hangul",), "ru": ("cyrillic",)}
OWN_SCRIPT = frozenset(_SCRIPTS_OF)
"""The codes of languages that a script tells from those in Latin letters."""
_SCRIPTS = {
    "han": r"[\u3400-\u9fff]",
    "kana": r"[\u3040-\u30ff]",
    "hangul": r"[\uac00-\ud7af]",
    "cyrillic": r"[\u0400-\u04ff]",
    "greek": r"[\u0370-\u03ff]",
    "arabic": r"[\u0600-\u06ff]",
    "hebrew": r"[\u0590-\u05ff]",
    "devanagari": r"[\u0900-\u097f]",
    "thai": r"[\u0e00-\u0e7f]",
    "latin": r"[A-Za-z\u00c0-\u024f]",
}
_NEVER = {"ru": ("[іїєґўјљњ]", 0.03), "zh": (_SCRIPTS["kana"], 0.15)}
"""Letters of neighbours in the same script, and a share of all letters that names and quotations don't reach.

Ukrainian has 6 % of them, Japanese 50 % of kana.
"""
_MIXED = lazy.pattern("[а-яё][aceiopxy]|[aceopxy][а-яё]")
"""A Latin letter within a Russian word, which looks like the right one: `старыe`."""
_FEWEST_NEVER = 3
_NOT_OWN = lazy.pattern(r"(?ms)<!--.*?-->|</?[A-Za-z][^<>]*>|^[ \t]*>[^\n]*|https?://\S+")
"""Comments, tags, quotes and addresses, which are in no language or in another than the author's."""
_LINKED = lazy.pattern(
    r"!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])"
    r"|(?m:^[ \t]*\[[^\]\n]+\]:.*$)"
)
"""A link, a picture or an address of one, whose words are often the title of a page in another language."""
_WORD = lazy.pattern(r"[^\W\d_]+")
_SETS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
COMMONEST = frozenset(word for words in _SETS.values() for word in words)
"""The commonest words of all these languages, which say nothing of what a text is about."""
_CODES_OF = {word: [code for code, words in _SETS.items() if word in words] for word in COMMONEST}

_WORDS_ONLY = "".join(letter if letter.isalpha() else " " for letter in map(chr, range(128)))
"""A table for `translate`, which is faster than a pattern where all letters are ASCII."""
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(byte for byte in range(256) if byte > 127 or not chr(byte).isalpha())

_LETTERS_OF_SIGN = 3
"""Letters that a Chinese character or a Korean syllable is worth: `用 screen 保持连接` is Chinese."""
_TELLING = 400
"""Characters of a text that say more of its language than its front matter does."""
_FEWEST_WORDS, _FEWEST_LETTERS = 12, 20
"""A shorter text tells nothing."""
_COMMON_SHARE = 0.12
"""The share of common words that prose has at least; in English, it is 0.25 to 0.4."""
_HITS, _CLEAR = 2, 1.8
"""Common words in a text that has few, and how far ahead their language must be."""
_LEAST_SMALL = 2
"""Words in small letters that a clause has beside those that are common; a name has fewer."""
_LEAD = 1.25
"""How far a language must be ahead of its nearest neighbour, as Portuguese of Spanish."""


def guess(text: str) -> str:
    """Return the code of the language whose common words `text` has most of; empty when that is unclear."""
    shares = _shares(text)
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    return best if shares[best] >= max(_COMMON_SHARE, _LEAD * shares[second]) else ""


def likely(metadata: Mapping[str, Any], text: str) -> str:
    """Return the code of a post's language, also where it is mostly commands: `mount it, log in`."""
    if sure := code(metadata, text):
        return sure
    prose = f"{metadata.get('title')} {_own(text)}"
    shares = _shares(prose)
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    hits = shares[best] * len(_WORD.findall(prose))
    return best if hits >= _HITS and shares[best] >= _CLEAR * shares[second] else ""


def code(metadata: Mapping[str, Any], text: str) -> str:
    """Return the code of a post's language; empty when unknown.

    A long text tells it best: many a post has the front matter of its theme. A short one leaves it to that,
    unless its script is another.
    """
    prose = _own(text)
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
    return next((code for code, language in NAMES.items() if language.casefold() == name.casefold()), "")


def code_of_script(text: str) -> str:
    """Return the code of the language whose script some letters of `text` are in; empty for Latin ones."""
    for script, code in (*_OF_SCRIPT.items(), ("cyrillic", "ru")):
        if not text.isascii() and re.search(_SCRIPTS[script], text):
            return code
    return ""


def is_in(text: str, code: str) -> bool:
    """Tell whether `text` may be in the language `code`; True when it is too short to tell.

    Links, pictures and formulas tell nothing: a Japanese list may name pages in English.
    """
    prose = _own(_LINKED.sub(" ", without_formulas(text)))
    if not _has_script(prose, code) or _is_of_neighbour(prose, code):
        return False
    shares = _shares(prose)
    best = max(shares.values())
    if code not in shares or best < _COMMON_SHARE or best <= _LEAD * shares[code]:
        return True
    said = {*_WORD.findall(prose.casefold())}
    ahead = max(len(said & _SETS[one]) for one in shares if shares[one] == best)
    return ahead - len(said & _SETS[code]) < _HITS  # `No, no, no` in Italian


def _is_of_neighbour(text: str, code: str) -> bool:
    """Tell whether `text` has letters that its language never has: Ukrainian ones in Russian."""
    letters, share = _NEVER.get(code, ("", 0.0))
    foreign = len(re.findall(letters, text.casefold())) if letters else 0
    return foreign >= _FEWEST_NEVER and foreign >= share * _letters(text).total()


def may_stand_in(clause: str, code: str, own: str) -> bool:
    """Tell whether a clause, too short for `is_in`, may be in a sentence in the language `code`.

    It is in another where it has a common word of that, which `own` text hasn't, and none of its own: `as far
    as anybody could tell` in German. `Rue de la Paix` is a name.
    """
    said = _WORD.findall(clause)
    own_words = {word.casefold() for word in _WORD.findall(own)}
    foreign = {word for word in said if word.casefold() in _CODES_OF and word.casefold() not in own_words}
    is_own = any(code in _CODES_OF.get(word.casefold(), ()) for word in said)
    others = [word for word in said if word.islower() and word not in foreign]
    return not code or is_own or not foreign or len(others) < _LEAST_SMALL


def same(text: str, other: str) -> bool:
    """Tell whether `text` may be in the language of `other`; True when either is too short to tell."""
    first, second = script(text), script(other)
    if first and second and first != second:
        return False
    mine, theirs = guess(text), guess(other)
    return not mine or not theirs or mine == theirs


def has_foreign_script(text: str, own: str, code: str) -> bool:
    """Tell whether `text` has words in a script that isn't of the language `code` and not in `own` text.

    Latin letters are never foreign, and a single letter, such as `μ`, is not a word.
    """
    is_mixed = code == "ru" and _MIXED.search(text) is not None and _MIXED.search(own) is None
    return is_mixed or (bool(own) and bool(_scripts(text) - _scripts(own) - {*_SCRIPTS_OF.get(code, ())}))


def _scripts(text: str) -> set[str]:
    if text.isascii():
        return set()
    return {name for name, letters in _SCRIPTS.items() if name != "latin" and re.search(letters * 2, text)}


def _own(text: str) -> str:
    prose = without_code(text)
    return _NOT_OWN.sub(" ", prose) if ">" in prose or "http" in prose else prose


def _shares(text: str) -> dict[str, float]:
    """Return the share of each language's common words in `text`; nothing of any in a short text."""
    folded = text.casefold()
    words = folded.translate(_WORDS_ONLY).split() if folded.isascii() else _WORD.findall(folded)
    whole = len(words) if len(words) >= _FEWEST_WORDS else float("inf")
    counts = dict.fromkeys(_SETS, 0)
    for word, count in Counter(filter(_CODES_OF.__contains__, words)).items():
        for code in _CODES_OF[word]:
            counts[code] += count
    return {code: counts[code] / whole for code in _SETS}


def _letters(text: str) -> Counter[str]:
    """Count the letters of each script; most texts have few that aren't ASCII, and those are looked at."""
    data = text.encode("utf-8", "replace")
    others = data.translate(None, _ASCII).decode("utf-8")
    scripts = _SCRIPTS.items() if any(map(str.isalpha, others)) else ()
    counts = Counter({name: len(re.findall(letters, others)) for name, letters in scripts})
    counts["latin"] += len(data.translate(None, _NO_LETTERS))
    return counts


def script(text: str) -> str:
    """Return the script that most letters of `text` have; kana tells Japanese, however much han is there."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else ""
    counts = _letters(text)
    japanese = counts["kana"] + counts["han"]
    if counts["kana"] and counts["kana"] * 5 > counts["han"] and japanese * 4 > counts["latin"]:
        return "kana"
    counts.update({name: (_LETTERS_OF_SIGN - 1) * counts[name] for name in ("han", "hangul")})
    ((name, count),) = counts.most_common(1)
    return name if count else ""


def _has_script(text: str, code: str) -> bool:
    """Tell whether enough letters are of the script that `code` is written in; foreign names need another."""
    scripts = _SCRIPTS_OF.get(code, ("latin",))
    counts = _letters(text)
    own = sum(counts[name] for name in scripts)
    least = 0.5 if scripts == ("latin",) else 0.15  # product names in Latin letters fill a Chinese text
    is_enough = own >= least * counts.total() and (code != "ja" or counts["kana"] > 0)
    return is_enough or counts.total() < _FEWEST_LETTERS

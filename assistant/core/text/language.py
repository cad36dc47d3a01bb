"""Detect the language of a text by its script and its commonest words."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from assistant.core.text import lazy
from assistant.core.text.code import without_code, without_formulas
from assistant.core.text.draft import Draft

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
"""The commonest words of each language; those shared with a related language count for both."""

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
"""The names for a model of the languages that can be detected, by code."""

_OF_SCRIPT = {"kana": "ja", "hangul": "ko", "han": "zh"}
_SCRIPTS_OF = {"zh": ("han",), "ja": ("kana", "han"), "ko": ("hangul",), "ru": ("cyrillic",)}
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
_FOREIGN_LETTERS = {"ru": ("[іїєґўјљњ]", 0.03), "zh": (_SCRIPTS["kana"], 0.15)}
"""Letters of other languages in the same script, and a share of all letters above that of names and quotes.

Ukrainian has 6 %, Japanese 50 % kana.
"""
_RUSSIAN = lazy.pattern("(?i)[ёыэ]|ь(?!о)")
_NOT_RUSSIAN = lazy.pattern(r"(?![ЁёА-я])[\u0400-\u04ff]")
"""Letters of Russian that Bulgarian lacks, and those of neither, as in `Вчора ми були на березі`."""
_MIXED = lazy.pattern("[а-яё][aceiopxy]|[aceopxy][а-яё]")
"""A Latin letter in a Russian word, which looks like the right one: `старыe`."""
_FEWEST_FOREIGN = 3
_NOT_PROSE = lazy.pattern(r"(?ms)<!--.*?-->|</?[A-Za-z][^<>]*>|^[ \t]*>[^\n]*|https?://\S+")
"""Comments, tags, quotes and addresses, which are in no language or in another one."""
_LINKED = lazy.pattern(
    r"!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])"
    r"|(?m:^[ \t]*\[[^\]\n]+\]:.*$)"
)
"""A link, a picture or an address of one; its words are often the title of a page in another language."""
_WORD = lazy.pattern(r"[^\W\d_]+")
_SETS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
COMMONEST = frozenset(word for words in _SETS.values() for word in words)
"""The commonest words of all these languages, which say nothing about a text's subject."""
_CODES_OF = {word: [code for code, words in _SETS.items() if word in words] for word in COMMONEST}

_WORDS_ONLY = "".join(letter if letter.isalpha() else " " for letter in map(chr, range(128)))
"""A table for `translate`, which is faster than a pattern where all letters are ASCII."""
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(byte for byte in range(256) if byte > 127 or not chr(byte).isalpha())

_LETTERS_OF_SIGN = 3
"""Letters that a Chinese character or a Korean syllable counts for: `用 screen 保持连接` is Chinese."""
_LONG_TEXT = 400
"""Fewest characters of a text that is better evidence of its language than its front matter."""
_FEWEST_WORDS, _FEWEST_LETTERS = 12, 20
"""A shorter text is no evidence."""
_COMMON_SHARE = 0.12
"""Least share of common words in prose; in English, it is 0.25 to 0.4."""
_HITS, _CLEAR = 2, 1.8
"""Fewest common words in a text with few of them, and the lead that their language needs."""
_LEAST_SMALL = 2
"""Fewest words in small letters in a clause, besides the common ones; a name has fewer."""
_LEAD = 1.25
"""The lead that a language needs over the next one, such as Portuguese over Spanish."""


def guess(text: str) -> str:
    """Return the code of the language with the most common words in `text`; empty when unclear."""
    shares = _shares(text)
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    return best if shares[best] >= max(_COMMON_SHARE, _LEAD * shares[second]) else ""


def likely(metadata: Mapping[str, Any], text: str) -> str:
    """Return the code of a post's language, even for a post of commands: `mount it, log in`."""
    if result := code(metadata, text):
        return result
    prose = f"{metadata.get('title')} {_prose(text)}"
    shares = _shares(prose)
    best, second = sorted(shares, key=lambda code: -shares[code])[:2]
    hits = shares[best] * len(_WORD.findall(prose))
    return best if hits >= _HITS and shares[best] >= _CLEAR * shares[second] else ""


def code(metadata: Mapping[str, Any], text: str) -> str:
    """Return the code of a post's language; empty when unknown.

    A long text is the best evidence: many posts have the front matter of their theme. That decides for a
    short one, unless its script is another.
    """
    prose = _prose(text)
    of_text = script(prose)
    text_code = _OF_SCRIPT.get(of_text, "") or guess(prose)
    if not text_code and of_text == "cyrillic" and len(prose) < _LONG_TEXT:  # too short for common words
        text_code = "ru" if _RUSSIAN.search(prose) and not _NOT_RUSSIAN.search(prose) else ""
    if text_code and len(prose) >= _LONG_TEXT:
        return text_code
    for key in ("lang", "language", "locale"):
        value = metadata.get(key)
        if isinstance(value, str) and value[:2].casefold() in NAMES and not value[2:3].isalpha():
            metadata_code = value[:2].casefold()
            return metadata_code if len(prose) < _LONG_TEXT or _has_script(prose, metadata_code) else ""
    return text_code


def of_draft(draft: Draft, name: str = "") -> str:
    """Return the code of the language to write a draft in: the one named, else the draft's; or ''.

    Headings in another script are better evidence: English text below `消息串行化` was pasted, and a short
    draft with `历史` over `unicode` is Chinese.
    """
    if name:
        return next((code for code, other in NAMES.items() if other.casefold() == name.casefold()), "")
    code = likely(draft.metadata, draft.body[:8000])
    scripts = [_code_of_script(heading.text) for heading in draft.headings]
    majority = max(scripts, key=scripts.count, default="")
    if not code:
        return next(filter(None, scripts), "")
    return majority if majority and code not in _SCRIPTS_OF else code


def _code_of_script(text: str) -> str:
    """Return the code of the language whose script `text` uses; empty for Latin letters alone."""
    for script, code in (*_OF_SCRIPT.items(), ("cyrillic", "ru")):
        if not text.isascii() and re.search(_SCRIPTS[script], text):
            return code
    return ""


def is_in(text: str, code: str) -> bool:
    """Tell whether `text` may be in the language `code`; True when it is too short to tell.

    Links, pictures and formulas don't count: a Japanese list may name pages in English.
    """
    prose = _prose(_LINKED.sub(" ", without_formulas(text)))
    if not _has_script(prose, code) or _has_foreign_letters(prose, code):
        return False
    shares = _shares(prose)
    best = max(shares.values())
    if code not in shares or best < _COMMON_SHARE or best <= _LEAD * shares[code]:
        return True
    words = {*_WORD.findall(prose.casefold())}
    hits = max(len(words & _SETS[rival]) for rival in shares if shares[rival] == best)
    return hits - len(words & _SETS[code]) < _HITS  # `No, no, no` in Italian


def is_common(word: str, code: str) -> bool:
    """Tell whether a word is among the commonest ones of the language `code`."""
    return code in _CODES_OF.get(word.casefold(), ())


def _has_foreign_letters(text: str, code: str) -> bool:
    """Tell whether `text` has letters that its language doesn't use: Ukrainian ones in Russian."""
    letters, share = _FOREIGN_LETTERS.get(code, ("", 0.0))
    foreign = len(re.findall(letters, text.casefold())) if letters else 0
    return foreign >= _FEWEST_FOREIGN and foreign >= share * _letters(text).total()


def may_stand_in(clause: str, code: str, author_text: str) -> bool:
    """Tell whether a clause, too short for `is_in`, may be in a sentence in the language `code`.

    It is not where it has common words of another language, which `author_text` lacks, and none of `code`:
    `as far as anybody could tell` in German. `Rue de la Paix` is a name.
    """
    return not is_foreign(clause, code, {word.casefold() for word in _WORD.findall(author_text)}, least=1)


def is_foreign(clause: str, code: str, own_words: Collection[str], *, least: int = _HITS) -> bool:
    """Tell whether a clause has common words of another language, none `own_words`, and none of `code`."""
    words = _WORD.findall(clause)
    foreign = {word.casefold() for word in words}.intersection(_CODES_OF).difference(own_words)
    hits = Counter(itertools.chain.from_iterable(map(_CODES_OF.__getitem__, foreign)))
    is_own = any(is_common(word, code) for word in words)
    plain_words = [word for word in words if word.islower() and word not in foreign]
    is_clause = len(plain_words) >= _LEAST_SMALL
    return bool(code) and is_clause and not is_own and max(hits.values(), default=0) >= least


def same(text: str, reference: str) -> bool:
    """Tell whether `text` may be in the language of `reference`; True when either is too short to tell."""
    first, second = script(text), script(reference)
    if first and second and first != second:
        return False
    text_code, reference_code = guess(text), guess(reference)
    return not text_code or not reference_code or text_code == reference_code


def has_foreign_script(text: str, author_text: str, code: str) -> bool:
    """Tell whether `text` has words in a script of neither the language `code` nor `author_text`.

    Latin letters are never foreign, and a single letter, such as `μ`, is not a word.
    """
    is_mixed = code == "ru" and _MIXED.search(text) is not None and _MIXED.search(author_text) is None
    others = _scripts(text) - {*_SCRIPTS_OF.get(code, ())}  # of few texts; only these have all posts searched
    return is_mixed or bool(author_text and others and others - _scripts(author_text))


def _scripts(text: str) -> set[str]:
    if text.isascii():
        return set()
    return {name for name, letters in _SCRIPTS.items() if name != "latin" and re.search(letters * 2, text)}


def _prose(text: str) -> str:
    prose = without_code(text)
    return _NOT_PROSE.sub(" ", prose) if ">" in prose or "http" in prose else prose


def _shares(text: str) -> dict[str, float]:
    """Return the share of each language's common words in `text`; 0 in a short text."""
    folded = text.casefold()
    words = folded.translate(_WORDS_ONLY).split() if folded.isascii() else _WORD.findall(folded)
    total = len(words) if len(words) >= _FEWEST_WORDS else float("inf")
    counts = dict.fromkeys(_SETS, 0)
    for word, count in Counter(filter(_CODES_OF.__contains__, words)).items():
        for code in _CODES_OF[word]:
            counts[code] += count
    return {code: counts[code] / total for code in _SETS}


def _letters(text: str) -> Counter[str]:
    """Count the letters of each script; a pattern reads only those that aren't ASCII, which are few."""
    data = text.encode("utf-8", "replace")
    rest = data.translate(None, _ASCII).decode("utf-8")
    scripts = _SCRIPTS.items() if any(map(str.isalpha, rest)) else ()
    counts = Counter({name: len(re.findall(letters, rest)) for name, letters in scripts})
    counts["latin"] += len(data.translate(None, _NO_LETTERS))
    return counts


def script(text: str) -> str:
    """Return the script of most letters of `text`; kana means Japanese, even among much han."""
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
    """Tell whether enough letters are in the script of the language `code`; foreign names are not."""
    scripts = _SCRIPTS_OF.get(code, ("latin",))
    counts = _letters(text)
    count = sum(counts[name] for name in scripts)
    threshold = 0.5 if scripts == ("latin",) else 0.15  # product names in Latin letters fill a Chinese text
    is_enough = count >= threshold * counts.total() and (code != "ja" or counts["kana"] > 0)
    return is_enough or counts.total() < _FEWEST_LETTERS

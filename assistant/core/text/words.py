"""Words of a text: counted, listed, and folded for comparison."""

from __future__ import annotations

from itertools import filterfalse

from assistant.core.text import lazy

_WORD = lazy.pattern(r"\w+(?:['’\-]\w+)*")
"""A run of letters and digits; an apostrophe or a hyphen inside joins two (`don't`, `well-known`)."""
_TOKEN = lazy.pattern(r"[^\W_]+(?:['’\-][^\W_]+)*")
"""The same without underscores, so that the `_emphasis_` of Markdown falls away."""
CJK = lazy.pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A Japanese, Chinese or Korean character."""
_SPACELESS = lazy.pattern(r"[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A letter of a script that puts no spaces between words: these, and Thai, Lao and rarer ones."""

STOPS = ".!?…。．！？｡।॥؟۔։።។။།"
"""Signs that end a sentence, of every script."""
CLOSING_QUOTES = "\"'”’“‘»«›‹」』"
"""Signs that close a quotation somewhere: `„Ja.“`, `»Ja.«`, `«Oui.»`."""

QUOTATION = lazy.pattern(
    r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|‹[^‹›]*›|‘[^‘’]*’(?!\w)|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)"
    r"|「[^「」]*」|『[^『』]*』"
)
"""Words in quotation marks, with the marks."""

ADDRESS = lazy.pattern(r"(?<=\])\([^)\s]*(?:\s+\"[^\"\n]*\")?\)|https?://[^\s<>()\]]+(?<![.,;:!?])")
"""The target and title of a link after its words, or a bare address, whose parts don't count as words."""

UNIT = lazy.pattern(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
"""A word, or a character of a script that puts no spaces between words."""

_EMOJI = lazy.pattern(r"(?<!\w):[a-z][a-z0-9_+-]{1,40}:(?!\w)")
"""An emoji's name in chats and on GitHub: `:construction:`."""

FOLDED = bytes(
    byte + 32 if 65 <= byte <= 90 else byte if byte > 127 or chr(byte).isalnum() or byte in b"'-" else 32
    for byte in range(256)
)
"""A table for `translate`: lowers ASCII letters and turns signs into blanks; `split` gives words."""
_LETTERS = bytes(
    120 if byte == 95 or chr(byte).isalnum() else 45 if byte in b"'-" else 32 for byte in range(128)
).ljust(256)
"""A table for `translate`: letters and digits become `x`, signs that may join two `-`, others blanks."""
_FOLDED_TEXT = FOLDED[:128].decode("ascii")


def words(text: str) -> list[str]:
    """Return the words of `text` as they are written."""
    return _WORD.findall(text)


def first_word(text: str) -> str:
    """Return the first word of `text` as it is written; empty without one."""
    word = _WORD.search(text)
    return word[0] if word else ""


def without_emoji(text: str) -> str:
    """Return `text` with `#` for each sign of an emoji's name: `####### Work in progress`."""
    return _EMOJI.sub(lambda name: "#" * len(name[0]), text) if text.count(":") > 1 else text


def count_words(text: str) -> int:
    """Count the words of `text`; two Chinese, Japanese or Korean characters count as one."""
    if text.isascii():
        return _count_ascii(text)
    ascii, lines = list[str](), list[str]()
    for line in text.split("\n"):  # most lines of an English draft have no curly quote
        (ascii if line.isascii() else lines).append(line)
    rest = "\n".join(lines)
    return _count_ascii("\n".join(ascii)) + len(words(CJK.sub(" ", rest))) + len(CJK.findall(rest)) // 2


def _count_ascii(text: str) -> int:
    """Return `len(words(text))` faster: count the letters that begin a word."""
    mask = f" {text}".encode("ascii").translate(_LETTERS)
    if b"-" in mask:
        mask = mask.replace(b"--", b"  ").replace(b" -", b"  ")
    return mask.count(b" x")


def tokens(text: str) -> list[str]:
    """Return the words of `text` in lower case, with straight apostrophes and without punctuation."""
    if not text.isascii():
        text = text.replace("’", "'")
        for sign in "“”–—…":
            text = text.replace(sign, " ")
        if not text.isascii():
            return _TOKEN.findall(text.lower())
    parts = text.translate(_FOLDED_TEXT).split()
    if ("-" in text or "'" in text) and not all(map(_TOKEN.fullmatch, filterfalse(str.isalnum, parts))):
        return [part for word in parts for part in ((word,) if word.isalnum() else _TOKEN.findall(word))]
    return parts


def squeezed(text: str) -> str:
    """Return `text` without blanks and line ends, to compare texts with different lines."""
    return "".join(text.split())


def is_spaceless(text: str) -> bool:
    """Tell whether `text` has letters of a script without spaces between words, such as Chinese or Thai."""
    return not text.isascii() and _SPACELESS.search(text) is not None

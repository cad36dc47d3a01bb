"""Write a text as the author does: blanks, lists, spellings, and quotation marks, straight or curly."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache, partial

from assistant.core.answer.expected import Expected
from assistant.core.answer.parts import numbered_in_order, parts
from assistant.core.text.code import replaced, without_code
from assistant.core.text.list_style import in_style
from assistant.core.text.words import STOPS

_JOINED = "[A-Za-z\u00c0-\u04ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Letters that never need a joiner, as those of Arabic and Hindi do: Latin to Cyrillic, kana, han, hangul."""
_SPACES = (
    (re.compile(f"(?<={_JOINED})[\u200c\u200d]|[\u200c\u200d](?={_JOINED})"), ""),
    (re.compile("(?<![\u0590-\u08ff].)[\u200e\u200f\u061c](?![\u0590-\u08ff])"), ""),
    (re.compile("[\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0]"), ""),
    (re.compile("(?m)^\u3000+"), ""),
    (re.compile("[\u2028\u2029\u0085\x0b\x0c]"), "\n"),
    (re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"), " "),
)
"""Joiners that join nothing; marks of direction without Hebrew or Arabic; soft hyphens, fillers and blanks
of no width; the indent of a Chinese or Japanese paragraph; ends of lines; blanks of other widths."""
_ENTITY = re.compile(r"&(?:quot|apos|amp(?!;#?\w+;)|hellip|[mn]dash|[lr][sd]quo|#0?39|#x27|#34);")
"""Signs that Markdown has plain; not `&lt;`, which keeps words from being a tag, or the `&` of `&amp;lt;`."""
_SMILEY = re.compile("[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]")
_SMILEYS_AT_END = re.compile(rf"(?<=[{STOPS}])\s*(?:{_SMILEY.pattern}[\ufe0f\u200d ]*)+\Z")
_FRENCH = re.compile("(?<=\\S)[\u00a0\u202f](?=[;:!?»])|(?<=«)[\u00a0\u202f]")
_PLAIN_FRENCH = re.compile(r"\S [;:!?»]|« ")
"""The blank that French has before some signs, and a plain one there, as many authors type it."""
_INDENT = "\u3000"
_LETTERS = re.compile(r"[^\W\d_]+")
_SYNTAX = r"\]\([^)\n]*\)|<[^>\n]*>|"
"""A link's target with its title, and a tag with its attributes: their quotes are no text."""
_KINDS = (
    # An apostrophe is told by the word around it: elsewhere, a straight sign may open or close.
    ("'", "‘’", re.compile(_SYNTAX + r"(?P<opening>‘)|(?P<closing>’|(?<=\w)'(?=\w))")),
    ('"', "“”", re.compile(_SYNTAX + r"(?P<opening>“|(?<![^\s(\[*_—–-])\"(?=[\w*_(\[]))|(?P<closing>[”\"])")),
)
"""The straight form, the curly ones, and what opens and closes, such as `"` before a word."""


def in_author_spaces(text: str, expected: Expected) -> str:
    """Return `text` without invisible characters, and with plain blanks, where the author has no others.

    The blanks of French before `;` stay unless the author types plain ones there.
    """
    own = expected.own_text
    is_french = expected.language == "fr" and not _PLAIN_FRENCH.search(own)

    def written(sign: re.Match[str], plain: str) -> str:
        before = max(0, sign.start() - 1)
        is_own = sign[0] in own or (is_french and _FRENCH.search(sign.string, before, sign.end() + 1))
        return sign[0] if is_own else plain

    for pattern, plain in _SPACES:
        text = pattern.sub(partial(written, plain=plain), text)
    return text


def in_author_signs(text: str, expected: Expected) -> str:
    """Return `text` with signs for `&quot;` and the like outside code, where the author writes none.

    A post on HTML may show them. No smileys end it where the author's finished text has none.
    """
    own = "\n".join((*expected.own, *expected.own_headings, expected.note))
    if expected.own and not _SMILEY.search(own):
        text = _SMILEYS_AT_END.sub("", text)
    if _ENTITY.search(own) or "html" in own.casefold():
        return text
    either = re.compile(_SYNTAX + _ENTITY.pattern)  # a tag and an address need theirs
    return replaced(either, text, lambda sign: html.unescape(sign[0]) if sign[0][0] == "&" else None)


def in_author_indent(text: str, expected: Expected) -> str:
    """Return `text` with its paragraphs indented by U+3000, where the author indents most of them so."""
    own = [part for one in expected.own for part in one.split("\n\n") if not part.isascii()]
    count = sum(part.lstrip("\n").startswith(_INDENT) for part in own)
    if expected.revises:
        count = len(own) if expected.revises.startswith(_INDENT) else 0
    elif expected.inline or expected.stub or expected.sentence:
        count = 0
    indent = _INDENT if 2 * count > len(own) else ""
    return "".join(
        indent + part.text.lstrip(_INDENT) if part.kind == "Paragraph" else part.text for part in parts(text)
    )


def in_author_lists(text: str, expected: Expected) -> str:
    """Return `text` with its lists as the author writes lists."""
    return numbered_in_order(text if expected.inline else in_style(text, expected.lists))


def in_author_spelling(text: str, expected: Expected) -> str:
    """Return `text` with words as the author spells them; names, quotations, code and a revised text stay."""

    def spelled(word: re.Match[str]) -> str | None:
        own = expected.spellings.get(word[0].casefold())
        if not own or word[0] in expected.revises:
            return None
        if word[0].islower():
            return own
        is_name = re.search(r"\w,?[ \n]\Z", word.string[: word.start()])
        return None if is_name else own.capitalize()

    return replaced(_LETTERS, text, spelled) if expected.spellings else text


def in_author_quotes(text: str, expected: Expected) -> str:
    """Return `text` with the apostrophes and quotation marks that the author writes; code and links stay.

    An author who mixes both forms, or has none, gets what the model wrote. So do `„…“` and `”…”`.
    """
    everything = expected.own_text
    for straight, curly, pattern in _KINDS:
        forms = _forms(pattern, expected.revises) or _forms(pattern, everything)
        if straight == '"' and ("„" in text + everything or forms == {"”"}):
            continue
        if forms == {straight}:
            text = replaced(pattern, text, _writing(straight * 2))
        elif forms and forms <= set(curly):
            text = replaced(pattern, text, _writing(curly))
    return text


@lru_cache(maxsize=64)  # of the author's posts, which stay the same for all answers
def _forms(pattern: re.Pattern[str], own: str) -> frozenset[str]:
    return frozenset(sign[0] for sign in pattern.finditer(without_code(own)) if sign.lastgroup)


def _writing(signs: str) -> Callable[[re.Match[str]], str | None]:
    return lambda sign: signs[sign.lastgroup == "closing"] if sign.lastgroup else None

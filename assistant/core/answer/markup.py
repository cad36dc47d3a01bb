"""Takes out of an expansion what a page would obey and its author never wrote: HTML, comments, footnotes.

A model that was led astray by something it read can write no further than the words of one hunk; what
would run, load or hide something when the post is published is no words.
"""

from __future__ import annotations

import re

from assistant.core.answer.directives import without_commands
from assistant.core.answer.foreign_links import without_foreign_links
from assistant.core.checks.context import Context
from assistant.core.checks.links import is_own

_CODE = re.compile(
    r"(?ms)^[ \t]*(`{3,}|~{3,})[^\n]*\n.*?^[ \t]*\1[`~]*[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)"
)
_COMMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<![A-Z][^>]*(?:>|\Z)", re.S
)
_SWALLOWING = re.compile(
    r"<(script|style|iframe|object|svg|math|template|noscript|textarea|title|xmp)\b.*?(?:</\1\s*>|\Z)",
    re.S | re.I,
)
_TAG = re.compile(r"</?([A-Za-z][\w.-]*)(\s[^<>]*)?/?>")
_ACTIVE = re.compile(r"\b(?:on\w+|srcdoc|style|formaction|ping)\s*=", re.I)
_ADDRESS = re.compile(
    r"\b(?:href|src|srcset|data|poster|action|cite|background)\s*=\s*[\"']?([^\"'\s>]*)", re.I
)
_NEVER = frozenset(
    (
        "base",
        "button",
        "embed",
        "form",
        "frame",
        "frameset",
        "input",
        "link",
        "meta",
        "param",
        "plaintext",
        "select",
    )
)
_FOOTNOTE = re.compile(r"(?m)^[ ]{0,3}\[\^([^\]\n]+)\]:.*(?:\n(?:[ ]{2,}|\t).*)*\n?")


def without_foreign(text: str, *, context: Context) -> tuple[str, tuple[str, ...]]:
    """Return `text` without markup and links that aren't the author's, and a note on each kind."""
    notes: list[str] = []
    steps = (
        (_without_comments, "an HTML comment was taken away"),
        (without_commands, "what a page's builder would obey was taken away, or made plain"),
        (_without_tags, "HTML that you don't use was taken away"),
        (_without_footnotes, "a footnote of a name that you use already was taken away"),
    )
    for step, note in steps:
        after = step(text, context)
        if after != text:
            notes.append(note)
            text = after
    text, linked = without_foreign_links(text, context=context)
    return (text if not (notes or linked) else text.strip("\n")), (*notes, *linked)


def _outside_code(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Find a pattern where no code begins or holds it."""
    code = [found.span() for found in _CODE.finditer(text)]
    return [m for m in pattern.finditer(text) if not any(a <= m.start() < b for a, b in code)]


def _cut(text: str, places: list[tuple[int, int]]) -> str:
    for start, end in sorted(places, reverse=True):
        text = text[:start] + text[end:]
    return text


def _without_comments(text: str, context: Context) -> str:
    return _cut(text, [m.span() for m in _outside_code(_COMMENT, text)])


def _without_tags(text: str, context: Context) -> str:
    own = {m[1].casefold() for m in _TAG.finditer(context.everything)}
    for found in reversed(_outside_code(_SWALLOWING, text)):
        if found[0] not in context.everything:
            text = text[: found.start()] + text[found.end() :]
    places = []
    for tag in _outside_code(_TAG, text):
        addresses = _ADDRESS.findall(tag[2] or "")
        foreign = any(not is_own(url, context) for url in addresses) or _ACTIVE.search(tag[2] or "")
        if tag[0] not in context.everything and (
            tag[1].casefold() not in own or tag[1].casefold() in _NEVER or foreign
        ):
            places.append(tag.span())
    return _cut(text, places)


def _without_footnotes(text: str, context: Context) -> str:
    """Take away notes whose names the draft has: the first of two of a name is the one that is shown."""
    taken = {m[1].casefold() for m in _FOOTNOTE.finditer(context.own)}
    return _cut(text, [m.span() for m in _outside_code(_FOOTNOTE, text) if m[1].casefold() in taken])

"""Take out of an answer what a page would obey and its author never wrote: HTML, comments, footnotes.

A model that was led astray by something it read can only write the words of one hunk; what would run, load or
hide something when the post is published is taken out.
"""

from __future__ import annotations

import re

from assistant.core.answer.directives import without_commands
from assistant.core.answer.foreign_links import without_foreign_links
from assistant.core.checks.context import Context
from assistant.core.checks.links import is_own
from assistant.core.text.code import replaced

_COMMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<![A-Z][^>]*(?:>|\Z)", re.S
)
"""Comments, processing instructions and declarations; one that is not closed hides the rest of the page."""
_SWALLOWING = re.compile(
    r"<(script|style|iframe|object|svg|math|template|noscript|textarea|title|xmp)\b.*?(?:</\1\s*>|\Z)",
    re.S | re.I,
)
"""Elements whose insides are no words of the page: `<script>…</script>`, closed or not."""
_TAG = re.compile(r"</?([A-Za-z][\w.-]*)(\s[^<>]*)?/?>")
"""Any other tag, `<br/>` or `</my-widget>`: the name and the attributes."""
_ACTIVE = re.compile(r"\b(?:on\w+|srcdoc|style|formaction|ping)\s*=", re.I)
"""Attributes that run something, load something or hide text: `onclick=`, `style=`."""
_ADDRESS = re.compile(
    r"\b(?:href|src|srcset|data|poster|action|cite|background)\s*=\s*[\"']?([^\"'\s>]*)", re.I
)
"""Attributes that name an address, which must be one of the author's."""
_NEVER = frozenset(
    "base|button|embed|form|frame|frameset|input|link|meta|param|plaintext|select".split("|")  # noqa: SIM905
)
"""Elements that act, load or ask, whoever uses them."""
_FOOTNOTE = re.compile(r"(?m)^[ ]{0,3}\[\^([^\]\n]+)\]:.*(?:\n(?:[ ]{2,}|\t).*)*\n?")
"""A footnote's text, `[^1]: …`, with the lines that are indented below it."""


def without_foreign(text: str, *, context: Context) -> tuple[str, tuple[str, ...]]:
    """Return `text` without markup and links that aren't the author's, and a note on each kind."""
    notes: list[str] = []
    steps = (
        (_without_comments, "removed an HTML comment"),
        (without_commands, "removed site-generator commands, or made them plain"),
        (_without_tags, "removed HTML that you don't use"),
        (_without_footnotes, "removed a footnote whose name you use already"),
    )
    for step, note in steps:
        after = step(text, context)
        if after != text:
            notes.append(note)
            text = after
    text, linked = without_foreign_links(text, context=context)
    return (text if not (notes or linked) else text.strip("\n")), (*notes, *linked)


def _without_comments(text: str, context: Context) -> str:
    return replaced(_COMMENT, text, lambda comment: "")


def _without_tags(text: str, context: Context) -> str:
    own = {m[1].casefold() for m in _TAG.finditer(context.everything)}

    def plain(tag: re.Match[str]) -> str | None:
        if tag[0] in context.everything:
            return None
        name, attributes = tag[1].casefold(), tag[2] or ""
        addresses = _ADDRESS.findall(attributes)
        active = _ACTIVE.search(attributes) or any(not is_own(url, context) for url in addresses)
        return "" if name not in own or name in _NEVER or active else None

    text = replaced(_SWALLOWING, text, lambda tag: None if tag[0] in context.everything else "")
    return replaced(_TAG, text, plain)


def _without_footnotes(text: str, context: Context) -> str:
    """Take away notes whose names the draft has: the first of two of a name is the one that is shown."""
    taken = {m[1].casefold() for m in _FOOTNOTE.finditer(context.own)}
    return replaced(_FOOTNOTE, text, lambda note: "" if note[1].casefold() in taken else None)

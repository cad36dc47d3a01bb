"""Take out of an answer what a page would obey and its author never wrote: HTML, comments, footnotes.

A model that was led astray by something it read can only write the words of one hunk; what would run, load or
hide something when the post is published is taken out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import partial

from assistant.core.answer.directives import without_commands
from assistant.core.answer.foreign_links import without_foreign_links
from assistant.core.checks.context import Context
from assistant.core.checks.links import is_own
from assistant.core.text.code import replaced

_NOTE_MARK = re.compile(r"[ \u00a0]?\[\^(\d{1,3}|(?i:note|fn)[\w-]*)\]")
"""A footnote's mark with the blank before it: `We left.[^1]`; not `[^aeiou]`, a class of characters."""


def without_foreign(
    text: str, *, context: Context, offered: Iterable[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Return `text` without markup and links that aren't the author's, and a note on each kind.

    `offered` are the texts for other places of the draft, whose footnotes have their numbers.
    """
    notes: list[str] = []
    text = _with_fields(text, context)
    footnotes = partial(_without_footnotes, offered="\n\n".join(offered))
    steps = (
        (_without_comments, "removed an HTML comment"),
        (without_commands, "removed site-generator commands, or made them plain"),
        (_without_tags, "removed HTML that you don't use"),
        (footnotes, "gave a footnote another number than yours, or removed it"),
    )
    for step, note in steps:
        after = step(text, context)
        if after != text:
            notes.append(note)
            text = after
    text, linked = without_foreign_links(text, context=context)
    return (text if not (notes or linked) else text.strip("\n")), (*notes, *linked)


def _with_fields(text: str, context: Context) -> str:
    """Return `text` with square brackets around what looks like a tag and is left to fill in: `<year>`."""
    folded = text.casefold()

    def field(tag: re.Match[str]) -> str | None:
        is_tag = tag[0] in context.everything or f"</{tag['name'].casefold()}" in folded
        return None if is_tag else f"[{tag[0].strip('<>')}]"

    return replaced(context.pattern("placeholders.field in a tag"), text, field)


def _without_comments(text: str, context: Context) -> str:
    return replaced(context.pattern("markup.comment"), text, lambda comment: "")


def _without_tags(text: str, context: Context) -> str:
    tags, everything = context.pattern("markup.tag"), context.everything
    own = {tag[1].casefold() for tag in tags.finditer(everything)}

    def plain(tag: re.Match[str]) -> str | None:
        if tag[0] in everything:
            return None
        name, attributes = tag[1].casefold(), tag[2] or ""
        addresses = context.pattern("markup.address").findall(attributes)
        is_active = (
            context.pattern("markup.active element").fullmatch(name)
            or context.pattern("markup.active attribute").search(attributes)
            or any(not is_own(url, context) for url in addresses)
        )
        stays = name in own or context.pattern("markup.plain element").fullmatch(tag[0])
        return "" if not stays or is_active else None

    swallowing = context.pattern("markup.swallowing element")
    text = replaced(swallowing, text, lambda tag: None if tag[0] in everything else "")
    return replaced(tags, text, plain)


def _without_footnotes(text: str, context: Context, *, offered: str) -> str:
    """Return `text` with other numbers for notes whose names the draft has; without such that it never cites.

    Of two notes of a name, the first is shown for both. A mark of a note that is nowhere goes: `We left.[^1]`
    """
    footnotes = context.pattern("markup.footnote")
    used = {note[1].casefold() for one in (context.own, offered) for note in footnotes.finditer(one)}
    for name in [note[1] for note in footnotes.finditer(text) if note[1].casefold() in used]:
        if re.search(rf"\[\^{re.escape(name)}\](?!:)", text):
            taken = (*used, *re.findall(r"\[\^([^\]\n]+)\]", text))
            number = next(n for n in map(str, itertools.count(1)) if n not in taken)
            text = text.replace(f"[^{name}]", f"[^{number}]")
    text = replaced(footnotes, text, lambda note: "" if note[1].casefold() in used else None)
    known = {note[1].casefold() for note in _NOTE_MARK.finditer(context.own)}
    known |= {note[1].casefold() for note in footnotes.finditer(text)}
    return replaced(_NOTE_MARK, text, lambda mark: None if mark[1].casefold() in known else "")

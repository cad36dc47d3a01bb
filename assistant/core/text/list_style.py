"""How an author writes lists, and a text's lists written in that way.

A model has list habits of its own: hyphens, full stops, a bold lead-in for every item. What of that can be
mended without touching a word (marks, bold lead-ins, full stops at items' ends) is mended here; the rest is
asked for in the request.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from assistant.core.text import lazy
from assistant.core.text.lists import Item, items, lead_in
from assistant.core.text.sentences import sentences
from assistant.core.text.words import CLOSING_QUOTES
from assistant.core.types import ListStyle

_RULE = lazy.pattern(r"[ \t]*(?:[-*][ \t]*){3,}\Z")
"""An item such as `+ - -` would become a thematic break with another mark."""
_CLOSING = f"*_){CLOSING_QUOTES}`"
_ADDRESS = lazy.pattern(r"\]\([^)\s]*\)")
"""A link's target, whose last letters are not those of the item."""
_ABBREVIATIONS = frozenset(
    ["approx", "co", "corp", "dr", "etc", "inc", "jr", "ltd", "mr", "mrs", "ms", "no", "sr", "st", "vs"]
)
"""Words whose stop is their own wherever they are."""
_STOP = lazy.pattern(rf"""\.(?=[{CLOSING_QUOTES})*_]*\Z)""")
"""The full stop at the end of an item, inside quotes and emphasis: `**Done.**`."""

_LEAD = lazy.pattern(r"[*_]*[^\W\d_][^:：.!?;\n–—]{0,40}?(?P<sign>[:：]|[ ][–—-](?=[ ]))[*_]*[ ]+\S")
"""An item's first words, and what separates them from the others: `Rope: new`, `**Rope** – new`."""

_ENOUGH = 4
"""Fewest items that show a habit."""
_RARE = 0.1
"""The share of items with a bold lead-in below which they are no habit of the author's."""
_AGREED = 2 / 3
"""The share of items that makes a habit of how they end: mixed lists leave a model its way."""

ANY = ListStyle()
"""Nothing is known of the author's lists."""


def style_of(texts: Iterable[str], *, draft: str = "") -> ListStyle:
    """Return how lists are written in an author's texts; a list in the `draft` itself decides on the mark."""
    own = items(draft)
    listed = [item for text in texts for item in items(text)] or own
    if not listed:
        return ANY
    bulleted = [i.mark for i in own if not i.is_numbered] or [i.mark for i in listed if not i.is_numbered]

    def share(trait: Iterable[bool]) -> float:
        return sum(trait) / len(listed)

    stopped, bare = share(_has_stop(i) for i in listed), share(_is_bare(i) for i in listed)
    bold = share(bool(lead_in(i.text)) for i in listed)
    agreed = len(listed) >= _ENOUGH and max(stopped, bare) >= _AGREED
    return ListStyle(
        mark=Counter(bulleted).most_common(1)[0][0] if bulleted else "",
        numbered=share(i.is_numbered for i in listed) > 0.5,
        lead_ins=True if bold > 0.5 else False if bold < _RARE and len(listed) >= _ENOUGH else None,
        stops=stopped > bare if agreed else None,
        joint=_joint(own) or _joint(listed),
    )


def _joint(listed: Iterable[Item]) -> str:
    """Return what separates most items' first words from the rest: `:`, ` –`; nothing where none has some."""
    signs = Counter(lead["sign"] for item in listed if (lead := _LEAD.match(item.text)))
    return signs.most_common(1)[0][0] if signs else ""


def sign_after(point: str, joint: str) -> str:
    """Return what separates a point from a sentence after it: the author's `joint`, or a colon.

    One that says something of its first words already, as `Rope: new` does, ends in a full stop.
    """
    bold = lead_in(point)
    has_text = _LEAD.match(point) or (bold and point[len(bold) :].strip(" :.–—-"))
    return "." if has_text else joint or ":"


def in_style(text: str, style: ListStyle) -> str:
    """Return `text` with its lists' bullets, bold lead-ins and full stops at items' ends as in `style`.

    No word changes. Items of several sentences keep their full stops, and numbered lists their numbers.
    """
    listed, stops = items(text), style.stops
    if stops is False:
        ends = [_ended(item, stops=False).rstrip(_CLOSING).endswith((".", ":")) for item in listed]
        stops = None if any(ends) and not ends[-1] else False  # the end would look like half a sentence
    for item in reversed(listed):
        # The words of an item may begin in the line below its mark, where it ends before them.
        words = item.text
        if stops is not None and item.is_alone and text[: item.end].endswith(words):
            words = _ended(item, stops=stops)
            text = text[: item.end - len(item.text)] + words + text[item.end :]
        if style.lead_ins is False and (bold := lead_in(words)):
            at = text.find(bold, item.start)
            text = text[:at] + re.sub(r"\*\*|__", "", bold) + text[at + len(bold) :]
        if style.mark and not item.is_numbered:
            line_start = text.rfind("\n", 0, item.start) + 1
            marked = text[: item.start] + style.mark + text[item.start + 1 :]
            if not _RULE.match(marked[line_start:].partition("\n")[0]):
                text = marked
    return text


def _ended(item: Item, *, stops: bool) -> str:
    """Return the text of an item; one of a single sentence gets a full stop, or loses it."""
    if stops and _is_bare(item) and len(item.text.split()) > 1:
        return item.text + "."
    if not stops and _has_stop(item) and len(sentences(item.text[len(lead_in(item.text)) :])) < 2:
        return _STOP.sub("", item.text, count=1)
    return item.text


def _has_stop(item: Item) -> bool:
    """Tell whether an item ends in a full stop that belongs to no word."""
    word = _last_word(item)
    inside = word[:-1]
    return word.endswith(".") and (
        inside.replace(".", "").isdigit() or ("." not in inside and inside.casefold() not in _ABBREVIATIONS)
    )


def _is_bare(item: Item) -> bool:
    """Tell whether an item ends in a word with no mark after it, and not in one that leads to the next."""
    word = _last_word(item)
    return word[-1:].isalnum() and "://" not in word and word not in ("and", "or")


def _last_word(item: Item) -> str:
    words = _ADDRESS.sub("]", item.text).split()
    return words[-1].replace("]", "").rstrip(_CLOSING) if words else ""

"""Learn how an author writes lists, and change a text's lists to that style.

A model has list habits of its own: hyphens, full stops, a bold lead-in for every item. This module changes
what needs no change of words (marks, bold lead-ins, full stops at items' ends); the prompt asks for the rest.
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
"""With another mark, an item such as `+ - -` would become a thematic break."""
_CLOSING = f"*_){CLOSING_QUOTES}`"
_ADDRESS = lazy.pattern(r"\]\([^)\s]*\)|\[\^[^\]\s]+\]")
"""A link's target, or the number of a footnote, which is not the end of the item's text."""
_ABBREVIATIONS = frozenset(
    ["approx", "co", "corp", "dr", "etc", "inc", "jr", "ltd", "mr", "mrs", "ms", "no", "sr", "st", "vs"]
)
"""Words with a stop of their own, even at the end of an item."""
_STOP = lazy.pattern(rf"""\.(?=[{CLOSING_QUOTES})*_]*\Z)""")
"""The full stop at the end of an item, inside quotes and emphasis: `**Done.**`."""

_LEAD = lazy.pattern(r"[*_]*[^\W\d_][^:：.!?;\n–—]{0,40}?(?P<sign>[:：]|[ ][–—-](?=[ ]))[*_]*[ ]+\S")
"""An item's first words, and the sign after them: `Rope: new`, `**Rope** – new`."""

_ENOUGH = 4
"""Fewest items that show a habit."""
_RARE = 0.1
"""The share of items with a bold lead-in below which it is no habit."""
_AGREED = 2 / 3
"""The share of items that makes their ending a habit; mixed lists set no style."""

ANY = ListStyle()
"""Nothing is known of the author's lists."""


def style_of(texts: Iterable[str], *, draft: str = "") -> ListStyle:
    """Return the style of the lists in an author's texts; a list in the `draft` decides the mark."""
    draft_items = items(draft)
    list_items = [item for text in texts for item in items(text)] or draft_items
    if not list_items:
        return ANY
    bullets = _bullets(draft_items) or _bullets(list_items)

    def share(trait: Iterable[bool]) -> float:
        return sum(trait) / len(list_items)

    stop_share, bare_share = share(_has_stop(i) for i in list_items), share(_is_bare(i) for i in list_items)
    bold = share(bool(lead_in(i.text)) for i in list_items)
    is_clear = len(list_items) >= _ENOUGH and max(stop_share, bare_share) >= _AGREED
    return ListStyle(
        mark=Counter(bullets).most_common(1)[0][0] if bullets else "",
        numbered=share(i.is_numbered for i in list_items) > 0.5,
        lead_ins=True if bold > 0.5 else False if bold < _RARE and len(list_items) >= _ENOUGH else None,
        stops=stop_share > bare_share if is_clear else None,
        joint=_joint(draft_items) or _joint(list_items),
    )


def _bullets(list_items: Iterable[Item]) -> list[str]:
    return [item.mark for item in list_items if not item.is_numbered]


def _joint(list_items: Iterable[Item]) -> str:
    """Return the sign after most items' first words, such as `:` or ` –`; empty where no item has one."""
    signs = Counter(lead["sign"] for item in list_items if (lead := _LEAD.match(item.text)))
    return signs.most_common(1)[0][0] if signs else ""


def sign_after(point: str, joint: str) -> str:
    """Return the sign between a point and a sentence after it: the author's `joint`, or a colon.

    A point with a sign after its first words, such as `Rope: new`, ends in a full stop.
    """
    bold = lead_in(point)
    has_text = _LEAD.match(point) or (bold and point[len(bold) :].strip(" :.–—-"))
    return "." if has_text else joint or ":"


def in_style(text: str, style: ListStyle) -> str:
    """Return `text` with the bullets, bold lead-ins and final stops of its lists in `style`.

    No word changes. Items of several sentences keep their full stops, and numbered lists their numbers.
    """
    list_items, stops = items(text), style.stops
    if stops is False:
        ends = [_ended(item, stops=False).rstrip(_CLOSING).endswith((".", ":")) for item in list_items]
        stops = None if any(ends) and not ends[-1] else False  # the end would look like half a sentence
    for item in reversed(list_items):
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
            result = text[: item.start] + style.mark + text[item.start + 1 :]
            if not _RULE.match(result[line_start:].partition("\n")[0]):
                text = result
    return text


def _ended(item: Item, *, stops: bool) -> str:
    """Return the text of an item with or without its final stop; several sentences keep theirs."""
    if stops and _is_bare(item) and len(item.text.split()) > 1:
        return item.text + "."
    if not stops and _has_stop(item) and len(sentences(item.text[len(lead_in(item.text)) :])) < 2:
        return _STOP.sub("", item.text, count=1)
    return item.text


def _has_stop(item: Item) -> bool:
    """Tell whether an item ends in a full stop that belongs to no word."""
    word = _last_word(item)
    stem = word[:-1]
    return word.endswith(".") and (
        stem.replace(".", "").isdigit() or ("." not in stem and stem.casefold() not in _ABBREVIATIONS)
    )


def _is_bare(item: Item) -> bool:
    """Tell whether an item ends in a word without a sign after it, and not in `and` or `or`."""
    word = _last_word(item)
    return word[-1:].isalnum() and "://" not in word and word not in ("and", "or")


def _last_word(item: Item) -> str:
    words = _ADDRESS.sub("]", item.text).split()
    return words[-1].replace("]", "").rstrip(_CLOSING) if words else ""

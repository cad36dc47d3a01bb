"""How an author writes lists, and a text's lists written in that way.

A model has list habits of its own: hyphens, full stops, a bold lead-in for every item. What of that can be
mended without touching a word, the mark and the full stop at an item's end, is mended here; the rest is asked
for in the request.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.core.language import count_words

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+)(?=\S)")
_RULE = re.compile(r"[ \t]*(?:(?:[-*][ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_ASIDE = re.compile(r" {0,3}(?:#{1,6}(?:[ \t]|\Z)|[>|<])|[ \t]*\|")
"""A line that is no part of the paragraph before it: a heading, a quotation, a table, HTML."""
_LEAD_IN = re.compile(r"(?:\[[ xX]\][ \t]*)?(?:\*\*|__)[^*_\n]+(?:\*\*|__)")
_STOP = re.compile(r"""(?<!\betc)\.(?=["'”’)*_]*\Z)""")
_CLOSING = "*_)\"'”’`"
_SENTENCES = re.compile(r"[.!?…]\S{0,3}\s")

_ENOUGH = 4
"""Items from which on an author's lists show a habit."""
_AGREED = 2 / 3
"""The share of items that makes a habit of how they end: mixed lists leave a model its way."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, without the items below it."""

    mark: str
    """`-`, `*` or `+`, or the number with its stop."""
    text: str
    """What stands behind the mark, up to an empty line or the next mark."""

    @property
    def is_numbered(self) -> bool:
        """True for an item of a numbered list."""
        return self.mark[0].isdigit()

    @property
    def has_lead_in(self) -> bool:
        """True when it opens with words in bold."""
        return bool(_LEAD_IN.match(self.text))

    @property
    def has_stop(self) -> bool:
        """True when it ends in a full stop."""
        return bool(_STOP.search(self.text)) and "." not in self._last_word.rstrip(_CLOSING)[:-1]

    @property
    def is_bare(self) -> bool:
        """True when it ends in a letter or a digit, with no mark behind it."""
        return self._last_word.rstrip(_CLOSING)[-1:].isalnum() and "://" not in self._last_word

    @property
    def _last_word(self) -> str:
        return self.text.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class ListStyle:
    """How an author writes lists, as far as the author's lists agree on it."""

    mark: str = ""
    """`-`, `*` or `+`; empty where no list has bullets."""
    numbered: bool = False
    """True when most lists are numbered."""
    lead_ins: bool = False
    """True when most items open with words in bold."""
    stops: bool | None = None
    """True when items end in full stops, False when they end in nothing, None when they do both."""
    words: float = 0.0
    """The median of an item's words; 0 where there is no list."""


ANY = ListStyle()
"""Nothing is known of the author's lists."""


def items(text: str) -> list[Item]:
    """Return the items of all lists in Markdown, nested ones too; what stands in code fences is none."""
    return [Item(mark, "\n".join(lines).strip()) for _, mark, lines in _spans(text) if mark]


def style_of(texts: Iterable[str], *, draft: str = "") -> ListStyle:
    """Return how lists are written in an author's texts; a list in the `draft` itself decides on the mark."""
    own = items(draft)
    found = [item for text in texts for item in items(text)] or own
    if not found:
        return ANY
    bulleted = [i.mark for i in own if not i.is_numbered] or [i.mark for i in found if not i.is_numbered]

    def share(trait: Iterable[bool]) -> float:
        return sum(trait) / len(found)

    stopped, bare = share(i.has_stop for i in found), share(i.is_bare for i in found)
    agreed = len(found) >= _ENOUGH and max(stopped, bare) >= _AGREED
    return ListStyle(
        mark=Counter(bulleted).most_common(1)[0][0] if bulleted else "",
        numbered=share(i.is_numbered for i in found) > 0.5,
        lead_ins=share(i.has_lead_in for i in found) > 0.5,
        stops=stopped > bare if agreed else None,
        words=statistics.median(count_words(item.text) for item in found),
    )


def in_style(text: str, style: ListStyle) -> str:
    """Return `text` with its lists' bullets, and the full stops at their items' ends, as in `style`.

    No word changes. Items of several sentences keep their full stops, and numbered lists their numbers.
    """
    out: list[str] = []
    for head, mark, lines in _spans(text):
        body = "\n".join(lines)
        if mark and style.mark and not mark[0].isdigit():
            own = head.replace(mark, style.mark, 1)
            head = head if _RULE.match(own + lines[0]) else own
        if mark and style.stops is not None:
            body = _ended(body, stops=style.stops)
        out.append(head + body)
    return "\n".join(out)


def _ended(body: str, *, stops: bool) -> str:
    text = body.rstrip()
    item = Item("-", text.strip())
    if stops and item.is_bare and " " in item.text:
        return text + "." + body[len(text) :]
    lead_in = _LEAD_IN.match(item.text)
    if not stops and item.has_stop and not _SENTENCES.search(item.text, lead_in.end() if lead_in else 0):
        return _STOP.sub("", text, count=1) + body[len(text) :]
    return body


def _spans(text: str) -> list[tuple[str, str, list[str]]]:
    """Split a text into items and other lines: what stands before the text, the mark in it, the lines."""
    spans: list[tuple[str, str, list[str]]] = []
    fence, open_item, within = "", False, False
    for line in text.split("\n"):
        found = None if fence or _RULE.match(line) else _ITEM.match(line)
        if found and not within and len(found[1].expandtabs(4)) > 3:
            found = None  # indented code
        if line.strip():
            within = found is not None or (within and line[0].isspace())
        edge = _FENCE.match(line)
        if edge and (not fence or edge[1].startswith(fence)):
            fence = "" if fence else edge[1]
        if found:
            spans.append((found[0], found[2], [line[found.end() :]]))
        elif open_item and line.strip() and not (edge or fence or _RULE.match(line) or _ASIDE.match(line)):
            spans[-1][2].append(line)
            continue
        else:
            spans.append(("", "", [line]))
        open_item = found is not None
    return spans

"""How an author writes lists, and a text's lists written in that way.

A model has list habits of its own: hyphens, full stops, a bold lead-in for every item. What of that can be
mended without touching a word, the mark and the full stop at an item's end, is mended here; the rest is asked
for in the request.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.core.text.draft import Block, blocks_of
from assistant.core.text.language import count_words
from assistant.core.types import ListStyle

_MARK = re.compile(rb"(?:[-*+]|\d{1,9}[.)])(?=\s|\Z)[ \t]*")
_RULE = re.compile(rb"[ \t]*(?:(?:[-*][ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_NO_TEXT = re.compile(
    rb"(?ms)^[ \t]*\$\$.*?(?:\$\$[ \t]*$|\Z)|\{%-?\s*(highlight|raw)\b.*?(?:\{%-?\s*end\1\b|\Z)"
)
"""Formulas and Liquid's blocks of code, which CommonMark takes for text."""
_LEAD_IN = re.compile(r"(?:\[[ xX]\][ \t]*)?(?:\*\*|__)[^*_\n]+(?:\*\*|__)")
_STOP = re.compile(r"""\.(?=["'”’)*_]*\Z)""")
_CLOSING = "*_)\"'”’`"
_ADDRESS = re.compile(r"\]\([^)\s]*\)")
_SENTENCES = re.compile(r"[.!?…]\S{0,3}\s")
_SHORTENED = frozenset(
    ["etc", "inc", "ltd", "co", "corp", "vs", "no", "jr", "sr", "dr", "mr", "mrs", "ms", "st", "approx"]
)
"""Words that end in a stop wherever they stand."""

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
    """What stands behind the mark, up to the next block."""
    start: int = 0
    """The byte at which the mark begins."""
    end: int = 0
    """The byte after the text."""
    is_alone: bool = True
    """False when more paragraphs, or code, stand below the text."""

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
        """True when it ends in a full stop that belongs to no word."""
        word = self._last_word.rstrip(_CLOSING)
        inside = word[:-1]
        return word.endswith(".") and (
            inside.replace(".", "").isdigit() or ("." not in inside and inside.casefold() not in _SHORTENED)
        )

    @property
    def is_bare(self) -> bool:
        """True when it ends in a word, with no mark behind it; a word that leads to the next item is none."""
        word = self._last_word.rstrip(_CLOSING)
        return word[-1:].isalnum() and "://" not in word and word not in ("and", "or")

    @property
    def is_one_sentence(self) -> bool:
        """True when no sentence ends before its end, a lead-in left aside."""
        lead_in = _LEAD_IN.match(self.text)
        return not _SENTENCES.search(self.text, lead_in.end() if lead_in else 0)

    @property
    def _last_word(self) -> str:
        return _ADDRESS.sub("]", self.text).split()[-1].replace("]", "") if self.text.split() else ""


ANY = ListStyle()
"""Nothing is known of the author's lists."""


def items(text: str) -> list[Item]:
    """Return the items of all lists in Markdown, nested ones too, as CommonMark sees them."""
    data, blocks = text.encode(), blocks_of(text)
    aside = [found.span() for found in _NO_TEXT.finditer(data)]
    found = []
    for index, block in enumerate(blocks):
        mark = _MARK.match(data, block.start) if block.kind == "Item" else None
        if mark is None or any(start <= block.start < end for start, end in aside):
            continue
        inside = _inside(blocks, index)
        start, end = mark.end(), inside[0].start if inside else block.end
        if inside and inside[0].kind == "Paragraph":
            start, end = inside[0].start, inside[0].end
            inside = inside[1:]
        own = data[start:end].rstrip()
        found.append(
            Item(
                mark[0].decode().strip(),
                own.decode(),
                block.start,
                start + len(own),
                all(b.kind == "List" for b in inside),
            )
        )
    return found


def _inside(blocks: Sequence[Block], index: int) -> list[Block]:
    """Return the blocks that stand directly in the one at `index`."""
    outer, found = blocks[index], []
    for at in range(index + 1, len(blocks)):
        block = blocks[at]
        if block.start >= outer.end:
            break
        if block.depth == outer.depth + 1:
            found.append(block)
    return found


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
    if style.mark == "" and style.stops is None:
        return text
    data = bytearray(text.encode())
    for item in reversed(items(text)):
        if style.stops is not None and item.is_alone:
            _end(data, item, stops=style.stops)
        if style.mark and not item.is_numbered:
            data[item.start : item.start + 1] = style.mark.encode()
            line_start = data.rfind(b"\n", 0, item.start) + 1
            if _RULE.match(data[line_start:].partition(b"\n")[0]):
                data[item.start : item.start + 1] = item.mark.encode()
    return data.decode()


def _end(data: bytearray, item: Item, *, stops: bool) -> None:
    """Give an item of one sentence a full stop, or take it away."""
    if stops and item.is_bare and len(item.text.split()) > 1:
        data[item.end : item.end] = b"."
    elif not stops and item.has_stop and item.is_one_sentence:
        text = item.text.encode()
        data[item.end - len(text) : item.end] = _STOP.sub("", item.text, count=1).encode()

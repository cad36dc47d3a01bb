"""A draft as it will look, with a card in place of each piece."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from markdown_it.token import Token

from assistant.core.hunks import diff
from assistant.core.review.state import Phase, Piece
from assistant.core.text import language
from assistant.core.text.draft import Draft
from assistant.core.text.lists import without_mark
from assistant.core.types import Span
from assistant.frontends.web import markdown

_CHUNK = 12
"""Blocks that are laid out together: about two screens of them."""


class Leaf(NamedTuple):
    """A block of running text in the draft: what a card comes after or replaces."""

    first: int
    """Its first line, from 0, counted from the start of the text below the front matter."""
    end: int
    """The line behind its last."""
    opens: int
    """Its first token."""
    closes: int
    """The token behind its last."""
    kind: str
    in_item: bool
    """True when it opens a list item, so that a mark is before it."""


class CardPlace(NamedTuple):
    """Where a card is."""

    leaf: int
    """The leaf that it is behind; -1 for the top."""
    first: int
    """The first leaf that it replaces."""
    end: int
    """The leaf behind the last of those; `first` where it replaces none."""


class RenderedDraft:
    """A parsed draft as its page shows it; it doesn't change."""

    def __init__(self, draft: Draft, *, images: str) -> None:
        """Parse a draft. `images` is the address that serves the images of its blog."""
        self.draft = draft
        body = markdown.clean(draft.body.removeprefix("\ufeff"))
        first = draft.headings[0] if draft.headings else None
        begins = first is not None and not draft.text((draft.front_matter.end, first.span.start)).strip(
            "\ufeff\n "
        )
        self.has_title = begins and first is not None and first.level == 1 and first.text == draft.title
        """True when it begins with its title, so that the page needs none of its own."""
        top = min((heading.level for heading in draft.headings), default=1)
        self.env: markdown.Env = {"images": images, "down": 0 if self.has_title else max(2 - top, 0)}
        self.tokens = markdown.parse(body, self.env)
        self.skipped = draft.line(draft.front_matter.end) - 1 if draft.front_matter.end else 0
        """Lines of front matter."""
        for token in self.tokens:  # what can be revised
            if token.map and not token.hidden and token.type in ("paragraph_open", "list_item_open"):
                line, end = (number + self.skipped for number in token.map)
                token.attrSet("data-lines", f"{line + 1}:{max(end, line + 1)}")

    @cached_property
    def language(self) -> str:
        """The code of the language that the draft is written in, or nothing."""
        return language.code(self.draft.metadata, self.draft.body[:20_000])

    @cached_property
    def direction(self) -> str:
        """`rtl` where most letters run from right to left, else `ltr`; it is where lists have their marks."""
        kinds = Counter(map(unicodedata.bidirectional, self.draft.body[:20_000]))
        return "rtl" if kinds["R"] + kinds["AL"] > kinds["L"] else "ltr"

    @cached_property
    def leaves(self) -> list[Leaf]:
        """The blocks of running text, in order; a table or a list item without words is one."""
        leaves: list[Leaf] = []
        items: list[tuple[int, int]] = []  # of each open item: its token, and how many leaves came before
        table, start = 0, 0
        for at, token in enumerate(self.tokens):
            first, end = token.map or (0, 0)
            if token.type == "table_open":
                table, start = table + 1, at
            elif token.type == "table_close":
                table -= 1
                first, end = self.tokens[start].map or (0, 0)
                leaves.append(Leaf(first, end, start, at + 1, "table", False))
            elif token.type == "list_item_open":
                items.append((at, len(leaves)))
            elif token.type == "list_item_close":
                opening, count = items.pop()
                if count == len(leaves):
                    first, end = self.tokens[opening].map or (0, 0)
                    leaves.append(Leaf(first, end, at, at, "item", True))
            elif not table and token.type in ("paragraph_open", "heading_open", "fence", "code_block", "hr"):
                closes = at + 3 if token.nesting else at + 1  # a paragraph opens, holds one token, and closes
                is_first = bool(items) and items[-1][1] == len(leaves)
                leaves.append(Leaf(first, end, at, closes, token.type.removesuffix("_open"), is_first))
        return leaves

    def place(self, piece: Piece) -> CardPlace:
        """Return where the card of a piece is, in the draft as it is."""
        span = Span(piece.span.start, piece.span.start) if piece.unplaced else piece.place
        leaf = self._leaf(piece.anchor)
        if leaf < 0 or not self._is_hosted(span, leaf):
            return CardPlace(leaf, leaf, leaf)
        first = self._leaf(span.start)
        end = max(self._leaf(max(span.end - 1, span.start)), first) + 1
        while first < end and self.leaves[first].kind == "heading":
            first += 1
        return CardPlace(max(end - 1, leaf), first, end)

    def _leaf(self, offset: int) -> int:
        """Return the leaf that the byte at `offset` is in, or else the last one before it."""
        line = self.draft.line(offset) - 1 - self.skipped
        return bisect_right(self.leaves, line, key=lambda leaf: leaf.first) - 1

    def _is_hosted(self, span: Span, leaf: int) -> bool:
        """Tell whether a change belongs into the words of a block, and not behind it."""
        if self.leaves[leaf].kind == "heading":
            return False
        line = self.draft.data[self.draft.line_start(span.start) : span.start]
        return span.end > span.start or bool(line.strip())

    def body(self, piece: Piece, place: CardPlace) -> str:
        """Return a piece's text as HTML, with the words of the block it belongs to and its changes marked."""
        hunk = piece.hunk
        assert hunk is not None
        if piece.phase is Phase.WRITTEN:  # in the draft, maybe with other words now
            before, after = self._around(piece.span, place)
            now = diff.Stretch("new", self.draft.text(piece.span))
            return self._html(before + markdown.marked([now], []) + after)
        before, after = ("", "") if piece.unplaced else self._around(hunk.span, place)
        old, new = hunk.original.decode(), piece.text.decode()
        pieces, doubts = diff.readable(old, new), _doubts(piece)
        stays = any(piece.op == "same" and piece.text.strip() for piece in pieces)
        if stays or before.strip() or after.strip() or not old.strip():
            return self._html(before + markdown.marked(pieces, doubts) + after)
        new = self._html(markdown.marked([diff.Stretch("new", new)], doubts))
        return self.gone(old) + new

    def gone(self, text: str) -> str:
        """Return words of the draft that go as HTML."""
        return f'<div class="gone">{self._html(markdown.clean(text))}</div>' if text else ""

    def waiting(self, piece: Piece, place: CardPlace) -> str:
        """Return the words of the draft that a card hides while it has no text of its own."""
        before, after = self._around(Span(piece.span.start, piece.span.start), place)
        return self._html(before + after) if place.end > place.first else ""

    def _around(self, span: Span, place: CardPlace) -> tuple[str, str]:
        """Return the words before and behind a change, in the blocks that its card replaces."""
        if place.first == place.end:
            return "", ""
        first, last = self.leaves[place.first], self.leaves[place.end - 1]
        starts, data = self.draft.line_starts, self.draft.data
        start = starts[first.first + self.skipped]
        end = starts[last.end + self.skipped] if last.end + self.skipped < len(starts) else len(data)
        before = markdown.clean(self.draft.text((start, max(span.start, start))))
        after = markdown.clean(self.draft.text((min(span.end, end), end)))
        if first.in_item:
            before = without_mark(before)
        return before.lstrip(" "), after

    def _html(self, text: str) -> str:
        return markdown.render(text.strip("\n"), {**self.env})

    def html(self, cards: Sequence[tuple[CardPlace, str]]) -> str:
        """Return the whole draft with its cards."""
        hidden = {leaf for place, _ in cards for leaf in range(place.first, place.end)}
        behind: dict[int, list[str]] = {}
        for place, content in cards:
            behind.setdefault(place.leaf, []).append(content)
        tokens = [markdown.card("".join(behind.get(-1, ())))]
        at = 0
        for number, leaf in enumerate(self.leaves):
            tokens += self.tokens[at : leaf.opens if number in hidden else leaf.closes]
            at = leaf.closes
            if number in behind:
                tokens.append(markdown.card("".join(behind[number])))
        return markdown.html(list(_in_chunks([*tokens, *self.tokens[at:]])), {**self.env})


def _in_chunks(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield tokens with `<div class="chunk">` around every few blocks, most of them from a heading on.

    The browser lays out those that are in sight only, so a long draft stays as quick as a short one.
    """
    yield markdown.card('<div class="chunk">')
    depth = blocks = 0
    for token in tokens:
        if depth == 0 and blocks >= _CHUNK and (token.type == "heading_open" or blocks >= 3 * _CHUNK):
            yield markdown.card('</div>\n<div class="chunk">')
            blocks = 0
        depth += token.nesting
        blocks += depth == 0
        yield token
    yield markdown.card("</div>")


def _doubts(piece: Piece) -> list[tuple[int, int]]:
    """Return what the questions and warnings are about, as characters of the text."""

    def characters(offset: int) -> int:
        return len(piece.text[:offset].decode("utf-8", "replace"))

    return [(characters(one.start), characters(one.end)) for one in piece.doubts]

"""The right side's own widget: drawn line by line, so that a new piece needs no new layout of the screen."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

Maker = Callable[[int, int], tuple[Content, Content, int]]
"""Returns, for a width in cells and a fold: what stays at the top, what is scrolled, where in this new text
begins. The larger the fold, the less text comes before the new text."""

FOLDS = 3
"""How many there are, from 0."""
_LINES = 3
"""Lines of the new text that are seen at least when a piece is opened."""


class PieceView(ScrollView, can_focus=False):
    """A text as wide as its side, to be scrolled below a head that stays."""

    def __init__(self) -> None:
        super().__init__(id="right")
        self.content = Content("")
        self._make: Maker = lambda width, fold: (Content(""), Content(""), 0)
        self._head: list[Strip] = []
        self._strips: list[Strip] = []
        self._start = 0
        self._region = Region()
        """What the text was drawn for."""

    def update(self, make: Maker) -> None:
        self._make = make
        self._draw()

    def on_resize(self) -> None:
        if self._region != self.scrollable_content_region:  # not only the text, as `_draw` made it
            self._draw()
            self.open()

    def _draw(self) -> None:
        self._region = self.scrollable_content_region
        width = self._region.width
        if width <= 0:
            return
        for fold in range(FOLDS):
            head, body, start = self._make(width, fold)
            self._head = self._wrapped(head, width)
            self._start = len(self._head) + len(self._wrapped(body[:start], width)) - 1
            if self._start + _LINES <= self.size.height:
                break
        self.content = Content("\n").join([head, body])
        self._strips = [*self._head, *self._wrapped(body, width)]
        self.virtual_size = Size(width, len(self._strips))
        self.refresh()

    def _wrapped(self, content: Content, width: int) -> list[Strip]:
        return Visual.to_strips(self, content, width, None, self.visual_style)

    def open(self) -> None:
        """Scroll to the top, or as far as the new text needs to be seen from its beginning."""
        self.scroll_to(y=max(self._start + _LINES - self.size.height, 0), animate=False)

    def render_line(self, y: int) -> Strip:
        at = y if y < len(self._head) else y + int(self.scroll_offset.y)
        width = self.scrollable_content_region.width
        if at < len(self._strips):
            return self._strips[at].adjust_cell_length(width, self.visual_style.rich_style)
        return Strip.blank(width, self.visual_style.rich_style)

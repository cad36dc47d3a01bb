"""The right side's own widget: drawn line by line, so that a new piece needs no new layout of the screen."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class PieceView(ScrollView, can_focus=False):
    """A text as wide as its side, to be scrolled."""

    def __init__(self) -> None:
        super().__init__(id="right")
        self.content = Content("")
        self._strips: list[Strip] = []

    def update(self, content: Content) -> None:
        self.content = content
        self._wrap()

    def on_resize(self) -> None:
        self._wrap()

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        self._strips = Visual.to_strips(self, self.content, width, None, self.visual_style)
        self.virtual_size = Size(width, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + int(self.scroll_offset.y)
        width = self.scrollable_content_region.width
        if at < len(self._strips):
            return self._strips[at].adjust_cell_length(width, self.visual_style.rich_style)
        return Strip.blank(width, self.visual_style.rich_style)

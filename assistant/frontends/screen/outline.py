"""The left side: the drafts' headings and, under each, its pieces with their states.

Only the rows that can be seen are ever drawn, so a draft with a thousand pieces costs what one with ten
does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.app import App
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from assistant.app.session import Session
from assistant.core.gaps.place_names import name_of
from assistant.core.review.cursor import Cursor
from assistant.core.review.state import Piece
from assistant.core.text.display import one_line
from assistant.core.text.draft import Draft
from assistant.core.types import Gap
from assistant.frontends import pieces
from assistant.frontends.screen.detail import COLOURS


class Row(NamedTuple):
    """One line: a draft's name, a heading, or a piece."""

    draft: int
    """Which of the drafts it belongs to."""
    level: int
    words: str
    key: str = ""
    """The piece that it stands for; empty for a name or a heading alone."""
    is_note: bool = False
    """True for a gap that only the author can fill."""


def rows_of(sessions: Sequence[Session]) -> list[Row]:
    """Return the rows for all drafts, in document order; a heading with one piece shares its row.

    Of several drafts, those with nothing to write are one row together.
    """
    rows: list[Row] = []
    count = 0
    for number, session in enumerate(sessions):
        draft_rows = _draft_rows(number, session)
        if len(sessions) > 1 and not any(row.key or row.is_note for row in draft_rows):
            count += 1
            continue
        if len(sessions) > 1:
            rows.append(Row(number, 0, session.workspace.name))
        rows += draft_rows
    if count:
        rows.append(Row(0, 0, f"{count} without gaps"))
    return rows


def _draft_rows(number: int, session: Session) -> list[Row]:
    draft = session.workspace.draft
    starts = [h.span.start for h in draft.headings]
    by_heading: dict[int, list[Piece | Gap]] = {}
    items: list[Piece | Gap] = [*session.review.shown, *session.for_author]
    for item in sorted(items, key=lambda one: one.span.start):
        offset = item.anchor if isinstance(item, Piece) else item.span.start
        by_heading.setdefault(bisect_right(starts, offset) - 1, []).append(item)
    rows = [_row(number, 1, draft, item) for item in by_heading.get(-1, ())]
    for at, heading in enumerate(draft.headings):
        section_items = by_heading.get(at, [])
        single = section_items[0] if len(section_items) == 1 else None
        key = single.key if isinstance(single, Piece) and not (single.part_of or single.is_fact) else ""
        rows.append(Row(number, heading.level, heading.text, key))
        if not key:
            rows += [_row(number, heading.level + 1, draft, item) for item in section_items]
    return rows


def _row(number: int, level: int, draft: Draft, item: Piece | Gap) -> Row:
    """Return the row of a piece, or of a gap that only the author can fill."""
    if isinstance(item, Piece):
        words = pieces.name(draft, item)
        return Row(number, level, f"only you: {words}" if item.is_fact else words, item.key)
    return Row(number, level, f"☐ only you: {name_of(draft, item)}", is_note=True)


class Outline(ScrollView, can_focus=True):
    """The list of pieces; a click or the cursor keys choose one."""

    class Chosen(Message):
        """A piece was clicked."""

        def __init__(self, draft: int, key: str) -> None:
            super().__init__()
            self.draft, self.key = draft, key

    def __init__(self, sessions: Sequence[Session]) -> None:
        super().__init__(id="outline")
        self.sessions = sessions
        self.rows: list[Row] = []
        self.at: dict[Cursor, int] = {}
        """The row of each piece."""
        self.current: Cursor = (0, "")
        self._row_states: dict[int, object] = {}
        self._pieces: list[object] = []

    def update(self, current: Cursor) -> None:
        """Show the sessions as they are now, with the cursor on a piece, which is brought into view.

        Rows are made again only when the pieces are others; of those in sight, only what changed is drawn.
        """
        pieces: list[object] = [
            (s.workspace.gaps, s.review.base, [(piece.key, piece.unplaced) for piece in s.review.shown])
            for s in self.sessions
        ]
        if pieces != self._pieces:
            self._pieces, self._row_states = pieces, {}
            self.rows = rows_of(self.sessions)
            self.at = {(row.draft, row.key): i for i, row in enumerate(self.rows) if row.key}
            self.on_resize()
        self.current = current
        if current in self.at:
            self.scroll_to_region(Region(0, self.at[current], 1, 1), animate=False)
        top = int(self.scroll_offset.y)
        for at in range(top, min(top + self.size.height, len(self.rows))):
            row = self.rows[at]
            state = (row, self._piece(row), (row.draft, row.key) == current)
            if self._row_states.get(at) != state:
                self._row_states[at] = state
                self.refresh_line(at)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows))

    def on_click(self, event: events.Click) -> None:
        at = int(event.y + self.scroll_offset.y)
        if 0 <= at < len(self.rows) and self.rows[at].key:
            self.post_message(self.Chosen(self.rows[at].draft, self.rows[at].key))

    def render_line(self, y: int) -> Strip:
        width, at = self.scrollable_content_region.width, y + int(self.scroll_offset.y)
        if at >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[at]
        piece, words = self._piece(row), one_line(row.words)
        indent = " " * (2 * max(row.level - 1, 0))
        if piece is None:
            style = "bold" if row.level == 0 else "$text-warning" if row.is_note else "dim"
            return Strip([self._segment(_cut(f"{indent}  {words}", width), style)])
        state = pieces.state_of(piece)
        sign, colour = pieces.STATES[state][0], COLOURS[state]
        warned = len(piece.doubts)
        mark = f" ⚠{warned}" if warned else ""
        current = "bold reverse " * ((row.draft, row.key) == self.current)
        parts = [
            (indent, ""),
            (sign, colour),
            (_cut(f" {words}", width - len(indent) - 1 - cell_len(mark)), ""),
            (mark, "$text-warning"),
        ]
        strip = Strip([self._segment(text, current + style) for text, style in parts])
        return strip.adjust_cell_length(width)

    def _piece(self, row: Row) -> Piece | None:
        return self.sessions[row.draft].review.piece(row.key) if row.key else None

    def _segment(self, text: str, style: str) -> Segment:
        return Segment(text, _rich_style(style, self.visual_style, self.app))


@lru_cache(maxsize=64)  # each line has a few of the same styles
def _rich_style(style: str, base: Style, app: App[Any]) -> RichStyle:
    return (base + Style.parse(style, app.theme_variables)).rich_style


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, max(width - 1, 0)) + "…"

"""The left side: the draft's headings and, under each, its pieces with their states.

Only the rows that can be seen are ever drawn, so a draft with a thousand pieces costs what one with ten
does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from assistant.app.session import Session
from assistant.core.review.state import Slot
from assistant.core.text.display import one_line
from assistant.frontends.screen.detail import STATES, state_of


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a draft's name, a heading, or a piece."""

    draft: int
    """Which of the drafts it belongs to."""
    level: int
    words: str
    key: str = ""
    """The slot that it stands for; empty for a name or a heading alone."""


def rows_of(sessions: Sequence[Session]) -> list[Row]:
    """Return the rows for all drafts, in document order; a heading with one piece shares its row."""
    rows: list[Row] = []
    for number, session in enumerate(sessions):
        if len(sessions) > 1:
            rows.append(Row(number, 0, one_line(session.workspace.name)))
        rows += _draft_rows(number, session)
    return rows


def _draft_rows(number: int, session: Session) -> list[Row]:
    headings = session.workspace.draft.headings
    starts = [h.span.start for h in headings]
    under: dict[int, list[Slot]] = {}
    for slot in session.review.shown:
        under.setdefault(bisect_right(starts, slot.anchor) - 1, []).append(slot)
    rows = [Row(number, 1, _words(slot), slot.key) for slot in under.get(-1, ())]
    for at, heading in enumerate(headings):
        slots = under.get(at, [])
        alone = slots[0].key if len(slots) == 1 and not slots[0].part_of else ""
        rows.append(Row(number, heading.level, one_line(heading.text), alone))
        if not alone:
            rows += [Row(number, heading.level + 1, _words(s), s.key) for s in slots]
    return rows


def _words(slot: Slot) -> str:
    text = slot.text.decode() if slot.versions else slot.said
    return one_line(text[:200]) or "…"


class Outline(ScrollView, can_focus=True):
    """The list of pieces; a click or the cursor keys choose one."""

    class Chosen(Message):
        """A piece was clicked."""

        def __init__(self, draft: int, key: str) -> None:
            """Name the draft and the slot."""
            super().__init__()
            self.draft, self.key = draft, key

    def __init__(self, sessions: Sequence[Session]) -> None:
        """Show these drafts."""
        super().__init__(id="outline")
        self.sessions = sessions
        self.rows: list[Row] = []
        self.at: dict[tuple[int, str], int] = {}
        self.current = (0, "")
        self._drawn: dict[int, object] = {}
        self._shape: list[tuple[object, object]] = []

    def update(self) -> None:
        """Show the sessions as they are now; rows are made again only when the pieces are others."""
        shape: list[tuple[object, object]] = [
            (s.workspace.draft, tuple(slot.key for slot in s.review.shown)) for s in self.sessions
        ]
        same = len(shape) == len(self._shape) and all(
            a[0] is b[0] and a[1] == b[1] for a, b in zip(shape, self._shape, strict=True)
        )
        if not same:
            self._shape = shape
            self.rows = rows_of(self.sessions)
            self.at = {(row.draft, row.key): i for i, row in enumerate(self.rows) if row.key}
            self.virtual_size = Size(self.size.width, len(self.rows))
            self._drawn = {}
        self._redraw()

    def _redraw(self) -> None:
        """Draw those of the rows in sight that are others than before."""
        top = int(self.scroll_offset.y)
        for at in range(top, min(top + self.size.height, len(self.rows))):
            row = self.rows[at]
            slot = self.sessions[row.draft].review.slot(row.key) if row.key else None
            now = (row, slot, (row.draft, row.key) == self.current)
            if self._drawn.get(at) != now:
                self._drawn[at] = now
                self.refresh_line(at)

    def choose(self, draft: int, key: str) -> None:
        """Put the cursor on a piece and bring it into view."""
        self.current = (draft, key)
        row = self.at.get(self.current)
        if row is not None:
            self.scroll_to_region(Region(0, row, 1, 1), animate=False)
        self._redraw()

    def on_resize(self) -> None:
        """Keep the rows as wide as the side is."""
        self.virtual_size = Size(self.size.width, len(self.rows))

    def on_click(self, event: events.Click) -> None:
        """Choose the piece under the mouse."""
        at = int(event.y + self.scroll_offset.y)
        if 0 <= at < len(self.rows) and self.rows[at].key:
            self.post_message(self.Chosen(self.rows[at].draft, self.rows[at].key))

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        width = self.size.width
        at = y + int(self.scroll_offset.y)
        if at >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[at]
        slot = self.sessions[row.draft].review.slot(row.key) if row.key else None
        indent = " " * (2 * max(row.level - 1, 0))
        base = self.visual_style
        if slot is None:
            style = base + self._style("bold" if row.level == 0 else "dim")
            return Strip([Segment(_cut(f"{indent}  {row.words}", width), style.rich_style)])
        sign, colour, _ = STATES[state_of(slot)]
        warned = len(slot.hunk.warnings) if slot.hunk else 0
        mark = f" ⚠{warned}" if warned else ""
        words = row.words if row.words != "…" else _words(slot)
        if (row.draft, row.key) == self.current:
            base = base + self._style("bold reverse")
        left = _cut(f" {words}", width - len(indent) - 1 - cell_len(mark))
        return Strip(
            [
                Segment(indent, base.rich_style),
                Segment(sign, (base + self._style(colour)).rich_style),
                Segment(left, base.rich_style),
                Segment(mark, (base + self._style("$text-warning")).rich_style),
            ]
        ).adjust_cell_length(width)

    def _style(self, name: str) -> Style:
        return Style.parse(name, self.app.theme_variables)


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, max(width - 1, 0)) + "…"

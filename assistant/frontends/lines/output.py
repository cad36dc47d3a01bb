"""What the line-by-line session shows and reads: in colour with single keys, or as plain lines.

The plain form is for screen readers, dumb terminals and logs: nothing moves the cursor, every question is a
line, and so is every answer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.app.reviewer import Reviewer
from assistant.core.hunks import diff
from assistant.core.review.state import Phase, Piece
from assistant.core.text.display import counted, one_line, visible, without_stop
from assistant.core.text.words import count_words
from assistant.core.types import Verdict
from assistant.errors import UsageError
from assistant.frontends import pieces
from assistant.frontends.keys import KEYS
from assistant.frontends.lines import keyboard
from assistant.frontends.progress import READING

if TYPE_CHECKING:
    from rich.text import Text

QUESTION = "[a]ccept [r]eject [e]dit re[t]ry [i]nstruct [A]ll the rest [u]ndo [q]uit ?"
"""The keys that most pieces need, in one row of 80 columns; `?` lists the others."""
GUIDANCE = "How should it be written instead?"
LEAVE = "(Esc: leave it)"
MORE = "[Enter] continue  [q] stop"
_BELOW = 4
"""Rows below a text: the question, which may take two, what the last key did, and one to spare."""
LEFT_OUT = ("y", "escape", "E")
"""Keys that only the full screen has: here `e` opens the author's own editor."""

STYLES = {"around": "dim", "same": "", "gone": "red strike", "new": "bold green"}
PLAIN_STYLES = {"around": "dim", "same": "", "gone": "strike", "new": "underline"}
"""For a terminal without colours, in addition to the signs that mark the text."""
_WARNING, _QUESTION = "warning:", "question:"
_MARKED = (_WARNING, _QUESTION, "[")
"""How the lines on doubts begin, and the line of keys for them."""

_POLL_SECONDS = 0.1
"""Seconds between two looks at what a model writes."""


def _typed(ask: Callable[[], None]) -> str:
    """Read one line of the author's words. Raises `UsageError` for one with Esc in it."""
    line = keyboard.read_line(ask)
    if "\x1b" in line:
        raise UsageError("left as it was")
    return line.strip()


class Plain:
    """Lines, and nothing but lines."""

    def say(self, text: str, style: str = "") -> None:
        """Print one line at once."""
        print(text, flush=True)

    def show(self, text: str) -> None:
        """Print a text of many lines."""
        self.say(text)

    def piece(self, reviewer: Reviewer, piece: Piece) -> None:
        """Tell the piece in words, its warnings first."""
        self.say("")
        self.say(f"Piece {_title(reviewer, piece)}: {pieces.state_of(piece)}.")
        for line in _remarks(reviewer, piece):
            self.say(line)
        for part in diff.readable(piece.hunk.original.decode(), piece.text.decode()) if piece.hunk else ():
            if part.text.strip():
                label = {"same": "kept", "gone": "removed", "new": "added"}[part.op]
                words = without_stop(part.text) if part.op == "new" else part.text
                self.say(f"{label}: {visible(words.strip())}")
        if removal := reviewer.review.removal_with(piece):
            self.say(f"removed: {visible(removal.original.decode().strip())}")
        if piece.unplaced:
            self.say(" ".join(pieces.now(reviewer.review, piece)).rstrip())

    def ask(self) -> tuple[str, str]:
        """Read one line: a key, and for `i` the instruction. Raises `EOFError` at the end of the input."""
        self.say("What now? a, r, e, t, i, v, s, u, n, A, w, q, or ? for all keys:")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        key, _, words = line.strip().partition(" ")
        return key, words.strip()

    def ask_words(self, question: str = GUIDANCE) -> str:
        """Read one line. Raises `UsageError` where the author leaves the question."""
        return _typed(lambda: self.say(f"{one_line(question)} {LEAVE}"))

    def wait(self, reviewer: Reviewer, waits: Callable[[], bool], words: str = "being written …") -> None:
        """Say once what is waited for."""
        if waits():
            self.say(words)
        while waits():
            time.sleep(_POLL_SECONDS)


class Colour:
    """A terminal with colours, and single keys."""

    def __init__(self) -> None:
        """Make a console for stdout."""
        from rich.console import Console

        self.console = Console(highlight=False, markup=False, emoji=False)

    def say(self, text: str, style: str = "") -> None:
        """Print one line."""
        self.console.print(_styled(text, style), soft_wrap=": assistant " in text)  # a command stays whole

    def show(self, text: str) -> None:
        """Print a text of many lines, a screen at a time. Raises `EOFError` and `KeyboardInterrupt`."""
        pages, room = [list[str]()], self.console.height - _BELOW
        for line in text.split("\n"):
            room -= (height := pieces.lines_of(line, self.console.width))
            if room < 0 and pages[-1]:
                pages.append([])
                room = self.console.height - _BELOW - height
            pages[-1].append(line)
        for number, page in enumerate(pages):
            if number:
                self.console.print(_styled(f"{MORE} ", "bold cyan"), end="")
                key = keyboard.read_key()
                self.say("")
                if key == "q":
                    return
            self.say("\n".join(page))

    def piece(self, reviewer: Reviewer, piece: Piece) -> None:
        """Show the piece in its surroundings, its changes word by word, below what to check in it."""
        from rich.text import Text

        keyboard.forget_keys()  # none that was pressed before the piece is seen decides it
        width = self.console.width
        title = _title(reviewer, piece, width=width - 6)
        self.console.rule(_styled(title, "bold"), style="dim")
        remarks = _remarks(reviewer, piece, width=width)
        for line in remarks:
            self.say(line, "yellow" if line.startswith(_MARKED) else "dim" if piece.hunk else "red")
        if piece.hunk is not None:
            colours = bool(self.console.color_system) and not self.console.no_color
            # Beside a line that says what a key did, the title and the question.
            rows = self.console.height - 2 - pieces.lines_of("\n".join([*remarks, QUESTION]), width)
            parts = pieces.shown(reviewer.review, piece, colours=colours, room=(width, rows))
            styles = STYLES if colours else PLAIN_STYLES
            self.console.print(
                Text.assemble(*((p.text, styles[p.role] + " reverse" * p.doubtful) for p in parts))
            )
        if piece.unplaced:
            title, text = pieces.now(reviewer.review, piece)
            self.say(title, "yellow")
            self.say(text)

    def ask(self) -> tuple[str, str]:
        """Read one key. Raises `EOFError` and `KeyboardInterrupt`."""
        self.console.print(_styled(QUESTION + " ", "bold cyan"), end="")
        key = keyboard.read_key()
        self.say(visible(key.strip()), "bold")
        return {"\x12": "ctrl+r", "E": "e"}.get(key, key), ""

    def ask_words(self, question: str = GUIDANCE) -> str:
        """Read one line. Raises `UsageError` where the author leaves the question."""
        line = _styled(f"{one_line(question)} {LEAVE} ", "bold cyan")
        return _typed(lambda: self.console.print(line, end=""))

    def wait(self, reviewer: Reviewer, waits: Callable[[], bool]) -> None:
        """Show a spinner with the words so far."""
        if not waits():
            return
        with self.console.status("starting the model …", spinner="dots") as status:
            while waits():
                written = [s for s in reviewer.review.shown if s.phase is Phase.WRITING]
                if words := sum(count_words(piece.message) for piece in written):
                    name = pieces.name(reviewer.session.workspace.draft, written[0])
                    status.update(_styled(f"writing {name} … {counted(words, 'word')}", ""))
                elif written and (share := min(piece.read for piece in written)) < 1:
                    status.update(READING.format(share))
                time.sleep(_POLL_SECONDS)


Output = Plain | Colour


def help_text() -> str:
    """Return all keys with what they do."""
    keys = [key for key in KEYS if key.key not in LEFT_OUT]
    signs = {"j,down": "j", "k,up": "k", "ctrl+r,U": "U", "question_mark": "?", "full_stop": "."}
    sentences = {"edit": "edit it in $VISUAL or $EDITOR", "preview": "show the whole draft as it would be"}
    lines = [f"{signs.get(k.key, k.key)}  {sentences.get(k.command, k.sentence)}" for k in keys]
    return "\n".join([*lines, "l  list all pieces", "Enter  show the piece again; it decides nothing"])


def _title(reviewer: Reviewer, piece: Piece, *, width: int = 200) -> str:
    """Return the number of a piece and how many there are, where it is, and which of its texts is shown."""
    shown = reviewer.review.shown
    number = next((i for i, s in enumerate(shown, 1) if s.key == piece.key), 0)
    first = [f"{number} of {len(shown)}", *filter(None, [pieces.version(piece)])]
    start = f"{', '.join(first)}: "
    draft, line = reviewer.session.workspace.draft, reviewer.session.line(piece.anchor)
    return start + pieces.place(draft, piece, line=line, width=width - len(start))


def _remarks(reviewer: Reviewer, piece: Piece, *, width: int = 0) -> list[str]:
    """Return what to know before a decision: doubts, notes, and what became of the piece so far.

    With a `width` in cells, the current doubt stands for all: the text that is shown below has them marked.
    """
    if piece.hunk is None:
        return [pieces.failure(reviewer.review, piece) or "no text yet"]
    current = reviewer.doubt
    doubts, tail = pieces.doubts(piece, current, most=1 if width else 0)
    lines = [f"{_QUESTION if doubt.is_question else _WARNING} {line}" for doubt, line in doubts]
    if width:
        tail = tail and f" ({tail})"
        lines = [pieces.cut(line, pieces.REMARK_LINES * width - len(tail)) + tail for line in lines]
    lines += [pieces.doubt_keys(piece, current)] if current else []
    lines += [f"note: {one_line(note)}" for note in piece.hunk.notes]
    lines += [one_line(piece.message)] * bool(piece.message)
    is_decided = piece.unplaced or piece.verdict is not Verdict.UNDECIDED
    lines += [pieces.says(reviewer.review, piece)] * is_decided
    return [*lines, pieces.WRITTEN_FOR] if piece.unplaced else lines


def _styled(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(text, style=style)

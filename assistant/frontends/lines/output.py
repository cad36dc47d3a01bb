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
from assistant.core.review.state import Phase, Slot
from assistant.core.text.display import one_line, visible
from assistant.core.types import Verdict, Warning
from assistant.frontends.keys import KEYS
from assistant.frontends.lines import keyboard

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

QUESTION = "[a]ccept [r]eject [e]dit re[t]ry [i]nstruct [A]ll the rest [u]ndo [q]uit ?"
GUIDANCE = "How should it be written instead?"
LEFT_OUT = ("y", "escape", "E")
"""Keys that only the full screen has: here `e` opens the author's own editor."""

_PATIENCE = 0.1
"""Seconds between two looks at what a model writes."""


class Plain:
    """Lines, and nothing but lines."""

    def say(self, text: str, style: str = "") -> None:
        """Print one line at once."""
        print(text, flush=True)

    def piece(self, reviewer: Reviewer, slot: Slot) -> None:
        """Tell the piece in words."""
        heading, number, count, line = _place(reviewer, slot)
        self.say("")
        self.say(f"Piece {number} of {count}, under “{heading}”, line {line}: {state_of(slot)}.")
        if slot.hunk is None:
            self.say(f"No text: {one_line(slot.said) or 'not written yet'}.")
            return
        for part in diff.words(slot.hunk.original.decode(), slot.text.decode()):
            if part.text.strip():
                label = {"same": "kept", "gone": "removed", "new": "added"}[part.op]
                self.say(f"{label}: {visible(part.text.strip())}")
        for warning in _warnings(slot):
            words = slot.hunk.replacement[warning.start : warning.end].decode("utf-8", "replace")
            self.say(f"warning: {one_line(warning.message)}: “{one_line(words)}”")
        for note in slot.hunk.notes:
            self.say(f"note: {one_line(note)}")
        for line_ in _about(slot):
            self.say(line_)

    def ask(self) -> tuple[str, str]:
        """Read one line: a key, and for `i` the instruction. Raises `EOFError` at the end of the input."""
        self.say("What now? a, r, e, t, i, v, s, u, n, A, w, q, or ? for help:")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        key, _, words = line.strip().partition(" ")
        return key, words.strip()

    def ask_words(self) -> str:
        """Read one line."""
        self.say(GUIDANCE)
        return sys.stdin.readline().strip()

    def wait(self, reviewer: Reviewer, waiting: Callable[[], bool]) -> None:
        """Say once that something is being written."""
        if waiting():
            self.say("being written …")
        while waiting():
            time.sleep(_PATIENCE)


class Colour:
    """A terminal with colours, and single keys."""

    def __init__(self, console: Console | None = None) -> None:
        """Take a console, or make one for stdout."""
        from rich.console import Console

        self.console = console or Console(highlight=False, markup=False, emoji=False)

    def say(self, text: str, style: str = "") -> None:
        """Print one line."""
        self.console.print(_styled(text, style))

    def piece(self, reviewer: Reviewer, slot: Slot) -> None:
        """Show the piece in its surroundings, its changes word by word."""
        keyboard.forget_keys()  # none that was pressed before the piece is seen decides it
        heading, number, _, line = _place(reviewer, slot)
        self.console.rule(_styled(f"{number}  {heading}  line {line}", "bold"))
        if slot.hunk is None:
            self.say(one_line(slot.said) or "no text yet", "red")
            return
        self.console.print(_in_place(reviewer.review.base, slot))
        for warning in _warnings(slot):
            self.say(f"! {one_line(warning.message)}", "yellow")
        for line_ in (*(f"· {one_line(note)}" for note in slot.hunk.notes), *_about(slot)):
            self.say(line_, "dim")

    def ask(self) -> tuple[str, str]:
        """Read one key. Raises `EOFError` and `KeyboardInterrupt`."""
        self.console.print(_styled(QUESTION + " ", "bold cyan"), end="")
        key = keyboard.read_key()
        self.say(visible(key), "bold")
        return {"\x12": "ctrl+r", "E": "e"}.get(key, key), ""

    def ask_words(self) -> str:
        """Read one line."""
        self.console.print(_styled(f"{GUIDANCE} ", "bold cyan"), end="")
        return sys.stdin.readline().strip()

    def wait(self, reviewer: Reviewer, waiting: Callable[[], bool]) -> None:
        """Show a spinner with the words so far."""
        if not waiting():
            return
        with self.console.status("starting the model …", spinner="dots") as status:
            while waiting():
                slots = [s for s in reviewer.review.shown if s.phase is Phase.WRITING]
                if words := sum(slot.said.count(" ") for slot in slots):
                    heading = _place(reviewer, slots[0])[0]
                    status.update(_styled(f"writing {heading} … {words} words", ""))
                elif slots and (read := min(slot.read for slot in slots)) < 1:
                    status.update(f"reading your posts {read:.0%}")
                time.sleep(_PATIENCE)


Output = Plain | Colour


def help_text() -> str:
    """Return all keys with what they do."""
    keys = [key for key in KEYS if key.key not in LEFT_OUT]
    signs = {"j,down": "j", "k,up": "k", "ctrl+r,U": "U", "question_mark": "?"}
    says = {"edit": "edit it in $VISUAL or $EDITOR"}
    lines = [f"{signs.get(k.key, k.key)}  {says.get(k.command, k.sentence)}" for k in keys]
    return "\n".join([*lines, "l  list all pieces"])


def state_of(slot: Slot) -> str:
    """Return the state of a piece in a word."""
    return slot.verdict.value if slot.phase is Phase.READY else slot.phase.value


def _place(reviewer: Reviewer, slot: Slot) -> tuple[str, int, int, int]:
    """Return the headings above a piece, its number, how many there are, and its line."""
    draft, shown = reviewer.session.workspace.draft, reviewer.review.shown
    number = next((i for i, s in enumerate(shown, 1) if s.key == slot.key), 0)
    heading = draft.heading_above(slot.anchor)
    where = " › ".join(map(one_line, heading.path)) if heading else one_line(draft.title) or "the beginning"
    return where, number, len(shown), draft.line(slot.anchor)


def _warnings(slot: Slot) -> tuple[Warning, ...]:
    """Return the warnings on a text, unless the author has put another in its place."""
    return slot.hunk.warnings if slot.hunk and slot.verdict is not Verdict.EDITED else ()


def _about(slot: Slot) -> list[str]:
    """Return further lines on a piece: its place, its versions, the last failure."""
    lines = []
    if slot.lost:
        lines.append("The draft changed here, so this can't be applied; t asks for another text.")
    if slot.said:
        lines.append(one_line(slot.said))
    if len(slot.versions) > 1:
        lines.append(f"version {slot.choice.at + 1} of {len(slot.versions)} (v V)")
    if slot.verdict is not Verdict.UNDECIDED:
        lines.append(slot.verdict.value)
    return lines


def _in_place(data: bytes, slot: Slot, *, context: int = 2) -> Text:
    """Return a piece as coloured text: its words that go and come, and some lines of the draft around it."""
    from rich.text import Text

    version = slot.versions[slot.choice.at]
    data = data if version.home is None else version.home
    start, end = version.hunk.span
    before = data[:start].decode("utf-8", "replace").splitlines(keepends=True)[-context - 1 :]
    after = data[end:].decode("utf-8", "replace").splitlines(keepends=True)[: context + 1]
    text = Text().append(visible("".join(before)), style="dim")
    for part in diff.words(version.hunk.original.decode(), slot.text.decode()):
        text.append(visible(part.text), style={"same": "", "gone": "red strike", "new": "green"}[part.op])
    text.append(visible("".join(after)), style="dim")
    text.rstrip()
    return text


def _styled(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(text, style=style)

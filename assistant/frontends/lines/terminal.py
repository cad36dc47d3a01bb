"""The line-by-line session of `expand`: progress, one hunk after the other, one key for each.

What a key does to the decisions is in `assistant.core.review.decide`; this module shows and asks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.adapters import editor
from assistant.app import report
from assistant.app.session import keeping
from assistant.core.hunks import diff, split
from assistant.core.outcome import Event, Expanded, Failed, Piece
from assistant.core.review import decide, events
from assistant.core.review.state import Phase, Review, Slot
from assistant.core.text.display import one_line, visible
from assistant.core.types import Hunk, Usage, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from assistant.app.run import Run

_HELP = """\
a  accept this piece                 r  refuse it; the draft stays as it is here
e  edit it in $VISUAL or $EDITOR     t  have it written once more
A  accept this one and the rest      u  take the last decision back
q  stop here; what was accepted is written            ?  this help"""

_KEYS = "[a]ccept [r]eject [e]dit [t]ry again [A]ll [u]ndo [q]uit ?"


def session(run: Run) -> int:
    """Effect: shows every hunk as it comes, asks what to do with it, and writes what was accepted."""
    return _Session(run).work()


class _Session:
    def __init__(self, run: Run) -> None:
        from rich.console import Console

        self.run = run
        self.console: Console = Console(stderr=False, highlight=False, markup=False, emoji=False)
        self.session = keeping(run)
        self.spare: list[Hunk] = []
        self.failed: list[Failed] = []
        self.everything = False

    @property
    def review(self) -> Review:
        return self.session.review

    def work(self) -> int:
        code: int | None = None
        try:
            self._decide_as_they_come()
        except KeyboardInterrupt:
            code = 130
            self._print("interrupted", "yellow")
        except EOFError:
            self._print("the terminal was closed", "yellow")
        outcome = self.session.write(out=self.run.out)
        self.session.close()
        accepted, kept_out = outcome.wanted, outcome.conflicts
        name = self.run.out or self.run.workspace.name
        draft = self.run.workspace.draft
        for line in report.outcome(draft, accepted, outcome.written, kept_out, name=name):
            self._print(line, "bold")
        if code is not None:
            return code
        filled = {h.gap for h in accepted}
        open_ones = [s for s in self.review.shown if s.phase is not Phase.WRITTEN and s.verdict in _NOT_TAKEN]
        if self.failed and not self.review.slots and any(f.exit_code == 3 for f in self.failed):
            return 3
        done = not (kept_out or self.failed or open_ones) and all(g.id in filled for g in self.run.gaps)
        return 0 if done else 1

    def _decide_as_they_come(self) -> None:
        events = self.run.events()
        try:
            for event in self._watched(events):
                if isinstance(event, Expanded):
                    self.spare += event.alternatives
                    self._offer(event)
                    if not self._ask_open():
                        return
                elif isinstance(event, Failed):
                    self.failed.append(event)
                    self._failure(event)
        finally:
            events.close()  # type: ignore[attr-defined]

    def _watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """Yield the events that need the author, with a spinner and a count of words in between."""
        written = 0
        status = self.console.status("starting the model …", spinner="dots")
        status.start()
        try:
            for event in events:
                if isinstance(event, Piece):
                    written += event.text.count(" ")
                    name = one_line(event.gap.heading_path[-1] if event.gap.heading_path else "")
                    status.update(self._styled(f"writing {name} … {written} words", ""))
                    continue
                status.stop()
                yield event
                status.start()
        finally:
            status.stop()

    def _ask_open(self) -> bool:
        """Ask for every undecided hunk; False when the author wants to stop."""
        at = ""
        while (key := self.review.next_undecided(at)) is not None:
            if self.everything:
                self.session.apply(decide.rest(self.review, warned=True))
                return True
            shown = [s.key for s in self.review.shown]
            at = shown[shown.index(key) - 1] if shown.index(key) else ""
            _forget_keys()
            self._show(key)
            pressed = _key()
            self.console.print(self._styled(visible(pressed), "bold"))
            if pressed in ("a", "r", "u", "\x12"):
                before = self.review
                event = decide.event_for({"\x12": "ctrl+r"}.get(pressed, pressed), self.review, key)
                if event is not None:
                    self.session.apply(event)
                if pressed == "u":
                    at = ""
                    if before is self.review:
                        self._print("There is no decision to take back.", "dim")
            elif pressed == "e":
                self._edit(key)
            elif pressed == "t":
                self._again(key)
            elif pressed == "A":
                self.everything = True
            elif pressed == "q":
                return False
            elif pressed == "\x03":
                raise KeyboardInterrupt
            elif pressed in ("\x04", ""):
                raise EOFError
            else:
                self.console.print(self._styled(_HELP, ""))
        return True

    def _offer(self, event: Expanded, only: Hunk | None = None, guidance: str = "") -> None:
        hunks = [h for h in event.hunks if only is None or (h.span == only.span and not h.follows)]
        if hunks:
            offered = decide.proposal(
                event.gap, hunks, model=event.model, usage=event.usage, guidance=guidance
            )
            self.session.offer(offered, self.run.workspace.draft.data)

    # ---- showing ----------------------------------------------------------------------------------

    def _show(self, key: str) -> None:
        _, hunk = self._slot(key)
        asked = [s.key for s in self.review.shown]
        show_hunk(self.console, self.run, hunk, number=asked.index(key) + 1)

    def _failure(self, event: Failed) -> None:
        line = self.run.workspace.draft.line((event.target or event.gap.span).start)
        self._print(f"{self.run.workspace.name}:{line}: {event.message}", "red")

    def _print(self, text: str, style: str) -> None:
        self.console.print(self._styled(one_line(text), style))

    def _styled(self, text: str, style: str) -> Text:
        from rich.text import Text

        return Text(text, style=style)

    # ---- doing ------------------------------------------------------------------------------------

    def _slot(self, key: str) -> tuple[Slot, Hunk]:
        slot = self.review.slot(key)
        assert slot is not None and slot.hunk is not None, key
        return slot, slot.hunk

    def _edit(self, key: str) -> None:
        _, hunk = self._slot(key)
        edited = editor.edit(split.body(hunk.replacement))
        if edited is None:
            self._print(
                "The editor failed, so nothing was decided; set VISUAL or EDITOR to one that works.", "red"
            )
            return
        if not edited.strip():
            self._print("The text came back empty, so nothing was decided.", "yellow")
            return
        newline = self.run.workspace.draft.newline
        whole = split.with_body(hunk.replacement, edited, newline=newline)
        self.session.apply(events.Decided(key, Verdict.EDITED, whole))

    def _again(self, key: str) -> None:
        slot, hunk = self._slot(key)
        gap = next(g for g in self.run.gaps if g.id == hunk.gap)
        if spare := next((h for h in self.spare if h.span == hunk.span), None):
            self.spare.remove(spare)  # an alternative that came with the first answer
            self._offer(Expanded(gap, (spare,), self.run.connection.model.name, Usage()), hunk)
            return
        only = next((t for t in gap.targets if t.start <= hunk.span.start <= t.end), None)
        for event in self._watched(self.run.events([gap], attempt=len(slot.versions), only=only)):
            if isinstance(event, Failed):
                self._failure(event)
            elif isinstance(event, Expanded):
                self._offer(event, hunk)


_NOT_TAKEN = (Verdict.UNDECIDED, Verdict.REJECTED)


def show_hunk(console: Console, run: Run, hunk: Hunk, *, number: int) -> None:
    """Effect: prints a hunk with its heading, warnings, notes and the keys to decide on it."""
    from rich.text import Text

    draft = run.workspace.draft
    line = draft.line(max(hunk.span.start - (not hunk.original), 0))
    gap = next(g for g in run.gaps if g.id == hunk.gap)
    where = " › ".join(one_line(part) for part in gap.heading_path) or one_line(draft.title)
    console.rule(Text(f"{number}  {where}  line {line}", style="bold"))
    console.print(hunk_text(draft.data, hunk))
    for warning in hunk.warnings:
        console.print(Text(f"! {one_line(warning.message)}", style="yellow"))
    for note in hunk.notes:
        console.print(Text(f"· {one_line(note)}", style="dim"))
    console.print(Text(_KEYS + " ", style="bold cyan"), end="")


def hunk_text(data: bytes, hunk: Hunk, *, context: int = 2) -> Text:
    """Return a hunk as coloured text: its lines word by word, with some lines of the draft around them."""
    from rich.text import Text

    start, end = hunk.span
    before = data[:start].decode("utf-8", "replace").splitlines(keepends=True)[-context - 1 :]
    after = data[end:].decode("utf-8", "replace").splitlines(keepends=True)[: context + 1]
    text = Text(visible("".join(before)), style="dim")
    for piece in diff.words(hunk.original.decode(), hunk.replacement.decode()):
        style = {"same": "", "gone": "red strike", "new": "green"}[piece.op]
        text.append(visible(piece.text), style=style)
    text.append(visible("".join(after)), style="dim")
    text.rstrip()
    return text


def _forget_keys() -> None:
    """Effect: drops keys that were pressed before the question was there, so that none decides unseen."""
    try:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except ImportError:  # Windows
        import msvcrt

        while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]


def _key() -> str:
    """Effect: waits for one key and returns it; a line where the terminal can't give single keys."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        import msvcrt

        return str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
    sys.stdout.flush()
    handle = sys.stdin.fileno()
    saved = termios.tcgetattr(handle)
    try:
        tty.setraw(handle, termios.TCSADRAIN)
        # Output processing stays on, so that a line printed by another thread begins at the left.
        mode = termios.tcgetattr(handle)
        mode[1] |= termios.OPOST
        termios.tcsetattr(handle, termios.TCSADRAIN, mode)
        first = os.read(handle, 1)
        if first == b"\x1b":  # an arrow or function key: take the rest of it away, mean nothing by it
            import select

            while select.select([handle], [], [], 0.02)[0] and os.read(handle, 1):
                pass
            return "\x1b"
        return first.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, saved)

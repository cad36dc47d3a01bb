"""The full screen: it turns keys into events and shows the state; it decides nothing.

What a key does to the decisions is in `assistant.core.review.decide`. The state is polled some twenty times a
second while a model writes, and drawn again only when it changed.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from assistant.app.session import Session
from assistant.app.writer import Writer
from assistant.core.hunks import split
from assistant.core.hunks.apply import apply
from assistant.core.review import decide, events
from assistant.core.review.state import Phase, Review, Slot
from assistant.core.text.display import one_line
from assistant.core.types import Verdict
from assistant.errors import AssistantError
from assistant.frontends.screen import cursor, detail, resizing
from assistant.frontends.screen.keys import IDLE, KEYS, NAMES, Keys
from assistant.frontends.screen.outline import Outline
from assistant.frontends.screen.piece import PieceView


class ReviewApp(App[int]):
    """The review of one draft or many."""

    CSS_PATH = os.path.join(os.path.dirname(__file__), "screen.tcss")
    TITLE = "assistant review"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, action, name, key_display=NAMES.get(key)) for key, action, name, _ in KEYS),
        Binding("ctrl+z", "suspend_process", "suspend", show=False),
        Binding("ctrl+c", "leave", "leave", show=False, priority=True),
        Binding("pagedown,space", "scroll(1)", "page down", show=False),
        Binding("pageup", "scroll(-1)", "page up", show=False),
    ]

    def __init__(
        self,
        sessions: Sequence[Session],
        writers: Sequence[Writer],
        *,
        mark: bool = False,
        edit: Callable[[str], str | None] | None = None,
    ) -> None:
        """Take the opened sessions, what writes for each, and the author's own editor."""
        super().__init__()
        self.sessions, self.writers, self.mark, self.edit_text = sessions, writers, mark, edit
        self.at: tuple[int, str] = (0, "")
        self.outline = Outline(sessions)
        self.piece = PieceView()
        self.seen: list[Review] = []
        self.colours = not os.environ.get("NO_COLOR")
        if os.environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15"):
            self.theme = "textual-light"

    # ---- laying out and showing -------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out the two sides, the line and the keys."""
        with Horizontal(id="sides"):
            yield self.outline
            yield self.piece
        yield Static(id="line", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Effect: begins the writing of what has no text, and shows the first piece to decide."""
        for session, writer in zip(self.sessions, self.writers, strict=True):
            if not session.read_only:
                writer.ask(session.missing())
        self.outline.update()
        self.outline.focus()
        self.at = cursor.onward(self.sessions, (0, ""))
        self.show()
        self.set_interval(1 / 20, self._look)
        self.set_interval(1.0, self._look_at_files)
        gc.enable()

    @property
    def session(self) -> Session:
        """The session of the draft that is looked at."""
        return self.sessions[self.at[0]]

    @property
    def slot(self) -> Slot | None:
        """The piece that is looked at."""
        return self.session.review.slot(self.at[1])

    def show(self, *, stay: bool = False) -> None:
        """Draw what changed; with `stay`, keep the right side where it was scrolled to."""
        self.seen = [s.review for s in self.sessions]
        self.at = cursor.kept(self.sessions, self.at)
        self.outline.update()
        self.outline.choose(*self.at)
        slot = self.slot
        right = self.piece
        shown = self.session.review.shown
        if slot is None:
            left = "Nothing in it is unwritten." if not shown else ""
            self.piece.update(Content(left))
        else:
            number = next((i for i, s in enumerate(shown, 1) if s.key == slot.key), 0)
            content = detail.piece(
                self.session.workspace.draft, slot, number=number, count=len(shown), colours=self.colours
            )
            self.piece.update(content)
        if not stay:
            right.scroll_home(animate=False)
        elif slot is not None and slot.phase is Phase.WRITING:
            right.scroll_end(animate=False)
        self._say_state()

    def _say_state(self) -> None:
        counts: dict[str, int] = {}
        for session in self.sessions:
            for slot in session.review.shown:
                state = detail.state_of(slot)
                counts[state] = counts.get(state, 0) + 1
        said = " · ".join(f"{n} {state}" for state, n in counts.items())
        if self.session.read_only:
            said = f"read-only: another session has this draft · {said}"
        model = next((one_line(w.says) for w in self.writers if w.says and w.busy), "")
        self.say(f"{said}   {model}".strip())

    def say(self, words: str, *, bad: bool = False) -> None:
        """Show one line above the keys."""
        line = self.query_one("#line", Static)
        line.set_class(bad, "bad")
        line.update(one_line(words), layout=False)

    def _look(self) -> None:
        """Effect: shows what the writers did since the last look."""
        if any(s.review is not seen for s, seen in zip(self.sessions, self.seen, strict=True)):
            before = self.slot
            self.show(stay=True)
            if before is None:
                self.at = cursor.onward(self.sessions, self.at)

    def _look_at_files(self) -> None:
        """Effect: follows drafts that were changed in an editor meanwhile."""
        for session in self.sessions:
            self._follow(session)
        if not self.is_headless and (size := resizing.other_size(self.size)):
            self.post_message(Resize(size, size))

    def _follow(self, session: Session) -> None:
        if not session.touched():
            return
        try:
            if session.catch_up():
                self.show(stay=True)
                lost = sum(s.lost for s in session.review.shown)
                self.say(
                    "the draft changed in another program"
                    + (f"; {lost} pieces lost their place" * bool(lost))
                )
            elif session.gone:
                self.say(f"{session.workspace.name} is not there any more; decisions are kept", bad=True)
        except AssistantError as error:
            self.say(str(error), bad=True)

    # ---- going about ------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Go one piece down or up."""
        everything = cursor.places(self.sessions)
        if everything:
            now = everything.index(self.at) if self.at in everything else 0
            self.at = everything[max(0, min(now + step, len(everything) - 1))]
            self.show()

    def action_next(self) -> None:
        """Go to the next undecided piece."""
        onward = cursor.onward(self.sessions, self.at)
        if onward != self.at:
            self.at = onward
            self.show()
        else:
            self.say("nothing else is undecided; w writes what was accepted")

    def action_scroll(self, pages: int) -> None:
        """Scroll the piece."""
        page = max(self.piece.size.height - 2, 1)
        self.piece.scroll_relative(y=pages * page, animate=False)

    def on_outline_chosen(self, message: Outline.Chosen) -> None:
        """Go to the piece that was clicked."""
        self.at = (message.draft, message.key)
        self.show()

    # ---- deciding ---------------------------------------------------------------------------------

    def _apply(self, event: events.Event) -> bool:
        """Effect: makes an event happen, on disk first; False, with a line that says why, when it can't."""
        session = self.session
        self._follow(session)
        before = session.review
        try:
            session.apply(event)
        except AssistantError as error:
            if "took" in str(error):
                session.read_only = True
            self.say(str(error), bad=True)
            return False
        return session.review is not before

    def action_press(self, key: str) -> None:
        """Do what the key means in every session."""
        draft, at = self.at
        before = self.session.review
        event = decide.event_for(key, before, at)
        if event is None:
            self.say("there is no text here to decide yet")
            return
        if not self._apply(event):
            if self.session.review is before and not self.query_one("#line").has_class("bad"):
                self.say(IDLE.get(key, "nothing changed"))
            return
        after = self.session.review
        if key in ("a", "r", "A"):
            self.at = cursor.onward(self.sessions, (draft, at))
        elif key in ("u", "ctrl+r"):
            change = (after.future if key == "u" else after.past)[-1]
            self.at = (draft, change[0][0])
        self.show()

    def action_edit(self) -> None:
        """Edit the piece here."""
        from assistant.frontends.screen import dialogs

        slot = self.slot
        if slot is None or not slot.versions or slot.phase is Phase.WRITTEN:
            self.say("there is no text here to edit yet")
            return
        self.push_screen(dialogs.Editing(split.body(slot.text)), self._take_text)

    def action_edit_outside(self) -> None:
        """Effect: edit the piece in the author's own editor, with the screen given back to it."""
        slot = self.slot
        if slot is None or not slot.versions or self.edit_text is None or slot.phase is Phase.WRITTEN:
            self.say("there is no text here to edit yet")
            return
        with self.suspend():
            text = self.edit_text(split.body(slot.text))
        self.refresh(layout=True)
        if text is None:
            self.say(
                "the editor failed, so nothing was decided; set VISUAL or EDITOR to one that works", bad=True
            )
        else:
            self._take_text(text)

    def _take_text(self, text: str | None) -> None:
        slot = self.slot
        if text is None or slot is None or slot.hunk is None:
            return
        if not text.strip():
            self.say("the text came back empty, so nothing was decided")
            return
        whole = split.with_body(slot.hunk.replacement, text, newline=self.session.workspace.draft.newline)
        if slot.part_of:
            whole = whole.strip(b"\r\n")
        version = slot.versions[slot.choice.at]
        if self._apply(events.Decided(slot.key, Verdict.EDITED, whole, version.proposal)):
            self.at = cursor.onward(self.sessions, self.at)
            self.show()

    def action_again(self, guidance: str = "") -> None:
        """Effect: has the piece written again."""
        slot = self.slot
        if slot is None or slot.phase in (Phase.WRITING, Phase.WRITTEN):
            return
        try:
            key = self.writers[self.at[0]].retry(slot.key, guidance)
        except AssistantError as error:
            self.say(str(error), bad=True)
            return
        if key:
            self.at = (self.at[0], key)
            self.show()

    def action_guide(self) -> None:
        """Ask for a word, then have the piece written again with it."""
        from assistant.frontends.screen import dialogs

        def said(word: str | None) -> None:
            if word:
                self.action_again(word)

        if self.slot is not None:
            self.push_screen(dialogs.Guidance(), said)

    def action_stop(self) -> None:
        """Effect: stops the writing of this piece."""
        slot = self.slot
        if slot is not None and slot.phase in (Phase.WRITING, Phase.WAITING):
            self.writers[self.at[0]].stop(slot.key)
            self.say("stopping …")

    # ---- looking and leaving ----------------------------------------------------------------------

    def action_copy(self) -> None:
        """Effect: puts the piece's text on the clipboard, where the terminal allows it."""
        slot = self.slot
        if slot is not None and slot.versions:
            self.copy_to_clipboard(split.body(slot.text))
            self.say("copied")

    def action_prompt(self) -> None:
        """Show what was sent for this piece."""
        from assistant.frontends.screen import dialogs

        slot = self.slot
        if slot is None:
            return
        try:
            sent = self.writers[self.at[0]].prompts(slot.part_of or slot.key)
        except AssistantError as error:
            self.say(str(error), bad=True)
            return
        text = "\n\n".join(f"--- {m.role}\n{m.content}" for one in sent for m in one.messages)
        tokens = sum(one.tokens for one in sent)
        if text:
            self.push_screen(dialogs.Reading([(f"{tokens} tokens are sent for this piece", text)]))

    def action_preview(self) -> None:
        """Show the whole draft as it would be, and as it is."""
        from assistant.frontends.screen import dialogs

        session = self.session
        before = session.review.base
        after = apply(before, session.review.accepted()[1])
        line = session.workspace.draft.line(self.slot.span.start) if self.slot else 1
        texts = [("after", after), ("before", before)]
        name = one_line(session.workspace.name)
        self.push_screen(
            dialogs.Reading([(f"{name}, {title}", text.decode()) for title, text in texts], line=line)
        )

    def action_help(self) -> None:
        """Show every key."""
        from assistant.frontends.screen import dialogs

        lines = [(NAMES.get(key, key), says) for key, _, _, says in KEYS]
        self.push_screen(dialogs.Help([*lines, ("ctrl+p", "the command palette")]))

    def action_write(self) -> None:
        """Effect: writes what was accepted, in every draft."""
        said = []
        for session in self.sessions:
            try:
                if not session.to_write:
                    continue
                outcome = session.write(mark=self.mark)
            except AssistantError as error:
                self.say(str(error), bad=True)
                return
            session.touched()
            done = sum(not h.follows for h in outcome.written)
            kept = f", {len(outcome.conflicts)} kept out" if outcome.conflicts else ""
            if outcome.cleared:
                kept += ", and took out what your editor had saved undecided"
            said.append(
                f"wrote {done} of {sum(not h.follows for h in outcome.wanted)} pieces to "
                f"{session.workspace.name}{kept}"
            )
        self.show(stay=True)
        self.say("; ".join(said) or "nothing is accepted that is not written already")

    def action_leave(self) -> None:
        """Effect: ends the session; what is being written is stopped."""
        for writer in self.writers:
            writer.stop()
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give every key to the command palette."""
        for _, action, name, says in KEYS:
            yield SystemCommand(name, says, lambda action=action: self.run_action(action))
        yield from super().get_system_commands(screen)

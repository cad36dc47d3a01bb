"""The full screen: it turns keys into commands of the `Reviewer` and shows the state; it decides nothing.

The state is looked at some twenty times a second while a model writes, and drawn again only when it changed.
"""

from __future__ import annotations

import gc
import os
import sys
import textwrap
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import ClassVar

from rich.cells import cell_len
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from assistant.adapters import editor
from assistant.app import report
from assistant.app.reviewer import NO_TEXT, Reviewer
from assistant.core.hunks import passages
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text.display import counted, one_line
from assistant.errors import AssistantError
from assistant.frontends import keys, pieces
from assistant.frontends.keys import KEYS
from assistant.frontends.screen import detail
from assistant.frontends.screen.keys import Keys
from assistant.frontends.screen.outline import Outline
from assistant.frontends.screen.piece import PieceView


class ReviewApp(App[int]):
    """The review of one draft or many."""

    CSS_PATH = os.path.join(os.path.dirname(__file__), "screen.tcss")
    TITLE = "assistant review"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.key, f"do({key.command!r})", key.name, key_display=key.sign or None) for key in KEYS),
        Binding("ctrl+z", "suspend_process", "suspend", show=False),
        Binding("ctrl+c", "do('leave')", "quit", show=False, priority=True),
        Binding("pagedown,space", "scroll(1)", "page down", show=False),
        Binding("pageup", "scroll(-1)", "page up", show=False),
    ]

    def __init__(self, reviewer: Reviewer) -> None:
        super().__init__()
        self.reviewer = reviewer
        self.outline = Outline(reviewer.sessions)
        self.piece = PieceView()
        self.reviews: list[Review] = []
        self.reading = False
        self.streams = False
        """True while the text that is looked at comes in, and is followed to its end."""
        self.colours = not os.environ.get("NO_COLOR")
        if os.environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15"):
            self.theme = "textual-light"

    # ---- laying out and showing -------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        with Horizontal(id="sides"):
            yield self.outline
            yield self.piece
        yield Static(id="line", markup=False)
        yield Keys(id="keys")

    def on_mount(self) -> None:
        """Show the first piece to decide, and begin the writing of what has no text.

        Where pieces have texts already, they are seen first: who may write the others takes imports.
        """
        self.reviewer.next()
        if self.reviewer.piece is None:
            self._begin()
        else:
            self.call_after_refresh(self.set_timer, 1 / 20, self._begin)
        self.outline.focus()
        self.show()
        self.app_resume_signal.subscribe(
            self, lambda _: self.refresh(layout=True)
        )  # after Ctrl-Z, or an editor
        self.set_interval(1 / 20, self._look)
        self.set_interval(1.0, self._look_at_files)

    def _begin(self) -> None:
        at = self.reviewer.at
        self.reviewer.begin()
        if at[1]:
            self.reviewer.at = at
        gc.enable()

    def show(self, *, stay: bool = False) -> None:
        """Draw what changed; with `stay`, don't scroll."""
        reviewer = self.reviewer
        piece = reviewer.piece
        self.reviews, self.reading = [s.review for s in reviewer.sessions], reviewer.reading
        self.outline.update(reviewer.at)
        self.piece.update(partial(self._piece, piece))
        streamed, self.streams = self.streams, piece is not None and piece.phase is Phase.WRITING
        if not stay or (streamed and not self.streams):  # what came is cleaned, and warned about above it
            self.piece.open()
        elif self.streams:
            self.piece.scroll_end(animate=False, immediate=True, force=True)  # before what `open` does next
        self._say_state()

    def _piece(self, piece: Piece | None, width: int, fold: int) -> tuple[Content, Content, int]:
        """Return the head and the body of the right side, and where in the body the new text begins."""
        pieces = self.reviewer.review.shown
        if piece is None:
            has_gaps = any(session.for_author for session in self.reviewer.sessions)
            message = "Only you can fill what is missing." if has_gaps else "No gaps found."
            message = "The model reads the draft …" if self.reviewer.reading else message
            return Content("" if pieces else message), Content(""), 0
        number = next((i for i, s in enumerate(pieces, 1) if s.key == piece.key), 0)
        review, doubt = self.reviewer.review, self.reviewer.doubt
        head = detail.head(self.reviewer.session, piece, number=number, width=width)
        return head, *detail.body(review, piece, width=width, doubt=doubt, colours=self.colours, fold=fold)

    def _say_state(self) -> None:
        shown = [piece for session in self.reviewer.sessions for piece in session.review.shown]
        line = pieces.tally(shown)
        if self.reviewer.session.read_only:
            line = f"read-only: open in another session · {line}"
        model = next((one_line(w.model_line) for w in self.reviewer.writers if w.model_line and w.busy), "")
        model = model or "; ".join(self.reviewer.unread)
        self.say(f"{line}   {model}".strip())

    def say(self, words: str, *, bad: bool = False) -> None:
        """Show one line above the keys."""
        line = self.query_one("#line", Static)
        line.set_class(bad, "bad")
        words = one_line(words)
        is_long = cell_len(words) > self.size.width - 2
        line.update(words, layout=is_long or line.size.height > 1)

    def _look(self) -> None:
        """Show what the writers did since the last look."""
        if not self.is_running:  # it is closing, and its lines may be gone
            return
        latest = [session.review for session in self.reviewer.sessions]
        is_new = any(review is not previous for review, previous in zip(latest, self.reviews, strict=True))
        if is_new or self.reading != self.reviewer.reading:
            self.show(stay=True)

    def _look_at_files(self) -> None:
        """Follow drafts that changed in an editor meanwhile."""
        for session in self.reviewer.sessions:
            try:
                line = self.reviewer.follow(session)
            except AssistantError as error:
                line = str(error)
            if line:
                self.show(stay=True)
                self.say(line, bad=session.gone)
        self._follow_size()

    def _follow_size(self) -> None:
        """Take a new size whose signal was lost, as while an author's own editor had the terminal."""
        with suppress(OSError):
            if not self.is_headless and sys.__stdout__ is not None:
                size = Size(*os.get_terminal_size(sys.__stdout__.fileno()))
                if size != self.size:
                    self.post_message(Resize(size, size))

    # ---- commands ---------------------------------------------------------------------------------

    def action_do(self, command: str) -> None:
        """Do what a key, a click or the palette asks for: a command of this view, or of the review."""
        name, argument = keys.parsed(command)
        method: Callable[[], None] | None = getattr(self, f"do_{name}", None)
        if method is not None:
            self._say_state()  # what an earlier key said is not said of this one
            method()
            return
        do: Callable[..., str] = getattr(self.reviewer, name)
        self._try(lambda: do() if argument is None else do(argument))

    def _try(self, do: Callable[[], str]) -> None:
        """Do something, show the new state, and say the line that it returns or why it can't be done."""
        try:
            line, has_failed = do(), False
        except AssistantError as error:
            line, has_failed = str(error), True
        if not has_failed:
            self.show(stay=bool(line))
        if line:
            self.say(line, bad=has_failed)

    def action_scroll(self, pages: int) -> None:
        page = max(self.piece.size.height - 2, 1)
        self.piece.scroll_relative(y=pages * page, animate=False)

    def on_outline_chosen(self, message: Outline.Chosen) -> None:
        """Go to the piece that was clicked."""
        self.reviewer.at = (message.draft, message.key)
        self.show()

    def _text(self) -> str | None:
        """Return the words of the piece, to be edited or copied; None, with a line that says so, without."""
        piece = self.reviewer.piece
        if piece is None or not piece.versions or piece.phase is Phase.WRITTEN:
            self.say(NO_TEXT)
            return None
        return piece.words

    def do_edit(self) -> None:
        def take(text: str | None) -> None:
            if text is not None:
                self._try(lambda: self.reviewer.edit(text))

        if (text := self._text()) is not None:
            self.push_screen(_dialogs().Editing(text), take)

    def do_edit_outside(self) -> None:
        """Edit the piece in the author's own editor, with the screen given back to it."""
        if (text := self._text()) is None:
            return
        with self.suspend():
            edited = editor.edit(text)
        self._try(lambda: self.reviewer.edit(edited))

    def _ask(self, do: Callable[[str], str], *question: str, min_length: int = 1) -> None:
        """Ask for a line of the author's words, and use them if they have `min_length` letters."""

        def take(words: str | None) -> None:
            if words is not None and len(words) >= min_length:
                self._try(lambda: do(words))

        self.push_screen(_dialogs().Guidance(*question), take)

    def do_instruct(self) -> None:
        """Ask for an instruction, then retry with it."""
        if self.reviewer.piece is not None:
            self._ask(self.reviewer.retry)

    def do_revise(self) -> None:
        """Have the author choose a passage and say what to change."""
        draft, piece = self.reviewer.session.workspace.draft, self.reviewer.piece
        line = draft.line(piece.anchor) if piece else 1

        def ask(lines: str | None) -> None:
            if lines:
                revise = partial(self.reviewer.revise, lines)
                self._ask(revise, "What should change?", "shorter · plainer words")

        self.push_screen(_dialogs().Choosing(list(passages.every(draft)), line=line), ask)

    def do_answer(self) -> None:
        """Ask the question of the piece, and put the answer in."""
        piece, doubt = self.reviewer.piece, self.reviewer.question
        if piece is None or doubt is None:
            self._try(lambda: self.reviewer.answer(""))  # which says why there is none
        else:
            self._ask(self.reviewer.answer, report.about(piece, doubt), "your words go in as they are")

    def do_fit(self) -> None:
        """Ask what the doubtful sentence should say, and have it rewritten."""
        piece, doubt = self.reviewer.piece, self.reviewer.doubt
        if piece is None or doubt is None:
            self._try(lambda: self.reviewer.fit(""))
        else:
            question = f"{report.about(piece, doubt)}\nWhat should it say?"
            self._ask(self.reviewer.fit, question, "leave empty to write it without that", min_length=0)

    def do_copy(self) -> None:
        """Put the piece's text on the clipboard, where the terminal allows it."""
        piece = self.reviewer.piece
        if piece is not None and piece.versions:
            self.copy_to_clipboard(piece.words)
            self.say("copied")

    def do_prompt(self) -> None:
        try:
            prompts, messages = self.reviewer.prompts(), self.reviewer.sent()
        except AssistantError as error:
            self.say(str(error), bad=True)
            return
        text = "\n\n".join(f"--- {role}\n{words}" for role, words in messages)
        tokens = sum(prompt.tokens for prompt in prompts)
        if text:
            self.push_screen(_dialogs().Texts([(f"{counted(tokens, 'token')} sent for this piece", text)]))

    def do_preview(self) -> None:
        """Show the whole draft as it would be, and as it is."""
        reviewer, workspace = self.reviewer, self.reviewer.session.workspace
        line = workspace.draft.line(reviewer.piece.span.start) if reviewer.piece else 1
        name = one_line(workspace.name)
        after, before = reviewer.preview().decode(), reviewer.review.base.decode()
        texts = [(f"{name}, after", after), (f"{name}, before", before)]
        self.push_screen(_dialogs().Texts(texts, line=line))

    def do_help(self) -> None:
        rows = [(key.sign or key.key, key.sentence) for key in KEYS]
        rows.append(("ctrl+p", "open the command palette"))
        room = max(min(self.size.width, 120) * 9 // 10 - 8, 20)  # of the dialog
        text = "\n".join(
            textwrap.fill(sentence, room, initial_indent=f"{sign:>8}  ", subsequent_indent=" " * 10)
            for sign, sentence in rows
        )
        self.push_screen(_dialogs().Texts([("Keys", text)]))

    def do_write(self) -> None:
        self._try(lambda: "; ".join(self.reviewer.write(brief=True)) or report.NOTHING_ACCEPTED)

    def do_leave(self) -> None:
        """End the session; what is being written is stopped."""
        self.reviewer.stop_all()
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give every key to the command palette."""
        for key in KEYS:
            yield SystemCommand(key.name, key.sentence, lambda key=key: self.action_do(key.command))
        yield from super().get_system_commands(screen)


def _dialogs() -> ModuleType:
    """Import the dialogs, whose text area takes long to import, when the first is opened."""
    from assistant.frontends.screen import dialogs

    return dialogs

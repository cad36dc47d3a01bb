"""The line-by-line session: shows one piece after the other, asks, and does what the key says."""

from __future__ import annotations

from collections.abc import Callable

from assistant.adapters import editor
from assistant.app import report
from assistant.app.reviewer import ALL_DECIDED, Reviewer
from assistant.core.hunks import passages
from assistant.core.hunks.doubts import Doubt
from assistant.core.text.display import one_line, visible
from assistant.errors import AssistantError
from assistant.frontends import keys, pieces
from assistant.frontends.lines.output import Output, help_text

WHERE = "Which lines, such as 12:20, or some words of the paragraph?"
AGAIN = "Enter shows the piece again."
CHANGE = "What should change?"
FIT = "What should it say? (leave empty to write it without that)"


class Session:
    """A view of a `Reviewer`."""

    def __init__(self, reviewer: Reviewer, output: Output) -> None:
        """Show what `reviewer` looks at in `output`."""
        self.reviewer, self.output = reviewer, output
        self._has_list = False
        """True where the last key printed a list, which another view of the piece would scroll away."""

    def step(self) -> bool:
        """Ask about one piece; False when the author leaves. Raises `EOFError` at the end of the input."""
        reviewer = self.reviewer
        self.output.wait(reviewer, lambda: reviewer.waiting)
        piece = reviewer.piece
        if self._has_list:
            self.output.say(AGAIN)
        elif piece is not None:
            self.output.piece(reviewer, piece)
        self._has_list = False
        key, words = self.output.ask()
        if not key.strip():  # Enter decides nothing: the piece is shown again
            return True
        command, argument = ("list", None) if key == "l" else keys.command_of(key)
        if command == "leave":
            return False
        try:
            line = self._do(command or "help", argument, words)
        except AssistantError as error:
            line = str(error)
        self.say(line)
        return True

    def say(self, line: str) -> None:
        """Show what a command had to say, if anything."""
        if line:
            self.output.say(one_line(line), "yellow")

    def _do(self, command: str, argument: int | None, words: str) -> str:
        """Do what a key says, and return a line to show."""
        commands: dict[str, Callable[[], str]] = {
            "edit": self._edit,
            "instruct": lambda: self._instruct(words or self.output.ask_words()),
            "answer": lambda: self.reviewer.answer(words or self._asked(self.reviewer.question)),
            "fit": lambda: self.reviewer.fit(words or self._asked(self.reviewer.doubt, FIT)),
            "revise": lambda: self._revise(words),
            "accept_rest": self._accept_rest,
            "write": self.write,
            "preview": lambda: self._print(self.reviewer.preview().decode()),
            "prompt": self._prompt,
            "list": self._list,
            "help": lambda: self._print(help_text()),
        }
        if command in commands:
            return commands[command]()
        do = getattr(self.reviewer, command, None)
        if do is None:
            return self._print(help_text())
        return str(do() if argument is None else do(argument))

    def _print(self, text: str) -> str:
        self.output.show(visible(text))
        self._has_list = True
        return ""

    def _instruct(self, words: str) -> str:
        return (
            self.reviewer.retry(words)
            if words
            else "no instruction, nothing changed; t asks for another text"
        )

    def _asked(self, doubt: Doubt | None, words: str = "") -> str:
        """Ask about a question or a warning, and return what the author says to it."""
        piece = self.reviewer.piece
        return (
            self.output.ask_words(f"{report.about(piece, doubt)} {words}".strip()) if piece and doubt else ""
        )

    def _revise(self, place: str) -> str:
        if not (place := place or self.output.ask_words(WHERE)):
            return ""
        passages.named(self.reviewer.session.workspace.draft, place)  # what isn't there is told at once
        return self.reviewer.revise(place, self.output.ask_words(CHANGE))

    def _edit(self) -> str:
        piece = self.reviewer.piece
        return self.reviewer.edit(editor.edit(piece.words) if piece and piece.hunk else "")

    def _accept_rest(self) -> str:
        self.output.wait(self.reviewer, lambda: self.reviewer.busy)
        return self.reviewer.accept_rest() or (ALL_DECIDED if self.reviewer.done else "")

    def write(self) -> str:
        """Write what was accepted, and tell what was written and what was not."""
        lines = self.reviewer.write()
        for line in lines:
            self.output.say(line, "bold")
        return "" if lines else report.NOTHING_ACCEPTED

    def _prompt(self) -> str:
        return self._print("\n".join(f"--- {role}\n{words}" for role, words in self.reviewer.sent()))

    def _list(self) -> str:
        session, shown = self.reviewer.session, self.reviewer.review.shown
        draft = session.workspace.draft
        places = (pieces.place(draft, piece, line=session.line(piece.anchor)) for piece in shown)
        lines = (f"{pieces.state_of(piece)}: {place}" for piece, place in zip(shown, places, strict=True))
        return self._print("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))

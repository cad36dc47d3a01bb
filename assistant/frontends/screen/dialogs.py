"""What opens over the review: an instruction, editing in place, and texts to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Label, OptionList, TextArea

from assistant.core.text.display import one_line, visible


class Texts(ModalScreen[None]):
    """One or more whole texts to read; a key goes from one to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "back"),
        Binding("d,tab", "turn", "the other"),
        Binding("space", "more", "more"),
    ]

    def __init__(self, texts: Sequence[tuple[str, str]], *, line: int = 1) -> None:
        """Show these, each with its title; the first opens at `line`."""
        super().__init__()
        self.texts = texts
        self.index = 0
        self.line = line

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Label(self.texts[0][0], id="title", markup=False)
            yield TextArea(visible(self.texts[0][1]), read_only=True, soft_wrap=True, id="text")
            yield Footer(compact=True)

    def on_mount(self) -> None:
        """Go to the line that was meant."""
        area = self.query_one(TextArea)
        area.move_cursor((max(self.line - 1, 0), 0), center=True)
        area.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Offer to turn to the next text only where there is one."""
        return action != "turn" or len(self.texts) > 1

    def action_more(self) -> None:
        self.query_one(TextArea).action_cursor_page_down()

    def action_turn(self) -> None:
        self.index = (self.index + 1) % len(self.texts)
        title, text = self.texts[self.index]
        self.query_one("#title", Label).update(title)
        area = self.query_one(TextArea)
        place = area.cursor_location
        area.load_text(visible(text))
        area.move_cursor(place, center=True)


class Guidance(ModalScreen[str | None]):
    """A line in the author's words: an instruction for the next version, or an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "back")]

    def __init__(
        self,
        question: str = "How should it be written instead?",
        example: str = "shorter · an example from a bank · less certain",
    ) -> None:
        super().__init__()
        self.question, self.example = question, example

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog small"):
            yield Label("\n".join(map(one_line, self.question.split("\n"))), id="question", markup=False)
            yield Input(placeholder=self.example)
            yield Footer(compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())


class Choosing(ModalScreen[str | None]):
    """The passages of a draft, one of them to be revised; returns its lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back"),
        Binding("enter", "select", "revise"),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, passages: Sequence[tuple[int, int, str]], *, line: int = 1) -> None:
        """Show them by first line, last line and words; the one at or below `line` is chosen first."""
        super().__init__()
        self.passages = passages
        self.line = line

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Label("Which one is to be revised?", markup=False)
            rows = (f"{first:>4}  {one_line(words)}" for first, _, words in self.passages)
            yield OptionList(*rows, markup=False)
            yield Footer(compact=True)

    def on_mount(self) -> None:
        """Go to the passage that is looked at."""
        options = self.query_one(OptionList)
        options.highlighted = sum(last < self.line for _, last, _ in self.passages) if self.passages else None
        options.focus()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        first, last, _ = self.passages[event.option_index]
        self.dismiss(f"{first}:{last}")


class Editing(ModalScreen[str | None]):
    """The piece's text, to be changed here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", priority=True),
        Binding("escape", "leave", "cancel", priority=True),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.droppable = text
        """The text that may be left: the one given, or the one whose loss the author was told about."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Label("esc again to discard your text, ctrl+s to save it", id="question")
            yield TextArea(self.text, soft_wrap=True, id="text")
            yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begin to type at once."""
        self.query_one(Label).display = False
        self.query_one(TextArea).focus()

    def action_save(self) -> None:
        self.dismiss(self.query_one(TextArea).text)

    def action_leave(self) -> None:
        """Leave the text as it was; what was typed goes only when that is asked for twice."""
        text = self.query_one(TextArea).text
        if text in (self.text, self.droppable):
            self.dismiss(None)
        else:
            self.droppable = text
            self.query_one(Label).display = True

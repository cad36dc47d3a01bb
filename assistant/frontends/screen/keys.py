"""The keys of the full screen: footer, help and palette are made of this one list."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

KEYS: tuple[tuple[str, str, str, str], ...] = (
    ("a", "press('a')", "accept", "accept this piece"),
    ("r", "press('r')", "refuse", "refuse it; its text stays to be read, copied and brought back"),
    ("e", "edit", "edit", "edit it here"),
    ("E", "edit_outside", "editor", "edit it in $VISUAL or $EDITOR"),
    ("t", "again", "again", "have it written again; the model is told what was refused"),
    ("i", "guide", "guide", "have it written again with a word of yours"),
    ("v", "press('v')", "next version", "the next version of this piece"),
    ("V", "press('V')", "version before", "the version before"),
    ("s", "press('s')", "split", "split it into paragraphs or bullets, to decide each"),
    ("n", "next", "next", "the next undecided piece"),
    ("j,down", "move(1)", "down", "one piece down"),
    ("k,up", "move(-1)", "up", "one piece up"),
    ("u", "press('u')", "undo", "take the last decision back"),
    ("ctrl+r", "press('ctrl+r')", "redo", "make it again"),
    ("A", "press('A')", "accept rest", "accept all that is undecided and has no warnings"),
    ("w", "write", "write", "write what was accepted into the draft"),
    ("d", "preview", "whole", "the whole draft, after and before"),
    ("p", "prompt", "prompt", "what was sent to the model"),
    ("y", "copy", "copy", "copy this piece's text, a refused one's too"),
    ("escape", "stop", "stop", "stop the writing of this piece"),
    ("question_mark", "help", "help", "all keys"),
    ("q", "leave", "leave", "leave; nothing is lost"),
)
"""Key, action, name on the footer, and the sentence for help and palette."""

NAMES = {"question_mark": "?", "escape": "esc", "j,down": "j ↓", "k,up": "k ↑", "ctrl+r": "ctrl+r"}
"""How keys are named that have no sign of their own."""

IDLE = {
    "u": "there is no decision to take back",
    "ctrl+r": "there is no decision to make again",
    "v": "there is one version only; t has another written",
    "V": "there is one version only; t has another written",
    "s": "it is all of a piece",
    "A": "nothing is undecided that has no warnings",
    "a": "accepted already",
    "r": "refused already",
}
"""What is said where a key changes nothing."""

_FOOTER = (
    ("a accept", "press('a')"),
    ("r refuse", "press('r')"),
    ("e edit", "edit"),
    ("E editor", "edit_outside"),
    ("t again", "again"),
    ("i guide", "guide"),
    ("v V version", "press('v')"),
    ("s split", "press('s')"),
    ("n next", "next"),
    ("u undo", "press('u')"),
    ("^r redo", "press('ctrl+r')"),
    ("A rest", "press('A')"),
    ("w write", "write"),
    ("d whole", "preview"),
    ("p prompt", "prompt"),
    ("y copy", "copy"),
    ("esc stop", "stop"),
    ("? help", "help"),
    ("q leave", "leave"),
)
"""In as few words as a narrow terminal has room for."""


class Keys(Static):
    """The keys, in as many lines as they need; a click does what the key does."""

    def __init__(self) -> None:
        """Wait for a width to lay the keys out in."""
        super().__init__(id="keys")

    def on_resize(self) -> None:
        """Put as many keys into each line as it has room for."""
        lines, room = [""], self.size.width
        left = room
        for words, action in _FOOTER:
            keys, _, name = words.rpartition(" ")
            if left < len(words):
                lines.append("")
                left = room
            lines[-1] += f"[@click=app.{action}][b $text-primary]{keys}[/] {name}[/]  "
            left -= len(words) + 2
        self.update(Content.from_markup("\n".join(lines)))

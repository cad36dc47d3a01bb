"""The keys of a review, which mean the same in every view that has keys."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """One key and what it does."""

    key: str
    """As Textual names it; several are separated by commas."""
    command: str
    """The name of a command, of `Reviewer` or of the view itself, with its argument if it has one."""
    name: str
    """In a word or two, for footers and the command palette."""
    sentence: str
    sign: str = ""
    """How the key is written where its name would not do."""


KEYS = (
    Key("a", "accept", "accept", "accept this piece"),
    Key("r", "reject", "reject", "reject it; you can still read it and bring it back"),
    Key("e", "edit", "edit", "edit it here"),
    Key("E", "edit_outside", "editor", "edit it in $VISUAL or $EDITOR"),
    Key("t", "retry", "retry", "get another text; the model is told which one you rejected"),
    Key("i", "instruct", "instruct", "retry with an instruction in your own words"),
    Key("R", "revise", "revise", "revise a finished paragraph"),
    Key("v", "show_version(1)", "next version", "show the next version"),
    Key("V", "show_version(-1)", "previous version", "show the previous version"),
    Key("s", "split", "split", "split into paragraphs or bullets, to decide each"),
    # Those for doubts are also shown next to the doubts.
    Key("full_stop", "next_doubt", "next question", "go to the piece's next question or warning", "."),
    Key("f", "answer", "fill in", "answer the question; your words go in"),
    Key("F", "fit", "fit in", "rewrite the sentence, with your answer or without what only you know"),
    Key("m", "ask_instead", "ask me", "ask me instead: make the doubtful sentence a question"),
    Key("x", "drop", "drop", "drop the doubtful sentence, or the one with the question"),
    Key("T", "approve", "true", "it's true, or fine in my posts: stop warning about it"),
    Key("g", "dismiss", "no gap", "nothing is missing here: stop listing this place"),
    Key("n", "next", "next", "skip to the next undecided piece"),
    Key("j,down", "move(1)", "down", "go down one piece", "j ↓"),
    Key("k,up", "move(-1)", "up", "go up one piece", "k ↑"),
    Key("u", "undo", "undo", "undo the last decision"),
    Key("ctrl+r,U", "redo", "redo", "redo it", "ctrl+r U"),
    Key("A", "accept_rest", "accept rest", "accept everything undecided that has no warnings"),
    Key("w", "write", "write", "write what you accepted into the draft"),
    Key("d", "preview", "preview", "show the whole draft, after and before"),
    Key("p", "prompt", "prompt", "show what is sent to the model, and what supports its text"),
    Key("y", "copy", "copy", "copy the text"),
    Key("escape", "stop", "stop", "stop writing this piece", "esc"),
    Key("question_mark", "help", "help", "show all keys", "?"),
    Key("q", "leave", "quit", "quit; nothing is lost"),
)


def command_of(key: str) -> tuple[str, int | None]:
    """Return the command of a key and its argument, or an empty name for a key that has none."""
    for entry in KEYS:
        if key and key in (*entry.key.split(","), entry.sign):  # most have no sign
            return parsed(entry.command)
    return "", None


def parsed(command: str) -> tuple[str, int | None]:
    """Return the name of a command such as `move(-1)`, and its argument, or None where it has none."""
    name, _, argument = command.rstrip(")").partition("(")
    return name, int(argument) if argument else None

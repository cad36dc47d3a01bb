"""The line of keys at the foot of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from assistant.frontends.keys import KEYS, Key

_SHORT_NAMES = {
    "show_version(1)": "version",
    "accept_rest": "rest",
    "next_doubt": "doubt",
    "ask_instead": "ask",
}
"""Names for the foot, where a narrow terminal has little room."""

_LEFT_OUT = ("show_version(-1)", "move(1)", "move(-1)")
"""Commands that share a key with another, or whose keys everybody tries."""

_SIGNS = {"show_version(1)": "v V", "redo": "^r"}

_FIRST_TO_GO = (
    *("revise", "next_doubt", "fit", "approve", "drop", "ask_instead", "answer", "edit_outside", "copy"),
    *("redo", "prompt", "preview", "stop", "split", "show_version(1)", "next"),
)
"""Commands that make room in a low terminal, the first one first; `?` lists them all."""

_LOW = 30
"""Terminals with fewer lines give two of them to the keys."""


class Keys(Widget):
    """The keys, in as many lines as they need, or two; a click does what the key does."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the keys need, so that the screen is laid out once."""
        return len(self._fitted(width))

    def render(self) -> Content:
        """Return the keys, as many in each line as it has room for."""
        return Content("\n").join(
            Content("  ").join(map(_shown, line)) for line in self._fitted(self.size.width)
        )

    def _fitted(self, width: int) -> list[list[Key]]:
        keys = [key for key in KEYS if key.command not in _LEFT_OUT]
        limit = 2 if self.app.size.height < _LOW else len(KEYS)
        to_go = iter(_FIRST_TO_GO)
        while len(lines := _lines(keys, width)) > limit and (command := next(to_go, "")):
            keys = [key for key in keys if key.command != command]
        return lines


def _lines(keys: Sequence[Key], room: int) -> list[list[Key]]:
    lines: list[list[Key]] = [[]]
    remaining = room
    for key in keys:
        width = len(" ".join(_words(key)))
        if remaining < width:
            lines.append([])
            remaining = room
        lines[-1].append(key)
        remaining -= width + 2
    return lines


def _words(key: Key) -> tuple[str, str]:
    return _SIGNS.get(key.command, key.sign or key.key), _SHORT_NAMES.get(key.command, key.name)


def _shown(key: Key) -> Content:
    sign, name = _words(key)
    content = Content.assemble((sign, "b $text-primary"), f" {name}")
    return content.stylize(Style.from_meta({"@click": f"app.do({key.command!r})"}))

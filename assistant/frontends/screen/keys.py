"""The line of keys at the foot of the screen."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from assistant.frontends.keys import KEYS

_SHORT = {"show_version(1)": "version", "accept_rest": "rest"}
"""Names for the foot, where a narrow terminal has little room."""

_LEFT_OUT = ("show_version(-1)", "move(1)", "move(-1)")
"""Commands that stand with another, or whose keys everybody tries."""

_SIGNS = {"show_version(1)": "v V", "redo": "^r"}


class Keys(Static):
    """The keys, in as many lines as they need; a click does what the key does."""

    def on_resize(self) -> None:
        """Put as many keys into each line as it has room for."""
        lines, room = [""], self.size.width
        left = room
        for key in KEYS:
            if key.command in _LEFT_OUT:
                continue
            sign, name = _SIGNS.get(key.command, key.sign or key.key), _SHORT.get(key.command, key.name)
            width = len(f"{sign} {name}")
            if left < width:
                lines.append("")
                left = room
            action = f"app.do({key.command!r})"
            lines[-1] += f"[@click={action}][b $text-primary]{sign}[/] {name}[/]  "
            left -= width + 2
        self.update(Content.from_markup("\n".join(lines)))

"""A text that an editor shows, its lines, and the units in which editors count columns.

Editors end lines at `\\n`, `\\r\\n` and `\\r` and nowhere else, and count a column in UTF-8 bytes, UTF-16
code units or characters (code points), as they agreed with the server. Inside, everything counts characters.
https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

ENCODINGS = ("utf-8", "utf-16", "utf-32")
"""The units that are understood, by the protocol's names."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, as a client sends it that cuts an emoji in two."""
_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
_CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


class Position(NamedTuple):
    """A place in a text as editors tell it."""

    line: int
    """From 0."""
    column: int
    """From 0, in the units agreed."""


@dataclass(frozen=True)
class Text:
    """A text at one moment; an edit makes another one."""

    text: str

    @classmethod
    def of(cls, text: str) -> Text:
        """Take a text from outside; halves of characters, which no file can hold, become U+FFFD."""
        return cls(whole_characters(text))

    @cached_property
    def data(self) -> bytes:
        """The text in UTF-8."""
        return self.text.encode("utf-8")

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The characters at which lines begin."""
        if "\r" in self.text:
            return (0, *(ending.end() for ending in _LINE_END.finditer(self.text)))
        *lines, _ = self.text.split("\n")  # ten times as fast, and every key needs it
        return (0, *accumulate(len(line) + 1 for line in lines))

    def line(self, number: int) -> str:
        """Return line `number`, from 0, without its line end."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        line = self.text[self.starts[number] : end]
        return line.rstrip("\r\n") if number + 1 < len(self.starts) else line

    def offset(self, place: tuple[int, int], *, encoding: str) -> int:
        """Return the character at a place; one past the end of its line or of the text is the end."""
        line, column = place
        if line >= len(self.starts):
            return len(self.text)
        return self.starts[max(line, 0)] + characters(self.line(max(line, 0)), column, encoding=encoding)

    def place(self, offset: int, *, encoding: str) -> Position:
        """Return the place of the character at `offset`."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        return Position(line, units(self.text[self.starts[line] : offset], encoding=encoding))

    def edited(self, start: int, end: int, new: str) -> Text:
        """Return the text with `new` in place of the characters from `start` to `end`."""
        return Text(self.text[:start] + new + self.text[end:])

    def from_byte(self, offset: int) -> int:
        """Return the character at a byte of `data`."""
        if len(self.data) == len(self.text):
            return offset
        return len(self.data[:offset].decode("utf-8", "ignore"))


def whole_characters(text: str) -> str:
    """Return `text` with U+FFFD for every half of a character, which counts the same in all units."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def units(text: str, *, encoding: str) -> int:
    """Return how many units a text has."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    return len(text.encode(_CODEC[encoding])) // _UNIT[encoding]


def characters(line: str, column: int, *, encoding: str) -> int:
    """Return how many characters of `line` are before a column; inside a character counts as before it."""
    if line.isascii() or encoding == "utf-32":
        return min(max(column, 0), len(line))
    data = line.encode(_CODEC[encoding])[: max(column, 0) * _UNIT[encoding]]
    return len(data.decode(_CODEC[encoding], "ignore"))

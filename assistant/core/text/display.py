"""Make text from outside safe to show: show or remove what a terminal would obey."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.core.text import lazy

_UNSAFE = lazy.pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""All of `_CONTROL`, and marks of no width, which disguise a text: `pay<U+200B>pal`."""

_CONTROL = lazy.pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""C0 and C1 controls except tab and newline, marks of the writing direction, invisible tags."""
_BREAK = lazy.pattern(r" *[\t\n\v\f\r\x85\u2028\u2029]\s*")
"""The end of a line, or a tab, with the blanks around."""
_STOP = lazy.pattern(r"\A\s*(?:[.,;:](?=\s)|[。、，；：])?\s*")
_SEQUENCE = lazy.pattern(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]"
)
"""A whole escape sequence of ECMA-48, such as `ESC [ 31 m` for red or `ESC ] 0 ; title BEL`."""


def visible(text: str) -> str:
    """Return `text` with control characters shown as pictures or code points; tabs and `\\n` stay.

    Escape codes, C1 controls and the marks of the writing direction lose their effect; the joiners of scripts
    and emoji stay.
    """
    return _UNSAFE.sub(_picture, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return `text` safe to show, in one line; other blanks stay, since a file's name may have them."""
    return _BREAK.sub(" ", visible(text).strip())


def shortened(text: str, limit: int) -> str:
    """Return `text` safe to show, in one line of at most `limit` letters; `…` replaces the other words."""
    text = one_line(text)
    if len(text) <= limit:
        return text
    letters = text[: limit - 1]
    words = text[:limit].rpartition(" ")[0]  # Chinese has no blanks, and an address may be long
    return f"{words if len(words) > limit // 2 else letters}…"


def command(words: str, *paths: str) -> str:
    """Return one of the program's commands to copy into a shell, such as `assistant review 'my draft.md'`.

    Put it at the end of a message, after `: `, where no line break splits it.
    """
    return " ".join(("assistant", words, *map(_argument, paths)))


def _argument(path: str) -> str:
    """Return a path quoted for a shell, in signs that are safe to show: `$'two \\040blanks.md'`."""
    import shlex

    path = f"./{path}" if path.startswith("-") else path
    if path.isprintable() and "  " not in path:
        return shlex.quote(path)
    odd = (c in "\\'" or not c.isprintable() or before == c == " " for before, c in pairwise(f"/{path}"))
    return f"$'{''.join(_octal(c) if is_odd else c for c, is_odd in zip(path, odd, strict=True))}'"


def _octal(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def without_stop(text: str) -> str:
    """Return `text` without a stop at its beginning, which ends the words before it: `. Nobody knew`."""
    return _STOP.sub("", text)


def file_size(size: int) -> str:
    """Return a number of bytes in readable form, such as `1.1 GB` or `93 MB`; empty for 0."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB" if size else ""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 piece` or `3,000 pieces`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def without_control(text: str) -> str:
    """Return `text` without escape sequences and control characters; tabs and `\\n` stay."""
    return _CONTROL.sub("", _SEQUENCE.sub("", text))


def _picture(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"

"""Code in Markdown: fenced and indented blocks and `inline` code, with the positions of its characters."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pyromark

from assistant.core.text import lazy
from assistant.core.text.draft import OPTIONS
from assistant.core.text.offsets import character_offsets

_FENCE = lazy.pattern(r"[ \t>]*(`{3,}|~{3,})[ \t]*\Z")
"""A closing fence, in a quote as well: `> ~~~`."""
_FORMULA = lazy.pattern(r"(?<![\\$])\$[^$\n]+\$(?!\d)|(?s:\$\$.*?\$\$)")
"""A formula as MathJax and KaTeX read it, not `$5 and $6`."""

_OPENS_BLOCK = lazy.pattern(r"(?m)^[ \t]*(`{3}|~{3}|\{(?:%-?|\{<)\s*(?:highlight|codeblock)\b)")
_BUILT = lazy.pattern(
    r"(?ms)^[ \t]*\{(?:%-?|\{<)\s*(highlight|codeblock)\b[^\n{}]*\}+"
    r"(.*?)(?:\{(?:%-?\s*end|\{<\s*/\s*)\1\b[^\n{}]*\}+|(\Z))"
)
"""A block of code in tags of Jekyll, Hexo or Hugo: `{% highlight bash %}`, `{{< highlight go >}}`."""


class Code(NamedTuple):
    """A piece of code. Offsets are characters of the text that was read."""

    start: int
    end: int
    """With its fences or backticks; a block ends before its last line end."""
    text: str
    """The code itself."""
    is_block: bool = False
    info: str = ""
    """What is after the opening fence, such as `python`."""
    fence: str = ""
    """The opening fence or tag; empty for an indented block and for `inline` code."""
    is_closed: bool = True
    """False for a fenced block that runs on to the end of what holds it."""

    @property
    def is_built(self) -> bool:
        """True for a block in tags that a builder of pages reads."""
        return self.fence.startswith("{")


def code(text: str) -> list[Code]:
    """Return the code of a Markdown text in document order, as CommonMark or a builder of pages sees it."""
    pieces = _in_markdown(text)
    for built in _BUILT.finditer(text) if "{%" in text or "{{<" in text else ():
        start, end = built.start() + len(built[0]) - len(built[0].lstrip()), built.end()
        if not any(piece.start < start < piece.end for piece in pieces):
            tag = text[start : built.start(2)]
            block = Code(start, end, built[2], True, tag.strip("{}%<> -"), tag, built[3] is None)
            pieces = sorted((block, *(piece for piece in pieces if not start <= piece.start < end)))
    return pieces


def openers(text: str) -> frozenset[str]:
    """Return what opens blocks of code in a text, languages and blanks aside: `{%highlight`."""
    return frozenset(re.sub(r"[\s-]", "", sign) for sign in _OPENS_BLOCK.findall(text))


def _in_markdown(text: str) -> list[Code]:
    if "`" not in text and "~~~" not in text and "    " not in text and "\t" not in text:
        return []
    at = character_offsets(text)
    pieces = []
    events: Any = iter(pyromark.events_with_range(text, options=OPTIONS))
    for event, place in events:
        if event.__class__ is not dict:
            continue
        start, end = at(place["start"]), at(place["end"])
        if "Code" in event:
            pieces.append(Code(start, end, event["Code"]))
        elif isinstance(kind := event.get("Start"), dict) and "CodeBlock" in kind:
            inside = itertools.takewhile(lambda one: "Text" in one[0], events)
            content = "".join(one["Text"] for one, _ in inside)
            pieces.append(_block(text[start:end], start, content, kind["CodeBlock"]))
    return pieces


def _block(text: str, start: int, content: str, detail: Any) -> Code:
    text = text.rstrip("\r\n")
    end = start + len(text)
    if not isinstance(detail, dict):
        return Code(start, end, content, is_block=True)
    fence = text[: len(text) - len(text.lstrip(text[0]))]
    last = _FENCE.match(text.splitlines()[-1]) if "\n" in text else None
    is_closed = last is not None and last[1].startswith(fence)
    return Code(start, end, content, True, detail["Fenced"], fence, is_closed)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text` with blanks in place of the `spans`; its length and its lines stay the same."""
    for start, end in spans:
        text = text[:start] + re.sub(r"\S", " ", text[start:end]) + text[end:]
    return text


def without_code(text: str, *, inline: bool = True) -> str:
    """Return `text` with blanks in place of fenced and `inline` code.

    Indented blocks stay: below a list or a quote of the author's they are text.
    """
    return blanked(text, [(c.start, c.end) for c in code(text) if (c.fence if c.is_block else inline)])


def without_formulas(text: str) -> str:
    """Return `text` with blanks in place of formulas."""
    return blanked(text, [formula.span() for formula in _FORMULA.finditer(text)])


def replaced(pattern: re.Pattern[str], text: str, replacement: Callable[[re.Match[str]], str | None]) -> str:
    """Return `text` with the matches of a pattern outside code replaced; None leaves a match unchanged.

    In a match, code appears as blanks.
    """
    for match in reversed(list(pattern.finditer(without_code(text)))):
        if (words := replacement(match)) is not None:
            text = text[: match.start()] + words + text[match.end() :]
    return text

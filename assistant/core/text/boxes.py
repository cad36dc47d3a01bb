"""Boxes and tabs of sites, which CommonMark doesn't know: their opening lines, and where they end."""

from __future__ import annotations

import re

from assistant.core.text import lazy

_BOX = (
    rb"(?:callout-)?(?:note|tip|hint|info|important|warning|caution|attention|danger|error|notice|aside|callout"
    rb"|admonition|alert|example|question|success|bug|abstract|details|expand|collapse|tabitem|tab|seealso)\b"
)
"""Sites' names for boxes. Other names may stand for generated text: `::: {#refs}`, `<Gallery>`."""
FENCE_INFO = rb"[ \t]*(?:\{BOX\}|ad-BOX)".replace(b"BOX", _BOX)
"""The words after a fence around a box's text, not code: MyST's `{note}`, `ad-tip` in Obsidian."""
FENCED = lazy.pattern("[`~]{3,}" + FENCE_INFO.decode(), re.IGNORECASE)
OPENER = lazy.pattern(
    rb"""(?ix)\n (?P<around>[ \t>]*) (?=[!?=\[*:~<{`/]) (?P<head>
      (?P<indented> (?:!!!|\?\?\?\+?)[ \t]+[\w-]+ (?P<title>[ \t]+"[^"\r\n]*")? | ===[!+]?[ \t]+"[^"\r\n]*" )
    | (?P<alert> \[![\w-]+\][-+]? (?P<named>[ \t]+[^\s][^\r\n]*)? | \*\*BOX:?\*\*:? )
    | (?P<mark> [:~] | \[\^[^\]\s]+\]: )
    | (?:/{3,}[ \t]*|:{3,}[ \t]*\{?\.?)BOX[^\r\n]*? | (?:`{3,}|~{3,})[ \t]*(?:\{BOX\}|ad-BOX)[^\r\n]*?
    | (?:<details[^<>\r\n]*>[ \t]*)?<summary[^<>\r\n]*>[^<>\r\n]*</summary>
    | <(?:div[ ]class=["']?)?BOX[^<>\r\n]*> | \{\{[<%][ \t]*BOX[^{}\r\n]*[>%]\}\} | \{%[ \t]*BOX[^{}\r\n]*%\}
    ) [ \t]*(?=[\r\n]|\Z)""".replace(b"BOX", _BOX)
)
"""The line that opens a container, above its text: `!!! note`, `=== "Linux"`, `> [!TIP]`, `> **Tip**`,
`:::info`, `/// tab | Mac`, `<summary>More</summary>`, `<div class="tip">`, `{{< tip >}}`; marks with nothing
after them: `:`, `[^1]:`.

The line before it must end in a line feed: `re` finds one sign ten times as fast as one of two."""


BORDER = lazy.pattern(
    rb"(?<![^\r\n])[ \t>]*(?:!!!|\?\?\?|===[!+]?[ \t]|:::|///|(?:```|~~~)[ \t]*\{|\[!\w|\[\^[^\]\s]+\]:"
    rb"|</|<[A-Z]|<(?:aside|details|div|section|summary)\b|\{\{[<%]|\{%)"
)
"""A line that opens or closes what holds text: `=== "Linux"`, `:::`, `</details>`, `{{< /tab >}}`."""
CLOSER = lazy.pattern(rb"[ \t>]*(?:[:`~/]{3,}[ \t]*(?![^\r\n])|</|\{\{[<%][ \t]*/|\{%-?[ \t]*end)")
"""A line that closes it."""
_LINE_BELOW = lazy.pattern(rb"(?:\r\n|\n|\r)(?P<marks>[ \t>]*)(?P<words>[^\r\n]*)")
_MARKS = lazy.pattern(rb"[ \t>]*")
_STRAY = 3
"""Most blanks before the mark of a quote, which may differ from line to line."""
_MOST_LINES = 80
"""Lines to search for the fence that closes a box."""
SETTINGS = lazy.pattern(rb"(?:[ \t>]*:[\w-]+:(?:[ \t][^\r\n]*)?(?:\r\n|\n|\r))*")
"""MyST's settings below the line of a directive in braces: `:class: tip`."""


def inner_prefix(line: bytes) -> str | None:
    """Return the prefix of the lines of a box, given its first line; None where that opens none."""
    opener = OPENER.match(b"\n" + line)
    if opener is None or opener["mark"] is not None:
        return None
    return opener["around"].decode() + ("    " if opener["indented"] is not None else "")


def end_by_marks(data: bytes, start: int, end: int, *, limit: int, inset: int = 0) -> int:
    """Return the end of the box whose first line is from `start` to `end`, at most `limit`.

    Its other lines have as many marks of quotes, and are `inset` columns further in.
    """
    marks = _MARKS.match(data, start)
    first, *quotes = marks[0].expandtabs(4).split(b">") if marks else [b""]
    least_indent, depth, at = len(quotes[-1] if quotes else first) + inset, len(quotes), end
    while at < limit and (line := _LINE_BELOW.match(data, at, limit)):
        lead, *levels = line["marks"].expandtabs(4).split(b">")
        indent = (levels[depth - 1] if depth else lead) if len(levels) >= depth else None
        is_blank = not line["words"] and len(levels) == depth
        if indent is None or (depth and len(lead) + _STRAY < len(first)):
            break
        if inset and not is_blank and len(indent) < least_indent:
            break
        at = line.end()
        end = end if inset and is_blank else at
    return end


def end_by_fence(data: bytes, fence: bytes, end: int, *, limit: int) -> int | None:
    """Return the end of the fence that closes a box before `limit`; None where there is none.

    The box's first line ends at `end`. Boxes with the same fence may be inside it; code has none.
    """
    depth, at = 1, end
    for _ in range(_MOST_LINES):
        line = _LINE_BELOW.match(data, at, limit)
        if line is None:
            return None
        at, words = line.end(), line["words"]
        if words.startswith(fence) and not words.startswith(fence + fence[:1]):
            depth += (1 if fence[:1] in b":/" else 0) if words[len(fence) :].strip() else -1
        if not depth:
            return at
    return None

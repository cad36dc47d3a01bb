"""Boxes and tabs of sites, which CommonMark doesn't know: their opening lines, and where they end."""

from __future__ import annotations

import bisect
from typing import NamedTuple

from assistant.core.text import lazy

_BOX = (
    rb"(?:callout-)?(?:note|tip|hint|info|important|warning|caution|attention|danger|error|notice|aside|callout"
    rb"|admonition|alert|example|question|success|bug|abstract|details|expand|collapse|tabitem|tab|seealso)\b"
)
"""Sites' names for boxes. Other names may stand for generated text: `::: {#refs}`, `<Gallery>`."""
OPENER = lazy.pattern(
    rb"""(?ix)\n (?P<around>[ \t>]*) (?=[!?=\[*:~<{`/]) (?P<head>
      (?P<indented> (?:!!!|\?\?\?\+?)[ \t]+[\w-]+ (?P<title>[ \t]+"[^"\r\n]*")? | ===[!+]?[ \t]+"[^"\r\n]*" )
    | (?P<alert> \[![\w-]+\][-+]? (?P<named>[ \t]+[^\s][^\r\n]*)? | \*\*BOX:?\*\*:? )
    | (?P<mark> [:~] | \[\^[^\]\s]+\]: )
    | (?:/{3,}[ \t]*|:{3,}[ \t]*\{?\.?)BOX[^\r\n]*? | (?:`{3,}|~{3,})[ \t]*(?:\{BOX\}|ad-BOX)[^\r\n]*?
    | (?:<details[^<>\r\n]*>[ \t]*)?<summary[^<>\r\n]*>[^<>\r\n]*</summary>
    | <(?:div[ ]class=["']?)?BOX[^<>\r\n]*> | \{\{[<%][ \t]*BOX[^{}\r\n]*[>%]\}\} | \{%[ \t]*BOX[^{}\r\n]*%\}
    | <!--[ \t]*tab\b[^<>\r\n]*-->
    ) [ \t]*(?=[\r\n]|\Z)""".replace(b"BOX", _BOX)
)
"""The line that opens a container, above its text: `!!! note`, `=== "Linux"`, `> [!TIP]`, `> **Tip**`,
`:::info`, `/// tab | Mac`, `<summary>More</summary>`, `<div class="tip">`, `{{< tip >}}`,
`<!-- tab Oak -->` in Hexo; marks with nothing after them: `:`, `[^1]:`.

The line before it must end in a line feed: `re` finds one sign ten times as fast as one of two."""


BORDER = lazy.pattern(
    rb"(?<![^\r\n])[ \t>]*(?:!!!|\?\?\?|===[!+]?[ \t]|:::|///|(?:```|~~~)[ \t]*\{|\[!\w|\[\^[^\]\s]+\]:"
    rb"|</|<[A-Z]|<!--[ \t]*(?:end)?tab\b|<(?:aside|details|div|section|summary)\b|\{\{[<%]|\{%)"
)
"""A line that opens or closes what holds text: `=== "Linux"`, `:::`, `</details>`, `{{< /tab >}}`."""
CLOSER = lazy.pattern(
    rb"[ \t>]*(?:[:`~/]{3,}[ \t]*(?![^\r\n])|</|\{\{[<%][ \t]*/|\{%-?[ \t]*end|<!--[ \t]*endtab\b)"
)
"""A line that closes it."""
_LINE_BELOW = lazy.pattern(rb"(?:\r\n|\n|\r)(?P<marks>[ \t>]*)(?P<words>[^\r\n]*)")
_MARKS = lazy.pattern(rb"[ \t>]*")
_STRAY = 3
"""Most blanks before the mark of a quote, which may differ from line to line."""
_MOST_LINES = 80
"""Lines to search for the fence that closes a box."""
SETTINGS = lazy.pattern(rb"(?:[ \t>]*:[\w-]+:(?:[ \t][^\r\n]*)?(?:\r\n|\n|\r))*")
"""MyST's settings below the line of a directive in braces: `:class: tip`."""
_FENCED = lazy.pattern(
    rb"(?i)(?P<fence>`{3,}|~{3,})[ \t]*(?:\{BOX\}|ad-BOX)".replace(b"BOX", _BOX)
    + rb"[^\r\n]*(?:[\r\n]+|\Z)"
    + SETTINGS.pattern
)
"""The fence around a box's text, not code: MyST's ```` ```{note} ````, ```` ```ad-tip ```` in Obsidian."""
_INDENTING = lazy.pattern(rb"(?:!!!|\?\?\?\+?|===[!+]?)[ \t]|[:~][ \t]+[^\s:~]")
"""MkDocs' boxes and tabs, `!!! note "Winter"` or `=== "Linux"`, and definitions: their text is indented."""
_COMPONENT = lazy.pattern(rb"<[A-Z][\w.]*(?:\s[^<>]*)?(?<!/)>\s*\Z")
"""What only MDX has, which knows no indented code: `<TabItem value="oak">`."""
_LONGEST_TAG = 300


class Inside(NamedTuple):
    """What a box holds, without the indent that its lines have in the draft."""

    data: bytes
    starts: list[int]
    """Where its lines begin in `data`."""
    places: list[int]
    """Where they begin in the draft, behind the indent."""

    def place(self, at: int) -> int:
        """Return where in the draft a byte of `data` is."""
        line = bisect.bisect_right(self.starts, at) - 1
        return self.places[line] + at - self.starts[line]


def inside(data: bytes, span: tuple[int, int], above: tuple[int, int] | None) -> Inside | None:
    """Return what a block of code holds if sites show it as a box's text, else None.

    `above` is the paragraph or HTML right before the block.
    """
    start, end = span
    line = _line_start(data, start)
    width = len(data[line:start].expandtabs(4))
    if fenced := _FENCED.match(data, start, end):
        line, text = fenced.end(), data[fenced.end() : end].rstrip()
        # The closing fence may be longer than the opening one.
        text = text.rstrip(fenced["fence"][:1]) if text.endswith(fenced["fence"]) else text
        end = line + len(text)
    elif data[start] in b"`~" or above is None or not _is_inset_below(data, *above):
        return None
    pieces, starts, places, size = [], [0], [line], 0
    for row in data[line:end].splitlines(keepends=True):
        at = _behind_indent(row, width)
        pieces.append(row[at:])
        places[-1] += at
        size += len(row) - at
        starts.append(size)
        places.append(places[-1] + len(row) - at)
    return Inside(b"".join(pieces), starts, places)


def _is_inset_below(data: bytes, start: int, end: int) -> bool:
    """Tell whether what is indented below a paragraph or a tag is text to sites, and no code."""
    if data[start : start + 1] == b"<":
        return _COMPONENT.search(data, max(start, end - _LONGEST_TAG), end) is not None
    margin = start - _line_start(data, start)
    first, *lines = data[start:end].rstrip().splitlines()
    rows = [first, *(row[margin:] for row in lines)]
    heads = [at for at, row in enumerate(rows) if _INDENTING.match(row)]
    return bool(heads) and all(row[:1] in (b" ", b"\t") for row in rows[heads[-1] + 1 :])


def _line_start(data: bytes, at: int) -> int:
    start = data.rfind(b"\n", 0, at) + 1
    return max(start, data.rfind(b"\r", start, at) + 1)


def _behind_indent(row: bytes, width: int) -> int:
    """Return how many bytes of a line's blanks and quotes' marks take up `width` columns."""
    at = column = 0
    while at < len(row) and column < width and row[at] in b" \t>":
        column += 4 - column % 4 if row[at] in b"\t" else 1
        at += 1
    return at


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

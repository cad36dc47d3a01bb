"""Boxes and tabs that sites know and CommonMark doesn't: the line that opens one, and what its text needs."""

from __future__ import annotations

import re

from assistant.core.text import lazy

_BOX = (
    rb"(?:callout-)?(?:note|tip|hint|info|important|warning|caution|attention|danger|error|notice|aside|callout"
    rb"|admonition|alert|example|question|success|bug|abstract|details|expand|collapse|tabitem|tab|seealso)\b"
)
"""What sites call a box. After other names they may fill in something: `::: {#refs}`, `<Gallery>`."""
FENCE_INFO = rb"[ \t]*(?:\{BOX\}|ad-BOX)".replace(b"BOX", _BOX)
"""What is after a fence around a box's text, not code: MyST's `{note}`, `ad-tip` in Obsidian."""
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
"""The line that opens a container, its text below it: `!!! note`, `=== "Linux"`, `> [!TIP]`, `> **Tip**`,
`:::info`, `/// tab | Mac`, `<summary>More</summary>`, `<div class="tip">`, `{{< tip >}}`; marks with nothing
after them: `:`, `[^1]:`.

The line before it must end in a line feed: `re` finds one sign ten times as fast as one of two."""


SETTINGS = lazy.pattern(rb"(?:[ \t>]*:[\w-]+:(?:[ \t][^\r\n]*)?(?:\r\n|\n|\r))*")
"""What MyST reads below the line of a directive in braces: `:class: tip`."""


def inner_prefix(line: bytes) -> str | None:
    """Return what the lines of a box begin with, given its first line; None where that opens none."""
    opener = OPENER.match(b"\n" + line)
    if opener is None or opener["mark"] is not None:
        return None
    return opener["around"].decode() + ("    " if opener["indented"] is not None else "")

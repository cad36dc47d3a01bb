"""Find what in a draft's bytes is no text, though Markdown may not know it: code, mathematics, legends."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pyromark

from assistant.core.text import lazy
from assistant.core.text.draft import OPTIONS

_TAGS = (
    (
        "{%",
        rb"\{%-?\s*(highlight|codeblock|code|prism|raw|comment|mermaid|math)\b",
        rb"\{%%-?\s*end%b\s*-?%%\}",
    ),
    (
        "{{",
        rb"\{\{[<%]\s*(highlight|codeblock|code|prism|raw|mermaid|math|katex)\b",
        rb"\{\{[<%%]\s*/%b\s*[>%%]\}\}",
    ),
    ("[/", rb"\[(code|sourcecode)\b(?=[^\[\]\r\n]*\](?!\())", rb"\[/%b\]"),
    ("<", rb"<(pre|script|style|svg|textarea)\b", rb"</%b\s*>"),
    ("<", rb"^<(code)\b", rb"</%b\s*>"),
    ("{/*", rb"^\{/\*()", rb"\*/\}%b"),
    ("$$", rb"\$\$()", rb"\$\$%b"),
    ("\\", rb"\\begin\{([a-z]+)", rb"\\end\{%b\*?\}"),
    ("\\", rb"\\(?<![^\s>]\\)\\?\[(?=[^\]]{0,400}?(?:[=^{]|\\[a-zA-Z]))()", rb"\\\]%b"),
)
"""Signs, and what opens and closes a region with them that a site shows as code, mathematics or not at all.

`%b` is the tag's name; behind `^`, only the marks of a quote are before it in its line.
"""


_ESM = lazy.pattern(
    rb"(?m)port(?:(?<=^import)[ \t].*[\"'];?[ \t]*\r?$"
    rb"|(?<=^export)[ \t]+(?:const|let|default|function|async|class)\b)(?:.*\S.*\n?)*"
)
"""JavaScript in MDX, to the next blank line: `export const speed = 3 // TODO`, found from `port` on."""
_FORMULA = lazy.pattern(rb"\$(?<![\\$\w]\$)(?=[^\s$\d])[^$\r\n]{1,200}(?<![\s\\])\$(?![\d\w$])")
"""Mathematics in a line: `$x_{TBD}$`; not two sums of money."""
_INITIALS = 3
"""Letters of the markers that are initials: to be decided, work in progress."""
_CELL = lazy.pattern(rb"\|[ \t*_]*([A-Z]{2,})[ \t*_]*\|")
"""A cell with only a word in capitals: `| TODO |`."""
_FIRST_CELL = lazy.pattern(rb"(?m)^[ \t>]*\|([ \t*_]*([A-Z]{2,})[ \t*_]*)\|")
"""A row that begins with a word in capitals: `| TODO | not done yet |`."""
_LEGEND = lazy.pattern(rb"(?:\n[ \t>]*\|[ \t*_]*[A-Z]{2,}[ \t*_]*\|[^\n]*){2,}")
"""Two such rows, one below the other; a table's head is above them."""
_LINE_END = lazy.pattern(rb"[\r\n]")
_ABBREVIATION = rb"*[%b]:"
"""What readers are told about any marker: `*[FIXME]: please repair`."""
_EXPLAINED = (
    rb"(?<!\*)\*\[%(marker)b\]:.*|[ ]{0,8}\b%(marker)b[^\w\r\n]{1,8}%(words)b(?![ ]?\w)"
    rb"|[ ]{0,8}\b%(words)b[^\w\r\n]{1,4}%(marker)b\b"
    rb"|[ *_`]{0,12}\b%(marker)b[ *_`]{0,6}\|[^\w\r\n|]{0,40}%(words)b"
)
"""`*[TBD]: to be decided`, `TBD: to be decided.`, `to be decided (TBD)`, `| TBD | to be decided by Ann |`.

Not `TBD: to be decided by Ann`.
"""

_NEAR = 120
"""Bytes on each side of a marker in which it may be explained."""


def verbatim(data: bytes, signs: str) -> list[tuple[int, int]]:
    """Return the regions that a site shows as code or mathematics, in no particular order.

    `signs` are those of the draft; see `Layout.signs`.
    """
    regions: list[tuple[int, int]] = []
    for sign, opener, closer in _TAGS:
        if sign not in signs:
            continue
        missing: set[bytes] = set()
        position = 0
        is_first = opener.startswith(b"^")
        opening = re.compile(opener.lstrip(b"^"), re.IGNORECASE)  # `re` is fast where a sign comes first
        while tag := opening.search(data, position):
            name = tag.group(1).lower()
            start, position = tag.span()
            marks = data[max(start - _NEAR, 0) : start].rpartition(b"\n")[2] if is_first else b""
            if name in missing or marks.strip(b" \t>"):
                continue
            close = re.compile(closer % name, re.IGNORECASE).search(data, position)
            if close is None:
                missing.add(name)  # once it isn't found, it isn't found further down either
                continue
            position = close.end()
            regions.append((start - len(marks), position))
    if any(b"\n" + word in data or data.startswith(word) for word in (b"import ", b"export ")):
        regions += [(hit.start() - len(b"im"), hit.end()) for hit in _ESM.finditer(data)]
    regions += [hit.span() for hit in _FORMULA.finditer(data)] if "$" in signs else []
    return regions


def explained(data: bytes, markers: Collection[bytes]) -> dict[bytes, list[tuple[int, int]]]:
    """Return where readers are told what a marker's letters stand for: `TBD (to be decided)`, a legend."""
    places: dict[bytes, list[tuple[int, int]]] = {}
    cells = {word for word in _CELL.findall(data) if word in markers} if len(markers) > 1 else ()
    for legend in _LEGEND.finditer(data) if len(cells) > 1 else ():
        rows = [row for row in _FIRST_CELL.finditer(data, *legend.span()) if row[2] in markers]
        if len({row[2] for row in rows}) > 1:
            for row in rows:
                places.setdefault(row[2], []).append(row.span(1))
    for marker in sorted(markers):
        if len(marker) != _INITIALS and _ABBREVIATION % marker not in data:
            continue
        words = rb"[ -]".join(rb"%b[a-z]+" % re.escape(bytes([letter])) for letter in marker.lower())
        pattern = re.compile(_EXPLAINED % {b"marker": re.escape(marker), b"words": words}, re.IGNORECASE)
        spans: set[tuple[int, int]] = set()
        at = data.find(marker)
        while at >= 0:
            line_end = _LINE_END.search(data, at, at + _NEAR)
            end = line_end.start() if line_end else at + _NEAR
            spans.update(hit.span() for hit in pattern.finditer(data, max(at - _NEAR, 0), end))
            at = data.find(marker, at + len(marker))
        if spans:
            places.setdefault(marker, []).extend(sorted(spans))
    return places


_MASKED = (b"`", b"<", b"](", b"]:")
"""Code, a tag, a link, and a link whose target is below it: without one, a leaf is all prose."""


def masks(data: bytes, offset: int) -> list[tuple[int, int, str]]:
    """Return the byte ranges in a leaf that are no prose: `code`, `html`, `target`; and `link` words.

    `offset` is added to all places.
    """
    hidden: list[tuple[int, int, str]] = []
    if not any(sign in data for sign in _MASKED):
        return hidden
    link: tuple[int, int] | None = None
    texts: list[tuple[int, int]] = []
    event: Any
    for event, place in pyromark.events_with_range(data.decode("utf-8", "replace"), options=OPTIONS):
        if not isinstance(event, dict):
            continue
        start, end = place["start"] + offset, place["end"] + offset
        if "Code" in event:
            hidden.append((start, end, "code"))
        elif "InlineHtml" in event or "Html" in event:
            hidden.append((start, end, "html"))
        elif "Text" in event and link is not None:
            texts.append((start, end))
        elif link is None and _is_link(event.get("Start")):
            link, texts = (start, end), []
        elif link is not None and "End" in event and (start, end) == link:
            position = start
            for first, last in texts:
                hidden.append((position, first, "target"))
                hidden.append(
                    (first, last, "target" if data[start - offset : start - offset + 1] == b"<" else "link")
                )
                position = last
            hidden.append((position, end, "target"))
            link = None
    return hidden


def _is_link(value: object) -> bool:
    return isinstance(value, dict) and ("Link" in value or "Image" in value)

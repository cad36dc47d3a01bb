"""Read the comments of a draft, and what the author tells this program in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.core.gaps.layout import Layout
from assistant.core.gaps.memory import remembered
from assistant.core.text import lazy

_REFERENCE = lazy.pattern(
    rb"\[(?://|comment|_metadata_|#)\]:[ \t]*(?:#|<>)[ \t]*[(\"']([^\r\n]*)[)\"'][ \t]*(?=[\r\n]|\Z)"
)
"""A link definition that is used as a comment: `[//]: # (remember the photo)`."""
_PAIRS = (
    ("<!--", b"<!--", b"-->"),
    ("{/*", b"{/*", b"*/}"),
    ("%%", b"%%", b"%%"),
    ("{%", b"{% comment %}", b"{% endcomment %}"),
    ("{%-", b"{%- comment -%}", b"{%- endcomment -%}"),
    ("{{/*", b"{{/*", b"*/}}"),
)
"""HTML, MDX, Obsidian, Liquid, Hugo: the signs that each has, and how it begins and ends."""
_DIRECTIVE = lazy.pattern(
    r"\s*assistant\s*:\s*(ignore(?:[ -]?(?:all|file))?|expand)\b[\s:,–—-]*(.*)", re.IGNORECASE | re.DOTALL
)
"""`assistant: ignore`, `assistant: ignore-file`, `assistant: expand with the figures`."""


class Comment(NamedTuple):
    """A comment's bytes and its words."""

    start: int
    end: int
    text: str


@remembered
def comments(layout: Layout) -> list[Comment]:
    """Return the comments outside code, in no particular order."""
    return list(_comments(layout))


def _comments(layout: Layout) -> Iterator[Comment]:
    data = layout.data
    for signs, opener, closer in _PAIRS:
        position = data.find(opener) if signs in layout.signs else -1
        while position >= 0:
            close = data.find(closer, position + len(opener))
            if close < 0:
                break
            end = close + len(closer)
            is_one = opener != b"%%" or b"\n\n" not in data[position:end]
            if is_one and _is_outside_code(layout, position):
                yield Comment(position, end, layout.text(position + len(opener), close).strip("-/* \t\r\n"))
            position = data.find(opener, end)
    for hit in _REFERENCE.finditer(data) if "]:" in layout.signs else ():
        line = layout.line_start(hit.start(), max(0, hit.start() - 80))
        if not data[line : hit.start()].strip() and _is_outside_code(layout, hit.start()):
            yield Comment(*layout.trim(*hit.span()), hit.group(1).decode("utf-8", "replace").strip())


def _is_outside_code(layout: Layout, start: int) -> bool:
    if start < layout.draft.front_matter.end or layout.is_in_drawing(start):
        return False
    index = layout.leaf_index(start)
    if index < 0:
        return True
    kind = layout.leaves[index].kind
    return kind == "HtmlBlock" or (
        kind != "CodeBlock" and not layout.enough(index) and layout.mask(index, start) != "code"
    )


def directive(comment: Comment) -> tuple[str, str] | None:
    """Return what a comment tells this program (`ignore`, `ignore all`, `expand`) and the words after it."""
    hit = _DIRECTIVE.fullmatch(comment.text)
    if hit is None:
        return None
    word = hit[1].lower()
    return ("ignore all" if word not in ("ignore", "expand") else word), hit[2].strip()

"""Find the metadata at the top of a draft, and read its values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from assistant.core.text import lazy
from assistant.core.types import Span

_KEYS = rb"(?:(?:[A-Za-z][\w.-]*[ \t]*[:=]|[ \t#\[\]{}\"']|-[ \t])[^\r\n]*[\r\n]+)"
_CLOSING = rb"(?:(?(yaml)(?:---|\.\.\.)|\+\+\+)[ \t]*(?:\r\n|\n|\r|\Z))"
_FENCED = lazy.pattern(
    rb"[\r\n]*(?P<block>(?:(?P<yaml>---)|\+\+\+)[ \t]*\r?\n"
    rb"(?:[ \t\r\n]*[\r\n](?=[a-z])(?=KEYS+CLOSING)|(?!\s*?\n))"
    rb"(?!CLOSING)(?P<inside>(?:[^\n]*\n)+?)CLOSING)".replace(b"CLOSING", _CLOSING).replace(b"KEYS", _KEYS)
)
"""YAML, which may end in three dots as in Pandoc, or TOML between `+++` as in Hugo.

Text follows a rule and a blank line, unless lines of keys do, as in Jekyll and Obsidian's boards.
"""
_UNCLOSED = lazy.pattern(
    rb"---[ \t]*(?:\r\n|\n|\r)(?=[a-z])"
    rb"(?:(?:[\w.-]+:(?=[ \t\r\n]|\Z)|[ \t]+(?=\S)|-[ \t])[^\r\n]*(?:\r\n|\n|\r|\Z))++(?!=)"
)
"""Metadata without its closing line: lines of keys right below the file's first line, `---`."""
_KEY = lazy.pattern(rb"^[ \t]*[\"']?[\w.-]+[\"']?[ \t]*[:=]", re.MULTILINE)
"""`title:`, `"title" =`: a line that two rules around a paragraph do not hold."""
_PLAIN = lazy.pattern(
    rb"(?i)(?=(?:[a-z][\w -]*:[^\r\n]*(?:\r\n|\n|\r))*title:)"
    rb"(?:[a-z][\w -]*:[ \t]+[^\r\n]*(?:\r\n|\n|\r|\Z))+(?=[\r\n]|\Z)"
)
"""Metadata without fences, as in MultiMarkdown and Pelican: `Title: A week at sea`, to a blank line."""
_JSON_TAIL = lazy.pattern(r"[ \t]*(?:\r\n|\n|\r|\Z)")


def find(data: bytes, offset: int) -> Span:
    """Return the span of the metadata at the top, with a second block right below it.

    Front matter must have keys, since two rules may be around a paragraph. Without its closing line, it ends
    with its keys.
    """
    if plain := _PLAIN.match(data, offset):
        return Span(*plain.span())
    if data.startswith(b"{", offset) and (end := _json_end(data, offset)):
        return Span(offset, end)
    first = end = offset
    while (block := _FENCED.match(data, end)) and _KEY.search(block["inside"]):
        first, end = block.start("block") if end == offset else first, block.end()
    if end == offset and (unclosed := _UNCLOSED.match(data, offset)):
        return Span(*unclosed.span())
    return Span(first, end) if end > offset else Span(0, 0)


def read(front_matter: str) -> Mapping[str, Any]:
    """Return the values of a front matter block with its fences; empty when it is broken."""
    fence = front_matter[:3]
    if fence[:1] == "{":
        return dict(json.loads(front_matter))
    if fence not in ("---", "+++"):
        pairs = (line.partition(":") for line in front_matter.splitlines())
        return {key.strip().lower(): value.strip() for key, _, value in pairs if value.strip()}
    try:
        if fence == "+++":
            import tomllib

            return tomllib.loads(front_matter.strip().strip("+"))
        import frontmatter

        block = front_matter.rstrip()
        is_closed = block.endswith(("\n---", "\n..."))
        values = frontmatter.loads(f"{block[:-3] if is_closed else block}\n---").metadata
    except Exception:  # the YAML and TOML readers raise many kinds, and a draft may hold anything
        return {}
    return values if isinstance(values, dict) else {}


def _json_end(data: bytes, offset: int) -> int:
    """Return the end of a JSON object with keys that shares no line with text; 0 where there is none."""
    text = data[offset:].decode("utf-8", "ignore")
    try:
        values, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return 0
    line_end = _JSON_TAIL.match(text, end)
    return offset + len(text[: line_end.end()].encode()) if values and line_end else 0

"""Take links and images out of a text whose addresses aren't the author's."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pyromark

from assistant.core.checks.context import Context
from assistant.core.checks.links import is_own
from assistant.core.text.code import replaced
from assistant.core.text.draft import OPTIONS
from assistant.core.text.spans import holds

_TEMPLATE_TAG = re.compile(r"\{\{.*?\}\}")
"""`{{ site.url }}/about`: its blanks would end an address for CommonMark."""
_BARE = re.compile(r"[ \t]?[(<]?(?:https?://|www\.)[^\s<>()\]\"'`]*[^\s<>()\]\"'`.,;:!?*][)>]?")
"""`https://example.com/a` or `www.example.com` in prose, with the bracket around it."""
_BEFORE_TARGET = re.compile(r"(?:\]\(|(?m:^)[ \t]*\[(?!\^)[^\]\n]+\]:) *\Z")
"""What is before a link's own target, `](` or `[1]: `; that was judged with its link."""
_DEFINITION = re.compile(r"(?m)^[ \t]*\[(?!\^)[^\]]+\]:[ \t]*<?(\S+?)>?(?:[ \t]+[\"'(].*)?[ \t]*(?:\n|\Z)")
"""`[1]: https://example.com "A title"`, on a line of its own; `[^1]:` is a footnote."""


class _Link(NamedTuple):
    """A link or an image; offsets are bytes."""

    kind: str
    url: str
    start: int
    end: int
    words: tuple[int, int]
    """The range of its words; empty when it has none."""


def without_foreign_links(text: str, *, context: Context) -> tuple[str, tuple[str, ...]]:
    """Return `text` without links and images that aren't the author's, and a note on each.

    A link's words stay; an image goes with its description, since there is no picture behind it.
    """
    data = text.encode()
    foreign = [link for link in _links(text) if not is_own(link.url, context)]
    notes = []
    for link in foreign:
        what = "a link" if link.kind == "Link" else "an image"
        notes.append(f"removed {what} to {link.url[:80]}: you never used that address")
    outermost = (one for one in foreign if not any(other != one and holds(other, one) for other in foreign))
    for link in sorted(outermost, key=lambda link: link.start, reverse=True):
        words = data[slice(*link.words)] if link.kind == "Link" else b""
        if re.match(rb"(?:https?:|www\.|mailto:)", words.strip()):
            words = b""
        data = data[: link.start] + words + data[link.end :]
    cleaned, bare = _without_bare(data.decode(), context)
    result = _DEFINITION.sub(lambda line: line[0] if is_own(line[1], context) else "", cleaned).rstrip()
    if result != cleaned.rstrip():
        notes.append("removed addresses of links that aren't yours")
    return (result if notes or bare else text), (*notes, *bare)


def _links(text: str) -> list[_Link]:
    """Return the links and images of a text, those inside another before it."""
    whole = _TEMPLATE_TAG.sub(lambda tag: "x" * len(tag[0].encode()), text)  # a tag breaks an address apart
    links: list[_Link] = []
    unclosed: list[_Link] = []
    events: Any = pyromark.events_with_range(whole, options=OPTIONS)
    for event, place in events:
        if isinstance(event, str):
            continue
        kind, value = next(iter(event.items()))
        name = next(iter(value), "") if isinstance(value, dict) else value
        start, end = place["start"], place["end"]
        if unclosed and kind in ("Text", "Code", "Start"):
            unclosed = [
                link._replace(words=(link.words[0] if any(link.words) else start, end)) for link in unclosed
            ]
        if kind == "Start" and name in ("Link", "Image"):
            unclosed.append(_Link(name, str(value[name]["dest_url"]), start, end, (0, 0)))
        elif kind == "End" and name in ("Link", "Image") and unclosed:
            links.append(unclosed.pop())
    return links


def _without_bare(text: str, context: Context) -> tuple[str, tuple[str, ...]]:
    """Take away addresses in the prose itself, outside of code."""
    notes: list[str] = []

    def without(hit: re.Match[str]) -> str | None:
        before, url = text[: hit.start()], hit[0].strip(" \t(<>)")
        is_target = _BEFORE_TARGET.search(before) or (hit[0][0] == "(" and before.endswith("]"))
        if is_target or is_own(url, context):
            return None
        notes.insert(0, f"removed the address {url[:80]}: you never used it")
        return ")" if hit[0][-1] == ")" and "(" not in hit[0] else ""

    cleaned = replaced(_BARE, text, without)
    return cleaned, tuple(notes)

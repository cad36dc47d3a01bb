"""Finds comments that tell the author to write something, and the author's word to this program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.words import tokens
from assistant.core.types import GapKind

_REFERENCE = re.compile(
    rb"\[(?://|comment|_metadata_|#)\]:[ \t]*(?:#|<>)[ \t]*[(\"']([^\r\n]*)[)\"'][ \t]*(?=[\r\n]|\Z)"
)
_PAIRS = (
    (b"<!--", b"-->"),
    (b"{/*", b"*/}"),
    (b"%%", b"%%"),
    (b"{% comment %}", b"{% endcomment %}"),
    (b"{%- comment -%}", b"{%- endcomment -%}"),
    (b"{{/*", b"*/}}"),
)
_MARKUP = re.compile(r"</?[a-z!]|\{[%{]|!\[|;\s*$|\]\(|^\s*[\w-]+\s*=|[{}]", re.MULTILINE | re.IGNORECASE)
_DIRECTIVE = re.compile(
    r"\s*assistant\s*:\s*(ignore(?:[ -]?(?:all|file))?|expand)\b[\s:,–—-]*(.*)", re.IGNORECASE | re.DOTALL
)


class Comment(NamedTuple):
    """A comment's place and its words."""

    start: int
    end: int
    text: str


def comments(layout: Layout) -> Iterator[Comment]:
    """Yield the comments that stand outside code, in no particular order."""
    data = layout.data
    for opener, closer in _PAIRS:
        position = data.find(opener)
        while position >= 0:
            close = data.find(closer, position + len(opener))
            if close < 0:
                break
            end = close + len(closer)
            if opener != b"%%" or b"\n\n" not in data[position:end]:
                comment = _outside_code(layout, position, end)
                if comment:
                    yield Comment(
                        position, end, layout.text(position + len(opener), close).strip("-/* \t\r\n")
                    )
            position = data.find(opener, end)
    if b"]:" in data:
        for hit in _REFERENCE.finditer(data):
            if not layout.data[
                layout.line_start(hit.start(), max(0, hit.start() - 80)) : hit.start()
            ].strip() and _outside_code(layout, hit.start(), hit.end()):
                yield Comment(*layout.trim(*hit.span()), hit.group(1).decode("utf-8", "replace").strip())


def _outside_code(layout: Layout, start: int, end: int) -> bool:
    if start < layout.draft.front_matter.end:
        return False
    index = layout.leaf_index(start)
    if index < 0:
        return True
    leaf = layout.leaves[index]
    if leaf.kind == "CodeBlock":
        return False
    return leaf.kind == "HtmlBlock" or (not layout.enough(index) and layout.mask(index, start) != "code")


def directive(comment: Comment) -> tuple[str, str] | None:
    """Return what a comment tells us: `ignore`, `ignore all` or `expand`, and the words after it."""
    found = _DIRECTIVE.fullmatch(comment.text)
    if found is None:
        return None
    word = found.group(1).lower()
    return ("ignore all" if word not in ("ignore", "expand") else word), found.group(2).strip()


def find(layout: Layout) -> list[Candidate]:
    """Return the comments that tell the author to write something."""
    return [candidate for comment in comments(layout) if (candidate := _weigh(layout, comment))]


def _weigh(layout: Layout, comment: Comment) -> Candidate | None:
    told = directive(comment)
    index = layout.leaf_index(comment.start)
    if told is not None:
        if told[0] != "expand":
            return None
        return Candidate(
            GapKind.COMMENT,
            comment.start,
            comment.end,
            ["told-by-author"],
            told[1],
            leaf=index,
            certain=True,
        )
    text = comment.text
    if not text:
        return None
    said = tokens(text[:600])
    if not said and not text:
        return None
    phrases = layout.phrases
    signals = ["comment"]
    marker = layout.words.marker_at(text[:40].upper())
    if marker and not text[len(marker) : len(marker) + 1].isalnum():
        signals.append("begins-with-marker")
        said = tokens(text[len(marker) : 600])
    elif layout.words.marker_pattern.search(text.encode("utf-8")):
        signals.append("holds-marker")
    if (phrases("write").at(said) and len(said) > 1) or phrases("write").glued_in(text):
        signals.append("says-what-to-do")
    elif phrases("edit").at(said) and len(said) > 1:
        signals.append("may-say-what-to-do")
    if phrases("media").within(said[:12]) or phrases("media").glued_in(text):
        signals.append("names-picture-or-link")
    elif phrases("part").within(said[:12]):
        signals.append("names-part-of-text")
    if phrases("missing").within(said) or phrases("missing").glued_in(text):
        signals.append("something-missing")
    if phrases("alone").is_whole(said) or phrases("alone").glued_in(text[:40]):
        signals.append("text-to-come")
    if len(said) > 2 and text.rstrip().endswith("?"):
        signals.append("asks-question")
    if _MARKUP.search(text):
        signals.append("holds-markup-or-code")
    if len(said) > 40 or "\n\n" in text:
        signals.append("long-text-taken-out")
    if len(signals) == 1:
        return None
    instruction = text[len(marker) :].lstrip(" :：-–—()") if marker else text
    fillable = not phrases("media").within(said[:4])
    return Candidate(
        GapKind.COMMENT,
        comment.start,
        comment.end,
        signals,
        instruction.strip(),
        fillable=fillable,
        leaf=index,
    )

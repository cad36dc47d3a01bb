"""Find what authors put in brackets for themselves: `[insert quote]`, `{{name}}`, `<link to the talk>`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.detectors import placeholder_words
from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_SQUARE = re.compile(rb"\[([^\[\]\r\n]{2,200})\](?![(\[:])")
"""`[insert the date]`; not the words of a link, `[here](…)`, nor a definition, `[1]:`."""
_CURLY = re.compile(rb"\{\{(?![<%#/])([^{}\r\n]{2,160})\}\}")
_ANGLE = re.compile(rb"<([A-Za-z][^<>\r\n/=\"]{2,80})>")
"""`<your name here>`; a tag has attributes or a slash: `<a href="…">`."""
_NEVER = re.compile(
    r"[\^@!/|&\\]|\d+$|\s*[xX]?\s*$|https?:|\w+=|[\d\s,.–-]+$|sic\b|\.\.\.$|…$|_?toc_?$", re.IGNORECASE
)
"""Footnotes, task boxes, numbers, `[sic]`, `[...]`, `[TOC]`."""
_CODE_LIKE = re.compile(r"[.|()\"'=:$/\\]|\b(?:page|site|post|content|include|end)\b")
"""A template's expression, such as `{{ page.title }}`."""
_HTML_NAMES = frozenset(
    ("link", "source", "cite", "summary", "figure", "video", "details", "section", "article")
)


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for every bracketed placeholder."""
    data = layout.data
    weighed = []
    if b"[" in data:
        weighed += [_bracketed(layout, hit, "in-square-brackets") for hit in _SQUARE.finditer(data)]
    if b"{{" in data:
        weighed += [
            _bracketed(layout, hit, "in-double-braces")
            for hit in _CURLY.finditer(data)
            if not _CODE_LIKE.search(hit.group(1).decode("utf-8", "replace"))
        ]
    if b"<" in data:
        weighed += [_angle(layout, hit) for hit in _ANGLE.finditer(data)]
    yield from filter(None, weighed)


def _bracketed(layout: Layout, hit: re.Match[bytes], shape: str) -> Candidate | None:
    last = layout.data[hit.start() - 1 : hit.start()]
    if shape == "in-square-brackets" and (last.isalnum() or last in (b"[", b"]", b"!", b"_")):
        return None
    inside = hit.group(1).decode("utf-8", "replace").strip().rstrip("\\")
    index = layout.leaf_index(hit.start())
    if index < 0 or _NEVER.match(inside) or inside.lower() in layout.definitions:
        return None
    leaf, words = layout.leaves[index], tokens(inside)
    if leaf.kind in ("CodeBlock", "HtmlBlock") or layout.is_verbatim(hit.start()) or layout.enough(index):
        return None
    meaning = placeholder_words.weigh(layout, inside)
    if (not meaning and shape == "in-square-brackets") or layout.mask(index, hit.start() + 1):
        return None
    before = layout.text(max(leaf.start, hit.start() - SURROUNDINGS), hit.start())
    after = layout.text(hit.end(), min(leaf.end, hit.end() + SURROUNDINGS))
    is_alone = not before.strip(" \t*_~>#-") and not after.strip(" \t\r\n*_~.:!")
    in_quotes = before.count('"') % 2 == 1 or before.count("“") > before.count("”")
    evidence = {
        "plain-words-in-braces": shape == "in-double-braces" and len(words) > 1 and "-" not in inside,
        "placeholder-stands-alone": is_alone,
        "inside-quotation": leaf.quoted or in_quotes,
    }
    span = (leaf.start, leaf.end) if is_alone else hit.span()
    fillable = not layout.phrases("media").within(words) and (is_alone or len(words) > 2)
    signals = [shape, *meaning, *present(evidence)]
    return Candidate(GapKind.MARKER, *span, signals, inside, fillable=fillable, leaf=index)


def _angle(layout: Layout, hit: re.Match[bytes]) -> Candidate | None:
    inside = hit.group(1).decode("utf-8", "replace")
    words = tokens(inside)
    if not words or " " not in inside or words[0] in _HTML_NAMES:
        return None
    if not any(layout.phrases(name).at(words) for name in ("edit", "lead", "write")):
        return None
    index = layout.leaf_index(hit.start())
    if index < 0 or layout.leaves[index].kind == "CodeBlock" or layout.enough(index):
        return None
    is_html = layout.leaves[index].kind == "HtmlBlock"
    if (not is_html and layout.mask(index, hit.start()) == "code") or layout.is_verbatim(hit.start()):
        return None
    signals = ["in-angle-brackets", *placeholder_words.weigh(layout, inside)]
    return Candidate(GapKind.MARKER, *hit.span(), signals, inside, leaf=index)

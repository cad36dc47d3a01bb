"""Finds headings with nothing under them."""

from __future__ import annotations

import re

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.words import tokens
from assistant.core.text.draft import Heading
from assistant.core.types import GapKind

_NO_BODY = re.compile(
    r"\s*(?:\*\[[^\]\n]+\]:.*|\{:[^}]*\}|\[\[?_?toc_?\]?\]|\{\{[<%]\s*toc\b.*|\{%\s*(?:end)?comment\b.*|%%.*%%"
    r"|\\(?:newpage|pagebreak)|toc\s*\{:\s*toc[^}]*\}|<!--.*?-->|</?(?:br|hr|a|div|p|center|span|details|section|aside)\b[^>]*/?>"
    r"|\{/\*.*?\*/\}|&nbsp;|\s)*",
    re.IGNORECASE | re.DOTALL,
)
_TOC = re.compile(rb"\{:\s*toc|\[\[?_?toc_?\]|\{\{[<%]\s*toc|<!--\s*toc|\[TOC\]|@toc", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?。！？…]\s*$")
_ONLY_LINK = re.compile(rb"#+[ \t]*(?:\d+[.)][ \t]*)?(?:!?\[.*\]\(.*\)|\[\[.*\]\])[ \t#]*$")


def find(layout: Layout) -> list[Candidate]:
    """Return the headings that have no body before the next heading of their level or a higher one."""
    found: list[Candidate] = []
    headings = layout.draft.headings
    data = layout.data
    if not headings:
        return found
    bodies = _bodies(layout)
    linked = sum(1 for heading in headings if _ONLY_LINK.match(data, heading.span.start, heading.span.end))
    subtitles = _subtitle_levels(layout, bodies)
    for index, heading in enumerate(headings):
        following = headings[index + 1] if index + 1 < len(headings) else None
        if bodies[index] or (following is not None and following.level > heading.level):
            continue
        if layout.is_verbatim(heading.span.start):
            continue
        signals = ["nothing-stands-below"]
        said = tokens(heading.text)
        if index == 0 and following is not None and _is_title(layout, heading, following, bodies):
            signals.append("title-of-post")
        body = data[heading.body.start : heading.body.end]
        if layout.phrases("contents").is_whole(said) or layout.phrases("contents").glued_in(heading.text[:8]):
            signals.append("section-filled-by-site")
        elif _TOC.search(body):
            signals.append("generated-contents")
        if not said and not any(char.isalnum() for char in heading.text):
            signals.append("heading-without-words")
        if following is None and (
            layout.phrases("closing").is_whole(said) or heading.text.rstrip().endswith(("!", "！"))
        ):
            signals.append("farewell")
        if heading.level in subtitles:
            signals.append("subtitle-level")
        raw = data[heading.span.start : heading.span.end]
        if not raw.lstrip().startswith(b"#") and (
            _SENTENCE.search(heading.text) or len(said) > 10 or b"![" in raw
        ):
            signals.append("sentence-underlined-as-heading")
        elif len(said) > 14:
            signals.append("sentence-as-heading")
        if linked > 1 and linked * 2 > len(headings) and _ONLY_LINK.match(raw):
            signals.append("list-of-links-as-headings")
        found.append(
            Candidate(
                GapKind.EMPTY_SECTION, *heading.span, signals, "", leaf=layout.leaf_index(heading.span.start)
            )
        )
    return found


def _subtitle_levels(layout: Layout, bodies: list[bool]) -> set[int]:
    """Return the deep levels whose headings are all empty while others are not: they are subtitles."""
    levels: dict[int, list[bool]] = {}
    for heading, body in zip(layout.draft.headings, bodies, strict=True):
        levels.setdefault(heading.level, []).append(body)
    written = any(sum(found) * 2 > len(found) for found in levels.values())
    return {
        level
        for level, found in levels.items()
        if written and level > 3 and len(found) > 2 and not any(found)
    }


def _is_title(layout: Layout, heading: Heading, following: Heading, bodies: list[bool]) -> bool:
    if heading.level != 1 or any(leaf.start < heading.span.start for leaf in layout.leaves[:1]):
        return False
    return any(bodies) and (following.level == 1 or len(bodies) > 2)


def _bodies(layout: Layout) -> list[bool]:
    """Say for each heading whether something that a reader sees stands right below it."""
    bodies = [False] * len(layout.draft.headings)
    current = -1
    starts = layout.heading_starts
    for leaf in layout.leaves:
        if leaf[0] == "Heading" and current + 1 < len(starts) and leaf[1] >= starts[current + 1]:
            current += 1
        elif current < 0 or bodies[current] or leaf.aside or leaf.end <= leaf.start:
            continue
        else:
            bodies[current] = _is_body(layout, leaf)
    return bodies


def _is_body(layout: Layout, leaf: Leaf) -> bool:
    if leaf.kind in ("CodeBlock", "TableCell"):
        return True
    if leaf.end - leaf.start > 400 and leaf.kind != "HtmlBlock":
        return True
    data = layout.data
    if data[leaf.start] not in b"<{[*%\\&t" and data[leaf.start] < 128:
        return True
    return _NO_BODY.fullmatch(layout.text(leaf.start, leaf.end)) is None

"""Read what a draft's front matter says of the draft: its state, its subject, and its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.core.gaps.layout import Layout
from assistant.core.gaps.memory import remembered
from assistant.core.text import lazy
from assistant.core.text.words import tokens
from assistant.core.types import Span

_LINE = lazy.pattern(rb"[ \t]*(?:-[ \t]+)?\"?([\w.-]+)\"?[ \t]*[:=][ \t]*([^\r\n]*)")
"""A key and its value in YAML, TOML or JSON, also in a list: `- name: Ann`."""
_STATES = frozenset(("draft", "published", "status", "state", "stage", "publish"))
"""Keys that say whether a post is finished: `draft: true`, `status: published`."""
_FIRST = lazy.pattern(r"[\"']?([\w-]+)")
_COMMENT = lazy.pattern(r"(?<=\S)\s+#\s.*")
_DOTS = lazy.pattern(r"\.{3,}|…")
_TOLD = frozenset("abstract categories description excerpt keywords subtitle summary tags title".split())  # noqa: SIM905
"""Keys whose values are words for readers."""
_PROSE = frozenset(("abstract", "description", "excerpt", "summary"))
"""Those of them that are sentences."""
_SAMPLE = 2
"""Most words next to the key's own that say no more than it does: `Book description`."""
_SUBJECT_KEYS = frozenset(["tags", "tag", "slug", "categories", "keywords", "description"])


class Line(NamedTuple):
    """A key with its value, both as they are, and the bytes of the line."""

    key: str
    """In lower case."""
    value: str
    span: Span


@remembered
def lines(layout: Layout) -> list[Line]:
    """Return the front matter's lines that hold a key and a value, whatever they are nested in."""
    return list(_lines(layout))


def _lines(layout: Layout) -> Iterator[Line]:
    start, end = layout.draft.front_matter
    for line in layout.data[start:end].splitlines(keepends=True):
        if hit := _LINE.match(layout.data, start, end):
            key, value = (group.rstrip(b" \t,").decode("utf-8", "replace") for group in hit.groups())
            if value:
                yield Line(key.lower(), value, Span(*layout.trim(*hit.span())))
        start += len(line)


def is_unfilled(layout: Layout, key: str, value: str) -> bool:
    """Tell whether a value is still to come: a marker, `...`, or the key's own name and little more.

    `description: TODO: the second tide`, `categories: category1 category2`, `title: This is the title`
    """
    value = _COMMENT.sub("", value).strip("\"' ")
    marker = layout.words.marker_at(value)
    if (marker and marker == value) or (key in _TOLD and _DOTS.fullmatch(value)):
        return True
    if key not in _TOLD or "/" in value:
        return False
    words, own = tokens(value), _stem(key)
    if (
        value.startswith(f"{marker}:")
        if marker
        else key in _PROSE and layout.phrases("alone").is_whole(words)
    ):
        return True
    others = [word for word in words if _stem(word) != own]
    small = layout.single_words("function", "particle")
    if not len(words) > len(others) <= _SAMPLE + 1:
        return False
    # `Book description` and `Title of the post` are samples, `Job titles` and `category theory` are none.
    at_end = _stem(words[-1]) == own and not words[-1].endswith("s")
    of_what = _stem(words[0]) == own and words[1:] and words[1] in small
    return sum(word not in small for word in others) < (_SAMPLE if at_end or of_what else 1)


def _stem(word: str) -> str:
    """Return a word without digits and an ending at its end: `category2`, `categories`."""
    return re.sub(r"(?:ies|y|s)?\d*$", "", word)


def state(layout: Layout) -> str:
    """Return `draft` or `finished` when the front matter says so, otherwise nothing."""
    for line in lines(layout):
        first = _FIRST.match(line.value) if line.key in _STATES else None
        if first is None:
            continue
        value = first[1].lower()
        if line.key in ("status", "state", "stage"):
            if value in layout.words.in_all("unfinished-status"):
                return "draft"
            continue
        yes, no = ("draft", "finished") if line.key == "draft" else ("finished", "draft")
        return yes if value in ("true", "yes") else no if value in ("false", "no") else ""
    return ""


@remembered
def subjects(layout: Layout) -> set[str]:
    """Return the markers that the title or a tag speaks of, as in `10 TODO apps`."""
    markers = layout.words.markers_in_lower_case
    named: set[str] = set()
    values = [(line.key, line.value.strip("\"' ")) for line in lines(layout)]
    values += [("title", heading.text) for heading in layout.draft.headings[:1] if heading.level == 1]
    for key, value in values:
        if key != "title" and (key not in _SUBJECT_KEYS or layout.words.marker_at(value)):
            continue
        words = tokens(value)
        if len(words) < 2 and (not value.isalpha() or value in layout.words.marker_words):
            continue  # `TODO` alone stands for a title
        for word in words:
            marker = markers.get(word, "")
            if marker and not value.startswith((marker + ":", marker + " -")):
                named.add(marker)
            elif (singular := word.rstrip("s")) in markers:
                named.add(markers[singular])
        named |= {"lorem"} & set(words)
        named |= {"TODO"} if "TO-DO" in named else set()
        named |= {"placeholder"} if {"placeholder", "placeholders"} & set(words) else set()
    return named

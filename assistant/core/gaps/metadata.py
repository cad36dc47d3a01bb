"""Finds values in the front matter that were left for later; only the author can fill them."""

from __future__ import annotations

import re

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.words import tokens
from assistant.core.types import GapKind

_LINE = re.compile(
    rb"(?:^|(?<=[\r\n]))[ \t]*(?:-[ \t]+)?([\w.-]+)[ \t]*[:=][ \t]*([^\r\n]*?)[ \t]*(?=[\r\n]|\Z)"
)
_STATE = re.compile(
    rb"(?:^|(?<=[\r\n]))[ \t]*(draft|published|status|state|stage|publish)[ \t]*[:=][ \t]*[\"']?([\w-]+)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"(?:[<\[({]+.*[>\])}]+|\.{3}|…|\?{2,})$")
_UNFINISHED = frozenset(
    ("draft", "wip", "seed", "seedling", "stub", "idea", "todo", "in-progress", "unfinished", "budding")
)


def find(layout: Layout) -> list[Candidate]:
    """Return the front matter's values that are plainly placeholders."""
    start, end = layout.draft.front_matter
    if end <= start:
        return []
    found = []
    for hit in _LINE.finditer(layout.data, start, end):
        raw = hit.group(2).decode("utf-8", "replace")
        if not raw:
            continue
        value = raw.split(" #")[0].strip().strip("\"'[]").strip() if not raw.startswith("[[") else ""
        if not value or len(value) > 200:
            continue
        signals = _value(layout, hit.group(1).decode("utf-8", "replace").lower(), value)
        if signals:
            span = layout.trim(*hit.span())
            found.append(Candidate(GapKind.MARKER, *span, signals, value, fillable=False))
    return found


def _value(layout: Layout, key: str, value: str) -> list[str]:
    marker = layout.words.marker_at(value)
    after = value[len(marker) :] if marker else ""
    if not marker and len(value) > 60 and value[:1] not in "<[({":
        return []
    said = tokens(value)
    if marker and not after[:1].isalnum() and marker != "WIP":
        if key == "title":
            return ["marker-as-title"] if not tokens(after) or after.lstrip().startswith(":") else []
        return ["marker-as-value"]
    if said[:2] == ["lorem", "ipsum"]:
        return ["marker-as-value"]
    phrases = layout.phrases
    if (
        1 < len(said) < 7
        and phrases("here").ends(said)
        and (phrases("lead").at(said) or phrases("edit").at(said))
    ):
        return ["placeholder-as-value"]
    if key in (
        "title",
        "slug",
        "tags",
        "tag",
        "categories",
        "category",
        "layout",
        "status",
        "state",
        "stage",
        "type",
    ):
        return []
    if layout.phrases("alone").is_whole(said) and len(said) > 1:
        return ["placeholder-as-value"]
    if _PLACEHOLDER.fullmatch(value) and (not said or phrases("edit").at(said) or phrases("write").at(said)):
        return ["placeholder-as-value"]
    return []


def state(layout: Layout) -> str:
    """Return `draft` or `finished` when the front matter says so, otherwise nothing."""
    start, end = layout.draft.front_matter
    if end <= start:
        return ""
    for hit in _STATE.finditer(layout.data, start, end):
        key, value = hit.group(1).lower(), hit.group(2).lower().decode("ascii", "replace")
        if key == b"draft":
            return "draft" if value in ("true", "yes") else "finished" if value in ("false", "no") else ""
        if key in (b"published", b"publish"):
            return "draft" if value in ("false", "no") else "finished" if value in ("true", "yes") else ""
        if value in _UNFINISHED:
            return "draft"
    return ""


_SPEAKING = frozenset((b"tags", b"tag", b"slug", b"categories", b"keywords", b"description"))


def subjects(layout: Layout) -> set[str]:
    """Return the markers, in capitals, that the title, a tag or a heading speaks of as its subject."""
    start, end = layout.draft.front_matter
    if end <= start:
        return set()
    lines = []
    for hit in _LINE.finditer(layout.data, start, end):
        key, line = hit.group(1).lower(), hit.group(2).decode("utf-8", "replace")
        if key == b"title" or (key in _SPEAKING and not layout.words.marker_at(line.strip("\"' "))):
            lines.append(line)
    known = layout.words.markers_in_lower_case
    found = set()
    for line in lines:
        said = tokens(line)
        if len(said) < 2 and not line.strip("\"' ").isalpha():
            continue
        for word in said:
            if word in known and not line.strip("\"' ").startswith((known[word] + ":", known[word] + " -")):
                found.add(known[word])
            elif word.rstrip("s") in known:
                found.add(known[word.rstrip("s")])
        if "lorem" in said:
            found.add("lorem")
        if "placeholder" in said or "placeholders" in said:
            found.add("placeholder")
    return found

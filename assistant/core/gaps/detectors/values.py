"""Find values in the front matter that were left for later; only the author can fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps import front_matter
from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_PLACEHOLDER = re.compile(r"(?:[<\[({]+.*[>\])}]+|\.{3}|…|\?{2,})$")
"""`<title>`, `{{name}}`, `...`, `??` as the whole of a value."""
_NAMES = frozenset(
    ("title", "slug", "tags", "tag", "categories", "category", "layout", "status", "state", "stage", "type")
)
"""Keys whose values are words of their own: a tag may well be `placeholder`."""
_LONGEST = 200
"""Characters of a value that is read."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the front matter's values that are plainly placeholders."""
    for line in front_matter.lines(layout):
        value = line.value.split(" #")[0].strip().strip("\"'[]").strip()
        if not value or len(value) > _LONGEST or line.value.startswith("[["):
            continue
        if signal := _signal(layout, line.key, value):
            yield Candidate(GapKind.MARKER, *line.span, [signal], value, fillable=False)


def _signal(layout: Layout, key: str, value: str) -> str:
    marker = layout.words.marker_at(value)
    after = value[len(marker) :] if marker else ""
    if not marker and len(value) > 60 and value[:1] not in "<[({":
        return ""
    words, phrases = tokens(value), layout.phrases
    if marker and not after[:1].isalnum() and marker != "WIP":
        if key != "title":
            return "marker-as-value"
        return "marker-as-title" if not tokens(after) or after.lstrip().startswith(":") else ""
    if words[:2] == ["lorem", "ipsum"]:
        return "marker-as-value"
    edits, writes = phrases("edit").at(words), phrases("write").at(words)
    if 1 < len(words) < 7 and phrases("here").ends(words) and (phrases("lead").at(words) or edits):
        return "placeholder-as-value"
    if key in _NAMES:
        return ""
    is_promise = len(words) > 1 and phrases("alone").is_whole(words)
    if is_promise or (_PLACEHOLDER.fullmatch(value) and (not words or edits or writes)):
        return "placeholder-as-value"
    return ""

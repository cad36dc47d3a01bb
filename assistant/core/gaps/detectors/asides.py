"""Find what directives, callouts and tags set aside as a task: `> [!todo]`, `!!! todo`, `:::note[TODO]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.note_span import asks
from assistant.core.text import lazy
from assistant.core.text.sentences import is_finished, sentences
from assistant.core.types import GapKind

_IN_LINES = (
    ("[!", "callout"),
    ("**", "bold title"),
    *((sign, "indented") for sign in ("!!!", "???")),
    *((sign, "fence") for sign in (":::", "///")),
    *((sign, "fence of code") for sign in ("```", "~~~")),
)
"""Signs that stand in the first line of each, and the pattern of the whole from that line's start."""
_TASKS = (
    ("\\", "macro"),
    ("{{", "shortcode"),
    ("{%", "include"),
    ("{{", "shortcode with text"),
    ("/>", "element with text"),
    ("{%", "block"),
    ("</", "element"),
    ("{{", "shortcode alone"),
    ("/>", "element alone"),
    ("</", "folded"),
)
"""Signs of each, and the pattern of the whole; all are in `data/gaps/patterns/tasks.txt`."""
_MARKS = lazy.pattern(r"(?m)^[ \t]*>?[ \t]*(?::[\w-]+:[^\n]*\n[ \t]*)*|</summary>")
"""A quote's marks and blanks at the start of each line, and a directive's settings: `:class: tip`."""
_SIGNS = " \t\r\n\"'[]{}*:：>%"
"""Signs around a title, or behind it."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the tasks that are set aside, each with all that its container holds."""
    data, words = layout.data, layout.words
    if not layout.markers and not any(title in data for title in words.bare_titles):
        folded = data.lower()
        if not any(name.encode() in folded for name in words.in_all("task")):
            return
    tasks = [(name, sign.encode()) for sign, name in _IN_LINES if sign in layout.signs]
    tasks += [(name, b"") for sign, name in _TASKS if sign in layout.signs]
    taken: set[int] = set()
    for name, sign in tasks:
        pattern = words.byte_pattern(f"tasks.{name}")
        for hit in _hits(pattern, sign, data, layout.draft.front_matter.end):
            start, end = layout.trim(*hit.span())
            if start in taken:
                continue  # the tag that opens a pair
            taken.add(start)
            leaf = layout.leaf_index(start)
            if leaf >= 0 and layout.leaves[leaf].kind == "CodeBlock" and layout.leaves[leaf].start != start:
                continue  # shown in a block of code, not used
            if (
                leaf >= 0
                and data[start : start + 1] in b"\\{<"
                and (layout.enough(leaf) or layout.mask(leaf, start) == "code")
            ):
                continue
            title, _, told = _MARKS.sub("", layout.draft.text(hit.span("told"))).partition("\n")
            parts = [part for part in (title.strip(_SIGNS), " ".join(told.split())) if part]
            if hit.re.groupindex.get("title") and hit["title"] and not _is_request(layout, parts):
                continue  # the box has its text, and lacks a title
            yield Candidate(GapKind.MARKER, start, end, ["set-aside-as-task"], ": ".join(parts))


def _hits(pattern: re.Pattern[bytes], sign: bytes, data: bytes, top: int) -> Iterator[re.Match[bytes]]:
    """Yield what a pattern finds below `top`; with a sign, only from the start of lines that have it.

    To look for a sign takes no time; to try a pattern at every line does.
    """
    if not sign:
        yield from pattern.finditer(data, top)
        return
    at = data.find(sign, top)
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        hit = pattern.match(data, start) if start >= top else None
        if hit:
            yield hit
        top = hit.end() if hit else data.find(b"\n", at) + 1
        at = data.find(sign, top) if top else -1


def _is_request(layout: Layout, parts: list[str]) -> bool:
    """Tell whether nothing in a box is a finished sentence that asks for nothing."""
    said = [sentence for part in parts for sentence in sentences(part, layout.language)]
    return bool(said) and all(asks(layout, one) or not is_finished(one) for one in said)

"""Find what directives, callouts and tags set aside as a task: `> [!todo]`, `!!! todo`, `:::note[TODO]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.text.boxes import end_by_fence, end_by_marks
from assistant.core.text.sentences import sentences
from assistant.core.types import GapKind, Span

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
_INSET = 4
"""Columns that the text of `!!! todo` is further in than its first line."""
_CONTAINERS = frozenset(("Item", "BlockQuote", "FootnoteDefinition"))
_MARKS = lazy.pattern(r"(?m)^[ \t>]*(?::[\w-]+:[^\n]*\n[ \t]*)*|</summary>")
"""A quote's marks and blanks at the start of each line, and a directive's settings: `:class: tip`."""
_JOB = lazy.pattern(r"[ \t]*[-*+] \[([ xX])\][ \t]+(.*)")
"""A task with its box: `- [ ] mend the fence`."""
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
        for hit, last in _hits(layout, name, pattern, sign):
            start, end = layout.trim(hit.start(), last)
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
            inside = layout.draft.text((hit.start("told"), last if sign else hit.end("told")))
            if "fence" in hit.re.groupindex:
                inside = inside.rpartition("\n")[0]
            title, _, text = _MARKS.sub("", inside).partition("\n")
            parts = [part for part in (title.strip(_SIGNS), " ".join(text.split())) if part]
            if hit.re.groupindex.get("title") and hit["title"] and not _is_request(layout, parts):
                continue  # the box has its text, and lacks a title
            if _lists_jobs(layout, text):
                continue
            yield Candidate(GapKind.MARKER, start, end, ["set-aside-as-task"], ": ".join(parts))


def _hits(
    layout: Layout, name: str, pattern: re.Pattern[bytes], sign: bytes
) -> Iterator[tuple[re.Match[bytes], int]]:
    """Yield what a pattern finds, and where its container ends; with a sign, only in lines that have it.

    To look for a sign takes no time; to try a pattern at every line does.
    """
    data, top = layout.data, layout.draft.front_matter.end
    if not sign:
        found = pattern.finditer(data, top)
        yield from ((hit, hit.end()) for hit in found if hit.end() <= _limit(layout, hit))
        return
    at = data.find(sign, top)
    while at >= 0:
        start, top = layout.draft.line_start(at), layout.draft.line_end(at)
        task = pattern.match(data, start) if start >= layout.draft.front_matter.end else None
        if task and (end := _end(layout, name, task)) is not None:
            yield task, end
            top = max(top, end)
        at = data.find(sign, top)


def _limit(layout: Layout, hit: re.Match[bytes]) -> int:
    """Return where the innermost quote, item or footnote ends that a task stands in."""
    at = hit.start("told")
    around = [block for block in layout.draft.blocks_around(Span(at, at)) if block.kind in _CONTAINERS]
    return around[-1].end if around else len(layout.data)


def _end(layout: Layout, name: str, hit: re.Match[bytes]) -> int | None:
    """Return where the container ends that a first line opens; None where nothing closes it."""
    limit = _limit(layout, hit)
    if "fence" in hit.re.groupindex:
        return end_by_fence(layout.data, hit["fence"], hit.end(), limit=limit)
    inset = _INSET if name == "indented" else 0
    return end_by_marks(layout.data, *hit.span(), limit=limit, inset=inset)


def _lists_jobs(layout: Layout, text: str) -> bool:
    """Tell whether a box holds tasks alone, and all that ask for text are done: `- [ ] mend the fence`."""
    lines = [line for line in text.split("\n") if line.strip()]
    jobs = [job for job in map(_JOB.fullmatch, lines) if job]
    is_text = any(job[1] == " " and layout.purposes(job[2]).opens_task for job in jobs)
    return 0 < len(jobs) == len(lines) and not is_text


def _is_request(layout: Layout, parts: list[str]) -> bool:
    """Tell whether nothing in a box is a finished sentence that asks for nothing."""
    texts = [sentence for part in parts for sentence in sentences(part, layout.language)]
    return bool(texts) and not any(map(layout.is_written, texts))

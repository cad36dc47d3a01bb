"""Find paragraphs made of many short lines without stops: notes jotted down one below the other."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.detectors.lists import ROUGH, STOPS
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.types import GapKind

LEAST_LINES = 5
"""Short lines in a row that are no verse and no address: those have four."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each paragraph of at least five lines that are no wrapped prose."""
    for index, leaf in enumerate(layout.leaves):
        if leaf[0] == "Paragraph" and (candidate := weigh(layout, index, leaf)):
            yield candidate


def weigh(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    """Return a candidate when a paragraph is jotted down line by line."""
    if leaf.quoted or leaf.lists or leaf.aside:
        return None
    if layout.data.count(b"\n", leaf.start, leaf.end) < LEAST_LINES - 1 or layout.is_verbatim(leaf.start):
        return None
    lines = layout.text(leaf.start, leaf.end).replace("\r\n", "\n").split("\n")
    if _is_other(lines):
        return None
    rough = sum(line.rstrip().endswith("?") or bool(ROUGH.search(line)) for line in lines)
    evidence = {
        "many-short-lines": True,
        "long-run": len(lines) >= 8,
        "indented-like-outline": any(line.startswith(("\t", "    ", "- ")) for line in lines),
        "jotted-down": rough * 4 >= len(lines),
    }
    return Candidate(GapKind.NOTES, leaf.start, leaf.end, present(evidence), leaf=index)


def _is_other(lines: list[str]) -> bool:
    """Tell whether lines are sentences, verse with hard breaks, wrapped prose, a table or markup."""
    count, longest = len(lines), max(map(len, lines))
    stopped = sum(line.rstrip("*_)\"'” ").endswith((*STOPS, ",", ":")) for line in lines)
    hard_breaks = sum(line.endswith("  ") for line in lines)
    filled = sum(len(line) > longest * 0.75 for line in lines)
    markup = sum(line.lstrip()[:1] in "<|{$\\=+[!:#" for line in lines)
    return (
        stopped * 3 > count
        or hard_breaks * 2 > count
        or (filled * 2 > count and longest > 60)
        or markup * 4 > count
    )

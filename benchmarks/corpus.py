"""Read the labelled drafts beside the repository, and score gaps against them as their own script does."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.core.text.draft import Draft, parse
from assistant.core.types import Gap


@dataclass(frozen=True)
class Labelled:
    """A draft with the gaps that a person marked in it."""

    file: str
    repo: str
    finished: bool
    gaps: tuple[dict[str, Any], ...]
    draft: Draft
    language: str = ""


@dataclass
class Score:
    """Counts that add up over files."""

    matched: int = 0
    missed: int = 0
    alarms: int = 0
    duplicates: int = 0
    uncertain: int = 0
    finished: int = 0
    finished_alarms: int = 0
    matched_kinds: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    overlaps: list[float] = field(default_factory=list)
    """Of each matched pair, the lines in both as a share of the lines in either."""

    def add(self, other: Score) -> None:
        """Add the counts of another score."""
        for name in ("matched", "missed", "alarms", "duplicates", "uncertain", "finished", "finished_alarms"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.matched_kinds += other.matched_kinds
        self.known += other.known
        self.overlaps += other.overlaps

    @property
    def precision(self) -> float:
        """The share of found gaps that are labelled, duplicates left out."""
        return self.matched / max(1, self.matched + self.alarms)

    @property
    def recall(self) -> float:
        """The share of labelled gaps that are found."""
        return self.matched / max(1, self.matched + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def find(name: str = "corpus") -> Path | None:
    """Return a corpus' folder: what CORPUS or CORPUS2 names, or the one in `shared` beside this one."""
    named = [Path(os.environ[name.upper()])] if os.environ.get(name.upper()) else []
    beside = Path(__file__).resolve().parents[2] / "shared" / name
    return next((folder for folder in (*named, beside) if (folder / "labels.json").is_file()), None)


def read(folder: Path, part: str = "") -> list[Labelled]:
    """Return every labelled draft, or those of one part of its `split.json`."""
    entries = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    if part:
        names = set(json.loads((folder / "split.json").read_text(encoding="utf-8"))[part])
        entries = [entry for entry in entries if entry["file"] in names]
    return [
        Labelled(
            entry["file"],
            entry["repo"],
            entry["finished"],
            tuple(entry["gaps"]),
            parse((folder / "files" / entry["file"]).read_bytes()),
            entry.get("lang", ""),
        )
        for entry in entries
    ]


def _shared(one: tuple[int, int], two: tuple[int, int]) -> int:
    return min(one[1], two[1]) - max(one[0], two[0]) + 1


def _matches(post: Labelled, gaps: Sequence[Gap]) -> dict[int, tuple[int, float]]:
    """Return which gap matches which certain label, and how well: one to one, the larger overlap first."""
    certain = [gap for gap in post.gaps if gap["certain"]]
    pairs = []
    for i, label in enumerate(certain):
        place = (label["start_line"], label["end_line"])
        for j, gap in enumerate(gaps):
            lines = post.draft.lines(gap.span)
            shared = _shared(place, lines)
            if shared > 0:
                union = place[1] - place[0] + lines[1] - lines[0] + 2 - shared
                pairs.append((-shared / union, label["kind"] != gap.kind.value, i, j))
    matched: dict[int, tuple[int, float]] = {}
    labels: set[int] = set()
    for overlap, _, i, j in sorted(pairs):
        if i not in labels and j not in matched:
            labels.add(i)
            matched[j] = i, -overlap
    return matched


def _touched(post: Labelled, gap: Gap) -> list[bool]:
    """Say of each label that a gap touches whether it is certain."""
    lines = post.draft.lines(gap.span)
    return [
        label["certain"]
        for label in post.gaps
        if _shared((label["start_line"], label["end_line"]), lines) > 0
    ]


def marks(post: Labelled, gaps: Iterable[Gap]) -> list[tuple[float, bool]]:
    """Return the confidence of each gap that is plainly right or wrong, and which it is."""
    gaps = list(gaps)
    matched = _matches(post, gaps)
    return [
        (gap.confidence, j in matched)
        for j, gap in enumerate(gaps)
        if j in matched or not _touched(post, gap)
    ]


def score(post: Labelled, gaps: Iterable[Gap]) -> Score:
    """Match gaps with labels by their lines."""
    gaps = list(gaps)
    matched = _matches(post, gaps)
    certain = [gap for gap in post.gaps if gap["certain"]]
    result = Score(matched=len(matched), missed=len(certain) - len(matched), finished=int(post.finished))
    result.known.update(gap["kind"] for gap in certain)
    result.matched_kinds.update(certain[i]["kind"] for i, _ in matched.values())
    result.overlaps = [overlap for _, overlap in matched.values()]
    for j, gap in enumerate(gaps):
        if j in matched:
            continue
        touched = _touched(post, gap)
        if not all(touched):
            result.uncertain += 1
        elif touched:
            result.duplicates += 1
        else:
            result.alarms += 1
    result.finished_alarms = result.alarms if post.finished else 0
    return result

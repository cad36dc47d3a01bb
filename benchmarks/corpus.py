"""Read the labelled drafts beside the repository, and score gaps against them as their own script does."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
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
    per_file: list[float] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add the counts of another score."""
        for name in ("matched", "missed", "alarms", "duplicates", "uncertain", "finished", "finished_alarms"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.matched_kinds += other.matched_kinds
        self.known += other.known
        self.per_file += other.per_file

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


def find() -> Path | None:
    """Return the corpus' folder: what CORPUS names, or `shared/corpus` beside this repository."""
    named = [Path(os.environ["CORPUS"])] if os.environ.get("CORPUS") else []
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return next((folder for folder in (*named, beside) if (folder / "labels.json").is_file()), None)


def read(folder: Path) -> list[Labelled]:
    """Return every labelled draft."""
    entries = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return [
        Labelled(
            entry["file"],
            entry["repo"],
            entry["finished"],
            tuple(entry["gaps"]),
            parse((folder / "files" / entry["file"]).read_bytes()),
        )
        for entry in entries
    ]


def _shared(one: tuple[int, int], two: tuple[int, int]) -> int:
    return min(one[1], two[1]) - max(one[0], two[0]) + 1


def score(post: Labelled, gaps: Iterable[Gap]) -> Score:
    """Match gaps with labels by their lines, one to one, the larger overlap first."""
    located = [(gap.kind.value, post.draft.lines(gap.span)) for gap in gaps]
    certain = [gap for gap in post.gaps if gap["certain"]]
    places = [(gap["start_line"], gap["end_line"]) for gap in certain]
    pairs = []
    for i, place in enumerate(places):
        for j, (kind, lines) in enumerate(located):
            shared = _shared(place, lines)
            if shared > 0:
                union = place[1] - place[0] + lines[1] - lines[0] + 2 - shared
                pairs.append((-shared / union, certain[i]["kind"] != kind, i, j))
    labels: set[int] = set()
    taken: set[int] = set()
    for _, _, i, j in sorted(pairs):
        if i not in labels and j not in taken:
            labels.add(i)
            taken.add(j)
    result = Score(matched=len(labels), missed=len(certain) - len(labels), finished=int(post.finished))
    result.known.update(gap["kind"] for gap in certain)
    result.matched_kinds.update(certain[i]["kind"] for i in labels)
    unsure = [(gap["start_line"], gap["end_line"]) for gap in post.gaps if not gap["certain"]]
    for j, (_, lines) in enumerate(located):
        if j in taken:
            continue
        if any(_shared(place, lines) > 0 for place in unsure):
            result.uncertain += 1
        elif any(_shared(place, lines) > 0 for place in places):
            result.duplicates += 1
        else:
            result.alarms += 1
    result.finished_alarms = result.alarms if post.finished else 0
    if certain or result.alarms:
        result.per_file.append(result.f1)
    elif not certain:
        result.per_file.append(1.0)
    return result


def total(posts: Iterable[Labelled], locate: Callable[[Labelled], Iterable[Gap]]) -> Score:
    """Return the score of `locate` over posts."""
    result = Score()
    for post in posts:
        result.add(score(post, locate(post)))
    return result

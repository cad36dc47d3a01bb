"""Invented facts in free wording, to see how much the checks depend on templates.

The same author wrote the checks and the templates of `benchmarks.invention`. `freely.txt` holds sentences
that rules were made from, and others that were never looked at.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.invention import Fact


def facts() -> dict[str, list[Fact]]:
    """Read the sentences, the "seen" ones and the "held out" ones."""
    groups: dict[str, list[Fact]] = {}
    group = ""
    for line in (Path(__file__).parent / "freely.txt").read_text("utf-8").splitlines():
        if line.startswith("# ") and ":" in line:
            group = line[2:].partition(":")[0]
        elif line and not line.startswith("#"):
            kind, sentence, words = line.split("|")
            groups.setdefault(group, []).append(Fact(kind, sentence, words))
    return groups

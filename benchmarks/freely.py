"""Invented facts in freer words than the templates have, to see what these owe to being templates.

The checks look for what tells a claim apart, as do the templates of `benchmarks.invention`, by the same hand.
`freely.txt` holds sentences that rules were made from, and others that nobody has looked at.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.invention import Fact


def facts() -> dict[str, list[Fact]]:
    """Effect: reads the sentences, those "seen" and those "held out"."""
    found: dict[str, list[Fact]] = {}
    group = ""
    for line in (Path(__file__).parent / "freely.txt").read_text("utf-8").splitlines():
        if line.startswith("# ") and ":" in line:
            group = line[2:].partition(":")[0]
        elif line and not line.startswith("#"):
            kind, sentence, words = line.split("|")
            found.setdefault(group, []).append(Fact(kind, sentence, words))
    return found

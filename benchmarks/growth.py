"""Time the locator on texts made to slow it down: its time must grow with their length only.

python -m benchmarks growth
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse

HOSTILE = json.loads((Path(__file__).resolve().parents[1] / "tests/cases/hostile.json").read_text("utf-8"))
"""Pieces that, repeated, tempt an algorithm to look again and again at all that went before."""


def seconds(text: str, *, runs: int = 3) -> float:
    """Return the fewest processor seconds that parsing and locating takes."""
    words, data = load_words(), text.encode()
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        find_gaps(parse(data), words=words)
        best = min(best, time.process_time() - start)
    return best


def run() -> None:
    """Print how much longer eight times the text takes; 8 is linear, 64 is a square."""
    print("growth: 160 kB compared with 20 kB (8 is linear, 64 is a square)")
    for name, piece in HOSTILE.items():
        small, large = (seconds(piece * (size // len(piece))) for size in (20_000, 160_000))
        print(f"  {name:24} {large / small:5.1f}  ({large:.3f} s)")

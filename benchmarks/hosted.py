"""Time 32 gaps at a hosted-style server that takes a second for each, with 8 requests at a time."""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "drafts" / "2024-06-03-delegating-without-disappearing.md"
GAPS, JOBS = 32, 8
IDEAL = GAPS / JOBS
MOST = 1.35 * IDEAL + 0.8
"""Seconds: a third more than no waiting at all, and the start of the program."""


def text(request: dict[str, Any]) -> str:
    """Return five sentences of the sample's words in an order of their own, as no two gaps get like texts."""
    words = re.findall(r"\b[a-z]{3,}\b", SAMPLE.read_text("utf-8"))
    shuffled = random.Random(request["seed"]).sample(words, 60)
    return " ".join(f"I {' '.join(shuffled[at : at + 12])}." for at in range(0, 60, 12))


def run() -> None:
    """Print how long the whole command takes, beside what the server alone needs."""
    sys.path.insert(0, str(ROOT / "tests"))
    import fakes

    opening = "I wrote down what I saw, and I asked the others what they made of it."
    headings = "".join(f"\n## What happened on day {number}\n" for number in range(1, GAPS + 1))
    with tempfile.TemporaryDirectory() as folder, fakes.serving(wait=1.0, answer=text) as server:
        draft = Path(folder, "draft.md")
        draft.write_text(f"---\ntitle: A month\n---\n\n{opening}\n{headings}", encoding="utf-8")
        environment = {**os.environ, "ASSISTANT_STATE": folder, "ASSISTANT_CONFIG": f"{folder}/none"}
        command = ["expand", str(draft), "--json", "--jobs", str(JOBS), "--base-url", server.url]
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "assistant", *command], env=environment, capture_output=True, check=True
        )
        took = time.perf_counter() - begun
        sent = len(server.requests)
    busy = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{sent} requests in {took:.1f} s (at most {MOST:.1f}), {busy.ru_utime + busy.ru_stime:.1f} s "
        f"of them the processor's; {took / IDEAL:.2f} times the server's own {IDEAL:.0f} s"
    )


if __name__ == "__main__":
    run()

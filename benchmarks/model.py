"""Show what the built-in model writes for the sample draft, and how much of its prompts is cached."""

from __future__ import annotations

import time
from pathlib import Path

from assistant.app import workspace
from assistant.app.models import connect
from assistant.app.run import Run
from assistant.core.types import Expanded, Failed, Partial

SAMPLE = Path(__file__).resolve().parents[1] / "drafts" / "2024-06-03-delegating-without-disappearing.md"


def run() -> None:
    """Print hunks, cached shares and times for the sample draft."""
    begun = time.perf_counter()
    sample = workspace.open_draft(str(SAMPLE), model="built-in")
    connection = connect(sample.settings, cached=False)
    try:
        job = workspace.job(sample, connection=connection)
        ready, first, hunks = time.perf_counter() - begun, 0.0, 0
        for event in Run(sample, sample.gaps, job, connection).events():
            if isinstance(event, Partial) and event.text and not first:
                first = time.perf_counter() - begun
            elif isinstance(event, Failed):
                print(f"  failed: {event.message}")
            elif isinstance(event, Expanded):
                hunks += len(event.hunks)
                share = event.usage.cached_tokens / max(event.usage.prompt_tokens, 1)
                where = event.gap.heading_path[-1]
                print(f"  {where:32} {event.usage.prompt_tokens:5} tokens sent, {share:4.0%} of them cached")
    finally:
        connection.close()
    print(f"{hunks} hunks (5 and the removed line); from the second gap on, at least 85 % cached is wanted")
    whole = time.perf_counter() - begun
    print(f"ready after {ready:.1f} s, first words after {first:.1f} s, all after {whole:.1f} s")


if __name__ == "__main__":
    run()

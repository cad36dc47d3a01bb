"""Time what a command takes of a processor at a prompt, compared with `import typer`, which all need."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "drafts" / "2024-06-03-delegating-without-disappearing.md"

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""An installed program is compiled already, as its libraries are, whatever the shell of a developer says."""


def run() -> None:
    """Print how long `--help` and `locate` take, in times of `import typer`."""
    command = [sys.executable, "-m", "assistant"]
    script = Path(sys.executable).parent / "assistant"
    if script.exists():
        command = [str(script)]
    peer = [sys.executable, "-c", "import typer"]
    commands = {"--help": [*command, "--help"], "locate, the sample": [*command, "locate", str(SAMPLE)]}
    times: dict[str, list[float]] = {name: [] for name in ("peer", *commands)}
    for _ in range(11):  # by turns, so that whatever else the machine does meets all of them
        for name, words in (("peer", peer), *commands.items()):
            times[name].append(_seconds(words))
    typer = min(times.pop("peer"))
    print(f"python -c 'import typer': {typer * 1000:.0f} ms")
    for (name, seconds), limit in zip(times.items(), (2, 3), strict=True):
        print(f"  assistant {name:20} {min(seconds) / typer:4.1f} times that (at most {limit})")


def _seconds(command: list[str]) -> float:
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=ENVIRONMENT)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime - begun.ru_utime + ended.ru_stime - begun.ru_stime


if __name__ == "__main__":
    run()

"""Run every benchmark, or the named ones: `python -m benchmarks [startup locator review …]`."""

from __future__ import annotations

import importlib
import os
import sys

ALL = (
    "startup",
    "locator",
    "reading",
    "growth",
    "review",
    "web",
    "editors",
    "post_index",
    "hosted",
    "scale",
    "truth",
    "forms",
    "model",
    "decode",
    "voice",
    "clean",
)
"""The last four have the built-in model write, for an hour or so."""


def main() -> None:
    """Print the figures of each module's `run`."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as where it is installed
    for name in sys.argv[1:] or ALL:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main()

"""Starts the command line: `python -m assistant`, and the command `assistant`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # importing makes no garbage worth looking for
    from assistant.frontends.cli import run

    gc.enable()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

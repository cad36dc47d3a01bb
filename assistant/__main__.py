"""Starts the command line: `python -m assistant`, and the command `assistant`."""

from __future__ import annotations

import sys


def main() -> None:
    """Effect: runs the command line and ends the process with its exit code."""
    from assistant.frontends.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

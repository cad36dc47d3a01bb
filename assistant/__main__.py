"""Starts the command line: `python -m assistant`, and the command `assistant`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # importing makes no garbage worth looking for
    from assistant.frontends.cli import run

    gc.enable()
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        gc.freeze()  # nor is the end of the process the time to look for it, for 0.2 s


if __name__ == "__main__":
    main()

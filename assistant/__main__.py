"""Starts the command line: `python -m assistant`, and the command `assistant`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        import gc
        import signal

        # While modules are imported, Ctrl-C ends the process at once: some would catch the exception.
        if (handler := signal.getsignal(signal.SIGINT)) is signal.default_int_handler:
            signal.signal(signal.SIGINT, lambda *_: os._exit(130))
        gc.set_threshold(50_000)  # starting makes no garbage worth looking for at every 700 objects
        from assistant.frontends.cli import run

        signal.signal(signal.SIGINT, handler)
    except KeyboardInterrupt:
        os._exit(130)
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        gc.freeze()  # and the end of the process is not the time to look for it, for 0.2 s


if __name__ == "__main__":
    main()

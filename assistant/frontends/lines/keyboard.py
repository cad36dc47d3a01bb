"""Single keys from a terminal."""

from __future__ import annotations

import os
import sys


def forget_keys() -> None:
    """Drop keys that were pressed before the question was there, so that none decides unseen."""
    if not sys.stdin.isatty():
        return
    try:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except ImportError:  # Windows
        import msvcrt

        while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]


def read_key() -> str:
    """Wait for one key and return it. Raises `KeyboardInterrupt` for Ctrl-C, `EOFError` for Ctrl-D."""
    key = _read_key()
    if key == "\x03":
        raise KeyboardInterrupt
    if key in ("\x04", ""):
        raise EOFError
    return key


def _read_key() -> str:
    try:
        import termios
        import tty
    except ImportError:  # Windows
        import msvcrt

        return str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
    sys.stdout.flush()
    handle = sys.stdin.fileno()
    saved = termios.tcgetattr(handle)
    try:
        tty.setraw(handle, termios.TCSADRAIN)
        # Output processing stays on, so that a line printed by another thread begins at the left.
        mode = termios.tcgetattr(handle)
        mode[1] |= termios.OPOST
        termios.tcsetattr(handle, termios.TCSADRAIN, mode)
        first = os.read(handle, 1)
        if first == b"\x1b":  # an arrow or function key: take the rest of it away, mean nothing by it
            import select

            while select.select([handle], [], [], 0.02)[0] and os.read(handle, 1):
                pass
        return first.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, saved)

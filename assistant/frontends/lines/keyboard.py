"""Single keys and lines from a terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

_SEQUENCE_SECONDS = 0.02
"""Within this time after Esc comes the rest of what an arrow or function key sends."""


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
    if (key := _read_key()) == "\x03":
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

            while select.select([handle], [], [], _SEQUENCE_SECONDS)[0] and os.read(handle, 1):
                pass
        return first.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, saved)


def read_line(ask: Callable[[], None]) -> str:
    """Have a question shown, wait for a line, and return it; on a terminal, Esc ends it at once.

    A line that Esc ended has it at its end; the rest of an arrow or function key is dropped.
    """
    try:
        import termios
    except ImportError:  # Windows, where Esc empties the line
        termios = None  # type: ignore[assignment,unused-ignore]
    if termios is None or not sys.stdin.isatty():
        ask()
        return sys.stdin.readline()
    handle, line = sys.stdin.fileno(), b""
    saved, mode = termios.tcgetattr(handle), termios.tcgetattr(handle)
    mode[6][termios.VEOL] = b"\x1b"  # a second sign, apart from Enter, that hands over what was typed
    try:
        termios.tcsetattr(handle, termios.TCSADRAIN, mode)
        ask()
        sys.stdout.flush()
        while not line.endswith((b"\n", b"\x1b")) and (part := os.read(handle, 4096)):
            line += part
        if line.endswith(b"\x1b"):
            time.sleep(_SEQUENCE_SECONDS)
            termios.tcflush(handle, termios.TCIFLUSH)
            print(flush=True)
        return line.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, saved)

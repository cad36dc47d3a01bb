"""How fast this machine reads a prompt, measured once for each model, and how long a prompt may be for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_SAMPLE = "The kettle is on, the window is open, and the first page of the notebook is still empty. " * 5
"""Some 100 tokens: two seconds on a slow machine."""
_QUICK_SECONDS = 3.0
_PATIENT_SECONDS = 13.0
"""The first word comes within 20 seconds: these, and seven to load, to measure and to read one request."""
_ENOUGH_TOKENS = 1200
"""Two or three exemplars and the outline; more makes the text no better on a small model."""
_MIN_TOKENS = 700
"""Rules, outline and two finished pieces: with less, texts are hardly on the subject.

A machine that was busy while it was measured would otherwise always get short prompts.
"""


def tokens_a_second(file: Path, read: Callable[[str], int]) -> float:
    """Return how many tokens of a prompt the model reads in a second, as noted in `file`, else measured now.

    `read` has the model read a text, and returns its tokens.
    """
    with suppress(OSError, ValueError):
        return float(file.read_text("utf-8"))
    read("Hello.")  # the first request after loading is slower than all others
    start = time.monotonic()
    speed = read(_SAMPLE) / max(time.monotonic() - start, 0.001)
    with suppress(OSError):
        file.write_text(f"{speed:.1f}\n", "utf-8")
    return speed


def prefix_tokens(speed: float) -> int:
    """Return the most tokens that the prompts of a draft may share on a machine that reads at this speed.

    A fast machine reads a long prompt in three seconds; a slow one gets a short prompt.
    """
    return int(max(speed * _QUICK_SECONDS, min(_ENOUGH_TOKENS, speed * _PATIENT_SECONDS), _MIN_TOKENS))

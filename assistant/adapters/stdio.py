"""Keeps stdin and stdout for the protocol: one stray line on stdout would end the conversation."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def taken() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Effect: gives the real stdin and stdout out, and sends whatever else is printed to stderr.

    The descriptors themselves are exchanged, so that native code and child processes are caught as well.
    """
    stdin, stdout = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with os.fdopen(stdin, "rb") as reader, os.fdopen(stdout, "wb") as writer:
        yield reader, writer

"""Put off the search for cycles of objects while a draft is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """Have Python look for no cycles inside, of which reading a draft makes none, or use it as a decorator.

    In a long draft, the search takes a tenth of the time, as it goes through all blocks again and again.
    Of two threads that read at once, the first to end may turn it on for the other, which only costs time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

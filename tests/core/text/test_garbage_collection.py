"""While a draft is read, Python doesn't look for cycles; afterwards it does as before."""

from __future__ import annotations

import gc

import pytest

from assistant.core.text import garbage_collection


def test_the_search_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), garbage_collection.paused():
        assert not gc.isenabled()
        raise ValueError("x")
    assert gc.isenabled()


def test_a_search_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with garbage_collection.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()

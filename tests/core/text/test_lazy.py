"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from assistant.core.text import lazy


def test_a_pattern_is_compiled_when_it_is_first_used() -> None:
    """Until then even a wrong one does no harm; afterwards it is as good as one of `re`."""
    wrong = lazy.pattern("(")
    with pytest.raises(re.error):
        wrong.match("(")
    words = lazy.pattern(r"[a-z]+", re.I)
    assert words.findall("To be") == ["To", "be"] and words.pattern == r"[a-z]+"

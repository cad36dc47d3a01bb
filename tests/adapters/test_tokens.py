"""Tokens are counted without the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.adapters.tokens import counter


def test_counting_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty cache and no way out, counts still come, for known and unknown models."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    def no_network(*_: object, **__: object) -> object:
        raise AssertionError("counting went to the network")

    monkeypatch.setattr("requests.Session.request", no_network)
    for model in ("gpt-4o", "no-such-model", "built-in"):
        count = counter(model)
        assert count("") == 0
        assert 2 <= count("Hello there, reader.") <= 8
        assert count("<|endoftext|>") > 1


def test_a_very_long_word_is_counted_in_linear_time() -> None:
    """A megabyte without a blank is counted in pieces."""
    assert counter("x")("a" * 1_000_000) > 1000

"""Several servers behind nginx, as docs/scale.md sets them up: where one dies, no text is lost or doubled."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest
from conftest import program

from benchmarks import scale


@pytest.mark.slow
def test_no_text_is_lost_when_a_server_dies(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two is killed while it answers: the other one gets its requests, and the run ends well."""
    monkeypatch.setenv("PATH", "/usr/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin")
    nginx = program("nginx")
    with scale.Server(seconds=1.0) as first, scale.Server(seconds=1.0) as second:

        def fault() -> None:
            first.wait()
            first.__exit__()

        with scale.balanced([first, second], nginx) as url:
            outcome = scale.expand(url, 3, jobs=8, faults=threading.Thread(target=fault, daemon=True))
        assert (outcome.code, outcome.texts) == (0, Counter({1: 15}))
        first.__enter__()  # to be ended as the other one is

"""What a terminal shows while a model is at work."""

from __future__ import annotations

import sys

import pytest

from assistant.core.types import Gap, GapKind, Partial, Span
from assistant.frontends.progress import writing_progress


def test_the_words_of_an_answer_that_could_not_be_used_are_not_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each piece adds to its own text."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    oars, ropes = (Gap(name, GapKind.EMPTY_SECTION, Span(0, 0), (name,), "") for name in ("Oars", "Ropes"))
    show = writing_progress()
    for gap, text, restarts in (
        (oars, "Sorry, I can", False),
        (oars, "'t write that.", False),
        (ropes, "Tar the ro", False),
        (oars, "Ash is ", True),
        (ropes, "pes twice.", False),
        (oars, "best.", False),
    ):
        show(Partial(gap, None, text, restarts))
    shown = capsys.readouterr().err.split("\r\x1b[K")
    assert shown[-1] == "writing Oars … 7 words" and shown[2] == "writing Oars … 5 words"

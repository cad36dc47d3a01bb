"""The model in a child process of ours, over the child's whole life."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.adapters import local_model
from assistant.adapters.local_model.process import InProcess
from assistant.core.types import ListStyle, Message
from assistant.errors import ModelError

ASKED = [Message("user", "Say in a few words what a heron is.")]


@pytest.fixture
def model(cache: Path) -> Iterator[InProcess]:
    """Run the built-in model."""
    path = local_model.model_file(cache=cache, report=lambda done, whole: None)
    running = InProcess(path, jobs=2, context=512)
    yield running
    running.close()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_child_that_died_is_started_anew(model: InProcess) -> None:
    """The next request is answered by a new child, with the same text as by the old one."""
    first = model.complete(ASKED, max_tokens=12, seed=1)
    model._server._process.send_signal(signal.SIGKILL)
    model._server._process.wait(5)
    assert model.complete(ASKED, max_tokens=12, seed=1).text == first.text


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_child_that_dies_as_it_writes_is_told_of(model: InProcess) -> None:
    """Half a text is not begun again behind the author's back; the reason is said, and the next try works."""

    def kill(text: str) -> None:
        model._server._process.send_signal(signal.SIGKILL)
        model._server._process.wait(5)

    with pytest.raises(ModelError, match="ended by SIGKILL as it wrote; try again"):
        model.complete(ASKED, max_tokens=200, seed=1, on_text=kill)
    assert model.complete(ASKED, max_tokens=5, seed=1).text


def test_an_authors_words_weigh(model: InProcess) -> None:
    """A word that is made unlikely hardly comes; the model itself is as it was."""
    asked = [Message("user", "Tell in some sentences what a heron does in the morning.")]
    plain = model.complete(asked, max_tokens=80, seed=1)
    lean = model.in_voice({"the": -20.0, "a": -20.0})
    text = lean.complete(asked, max_tokens=80, seed=1).text
    assert " the " in plain.text and " the " not in text and " a " not in text
    assert model.complete(asked, max_tokens=80, seed=1).text == plain.text
    assert lean.extra != model.extra  # so that kept answers tell them apart


@pytest.mark.parametrize(
    ("style", "line"),
    [
        (ListStyle("*"), r"\* [^*\n]+\."),
        (ListStyle("-", numbered=True, words=6.0), r"{number}\. [^*\n]+\."),
        (ListStyle("+", lead_ins=True), r"\+ \*\*[^*\n]+\*\*[.:]? [^*\n]+\."),
    ],
)
def test_a_list_is_written_where_one_is_due(model: InProcess, style: ListStyle, line: str) -> None:
    """Asked in words a small model writes prose; held to a list, whole items in the author's style."""
    asked = [Message("user", "Post: Why I keep bees\nSection: What you need\nWords: 60 to 90, as a list")]
    reply = model.in_voice({}, lists=style).complete(asked, max_tokens=90, seed=1)
    whole = reply.text.rstrip("\n").split("\n")[: -1 if reply.finish == "length" else None]
    assert len(whole) >= 2
    for number, item in enumerate(whole, 1):
        assert re.fullmatch(line.replace("{number}", str(number)), item), item

"""The model in a child process of ours, over the child's whole life."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.adapters.local_model import catalogue
from assistant.adapters.local_model.download import model_file
from assistant.adapters.local_model.model import LocalModel
from assistant.core.types import Capabilities, Message, Request
from assistant.errors import ModelError

REQUEST = Request((Message("user", "Say in a few words what a heron is."),), max_tokens=12, seed=1)


@pytest.fixture
def model(cache: Path) -> Iterator[LocalModel]:
    """Run the smallest model."""
    entry = catalogue.find(catalogue.LAST_RESORT)
    assert entry is not None
    path = model_file(entry, cache=cache, report=lambda done, whole: None)
    capabilities = Capabilities(context=512)
    running = LocalModel(path, jobs=2, capabilities=capabilities, sampling=entry.sampling)
    yield running
    running.close()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_child_that_died_is_started_again(model: LocalModel) -> None:
    """The next request is answered by a new child, with the same text as by the old one."""
    (first,) = model.answer(REQUEST)
    model._process._process.send_signal(signal.SIGKILL)
    model._process._process.wait(5)
    assert model.answer(REQUEST)[0].text == first.text


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_child_that_dies_as_it_writes_is_told_of(model: LocalModel) -> None:
    """Half a text is not begun again behind the author's back; the reason is said, and the next try works."""

    def kill(text: str) -> None:
        model._process._process.send_signal(signal.SIGKILL)
        model._process._process.wait(5)

    with pytest.raises(ModelError, match="ended by SIGKILL as it wrote; try again"):
        model.answer(replace(REQUEST, max_tokens=200, on_text=kill))
    assert model.answer(REQUEST)[0].text

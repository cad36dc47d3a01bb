"""The model in our own child process, over the child's whole life."""

from __future__ import annotations

import itertools
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.adapters.local_model import catalogue, speed
from assistant.adapters.local_model.download import model_file
from assistant.adapters.local_model.model import LocalModel
from assistant.adapters.local_model.prefixes import forget
from assistant.core.types import Capabilities, Message, Request
from assistant.errors import ModelError

REQUEST = Request((Message("user", "Say in a few words what a heron is."),), max_tokens=12, seed=1)


@pytest.fixture
def model(cache: Path) -> Iterator[LocalModel]:
    """Run the smallest model."""
    entry = catalogue.last_resort()
    path = model_file(entry, cache=cache, report=lambda done, whole: None)
    capabilities = Capabilities(context=512)
    running = LocalModel(path, jobs=2, capabilities=capabilities, sampling=entry.sampling)
    yield running
    running.close()


@pytest.mark.slow  # starts the real model twice
@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_child_that_died_is_started_again(model: LocalModel) -> None:
    """The next request is answered by a new child, with the same text as by the old one.

    Where it dies as it writes, half a text is not begun again behind the author's back; the reason is said.
    """

    def kill(text: str = "") -> None:
        model._process._process.send_signal(signal.SIGKILL)
        model._process._process.wait(60)

    (first,) = model.answer(REQUEST)
    kill()
    with pytest.raises(ModelError, match="ended by SIGKILL while it was writing; try again"):
        model.answer(replace(REQUEST, max_tokens=200, on_text=kill))
    assert model.answer(REQUEST)[0].text == first.text


SHARED = (
    Message("system", "You write about birds, in short and friendly sentences. " * 6),
    Message("user", "Write about the wren."),
    Message("assistant", "The wren is small and loud. I like it for both."),
)


def about(bird: str) -> Request:
    return Request(
        (*SHARED, Message("user", f"Write about the {bird}.")), max_tokens=8, seed=1, shared=len(SHARED)
    )


def keeping(cache: Path, folder: Path) -> LocalModel:
    """Run the smallest model with a folder for what it computed."""
    entry = catalogue.last_resort()
    path = model_file(entry, cache=cache, report=lambda done, whole: None)
    return LocalModel(
        path,
        jobs=3,
        capabilities=Capabilities(context=1024, prefix_tokens=400),
        sampling=entry.sampling,
        prefix_folder=folder,
    )


def test_shared_messages_are_read_once_by_all_requests_and_later_runs(cache: Path, tmp_path: Path) -> None:
    """Three requests at once, and one of a second process, find the shared messages computed."""
    model = keeping(cache, tmp_path / "prefixes")
    with ThreadPoolExecutor() as pool:
        replies = [reply for (reply,) in pool.map(model.answer, map(about, ("heron", "rook", "kite")))]
    model.close()
    again = keeping(cache, tmp_path / "prefixes")
    read: list[tuple[int, int]] = []
    replies += again.answer(replace(about("owl"), on_reading=lambda *tokens: read.append(tokens)))
    again.close()
    for reply in replies:
        assert reply.text and reply.usage.cached_tokens > 0.7 * reply.usage.prompt_tokens
    assert read and read[-1][0] == read[-1][1]
    (kept,) = (tmp_path / "prefixes").glob("*.bin")
    assert kept.stat().st_mode & 0o077 == 0
    forget(tmp_path / "prefixes")
    assert not kept.exists()


@pytest.mark.slow  # has the real model read three long prompts
def test_prompts_are_read_one_after_the_other(cache: Path, tmp_path: Path) -> None:
    """The first words wait for one prompt, not for those of all requests at work."""
    model, steps = keeping(cache, tmp_path / "prefixes"), list[str]()

    def ask(bird: str) -> None:
        def on_reading(done: int, whole: int) -> None:
            if done >= whole or bird not in steps:
                steps.append(bird)

        model.answer(replace(about(f"{bird}, " * 40), on_reading=on_reading))

    with ThreadPoolExecutor() as pool:
        list(pool.map(ask, ("heron", "rook", "kite")))
    model.close()
    assert sorted(bird for bird, _ in itertools.groupby(steps)) == ["heron", "kite", "rook"]


def test_the_speed_is_measured_once_and_decides_how_long_prompts_are(tmp_path: Path) -> None:
    """A slow machine gets a prompt that it reads in 13 seconds, a fast one what it reads in three."""
    texts: list[str] = []

    def read(text: str) -> int:
        texts.append(text)
        return 100

    first = speed.tokens_a_second(tmp_path / "speed", read)
    assert len(texts) == 2
    assert (
        speed.tokens_a_second(tmp_path / "speed", read) == pytest.approx(first, abs=0.1) and len(texts) == 2
    )
    assert [speed.prefix_tokens(s) for s in (50, 100, 2000)] == [700, 1200, 6000]

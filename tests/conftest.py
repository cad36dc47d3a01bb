"""What all tests share: a home of their own, the sample draft, and the command in a subprocess."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fakes

# A shell that runs tests in the background has them, and what they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = "2024-06-03-delegating-without-disappearing.md"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that holds the built-in model: one for all tests, kept where the caller says."""
    own = os.environ.get("ASSISTANT_CACHE")
    return Path(own) if own else tmp_path_factory.mktemp("cache")


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own and an environment without servers and keys."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "ASSISTANT_MODEL",
        "VISUAL",
        "EDITOR",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("ASSISTANT_CACHE", str(cache))
    monkeypatch.setenv("ASSISTANT_STATE", str(folder / "state"))
    monkeypatch.setenv("ASSISTANT_CONFIG", str(folder / "config.toml"))
    return folder


@pytest.fixture
def blog(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the sample draft and its series into a blog of the test's own, and go there."""
    folder = tmp_path / "blog"
    shutil.copytree(ROOT / "drafts", folder / "drafts")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def sample(blog: Path) -> Path:
    """Return the path of the sample draft, as a user in the blog would give it."""
    return Path("drafts") / SAMPLE


@pytest.fixture
def server() -> Iterator[fakes.FakeServer]:
    """Run a fake model server for the test."""
    with fakes.serving() as fake:
        yield fake


def command() -> str:
    """Return the path of the installed command."""
    return shutil.which("assistant", path=str(Path(sys.executable).parent)) or "assistant"


Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run(home: Path) -> Run:
    """Return a function that runs the installed command and gives its exit code, stdout and stderr."""

    def call(
        *arguments: object, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [command(), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env={**os.environ, **environment},
            timeout=120,
            check=False,
        )

    return call

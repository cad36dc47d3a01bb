"""What all tests share: a home of their own, the sample draft, a fake model server, and the command."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fakes
import forks
from tmux import Tmux

# A shell that runs tests in the background has them, and what they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test depends on how fast the machine is. `make test-all` names the other profile.
for profile, examples in {"quick": 30, "thorough": 200}.items():
    hypothesis.settings.register_profile(
        profile,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
hypothesis.settings.load_profile("quick")

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = "2024-06-03-delegating-without-disappearing.md"


@pytest.fixture(scope="session")
def cache(pytestconfig: pytest.Config) -> Path:
    """Return the folder with the built-in model, which all workers and later runs share.

    It is ASSISTANT_CACHE if that is set, and lies in `.pytest_cache` otherwise. The model is downloaded by
    the first test that needs it; the download's own lock makes the others wait.
    """
    own = os.environ.get("ASSISTANT_CACHE")
    return Path(own) if own else pytestconfig.cache.mkdir("assistant")  # type: ignore[union-attr]


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own and an environment without servers and keys.

    Only the downloaded models are shared with other tests; what else the program caches starts empty.
    """
    folder = tmp_path / "home"
    (folder / "cache").mkdir(parents=True)
    (cache / "models").mkdir(parents=True, exist_ok=True)
    (folder / "cache" / "models").symlink_to(cache / "models", target_is_directory=True)
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
    monkeypatch.setenv("ASSISTANT_CACHE", str(folder / "cache"))
    monkeypatch.setenv("ASSISTANT_STATE", str(folder / "state"))
    monkeypatch.setenv("ASSISTANT_CONFIG", str(folder / "config.toml"))
    fakes.retry_soon()
    (folder / "config.toml").write_text('locate = "local"\n')  # tests of the reading itself ask for it
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


def program(name: str) -> str:
    """Return the path of a program that a test drives, or skip the test where it is not installed.

    With ASSISTANT_EDITORS=required, as in .ci/run, a test whose program is missing fails.
    """
    path = shutil.which(name)
    if path is None:
        packages = "neovim emacs-nox elpa-eglot elpa-markdown-mode vim kakoune tmux zsh fish nginx-light"
        reason = f"{name} is not installed (Debian: {packages})"
        if os.environ.get("ASSISTANT_EDITORS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


Completed = subprocess.CompletedProcess[bytes]
Run = Callable[..., Completed]


@pytest.fixture
def run(home: Path) -> Run:
    """Return a function that runs the command without a terminal, and gives what `subprocess.run` gives.

    It takes the arguments, `stdin` in bytes, and environment variables by name.
    """
    return forks.run


@pytest.fixture
def run_installed(home: Path) -> Run:
    """Return a function like that of `run` for what only the installed command can show."""

    def call(*arguments: object, stdin: bytes = b"", **environment: str) -> Completed:
        return subprocess.run(
            [command(), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env={**os.environ, **environment},
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def tmux(home: Path) -> Iterator[Tmux]:
    """Return a terminal with a shell in it."""
    program("tmux")
    # A name of its own for each test: a server that is still ending takes no new session.
    terminal = Tmux(f"assistant-{uuid.uuid4().hex[:12]}")
    yield terminal
    subprocess.run(["tmux", "-L", terminal.name, "kill-server"], capture_output=True, check=False)

"""The model in a process of its own: the same text each time, and an end with its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.local_model import catalogue
from assistant.adapters.local_model.download import model_file
from assistant.adapters.local_model.process import ModelProcess, start
from assistant.errors import ModelUnavailable

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc as on POSIX")
SMALL = catalogue.last_resort()

PARENT = """
import sys, time
from pathlib import Path
from assistant.adapters.local_model.process import start
server = start(Path(sys.argv[1])).wait()
print(server._process.pid, server.base_url, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def path(cache: Path) -> Path:
    """Return the file of the smallest model, fetched if need be."""
    return model_file(SMALL, cache=cache, report=lambda done, whole: None)


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[ModelProcess]:
    """Run the smallest model."""
    with closing(start(path)) as running:
        yield running


def ask(server: ModelProcess, question: str, *, key: str = "", **fields: Any) -> dict[str, Any]:
    """Send a question after a long beginning that all questions share."""
    shared = "You finish an author's draft. " + "The notebook was full, and the week was not quiet. " * 25
    messages = [{"role": "system", "content": shared}, {"role": "user", "content": question}]
    body = {
        "messages": messages,
        "max_tokens": 24,
        "seed": 3,
        **SMALL.sampling,
        **fields,
    }
    request = urllib.request.Request(server.base_url + "/chat/completions", json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {key or server.api_key}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return dict(json.load(answer))


def text(answer: dict[str, Any]) -> str:
    return str(answer["choices"][0]["message"]["content"])


def test_the_server_is_on_loopback_and_wants_its_key(server: ModelProcess) -> None:
    """Only this machine can reach it, and on this machine only who was given the key."""
    assert server.base_url.startswith("http://127.0.0.1:")
    assert server.context == 8192
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(server, "Who are you?", key="guessed")
    refused.value.close()
    assert refused.value.code == 401


@POSIX
def test_the_key_is_in_no_command_line_and_no_environment(server: ModelProcess) -> None:
    """Other users of the machine, who can list processes, don't see the key."""
    server.wait()
    listed = subprocess.run(["ps", "eww", str(server._process.pid)], capture_output=True, text=True).stdout
    assert "local_model.child" in listed
    assert server.api_key not in listed


@pytest.mark.slow
def test_the_same_request_gives_the_same_text_whatever_else_is_asked(path: Path) -> None:
    """Neither what came before a request, nor what runs beside it, nor a full cache changes its answer."""
    questions = ["Write about choosing what to hand over.", "Write about the river.", "Why did it go wrong?"]
    with closing(start(path)) as first, ThreadPoolExecutor(4) as pool:
        cold = [ask(first, question) for question in questions]
        again = list(pool.map(lambda question: ask(first, question), [*reversed(questions), questions[0]]))
    with closing(start(path)) as second:
        other = ask(second, questions[2])
    expected = [text(answer) for answer in cold]
    assert len(set(expected)) == 3
    assert [text(answer) for answer in again] == [*reversed(expected), expected[0]]
    assert text(other) == expected[2]


@pytest.mark.slow
def test_what_prompts_share_is_computed_once(server: ModelProcess) -> None:
    """The second and later prompts, sent together, come out of the cache for four fifths or more."""
    ask(server, "Write about choosing what to hand over.")
    with ThreadPoolExecutor(4) as pool:
        later = list(
            pool.map(
                lambda n: ask(server, f"Write about the {n} week."), ["first", "second", "third", "last"]
            )
        )
    for answer in later:
        usage = answer["usage"]
        assert usage["prompt_tokens_details"]["cached_tokens"] >= 0.8 * usage["prompt_tokens"]


@POSIX
def test_the_child_ends_when_its_parent_is_killed(path: Path) -> None:
    """A session that dies without a word leaves no process behind."""
    command = [sys.executable, "-c", PARENT, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline().split()[0])
        os.kill(child, signal.SIGINT)  # the terminal's Ctrl-C is not for the child
        os.kill(child, 0)
        parent.kill()
    deadline = time.monotonic() + 60
    while _runs(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not yet collected does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


@POSIX
def test_a_crash_of_native_code_spares_the_session(path: Path) -> None:
    """The child can die of a signal; the parent lives, knows the reason, and can close it."""
    with closing(start(path)) as server:
        server.wait()
        assert server.alive() and server.exit_reason() == ""
        server._process.send_signal(signal.SIGSEGV)
        server._process.wait(60)
        assert not server.alive()
        assert server.exit_reason() == "ended by SIGSEGV"


def test_closing_waits_for_no_answer_and_can_be_repeated(path: Path) -> None:
    """An answer being written does not hold up the end."""
    server = start(path)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(ask, server.wait(), "Write a long story.", max_tokens=2000)
        time.sleep(0.3)
        server.close()
        server.close()
        assert pending.exception() is not None
    assert server.exit_reason() == "closed"


def test_a_server_closed_before_it_was_ready_says_so(path: Path) -> None:
    """Waiting for a server that was closed ends with an error and does not hang."""
    server = start(path)
    server.close()
    with pytest.raises(ModelUnavailable):
        server.wait()


def test_a_model_that_loads_too_slowly_is_given_up(path: Path) -> None:
    """The time limit ends the wait and the child."""
    server = start(path)
    with pytest.raises(ModelUnavailable, match="not loaded within 0 seconds"):
        server.wait(seconds=0.001)
    assert not server.alive()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "no such model file"),
        (b"PK\x03\x04", "not a GGUF file"),
        (b"GGUF" + b"\x1b[31m!" * 99, "could not be loaded"),
    ],
)
def test_a_file_that_is_no_model_is_named_in_one_line(
    tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    """Whatever is wrong with the file, the line names it and what to do."""
    file = tmp_path / "my model.gguf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=complaint) as caught, closing(start(file)) as server:
        server.wait()
    line = str(caught.value)
    assert str(file) in line and "--model" in line and line.isprintable()


def test_a_module_beside_the_draft_is_not_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of drafts with Python files in it lends none of them to the child."""
    for name in ("xllamacpp.py", "json.py", "pip.py"):
        (tmp_path / name).write_text("raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    with closing(start(path)) as server:
        assert server.wait().alive()


def test_without_xllamacpp_one_line_says_what_to_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a platform without its wheel the way to a server is shown."""
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelUnavailable, match="--base-url"):
        start(path)

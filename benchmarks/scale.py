"""Have 200 drafts written by three servers behind nginx, of which one dies and one starts again meanwhile.

Then the same by a server that takes 50 ms for an answer, to see what the program itself can do. The servers
are fakes of `tests/fakes.py` in processes of their own, with four slots each, as llama.cpp's server has.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DRAFTS = 200
SLOTS, SECONDS = 4, 4.0
"""Answers that a server gives at the same time, and how long each takes."""
CEILING_SECONDS, CEILING_JOBS = 0.05, 16

_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream models {{
    least_conn;
{servers}
  }}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 20m;
    location / {{
      proxy_pass http://models;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_read_timeout 600s;
      proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;
    }}
  }}
}}
"""
"""The configuration of docs/scale.md, with folders of its own so that it needs no rights."""

_SERVER = """
import sys, threading, time
sys.path[:0] = [{tests!r}, {root!r}]
import fakes
from benchmarks.scale import answer
port, slots, seconds = int(sys.argv[1]), threading.Semaphore(int(sys.argv[2])), float(sys.argv[3])
def slow(request):
    with slots:
        print("asked", flush=True)
        time.sleep(seconds)
    return answer(request)
with fakes.serving(port=port, answer=slow):
    print("ready", flush=True)
    sys.stdin.read()
"""


def answer(request: dict[str, Any]) -> str:
    """Return sentences of the sample's words: five for a section, one for a point; others for each seed."""
    words = re.findall(r"\b[a-z]{3,}\b", _posts()[-1])
    shuffled = random.Random(request["seed"]).sample(words, 60)
    asked = str(request["messages"][-1]["content"])
    most = 12 if "Go on with this point" in asked else 60
    return " ".join(f"I {' '.join(shuffled[at : at + 12])}." for at in range(0, most, 12))


def _posts() -> list[str]:
    return [path.read_text("utf-8") for path in sorted((ROOT / "drafts").glob("*.md"))]


def make_drafts(folder: Path, count: int) -> None:
    """Write drafts of the sample's paragraphs with the sample's gaps: two sections, three points."""
    *_, sample = _posts()
    paragraphs = [p for post in _posts() for p in post.split("\n\n") if len(p) > 200 and p[0].isalpha()]
    points = re.findall(r"^- .*$", sample, re.MULTILINE)
    folder.mkdir()
    for number in range(count):
        pick = random.Random(number)
        opening = "\n\n".join(pick.sample(paragraphs, 6))
        listed = "\n".join(pick.sample(points, 3))
        (folder / f"draft-{number:03}.md").write_text(
            f"---\ntitle: Draft {number}\n---\n\n{opening}\n\n## Choosing what to hand over\n\n"
            f"## What to do when it goes wrong\n\n## Signs\n\n{listed}\n\nExpand each of these\n",
            encoding="utf-8",
        )


@dataclass
class Server:
    """A fake server in a process of its own."""

    slots: int = SLOTS
    seconds: float = SECONDS
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Server:
        """Start it, and wait until it listens."""
        script = _SERVER.format(tests=str(ROOT / "tests"), root=str(ROOT))
        command = [sys.executable, "-c", script, *map(str, (self.port, self.slots, self.seconds))]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout and self.process.stdout.readline() == "ready\n"
        return self

    def wait(self) -> None:
        """Return once it is at work on an answer that nobody waited for yet."""
        assert self.process and self.process.stdout
        self.process.stdout.readline()

    def __exit__(self, *_: object) -> None:
        """End it in the middle of whatever it does."""
        assert self.process and self.process.stdin and self.process.stdout
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def balanced(servers: Sequence[Server], program: str) -> Iterator[str]:
    """Run nginx in front of some servers, and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        lines = "\n".join(f"    server 127.0.0.1:{one.port} max_fails=1 fail_timeout=5s;" for one in servers)
        path = Path(folder, "nginx.conf")
        path.write_text(_NGINX.format(folder=folder, port=port, servers=lines), encoding="utf-8")
        process = subprocess.Popen([program, "-p", folder, "-c", str(path)], stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait()


@dataclass(frozen=True)
class Outcome:
    """The outcome of one run of the command."""

    pieces: int
    seconds: float
    code: int
    texts: Counter[int]
    """How many pieces have no text, one text, or more."""
    megabytes: float
    """The most memory that the command had."""
    processor: float
    """Seconds of the processor's that it took."""

    @property
    def rate(self) -> float:
        """Pieces a second."""
        return self.pieces / self.seconds


def expand(url: str, count: int, *, jobs: int, faults: threading.Thread | None = None) -> Outcome:
    """Have new drafts written by the command as a user runs it; `faults` begin with it."""
    with tempfile.TemporaryDirectory() as place:
        make_drafts(Path(place, "drafts"), count)
        config = Path(place, "config.toml")
        config.write_text("stream = false\ntimeout = 600.0\n", encoding="utf-8")
        environment = {**os.environ, "ASSISTANT_STATE": f"{place}/state", "ASSISTANT_CONFIG": str(config)}
        command = [sys.executable, "-m", "assistant", "expand", "drafts", "--no-ask", "--jobs", str(jobs)]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--base-url", url, "--model", "fake-model"], cwd=place, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if faults:
            faults.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        texts = _texts(Path(place))
    processor, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return Outcome(sum(texts.values()), seconds, process.returncode, texts, memory, processor)


def _texts(place: Path) -> Counter[int]:
    """Count the pieces of all drafts by how many texts the store has for each."""
    from assistant.adapters.store import open_store
    from assistant.app.asking import pieces_of
    from assistant.app.workspace import open_draft
    from assistant.core.review import decide

    store, counts = open_store(place / "state"), Counter[int]()
    for path in sorted((place / "drafts").glob("*.md")):
        review = decide.replay(store.events(path))
        for key, _, _ in pieces_of(open_draft(str(path), locate="local")):
            piece = review.piece(key)
            counts[len(piece.versions) if piece else 0] += 1
    store.close()
    return counts


def _said(outcome: Outcome) -> str:
    none, one = outcome.texts[0], outcome.texts[1]
    several = sum(outcome.texts.values()) - none - one
    return (
        f"{outcome.seconds:.0f} s, {outcome.rate:.1f} pieces a second; "
        f"{one:,} with one text, {none} with none, {several} with more; exit code {outcome.code}"
    )


def _fault(servers: Sequence[Server], *, whole: float) -> threading.Thread:
    """Return a thread that ends the first server for good, and the second one for a while."""

    def work() -> None:
        time.sleep(whole * 0.25)
        servers[0].__exit__()
        time.sleep(whole * 0.2)
        servers[1].__exit__()
        time.sleep(whole * 0.15)
        servers[1].__enter__()

    return threading.Thread(target=work, daemon=True)


def machines(program: str) -> None:
    """Print the throughput of three servers against one, and what becomes of it when two of them die."""
    with ExitStack() as stack:
        servers = [stack.enter_context(Server()) for _ in range(3)]
        with balanced(servers[:1], program) as url:
            one = expand(url, DRAFTS // 8, jobs=SLOTS)
        print(f"one server, {DRAFTS // 8} drafts: {_said(one)}")
        with balanced(servers, program) as url:
            three = expand(url, DRAFTS, jobs=3 * SLOTS)
            print(f"three servers, {DRAFTS} drafts: {_said(three)}")
            print(f"  against one server: {three.rate / one.rate:.2f} times the throughput (3 is the limit)")
            broken = expand(url, DRAFTS, jobs=3 * SLOTS, faults=_fault(servers, whole=three.seconds))
        print(f"three servers, one killed for good and one killed and restarted: {_said(broken)}")
        print(f"  against one server: {broken.rate / one.rate:.2f} times the throughput")


def ceiling() -> None:
    """Print how many pieces a second the program can take from a server that is fast."""
    with Server(slots=1000, seconds=CEILING_SECONDS) as server:
        fast = expand(f"http://127.0.0.1:{server.port}/v1", DRAFTS, jobs=CEILING_JOBS)
    print(f"a server at {CEILING_SECONDS * 1000:.0f} ms, {CEILING_JOBS} requests at a time: {_said(fast)}")
    share = fast.processor / fast.pieces
    print(
        f"  {share * 1000:.0f} ms of a processor for each piece, so {1 / share:.0f} pieces a second at most"
    )
    print(f"  most memory {fast.megabytes:.0f} MB")


def run() -> None:
    """Print the figures of docs/scale.md."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program:
        machines(program)
    else:
        print("nginx isn't installed (Debian: nginx-light): no machines to balance")
    ceiling()

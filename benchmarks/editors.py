"""Time the language server: start, answer to a keystroke while a reply streams, memory."""

from __future__ import annotations

import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "drafts/2024-06-03-delegating-without-disappearing.md"

CAPABILITIES = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "experimental": {"assistant": {"applyEdit": True}},
}


class Client:
    """Just enough of a client to time a server."""

    def __init__(self) -> None:
        command = Path(sys.executable).with_name("assistant")
        self.process = subprocess.Popen(
            [str(command), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.heard: queue.SimpleQueue[tuple[float, dict[str, Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, **fields: Any) -> None:
        """Send one message."""
        body = json.dumps({"jsonrpc": "2.0", **fields}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        out = self.process.stdout
        assert out
        while header := out.readline():
            length = int(header.split(b":")[1])
            while out.readline().strip():
                pass
            self.heard.put((time.perf_counter(), json.loads(out.read(length))))

    def messages(self, *, within: float = 60.0) -> Iterator[tuple[float, dict[str, Any]]]:
        """Yield what comes, with the time at which it came."""
        while True:
            yield self.heard.get(timeout=within)

    def initialize(self) -> None:
        """Introduce the client and wait for the answer."""
        self.send(id=1, method="initialize", params={"capabilities": CAPABILITIES, "processId": None})
        next(m for _, m in self.messages() if m.get("id") == 1)
        self.send(method="initialized", params={})

    def close(self) -> None:
        """End the server."""
        self.send(id=9, method="shutdown")
        self.send(method="exit")
        self.process.communicate(timeout=20)


def long_draft(size: int = 100_000) -> str:
    """Return a draft of about `size` bytes: the sample, its finished sections repeated."""
    text = SAMPLE.read_text("utf-8")
    head, rest = text.split("## Holding on", 1)
    finished, gaps = rest.split("## Choosing what", 1)
    section = "## Holding on" + finished
    return head + section * (size // len(section.encode())) + "## Choosing what" + gaps


def start() -> None:
    """Print how long the server takes to answer, beside the import of pygls alone."""
    ours, theirs = [], []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pygls.lsp.server"], check=True)
        theirs.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        client = Client()
        client.initialize()
        ours.append(time.perf_counter() - begun)
        client.close()
    ratio = min(ours) / min(theirs)
    print(f"start to initialize: {min(ours):.2f} s; {ratio:.2f} times pygls alone, {min(theirs):.2f} s")


@contextmanager
def streaming() -> Iterator[None]:
    """Serve a model that goes on writing for a minute."""
    sys.path.insert(0, str(ROOT / "tests"))
    import fakes

    words = "I kept a list of everything I did, and then I asked who would learn something from it. " * 120
    with fakes.serving(delay=0.03, answer=lambda request: words) as fake:
        os.environ["OPENAI_BASE_URL"] = fake.url
        yield
        os.environ.pop("OPENAI_BASE_URL")


def keystrokes(*, count: int = 200) -> None:
    """Print the time from `didChange` to published diagnostics while a reply is streaming."""
    uri, text, version = "file:///draft.md", long_draft(), 1
    with tempfile.TemporaryDirectory() as folder, streaming():
        os.environ["ASSISTANT_STATE"] = folder
        client = Client()
        client.initialize()
        document = {"uri": uri, "languageId": "markdown", "version": version, "text": text}
        client.send(method="textDocument/didOpen", params={"textDocument": document})
        line = text.split("\n").index("## Choosing what to hand over")
        place = {"uri": uri, "line": line}
        write = {"command": "assistant.write", "arguments": [place]}
        client.send(id=2, method="workspace/executeCommand", params=write)
        took: list[float] = []
        asked: dict[int, float] = {}
        due = None
        streamed = 0
        while len(took) < count:
            try:
                at, message = client.heard.get(timeout=0.01)
            except queue.Empty:
                at, message = time.perf_counter(), {}
            if message.get("method") == "assistant/applyEdit":
                (change,) = message["params"]["edit"]["documentChanges"]
                fits = change["textDocument"]["version"] == version
                if fits:
                    streamed += 1
                    version += 1
                    edits = [{"range": e["range"], "text": e["newText"]} for e in change["edits"]]
                    told = {"uri": uri, "version": version}
                    params = {"textDocument": told, "contentChanges": edits}
                    client.send(method="textDocument/didChange", params=params)
                client.send(id=message["id"], result={"applied": fits})
                due = due or at + 1.0
            elif message.get("method") == "textDocument/publishDiagnostics":
                published = message["params"].get("version", 0)
                for known in [v for v in asked if v <= published]:
                    took.append(at - asked.pop(known))
            if due is not None and time.perf_counter() > due and not asked:
                due = time.perf_counter() + 0.06
                version += 1
                asked[version] = time.perf_counter()
                point = {"line": 12, "character": 0}
                change = {"range": {"start": point, "end": point}, "text": "a" if len(took) % 9 else "b "}
                told = {"uri": uri, "version": version}
                params = {"textDocument": told, "contentChanges": [change]}
                client.send(method="textDocument/didChange", params=params)
        client.process.kill()
        client.process.wait()
        os.environ.pop("ASSISTANT_STATE")
    ordered = sorted(took)
    middle, late = statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000
    print(f"didChange to diagnostics, {len(text.encode()) // 1000} kB, while {streamed} pieces stream in:")
    print(f"median {middle:.1f} ms, 95th percentile {late:.1f} ms")


def resident(pid: int) -> int:
    """Return the resident memory of a process in kilobytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def memory(*, count: int = 10_000) -> None:
    """Print the server's memory before and after many edits of a long draft."""
    if not Path("/proc/self/status").exists():
        print("memory: no /proc here, so it is not measured")
        return
    uri, text, version = "file:///draft.md", long_draft(), 1
    client = Client()
    client.initialize()
    document = {"uri": uri, "languageId": "markdown", "version": version, "text": text}
    client.send(method="textDocument/didOpen", params={"textDocument": document})

    def edits(number: int) -> None:
        nonlocal version
        for step in range(number):
            version += 1
            start, end = {"line": 12, "character": 0}, {"line": 12, "character": step % 2}
            change = {"range": {"start": start, "end": end}, "text": "a" * ((step + 1) % 2)}
            told = {"uri": uri, "version": version}
            params = {"textDocument": told, "contentChanges": [change]}
            client.send(method="textDocument/didChange", params=params)
            if step % 100 == 99:
                settle()

    def settle() -> None:
        for _, message in client.messages():
            if message.get("params", {}).get("version") == version:  # diagnostics alone have one
                return

    settle()
    edits(1000)
    before = resident(client.process.pid)
    edits(count)
    after = resident(client.process.pid)
    client.close()
    grown = (after - before) / before
    print(f"memory over {count} edits: {before // 1024} MB before, {after // 1024} MB after, {grown:+.1%}")


def run() -> None:
    """Print the figures of the language server."""
    start()
    keystrokes()
    memory()

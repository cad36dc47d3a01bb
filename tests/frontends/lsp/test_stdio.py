"""Stdout belongs to the protocol, whatever prints there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import fakes
import pytest
from conftest import Run, command
from editor import editing
from tmux import Tmux

NOISY = """
import ctypes, os, subprocess, sys, threading, time
from assistant.frontends import lsp
from assistant.app import writer, expand, workspace

def noise():
    while True:
        print("a stray line")
        sys.stdout.write("another")
        sys.__stdout__.write("and the first one"); sys.__stdout__.flush()
        os.write(1, b"below Python")
        ctypes.CDLL(None).puts(b"from C"); ctypes.CDLL(None).fflush(None)
        subprocess.run(["echo", "from a child"])
        time.sleep(0.01)

run_thread = threading.Thread.run
def loud(self):
    print("from", self.name)
    os.write(1, b"from every thread")
    run_thread(self)
threading.Thread.run = loud
taken = lsp.__dict__["run"]
from assistant.frontends.lsp import serve as serving
serve = serving.serve
def noisy(stdin, stdout):
    threading.Thread(target=noise, daemon=True).start()
    return serve(stdin, stdout)
serving.serve = noisy
raise SystemExit(lsp.run())
"""


async def test_what_every_thread_prints_goes_to_stderr(
    sample: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python, C, descriptors and child processes print from all threads while a section is written."""
    (tmp_path / "noisy.py").write_text(NOISY)
    with fakes.serving(delay=0.01) as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        server = [sys.executable, str(tmp_path / "noisy.py")]
        async with editing(Path(), server=server) as editor:
            document = editor.open(sample)
            await editor.run(document, "Write this section", nth=0)
            await editor.proposed(document, 1)
            assert fakes.PROSE in document.text


def message(**fields: object) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **fields}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def until(stdout: IO[bytes], field: str, value: object) -> dict[str, Any]:
    """Read messages until one has that value."""
    while True:
        size = int(stdout.readline().partition(b":")[2])
        while stdout.readline().strip():
            pass
        fields: dict[str, Any] = json.loads(stdout.read(size))
        if fields.get(field) == value:
            return fields


@pytest.mark.parametrize("polite", [True, False])
def test_the_server_ends_with_its_client(home: Path, polite: bool) -> None:
    """Exit code 0 after a shutdown, 1 when the client just goes; never a traceback."""
    start = message(
        id=1, method="initialize", params={"capabilities": {}, "processId": None, "rootUri": None}
    )
    end = message(id=2, method="shutdown") + message(method="exit") if polite else b""
    process = subprocess.Popen(
        [command(), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate(start + end, timeout=60)
    assert process.returncode == (0 if polite else 1)
    assert b'"positionEncoding": "utf-16"' in out and b"Traceback" not in err


@pytest.mark.parametrize("polite", [True, False])
def test_what_an_editor_sends_last_is_stored(
    sample: Path, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch, polite: bool
) -> None:
    """A decision right before the end counts, also where the editor hangs up, as Emacs does."""
    monkeypatch.setenv("ASSISTANT_STATE", str(home / "state"))
    gap = json.loads(run("locate", "--json", str(sample)).stdout)["gaps"][0]["id"]
    uri = sample.resolve().as_uri()
    text = {"uri": uri, "languageId": "markdown", "version": 1, "text": sample.read_text("utf-8")}
    dismiss = {"command": "assistant.dismiss", "arguments": [{"uri": uri, "gap": gap}]}
    messages = [
        message(id=1, method="initialize", params={"capabilities": {}, "processId": None}),
        message(method="initialized", params={}),
        message(method="textDocument/didOpen", params={"textDocument": text}),
        message(id=2, method="workspace/executeCommand", params=dismiss),
    ]
    if polite:
        messages += [message(id=3, method="shutdown"), message(method="exit")]
    process = subprocess.Popen(
        [command(), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin and process.stdout
    process.stdin.write(messages[0])
    process.stdin.flush()
    answer = process.stdout.readline()
    if not polite:
        process.send_signal(signal.SIGHUP)
    out, err = process.communicate(b"".join(messages[1:]), timeout=60)
    assert answer and process.returncode == (0 if polite else 1), err
    assert not polite or (b'"id": 3' in out and b"cancel" not in out.lower())
    left = json.loads(run("locate", "--json", str(sample)).stdout)["gaps"]
    assert gap not in {one["id"] for one in left} and len(left) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")
async def test_a_proposal_outlives_a_server_that_dies(
    sample: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is undecided when the server is killed is in the store, for `assistant review` to go on with."""
    monkeypatch.setenv("ASSISTANT_STATE", str(home / "state"))
    from assistant.adapters.store import open_store
    from assistant.core.review import decide

    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        process = subprocess.Popen(
            [command(), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdin and process.stdout
        edits = {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}
        uri = sample.resolve().as_uri()
        text = {"uri": uri, "languageId": "markdown", "version": 1, "text": sample.read_text("utf-8")}
        line = sample.read_text("utf-8").split("\n").index("## Choosing what to hand over")
        write = {"command": "assistant.write", "arguments": [{"uri": uri, "line": line}]}
        process.stdin.write(
            message(
                id=1, method="initialize", params={"capabilities": {"workspace": edits}, "processId": None}
            )
            + message(method="initialized", params={})
            + message(method="textDocument/didOpen", params={"textDocument": text})
            + message(id=2, method="workspace/executeCommand", params=write)
        )
        process.stdin.flush()
        seen = b""
        while b"workspace/applyEdit" not in seen:
            seen += process.stdout.read1()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
        process.stdout.close()
    state = decide.replay(open_store().events(sample))
    assert [fakes.PROSE in s.hunk.replacement.decode() for s in state.pieces if s.hunk] == [True]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGHUP")
def test_what_a_client_says_last_is_carried_out(
    sample: Path, home: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Emacs saves, hangs up and is gone, before the server has read that a piece is accepted."""
    before = sample.read_text("utf-8")
    uri, line = sample.resolve().as_uri(), before.split("\n").index("## Choosing what to hand over")
    heading = "## Choosing what to hand over\n"
    after = before.replace(heading, f"{heading}\n{fakes.PROSE}\n")
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        process = subprocess.Popen(
            [command(), "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdin and process.stdout and process.stderr
        able = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
        text = {"uri": uri, "languageId": "markdown", "version": 1, "text": before}
        write = {"command": "assistant.write", "arguments": [{"uri": uri, "line": line}]}
        process.stdin.write(
            message(id=1, method="initialize", params={"capabilities": able, "processId": None})
            + message(method="initialized", params={})
            + message(method="textDocument/didOpen", params={"textDocument": text})
            + message(id=2, method="workspace/executeCommand", params=write)
        )
        process.stdin.flush()
        edit = until(process.stdout, "method", "workspace/applyEdit")
        sample.write_text(after, newline="")
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": after}]}
        accept = {"command": "assistant.accept", "arguments": [{"uri": uri, "line": line + 2}]}
        process.stdin.write(
            message(method="textDocument/didChange", params=change)
            + message(id=edit["id"], result={"applied": True})
            + message(id=3, method="workspace/executeCommand", params=accept)
        )
        process.stdin.flush()
        until(process.stdout, "id", 3)
        process.stdin.write(message(method="textDocument/didSave", params={"textDocument": {"uri": uri}}))
        process.stdin.close()
        process.send_signal(signal.SIGHUP)
        process.stdout.close()
        said = process.stderr.read()
        # 141 where it had something left to say, as after a closed pipe.
        assert process.wait(60) in (1, 141) and b"Traceback" not in said
        process.stderr.close()
    assert b"still to decide" not in run("status", sample).stdout
    assert b"1 written" in run("history", sample).stdout


def test_on_a_terminal_it_says_what_it_is_for_and_ends_at_ctrl_c(tmux: Tmux) -> None:
    """Somebody who tries the command by hand is not left with a silent screen."""
    tmux.press(f"{command()} lsp; echo code $?", "Enter")
    tmux.until("docs/editors/README.md")
    tmux.press("C-c")
    tmux.until("code 130")

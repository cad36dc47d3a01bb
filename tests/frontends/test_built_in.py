"""The whole path on the real local model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from conftest import Run

SHORT = ("--model", "smollm2-135m", "--max-tokens", "70")


def test_every_gap_is_written_from_one_cached_prompt_and_again_the_same(run: Run, sample: Path) -> None:
    """All five pieces and the removed line come, with most of each later prompt cached, and so every time."""
    done = run("expand", sample, "--json", *SHORT)
    assert done.returncode == 0, done.stderr
    events = [e for e in map(json.loads, done.stdout.splitlines()) if e["event"] == "expansion"]
    hunks = sorted((h for e in events for h in e["hunks"]), key=lambda h: -h["start"])
    assert [h["old"] for h in hunks if h["old"]] == ["Expand each of these\n\n"]
    written = [h["new"] for h in hunks if h["new"]]
    assert len(written) == 5 and all(len(text.split()) >= 6 for text in written)
    shares = sorted(event["usage"]["cached_tokens"] / event["usage"]["prompt_tokens"] for event in events)
    assert all(share >= 0.8 for share in shares[1:])  # one of them was the first
    assert b"using smollm2-135m on this machine" in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) <= 4 and all(line.startswith(b"assistant: ") for line in lines), "llama.cpp is silent"

    data = sample.read_bytes()
    for hunk in hunks:
        data = data[: hunk["start"]] + hunk["new"].encode() + data[hunk["end"] :]
    patch = run("expand", sample, "--diff", *SHORT).stdout
    subprocess.run(["git", "apply", "-"], input=patch, check=True)
    assert sample.read_bytes() == data


def test_another_model_file_that_is_none_is_named(run: Run, sample: Path, tmp_path: Path) -> None:
    """A file that is no GGUF, or isn't there, is one line and nothing is written."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nonsense")
    done = run("expand", sample, "--model", broken)
    assert done.returncode == 3 and done.stderr.count(b"\n") == 1 and b"broken.gguf" in done.stderr
    done = run("expand", sample, "--model", tmp_path / "none.gguf")
    assert done.returncode == 2 and b"no such model file" in done.stderr

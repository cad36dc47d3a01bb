"""The whole path on the real local model, through the installed command."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

SHORT = ("--model", "smollm2-135m", "--max-tokens", "70")


def expansions(out: bytes) -> list[dict[str, Any]]:
    return [e for e in map(json.loads, out.splitlines()) if e["event"] == "expansion"]


@pytest.fixture
def told(run: Run, sample: Path) -> subprocess.CompletedProcess[bytes]:
    return run("expand", sample, "--json", *SHORT)


def test_every_gap_of_the_sample_is_written_and_the_prompt_is_reused(
    run: Run, sample: Path, told: subprocess.CompletedProcess[bytes]
) -> None:
    """All five pieces and the removed line come; from the second gap on most of the prompt is cached."""
    assert told.returncode == 0, told.stderr
    found = expansions(told.stdout)
    hunks = [h for e in found for h in e["hunks"]]
    assert [h["old"] for h in hunks if h["old"]] == ["Expand each of these\n\n"]
    written = [h["new"] for h in hunks if h["new"]]
    assert len(written) == 5
    assert all(len(text.split()) >= 6 for text in written)
    for event in found[1:]:
        assert event["usage"]["cached_tokens"] >= 0.8 * event["usage"]["prompt_tokens"]
    assert b"using smollm2-135m on this machine" in told.stderr
    lines = told.stderr.splitlines()
    assert len(lines) <= 4 and all(line.startswith(b"assistant: ") for line in lines), "llama.cpp is silent"


def test_the_same_draft_gives_the_same_text(
    run: Run, sample: Path, told: subprocess.CompletedProcess[bytes]
) -> None:
    """The model is seeded: a second run, as a diff that is applied, makes the same draft."""
    patch = run("expand", sample, "--diff", *SHORT)
    data = sample.read_bytes()
    subprocess.run(["git", "apply", "-"], input=patch.stdout, check=True)
    hunks = sorted((h for e in expansions(told.stdout) for h in e["hunks"]), key=lambda h: -h["start"])
    for hunk in hunks:
        data = data[: hunk["start"]] + hunk["new"].encode() + data[hunk["end"] :]
    assert sample.read_bytes() == data


def test_a_filter_works_on_the_built_in_model(run: Run, home: Path) -> None:
    """A draft that has no file and no series is expanded from stdin to stdout."""
    text = b"# Tea\r\n\r\nI drink it at four, and I have opinions about the pot.\r\n\r\n## The pot\r\n"
    done = run("expand", "-", *SHORT, stdin=text)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(text) and len(done.stdout) > len(text) + 40
    assert done.stdout.count(b"\n") == done.stdout.count(b"\r\n")


def test_another_model_file_that_is_none_is_named(run: Run, sample: Path, tmp_path: Path) -> None:
    """A file that is no GGUF, or isn't there, is one line and nothing is written."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nonsense")
    done = run("expand", sample, "--model", broken)
    assert done.returncode == 3 and done.stderr.count(b"\n") == 1 and b"broken.gguf" in done.stderr
    done = run("expand", sample, "--model", tmp_path / "none.gguf")
    assert done.returncode == 2 and b"no such model file" in done.stderr

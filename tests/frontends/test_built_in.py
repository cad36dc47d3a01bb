"""The whole path on the real local model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import fakes
import pytest
from conftest import Run

SHORT = ("--model", "smollm2-135m", "--max-tokens", "48")


@pytest.mark.slow  # reads six prompts; test_model.py has the real model in every run
def test_every_gap_is_written_from_one_cached_prompt_and_again_the_same(run: Run, sample: Path) -> None:
    """All five pieces and the removed line come, with most of each later prompt cached; one comes again."""
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
    first = hunks[-1]
    line = data[: first["start"]].decode().rstrip().count("\n") + 1
    patch = run("expand", sample, "--diff", "--line", line, *SHORT).stdout
    subprocess.run(["git", "apply", "-"], input=patch, check=True)
    assert sample.read_bytes() == data[: first["start"]] + first["new"].encode() + data[first["end"] :]


def test_another_model_file_that_is_none_is_named(run: Run, sample: Path, tmp_path: Path) -> None:
    """A file that is no GGUF, or isn't there, is one line and nothing is written."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nonsense")
    done = run("expand", sample, "--model", broken)
    assert done.returncode == 3 and done.stderr.count(b"\n") == 1 and b"broken.gguf" in done.stderr


@pytest.mark.parametrize(
    "command", ["expand --dry-run", "expand --yes", "review --plain", "open --no-browser", "prompt"]
)
def test_a_model_file_is_looked_at_before_anything_else(
    run: Run, sample: Path, tmp_path: Path, command: str
) -> None:
    """In every command that is to use it, for a draft and a folder: the same line, the same exit code."""
    files = {"none.gguf": b"no such model file", "cut.gguf": b"ends after", "zip.gguf": b"is not a GGUF file"}
    (tmp_path / "cut.gguf").write_bytes(b"GGUF")
    (tmp_path / "zip.gguf").write_bytes(b"PK" * 20)
    for name, says in files.items():
        for path in [sample, sample.parent][: 2 if "expand" in command else 1]:
            done = run(*command.split(), path, "--model", tmp_path / name)
            assert done.returncode == 3 and done.stderr.count(b"\n") == 1 and says in done.stderr


@pytest.mark.parametrize("command", ["expand", "expand --dry-run", "review --plain", "prompt"])
def test_nothing_is_said_of_a_model_before_there_is_a_gap(run: Run, sample: Path, command: str) -> None:
    """A finished draft needs none, so none is fetched or missed."""
    sample.write_text("# Bees\n\nWe kept bees for eleven years and never lost a colony to frost.\n")
    for more in ({}, {"ASSISTANT_MODEL": "none.gguf"}):
        done = run(*command.split(), sample, ASSISTANT_CACHE=str(sample.parent / "cache"), **more)
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == 0 and said.splitlines()[-1].startswith(f"{sample}: no gaps found")
        assert said.count("\n") == 1 or said.startswith("looking for gaps …\n")


def test_nothing_is_said_of_a_model_where_all_has_a_text(
    run: Run, sample: Path, server: fakes.FakeServer
) -> None:
    """A review of stored texts asks for none."""
    run("expand", sample.parent, "--base-url", server.url)
    done = run("review", "--plain", sample, ASSISTANT_CACHE=str(sample.parent / "cache"))
    assert b"fetched" not in done.stderr and b"What now?" in done.stdout

"""`assistant models`: which local models there are, and how one is chosen."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from conftest import Run
from pseudo_terminal import Terminal


def test_the_table_names_what_is_here_and_what_each_needs(run: Run) -> None:
    """The default is marked; sizes, memory, licence and purpose are next to every name."""
    done = run("models", COLUMNS="200")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0 and lines[1].startswith("qwen2.5-coder-1.5b *")
    assert "1.1 GB" in lines[1] and "Apache-2.0" in lines[2]
    assert any(line.startswith("smollm2-135m") for line in lines) and "last resort" in done.stdout.decode()


def test_using_a_model_changes_one_line_of_the_settings(run: Run, home: Path) -> None:
    """Comments and other settings stay; a second choice replaces the first."""
    config = home / "config.toml"
    config.write_text('# mine\njobs = 2  # slow machine\nmarkers = ["LATER"]\n')
    assert run("models", "use", "qwen3-4b").returncode == 0
    done = run("models", "use", "smollm2-135m")
    text = config.read_text()
    assert b"smollm2-135m" in done.stdout
    assert tomllib.loads(text) == {"model": "smollm2-135m", "jobs": 2, "markers": ["LATER"]}
    assert text.endswith('# mine\njobs = 2  # slow machine\nmarkers = ["LATER"]\n')


def test_a_model_that_is_not_known_is_one_line(run: Run) -> None:
    """The line names those that there are."""
    for command in ("get", "use", "remove"):
        done = run("models", command, "gpt-9")
        assert done.returncode == 2
        assert b"no local model gpt-9" in done.stderr and b"qwen3-4b" in done.stderr
        assert done.stderr.count(b"\n") == 1
    assert b"hf:OWNER/REPO:QUANT" in run("models", "get", "hf:x").stderr


def test_removing_a_model_that_is_not_here_says_so(run: Run) -> None:
    """Nothing is there to be removed, and that is no error."""
    done = run("models", "remove", "qwen3-8b")
    assert (done.returncode, done.stdout) == (0, b"qwen3-8b is not here\n")


def test_the_first_run_on_a_terminal_asks_before_it_fetches(home: Path, sample: Path) -> None:
    """It says how much is fetched; `s` shows how to set up a hosted model, and nothing is fetched."""
    (home / "cache" / "models").unlink()
    terminal = Terminal("expand", sample, "--model", "qwen3-14b")
    terminal.until("9.0 GB, once")
    terminal.until("q: quit")
    terminal.press("s\n")
    terminal.until("OPENAI_API_KEY")
    assert terminal.end() == 0
    assert not list((home / "cache").rglob("*.gguf"))


@pytest.mark.parametrize("width", [60, 80])
def test_no_line_of_the_list_is_broken_by_the_terminal(run: Run, width: int) -> None:
    """It is broken between words, and each model has all that is to be known of it."""
    lines = run("models", COLUMNS=str(width)).stdout.decode().splitlines()
    assert all(len(line) <= width for line in lines if "/" not in line)  # a path is one word
    assert " ".join(" ".join(lines).split()).count("Apache-2.0") == 5

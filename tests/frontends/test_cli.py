"""The command line's help, and names that it doesn't know."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryFile

import conftest
import fakes
import pytest
import typer.main
from conftest import Run
from forks import Fork

from assistant.frontends import cli


@pytest.mark.parametrize("width", ["60", "80"])
def test_no_line_of_help_is_cut(run: Run, width: str) -> None:
    """The list of commands says each line whole, and no line is wider than the terminal."""
    for arguments in ([], ["batch"], ["models"], ["prompts"], ["expand"]):
        shown = run(*arguments, "--help", COLUMNS=width).stdout.decode()
        body = shown.partition("Options:")[2]
        assert "..." not in body.partition("Commands:")[2]
        assert all(len(line) <= int(width) for line in shown.splitlines())


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--line=a", "a is not a whole number"),
        ("--line=0", "0: must be 1 or more"),
        ("--alternatives=12", "12: must be 9 or less"),
        ("--max-cost=free", "free is not a number"),
        ("--timeout=nan", "nan: must be 1 or more"),
        ("--jobs=1.5", "1.5 is not a whole number"),
    ],
)
def test_a_wrong_number_is_told_in_plain_words(option: str, says: str, run: Run) -> None:
    """And the help keeps its ranges out of the way, as in `[x>=1]`."""
    done = run("expand", "draft.md", option)
    assert done.returncode == 2 and f": {says}\n" in done.stderr.decode()
    assert b"x>=" not in run("expand", "--help").stdout


def test_a_command_line_that_names_a_command_builds_only_that() -> None:
    """Each is found by the name that the help gives it: to build all of them takes long."""
    for name in typer.main.get_command(cli.app).commands:  # type: ignore[attr-defined]
        assert list(typer.main.get_command(cli.command_line(name)).commands) == [name]  # type: ignore[attr-defined]
    assert cli.command_line("nope") is cli.command_line("--help") is cli.app


def test_what_nothing_is_known_of_is_an_error(run: Run, tmp_path: Path) -> None:
    """A name mistyped is told before anything is asked."""
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"caf\xe9\n")
    for command in ("status", "history", "undo", "clean", "unmark", "batch status", "batch cancel"):
        done = run(*command.split(), tmp_path / "nope.md")
        assert done.returncode == 2 and b"nope.md: no such file" in done.stderr
        if command != "unmark":
            assert b"latin.md: not UTF-8 text" in run(*command.split(), latin).stderr


@pytest.mark.parametrize(
    "command",
    [
        "locate",
        "expand",
        "expand --dry-run",
        "review --plain",
        "open --no-browser",
        "status",
        "voice",
        "undo",
    ],
)
def test_a_folder_without_drafts_is_an_error(run: Run, tmp_path: Path, command: str) -> None:
    """A wrong folder must not pass for a finished one."""
    (tmp_path / "empty").mkdir()
    done = run(*command.split(), tmp_path / "empty")
    assert done.returncode == 2 and b"empty: no Markdown files in this folder\n" in done.stderr
    assert done.stdout == b""


def test_a_folder_without_drafts_keeps_nothing_from_the_others(run: Run, tmp_path: Path) -> None:
    """As a file that can't be read."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "one.md").write_text("# Bees\n\nTODO: how heavy a hive is\n")
    done = run("locate", tmp_path / "empty", tmp_path / "one.md")
    assert done.returncode == 2 and b"how heavy a hive is" in done.stdout


def test_only_a_blog_that_is_there_gets_templates(run: Run, tmp_path: Path) -> None:
    """A name mistyped would make a folder."""
    done = run("prompts", "copy", tmp_path / "nope")
    assert done.returncode == 2 and b"nope: no such file or folder" in done.stderr


def test_one_word_is_a_word(run: Run, tmp_path: Path) -> None:
    """Whatever is counted."""
    (tmp_path / "one.md").write_text("Rain.\n")
    assert b"1 file, 1 word\n" in run("locate", tmp_path / "one.md").stdout


def test_ctrl_c_while_it_starts_just_ends_it(run_installed: Run, tmp_path: Path) -> None:
    """Wherever it comes among the imports."""
    interrupts = "import os, signal, time\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(9)\n"
    (tmp_path / "typer.py").write_text(
        f"{interrupts}except BaseException as error:\n    raise OSError from error\n"
    )
    done = run_installed("lsp", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (130, b"")


@pytest.mark.parametrize(
    "command_line", ["locate one.md", "locate --json .", "status", "prompt one.md", "voice one.md", "--help"]
)
def test_an_output_that_nobody_reads_is_no_result(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, command_line: str
) -> None:
    """A script can tell it from gaps that are left."""
    (tmp_path / "one.md").write_text("# Bees\n\nTODO: how heavy a hive is\n\n## Honey\n\nWe sold it.\n")
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.chdir(tmp_path)
    with TemporaryFile() as said:
        assert Fork(command_line.split(), [0, writer, said.fileno()]).wait(60) == 141
        os.close(writer)
        said.seek(0)
        assert said.read() == b""


def test_streams_that_are_closed_or_know_few_letters_stop_nothing(tmp_path: Path, home: Path) -> None:
    """As a service or an old terminal has them."""
    (tmp_path / "one.md").write_text("# Bees\n\nTODO: how heavy a hive is\n")
    closed = f"exec {conftest.command()} expand --dry-run one.md <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", closed], cwd=tmp_path).returncode == 0
    plain = {**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [conftest.command(), "prompt", "one.md"], cwd=tmp_path, env=plain, capture_output=True
    )
    assert done.returncode == 0 and b"how heavy a hive is" in done.stdout


@pytest.mark.parametrize(
    "command_line",
    [
        "locate",
        "locate --format github",
        "expand --dry-run",
        "expand --line 9",
        "expand --yes",
        "prompt",
        "status",
    ],
)
def test_a_files_name_gives_a_terminal_no_orders(
    run: Run, tmp_path: Path, server: fakes.FakeServer, command_line: str
) -> None:
    """A repository may hold files of any name."""
    path = tmp_path / "e\x1b[31mvil\x07.md"
    path.write_text("# Bees\n\nTODO: how heavy a hive is\n")
    for _ in range(2):  # the second time, nothing is left to be written
        done = run(*command_line.split(), path, OPENAI_BASE_URL=server.url)
        assert not {0x1B, 0x07} & {*done.stdout, *done.stderr}

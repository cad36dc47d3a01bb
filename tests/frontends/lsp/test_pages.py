"""The pages for editors that no package brings: what they say to paste, read and run as the editor would.

The editors themselves don't take part: their settings are parsed, the command in them is started, and a
client with the editor's abilities goes the page's way from an empty heading to accepted prose.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import fakes
import pytest
from conftest import command
from editor import editing, page, pasted, place_of
from pseudo_terminal import Terminal

HEADING = "## Choosing what to hand over\n"


@pytest.fixture
def model(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.FakeServer]:
    """Put the command on the PATH and a fake model into the environment, as an author has them."""
    monkeypatch.setenv("PATH", f"{Path(command()).parent}{os.pathsep}{os.environ['PATH']}")
    with fakes.serving() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        yield fake


def helix() -> list[str]:
    """Return the server that Helix starts for Markdown."""
    read = tomllib.loads(pasted("helix.md", "toml"))
    (markdown,) = [one for one in read["language"] if one["name"] == "markdown"]
    (name,) = markdown["language-servers"]
    server = read["language-server"][name]
    return [server["command"], *server["args"]]


def sublime() -> list[str]:
    """Return the server that Sublime's LSP starts for Markdown."""
    (client,) = json.loads(pasted("sublime.md", "json"))["clients"].values()
    assert client["enabled"] and client["selector"] == "text.html.markdown"
    return [str(part) for part in client["command"]]


async def test_helix_goes_from_a_heading_to_accepted_prose(sample: Path, model: fakes.FakeServer) -> None:
    """By the code actions at the heading's line, in UTF-8 columns, without any lens."""
    before = sample.read_text("utf-8")
    async with editing(Path(), encoding="utf-8", server=helix()) as editor:
        document = editor.open(sample)
        await editor.diagnostics(document)
        line = place_of(before, before.index(HEADING), "utf-8").line
        for title, count in (("Write this section", 1), ("Accept", 0)):
            at = line if count else line + 2
            wanted = [a.command for a in await editor.actions(document, at) if a.title.startswith(title)]
            assert wanted[0]
            await editor.execute(wanted[0])
            await editor.proposed(document, count)
        assert document.text == before.replace(HEADING, f"{HEADING}\n{fakes.PROSE}\n")


async def test_sublime_goes_from_a_heading_to_accepted_prose(sample: Path, model: fakes.FakeServer) -> None:
    """By clicks on the lenses beside the heading and the new text."""
    before = sample.read_text("utf-8")
    async with editing(Path(), server=sublime()) as editor:
        document = editor.open(sample)
        await editor.run(document, "Write this section", nth=0)
        await editor.proposed(document, 1)
        await editor.run(document, "Accept", nth=0)
        await editor.proposed(document, 0)
        assert document.text == before.replace(HEADING, f"{HEADING}\n{fakes.PROSE}\n")


def test_helix_pipes_a_marked_heading(sample: Path, model: fakes.FakeServer) -> None:
    """What the page says to type after `:pipe`, run by a shell with the marked lines."""
    found = re.search(r"`:pipe (.*?)`", page("helix.md"))
    assert found
    done = subprocess.run(["sh", "-c", found[1]], input=HEADING.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (0, f"{HEADING}\n{fakes.PROSE}\n")


def test_zed_runs_the_task_at_the_heading(
    sample: Path, model: fakes.FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task of the page in a terminal, with the variables that Zed sets: `a` accepts what it shows."""
    settings, tasks = re.findall(r"```json\n(.*?)```", page("zed.md"), re.DOTALL)
    (agent,) = json.loads(settings)["agent_servers"].values()
    assert (agent["command"], agent["args"]) == ("assistant", ["acp"])  # see test_acp.py
    (task,) = json.loads(tasks)
    before = sample.read_text("utf-8")
    monkeypatch.setenv("ZED_FILE", str(sample.absolute()))
    monkeypatch.setenv("ZED_ROW", str(before[: before.index(HEADING)].count("\n") + 1))
    terminal = Terminal(program=["sh", "-c", task["command"]])
    terminal.until("[q]uit ?")
    terminal.press("a")
    assert terminal.end() == 0
    assert sample.read_text("utf-8") == before.replace(HEADING, f"{HEADING}\n{fakes.PROSE}\n")

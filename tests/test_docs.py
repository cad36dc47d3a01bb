"""The documentation tells the truth: its commands, options, links, settings and variables exist."""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from conftest import ROOT, Run

from assistant.adapters import settings
from assistant.adapters.wordlists import load_lists, load_words
from assistant.core.checks import Context
from assistant.core.checks.passage import read
from assistant.core.gaps.layout import Layout
from assistant.core.text.draft import parse
from assistant.errors import SettingsError
from assistant.frontends.cli import app
from assistant.frontends.keys import KEYS
from assistant.frontends.lines.output import LEFT_OUT

PAGES = sorted(
    p
    for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "editors/vscode/README.md")
    if p.is_file()
)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ENDS = ("|", "<", ">", "#", "&&")
"""Where the arguments of a command end in a shell."""

pages = pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))


def code(page: Path) -> Iterator[str]:
    """Yield each line of shell on a page, and what is between backticks."""
    text = page.read_text("utf-8")
    for language, block in FENCE.findall(text):
        if language in ("console", "sh", "yaml"):
            yield from (line.strip() for line in block.splitlines())
    yield from SPAN.findall(FENCE.sub("", text))


@cache
def commands() -> dict[str, set[str]]:
    """Return the commands, such as `prompts copy`, with their options; the empty name is the program's."""
    tree: dict[str, set[str]] = {}

    def walk(command: object, name: str) -> None:
        options = {o for p in command.params for o in (*p.opts, *p.secondary_opts) if o.startswith("-")}
        tree[name] = options | {"-h", "--help"}
        for child, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{name} {child}".strip())

    walk(typer.main.get_command(app), "")
    return tree


def named(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of the assistant that a page names, with its options."""
    for line in code(page):
        for found in re.finditer(r"(?:^|[\s|:])assistant ([a-z-].*)", line):
            words = found[1].split()
            words = words[: next((i for i, word in enumerate(words) if word.startswith(ENDS)), len(words))]
            name = ""
            while words and f"{name} {words[0]}".strip() in commands():
                name = f"{name} {words.pop(0)}".strip()
            options = [word.partition("=")[0] for word in words if re.match("--?[a-zA-Z]", word)]
            yield name or next(iter(words), ""), options


@pages
def test_every_command_and_option_of_a_page_exists(page: Path) -> None:
    for name, options in named(page):
        if not name.startswith("-"):
            assert name in commands(), f"there is no command: assistant {name}"
        assert set(options) <= commands().get(name, commands()[""]), f"assistant {name}"
    everywhere = set().union(*commands().values())
    for line in code(page):
        if re.match(r"--[a-z]", line):
            assert line.split()[0].partition("=")[0] in everywhere, line


def test_every_command_and_option_is_documented() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    for name, options in commands().items():
        assert name in text, name
        for option in (option for option in options if option.startswith("--")):
            assert re.search(rf"{option}\b", text), f"assistant {name} {option}"


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pages
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = SPAN.sub("", FENCE.sub("", page.read_text("utf-8")))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target


def test_every_page_is_in_an_index() -> None:
    for folder in (ROOT / "docs", ROOT / "docs/editors"):
        index = (folder / "README.md").read_text("utf-8") + (ROOT / "docs/README.md").read_text("utf-8")
        for page in folder.glob("*.md"):
            assert page.name in index, page


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


def keys(heading: str) -> set[str]:
    """Return the names in the first column of the tables below a heading of docs/settings.md."""
    text = (ROOT / "docs/settings.md").read_text("utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \|", section, re.MULTILINE)
    return {name for row in rows for name in SPAN.findall(row)}


def settable(path: Path, root: Path) -> set[str]:
    """Return the keys that a settings file may have: those whose value arrives in the settings."""
    taken, defaults = set(), settings.Settings()
    for key in (field.name for field in fields(settings.Settings)):
        for value in ("http://x", "model", ["x"], 7, 1.5, True, False, {"x": "y"}):
            path.write_text(f"{key} = {json.dumps(value).replace(':', '=', isinstance(value, dict))}\n")
            with suppress(SettingsError):
                given = getattr(settings.gather(root), key)
                value = tuple(value) if isinstance(value, list) else value
                if (given, type(given)) == (value, type(value)) and given != getattr(defaults, key):
                    taken.add(key)
    path.unlink()
    return taken


def test_the_documented_settings_are_those_that_the_files_take(home: Path, tmp_path: Path) -> None:
    both, own = keys("In both files"), keys("In your file only")
    assert settable(tmp_path / ".assistant.toml", tmp_path) == both
    assert settable(home / "config.toml", tmp_path) == both | own


def test_the_documented_variables_are_those_that_are_read() -> None:
    sources = "\n".join(p.read_text("utf-8") for p in (ROOT / "assistant").rglob("*.py"))
    read = set(re.findall(r"environ(?:\.get\(|\[)\s*\"(\w+)\"|\"(\w+)\" in os\.environ", sources))
    names = {name for pair in read for name in pair if name}
    system = {"HOME", "TERM", "COLORFGBG", "PYTHONPATH", "TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"}
    assert keys("Environment variables") == names - system


def test_the_readme_shows_what_locate_prints(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.search(
        r"```console\n\$ assistant (locate \S+)\n(.+?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert shown
    monkeypatch.chdir(ROOT)
    assert run(*shown[1].split()).stdout.decode() == shown[2]


def test_the_documented_editor_commands_are_those_of_the_language_server(run: Run) -> None:
    messages = (
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    )
    bodies = (json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages)
    answers = run("lsp", stdin=b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(b), b) for b in bodies)).stdout
    served = json.loads(re.search(rb'"executeCommandProvider": ?(\{.*?\})', answers)[1])["commands"]  # type: ignore[index]
    section = (
        (ROOT / "docs/editors/protocol.md").read_text("utf-8").split("\n## Commands\n")[1].split(". Each")[0]
    )
    assert {f"assistant.{name.removeprefix('assistant.')}" for name in SPAN.findall(section)} == set(served)


@pytest.mark.parametrize("page, left_out", [("review.md", ()), ("drafts.md", LEFT_OUT)])
def test_the_table_of_keys_names_every_key(page: str, left_out: tuple[str, ...]) -> None:
    table = re.search(
        r"^\| key \|.*?\n\n", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert table
    shown = {key for row in re.findall(r"^\|([^|]*)\|", table[0], re.MULTILINE) for key in SPAN.findall(row)}
    for key in KEYS:
        if key.key not in left_out:
            assert shown & {*key.key.split(","), key.sign}, f"{key.key}: {key.sentence}"


def test_contributing_gives_a_reason_for_each_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [
        *project["dependencies"],
        *(p for extra in project["optional-dependencies"].values() for p in extra),
    ]
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in needed}
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("\n## Dependencies\n")[1]
    assert {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", section)} == set()


def test_every_make_target_is_documented() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert targets
    named = set(re.findall(r"`(?:[A-Z_]+=\S+ )?make ([\w-]+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert set(targets[1].split()) == named


def test_the_layout_in_contributing_is_that_of_the_folders() -> None:
    layout = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("assistant/\n")[1].split("```")[0]
    for folder in re.findall(r"([a-z_]+)/", layout):
        assert (ROOT / folder).is_dir() or list((ROOT / "assistant").rglob(folder)), folder
    for names in re.findall(r"^│ {6,}([\w/]+ · .*)$", layout, re.MULTILINE):
        for name in re.findall(r"[\w/]+", names.partition(":")[0].replace("…", "")):
            assert list((ROOT / "assistant").rglob(f"{name.strip('/')}*")), name
    stages = {path.name for path in (ROOT / "assistant/core").iterdir() if (path / "__init__.py").is_file()}
    assert stages <= set(re.findall(r"([a-z_]+)/", layout))


def run_code(source: str) -> dict[str, Any]:
    """Run a block of Python from a page, and return its names."""
    names: dict[str, Any] = {}
    exec(compile(source, "CONTRIBUTING.md", "exec"), names)
    return names


def test_the_balancer_on_the_page_is_the_one_that_was_measured() -> None:
    page = (ROOT / "docs/scale.md").read_text("utf-8")
    measured = " ".join((ROOT / "benchmarks/scale.py").read_text("utf-8").replace("{{", "{").split())
    for block in re.findall(r"(?:least_conn|location)[^}]*;", page):
        lines = [line.strip() for line in block.splitlines() if not line.strip().startswith("server 10")]
        assert lines and all(line in measured for line in lines), lines
    assert "max_fails=1 fail_timeout=5s" in measured and "max_fails=1 fail_timeout=5s" in page


def test_the_recipes_in_contributing_find_what_they_say() -> None:
    """The detector and the check that CONTRIBUTING has one write run as they are."""
    blocks = re.findall(
        r"^ *```python\n(.*?)^ *```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    detector, check = (run_code(textwrap.dedent(block))["find"] for block in blocks if "def find" in block)
    layout = Layout(parse("# Bees\n\nThe result →\n".encode()), load_words())
    assert [candidate.signals for candidate in detector(layout)] == [["arrow-to-nothing"]]
    findings = list(check(read("It worked!! We left early."), Context(own="I say so.", lists=load_lists())))
    assert [finding.code for finding in findings] == ["exclamation"]

"""What is installed is whole, and what the pages say about installing is true, in a fresh environment."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import fakes
import pytest
import yaml
from conftest import ROOT

from assistant.adapters.folders import ENDINGS

PAGES = ("README.md", "editors/vscode/README.md", "docs/editors/vscode.md", "docs/editors/zed.md")
HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]

slow = pytest.mark.slow
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_hook_takes_the_files_that_locate_takes() -> None:
    """Files of Markdown, in small letters or capitals, and nothing else."""
    for ending in ENDINGS:
        assert re.search(HOOK["files"], f"a/b{ending}") and re.search(HOOK["files"], f"B{ending.upper()}")
    assert not any(re.search(HOOK["files"], name) for name in ("a.md.txt", "amd", "a.html"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a clone of the repository, and the tools that install from it."""
    folder = tmp_path_factory.mktemp("installing")
    subprocess.run(["git", "clone", "-q", ROOT, folder / "clone"], check=True)
    venv.create(folder / "tools", with_pip=True)
    pip = [folder / "tools/bin/python", "-m", "pip", "install", "-q", "hatchling", "pipx", "pre-commit"]
    subprocess.run(pip, check=True)
    return folder


@pytest.fixture
def shell(place: Path, home: Path) -> Shell:
    """Return a function that runs a command in a folder, as somebody who has nothing of this installed."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    own = {
        "PIPX_HOME": place / "pipx",
        "PIPX_BIN_DIR": place / "bin",
        "PRE_COMMIT_HOME": place / "pre-commit",
    }
    path = [place / "bin", place / "tools/bin", "/usr/local/bin", "/usr/bin", "/bin"]
    own |= {"PATH": os.pathsep.join(map(str, path)), "PIPX_DEFAULT_PYTHON": sys.executable}
    environment = {**inherited, **{k: str(v) for k, v in own.items()}}

    def call(line: str, cwd: Path, *, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            shlex.split(line),
            cwd=cwd,
            env={**environment, **more},
            input="",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (line, done.stdout, done.stderr)
        return done

    return call


@slow
def test_wheel_and_sdist_hold_the_whole_program(place: Path, shell: Shell) -> None:
    """Every file that the program reads is in both, and a wheel made from the sdist is the same as ours."""
    clone, dist = place / "clone", place / "dist"
    shell(f"hatchling build -d {dist} -t sdist -t wheel", clone)
    (sdist,), (wheel,) = dist.glob("*.tar.gz"), dist.glob("*.whl")
    (place / "unpacked").mkdir()
    shell(f"tar -xf {sdist}", place / "unpacked")
    (unpacked,) = (place / "unpacked").iterdir()
    shell(f"hatchling build -d {place / 'again'} -t wheel", unpacked)
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(place / "again" / wheel.name) as theirs:
        assert {n: ours.read(n) for n in ours.namelist()} == {n: theirs.read(n) for n in theirs.namelist()}
        names = set(ours.namelist())
    tracked = shell("git ls-files assistant prompts", clone).stdout.split()
    assert {re.sub("^prompts/", "assistant/prompts/", name) for name in tracked} <= names


@slow
def test_what_the_pages_install_works(
    place: Path, shell: Shell, sample: Path, server: fakes.FakeServer
) -> None:
    """Each page's command gives a program that finds gaps, has them written and serves editors."""
    lines = [re.findall(r"^\$ (pipx .*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE) for page in PAGES]
    assert all(lines) and {line for of_page in lines for line in of_page} == {
        "pipx install .",
        "pipx install '.[acp]'",
    }
    shell("pipx install .", place / "clone")
    assert "assistant 0." in shell("assistant --version", sample.parent).stdout
    assert "3 gaps" in shell(f"assistant locate --check {sample.name}", sample.parent, code=1).stdout
    assert not shell("assistant lsp", sample.parent, code=1).stderr  # the editor left without a word
    (advice,) = re.findall("pipx inject .*", shell("assistant acp", sample.parent, code=2).stderr)
    shell(advice, place)
    shell("assistant acp", sample.parent)
    (advice,) = re.findall(
        r"^\$ (pipx inject .*)$", (ROOT / "docs/models.md").read_text("utf-8"), re.MULTILINE
    )
    shell(advice, place)
    shell("keyring --help", place)
    shell("pipx install --force '.[acp]'", place / "clone")
    shell("assistant acp", sample.parent)
    shell(f"assistant expand --yes {sample.name}", sample.parent, OPENAI_BASE_URL=server.url)
    assert fakes.PROSE in sample.read_text("utf-8")


@slow
def test_the_hook_fails_a_commit_of_an_unfinished_draft(place: Path, shell: Shell, sample: Path) -> None:
    """With the settings on the page, pre-commit installs the program and names the gaps of what changed."""
    page = (ROOT / "docs/scripts.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n# \.pre-commit-config\.yaml\n(.*?)```", page, re.DOTALL)
    settings = yaml.safe_load(block)
    revision = shell("git rev-parse HEAD", place / "clone").stdout.strip()
    settings["repos"][0] |= {"repo": str(place / "clone"), "rev": revision}
    blog = sample.parent.parent.resolve()
    sample.parent.rename(blog / "_posts")
    (blog / ".pre-commit-config.yaml").write_text(yaml.safe_dump(settings))
    shell("git init -q", blog)
    shell("git add .", blog)
    failed = shell(f"pre-commit run --files _posts/{sample.name}", blog, code=1)
    assert f"{sample.name}:45: empty-section" in failed.stdout
    (finished,) = blog.glob("_posts/*meetings*.md")
    assert "Passed" in shell(f"pre-commit run --files _posts/{finished.name}", blog).stdout

"""The GitHub Action: its steps do in a shell what its page says, and drafts can't tell it what to do."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fakes
import pytest
import yaml
from conftest import ROOT, command, program

pytestmark = pytest.mark.slow

ACTION = yaml.safe_load((ROOT / "action/action.yml").read_text("utf-8"))

GH = """#!/bin/sh
if [ "$2" = list ]; then exec cat "$GH_DIR/pending"; fi
printf '%s\\n' "$@" > "$GH_DIR/created"
cat > "$GH_DIR/body"
"""
"""Stands in for GitHub's command: lists what is in `pending`, and writes down the pull request it opens."""


@dataclass
class Job:
    """A job on a runner: runs a step as GitHub does, and keeps what steps hand on."""

    repository: Path
    folder: Path
    inputs: dict[str, str]
    event: str = "push"
    outputs: dict[str, str] = field(default_factory=dict)

    def value(self, expression: str) -> str:
        values = {f"inputs.{name}": str(entry["default"]) for name, entry in ACTION["inputs"].items()}
        values |= {f"inputs.{name}": value for name, value in self.inputs.items()}
        values |= {f"steps.locate.outputs.{name}": value for name, value in self.outputs.items()}
        values |= {"github.ref_name": "main", "github.token": "t", "github.event_name": self.event}
        return expression[1:-1] if expression[0] == "'" else values[expression]

    def holds(self, condition: str) -> bool:
        terms = [re.split(r" (==|!=) ", term) for term in condition.split(" && ")]
        return all((self.value(a) == self.value(b)) == (sign == "==") for a, sign, b in terms)

    def run(self, name: str, **environment: str) -> subprocess.CompletedProcess[str] | None:
        """Run a step in its shell; None when its condition does not hold."""
        step: dict[str, Any] = next(step for step in ACTION["runs"]["steps"] if step["name"] == name)
        if "if" in step and not self.holds(step["if"]):
            return None
        assert step["shell"] == "bash" and "${{" not in step["run"]  # what drafts and inputs say is no script
        script, output = self.folder / "script.sh", self.folder / "output"
        script.write_text(step["run"], "utf-8")
        output.touch()
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.repository,
            env={
                **os.environ,
                **{k: self.value(v[3:-2].strip()) for k, v in step.get("env", {}).items()},
                "PATH": f"{self.folder}:{Path(command()).parent}:{os.environ['PATH']}",
                "RUNNER_TEMP": str(self.folder),
                "GITHUB_ACTION_PATH": str(ROOT / "action"),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_PATH": str(self.folder / "path"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
                "GH_DIR": str(self.folder),
                "GIT_CONFIG_GLOBAL": os.devnull,
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.outputs |= dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
        return done


def git(*arguments: object, cwd: Path) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(["git", *identity, *map(str, arguments)], cwd=cwd, check=True, capture_output=True)
    return done.stdout.decode()


@pytest.fixture
def job(blog: Path, tmp_path: Path) -> Job:
    """Return a job in a checkout of the blog, whose origin is a repository beside it."""
    program("jq")
    folder = tmp_path / "runner"
    folder.mkdir()
    (folder / "pending").touch()
    (folder / "gh").write_text(GH)
    (folder / "gh").chmod(0o755)
    git("init", "-q", "--bare", tmp_path / "origin.git", cwd=blog)
    git("init", "-q", "-b", "main", cwd=blog)
    git("remote", "add", "origin", tmp_path / "origin.git", cwd=blog)
    git("add", ".", cwd=blog)
    git("commit", "-qm", "Drafts", cwd=blog)
    return Job(blog, folder, {})


def test_gaps_become_annotations_and_a_summary(job: Job, sample: Path) -> None:
    """Each gap is shown at its line, in a list, and counted; the job fails while there are any."""
    done = job.run("Locate")
    assert done and done.returncode == 0, done
    assert f"::warning file={sample},line=45,endLine=45,title=unwritten" in done.stdout
    summary = (job.folder / "summary.md").read_text("utf-8")
    assert summary.startswith(f"### Unwritten places\n\n    ./{sample}:45: empty-section")
    assert job.outputs == {"gaps": "3"}
    checked = job.run("Check")
    assert checked and checked.returncode == 1


def test_finished_drafts_pass(job: Job, sample: Path) -> None:
    """Several paths are given one on each line; a single file counts as a folder does."""
    job.inputs["paths"] = "\n".join(str(path) for path in sorted(sample.parent.glob("*.md"))[:2]) + "\n"
    for _ in range(2):
        assert job.run("Locate") and job.outputs == {"gaps": "0"}
        checked = job.run("Check")
        assert checked and checked.returncode == 0
        job.inputs["paths"] = job.inputs["paths"].split("\n")[0]
    job.inputs |= {"paths": str(sample), "check": "false"}
    assert job.run("Locate") and job.outputs == {"gaps": "3"} and job.run("Check") is None


def test_a_draft_neither_commands_the_runner_nor_marks_up_the_summary(job: Job) -> None:
    """Headings and notes are shown as text, on one line each."""
    (job.repository / "x.md").write_text(
        "# A\n\n## <img src=x> `\n\n## ::stop-commands::x\n\n# B\n\nNobody slept.\n"
    )
    job.inputs["paths"] = "x.md"
    done = job.run("Locate")
    assert done and all(line.startswith("::warning file=x.md,") for line in done.stdout.splitlines())
    _, _, *listed = (job.folder / "summary.md").read_text("utf-8").splitlines()
    assert len(listed) == 3 and all(line.startswith("    ") for line in listed)


def test_a_pull_request_with_text_is_proposed(job: Job, sample: Path, server: fakes.FakeServer) -> None:
    """It holds the drafts with their text; the checkout is as before, and what to check is told."""
    job.inputs["propose"] = "true"
    job.run("Locate")
    done = job.run("Propose", OPENAI_BASE_URL=server.url, ASSISTANT_MODEL="fake-model", OPENAI_API_KEY="k")
    assert done and done.returncode == 0, done
    assert git("diff", "--name-only", "main", "origin/assistant/main", cwd=job.repository).split() == [
        str(sample)
    ]
    assert fakes.PROSE in git("show", f"origin/assistant/main:{sample}", cwd=job.repository)
    assert not git("status", "--porcelain", cwd=job.repository)
    assert git("branch", "--show-current", cwd=job.repository) == "main\n"
    created = (job.folder / "created").read_text().splitlines()
    assert created[:6] == ["pr", "create", "--base", "main", "--head", "assistant/main"]
    intro, _, *remarks = (job.folder / "body").read_text("utf-8").splitlines()
    assert "Read it before you merge it" in intro and remarks
    assert all(line.startswith("    ") for line in remarks)


def test_nothing_is_asked_for_while_a_proposal_is_open(job: Job, server: fakes.FakeServer) -> None:
    """Its branch, which somebody may have edited, is left alone; so it is in runs for a pull request."""
    job.inputs["propose"] = "true"
    (job.folder / "pending").write_text("https://example.org/pull/7\n")
    job.run("Locate")
    done = job.run("Propose", OPENAI_BASE_URL=server.url)
    assert done and done.returncode == 0 and "::notice::" in done.stdout and "pull/7" in done.stdout
    job.event = "pull_request"
    assert job.run("Propose", OPENAI_BASE_URL=server.url) is None
    assert not server.requests and not (job.folder / "created").exists()


def test_a_model_that_is_not_reached_fails_the_step(job: Job, server: fakes.FakeServer) -> None:
    """The log says why, and no pull request is opened."""
    job.inputs["propose"] = "true"
    server.failure = "401"
    job.run("Locate")
    done = job.run("Propose", OPENAI_BASE_URL=server.url, ASSISTANT_MODEL="fake-model", OPENAI_API_KEY="k")
    assert done and done.returncode and "API key" in done.stdout
    assert not (job.folder / "created").exists()

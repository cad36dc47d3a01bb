"""Score a model's reading of drafts: recorded answers, replayed by a server on the loopback.

    READER=folder CORPUS=folder python -m benchmarks reading

READER holds `answers.json`: for the file name of each draft, the answer of somebody who saw nothing but the
prompt. Answers quote drafts, so they are kept outside the repository. `python -m benchmarks.reading prompts`
writes the prompts for the drafts that `files.json` in READER lists. With `--out DIR`, the gaps are
written for the own `score.py` of the corpus.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.app import models, reading
from assistant.app.workspace import Workspace, open_draft
from benchmarks import corpus
from benchmarks.locator import table

ROOT = Path(__file__).resolve().parents[1]


def run() -> None:
    """Print the scores of the gaps found here, of the answers as they were checked, and of both joined."""
    sys.path.insert(0, str(ROOT / "tests"))
    import fakes

    folder, home = os.environ.get("READER"), corpus.find()
    if not folder or home is None:
        print("no recorded answers here (set READER and CORPUS to their folders): no scores")
        return
    answers: dict[str, str] = json.loads(Path(folder, "answers.json").read_text("utf-8"))
    posts = [post for post in corpus.read(home) if post.file in answers]
    known: dict[str, str] = {}

    def answer(request: dict[str, Any]) -> str:
        return known[fakes.contents(request)[-1]]

    with tempfile.TemporaryDirectory() as state, fakes.serving(answer=answer) as server:
        os.environ |= {"ASSISTANT_STATE": state, "ASSISTANT_CONFIG": f"{state}/none"}
        opened = dict(_opened(home, server.url, [post.file for post in posts]))
        connection = models.connect(next(iter(opened.values())).settings, cached=False)
        for file, workspace in opened.items():
            for request in reading.requests(workspace, connection):
                known[request.messages[-1].content] = answers[file]
        outcomes = {file: reading.read(workspace, connection) for file, workspace in opened.items()}
        connection.close()
    tokens = [reading.expected(one, connection)[1].prompt_tokens for one in opened.values()]
    print(f"{len(posts)} drafts, {sum(bool(one.failure) for one in outcomes.values())} of them not read")
    print(f"{sum(tokens) / len(tokens):.0f} tokens sent on average, {max(tokens)} at most")
    read = {file: one.workspace for file, one in outcomes.items()}
    named = {file: one.reading.gaps if one.reading else () for file, one in read.items()}
    for title, gaps in (
        ("found here alone", {file: one.gaps for file, one in opened.items()}),
        ("named by the model, as far as the draft bears it out", named),
        ("joined", {file: one.gaps for file, one in read.items()}),
    ):
        print(title)
        table([(post, list(gaps[post.file])) for post in posts])
    if "--out" in sys.argv:
        _write(read, Path(sys.argv[sys.argv.index("--out") + 1]))


def _opened(home: Path, url: str, files: list[str]) -> Iterator[tuple[str, Workspace]]:
    for file in files:
        workspace = open_draft(str(home / "files" / file), base_url=url, model="fake-model", fresh=True)
        yield file, replace(workspace, settings=replace(workspace.settings, locate="model"))


def _write(read: dict[str, Workspace], folder: Path) -> None:
    """Write the gaps as the corpus' own script reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, workspace in read.items():
        lines = [(gap.kind.value, *workspace.draft.lines(gap.span)) for gap in workspace.gaps]
        fields = [{"kind": kind, "start_line": start, "end_line": end} for kind, start, end in lines]
        (folder / f"{file}.json").write_text(json.dumps(fields))


def _prompts() -> None:
    """Write what is sent for each draft that `files.json` lists, word for word."""
    folder, home = Path(os.environ["READER"]), corpus.find()
    assert home is not None
    (folder / "prompts").mkdir(exist_ok=True)
    for file, workspace in _opened(
        home, "http://127.0.0.1:9/v1", json.loads((folder / "files.json").read_text())
    ):
        connection = models.expected_connection(workspace.settings)
        messages = [one for request in reading.requests(workspace, connection) for one in request.messages]
        text = "\n".join(f"--- {message.role}\n{message.content}" for message in messages)
        (folder / "prompts" / f"{file}.txt").write_text(text)


if __name__ == "__main__":
    _prompts() if sys.argv[1:] == ["prompts"] else run()

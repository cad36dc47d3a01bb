"""What an author decided changes the next prompt, can be looked at, turned off and forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run
from fakes import FakeServer, contents

from assistant.app.draft_pool import DraftPool
from assistant.frontends.web import about

MODEL = {
    "Harbour 1": "It is worth noting that the tide comes twice a day, as everybody on the coast knows well. "
    "At the end of the day the boats lie dry, and nobody minds. Children play under them until supper.",
    "Harbour 2": "It is worth noting that nets hang along the wall to dry, whoever they belong to. "
    "At the end of the day somebody mends them in the sun, and talks. Ropes are coiled before it gets dark.",
    "Harbour 3": "Gulls sit on the posts and wait for what boats throw away. They are seldom let down. "
    "When there is nothing, they go inland and walk behind the plough instead.",
}
PIER = "We walked out on the pier on Sundays, in every weather, and counted the steps. " * 3
MINE = (
    "The tide comes twice a day here. The boats lie dry in between, and the children play under them until "
    "somebody calls. Nobody minds, since nobody ever did, and the water comes back anyway."
)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return a blog with three drafts, each with one empty section."""
    for number in (1, 2, 3):
        (tmp_path / f"{number}.md").write_text(f"# Coast {number}\n\n## Harbour {number}\n")
    return tmp_path


@pytest.fixture
def writes(server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    """Let a model write in its own way, and the author's editor in the author's."""
    server.answer = lambda request: next(
        text for heading, text in MODEL.items() if heading in contents(request)[-1]
    )
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\nprintf %s "{MINE}" > "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    return server


def test_edited_pieces_are_shown_and_turns_that_went_are_not_asked_for(
    run: Run, notes: Path, writes: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two edits teach; the setting turns it off, and cleaning the drafts forgets it."""
    url = ("--base-url", writes.url)

    def asked() -> str:
        return run("prompt", notes / "3.md", *url).stdout.decode()

    assert MINE not in asked() and "Never write" not in asked()
    for number in (1, 2):
        run("review", "--plain", notes / f"{number}.md", *url, stdin=b"e\nq\n")
    assert f"## Harbour 2\n\n{MINE}" in asked()
    (told,) = [line for line in asked().splitlines() if line.startswith("- Never write: ")]
    assert '"at the end of the day"' in told and '"it is worth noting that"' in told

    run("review", "--plain", notes / "3.md", *url, stdin=b"q\n")
    assert "Never write" in str(writes.requests[-1]["messages"][0])

    (notes / "4.md").write_text(f"# Coast 4\n\n## Pier\n\n{PIER}\n")
    said = run("voice", notes / "3.md", COLUMNS="300").stdout.decode()
    assert "Learned from your decisions" in said and "at the end of the day" in said and MINE[:50] in said
    told = json.loads(run("voice", notes / "3.md", "--json").stdout)
    assert told["edited"][0]["text"] == MINE and "at the end of the day" in told["avoided"]

    pool = DraftPool(str(notes / "3.md"))
    shown = about.voice(pool)
    pool.close()
    assert shown["edited"][0] == (MINE, "Harbour 2") and "at the end of the day" in shown["avoided"]

    settings = notes / "own.toml"
    settings.write_text("learn = false\n")
    monkeypatch.setenv("ASSISTANT_CONFIG", str(settings))
    assert MINE not in asked() and "Never write" not in asked()
    monkeypatch.delenv("ASSISTANT_CONFIG")
    assert MINE in asked()
    run("clean", notes / "1.md", notes / "2.md", "--yes")
    assert MINE not in asked() and "Never write" not in asked()


def test_a_models_text_is_shown_only_where_the_author_has_none(
    run: Run, notes: Path, writes: FakeServer
) -> None:
    """A post whose only section was accepted as it came gives way to a piece that its author edited."""
    url = ("--base-url", writes.url)
    run("expand", notes / "1.md", "--yes", "--keep-unsupported", *url)
    shown = "It is worth noting"
    assert shown in run("prompt", notes / "3.md", *url).stdout.decode()
    run("review", "--plain", notes / "2.md", *url, stdin=b"e\nw\nq\n")
    asked = run("prompt", notes / "3.md", *url).stdout.decode()
    assert MINE in asked
    assert shown not in asked, asked

"""`assistant voice` and `assistant prompts copy` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Run


def test_voice_shows_habits_with_their_places(run: Run, sample: Path) -> None:
    """The table names habits, an example of each with file and line, and the posts it learned from."""
    done = run("voice", sample, COLUMNS="200")
    text = done.stdout.decode()
    assert done.returncode == 0
    for said in ("contractions", "British", "sentence case", "bold lead-in", "The meetings I kept"):
        assert said in text
    assert "drafts/2024-04-15-the-meetings-i-kept.md:" in text and "\x1b" not in text


def test_voice_gives_json_whose_examples_can_be_opened(run: Run, sample: Path) -> None:
    """Every example names a file that is there and a line that has its first word."""
    told = json.loads(run("voice", sample, "--json").stdout)
    assert told["language"] == "en" and len(told["posts"]) == 5
    assert told["habits"]["person"]["counts"]["I"] > told["habits"]["person"]["counts"]["you"]
    assert 1 <= len([e for e in told["exemplars"] if e["form"] == "prose"]) <= 3
    examples = [e for habit in told["habits"].values() for e in habit["examples"]]
    assert len(examples) > 8
    for example in examples:
        lines = Path(example["path"]).read_text("utf-8").split("\n")
        assert example["text"].split()[0] in lines[example["line"] - 1]


def test_every_figure_has_its_evidence(run: Run, sample: Path) -> None:
    """What an author does is shown at a place of theirs; what they never do, by the words that were read."""
    habits = json.loads(run("voice", sample, "--json").stdout)["habits"]
    assert {"punctuation", "paragraphs", "sections", "person"} <= set(habits)
    for name, habit in habits.items():
        assert habit["counts"]
        does = habit["value"] not in ("none", "none in running text") and any(habit["counts"].values())
        if does and name not in ("language", "words never used", "links"):
            assert habit["examples"], name


def test_voice_of_a_folder_and_of_nothing(run: Run, blog: Path) -> None:
    """A folder's posts are all read; where nothing is finished, one line says so and the code is 1."""
    assert len(json.loads(run("voice", "drafts", "--json").stdout)["posts"]) == 5
    Path("empty").mkdir()
    Path("empty/a.md").write_text("# A\n")
    done = run("voice", "empty")
    assert done.returncode == 1 and done.stderr.count(b"\n") == 1 and not done.stdout


def test_prompts_are_copied_and_never_overwritten(run: Run, blog: Path) -> None:
    """A second time, the author's own templates stay as they are."""
    Path(".assistant.toml").touch()
    done = run("prompts", "copy")
    assert done.returncode == 0 and b"prompts/system.md" in done.stdout
    Path("prompts/system.md").write_text("Mine.\n")
    Path("prompts/notes.md").unlink()
    done = run("prompts", "copy")
    assert done.stdout.split() == [b"prompts/notes.md"]
    assert Path("prompts/system.md").read_text() == "Mine.\n"


def test_prompts_are_not_copied_out_of_the_blog(run: Run, blog: Path, tmp_path: Path) -> None:
    """A blog's settings can't make the command write elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    Path(".assistant.toml").write_text('prompts = "../elsewhere"\n')
    done = run("prompts", "copy")
    assert done.returncode == 2 and not list((tmp_path / "elsewhere").iterdir())


def test_a_templates_settings_and_mistakes(run: Run, sample: Path) -> None:
    """`most` in the front matter sets the length; a mistake is named with the variables that there are."""
    Path(".assistant.toml").touch()
    run("prompts", "copy")
    path = Path("prompts/empty-section.md")
    whole = path.read_text()
    path.write_text(whole.replace("---\n", "---\nfewest: 40\nmost: 60\n", 1))
    assert b"Write 40 to 60 words" in run("prompt", sample).stdout
    path.write_text(whole.replace("---\n", "---\nmost: many\n", 1))
    assert b"empty-section.md: most must be a whole number" in run("prompt", sample).stderr
    path.write_text(whole + "{{ heading }\n")
    done = run("prompt", sample)
    assert done.returncode == 2 and b"empty-section.md, line " in done.stderr
    assert b"it may use: after, before" in done.stderr

"""The `locate` command's work: what it prints, in which form, and its exit code."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.adapters.folders import find_posts
from assistant.adapters.wordlists import load_words
from assistant.app.workspace import open_draft
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import parse
from assistant.core.types import GapKind
from assistant.errors import UsageError
from assistant.frontends import locate
from assistant.frontends.json_fields import gap_fields
from assistant.frontends.locate.formats import Result

DRAFT = "# Boats\n\nTODO: name them\n\n## Oars\n"


def run(*paths: Path | str, **options: object) -> int:
    """Run the command on paths."""
    return locate.run([str(path) for path in paths], **options)  # type: ignore[arg-type]


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """Make a small blog with one draft, one finished post and files that git ignores."""
    files = {
        "_drafts/boats.md": DRAFT,
        "posts/done.markdown": "# Done\n\nAll of it is written.\n",
        "posts/notes.txt": "TODO",
        "public/built.md": "TODO",
        ".hidden/secret.md": "TODO",
        "node_modules/pkg/README.md": "TODO",
        ".gitignore": "public/\n/posts/private-*\n!/posts/private-but-kept.md\n",
        "posts/private-letter.md": "TODO",
        "posts/private-but-kept.md": "TODO\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_text_names_place_kind_and_reason(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every gap is a line that begins with path and line number, and the last line sums up."""
    path = blog / "_drafts/boats.md"
    assert run(path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:3: marker “name them” (")
    assert lines[1].startswith(f"{path}:5: empty-section “Oars” (88 %) — no text below this heading")
    assert lines[2] == "2 gaps in 1 file: 1 marker, 1 empty-section; 5 words written"


def test_json_of_one_file_is_an_object(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file gives one object with the path as it was given."""
    path = blog / "_drafts/boats.md"
    assert run(path, format="json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["path"] == str(path)
    marker, section = found["gaps"]
    assert (marker["start_line"], marker["end_line"], marker["start"], marker["end"]) == (3, 3, 9, 24)
    assert section["heading_path"] == ["Boats", "Oars"]
    assert {"id", "instruction", "targets", "fillable", "confidence", "why"} <= set(marker)


def test_json_of_a_folder_is_an_array_of_every_file(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder gives an array with an entry for every file read, gaps or not, as git would list them."""
    assert run(blog, format="json") == 0
    found = json.loads(capsys.readouterr().out)
    names = [os.path.relpath(entry["path"], blog) for entry in found]
    assert names == ["_drafts/boats.md", "posts/done.markdown", "posts/private-but-kept.md"]
    assert [len(entry["gaps"]) for entry in found] == [2, 0, 1]


@pytest.mark.parametrize("way", ["locate", "workspace"])
def test_a_list_page_is_known_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    """Hugo fills `_index.md` itself; a post with the same bytes lacks its text."""
    counts = []
    for name in ("_index.md", "boats.md"):
        path = tmp_path / name
        path.write_text("---\ntitle: Boats\n---\n", encoding="utf-8")
        if way == "workspace":
            counts.append(len(open_draft(str(path)).gaps))
            continue
        run(path, format="json")
        counts.append(len(json.loads(capsys.readouterr().out)["gaps"]))
    assert counts == [0, 1]


def test_an_empty_folder_gives_an_empty_array(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON stays JSON when there is nothing to tell."""
    assert run(tmp_path, format="json") == 2
    out, err = capsys.readouterr()
    assert json.loads(out) == [] and err == f"assistant: {tmp_path}: no Markdown files in this folder\n"


def test_check_fails_while_gaps_remain(blog: Path) -> None:
    """With `check` the exit code is 1 as long as something is unwritten."""
    assert run(blog / "_drafts/boats.md", check=True) == 1
    assert run(blog / "posts/done.markdown", check=True) == 0


def test_a_bad_file_is_named_and_the_others_are_reported(
    blog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that can't be read makes one line on stderr and exit code 2; the rest comes all the same."""
    bad = blog / "bad.md"
    bad.write_bytes(b"\xff\xfe broken")
    assert run(bad, blog / "nowhere.md", blog / "_drafts/boats.md", format="json") == 2
    out, err = capsys.readouterr()
    assert [entry["path"] for entry in json.loads(out)] == [str(blog / "_drafts/boats.md")]
    assert len(err.splitlines()) == 2
    assert str(bad) in err.splitlines()[0] and "UTF-8" in err.splitlines()[0]
    assert "nowhere.md" in err.splitlines()[1]


def test_each_draft_is_located_with_the_settings_of_its_own_blog(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "# A day\n\nIt rained all day long.\n\nNECTAR: who came\n\nTAR: how much\n"
    for name, word in (("bees", "NECTAR"), ("boats", "TAR")):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".assistant.toml").write_text(f'markers = ["{word}"]\n')
        (tmp_path / name / "draft.md").write_text(text)
    assert run(tmp_path / "bees", tmp_path / "boats", format="json") == 0
    entries = json.loads(capsys.readouterr().out)
    markers = [[gap["name"] for gap in entry["gaps"] if gap["kind"] == "marker"] for entry in entries]
    assert markers == [["who came"], ["how much"]]


def test_wrong_settings_of_one_blog_are_told_once_and_the_other_is_located(
    blog: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / ".assistant.toml").write_text("markers = 3\n")
    for name in ("one.md", "two.md"):
        (other / name).write_text(DRAFT)
    assert run(other, blog / "_drafts/boats.md") == 2
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1 and "markers" in err
    assert "2 gaps in 1 file" in out


def test_github_annotations_are_escaped(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A workflow command carries percent signs and commas so that GitHub shows them."""
    path = blog / "a,b.md"
    path.write_text("TODO: 50% more, please\n", encoding="utf-8")
    assert run(path, format="github") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert (
        line.startswith("::warning file=") and "a%2Cb.md,line=1,endLine=1,title=unwritten%3A marker::" in line
    )
    assert "50%25 more, please" in line


@pytest.mark.parametrize("format", locate.WRITERS)
def test_every_kind_of_gap_can_be_written_in_every_format(format: str) -> None:
    draft = parse(DRAFT.encode())
    gap = find_gaps(draft, words=load_words())[0]
    gaps = [gap_fields(draft, replace(gap, kind=kind)) for kind in GapKind]
    written = "".join(
        locate.WRITERS[format]([Result("a.md", gaps, 3)], single=True, colour=False, version="1")
    )
    assert all(kind.value in written for kind in GapKind)


def test_sarif_has_what_code_scanning_asks_for(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A SARIF log names its version, its tool, its rules and every place."""
    assert run(blog, format="sarif") == 0
    log = json.loads(capsys.readouterr().out)
    (one,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = {rule["id"] for rule in one["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in one["results"]} <= rules
    region = one["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == 3


def test_escape_codes_and_markup_are_shown_not_obeyed(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters and Rich's markup in a draft come out as text."""
    path = blog / "evil.md"
    path.write_text("TODO: \x1b[2J[bold]boo[/bold]\n", encoding="utf-8")
    run(path)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[bold]boo[/bold]" in out


def test_an_unknown_format_is_refused() -> None:
    """A format that isn't known is a usage error that names the known ones."""
    with pytest.raises(UsageError, match="sarif"):
        run("x.md", format="xml")


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    """A link to a folder above is followed once at most."""
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("x", encoding="utf-8")
    (tmp_path / "posts" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert [os.path.basename(path) for path in find_posts([str(tmp_path)])] == ["a.md"]


def test_rules_above_the_folder_hold_inside_it(blog: Path) -> None:
    """The .gitignore at the top of the repository counts for a folder below it."""
    (blog / ".git").mkdir()
    names = [os.path.basename(path) for path in find_posts([str(blog / "posts")])]
    assert names == ["done.markdown", "private-but-kept.md"]


def test_many_files_are_read_side_by_side(
    blog: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From some number of files on several processes work, and the result and its order are the same."""
    run(blog, format="json")
    alone = capsys.readouterr().out
    monkeypatch.setattr(locate, "_MANY_FILES", 2)
    run(blog, format="json")
    assert capsys.readouterr().out == alone

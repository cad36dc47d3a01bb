"""Files that an author gives as material: who may name them, and what is read of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.adapters import sources, web_page
from assistant.core.types import Source
from assistant.errors import InputError


def names(found: tuple[list[Source], list[str]]) -> list[str]:
    return [Path(source.name).name for source in found[0]]


def test_a_draft_names_files_inside_its_blog_alone(tmp_path: Path) -> None:
    """What lies outside, behind links as well, is left out, with a line that says so."""
    blog, away = tmp_path / "blog", tmp_path / "away"
    for folder in (blog / "posts", blog / "notes", away):
        folder.mkdir(parents=True)
    (away / "secret.txt").write_text("secret")
    for name in ("a.md", "b.md"):
        (blog / "notes" / name).write_text(name)
    (blog / ".env").write_text("secret")
    (blog / "notes" / ".key").write_text("secret")
    (blog / "notes" / "link.md").symlink_to(away / "secret.txt")
    (blog / "posts" / "folder").symlink_to(away)

    def of(*entries: str) -> tuple[list[Source], list[str]]:
        return sources.of_draft({"sources": list(entries)}, path=blog / "posts" / "draft.md", root=blog)

    assert names(of("../notes/*.md")) == ["a.md", "b.md"]
    for entry in (
        "../notes/link.md",
        "folder/secret.txt",
        "../../away/secret.txt",
        str(away / "secret.txt"),
        "../../away/*",
        "../.env",
        "../*/.key",
        "~/x",
        "folder/*",
        "\0",
    ):
        files, said = of(entry)
        assert files == [] and len(said) == 1, entry


@pytest.mark.parametrize("value", [3, {"a": "b.md"}, ["a.md", 3], True])
def test_sources_that_are_no_list_are_spoken_of(tmp_path: Path, value: object) -> None:
    """A wrong type in the front matter is not passed over in silence."""
    (tmp_path / "a.md").write_text("a")
    texts, left_out = sources.of_draft({"sources": value}, path=tmp_path / "draft.md", root=tmp_path)
    assert texts == [] and left_out == ["draft.md: sources: not a list of files; left out"]


def test_a_source_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    """A draft with one broken source can still be opened, and a line names it."""
    (tmp_path / "a.md").write_text("a")
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe\0")
    found = sources.of_draft({"sources": ["*"]}, path=tmp_path / "draft.md", root=tmp_path)
    assert names(found) == ["a.md"] and "not UTF-8 text" in found[1][0]


def test_a_draft_is_no_source_for_itself(tmp_path: Path) -> None:
    """A glob that names the draft would let its own sentences support what is written into it."""
    for name in ("draft.md", "notes.md"):
        (tmp_path / name).write_text("Words.\n")
    draft = tmp_path / "draft.md"
    files, left_out = sources.of_draft({"sources": ["*.md"]}, path=draft, root=tmp_path)
    assert names((files, left_out)) == ["notes.md"] and left_out == []
    files, left_out = sources.of_draft({"sources": ["draft.md"]}, path=draft, root=tmp_path)
    assert files == [] and len(left_out) == 1


def test_a_draft_in_the_home_itself_reads_only_what_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home is no blog, whatever is in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("secret")
    (tmp_path / "notes.txt").write_text("notes")
    given = {"sources": ["letters/a.txt", "**/*.txt"]}
    assert names(sources.of_draft(given, path=tmp_path / "draft.md", root=tmp_path)) == ["notes.txt"]


def test_the_author_names_any_file_and_hears_of_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Globs are taken; a name that is not there is an error."""
    monkeypatch.chdir(tmp_path)
    for name in ("b.txt", "a.txt"):
        Path(name).write_text(f"of {name}\r\n")
    assert [(s.name, s.text) for s in sources.from_paths(["*.txt", "a.txt"])] == [
        ("a.txt", "of a.txt\n"),
        ("b.txt", "of b.txt\n"),
    ]
    with pytest.raises(InputError, match=r"--with c.txt: no such file"):
        sources.from_paths(["c.txt"])
    Path("c.bin").write_bytes(b"\xff\xfe\0\0")
    with pytest.raises(InputError, match=r"c\.bin: not UTF-8 text"):
        sources.from_paths(["c.bin"])
    Path("notes").mkdir()
    for name in ("notes", "notes/", "note*"):
        with pytest.raises(InputError, match=r"a folder; name files in it, such as notes/\*\.md"):
            sources.from_paths([name])


def test_of_a_web_page_the_words_are_read() -> None:
    """Scripts, styles and navigation are not; blocks get lines of their own."""
    page = """<!DOCTYPE html><html><head><title>T</title><style>p {}</style></head><body>
    <nav><a href="/">Home</a></nav><h1>The <em>release</em></h1><script>alert("x")</script>
    <p>It took&nbsp;32 minutes &amp; <b>no</b>
    rollback.</p><ul><li>Priya<li>Tom</ul></body></html>"""
    assert web_page.text(page) == "The release\n\nIt took 32 minutes & no rollback.\n\nPriya\nTom"


def test_of_a_pdf_the_words_are_read(tmp_path: Path) -> None:
    """A damaged one is an error in one line."""
    path = tmp_path / "a.pdf"
    stream = b"BT /F1 12 Tf 72 720 Td (We lost a day in Leeds.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    path.write_bytes(data + b"xref\n0 6\n0000000000 65535 f \n" + table + end)
    assert sources.from_paths([str(path)])[0].text.strip() == "We lost a day in Leeds."
    path.write_bytes(b"%PDF-1.4\nnothing")
    with pytest.raises(InputError, match="can't be read as a PDF"):
        sources.from_paths([str(path)])

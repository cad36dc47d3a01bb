"""The posts of a series are found by what their authors wrote in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.adapters.posts.siblings import siblings
from assistant.core.text.draft import parse

DRAFT = "---\ntitle: New\n{}\n---\n\n{}\n\n## Empty\n"


def found(blog: Path, head: str, quote: str = "", globs: tuple[str, ...] = ()) -> list[str]:
    draft = parse(DRAFT.format(head, quote).encode())
    return sorted(
        Path(p).name for p, _ in siblings(draft, path=blog / "posts" / "new.md", root=blog, globs=globs)
    )


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """Make a blog with posts of two series in several folders."""
    posts = {
        "posts/a.md": "---\ntitle: A\ntags: [x, lead-series]\n---\nText.\n",
        "posts/b.md": "---\ntitle: B\nseries: Leading\n---\nText.\n",
        "other/c.md": "---\ntitle: C\n---\n> Part of [it](/tags/lead-series/).\n",
        "other/d.md": "+++\ntitle = 'D'\ntags = ['lead-series']\n+++\nText.\n",
        "other/e.md": "---\ntitle: E\ntags: [food]\n---\nlead-series is mentioned here only.\n",
        "node_modules/f.md": "---\ntags: [lead-series]\n---\n",
        ".hidden/g.md": "---\ntags: [lead-series]\n---\n",
        "posts/new.md": "---\ntags: [lead-series]\n---\n",
        "posts/broken.md": "---\ntags: [lead-series\n---\n",
    }
    for name, text in posts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_posts_are_found_by_tag_key_and_link(blog: Path) -> None:
    """A series tag, a series key or a link in the quote at the top: each is enough, in any folder."""
    assert found(blog, "tags: [y, lead-series]") == ["a.md", "c.md", "d.md"]
    assert found(blog, "series: leading") == ["b.md"]
    assert found(blog, "tags: [y]", "> Part of [it](/tags/lead-series/).") == ["a.md", "c.md", "d.md"]


def test_without_a_series_the_posts_beside_it_serve(blog: Path) -> None:
    """A plain shared tag makes no series; then the same folder and author do."""
    assert found(blog, "tags: [food]") == ["a.md", "b.md", "broken.md"]
    assert found(blog, "author: Somebody else") == []
    for name in ("a.md", "b.md", "broken.md"):
        (blog / "posts" / name).write_text("---\nauthor: Jane\n---\nOne of hers.\n")
    assert found(blog, "title: New") == ["a.md", "b.md", "broken.md"]
    (blog / "posts" / "b.md").write_text("---\nauthor: Joe\n---\nOne of his.\n")
    assert found(blog, "title: New") == []


def test_a_post_in_another_language_is_no_example(blog: Path) -> None:
    """A translation beside the draft shows nothing of how its author writes the draft's language."""
    german = (
        "---\nlang: de\n---\n" + "Das ist der Brief, den ich nicht an dich und nicht an sie schrieb. " * 9
    )
    (blog / "posts" / "b.md").write_text(german)
    assert found(blog, "lang: en") == ["a.md", "broken.md"]
    assert found(blog, "lang: de") == ["a.md", "b.md", "broken.md"]


def test_a_draft_of_one_line_has_the_language_of_its_words(blog: Path) -> None:
    """It is too short to tell its language alone, and its folder has posts in two."""
    texts = {
        "de": "Wir ruderten am Abend und sahen das Licht auf der Insel. ",
        "en": "We saw the light and were home by the evening of that day. ",
    }
    for code, text in texts.items():
        (blog / "posts" / f"{code}.md").write_text(f"---\ntitle: New\n---\n{text * 9}")
    assert "en.md" not in found(blog, "", "Wir ruderten nach Hause.") and "de.md" in found(
        blog, "", "Wir ruderten nach Hause."
    )
    assert "de.md" not in found(blog, "", "We rowed home.")


def test_globs_choose_and_never_leave_the_blog(blog: Path) -> None:
    """The author's globs decide; what they reach outside the blog's folder is not read."""
    (blog.parent / "private.md").write_text("secret")
    assert found(blog, "", globs=("other/*.md", "../*.md", "/etc/*.md")) == ["c.md", "d.md", "e.md"]

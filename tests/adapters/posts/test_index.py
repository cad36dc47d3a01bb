"""The index of a blog follows its files, knows every layout, and is never trusted."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters.posts.index import PostIndex
from assistant.adapters.posts.metadata import place
from assistant.adapters.posts.siblings import siblings
from assistant.core.text.draft import parse


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".md").write_text(text)


def names(root: Path, cache: Path | None, series: str = "trains") -> list[str]:
    with closing(PostIndex(root, cache=cache)) as blog_index:
        blog_index.refresh()
        return blog_index.of_series([series])


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    write(
        root, posts__a="---\nseries: Trains\n---\nOn points.\n", posts__b="---\ntags: [food]\n---\nBread.\n"
    )
    return root


def index(cache: Path) -> Path:
    return next((cache / "posts").iterdir())


def test_the_index_follows_the_files(blog: Path, tmp_path: Path) -> None:
    """New, changed and removed posts are seen the next time; the file is the user's alone."""
    cache = tmp_path / "cache"
    assert names(blog, cache) == ["posts/a.md"]
    write(blog, posts__b="---\nseries: trains\n---\nBread on trains.\n", more__c="---\nseries: trains\n---\n")
    assert names(blog, cache) == ["more/c.md", "posts/a.md", "posts/b.md"]
    (blog / "posts/a.md").unlink()
    (blog / "more/c.md").unlink()
    assert names(blog, cache) == ["posts/b.md"]
    assert stat.S_IMODE(index(cache).stat().st_mode) == 0o600
    with closing(PostIndex(blog, cache=cache)) as blog_index:
        assert blog_index.like("something about bread") == ["posts/b.md"]


@pytest.mark.parametrize("damage", ["garbage", "cut", "foreign", "link", "open", "folder"])
def test_a_file_that_is_not_our_index_is_made_anew(blog: Path, tmp_path: Path, damage: str) -> None:
    """Broken, another program's, a link elsewhere, readable by others: the answer is right all the same."""
    cache = tmp_path / "cache"
    names(blog, cache)
    file, victim = index(cache), tmp_path / "victim"
    if damage == "garbage":
        file.write_bytes(b"nonsense" * 1000)
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[:9000])
    elif damage == "foreign":
        file.unlink()
        with sqlite3.connect(file) as foreign:
            foreign.execute("CREATE TABLE posts (x)")
        foreign.close()
    elif damage == "link":
        victim.write_bytes(file.read_bytes())
        file.unlink()
        file.symlink_to(victim)
    elif damage == "open":
        file.chmod(0o644)
    else:
        file.unlink()
        file.mkdir()
    before = victim.read_bytes() if victim.exists() else b""
    write(blog, posts__b="---\nseries: trains\n---\n")
    assert names(blog, cache) == ["posts/a.md", "posts/b.md"]
    assert not victim.exists() or victim.read_bytes() == before
    if damage != "folder":
        assert stat.S_IMODE(os.lstat(file).st_mode) == 0o600 and not file.is_symlink()


def test_paths_from_an_index_stay_in_the_blog(blog: Path, tmp_path: Path) -> None:
    """A path that somebody wrote into the index is not followed out of the blog, nor is a link."""
    cache = tmp_path / "cache"
    names(blog, cache)
    (tmp_path / "private.md").write_text("---\nseries: trains\n---\nSecret.\n")
    (blog / "posts/link.md").symlink_to(tmp_path / "private.md")
    with sqlite3.connect(index(cache)) as db:
        db.execute("UPDATE posts SET path = '../private.md' WHERE path = 'posts/b.md'")
        db.execute("INSERT INTO names SELECT 'trains', 'series', id FROM posts WHERE path = '../private.md'")
    db.close()
    draft = parse(b"---\nseries: trains\n---\n")
    found = siblings(draft, path=blog / "posts/new.md", root=blog, cache=cache)
    assert [Path(path).name for path, _ in found] == ["a.md"]


def test_without_a_cache_it_works_from_memory(blog: Path, tmp_path: Path) -> None:
    """Where no file can be made, nothing is said and the posts are found."""
    (tmp_path / "cache").write_text("in the way")
    assert names(blog, tmp_path / "cache") == names(blog, None) == ["posts/a.md"]


@pytest.mark.parametrize(
    ("draft", "path", "sibling", "at"),
    [
        (
            "---\nseries: Trains\n---\n",
            "_drafts/x.md",
            "---\nseries: trains\n---\n",
            "_posts/2024-01-01-y.md",
        ),
        (
            "---\nseries: [Trains]\n---\n",
            "content/x.md",
            "+++\nseries = ['Trains']\n+++\n",
            "content/y/index.md",
        ),
        (
            "---\nseries: Trains\n---\n",
            "source/_drafts/x.md",
            "---\ntags: [trains]\n---\n",
            "source/_posts/y.md",
        ),
        (
            "---\ntags: [posts, train-series]\n---\n",
            "src/x.md",
            "---\ntags: train-series\n---\n",
            "src/z/y.md",
        ),
        (
            "+++\n[taxonomies]\nseries = ['Trains']\n+++\n",
            "content/x.md",
            "+++\n[extra]\nseries = 'trains'\n+++\n",
            "content/blog/y/index.md",
        ),
        (
            "---\nseries: {name: Trains}\n---\n",
            "src/x.mdx",
            "---\nseries:\n  name: trains\n---\n",
            "src/y.mdx",
        ),
        ("---\nseries: '[[Trains]]'\n---\n", "x.md", "> part of [[Trains|the series]]\n", "notes/y.md"),
        (
            "---\naliases: []\n---\n#series/trains\n",
            "x.md",
            "---\ntags: [series/trains]\n---\n",
            "notes/y.md",
        ),
        ("> See [all](/series/trains/).\n", "x.md", "---\nseries: trains\n---\n", "old/y.md"),
        ('> See [all]({{< ref "/series/trains" >}}).\n', "x.md", "---\nseries: trains\n---\n", "old/y.md"),
        ("Hello.\n", "content/series/trains/x.md", "Hello too.\n", "content/series/trains/y/index.md"),
        ("---\nauthor: Ada\n---\n", "_drafts/x.md", "---\nauthor: ada\n---\n", "_posts/2024/y.md"),
        ("Hello.\n", "content/posts/x/index.en.md", "Hello too.\n", "content/posts/y/index.en-gb.md"),
    ],
    ids=(
        *("jekyll", "hugo", "hexo", "eleventy", "zola", "astro"),
        *("obsidian", "vault-tag", "link", "shortcode", "folder", "author", "hugo-languages"),
    ),
)
def test_siblings_are_found_in_every_layout(
    tmp_path: Path, draft: str, path: str, sibling: str, at: str
) -> None:
    """Whatever program publishes the blog, the post of the same series or author is found, and no other."""
    for name, text in ((at, sibling), (path, draft), ("elsewhere/z.md", "---\nauthor: Bob\n---\nBye.\n")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = siblings(parse(draft.encode()), path=tmp_path / path, root=tmp_path)
    assert [os.path.relpath(p, tmp_path) for p, _ in found] == [at]


def test_places_join_drafts_with_posts() -> None:
    """Folders of drafts, of dates and of one post each count as the folder that they belong to."""
    assert place("_drafts/x.md") == place("_posts/2024/05/y.md") == "_posts"
    assert place("content/posts/x/index.md") == place("content/posts/y.md") == "content/posts"
    assert place("x.md") == ""

"""Drafts are read whole or not at all, and written in one step or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from conftest import command, program

from assistant.adapters.files import check_writable, read_draft, write_draft
from assistant.adapters.folders import blog_root
from assistant.adapters.template_files import loader
from assistant.errors import InputError, WriteError


def test_a_write_keeps_mode_and_link(tmp_path: Path) -> None:
    """A draft behind a symbolic link is written where it is, and who may read it stays the same."""
    real, link = tmp_path / "real.md", tmp_path / "link.md"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_draft(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.md", "real.md"]


def test_a_file_that_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """With the bytes that it is to replace given, a write only happens over those."""
    file = tmp_path / "a.md"
    file.write_bytes(b"the author's later words")
    assert not write_draft(file, b"ours", over=b"earlier words")
    assert file.read_bytes() == b"the author's later words"
    assert write_draft(file, b"ours", over=b"the author's later words")
    assert len(os.listdir(tmp_path)) == 1


def test_a_folder_that_is_gone_is_one_error(tmp_path: Path) -> None:
    """What can't be written says so and leaves nothing behind."""
    with pytest.raises(WriteError, match="can't be written"):
        write_draft(tmp_path / "none" / "a.md", b"x")


def test_what_is_no_draft_is_named(tmp_path: Path) -> None:
    """Missing, a folder, too large, a device: each has its own words."""
    (tmp_path / "large.md").write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    for path, says in (
        (tmp_path / "none.md", "no such file"),
        (tmp_path, "a folder"),
        (tmp_path / "large.md", "larger than 10 MB"),
        (Path("/dev/null"), "not a regular file"),
    ):
        with pytest.raises(InputError, match=says) as caught:
            read_draft(path)
        assert str(path) in str(caught.value)


def test_a_blog_is_found_by_its_signs(tmp_path: Path) -> None:
    """The nearest folder above with a site's configuration is the blog; without one, the draft's own."""
    posts = tmp_path / "blog" / "_posts"
    posts.mkdir(parents=True)
    assert blog_root(posts / "a.md") == posts
    (tmp_path / "blog" / "_config.yml").touch()
    assert blog_root(posts / "a.md") == tmp_path / "blog"


def test_own_templates_win_file_by_file(tmp_path: Path) -> None:
    """A blog's own system prompt is taken, and the others are still the shipped ones."""
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "system.md").write_text("Mine.")
    load = loader(tmp_path)
    assert load("system")[0] == "Mine."
    assert load("marker")[1] == "prompts/marker.md"
    with pytest.raises(KeyError):
        load("../../secret")


def test_a_template_that_links_out_of_the_blog_is_not_read(tmp_path: Path) -> None:
    """A repository can't have the user's other files sent to a model through a link."""
    outside = tmp_path / "secret.md"
    outside.write_text("private")
    blog = tmp_path / "blog"
    (blog / "prompts").mkdir(parents=True)
    (blog / "prompts" / "system.md").symlink_to(outside)
    assert "private" not in loader(blog)("system")[0]


def test_what_may_not_be_read_or_written_is_named(home: Path, tmp_path: Path) -> None:
    """By the file or the folder that denies it, before anything is asked of a model."""
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "a.md").write_text("# A\n\nTODO: why\n")
    done = _unprivileged("locate", "blog", folder=tmp_path, mode=0o000)
    assert done.returncode == 2 and done.stderr == b"assistant: blog: can't be read: permission denied\n"
    done = _unprivileged("expand", "--yes", "blog/a.md", folder=tmp_path, mode=0o500)
    said = b"assistant: blog/a.md: can't be written: its folder is write-protected\n"
    assert done.returncode == 2 and done.stderr == said
    with pytest.raises(WriteError, match="there is no such folder"):
        check_writable(tmp_path / "nowhere" / "a.md")


def _unprivileged(*arguments: str, folder: Path, mode: int) -> subprocess.CompletedProcess[bytes]:
    """Run a command where `blog` has that mode, without root's extra rights."""
    (folder / "blog").chmod(mode)
    drops = [program("setpriv"), "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
    done = subprocess.run([*drops, command(), *arguments], cwd=folder, capture_output=True)
    (folder / "blog").chmod(0o700)
    return done


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    """`-o /dev/full` would put a regular file in place of the device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for write in (check_writable, lambda path: write_draft(path, b"text")):
        with pytest.raises(WriteError, match="not a regular file"):
            write(pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)

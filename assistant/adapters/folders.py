"""Finds the blog that a file belongs to, and walks folders as people who use git expect."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ENDINGS = (".md", ".markdown", ".mdx", ".mkd", ".mdown", ".qmd", ".rmd")
"""The endings of Markdown files, in lower case; Quarto's and R's notebooks are Markdown with code."""

_DEPENDENCIES = frozenset(("node_modules", "__pycache__", "vendor", "bower_components"))
"""Folders of other people's files, which nobody means even where no .gitignore says so."""

_ROOT_MARKERS = (
    *(".git", ".assistant.toml", ".obsidian", "_config.yml", "config.toml"),
    *("hugo.toml", "hugo.yaml", "hugo.json"),
    *("astro.config.mjs", "astro.config.ts", "astro.config.js"),
    *("eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs", ".eleventy.js", ".eleventy.cjs"),
)
"""What lies in the top folder of a blog: Jekyll's, Hugo's, Astro's, Eleventy's and Obsidian's files."""

_Entries = list[os.DirEntry[str]]
_Rules = list[tuple[str, "GitIgnoreSpec"]]
"""The folder of each .gitignore file, as an absolute path, and its rules; the outermost first."""


def find_posts(paths: Iterable[str]) -> list[str]:
    """Return the Markdown files in folders, and every path that is no folder: each file once.

    The order is that of `paths` and, within a folder, of names. Left out are what `.gitignore` files
    ignore (those above the folder in the same repository too), dot folders and dependencies' folders;
    `_drafts` is not. A link to a folder is followed unless that folder was walked already. A file that
    is named outright is always taken, whatever its ending; so is a folder without any, which can't be read.
    """
    posts: dict[str, str] = {}
    real_folder = cache(os.path.realpath)  # of 50,000 posts, few lie in folders of their own
    for path in paths:
        for post in (os.path.isdir(path) and list(_not_ignored(path))) or (path,):
            is_link = os.path.islink(post)
            folder, name = os.path.split(post)
            real = os.path.realpath(post) if is_link else os.path.join(real_folder(folder), name)
            if not is_link and os.path.islink(posts.get(real, "")):
                posts[real] = post  # a file's own name is the better one
            posts.setdefault(real, post)
    return list(posts.values())


def check_posts(path: str) -> None:
    """Raise `InputError` where a path is a folder without Markdown files: a wrong one is not finished."""
    if os.path.isdir(path) and not os.access(path, os.R_OK | os.X_OK):
        raise InputError(f"{path}: can't be read: permission denied")
    if os.path.isdir(path) and next(_not_ignored(path), None) is None:
        raise InputError(f"{path}: no Markdown files in this folder")


def repository(folder: Path) -> Path | None:
    """Return the top folder of the git repository that an absolute `folder` is in."""
    return next((place for place in (folder, *folder.parents) if os.path.exists(place / ".git")), None)


def blog_root(path: Path) -> Path:
    """Return the top folder of the blog that `path` belongs to; its own folder where nothing marks one.

    The home folder is never a blog, whatever lies in it.
    """
    start = path if path.is_dir() else path.parent
    start = Path(os.path.abspath(start))
    home = Path(os.path.abspath(Path.home())) if "HOME" in os.environ or os.name == "nt" else None
    for folder in (start, *start.parents):
        if folder == home:
            break
        if any(os.path.exists(folder / marker) for marker in _ROOT_MARKERS):  # False where that can't be told
            return folder
    return start


def patch_path(path: Path) -> str:
    """Return the path that a patch names a file by, with slashes.

    It starts at the root of the current folder's repository, as in git's own patches, which `git apply` takes
    in every folder above the file. Without a repository, it starts at the current folder.
    """
    current_folder, file = Path.cwd(), path.resolve()  # git patches nothing through a symbolic link
    top = repository(current_folder)
    if top is None or not file.is_relative_to(top):
        return os.path.relpath(path).replace(os.sep, "/")
    return file.relative_to(top).as_posix()


def walk(root: str, *, follow_links: bool) -> Iterator[tuple[str, _Entries, _Entries]]:
    """Yield each folder with its subfolders and the Markdown files in it, both by name.

    Works as `os.walk`, top down: what the caller removes from the subfolders is not walked. Dot entries and
    dependencies' folders are left out, and so is what can't be read. With `follow_links`, a link to a folder
    is followed unless that folder was walked already.
    """
    pending = [root]
    walked: set[tuple[int, int]] = set()
    while pending:
        folder = pending.pop()
        subfolders: _Entries = []
        posts: _Entries = []
        try:
            if follow_links:
                state = os.stat(folder)
                if (state.st_dev, state.st_ino) in walked:
                    continue
                walked.add((state.st_dev, state.st_ino))
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    name = entry.name
                    if name[0] == ".":
                        continue
                    # Most names are in lower case already, and there may be 50,000 of them.
                    if name.endswith(ENDINGS) or name.lower().endswith(ENDINGS):
                        posts.append(entry)
                    elif name not in _DEPENDENCIES and _tells(entry.is_dir, follow_symlinks=follow_links):
                        subfolders.append(entry)
        except OSError:
            continue
        yield folder, subfolders, posts
        pending.extend(entry.path for entry in reversed(subfolders))


def _tells(test: Callable[..., bool], **options: bool) -> bool:
    """Return what a directory entry says of itself; False where the system can't tell."""
    try:
        return test(**options)
    except OSError:
        return False


def _not_ignored(root: str) -> Iterator[str]:
    """Yield the paths of the Markdown files in a folder that git would not ignore."""
    rules_of = {root: _rules_above(root)}
    for folder, subfolders, posts in walk(root, follow_links=True):
        rules = rules_of.pop(folder)
        if os.path.isfile(os.path.join(folder, ".gitignore")):
            rules = [*rules, *_read_rules(folder)]
        if rules:
            subfolders[:] = [e for e in subfolders if not _is_ignored(e.path, rules, is_folder=True)]
        rules_of.update((entry.path, rules) for entry in subfolders)
        for post in posts:
            if _tells(post.is_file) and not (rules and _is_ignored(post.path, rules, is_folder=False)):
                yield post.path


def _is_ignored(path: str, rules: _Rules, *, is_folder: bool) -> bool:
    """Tell whether git would ignore `path`; of several rules that match, the nearest and last one decides."""
    absolute = os.path.abspath(path)
    for base, spec in reversed(rules):
        name = os.path.relpath(absolute, base).replace(os.sep, "/") + ("/" if is_folder else "")
        verdict = spec.check_file(name).include
        if verdict is not None:
            return verdict
    return False


def _read_rules(folder: str) -> _Rules:
    from pathspec import GitIgnoreSpec  # its import costs 40 ms, which a single file need not pay

    try:
        lines = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        return [(os.path.abspath(folder), GitIgnoreSpec.from_lines(lines))]
    except (OSError, ValueError):
        return []  # git ignores nothing by a rule that it can't read


def _rules_above(folder: str) -> _Rules:
    """Return the rules of the folders above, the outermost first, up to the top of the repository."""
    start = Path(os.path.abspath(folder))
    top = repository(start) or start
    parents = [place for place in reversed(start.parents) if place.is_relative_to(top)]
    with_rules = [place for place in parents if (place / ".gitignore").is_file()]
    return [rule for place in with_rules for rule in _read_rules(str(place))]

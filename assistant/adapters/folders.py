"""Walks folders as people who use git expect: what they ignore is left out, drafts are not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ENDINGS = (".md", ".markdown", ".mdx", ".mkd", ".mdown", ".qmd", ".rmd")
"""What names a Markdown file, in lower case; Quarto's and R's notebooks are Markdown with code."""

_BUILT = frozenset(("node_modules", "__pycache__", "vendor", "bower_components"))
"""Folders of other people's files, which nobody means even where no .gitignore says so."""


def find_posts(paths: Iterable[str]) -> list[str]:
    """Effect: walks folders and returns the Markdown files in them, and every path that is no folder.

    The order is that of `paths` and, within a folder, of names. Left out are what `.gitignore` files
    ignore (those above the folder in the same repository too), dot folders and dependencies' folders;
    `_drafts` is not. A link to a folder is followed unless that folder was walked already. A file that
    is named outright is always taken, whatever its ending.
    """
    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            walked: set[tuple[int, int]] = set()
            for post in _walk(path, _rules_above(path), walked):
                found.setdefault(post)
        else:
            found.setdefault(path)
    return list(found)


_Rules = list[tuple[str, "GitIgnoreSpec"]]


def _walk(folder: str, rules: _Rules, walked: set[tuple[int, int]]) -> Iterator[str]:
    pending = [(folder, rules)]
    while pending:
        folder, rules = pending.pop()
        try:
            state = os.stat(folder)
            if (state.st_dev, state.st_ino) in walked:
                continue
            walked.add((state.st_dev, state.st_ino))
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue  # a folder that can't be opened holds nothing that we could read
        if any(entry.name == ".gitignore" for entry in inside):
            rules = [*rules, *_read_rules(folder)]
        deeper = []
        for entry in inside:
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
                if not is_folder and not (entry.name.lower().endswith(ENDINGS) and entry.is_file()):
                    continue
            except OSError:
                continue
            if (is_folder and entry.name in _BUILT) or (rules and _ignored(entry.path, rules, is_folder)):
                continue
            if is_folder:
                deeper.append((entry.path, rules))
            else:
                yield entry.path
        pending.extend(reversed(deeper))


def _ignored(path: str, rules: _Rules, is_folder: bool) -> bool:
    """Say whether git would ignore `path`; of several rules that match, the nearest and last one decides."""
    whole = os.path.abspath(path)
    for base, spec in reversed(rules):
        name = os.path.relpath(whole, base).replace(os.sep, "/") + ("/" if is_folder else "")
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
        return []  # a rule that git can't read ignores nothing there either


def _rules_above(folder: str) -> _Rules:
    """Return the rules of the folders above, up to the top of the repository."""
    rules: _Rules = []
    above: list[Path] = []
    current = Path(os.path.abspath(folder))
    if (current / ".git").exists():
        return []
    for parent in current.parents:
        above.append(parent)
        if (parent / ".git").exists():
            for place in reversed(above):
                rules += _read_rules(str(place)) if (place / ".gitignore").is_file() else []
            return rules
    return []

"""Finds the posts of the series that a draft belongs to, in its folder and its blog."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.core.draft import Draft, parse, read_metadata
from assistant.errors import InputError

MOST_POSTS = 12
"""Posts of a series that are read whole; the nearest by name come first."""
MOST_FILES = 5_000
_HEAD = 8_192
"""Bytes at the start of a post in which its front matter and its series link must stand."""
_ENDINGS = (".md", ".markdown", ".mdx", ".mkd")
_SKIPPED = frozenset(("node_modules", "vendor", "public", "_site", "dist", "build", "venv", "__pycache__"))
_SERIES_LINK = re.compile(r"\]\([^)\s]*/(?:tags?|series|categor(?:y|ies)|topics?)/([\w%.-]+)/?[)\s]")
_SERIES_TAG = re.compile(r"(?:\A|[-_ ])series(?:[-_ ]|\Z)", re.I)


def series_of(draft: Draft) -> frozenset[str]:
    """Return the names of the series that a draft says it belongs to, in lower case."""
    quotes = [draft.text((b.start, b.end)) for b in draft.blocks if b.kind == "BlockQuote"][:4]
    linked = {name.casefold() for quote in quotes for name in _SERIES_LINK.findall(quote)}
    tags = _names(draft.metadata, "tags") | _names(draft.metadata, "categories")
    own = _names(draft.metadata, "series")
    return frozenset(own | {t for t in tags if t in linked or _SERIES_TAG.search(t)} | linked)


def siblings(
    draft: Draft, *, path: Path, root: Path, globs: Sequence[str] = ()
) -> tuple[tuple[str, Draft], ...]:
    """Effect: reads the other posts of the draft's series and returns them with their paths.

    `globs`, from the blog's folder, name the posts instead where the author has set them; what they name
    outside that folder is left out.
    """
    if globs:
        chosen = [p for p in _globbed(root, globs) if not _same(p, path)]
    else:
        names = series_of(draft)
        if not names:
            return ()
        chosen = [p for p in _posts(path, root) if not _same(p, path) and _belongs(p, names)]
    chosen.sort(key=lambda p: (_distance(p.name, path.name), p.name))
    found = []
    for post in chosen[:MOST_POSTS]:
        try:
            found.append((str(post), parse(post.read_bytes())))
        except (OSError, InputError):
            continue
    return tuple(found)


def _posts(path: Path, root: Path) -> Iterator[Path]:
    """Effect: lists the blog's Markdown files, those of the draft's own folder first."""
    own = [p for p in sorted(path.parent.glob("*")) if p.suffix.lower() in _ENDINGS]
    yield from own
    seen = len(own)
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in _SKIPPED and not n.startswith("."))
        if _same(Path(folder), path.parent):
            continue
        for file in sorted(files):
            if file.lower().endswith(_ENDINGS):
                seen += 1
                if seen > MOST_FILES:
                    return
                yield Path(folder, file)


def _globbed(root: Path, globs: Sequence[str]) -> list[Path]:
    inside = root.resolve()
    found: dict[Path, None] = {}
    for pattern in globs:
        if pattern.startswith(("/", "~")) or ".." in Path(pattern).parts:
            continue
        for post in sorted(root.glob(pattern))[:MOST_FILES]:
            if post.is_file() and post.resolve().is_relative_to(inside):
                found[post] = None
    return list(found)


def _belongs(post: Path, names: frozenset[str]) -> bool:
    """Tell whether a post is of one of the series; its front matter is read only when a name is there."""
    try:
        with open(post, "rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff")
    folded = text.casefold()
    if not any(name in folded for name in names):
        return False
    if any(link.casefold() in names for link in _SERIES_LINK.findall(text)):
        return True
    fence = text[:3]
    if fence not in ("---", "+++"):
        return False
    end = text.find(f"\n{fence}", 3)
    metadata = read_metadata(text[: end + 4]) if end > 0 else {}
    return bool(
        names & (_names(metadata, "series") | _names(metadata, "tags") | _names(metadata, "categories"))
    )


def _names(metadata: Mapping[str, Any], key: str) -> set[str]:
    value = metadata.get(key)
    if isinstance(value, dict):
        value = value.get("name") or value.get("title")
    if isinstance(value, str):
        value = re.split(r"\s*,\s*", value) if "," in value else [value]
    if not isinstance(value, list):
        return set()
    return {str(entry).strip().casefold() for entry in value[:100] if isinstance(entry, str | int)} - {""}


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _distance(one: str, other: str) -> int:
    """Return how far apart two file names are in time, in days, when both begin with a date."""
    dates = [re.match(r"(\d{4})-(\d\d)-(\d\d)", name) for name in (one, other)]
    if not all(dates):
        return 10_000
    days = [int(d[1]) * 372 + int(d[2]) * 31 + int(d[3]) for d in dates if d]
    return abs(days[0] - days[1])

"""What a post says of its series, author and place, as the common blog programs have their authors write it.

| program | series | drafts and posts | one post, one folder |
|---|---|---|---|
| Jekyll | `series:`, tags, categories | `_drafts/`, `_posts/` | |
| Hugo | `series: []`, `[taxonomies]`, `content/series/x/` | `draft: true` | `x/index.md` |
| Hexo | `series:`, tags, categories | `source/_drafts/`, `source/_posts/` | |
| Eleventy | `tags` and `series` | `drafts/`, `posts/` | `x/index.md` |
| Zola | `[taxonomies]`, `[extra] series` | `draft = true` | `x/index.md` |
| Astro | `series: {name: }`, tags | `src/content/…` | `x/index.mdx` |
| Obsidian | `series: "[[x]]"`, `#series/x`, a link in a quote | any folder | |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(
    r"\]\([^)\n]*?/(?:tags?|series|categor(?:y|ies)|topics?|collections?)/([\w%.-]+)/?[\"']?[^)\n]*\)", re.I
)
_WIKI = re.compile(r"\[\[(?:[^\]|\n]*/)?([^\]|#\n/]+)(?:#[^\]|\n]*)?(?:\|[^\]\n]*)?\]\]")
_INLINE_TAG = re.compile(r"(?<![\w/&#])#([\w-]+(?:/[\w-]+)*)")
_SERIES_TAG = re.compile(r"(?:\A|[-_ /])series(?:[-_ /]|\Z)", re.I)
_QUOTE = re.compile(r"(?m)^ {0,3}>.*$")
_BUNDLE = re.compile(r"index(?:\.[a-z]{2,3}(?:[-_][a-z]{2,4})?)?\.[a-z]+\Z", re.I)
"""A post in a folder of its own; Hugo puts the code of its language into the name."""
_NUMBERED = re.compile(r"\A(?:\d{4}|\d{1,2})\Z")
_POSTS = {"_drafts": "_posts", "drafts": "posts", "draft": "posts"}
_AUTHOR = ("author", "authors", "by")


@dataclass(frozen=True, slots=True)
class Card:
    """What an index keeps of a post."""

    title: str = ""
    author: str = ""
    """In lower case; empty where the post doesn't say."""
    series: frozenset[str] = frozenset()
    """The names of its series, in lower case: from its keys, its series tags and the link in its quote."""
    tags: frozenset[str] = frozenset()
    """All its tags and categories, in lower case: a series link elsewhere may name one of them."""
    is_draft: bool = False


def card(metadata: Mapping[str, Any], head: str, path: str) -> Card:
    """Return what a post says of itself; `head` is how its text begins, `path` is from the blog's folder."""
    tags = _names(metadata, "tags") | _names(metadata, "categories") | _names(metadata, "keywords")
    own = _names(metadata, "series") | _names(metadata, "collection")
    for table in ("taxonomies", "extra"):
        inner = metadata.get(table)
        if isinstance(inner, Mapping):
            own |= _names(inner, "series")
            tags |= _names(inner, "tags") | _names(inner, "categories")
    quotes = "\n".join(_QUOTE.findall(head)[:12])
    linked = {name.casefold() for name in _LINK.findall(quotes)}
    linked |= {name.strip().casefold() for name in _WIKI.findall(quotes)}
    if (
        any(key in metadata for key in ("aliases", "cssclasses")) or "[[" in head
    ):  # a vault writes tags inline
        tags |= {tag.casefold() for tag in _INLINE_TAG.findall(head)}
    parts = PurePosixPath(path).parts
    folders = {parts[i + 1].casefold() for i in range(len(parts) - 2) if parts[i].casefold() == "series"}
    author = next((name for key in _AUTHOR for name in sorted(_names(metadata, key))), "")
    title = metadata.get("title")
    return Card(
        title if isinstance(title, str) else "",
        author,
        frozenset(own | linked | folders | {tag for tag in tags if _SERIES_TAG.search(tag)}),
        frozenset(tags),
        metadata.get("draft") is True or metadata.get("published") is False,
    )


def place(path: str) -> str:
    """Return the folder that a post shares with its like: without its own folder, dates and `_drafts`.

    `path` is from the blog's folder, with `/`.
    """
    parts = list(PurePosixPath(path).parts)
    name = parts.pop() if parts else ""
    if _BUNDLE.match(name) and parts:
        parts.pop()
    while parts and _NUMBERED.match(parts[-1]):
        parts.pop()
    return "/".join(_POSTS.get(part.casefold(), part) for part in parts)


def _names(metadata: Mapping[str, Any], key: str) -> set[str]:
    value = metadata.get(key)
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("id")
    if isinstance(value, str):
        value = re.split(r"\s*,\s*", value) if "," in value else [value]
    if not isinstance(value, list):
        return set()
    plain = (
        entry.get("name") if isinstance(entry, Mapping) else entry
        for entry in value[:100]
        if isinstance(entry, str | int | Mapping)
    )
    return {_bare(str(entry)) for entry in plain if entry is not None} - {""}


def _bare(name: str) -> str:
    """Return a name in lower case, without the brackets of a wiki link and the sign of a tag."""
    wiki = _WIKI.search(name)
    return (wiki[1] if wiki else name).strip().lstrip("#").casefold()

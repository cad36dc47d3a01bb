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

# A series link in a quote, as in "> See [all](/series/trains/)" or Hugo's "{{< ref "/series/trains" >}}".
_LINK = re.compile(
    r"\]\([^)\n]*?/(?:tags?|series|categor(?:y|ies)|topics?|collections?)/([\w%.-]+)/?[\"']?[^)\n]*\)", re.I
)
# Obsidian's "[[notes/Trains#Points|the series]]": this returns "Trains".
_WIKI = re.compile(r"\[\[(?:[^\]|\n]*/)?([^\]|#\n/]+)(?:#[^\]|\n]*)?(?:\|[^\]\n]*)?\]\]")
# A tag in the text, "#series/trains", but not the end of an address ("/a#b").
_INLINE_TAG = re.compile(r"(?<![\w/&#])#([\w-]+(?:/[\w-]+)*)")
# A tag that names a series, such as "lead-series" or "series/trains".
_SERIES_TAG = re.compile(r"(?:\A|[-_ /])series(?:[-_ /]|\Z)", re.I)
_QUOTE = re.compile(r"(?m)^ {0,3}>.*$")
"""Posts of a series say so in a quote at their top: `> Part of [Trains](/series/trains/)`."""
_BUNDLE = re.compile(r"index(?:\.[a-z]{2,3}(?:[-_][a-z]{2,4})?)?\.[a-z]+\Z", re.I)
"""A post in a folder of its own (`index.md`); Hugo puts a language into the name (`index.en-gb.md`)."""
_DATE_FOLDER = re.compile(r"\A(?:\d{4}|\d{1,2})\Z")
"""A year, a month or a day."""
_POSTS = {"_drafts": "_posts", "drafts": "posts", "draft": "posts"}
"""Folders of drafts, and where their posts go once they are finished."""
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


def card_of(metadata: Mapping[str, Any], head: str, path: str) -> Card:
    """Return what a post says of itself; `head` is how its text begins, `path` is from the blog's folder."""
    tags = _names(metadata, "tags") | _names(metadata, "categories") | _names(metadata, "keywords")
    series = _names(metadata, "series") | _names(metadata, "collection")
    for table in ("taxonomies", "extra"):
        inner = metadata.get(table)
        if isinstance(inner, Mapping):
            series |= _names(inner, "series")
            tags |= _names(inner, "tags") | _names(inner, "categories")
    quotes = "\n".join(_QUOTE.findall(head)[:12])
    linked = {name.casefold() for name in _LINK.findall(quotes)}
    linked |= {name.strip().casefold() for name in _WIKI.findall(quotes)}
    is_obsidian = "aliases" in metadata or "cssclasses" in metadata or "[[" in head
    if is_obsidian:  # which has tags in the text, too
        tags |= {tag.casefold() for tag in _INLINE_TAG.findall(head)}
    parts = PurePosixPath(path).parts
    folders = {parts[i + 1].casefold() for i in range(len(parts) - 2) if parts[i].casefold() == "series"}
    author = next((name for key in _AUTHOR for name in sorted(_names(metadata, key))), "")
    title = metadata.get("title")
    return Card(
        title if isinstance(title, str) else "",
        author,
        frozenset(series | linked | folders | {tag for tag in tags if _SERIES_TAG.search(tag)}),
        frozenset(tags),
        metadata.get("draft") is True or metadata.get("published") is False,
    )


def place(path: str) -> str:
    """Return the folder a post shares with others of its kind: without its own folder, dates and `_drafts`.

    `path` is from the blog's folder, with `/`.
    """
    parts = list(PurePosixPath(path).parts)
    name = parts.pop() if parts else ""
    if _BUNDLE.match(name) and parts:
        parts.pop()
    while parts and _DATE_FOLDER.match(parts[-1]):
        parts.pop()
    return "/".join(_POSTS.get(part.casefold(), part) for part in parts)


def _names(metadata: Mapping[str, Any], key: str) -> set[str]:
    """Return the names under a key, in lower case, in whichever form the blog program takes them."""
    value = metadata.get(key)
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("id")
    if isinstance(value, str):
        value = re.split(r"\s*,\s*", value) if "," in value else [value]
    if not isinstance(value, list):
        return set()
    names = (
        entry.get("name") if isinstance(entry, Mapping) else entry
        for entry in value[:100]
        if isinstance(entry, str | int | Mapping)
    )
    return {_bare(str(entry)) for entry in names if entry is not None} - {""}


def _bare(name: str) -> str:
    """Return a name in lower case, without the brackets of a wiki link and the sign of a tag."""
    wiki = _WIKI.search(name)
    return (wiki[1] if wiki else name).strip().lstrip("#").casefold()

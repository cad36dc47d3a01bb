"""Real authors' finished posts with one section removed at a time, to measure how close a voice gets."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.adapters.wordlists import load_words
from assistant.core.gaps import find_gaps
from assistant.core.text.draft import Draft, Heading, parse
from assistant.core.types import GapKind
from benchmarks import lists

FEWEST, MOST = 60, 300
"""Words of a section that is blanked; shorter ones say little, longer ones cost too much to write."""


@dataclass(frozen=True)
class Post:
    """A finished post."""

    author: str
    file: str
    draft: Draft


@dataclass(frozen=True)
class Section:
    """A finished section that is removed and written again."""

    post: Post
    heading: Heading
    text: str

    def blanked(self) -> bytes:
        """Return the post's bytes with nothing under the heading."""
        data = self.post.draft.data
        newline = self.post.draft.newline.encode()
        return data[: self.heading.body.start] + newline + data[self.heading.body.end :]


def find() -> Path | None:
    """Return the folder of voices: what VOICES names, or `shared/voice` beside this repository."""
    named = [Path(os.environ["VOICES"])] if os.environ.get("VOICES") else []
    beside = Path(__file__).resolve().parents[2] / "shared" / "voice"
    return next((folder for folder in (*named, beside) if (folder / "index.json").is_file()), None)


def read(folder: Path) -> dict[str, list[Post]]:
    """Return every author's posts."""
    posts: dict[str, list[Post]] = {}
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        data = (folder / entry["author"] / entry["file"]).read_bytes()
        posts.setdefault(entry["author"], []).append(Post(entry["author"], entry["file"], parse(data)))
    return posts


def sections(posts: Sequence[Post], most: int, *, listed: bool = False) -> list[Section]:
    """Return at most `most` sections of prose or lists, spread evenly over the posts and chosen by no one.

    With `listed`, only those come that have a list.
    """
    candidates = [section for post in posts for section in _of_post(post) if _is_gap(section)]
    if listed:
        candidates = [section for section in candidates if lists.ITEM.search(section.text)]
    if len(candidates) <= most:
        return candidates
    return [candidates[(2 * i + 1) * len(candidates) // (2 * most)] for i in range(most)]


def _is_gap(section: Section) -> bool:
    """Tell whether the section, once blanked, counts as unwritten; a heading that is a link doesn't."""
    return any(
        gap.kind is GapKind.EMPTY_SECTION and gap.span == section.heading.span
        for gap in find_gaps(parse(section.blanked()), words=load_words())
    )


def _of_post(post: Post) -> list[Section]:
    draft = post.draft
    parts = []
    for heading in draft.headings:
        if heading.body.end != heading.section.end:
            continue
        kinds = {b.kind for b in draft.blocks if heading.body.start <= b.start < heading.body.end}
        text = draft.text(heading.body).strip()
        if kinds & {"CodeBlock", "Table", "HtmlBlock"} or not kinds & {"Paragraph", "List"}:
            continue
        if FEWEST <= len(text.split()) <= MOST:
            parts.append(Section(post, heading, text))
    return parts

"""Sections as a hosted model writes them, with what is invented in them marked by the one who wrote them.

`ANSWERS` names folders of such answers, parted by `:`, else `shared/answers` beside this repository. A folder
holds `index*.json` (author, post, heading's line, the section that was there) and lists of answers in other
`.json` files, which may lie in `out/`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

APART = (
    "evanhahn", "jessfraz", "jlengstorf", "lethain", "maggieappleton", "nicolaiarocci", "tomcritchlow",
    "vickiboykis",
)  # fmt: skip
"""Authors whom nothing was learned from or tuned on."""
_PERSONS = frozenset(name.split("__")[0].casefold() for name in APART)


def is_learned_from(author: str) -> bool:
    """Tell whether an author is none of those kept apart, under whatever name of a blog."""
    return author.split("__")[0].casefold() not in _PERSONS


@dataclass(frozen=True)
class Answer:
    """A section that a hand wrote for a prompt, and what else its author has written."""

    id: str
    author: str
    text: str
    """Without its heading."""
    invented: tuple[tuple[str, str], ...]
    """The invented words and their kind."""
    supported: tuple[str, ...]
    rest: str
    """The post without the section."""
    others: tuple[str, ...]


def read() -> Iterator[Answer]:
    """Yield all answers of all folders."""
    for folder in _folders():
        places = {e["id"]: e for file in sorted(folder.glob("index*.json")) for e in _json(file)}
        for file in sorted((*folder.glob("answers*.json"), *folder.glob("out/*.json"))):
            for entry in _json(file):
                if entry["id"] in places:
                    yield _answer(folder, places[entry["id"]], entry)


def span(text: str, words: str) -> tuple[int, int]:
    """Return the span of some words in a text; an empty one if they are not in it."""
    start = text.find(words)
    return (start, start + len(words)) if start >= 0 else (0, 0)


def _folders() -> list[Path]:
    named = [Path(name) for name in os.environ.get("ANSWERS", "").split(":") if name]
    beside = Path(__file__).resolve().parents[2] / "shared" / "answers"
    return [folder for folder in named or [beside] if folder.is_dir()]


def _json(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _answer(folder: Path, place: dict[str, Any], entry: dict[str, Any]) -> Answer:
    posts = _posts(folder, place)
    lines = posts.pop(place["post"]).replace("\r\n", "\n").split("\n")
    start = place["line"]
    end = start + len(place["original"].replace("\r\n", "\n").split("\n"))
    heading, _, text = entry["text"].partition("\n")
    return Answer(
        entry["id"],
        place["author"],
        text.strip() if heading.lstrip().startswith("#") else entry["text"].strip(),
        tuple((one["text"], one["kind"]) for one in entry["invented"]),
        tuple(entry["supported"]),
        "\n".join((*lines[:start], "", *lines[end:])),
        tuple(posts.values()),
    )


def _posts(folder: Path, place: dict[str, Any]) -> dict[str, str]:
    """Return the texts of an author's posts by name."""
    if "posts" in place:  # named one by one
        files = [Path(name) for name in place["posts"]]
    else:
        near = (folder / "voice", folder.resolve().parent / "voice")
        files = sorted(file for voice in near for file in (voice / place["author"]).glob("*.m*"))
    return {file.name: file.read_text("utf-8", "replace") for file in files}

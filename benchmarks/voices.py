"""Read the authors' finished posts beside the repository, and remove their sections one at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.core.text.draft import Draft, parse
from assistant.core.text.words import count_words

LEAST_WORDS = 25
"""Fewest words that make a section worth checking."""

LEAST_POSTS = 3
"""Fewest posts of an author in `corpus2` that say what the author writes."""


@dataclass(frozen=True)
class Section:
    """A finished section, and all else that its author wrote."""

    author: str
    file: str
    heading: str
    text: str
    rest: str
    """Its post without it; the heading stays."""
    others: tuple[str, ...]
    """The author's other posts."""


def folder() -> Path | None:
    """Return the folder of the voices: what VOICES names, or `shared/voice` beside this repository."""
    named = [Path(os.environ["VOICES"])] if os.environ.get("VOICES") else []
    beside = Path(__file__).resolve().parents[2] / "shared" / "voice"
    return next((f for f in (*named, beside) if (f / "index.json").is_file()), None)


def finished() -> Iterator[Section]:
    """Yield finished sections: of the voices, and of the English posts to train on in `corpus2` beside."""
    place = folder()
    if place is None:
        return
    yield from sections(place)
    beside = place.resolve().parent / "corpus2"
    if (beside / "labels.json").is_file():
        train = set(json.loads((beside / "split.json").read_text("utf-8"))["train"])
        posts: dict[str, list[tuple[str, Draft, bool]]] = {}
        for entry in json.loads((beside / "labels.json").read_text("utf-8")):
            if entry["file"] in train and entry["lang"] == "en":
                draft = parse((beside / "files" / entry["file"]).read_bytes())
                repo = posts.setdefault(entry["repo"].replace("/", "__"), [])
                repo.append((entry["path"], draft, entry["finished"]))
        for author, own in posts.items():
            if len(own) >= LEAST_POSTS:
                yield from _of_author(author, own)


def sections(voices: Path) -> Iterator[Section]:
    """Yield every section of every post that has at least 25 words, in the order of the index."""
    posts: dict[str, list[tuple[str, Draft]]] = {}
    for entry in json.loads((voices / "index.json").read_text("utf-8")):
        data = (voices / entry["author"] / entry["file"]).read_bytes()
        posts.setdefault(entry["author"], []).append((entry["file"], parse(data)))
    for author, own in posts.items():
        yield from _of_author(author, [(file, draft, True) for file, draft in own])


def _of_author(author: str, own: list[tuple[str, Draft, bool]]) -> Iterator[Section]:
    """Yield the sections of one author's finished posts."""
    texts = [draft.text((0, len(draft.data))) for _, draft, _ in own]
    for index, (file, draft, is_finished) in enumerate(own):
        others = tuple(text for other, text in enumerate(texts) if other != index)
        for heading in draft.headings if is_finished else ():
            text = draft.text(heading.body).strip()
            if count_words(text) >= LEAST_WORDS:
                start, end = heading.body
                rest = draft.text((0, start)) + "\n\n" + draft.text((end, len(draft.data)))
                yield Section(author, file, heading.text, text, rest, others)

"""Reads the words by which a voice is measured; writers may extend the files."""

from __future__ import annotations

from functools import cache
from importlib import resources

from assistant.core.gaps.words import parse_words
from assistant.core.voice.profile.habits import Lexicons


@cache
def load_lexicons() -> Lexicons:
    """Return the words of all languages, and those that are spelled in two ways."""
    data = resources.files("assistant") / "data"
    files = sorted((data / "voice").iterdir(), key=lambda file: file.name)
    languages = {
        file.name.removesuffix(".txt"): parse_words(file.read_text("utf-8"))
        for file in files
        if file.name.endswith(".txt")
    }
    lines = (line.split() for line in (data / "spelling.txt").read_text("utf-8").split("\n"))
    pairs = tuple((line[0], line[1]) for line in lines if len(line) == 2 and line[0] != "#")
    return Lexicons(dict(languages), pairs)

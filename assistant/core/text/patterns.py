"""Patterns that are data: files of named regular expressions, compiled when they are first needed.

The format is told in `data/checks/particulars.txt`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import cached_property

from assistant.core.text import lazy

_HEADER = lazy.pattern(r"\[([a-z][a-z ]*?)( i)?\]")
"""`[to user]`, and `[label i]` where case does not count."""
_REFERENCE = lazy.pattern(r"\{([a-z][a-z ]*)\}")
"""`{number}` stands for another section's patterns; `{2,3}` is a count."""


class Patterns:
    """Patterns by the names of their file and their section, such as `figures.date`."""

    def __init__(self, files: Mapping[str, str] | None = None) -> None:
        """Keep the files' texts by their names; they are read when the first pattern is asked for."""
        self._files = files or {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """Return a pattern; raises `KeyError` when there is none of this name."""
        if name not in self._compiled:
            with self._lock:  # texts that come at the same time need the same patterns
                if name not in self._compiled:
                    self._compiled[name] = re.compile(self.source(name))
        return self._compiled[name]

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a pattern of this name."""
        return name in self._sections

    @cached_property
    def _sections(self) -> dict[str, tuple[str, list[str]]]:
        """Name -> `i` where case doesn't count, and the alternatives."""
        sections: dict[str, tuple[str, list[str]]] = {}
        for file, text in self._files.items():
            lines: list[str] = []
            for line in map(str.strip, text.split("\n")):
                if header := _HEADER.fullmatch(line):
                    # A section may be spread over a file, and over the files of several languages.
                    _, lines = sections.setdefault(f"{file}.{header[1]}", ((header[2] or "").strip(), []))
                elif line and line[0] != "#":
                    lines.append(line)
        return sections

    def source(self, name: str) -> str:
        """Return a pattern as it is compiled: other sections are put in where they are named.

        Raises `KeyError` when there is none of this name.
        """
        flag, lines = self._sections[name]
        file = name.partition(".")[0]
        source = _REFERENCE.sub(lambda other: self.source(f"{file}.{other[1]}"), "|".join(lines))
        return f"(?{flag}:{source})"

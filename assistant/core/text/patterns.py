"""Files of named regular expressions, compiled at first use.

`data/checks/particulars.txt` describes the format.
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
        """Take the files' texts by their names; the first pattern to be used reads them."""
        self._files = files or {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """Return a pattern. Raises `KeyError` for an unknown name."""
        if name not in self._compiled:
            with self._lock:  # several texts that are checked at once need the same patterns
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
        """Return the source of a pattern, with other sections in place of their names.

        Raises `KeyError` for an unknown name.
        """
        flag, lines = self._sections[name]
        file = name.partition(".")[0]
        source = _REFERENCE.sub(lambda reference: self.source(f"{file}.{reference[1]}"), "|".join(lines))
        return f"(?{flag}:{source})"

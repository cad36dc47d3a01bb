"""How found gaps are written: for people, as JSON, as GitHub annotations and as SARIF.

A writer returns text; whoever holds it prints it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from assistant.core.text.display import one_line

_RULES = {
    "empty-section": "A heading with nothing under it",
    "marker": "A word left for later",
    "comment": "A comment that asks for text",
    "instruction": "A line addressed to the author",
    "notes": "Fragments, or a sentence cut off",
}

Fields = dict[str, Any]


class Writer(Protocol):
    """Turns what was found into text, file by file."""

    def begin(self) -> str:
        """Return what comes before the first file."""
        ...

    def file(self, path: str, gaps: list[Fields], words: int) -> str:
        """Take in a file's gaps and return what can be said already."""
        ...

    def end(self) -> str:
        """Return what comes after the last file."""
        ...


class _Text:
    """A line for each gap, which terminals and editors make a link of, and a summary."""

    def __init__(self, *, single: bool, colour: bool, version: str) -> None:
        self.kinds: Counter[str] = Counter()
        self.files = self.words = self.unfinished = 0
        self.colour = colour

    def begin(self) -> str:
        return ""

    def file(self, path: str, gaps: list[Fields], words: int) -> str:
        self.files += 1
        self.words += words
        self.unfinished += bool(gaps)
        lines = []
        for gap in gaps:
            self.kinds[gap["kind"]] += 1
            asked = one_line(gap["instruction"] or (gap["heading_path"] or [""])[-1])
            asked = asked if len(asked) <= 60 else asked[:59] + "…"
            place = f"{one_line(path)}:{gap['start_line']}"
            kind, sure = gap["kind"], f"{round(gap['confidence'] * 100)} %"
            why = one_line(gap["why"]) + ("" if gap["fillable"] else "; only you can fill it")
            if self.colour:
                place, kind = f"\033[1m{place}\033[0m", f"\033[36m{kind}\033[0m"
                sure = f"\033[2m{sure}\033[0m"
            lines.append(f"{place}: {kind} {f'“{asked}” ' if asked else ''}({sure}) — {why}\n")
        return "".join(lines)

    def end(self) -> str:
        total = sum(self.kinds.values())
        files = f"{self.files:,} file{'' if self.files == 1 else 's'}"
        if not total:
            return f"nothing unwritten in {files}, {self.words:,} words\n"
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())
        of = f"{self.unfinished:,} of {files}" if self.files > 1 else files
        return f"{total:,} gap{'' if total == 1 else 's'} in {of}: {kinds}; {self.words:,} words written\n"


class _Json:
    """One object for one file, an array for several or for a folder."""

    def __init__(self, *, single: bool, colour: bool, version: str) -> None:
        self.single = single
        self.first = True

    def begin(self) -> str:
        return "" if self.single else "["

    def file(self, path: str, gaps: list[Fields], words: int) -> str:
        # A name that is no UTF-8 comes with lone surrogates, which only an escape can carry.
        plain = not any("\ud800" <= char <= "\udfff" for char in path)
        entry = json.dumps({"path": path, "gaps": gaps}, ensure_ascii=not plain)
        comma = "" if self.first else ","
        self.first = False
        return f"{entry}\n" if self.single else f"{comma}\n{entry}"

    def end(self) -> str:
        return "" if self.single else "\n]\n"


class _GitHub:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""

    def __init__(self, *, single: bool, colour: bool, version: str) -> None:
        pass

    def begin(self) -> str:
        return ""

    def file(self, path: str, gaps: list[Fields], words: int) -> str:
        return "".join(
            f"::warning file={_property(path)},line={gap['start_line']},endLine={gap['end_line']},"
            f"title={_property('unwritten: ' + gap['kind'])}::{_data(_message(gap))}\n"
            for gap in gaps
        )

    def end(self) -> str:
        return ""


class _Sarif:
    """A log in SARIF 2.1.0, which code scanning loads."""

    def __init__(self, *, single: bool, colour: bool, version: str) -> None:
        self.results: list[Fields] = []
        self.version = version

    def begin(self) -> str:
        return ""

    def file(self, path: str, gaps: list[Fields], words: int) -> str:
        uri = _uri(path)
        for gap in gaps:
            region = {
                "startLine": gap["start_line"],
                "endLine": gap["end_line"],
                "byteOffset": gap["start"],
                "byteLength": gap["end"] - gap["start"],
            }
            self.results.append(
                {
                    "ruleId": gap["kind"],
                    "level": "warning",
                    "message": {"text": _message(gap)},
                    "partialFingerprints": {"gap/v1": gap["id"]},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
                    "properties": {"confidence": gap["confidence"], "fillable": gap["fillable"]},
                }
            )
        return ""

    def end(self) -> str:
        rules = [{"id": kind, "shortDescription": {"text": text}} for kind, text in _RULES.items()]
        driver = {"name": "writing-assistant", "version": self.version, "rules": rules}
        log = {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": self.results}
            ],
        }
        return json.dumps(log) + "\n"


WRITERS: dict[str, Callable[..., Writer]] = {
    "text": _Text,
    "json": _Json,
    "github": _GitHub,
    "sarif": _Sarif,
}
"""Name of a format -> its writer, made with `single` (one file was asked for), `colour` and `version`."""


def _message(gap: Fields) -> str:
    asked = one_line(gap["instruction"])
    heading = one_line(" > ".join(gap["heading_path"]))
    where = f" under “{heading}”" if heading else ""
    return f"{_RULES[gap['kind']]}{where}{f': {asked}' if asked else ''} ({gap['why']})"


def _data(text: str) -> str:
    """Escape what GitHub's workflow commands give a meaning to in a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _uri(path: str) -> str:
    """Return a path as a relative URI; Windows' separators become slashes."""
    whole = path.replace("\\", "/").encode("utf-8", "surrogateescape")
    return "".join(
        chr(byte) if byte < 128 and (chr(byte).isalnum() or byte in b"/-._~") else f"%{byte:02X}"
        for byte in whole
    )

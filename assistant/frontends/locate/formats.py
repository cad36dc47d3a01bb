"""How found gaps are written: for people, as JSON, as GitHub annotations and as SARIF.

A writer yields text as files come in; whoever holds it prints it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from assistant.core.text.display import counted, one_line, shortened, visible

_RULES = {
    "empty-section": "A heading with nothing under it",
    "marker": "A word left for later",
    "comment": "A comment that asks for text",
    "instruction": "A line addressed to the author",
    "notes": "Fragments, or a sentence cut off",
    "revision": "A remark on existing text",
}
"""What each kind of gap is, by `GapKind`."""

Fields = dict[str, Any]


class Result(NamedTuple):
    """The gaps of one file."""

    path: str
    gaps: list[Fields]
    words: int
    error: str = ""
    """Why the file can't be read, in one line; empty when it was."""


def _text(results: Iterable[Result], *, single: bool, colour: bool, version: str) -> Iterator[str]:
    """Write a line for each gap, which terminals and editors make a link of, and a summary."""
    bold, cyan, dim, plain = ("\033[1m", "\033[36m", "\033[2m", "\033[0m") if colour else ("",) * 4
    kinds = Counter[str]()
    files = words = with_gaps = 0
    for result in results:
        files, words, with_gaps = files + 1, words + result.words, with_gaps + bool(result.gaps)
        for gap in result.gaps:
            kinds[gap["kind"]] += 1
            place = f"{bold}{one_line(result.path)}:{gap['start_line']}{plain}"
            name = shortened(gap["name"], 60)
            kind, sure = f"{cyan}{gap['kind']}{plain}", f"{dim}{round(gap['confidence'] * 100)} %{plain}"
            reason = one_line(gap["why"]) + ("" if gap["fillable"] else "; only you can fill it")
            reason += "; dismissed" if gap.get("dismissed") else ""
            yield f"{place}: {kind} “{name}” ({sure}) — {reason}\n"
    total, number = kinds.total(), counted(files, "file")
    if not total:
        yield f"nothing unwritten in {number}, {counted(words, 'word')}\n" if files else ""
        return
    summary = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    of = f"{with_gaps:,} of {number}" if files > 1 else number
    yield f"{counted(total, 'gap')} in {of}: {summary}; {counted(words, 'word')} written\n"


def _json(results: Iterable[Result], *, single: bool, colour: bool, version: str) -> Iterator[str]:
    """Write one object for one file, an array for several or for a folder."""
    yield "" if single else "["
    separator = "" if single else "\n"
    for result in results:
        # A name that is no UTF-8 comes with lone surrogates, which only an escape can carry.
        plain = not any("\ud800" <= char <= "\udfff" for char in result.path)
        entry = json.dumps({"path": result.path, "gaps": result.gaps}, ensure_ascii=not plain)
        yield separator + entry
        separator = ",\n"
    yield "\n" if single else "\n]\n"


def _github(results: Iterable[Result], *, single: bool, colour: bool, version: str) -> Iterator[str]:
    """Write workflow commands, which GitHub shows next to the lines of a pull request."""
    for result in results:
        file = _property(visible(os.path.normpath(result.path)))  # GitHub knows `a.md`, but not `./a.md`
        for gap in result.gaps:
            yield (
                f"::warning file={file},line={gap['start_line']},endLine={gap['end_line']},"
                f"title={_property('unwritten: ' + gap['kind'])}::{_data(_message(gap))}\n"
            )


def _sarif(results: Iterable[Result], *, single: bool, colour: bool, version: str) -> Iterator[str]:
    """Write a log in SARIF 2.1.0, which code scanning loads."""
    rules = [{"id": kind, "shortDescription": {"text": text}} for kind, text in _RULES.items()]
    driver = {"name": "writing-assistant", "version": version, "rules": rules}
    entries = [_sarif_result(result.path, gap) for result in results for gap in result.gaps]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": entries}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    yield json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}) + "\n"


def _sarif_result(path: str, gap: Fields) -> Fields:
    from urllib.parse import quote

    region = {
        "startLine": gap["start_line"],
        "endLine": gap["end_line"],
        "byteOffset": gap["start"],
        "byteLength": gap["end"] - gap["start"],
    }
    # A relative URI: Windows' separators become slashes.
    uri = quote(os.path.normpath(path).replace("\\", "/").encode("utf-8", "surrogateescape"))
    return {
        "ruleId": gap["kind"],
        "level": "warning",
        "message": {"text": _message(gap)},
        "partialFingerprints": {"gap/v1": gap["id"]},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
        "properties": {"confidence": gap["confidence"], "fillable": gap["fillable"]},
    }


WRITERS: dict[str, Callable[..., Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
"""Name of a format -> its writer, called with `single` (one file was asked for), `colour` and `version`."""


def _message(gap: Fields) -> str:
    heading, name = one_line(" > ".join(gap["heading_path"])), one_line(gap["name"])
    name = "" if name and heading.endswith(name) else name
    place = f", at “{heading}”" if heading else ""
    return f"{_RULES[gap['kind']]}{place}{f': {name}' if name else ''} ({gap['why']})"


def _data(text: str) -> str:
    """Escape what GitHub's workflow commands give a meaning to in a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

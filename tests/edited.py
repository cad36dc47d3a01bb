"""A draft with gaps of several kinds, and what its author, or a formatter, may do to its lines."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable
from typing import Any

import pytest


def seeds(count: int) -> list[Any]:
    """Return so many seeds for a test that draws at random; half of them are slow ones."""
    later = (pytest.param(seed, marks=pytest.mark.slow) for seed in range(count // 2, count))
    return [*range(count // 2), *later]


PROSE = "We went by train and came home by boat, and nobody was in a hurry. It took us a week."
DRAFT = f"""# Trip

{PROSE}

## Osaka

## Nara

TODO: tell of the deer

## Uji

{PROSE} It was Uji.

(expand this)

## Packing

Expand each of these:

- Boots for the hills
- Maps of the coast
- Bread for the boat

## Kobe

### The port

### The hills

{PROSE} It was in Kobe.
"""


def renamed(lines: list[str], rng: random.Random) -> None:
    at = rng.choice([at for at, line in enumerate(lines) if line.startswith("#")])
    lines[at] += " again"


def typed(lines: list[str], rng: random.Random) -> None:
    at = rng.choice([at for at, line in enumerate(lines) if not line])
    lines[at:at] = [
        "",
        rng.choice(["I typed this meanwhile, as I knew it.", "<!-- say more -->", "TODO: more"]),
    ]


def changed(lines: list[str], rng: random.Random) -> None:
    at = rng.choice([at for at, line in enumerate(lines) if line and line[0] in "TE(-"] or [0])
    lines[at] += " as well"


def deleted(lines: list[str], rng: random.Random) -> None:
    at = rng.choice([at for at, line in enumerate(lines) if line] or [0])
    del lines[at : at + rng.choice([1, 2, 4])]


def swapped(lines: list[str], rng: random.Random) -> None:
    starts = [at for at, line in enumerate(lines) if line.startswith("## ")]
    if len(starts) > 2:
        at = rng.randrange(len(starts) - 2)
        a, b, c = starts[at : at + 3]
        lines[a:c] = [*lines[b:c], *lines[a:b]]


def emptied(lines: list[str], rng: random.Random) -> None:
    lines[rng.randrange(len(lines)) :] = [""]


def wrapped(text: str, width: int) -> str:
    """Wrap words at another width, with the lines that follow theirs; a quote or an item keeps its mark."""
    blocks, last = list[str](), ""
    for line in text.split("\n"):
        goes_on = WORDS.match(line) and re.match(r"([-*] |\d\. |> )?" + WORDS.pattern, last)
        quoted = line.startswith("> ") and last.startswith("> ")
        if goes_on or quoted:
            blocks[-1] = blocks[-1].rstrip() + " " + line.removeprefix("> ").strip()
        else:
            blocks.append(line)
        last = line
    wrapped = (
        textwrap.wrap(
            block,
            width,
            subsequent_indent="> "
            if block.startswith(">")
            else " " * len(re.match(r"([-*] |\d\. )?", block)[0]),
            break_on_hyphens=False,
        )
        if re.match(r"([-*] |\d\. |> )?" + WORDS.pattern, block) and not block.startswith("Expand each")
        else [block]
        for block in blocks
    )
    return "\n".join(line for lines in wrapped for line in lines)


WORDS = re.compile(r"[ ]{0,3}[A-Za-z(\[&][^|~]*$")
"""A line of a paragraph."""


def with_bars(text: str) -> str:
    """Put bars around the rows of a table that has none, and the cells into them that they lack."""
    return re.sub(
        r"(?m)^(?=[^|\n]*\|)[^|\n].*$",
        lambda row: "| " + " | ".join([*map(str.strip, row[0].removesuffix("|").split("|")), ""][:2]) + " |",
        text,
    )


FORMATTERS: dict[str, Callable[[str], str]] = {
    "trims": lambda text: re.sub(r"(?m)[ \t]+$", "", text),
    "pads": lambda text: re.sub(r"(?m)(?<=[a-z.])$", "  ", text),
    "closes headings": lambda text: re.sub(r"(?m)^(#+ .*?)[# ]*$", r"\1 ##", text),
    "names headings": lambda text: re.sub(r"(?m)^(#+ [\w ]*\w).*$", r"\1 {#here}", text),
    "demotes headings": lambda text: re.sub(r"(?m)^#", "##", text),
    "widens headings": lambda text: re.sub(r"(?m)^(#+) ", r"\1   ", text),
    "underlines headings": lambda text: re.sub(r"(?m)^## ([\w ]*\w)$", r"\1\n------", text),
    "makes headings bold": lambda text: re.sub(r"(?m)^(#+) +(\w[\w ]*\w)$", r"\1 **\2**", text),
    "makes notes bold": lambda text: re.sub(r"(?m)^TODO: ([\w ]*\w)", r"TODO: **\1**", text),
    "has stars": lambda text: text.replace("\n- ", "\n* "),
    "numbers from 5": lambda text: text.replace("\n1. ", "\n5. ").replace("\n2. ", "\n6. "),
    "widens items": lambda text: text.replace("\n- ", "\n-   ").replace("\n1. ", "\n1.  "),
    "indents items": lambda text: re.sub(r"(?m)^(- |\d\. )", r"  \1", text),
    "tightens quotes": lambda text: text.replace("> ", ">"),
    "lines up cells": lambda text: text.replace("| TODO |", "| TODO   |").replace("|---|", "|-------|"),
    "ends lines with two signs": lambda text: text.replace("\n", "\r\n"),
    "wraps": lambda text: wrapped(text, 30),
    "unwraps": lambda text: wrapped(text, 9999),
    "puts bars around rows": with_bars,
    "takes bars from rows": lambda text: re.sub(r"(?m)^\| (.*\w)\s*\|$", r"\1", text),
    "sides columns": lambda text: text.replace("|---|---|", "|:--|--:|").replace("\n---|---", "\n-|:-:"),
    "has pluses": lambda text: re.sub(r"(?m)^[-*] ", "+ ", text),
    "numbers with brackets": lambda text: re.sub(r"(?m)^(\d)\. ", r"\1) ", text),
    "has other emphasis": lambda text: re.sub(r"\*\*(?=\w)|(?<=\w)\*\*", "__", text).replace(
        "*last*", "_last_"
    ),
    "escapes signs": lambda text: re.sub(r"(?<=\w)_(?=\w)|(?<= )[*&](?= )|(?<= )\[", r"\\\g<0>", text),
    "has letters for entities": lambda text: text.replace("&eacute;", "é"),
    "has signs of print": lambda text: (
        text.replace('"one"', "“one”").replace("...", "…").replace(" -- ", " – ")
    ),
    "breaks with a backslash": lambda text: re.sub(r"(?m)(?<=,)  $", r"\\", text),
    "has other rules": lambda text: re.sub(r"(?m)^\*\*\*$", "- - -", text),
    "has other fences": lambda text: text.replace("~~~", "```"),
    "writes marks small": lambda text: text.replace("TODO", "Todo"),
    "loosens lists": lambda text: re.sub(r"(?m)^(?=[-*] |\d\. )", "\n", text),
    "spaces blocks": lambda text: re.sub(r"\n\n(?=#)", "\n\n\n", text),
}

"""What a sentence gives that can be looked up: figures, names, quotations, sources; which of it is new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.core.checks.context import Context, digits

_NUMBER = re.compile(r"(?<![\w.,:/#=<>^-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w.]*\d)")
_SMALL = 10
"""Smaller counts need no source: "three reasons", "2 of us"."""


class Particulars(NamedTuple):
    """How many of each kind a sentence gives that the author nowhere wrote, and the words of some."""

    money: int = 0
    years: int = 0
    figures: int = 0
    cited: int = 0
    """Those who are said to have found or told something."""
    introduced: int = 0
    """What is brought in by name, and what the author once was: "a tool called Stackwell"."""
    quotations: int = 0
    names: int = 0
    """Words with a capital; `Maren Holt` has two."""
    full_names: int = 0
    """Runs of two or more such words, at least one of them new."""
    words: tuple[str, ...] = ()


def read(prose: str, context: Context, *, names: Sequence[Sequence[str]]) -> Particulars:
    """Read a sentence; `names` are its runs of words with a capital that does not open it."""
    counts = {"money": 0, "years": 0, "figures": 0}
    words: list[str] = []
    for kind, figure in _figures(prose, context):
        counts[kind] += 1
        words.append(figure)
    quotations, cited, introduced = (
        _unsaid(kind, prose, context) for kind in ("quoted", "cited", "introduced")
    )
    familiar = context.vocabulary | context.lists.known_names
    runs = [[word for word in run if word.casefold().removesuffix("'s") not in familiar] for run in names]
    new = [word for run in runs for word in run]
    named = [" ".join(run) for run, fresh in zip(names, runs, strict=True) if fresh == list(run)]
    named += [word for run, fresh in zip(names, runs, strict=True) if fresh != list(run) for word in fresh]
    return Particulars(
        **counts,
        cited=len(cited),
        introduced=len(introduced),
        quotations=len(quotations),
        names=len(new),
        full_names=sum(bool(fresh) and len(run) > 1 for fresh, run in zip(runs, names, strict=True)),
        words=tuple(dict.fromkeys((*words, *named, *quotations, *cited, *introduced))),
    )


def _unsaid(name: str, prose: str, context: Context) -> list[str]:
    """Return the hits of a pattern, or their first group, that the author nowhere wrote in a row."""
    hits = (hit[hit.re.groups] for hit in context.pattern(f"particulars.{name}").finditer(prose))
    return [words for words in hits if not context.says(words)]


def _figures(prose: str, context: Context) -> Iterator[tuple[str, str]]:
    """Yield kind and words of each new figure that counts, costs or dates something."""
    for hit in _NUMBER.finditer(prose):
        number = digits(hit[0])
        if number in context.numbers or number.removesuffix(".0") in context.numbers:
            continue
        before, after = prose[max(0, hit.start() - 24) : hit.start()], prose[hit.end() : hit.end() + 12]
        if currency := re.search(r"[$€£]\s?\Z", before):
            yield "money", currency[0] + hit[0]
        elif coin := context.pattern("particulars.currency").match(after):
            yield "money", hit[0] + coin[0]
        elif re.fullmatch(r"(?:19|20)\d\d", number):
            yield "years", number
        elif context.pattern("particulars.label").search(before):
            continue
        elif "." in number or (context.pattern("particulars.unit").match(after) and float(number) > _SMALL):
            yield "figures", hit[0] + ("%" if after.startswith("%") else "")

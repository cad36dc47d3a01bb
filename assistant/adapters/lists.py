"""Reads the lists of words that checks need: those that come with the program, and the author's additions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

from assistant.core.checks import Lists


def load_lists(*, cliches: Iterable[str] = (), known: Iterable[str] = ()) -> Lists:
    """Return the lists, with the author's own `cliches` and `known` names beside ours."""
    pairs = (line.split() for line in _lines("spelling"))
    return Lists(
        cliches=(*_lines("cliches"), *(c.strip() for c in cliches if c.strip())),
        spellings=tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2),
        given_names=frozenset(name.casefold() for line in _lines("given_names") for name in line.split()),
        known_names=frozenset((*_names("known_names"), *(_spoken(name) for name in known))),
        known_products=frozenset(_names("known_products")),
        known_people=frozenset(_names("known_people")),
    )


def _names(file: str) -> Iterator[str]:
    return (_spoken(name) for line in _lines(file) for name in line.split())


def _spoken(name: str) -> str:
    """Return a name as it is looked up: in lower case, its parts as words of their own."""
    return " ".join(name.casefold().replace("-", " ").replace(".", " ").split())


@cache
def _lines(name: str) -> tuple[str, ...]:
    text = (resources.files("assistant") / "data" / f"{name}.txt").read_text(encoding="utf-8")
    stripped = (line.strip() for line in text.split("\n"))
    return tuple(line for line in stripped if line and not line.startswith("#"))

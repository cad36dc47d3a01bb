"""Evaluate what was learned from labelled drafts: tables of hashed words and boosted trees.

`benchmarks/train_locator.py` makes the data; nothing but the standard library evaluates it.
"""

from __future__ import annotations

import binascii
import itertools
import json
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

MASK = (1 << 15) - 1
"""Places in a table of words, less one."""


class Table(NamedTuple):
    """The weights of words and other named features, found by their hash."""

    weights: Sequence[int]
    scale: float
    bias: float

    def score(self, places: Iterable[int]) -> float:
        """Return the log-odds that the features at some places give."""
        return self.bias + self.share(places)

    def share(self, places: Iterable[int]) -> float:
        """Return what some of the features add to the log-odds."""
        weights = self.weights
        return self.scale * sum([weights[place & MASK] for place in places])


_TELLING = 2
"""Parts of the trees that a reason is drawn from: the first ones say most."""
_DEPTH = 4
"""Steps from a tree's root to each leaf."""
Node = Any
"""`(column, threshold, node at or below it, node above it, mean log-odds)`, or a leaf's log-odds."""


_RECENT = 16
"""Rows whose gains are kept."""


class Trees:
    """Boosted trees over the columns of a row."""

    def __init__(self, base: float, stages: Iterable[tuple[Sequence[Node], float]]) -> None:
        """Take the trees in a few parts, each with the log-odds below which the next part isn't asked."""
        self.base, self.stages = base, tuple(stages)
        self.gains = lru_cache(_RECENT)(self._gains)
        """By how much each column raised the odds of a row: many units share their draft's and section's."""

    def score(self, row: Sequence[float]) -> float:
        """Return the log-odds of a row; what is plainly low after some trees stays at that."""
        total = self.base
        for roots, bar in self.stages:
            for column, limit, low, high, _ in roots:  # `_DEPTH` steps, without asking where the leaf is
                column, limit, low, high, _ = low if row[column] <= limit else high
                column, limit, low, high, _ = low if row[column] <= limit else high
                column, limit, low, high, _ = low if row[column] <= limit else high
                total += low if row[column] <= limit else high
            if total < bar:
                break
        return total

    def _gains(self, row: tuple[float, ...]) -> dict[int, float]:
        """Return what `gains` does, in the first trees, which say most."""
        gains: dict[int, float] = {}
        for node in itertools.chain.from_iterable(roots for roots, _ in self.stages[:_TELLING]):
            while node.__class__ is tuple:
                following = node[2] if row[node[0]] <= node[1] else node[3]
                mean = following[4] if following.__class__ is tuple else following
                gains[node[0]] = gains.get(node[0], 0.0) + mean - node[4]
                node = following
        return gains


class Model(NamedTuple):
    """What was learned of units, of what their authors want, and of remarks inside them."""

    gate: Mapping[str, Trees]
    """What is seen without reading (`unit`, `section`, `draft`, `list`) -> trees, whose odds add up."""
    words: Table
    asks: Table
    """Tells an instruction from notes."""
    remark: Table
    least: tuple[float, float]
    """The log-odds of the gate, and those with the words, below which a unit is not looked at further."""
    mixed: tuple[float, float, float]
    """What the gate and the words count together, and what is added."""
    trees: Trees
    calibration: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]
    """What is judged -> log-odds, and how often they came true."""
    reasons: Mapping[str, Sequence[tuple[str, float, str]]]
    """For each column of a unit's row (``), or of what is around it (`section`), when an author hears of it
    (`<` or `>` a number, or never), and how."""

    def confidence(self, what: str, odds: float) -> float:
        """Return how often such log-odds came true in drafts that weren't learned from, from 0 to 1."""
        points, shares = self.calibration[what]
        odds = min(max(odds, points[0]), points[-1])
        place = min(bisect_right(points, odds), len(points) - 1)
        low, high = points[place - 1], points[place]
        return shares[place - 1] + (shares[place] - shares[place - 1]) * (odds - low) / (high - low)

    def why(self, row: Sequence[float], around: Mapping[str, Sequence[float]]) -> str:
        """Return the two measures that spoke loudest for a unit, in an author's words.

        `around` has the rows of its section, its draft and its list.
        """
        gains = [
            (gain, seen[column], self.reasons[name][column])
            for name, trees, seen in (
                ("", self.trees, row), *((name, self.gate[name], seen) for name, seen in around.items()),
            )
            for column, gain in trees.gains(tuple(seen)).items()
            if gain > _LOUD
        ]  # fmt: skip
        reasons: dict[str, None] = {}
        for _, value, (sign, limit, reason) in sorted(gains, key=lambda one: -one[0]):
            if (sign == "<" and value < limit) or (sign == ">" and value > limit):
                reasons[reason] = None
        return ", ".join(list(reasons)[:2]) or "reads like a note to yourself"


_LOUD = 0.05
"""Least log-odds of a measure that is worth naming."""


def parse_model(text: str, columns: str) -> Model:
    """Read a model in JSON; `columns` has a line for each: its name, when and how an author hears of it."""
    data = json.loads(text)
    words, asks, remark = (_table(data[name]) for name in ("words", "asks", "remark"))
    lines = data["calibration"]
    calibration = {name: (tuple(points), tuple(shares)) for name, (points, shares) in lines.items()}
    gate = {name: _trees(trees) for name, trees in data["gate"].items()}
    return Model(
        gate, words, asks, remark, tuple(data["least"]), tuple(data["mixed"]), _trees(data["trees"]),
        calibration, _reasons(columns),
    )  # fmt: skip


def _reasons(columns: str) -> dict[str, list[tuple[str, float, str]]]:
    reasons: dict[str, list[tuple[str, float, str]]] = {}
    part = reasons.setdefault("", [])
    for line in columns.split("\n"):
        if line[:1] == "[":
            part = reasons.setdefault(line.strip("[]"), [])
        elif line and line[0] != "#":
            fields = line.split(" | ")
            part.append((fields[1][0], float(fields[1][2:]), fields[2]) if len(fields) > 1 else ("", 0.0, ""))
    return reasons


def _trees(data: Mapping[str, Any]) -> Trees:
    roots = tuple(_node(node) for node in data["roots"])
    ends = [end for end, _ in data["bars"]]
    bars = [bar for _, bar in data["bars"]]
    stages = zip([0, *ends], [*ends, len(roots)], [*bars, float("-inf")], strict=True)
    return Trees(data["base"], tuple((roots[start:end], bar) for start, end, bar in stages))


def _node(node: Any, depth: int = _DEPTH) -> Node:
    """Return a node; a leaf that is nearer to the root is made one of both sides of further nodes."""
    if not depth:
        return float(node)
    column, limit, low, high, mean = node if isinstance(node, list) else (0, 0.0, node, node, node)
    return column, limit, _node(low, depth - 1), _node(high, depth - 1), mean


def _table(data: Mapping[str, Any]) -> Table:
    weights = array("b")
    weights.frombytes(zlib.decompress(binascii.a2b_base64(data["weights"])))
    return Table(weights.tolist(), data["scale"], data["bias"])

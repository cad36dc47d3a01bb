"""Evaluate what was learned from labelled drafts: tables of hashed words and boosted trees.

`benchmarks/train_locator.py` makes the data; nothing but the standard library evaluates it.
"""

from __future__ import annotations

import base64
import json
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """The weights of words and other named features, found by their hash."""

    weights: array[int]
    """A power of two of them."""
    scale: float
    bias: float

    def score(self, hashes: Iterable[int]) -> float:
        """Return the log-odds that the features give."""
        weights, mask = self.weights, len(self.weights) - 1
        return self.bias + self.scale * sum([weights[place & mask] for place in hashes])


_LOUD = 30
"""Trees that a reason is drawn from: the first ones say most."""
Node = Any
"""`(column, threshold, node at or below it, node above it, mean log-odds)`, or a leaf's log-odds."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees over the columns of a row."""

    roots: tuple[Node, ...]
    base: float
    stages: tuple[tuple[tuple[Node, ...], float], ...]
    """The trees in a few parts, each with the log-odds below which a row isn't worth asking the next part."""

    def score(self, row: Sequence[float]) -> float:
        """Return the log-odds of a row; what is plainly low after some trees stays at that."""
        total = self.base
        for roots, bar in self.stages:
            for node in roots:
                while node.__class__ is tuple:
                    node = node[2] if row[node[0]] <= node[1] else node[3]
                total += node
            if total < bar:
                break
        return total

    def loudest(self, row: Sequence[float]) -> list[int]:
        """Return the columns that raised the odds of a row, the one that did it most first."""
        told: dict[int, float] = {}
        for node in self.roots[:_LOUD]:
            while node.__class__ is tuple:
                following = node[2] if row[node[0]] <= node[1] else node[3]
                mean = following[4] if following.__class__ is tuple else following
                told[node[0]] = told.get(node[0], 0.0) + mean - node[4]
                node = following
        return [column for column in sorted(told, key=lambda one: -told[one]) if told[column] > 0.05]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned of units, of what their authors want, and of remarks inside them."""

    words: Table
    asks: Table
    """Tells an instruction from notes."""
    remark: Table
    least: float
    """What a unit's words must say so that the trees are asked."""
    trees: Trees
    calibration: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]
    """What is judged -> log-odds, and how often they came true."""
    reasons: Sequence[tuple[str, float, str]]
    """Of each column, when an author is told of it (`<` or `>` a number, or never), and how."""

    def confidence(self, what: str, odds: float) -> float:
        """Return how often such log-odds came true in drafts that weren't learned from, from 0 to 1."""
        points, shares = self.calibration[what]
        place = bisect_right(points, odds)
        if place == 0:
            return shares[0]
        if place == len(points):
            return shares[-1]
        low, high = points[place - 1], points[place]
        return shares[place - 1] + (shares[place] - shares[place - 1]) * (odds - low) / (high - low)

    def why(self, row: Sequence[float]) -> str:
        """Return the two measures that spoke loudest for a unit, in an author's words."""
        told: dict[str, None] = {}
        for column in self.trees.loudest(row):
            sign, limit, reason = self.reasons[column]
            if (sign == "<" and row[column] < limit) or (sign == ">" and row[column] > limit):
                told[reason] = None
        return ", ".join(list(told)[:2]) or "reads like a note to yourself"


def parse_model(text: str, columns: str) -> Model:
    """Read a model in JSON; `columns` has a line for each: its name, when and how an author is told of it."""
    data = json.loads(text)
    words, asks, remark = (_table(data[name]) for name in ("words", "asks", "remark"))
    lines = data["calibration"]
    calibration = {name: (tuple(points), tuple(shares)) for name, (points, shares) in lines.items()}
    reasons = [
        (told[1][0], float(told[1][2:]), told[2]) if len(told) > 1 else ("", 0.0, "")
        for told in (line.split(" | ") for line in columns.split("\n") if line and line[0] != "#")
    ]
    trees = _trees(data["trees"])
    return Model(words, asks, remark, data["least"], trees, calibration, reasons)


def _trees(data: Mapping[str, Any]) -> Trees:
    roots = tuple(_node(node) for node in data["roots"])
    ends = [end for end, _ in data["bars"]]
    bars = [bar for _, bar in data["bars"]]
    stages = zip([0, *ends], [*ends, len(roots)], [*bars, float("-inf")], strict=True)
    return Trees(roots, data["base"], tuple((roots[start:end], bar) for start, end, bar in stages))


def _node(node: Any) -> Node:
    return (node[0], node[1], _node(node[2]), _node(node[3]), node[4]) if isinstance(node, list) else node


def _table(data: Mapping[str, Any]) -> Table:
    weights = array("b")
    weights.frombytes(zlib.decompress(base64.b64decode(data["weights"])))
    return Table(weights, data["scale"], data["bias"])

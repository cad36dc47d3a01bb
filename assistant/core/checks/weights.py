"""The fitted weights that tell claims from what is general; `benchmarks/train_truth.py` writes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

BUCKETS = 1 << 15
"""Places that runs of words are hashed into."""
GRAM = 0.4
"""What one run counts, compared with a named feature."""


@dataclass(frozen=True)
class Regression:
    """A logistic regression over named features and runs of words."""

    named: Mapping[str, float] = field(default_factory=dict)
    """`bias` is the log-odds of a sentence with no feature."""
    grams: bytes = bytes(1)
    """A signed byte for each bucket; where they are fewer than `BUCKETS`, several share one."""
    scale: float = 0.0
    """Log-odds of 1 in `grams`."""

    def of(self, features: Mapping[str, float], buckets: Iterable[int]) -> float:
        """Return the log-odds of what has these features and runs."""
        named = sum(self.named.get(name, 0.0) * value for name, value in features.items())
        places = {bucket % len(self.grams) for bucket in buckets}
        runs = sum(byte - 256 if (byte := self.grams[place]) > 127 else byte for place in places)
        return self.named.get("bias", 0.0) + named + GRAM * self.scale * runs


@dataclass(frozen=True)
class Weights:
    """Two logistic regressions and a limit."""

    text: Regression = Regression()
    """Of a sentence alone: whether it tells something particular."""
    claim: Regression = Regression()
    """Of what weighs it with what the author wrote."""
    threshold: float = 0.0
    """Least log-odds of a sentence that is called unsupported."""


def parse_weights(text: str) -> Weights:
    """Read weights from JSON; the grams' bytes are in base 64."""
    fields = json.loads(text)
    return Weights(_regression(fields["text"]), _regression(fields["claim"]), fields["threshold"])


def _regression(fields: Mapping[str, Any]) -> Regression:
    return Regression(fields["named"], base64.b64decode(fields["grams"]), fields["scale"])

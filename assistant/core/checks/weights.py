"""The fitted weights that tell claims from what is general; `benchmarks/train_truth.py` writes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

BUCKETS = 1 << 15
"""Places that runs of words are hashed into."""
GRAM = 0.4
"""What one run counts beside a named feature."""


@dataclass(frozen=True)
class Weights:
    """Two logistic regressions; `bias` is the log-odds of a sentence with no feature."""

    grams: bytes = bytes(BUCKETS)
    """A signed byte for each bucket."""
    scale: float = 0.0
    """Log-odds of 1 in `grams`."""
    text: Mapping[str, float] = field(default_factory=dict)
    """Of the named features of a sentence alone."""
    claim: Mapping[str, float] = field(default_factory=dict)
    """Of those that weigh it with what the author wrote."""
    threshold: float = 0.0
    """Least log-odds of a sentence that is called unsupported."""

    def of_text(self, features: Mapping[str, float], buckets: Iterable[int]) -> float:
        """Return the log-odds that a sentence tells something particular."""
        runs = sum(byte - 256 if (byte := self.grams[bucket]) > 127 else byte for bucket in buckets)
        return _dot(self.text, features) + GRAM * self.scale * runs

    def of_claim(self, features: Mapping[str, float]) -> float:
        """Return the log-odds that nothing of the author's supports a sentence."""
        return _dot(self.claim, features)


def parse_weights(text: str) -> Weights:
    """Read weights from JSON; the grams' bytes are in base 64."""
    fields = json.loads(text)
    return Weights(**{**fields, "grams": base64.b64decode(fields["grams"])})


def _dot(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())

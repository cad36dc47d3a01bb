"""The one place where a language model plugs in; all that differs between models is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.core.types import Capabilities, Reply, Request


class Model(Protocol):
    """Anything that answers requests; safe to use from several threads."""

    @property
    def name(self) -> str:
        """The name that the model's replies bear."""

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do."""

    @property
    def sampling(self) -> Mapping[str, Any]:
        """How the model picks words, such as its temperature: other settings give other replies."""

    def answer(self, request: Request) -> tuple[Reply, ...]:
        """Return one reply or more, at most `request.count`.

        The usage of the whole request is counted with the first reply. Raises `ModelUnavailable` when no
        request to this model can succeed, and `ModelError` when this one didn't.
        """


@dataclass(frozen=True)
class ModelInFront:
    """What is in front of a model and has its name, its abilities and its way of picking words."""

    model: Model

    @property
    def name(self) -> str:
        """The name of the model behind."""
        return self.model.name

    @property
    def capabilities(self) -> Capabilities:
        """What the model behind can do."""
        return self.model.capabilities

    @property
    def sampling(self) -> Mapping[str, Any]:
        """How the model behind picks words."""
        return self.model.sampling

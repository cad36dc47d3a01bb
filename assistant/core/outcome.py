"""What comes of asking a model for a gap: pieces of text while it is written, and then hunks or a failure."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.core.types import Gap, Hunk, Span, Usage


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of an answer that is still being written, before cleaning."""

    gap: Gap
    target: Span | None
    text: str
    anew: bool = False
    """True where all that came before for this gap couldn't be used, and another answer begins."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A gap with its hunks, ready to be decided."""

    gap: Gap
    hunks: tuple[Hunk, ...]
    model: str
    usage: Usage
    left_out: tuple[str, ...] = ()
    """What the prompt had no room for, in words for the author."""
    alternatives: tuple[Hunk, ...] = ()
    """Other texts for the same places, where more than one was asked for."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A gap, or one target of it, that has no text, and why."""

    gap: Gap
    message: str
    exit_code: int = 1
    target: Span | None = None
    usage: Usage = field(default_factory=Usage)
    left_out: tuple[str, ...] = ()


Event = Piece | Expanded | Failed

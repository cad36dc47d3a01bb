"""Turns events and proposals into the JSON that the store holds, and back.

How a field is written follows from its type. Names and forms are those of the first version, so that old
databases load; what an event is called in Python may change, what it is called here may not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, fields
from functools import cache
from typing import Any, cast

from assistant.core.review import events as e
from assistant.core.types import Hunk, Span, Usage, Verdict, Warning

_NAMES: Mapping[str, type[e.Event]] = {
    "moved": e.Moved,
    "offered": e.Offered,
    "decided": e.Decided,
    "took": e.AcceptedRest,
    "reopened": e.Reopened,
    "shown": e.Shown,
    "split": e.Split,
    "revised": e.Revised,
    "approved": e.Approved,
    "undone": e.Undone,
    "redone": e.Redone,
    "written": e.Written,
    "reverted": e.Reverted,
    "held": e.SavedUndecided,
}
"""The events that are kept, by their names in the store."""
_FIELDS = {"original": "old", "replacement": "new", "pieces": "hunks"}
"""What fields are called in the store, where that differs."""
_DRAFTS = ("data", "before")
"""Fields that hold a whole draft, which is kept apart."""


class Codec:
    """Encodes for one store, which keeps whole drafts apart and stored proposals by number."""

    def __init__(self, *, keep: Callable[[bytes], str], fetch: Callable[[str], bytes]) -> None:
        """Take how the store keeps a draft under a key, and how it gives it back."""
        self._proposals: Mapping[int, e.Proposal] = {}
        self._writers: Mapping[str, Callable[[Any], Any]] = {
            "bytes": bytes.decode,
            "draft": keep,
            "Usage": astuple,
            "Proposal": lambda proposal: proposal.id,
            "tuple[Hunk, ...]": self.hunk_fields,
            "tuple[Warning, ...]": lambda warnings: [astuple(warning) for warning in warnings],
        }
        self._readers: Mapping[str, Callable[[Any], Any]] = {
            "bytes": str.encode,
            "draft": fetch,
            "Verdict": Verdict,
            "Usage": lambda values: Usage(*values),
            "Proposal": lambda number: self._proposals[number],
            "tuple[str, ...]": tuple,
            "tuple[Hunk, ...]": self.hunks,
            "tuple[Warning, ...]": lambda warnings: tuple(Warning(*values) for values in warnings),
            "tuple[tuple[str, int], ...]": lambda pairs: tuple(map(tuple, pairs)),
        }

    def event_fields(self, event: e.Event) -> tuple[str, dict[str, Any]]:
        """Return an event's name and fields for JSON. Raises `ValueError` for one that is not to be kept."""
        for name, kind in _NAMES.items():
            if type(event) is kind:
                return name, self.fields(event)
        raise ValueError(f"{type(event).__name__} passes and is not kept")

    def event(self, name: str, fields: Any, *, proposals: Mapping[int, e.Proposal]) -> e.Event:
        """Return the event of that name and these fields; `proposals` are the draft's, by number."""
        self._proposals = proposals
        event: e.Event = self._value(_NAMES[name], fields)
        return event

    def fields(self, value: e.Event | e.Proposal | Hunk) -> dict[str, Any]:
        """Return the fields of an event, a hunk or a proposal for JSON; its number is the store's."""
        write, kind = self._writers, cast("Any", type(value))
        values = ((key, form, getattr(value, name)) for name, key, form in _layout(kind))
        return {key: write[form](field) if form in write else field for key, form, field in values}

    def hunk_fields(self, hunks: Iterable[Hunk]) -> list[dict[str, Any]]:
        """Return the fields of hunks for JSON; a span stands as `start` and `end` among them."""
        return [self.fields(hunk) | dict(zip(("start", "end"), hunk.span, strict=True)) for hunk in hunks]

    def proposal(self, fields: Any, *, number: int) -> e.Proposal:
        """Return a stored proposal with its number."""
        proposal: e.Proposal = self._value(e.Proposal, fields, id=number)
        return proposal

    def hunks(self, fields: Iterable[dict[str, Any]]) -> tuple[Hunk, ...]:
        """Return the hunks of these fields."""
        return tuple(self._value(Hunk, one, span=Span(one["start"], one["end"])) for one in fields)

    def _value(self, kind: type, fields: Mapping[str, Any], **others: Any) -> Any:
        read = self._readers
        for name, key, form in _layout(kind):
            if key in fields:  # what an older version did not store has its default
                others[name] = read[form](fields[key]) if form in read else fields[key]
        return kind(**others)


@cache
def _layout(kind: Any) -> list[tuple[str, str, str]]:
    """Return each stored field's name here, its name in the store, and its type."""
    return [
        (one.name, _FIELDS.get(one.name, one.name), "draft" if one.name in _DRAFTS else str(one.type))
        for one in fields(kind)
        if one.name not in ("id", "span")
    ]

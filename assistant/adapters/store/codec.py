"""Turns events and proposals into the JSON that the store holds, and back.

Names and forms are those of the first version, so that old databases load; what an event is called in Python
may change, what it is called here may not. What a field's form is, its annotation says: a library that finds
that out, such as cattrs, takes longer to import than a review of a thousand pieces takes to read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple
from operator import attrgetter
from typing import Any, ForwardRef, TypeVar

from assistant.core.review import events as e
from assistant.core.types import Hunk, Span, Usage, Verdict, Warning

T = TypeVar("T")
_NAMES: Mapping[str, type[e.Event]] = {
    "moved": e.Moved,
    "offered": e.Offered,
    "decided": e.Decided,
    "took": e.AcceptedRest,
    "reopened": e.Reopened,
    "opened": e.Opened,
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

_STORED = {
    (Hunk, "original"): "old",
    (Hunk, "replacement"): "new",
    (e.AcceptedRest, "pieces"): "slots",
    (e.SavedUndecided, "pieces"): "hunks",
}
"""The fields that have another name in the store."""
_DRAFTS = ("data", "before")
"""The fields that hold a whole draft."""


_Field = tuple[str, str, Callable[[Any], Any], Callable[[Any], Any]]
"""Its name, its name in the store, and what encodes and decodes it."""


class Codec:
    """Encodes for one store, which keeps whole drafts apart and stored proposals by number."""

    def __init__(self, *, keep: Callable[[bytes], str], fetch: Callable[[str], bytes]) -> None:
        """Take how the store keeps a draft under a key, and how it gives it back."""
        self._proposals: Mapping[int, e.Proposal] = {}
        self._fields: dict[type, list[_Field]] = {}
        self._draft = keep, fetch
        self._forms: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
            **dict.fromkeys(("str", "int", "float", "bool"), (_same, _same)),
            "bytes": (bytes.decode, str.encode),
            "Span": (list, lambda values: Span(*values)),
            "Verdict": (str, Verdict),
            "Usage": (list, lambda values: Usage(*values)),
            "Proposal": (attrgetter("id"), lambda id: self._proposals[id]),
            "tuple[str, ...]": (list, tuple),
            "tuple[tuple[str, int], ...]": (list, lambda pairs: tuple(map(tuple, pairs))),
            "tuple[Warning, ...]": (
                lambda ws: [*map(astuple, ws)],
                lambda ws: tuple(Warning(*w) for w in ws),
            ),
            "tuple[Hunk, ...]": (self.fields, self.hunks),
        }

    def event_fields(self, event: e.Event) -> tuple[str, dict[str, Any]]:
        """Return an event's name and fields for JSON. Raises `ValueError` for one that is not to be kept."""
        for name, kind in _NAMES.items():
            if type(event) is kind:
                return name, self._encoded(event)
        raise ValueError(f"{type(event).__name__} passes and is not kept")

    def event(self, name: str, fields: Any, *, proposals: Mapping[int, e.Proposal]) -> e.Event:
        """Return the event of that name and these fields; `proposals` are the draft's, by number."""
        self._proposals = proposals
        return self._decoded(fields, _NAMES[name])

    def fields(self, value: e.Proposal | tuple[Hunk, ...]) -> Any:
        """Return the fields of hunks or of a proposal for JSON; its number is the store's."""
        if not isinstance(value, e.Proposal):
            encoded = [(hunk.span, self._encoded(hunk)) for hunk in value]
            return [{**fields, "start": span.start, "end": span.end} for span, fields in encoded]
        fields = self._encoded(value)
        del fields["id"]  # a column of its own
        return fields

    def proposal(self, fields: Any, *, number: int) -> e.Proposal:
        """Return a stored proposal with its number."""
        return self._decoded({**fields, "id": number}, e.Proposal)

    def hunks(self, fields: Any) -> tuple[Hunk, ...]:
        """Return the hunks of these fields."""
        return tuple(self._decoded({**one, "span": (one["start"], one["end"])}, Hunk) for one in fields)

    def _encoded(self, value: Any) -> dict[str, Any]:
        """Return a value's fields for JSON, without a span, which is stored as `start` and `end`."""
        fields = self._fields_of(type(value))
        return {stored: encode(getattr(value, name)) for name, stored, encode, _ in fields if name != "span"}

    def _decoded(self, fields: Mapping[str, Any], kind: type[T]) -> T:
        """Return a value; what an earlier version didn't store is as it is by default."""
        own = self._fields_of(kind)
        return kind(**{name: decode(fields[stored]) for name, stored, _, decode in own if stored in fields})

    def _fields_of(self, kind: type) -> list[_Field]:
        if kind not in self._fields:
            self._fields[kind] = [
                (name, _STORED.get((kind, name), name), *form)
                for name, annotation in kind.__annotations__.items()
                for form in (self._draft if name in _DRAFTS else self._forms[_words(annotation)],)
            ]
        return self._fields[kind]


def _same(value: T) -> T:
    return value


def _words(annotation: str | ForwardRef) -> str:
    return annotation if isinstance(annotation, str) else annotation.__forward_arg__

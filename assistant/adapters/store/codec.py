"""Turns events and proposals into the JSON that the store holds, and back.

cattrs handles the fields. Names and forms are those of the first version, so that old databases load; what
an event is called in Python may change, what it is called here may not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import Any

from assistant.core.review import events as e
from assistant.core.types import Hunk, Span, Usage, Warning

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


class Codec:
    """Encodes for one store, which keeps whole drafts apart and stored proposals by number."""

    def __init__(self, *, keep: Callable[[bytes], str], fetch: Callable[[str], bytes]) -> None:
        """Take how the store keeps a draft under a key, and how it gives it back."""
        from cattrs import Converter  # 60 ms
        from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

        self._proposals: Mapping[int, e.Proposal] = {}
        self._converter = Converter(detailed_validation=False)
        convert = self._converter
        convert.register_unstructure_hook(bytes, bytes.decode)
        convert.register_structure_hook(bytes, lambda text, _: text.encode())
        convert.register_unstructure_hook(Span, tuple)
        convert.register_structure_hook(Span, lambda values, _: Span(*values))
        for type_ in (Warning, Usage):  # lists of their fields
            convert.register_unstructure_hook(type_, astuple)
            convert.register_structure_hook(type_, lambda values, kind: kind(*values))

        hunk_names: dict[str, Any] = {
            "original": override(rename="old"),
            "replacement": override(rename="new"),
        }
        encode = make_dict_unstructure_fn(Hunk, convert, **hunk_names)
        decode = make_dict_structure_fn(Hunk, convert, **hunk_names)
        # A hunk's span is stored as `start` and `end` among its other fields.
        convert.register_unstructure_hook(Hunk, lambda hunk: _flat(encode(hunk)))
        convert.register_structure_hook(
            Hunk, lambda fields, kind: decode({**fields, "span": (fields["start"], fields["end"])}, kind)
        )
        draft = override(unstruct_hook=keep, struct_hook=lambda key, _: fetch(key))
        number = override(
            unstruct_hook=lambda proposal: proposal.id, struct_hook=lambda id, _: self._proposals[id]
        )
        fields: dict[type, dict[str, Any]] = {
            e.Moved: {"data": draft},
            e.Offered: {"data": draft, "proposal": number},
            e.AcceptedRest: {"pieces": override(rename="slots")},
            e.Written: {"data": draft},
            e.Reverted: {"data": draft, "before": draft},
            e.SavedUndecided: {"data": draft, "pieces": override(rename="hunks")},
        }
        # Functions are made when a session meets the first event of a kind: each takes a millisecond.
        convert.register_unstructure_hook_factory(
            fields.__contains__, lambda kind: make_dict_unstructure_fn(kind, convert, **fields[kind])
        )
        convert.register_structure_hook_factory(
            fields.__contains__, lambda kind: make_dict_structure_fn(kind, convert, **fields[kind])
        )

    def event_fields(self, event: e.Event) -> tuple[str, dict[str, Any]]:
        """Return an event's name and fields for JSON. Raises `ValueError` for one that is not to be kept."""
        for name, kind in _NAMES.items():
            if type(event) is kind:
                return name, self._converter.unstructure(event)
        raise ValueError(f"{type(event).__name__} passes and is not kept")

    def event(self, name: str, fields: Any, *, proposals: Mapping[int, e.Proposal]) -> e.Event:
        """Return the event of that name and these fields; `proposals` are the draft's, by number."""
        self._proposals = proposals
        event: e.Event = self._converter.structure(fields, _NAMES[name])
        return event

    def fields(self, value: e.Proposal | tuple[Hunk, ...]) -> Any:
        """Return the fields of hunks or of a proposal for JSON; its number is the store's."""
        fields = self._converter.unstructure(value)
        if isinstance(value, e.Proposal):
            del fields["id"]  # a column of its own
        return fields

    def proposal(self, fields: Any, *, number: int) -> e.Proposal:
        """Return a stored proposal with its number."""
        proposal: e.Proposal = self._converter.structure({**fields, "id": number}, e.Proposal)
        return proposal

    def hunks(self, fields: Any) -> tuple[Hunk, ...]:
        """Return the hunks of these fields."""
        return self._converter.structure(fields, tuple[Hunk, ...])


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    start, end = fields.pop("span")
    return {**fields, "start": start, "end": end}

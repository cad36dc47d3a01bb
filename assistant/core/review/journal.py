"""Turns the events of a review into fields that can be stored, and back.

Long texts (whole drafts) are kept apart: `keep` takes bytes and gives a name, `fetch` gives them back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.core.review import events as e
from assistant.core.types import Hunk, Span, Usage, Verdict, Warning

Keep = Callable[[bytes], str]
Fetch = Callable[[str], bytes]


def hunk_fields(hunk: Hunk) -> dict[str, Any]:
    """Return a hunk as JSON can hold it, whole."""
    return {
        "gap": hunk.gap,
        "start": hunk.span.start,
        "end": hunk.span.end,
        "old": hunk.original.decode(),
        "new": hunk.replacement.decode(),
        "warnings": [[w.code, w.message, w.start, w.end] for w in hunk.warnings],
        "notes": list(hunk.notes),
        "follows": hunk.follows,
    }


def hunk_from(fields: Mapping[str, Any]) -> Hunk:
    """Return the hunk that `hunk_fields` was given."""
    return Hunk(
        fields["gap"],
        Span(fields["start"], fields["end"]),
        fields["old"].encode(),
        fields["new"].encode(),
        tuple(Warning(*w) for w in fields["warnings"]),
        tuple(fields["notes"]),
        fields["follows"],
    )


def proposal_fields(proposal: e.Proposal) -> dict[str, Any]:
    """Return a proposal as JSON can hold it, but for its number and time, which the store gives."""
    return {
        "gap": proposal.gap,
        "hunks": [hunk_fields(h) for h in proposal.hunks],
        "keys": list(proposal.keys),
        "model": proposal.model,
        "usage": [
            proposal.usage.prompt_tokens,
            proposal.usage.completion_tokens,
            proposal.usage.cached_tokens,
        ],
        "seconds": proposal.seconds,
        "prompt_hash": proposal.prompt_hash,
        "guidance": proposal.guidance,
    }


def proposal_from(fields: Mapping[str, Any], *, number: int, made_at: str) -> e.Proposal:
    """Return the proposal that `proposal_fields` was given, with its number and time."""
    return e.Proposal(
        fields["gap"],
        tuple(hunk_from(h) for h in fields["hunks"]),
        tuple(fields["keys"]),
        fields["model"],
        Usage(*fields["usage"]),
        fields["seconds"],
        fields["prompt_hash"],
        fields["guidance"],
        number,
        made_at,
    )


def event_fields(event: e.Event, *, keep: Keep) -> tuple[str, dict[str, Any]]:
    """Return an event's name and fields. Raises `ValueError` for one that is not to be kept."""
    match event:
        case e.Moved(data):
            return "moved", {"data": keep(data)}
        case e.Offered(proposal, data):
            return "offered", {"proposal": proposal.id, "data": keep(data)}
        case e.Decided(key, verdict, text, proposal_id):
            return "decided", {
                "key": key,
                "verdict": verdict.value,
                "text": text.decode(),
                "proposal": proposal_id,
            }
        case e.AcceptedRest(slots):
            return "took", {"slots": [list(slot) for slot in slots]}
        case e.Reopened(key, guidance):
            return "reopened", {"key": key, "guidance": guidance}
        case e.Shown(key, by):
            return "shown", {"key": key, "step": by}
        case e.Split(key):
            return "split", {"key": key}
        case e.Undone():
            return "undone", {}
        case e.Redone():
            return "redone", {}
        case e.Written(keys, hunks, data):
            return "written", {"keys": list(keys), "hunks": _all(hunks), "data": keep(data)}
        case e.Reverted(keys, hunks, before, data):
            return "reverted", {
                "keys": list(keys),
                "hunks": _all(hunks),
                "before": keep(before),
                "data": keep(data),
            }
        case e.SavedUndecided(data, pieces):
            return "held", {"data": keep(data), "hunks": _all(pieces)}
    raise ValueError(f"{type(event).__name__} passes and is not kept")


def event_from(
    name: str, fields: Mapping[str, Any], *, fetch: Fetch, proposal: Callable[[int], e.Proposal]
) -> e.Event:
    """Return the event that `event_fields` was given; `proposal` gives a stored proposal by its number."""
    made: dict[str, Callable[[], e.Event]] = {
        "moved": lambda: e.Moved(fetch(fields["data"])),
        "offered": lambda: e.Offered(proposal(fields["proposal"]), fetch(fields["data"])),
        "decided": lambda: e.Decided(
            fields["key"], Verdict(fields["verdict"]), fields["text"].encode(), fields["proposal"]
        ),
        "took": lambda: e.AcceptedRest(tuple((key, number) for key, number in fields["slots"])),
        "reopened": lambda: e.Reopened(fields["key"], fields["guidance"]),
        "shown": lambda: e.Shown(fields["key"], fields["step"]),
        "split": lambda: e.Split(fields["key"]),
        "undone": e.Undone,
        "redone": e.Redone,
        "written": lambda: e.Written(
            tuple(fields["keys"]), tuple(map(hunk_from, fields["hunks"])), fetch(fields["data"])
        ),
        "reverted": lambda: e.Reverted(
            tuple(fields["keys"]),
            tuple(map(hunk_from, fields["hunks"])),
            fetch(fields["before"]),
            fetch(fields["data"]),
        ),
        "held": lambda: e.SavedUndecided(fetch(fields["data"]), tuple(map(hunk_from, fields["hunks"]))),
    }
    return made[name]()


def _all(hunks: Sequence[Hunk]) -> list[dict[str, Any]]:
    return [hunk_fields(hunk) for hunk in hunks]

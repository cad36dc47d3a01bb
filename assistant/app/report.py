"""The fields by which gaps, hunks and usage are told to other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.core.text.display import visible
from assistant.core.text.draft import Draft
from assistant.core.types import Gap, Hunk, Span, Usage

if TYPE_CHECKING:
    from assistant.core.types import Conflict


def gap_fields(draft: Draft, gap: Gap) -> dict[str, Any]:
    """Return a gap as JSON has it: lines from 1 and inclusive, `start` and `end` in bytes, half-open."""
    return {
        "id": gap.id,
        "kind": gap.kind.value,
        **_place(draft, gap.span),
        "heading_path": list(gap.heading_path),
        "instruction": gap.instruction,
        "targets": [_place(draft, target) for target in gap.targets],
        "fillable": gap.fillable,
        "confidence": round(gap.confidence, 3),
        "why": gap.why,
    }


def hunk_fields(hunk: Hunk) -> dict[str, Any]:
    """Return a hunk as JSON has it: `start` and `end` are bytes of the file as read."""
    return {
        "start": hunk.span.start,
        "end": hunk.span.end,
        "old": hunk.original.decode(),
        "new": hunk.replacement.decode(),
        "warnings": [
            {"code": w.code, "message": w.message, "start": w.start, "end": w.end} for w in hunk.warnings
        ],
        "notes": list(hunk.notes),
    }


def outcome(
    draft: Draft, wanted: Sequence[Hunk], written: Sequence[Hunk], conflicts: Sequence[Conflict], *, name: str
) -> list[str]:
    """Return lines that tell the author what was written to `name`, and the words of what was not."""
    if not wanted:
        return ["nothing was accepted, so nothing was written"]
    lines = []
    for conflict in conflicts:
        line = draft.line(conflict.hunk.span.start)
        lines.append(f"kept out ({conflict.reason}): the text for line {line}, which was:")
        lines += [f"  {text}" for text in visible(conflict.hunk.replacement.decode()).strip().splitlines()]
    whole, done = (sum(not h.follows for h in some) for some in (wanted, written))
    return [*lines, f"wrote {done} of {whole} pieces to {name}"]


def usage_fields(usage: Usage) -> dict[str, int]:
    """Return token counts as JSON has them."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
    }


def _place(draft: Draft, span: Span) -> dict[str, int]:
    first, last = draft.lines(span)
    return {"start_line": first, "end_line": last, "start": span.start, "end": span.end}

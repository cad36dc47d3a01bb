"""Gaps and texts as fields of JSON."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.core.gaps.place_names import name_of
from assistant.core.text.draft import Draft
from assistant.core.types import Expanded, Gap, Hunk, Span

if TYPE_CHECKING:
    from assistant.app.job import Job
    from assistant.core.review.raw_words import RawWords


def gap_fields(draft: Draft, gap: Gap, raw: RawWords | None = None) -> dict[str, Any]:
    """Return a gap as JSON has it: lines from 1 and inclusive, `start` and `end` in bytes, half-open.

    They are those of the draft, or of its file with `raw` words in it.
    """
    place = partial(_place, raw or draft, raw)
    return {
        "id": gap.id,
        "kind": gap.kind.value,
        **place(gap.span),
        "heading_path": list(gap.heading_path),
        "instruction": gap.instruction,
        "name": name_of(draft, gap),
        "targets": [place(target) for target in gap.targets],
        "fillable": gap.fillable,
        "confidence": round(gap.confidence, 3),
        "why": gap.why,
    }


def _hunk(hunk: Hunk, raw: RawWords | None) -> dict[str, Any]:
    hunk = raw.hunk(hunk) if raw else hunk  # `start` and `end` are bytes of the file as read
    return {
        "start": hunk.span.start,
        "end": hunk.span.end,
        "old": hunk.original.decode(),
        "new": hunk.replacement.decode(),
        "warnings": [asdict(warning) for warning in hunk.warnings],
        "notes": list(hunk.notes),
    }


def expansion_fields(
    job: Job, expanded: Expanded, *, name: str, raw: RawWords | None = None
) -> dict[str, Any]:
    """Return a gap's text as JSON has it; `name` is the draft's, whose file may have `raw` words in it."""
    return {
        "gap": expanded.gap.id,
        "hunks": [{**_hunk(h, raw), "claims": _claims(job, h, name=name)} for h in expanded.hunks],
        "model": expanded.model,
        "usage": expanded.usage._asdict(),
        "left_out": list(expanded.left_out),
        "sources": [  # lines count from 1 and are inclusive
            {"name": e.source, "start_line": e.first, "end_line": e.last} for e in expanded.excerpts
        ],
        "alternatives": [_hunk(h, raw) for h in expanded.alternatives],
    }


def _claims(job: Job, hunk: Hunk, *, name: str) -> list[dict[str, Any]]:
    from assistant.app import report  # it knows reviews, which `locate` does not need

    fields: list[dict[str, Any]] = []
    for claim in report.claims(job, hunk, name=name):
        passage = {"passage": claim.passage._asdict()} if claim.passage else {}
        fields.append({"verdict": claim.verdict, "start": claim.start, "end": claim.end, **passage})
    return fields


def _place(lines: Draft | RawWords, raw: RawWords | None, span: Span) -> dict[str, int]:
    first, last = lines.lines(span)
    span = raw.span(span) if raw else span
    return {"start_line": first, "end_line": last, "start": span.start, "end": span.end}

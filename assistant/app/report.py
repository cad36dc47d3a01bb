"""What is reported of a run: gaps, hunks and usage as JSON fields, and lines on what was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.core.gaps.heads import name_of
from assistant.core.review.state import Phase, Review, Slot
from assistant.core.text import questions
from assistant.core.text.display import counted, one_line, visible
from assistant.core.text.draft import Draft
from assistant.core.types import Conflict, ConflictReason, Excerpt, Expanded, Gap, Hunk, Span, Verdict

if TYPE_CHECKING:
    from assistant.app.job import Job
    from assistant.app.session import Outcome


def gap_fields(draft: Draft, gap: Gap) -> dict[str, Any]:
    """Return a gap as JSON has it: lines from 1 and inclusive, `start` and `end` in bytes, half-open."""
    return {
        "id": gap.id,
        "kind": gap.kind.value,
        **_place(draft, gap.span),
        "heading_path": list(gap.heading_path),
        "instruction": gap.instruction,
        "name": name_of(draft, gap),
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
        "warnings": [asdict(warning) for warning in hunk.warnings],
        "notes": list(hunk.notes),
    }


def expansion_fields(job: Job, expanded: Expanded, *, name: str) -> dict[str, Any]:
    """Return a gap's text as JSON has it; `name` is the draft's."""
    return {
        "gap": expanded.gap.id,
        "hunks": [{**hunk_fields(h), "claims": claim_fields(job, h, name=name)} for h in expanded.hunks],
        "model": expanded.model,
        "usage": asdict(expanded.usage),
        "left_out": list(expanded.left_out),
        "sources": [excerpt_fields(excerpt) for excerpt in expanded.excerpts],
        "alternatives": [hunk_fields(h) for h in expanded.alternatives],
    }


def claim_fields(job: Job, hunk: Hunk, *, name: str) -> list[dict[str, Any]]:
    """Return the sentences that tell something particular as JSON has them, by bytes of `new`.

    A supported one has its passage: file, line and words. `name` is the draft's.
    """
    from assistant.core.checks.claims import Verdict, claims  # their patterns take 40 ms
    from assistant.core.checks.passage import read

    text, context = questions.blanked(hunk.replacement.decode()), job.facts()
    names = (name, "instruction", *(source.name for source in (*job.series, *job.sources)))
    fields: list[dict[str, Any]] = []
    for claim in claims(read(text), context):
        if claim.verdict is Verdict.GENERAL:
            continue
        start = len(text[: claim.start].encode())
        one: dict[str, Any] = {
            "verdict": claim.verdict.value,
            "start": start,
            "end": start + len(text[claim.start : claim.end].encode()),
        }
        if claim.place:
            number, first, last = claim.place
            name = names[number] if number < len(names) else "confirmed by you"
            said = context.texts[number]
            line = said.count("\n", 0, first) + 1
            one["passage"] = {"name": name, "line": line, "text": said[first:last].strip()}
        fields.append(one)
    return fields


def passages(job: Job, hunk: Hunk, *, name: str) -> str:
    """Return the supported sentences of a text, each with the passage that tells it; empty if none."""
    claims = [one for one in claim_fields(job, hunk, name=name) if "passage" in one]
    return "\n\n".join(
        f"{hunk.replacement[one['start'] : one['end']].decode()}\n"
        f"    {one['passage']['name']}:{one['passage']['line']}: {one['passage']['text']}"
        for one in claims
    )


def excerpt_fields(excerpt: Excerpt) -> dict[str, Any]:
    """Return some lines of a source as JSON has them; lines count from 1 and are inclusive."""
    return {"name": excerpt.source, "start_line": excerpt.first, "end_line": excerpt.last}


def with_words(message: str, words: bytes) -> str:
    """Return one line on the words of a text, which it names once."""
    message, quoted = one_line(message), one_line(words.decode("utf-8", "replace"))
    return message if not quoted or quoted[:50] in message else f"{message}: “{quoted}”"


def to_check(slot: Slot) -> Iterator[str]:
    """Yield a line for each doubt and question in a text, and for what cleaning changed."""
    for doubt in slot.doubts:
        if doubt.is_question:
            yield f"left as a gap for you: “{one_line(doubt.words or 'TK')}”"
        else:
            yield f"please check: {with_words(doubt.words, slot.text[doubt.start : doubt.end])}"
    yield from (f"note: {one_line(note)}" for note in (slot.hunk.notes if slot.hunk else ()))


def left(review: Review) -> str:
    """Return how many pieces are not in the file, such as `4 still to decide, 1 to write`; nothing if none.

    Rejected ones are counted beside others alone: nothing is left to do about them.
    """

    def state(slot: Slot) -> str:
        if not slot.versions:
            return "without a text"
        if slot.verdict is Verdict.UNDECIDED:
            return "still to decide"
        if slot.verdict is Verdict.REJECTED:
            return "rejected"
        return "kept out" if slot.lost else "to write"

    counts = Counter(state(slot) for slot in review.shown if slot.phase is not Phase.WRITTEN)
    if not counts.keys() - {"rejected"}:
        return ""
    order = ("still to decide", "to write", "kept out", "without a text", "rejected")
    return ", ".join(f"{counts[what]} {what}" for what in order if counts[what])


_REQUEST_ID = re.compile(r" \(request [^)]*\)$")
"""What a server calls the request that failed; its reason is the same for others."""


def reason(message: str) -> str:
    """Return why a text failed, in words that are the same for all texts that fail for it."""
    return _REQUEST_ID.sub("", message)


class Reasons:
    """Tells why texts failed, each reason once: a server that is down fails for all of them."""

    def __init__(self, told: str = "") -> None:
        """Take a reason that the author was told before."""
        self._lines: dict[str, list[int]] = {told: []} if told else {}
        self._latest = told

    def first(self, line: int, message: str) -> str:
        """Return what to say of the text at a line; nothing where the reason was told, see `rest`."""
        if (why := reason(message)) in self._lines:
            self._lines[why].append(line)
            return ""
        self._lines[why], self._latest = [], why
        return f"{line}: {one_line(message)}"

    def rest(self) -> list[str]:
        """Return a line on the other texts that failed for the reasons told, since the last call."""
        said = []
        for why, lines in self._lines.items():
            if lines:
                words = "the same" if why == self._latest else one_line(why)
                said.append(f" line{'s' * (len(lines) > 1)} {', '.join(map(str, sorted(lines)))}: {words}")
                self._latest = why
                lines.clear()
        return said


NOTHING_ACCEPTED = "nothing accepted, nothing written"

_REASONS = {
    ConflictReason.CONTENT_CHANGED: "line {line} changed meanwhile",
    ConflictReason.OVERLAP: "the text for line {line} overlaps another piece",
    ConflictReason.FILE_GONE: "the file is gone",
}


def outcome(draft: Draft, outcome: Outcome, *, name: str) -> list[str]:
    """Return lines that tell the author what was written to `name`, and the words of what was not."""
    lines = [written(outcome, name=name)] if outcome.wanted else []
    if outcome.cleared:
        lines.append("removed the undecided text that your editor had saved")
    for conflict in outcome.conflicts:
        texts = [("It says now", conflict.now)] if conflict.now.strip() else []
        lines.append(f"not applied: {why(conflict, draft)}.")
        for name, text in (*texts, ("The text", conflict.hunk.replacement)):
            lines += [f"{name}:", *(f"  {line}" for line in visible(text.decode()).strip().splitlines())]
    return lines or [NOTHING_ACCEPTED]


def written(outcome: Outcome, *, name: str) -> str:
    """Return how many pieces were written to `name`, of how many that were accepted."""
    wanted, done = (sum(not h.follows for h in hunks) for hunks in (outcome.wanted, outcome.written))
    if not wanted:  # its points were written before
        return f"took an instruction line out of {name}"
    return f"wrote {done} of {counted(wanted, 'piece')} to {name}"


def undone(draft: Draft, outcome: Outcome, *, when: str = "") -> list[str]:
    """Return lines that tell the author what of a write was taken back, and the words of what was not."""
    whole, done = (sum(not h.follows for h in some) for some in (outcome.wanted, outcome.written))
    lines = [f"undid {done} of {counted(whole, 'piece')}{f' written on {when}' if when else ''}"]
    for conflict in outcome.conflicts:
        lines.append(f"not undone: {why(conflict, draft)}. It had replaced or added:")
        lines.append(f"  {visible(conflict.hunk.original.decode()).strip()[:200]}")
    return lines


def why(conflict: Conflict, draft: Draft) -> str:
    """Return why a piece was not applied, in words."""
    return _REASONS[conflict.reason].format(line=draft.line(conflict.hunk.span.start))


def _place(draft: Draft, span: Span) -> dict[str, int]:
    first, last = draft.lines(span)
    return {"start_line": first, "end_line": last, "start": span.start, "end": span.end}

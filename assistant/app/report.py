"""Reports on a run: what supports a text, what to check in it, why texts failed, what is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from assistant.core.gaps.place_names import name_of
from assistant.core.hunks.doubts import Doubt
from assistant.core.review.raw_words import raw
from assistant.core.review.state import Phase, Piece, Review
from assistant.core.text import questions
from assistant.core.text.display import command, counted, one_line, visible
from assistant.core.text.draft import Draft
from assistant.core.text.offsets import byte_span
from assistant.core.types import Conflict, ConflictReason, Gap, Hunk, Verdict

if TYPE_CHECKING:
    from assistant.app.job import Job
    from assistant.app.session import Outcome


class WithKeys(str):
    """A line that ends in what keys do: `only one version; t asks for another`."""

    plain: str
    """The line for a view that has no keys."""

    def __new__(cls, plain: str, keys: str) -> WithKeys:
        """Put the two together."""
        line = super().__new__(cls, f"{plain}; {keys}")
        line.plain = plain
        return line


def without_keys(line: str) -> str:
    """Return a line without the keys that it names."""
    return line.plain if isinstance(line, WithKeys) else line


class Claim(NamedTuple):
    """A sentence of a text that tells something particular; `start` and `end` are bytes of the text."""

    start: int
    end: int
    verdict: str
    passage: Passage | None
    """What supports it, if anything of the author's does."""


class Passage(NamedTuple):
    """Words of the author's, and where they are."""

    name: str
    line: int
    text: str


def claims(job: Job, hunk: Hunk, *, name: str) -> Iterator[Claim]:
    """Yield the sentences of a text that tell something particular; `name` is the draft's."""
    from assistant.core.checks import claims as checked  # its patterns take 40 ms
    from assistant.core.checks.passage import read

    text, context = questions.blanked(hunk.replacement.decode()), job.facts()
    names = (name, "instruction", *(source.name for source in (*job.series, *job.sources)))
    for claim in checked.claims(read(text), context):
        if claim.support is checked.Support.GENERAL:
            continue
        passage = None
        if claim.place:
            number, first, last = claim.place
            source = context.texts[number]
            passage = Passage(
                names[number] if number < len(names) else "confirmed by you",
                source.count("\n", 0, first) + 1,
                source[first:last].strip(),
            )
        yield Claim(*byte_span(text, claim.start, claim.end), claim.support.value, passage)


def passages(job: Job, hunk: Hunk, *, name: str) -> str:
    """Return the supported sentences of a text, each with the passage that tells it; empty if none."""
    return "\n\n".join(
        f"{hunk.replacement[one.start : one.end].decode()}\n    {own.name}:{own.line}: {own.text}"
        for one in claims(job, hunk, name=name)
        if (own := one.passage)
    )


def message(doubt: Doubt) -> str:
    """Return what a question asks or a warning says."""
    words = one_line(doubt.words)
    if doubt.is_question and words[:1] + words[-1:] == "“”":  # the author's own sentence, with its blank
        return f"what belongs in {words}?"
    return words or "only you know what belongs here"


def approval(doubt: Doubt) -> str:
    """Return what an author says who approves of the words that a warning is about."""
    return "It's true" if doubt.is_unsupported else "Fine in my posts"


def about(piece: Piece, doubt: Doubt) -> str:
    """Return one line on a question or a warning, with the words meant where it is about some."""
    words = b"" if doubt.is_question or doubt.is_of_all else piece.text[doubt.start : doubt.end]
    return with_words(message(doubt), words)


def with_words(message: str, words: bytes) -> str:
    """Return one line on the words of a text, which it names once."""
    message, quoted = one_line(message), one_line(words.decode("utf-8", "replace"))
    return message if not quoted or quoted[:50] in message else f"{message}: “{quoted}”"


def to_check(piece: Piece) -> Iterator[str]:
    """Yield a line for each doubt and question in a text, and for what cleaning changed."""
    for doubt in piece.doubts:
        if doubt.is_question:
            yield f"left as a gap for you: “{one_line(doubt.words or 'TK')}”"
        else:
            yield f"please check: {about(piece, doubt)}"
    yield from (f"note: {one_line(note)}" for note in (piece.hunk.notes if piece.hunk else ()))


def left(review: Review, *, held: Mapping[str, Hunk] | None = None) -> str:
    """Return how many pieces are not in the file, such as `4 still to decide, 1 to write`; nothing if none.

    Rejected ones are only counted next to others: nothing is left to do about them, unless their
    texts are `held` in the file, where an editor saved them; see `saved_texts.undecided`. So are raw words.
    """

    def state(piece: Piece) -> str:
        if not piece.versions:
            return "without a text"
        if piece.verdict is Verdict.REJECTED:
            is_held = held is not None and piece.key in held and held[piece.key].original == piece.text
            return "rejected, still in the file" if is_held else "rejected"
        if (
            piece.unplaced
            and not (piece.shows_outdated and piece.undecided)
            and piece.key not in (held or ())
        ):
            return "not applied" if piece.is_accepted else "outdated"
        return "to write" if piece.is_accepted else "still to decide"

    shown = ((state(piece), piece) for piece in review.shown if piece.phase is not Phase.WRITTEN)
    # Parts of one text that go in together are one piece to write.
    names = {(what, (s.is_accepted and not review.is_left(s) and s.part_of) or s.key) for what, s in shown}
    counts = Counter(what for what, _ in names)
    counts.update("raw, not checked" for _ in raw(held or ()))
    if not counts.keys() - {"rejected"}:
        return ""
    order = (
        *("still to decide", "to write", "not applied", "outdated"),
        *("raw, not checked", "rejected, still in the file", "without a text", "rejected"),
    )
    return ", ".join(f"{counts[what]} {what}" for what in order if counts[what])


def kept(review: Review, *, name: str) -> str:
    """Return one line on what was decided earlier on the draft `name`, and still counts; nothing if none."""
    decided = [s for s in review.shown if s.verdict is not Verdict.UNDECIDED and s.phase is Phase.READY]
    counts = Counter(
        "accepted" if piece.is_accepted else "rejected" for piece in decided if not piece.unplaced
    )
    said = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    return said and f"{name}: {said} earlier; to start over: {command('clean', name)}"


_REQUEST_ID = re.compile(r" \(request [^)]*\)$")
"""What a server calls the request that failed; its reason is the same for others."""


def reason(message: str) -> str:
    """Return why a text failed, in words that are the same for all texts that fail for it."""
    return _REQUEST_ID.sub("", message)


class Reasons:
    """Tells why texts failed, each reason once: a server that is down fails for all of them."""

    def __init__(self, known: str = "") -> None:
        """Take a reason that the author knows already."""
        self._lines: dict[str, list[int]] = {}
        self._latest = ""
        if known:
            self.is_new(known)

    def is_new(self, message: str, line: int = 0) -> bool:
        """Tell whether a reason comes for the first time; else its line is kept for `rest` and `more`."""
        if (why := reason(message)) in self._lines:
            self._lines[why].append(line)
            return False
        self._lines[why], self._latest = [], why
        return True

    def first(self, line: int, message: str) -> str:
        """Return what to say of the text at a line; nothing where the reason was told."""
        return f"{line}: {one_line(message)}" if self.is_new(message, line) else ""

    def more(self) -> list[str]:
        """Return a line for each reason that more than one text failed for."""
        return [f"{len(lines)} more: {one_line(why)}" for why, lines in self._lines.items() if lines]

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


def left_alone(draft: Draft, gaps: Iterable[Gap], *, name: str) -> Iterator[str]:
    """Yield a line for each gap of the draft `name` that only its author can fill."""
    for gap in gaps:
        if not gap.fillable:
            text = draft.text(gap.span)
            words = text if any(map(str.isalnum, text)) else name_of(draft, gap)  # an empty cell, or `???`
            yield f"{name}:{draft.line(gap.span.start)}: left alone: only you can fill “{one_line(words)}”"


SHOWS_OUTDATED = WithKeys("the draft changed here, so this can't be applied", "v shows the text that can")
"""Said of a text without a place where another version has one."""
NOTHING_ACCEPTED = "nothing accepted, nothing written"

_REASONS = {
    ConflictReason.CONTENT_CHANGED: "line {line} changed meanwhile",
    ConflictReason.DELETED: "what it was for, about line {line}, was deleted",
    ConflictReason.OVERLAP: "the text for line {line} overlaps another piece",
    ConflictReason.FILE_GONE: "the file is gone",
}


def outcome(draft: Draft, outcome: Outcome, *, name: str, brief: bool = False) -> list[str]:
    """Return lines on what was written to `name`, and what was not; `brief` leaves out the words."""
    lines = [_written(outcome, name=name)] if outcome.wanted else []
    if outcome.cleared:
        lines.append("removed the undecided text that your editor had saved")
    for conflict in outcome.conflicts:
        lines.append(f"not applied: {_why(conflict, draft)}")
        if not brief:
            lines += _in_full({"It says now": conflict.now, "The text": conflict.hunk.replacement})
    return lines or [NOTHING_ACCEPTED]


def _in_full(texts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the lines of texts below their titles, without those that have no words."""
    for title, text in texts.items():
        if words := visible(text.decode()).strip():
            yield f"{title}:"
            yield from (f"  {line}" for line in words.splitlines())


def _written(outcome: Outcome, *, name: str) -> str:
    """Return how many pieces were written to `name`, of how many that were accepted."""
    wanted, done = (sum(not h.follows for h in hunks) for hunks in (outcome.wanted, outcome.written))
    if not wanted:  # its points were written before
        return f"removed an instruction line from {name}"
    return f"wrote {done} of {counted(wanted, 'piece')} to {name}"


def undone(draft: Draft, outcome: Outcome, *, when: str = "") -> list[str]:
    """Return lines that tell the author what of a write was taken back, and the words of what was not."""
    whole, done = (sum(not h.follows for h in some) for some in (outcome.wanted, outcome.written))
    counts = {
        "still accepted": sum(piece.is_accepted for piece in outcome.undone),
        "rejected again": sum(s.verdict is Verdict.REJECTED and not s.part_of for s in outcome.undone),
        "open again": sum(piece.undecided and not piece.unplaced for piece in outcome.undone),
        "outdated (your own words stay there)": sum(
            piece.undecided and piece.unplaced for piece in outcome.undone
        ),
    }
    left = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    line = f"undid {done} of {counted(whole, 'piece')}{f' written on {when}' if when else ''}"
    lines = [f"{line}: {left}" if left else line]
    told = {conflict.hunk.gap for conflict in outcome.conflicts if not conflict.hunk.follows}
    for conflict in outcome.conflicts:
        if conflict.hunk.follows and conflict.hunk.gap in told:
            continue
        before, text = conflict.hunk.replacement, conflict.hunk.original  # the hunk takes the text back
        lines.append(f"not undone: {_why(conflict, draft)}")
        lines += _in_full({"It says now": conflict.now, "It said before": before, "The text": text})
    return lines


def _why(conflict: Conflict, draft: Draft) -> str:
    """Return why a piece was not applied, in words."""
    start, end = conflict.hunk.span
    if start == end:  # right below a heading
        start = max(start - 1, 0)
    elif conflict.reason is ConflictReason.CONTENT_CHANGED:  # not the blank line above what stands there
        start += len(draft.data[start:]) - len(draft.data[start:].lstrip())
    return _REASONS[conflict.reason].format(line=draft.line(start))

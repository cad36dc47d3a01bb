"""What every view says of a piece: its name in the author's words, its state, its warnings, its change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from assistant.core.hunks import diff
from assistant.core.hunks.apply import apply, without_overlaps
from assistant.core.review.state import Phase, Review, Slot
from assistant.core.text.display import one_line, visible
from assistant.core.text.draft import Draft
from assistant.core.text.lists import lead_in, without_mark
from assistant.core.types import Hunk, Span, Verdict, Warning

CONTEXT = 3
"""Lines of the draft shown before and after a piece."""

STATES = {
    "waiting": ("○", "waiting"),
    "writing": ("◌", "being written …"),
    "ready": ("●", "ready"),
    "accepted": ("✓", "accepted"),
    "rejected": ("✗", "rejected; the draft stays unchanged here"),
    "edited": ("✎", "accepted with your edits"),
    "failed": ("!", "failed"),
    "stopped": ("■", "stopped; t retries"),
    "written": ("▪", "written; assistant undo takes it back"),
    "moved": ("↯", "the draft changed here, so this can't be applied; t retries"),
}
"""Sign and words for each state that a piece can be in."""

_SIGNS = re.compile(r"^[\s>#:|]+|<!--+|--+>|\*\*|__|%%")
"""What Markdown has around a note's words: `> `, `<!-- … -->`, `**…**`, `%%…%%`."""


_EDGE = re.compile(r"\A\n*")
_MARKS = {"gone": ("[-", "-]"), "new": ("{+", "+}")}


class Part(NamedTuple):
    """A run of text to show, with control characters made visible."""

    text: str
    role: Literal["around", "same", "gone", "new"]
    doubtful: bool = False
    """True where a warning is about these words."""


def state_of(slot: Slot) -> str:
    """Return the state of a piece, one of the names in `STATES`."""
    if slot.phase is not Phase.READY:
        return slot.phase.value
    if slot.lost:
        return "moved"
    return "ready" if slot.verdict is Verdict.UNDECIDED else slot.verdict.value


def tally(slots: Iterable[Slot]) -> str:
    """Return how many pieces are in each state, such as `4 accepted, 1 rejected`."""
    return ", ".join(f"{n} {state}" for state, n in Counter(map(state_of, slots)).items())


def note(draft: Draft, slot: Slot) -> str:
    """Return the author's own words in the place of a piece; empty where there are none."""
    if slot.part_of:
        return f"part {int(slot.key.rpartition('.')[2]) + 1}"
    words = slot.hunk.original.decode() if slot.hunk else draft.text(slot.span)
    if slot.hunk and not words.strip():  # an insertion goes on with the line that it stands in
        data = draft.data if slot.version is None or slot.version.home is None else slot.version.home
        words = data[: slot.hunk.span.start].decode("utf-8", "replace").rpartition("\n")[2]
    texts = map(without_mark, words.splitlines())
    lines = (one_line(_SIGNS.sub("", lead_in(text) or text)) for text in texts)
    return next((line for line in lines if line), "")


def name(draft: Draft, slot: Slot) -> str:
    """Return what a piece is called: the author's words in its place, or else the heading above it."""
    return note(draft, slot) or _headings(draft, slot)[-1]


def place(draft: Draft, slot: Slot, *, most: int = 40) -> str:
    """Return where a piece is: the headings above it, the author's words (up to `most` letters), its line."""
    headings, words = _headings(draft, slot), note(draft, slot)
    words = words if len(words) <= most else words[: most - 1].rstrip() + "…"
    heading = draft.heading_above(slot.anchor)
    own = [words] if words and not (heading and slot.span == heading.span) else []
    return f"{' › '.join([*headings, *own])} · line {draft.line(slot.anchor)}"


def _headings(draft: Draft, slot: Slot) -> Sequence[str]:
    heading = draft.heading_above(slot.anchor)
    path = [one_line(words) for words in heading.path] if heading else [one_line(draft.title)]
    return [words for words in path if words] or ["the beginning"]


def version(slot: Slot) -> str:
    """Return which of several texts is shown; empty where there is one."""
    count = len(slot.versions)
    return f"version {slot.choice.at + 1} of {count} (v V)" if count > 1 else ""


def warnings(slot: Slot) -> list[str]:
    """Return a line for each warning on a text, unless the author has put another in its place."""
    if slot.hunk is None or slot.verdict is Verdict.EDITED:
        return []
    lines = []
    for warning in slot.hunk.warnings:
        message = one_line(warning.message)
        words = one_line(slot.hunk.replacement[warning.start : warning.end].decode("utf-8", "replace"))
        lines.append(message if not words or words[:50] in message else f"{message}: “{words}”")
    return list(dict.fromkeys(lines))


def shown(review: Review, slot: Slot, *, colours: bool = True) -> list[Part]:
    """Return a piece's change in its surroundings: the draft with what else was accepted.

    Without `colours`, signs mark what goes and what comes: `[-old-] {+new+}`.
    """
    before, after = around(review, slot)
    parts = [Part(before, "around")]
    for role, group in groupby(_change(slot), key=lambda part: part.role):
        run = list(group)
        if role == "new" and parts[-1].role == "gone" and not _is_apart(parts[-1].text, run[0].text):
            ends_line = parts[-2].text.endswith("\n") or not parts[-2].text
            parts.append(Part("\n" if ends_line else " ", "around"))
        parts += run if colours or role not in _MARKS else _bracketed(run, *_MARKS[role])
    return [*parts, Part(after, "around")]


def _is_apart(text: str, following: str) -> bool:
    return text[-1:].isspace() or following[:1].isspace()


def _bracketed(run: Sequence[Part], opening: str, closing: str) -> list[Part]:
    """Put signs round some text, inside the line ends at its edges."""
    if not "".join(part.text for part in run).strip():
        return list(run)
    run = [run[0]._replace(text=_EDGE.sub(rf"\g<0>{opening}", run[0].text, count=1)), *run[1:]]
    last = run[-1].text.rstrip("\n")
    return [*run[:-1], run[-1]._replace(text=last + closing + run[-1].text[len(last) :])]


def around(review: Review, slot: Slot) -> tuple[str, str]:
    """Return some lines of the draft before and after a piece."""
    home = slot.version.home if slot.version else None
    span = slot.hunk.span if slot.hunk else Span(slot.span.end, slot.span.end)
    data = review.base if home is None else home
    others = [h for h in without_overlaps(review.accepted()[1])[0] if home is None and h.span != span]
    head = apply(data[: span.start], [h for h in others if h.span.end <= span.start])
    behind = [_earlier(h, span.end) for h in others if h.span.start >= span.end]
    tail = apply(data[span.end :], behind)
    before = head[-4000:].decode("utf-8", "replace").splitlines(keepends=True)
    # A line that goes on into the piece counts as part of it.
    kept = before[-CONTEXT - bool(before and not before[-1].endswith("\n")) :]
    following = tail[:4000].decode("utf-8", "replace").splitlines(keepends=True)[: CONTEXT + 1]
    return visible("".join(kept)).lstrip("\n"), visible("".join(following)).rstrip()


def _earlier(hunk: Hunk, offset: int) -> Hunk:
    return replace(hunk, span=Span(hunk.span.start - offset, hunk.span.end - offset))


def _change(slot: Slot) -> Iterator[Part]:
    """Yield what goes and comes, cut where words that a warning is about begin and end."""
    assert slot.hunk is not None
    doubts: tuple[Warning, ...] = () if slot.verdict is Verdict.EDITED else slot.hunk.warnings
    at = 0
    for piece in diff.readable(slot.hunk.original.decode(), slot.text.decode()):
        if piece.op == "gone":
            yield Part(visible(piece.text), "gone")
            continue
        data = piece.text.encode()
        inside = {x - at for w in doubts for x in (w.start, w.end) if 0 < x - at < len(data)}
        for a, b in pairwise(sorted({0, len(data), *inside})):
            doubtful = any(w.start <= at + a < w.end for w in doubts)
            yield Part(visible(data[a:b].decode("utf-8", "replace")), piece.op, doubtful)
        at += len(data)

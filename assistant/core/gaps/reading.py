"""Let a model read a draft: number its lines, check what it names, and join that with what was found here.

What a model answers is not trusted: it may name lines that aren't there, code, quotations, or headings with
text below them. A place is taken only where the draft confirms it.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from assistant.core.gaps import identity
from assistant.core.gaps.clashes import without_clashes
from assistant.core.gaps.ignored import is_ignored
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.regions import masks
from assistant.core.gaps.units import units, writes_small
from assistant.core.gaps.words import Words
from assistant.core.hunks.relocate import relocate_spans
from assistant.core.text import lazy
from assistant.core.text.draft import Block, Draft, Heading
from assistant.core.text.lists import item_mark
from assistant.core.text.spans import holds, joined, overlap
from assistant.core.types import Gap, GapKind, Span

FOUND = "found by the model"
"""Why a gap is one that only the model named."""
_CONFIDENCE = 0.9
"""Of a place that only the model named, and the draft confirms."""
_BOTH = 0.95
"""Of a place that both found."""
_SURE = 0.9
"""The least confidence of a place found here that stays a gap though the model didn't name it."""
_MOST_GAPS = 500
"""Entries of an answer that are read: a model in a loop names the same place without end."""
_LONGEST = 2000
"""Characters of a quoted place or a note; what is longer is no answer to the question."""
_PLACEHOLDER = 2
"""Line ends in a fenced block of one line, such as `script here`, which stands for code to come."""
_CODE_LINES = 6
"""Lines of a block of code that the model is shown; what is unwritten in code isn't asked for."""
_TRIES = 20
"""Opening braces in an answer at which its JSON is looked for: some models talk before it."""
_THOUGHT = lazy.pattern(r"(?s)<think>.*?</think>")
"""What a model thought before its list."""

_ENTRY = lazy.pattern(r'\{\s*"kind"[^{}]{1,4000}\}')
"""An entry of a list that was cut off at the token limit."""

_NUMBER = {"type": "integer"}
_FIELDS: dict[str, Any] = {
    "kind": {"type": "string", "enum": [kind.value for kind in GapKind]},
    "from": _NUMBER,
    "to": _NUMBER,
    "words": {"type": "string"},
    "asks": {"type": "string"},
    "governs": {"type": "array", "items": _NUMBER},
    "only_author": {"type": "boolean"},
}


def _object(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


SCHEMA: Mapping[str, Any] = _object({"gaps": {"type": "array", "items": _object(_FIELDS)}})
"""The JSON schema of an answer, as servers with structured outputs take it."""


class Reading(NamedTuple):
    """What a model named in a draft."""

    data: bytes
    """The draft as it was read."""
    gaps: tuple[Gap, ...]


def numbered(draft: Draft, *, room: int, count: Callable[[str], int]) -> list[str]:
    """Return the draft with the number of each line before it; long blocks of code are cut.

    It comes in parts of at most `room` tokens, as `count` counts them, that end between paragraphs.
    """
    parts: list[list[str]] = []
    left = 0
    for paragraph in _numbered(draft).split("\n\n"):
        size = count(paragraph) + 1
        if size > left:
            parts.append([])
            left = room
        parts[-1].append(paragraph)
        left -= size
    return ["\n\n".join(part) for part in parts]


def _numbered(draft: Draft) -> str:
    lines = draft.text((0, len(draft.data))).lstrip("\ufeff").split("\n")
    hidden: set[int] = set()
    for block in draft.blocks:
        if block.kind == "CodeBlock":
            first, last = draft.lines(block.span)
            hidden.update(range(first + _CODE_LINES, last - 1))
    shown = []
    for number, line in enumerate(lines, 1):
        if number in hidden:
            shown += ["…"] if number - 1 not in hidden else []
        else:
            shown.append(f"{number}| {line}" if line.strip() else "")
    return "\n".join(shown).rstrip()


def gaps_named(draft: Draft, answer: str) -> tuple[Gap, ...]:
    """Return the places of an answer that the draft confirms; they may overlap.

    Raises `ValueError` where the answer is not what was asked for.
    """
    named = _Named(draft)
    gaps = [gap for entry in _entries(answer) if (gap := named.gap(entry)) is not None]
    return tuple(gaps)


def merged(draft: Draft, local: Sequence[Gap], reading: Reading, *, words: Words) -> tuple[Gap, ...]:
    """Join the gaps found here with those a model named; they are in document order and never overlap.

    Where the draft changed since it was read, what was named keeps its place, or goes if that changed.

    A place of the same lines stays as it was found here, and is surer; where the lines differ, the model's
    place goes. What the model didn't name must be sure, and what the author ignores is not a gap.
    """
    layout = Layout(draft, words)
    places = (gap for gap in _moved(reading, draft.data) if not is_ignored(layout, gap.span))
    others = [part for gap in places for part in _unwritten(layout, gap)]
    kept = [gap for gap in local if gap.confidence == 1.0]  # asked for by `<!-- assistant: expand -->`
    for gap in local:
        near = [other for other in others if overlap(gap.span, other.span)]
        if gap not in kept and len(near) == 1 and draft.lines(near[0].span) == draft.lines(gap.span):
            kept.append(replace(gap, confidence=max(gap.confidence, _BOTH)))
    used = {gap.id for gap in kept}
    for gap in sorted(others, key=lambda gap: gap.span):
        if not any(overlap(gap.span, other.span) for other in kept):
            key = identity.key(gap.kind, gap.heading_path, draft.text(gap.span))
            gap = replace(gap, id=identity.unused(key, used))
            used.add(gap.id)
            kept.append(gap)
    spans = relocate_spans(draft.data, reading.data, [gap.span for gap in local])
    for gap, then in zip(local, spans, strict=True):
        is_new = then is None  # written since the model read the draft
        if (is_new or gap.confidence >= _SURE) and not any(overlap(gap.span, one.span) for one in kept):
            kept.append(gap)
    return without_clashes(sorted(kept, key=lambda gap: gap.span))


def _moved(reading: Reading, data: bytes) -> Iterator[Gap]:
    """Yield the gaps of a reading at their places in the draft as it is now."""
    spans = [span for gap in reading.gaps for span in (gap.span, *gap.targets)]
    places = iter(relocate_spans(reading.data, data, spans))
    for gap in reading.gaps:
        place, *targets = (next(places) for _ in range(1 + len(gap.targets)))
        left = tuple(filter(None, targets))
        if place is not None and (left or gap.kind is not GapKind.REVISION):
            yield replace(gap, span=place, targets=left)


def _unwritten(layout: Layout, gap: Gap) -> Iterator[Gap]:
    """Yield a gap; of notes, what is before, between and after finished sentences, which stay."""
    made = units(layout)
    inside = [unit for unit in made if overlap(gap.span, unit)]
    texts = [layout.text(*unit.span) for unit in inside]
    small = writes_small(made)
    written = [layout.is_written(text, small=small) for text in texts]
    if gap.kind is not GapKind.NOTES or not any(written):
        yield gap
        return
    for stays, run in groupby(zip(written, inside, strict=True), key=lambda pair: pair[0]):
        if not stays:
            left = [unit for _, unit in run]
            yield replace(gap, span=Span(left[0].start, left[-1].end))


def _entries(answer: str) -> list[Mapping[str, Any]]:
    """Return the objects that an answer lists. Raises `ValueError` where it lists none and isn't empty."""
    answer = _THOUGHT.sub("", answer)
    decoder = json.JSONDecoder()
    for opening in list(re.finditer(r"\{", answer))[:_TRIES]:
        try:
            value, _ = decoder.raw_decode(answer, opening.start())
        except (ValueError, RecursionError):
            continue
        listed = value.get("gaps")
        if isinstance(listed, list):
            return [entry for entry in listed[:_MOST_GAPS] if isinstance(entry, dict)]
    whole = []
    for one in _ENTRY.finditer(answer):
        with suppress(ValueError, RecursionError):
            whole.append(json.loads(one[0]))
    if not whole:
        raise ValueError("the answer is not the JSON that was asked for")
    return whole[:_MOST_GAPS]


class _Named:
    """Finds what an answer names in the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        code = [b.span for b in draft.blocks if _is_code(draft, b)]
        front_matter = [draft.front_matter] if draft.front_matter.end else []
        inline = masks(draft.data[draft.front_matter.end :], draft.front_matter.end)
        self._code = [*(Span(start, end) for start, end, what in inline if what == "code"), *code]
        self._barriers = sorted([*front_matter, *(heading.span for heading in draft.headings), *code])
        self._quotes = [b.span for b in draft.blocks if b.kind == "BlockQuote"]

    def gap(self, entry: Mapping[str, Any]) -> Gap | None:
        """Return an entry of the answer as a gap; None where the draft doesn't confirm it."""
        draft, lines = self._draft, self._lines(entry.get("from"), entry.get("to"))
        name = entry.get("kind")
        if lines is None or not isinstance(name, str) or name not in set(GapKind):
            return None
        kind = GapKind(name)
        span = self._place(kind, lines, _words(entry.get("words")))
        if span is None:
            return None
        targets: tuple[Span, ...] = ()
        if kind in (GapKind.INSTRUCTION, GapKind.REVISION):
            targets = self._targets(span, entry.get("governs"))
        if kind is GapKind.REVISION and not (targets := targets or self._around(span)):
            return None  # nothing is there that could be changed
        return Gap(
            id="",
            kind=kind,
            span=span,
            heading_path=draft.path(span.start),
            instruction=_words(entry.get("asks")),
            targets=targets,
            fillable=entry.get("only_author") is not True and span.start >= draft.front_matter.end,
            confidence=_CONFIDENCE,
            why=FOUND,
        )

    def _lines(self, first: object, last: object) -> Span | None:
        """Return the bytes of some lines, blanks around them left out; None where there are none."""
        draft, starts = self._draft, self._draft.line_starts
        if type(first) is not int or type(last) is not int or not 1 <= first <= last <= len(starts):
            return None
        start, end = starts[first - 1], draft.line_end(starts[last - 1])
        return _trimmed(draft, start, end)

    def _place(self, kind: GapKind, lines: Span, words: str) -> Span | None:
        """Return where a gap of some lines is; None where there can be none."""
        draft = self._draft
        heading = draft.heading_at(_first_line(draft, lines))
        if kind is GapKind.EMPTY_SECTION:
            return heading.span if heading and _is_empty(draft, heading) else None
        span = _quoted(draft, lines, words) if words else lines
        if span == lines and kind is not GapKind.NOTES and heading is None:
            span = _without_mark(draft, span)
        refused = any(holds(one, span) for one in (*self._code, *self._quotes))
        return None if refused else self._cut(span)

    def _cut(self, span: Span) -> Span | None:
        """Return the part of a gap before the first heading or block of code in it, or else after that.

        Neither must go with the notes around it. A heading that is itself the gap stays whole.
        """
        inside = [one for one in self._barriers if overlap(span, one)]
        if not inside or span.end <= inside[0].end:
            return span
        if span.start < inside[0].start:
            return _trimmed(self._draft, span.start, inside[0].start)
        return _trimmed(self._draft, inside[0].end, inside[1].start if inside[1:] else span.end)

    def _targets(self, span: Span, numbers: object) -> tuple[Span, ...]:
        """Return the items, paragraphs or headings that begin in some lines, the gap's own left out."""
        targets = set[Span]()
        for number in numbers[:_MOST_GAPS] if isinstance(numbers, list) else ():
            line = self._lines(number, number)
            target = self._block(line.start) if line else None
            if target and (target.end <= span.start or span.end <= target.start):
                targets.add(target)
        return tuple(joined(targets))

    def _around(self, span: Span) -> tuple[Span, ...]:
        """Return the item or paragraph that a remark is in, if that says anything else."""
        around = self._block(span.start)
        return (around,) if around and (around.start < span.start or span.end < around.end) else ()

    def _block(self, start: int) -> Span | None:
        """Return the item, or else the paragraph, that holds a byte."""
        at = bisect.bisect_right(self._draft.blocks, start, key=lambda block: block.start)
        for block in reversed(self._draft.blocks[max(at - 50, 0) : at]):
            if start < block.end and (
                block.kind == "Item" or (block.kind == "Paragraph" and not block.depth)
            ):
                return _trimmed(self._draft, block.start, block.end)
        return None


def _words(value: object) -> str:
    return " ".join(value[:_LONGEST].split()) if isinstance(value, str) else ""


def _trimmed(draft: Draft, start: int, end: int) -> Span | None:
    piece = draft.data[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(piece.strip())) if piece.strip() else None


def _first_line(draft: Draft, span: Span) -> Span:
    return Span(span.start, min(span.end, draft.line_end(span.start)))


def _quoted(draft: Draft, lines: Span, words: str) -> Span:
    """Return the place of some words in some lines, or the lines where they don't hold them."""
    text = draft.data[lines.start : lines.end].decode("utf-8", "replace")
    hit = re.search(r"\s+".join(map(re.escape, words.split())), text)
    if hit is None:
        return lines
    start = lines.start + len(text[: hit.start()].encode())
    return Span(start, start + len(hit[0].encode()))


def _without_mark(draft: Draft, span: Span) -> Span:
    """Return the place without the list mark that it begins with: `- TODO` stays a list item."""
    mark = item_mark(draft.text(_first_line(draft, span)))
    return _trimmed(draft, span.start + len(mark.encode()), span.end) or span


def _is_empty(draft: Draft, heading: Heading) -> bool:
    """Tell whether only a rule is under a heading, and no deeper heading follows."""
    at = bisect.bisect_left(draft.blocks, heading.body.start, key=lambda block: block.start)
    following = draft.blocks[at] if at < len(draft.blocks) else None
    if following is None or following.start >= heading.section.end:
        return True
    return following.kind == "Rule" and not draft.text(heading.body).strip(" \n-*_")


def _is_code(draft: Draft, block: Block) -> bool:
    """Tell whether a block holds code; one with a single line or none may be a placeholder itself."""
    return block.kind == "CodeBlock" and draft.text(block.span).strip().count("\n") > _PLACEHOLDER

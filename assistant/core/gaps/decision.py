"""Gathers the candidates of every kind, weighs them with the whole draft in view, and makes gaps of them."""

from __future__ import annotations

import bisect
import hashlib
import itertools

from assistant.core.gaps import brackets, comments, cutoff, instructions, markers, metadata, notes, sections
from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.signals import confidence, why
from assistant.core.gaps.words import FOLDED, Triggers
from assistant.core.types import Gap, GapKind, Span

_ORDER = {
    GapKind.COMMENT: 0,
    GapKind.MARKER: 1,
    GapKind.INSTRUCTION: 2,
    GapKind.NOTES: 3,
    GapKind.EMPTY_SECTION: 4,
}


def candidates(layout: Layout) -> list[Candidate]:
    """Return every place worth weighing, with its own signals but without those of the whole draft."""
    found = metadata.find(layout) + markers.find(layout) + brackets.find(layout) + comments.find(layout)
    found += sections.find(layout) + notes.find(layout) + cutoff.headings(layout) + _html(layout)
    _leaf_by_leaf(layout, found)
    return found


_NO_END = frozenset(b".!?;|")
_ROWS = frozenset((b"==", b"--", b">>", b"<<", b"~~", b"++", b"__", b"##"))
_SIGNS = frozenset(row[0] for row in _ROWS)
_STARS = frozenset(b"*_")
_TO_DO = (b"to", b"fixme", b"tbd")
_PROSE = frozenset(("Paragraph", "Item", "TableCell"))


def _leaf_by_leaf(layout: Layout, found: list[Candidate]) -> None:
    """Look at every paragraph and item; cheap tests on bytes come first, as most leaves are plain prose."""
    data, verbatim, glued = layout.data, layout.verbatim_starts, layout.language in ("zh", "ja", "ko", "")
    folded = data.translate(FOLDED)
    triggers = layout.words.triggers(layout.language)
    joins = triggers.joins
    habit = cutoff.Habit(layout)
    for index, leaf in enumerate(layout.leaves):
        kind, start, end = leaf[0], leaf[1], leaf[2]
        if kind not in _PROSE or end <= start:
            continue
        if (
            end - start <= _SHORT
            and (_may_tell(triggers, data, folded, start, end) or (glued and not data[start:end].isascii()))
            and start not in verbatim
        ):
            _short(layout, index, leaf, found)
        if kind == "Paragraph":
            lines = data.count(b"\n", start, end)
            if lines < 4 and data[end - 1] in _NO_END:
                continue
            if start in verbatim:
                continue
            if lines >= 4 and (jotted := notes.jotted_lines(layout, index, leaf)):
                found.append(jotted)
                continue
        elif kind == "TableCell" or joins.isdisjoint(folded[max(start, end - 16) : end].split()[-1:]):
            continue
        if start not in verbatim and (cut := cutoff.weigh(layout, index, leaf, habit)):
            found.append(cut)


_SHORT = 180
"""Bytes of a leaf up to which it may be a line to oneself."""


def _may_tell(triggers: Triggers, data: bytes, folded: bytes, start: int, end: int) -> bool:
    """Say whether the bytes of a short leaf can hold a phrase that an author says to himself.

    A line of many words must hold a whole phrase of those that open a line or tell anywhere, since what
    merely names a part of the text counts in a line of a few words only.
    """
    openers, edits, telling, naming, lacks = triggers.words
    line = folded[start:end]
    said = line.split()
    if not said:
        return True
    first = said[0]
    if len(said) <= 8 and (first in naming or said[-1] in naming or said[-1] in lacks):
        return True
    if first in edits and not naming.isdisjoint(said):
        return True
    if data[start] in _SIGNS and data[start : start + 2] in _ROWS:
        return True
    if data[end - 1] in _STARS and data[start : start + 2] != b"**":
        return True
    line_end = data.find(b"\n", start, end)
    if line_end >= 0 and not naming.isdisjoint(folded[max(start, line_end - 32) : line_end].split()[-1:]):
        return True
    if first not in openers and telling.isdisjoint(said):
        return False
    return (
        len(said) <= _FEW + line.count(b"-") + line.count(b"'")
        or first in edits
        or not (first.isalnum() and first.isascii() and folded[start] != 32)
        or first.startswith(_TO_DO)
        or data[end - 2] in _STARS
        or triggers.may_tell(line, first)
    )


_FEW = 8
"""Words up to which a line may be a note to oneself by what it names."""


def _short(layout: Layout, index: int, leaf: Leaf, found: list[Candidate]) -> None:
    said = layout.words_of(index)
    candidate = markers.standing_alone(layout, index, leaf, said) if leaf.end - leaf.start <= 80 else None
    candidate = (
        candidate
        or markers.in_lower_case(layout, index, leaf, said)
        or brackets.between_signs(layout, index, leaf)
        or brackets.sample_words(layout, index, leaf)
    )
    if candidate is not None:
        found.append(candidate)
    if leaf.kind != "TableCell" and (told := instructions.weigh(layout, index, leaf, said)):
        told.signals.append("line-of-bare-prose")
        found.append(told)


def _html(layout: Layout) -> list[Candidate]:
    """Return the markers in the text and values of HTML, one for each block."""
    found: list[Candidate] = []
    if b"<" not in layout.data:
        return found
    pattern = layout.words.marker_pattern
    for index, leaf in enumerate(layout.leaves):
        if leaf[0] != "HtmlBlock" or layout.is_verbatim(leaf.start):
            continue
        hits = [
            hit
            for hit in itertools.islice(pattern.finditer(layout.data, leaf.start, leaf.end), 60)
            if layout.data[hit.start() - 1 : hit.start()] in (b">", b'"', b"'", b" ", b"\n")
            and layout.data[hit.end() : hit.end() + 1] in (b"<", b'"', b"'", b":", b"\n", b".", b"", b" ")
            and layout.data.rfind(b"<!--", leaf.start, hit.start())
            <= layout.data.rfind(b"-->", leaf.start, hit.start())
        ]
        hits = [hit for hit in hits if layout.data[hit.start() - 1 : hit.start()] != b" "]
        if hits:
            start = layout.line_start(hits[0].start(), leaf.start)
            end = layout.line_end(hits[-1].end(), leaf.end)
            if hits[-1].start() - hits[0].start() > 400:
                end = layout.line_end(hits[0].end(), leaf.end)
            start, end = layout.trim(start, end)
            words = layout.text(hits[0].start(), layout.line_end(hits[0].end(), leaf.end))
            found.append(
                Candidate(
                    GapKind.MARKER,
                    start,
                    end,
                    ["marker-opens-line", "marker-set-off-by-sign"],
                    words,
                    leaf=index,
                )
            )
    return found


def decide(layout: Layout, found: list[Candidate], *, threshold: float) -> tuple[Gap, ...]:
    """Weigh the candidates against one another and return the gaps that remain."""
    ignored, whole = _ignored(layout)
    if whole:
        return ()
    contextualise(layout, found)
    kept = [candidate for candidate in found if candidate.confidence >= threshold]
    kept = [candidate for candidate in kept if not _is_ignored(layout, candidate, ignored)]
    governed = [
        span
        for candidate in kept
        if candidate.kind in (GapKind.INSTRUCTION, GapKind.MARKER)
        for span in candidate.targets
    ]
    governed = _joined(governed)
    kept = [one for one in kept if one.kind is not GapKind.NOTES or not _touches(governed, one)]
    kept = _without_overlaps(layout, kept)
    return _gaps(layout, _merged(layout, kept))


_LESS_SURE = frozenset((GapKind.NOTES, GapKind.INSTRUCTION, GapKind.MARKER))
"""Kinds of which it counts what state the draft is in."""


def contextualise(layout: Layout, found: list[Candidate]) -> None:
    """Add the signals that only the whole draft gives, and set every candidate's confidence."""
    if not found:
        return
    state = metadata.state(layout)
    some = any(candidate.kind is GapKind.MARKER for candidate in found)
    subjects = metadata.subjects(layout) if some else set()
    for candidate in found:
        if state and candidate.kind in _LESS_SURE:
            candidate.signals.append(f"post-is-{state}")
        if state == "finished" and "list-without-sentences" in candidate.signals:
            candidate.signals.append("list-in-finished-post")
        if subjects and candidate.kind is GapKind.MARKER and _speaks_of(layout, candidate, subjects):
            candidate.signals.append("subject-of-post")
        candidate.confidence = (
            1.0 if candidate.certain else confidence(candidate.signals, layout.words.signals)
        )
    cut = {
        candidate.leaf
        for candidate in found
        if "sentence-without-end" in candidate.signals and candidate.confidence > 0.3
    }
    empty = [candidate.start for candidate in found if "empty-item" in candidate.signals]
    added: list[Candidate] = []
    for candidate in found:
        if "list-without-sentences" in candidate.signals:
            if candidate.leaf - 1 in cut:
                candidate.signals.append("sentence-cut-off-above")
                added.append(candidate)
            if any(candidate.start <= place < candidate.end for place in empty):
                candidate.signals.append("empty-item-inside")
                added.append(candidate)
    sure = [candidate.start for candidate in found if candidate.confidence >= 0.65]
    for candidate in found:
        if candidate.kind in _LESS_SURE and any(place != candidate.start for place in sure[:2]):
            candidate.signals.append("others-unfinished")
            added.append(candidate)
    for candidate in added:
        candidate.confidence = (
            1.0 if candidate.certain else confidence(candidate.signals, layout.words.signals)
        )


def _speaks_of(layout: Layout, candidate: Candidate, subjects: set[str]) -> bool:
    text = layout.text(candidate.start, min(candidate.end, candidate.start + 400))
    return any(subject in text or subject in text.lower()[:20] for subject in subjects)


def _ignored(layout: Layout) -> tuple[list[Span], bool]:
    """Return the places that the author told this program to leave alone; True for the whole file."""
    if b"ssistant" not in layout.data:
        return [], False
    spans = []
    for comment in comments.comments(layout):
        told = comments.directive(comment)
        if told is None or told[0] == "expand":
            continue
        if told[0] == "ignore all":
            return [], True
        line = layout.line_start(comment.start, 0)
        line_end = layout.line_end(comment.end, len(layout.data))
        beside = layout.data[line : comment.start].strip() or layout.data[comment.end : line_end].strip()
        if beside:
            spans.append(Span(line, line_end))
            continue
        place = bisect.bisect_left(layout.draft.blocks, comment.end, key=lambda block: block.start)
        if place == len(layout.draft.blocks):
            continue
        block = layout.draft.blocks[place]
        section = layout.section_of(block.start)
        heading = layout.draft.headings[section] if section >= 0 else None
        if heading is not None and heading.span.start == block.start:
            spans.append(heading.section)
        else:
            spans.append(Span(block.start, block.end))
    return _joined(spans), False


def _joined(spans: list[Span]) -> list[Span]:
    """Return the spans in order, those that overlap made one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _touches(spans: list[Span], candidate: Candidate) -> bool:
    """Say whether a candidate overlaps one of `spans`, which are in order and apart."""
    place = bisect.bisect_left(spans, Span(candidate.end, 0))
    return place > 0 and spans[place - 1].end > candidate.start


def _is_ignored(layout: Layout, candidate: Candidate, ignored: list[Span]) -> bool:
    if _touches(ignored, candidate):
        return True
    if layout.words.ignore:
        text = layout.text(candidate.start, candidate.end).lower()
        return any(word.lower() in text for word in layout.words.ignore if word)
    return False


def _without_overlaps(layout: Layout, found: list[Candidate]) -> list[Candidate]:
    """Keep the surest of the candidates that overlap; what holds a gap is not empty besides."""
    bodies = {heading.span.start: heading.body for heading in layout.draft.headings}
    starts: list[int] = []
    kept: list[Candidate] = []  # always in order and apart, so that two neighbours tell whether one fits
    for candidate in sorted(found, key=lambda one: (_ORDER[one.kind], -one.confidence, one.start)):
        place = bisect.bisect_right(starts, candidate.start)
        if place and kept[place - 1].end > candidate.start:
            continue
        if place < len(kept) and kept[place].start < candidate.end:
            continue
        if candidate.kind is GapKind.EMPTY_SECTION:
            body = bodies.get(candidate.start)
            if body and place < len(kept) and body.start <= kept[place].start < body.end:
                continue
        starts.insert(place, candidate.start)
        kept.insert(place, candidate)
    return kept


_RUNS = ("many-short-lines", "empty-item")
"""Signals of notes that are one gap when they follow one another."""


def _merged(layout: Layout, found: list[Candidate]) -> list[Candidate]:
    """Make one gap of a run of equal markers, and of two markers on one line."""
    merged: list[Candidate] = []
    data = layout.data
    for candidate in found:
        last = merged[-1] if merged else None
        if last is not None and last.kind is candidate.kind is GapKind.MARKER:
            between = data[last.end : candidate.start]
            same_line = b"\n" not in between and b"\r" not in between
            same = not between.strip(b" \t\r\n#") and _words(layout, last) == _words(layout, candidate)
            if same or (same_line and last.leaf == candidate.leaf):
                last.end = candidate.end
                last.confidence = max(last.confidence, candidate.confidence)
                if not same:
                    last.instruction = "; ".join(filter(None, (last.instruction, candidate.instruction)))
                continue
        if (
            last is not None
            and last.kind is candidate.kind is GapKind.NOTES
            and any(one in candidate.signals and one in last.signals for one in _RUNS)
            and not data[last.end : candidate.start].strip(b"-*+0123456789.)> \t\r\n")
        ):
            last.end = candidate.end
            continue
        merged.append(candidate)
    return merged


def _words(layout: Layout, candidate: Candidate) -> str:
    """Return the first line of a marker; no more of a long run is read again and again."""
    start = layout.text(candidate.start, min(candidate.end, candidate.start + 300))
    return start.strip("# \t\r\n").split("\n")[0].strip("# \t\r")


def _is_title(layout: Layout, candidate: Candidate) -> bool:
    """Tell whether a title is missing, of a section that has its text: that is the author's to find."""
    heading = layout.draft.heading_at(Span(candidate.start, candidate.end))
    marks = candidate.kind is GapKind.MARKER
    return marks and heading is not None and bool(layout.draft.text(heading.body).strip())


def _gaps(layout: Layout, found: list[Candidate]) -> tuple[Gap, ...]:
    seen: dict[str, int] = {}
    gaps = []
    for candidate in found:
        path = layout.path(candidate.start)
        text = layout.draft.text((candidate.start, candidate.end))
        key = "\0".join((candidate.kind.value, *path, "\0", " ".join(text.split())))
        ordinal = seen[key] = seen.get(key, -1) + 1
        name = hashlib.sha256(f"{key}\0{ordinal}".encode()).hexdigest()[:10]
        gaps.append(
            Gap(
                name,
                candidate.kind,
                Span(candidate.start, candidate.end),
                path,
                candidate.instruction,
                candidate.targets,
                candidate.fillable and not _is_title(layout, candidate),
                round(candidate.confidence, 3),
                why(candidate.signals, layout.words.signals),
            )
        )
    return tuple(gaps)

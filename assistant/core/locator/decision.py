"""Gathers the candidates of every kind, weighs them with the whole draft in view, and makes gaps of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from assistant.core.locator import (
    brackets,
    comments,
    cutoff,
    instructions,
    markers,
    metadata,
    notes,
    sections,
)
from assistant.core.locator.candidate import Candidate
from assistant.core.locator.page import Page
from assistant.core.locator.signals import WEIGHTS, confidence, why
from assistant.core.types import Gap, GapKind, Span

_ORDER = {
    GapKind.COMMENT: 0,
    GapKind.MARKER: 1,
    GapKind.INSTRUCTION: 2,
    GapKind.NOTES: 3,
    GapKind.EMPTY_SECTION: 4,
}


def candidates(page: Page) -> list[Candidate]:
    """Return every place worth weighing, with its own signals but without those of the whole draft."""
    found = metadata.find(page) + markers.find(page) + brackets.find(page) + comments.find(page)
    found += sections.find(page) + notes.find(page) + cutoff.headings(page) + _html(page)
    habit = cutoff.Habit(page)
    for index, leaf in enumerate(page.leaves):
        if leaf.kind not in ("Paragraph", "Item", "TableCell") or leaf.end <= leaf.start:
            continue
        size = leaf.end - leaf.start
        if size <= 180:
            if page.is_verbatim(leaf.start):
                continue
            said = page.words_of(index)
            for candidate in (
                markers.standing_alone(page, index, leaf, said) if size <= 80 else None,
                brackets.between_signs(page, index, leaf),
                brackets.sample_words(page, index, leaf),
                instructions.weigh(page, index, leaf, said) if leaf.kind != "TableCell" else None,
            ):
                if candidate is not None:
                    if candidate.kind is GapKind.INSTRUCTION:
                        candidate.signals.append("a line of bare prose")
                    found.append(candidate)
        if leaf.kind == "Paragraph":
            if jotted := notes.jotted_lines(page, index, leaf):
                found.append(jotted)
            elif not page.is_verbatim(leaf.start) and (cut := cutoff.weigh(page, index, leaf, habit)):
                found.append(cut)
        elif (
            leaf.kind == "Item"
            and not page.is_verbatim(leaf.start)
            and (cut := cutoff.weigh(page, index, leaf, habit))
        ):
            found.append(cut)
    return found


def _html(page: Page) -> list[Candidate]:
    """Return the markers in the text and values of HTML, one for each block."""
    found = []
    pattern = page.words.marker_pattern
    for index, leaf in enumerate(page.leaves):
        if leaf.kind != "HtmlBlock" or page.is_verbatim(leaf.start):
            continue
        hits = [
            hit
            for hit in pattern.finditer(page.data, leaf.start, leaf.end)
            if page.data[hit.start() - 1 : hit.start()] in (b">", b'"', b"'", b" ", b"\n")
            and page.data[hit.end() : hit.end() + 1] in (b"<", b'"', b"'", b":", b"\n", b".", b"", b" ")
            and page.data.rfind(b"<!--", leaf.start, hit.start())
            <= page.data.rfind(b"-->", leaf.start, hit.start())
        ]
        hits = [hit for hit in hits if page.data[hit.start() - 1 : hit.start()] != b" "]
        if hits:
            start = page.line_start(hits[0].start(), leaf.start)
            end = page.line_end(hits[-1].end(), leaf.end)
            if hits[-1].start() - hits[0].start() > 400:
                end = page.line_end(hits[0].end(), leaf.end)
            start, end = page.trim(start, end)
            words = page.text(hits[0].start(), page.line_end(hits[0].end(), leaf.end))
            found.append(
                Candidate(
                    GapKind.MARKER,
                    start,
                    end,
                    ["marker opens its line", "marker set off by a sign"],
                    words,
                    leaf=index,
                )
            )
    return found


def decide(
    page: Page, found: list[Candidate], *, threshold: float, weights: Mapping[str, float] = WEIGHTS
) -> tuple[Gap, ...]:
    """Weigh the candidates against one another and return the gaps that remain."""
    ignored, whole = _ignored(page)
    if whole:
        return ()
    contextualise(page, found, weights)
    kept = [candidate for candidate in found if candidate.confidence >= threshold]
    kept = [candidate for candidate in kept if not _is_ignored(page, candidate, ignored)]
    governed = [
        span
        for candidate in kept
        if candidate.kind in (GapKind.INSTRUCTION, GapKind.MARKER)
        for span in candidate.targets
    ]
    kept = _without_overlaps(page, notes.outside_targets(kept, governed))
    return _gaps(page, _merged(page, kept))


def contextualise(page: Page, found: list[Candidate], weights: Mapping[str, float] = WEIGHTS) -> None:
    """Add the signals that only the whole draft gives, and set every candidate's confidence."""
    state = metadata.state(page)
    subjects = metadata.subjects(page)
    for candidate in found:
        if state and candidate.kind in (GapKind.NOTES, GapKind.INSTRUCTION, GapKind.MARKER):
            candidate.signals.append(f"the post is marked as {'a draft' if state == 'draft' else 'finished'}")
        if subjects and candidate.kind is GapKind.MARKER and _speaks_of(page, candidate, subjects):
            candidate.signals.append("the subject of the post")
        candidate.confidence = 1.0 if candidate.certain else confidence(candidate.signals, weights)
    cut = {
        candidate.leaf
        for candidate in found
        if "no end of the sentence" in candidate.signals and candidate.confidence > 0.3
    }
    empty = [candidate.start for candidate in found if "an empty item" in candidate.signals]
    for candidate in found:
        if "a list without sentences" in candidate.signals:
            if candidate.leaf - 1 in cut:
                candidate.signals.append("a sentence cut off above")
            if any(candidate.start <= place < candidate.end for place in empty):
                candidate.signals.append("an empty item inside")
    sure = [candidate.start for candidate in found if candidate.confidence >= 0.75]
    for candidate in found:
        if candidate.kind in (GapKind.NOTES, GapKind.INSTRUCTION, GapKind.MARKER) and any(
            place != candidate.start for place in (sure[:2])
        ):
            candidate.signals.append("other places are unfinished")
        candidate.confidence = 1.0 if candidate.certain else confidence(candidate.signals, weights)


def _speaks_of(page: Page, candidate: Candidate, subjects: set[str]) -> bool:
    text = page.text(candidate.start, min(candidate.end, candidate.start + 400))
    return any(subject in text or subject in text.lower()[:20] for subject in subjects)


def _ignored(page: Page) -> tuple[list[Span], bool]:
    """Return the places that the author told this program to leave alone, and whether it is all of the file."""
    if b"ssistant" not in page.data:
        return [], False
    spans = []
    for comment in comments.comments(page):
        told = comments.directive(comment)
        if told is None or told[0] == "expand":
            continue
        if told[0] == "ignore all":
            return [], True
        line = page.line_start(comment.start, 0)
        line_end = page.line_end(comment.end, len(page.data))
        beside = page.data[line : comment.start].strip() or page.data[comment.end : line_end].strip()
        if beside:
            spans.append(Span(line, line_end))
            continue
        following = next((leaf for leaf in page.leaves if leaf.start >= comment.end), None)
        if following is None:
            continue
        heading = next((h for h in page.draft.headings if h.span.start == following.start), None)
        if heading is not None:
            spans.append(heading.section)
        else:
            blocks = page.draft.blocks
            block = next(b for b in blocks if b.start >= comment.end and b.kind != "HtmlBlock")
            spans.append(Span(block.start, block.end))
    return spans, False


def _is_ignored(page: Page, candidate: Candidate, ignored: list[Span]) -> bool:
    if any(span.start < candidate.end and candidate.start < span.end for span in ignored):
        return True
    if page.words.ignore:
        text = page.text(candidate.start, candidate.end).lower()
        return any(word.lower() in text for word in page.words.ignore if word)
    return False


def _without_overlaps(page: Page, found: list[Candidate]) -> list[Candidate]:
    """Keep the surest of the candidates that overlap; what holds a gap is not empty besides."""
    bodies = {heading.span.start: heading.body for heading in page.draft.headings}
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda one: (_ORDER[one.kind], -one.confidence, one.start)):
        clashes = [other for other in kept if other.start < candidate.end and candidate.start < other.end]
        if candidate.kind is GapKind.EMPTY_SECTION and not clashes:
            body = bodies.get(candidate.start)
            if body and any(body.start <= other.start < body.end for other in kept):
                continue
        if not clashes:
            kept.append(candidate)
    return sorted(kept, key=lambda one: one.start)


def _merged(page: Page, found: list[Candidate]) -> list[Candidate]:
    """Make one gap of a run of equal markers, and of two markers on one line."""
    merged: list[Candidate] = []
    data = page.data
    for candidate in found:
        last = merged[-1] if merged else None
        if last is not None and last.kind is candidate.kind is GapKind.MARKER:
            between = data[last.end : candidate.start]
            same_line = b"\n" not in between and b"\r" not in between
            same = not between.strip(b" \t\r\n#") and _words(page, last) == _words(page, candidate)
            if same or (same_line and last.leaf == candidate.leaf):
                last.end = candidate.end
                last.confidence = max(last.confidence, candidate.confidence)
                if not same:
                    last.instruction = "; ".join(filter(None, (last.instruction, candidate.instruction)))
                continue
        if (
            last is not None
            and last.kind is candidate.kind is GapKind.NOTES
            and "many short lines" in candidate.signals
        ):
            if not data[last.end : candidate.start].strip() and "many short lines" in last.signals:
                last.end = candidate.end
                continue
        merged.append(candidate)
    return merged


def _words(page: Page, candidate: Candidate) -> str:
    return page.text(candidate.start, candidate.end).strip("# \t\r\n").split("\n")[0].strip("# \t\r")


def _gaps(page: Page, found: list[Candidate]) -> tuple[Gap, ...]:
    seen: dict[str, int] = {}
    gaps = []
    for candidate in found:
        path = page.path(candidate.start)
        text = page.draft.text((candidate.start, candidate.end))
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
                candidate.fillable,
                round(candidate.confidence, 3),
                why(candidate.signals),
            )
        )
    return tuple(gaps)

"""Weigh the candidates of every kind with the whole draft in view, and make gaps of them."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import replace

from assistant.core.gaps import identity, metadata
from assistant.core.gaps.candidate import SURE, Candidate
from assistant.core.gaps.clashes import without_clashes
from assistant.core.gaps.detectors import DETECTORS
from assistant.core.gaps.fillable import is_fillable, may_be_gloss
from assistant.core.gaps.ignored import is_ignored
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.learned import Judge, empty_items
from assistant.core.gaps.lexicon import EACH, WRITE
from assistant.core.gaps.phrases import HIGH
from assistant.core.gaps.place_names import head_of
from assistant.core.gaps.signals import confidence, why
from assistant.core.gaps.targets import Request, targets
from assistant.core.text.lists import without_mark
from assistant.core.text.sentences import is_finished
from assistant.core.text.spans import joined, overlaps_any
from assistant.core.text.words import tokens
from assistant.core.types import Gap, GapKind

_ORDER = (
    GapKind.REVISION,
    GapKind.COMMENT,
    GapKind.MARKER,
    GapKind.INSTRUCTION,
    GapKind.NOTES,
    GapKind.EMPTY_SECTION,
)
"""Of candidates that overlap, the kind that says most plainly what is wanted comes first."""
_LESS_SURE = frozenset((GapKind.NOTES, GapKind.INSTRUCTION, GapKind.MARKER, GapKind.REVISION))
"""Kinds for which the state of the draft counts."""
_GOVERNING = (GapKind.INSTRUCTION, GapKind.MARKER, GapKind.REVISION)
_GOVERNED = (GapKind.NOTES, GapKind.EMPTY_SECTION)
"""Kinds whose targets get a text each, and those that are no gaps of their own among these targets."""
_DOUBTFUL = 0.5
"""A place with less confidence never replaces one with more, whatever its kind."""
_UNCLEAR = 0.75
"""The most confidence of a marker that may end later or explain the words before it: `--yes` leaves it."""


def candidates(layout: Layout) -> list[Candidate]:
    """Return every place worth weighing, with its own signals but without those of the whole draft."""
    return [candidate for find in DETECTORS for candidate in find(layout)]


def decide(layout: Layout, places: list[Candidate], *, threshold: float) -> tuple[Gap, ...]:
    """Weigh the candidates against one another and return the gaps that remain."""
    if b"kanban-plugin" in layout.data[: layout.draft.front_matter.end]:
        return ()  # a board's lists are finished as they are, and empty ones too
    contextualise(layout, places)
    if _is_foreign(layout):
        places += empty_items(layout)
    else:
        places = Judge(layout, places).candidates(threshold)
    # A list of TODO apps is what a post on them tells.
    places = [one for one in places if one.kind is not GapKind.NOTES or not _speaks_of(layout, one)]
    kept = [place for place in places if place.confidence >= threshold and not is_ignored(layout, place.span)]
    _find_targets(layout, kept)
    governed = joined(span for place in kept if place.kind in _GOVERNING for span in place.targets)
    kept = [place for place in kept if place.kind not in _GOVERNED or not overlaps_any(place, governed)]
    notes = {layout.next_leaf(one.start): one for one in reversed(kept) if one.kind is GapKind.NOTES}
    for place in kept:
        _join_targets(layout, place)
        _join_tasks(layout, place, notes)
    kept = _without_overlaps(layout, kept)
    _leave_open_targets(layout, kept)
    return without_clashes(_gaps(layout, kept))


def _find_targets(layout: Layout, places: list[Candidate]) -> None:
    """Make instructions of markers and comments that ask for several places: `TODO: expand each of these`."""
    for place in places:
        index = layout.leaf_index(place.start)
        if place.kind not in (GapKind.MARKER, GapKind.COMMENT) or index < 0:
            continue
        words, leaf = tokens(place.instruction), layout.leaves[index]
        purposes = layout.purposes(place.instruction)
        is_each = purposes.anywhere & EACH or layout.phrases("these").within(words)
        is_each = is_each or layout.phrases("each-at-end").ends(words)
        is_each = is_each or _is_of_one_text(layout, place.instruction)
        is_told = purposes.opens_task or purposes.last & WRITE  # `jeden ausführen`
        if not (is_each and is_told):
            continue
        around = layout.text(leaf.start, place.start) + layout.text(place.end, leaf.end)
        if not around.strip(" *_.:"):
            several = targets(layout, Request(index, place.span), words, place.instruction)
            if len(several) > 1 or (several and layout.draft.heading_at(several[0])):
                place.kind, place.targets = GapKind.INSTRUCTION, several
            elif not several and _is_above_parts(layout, place, words):
                place.fillable = False  # all that it spoke of is written


def _join_targets(layout: Layout, place: Candidate) -> None:
    """Make one gap of an instruction and its notes where it asks for one text: `Turn these into prose:`."""
    spans = place.targets if place.kind is GapKind.INSTRUCTION else ()
    if spans and _is_of_one_text(layout, place.instruction) and not layout.draft.heading_at(spans[0]):
        place.start, place.end = min(place.start, spans[0].start), max(place.end, spans[-1].end)
        place.kind, place.targets, place.instruction = GapKind.NOTES, (), ""


def _join_tasks(layout: Layout, place: Candidate, notes: Mapping[int, Candidate]) -> None:
    """Make one gap of a marker and the list of notes that it stands above: `TODO:`, `- say who built it`.

    One that says what to do goes with the notes right below it: `TODO: say what we sell`, `- bread`.
    `notes` are the leaves at which notes begin, with these. Where the list is none, only its author knows
    what is to become of a bare marker.
    """
    index = layout.leaf_index(place.start)
    if place.kind is not GapKind.MARKER or index < 0 or layout.leaves[index].kind != "Paragraph":
        return
    leaf, below = layout.leaves[index], layout.leaf_after(index)
    before, after = layout.text(leaf.start, place.start).strip(" *_.:"), layout.text(place.end, leaf.end)
    words = tokens(place.instruction)
    if (before and not is_finished(layout.text(leaf.start, place.start))) or after.strip(" *_.:"):
        return
    if below is None or below.lists <= leaf.lists:
        return
    tasks = notes.get(index + 1)
    is_bare = not words or place.instruction in layout.words.marker_words
    if tasks is None:
        place.fillable = place.fillable and not is_bare
    elif is_bare or layout.text(leaf.end, below.start).count("\n") == 1:
        place.kind, place.end, place.instruction = GapKind.NOTES, tasks.end, ""
        place.signals, place.reason = [], tasks.reason or why(tasks.signals, layout.words.signals)


def _is_of_one_text(layout: Layout, instruction: str) -> bool:
    return layout.phrases("as-one").says(tokens(instruction), instruction)


def _is_above_parts(layout: Layout, place: Candidate, words: list[str]) -> bool:
    """Tell whether a heading comes next that a note speaks of: a deeper one, or any where it says `below`."""
    below = layout.leaf_after(layout.leaf_index(place.start))
    own = layout.draft.heading_above(place.start)
    heading = layout.draft.heading_at(below.span) if below else None
    is_deeper = heading is not None and (own is None or heading.level > own.level)
    return heading is not None and (is_deeper or layout.phrases("below").within(words))


def _leave_open_targets(layout: Layout, places: list[Candidate]) -> None:
    """Take from an instruction what has a marker to be written, or ends in one: no text goes after it.

    `- The shopping: TODO` above `Expand each of these` is one piece, the marker.
    """
    markers = [(one, layout.leaf_index(one.start)) for one in places if one.kind is GapKind.MARKER]
    leaves = {at for one, at in markers if at >= 0 and (one.fillable or one.end >= layout.leaves[at].end)}
    for place in places:
        if place.kind is GapKind.INSTRUCTION and place.targets:
            place.targets = tuple(at for at in place.targets if layout.next_leaf(at.start) not in leaves)
            place.fillable = place.fillable and bool(place.targets)


def _is_foreign(layout: Layout) -> bool:
    """Tell whether a draft is in a script that nothing was learned of, such as Hindi's."""
    data = layout.data
    return not layout.language and 2 * len(data.translate(None, HIGH)) < len(data)


def contextualise(layout: Layout, places: list[Candidate]) -> None:
    """Add the signals that only the whole draft gives, and set every candidate's confidence."""
    if not places:
        return
    state = metadata.state(layout)
    for place in places:
        if state and place.kind in _LESS_SURE:
            place.signals.append(f"post-is-{state}")
        if place.kind is GapKind.MARKER and _speaks_of(layout, place):
            place.signals.append("subject-of-post")
        _weigh(layout, place)
    sure = {place.start for place in places if place.confidence >= SURE}
    for place in places:
        if place.kind in _LESS_SURE and len(sure) > (place.start in sure):
            place.signals.append("others-unfinished")
            _weigh(layout, place)


def _weigh(layout: Layout, place: Candidate) -> None:
    place.confidence = 1.0 if place.certain else confidence(place.signals, layout.words.signals)


def _speaks_of(layout: Layout, place: Candidate) -> bool:
    """Tell whether a place names a marker that the draft is about."""
    subjects = metadata.subjects(layout)
    text = layout.text(place.start, min(place.end, place.start + 400)) if subjects else ""
    return any(subject in text or subject in text.lower()[:20] for subject in subjects)


def _without_overlaps(layout: Layout, places: list[Candidate]) -> list[Candidate]:
    """Keep the surest of the candidates that overlap; a section that holds a gap is not empty as well."""
    bodies = {heading.span.start: heading.body for heading in layout.draft.headings}
    starts: list[int] = []
    kept: list[Candidate] = []  # always in order and apart, so that two neighbours tell whether one fits
    for place in sorted(
        places,
        key=lambda one: (one.confidence < _DOUBTFUL, _ORDER.index(one.kind), -one.confidence, one.start),
    ):
        index = bisect.bisect_right(starts, place.start)
        following = kept[index] if index < len(kept) else None
        if (index and kept[index - 1].end > place.start) or (following and following.start < place.end):
            continue
        if place.kind is GapKind.EMPTY_SECTION:
            body = bodies.get(place.start)
            if body and following and body.start <= following.start < body.end:
                continue
        starts.insert(index, place.start)
        kept.insert(index, place)
    return kept


def _is_title(layout: Layout, place: Candidate) -> bool:
    """Tell whether a title is missing, of a section that has its text: that is the author's to find."""
    heading = layout.draft.heading_at(place.span)
    is_marker = place.kind is GapKind.MARKER
    return is_marker and heading is not None and bool(layout.draft.text(heading.body).strip())


def _gaps(layout: Layout, places: list[Candidate]) -> tuple[Gap, ...]:
    """Make gaps of candidates; an id is a digest of what is there and above, so it outlives edits."""
    ordinals: dict[str, int] = {}
    gaps = []
    for place in places:
        path = layout.draft.path(place.start)
        text = layout.draft.text(place.span)
        key = identity.key(place.kind, path, text)
        is_empty = place.kind is GapKind.NOTES and (
            (place.signals and "label-without-text" not in place.signals)
            or not any(map(str.isalnum, without_mark(text)))
        )
        ordinal = ordinals[key] = ordinals.get(key, -1) + 1
        gap = Gap(
            id=identity.digest(key, ordinal),
            kind=place.kind,
            span=place.span,
            heading_path=path,
            instruction=head_of(layout.draft, place.start) if is_empty else place.instruction,
            targets=place.targets,
            fillable=place.fillable and not _is_title(layout, place),
            confidence=round(place.confidence, 3),
            why=place.reason or why(place.signals, layout.words.signals),
        )
        if place.unclear or may_be_gloss(layout, gap):
            gap = replace(gap, confidence=min(gap.confidence, _UNCLEAR))
        gaps.append(gap if is_fillable(layout, gap) else replace(gap, fillable=False))
    return tuple(gaps)

"""Join the unwritten lines of a draft to gaps: adjacent ones are one gap.

A list is a gap as a whole, or each of its items where others stay; an instruction is one alone.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import ASKS_AUTHOR, EACH, EDITS, PARTS, WRITE
from assistant.core.gaps.measures import Measurer, Wording
from assistant.core.gaps.remarks import is_placeholder
from assistant.core.gaps.targets import Request, targets
from assistant.core.gaps.units import ASKS, EMPTY, HTML, ITEM, LOWER, PARAGRAPH, PROSE, ROUGH, Unit
from assistant.core.text import lazy
from assistant.core.text.draft import Block
from assistant.core.text.words import tokens
from assistant.core.types import GapKind, Span

JOINED = 0.3
"""The least confidence of adjacent lines that are one gap, whatever threshold is shown."""
_LEAST_OF_RUN, _DOUBTFUL = 0.545, 0.49
"""The least confidence of a run that is shown anywhere, 55 % as it is told, and the most of any other.

From 0.5, 5 % more of the gaps would be found, with a fifth more false alarms in finished posts.
"""
_LISTED = 0.39
"""That of a doubtful list of things, which may be finished beside what isn't: `- Tin cup`, `- 4 eggs`."""
_NAME = 3
"""Most words of an item of such a list."""
_MARK = 40
"""Bytes before an item's words in which its mark is looked for."""
_FULL = 0.9
"""The confidence that one of the items next to an empty one must have, so that they are notes as well."""
_BETWEEN = b" \t\r\n>-*+0123456789.)[]"
"""What may be between two lines of one gap: marks of items and quotes."""
_RULE = lazy.pattern(rb"(?m)^[ \t]*(?:-[ \t]*){3,}$")
"""A line across the page, which parts sections."""
_APART = 4
"""Line ends between two lines that aren't one gap: with so many blank lines, an author parts sections."""
REMARK = lazy.pattern(r"[(\[（【]([^()\[\]（）【】\n]{2,120})[)\]）】]\W?")
"""Notes in brackets: `(falta la fuente)`, `(more about the winter)`, `【画像】`."""
_TAGS = lazy.pattern(rb"(?:<[^<>]*>\s*)*")
"""What opens a line of HTML: `<ul><li>the price of tar</li>`."""
NOTHING = "nothing stands here"
"""Why a place without words is a gap."""


@dataclass
class Lines:
    """The units of a draft, and what is known of those that may be unwritten, by their indexes."""

    units: Sequence[Unit]
    covered: set[int]
    """Those that are a gap already, which something else has shown."""
    shown: Mapping[int, Candidate]
    """What a detector says of the units that begin at a place."""
    sure: dict[int, float] = field(default_factory=dict)
    """The confidence that they are unwritten."""
    wordings: dict[int, tuple[Wording, list[float]]] = field(default_factory=dict)
    """Of those that were read, the words and the row."""
    apart: set[int] = field(default_factory=set)
    """Paragraphs that say outright what to write, and what a detector shows: each is a gap of its own."""
    finished: set[int] = field(default_factory=set)
    """Those that read as finished words."""
    unwritten: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Of those that begin or end in finished sentences, the bytes of the others."""

    def open_lists(self) -> set[int]:
        """Return the lists that have an item which is empty or a marker."""
        empty = {at for at in self.sure if self.units[at].flags & EMPTY} | self.covered
        return {self.units[at].group for at in empty if self.units[at].form in (ITEM, PARAGRAPH)} - {-1}

    def leave_full_items(self, open_lists: set[int]) -> None:
        """Take out the items next to one that is empty or a marker, unless one of them is surely a note.

        Such an item makes no notes of the others: `- dump the tables`, `- TODO`.
        """
        full: dict[int, list[int]] = {group: [] for group in open_lists}
        for at in self.sure.keys() - self.covered:
            if not self.units[at].flags & EMPTY:
                full.get(self.units[at].group, []).append(at)
        for some in full.values():
            if max((self.sure[at] for at in some), default=1) < _FULL:
                for at in some:
                    del self.sure[at]


class Runs:
    """Makes gaps of the unwritten lines of one draft."""

    def __init__(self, layout: Layout, measurer: Measurer, lines: Lines) -> None:
        self._layout, self._measurer, self._lines, self._units = layout, measurer, lines, lines.units
        self._starts = [unit.start for unit in lines.units]

    def gaps(self) -> list[Candidate]:
        """Return the gaps that the runs of lines are."""
        lines, result = self._lines, list[Candidate]()
        ends = self._joined_items(lines.covered | lines.apart | lines.finished)
        run: list[int] = []
        for index in [index for index, value in sorted(lines.sure.items()) if value >= JOINED] + [-1]:
            last = run[-1] if run else -1
            if run and (index < 0 or last in ends or not self._follows(last, index)):
                alone = lines.shown.get(self._units[run[0]].start) if len(run) == 1 else None
                result += [alone] if alone else self._run(run)
                run = []
            run.append(index)
        return result

    def _follows(self, last: int, index: int) -> bool:
        """Tell whether a unit is right below another one, in the same section, and no sentence between."""
        one, other, leaves = self._units[last], self._units[index], self._layout.leaves
        is_cut = one.leaf != other.leaf and not self._lines.unwritten.keys().isdisjoint((last, index))
        # tags are no part of the notes below them
        places = {(unit.section, leaves[unit.leaf].quoted, unit.form == HTML) for unit in (one, other)}
        if is_cut or len(places) > 1 or not self._lines.apart.isdisjoint((last, index)):
            return False
        end, next_start = self._part(last)[1], self._part(index)[0]
        between = self._layout.data[end:next_start] if next_start - end < 200 else b"x"
        if between.strip(_BETWEEN) or _RULE.search(between):
            return False
        return between.count(b"\n") < _APART or (one.group == other.group != -1)

    def _part(self, index: int) -> tuple[int, int]:
        """Return the bytes of a unit that are unwritten."""
        return self._lines.unwritten.get(index, self._units[index].span)

    def _joined_items(self, others: set[int]) -> set[int]:
        """Make each item that is mostly notes one of them with all that it holds; return where others end.

        The first line of any other item is not a note: what is below says it. `others` are other gaps.
        """
        sure = self._lines.sure
        ends, whole = set[int](), 0
        places = sorted(self._units[index].start for index in sure)
        for block in self._layout.draft.blocks if sure else ():
            if block.kind != "Item" or block.start < whole:
                continue
            place = bisect.bisect_left(places, block.start)
            if place == len(places) or places[place] >= block.end:
                continue  # nothing in it can be notes
            members = self._members(block)
            if len(members) < 2:
                continue
            is_notes = not any(
                at in others or self._units[at].form > ITEM or self._units[at].flags & PROSE for at in members
            )
            if is_notes and 2 * sum(sure.get(at, 0) >= JOINED for at in members) > len(members):
                whole = block.end
                sure.update({at: max(sure.get(at, 0), JOINED) for at in members})
            else:
                ends.add(members[-1])
                if members[0] not in others:
                    sure.pop(members[0], None)
        return ends

    def _members(self, block: Block) -> range:
        """Return the indexes of the units in a block."""
        return range(
            bisect.bisect_left(self._starts, block.start), bisect.bisect_left(self._starts, block.end)
        )

    @cached_property
    def _lists(self) -> dict[int, tuple[Block, ...]]:
        """The lists around what is in each list, outermost first, its own last."""
        around: list[Block] = []
        lists = {}
        for number, block in enumerate(self._layout.draft.blocks):
            if block.kind == "List":
                while around and around[-1].end <= block.start:
                    around.pop()
                around.append(block)
                lists[number] = tuple(around)
        return lists

    def _around(self, index: int) -> tuple[Block, ...]:
        return self._lists.get(self._layout.leaves[self._units[index].leaf].group, ())

    def _mark(self, index: int) -> int:
        """Return how many bytes the mark of an item has that is right before a unit; 0 for none."""
        start = self._units[index].start
        line = self._layout.data[self._layout.line_start(start, max(0, start - _MARK)) : start].lstrip(
            b" \t>"
        )
        return 0 if line.strip(b" \t-*+0123456789.)") else len(line)

    def _parts(self, run: Sequence[int]) -> list[list[int]]:
        """Return the items of a run, each on its own, where others of their list stay; else none."""
        first, last = self._around(run[0]), self._around(run[-1])
        both = [one for one, other in zip(first, last, strict=False) if one == other]
        lists = both[-1:] or [*first[:1], *last[:1]]
        if len(both) < 2 and all(set(run).issuperset(self._members(one)) for one in lists):
            return []
        parts: list[list[int]] = []
        for index in run:
            around = self._around(index)
            opens = around and around[-1] in lists and (self._mark(index) or self._units[index].flags & EMPTY)
            if opens or not parts or bool(around) != bool(self._around(parts[-1][-1])):
                parts.append([])
            parts[-1].append(index)
        return parts

    def _are_names(self, run: Sequence[int]) -> bool:
        """Tell whether lines are a list of a few words each, not all in lower case, that ask nothing."""
        units = [self._units[index] for index in run]
        asks = any(unit.flags & (ASKS | ROUGH | EMPTY) for unit in units)
        are_short = all(unit.form == ITEM and unit.size <= _NAME for unit in units)
        return len(units) > 1 and are_short and not asks and not all(unit.flags & LOWER for unit in units)

    def _run(self, run: Sequence[int]) -> list[Candidate]:
        """Return the gap that a run of units is, or those of its items."""
        model, sure, wordings = self._layout.words.model, self._lines.sure, self._lines.wordings
        best = max(run, key=lambda index: sure[index])
        surest = sure[best]
        if surest < _LEAST_OF_RUN:
            surest = min(surest, _LISTED if self._are_names(run) else _DOUBTFUL)
        reason = NOTHING
        if best in wordings:
            wording, row = wordings[best]
            reason = model.why(row, self._measurer.around(self._units[best]))
            ends_in_verb = self._layout.language in ("ja", "ko") and wording.purposes.last & WRITE
            asks = wording.purposes.is_request or ends_in_verb
            if len(run) == 1 and (asks or model.asks.score(self._measurer.asked(wording)) > 0):
                return [self._instruction(run[0], wording, surest, reason)]
        worded = [sure[index] for index in run if index in wordings]  # an empty item says nothing of others
        mean = sum(worded) / len(worded) if worded else surest
        confidence = min(surest, max(mean, _LEAST_OF_RUN))
        parts, result = self._parts(run) if len(run) > 1 else [], []
        for part in parts or [list(run)]:
            one, end = self._units[part[0]], self._part(part[-1])[1]
            # a list is replaced with the mark of its first item
            start = one.start if parts or len(run) == 1 else one.start - self._mark(run[0])
            start += self._part(part[0])[0] - one.start
            place = Candidate(GapKind.NOTES, start, end, confidence=confidence, reason=reason)
            place.unclear = one.start < start  # what goes on after sentences may only lack its stop
            self._leave_tags(place, one)
            if len(run) == 1 and (remark := REMARK.fullmatch(self._layout.text(start, end))):
                self._name_remark(place, remark[1].strip(" #*_"))
            result.append(place)
        return result

    def _name_remark(self, place: Candidate, text: str) -> None:
        """Make a marker of notes in brackets: text replaces all of them, and continues nothing."""
        words, layout = tokens(text), self._layout
        purposes = layout.lexicon.purposes(words, text)
        known, facts = layout.phrases("known-to-author"), layout.phrases("asks-fact")
        lacks = purposes.anywhere & ASKS_AUTHOR
        is_fact = lacks and (facts.at(words) or facts.ends(words) or not purposes.anywhere & PARTS)
        place.kind, place.instruction = GapKind.MARKER, text
        is_known = is_fact or known.within(words) or facts.glued_in(text) or is_placeholder(layout, text)
        place.fillable = not (is_known or text.isupper())

    def _instruction(self, index: int, wording: Wording, sure: float, reason: str) -> Candidate:
        layout, unit = self._layout, self._units[index]
        governed: tuple[Span, ...] = ()
        if unit.place == 0 and unit.form in (PARAGRAPH, ITEM):
            governed = targets(layout, Request(unit.leaf, unit.span), wording.words, wording.text)
        if not wording.purposes.anywhere & (WRITE | EDITS | EACH):  # `This section is missing` above a text
            governed = tuple(span for span in governed if span.start < unit.start)
        is_stale = wording.purposes.anywhere & EACH  # all that `each of these` spoke of is written
        start, end = self._part(index)
        fillable = bool(governed) or not (is_stale or layout.phrases("media").within(wording.words))
        place = Candidate(
            GapKind.INSTRUCTION, start, end, targets=governed,
            fillable=fillable, confidence=sure, reason=reason,
        )  # fmt: skip
        self._leave_tags(place, unit)
        place.instruction = layout.text(*place.span)
        return place

    def _leave_tags(self, place: Candidate, unit: Unit) -> None:
        """Take the tags around HTML's words out of a gap; where others are in it, no text can go in."""
        data, (start, end) = self._layout.data, place.span
        if unit.form != HTML:
            return
        opening = _TAGS.match(data, start, end)
        start = opening.end() if opening else start
        while data[end - 1 : end] == b">" and (tag := data.rfind(b"<", start, end)) > start:
            _, end = self._layout.trim(start, tag)
        place.start, place.end = start, end
        place.fillable = place.fillable and b"<" not in data[start:end]

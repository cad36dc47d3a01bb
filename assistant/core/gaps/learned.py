"""Decide which lines and remarks of a draft are unwritten, by a model that was learned from labelled drafts.

The model looks at units (lines and blocks) with their words and measures, and at remarks inside them with
their words only. Units that stand together and are unwritten are one gap.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from assistant.core.gaps.candidate import SHOWN, Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import Told
from assistant.core.gaps.measures import (
    EACH,
    EDITS,
    PARTS,
    READER,
    SEEN,
    WRITE,
    Measurer,
    Wording,
    seen,
)
from assistant.core.gaps.model import Model
from assistant.core.gaps.phrases import may_open
from assistant.core.gaps.remarks import LETTERS, LOREM, VALUE, Remark, hashes, is_outright, remarks
from assistant.core.gaps.survey import Survey
from assistant.core.gaps.targets import targets
from assistant.core.gaps.units import (
    EMPTY,
    ITEM,
    LINE,
    LOWER,
    PARAGRAPH,
    PLAIN,
    PROSE,
    Unit,
    units,
    writes_small,
)
from assistant.core.gaps.written import Written
from assistant.core.text import lazy
from assistant.core.text.draft import NEAR_HEADING, Block
from assistant.core.text.words import tokens
from assistant.core.types import GapKind, Span

_JOINED = 0.3
"""The least confidence of lines that stand together and are one gap, whatever threshold is shown."""
_COVERS = 0.5
"""The least confidence of a remark whose line is not looked at as well."""
_ALIKE = 0.7
"""How much of a line's odds comes from its list; the rest is its own."""
_LEAST_OF_RUN = 0.545
"""The least confidence of a run that is shown where others are from `SHOWN` on: 55 %, as it is told.

From 0.5, 5 % more of the gaps would be found, with a fifth more false alarms in finished posts.
"""
_OUTRIGHT = 0.7
"""The confidence of what says outright that something is missing: `Cost: ???`, `Describe the set-up.`"""
_SHORT, _SHORT_ITEM = 20, 12
"""Most words of a line that tells to write; in a longer one, an author may speak to readers."""
_MARK = 40
"""Bytes before an item's words in which its mark is looked for."""
_LEAST = 0.25
"""The confidence below which a place isn't worth listing among doubtful ones."""
_FULL = 0.9
"""The confidence that one of the items beside an empty one must have, so that they are notes as well."""
_EMPTY = 0.8
"""The confidence of an item with nothing in it."""
_NOTHING = "nothing stands here"
_SPOKEN = frozenset(("subject-of-post", "may-be-of-sentence"))
"""Signals of a marker that may be spoken of, which the model was not taught to see."""
_DOUBT = (0.25, 0.5)
"""Between these confidences of what a detector shows, the model is asked."""
_LOW = -4.0
"""The log-odds of a unit that is not read."""
_PLAIN = 0.65
"""The least confidence of what a detector shows that makes other places likelier."""
_ENDS_IN_CODE = lazy.pattern(r"`[^`\s][^`]*`\W{0,2}\Z")
"""What an author names by its code is a line of the text: "undefined key in `map`"."""
_REMARKS = (GapKind.MARKER, GapKind.COMMENT)
_BETWEEN = b" \t\r\n>-*+0123456789.)[]"
"""What may stand between two lines of one gap: marks of items and quotes."""


def empty_items(layout: Layout) -> list[Candidate]:
    """Return the list items without text, which are gaps in any language."""
    return [
        Candidate(GapKind.NOTES, one.start, one.end, leaf=one.leaf, confidence=_EMPTY, reason=_NOTHING)
        for one in units(layout)
        if one.flags & EMPTY
    ]


def _is_told(told: Told) -> bool:
    """Tell whether a line begins with what to write, or says to write of `each`, in verb-final languages too.

    `Describe the set-up.`, `Write a paragraph about each of these.`, `Jeden Punkt ausführen:`
    """
    ends = told.first | told.last
    of_each = told.anywhere & EACH and (ends & WRITE or (ends & EDITS and told.anywhere & PARTS))
    return bool(told.first & WRITE or of_each)


class Judge:
    """Judges the units and remarks of one draft."""

    def __init__(self, layout: Layout, detected: Sequence[Candidate]) -> None:
        """Look over the draft; `detected` is what the detectors show, with their confidence."""
        self.layout = layout
        self.revisions = [one for one in detected if one.kind is GapKind.REVISION]
        """Remarks on finished text, of which nothing was learned."""
        self.detected = detected = [one for one in detected if one.kind is not GapKind.REVISION]
        self.units = units(layout)
        self.survey = Survey(layout, self.units, [one for one in detected if one.confidence >= _PLAIN])
        self.measurer = Measurer(layout, self.survey)
        self.shown = [one for one in detected if one.kind in _REMARKS]
        self.remarks = remarks(layout, self.measurer.lexicon, self.shown)
        self.counts = Counter(remark.form for remark in self.remarks)
        self._unwritten: dict[int, tuple[int, int]] = {}
        """Of units that begin or end in finished sentences, the bytes of the others."""
        self._written = Written(layout, self.units, small=writes_small(self.units))
        self._starts = [unit.start for unit in self.units]
        self._of_draft: float | None = None
        self._of_sections: dict[int, float] = {}
        self._of_lists: dict[int, float] = {}
        self._openers = layout.words.openers(("write", "edit", "each"), layout.language)

    def unit_at(self, offset: int) -> Unit | None:
        """Return the unit that holds a place."""
        place = bisect.bisect_right(self._starts, offset) - 1
        return self.units[place] if place >= 0 and offset < self.units[place].end else None

    def remark_hashes(self, remark: Remark) -> set[int]:
        """Return the features of a remark."""
        unit = self.unit_at(remark.start)
        return hashes(self.layout, self.measurer.lexicon, self.survey, remark, unit, self.counts)

    def candidates(self, model: Model, threshold: float) -> list[Candidate]:
        """Return the places that are unwritten with at least the confidence `threshold`, from 0 to 1."""
        threshold = max(threshold, _LEAST)
        kept = self._remarks(model, threshold) + self.revisions
        kept += [
            one for one in self.detected if one.kind is GapKind.EMPTY_SECTION and one.confidence >= threshold
        ]
        spoken = [one for one in self.shown if "word-in-quotation-marks" in one.signals]
        covered = self._covered([one for one in kept if one.confidence >= _COVERS] + spoken)
        shown = {one.start: one for one in self.detected if one.kind is GapKind.NOTES}
        starts = frozenset(self._starts)
        inside = [one for start, one in shown.items() if start not in starts and one.confidence >= threshold]
        kept += inside  # a paragraph's last sentence is half: those before it are not looked at
        covered |= {bisect.bisect_right(self._starts, one.start) - 1 for one in inside} - {-1}
        sure: dict[int, float] = {}
        odds: dict[int, float] = {}
        passed_over: list[int] = []
        apart: set[int] = set()
        """Paragraphs that say outright what to write, and what a detector shows: each is a gap of its own."""
        outright: set[int] = set()
        """Short paragraphs that begin with such words, and items that name a picture or a part as well."""
        wordings: dict[int, tuple[Wording, list[float]]] = {}
        least_look = model.least[0]
        for index, unit in enumerate(self.units):
            flags, start = unit.flags, unit.start
            if index in covered:
                continue
            if flags & EMPTY or start in shown:
                sure[index] = shown[start].confidence if start in shown else _EMPTY
                if start in shown:
                    apart.add(index)
                continue
            is_short_item = unit.form == ITEM and flags & LOWER and unit.size <= _SHORT_ITEM
            may = is_short_item or (unit.form == PARAGRAPH and unit.size <= _SHORT)
            opens = bool(may) and may_open(self.layout.data[start : unit.end], self._openers)
            if flags & PLAIN and not (opens and unit.form == PARAGRAPH):
                continue
            look = self.glance(model, unit)
            read = self._read(model, index, look, opens=opens) if opens or look >= least_look else None
            if read is None:
                passed_over.append(index)
                continue
            wordings[index] = wording, row = read
            odds[index] = model.trees.score(row)
            if unit.form == PARAGRAPH and _is_told(wording.told):
                apart.add(index)
            if opens and self._is_outright(wording):
                outright.add(index)
        passed = Counter(self.units[index].group for index in passed_over)
        for index, value in self._smoothed(odds, passed).items():
            sure[index] = model.confidence("unit", value)
            if index in outright:
                sure[index] = max(sure[index], _OUTRIGHT)
        open_lists = self._open_lists(sure, covered)

        def is_written(index: int) -> bool:
            wording = wordings[index][0] if index in wordings else None
            beside_open = self.units[index].group in open_lists
            return wording is not None and self._written.holds(index, wording, beside_open=beside_open)

        # Lines that are less sure are gaps only beside one that is shown, which few sections have.
        least = max(threshold, _JOINED)
        likely = [index for index, value in sure.items() if value >= least]
        finished = set(filter(is_written, likely))
        sections = {self.units[index].section for index in likely if index not in finished}
        sure = {index: value for index, value in sure.items() if self.units[index].section in sections}
        finished |= {index for index, value in sure.items() if _JOINED <= value < least and is_written(index)}
        for index in finished & sure.keys():
            del sure[index]
        self._unwritten = {
            index: part
            for index, (wording, _) in wordings.items()
            if sure.get(index, 0) >= _JOINED and (part := self._written.unwritten(wording))
        }
        for index in [at for at in sure if NEAR_HEADING.fullmatch(self.layout.data, *self.units[at].span)]:
            if self.units[index].form in (PARAGRAPH, LINE):
                del sure[index]  # what stands below is unwritten, and the heading stays
        self._leave_full_items(sure, covered, open_lists)
        ends = self._joined_items(sure, covered | apart | finished)
        apart |= self._unwritten.keys()
        run: list[int] = []
        for index in [index for index, value in sorted(sure.items()) if value >= _JOINED] + [-1]:
            last = run[-1] if run else -1
            if run and (index < 0 or {index, last} & apart or last in ends or not self._follows(last, index)):
                alone = shown.get(self.units[run[0]].start) if len(run) == 1 else None
                kept += [alone] if alone else self._run(model, run, sure, wordings, threshold)
                run = []
            run.append(index)
        return kept

    def _is_outright(self, wording: Wording) -> bool:
        """Tell whether a paragraph says what to write, or an item in lower case what picture to put there.

        In capitals, that is a step of instructions to readers: `Add a picture.`
        """
        told, unit = wording.told, wording.unit
        if told.anywhere & READER:
            return False
        if unit.form == ITEM:
            return unit.flags & LOWER > 0 and told.first & (WRITE | EDITS) > 0 and told.anywhere & PARTS > 0
        return unit.form == PARAGRAPH and _is_told(told)

    def _read(
        self, model: Model, index: int, look: float, *, opens: bool
    ) -> tuple[Wording, list[float]] | None:
        """Return a unit's words and its row; None where its words show that it is written.

        One that `opens` with a word for writing is read in any case.
        """
        unit, measurer = self.units[index], self.measurer
        said = model.words.score(measurer.said(unit))
        of_look, of_said, added = model.mixed
        is_likely = look >= model.least[0] and look * of_look + said * of_said + added >= model.least[1]
        if not is_likely and not opens:
            return None
        wording = measurer.read(index)
        told = wording.told
        if not is_likely and not self._is_outright(wording):
            return None
        if not _is_told(told) and "`" in wording.text[-3:] and _ENDS_IN_CODE.search(wording.text):
            return None
        return wording, [*measurer.row(index, wording), said, look]

    def glance(self, model: Model, unit: Unit) -> float:
        """Return the log-odds of a unit by its form, its section, its list and the draft.

        Few units differ in form, and each section and list is looked at once: it takes no time.
        """
        form, _, _, _, place, size, last, flags, section, group = unit
        survey, gate, of_forms = self.survey, model.gate, self.layout.words.odds_of_forms
        key = form, last, size, flags & SEEN, place
        if key not in of_forms:
            of_forms[key] = gate["unit"].score(seen(*key))
        if section not in self._of_sections:
            self._of_sections[section] = gate["section"].score(survey.section(section))
        if group not in self._of_lists:
            self._of_lists[group] = gate["list"].score(survey.group(group))
        if self._of_draft is None:
            self._of_draft = gate["draft"].score(survey.draft)
        return self._of_draft + of_forms[key] + self._of_sections[section] + self._of_lists[group]

    def _covered(self, kept: Sequence[Candidate]) -> set[int]:
        """Return the indexes of the units that are mostly one of the gaps that are found already."""
        covered = set()
        for one in kept:
            index = max(0, bisect.bisect_right(self._starts, one.start) - 1)
            while index < len(self.units) and self.units[index].start < one.end:
                unit = self.units[index]
                shared = min(one.end, unit.end) - max(one.start, unit.start)
                if shared * 2 > unit.end - unit.start:
                    covered.add(index)
                    group, size = unit.group, len(self.units)
                    if unit.form == LINE:  # a note ends before what is written below it in its paragraph
                        while index + 1 < size and self.units[index + 1].group == group:
                            index += 1
                            covered.add(index)
                index += 1
        return covered

    def _smoothed(self, odds: dict[int, float], passed: Counter[int]) -> dict[int, float]:
        """Draw the lines of a list together: they are notes, or finished, all in all.

        `passed` says how many lines of each list were passed over.
        """
        groups: dict[int, list[float]] = {}
        for index, value in odds.items():
            groups.setdefault(self.units[index].group, []).append(value)
        smooth = {}
        for index, value in odds.items():
            group = self.units[index].group
            if group != -1:
                alike, low = groups[group], passed[group]
                mean = (sum(alike) + low * _LOW) / (len(alike) + low)
                value = (1 - _ALIKE) * value + _ALIKE * mean
            smooth[index] = value
        return smooth

    def _follows(self, last: int, index: int) -> bool:
        """Tell whether a unit stands right below another one, in the same section."""
        one, other = self.units[last], self.units[index]
        leaves = self.layout.leaves
        if one.section != other.section or leaves[one.leaf].quoted != leaves[other.leaf].quoted:
            return False
        between = self.layout.data[one.end : other.start] if other.start - one.end < 200 else b"x"
        return not between.strip(_BETWEEN)

    def _open_lists(self, sure: dict[int, float], covered: set[int]) -> set[int]:
        """Return the lists that have an item which is empty or a marker."""
        empty = {at for at in sure if self.units[at].flags & EMPTY} | covered
        return {self.units[at].group for at in empty if self.units[at].form in (ITEM, PARAGRAPH)} - {-1}

    def _leave_full_items(self, sure: dict[int, float], covered: set[int], open_lists: set[int]) -> None:
        """Take out the items beside one that is empty or a marker, unless one of them is surely a note.

        Such an item makes no notes of the others: `- dump the tables`, `- TODO`.
        """
        full: dict[int, list[int]] = {group: [] for group in open_lists}
        for at in sure.keys() - covered:
            if not self.units[at].flags & EMPTY:
                full.get(self.units[at].group, []).append(at)
        for some in full.values():
            if max((sure[at] for at in some), default=1) < _FULL:
                for at in some:
                    del sure[at]

    def _joined_items(self, sure: dict[int, float], others: set[int]) -> set[int]:
        """Make each item that is mostly notes one of them with all that it holds; return where others end.

        The first line of any other item is not a note: what stands below says it. `others` are other gaps.
        """
        ends, whole = set[int](), 0
        places = sorted(self.units[index].start for index in sure)
        for block in self.layout.draft.blocks if sure else ():
            if block.kind != "Item" or block.start < whole:
                continue
            place = bisect.bisect_left(places, block.start)
            if place == len(places) or places[place] >= block.end:
                continue  # nothing in it can be notes
            members = self._members(block)
            if len(members) < 2:
                continue
            is_notes = not any(
                at in others or self.units[at].form > ITEM or self.units[at].flags & PROSE for at in members
            )
            if is_notes and 2 * sum(sure.get(at, 0) >= _JOINED for at in members) > len(members):
                whole = block.end
                sure.update({at: max(sure.get(at, 0), _JOINED) for at in members})
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
        """The lists around what stands in each list, outermost first, its own last."""
        around: list[Block] = []
        lists = {}
        for number, block in enumerate(self.layout.draft.blocks):
            if block.kind == "List":
                while around and around[-1].end <= block.start:
                    around.pop()
                around.append(block)
                lists[number] = tuple(around)
        return lists

    def _around(self, index: int) -> tuple[Block, ...]:
        return self._lists.get(self.layout.leaves[self.units[index].leaf].group, ())

    def _mark(self, index: int) -> int:
        """Return how many bytes the mark of an item has that stands right before a unit; 0 for none."""
        start = self.units[index].start
        line = self.layout.data[self.layout.line_start(start, max(0, start - _MARK)) : start].lstrip(b" \t>")
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
            opens = around and around[-1] in lists and (self._mark(index) or self.units[index].flags & EMPTY)
            if opens or not parts or bool(around) != bool(self._around(parts[-1][-1])):
                parts.append([])
            parts[-1].append(index)
        return parts

    def _run(
        self,
        model: Model,
        run: Sequence[int],
        sure: dict[int, float],
        wordings: dict[int, tuple[Wording, list[float]]],
        threshold: float,
    ) -> list[Candidate]:
        """Return the gap that a run of units is; none where no one of them is sure enough."""
        best = max(run, key=lambda index: sure[index])
        if sure[best] < (threshold if threshold < SHOWN else max(threshold, _LEAST_OF_RUN)):
            return []
        reason = _NOTHING
        if best in wordings:
            wording, row = wordings[best]
            reason = model.why(row, self.measurer.around(self.units[best]))
            ends_in_verb = self.layout.language in ("ja", "ko") and wording.told.last & WRITE
            asks = (
                _is_told(wording.told) or ends_in_verb or model.asks.score(self.measurer.asked(wording)) > 0
            )
            if len(run) == 1 and asks:
                return [self._instruction(run[0], wording, sure[best], reason)]
        worded = [sure[index] for index in run if index in wordings]  # an empty item says nothing of others
        confidence = max(sum(worded) / len(worded), min(sure[best], _LEAST_OF_RUN)) if worded else sure[best]
        parts, kept = self._parts(run) if len(run) > 1 else [], []
        for part in parts or [list(run)]:
            one, end = self.units[part[0]], self.units[part[-1]].end
            # a list is replaced with the mark of its first item
            start = one.start if parts or len(run) == 1 else one.start - self._mark(run[0])
            if len(run) == 1:
                start, end = self._unwritten.get(run[0], (start, end))
            kept.append(
                Candidate(GapKind.NOTES, start, end, leaf=one.leaf, confidence=confidence, reason=reason)
            )
        return kept

    def _instruction(self, index: int, wording: Wording, sure: float, reason: str) -> Candidate:
        layout, unit = self.layout, self.units[index]
        governed: tuple[Span, ...] = ()
        if unit.place == 0 and unit.form in (PARAGRAPH, ITEM):
            governed = targets(layout, unit.leaf, wording.words, wording.text)
        is_stale = wording.told.anywhere & EACH  # all that `each of these` spoke of is written
        start, end = self._unwritten.get(index, (unit.start, unit.end))
        fillable = bool(governed) or not (is_stale or layout.phrases("media").within(wording.words))
        return Candidate(
            GapKind.INSTRUCTION, start, end, instruction=layout.text(start, end), targets=governed,
            fillable=fillable, leaf=unit.leaf, confidence=sure, reason=reason,
        )  # fmt: skip

    def _remarks(self, model: Model, threshold: float) -> list[Candidate]:
        """Return the remarks that are gaps, the surest first where two share a place."""
        kept: list[Candidate] = []
        is_word = "todo" in self.layout.words.lists("ordinary", self.layout.language)
        for remark in self.remarks:
            shown = remark.shown
            if shown is not None and shown.certain:
                kept.append(shown)
                continue
            plain = shown is not None and (
                is_word
                or not _SPOKEN.isdisjoint(shown.signals)
                or not _DOUBT[0] < shown.confidence < _DOUBT[1]
            )
            if shown is not None and plain:
                sure = shown.confidence
            else:
                sure = model.confidence("remark", model.remark.score(self.remark_hashes(remark)))
                if is_outright(self.layout, remark, self.unit_at(remark.start)):
                    sure = max(sure, _OUTRIGHT)
            if sure < threshold:
                continue
            kept.append(shown or self._remark(remark))
            kept[-1].confidence = sure
        return kept

    def _remark(self, remark: Remark) -> Candidate:
        """Return the gap that a remark is; one that has its line for itself is the whole line."""
        layout, unit = self.layout, self.unit_at(remark.start)
        start, end = remark.start, remark.end
        inside = layout.text(*remark.inside).strip(" \"'\t\r\n")
        words = tokens(inside)
        fillable = not layout.phrases("media").within(words) and remark.form != VALUE
        around = (layout.data[unit.start : start] + layout.data[end : unit.end]) if unit else b"x"
        if unit and not around.strip(b" \t\r\n*_~>#-.:!"):
            start, end = unit.start, unit.end
        elif (len(words) < 3 or remark.form in LETTERS) and remark.form != LOREM:
            fillable = False
        instruction = inside if words and remark.form not in (*LETTERS, LOREM) else ""
        if len(words) > 2 and remark.form in LETTERS:  # `XX add the price XX`
            instruction = inside.strip("xX ")
        leaf = layout.leaf_index(start)
        reason = (
            "a value that was never filled in" if remark.form == VALUE else "a remark that is not for readers"
        )
        return Candidate(
            GapKind.MARKER, start, end, instruction=instruction, fillable=fillable, leaf=leaf, reason=reason
        )

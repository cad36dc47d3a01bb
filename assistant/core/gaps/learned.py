"""Decide which lines and remarks of a draft are unwritten, by a model that was learned from labelled drafts.

The model looks at units (lines and blocks) with their words and measures, and at remarks inside them with
their words only. Adjacent unwritten units are one gap.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import EACH, EDITS, FACT, LACKS, PARTS, READER, WRITE
from assistant.core.gaps.measures import SEEN, Measurer, Wording, seen
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.phrases import Phrases, may_open
from assistant.core.gaps.remarks import (
    LETTERS,
    LOREM,
    SQUARE,
    VALUE,
    Remark,
    hashes,
    is_outright,
    is_placeholder,
    remarks,
)
from assistant.core.gaps.runs import JOINED, NOTHING, REMARK, Lines, Runs
from assistant.core.gaps.survey import Survey
from assistant.core.gaps.units import (
    COLON,
    EMPTY,
    HEADING,
    HTML,
    ITEM,
    LINE,
    LOWER,
    PARAGRAPH,
    PLAIN,
    Unit,
    units,
    writes_small,
)
from assistant.core.gaps.words import Words
from assistant.core.gaps.written import Written
from assistant.core.text import lazy
from assistant.core.text.draft import NEAR_HEADING
from assistant.core.text.spans import overlaps_any
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_WRITTEN = frozenset(("word-in-quotation-marks", "something-left-out", "heads-list-of-tasks"))
"""Signals of what is part of the text as it is, and no note."""
_COVERS = 0.5
"""The least confidence of a remark whose line is not looked at as well."""
_ALIKE = 0.7
"""How much of a line's odds comes from its list; the rest is its own."""
_OUTRIGHT = 0.7
"""The confidence of what says outright that something is missing: `Cost: ???`, `Describe the set-up.`"""
_OF_EACH = 0.8
"""That of a line which says so of several places: `Expand each of these`."""
_UNASKED = 0.75
"""The most confidence of words in brackets that ask for nothing: `[translated from the German]` may stay."""
_SHORT, _SHORT_ITEM = 20, 12
"""Most words of a line that tells to write; in a longer one, an author may speak to readers."""
_LACKS = 5
"""Most words of a line that says so of a part of the text: `The ending is missing.`"""
_ROUGH, _LEAD = 0.6, 6
"""The confidence of what is below a heading for rough notes, and most words of a line that heads some."""
_SQUARE = ord("[")
"""Such a line opens with it, `[raw notes below]`, or ends in a colon."""
_OBJECT = 5
"""Words of an item, the first left out, in which what is to be added stands."""
_LEAST = 0.25
"""The confidence below which a place isn't worth listing among doubtful ones."""
_EMPTY = 0.8
"""The confidence of an item with nothing in it."""
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


def empty_items(layout: Layout) -> list[Candidate]:
    """Return the list items without text, which are gaps in any language."""
    return [
        Candidate(GapKind.NOTES, one.start, one.end, confidence=_EMPTY, reason=NOTHING)
        for one in units(layout)
        if one.flags & EMPTY
    ]


def _names(phrases: Phrases, text: str) -> bool:
    """Tell whether one of the phrases begins a text or ends it: `Section 1: Raw notes`."""
    words = tokens(text)
    return bool(phrases.at(words) or phrases.ends(words) or phrases.glued_in(text))


@remembered
def _odds_of_form(words: Words, form: int, last: int, size: int, flags: int, place: int) -> float:
    """Return what the model says of units that look the same at a glance; a few thousand differ."""
    return words.model.gate["unit"].score(seen(form, last, size, flags, place))


class Judge:
    """Judges the units and remarks of one draft."""

    def __init__(self, layout: Layout, detected: Sequence[Candidate]) -> None:
        """Look over the draft; `detected` is what the detectors show, with their confidence."""
        self.layout, self.model = layout, layout.words.model
        self.revisions = [one for one in detected if one.kind is GapKind.REVISION]
        """Remarks on finished text, from which nothing was learned."""
        self.detected = detected = [one for one in detected if one.kind is not GapKind.REVISION]
        self.units = units(layout)
        self.survey = Survey(layout, self.units, [one for one in detected if one.confidence >= _PLAIN])
        self.measurer = Measurer(layout, self.survey)
        self.shown = [one for one in detected if one.kind in _REMARKS]
        self.remarks = remarks(layout, self.shown)
        self.counts = Counter(remark.form for remark in self.remarks)
        self._written = Written(layout, self.units, small=writes_small(self.units))
        self._starts = [unit.start for unit in self.units]
        self._of_draft = self.model.gate["draft"].score(self.survey.draft)
        self._openers = layout.words.openers(("write", "edit", "each", "part"), layout.language)

    def unit_at(self, offset: int) -> Unit | None:
        """Return the unit that holds a place."""
        place = bisect.bisect_right(self._starts, offset) - 1
        return self.units[place] if place >= 0 and offset < self.units[place].end else None

    def remark_hashes(self, remark: Remark) -> set[int]:
        """Return the features of a remark."""
        unit = self.unit_at(remark.start)
        return hashes(self.layout, self.survey, remark, unit, self.counts)

    def candidates(self, threshold: float) -> list[Candidate]:
        """Return the places that are unwritten with at least the confidence `threshold`, from 0 to 1.

        What the detectors and the remarks show comes first; of the other lines, those that the model takes
        for unwritten and that read as no finished words are joined to runs.
        """
        threshold = max(threshold, _LEAST)
        kept = self._remarks(threshold) + self.revisions
        kept += [
            one for one in self.detected if one.kind is GapKind.EMPTY_SECTION and one.confidence >= threshold
        ]
        written = [one for one in self.shown if not _WRITTEN.isdisjoint(one.signals)]
        covered = self._covered([one for one in kept if one.confidence >= _COVERS] + written)
        shown = {one.start: one for one in self.detected if one.kind is GapKind.NOTES}
        starts = frozenset(self._starts)
        inside = [one for start, one in shown.items() if start not in starts and one.confidence >= threshold]
        kept += inside  # a paragraph's last sentence is half: those before it are not looked at
        for one in inside:
            first = bisect.bisect_right(self._starts, one.start) - 1
            # an empty cell may be behind its row's words
            first += first < 0 or one.start > self.layout.draft.line_end(self.units[first].end)
            covered.update(range(first, bisect.bisect_left(self._starts, one.end)))
        lines = self._weighed(covered, shown)
        self._leave_written(lines, threshold)
        return kept + Runs(self.layout, self.measurer, lines).gaps()

    def _weighed(self, covered: set[int], shown: Mapping[int, Candidate]) -> Lines:
        """Return the units with how sure it is that each is unwritten; those that are `covered` are none."""
        model, lines, passed_over = self.model, Lines(self.units, covered, shown), Counter[int]()
        odds: dict[int, float] = {}
        outright: dict[int, float] = {}
        """The least confidence of short paragraphs that begin with what to write, and of such items."""
        for index, unit in enumerate(self.units):
            flags, start = unit.flags, unit.start
            if index in covered:
                continue
            if flags & EMPTY or start in shown:
                lines.sure[index] = shown[start].confidence if start in shown else _EMPTY
                if start in shown:
                    lines.apart.add(index)
                continue
            is_short_item = unit.form == ITEM and flags & LOWER and unit.size <= _SHORT_ITEM
            may = is_short_item or (unit.form == PARAGRAPH and unit.size <= _SHORT)
            opens = bool(may) and may_open(self.layout.data[start : unit.end], self._openers)
            if flags & PLAIN and not (opens and unit.form == PARAGRAPH):
                continue
            at_sight = self.odds_at_sight(unit)
            read = self._read(index, at_sight, opens=opens) if opens or at_sight >= model.least[0] else None
            if read is None:
                passed_over[unit.group] += 1
                continue
            lines.wordings[index] = wording, row = read
            odds[index] = model.trees.score(row)
            if unit.form == PARAGRAPH and (wording.purposes.is_request or self._is_placeholder(wording)):
                lines.apart.add(index)
            if may and self._is_outright(wording):
                advises = self.layout.phrases("advice").at(wording.words)  # `Remember to check these points:`
                outright[index] = _OF_EACH if wording.purposes.anywhere & EACH and not advises else _OUTRIGHT
        for index, value in self._smoothed(odds, passed_over).items():
            sure = model.confidence("unit", value)
            lines.sure[index] = max(sure, outright.get(index, 0))
        for index in self._below_rough():
            if index not in covered and not self.units[index].flags & (PLAIN | EMPTY):
                unit, wording = self.units[index], self.measurer.read(index)
                of_words = model.words.score(self.measurer.places(unit))
                row = [*self.measurer.row(index, wording), of_words, _LOW]
                lines.wordings.setdefault(index, (wording, row))
                lines.sure[index] = max(lines.sure.get(index, 0), _ROUGH)
        return lines

    def _below_rough(self) -> Iterator[int]:
        """Yield the lines of text below what heads rough notes, to the next heading: `## Raw notes`."""
        rough, headings = self.layout.phrases("rough"), self.layout.draft.headings
        section, is_below = -1, False
        for index, unit in enumerate(self.units):
            if unit.section != section or unit.form == HEADING:
                section = unit.section
                heading = headings[section] if section >= 0 else None
                is_below = heading is not None and heading.level > 1 and _names(rough, heading.text)
            if unit.form > ITEM:
                continue
            if is_below:
                yield index
            elif unit.size <= _LEAD and (unit.last == COLON or self.layout.data[unit.start] == _SQUARE):
                is_below = _names(rough, self.layout.text(*unit.span))

    def _leave_written(self, lines: Lines, threshold: float) -> None:
        """Take out the lines that read as finished words, and of others the finished sentences in them."""
        data, written, open_lists = self.layout.data, self._written, lines.open_lists()

        def is_written(index: int) -> bool:
            wording = lines.wordings[index][0] if index in lines.wordings else None
            beside_open = self.units[index].group in open_lists
            return wording is not None and written.holds(index, wording, beside_open=beside_open)

        # Lines that are less sure are gaps only next to one that is shown, which few sections have.
        sure, least = lines.sure, max(threshold, JOINED)
        likely = [index for index, value in sure.items() if value >= least]
        finished = set(filter(is_written, likely))
        sections = {self.units[index].section for index in likely if index not in finished}
        sure = {index: value for index, value in sure.items() if self.units[index].section in sections}
        finished |= {index for index, value in sure.items() if JOINED <= value < least and is_written(index)}
        lines.finished, lines.sure = finished, sure
        for index in finished & sure.keys():
            del sure[index]
        lines.unwritten = {
            index: part
            for index, (wording, _) in lines.wordings.items()
            if sure.get(index, 0) >= JOINED and (part := written.unwritten(index, wording))
        }
        headings = [heading.span for heading in self.layout.draft.headings]
        for index in list(sure):  # what is below a heading is unwritten, and the heading stays
            unit = self.units[index]
            is_near = unit.form in (PARAGRAPH, LINE) and NEAR_HEADING.fullmatch(data, *unit.span)
            if is_near or (unit.form == HTML and overlaps_any(unit, headings)):
                del sure[index]
        lines.leave_full_items(open_lists)

    def _is_outright(self, wording: Wording) -> bool:
        """Tell whether a paragraph says what to write, or an item in lower case what picture to put there.

        In capitals, that is a step of instructions to readers, `Add a picture.`, unless nothing else is
        below its heading.
        """
        purposes, unit = wording.purposes, wording.unit
        if purposes.anywhere & READER:
            return False
        asks_for_part = purposes.first & (WRITE | EDITS) > 0 and purposes.anywhere & PARTS > 0
        if unit.form == ITEM:
            object_ = self.layout.lexicon.purposes(wording.words[1:_OBJECT], "").anywhere & PARTS
            return unit.flags & LOWER > 0 and asks_for_part and object_ > 0
        is_alone = self.survey.sizes[unit.section] == 1
        lacks_part = unit.size <= _LACKS and purposes.anywhere & LACKS and purposes.anywhere & PARTS > 0
        asks = (
            purposes.is_request or lacks_part or (is_alone and asks_for_part) or self._is_placeholder(wording)
        )
        return unit.form == PARAGRAPH and asks

    def _is_placeholder(self, wording: Wording) -> bool:
        """Tell whether a line stands for a picture or a link, `【画像】`, and none is below it."""
        remark = REMARK.fullmatch(wording.text)
        shown = remark is not None and self.layout.leads_to_shown(wording.unit.leaf)
        return remark is not None and not shown and is_placeholder(self.layout, remark[1])

    def _read(self, index: int, of_form: float, *, opens: bool) -> tuple[Wording, list[float]] | None:
        """Return a unit's words and its row; None where its words show that it is written.

        One that `opens` with a word for writing is read in any case.
        """
        unit, measurer, model = self.units[index], self.measurer, self.model
        of_words = model.words.score(measurer.places(unit))
        form_weight, words_weight, added = model.mixed
        odds = of_form * form_weight + of_words * words_weight + added
        is_likely = of_form >= model.least[0] and odds >= model.least[1]
        if not is_likely and not opens:
            return None
        wording = measurer.read(index)
        purposes = wording.purposes
        if not is_likely and not self._is_outright(wording):
            return None
        if not purposes.is_request and "`" in wording.text[-3:] and _ENDS_IN_CODE.search(wording.text):
            return None
        return wording, [*measurer.row(index, wording), of_words, of_form]

    def odds_at_sight(self, unit: Unit) -> float:
        """Return the log-odds of a unit by its form, its section, its list and the draft.

        Few units differ in form, and each section and list is looked at once: it takes no time.
        """
        form, _, _, _, place, size, last, flags, section, group = unit
        of_form = _odds_of_form(self.layout.words, form, last, size, flags & SEEN, place)
        return self._of_draft + of_form + self._odds_of_place(section, group)

    @remembered
    def _odds_of_place(self, section: int, group: int) -> float:
        gate, survey = self.model.gate, self.survey
        return gate["section"].score(survey.section(section)) + gate["list"].score(survey.group(group))

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

    def _remarks(self, threshold: float) -> list[Candidate]:
        """Return the remarks that are gaps, the surest first where two share a place."""
        kept: list[Candidate] = []
        model = self.model
        is_word = "todo" in self.layout.words.single_words(("ordinary",), self.layout.language)
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
            if shown is None and remark.form == SQUARE and self._asks_nothing(remark):
                sure = min(sure, _UNASKED)
            if sure < threshold:
                continue
            kept.append(shown or self._remark(remark))
            kept[-1].confidence = sure
        return kept

    def _asks_nothing(self, remark: Remark) -> bool:
        """Tell whether words in brackets neither begin with what to do or put there, nor say what is missing.

        `[Buy tickets here]`, `[Sponsored post]`, `[Note: it was paid for]`
        """
        text = self.layout.text(*remark.inside)
        purposes = self.layout.purposes(text.rpartition(":")[2])
        asks = purposes.first & (WRITE | EDITS | PARTS | FACT) or purposes.anywhere & LACKS
        return not (asks or "?" in text or is_placeholder(self.layout, text))

    def _remark(self, remark: Remark) -> Candidate:
        """Return the gap that a remark is; one that has its line for itself is the whole line."""
        layout, unit = self.layout, self.unit_at(remark.start)
        start, end = remark.start, remark.end
        inside = layout.text(*remark.inside).strip(" \"'\t\r\n")
        words = tokens(inside)
        names_picture = layout.phrases("media").within(words) or is_placeholder(layout, inside)
        fillable = not names_picture and remark.form != VALUE
        asks_for_part = layout.purposes(inside).opens_task and layout.phrases("part").within(words)
        around = (layout.data[unit.start : start] + layout.data[end : unit.end]) if unit else b"x"
        if unit and not around.strip(b" \t\r\n*_~>#-.:!"):
            start, end = unit.start, unit.end
        elif remark.form in LETTERS or (len(words) < 3 and not asks_for_part):
            fillable = fillable and remark.form == LOREM  # `[add example]` can be written, `[shop name]` not
        instruction = inside if words and remark.form not in (*LETTERS, LOREM) else ""
        if len(words) > 2 and remark.form in LETTERS:  # `XX add the price XX`
            instruction = inside.strip("xX ")
        is_value = remark.form == VALUE
        reason = "a value that was never filled in" if is_value else "a remark that is not for readers"
        return Candidate(
            GapKind.MARKER, start, end, instruction=instruction, fillable=fillable, reason=reason
        )

"""Tell what must stay though it looks like notes: finished sentences, names, links, signatures."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Sequence
from functools import cached_property

from assistant.core.gaps.advice import is_to_readers, promises_part
from assistant.core.gaps.credits import is_credit
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.lexicon import ASKS_AUTHOR, CLOSING, EDITS, PARTS, WRITE
from assistant.core.gaps.measures import Wording
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.note_span import SENTENCE_INSIDE
from assistant.core.gaps.remarks import is_of_command, is_shown
from assistant.core.gaps.speech import is_left_open, is_speech
from assistant.core.gaps.units import EMPTY, HEADING, ITEM, LINE, LOWER, PARAGRAPH, PLAIN, Unit
from assistant.core.text import lazy
from assistant.core.text.offsets import byte_span
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import (
    CJK,
    CLOSING_QUOTES,
    QUOTATION,
    count_words,
    first_word,
    tokens,
)

_NAMES = 3
"""Most words of the name below a letter: `Best wishes, Anna M. Berg`."""
_LONGEST = 80
"""Characters at a text's end in which a name may stand."""
_ADDRESSED = 7
"""Most words of a salutation: `Dear friends of the river,`."""
_UNIT = 3
"""Most letters of a unit that needs no list; `5 tips` are notes."""
_SIGNS = lazy.pattern(rb"[(\[{<*_~=]{1,4}")
"""What may stand before a marker: `**TODO**`, `<TODO: name>`."""
_LINKS_AFTER = lazy.pattern(r"(?:\s+(?:!?\[\[[^\[\]\n]{1,200}\]\]|\#[\w/-]+))+\Z")
"""Links to other notes and tags after a sentence, or below it: `We like honey. [[2024 Honey]]`."""
_DOTS_AFTER = lazy.pattern(r"(?<=[.!?])[ \t]+(?:…|\.{3})\Z")
"""Dots after a finished sentence: `It leaks. …`"""
_BRACKETS = lazy.pattern(r"\[([^\[\]\n]{1,60})\]\Z")
_SHORTCODE = lazy.pattern(r"\{\{[<%][^{}]*[>%]\}\}|\{%[^{}]*%\}|</?[A-Za-z][^<>]*>")
"""What opens or closes a site's box in a line: `{{< /note >}}`, `</Note>`."""
_LONG = 26
"""Fewest characters of such a sentence: `天黑之前我们回到了旅馆，就是去年住的那一家，在码头旁边的小路上`."""
_ATTRIBUTED = 120
"""Characters at a text's end in which it may stand who said that."""
_SPEAKER = 8
"""Most words that say who said something: `Anna Berg, who kept the lighthouse`."""
_QUOTED = 5
"""Fewest words of a quotation without a stop."""
_SMILEY = 16
"""Characters at a text's end in which a smiley may stand."""
_SAID, _SAID_IN_KOREAN = 3, 2
"""Fewest words of a sentence that ends in one."""
_LEADS_IN = (":", "：", " -", " –", " —")
"""What ends a line that leads to code: `C -`."""


class Written:
    """Tells which units of a draft its author has written."""

    def __init__(self, layout: Layout, units: Sequence[Unit], *, small: bool) -> None:
        """Take a draft's units; `small` says that its author begins sentences without a capital."""
        self._layout, self._units, self._small = layout, units, small
        self._patterns = layout.words.patterns
        self._first = next((unit.start for unit in units if unit.form != HEADING), -1)

    def holds(self, index: int, wording: Wording, *, beside_open: bool) -> bool:
        """Tell whether a unit is written; `beside_open` says that an item beside it is empty or a marker."""
        bare = wording.text
        if "#" in bare or "]]" in bare:
            bare = _LINKS_AFTER.sub("", bare)
        bare = _DOTS_AFTER.sub("", bare) if bare.endswith(("…", "...")) else self._without_editor(bare)
        small = self._small or beside_open or self._follows_comma(index)
        if self._layout.is_written(bare, small=small, purposes=wording.purposes):
            return True
        if self._layout.is_in_template(wording.unit.end - 1):
            return True  # its last line is a builder's tag for code, right below its words
        rules = (_OF_REQUEST if wording.purposes.asks else _OF_FORM)[wording.unit.form]
        return any(rule(self, index, wording) for rule in rules)

    def _follows_comma(self, index: int) -> bool:
        """Tell whether a text goes on below a comma, as a letter does: `the hall opens` below `Dear all,`."""
        above = self._units[index - 1] if index else None
        return above is not None and above.form in _TEXT and self._layout.data.endswith(b",", 0, above.end)

    def is_like(self, name: str, text: str) -> bool:
        """Tell whether a text has one of the forms in `data/gaps/patterns`."""
        return self._patterns[name].fullmatch(text) is not None

    def _is_said(self, index: int, wording: Wording) -> bool:
        text, in_item = wording.text, wording.unit.form == ITEM
        quotations = list(QUOTATION.finditer(text))
        around = QUOTATION.sub("it", text)  # `He said "TODO: mend it" and left.`
        if quotations and self._is_written(around) and not wording.purposes.first & EDITS:
            return True
        last = quotations[-1].start() if quotations else 0
        before = text[:last].rstrip()  # `She shook her head. “No idea”`
        is_begun = ends_sentence(before) and self._is_written(before)
        return is_speech(text[last:] if is_begun else text, asks=self._asks, in_item=in_item)

    def _tells_readers(self, index: int, wording: Wording) -> bool:
        return is_to_readers(self._layout, wording) or promises_part(
            self._layout, wording.unit.leaf, wording.text
        )

    def _is_left_open(self, index: int, wording: Wording) -> bool:
        """Tell whether a unit is an open sentence where all else in its section is written.

        `What did she say?` among notes is one, and so are several questions below a heading.
        """
        return is_left_open(wording.text) and self._is_section_written(wording.unit.section)

    def _lacks_stop(self, index: int, wording: Wording) -> bool:
        """Tell whether a paragraph of Chinese, Japanese or Korean is so long that it only lacks its stop."""
        asks = wording.purposes.anywhere & (WRITE | ASKS_AUTHOR)
        return not asks and len(CJK.findall(wording.text)) >= _LONG

    def _is_done(self, index: int, wording: Wording) -> bool:
        """Tell whether an item is a task that is ticked."""
        return self._layout.box(self._layout.leaves[wording.unit.leaf]) in ("x", "X")

    def _is_step(self, index: int, wording: Wording) -> bool:
        """Tell whether an item is a board's, or a task for readers: one of several, or set off in a quote."""
        leaf, heading = (
            self._layout.leaves[wording.unit.leaf],
            self._layout.draft.heading_above(wording.unit.start),
        )
        is_one = leaf.quoted or len(self._lists[wording.unit.group]) > 1
        if is_one and self._layout.box(leaf):
            return True
        return heading is not None and self._layout.is_column(heading.text)

    def _is_short_answer(self, index: int, wording: Wording) -> bool:
        """Tell whether a few words say all that is to be said: `BSD`, `Yes.`, `The end`."""
        if wording.purposes.anywhere & (ASKS_AUTHOR | PARTS):
            return False
        text = wording.text
        is_closing = wording.purposes.whole & CLOSING and text[0].isupper()
        return bool(is_closing or self.is_like("written.letters", text) or self._answers(text))

    def _is_tag_list(self, index: int, wording: Wording) -> bool:
        """Tell whether a text stands behind `Tags:`, or is all below `## Tags`: `boats, tar, winter`."""
        label, colon, _ = wording.text.partition(":")
        heading = None if colon else self._layout.draft.heading_above(wording.unit.start)
        named = label if colon else heading.text if heading else ""
        return self._layout.phrases("tags").is_whole(tokens(named))

    def _is_amount(self, index: int, wording: Wording) -> bool:
        """Tell whether a text is a value, maybe after its label: `40 kr`, `Small: 40 euros`."""
        if (amount := self._patterns["written.amount"].fullmatch(wording.text)) is None:
            return False
        return len(amount["unit"]) <= _UNIT or amount["unit"].lower() in self._layout.single_words("unit")

    def _ends_in_feeling(self, index: int, wording: Wording) -> bool:
        """Tell whether a line begins as a sentence does and ends in a smiley, not a stop, or is only one."""
        text = wording.text
        hit = self._patterns["written.smiley"].search(text, max(len(text) - _SMILEY, 0))
        if hit is None or (first_word(text)[:1].islower() and not self._small):
            return False
        words = count_words(text[: hit.start()])
        return words == 0 or words >= (_SAID_IN_KOREAN if hit["letters"] else _SAID)

    def _answers(self, text: str) -> bool:
        return self.is_like("written.answer", text[:1].upper() + text[1:] if self._small else text)

    @remembered
    def _lists_kinds(self, group: int) -> bool:
        """Tell whether the items of a list are kinds of one thing: `oak frame boat`, `steel frame boat`.

        They end in the same two words, and none is a phrase: `price of the boat` may be a note.
        """
        texts = [self._layout.text(*one.span).lower() for one in self._lists[group]]
        terms, joins = [tokens(text) for text in texts], self._layout.single_words("function", "particle")
        are_terms = all(len(term) > 2 and joins.isdisjoint(term) for term in terms)
        ends = {" ".join(term[-2:]) for term in terms}
        are_bare = [" ".join(term) for term in terms] == texts
        return len(texts) > len(ends) == 1 and are_terms and are_bare

    @cached_property
    def _lists(self) -> dict[int, list[Unit]]:
        lists: dict[int, list[Unit]] = {}
        for unit in self._units:
            lists.setdefault(unit.group, []).append(unit)
        return lists

    def unwritten(self, index: int, wording: Wording) -> tuple[int, int] | None:
        """Return the bytes of a unit without the finished sentences at both ends; None where it has none."""
        unit, text = wording.unit, wording.text
        is_whole = len(text.encode()) == unit.end - unit.start
        if unit.form > ITEM or not is_whole or not SENTENCE_INSIDE.search(text):
            return None
        spans = sentence_spans(text, self._layout.language, at_unclear=True)  # what is unclear stays
        texts = {span: _SHORTCODE.sub("", self._without_editor(text[slice(*span)])) for span in spans}
        small = self._small or self._follows_comma(index)
        rest = [
            (start, end)
            for start, end in spans
            if any(map(str.isalnum, texts[start, end]))
            and not self._layout.is_written(texts[start, end], small=small)
            and not (start and self.is_like("written.smiley", texts[start, end]))
        ]
        if not rest or (rest[0], rest[-1]) == (spans[0], spans[-1]):
            return None
        start, end = byte_span(text, rest[0][0], rest[-1][1])
        return unit.start + start, unit.start + end

    def _without_editor(self, text: str) -> str:
        """Return a text without what an editor says at its end: `She left. [laughter]`."""
        hit = _BRACKETS.search(text) if text.endswith("]") else None
        return text[: hit.start()].rstrip() if hit and is_shown(self._layout, hit[1]) else text

    @remembered
    def _is_section_written(self, section: int) -> bool:
        """Tell whether all that tells something in a section is; where that is one line, all in the draft."""
        around = [unit for unit in self._section(section) if self._tells(unit)]
        return self._are_written(around) if len(around) > 1 else self._is_draft_written

    def _section(self, section: int) -> Sequence[Unit]:
        """Return the units that stand right under a heading."""
        first = bisect.bisect_left(self._units, section, key=lambda unit: unit.section)
        last = bisect.bisect_right(self._units, section, key=lambda unit: unit.section)
        return self._units[first:last]

    @cached_property
    def _is_draft_written(self) -> bool:
        return self._are_written(self._units)

    def _tells(self, unit: Unit) -> bool:
        """Tell whether a unit has words, and no marker among them."""
        has_words = unit.form <= ITEM and unit.form != HEADING and not unit.flags & EMPTY
        marker = self._layout.words.marker_pattern
        return has_words and not marker.search(self._layout.data, unit.start, unit.end)

    def _are_written(self, units: Sequence[Unit]) -> bool:
        """Tell whether some units are sentences, and the others speech, short answers or open sentences."""
        has_sentence = False
        for unit in filter(self._tells, units):
            text = self._layout.text(*unit.span)
            if unit.flags & PLAIN or self._is_written(text) or self._answers(text):
                has_sentence = True
            elif not is_left_open(text) and not is_speech(text, asks=self._asks, in_item=unit.form == ITEM):
                return False
        return has_sentence

    def _asks(self, text: str) -> bool:
        return self._layout.purposes(text).asks

    def _is_written(self, text: str) -> bool:
        return self._layout.is_written(text, small=self._small)

    def _heads_text(self, index: int, wording: Wording) -> bool:
        """Tell whether a line in bold is a heading: below it, its text is written, or a marker stands.

        `> **Note**`, `> TODO: which tar`
        """
        if index + 1 == len(self._units) or not self.is_like("written.bold line", wording.text):
            return False
        below = self._units[index + 1]
        is_marker = below.section == wording.unit.section and self._is_marker(below)
        return is_marker or (below.form in (*_TEXT, ITEM) and self._is_above_text(index))

    def _is_above_text(self, index: int) -> bool:
        """Tell whether the unit below is written, or leads to code below it."""
        below = self._units[index + 1]
        text = self._layout.text(*below.span)
        return below.flags & PLAIN > 0 or self._is_written(text) or self._leads_to_code(below, text)

    def _is_quoted(self, index: int, wording: Wording) -> bool:
        """Tell whether a text is a quotation with who said it, or one without a stop.

        `> Whoever owns the water owns the valley. - Anna Berg`, `“We left.” (Anna Berg)`
        """
        unit, text, purposes = wording.unit, wording.text, wording.purposes
        is_in_quote = self._layout.leaves[unit.leaf].quoted > 0
        if hit := self._patterns["written.attribution"].search(text, max(0, len(text) - _ATTRIBUTED)):
            before = text[: hit.start()].rstrip()
            if not before or self._asks(hit["dashed"] or hit["bracketed"]):
                return is_in_quote and not before
            return ends_sentence(before) and (is_in_quote or before[-1] in CLOSING_QUOTES)
        asks = purposes.first & (EDITS | PARTS) or purposes.anywhere & ASKS_AUTHOR
        is_long = (
            unit.form == PARAGRAPH and len(wording.words) >= _QUOTED and not SENTENCE_INSIDE.search(text)
        )
        is_half = wording.words[-1:] and wording.words[-1] in self._layout.single_words(
            "function", "particle"
        )
        # A quote in lower case stands out of the text around it: `> both books are highly prescriptive`
        is_sentence = text[0].isupper() or (index + 1 < len(self._units) and self._is_above_text(index))
        return is_in_quote and is_long and not is_half and is_sentence and not asks

    def _names_speaker(self, index: int, wording: Wording) -> bool:
        """Tell whether the only item of a quotation says who said what is above it: `> - Anna Berg`."""
        unit, leaves = wording.unit, self._layout.leaves
        if not (index and leaves[unit.leaf].quoted) or len(wording.words) > _SPEAKER:
            return False
        above = self._units[index - 1]
        is_below = above.form in _TEXT and leaves[above.leaf].quoted == leaves[unit.leaf].quoted
        is_only = len(self._lists[unit.group]) == 1
        return is_below and is_only and self._is_written(self._layout.text(*above.span))

    def _is_marker(self, unit: Unit) -> bool:
        """Tell whether a unit begins with a marker: `TODO`, `(TODO: why)`, `_TODO_`."""
        signs = _SIGNS.match(self._layout.data, unit.start)
        start = signs.end() if signs else unit.start
        return self._layout.words.marker_pattern.match(self._layout.data, start) is not None

    def _is_in_sentence(self, index: int, wording: Wording) -> bool:
        """Tell whether a unit is part of a sentence that is wrapped, maybe with a marker or comment in it.

        `My uncle told us that`, `TODO: who said so?`, `a rope lasts.`
        """
        first, last = index, index + 1
        while first and self._goes_on(first - 1, first):
            first -= 1
        while last < len(self._units) and self._goes_on(last - 1, last):
            last += 1
        parts = (unit for unit in self._units[first:last] if not self._is_marker(unit))
        texts = [self._layout.text(*part.span) for part in parts]
        return len(texts) > 1 and self._is_written(" ".join(texts))

    def _goes_on(self, one: int, other: int) -> bool:
        """Tell whether a sentence in one unit may go on in the next one, or around it if that is a marker."""
        before, after = self._units[one], self._units[other]
        if before.leaf == after.leaf:
            is_over = ends_sentence(self._layout.text(*before.span)) and not self._is_marker(before)
            return self._is_marker(after) or (after.flags & LOWER > 0 and not is_over)
        return self._layout.data[before.end : after.start].lstrip().startswith(b"<!--")

    def _is_beside_shown(self, index: int, wording: Wording) -> bool:
        """Tell whether a text goes on after a formula or a quotation, or leads to a formula.

        `which is zero. So` between two; `was all she wrote.`
        """
        unit, layout = wording.unit, self._layout
        at, leaf = unit.leaf, layout.leaves[unit.leaf]
        if at and unit.start == leaf.start and unit.flags & LOWER:
            is_after_quote = layout.leaves[at - 1].quoted > leaf.quoted and ends_sentence(wording.text)
            if is_after_quote or layout.is_formula(at - 1):
                return True
        return unit.end == leaf.end and layout.is_formula(at + 1)

    def _leads_to_code(self, unit: Unit, text: str) -> bool:
        """Tell whether a text leads to the code right below it: `Préciser la classe à charger :`, `C -`."""
        below = self._layout.leaf_after(unit.leaf)
        if below is None or below.kind != "CodeBlock" or unit.end < self._layout.leaves[unit.leaf].end:
            return False
        return text.rstrip("*_ ").endswith(_LEADS_IN)

    def _greets(self, index: int, wording: Wording) -> bool:
        """Tell whether a text greets: `Dear Martha,` above everything else, or right below a heading."""
        if len(wording.words) > _ADDRESSED:
            return False
        is_first, ends_open = wording.unit.start == self._first, wording.text[-1:] in tuple(",，!！")
        greets = self._layout.phrases("salutation").at(wording.words)
        if greets and (is_first or self._units[index - 1].form == HEADING):
            return True
        return is_first and ends_open and wording.text[0].isupper()

    def _signs(self, index: int, wording: Wording) -> bool:
        """Tell whether a unit signs the draft, or a letter that ends with its section: `Yours, Anna`."""
        unit, layout, end = wording.unit, self._layout, self._last_leaf(wording.unit.section)
        is_end = unit.leaf == self._units[-1].leaf
        for at in (end, end - 1):  # a goodbye and a name may be two paragraphs
            if 0 <= at <= unit.leaf <= end:
                words, text = layout.words_of(at), layout.text(*layout.leaves[end].span)
                bye = layout.phrases("valediction").at(words)
                names = text.split()[bye if at == end else 0 :]
                is_parted = (is_end or "," in text or "\n" in text) if at == end else bye >= len(words) - 1
                are_names = len(names) <= _NAMES and all(name[0].isupper() for name in names[::2])
                if bye and is_parted and are_names:
                    return True
        if unit.flags & LOWER or not (is_end or unit.leaf == end):
            return False
        *wish, name = wording.text.split()
        is_short = not wish or (len(wish) < _ADDRESSED and "," in wording.text)
        if is_end and is_short and self._is_letter and name[0].isupper():
            return True
        if self.is_like("written.date", wording.text) or (
            is_end and self.is_like("written.place", wording.text)
        ):
            return True
        text = layout.text(*layout.leaves[unit.leaf].span)
        if is_end and self.is_like("written.parting", text):
            return True
        signature = self._patterns["written.signature"].search(text, max(0, len(text) - _LONGEST))
        before = text[: signature.start()].rstrip() if signature else ""
        return signature is not None and (not before or ends_sentence(before))

    @cached_property
    def _is_letter(self) -> bool:
        """Whether the draft begins by greeting somebody."""
        first = self._layout.next_leaf(self._first) if self._first >= 0 else -1
        return first >= 0 and bool(self._layout.phrases("salutation").at(self._layout.words_of(first)))

    @remembered
    def _last_leaf(self, section: int) -> int:
        """Return the last leaf of a section above a postscript."""
        units, leaves = reversed(self._section(section)), self._layout.leaves
        texts = ((unit.leaf, self._layout.text(*leaves[unit.leaf].span)) for unit in units)
        return next((leaf for leaf, text in texts if not self.is_like("written.facts", text)), -1)


def _is(name: str) -> _Rule:
    return lambda written, index, wording: written.is_like(name, wording.text)


_Rule = Callable[[Written, int, Wording], bool]
_TEXT, _ANY = (PARAGRAPH, LINE), range(HEADING + 1)
_OUTRIGHT: tuple[tuple[Collection[int], _Rule], ...] = (
    (_ANY, _is("written.no words")),
    (_TEXT, _is("remarks.of site")),
    # `- Add a picture of the day` below a version
    ((ITEM,), lambda written, index, wording: written._layout.lists_changes(wording.unit.start)),
    ((ITEM,), Written._is_done),
    (_ANY, Written._is_said),
    (_TEXT, lambda written, index, wording: is_credit(written._layout, wording.unit.start)),
    (_TEXT, Written._tells_readers),
    (_TEXT, lambda written, index, wording: written._leads_to_code(wording.unit, wording.text)),
)
"""Units that are written though their words may ask for something: forms, and what tells it."""
_UNLESS_IT_ASKS: tuple[tuple[Collection[int], _Rule], ...] = (
    (_TEXT, _is("written.facts")),
    # `Step 1: open the door` above its picture
    (
        _TEXT,
        lambda written, index, wording: (
            written.is_like("written.step", wording.text)
            and written._layout.leads_to_shown(wording.unit.leaf)
        ),
    ),
    (_ANY, Written._is_left_open),
    (_TEXT, Written._lacks_stop),
    (_ANY, Written._is_amount),
    (_ANY, Written._is_tag_list),
    ((ITEM,), Written._is_step),
    ((ITEM,), lambda written, index, wording: written._lists_kinds(wording.unit.group)),
    ((ITEM,), Written._names_speaker),
    ((PARAGRAPH,), Written._is_short_answer),
    (_TEXT, Written._ends_in_feeling),
    (_TEXT, lambda written, index, wording: written._without_editor(wording.text) == ""),
    # a command with brackets for readers to fill in: `git show [commit]`
    (
        (*_TEXT, ITEM),
        lambda written, index, wording: (
            wording.text.endswith("]") and is_of_command(written._layout, wording.unit.end)
        ),
    ),
    (_TEXT, _is("written.bold sentence")),
    (_TEXT, Written._heads_text),
    (_TEXT, Written._is_quoted),
    (_TEXT, Written._is_in_sentence),
    (_TEXT, Written._is_beside_shown),
    (_TEXT, Written._signs),
    ((PARAGRAPH,), Written._greets),
)
"""The others."""
_OF_REQUEST, _OF_FORM = (
    [[rule for forms, rule in rules if form in forms] for form in _ANY]
    for rules in (_OUTRIGHT, (*_OUTRIGHT, *_UNLESS_IT_ASKS))
)
"""Form of a unit -> what tells that it is written, where it asks for something and where it doesn't."""

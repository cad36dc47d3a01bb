"""Tell what must stay though it looks like notes: finished sentences, names, links, signatures."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from functools import cached_property

from assistant.core.gaps.detectors.markers import SENTENCE_INSIDE
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.measures import ASKS_AUTHOR, PARTS, READER, WRITE, Reading, asks, is_written
from assistant.core.gaps.speech import is_left_open, is_speech
from assistant.core.gaps.units import EMPTY, HEADING, ITEM, LINE, LOWER, PARAGRAPH, PLAIN, Unit
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.words import tokens

_NAMES = 3
"""Most words of the name below a letter: `Best wishes, Anna M. Berg`."""
_LONGEST = 80
"""Characters at a text's end in which a name may stand."""
_SIGNATURE = lazy.pattern(r"(?:[—–]|--)[ ]?[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}\W*\Z")
"""A name at a text's end: `— Anna`, `– A. M. Berg`."""
_PLACE = lazy.pattern(
    r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,2}, [^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)?"
)
"""A name and a place, below everything else: `Anna Berg, Bremen`."""
_ADDRESSED = 7
"""Most words of a salutation: `Dear friends of the river,`."""
_NO_WORDS = lazy.pattern(
    r"[\w-]+:: .*|\[TOC\]|(?:[^\W\d_]+(?: [^\W\d_]+)?: ?)?"
    r"(?:!?\[\[[^\[\]\n]{1,200}\]\]|\#[\w/-]+(?![\w/-])|\^[\w-]+(?![\w-])"
    r"|[^\W_][\w.+-]*@[\w-]+(?:\.[\w-]+)+(?![\w-])|[\s,;|·•*_-])+"
)
"""Fields, embeds, links to other notes, tags, a block's name, an address: `Tags: [[River]] #tar`, `^a1`."""
_LETTERS = lazy.pattern(r"(?=.{2,12}\Z)[A-Z][A-Z0-9]*(?:[-. ][A-Z0-9]+)*")
"""Letters that are a name: `MIT`, `CC BY-SA 4.0`."""
_ANSWER = lazy.pattern(r"[A-Z][\w'’]{1,20}[.!]|(?:是|否|はい|いいえ)。?")
"""An answer of one word: `Yes.`"""
_BOLD_QUESTION = lazy.pattern(r"(\*\*|__)(?!\1).*[?？](?:\1\W*|\W*\1)")
"""A question set in bold heads its answer: `**Q: What do beginners get wrong?**`."""


class Written:
    """Tells which units of a draft its author has written."""

    def __init__(self, layout: Layout, units: Sequence[Unit], *, small: bool) -> None:
        """Take a draft's units; `small` says that its author begins sentences without a capital."""
        self._layout, self._units, self._small = layout, units, small
        self._lexicon = layout.words.lexicon(layout.language)
        self._sections: dict[int, bool] = {}
        self._first = next((unit.start for unit in units if unit.form != HEADING), -1)

    def holds(self, index: int, reading: Reading, *, beside_open: bool) -> bool:
        """Tell whether a unit is written; `beside_open` says that an item beside it is empty or a marker."""
        unit, text = reading.unit, reading.text
        small = self._small or beside_open
        if is_written(reading.told, text, small=small) or _NO_WORDS.fullmatch(text):
            return True
        if is_speech(text, asks=self._asks, in_item=unit.form == ITEM):
            return True
        if unit.form == PARAGRAPH and reading.told.first & WRITE and reading.told.anywhere & READER:
            return True  # `Describe your boat in the comments.` tells readers
        if asks(reading.told):
            return False
        if is_left_open(text) and self._is_among_written(index):
            return True
        if unit.form not in (PARAGRAPH, LINE):
            return False
        is_named = reading.told.anywhere & (ASKS_AUTHOR | PARTS)
        if unit.form == PARAGRAPH and not is_named and (_LETTERS.fullmatch(text) or _ANSWER.fullmatch(text)):
            return True
        if _BOLD_QUESTION.fullmatch(text) or self._runs_on(reading) or self._signs(reading):
            return True
        return self._is_wrapped(index) if unit.form == LINE else self._greets(reading)

    def unwritten(self, reading: Reading) -> tuple[int, int] | None:
        """Return the bytes of a unit without the finished sentences at both ends; None where it has none."""
        unit, text = reading.unit, reading.text
        if (
            unit.form > ITEM
            or not SENTENCE_INSIDE.search(text)
            or len(text.encode()) != unit.end - unit.start
        ):
            return None
        spans = sentence_spans(text, self._layout.language)
        rest = [span for span in spans if not self._is_written(text[slice(*span)])]
        if not rest or (rest[0], rest[-1]) == (spans[0], spans[-1]):
            return None
        return unit.start + len(text[: rest[0][0]].encode()), unit.start + len(text[: rest[-1][1]].encode())

    def _is_among_written(self, index: int) -> bool:
        """Tell whether all else in a unit's section is written; where it is alone, all in the draft.

        `What did she say?` among notes is one, and so are several questions below a heading.
        """
        section, units = self._units[index].section, self._units
        if section not in self._sections:
            first = bisect.bisect_left(units, section, key=lambda unit: unit.section)
            last = bisect.bisect_right(units, section, key=lambda unit: unit.section)
            around = [unit for unit in units[first:last] if self._tells(unit)]
            self._sections[section] = self._are_written(around) if len(around) > 1 else self._is_draft_written
        return self._sections[section]

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
            text = self._layout.text(unit.start, unit.end)
            if unit.flags & PLAIN or self._is_written(text) or _ANSWER.fullmatch(text):
                has_sentence = True
            elif not is_left_open(text) and not is_speech(text, asks=self._asks, in_item=unit.form == ITEM):
                return False
        return has_sentence

    def _asks(self, text: str) -> bool:
        return asks(self._lexicon.told(tokens(text), text))

    def _is_written(self, text: str) -> bool:
        return is_written(self._lexicon.told(tokens(text), text), text, small=self._small)

    def _is_wrapped(self, index: int) -> bool:
        """Tell whether a line is part of a sentence that an editor wrapped.

        `My uncle told us that`, `a rope lasts.`
        """
        leaf, text, last = self._units[index].leaf, self._layout.text, index
        while self._units[index].flags & LOWER and index and self._units[index - 1].leaf == leaf:
            index -= 1
        lines = [text(*self._units[index][1:3])]
        for unit in (self._units[at] for at in range(index + 1, len(self._units))):
            if unit.leaf != leaf or not unit.flags & LOWER or ends_sentence(lines[-1]):
                break
            lines.append(text(*unit[1:3]))
        return last - index < len(lines) > 1 and self._is_written(" ".join(lines))

    def _runs_on(self, reading: Reading) -> bool:
        """Tell whether a text ends in what is shown below it: `Yes, from` above a list."""
        leaves, at = self._layout.leaves, reading.unit.leaf
        ends_leaf = reading.unit.end == leaves[at].end and at + 1 < len(leaves)
        if not ends_leaf or leaves[at + 1].lists <= leaves[at].lists or not reading.words:
            return False
        code = self._layout.language or "en"
        return reading.words[-1] in self._layout.words.lists("function", code)

    def _greets(self, reading: Reading) -> bool:
        """Tell whether a text greets: `Dear Martha,` above everything else."""
        is_short = len(reading.words) <= _ADDRESSED and reading.text[0].isupper()
        return reading.unit.start == self._first and is_short and reading.text[-1:] in tuple(",，!！")

    def _signs(self, reading: Reading) -> bool:
        """Tell whether a unit signs the draft."""
        unit, last, layout = reading.unit, self._units[-1], self._layout
        if unit.leaf != last.leaf or unit.flags & LOWER:
            return False
        if _PLACE.fullmatch(reading.text):
            return True
        text = layout.text(*layout.leaves[last.leaf][1:3])
        if signature := _SIGNATURE.search(text, max(0, len(text) - _LONGEST)):
            before = text[: signature.start()].rstrip()
            return not before or ends_sentence(before)
        bye = layout.phrases("valediction").at(layout.words_of(last.leaf))
        names = text.split()[bye:]
        return bye > 0 and len(names) <= _NAMES and all(name[0].isupper() for name in names)

"""Look over all units of a draft once: what its sections, its lists and the whole of it are like."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

from assistant.core.gaps import metadata
from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.units import (
    ASKS,
    BARE_LINK,
    COLON,
    EMPTY,
    HEADING,
    ITEM,
    LABEL,
    LINE,
    LINKED,
    LOWER,
    PARAGRAPH,
    PROSE,
    QUESTION,
    ROUGH,
    STOP,
    Unit,
)  # fmt: skip
from assistant.core.types import GapKind

Row = tuple[float, ...]

_IMAGES = (("![", b"!["), ("<", b"<img"))
NO_GROUP: Row = (0.0,) * 9


class Survey:
    """What a draft is like as a whole and in its parts, in rows of numbers."""

    def __init__(self, layout: Layout, units: Sequence[Unit], plain: Sequence[Candidate] = ()) -> None:
        """Look over the units; `plain` are the gaps that are plainly there."""
        self.layout, self.units = layout, units
        headings = layout.draft.headings
        count = len(headings) + 1  # the last one, at index -1, is above the first heading
        self.prose = [0] * count
        self.sizes = [0] * count
        """How many units are right under each heading."""
        texts, words, items, links, stops, asks, bare, other, rough = ([0] * count for _ in range(9))
        self.last_prose, self.first_prose = -1, len(units)
        groups: dict[int, list[int]] = {}
        lower = lines = paragraphs = paragraph_stops = item_stops = prose_words = 0
        for index, (form, _, _, _, _, size, last, flags, section, group) in enumerate(units):
            if form == HEADING:
                continue
            self.sizes[section] += 1
            if group != -1:
                groups.setdefault(group, []).append(index)
            if form > ITEM:
                other[section] += 1
                continue
            texts[section] += 1
            words[section] += size
            if flags:
                links[section] += flags & LINKED > 0
                asks[section] += flags & ASKS > 0
                bare[section] += flags & BARE_LINK > 0
                rough[section] += flags & ROUGH > 0
                lower += flags & LOWER
                if flags & PROSE:
                    self.prose[section] += 1
                    prose_words += size
                    if size > 14:
                        self.last_prose = index
                        self.first_prose = min(self.first_prose, index)
            ends = last in (STOP, QUESTION)
            stops[section] += ends
            if form == ITEM:
                items[section] += 1
                item_stops += ends
            elif form == LINE:
                lines += 1
            else:
                paragraphs += 1
                paragraph_stops += ends or last == COLON
        body = sum(self.sizes)
        all_texts, all_words, all_items, all_prose = map(sum, (texts, words, items, self.prose))
        empty = sum(not size for size in self.sizes[:-1])
        state = metadata.state(layout)
        self.count = max(1, body)
        images = sum(layout.data.count(tag) for sign, tag in _IMAGES if sign in layout.signs)
        written = sum(prose > 0 for prose in self.prose)
        self.draft: Row = (
            _log(all_words), _log(body), _share(all_prose, all_texts), _share(prose_words, all_words),
            _log(all_prose), _share(item_stops, all_items) if all_items else -1.0, _log(all_items),
            _share(paragraph_stops, paragraphs) if paragraphs else -1.0, _share(lines, all_texts),
            float((state == "draft") - (state == "finished")), _log(len(headings)), float(empty),
            _share(empty, len(headings)), _share(sum(other), body), _share(sum(links), all_texts),
            _share(lower, all_texts), _log(images), float(layout.language in ("zh", "ja", "ko")),
            float(layout.language == "en"), _share(prose_words, all_prose),
            _share(count - written - (not self.sizes[-1]), count), _log(len(plain)),
        )  # fmt: skip
        self._sums = texts, words, items, links, stops, asks, bare, other, rough
        self._levels: dict[int, list[int]] = {}
        """Each level of headings -> how many there are, have prose, have anything below them."""
        for index, one in enumerate(headings):
            level = self._levels.setdefault(one.level, [0, 0, 0])
            level[0] += 1
            level[1] += self.prose[index] > 0
            level[2] += self.sizes[index] > 0
        starts = [heading.span.start for heading in headings]
        marked = {
            bisect.bisect_right(starts, one.start) - 1
            for one in plain
            if one.kind is not GapKind.EMPTY_SECTION
        }
        self._marked = {section if section >= 0 else count - 1 for section in marked}
        self._members = groups

    def section(self, section: int) -> Row:
        """Return what the section under a heading is like, by the heading's index; -1 above the first."""
        headings, count = self.layout.draft.headings, len(self.sizes)
        section %= count
        heading = headings[section] if section < count - 1 else None
        number, with_prose, with_body = self._levels[heading.level] if heading else (1, 0, 0)
        texts, words, items, links, stops, asks, bare, other, rough = (sums[section] for sums in self._sums)
        size, prose = self.sizes[section], self.prose[section]
        before = self.prose[section - 1] if heading else -1  # the last row is above the first heading
        following = (section + 1) % count
        after = self.prose[following] if following < count - 1 else -1
        each, others = texts or 1, number - 1 or 1
        return (
            _log(size), _log(words), prose / each, min(prose, 4), items / each,
            links / each, stops / each, asks / each, bare / each,
            heading.level if heading else 0, section == count - 2,
            (section + 1) / count if heading else 0, words / each, other / (size or 1),
            (with_prose - (prose > 0)) / others if number > 1 else -1,
            (with_body - (size > 0)) / others if number > 1 else -1,
            min(number, 12), min(before, 3), min(after, 3), rough / each, section in self._marked,
        )  # fmt: skip

    @remembered
    def group(self, group: int) -> Row:
        """Return what a list, or a paragraph that is read line by line, is like; -1 is none."""
        members = self._members.get(group)
        if members is None:
            return NO_GROUP
        units, count = self.units, len(members)
        stops = lower = words = links = labels = rough = empty = 0
        for index in members:
            _, _, _, _, _, size, last, flags, _, _ = units[index]
            stops += last == STOP
            words += size
            if flags:
                lower += flags & LOWER
                links += flags & LINKED > 0
                labels += flags & LABEL > 0
                rough += flags & ROUGH > 0
                empty += flags & EMPTY > 0
        announced = -1.0
        first = members[0]
        if first and units[first - 1].section == units[first].section and units[first - 1].form <= PARAGRAPH:
            announced = (units[first - 1].last == COLON) + 0.5 * (units[first - 1].flags & PROSE > 0)
        return (
            _log(count), stops / count, lower / count, words / count, links / count, labels / count,
            rough / count, float(min(empty, 4)), announced,
        )  # fmt: skip


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _log(value: float) -> float:
    return math.log1p(value) if value > 0 else 0.0

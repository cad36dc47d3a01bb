"""Tell whether a gap can be written at all, or holds what only its author knows."""

from __future__ import annotations

import bisect
import operator

from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.note_span import STOP
from assistant.core.text import lazy
from assistant.core.text.cells import table_rows
from assistant.core.text.draft import Block
from assistant.core.text.questions import FACTS, is_question
from assistant.core.text.sentences import is_finished
from assistant.core.text.words import ADDRESS, is_spaceless, tokens
from assistant.core.types import Gap, GapKind

_EMPTY_CODE = lazy.pattern(r"[ \t>]*(`{3,}|~{3,})[^\n`]*\n\s*(?:\1[`~]*\s*)?\Z")
"""A block of code with nothing in it: what it is to show is nowhere."""
_NO_QUOTATION = lazy.pattern(r"[\"'“”„«»‘‚]\s?(?:\.{2,}|…)\s?[\"'”“»«’]")
"""A quotation that has to be found: `Quote the mayor: "..."`."""
_DATE = lazy.pattern(r"\b(?:YYYY|DD|MM|HH|JJJJ|TT|AAAA|JJ)[-./:](?:YYYY|DD|MM|SS|JJJJ|TT|AAAA|JJ)\b")
"""A date or a time of day to be filled in: `Last updated: YYYY-MM-DD`."""
_MOST_WORDS = 8
"""A longer note says what to write about the fact, not only which one is missing."""
_LABEL = 2
"""Most words that only name the fact that a marker stands for: `(TK: town)`."""
_JOINS = frozenset("about at by for from in of on that to where which who with".split())  # noqa: SIM905
"""The word before it is what is missing: `a quote on schools` is a quote."""
_VALUE = 5
"""Most words of a name or value: `Bergen, 12 May 2024`."""
_BETWEEN = frozenset(("by", "n/a"))
"""Beside capitals and digits, what may be in one."""
_OPEN = ("...", "…", ",", ":", "-", ":**", ".**", ":__", ".__")
"""What a name doesn't end in, but a label does: `**Day 2.**`."""
_BRACKETS = tuple("(（[［【{")
"""What opens a gloss, or stands for a word."""
_COLONS = frozenset(":：")
_COMMAS = tuple(",;，、；।")
_LINK_ITEM = lazy.pattern(
    r"(?:[^\[\]\n]{1,60}[:–—-]\s+)?(?:\[[^\[\]\n]+\]\([^()\n]+\)|\[\[[^\[\]\n]+\]\]|<?https?://\S+>?)[.,;]?"
)
"""An item that is a link, maybe after a label: `**2 May**: [The hitch](/hitch)`."""
_FEWEST_LINKS = 2
"""Items that make a list one of links."""
_NEAR_ITEMS = 40
"""Leaves on each side of an item in which the others of its list are looked at."""
_FACT_WORDS, _FACT_LETTERS = 3, 7
"""Most words that the cells of a column of facts have: prices, names, versions, yes and no.

Most letters, where no blanks are between words.
"""


def is_fillable(layout: Layout, gap: Gap) -> bool:
    """Tell whether somebody else could write what is missing: no price, quotation, name or measured value."""
    text = layout.text(*gap.span)
    return gap.kind is GapKind.REVISION or not (
        _NO_QUOTATION.search(text)
        or _DATE.search(text)
        or _EMPTY_CODE.match(text)
        or _is_in_indented_code(layout, gap)
        or (is_question(text) and "?" in text)  # `[TK: how much was it?]`, which a review left in the draft
        or text.startswith("](")  # `in [2007](check the year)` lacks its address
        or (gap.kind is GapKind.NOTES and _is_value(layout, gap, text))
        or _asks_for_fact(layout, gap)
        or _may_be_of_sentence(layout, gap, text)
        or _is_in_column_of_facts(layout, gap)
        or _is_among_links(layout, gap)
    )


def _is_value(layout: Layout, gap: Gap, text: str) -> bool:
    """Tell whether a link, a name, a number or a word is all there is: `Ida Holm`, `Quay 4`, `Yes`.

    Nobody else knows what it is for, and a text would take its place.
    """
    if "://" in text and not tokens(ADDRESS.sub("", text)):
        return True
    leaf, words = layout.leaf_at(gap.span.start), text.split()
    if leaf is None or leaf.kind != "Paragraph" or leaf.lists or leaf.span != gap.span or len(words) > _VALUE:
        return False
    names = [word in _BETWEEN or word.lstrip("*_~—–-(")[:1].isupper() for word in words]
    values = [any(map(str.isdigit, word)) or word[:1] == "@" for word in words]
    if layout.language == "de" and len(words) > 1 and not any(values):
        return False  # nouns have capitals there: `Kosten, Nutzen`
    is_value = all(map(operator.or_, names, values)) and len(text) > 1 and not is_spaceless(text)
    is_whole = is_value and "?" not in text and not text.endswith(_OPEN)
    return is_whole and not layout.phrases("part").within(tokens(text))


def _is_in_indented_code(layout: Layout, gap: Gap) -> bool:
    """Tell whether a gap's text would be shown as code: notes that are indented by four blanks."""
    leaf = layout.leaf_at(gap.span.start)
    return leaf is not None and leaf.kind == "CodeBlock" and layout.draft.blocks[leaf.block].is_indented_code


def _asks_for_fact(layout: Layout, gap: Gap) -> bool:
    """Tell whether the author's note names a fact or somebody to ask: `check the price`, `ask Ida for it`.

    In a sentence, fewer words do: `the mayor (TBD) came`, `we drew water [TODO: when?] for tea`.
    """
    if not gap.instruction:
        return False
    words, facts = tokens(gap.instruction), layout.phrases("asks-fact")
    joint = next((at for at, word in enumerate(words) if word in _JOINS), len(words))
    is_known = layout.phrases("known-to-author").ends(words[:joint]) or layout.phrases("errand").at(words)
    if len(words) > _MOST_WORDS or is_known:
        return len(words) <= _MOST_WORDS
    question, glued = gap.instruction.rstrip("?？ "), facts.glued  # the latter of scripts without spaces
    is_glued = len(question) <= _MOST_WORDS and (question.startswith(glued) or question.endswith(glued))
    marker = layout.words.marker_at(layout.text(*gap.span).lstrip("([{*_"))
    is_label = marker in FACTS and len(words) <= _LABEL and not layout.purposes(gap.instruction).opens_task
    names = facts.at(words) or facts.ends(words) or is_glued or is_label
    return bool(names or question in FACTS) and _is_in_sentence(layout, gap)


def _is_in_sentence(layout: Layout, gap: Gap) -> bool:
    """Tell whether the author's sentence continues around a gap, or begins before it and ends with it."""
    draft, leaf = layout.draft, layout.leaf_at(gap.span.start)
    if leaf is None or leaf.kind == "Heading":
        return False
    before = draft.text((max(leaf.start, draft.line_start(gap.span.start)), gap.span.start)).rstrip()
    after = draft.text((gap.span.end, min(leaf.end, draft.line_end(gap.span.end)))).lstrip(" *_")
    is_begun = any(map(str.isalnum, before)) and not is_finished(before, small=True)  # `Tel. XXX`
    return is_begun or after[:1].islower() or after[:1] in tuple(",;")


def _may_be_of_sentence(layout: Layout, gap: Gap, text: str) -> bool:
    """Tell whether a sentence may need a marker in it: it explains words, or is what the sentence speaks of.

    `my list of things to do (TODO), which`, `The comment said TODO: fix this, and it had said so for years.`
    Whether it does, or stands for what is missing, only the author knows.
    """
    marker, rest = _marker_in_sentence(layout, gap, text)
    if not marker:
        return False
    if text[0] in _BRACKETS:
        is_glued = not layout.text(gap.span.start - 1, gap.span.start).isspace()  # `待办事项（TODO）。`
        goes_on = rest[:1].isalpha() or rest[:1] in _COMMAS or (is_glued and STOP.match(rest) is not None)
        return goes_on and _is_gloss(layout, gap, marker)
    return text.startswith(marker + ":") and rest[:1] in ((*_COMMAS, ".") if "," in text else _COMMAS)


def may_be_gloss(layout: Layout, gap: Gap) -> bool:
    """Tell whether a marker in brackets may explain words of the sentence that it is in.

    `The house was cold (TODO).` lacks something, `My notes (FIXME, mostly) fill a drawer.` doesn't. A colon
    makes a note of what is behind it: `(TODO: list)`.
    """
    text = layout.text(*gap.span)
    return (
        text[:1] in _BRACKETS and _COLONS.isdisjoint(text) and bool(_marker_in_sentence(layout, gap, text)[0])
    )


def _is_gloss(layout: Layout, gap: Gap, marker: str) -> bool:
    """Tell whether only names are in the brackets: `(TODO)`, `(TODO list)`, `(TODO and FIXME)`.

    So are a board's columns: `(TODO, Doing, Done)`.
    """
    words = tokens(gap.instruction)
    is_named = bool(words) and _COLONS.isdisjoint(layout.text(*gap.span))
    return gap.instruction == marker or (is_named and layout.are_names_of_tasks(words))


def _marker_in_sentence(layout: Layout, gap: Gap, text: str) -> tuple[str, str]:
    """Return the marker of a gap that a sentence was begun before, and what is behind it; else nothing."""
    leaf, at = layout.leaf_index(gap.span.start), gap.span
    marker = layout.words.marker_at(text.lstrip("".join(_BRACKETS)))
    if not marker or leaf < 0 or layout.leaves[leaf].kind == "Heading":
        return "", ""
    start, end = layout.leaves[leaf].span
    before = layout.text(max(start, at.start - SURROUNDINGS), at.start).strip()
    if not any(map(str.isalnum, before)) or is_finished(before, small=True):
        return "", ""
    return marker, layout.text(at.end, min(end, at.end + SURROUNDINGS)).lstrip(" *_\r\n>")


def _is_in_column_of_facts(layout: Layout, gap: Gap) -> bool:
    """Tell whether a gap is in a table's cell, and the others of its column hold words, numbers, links."""
    blocks, tables = layout.draft.blocks, layout.draft.tables
    at = bisect.bisect_right(blocks, gap.span.start, key=lambda block: block.start) - 1 if tables else -1
    at += at >= 0 and blocks[at].kind == "TableRow"  # a whole row is judged by its first column
    if not 0 <= at < len(blocks) or blocks[at].kind != "TableCell":
        return False
    row = next(number for number in range(at, -1, -1) if blocks[number].kind != "TableCell")
    texts = _texts_of_columns(layout, tables[bisect.bisect_right(tables, at) - 1])
    return blocks[row].kind == "TableRow" and texts.get(at - row - 1, set()) <= {blocks[at]}


@remembered
def _texts_of_columns(layout: Layout, table: int) -> dict[int, set[Block]]:
    """Return the cells below a table's head that say more than a fact, of each column that has any."""
    texts: dict[int, set[Block]] = {}
    for row in table_rows(layout.draft, table)[1:]:
        for column, cell in enumerate(row):
            if not _is_fact(layout.text(*cell.span)):
                texts.setdefault(column, set()).add(cell)
    return texts


def _is_fact(text: str) -> bool:
    text = ADDRESS.sub("", text)
    words = text.split()
    is_sentence = is_spaceless(text) and max(map(len, words)) > _FACT_LETTERS
    return len(tokens(text)) <= _FACT_WORDS and not is_sentence


def _is_among_links(layout: Layout, gap: Gap) -> bool:
    """Tell whether most other items of a gap's list are links; those that say the same as it don't count."""
    index = layout.leaf_index(gap.span.start)
    if index < 0 and gap.kind is GapKind.NOTES:  # an empty item begins with its mark
        index = layout.next_leaf(gap.span.start)
    if not 0 <= index < len(layout.leaves) or (group := layout.leaves[index].group) < 0:
        return False
    own = layout.text(*gap.span).rpartition(":")[2].strip()
    near = [
        leaf
        for leaf in layout.leaves[max(index - _NEAR_ITEMS, 0) : index + _NEAR_ITEMS]
        if leaf.group == group
    ]
    texts = [
        layout.text(*leaf.span) for leaf in near if leaf.end <= gap.span.start or gap.span.end <= leaf.start
    ]
    links = [_LINK_ITEM.fullmatch(text) is not None for text in texts if not text.endswith(own or ":")]
    return sum(links) >= _FEWEST_LINKS and 2 * sum(links) > len(links)

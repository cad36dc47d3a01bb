"""Tell whether a gap can be written at all, or holds what only its author knows."""

from __future__ import annotations

import itertools
import operator

from assistant.core.gaps.detectors.markers import FACTS
from assistant.core.gaps.layout import SURROUNDINGS, Layout
from assistant.core.gaps.leaves import Leaf
from assistant.core.text import lazy
from assistant.core.text.boxes import FENCED
from assistant.core.text.draft import Draft
from assistant.core.text.questions import is_question
from assistant.core.text.sentences import is_finished
from assistant.core.text.words import ADDRESS, is_spaceless, tokens
from assistant.core.types import Gap, GapKind

_EMPTY_CODE = lazy.pattern(r"[ \t>]*(`{3,}|~{3,})[^\n`]*\n\s*(?:\1[`~]*\s*)?\Z")
"""A block of code with nothing in it: what it is to show stands nowhere."""
_NO_QUOTATION = lazy.pattern(r"[\"'“”„«»‘‚]\s?(?:\.{2,}|…)\s?[\"'”“»«’]")
"""A quotation that is to be found: `Quote the mayor: "..."`."""
_DATE = lazy.pattern(r"\b(?:YYYY|DD|MM|HH|JJJJ|TT|AAAA|JJ)[-./:](?:YYYY|DD|MM|SS|JJJJ|TT|AAAA|JJ)\b")
"""A date or a time of day to be filled in: `Last updated: YYYY-MM-DD`."""
_MOST_WORDS = 8
"""A note with more says what is to be told about the fact, not only which one is missing."""
_JOINS = frozenset("about at by for from in of on that to where which who with".split())  # noqa: SIM905
"""What stands before is what is missing: `a quote on schools` is a quote."""
_VALUE = 5
"""Most words of a name or value: `Bergen, 12 May 2024`."""
_BETWEEN = frozenset(("by", "n/a"))
"""Beside capitals and digits, what may stand in one."""
_OPEN = ("...", "…", ",", ":", "-", ":**", ".**", ":__", ".__")
"""What a name doesn't end in, but a label does: `**Day 2.**`."""
_RULE = lazy.pattern(r"[ \t>]*\|?[ \t:|-]*-[ \t:|-]*\r?")
"""The rule below a table's head: `|---|:-:|`."""
_MANY_ROWS = 8
"""Fewest lines with bars that are a table, though its head is too far above to be looked for."""
_FACT_WORDS = 3
"""Most words that the cells of a column of facts have: prices, names, versions, yes and no."""


def is_fillable(layout: Layout, gap: Gap) -> bool:
    """Tell whether somebody else could write what is missing: no price, quotation, name or measured value."""
    text = layout.text(*gap.span)
    return gap.kind is GapKind.REVISION or not (
        _NO_QUOTATION.search(text)
        or _DATE.search(text)
        or (_EMPTY_CODE.match(text) and not FENCED.match(text))
        or _is_in_indented_code(layout, gap)
        or (is_question(text) and "?" in text)  # `[TK: how much was it?]`, which a review left in the draft
        or text.startswith("](")  # `in [2007](check the year)` lacks its address
        or (gap.kind is GapKind.NOTES and _is_value(layout, gap, text))
        or _asks_for_fact(layout, gap)
        or _is_in_column_of_facts(layout.draft, gap)
    )


def _is_value(layout: Layout, gap: Gap, text: str) -> bool:
    """Tell whether a link, a name, a number or a word stands alone: `Ida Holm`, `Quay 4`, `Yes`.

    Nobody else knows what it is for, and a text would take its place.
    """
    if "://" in text and not tokens(ADDRESS.sub("", text)):
        return True
    index, words = layout.leaf_index(gap.span.start), text.split()
    if index < 0 or len(words) > _VALUE or not _is_whole_paragraph(layout.leaves[index], gap):
        return False
    names = [word in _BETWEEN or word.lstrip("*_~—–-(")[:1].isupper() for word in words]
    values = [any(map(str.isdigit, word)) or word[:1] == "@" for word in words]
    if layout.language == "de" and len(words) > 1 and not any(values):
        return False  # nouns have capitals there: `Kosten, Nutzen`
    is_value = all(map(operator.or_, names, values)) and len(text) > 1 and not is_spaceless(text)
    is_whole = is_value and "?" not in text and not text.endswith(_OPEN)
    return is_whole and not layout.phrases("part").within(tokens(text))


def _is_whole_paragraph(leaf: Leaf, gap: Gap) -> bool:
    return leaf.kind == "Paragraph" and not leaf.lists and (leaf.start, leaf.end) == gap.span


def _is_in_indented_code(layout: Layout, gap: Gap) -> bool:
    """Tell whether a gap's text would be shown as code: notes that are indented by four blanks."""
    index = layout.leaf_index(gap.span.start)
    if index < 0 or layout.leaves[index].kind != "CodeBlock":
        return False
    return layout.draft.blocks[layout.leaves[index].block].is_indented_code


def _asks_for_fact(layout: Layout, gap: Gap) -> bool:
    """Tell whether the author's note names a fact or somebody to ask: `check the price`, `ask Ida for it`.

    In a sentence, fewer words do: `the mayor (TBD) came`, `we drew water [TODO: when?] for tea`.
    """
    words, facts = tokens(gap.instruction), layout.phrases("asks-fact")
    joint = next((at for at, word in enumerate(words) if word in _JOINS), len(words))
    is_known = layout.phrases("known-to-author").ends(words[:joint]) or layout.phrases("errand").at(words)
    if len(words) > _MOST_WORDS or is_known:
        return len(words) <= _MOST_WORDS
    question, glued = gap.instruction.rstrip("?？ "), facts.glued  # the latter of scripts without spaces
    is_glued = len(question) <= _MOST_WORDS and (question.startswith(glued) or question.endswith(glued))
    names = facts.at(words) or facts.ends(words) or is_glued
    return bool(names or question in FACTS) and _is_in_sentence(layout, gap)


def _is_in_sentence(layout: Layout, gap: Gap) -> bool:
    """Tell whether the author's sentence goes on around a gap, or begins before it and ends with it."""
    draft, index = layout.draft, layout.leaf_index(gap.span.start)
    if index < 0 or layout.leaves[index].kind == "Heading":
        return False
    leaf = layout.leaves[index]
    before = draft.text((max(leaf.start, draft.line_start(gap.span.start)), gap.span.start)).rstrip()
    after = draft.text((gap.span.end, min(leaf.end, draft.line_end(gap.span.end)))).lstrip(" *_")
    is_begun = any(map(str.isalnum, before)) and not is_finished(before, small=True)  # `Tel. XXX`
    return is_begun or after[:1].islower() or after[:1] in tuple(",;")


def _is_in_column_of_facts(draft: Draft, gap: Gap) -> bool:
    """Tell whether a gap is in a table's cell, and the other cells of its column hold a word or a number."""
    start, end = draft.line_start(gap.span.start), draft.line_end(gap.span.end)
    # A line longer than this is no row that anyone wrote, and would be read again for each of its gaps.
    if end - start > SURROUNDINGS or "|" not in _unescaped(draft.text((start, end))):
        return False
    # Some rows on both sides say enough; all of them, for each cell of a long table, would take too long.
    above = _unescaped(draft.text((max(start - SURROUNDINGS, 0), start))).split("\n")[:-1]
    below = _unescaped(draft.text((end, min(end + SURROUNDINGS, len(draft.data))))).split("\n")
    rows = [*itertools.takewhile(_is_row, reversed(above)), *itertools.takewhile(_is_row, below)]
    if len(rows) < _MANY_ROWS and not any(_RULE.fullmatch(row) for row in rows):
        return False
    before = _unescaped(draft.text((start, gap.span.start))).strip()
    column = before.strip("|").count("|") + (1 if before.endswith("|") and before.strip("|") else 0)
    cells = [row.strip().strip("|").split("|") for row in _body(rows)]
    own = draft.text(gap.span)
    others = (row[column] for row in cells if column < len(row) and not (own and own in row[column]))
    return all(len(tokens(cell)) <= _FACT_WORDS for cell in others)


def _unescaped(text: str) -> str:
    """Return text without the bars that end no cell."""
    return text.replace("\\|", " ")


def _is_row(line: str) -> bool:
    return "|" in line


def _body(rows: list[str]) -> list[str]:
    """Return the rows without the rule below the head, and without the head, which follows it here."""
    at = next((number for number, row in enumerate(rows) if _RULE.fullmatch(row)), len(rows))
    return [*rows[:at], *rows[at + 2 :]]

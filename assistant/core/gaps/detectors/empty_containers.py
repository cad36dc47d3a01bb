"""Find what holds nothing: a box, a tab, a definition, a footnote, a table's cell, a label's line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.memory import remembered
from assistant.core.text import lazy
from assistant.core.text.boxes import BORDER, CLOSER, OPENER, SETTINGS
from assistant.core.text.cells import table_rows
from assistant.core.text.draft import Block
from assistant.core.text.sentences import is_finished
from assistant.core.text.words import count_words, tokens
from assistant.core.types import GapKind

_BLANK = lazy.pattern(rb"(?:\r\n|\n|\r)((?:[ \t]*(?:\r\n|\n|\r))*)")
"""A line's end, and the blank lines below it."""
_ENDS_BLANK = lazy.pattern(rb"(?:\r\n|\n|\r)[ \t>]*\Z")
_DEFINITION = lazy.pattern(rb"\n[ \t>]*[:~][ \t]+[^\s:~]")
_NEAR = 80
"""Bytes above a mark that show whether a line of words stands there."""
_PROSE = 3
"""Words that a cell has more of when it tells something, not only a name; a number tells something, too."""
_NAME = 2
"""Most words of a title that only names a box: `!!! note "Winter"`; `"Bring a lamp"` says it all."""
_TERM = 6
"""Most words of a term that is defined."""
_RULE = lazy.pattern(r":?-{2,}:?|")
"""A cell of the dashes below a table's head."""
_NAMED = lazy.pattern(r"(?!\*\*|__)[^\W\d_]{2}|`+ ?\w|\$")
"""Begins a row's name; a number alone, as in a grid to fill in by hand, is none. One letter is a name only
where other rows have text: `| x | |`."""
_COLONS = tuple(colon + bold for colon in (b":", "：".encode()) for bold in (b"", b"**", b"__"))
_FILLED = 2
"""Cells with text that a column needs so that one without is missing."""
_ALL = 3
"""Fewest labels of a list, or of a section that holds nothing else, in which each one lacks its text:
`- Boats:`, `- Ropes:`, `- Tides:`."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each container without text, unless a box's title says it all."""
    for start, end in boxes(layout):
        yield Candidate(GapKind.NOTES, start, end, ["container-is-empty"])
    yield from _cells(layout)
    yield from _labels(layout)


@remembered
def boxes(layout: Layout) -> list[tuple[int, int]]:
    """Return where boxes, tabs, definitions and footnotes without text are."""
    return list(_boxes(layout))


def _boxes(layout: Layout) -> Iterator[tuple[int, int]]:
    data = layout.data
    lines = data.replace(b"\r", b"\n") if b"\r" in data else data
    defines = b":" in data and _DEFINITION.search(lines) is not None
    for opener in OPENER.finditer(lines, max(layout.draft.front_matter.end - 1, 0)):
        start, end = opener.span("head")
        leaf = layout.leaf_at(start)
        is_inside = leaf and leaf.start != start
        if leaf and is_inside and (leaf.kind == "CodeBlock" or data.startswith(b"<!--", leaf.start)):
            continue
        if leaf and leaf.end > end and _goes_on(data, opener):
            continue  # in a line without its mark or indent
        if not layout.is_verbatim(start) and _is_empty(layout, opener, defines):
            yield start, end


def _goes_on(data: bytes, opener: re.Match[bytes]) -> bool:
    """Tell whether the text of a box that has a line right below it may be that, as a formatter leaves it."""
    below = _BLANK.match(data, opener.end())
    is_text = opener["indented"] is not None and below and not BORDER.match(data, below.end())
    return bool(is_text) or opener["alert"] is not None


def _is_empty(layout: Layout, opener: re.Match[bytes], defines: bool) -> bool:
    """Tell whether nothing stands in a container; `defines` says whether the draft has definitions."""
    data, around = layout.data, opener["around"]
    if opener["alert"] is not None:
        below = re.compile(rb"(?:(?:\r\n|\n|\r)[ \t]*>[ \t]*(?![^\r\n]))*").match(data, opener.end())
        assert below is not None
        is_over = not re.compile(rb"(?:\r\n|\n|\r)[ \t]*>").match(data, below.end())
        return b">" in around and is_over and (opener["named"] is None or bool(below[0]))
    below = _BLANK.match(data, opener.end())
    at = below.end() if below else len(data)
    if b"{" in opener["head"] and (settings := SETTINGS.match(data, at)):
        at = settings.end()
    if opener["mark"] in (b":", b"~"):
        above = data[max(opener.start() - _NEAR, 0) : opener.start()].removesuffix(b"\r")
        if not above.strip() or (_ENDS_BLANK.search(above) and not defines):
            return False  # no term stands right above, or signs stand alone here
        term = above.rstrip().rpartition(b"\n")[2].decode("utf-8", "replace")
        if count_words(term) > _TERM or term.lstrip().startswith("#"):
            return False  # a sentence whose colon was wrapped to a line of its own, a heading
    if opener["indented"] is not None or opener["mark"] is not None:
        own = len(around.expandtabs(4))
        indent = re.compile(rb"[ \t>]*").match(data, at)
        is_over = at >= len(data) or (indent is not None and len(indent[0].expandtabs(4)) <= own)
        return is_over and count_words((opener["title"] or b"").decode("utf-8", "replace")) <= _NAME
    return CLOSER.match(data, at) is not None


def _cells(layout: Layout) -> Iterator[Candidate]:
    """Yield cells that are missing from a column that tells something, or from a row with only a name.

    A column without any text is one place.
    """
    for index in layout.draft.tables:
        head, *body = table_rows(layout.draft, index)
        rows = _rows_of_one_kind(layout, body)
        is_named = any(layout.text(*cell.span).strip() for cell in head)  # else the page's layout
        empty = [row[1][1] for row in _names_alone(rows)] if is_named else []
        for column in list(zip(*rows, strict=False))[1:]:
            lacks = [cell for text, cell in column if not text]
            filled = [text for text, _ in column if text]
            if (
                len(lacks) == 1
                and len(filled) >= _FILLED
                and all(map(_tells, filled))
                and lacks[0] not in empty
            ):
                empty += lacks
        if not empty and rows and is_named:
            empty += _broken_off(layout, [head, *body], rows[-1])
        for cell in empty:
            start = min(cell.start + 1, cell.end)
            yield Candidate(GapKind.NOTES, start, start, ["container-is-empty"])
        if not empty and (column := _only_empty_column(layout, head, rows)):
            start, end = column[0].start, column[-1].end
            yield Candidate(GapKind.NOTES, start, end, ["container-is-empty"], fillable=False)


def _only_empty_column(layout: Layout, head: list[Block], rows: list[list[tuple[str, Block]]]) -> list[Block]:
    """Return the cells of a column with a head and no text at all: `why` in `| what | how much | why |`.

    Of several there are none: the table is a form for readers.
    """
    columns = zip(head, zip(*rows, strict=False), strict=False)
    empty = [
        (name, [cell for _, cell in column])
        for name, column in columns
        if not any(text for text, _ in column)
    ]
    is_gap = len(rows) > 1 and len(empty) == 1 and layout.text(*empty[0][0].span).strip()
    return empty[0][1] if is_gap else []


def _rows_of_one_kind(layout: Layout, rows: list[list[Block]]) -> list[list[tuple[str, Block]]]:
    """Return a table's rows, with their cells' texts, that tell of one thing each.

    A row of totals needs no text in each column: `| **Total** | | **382** |` below names that are not bold,
    or the only one with a colon. One without any text parts those around it, and a head with its dashes,
    right below another table, is no row of it.
    """
    read = [[(layout.text(*cell.span).strip(), cell) for cell in row] for row in rows]
    rules = [any(text for text, _ in row) and all(_RULE.fullmatch(text) for text, _ in row) for row in read]
    is_apart = [row[0][0].startswith(("**", "__")) or row[0][0].endswith((":", "：")) for row in read]
    total = layout.phrases("total")
    kept = []
    for at, row in enumerate(read):
        name = row[0][0]
        is_total = (is_apart[at] and sum(is_apart) == 1) or total.at(tokens(name)) or total.glued_in(name)
        if any(text for text, _ in row) and not (is_total or any(rules[at : at + 2])):
            kept.append(row)
    return kept


def _broken_off(layout: Layout, table: list[list[Block]], last: list[tuple[str, Block]]) -> list[Block]:
    """Return the cell that the last row ends before, where it lacks bars: `| flour | 5 | `."""
    data, (text, cell) = layout.data, last[-1]
    line = slice(layout.draft.line_start(cell.start), cell.start)
    is_open = cell is table[-1][-1] and not text and b"|" in data[line]
    return [cell] if is_open and not _is_closed(layout, cell) and _is_closed(layout, table[0][-1]) else []


def _is_closed(layout: Layout, cell: Block) -> bool:
    """Tell whether a bar stands behind the last cell of a row."""
    return layout.data[cell.end : layout.draft.line_end(cell.end)].strip() == b"|"


def _names_alone(rows: list[list[tuple[str, Block]]]) -> list[list[tuple[str, Block]]]:
    """Return the rows with a name in their first cell and nothing in the others.

    A name in bold heads the rows below it; where the others are ticked, `| Wool | ✓ | |`, nothing says no.
    Where others lack the name instead, the table is for readers to fill in.
    """
    if any(not row[0][0] and any(text for text, _ in row) for row in rows):
        return []
    alone = [row for row in rows if row[1:] and not any(text for text, _ in row[1:])]
    texts = [text for row in rows for text, _ in row[1:] if text]
    is_ticked = texts and not any(len(word) > 2 for text in texts for word in tokens(text))
    # `ok` and `no` answer each row, and an empty cell is no third answer.
    answers = {text.casefold() for text in texts if text.isalpha() and len(text) > 1}
    is_ticked = is_ticked and len(answers) < 2
    is_letter = [len(row[0][0]) == 1 and row[0][0].isalpha() and bool(texts) for row in alone]
    named = zip(alone, is_letter, strict=True)
    return [] if is_ticked else [row for row, letter in named if letter or _NAMED.match(row[0][0])]


def _labels(layout: Layout) -> Iterator[Candidate]:
    """Yield the labels without text, in a list or among paragraphs of a section where others have text."""
    data, section = layout.data, 0
    of_item, bold = (layout.words.byte_pattern(f"labels.{name}") for name in ("item", "bold"))
    lines: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    """The labels of each list and section, with their leaves, and whether text stands after them."""
    plain: set[tuple[int, int]] = set()
    for index, leaf in enumerate(layout.leaves):
        section += leaf.kind == "Heading"
        if leaf.kind not in ("Item", "Paragraph") or (not leaf.lists and data[leaf.start] not in b"*_"):
            continue
        key = (section, leaf.group) if leaf.lists else (section, -1)
        label = leaf.lists and of_item.match(data, leaf.start, leaf.end)
        label = label or bold.match(data, leaf.start, leaf.end)
        alone = label is not None and label["text"] is None
        if label and alone and _is_sentence(layout.text(*label.span()).strip("*_")):
            continue
        if label is None or (alone and label.end() < leaf.end):
            plain.add(key)
        else:
            lines.setdefault(key, []).append((index, label["text"] is not None))
    for key, labels in lines.items():
        empty = [index for index, has_text in labels if not has_text]
        is_list, is_mixed = key[1] != -1, len(labels) - len(empty) >= max(_FILLED, len(empty))
        # `**Stop.**` may say all it has to
        is_bare = len(empty) >= _ALL and all(data.endswith(_COLONS, *layout.leaves[at].span) for at in empty)
        is_bare = is_bare and (len(labels) == len(empty) if is_list else key not in plain)
        if not (is_mixed or is_bare) or (key in plain and is_list):
            continue
        for index in empty:
            has_text = layout.leads_to_shown(index) or _stands_above_text(layout, index)
            if not has_text and not layout.is_verbatim(layout.leaves[index].start):
                yield Candidate(GapKind.NOTES, *layout.leaves[index].span, ["label-without-text"])


def _is_sentence(text: str) -> bool:
    """Tell whether a label says all it has to, as `The sea takes all.` does and `Day 2.` does not."""
    return count_words(text) > _NAME and is_finished(text)


def _stands_above_text(layout: Layout, index: int) -> bool:
    """Tell whether a label's text is the paragraph below it, as below a heading: one that has no label."""
    leaf, below = layout.leaves[index], layout.leaf_after(index)
    if below is None or below.kind != "Paragraph" or below.group != leaf.group:
        return False
    return layout.words.byte_pattern("labels.bold").match(layout.data, *below.span) is None


def _tells(text: str) -> bool:
    words = tokens(text)
    return len(words) > _PROSE or any(word[0].isdigit() for word in words)

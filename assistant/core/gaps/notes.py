"""Finds fragments that are plainly meant to become prose, and places left empty among filled ones."""

from __future__ import annotations

import re

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.words import tokens
from assistant.core.types import GapKind

_TEXT = frozenset(("Item", "Paragraph"))
_SHOWN = frozenset(("CodeBlock", "TableCell", "HtmlBlock"))
_BYTE_STOPS = frozenset(b".!;")
_STOPS = (".", "!", "。", "！", ";", "；")
_ROUGH = re.compile(r"->|→|=>|\betc\b|\?\?|\.\.\.|…|\?\s*$|\bw/|\s&\s")
_CODE = re.compile(r"[(){}=;$\"'<>/\\.]")
_LABEL = re.compile(r"(?:[*_`]{1,3}|\[)[^*_`\]]+")
_ONLY_SIGNS = re.compile(rb"[ \t]*(?:#+|//+|--|/\*+\s*\*/|;|%|\.{3}|\xe2\x80\xa6|\"\"\")?[ \t]*$")


def find(layout: Layout) -> list[Candidate]:
    """Return lists and lines of fragments, empty items, empty fences and empty rows."""
    found: list[Candidate] = []
    outline = _outline(layout)
    blocks = layout.draft.blocks
    first_leaf: dict[int, int] = {}
    for index, leaf in enumerate(layout.leaves):
        if leaf.group >= 0 and leaf.group not in first_leaf:
            first_leaf[leaf.group] = index
    end = 0
    for number, (kind, start, stop, depth, detail) in enumerate(blocks):
        if start < end:
            continue
        if kind == "List" and depth == 0:
            _list(layout, number, start, stop, first_leaf.get(number, -1), outline, found)
            end = stop
        elif kind == "Table" and depth == 0:
            _table(layout, number, stop, found)
            end = stop
        elif kind == "CodeBlock":
            _fence(layout, start, stop, detail, found)
    return found


def _outline(layout: Layout) -> bool:
    """Say whether the draft is an outline: headings and lists, hardly any prose."""
    return len(layout.draft.headings) > 2 and not any(
        leaf.kind == "Paragraph" and not leaf.lists and leaf.end - leaf.start > 120 for leaf in layout.leaves
    )


def _list(
    layout: Layout, number: int, start: int, stop: int, first: int, outline: bool, found: list[Candidate]
) -> None:
    leaves = layout.leaves
    if first < 0:
        return
    _empty_items(layout, number, stop, first, found)
    inside: list[int] = []
    for index in range(first, len(leaves)):
        kind, begin, end = leaves[index][:3]
        if begin >= stop:
            break
        if kind in _TEXT:
            if end > begin:
                inside.append(index)
        elif kind in _SHOWN:
            return
    if len(inside) < 2 or layout.is_verbatim(start):
        return
    count = min(len(inside), 60)
    data = layout.data
    raw = [data[leaves[index][1] : leaves[index][2]] for index in inside[:60]]
    stopped = linked = 0
    for item in raw:
        stopped += item[-1] in _BYTE_STOPS
        linked += b"](" in item or b"http" in item or b"[[" in item
    if stopped * 4 > count or linked * 3 > count:
        return
    texts = [text.decode("utf-8", "replace") for text in raw]
    if sum(text.rstrip("*_)\"'” ").endswith(_STOPS) for text in texts) * 4 > count:
        return
    signals = ["list-without-sentences"]
    if layout.draft.blocks[number].detail is not None:
        signals.append("numbered-list")
    if count < 3:
        signals.append("only-few-items")
    _items(layout, texts, [layout.words_of(index) for index in inside[:60]], signals)
    if b"[ ]" in data[start : start + 20] or b"[x]" in data[start : start + 20]:
        signals.append("list-of-tasks")
    _around(layout, inside[0], stop, outline, signals)
    end = leaves[inside[-1]].end
    found.append(
        Candidate(
            GapKind.NOTES, layout.line_start(leaves[inside[0]].start, start), end, signals, "", leaf=inside[0]
        )
    )


def _items(layout: Layout, texts: list[str], said: list[list[str]], signals: list[str]) -> None:
    """Add what most of a list's items, given as text and as words, have in common."""
    write = layout.phrases("write")
    small = asked = rough = words = emphasised = labelled = code = told = 0
    for text, item in zip(texts, said, strict=True):
        small += text[:1].islower()
        asked += text.rstrip().endswith("?")
        rough += _ROUGH.search(text) is not None
        words += len(item)
        emphasised += _LABEL.match(text) is not None
        labelled += ":" in text[:40] or " - " in text or " – " in text or " = " in text
        code += "`" in text
        told += write.at(item) > 0
    count = len(texts)
    common = {
        "items-begin-in-lower-case": small * 2 >= count,
        "questions-to-self": asked * 2 >= count,
        "jotted-down": rough * 5 >= count,
        "long-items": words > 12 * count,
        "names-only": words <= 2 * count,
        "items-with-labels": emphasised * 2 > count or labelled * 2 > count,
        "items-with-code": code * 3 > count,
        "note-to-self": told * 3 >= count,
    }
    signals += [signal for signal, found in common.items() if found]


def _around(layout: Layout, first: int, stop: int, outline: bool, signals: list[str]) -> None:
    leaves = layout.leaves
    previous = leaves[first - 1] if first else None
    data = layout.data
    if previous is None or previous.kind == "Heading":
        signals.append("not-introduced")
    elif previous.kind == "Paragraph":
        last = data[previous.end - 1]
        words = layout.words_of(first - 1)
        if last == 0x3A or data[previous.end - 3 : previous.end] in ("：".encode(), "…".encode()):
            contents = layout.phrases("contents").is_whole(words)
            signals.append("plan-of-post" if contents else "introduced-by-colon")
        elif any(
            word in ("following", "these", "below", "folgende", "suivants", "siguientes")
            for word in words[-12:]
        ):
            signals.append("introduced-by-colon")
        elif last in b'.!?)"':
            signals.append("not-announced")
        else:
            signals.append("line-before-runs-on")
    else:
        signals.append("not-announced")
    after = layout.next_leaf(stop)
    following = leaves[after] if after < len(leaves) else None
    section = layout.section_of(leaves[first].start)
    ends = following is None or following.kind == "Heading" or following.aside
    if ends and (previous is None or previous.kind == "Heading"):
        signals.append("alone-in-section")
    if following is None or following.aside:
        signals.append("draft-ends-here")
    if outline:
        signals.append("draft-is-outline")
    if section >= 0:
        heading = layout.draft.headings[section].text
        phrases = layout.phrases
        said = tokens(heading)
        if phrases("contents").within(said) or phrases("media").within(said):
            signals.append("section-of-links-or-sources")


def _empty_items(layout: Layout, number: int, stop: int, first: int, found: list[Candidate]) -> None:
    """Find items with nothing in them, and items whose colon waits for a value that the others have."""
    leaves = layout.leaves
    empty: list[int] = []
    filled: list[int] = []
    waiting: list[int] = []
    data, blocks = layout.data, layout.draft.blocks
    for index in range(first, len(leaves)):
        leaf = leaves[index]
        kind, start, end, block = leaf[:4]
        if start >= stop and blocks[block][1] >= stop:
            break
        if kind != "Item":
            continue
        if end <= start:
            empty.append(index)
            continue
        colon = data.find(b":", start, end)
        if colon < 0 or data[colon : colon + 3] == b"://":
            continue
        if layout.data[colon + 1 : leaf.end].strip(b"*_ "):
            filled.append(index)
            continue
        elif (
            leaf.end - leaf.start > 80
            or b"]" in layout.data[leaf.start : leaf.end]
            or b"==" in layout.data[leaf.start : leaf.end]
        ):
            continue
        following = leaves[index + 1] if index + 1 < len(leaves) else None
        if following is None or (
            (following.lists <= leaf.lists or following.start >= stop) and following.kind != "CodeBlock"
        ):
            waiting.append(index)
    for index in empty:
        span = layout.trim(
            layout.line_start(leaves[index].start, 0), max(leaves[index].start, leaves[index].end)
        )
        if span[1] > span[0]:
            found.append(Candidate(GapKind.NOTES, *span, ["empty-item"], "", leaf=index))
    if len(filled) >= 2 and len(waiting) * 2 <= len(filled):
        for index in waiting:
            found.append(
                Candidate(
                    GapKind.NOTES,
                    leaves[index].start,
                    leaves[index].end,
                    ["value-is-missing"],
                    "",
                    leaf=index,
                )
            )


def _table(layout: Layout, number: int, stop: int, found: list[Candidate]) -> None:
    """Find rows that are emptier than all others: what was to be told there isn't."""
    blocks = layout.draft.blocks
    rows: list[tuple[int, int, list[bool]]] = []
    for place in range(number + 1, len(blocks)):
        kind, start, end, _, _ = blocks[place]
        if start >= stop:
            break
        if kind == "TableRow":
            rows.append((start, end, []))
        elif kind == "TableCell" and rows:
            rows[-1][2].append(bool(layout.data[start:end].strip(b" \t|")))
    if len(rows) < 3:
        return
    width = max(len(cells) for _, _, cells in rows)
    columns = [sum(cells[column] for _, _, cells in rows if column < len(cells)) for column in range(width)]
    full = [column for column, count in enumerate(columns) if count >= 0.8 * len(rows) and count < len(rows)]
    for start, end, cells in rows:
        missing = [column for column in full if column < len(cells) and not cells[column]]
        if len(missing) > 0 and width > 2 and sum(cells) * 2 <= width and cells and cells[0]:
            span = layout.trim(start, end)
            found.append(Candidate(GapKind.NOTES, *span, ["row-with-nothing-told"], "", fillable=False))


def _fence(layout: Layout, start: int, stop: int, detail: object, found: list[Candidate]) -> None:
    """Find code blocks that hold nothing, or only the word that code should stand there."""
    if stop - start > 400 or not isinstance(detail, dict) or "Fenced" not in detail:
        return
    lines = layout.data[start:stop].replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip().split(b"\n")
    opener = lines[0].lstrip(b"> \t")[:1]
    closed = len(lines) > 1 and opener in b"`~" and lines[-1].strip(b"> \t").strip(opener) == b""
    inner = lines[1:-1] if closed else lines[1:]
    if not closed and not inner:
        return
    span = layout.trim(start, stop)
    leaf = layout.leaf_index(start)
    if all(_ONLY_SIGNS.fullmatch(line) for line in inner):
        found.append(Candidate(GapKind.NOTES, *span, ["empty-code-block"], "", leaf=leaf))
        return
    written = [line.decode("utf-8", "replace").strip() for line in inner if line.strip()]
    if len(written) != 1:
        return
    text = written[0].lstrip("#/-;%*<!> ")
    said = tokens(text)
    phrases = layout.phrases
    marker = layout.words.marker_at(text)
    after = text[len(marker) :] if marker else text
    signals = []
    left = marker and not after[:1].isalnum() and after.strip()[:1] not in ("=", "(")
    asked = 1 < len(said) <= 5 and phrases("here").ends(said) and not _CODE.search(text)
    if left or asked or (phrases("alone").is_whole(said) and len(said) > 1):
        signals.append("only-marker-in-code-block")
    if signals:
        place = layout.data.find(written[0].encode("utf-8"), start, stop)
        end = place + len(written[0].encode("utf-8"))
        found.append(Candidate(GapKind.MARKER, place, end, signals, after.strip(" :-") or text, leaf=leaf))


def jotted_lines(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    """Return a candidate for a paragraph made of many short lines without stops."""
    if leaf.quoted or leaf.lists or leaf.aside or layout.data.count(b"\n", leaf.start, leaf.end) < 4:
        return None
    lines = layout.text(leaf.start, leaf.end).replace("\r\n", "\n").split("\n")
    if any(line.endswith(("  ", "\\", "|")) for line in lines) and sum(
        line.endswith("  ") for line in lines
    ) * 2 > len(lines):
        return None
    count = len(lines)
    stopped = sum(line.rstrip("*_)\"'” ").endswith((*_STOPS, ",", ":")) for line in lines)
    if stopped * 3 > count or layout.is_verbatim(leaf.start):
        return None
    longest = max(len(line) for line in lines)
    if sum(len(line) > longest * 0.75 for line in lines) * 2 > count and longest > 60:
        return None  # wrapped prose, not lines
    if sum(line.lstrip()[:1] in "<|{$\\=+[!:#" for line in lines) * 4 > count:
        return None
    signals = ["many-short-lines"]
    if count >= 8:
        signals.append("long-run")
    if any(line.startswith(("\t", "    ", "- ")) for line in lines):
        signals.append("indented-like-outline")
    if sum(line.rstrip().endswith("?") or bool(_ROUGH.search(line)) for line in lines) * 4 >= count:
        signals.append("jotted-down")
    return Candidate(GapKind.NOTES, leaf.start, leaf.end, signals, "", leaf=index)

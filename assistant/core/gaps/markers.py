"""Finds the words that authors leave where text is missing: TODO, TK, ???, lorem ipsum, "coming soon"."""

from __future__ import annotations

import re

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.words import spaceless, tokens
from assistant.core.types import GapKind

_OPENING = " \t\r\n*_~([{<\"'>#–—-/=:!|\\+.“«„%"
_SENTENCE_END = re.compile(r"[.!?…:;。！？][)\]\"'”’»*_]*\s*$")
_QUESTION_MARKS = re.compile(rb"\?\?+")
_UNKNOWN = re.compile(
    rb"X(?:X{0,2}(?=[ ](?:%b)\b)|YZ\b|X{1,2}[ ]?(?=%%)| and Y\b)(?![-/])"
    % b"seconds?|minutes?|hours?|days?|weeks?|months?|years?|people|times|percent"
)
_WINDOW = 4000
"""Bytes on each side of a marker that are read to understand it."""
_DOTS = re.compile(rb"(?:\.{3,}|\xe2\x80\xa6)+")
_LOREM = re.compile(rb"orem [Ii]psum")
"""Without its first letter, in either case, so that a search skips at C's speed to what begins like it."""
_FACTS = frozenset(("TK", "TKTK", "TKTKTK", "XXX", "XXXX", "TBD", "TBA"))
_PAREN = re.compile(r"\([^()]{1,30}\)")


def find(layout: Layout) -> list[Candidate]:
    """Return every marker, with the evidence that it is addressed to the author."""
    found: list[Candidate] = []
    _words(layout, found)
    if b"??" in layout.data:
        _question_marks(layout, found)
    if b"orem ipsum" in layout.data or b"orem Ipsum" in layout.data:
        _lorem(layout, found)
    if b"X" in layout.data:
        _unknowns(layout, found)
    return found


def _prose_leaf(layout: Layout, offset: int) -> tuple[int, Leaf, str] | None:
    """Return the leaf at `offset` unless it is code or something that no reader sees as text."""
    index = layout.leaf_index(offset)
    if index < 0:
        return None
    leaf = layout.leaves[index]
    if leaf.kind in ("CodeBlock", "HtmlBlock") or layout.is_verbatim(offset) or layout.enough(index):
        return None
    what = layout.mask(index, offset)
    return None if what in ("code", "html", "target") else (index, leaf, what)


def _words(layout: Layout, found: list[Candidate]) -> None:
    data = layout.data
    for hit in layout.words.marker_pattern.finditer(data):
        start, end = hit.span()
        last = layout.text(max(0, start - 4), start)[-1:]
        if last == "_" or (last.isalnum() and not spaceless(last)):
            continue
        if hit.group(0)[:1] == b"X" and (data[start - 1] > 127 or data[end : end + 1] > b"\x7f"):
            continue  # XXX between ideographs is a person without a name
        if data[start - 1 : start] == b"-" and data[start - 2 : start - 1].isalnum():
            continue
        place = _prose_leaf(layout, start)
        if place is None or _in_address(layout, place[1], start):
            continue
        candidate = _marker(layout, place[0], place[1], hit.group(0).decode("utf-8"), start, end)
        if place[2] == "link":
            candidate.signals.append("marker-in-link-words")
        found.append(candidate)


def _in_address(layout: Layout, leaf: Leaf, offset: int) -> bool:
    """Say whether the word at `offset` is part of a bare address or a path."""
    data = layout.data
    limit = max(leaf.start, offset - _WINDOW)
    start = max(data.rfind(b" ", limit, offset), data.rfind(b"\n", limit, offset)) + 1
    word = data[max(start, leaf.start) : offset]
    return b"://" in word or b"www." in word or (b"/" in word and word[:1] not in b"/(")


def _marker(layout: Layout, index: int, leaf: Leaf, marker: str, start: int, end: int) -> Candidate:
    line = layout.line_start(start, max(leaf.start, start - _WINDOW))
    line_end = layout.line_end(end, min(leaf.end, end + _WINDOW))
    before, after = layout.text(line, start), layout.text(end, line_end)
    if leaf.kind == "Heading":
        before = before.lstrip("#")
    before_words, after_words = tokens(before), tokens(after)
    topic, write, edit = (layout.phrases(name) for name in ("topic", "write", "edit"))
    signals: list[str] = []
    stands_first = not before.strip(_OPENING) or not _strip_tags(before).strip(_OPENING)
    asks = bool(write.at(after_words)) or bool(edit.at(after_words))
    quoted = before[-1:] in "\"'“«‘„「『" and after[:1] in "\"'”»’“」』" and before != ""
    span = (start, end)
    fillable = True
    if stands_first:
        signals.append("marker-opens-line")
        span = (line if line > leaf.start else leaf.start, line_end)
        if not after_words:
            signals.append("marker-stands-alone")
        elif (
            after.lstrip("*_~>)]}").startswith((":", "(", "：", " -", " –", " —", "!", "...", "…"))
            or before.strip()
        ):
            signals.append("marker-set-off-by-sign")
        elif topic.at(after_words):
            signals.append("word-is-spoken-of")
    elif _SENTENCE_END.search(before) or before.rstrip().endswith(("(", "[", "--", "<!--", "//", "—")):
        signals.append("marker-opens-sentence")
        span = (layout.trim(start - len(before) + len(before.rstrip(_OPENING)), end)[0], line_end)
        span = (start, line_end)
        if topic.at(after_words) and not asks:
            signals.append("word-is-spoken-of")
    else:
        signals.append("marker-inside-sentence")
        alone = not after_words
        if marker in _FACTS:
            signals.append("stands-for-fact")
            fillable = False
        if (topic.at(after_words) and not edit.at(after_words[1:])) or (
            before_words and topic.at(before_words, len(before_words) - 1)
        ):
            signals.append("word-is-spoken-of")
            asks = False
        elif asks:
            signals.append("says-what-to-do")
            span = (start, line_end)
        elif after.lstrip().startswith(":") and after_words:
            signals.append("marker-set-off-by-sign")
            span = (start, line_end)
        elif alone and before.rstrip()[-1:] in ":=(–—-[":
            signals.append("stands-where-value-belongs")
        else:
            if alone and not after.strip():
                signals.append("stands-where-value-belongs")
            fillable = fillable and not alone
    if asks and "says-what-to-do" not in signals:
        signals.append("says-what-to-do")
    if quoted:
        signals.append("word-in-quotation-marks")
    if leaf.quoted:
        signals.append("inside-quotation")
    if leaf.kind == "TableCell" and not after_words and not before_words:
        signals.append("stands-where-value-belongs")
    if marker == "WIP":
        signals.append("banner-word")
    if _is_name(marker, after):
        signals.append("part-of-name")
    instruction = _told(after) if span[1] > end or asks else ""
    if layout.phrases("media").within(tokens(instruction)[:6]):
        fillable = False
    return Candidate(
        GapKind.MARKER, span[0], span[1], signals, instruction or marker, fillable=fillable, leaf=index
    )


def _told(after: str) -> str:
    """Return what stands after a marker without the signs that set it off."""
    told = after.strip(" \t:：-–—*_~.").strip()
    while told[-1:] in (")", "]", "}", ">") and told.count(told[-1]) > told.count(_OPENS[told[-1]]):
        told = told[:-1].rstrip(" *_.")
    return told


_OPENS = {")": "(", "]": "[", "}": "{", ">": "<"}


def _strip_tags(text: str) -> str:
    return re.sub(r"<[^<>]{0,200}>", "", text)


def _is_name(marker: str, after: str) -> bool:
    """Say whether letters such as TK begin the name of a firm or a person."""
    return marker in ("TK", "XXX", "TBD") and re.match(r" [A-ZÄÖÜ][a-z]+", after) is not None


def _question_marks(layout: Layout, found: list[Candidate]) -> None:
    data = layout.data
    for hit in _QUESTION_MARKS.finditer(data):
        start, end = hit.span()
        place = _prose_leaf(layout, start)
        if place is None:
            continue
        index, leaf, _ = place
        before = layout.text(max(leaf.start, start - _WINDOW), start)
        after = layout.text(end, min(leaf.end, end + _WINDOW))
        alone = not before.strip(_OPENING) and not after.strip(" \t*_~)]}.!")
        bracketed = (
            before[-1:] in ("(", "[", "<", "_", "*")
            and after[:1] in (")", "]", ">", "_", "*")
            and before != ""
        )
        if not alone and not bracketed and (before[-1:].strip() or end - start < 3):
            continue
        signals = ["question-marks-for-word"]
        if any(
            "profit" in layout.words_of(near)[-3:]
            for near in (index - 1, index + 1)
            if 0 <= near < len(layout.leaves)
        ):
            signals.append("part-of-joke")
        if alone:
            signals.append("marker-stands-alone")
        elif before.rstrip().endswith((":", "=", "：")):
            signals.append("stands-where-value-belongs")
        elif not bracketed and _SENTENCE_END.search(before):
            signals.append("only-surprise")
        if leaf.quoted:
            signals.append("inside-quotation")
        if end - start > 5:
            signals.append("only-surprise")
        span = (leaf.start, leaf.end) if alone else (start - bracketed, end + bracketed)
        found.append(Candidate(GapKind.MARKER, *span, signals, "", fillable=alone, leaf=index))


def _lorem(layout: Layout, found: list[Candidate]) -> None:
    last = -1
    for hit in _LOREM.finditer(layout.data):
        start = hit.start() - 1
        place = _prose_leaf(layout, start) if layout.data[max(start, 0) : start + 1] in (b"L", b"l") else None
        if place is None or place[0] == last:
            continue
        index, leaf, _ = place
        last = index
        words = layout.words_of(index)
        signals = ["filler-text"]
        if words[:2] != ["lorem", "ipsum"]:
            signals.append("marker-inside-sentence")
        elif "dolor" not in words[:4] and len(words) > 2:
            signals.append("word-is-spoken-of")
        if leaf.quoted:
            signals.append("inside-quotation")
        found.append(Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, "", leaf=index))


def _unknowns(layout: Layout, found: list[Candidate]) -> None:
    for hit in _UNKNOWN.finditer(layout.data):
        before = layout.data[hit.start() - 1 : hit.start()]
        if before.isalnum() or before in (b"_", b"$", b"/", b".", b"\\", b"-"):
            continue
        place = _prose_leaf(layout, hit.start())
        if place is None or _in_address(layout, place[1], hit.start()):
            continue
        after = layout.text(hit.end(), min(hit.end() + 24, place[1].end))
        signals = ["letters-for-fact"]
        if hit.group(0).strip() in (b"XX", b"XXX"):
            signals.append("marker-set-off-by-sign")
        elif tokens(after)[1:2] == ["ago"]:
            signals.append("stands-where-value-belongs")
        if place[1].quoted:
            signals.append("inside-quotation")
        found.append(Candidate(GapKind.MARKER, *hit.span(), signals, "", fillable=False, leaf=place[0]))


_LOWER = re.compile(
    r"[*_(\[@#/\s]*(?:todo|to-do|to do|fixme|tbd)[*_]*\s?(?:\(\w+\))?[*_]*[:：–—][*_]*\s*(\S.*)",
    re.IGNORECASE,
)


def in_lower_case(layout: Layout, index: int, leaf: Leaf, words: list[str]) -> Candidate | None:
    """Return a candidate for a line such as `todo: the map`, where the sign shows what the word is."""
    if not words or words[0][0] not in "tf":
        return None
    hit = _LOWER.match(layout.text(leaf.start, layout.line_end(leaf.start, leaf.end)))
    if hit is None or (
        layout.language in ("es", "pt") and hit.group(0).lower().lstrip("*_([@#/ ").startswith("todo:")
    ):
        return None
    signals = ["marker-opens-line", "marker-set-off-by-sign"]
    if leaf.quoted:
        signals.append("inside-quotation")
    end = layout.line_end(leaf.start, leaf.end)
    return Candidate(GapKind.MARKER, leaf.start, end, signals, _told(hit.group(1)), leaf=index)


def standing_alone(layout: Layout, index: int, leaf: Leaf, words: list[str]) -> Candidate | None:
    """Return a candidate when a leaf's words say nothing but that the text is still to come."""
    text = layout.text(leaf.start, leaf.end)
    if text.startswith(("`", "[`", "<", "{{", "{%")):
        return None
    bare = text.strip(" \t\r\n*_~()[]{}<>.…!:–—-=/|#“”\"'«»\\")
    alone = layout.phrases("alone")
    if not bare:
        return _dots(layout, index, leaf)
    matched = alone.is_whole(words)
    if not matched and (glued := alone.glued_in(bare)):
        matched = len(bare) <= len(glued) + 4 and not text.rstrip().endswith(("：", ":"))
    if not matched:
        return None
    signals = ["text-to-come"]
    if leaf.quoted:
        signals.append("inside-quotation")
    promise = layout.phrases("promise")
    if index == len(layout.leaves) - 1 and index and layout.leaves[index - 1].kind != "Heading":
        said = promise.is_whole(words) or (promise.glued_in(bare) and not words[4:])
        signals += ["promise-at-end"] if said else []
    return Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, "", leaf=index)


def _dots(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    if leaf.kind != "Paragraph" or leaf.quoted or not _DOTS.fullmatch(layout.data, leaf.start, leaf.end):
        return None
    signals = ["only-dots"]
    around = [
        layout.leaves[other].kind for other in (index - 1, index + 1) if 0 <= other < len(layout.leaves)
    ]
    if leaf.lists or any(kind in ("CodeBlock", "Item", "TableCell") for kind in around):
        signals.append("something-left-out")
    return Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, "", leaf=index)

"""Find remarks on finished text: `make this shorter`, `(wrong word?)`, `merge these two`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.directives import comments, directive
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.phrases import may_open
from assistant.core.gaps.targets import Request, above, section, targets
from assistant.core.text import lazy
from assistant.core.text.own_words import own_words
from assistant.core.text.sentences import ends_sentence, sentence_spans
from assistant.core.text.spans import overlap
from assistant.core.text.words import count_words, tokens
from assistant.core.types import GapKind, Span

_MOST_WORDS = 9
"""Words of a remark; a longer one tells something: `too long for the van, so we took the trailer instead`."""
_MOST_VERDICT = 4
"""Words of a judgement; `too long a ladder for one man` speaks of a ladder."""
_SHORT = 90
"""Most bytes of such a line."""
_ASKING = ("revise", "verdict", "this")
"""Purposes of the phrases that a remark opens with."""
_FEWEST = 4
"""Words of a passage that can be revised; fewer are a label."""
_NO_REMARK = lazy.pattern(r"(?:[\[<|{!`]|--|[–—]\s).*|.*(?:[:：]|\]\(http.*|https?://\S+)", re.DOTALL)
"""A line that leads to what is below it, or has a link: what is asked for is there."""
_QUOTES = ('"', "'", "“", "„", "«")
_ROUND = lazy.pattern(rb"\(([^()\r\n]{4,80})\)")
_SQUARE = lazy.pattern(rb"\[([^\[\]\r\n]{4,80})\](?![(\[:])")
"""Remarks in brackets, `(wrong word?)`, `[too long]`; no link."""
_LINE_END = lazy.pattern(rb"[ \t]*(?:\r\n|\n|\r)[ \t]*")
_BLANK_LINE = lazy.pattern(rb"(?:[ \t]*(?:\r\n|\n|\r(?!\n))){2}[ \t]*\Z")
_NAMES = ("Heading", "TableHead", "TableCell")
"""Blocks of a few words, of which a remark can't mean the paragraph above: `## Rebuttals (wrong word?)`."""
_NEAR = 40
"""Bytes before a comment in which a blank line is looked for."""
_QUOTE_MARKS = lazy.pattern(r"(?m)^[ \t]*(?:>[ \t]?)+")


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield the remarks that ask for a change, each with the finished passage that it is about."""
    openers = layout.words.openers(_ASKING, layout.language)
    yield from _lines(layout, openers)
    top = layout.draft.front_matter.end
    for hit in itertools.chain(_ROUND.finditer(layout.data, top), _SQUARE.finditer(layout.data, top)):
        if not may_open(hit[1], openers):
            continue
        text = layout.text(*hit.span(1)).strip()
        if layout.text(max(hit.start() - 3, 0), hit.start()).endswith(_QUOTES):
            continue  # spoken of: `such as "(wrong word?)"`
        judges = hit.re is _SQUARE or text.endswith("?") or _follows_sentence(layout, hit.start())
        if _asks(layout, text, judges=judges) and layout.what_at(hit.start()) in ("text", "link"):
            yield from _remark(layout, hit.start(), hit.end(), text)
    for comment in comments(layout):
        if _asks(layout, comment.text, judges=True) and directive(comment) is None:
            yield from _remark(layout, comment.start, comment.end, comment.text)


def _lines(layout: Layout, openers: frozenset[bytes]) -> Iterator[Candidate]:
    """Yield the remarks that are a paragraph of their own."""
    for index, leaf in enumerate(layout.leaves):
        kind, start, end, _, _, lists, quoted, _ = leaf
        if end - start > _SHORT or kind != "Paragraph" or lists or quoted:
            continue
        if not may_open(layout.data[start:end], openers):
            continue
        text = layout.text(leaf.start, leaf.end)
        if _NO_REMARK.fullmatch(text) or not _asks(layout, text, judges=True):
            continue
        words = layout.words_of(index)
        # What is there is meant, so `these` are those above; only a section is named.
        named = layout.phrases("section").within(words)
        passages = () if named else above(layout, index)
        passages = (
            passages or targets(layout, Request(index, leaf.span), words, text) or section(layout, index)
        )
        yield from _candidate(layout, leaf.span, text, passages)


def _follows_sentence(layout: Layout, start: int) -> bool:
    """Tell whether round brackets are after a sentence, or begin a paragraph.

    Elsewhere a judgement in them may be part of a sentence: `the film (too long) won a prize`.
    """
    leaf = layout.leaf_at(start)
    before = layout.text(max(leaf.start, start - 8), start).rstrip() if leaf else "."
    return not before or ends_sentence(before)


def _remark(layout: Layout, start: int, end: int, text: str) -> Iterator[Candidate]:
    """Yield the candidate for a remark in brackets or a comment: it is about the words before it."""
    index, leaf = layout.leaf_index(start), layout.leaf_at(start)
    if leaf is not None and leaf.kind in _NAMES:  # about the words beside it, which only the author knows
        yield Candidate(GapKind.REVISION, start, end, ["asks-for-revision"], text, fillable=False)
        return
    if leaf is None or leaf.kind == "HtmlBlock":
        index = layout.next_leaf(start) if leaf is None else index
        passages = _attached(layout, index, start, end) or above(layout, index)
        passages = passages or (section(layout, index) if leaf and leaf.kind == "HtmlBlock" else ())
    elif layout.text(leaf.start, start).strip() or layout.text(end, leaf.end).strip():
        passages = (_around(layout, leaf.span, Span(start, end), text),)
    else:
        passages = above(layout, index) or section(layout, index)
        if not passages:  # nothing is there that could be changed, and the remark is no text either
            yield Candidate(GapKind.REVISION, start, end, ["asks-for-revision"], text, fillable=False)
    yield from _candidate(layout, Span(start, end), text, passages)


def _attached(layout: Layout, index: int, start: int, end: int) -> tuple[Span, ...]:
    """Return the paragraph right below a comment that a blank line or a heading parts from what is above."""
    following = layout.leaf_after(index)
    if following is None or following.kind != "Paragraph" or following.lists:
        return ()
    is_right_above = _LINE_END.fullmatch(layout.data, end, following.start)
    is_parted = _BLANK_LINE.search(layout.data, max(start - _NEAR, 0), start)
    is_first = index > 0 and layout.leaves[index - 1].kind == "Heading"
    return (following.span,) if is_right_above and (is_parted or is_first) else ()


def _around(layout: Layout, leaf: Span, note: Span, text: str) -> Span:
    """Return the passage that a remark inside a paragraph is about: its sentence, or the whole of it.

    The whole is meant where the remark ends the paragraph, or names a part of the text.
    """
    rest = layout.text(note.end, leaf.end).strip(" \t\r\n.!?")
    if not rest or layout.phrases("section").within(tokens(text)):
        return leaf
    # The marks of a quote's lines would end its sentences.
    before, after = (
        _QUOTE_MARKS.sub(lambda marks: " " * len(marks[0]), layout.text(*part))
        for part in ((leaf.start, note.start), (note.end, leaf.end))
    )
    at = len(before.rstrip())
    spans = sentence_spans(before + after)
    start, end = next(((a, b) for a, b in spans if a < at <= b), (0, len(before + after)))
    first = leaf.start + len(before[:start].encode())
    return Span(first, max(note.end + len(after[: max(end - len(before), 0)].encode()), note.end))


def _candidate(layout: Layout, note: Span, text: str, passages: tuple[Span, ...]) -> Iterator[Candidate]:
    """Yield the candidate, where there is finished text that the remark is about: the author's own words."""
    passages = tuple(own_words(layout.draft, one, note if overlap(one, note) else one) for one in passages)
    if passages and layout.phrases("joins").at(tokens(text)):
        if len(passages) == 1:
            passages = (*above(layout, layout.leaf_index(passages[0].start)), *passages)
        passages = (Span(passages[0].start, passages[-1].end),)
    if passages and all(count_words(layout.text(*span)) >= _FEWEST for span in passages):
        yield Candidate(GapKind.REVISION, *note, ["asks-for-revision"], text.strip(), targets=passages)


def _asks(layout: Layout, text: str, *, judges: bool) -> bool:
    """Tell whether a remark asks for a change, or judges the words before it where that counts as well."""
    if len(text) > _SHORT:
        return False
    words = tokens(text)
    revise, verdict, part = (layout.phrases(name) for name in _ASKING)
    if not 0 < len(words) <= _MOST_WORDS:
        return bool(words and revise.glued_in(text))
    if revise.at(words) or revise.glued_in(text) or (part.at(words) and revise.within(words)):
        return True
    if not judges:
        return False
    short = len(words) <= _MOST_VERDICT and verdict.at(words)
    return bool(short or (part.at(words) and verdict.ends(words)))

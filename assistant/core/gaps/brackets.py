"""Finds what authors put in brackets for themselves: `[insert quote]`, `{{name}}`, `=== gif ===`."""

from __future__ import annotations

import re

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.gaps.words import tokens
from assistant.core.types import GapKind

_SQUARE = re.compile(rb"\[([^\[\]\r\n]{2,200})\](?![(\[:])")
_CURLY = re.compile(rb"\{\{(?![<%#/])([^{}\r\n]{2,160})\}\}")
_ANGLE = re.compile(rb"<([A-Za-z][^<>\r\n/=\"]{2,80})>")
_RUN = re.compile(
    r"\s*(={2,}|-{2,}|\*{3,}|>{2,}|<{2,}|~{2,}|\+{2,}|_{3,}|#{2,})\s*(\S.*?\S)\s*(={2,}|-{2,}|\*{3,}|>{2,}|<{2,}|~{2,}|\+{2,}|_{3,}|#{2,})\s*"
)
_NEVER = re.compile(
    r"[\^@!/|&\\]|\d+$|\s*[xX]?\s*$|https?:|\w+=|[\d\s,.–-]+$|sic\b|\.\.\.$|…$|_?toc_?$", re.IGNORECASE
)
_CODE_LIKE = re.compile(r"[.|()\"'=:$/\\]|\b(?:page|site|post|content|include|end)\b")


def find(layout: Layout) -> list[Candidate]:
    """Return every bracketed placeholder."""
    data = layout.data
    found: list[Candidate] = []
    if b"[" in data:
        for hit in _SQUARE.finditer(data):
            _bracketed(layout, hit, "in-square-brackets", found)
    if b"{{" in data:
        for hit in _CURLY.finditer(data):
            if not _CODE_LIKE.search(hit.group(1).decode("utf-8", "replace")):
                _bracketed(layout, hit, "in-double-braces", found)
    if b"<" in data:
        for hit in _ANGLE.finditer(data):
            _angle(layout, hit, found)
    return found


def _bracketed(layout: Layout, hit: re.Match[bytes], shape: str, found: list[Candidate]) -> None:
    last = layout.data[hit.start() - 1 : hit.start()]
    if shape == "in-square-brackets" and (last.isalnum() or last in (b"[", b"]", b"!", b"_")):
        return
    inside = hit.group(1).decode("utf-8", "replace").strip().rstrip("\\")
    if _NEVER.match(inside) or inside.lower() in layout.definitions:
        return
    index = layout.leaf_index(hit.start())
    if index < 0:
        return
    leaf = layout.leaves[index]
    if leaf.kind in ("CodeBlock", "HtmlBlock") or layout.is_verbatim(hit.start()):
        return
    if layout.enough(index):
        return
    signals = [shape, *_meaning(layout, inside)]
    if len(signals) == 1 and shape != "in-double-braces":
        return
    if shape == "in-double-braces" and len(tokens(inside)) > 1 and "-" not in inside:
        signals.append("plain-words-in-braces")
    if layout.mask(index, hit.start() + 1) in ("code", "html", "target", "link"):
        return
    before = layout.text(max(leaf.start, hit.start() - 4000), hit.start())
    after = layout.text(hit.end(), min(leaf.end, hit.end() + 4000))
    alone = not before.strip(" \t*_~>#-") and not after.strip(" \t\r\n*_~.:!")
    if alone:
        signals.append("placeholder-stands-alone")
    if leaf.quoted or before.count('"') % 2 or before.count("“") > before.count("”"):
        signals.append("inside-quotation")
    span = (leaf.start, leaf.end) if alone else hit.span()
    fillable = not layout.phrases("media").within(tokens(inside)) and (alone or len(tokens(inside)) > 2)
    found.append(Candidate(GapKind.MARKER, *span, signals, inside, fillable=fillable, leaf=index))


def _meaning(layout: Layout, inside: str) -> list[str]:
    """Return the signals that the words of a placeholder give."""
    said = tokens(inside)
    phrases = layout.phrases
    signals = []
    letters = [letter for letter in inside if letter.isalpha()]
    if phrases("write").at(said) or phrases("write").glued_in(inside):
        signals.append("says-what-to-do")
    elif phrases("edit").at(said) and len(said) > 1 and not inside.rstrip(":").count(":"):
        signals.append("may-say-what-to-do")
    if phrases("missing").within(said) or phrases("missing").glued_in(inside):
        signals.append("something-missing")
    if phrases("alone").is_whole(said) or phrases("alone").glued_in(inside):
        signals.append("text-to-come")
    if (said and (phrases("media").at(said) or phrases("media").ends(said))) or phrases("media").glued_in(
        inside
    ):
        signals.append("names-picture-or-link")
    elif phrases("part").within(said):
        signals.append("names-part-of-text")
    if phrases("lead").at(said) and len(said) > 1:
        signals.append("opens-like-template")
    if len(said) > 1 and phrases("here").ends(said):
        signals.append("ends-like-placeholder")
    known = phrases("part").is_whole(said) or phrases("media").is_whole(said)
    if (inside.endswith(("?", "？")) and (len(said) > 1 or known)) or "? " in inside:
        signals.append("asks-question")
    if len(letters) > 3 and all(letter.isupper() for letter in letters):
        signals.append("in-capitals")
        if len(said) <= 3 and phrases("fact").ends(said):
            signals.append("names-fact")
    return signals


def _angle(layout: Layout, hit: re.Match[bytes], found: list[Candidate]) -> None:
    inside = hit.group(1).decode("utf-8", "replace")
    said = tokens(inside)
    phrases = layout.phrases
    if not said or " " not in inside:
        return
    if not (phrases("edit").at(said) or phrases("lead").at(said) or phrases("write").at(said)):
        return
    if said[0] in _HTML_NAMES:
        return
    index = layout.leaf_index(hit.start())
    if index < 0 or layout.leaves[index].kind == "CodeBlock" or layout.enough(index):
        return
    if (
        layout.leaves[index].kind != "HtmlBlock" and layout.mask(index, hit.start()) == "code"
    ) or layout.is_verbatim(hit.start()):
        return
    signals = ["in-angle-brackets", *_meaning(layout, inside)]
    found.append(Candidate(GapKind.MARKER, *hit.span(), signals, inside, leaf=index))


_HTML_NAMES = frozenset(
    ("link", "source", "cite", "summary", "figure", "video", "details", "section", "article")
)


def between_signs(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    """Return a candidate for a line such as `=== gif of the harbour ===`."""
    if layout.data[leaf.start : leaf.start + 1].isalnum():
        return None
    hit = _RUN.fullmatch(layout.text(leaf.start, leaf.end))
    if hit is None:
        return None
    meaning = _meaning(layout, hit.group(2))
    said = tokens(hit.group(2))
    if layout.phrases("media").at(said):
        meaning = [*meaning, "names-picture-or-link"] if "names-picture-or-link" not in meaning else meaning
    if not meaning:
        return None
    signals = ["between-rows-of-signs", "placeholder-stands-alone", *meaning]
    return Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, hit.group(2), fillable=False, leaf=index)


_SAMPLE = re.compile(r"(?:[^:*_]{2,40}:\s*)?([*_]{1,2})([a-zà-ÿа-я][^*_]{3,60})\1\.?")


def sample_words(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    """Return a candidate for a template's sample words that were never replaced: `Price: _your price_`."""
    if b"*" not in (end := layout.data[leaf.end - 2 : leaf.end]) and b"_" not in end:
        return None
    hit = _SAMPLE.fullmatch(layout.text(leaf.start, leaf.end))
    if hit is None:
        return None
    said = tokens(hit.group(2))
    if not layout.phrases("lead").at(said) or len(said) < 2:
        return None
    signals = ["sample-words-of-template", *([] if leaf.lists else ["outside-list"])]
    return Candidate(GapKind.MARKER, leaf.start, leaf.end, signals, hit.group(2), leaf=index)

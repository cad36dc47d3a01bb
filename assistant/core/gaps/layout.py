"""Lay a draft out as detectors look at it: pieces of text in order, each with what is around it."""

from __future__ import annotations

import bisect
import itertools
import re
from functools import cached_property
from typing import Any, NamedTuple

import pyromark

from assistant.core.gaps.phrases import Phrases
from assistant.core.gaps.words import Words
from assistant.core.text import language, lazy
from assistant.core.text.boxes import FENCE_INFO
from assistant.core.text.draft import OPTIONS, Draft
from assistant.core.text.lists import MARK_BYTES
from assistant.core.text.words import tokens
from assistant.core.types import Span

BLANK = b" \t\r\n"
"""What is not text at the ends of a line or a block."""

_TAGS = (
    (rb"\{%-?\s*(highlight|raw|comment|mermaid|math)\b", rb"\{%%-?\s*end%b\s*-?%%\}"),
    (rb"\{\{[<%]\s*(highlight|raw|mermaid|math|katex)\b", rb"\{\{[<%%]\s*/%b\s*[>%%]\}\}"),
    (rb"<(pre|script|style|svg|textarea)\b", rb"</%b\s*>"),
    (rb"\$\$()", rb"\$\$%b"),
    (rb"\\begin\{([a-z]+)", rb"\\end\{%b\*?\}"),
    (rb"\\(?<![^\s>]\\)\\?\[(?=[^\]]{0,400}?(?:[=^{]|\\[a-zA-Z]))()", rb"\\\]%b"),
)
"""What opens and closes a region that a site shows as code or mathematics; `%b` is the tag's name."""


_ESM = lazy.pattern(
    rb"(?m)^(?:import[ \t].*[\"'];?[ \t]*\r?$|export[ \t]+(?:const|let|default|function|async|class)\b)"
    rb"(?:.*\S.*\n?)*"
)
"""JavaScript in MDX, to the next blank line: `export const speed = 3 // TODO`."""
_FORMULA = lazy.pattern(rb"\$(?<![\\$\w]\$)(?=[^\s$\d])[^$\r\n]{1,200}(?<![\s\\])\$(?![\d\w$])")
"""Mathematics in a line: `$x_{TBD}$`; not two sums of money."""
_INITIALS = 3
"""Letters of the markers that are initials: to be decided, work in progress."""
_FIRST_CELL = lazy.pattern(rb"\|(?<![^\r\n \t>]\|)(?P<cell>[ \t*_]*([A-Z]{2,})[ \t*_]*)\|")
"""A row that begins with a word in capitals: `| TODO | not done yet |`."""
_EXPLAINED = (
    rb"\*\[%(marker)b\]:.*|[ ]{0,8}\b%(marker)b[^\w\r\n]{1,8}%(words)b(?![ ]?\w)"
    rb"|[ ]{0,8}\b%(words)b[^\w\r\n]{1,4}%(marker)b\b"
)
"""`*[TBD]: to be decided`, `TBD: to be decided.`, `to be decided (TBD)`; not `TBD: to be decided by Ann`."""

_NEAR = 120
"""Bytes on each side of a marker in which it may be explained."""

_MARK = 40
"""Bytes at an item's beginning that hold its mark."""

_SAMPLE = 6
"""Paragraphs that tell the language."""

_MOST = 60
"""Suspicions that are looked at in one leaf."""

SURROUNDINGS = 4000
"""Bytes on each side of a place that are read to understand it."""

_SHOWN = lazy.pattern(rb"!\[|\[\[|\$\$|\\\\?\[|\\begin|\{%|\{\{|<|https?://|@|:::|\[!\[|\|")
"""What shows something: a picture, a formula, a template's tag, HTML, a bare address, a table."""
_DISPLAY = lazy.pattern(rb"\$\$|\\\\?\[|\\begin")
"""How a formula begins that has its lines for itself."""

_LINE_BREAK = lazy.pattern(r",[ \t\\]*\r?\n[ \t>]*([^\W\d_]+)")
_TASK = lazy.pattern(rb"\[([ xX])\][ \t]+\Z")
_BOX_BYTES = 8
"""Bytes before a task's words in which its box stands."""
_VERSION = lazy.pattern(
    r"(?:version |release )?\[?(?:unreleased|v?\d+(?:\.\d+)+[\w.+-]*)\]?(?:\W+(?=.*\d\d).{4,30})?",
    re.IGNORECASE,
)
"""A heading in a list of changes: `[1.4.0] - 2025-02-01`, `v2.3.0`, `Unreleased`; not `1.2 The river`."""
_DEFINITION = lazy.pattern(rb"\n[ \t>]{0,4}\[([^\[\]\n]{1,200})\]:")
"""A link reference definition, `[label]: https://…`."""


class Leaf(NamedTuple):
    """A piece of text that no other block divides: a paragraph, a list item's own words, a heading."""

    kind: str
    """A column's name: `TableHead`; `Paragraph`, `Item`, `Heading`, `TableCell`, `CodeBlock`, `HtmlBlock`."""
    start: int
    end: int
    """After its last byte that is not blank."""
    block: int
    """Its index among the draft's blocks; an item's words have that of the item."""
    group: int
    """The index of the list that it stands in, innermost; -1 outside lists."""
    lists: int
    """How many lists it stands in."""
    quoted: bool
    """Whether it stands in a block quote."""
    aside: bool
    """Whether it stands in a footnote, which is no part of the section around it."""

    @property
    def span(self) -> Span:
        """Its bytes."""
        return Span(self.start, self.end)


class Prose(NamedTuple):
    """A place in prose."""

    leaf_index: int
    leaf: Leaf
    is_link: bool
    """Whether it stands in the words of a link."""


class Layout:
    """A draft with the views on it that detectors share, each made when one first asks."""

    def __init__(self, draft: Draft, words: Words) -> None:
        """Take the draft apart into leaves."""
        self.draft = draft
        self.data = draft.data
        self.words = words
        self.leaves: list[Leaf] = _leaves(draft)
        self.starts = [leaf.start for leaf in self.leaves]
        self.memo: dict[str, object] = {}
        """What is read of the whole draft once: its comments."""
        self._phrases: dict[str, Phrases] = {}
        self._suspicions: dict[int, int] = {}
        self._tokens: dict[int, list[str]] = {}
        self._masks: dict[int, list[tuple[int, int, str]]] = {}

    def enough(self, index: int) -> bool:
        """Count a suspicion in a leaf and say whether there were so many that no more are looked at.

        Every one of them looks at the text around it, which in a single line of megabytes would make
        the time grow with the square of its length.
        """
        count = self._suspicions.get(index, 0) + 1
        self._suspicions[index] = count
        return count > _MOST

    def next_leaf(self, offset: int) -> int:
        """Return the index of the first leaf that begins at or after `offset`; the count when none does."""
        return bisect.bisect_left(self.starts, offset)

    def text(self, start: int, end: int) -> str:
        """Return the characters at a byte range."""
        return self.data[start:end].decode("utf-8", "replace")

    def phrases(self, purpose: str) -> Phrases:
        """Return the phrases for `purpose` in English and the draft's language."""
        phrases = self._phrases.get(purpose)
        if phrases is None:
            phrases = self._phrases[purpose] = self.words.phrases(purpose, self.language)
        return phrases

    def single_words(self, *purposes: str) -> frozenset[str]:
        """Return the words for some purposes in the draft's language, or in English where it is unknown."""
        code = self.language or "en"
        return frozenset().union(*(self.words.lists(purpose, code) for purpose in purposes))

    def leaf_after(self, index: int) -> Leaf | None:
        """Return the leaf after one; None after the last."""
        return self.leaves[index + 1] if index + 1 < len(self.leaves) else None

    def leaf_index(self, offset: int) -> int:
        """Return the index of the leaf that holds the byte at `offset`; -1 when none does."""
        index = bisect.bisect_right(self.starts, offset) - 1
        return index if index >= 0 and offset < self.leaves[index].end else -1

    def words_of(self, index: int) -> list[str]:
        """Return the words of a leaf in lower case."""
        words = self._tokens.get(index)
        if words is None:
            leaf = self.leaves[index]
            words = self._tokens[index] = tokens(self.text(leaf.start, leaf.end))
        return words

    def prose_at(self, offset: int) -> Prose | None:
        """Return the place of the byte at `offset` unless it is code or nothing that a reader sees as text.

        Counts a suspicion: of a leaf that has had too many of them, no more is told.
        """
        index = self.leaf_index(offset)
        if index < 0:
            return None
        leaf = self.leaves[index]
        if leaf.kind in ("CodeBlock", "HtmlBlock") or self.is_verbatim(offset) or self.enough(index):
            return None
        mask = self.mask(index, offset)
        return None if mask in ("code", "html", "target") else Prose(index, leaf, mask == "link")

    def is_in_address(self, leaf: Leaf, offset: int) -> bool:
        """Tell whether the word at `offset` is part of a bare address or a path."""
        limit = max(leaf.start, offset - SURROUNDINGS)
        start = max(self.data.rfind(b" ", limit, offset), self.data.rfind(b"\n", limit, offset)) + 1
        word = self.data[max(start, leaf.start) : offset]
        return b"://" in word or b"www." in word or (b"/" in word and word[:1] not in b"/(")

    def is_last(self, index: int) -> bool:
        """Tell whether a heading or nothing stands below a leaf."""
        following = self.leaf_after(index)
        return following is None or following.kind == "Heading"

    def leads_to_shown(self, index: int) -> bool:
        """Tell whether what follows a leaf is shown rather than told, so that the leaf may run into it."""
        leaf, following = self.leaves[index], self.leaf_after(index)
        if following is None:
            return False
        if following.kind in ("CodeBlock", "HtmlBlock", "TableHead"):
            return True
        return (
            following.lists > leaf.lists
            or following.quoted
            or _SHOWN.match(self.data, following.start) is not None
        )

    def masks(self, index: int) -> list[tuple[int, int, str]]:
        """Return the byte ranges in a leaf that are no prose: `code`, `html`, `target`; and `link` words.

        The leaf's bytes are parsed again on their own, which is done only where a rule has a suspicion.
        """
        masks = self._masks.get(index)
        if masks is None:
            leaf = self.leaves[index]
            masks = self._masks[index] = _masks(self.data[leaf.start : leaf.end], leaf.start)
        return masks

    def mask(self, index: int, offset: int) -> str:
        """Return `code`, `html`, `target` or `link` where the byte at `offset` is that, else nothing."""
        for start, end, what in self.masks(index):
            if start <= offset < end:
                return what
        return ""

    @cached_property
    def verbatim(self) -> list[tuple[int, int]]:
        """Regions that a site shows as code or mathematics though Markdown doesn't know it."""
        data = self.data
        regions: list[tuple[int, int]] = []
        for opener, closer in _TAGS:
            if opener[:2].removeprefix(b"\\")[:1] not in data:
                continue
            missing: set[bytes] = set()
            position = 0
            opening = re.compile(opener, re.IGNORECASE)
            while tag := opening.search(data, position):
                name = tag.group(1).lower()
                position = tag.end()
                if name in missing:
                    continue
                close = re.compile(closer % name, re.IGNORECASE).search(data, position)
                if close is None:
                    missing.add(name)  # once it isn't found, it isn't found further down either
                    continue
                position = close.end()
                regions.append((tag.start(), position))
        if any(b"\n" + word in data or data.startswith(word) for word in (b"import ", b"export ")):
            regions += [hit.span() for hit in _ESM.finditer(data)]
        regions += [hit.span() for hit in _FORMULA.finditer(data)] if b"$" in data else []
        return sorted([*regions, *(span for spans in self.explained.values() for span in spans)])

    @cached_property
    def explained(self) -> dict[bytes, list[tuple[int, int]]]:
        """Where the draft tells readers what a marker's letters stand for: `TBD (to be decided)`."""
        places: dict[bytes, list[tuple[int, int]]] = {}
        cells = _FIRST_CELL.finditer(self.data) if b"|" in self.data else ()
        rows = [hit for hit in cells if hit[2].decode() in self.words.marker_words and self._opens_line(hit)]
        for one, other in itertools.pairwise(rows):  # two beside each other are a legend
            if one[2] != other[2] and self.draft.line(one.start(2)) + 1 == self.draft.line(other.start(2)):
                places.setdefault(one[2], []).append(one.span("cell"))
                places.setdefault(other[2], []).append(other.span("cell"))
        for marker in (word.encode() for word in self.words.marker_words):
            if len(marker) != _INITIALS or marker not in self.data:
                continue
            words = rb"[ ]".join(rb"%c[a-z]+" % letter for letter in marker.lower())
            pattern = re.compile(_EXPLAINED % {b"marker": marker, b"words": words}, re.IGNORECASE)
            spans: set[tuple[int, int]] = set()
            at = self.data.find(marker)
            while at >= 0:
                near = pattern.finditer(self.data, max(at - _NEAR, 0), self.line_end(at, at + _NEAR))
                spans.update(hit.span() for hit in near)
                at = self.data.find(marker, at + _INITIALS)
            if spans:
                places.setdefault(marker, []).extend(sorted(spans))
        return places

    def _opens_line(self, hit: re.Match[bytes]) -> bool:
        line = self.line_start(hit.start(), max(hit.start() - _NEAR, 0))
        return not self.data[line : hit.start()].strip(b" \t>")

    def is_verbatim(self, offset: int) -> bool:
        """Tell whether the byte at `offset` is code or mathematics in a template's tag."""
        regions = self.verbatim
        if not regions:
            return False
        index = bisect.bisect_right(regions, (offset, 1 << 62)) - 1
        return index >= 0 and regions[index][0] <= offset < regions[index][1]

    @cached_property
    def verbatim_starts(self) -> frozenset[int]:
        """Where the leaves begin that stand in such regions."""
        return frozenset(
            leaf_start
            for start, end in self.verbatim
            for leaf_start in self.starts[self.next_leaf(start) : self.next_leaf(end)]
        )

    def box(self, leaf: Leaf) -> str:
        """Return what stands in the box of a task, `x` or a blank; nothing where a leaf is no task."""
        task = _TASK.search(self.data, max(0, leaf.start - _BOX_BYTES), leaf.start)
        return task[1].decode() if task else ""

    def is_verse(self, leaf: Leaf) -> bool:
        """Tell whether a paragraph breaks lines as verse does: `the lamp is out,`, `and nobody`."""
        text = self.text(leaf.start, leaf.end)
        joins = self.single_words("function")
        return text[:1].islower() and any(hit[1] in joins for hit in _LINE_BREAK.finditer(text))

    def is_formula(self, index: int) -> bool:
        """Tell whether the leaf at an index, if there is one, is a formula with its lines for itself."""
        if not 0 <= index < len(self.leaves) or self.starts[index] not in self.verbatim_starts:
            return False
        return _DISPLAY.match(self.data, self.starts[index]) is not None

    def lists_changes(self, offset: int) -> bool:
        """Tell whether the byte at `offset` stands below a version's heading in a list of changes."""
        return self._is_changelog and any(map(_VERSION.fullmatch, self.draft.path(offset)))

    @cached_property
    def _is_changelog(self) -> bool:
        headings = self.draft.headings
        versions = sum(_VERSION.fullmatch(heading.text) is not None for heading in headings)
        return versions > 1 or (versions == 1 and "change" in self.draft.title.lower())

    @cached_property
    def language(self) -> str:
        """The code of the language that most of the draft is in, judged by its first long paragraphs."""
        prose = (leaf for leaf in self.leaves if leaf.kind == "Paragraph" and not leaf.quoted)
        long = (leaf for leaf in prose if leaf.end - leaf.start > 60)
        sample = list(itertools.islice(long, _SAMPLE)) or self.leaves[: 10 * _SAMPLE]
        texts = (self.text(leaf.start, min(leaf.end, leaf.start + 600)) for leaf in sample)
        return language.code({}, " ".join(texts))

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The labels of link reference definitions, in lower case."""
        labels = _DEFINITION.findall(b"\n" + self.data) if b"]:" in self.data else ()
        return frozenset(label.decode("utf-8", "replace").lower() for label in labels)

    def line_start(self, offset: int, limit: int) -> int:
        """Return where the line that holds `offset` begins, no earlier than `limit`."""
        line_end = max(self.data.rfind(b"\n", limit, offset), self.data.rfind(b"\r", limit, offset))
        return line_end + 1 if line_end >= 0 else limit

    def line_end(self, offset: int, limit: int) -> int:
        """Return where the line that holds `offset` ends, its line end not counted."""
        end = self.data.find(b"\n", offset, limit)
        if end < 0:
            end = limit
        earlier = self.data.find(b"\r", offset, end)
        return earlier if earlier >= 0 else end

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Return the range without the blanks at both ends."""
        data = self.data
        while start < end and data[start] in BLANK:
            start += 1
        while end > start and data[end - 1] in BLANK:
            end -= 1
        return start, end


def _leaves(draft: Draft) -> list[Leaf]:
    data, blocks = draft.data, draft.blocks
    leaves: list[Leaf] = []
    add, new = leaves.append, tuple.__new__
    until, group, lists, quoted, aside = len(data) + 1, -1, 0, False, False  # what stands around, and its end
    outer: list[tuple[int, int, int, bool, bool]] = []
    head_end = 0
    for index, (kind, start, end, _, _) in enumerate(blocks):
        while start >= until:
            until, group, lists, quoted, aside = outer.pop()
        if kind in _AROUND:
            outer.append((until, group, lists, quoted, aside))
            until = end
            if kind == "List":
                group, lists = index, lists + 1
            elif kind == "BlockQuote":
                quoted = True
            else:
                aside = True
            continue
        if kind in _CONTAINERS:
            head_end = end if kind == "TableHead" else head_end
            continue
        if kind == "TableCell" and start < head_end:
            kind = "TableHead"
        if kind == "Item":
            mark = MARK_BYTES.match(data, start, start + _MARK)
            first = mark.end() if mark else start
            if index + 1 < len(blocks) and blocks[index + 1].start < end:
                if blocks[index + 1].start <= first:
                    continue
                end = blocks[index + 1].start
            start = min(first, end)
        while end > start and data[end - 1] in BLANK:
            end -= 1
        if data[end - 1 : end] == b"}" and (attributes := _ATTRIBUTES.search(data, start, end)):
            end = attributes.start()
        if kind == "CodeBlock" and (box := _FENCED_BOX.match(data, start, end)):
            last = len(data[start:end].removesuffix(box["fence"]).rstrip()) + start
            if last > box.end():
                kind, start, end = "Paragraph", box.end(), last
        elif kind == "CodeBlock" and data[start] not in b"`~" and leaves and _opens_box(data, leaves[-1]):
            kind = "Paragraph"
        elif kind == "Paragraph" and _SLASH in (data[start], data[end - 1]):
            opening, closing = _SLASHES.match(data, start, end), _LAST_SLASHES.search(data, start, end)
            start, end = opening.end() if opening else start, closing.start() if closing else end
            if start >= end:
                continue
        elif kind == "Paragraph" and data[start] == _LESS and _COMPONENT.fullmatch(data, start, end):
            kind = "HtmlBlock"
        add(new(Leaf, (kind, start, end, index, group, lists, quoted, aside)))
    return leaves


_LESS, _SLASH = b"</"
_SLASHES = lazy.pattern(
    rb"(?:/{3,}[^\r\n]*(?:\r\n|\n|\r|\Z)(?:[ \t]{4,}[\w-]+:[^\r\n]*(?:\r\n|\n|\r|\Z))*[ \t>]*)+"
)
"""What opens a box in PyMdown: `/// details | More`, with its settings below it: `    type: note`."""
_LAST_SLASHES = lazy.pattern(rb"[\r\n]+[ \t>]*/{3,}\Z")
_COMPONENT = lazy.pattern(rb"<[A-Z][\w.]*\s[^<]*(?:\{<[^<]*)*>")
"""A component of MDX whose values CommonMark doesn't know for a tag's: `<Chart kinds={["bar"]} />`."""


def _opens_box(data: bytes, leaf: Leaf) -> bool:
    """Tell whether the text that is indented below a leaf is a box's or a tab's and no code."""
    if leaf.kind != "Paragraph":
        return False
    lines = data[data.rfind(b"\n", 0, leaf.start) + 1 : leaf.end].split(b"\n")
    heads = [at for at, line in enumerate(lines) if _BOX.match(line)]
    return lines[0][:1] in _INDENTS or (
        bool(heads) and all(ln[:1] in _INDENTS for ln in lines[heads[-1] + 1 :])
    )


_ATTRIBUTES = lazy.pattern(rb"(?i)\r?\n[ \t>]*\{:(?![ ]?toc)[^{}\r\n]*\}\Z")
"""What kramdown reads below a block, and shows nobody: `{: .big #mine}`."""
_FENCED_BOX = lazy.pattern(rb"(?i)(?P<fence>`{3,}|~{3,})" + FENCE_INFO + rb"[^\r\n]*\s*")
"""The fence around a box's text, as MyST and Obsidian's plug-in have it."""
_INDENTS = (b" ", b"\t")
_BOX = lazy.pattern(rb"(?:!!!|\?\?\?\+?|===[!+]?)[ \t]")
"""MkDocs' boxes and tabs, `!!! note "Winter"` or `=== "Linux"`: their text is indented."""


_AROUND = frozenset(("List", "BlockQuote", "FootnoteDefinition"))
_CONTAINERS = frozenset(("Table", "TableHead", "TableRow", "DefinitionList", "MetadataBlock"))


_MASKED = (b"`", b"<", b"](", b"]:")
"""Code, a tag, a link, and a link whose target stands below it: without one, a leaf is all prose."""


def _masks(data: bytes, offset: int) -> list[tuple[int, int, str]]:
    masks: list[tuple[int, int, str]] = []
    if not any(sign in data for sign in _MASKED):
        return masks
    link: tuple[int, int] | None = None
    texts: list[tuple[int, int]] = []
    event: Any
    for event, place in pyromark.events_with_range(data.decode("utf-8", "replace"), options=OPTIONS):
        if not isinstance(event, dict):
            continue
        start, end = place["start"] + offset, place["end"] + offset
        if "Code" in event:
            masks.append((start, end, "code"))
        elif "InlineHtml" in event or "Html" in event:
            masks.append((start, end, "html"))
        elif "Text" in event and link is not None:
            texts.append((start, end))
        elif link is None and _is_link(event.get("Start")):
            link, texts = (start, end), []
        elif link is not None and "End" in event and (start, end) == link:
            position = start
            for first, last in texts:
                masks.append((position, first, "target"))
                masks.append(
                    (first, last, "target" if data[start - offset : start - offset + 1] == b"<" else "link")
                )
                position = last
            masks.append((position, end, "target"))
            link = None
    return masks


def _is_link(value: object) -> bool:
    return isinstance(value, dict) and ("Link" in value or "Image" in value)

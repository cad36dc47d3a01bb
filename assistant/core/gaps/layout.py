"""Lay a draft out as detectors look at it: leaves of text in order, each with what is around it."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence
from functools import cached_property

from assistant.core.gaps import regions
from assistant.core.gaps.leaves import BLANK, Leaf, leaves_of
from assistant.core.gaps.lexicon import Lexicon, Purposes
from assistant.core.gaps.memory import remembered
from assistant.core.gaps.phrases import Phrases
from assistant.core.gaps.words import Words
from assistant.core.text import language, lazy
from assistant.core.text.draft import Draft
from assistant.core.text.sentences import is_finished
from assistant.core.text.spans import joined
from assistant.core.text.words import tokens
from assistant.core.types import Span

_SAMPLE = 6
"""Paragraphs that tell the language."""

_MOST = 60
"""Suspicions that are looked at in one leaf."""

_NO_SIGNS = bytes(byte for byte in range(256) if byte > 127 or chr(byte).isalnum() or byte in b" \t\r,.'")
"""Bytes that are in every line and tell nothing."""

SURROUNDINGS = 4000
"""Bytes on each side of a place that are read to understand it."""

_SHOWN = lazy.pattern(rb"!\[|\[\[|\$\$|\\\\?\[|\\begin|\{%|\{\{|<|https?://|@|:::|\[!\[|\|")
"""What shows something: a picture, a formula, a template's tag, HTML, a bare address, a table."""
_DISPLAY = lazy.pattern(rb"\$\$|\\\\?\[|\\begin")
"""How a formula begins that has its lines for itself."""

_TASK = lazy.pattern(rb"\[([ xX])\][ \t]+\Z")
_BOX_BYTES = 8
"""Bytes before a task's words in which its box is."""
_VERSION = lazy.pattern(
    r"(?:version |release )?\[?v?\d+(?:\.\d+)+[\w.+-]*\]?(?:\W+(?=.*\d\d).{4,30})?", re.IGNORECASE
)
"""A heading in a list of changes: `[1.4.0] - 2025-02-01`, `v2.3.0`; not `1.2 The river`."""
_DEFINITION = lazy.pattern(rb"\n[ \t>]{0,4}\[([^\[\]\n]{1,200})\]:")
"""A link reference definition, `[label]: https://…`."""


class Layout:
    """A draft with the views on it that detectors share, each made when one first asks."""

    def __init__(self, draft: Draft, words: Words) -> None:
        self.draft, self.data, self.words = draft, draft.data, words
        self.leaves = leaves_of(draft)
        self.starts = [leaf.start for leaf in self.leaves]
        self._suspicions: dict[int, int] = {}

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
        return self.words.phrases(purpose, self.language)

    @cached_property
    def lexicon(self) -> Lexicon:
        """All phrases in English and the draft's language."""
        return self.words.lexicon(self.language)

    def purposes(self, text: str) -> Purposes:
        """Return what the phrases in a text are for."""
        return self.lexicon.purposes(tokens(text), text)

    def is_written(self, text: str, *, small: bool = False, purposes: Purposes | None = None) -> bool:
        """Tell whether a text reads as finished sentences that ask nothing of their author.

        No text may take its place, however little there is of it: `Anna taught me.` Notes may go once they
        are written out. `Add a picture.` and `The ending is missing.` ask something, `Anna was missing.`
        doesn't.
        `small` says that the author begins sentences without a capital; `purposes` are those of the text.
        """
        return not (purposes or self.purposes(text)).asks and is_finished(text, small=small)

    def single_words(self, *purposes: str) -> frozenset[str]:
        """Return the words for some purposes in the draft's language, or in English where it is unknown."""
        return self.words.single_words(purposes, self.language or "en")

    def leaf_after(self, index: int) -> Leaf | None:
        """Return the leaf after one; None after the last."""
        return self.leaves[index + 1] if index + 1 < len(self.leaves) else None

    def leaf_at(self, offset: int) -> Leaf | None:
        """Return the leaf that holds the byte at `offset`; None when none does."""
        index = self.leaf_index(offset)
        return self.leaves[index] if index >= 0 else None

    def leaf_index(self, offset: int) -> int:
        """Return the index of the leaf that holds the byte at `offset`; -1 when none does."""
        index = bisect.bisect_right(self.starts, offset) - 1
        return index if index >= 0 and offset < self.leaves[index].end else -1

    @remembered
    def words_of(self, index: int) -> list[str]:
        """Return the words of a leaf in lower case."""
        return tokens(self.text(*self.leaves[index].span))

    def what_at(self, offset: int) -> str:
        """Return what the byte at `offset` is to a reader: `text`, or the words of a `link`.

        Else it is `html`, in a `tag block` of it, inline `code`, a link's `target`, or `nothing`: code in a
        block, or outside all leaves. Counts a suspicion: of a leaf that has had too many, nothing is left.
        """
        index = self.leaf_index(offset)
        if index < 0 or self.leaves[index].kind == "CodeBlock" or self.is_verbatim(offset):
            return "nothing"
        if self.enough(index):
            return "nothing"
        return "tag block" if self.leaves[index].kind == "HtmlBlock" else self.mask(index, offset) or "text"

    def is_in_address(self, leaf: Leaf, offset: int) -> bool:
        """Tell whether the word at `offset` is part of a bare address or a path."""
        limit = max(leaf.start, offset - SURROUNDINGS)
        start = max(self.data.rfind(b" ", limit, offset), self.data.rfind(b"\n", limit, offset)) + 1
        word = self.data[max(start, leaf.start) : offset]
        return b"://" in word or b"www." in word or (b"/" in word and word[:1] not in b"/(")

    def is_last(self, index: int) -> bool:
        """Tell whether a heading or nothing is below a leaf."""
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

    @remembered
    def masks(self, index: int) -> list[tuple[int, int, str]]:
        """Return the byte ranges in a leaf that are no prose: `code`, `html`, `target`; and `link` words.

        The leaf's bytes are parsed again on their own, which is done only where a rule has a suspicion.
        """
        start, end = self.leaves[index].span
        return regions.masks(self.data[start:end], start)

    def mask(self, index: int, offset: int) -> str:
        """Return `code`, `html`, `target` or `link` where the byte at `offset` is that, else nothing."""
        return next((what for start, end, what in self.masks(index) if start <= offset < end), "")

    @cached_property
    def signs(self) -> str:
        """The draft's signs in their order, and its lines' ends, without letters, digits and blanks.

        What is side by side in the draft is so here, and it takes no time to see that there is no
        `<!--` in it; each search through a long draft's bytes does.
        """
        return self.data.translate(None, _NO_SIGNS).decode("ascii")

    @cached_property
    def verbatim(self) -> list[Span]:
        """Regions that a site shows as code or mathematics though Markdown doesn't know it, or not at all.

        They are in order and apart.
        """
        spans_explained = (span for spans in self.explained.values() for span in spans)
        return joined(Span(*span) for span in (*regions.verbatim(self.data, self.signs), *spans_explained))

    @cached_property
    def markers(self) -> list[re.Match[bytes]]:
        """The markers in the draft's bytes, wherever they are."""
        return list(self.words.marker_pattern.finditer(self.data))

    @cached_property
    def explained(self) -> dict[bytes, list[tuple[int, int]]]:
        """Where the draft tells readers what a marker's letters stand for: `TBD (to be decided)`."""
        return regions.explained(self.data, {hit["first"] for hit in self.markers})

    def is_verbatim(self, offset: int) -> bool:
        """Tell whether the byte at `offset` is code or mathematics in a template's tag."""
        return self._region(offset) is not None

    def is_in_drawing(self, offset: int) -> bool:
        """Tell whether the byte at `offset` is inside a tag `<svg>` and what it holds."""
        region = self._region(offset)
        return region is not None and self.data[region.start : region.start + 4].lower() == b"<svg"

    def is_in_template(self, offset: int) -> bool:
        """Tell whether the byte at `offset` is in what a builder's tags show as code: `{% highlight %}`."""
        region = self._region(offset)
        return region is not None and self.data.startswith((b"{%", b"{{"), region.start)

    def _region(self, offset: int) -> Span | None:
        """Return the one of `verbatim` that holds the byte at `offset`."""
        index = bisect.bisect_right(self.verbatim, (offset, 1 << 62)) - 1
        return self.verbatim[index] if index >= 0 and offset < self.verbatim[index].end else None

    @cached_property
    def verbatim_starts(self) -> frozenset[int]:
        """Where the leaves in such regions begin."""
        return frozenset(
            leaf_start
            for start, end in self.verbatim
            for leaf_start in self.starts[self.next_leaf(start) : self.next_leaf(end)]
        )

    def box(self, leaf: Leaf) -> str:
        """Return what is in the box of a task, `x` or a blank; nothing where a leaf is no task."""
        task = _TASK.search(self.data, max(0, leaf.start - _BOX_BYTES), leaf.start)
        return task[1].decode() if task else ""

    def is_formula(self, index: int) -> bool:
        """Tell whether the leaf at an index, if there is one, is a formula with its lines for itself."""
        if not 0 <= index < len(self.leaves) or self.starts[index] not in self.verbatim_starts:
            return False
        return _DISPLAY.match(self.data, self.starts[index]) is not None

    def lists_changes(self, offset: int) -> bool:
        """Tell whether the byte at `offset` is below a version's heading in a list of changes."""
        return any(map(self._is_version, self.draft.path(offset))) and self._is_changelog

    @remembered
    def is_unreleased(self, title: str) -> bool:
        """Tell whether a heading is above the changes of the version to come: `[Unreleased]`."""
        return self.phrases("unreleased").is_whole(tokens(title))

    def _is_version(self, title: str) -> bool:
        return _VERSION.fullmatch(title) is not None or self.is_unreleased(title)

    @cached_property
    def _is_changelog(self) -> bool:
        headings = self.draft.headings
        versions = sum(self._is_version(heading.text) for heading in headings)
        return versions > 1 or (versions == 1 and "change" in self.draft.title.lower())

    @cached_property
    def language(self) -> str:
        """The code of the language that most of the draft is in, judged by its first long paragraphs.

        Of a few that tell none, in letters such as `é` and `ж`, all that is there is read.
        """
        prose = (leaf for leaf in self.leaves if leaf.kind == "Paragraph" and not leaf.quoted)
        long = (leaf for leaf in prose if leaf.end - leaf.start > 60)
        sample, first = list(itertools.islice(long, _SAMPLE)), self.leaves[: 10 * _SAMPLE]
        code = self._language_of(sample or first)
        return code or ("" if len(sample) == _SAMPLE or self.data.isascii() else self._language_of(first))

    def _language_of(self, leaves: Sequence[Leaf]) -> str:
        texts = (self.text(leaf.start, min(leaf.end, leaf.start + 600)) for leaf in leaves)
        return language.code({}, " ".join(texts))

    def are_names_of_tasks(self, words: Sequence[str]) -> bool:
        """Tell whether words behind a marker ask for nothing: `TODO list`, `TODO and FIXME`, `TODO, Done`."""
        names = [self.phrases(purpose) for purpose in ("topic", "task-noun", "column")]
        return all(
            word in self.single_words("function")
            or self.words.marker_pattern.fullmatch(word.upper().encode())
            or any(phrases.is_whole([word]) for phrases in names)
            for word in words
        )

    def is_column(self, title: str) -> bool:
        """Tell whether a heading is a column of a board, `Doing` and `Done`; one alone makes no board."""
        return self._names_column(title) and self._is_board

    def _names_column(self, title: str) -> bool:
        return self.phrases("column").is_whole(tokens(title))

    @cached_property
    def _is_board(self) -> bool:
        return sum(self._names_column(heading.text) for heading in self.draft.headings) > 1

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The labels of link reference definitions, in lower case."""
        labels = _DEFINITION.findall(b"\n" + self.data) if b"]:" in self.data else ()
        return frozenset(label.decode("utf-8", "replace").lower() for label in labels)

    def line_start(self, offset: int, limit: int) -> int:
        """Return where the line that holds `offset` begins, no earlier than `limit`."""
        return max(self.draft.line_start(offset), limit)

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Return the range without the blanks at both ends."""
        data = self.data
        while start < end and data[start] in BLANK:
            start += 1
        while end > start and data[end - 1] in BLANK:
            end -= 1
        return start, end

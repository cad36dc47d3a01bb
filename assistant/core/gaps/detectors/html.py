"""Find markers in the text and the values of HTML, one for each block."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.types import GapKind

_BEFORE = (b">", b'"', b"'", b"\n")
_AFTER = (b"<", b'"', b"'", b":", b"\n", b".", b"", b" ")
"""What stands around a marker that is a tag's text or an attribute's value, and no word of a sentence."""
_MOST = 60
"""Markers that are looked at in one block."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each block of HTML that holds markers."""
    if b"<" not in layout.data:
        return
    for index, leaf in enumerate(layout.leaves):
        if leaf[0] != "HtmlBlock" or layout.is_verbatim(leaf.start):
            continue
        hits = list(_markers(layout, leaf))
        if not hits:
            continue
        start = layout.line_start(hits[0].start(), leaf.start)
        far = hits[-1].start() - hits[0].start() > 400
        end = layout.line_end(hits[0 if far else -1].end(), leaf.end)
        instruction = layout.text(hits[0].start(), layout.line_end(hits[0].end(), leaf.end))
        signals = ["marker-opens-line", "marker-set-off-by-sign"]
        yield Candidate(GapKind.MARKER, *layout.trim(start, end), signals, instruction, leaf=index)


def _markers(layout: Layout, leaf: Leaf) -> Iterator[re.Match[bytes]]:
    data = layout.data
    hits = layout.words.marker_pattern.finditer(data, leaf.start, leaf.end)
    for hit in itertools.islice(hits, _MOST):
        in_comment = data.rfind(b"<!--", leaf.start, hit.start()) > data.rfind(
            b"-->", leaf.start, hit.start()
        )
        if (
            data[hit.start() - 1 : hit.start()] in _BEFORE
            and data[hit.end() : hit.end() + 1] in _AFTER
            and not in_comment
        ):
            yield hit

"""Find links and pictures without an address: `[the paper]()`, `[]()`, `![](TODO)`, `<a href="">`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.types import GapKind

_ADDRESS = rb"[ \t]*+(?:#(?=[A-Z]))?(?P<address>[A-Z]{2,}|)[ \t]*+"
"""Nothing, or a word in capitals that may be a marker; of a long run of blanks, none is given back."""
_END = lazy.pattern(rb"\]\(" + _ADDRESS + rb"\)")
_LINK = lazy.pattern(rb"!?\[(?![ \t])(?P<label>[^\[\]\r\n]*)" + _END.pattern)
_TAG = lazy.pattern(rb"<(?:a|img)\b[^<>]*?\b(?:href|src)=(?P<label>[\"'])" + _ADDRESS + rb"(?P=label)")


def _links(data: bytes, top: int) -> Iterator[re.Match[bytes]]:
    """Yield the links below `top`, from their ends: only few of all brackets open one without an address."""
    for end in _END.finditer(data, top):
        start = data.rfind(b"[", top, end.start())
        start -= start > top and data.startswith(b"!", start - 1)
        if start >= 0 and (hit := _LINK.match(data, start)):
            yield hit
        top = end.end()


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each address that is missing; only the author knows what it is."""
    data, top = layout.data, layout.draft.front_matter.end
    for hit in itertools.chain(_links(data, top), _TAG.finditer(data, top)):
        start, end = hit.span("address")
        is_marker = start < end and hit["address"].decode() in layout.words.marker_words
        if not (is_marker or start == end) or layout.what_at(hit.start()) in ("nothing", "code"):
            continue
        label = hit["label"].decode("utf-8", "replace").strip("\"' ")
        if layout.words.marker_at(label.lstrip("*_")):
            continue  # the label is a gap of its own: `![TODO: a map]()`
        name = label or hit[0].decode("utf-8", "replace")
        yield Candidate(GapKind.MARKER, start, end, ["link-without-address"], name, fillable=False)

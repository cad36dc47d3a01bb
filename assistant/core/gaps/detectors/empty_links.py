"""Find links and pictures without an address: `[the paper]()`, `![](TODO)`, `<a href="">`."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout
from assistant.core.text import lazy
from assistant.core.types import GapKind

_ADDRESS = rb"[ \t]*+(?:#(?=[A-Z]))?(?P<address>[A-Z]{2,}|)[ \t]*+"
"""Nothing, or a word in capitals that may be a marker; of a long run of blanks, none is given back."""
_END = lazy.pattern(rb"\]\(" + _ADDRESS + rb"\)")
"""Without one, the first of the others isn't looked for: `re` finds a sign at the start much faster."""
_LINKS = (
    lazy.pattern(rb"(?:!\[|\[(?=[^\]\s]))(?P<label>[^\[\]\r\n]*)\]\(" + _ADDRESS + rb"\)"),
    lazy.pattern(rb"<(?:a|img)\b[^<>]*?\b(?:href|src)=(?P<label>[\"'])" + _ADDRESS + rb"(?P=label)"),
)


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each address that is missing; only the author knows what it is."""
    for link in _LINKS if _END.search(layout.data) else _LINKS[1:]:
        for hit in link.finditer(layout.data, layout.draft.front_matter.end):
            start, end = hit.span("address")
            index = layout.leaf_index(hit.start())
            is_marker = start < end and hit["address"].decode() in layout.words.marker_words
            if (
                index < 0
                or not (is_marker or start == end)
                or layout.is_verbatim(start)
                or layout.enough(index)
            ):
                continue
            if layout.leaves[index].kind == "CodeBlock" or layout.mask(index, hit.start()) == "code":
                continue
            label = hit["label"].decode("utf-8", "replace").strip("\"' ")
            if layout.words.marker_at(label.lstrip("*_")):
                continue  # the label is a gap of its own: `![TODO: a map]()`
            name = label or hit[0].decode("utf-8", "replace")
            signals = ["link-without-address"]
            yield Candidate(GapKind.MARKER, start, end, signals, name, fillable=False, leaf=index)

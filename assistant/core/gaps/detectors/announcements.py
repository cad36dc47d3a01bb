"""Find colons with nothing of what they announce: `The result:` at the end of a section."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.types import GapKind

_COLONS = (b":", "：".encode())


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each paragraph that ends in a colon which nothing follows."""
    for index, leaf in enumerate(layout.leaves):
        if leaf[0] != "Paragraph" or leaf.lists or leaf.quoted or leaf.aside:
            continue
        if layout.data[leaf.end - 3 : leaf.end].endswith(_COLONS) and not layout.is_verbatim(leaf.start):
            candidate = _weigh(layout, index, leaf)
            if candidate:
                yield candidate


def _weigh(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    following = layout.leaves[index + 1] if index + 1 < len(layout.leaves) else None
    words, phrases = layout.words_of(index), layout.phrases("announce")
    promised = any(phrases.at(words, place) for place in range(max(0, len(words) - 4), len(words)))
    ends_section = following is None or following.aside or following.kind == "Heading"
    if following is not None and (following.lists or following.quoted):
        return None
    if ends_section:
        if len(words) < 2 or (following is not None and _has_subsections(layout, leaf)):
            return None
    elif not promised or layout.is_shown(leaf, following) or not _is_prose(layout, following):
        return None
    evidence = {
        "nothing-follows-colon": True,
        "section-ends-here": ends_section,
        "nothing-at-all-follows": following is None,
        "names-what-must-follow": promised,
    }
    is_one_line = b"\n" not in layout.data[leaf.start : leaf.end]
    start = leaf.start if is_one_line else layout.line_start(leaf.end - 1, leaf.start)
    return Candidate(GapKind.NOTES, start, leaf.end, present(evidence), leaf=index)


def _has_subsections(layout: Layout, leaf: Leaf) -> bool:
    """Tell whether the next heading is deeper than the one above, so that it may be what was announced."""
    own = layout.draft.heading_above(leaf.start)
    return own.section.end > own.body.end if own else bool(layout.draft.headings)


def _is_prose(layout: Layout, leaf: Leaf | None) -> bool:
    """Tell whether a paragraph goes on telling, so that it is not what a colon announced."""
    if leaf is None or leaf.kind != "Paragraph" or layout.data[leaf.start] in b"\"*_'`$":
        return False
    return leaf.end - leaf.start >= 80 and layout.data[leaf.end - 1] in b".!?)"

"""Find lists of fragments that are plainly meant to become prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout, OuterList
from assistant.core.text.words import tokens
from assistant.core.types import GapKind

_SHOWN = frozenset(("CodeBlock", "TableCell", "HtmlBlock"))
_MOST = 60
"""Items of a list that are looked at."""
_STOP_BYTES = frozenset(b".!;")
STOPS = (".", "!", "。", "！", ";", "；")
ROUGH = re.compile(r"->|→|=>|\betc\b|\?\?|\.\.\.|…|\?\s*$|\bw/|\s&\s")
"""Signs of something jotted down: arrows, `etc`, open questions, `w/`."""
_LABEL = re.compile(r"(?:[*_`]{1,3}|\[)[^*_`\]]+")
"""An item that opens with emphasis, code or a link: `**Ask first**`, `` `ls` ``."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each list that has hardly a sentence in it."""
    is_outline = _is_outline(layout)
    for outer in layout.outer_lists:
        if not layout.is_verbatim(outer.start) and (leaves := _text_leaves(layout, outer)):
            signals = _items(layout, leaves)
            if signals:
                signals += _list(layout, outer, len(leaves))
                signals += _around(layout, leaves[0], outer.end)
                signals += present({"draft-is-outline": is_outline})
                first, last = layout.leaves[leaves[0]], layout.leaves[leaves[-1]]
                start = layout.line_start(first.start, outer.start)
                yield Candidate(GapKind.NOTES, start, last.end, signals, leaf=leaves[0])


def _is_outline(layout: Layout) -> bool:
    """Tell whether the draft is an outline: headings and lists, hardly any prose."""
    return len(layout.draft.headings) > 2 and not any(
        leaf.kind == "Paragraph" and not leaf.lists and leaf.end - leaf.start > 120 for leaf in layout.leaves
    )


def _text_leaves(layout: Layout, outer: OuterList) -> list[int]:
    """Return a list's leaves that hold text; none when there are fewer than two, or code or tables."""
    indices = []
    for index in range(outer.first, layout.next_leaf(outer.end)):
        leaf = layout.leaves[index]
        if leaf.kind in _SHOWN:
            return []
        if leaf.kind in ("Item", "Paragraph") and leaf.end > leaf.start:
            indices.append(index)
    return indices if len(indices) > 1 else []


def _list(layout: Layout, outer: OuterList, count: int) -> list[str]:
    head = layout.data[outer.start : outer.start + 20]
    evidence = {
        "numbered-list": layout.draft.blocks[outer.block].detail is not None,
        "only-few-items": count < 3,
        "list-of-tasks": b"[ ]" in head or b"[x]" in head,
    }
    return present(evidence)


def _items(layout: Layout, leaves: list[int]) -> list[str]:
    """Return the ids of what most items have in common; none when they are sentences or links."""
    leaves = leaves[:_MOST]
    count = len(leaves)
    raw = [layout.data[layout.leaves[index].start : layout.leaves[index].end] for index in leaves]
    linked = sum(b"](" in item or b"http" in item or b"[[" in item for item in raw)
    if sum(item[-1] in _STOP_BYTES for item in raw) * 4 > count or linked * 3 > count:
        return []
    texts = [item.decode("utf-8", "replace") for item in raw]
    if sum(text.rstrip("*_)\"'” ").endswith(STOPS) for text in texts) * 4 > count:
        return []
    write = layout.phrases("write")
    words = [layout.words_of(index) for index in leaves]
    size = sum(map(len, words))
    emphasised = sum(_LABEL.match(text) is not None for text in texts)
    labelled = sum(":" in text[:40] or any(sign in text for sign in (" - ", " – ", " = ")) for text in texts)
    common = {
        "list-without-sentences": True,
        "items-begin-in-lower-case": sum(text[:1].islower() for text in texts) * 2 >= count,
        "questions-to-self": sum(text.rstrip().endswith("?") for text in texts) * 2 >= count,
        "jotted-down": sum(ROUGH.search(text) is not None for text in texts) * 5 >= count,
        "long-items": size > 12 * count,
        "names-only": size <= 2 * count,
        "items-with-labels": max(emphasised, labelled) * 2 > count,
        "items-with-code": sum("`" in text for text in texts) * 3 > count,
        "note-to-self": sum(write.at(item) > 0 for item in words) * 3 >= count,
    }
    return present(common)


def _around(layout: Layout, first: int, stop: int) -> list[str]:
    leaves = layout.leaves
    previous = leaves[first - 1] if first else None
    after = layout.next_leaf(stop)
    following = leaves[after] if after < len(leaves) else None
    above = layout.draft.heading_above(leaves[first].start)
    heading = tokens(above.text) if above else []
    ends_draft = following is None or following.aside
    opens = previous is None or previous.kind == "Heading"
    evidence = {
        _introduction(layout, first): True,
        "alone-in-section": opens and (ends_draft or (following and following.kind == "Heading")),
        "draft-ends-here": ends_draft,
        "section-of-links-or-sources": any(
            layout.phrases(name).within(heading) for name in ("contents", "media")
        ),
    }
    return present(evidence)


def _introduction(layout: Layout, first: int) -> str:
    """Return the id of the signal for what stands before a list."""
    previous = layout.leaves[first - 1] if first else None
    if previous is None or previous.kind == "Heading":
        return "not-introduced"
    if previous.kind != "Paragraph":
        return "not-announced"
    words = layout.words_of(first - 1)
    last = layout.data[previous.end - 3 : previous.end]
    if last.endswith((b":", "：".encode(), "…".encode())):
        return "plan-of-post" if layout.phrases("contents").is_whole(words) else "introduced-by-colon"
    if layout.phrases("introduces").within(words[-12:]):
        return "introduced-by-colon"
    return "not-announced" if last[-1] in b'.!?)"' else "line-before-runs-on"

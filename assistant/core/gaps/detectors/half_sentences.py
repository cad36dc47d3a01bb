"""Find paragraphs that stop in the middle of a sentence: at `the`, at `because`, at a comma."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.core.gaps.candidate import Candidate
from assistant.core.gaps.layout import Layout, Leaf
from assistant.core.text.sentences import sentence_spans
from assistant.core.types import GapKind

_FEWEST = 4
"""Words of a line that stops at one of the words; with fewer it may be a name: `Log in with`."""
_ADDRESS = 8
"""Words of a line that stops at a comma; a shorter one addresses somebody: `Dear friends of the river,`."""
_READ = 2000
"""Bytes at a paragraph's end in which its last sentence is looked for."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each paragraph's last sentence that can't end where it does."""
    code = layout.language or "en"
    words = layout.words.lists("function", code) | layout.words.lists("particle", code)
    ends = tuple(word.encode() for word in words)
    data, leaves = layout.data, layout.leaves
    for index, (kind, start, end, _, _, lists, quoted, aside) in enumerate(leaves):
        if kind != "Paragraph" or lists or quoted or aside:
            continue
        if data[end - 1] != 0x2C and not data.endswith(ends, start, end):
            continue
        if (sentence := _half(layout, index, leaves[index], words)) is not None:
            yield Candidate(GapKind.NOTES, sentence, end, ["stops-in-sentence"], leaf=index)


def _half(layout: Layout, index: int, leaf: Leaf, words: frozenset[str]) -> int | None:
    """Return where the sentence begins that a paragraph stops in; None where it is whole or goes on below."""
    following = layout.leaves[index + 1] if index + 1 < len(layout.leaves) else None
    if layout.is_verbatim(leaf.start) or layout.is_shown(leaf, following):
        return None
    if following and layout.text(following.start, following.start + 4)[:1].islower():
        return None  # set apart from what goes on below it
    said = layout.words_of(index)
    stops_at_comma = layout.data[leaf.end - 1 : leaf.end] == b","
    if len(said) < (_ADDRESS if stops_at_comma else _FEWEST) or not (stops_at_comma or said[-1] in words):
        return None
    if layout.phrases("write").at(said) or layout.phrases("edit").at(said):
        return None  # an instruction: `Write a paragraph about each of these`
    text = layout.text(max(leaf.start, leaf.end - _READ), leaf.end)
    start, _ = sentence_spans(text, layout.language)[-1]
    return leaf.end - len(text[start:].encode())

"""Find leaves that only say that the text is still to come: `coming soon`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.core.gaps.advice import promises_part
from assistant.core.gaps.candidate import Candidate, present
from assistant.core.gaps.layout import Layout
from assistant.core.gaps.leaves import Leaf
from assistant.core.gaps.phrases import HIGH
from assistant.core.text import lazy
from assistant.core.text.sentences import ends_sentence
from assistant.core.text.words import FOLDED, tokens, without_emoji
from assistant.core.types import GapKind

_LONGEST = 112
"""Bytes of a line up to which it may say nothing else, with an emoji's name at both ends."""
_WORDS, _BANNER = 6, 9
"""Words that the longest of the phrases has, and those of a sentence that says so of the page."""
_NAME = 2
"""Most words of what an item's promise is about: `Steps coming soon!`"""
_COLON = ord(":")
_STATE, _OTHERS, _NEAR = 3, 2, 12
"""Most words of a task's state, fewest other ones, and how many leaves away they stand."""
_KINDS = frozenset(("Paragraph", "Item", "TableCell"))
_PARTS = lazy.pattern(r"[,;，、；。.!！]\s*|\s[–—-]\s")
"""What is between two of the phrases: `Under construction, coming soon`."""


def find(layout: Layout) -> Iterator[Candidate]:
    """Yield a candidate for each leaf that only promises text."""
    data, phrases = layout.data, layout.phrases("alone")
    whole, last = phrases.bare, phrases.bare_ends
    for index, (kind, start, end, _, _, _, _, _) in enumerate(layout.leaves):
        if not 0 < end - start <= _LONGEST or kind not in _KINDS:
            continue
        text = data[start:end]
        if _COLON in text:
            text = without_emoji(text.decode("utf-8", "replace")).encode()
        words = text.translate(FOLDED, HIGH).split()
        if (
            (len(words) <= _WORDS and b" ".join(words) in whole)
            or ((kind == "Item" or len(words) <= _BANNER) and not last.isdisjoint(words[-1:]))
            or (kind == "Paragraph" and len(words) <= _BANNER and not whole.isdisjoint(words[-1:]))
            or (not text.isascii() and len(words) < 2)
        ) and (candidate := _weigh(layout, index, layout.leaves[index])):
            yield candidate


def _weigh(layout: Layout, index: int, leaf: Leaf) -> Candidate | None:
    if layout.is_verbatim(leaf.start):
        return None
    text = without_emoji(layout.text(leaf.start, leaf.end))
    words = tokens(text)
    if text.startswith(("`", "[`", "[!", "<", "{{", "{%")) or (text.endswith("]]") and "[[" in text[:3]):
        return None  # code, a tag, a callout's kind, or a link to a note: `[[todo]]`
    bare = text.strip(" \t🚧⚠\ufe0f\r\n*_~()[]{}<>.…!:–—-=/|#“”\"'«»\\")
    if leaf.kind == "Paragraph" and promises_part(layout, index, bare):
        return None
    alone, promise = layout.phrases("alone"), layout.phrases("promise")
    parts = [part_words for part in _PARTS.split(bare) if (part_words := tokens(part))]
    is_promise = bool(parts) and all(map(alone.is_whole, parts))
    if not is_promise and (glued := alone.glued_in(bare)):
        is_promise = len(bare) <= len(glued) + 4 and not text.rstrip().endswith(("：", ":"))
    if is_promise and leaf.kind == "Item" and _is_name(layout, index, words):
        return None
    start, instruction, fillable = leaf.start, "", True
    if not is_promise and _says_so_of_page(layout, words):
        is_promise, fillable = True, _is_alone(layout, index)
    if not is_promise and leaf.kind == "Item":
        start += _before(layout, text, words)
        if start > leaf.start and layout.words.marker_at(layout.text(start, leaf.end)):
            return None  # `**Мост:** TODO` is told by its marker
        is_promise, instruction = start < leaf.end, text if start == leaf.start else ""
        fillable = False  # what was promised in a list of links, dates or steps, only its author knows
    if not is_promise:
        return None
    ends_post = index == len(layout.leaves) - 1 and index > 0 and layout.leaves[index - 1].kind != "Heading"
    told_reader = promise.is_whole(words) or (promise.glued_in(bare) and not words[4:])
    evidence = {
        "text-to-come": True,
        "inside-quotation": leaf.quoted,
        "promise-at-end": ends_post and told_reader,
    }
    return Candidate(GapKind.MARKER, start, leaf.end, present(evidence), instruction, fillable=fillable)


def _is_name(layout: Layout, index: int, words: Sequence[str]) -> bool:
    """Tell whether an item is one of several names, as the states of a task: `New`, `In progress`, `Done`.

    The last one of a list may be a promise: `Ropes`, `Tar`, `More to come`.
    """
    leaves, own = layout.leaves, layout.leaves[index]
    near = range(max(index - _NEAR, 0), min(index + _NEAR, len(leaves)))
    others = [at for at in near if at != index and leaves[at].group == own.group]
    texts = [layout.text(*leaves[at].span) for at in others]
    is_large = layout.text(*own.span)[:1].isupper()
    if len(texts) < _OTHERS or any(text[:1].isupper() != is_large or ends_sentence(text) for text in texts):
        return False
    names, states = [tokens(text) for text in texts], layout.phrases("column")
    if any(not 0 < len(other) <= _STATE or other == list(words) for other in names):
        return False
    return index < others[-1] or any(map(states.is_whole, names))


def _is_alone(layout: Layout, index: int) -> bool:
    return index > 0 and layout.leaves[index - 1].kind == "Heading" and layout.is_last(index)


def _says_so_of_page(layout: Layout, words: Sequence[str]) -> bool:
    """Tell whether a sentence says that the page or a part is to come, as in `This page is unfinished`."""
    alone, particles = layout.phrases("alone"), layout.single_words("particle")
    is_part = any(layout.phrases(purpose).at(words, 1) for purpose in ("part", "page"))
    is_said = is_part and not particles.isdisjoint(words[2:3])
    return is_said and any(alone.is_whole(words[n:]) for n in range(3, 6))


def _before(layout: Layout, text: str, words: Sequence[str]) -> int:
    """Return how many bytes an item has before its promise: those of a label, or none; all without one.

    `6 October: coming soon!`, `Steps coming soon`, but not `Anna is coming soon`.
    """
    alone, (_, sign, rest) = layout.phrases("alone"), text.rpartition(":")
    if sign and alone.is_whole(tokens(rest)):
        return len(text.encode()) - len(rest.lstrip(" *_").encode())
    size = next((n for n in range(2, 5) if alone.is_whole(words[-n:])), len(words))
    joins = layout.single_words("function", "particle")
    is_name = len(words) - size <= _NAME and not text.endswith(".") and joins.isdisjoint(words[:-size])
    return 0 if is_name and size < len(words) else len(text.encode())

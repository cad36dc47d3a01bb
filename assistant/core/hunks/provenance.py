"""Write and read which words of a draft came from a model, in iA's Markdown Annotations.

Format, version 0.1: https://github.com/iainc/Markdown-Annotations. A block at the end of the file, from a
line of three dashes to a line of three dots, names ranges of grapheme clusters and their authors, and is
guarded by a SHA-256 of the text before it. The text itself is never touched: `unmarked` takes the block
away and gives the bytes that were there before.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from assistant.core.hunks import diff
from assistant.core.hunks.apply import apply, reverse
from assistant.core.text import lazy
from assistant.core.text.draft import BOM
from assistant.core.types import Hunk

_BLOCK = lazy.pattern(
    r"(?:\r\n|\n|\r)---[ \t]*(?:\r\n|\n|\r)"
    r"[ \t]*(?P<title>(?:[^\r\n:\\]|\\.)+):[ \t]*0,(?P<length>\d+)[ \t]+"
    r"SHA-256[ \t]+(?P<hash>[0-9a-f]{32,64})"
    r"[ \t]*(?P<authors>(?:\r\n|\n|\r).*?)(?<=[\r\n])\.\.\.[ \t]*(?:\r\n|\n|\r)*\Z",
    re.DOTALL,
)
"""The note at the end of a file, with the length and the SHA-256 of the text before it."""
_AUTHOR = lazy.pattern(
    r"^[ \t]*(?P<key>[@&](?:[^\r\n:\\]|\\.)*):[ \t]*(?P<ranges>[\d, \t]*?)[ \t]*\r?$", re.M
)
"""A line of it: `&model: 10,20 45`; `@` names a person."""

_RANGE = lazy.pattern(r"(?<!\S)(\d+)(?:,(\d+))?(?!\S)")
"""`10,20` is twenty clusters from the tenth on; `10` alone is one."""

AUTHOR = "you"
"""The author's name in the history of a draft."""

Range = tuple[int, int]
"""First grapheme cluster and how many, as the format counts them."""


class Note(NamedTuple):
    """A draft's note of authorship."""

    text: bytes
    """The draft without it."""
    authors: tuple[tuple[str, tuple[Range, ...]], ...]
    """Names with `@` for people and `&` for models before them, each with its ranges."""


def read(data: bytes) -> Note | None:
    """Return the note at the end of a draft; None when there is none, or the text isn't the one it is of."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    at = max(whole.rfind("\n---"), whole.rfind("\r---"))
    if at < 0 or not (block := _BLOCK.search(whole, max(at - 1, 0))):
        return None
    bounds, length = _cluster_bounds(whole[: block.start() + 2].encode()), int(block["length"])
    if length >= len(bounds) or not _hash(text := data[: bounds[length]]).startswith(block["hash"]):
        return None
    authors = tuple(
        (
            author["key"].replace("\\:", ":").replace("\\\\", "\\"),
            tuple((int(start), int(count or 1)) for start, count in _RANGE.findall(author["ranges"])),
        )
        for author in _AUTHOR.finditer(block["authors"])
    )
    return Note(text, authors)


def unmarked(data: bytes) -> bytes:
    """Return a draft without its note of authorship, byte for byte as it was before; `data` without one."""
    note = read(data)
    return note.text if note else data


def marked(before: bytes, written: Sequence[tuple[Hunk, str, bytes]]) -> bytes:
    """Return `before` with hunks in it and a note of what came from which model.

    `written` names each hunk's model and that model's own text: words that the author put in when editing
    stay the author's. An earlier note of `before` is carried on.
    """
    note = read(before) or Note(before, ())
    written = sorted(written, key=lambda one: one[0].span)
    hunks = [hunk for hunk, _, _ in written]
    bounds = _cluster_bounds(note.text) if note.authors else []
    last = len(bounds) - 1
    spans: list[tuple[str, int, int]] = []
    for key, ranges in note.authors:
        earlier = [(bounds[a], bounds[min(a + n, last)]) for a, n in ranges if a < last]
        spans += [(key, *_moved(span, hunks)) for span in earlier]
    for (hunk, model, own), there in zip(written, reverse(hunks), strict=True):
        start = there.span.start
        spans += [(f"&{model or 'model'}", start + a, start + b) for a, b in _by_model(hunk, own)]
    return _with_note(apply(note.text, hunks), spans)


def credit(hunk: Hunk, model: str, own: bytes) -> str:
    """Return who wrote a hunk whose text the model gave as `own`: the model, the author, or both.

    A text that only lacks some of the model's words is the model's.
    """
    final = hunk.replacement
    kept = sum(end - start for start, end in _kept(own, final))
    if kept == len(final):
        return model
    # Blanks and small words, which any two texts share, come to a third of them.
    return AUTHOR if 2 * kept < len(final) else f"{model}, edited by {AUTHOR}"


def _by_model(hunk: Hunk, own: bytes) -> list[Range]:
    """Return the bytes of a replacement that the model wrote, without those of the author's it revises."""
    ranges = _kept(own, hunk.replacement)
    for start, end in _kept(hunk.original, hunk.replacement) if hunk.revises else ():
        cut = [(max(a, end), b) for a, b in ranges if b > end]
        ranges = sorted([(a, min(b, start)) for a, b in ranges if a < start] + cut)
    return ranges


def _kept(own: bytes, final: bytes) -> list[Range]:
    """Return the bytes of `final` that the model wrote: all of it, or what an edit left of it."""
    if own == final:
        return [(0, len(final))]
    kept, at = [], 0
    for piece in diff.words(own.decode(), final.decode()):
        size = len(piece.text.encode())
        if piece.op == "same":
            kept.append((at, at + size))
        if piece.op != "gone":
            at += size
    return kept


def _moved(span: Range, hunks: Sequence[Hunk]) -> Range:
    """Return where a span of the earlier text is after hunks that don't lie in it."""
    start, end = span
    by_start = sum(len(h.replacement) - len(h.original) for h in hunks if h.span.end <= start)
    by_end = sum(len(h.replacement) - len(h.original) for h in hunks if h.span.start < end)
    return start + by_start, max(end + by_end, start + by_start)


def _with_note(text: bytes, spans: Iterable[tuple[str, int, int]]) -> bytes:
    bounds = _cluster_bounds(text)
    count = len(bounds) - 1
    authors: dict[str, list[Range]] = {}
    for key, start, end in sorted(spans, key=lambda s: (s[0], s[1])):
        first, last = bisect_left(bounds, start, 0, count), bisect_left(bounds, end, 0, count)
        if last > first:
            ranges = authors.setdefault(key, [])
            if ranges and ranges[-1][0] + ranges[-1][1] >= first:
                first = ranges.pop()[0]
            ranges.append((first, last - first))
    if not authors:
        return text
    newline = "\r\n" if text.endswith(b"\r\n") else "\r" if text.endswith(b"\r") else "\n"
    lines = ["---", f"Annotations: 0,{count} SHA-256 {_hash(text)[:32]}  "]
    for key, ranges in sorted(authors.items()):
        name = " ".join(key.split()).replace("\\", "\\\\").replace(":", "\\:")
        said = " ".join(f"{a},{n}" if n != 1 else str(a) for a, n in ranges)
        lines.append(f"{name}: {said}  ")
    lead = newline if text.endswith((b"\n", b"\r")) else newline * 2
    note = (lead + newline.join([*lines, "..."]) + newline).encode()
    return text + note if unmarked(text + note) == text else text


def _cluster_bounds(text: bytes) -> list[int]:
    """Return the bytes at which grapheme clusters begin, a byte order mark left aside, and the end."""
    import regex  # it alone knows these, and costs 20 ms

    clusters = regex.findall(r"\X", text.removeprefix(BOM).decode())
    bom = len(BOM) * text.startswith(BOM)
    return list(accumulate((len(cluster.encode()) for cluster in clusters), initial=bom))


def _hash(text: bytes) -> str:
    return hashlib.sha256(text.removeprefix(BOM)).hexdigest()

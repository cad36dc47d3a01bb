"""Split a hunk's text into paragraphs or bullets, and join those that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from assistant.core.hunks import container
from assistant.core.text import lazy
from assistant.core.text.code import code
from assistant.core.text.line_ends import with_line_feeds
from assistant.core.text.lists import items
from assistant.core.text.spans import masked, overlap
from assistant.core.types import Hunk, Span

_LINE_END = r"(?:\r\n|(?<!\r)\n|\r(?!\n))"
_BLANK_LINES = lazy.pattern(rf"{_LINE_END}(?:[ \t]*{_LINE_END})+")
_LINES = lazy.pattern(rf"[^\r\n]*{_LINE_END}|[^\r\n]+")
_LINE = lazy.pattern(r"[^\r\n]*\Z")
"""Parts of a text between blank lines, its lines, and its last one."""
_BLANKS = " \t\r\n"
_LEAD = lazy.pattern(r"[\n ]*(?:[.:–—] |。)?")
"""What is before the words of a text; `: `, ` – `, `. ` or `。` joins them to the words of a bullet."""
_GOES_ON = lazy.pattern(r"[^\w\s*_`\[(\"'“‘«„]")
"""Signs that continue the words before them: `, which I miss`."""


def split(hunk: Hunk) -> tuple[Hunk, ...]:
    """Return the paragraphs of a hunk, or the bullets of its only one, each as a hunk to look at.

    They have the hunk's own place and hold no blank lines around them; the first carries what is
    taken away. A hunk that is a single piece comes back alone.
    """
    ranges = _ranges(hunk)
    if len(ranges) < 2 or hunk.revises:  # of finished text, a part that is rejected would be lost
        return (hunk,)
    pieces: list[Hunk] = []
    for start, end in ranges:
        warnings = tuple(
            replace(w, start=max(w.start, start) - start, end=min(w.end, end) - start)
            for w in hunk.warnings
            if overlap(w, Span(start, end))
        )
        original, text = b"" if pieces else hunk.original, hunk.replacement[start:end]
        pieces.append(replace(hunk, original=original, replacement=text, warnings=warnings, notes=()))
    return tuple(pieces)


def joined(hunk: Hunk, kept: Mapping[int, bytes]) -> bytes:
    """Return the replacement with only the pieces in `kept` (by number, from 0), and what is around them."""
    text, ranges = hunk.replacement, _ranges(hunk)
    out = [text[: ranges[0][0]]]
    for number in sorted(kept):
        if len(out) > 1:
            out.append(text[ranges[number - 1][1] : ranges[number][0]])
        out.append(kept[number])
    return b"".join((*out, text[ranges[-1][1] :]))


class LeftOut(NamedTuple):
    """Where a piece belongs that was not kept, and what separates it from the pieces beside it."""

    at: int
    """A byte of the text that was kept."""
    before: bytes
    behind: bytes


def positions(hunk: Hunk, kept: Mapping[int, bytes]) -> tuple[dict[int, Span], dict[int, LeftOut]]:
    """Return where the pieces that were `joined` are in that text, and where each of the others belongs."""
    text, ranges = hunk.replacement, _ranges(hunk)
    end, spans, others = ranges[0][0], dict[int, Span](), dict[int, LeftOut]()
    for number in sorted(kept):
        start = end + (ranges[number][0] - ranges[number - 1][1] if spans else 0)
        end = start + len(kept[number])
        spans[number] = Span(start, end)
    for number, (start, end) in enumerate(ranges):
        if number in kept:
            continue
        above = max((one for one in kept if one < number), default=None)
        if above is not None:
            others[number] = LeftOut(spans[above].end, text[ranges[number - 1][1] : start], b"")
        else:
            others[number] = LeftOut(spans[min(kept)].start, b"", text[end : ranges[number + 1][0]])
    return spans, others


def body(hunk: Hunk) -> str:
    """Return the words of a replacement to be edited: plain line ends, no blanks or marks around them."""
    text = container.taken(with_line_feeds(hunk.replacement.decode()), hunk.prefix)
    return _LEAD.sub("", text, count=1).rstrip("\n ")


def with_body(hunk: Hunk, edited: str, *, newline: str) -> bytes:
    """Return the replacement with other words, in its container and with its line ends.

    Words that continue those of a bullet are not joined to them by a sign.
    """
    whole, edited = with_line_feeds(hunk.replacement.decode()), with_line_feeds(edited).strip("\n ")
    lead, tail = _edges(whole, hunk.prefix)
    goes_on = _GOES_ON.match(edited)
    if lead.endswith((". ", ": ", "– ", "— ", "。")) and (goes_on or edited[:1].islower()):
        lead = "" if goes_on or lead.endswith("。") else " "
    words = container.put(edited, hunk.prefix)
    return (lead + words + tail).replace("\n", newline).encode()


def _edges(whole: str, prefix: str) -> tuple[str, str]:
    """Return what is before and behind the words of a text, a quote's marks on blank lines among it."""
    bare = container.taken(whole, prefix)
    lead, tail = _LEAD.match(bare)[0], bare[len(bare.rstrip("\n ")) :]  # type: ignore[index]
    before, behind = container.put(f"{lead}x", prefix)[:-1], container.put(f"x{tail}x", prefix)[1:-1]
    tails = (behind, behind.removesuffix(prefix), whole[len(whole.rstrip("\n ")) :])
    return (
        before if whole.startswith(before) else _LEAD.match(whole)[0],  # type: ignore[index]
        next(filter(whole.endswith, tails)),
    )


def _ranges(hunk: Hunk) -> list[tuple[int, int]]:
    """Return where the pieces are: paragraphs, or the outermost items of the only one."""
    text = hunk.replacement.decode()
    bare, offsets = _bare(text, hunk.prefix)
    # A blank line inside a code block ends no paragraph.
    plain = masked(bare, ((block.start, block.end) for block in code(bare)), "x")
    start, end = len(plain) - len(plain.lstrip(_BLANKS)), len(plain.rstrip(_BLANKS))
    starts = [start, *(blank.end() for blank in _BLANK_LINES.finditer(plain, start, end))]
    if len(starts) == 1:
        lines = {len(_LINE.sub("", bare[: item.start])): item.start for item in items(bare)}
        least = min((mark - line for line, mark in lines.items()), default=0)
        starts = sorted({start, *(line for line, mark in lines.items() if mark - line == least)})
    pieces = [(a, a + len(bare[a:b].rstrip(_BLANKS))) for a, b in pairwise((*starts, end)) if a < b]
    return [(len(text[: offsets[a]].encode()), len(text[: offsets[b - 1] + 1].encode())) for a, b in pieces]


def _bare(text: str, prefix: str) -> tuple[str, list[int]]:
    """Return `text` without its lines' prefix, and where each of its characters is in `text`."""
    bare, offsets, at = "", list[int](), 0
    for line in _LINES.findall(text):
        words = line
        if at and prefix:
            is_blank = line.strip() == prefix.strip()
            words = line[len(line.rstrip("\r\n")) :] if is_blank else line.removeprefix(prefix)
        offsets += range(at + len(line) - len(words), at + len(line))
        bare, at = bare + words, at + len(line)
    return bare, offsets

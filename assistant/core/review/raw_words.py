"""A model's raw words in a draft's file, which an editor saved while they came, in the place of a gap.

They are nobody's text: neither cleaned nor checked, and no decision is asked for. The draft is the file
without them; what is known of the draft is told at its place in the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.core.hunks.apply import apply, reverse, span_after
from assistant.core.review.events import SavedUndecided
from assistant.core.review.saved_texts import undecided
from assistant.core.text.draft import Draft, line_starts, parse
from assistant.core.text.spans import overlap
from assistant.core.types import Hunk, Span

_NAME = "raw"


def key_of(gap: str, number: int) -> str:
    """Return the name under which the raw words for a gap are saved: that of no piece."""
    return f"{gap}:{_NAME}{number}"


def raw(keys: Iterable[str]) -> list[str]:
    """Return those of some keys that name raw words."""
    return [key for key in keys if key.partition(":")[2].startswith(_NAME)]


@dataclass(frozen=True)
class RawWords:
    """A draft's file with raw words in it."""

    saved: SavedUndecided
    """The file as it is now, and what takes the raw words out of it."""

    @property
    def file(self) -> bytes:
        """The file's bytes."""
        return self.saved.data

    @cached_property
    def draft(self) -> bytes:
        """The file's bytes without the raw words."""
        return apply(self.file, self.saved.pieces)

    @cached_property
    def _put_in(self) -> tuple[Hunk, ...]:
        return reverse(self.saved.pieces)

    @cached_property
    def parsed(self) -> Draft:
        """The file, parsed."""
        return parse(self.file)

    def span(self, span: Span) -> Span:
        """Return where a span of the draft is in the file; the place of raw words holds them."""
        return span_after(span, self._put_in)

    def lines(self, span: Span) -> tuple[int, int]:
        """Return the first and the last line of the file (from 1, inclusive) for a span of the draft."""
        return self.parsed.lines(self.span(span))

    def place(self, line: int) -> int | None:
        """Return the byte of the draft where raw words are that a line of the file has; None for another."""
        ends = sorted({*line_starts(self.file), len(self.file)})
        if not 0 < line < len(ends):
            return None
        start, end = self.span_in_draft(Span(ends[line - 1], ends[line]))
        return start if start == end else None

    def span_in_draft(self, span: Span) -> Span:
        """Return where a span of the file is in the draft."""
        return span_after(span, self.saved.pieces)

    def hunk(self, hunk: Hunk) -> Hunk:
        """Return a hunk of the draft as one of the file: raw words in its place go with it."""
        start, end = hunk.span
        for one in self._put_in:
            if overlap(one.span, hunk.span):
                start, end = min(start, one.span.start), max(end, one.span.end)
        there = self.span(Span(start, end))
        head, tail = self.draft[start : hunk.span.start], self.draft[hunk.span.end : end]
        return replace(
            hunk, span=there, original=self.file[slice(*there)], replacement=head + hunk.replacement + tail
        )


def raw_words(saved: SavedUndecided | None, data: bytes) -> RawWords | None:
    """Return the raw words among what an editor saved undecided, as they are in `data`; None without any."""
    held = undecided(saved, data)
    names = tuple(raw(held))
    return RawWords(SavedUndecided(data, tuple(held[name] for name in names), names)) if names else None

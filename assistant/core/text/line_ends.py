"""The ends of lines, `\\n`, `\\r\\n` and `\\r`, which make no difference between texts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from assistant.core.text import lazy
from assistant.core.types import Span

_PAIR = lazy.pattern(rb"\r\n")


def newline_of(data: bytes) -> str:
    """Return the most frequent line end."""
    return newlines(data)[0]


def newlines(data: bytes) -> list[str]:
    """Return the line ends in use, the most frequent one first; `\\n` where there are none."""
    if b"\r" not in data:
        return ["\n"]
    pairs = data.count(b"\r\n")
    counts = {"\n": data.count(b"\n") - pairs, "\r\n": pairs, "\r": data.count(b"\r") - pairs}
    return sorted(filter(counts.__getitem__, counts), key=counts.__getitem__, reverse=True)


def with_line_feeds(text: str) -> str:
    """Return `text` with `\\n` in place of its other line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_newlines(data: bytes, newline: str) -> bytes:
    """Return `data` with all its lines ended by `newline`."""
    return LineFeeds(data).data.replace(b"\n", newline.encode())


class LineFeeds:
    """Bytes with `\\n` line ends, and the original place of each byte."""

    def __init__(self, data: bytes) -> None:
        """Take bytes with any line ends."""
        self._pairs = [pair.start() for pair in _PAIR.finditer(data)] if b"\r\n" in data else []
        self._shorter = [at - before for before, at in enumerate(self._pairs)]
        self.data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data

    def spans(self, spans: Iterable[Span]) -> list[Span]:
        """Return the spans in `data` of spans of the original bytes."""
        return [Span(*(at - bisect_left(self._pairs, at) for at in span)) for span in spans]

    def back(self, span: Span) -> Span:
        """Return the span in the original bytes of a span of `data`."""
        return Span(*(at + bisect_left(self._shorter, at) for at in span))

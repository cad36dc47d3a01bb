"""Reads the words of a saved web page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption footer h1 h2 h3 h4 h5 h6 header"  # noqa: SIM905
    " hr li main ol p pre section table td th tr ul".split()
)
"""HTML's elements that begin a line of their own."""
_UNREAD = frozenset("script style template noscript svg head nav form button iframe".split())  # noqa: SIM905
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


class _Page(HTMLParser):
    """Collects the words of a page; block elements are in lines of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag not in ("br", "td", "th", "li", "tr") else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unread:
            del self._unread[self._unread.index(tag) :]
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            before, after = (" " * edge.isspace() for edge in (data[:1], data[-1:]))
            self.parts.append(before + " ".join(data.split()) + after)


def text(html: str) -> str:
    """Return the words of an HTML page, without scripts, styles and navigation."""
    page = _Page()
    page.feed(html)
    page.close()
    lines = (" ".join(line.split()) for line in "".join(page.parts).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()

"""Read what a draft's lines have besides words: marks, blanks, and signs that can be written in two ways."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.core.text import lazy
from assistant.core.text.front_matter import find as find_front_matter

HEADING = lazy.pattern(rb" {0,3}(?:#{1,6}(?:[ \t\r\n]|\Z)|#{2,6}[^#\s]|#[A-Z\x80-\xff][^#\s]*[ \t]+[^#\s])")
"""A heading, also one without its blank: `##Rain`; `#rain #lake` are tags."""
_BOM = b"\xef\xbb\xbf"
_BLANKS = lazy.pattern(rb"[ \t]+")
_OPENER = lazy.pattern(rb"(?P<quote>>[ \t]*)|(?P<item>(?:[-*+]|\d{1,3}[.)])(?:[ \t]+|\Z))")
"""The mark of a quote or an item; a year that begins a line is none: `1984. It was dry.`"""
_ITEM = lazy.pattern(rb"[ \t>]*(?:[-*+]|\d{1,3}[.)])[ \t]")
_HASHES = lazy.pattern(rb" {0,3}(#{1,6})[ \t]*")
_CLOSER = lazy.pattern(rb"(?<![ \t])(?:[ \t]+#+)?(?:[ \t]*\{:?[ \t]*[#.][^{}]*\})?[ \t]*\Z")
"""What may follow a heading's words: `##`, `{#rain}`, `{: .no_toc}`; blanks are read from the first on."""
_UNDERLINE = lazy.pattern(rb" {0,3}(?:=+|-{2,})[ \t]*\Z")
_NO_TITLE = lazy.pattern(rb"[ \t]*(?:\Z|[->+#|<{]|\*[ \t]|\d{1,3}[.)][ \t])|    ")
"""A line that dashes below it don't make a heading."""
EMPHASIS = lazy.pattern(
    rb"(?<![\w\x80-\xff\\*_/])[*_]{1,3}(?=[^\s*_/])|(?<=[^\s*_\\/])[*_]{1,3}(?![\w\x80-\xff*_/])"
)
"""What makes words bold or slanted; `a * b`, `snake_case`, `Name: ____` and `/* … */` have none."""
_INSIDE = lazy.pattern(
    rb"(?<=(?<!\\)\|)[ \t]*(?=[^ \t])|(?<=[^ \t|\\])[ \t]*(?=\|)|[ \t]{2,}|\t|(?P<dashes>-{3,})"
)
"""Blanks between words and, also where there are none, in a table's cells; dashes, three for a long one."""
_SIGN = lazy.pattern(
    rb"\\(?=[!-/:-@\[-`{}~])|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});"
    rb"|\xe2\x80[\x93\x94\x98\x99\x9c-\x9e\xa6]"
)
"""A backslash before a sign that is no mark, `&eacute;`, and dashes, quotes and dots as they are printed."""
_NO_MARK = lazy.pattern(rb"\\[-+*>#=<]|\d{1,9}\\[.)]")
"""What would be an item, a quote, a heading or a comment without its backslash."""
_TYPED = dict(zip("–—‘’“”„…", (b"--", b"---", b"'", b"'", b'"', b'"', b'"', b"..."), strict=True))
"""What a keyboard has for the signs of print."""
_RULE = lazy.pattern(rb"([-*_])(?:[ \t]*\1){2,}[ \t]*\Z")
_FENCE = lazy.pattern(rb"(?:`{3,}|~{3,})[ \t]*(?=[^`~]*\Z)")
_BAR = lazy.pattern(rb"(?<!\\)\|")
_LAST_BAR = lazy.pattern(rb"(?<!\\)\|\Z")
_SECOND_ROW = lazy.pattern(rb"(?=[^|]*\|)[ \t>]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*(?:[ \t]*:?-+:?)?[ \t]*\Z")
"""What is below the heads of a table's columns: `|---|:-:|`."""
STARTS = lazy.pattern(rb"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|[:~])[ \t]|\[\^|[#|]|```|[\r\n]|\Z)")
"""A line that doesn't continue the one above: an item, a row, a heading, a blank line."""
_ENDS = lazy.pattern(rb"[ \t>]*(?:#|```|(?:-+|=+|\*{3,}|_{3,})?[ \t]*[\r\n]*\Z)")
"""A line that the next one doesn't continue: a heading or what underlines it, a rule, a blank line."""
_WRAP = lazy.pattern(rb"(?P<glued>(?<=[\xe3-\xe9\xef][\x80-\xbf]{2})\n[> ]*(?=[\xe3-\xe9\xef]))|\n[> ]*")
"""Where a line goes on in the next one; without a blank in Chinese and Japanese."""


class Mark(Enum):
    """What the normal form lacks, so that an offset in it may be before this or behind."""

    INDENT = 0
    EMPHASIS = 1
    TAIL = 2
    """Blanks at a line's end, a break's backslash, and what closes or underlines a heading."""
    ESCAPE = 3
    BLANK = 4
    """Blank lines that divide nothing which isn't divided without them."""


class Cut(NamedTuple):
    """Bytes that the normal form lacks, or has others for."""

    start: int
    end: int
    new: bytes = b""
    mark: Mark = Mark.INDENT


class _Table(NamedTuple):
    """The table that a line is in."""

    columns: int = 0
    row: int = 0
    """1 for the heads of its columns, 2 for the dashes, 3 for all others."""


_NO_TABLE = _Table()


def read(data: bytes, levels: list[int]) -> Iterator[Cut]:
    """Yield the cuts of all lines, and put the levels of the headings in those that are left into `levels`.

    A level is 0 for another line. Metadata keep all but their line ends.
    """
    top = find_front_matter(data, len(_BOM) * data.startswith(_BOM)).end
    lines = [*data.splitlines(keepends=True), b""]
    start, above, tail, table = 0, b"", -1, _NO_TABLE
    for number, raw in enumerate(lines[:-1]):
        line = raw.rstrip(b"\r\n")
        end, cuts, level, sign = start + len(line), tuple[Cut, ...](), 0, b""
        if tail >= 0:
            yield Cut(tail, end, mark=Mark.TAIL)
            line, tail = b"", -1
        else:
            if start >= top:
                below = lines[number + 1].rstrip(b"\r\n")
                if not (above or _NO_TITLE.match(line)) and _UNDERLINE.match(below):
                    sign = below.strip()[:1]
                table = _table(line, below, table)
                cuts, level = _line(line, sign, table)
            levels.append(level)
            for cut in cuts:
                moved = cut._replace(start=start + cut.start, end=start + cut.end)
                if sign and cut.mark is Mark.TAIL:
                    tail = moved.start
                else:
                    yield moved
            line = b"" if level else line.strip()
        if sign:
            tail = tail if tail >= 0 else end
        elif len(raw) > end - start and raw[end - start :] != b"\n":
            yield Cut(end, start + len(raw), b"\n")
        above, start = line, start + len(raw)


def breaks(lines: Sequence[bytes]) -> list[int]:
    """Return the lines in normal form, but for the first, at which a paragraph, an item or a row begins."""
    return [at for at, (above, line) in enumerate(pairwise(lines), 1) if _is_break(above, line)]


def _is_break(above: bytes, line: bytes) -> bool:
    """Tell whether a line begins something else than the one above: also a quote in the quote."""
    return bool(_depth(line) > _depth(above) or STARTS.match(line) or _ENDS.match(above))


def _depth(line: bytes) -> int:
    """Return how many marks of quotes a line begins with."""
    return len(line[: len(line) - len(line.lstrip(b"> "))].split())


def first_line(data: bytes) -> int:
    """Return the first line below the metadata of a draft in normal form."""
    matter = find_front_matter(data, len(_BOM) * data.startswith(_BOM))
    return len(data[: matter.end].splitlines())


def unwrap(data: bytes) -> tuple[list[Cut], set[int]]:
    """Return what a normal form lacks in which each paragraph and item is in one line, and its lines.

    These are the ends of lines that the next one goes on with, and blank lines that divide nothing: a
    formatter makes one of two, and puts one above a list: `Migrate it as it is⏎- but with more disks`.
    """
    lines, cuts, without, end = data.splitlines(keepends=True), list[Cut](), set[int](), 0
    top, above = first_line(data), b""
    starts = {0, *range(top + 1), *breaks(lines)}
    for at, (line, below) in enumerate(pairwise([*lines, b""])):
        start, end = end, end + len(line)
        if line.strip(b"> \n"):
            above = line
            if at not in starts and (wrap := _WRAP.match(data, start - 1)):
                cuts.append(Cut(*wrap.span(), b"" if wrap["glued"] else b" "))
                without.add(at)
        elif at >= top and _is_break(above, below):
            first = cuts.pop().start if cuts and cuts[-1].end == start else start
            cuts.append(Cut(first, end, mark=Mark.BLANK))
            without.add(at)
    return cuts, without


def _table(line: bytes, below: bytes, above: _Table) -> _Table:
    """Return the table that a line is in, by the one of the line above."""
    at, *_ = _openers(line)
    if above.columns:
        words = line[at:].strip()
        is_other = HEADING.match(words) or _FENCE.match(words) or (at and _ITEM.match(line))
        return _Table(above.columns, min(above.row + 1, 3)) if words and not is_other else _NO_TABLE
    if b"|" in below and b"-" in below and _SECOND_ROW.match(below):
        below_at, *_ = _openers(below)
        columns = _cells(below, below_at)
        return _Table(columns, 1) if columns == _cells(line, at) else _NO_TABLE
    return _NO_TABLE


def _cells(line: bytes, at: int) -> int:
    """Return how many cells a row has whose marks end at an offset."""
    row = line[at:].rstrip(b" \t")
    return len(_BAR.findall(row)) + (_LAST_BAR.search(row, 1) is None) - row.startswith(b"|")


def _openers(line: bytes) -> tuple[int, list[Cut]]:
    """Return where the words behind the marks of quotes and items begin, and the cuts of these."""
    cuts = list[Cut]()
    blanks = _BLANKS.match(line)
    at = blanks.end() if blanks and blanks.end() < len(line) else 0
    if at and not line.startswith(b"#", at):  # `    # a comment` is code, and would be a heading
        cuts.append(Cut(0, at))
    while not _RULE.match(line, at) and (mark := _OPENER.match(line, at)):
        new = b"> " if mark.lastgroup == "quote" else b"- "
        cuts.append(Cut(at, mark.end(), new if mark.end() < len(line) else new.strip()))
        at = mark.end()
    return at, cuts


@lru_cache(maxsize=4096)
def _line(line: bytes, underline: bytes = b"", table: _Table = _NO_TABLE) -> tuple[tuple[Cut, ...], int]:
    """Return the cuts of a line without its end, and the level of the heading in it."""
    level = 0
    if hashes := HEADING.match(line) and _HASHES.match(line):
        level, at = len(hashes[1]), hashes.end()
        cuts = [Cut(0, at, b"# ")]
    elif underline:
        level, at = 1 if underline == b"=" else 2, len(line) - len(line.lstrip(b" \t"))
        cuts = [*([Cut(0, at)] if at else []), Cut(at, at, b"# ")]
    else:
        at, cuts = _openers(line)
    end = max(_end(line, is_heading=level > 0), at)
    if table.row == 2:
        cuts.append(Cut(at, end, b"|" + b" --- |" * table.columns))
    elif not level and _RULE.match(line, at):
        cuts.append(Cut(at, end, b"***"))
    else:
        cuts += _words(line, at, end, table)
    if end < len(line):
        cuts.append(Cut(end, len(line), mark=Mark.TAIL))
    return tuple(cuts), level


def _end(line: bytes, *, is_heading: bool) -> int:
    """Return where the words of a line end: before blanks, a break's backslash, or what closes a heading."""
    if is_heading and (closer := _CLOSER.search(line)):
        return closer.start()
    words = line.rstrip(b" \t")
    bare = words.rstrip(b"\\")
    return len(bare.rstrip(b" \t") if (len(words) - len(bare)) % 2 and len(words) == len(line) else words)


def _words(line: bytes, at: int, end: int, table: _Table) -> Iterator[Cut]:
    """Yield the cuts in a line's words, in their order."""
    if fence := _FENCE.match(line, at):
        yield Cut(*fence.span(), b"```")
        return
    bare = mark.end() if (mark := _NO_MARK.match(line, at)) else at
    cuts = [Cut(*one.span(), b"---" if one["dashes"] else b" ") for one in _INSIDE.finditer(line, at, end)]
    cuts += [Cut(*one.span(), mark=Mark.EMPHASIS) for one in EMPHASIS.finditer(line, at, end)]
    cuts += filter(None, (_sign(one[0], *one.span()) for one in _SIGN.finditer(line, bare, end)))
    if table.columns:
        if not line.startswith(b"|", at):
            yield Cut(at, at, b"| ")
        is_open = _LAST_BAR.search(line, at + 1, end) is None
        lacks = max(table.columns - _cells(line[:end], at), 0) + is_open
        cuts += [Cut(end, end, b" |" * lacks)] if lacks else []
    yield from sorted(cut for cut in cuts if cut.new != line[cut.start : cut.end])


def _sign(sign: bytes, start: int, end: int) -> Cut | None:
    """Return the cut of a sign that can be written in two ways; `&lt;`, `&vert;` and blanks stay."""
    if sign == b"\\":
        return Cut(start, end, mark=Mark.ESCAPE)
    one = html.unescape(sign.decode())
    if (one.startswith("&") and len(one) > 1) or one in "<>|" or not one.isprintable():
        return None
    return Cut(start, end, _TYPED.get(one, one.encode()))
